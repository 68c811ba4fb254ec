//! Requests to addresses that others named: to public ones only, over a connection to the very address that was
//! checked, without following redirects, and reading little of the answer.

mod address;

use std::error::Error as _;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kernel::{Error, Result};
use tower::Service;

pub use address::Allowed;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a connection is kept for the next request.
const IDLE: Duration = Duration::from_secs(20);
/// What is kept of an answer, bytes.
const EXCERPT: usize = 1024;

/// The name led to addresses, none of which may be spoken to.
#[derive(Debug)]
struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the address is not on the public internet")
    }
}

impl std::error::Error for Closed {}

type Addresses = std::vec::IntoIter<SocketAddr>;
type Lookup = std::result::Result<Addresses, Box<dyn std::error::Error + Send + Sync>>;

/// Looks names up and gives the allowed addresses alone, to which the connection is then made: a name can't lead
/// elsewhere between check and use.
#[derive(Clone, Debug)]
struct Resolver(Arc<Allowed>);

impl Service<Name> for Resolver {
    type Response = Addresses;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Lookup> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let allowed = self.0.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let there = !found.is_empty();
            let open: Vec<SocketAddr> = found.into_iter().filter(|a| allowed.allows(a.ip())).collect();
            if there && open.is_empty() { Err(Closed.into()) } else { Ok(open.into_iter()) }
        })
    }
}

/// An answer, as far as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// HTTP's status.
    pub status: u16,
    /// The beginning of its body.
    pub excerpt: String,
    /// Seconds that it asks to wait for.
    pub retry_after: Option<u64>,
}

/// Why there was no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The address may not be spoken to.
    Refused,
    /// The connection failed, or took too long.
    Transport(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Refused => Closed.fmt(f),
            Failure::Transport(why) => f.write_str(why),
        }
    }
}

/// Sends requests.
#[derive(Clone, Debug)]
pub struct Outgoing {
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    allowed: Arc<Allowed>,
}

impl Outgoing {
    /// To the public internet and these networks.
    ///
    /// # Errors
    /// When the cryptography can't be set up.
    pub fn new(allowed: Allowed) -> Result<Self> {
        let allowed = Arc::new(allowed);
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = rustls::crypto::ring::default_provider();
        let tls = rustls::ClientConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()
            .map_err(Error::internal)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut connector = HttpConnector::new_with_resolver(Resolver(allowed.clone()));
        connector.enforce_http(false);
        connector.set_connect_timeout(Some(CONNECT));
        connector.set_nodelay(true);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(1)
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(Self { client, allowed })
    }

    /// Which addresses may be spoken to.
    pub fn allowed(&self) -> &Allowed {
        &self.allowed
    }

    /// Sends a request; it may take so long, all in all.
    ///
    /// # Errors
    /// No answer.
    pub async fn send(
        &self,
        method: Method,
        url: &Uri,
        headers: HeaderMap,
        body: Bytes,
        within: Duration,
    ) -> std::result::Result<Answered, Failure> {
        // The connector looks up names alone.
        let host = url.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        if host.parse::<IpAddr>().is_ok_and(|ip| !self.allowed.allows(ip)) {
            return Err(Failure::Refused);
        }
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = url.clone();
        *request.headers_mut() = headers;
        let until = Instant::now() + within;
        let timed_out = || Failure::Transport(format!("no answer within {} s", within.as_secs()));
        let answer = match tokio::time::timeout(within, self.client.request(request)).await {
            Ok(answer) => answer.map_err(|e| failure(&e))?,
            Err(_) => return Err(timed_out()),
        };
        let status = answer.status().as_u16();
        let retry_after =
            answer.headers().get(header::RETRY_AFTER).and_then(|v| v.to_str().ok()?.parse().ok());
        // Whoever has answered has answered, however long the rest takes.
        let excerpt = excerpt(answer.into_body(), until.into()).await;
        Ok(Answered { status, excerpt, retry_after })
    }
}

/// The beginning of a body, as far as it comes in time.
async fn excerpt(mut body: hyper::body::Incoming, until: tokio::time::Instant) -> String {
    let mut read = Vec::new();
    while read.len() < EXCERPT {
        match tokio::time::timeout_at(until, body.frame()).await {
            Ok(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    read.extend(&data[..data.len().min(EXCERPT - read.len())]);
                }
            }
            _ => break,
        }
    }
    // Databases take no zero bytes in text.
    String::from_utf8_lossy(&read).replace('\0', "\u{fffd}")
}

fn failure(error: &hyper_util::client::legacy::Error) -> Failure {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = error.source();
    let mut said = error.to_string();
    while let Some(inner) = cause {
        if inner.is::<Closed>() {
            return Failure::Refused;
        }
        said = format!("{said}: {inner}");
        cause = inner.source();
    }
    Failure::Transport(said.chars().take(300).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(allowed: Allowed, url: &str) -> std::result::Result<Answered, Failure> {
        let outgoing = Outgoing::new(allowed).expect("a client");
        let url = url.parse().expect("an address");
        outgoing.send(Method::GET, &url, HeaderMap::new(), Bytes::new(), Duration::from_secs(2)).await
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_refused_before_anything_is_sent() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        for host in ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"] {
            let refused = ask(Allowed::default(), &format!("http://{host}:{port}/")).await;
            assert_eq!(refused, Err(Failure::Refused), "{host}");
            let refused = ask(Allowed::default(), &format!("https://{host}:{port}/")).await;
            assert_eq!(refused, Err(Failure::Refused), "{host}");
        }
        let connected = tokio::time::timeout(Duration::from_millis(100), listener.accept()).await;
        assert!(connected.is_err(), "somebody connected");
        // The same name, where the operator allows it: a connection is made (and nobody answers on it).
        let allowed = Allowed::parse("127.0.0.1").expect("a network");
        let answer = tokio::spawn(async move { ask(allowed, &format!("http://localhost:{port}/")).await });
        listener.accept().await.expect("a connection");
        assert!(matches!(answer.await.expect("ended"), Err(Failure::Transport(_))));
    }

    #[tokio::test]
    async fn little_is_read_of_an_endless_answer() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
        });
        let allowed = Allowed::parse("127.0.0.1").expect("a network");
        let answer = ask(allowed, &format!("http://127.0.0.1:{port}/")).await.expect("an answer");
        assert_eq!((answer.status, answer.excerpt.len()), (200, EXCERPT));
    }
}
