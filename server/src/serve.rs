//! Listening, serving, and ending in good order.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use kernel::App;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Semaphore;

use crate::config::{Serving, Settings};
use crate::patience::Patience;
use crate::router::{Options, Site};
use crate::start::{self, Failure};
use crate::worker;

/// Connections held at once; more wait to be accepted.
const CONNECTIONS: usize = 20_000;
/// How many wait for that without being kept waiting: as many as Linux allows unless told otherwise. It does not hear
/// those beyond, and they try again only after a second.
const BACKLOG: u32 = 4096;
/// Header lines of a request.
const HEADERS: usize = 100;
/// What a connection may have in memory of what is read, bytes; so a header is no longer.
const BUFFER: usize = 64 * 1024;
/// How long a client may take to send its header.
const HEADER_TIME: Duration = Duration::from_secs(15);
/// How often that is looked at.
const HEADER_LOOK: Duration = Duration::from_secs(3);
/// How long open requests have to end when the server is told to.
const DRAIN: Duration = Duration::from_secs(30);

/// The command `serve`.
pub async fn serve(settings: &Settings, serving: &Serving) -> Result<(), Failure> {
    let listener = listen(serving)?;
    let app = start::app(settings, &serving.public_url(), serving.outgoing()?, None).await?;
    let options = Options {
        quotas: serving.quotas(),
        at_once: serving.at_once(app.db().dialect()),
        deadline: Duration::from_secs(serving.request_timeout.max(1)),
        trust_proxy: serving.trust_proxy,
        portal: crate::portal::PortalConfig::default(),
        controls: false,
    };
    tracing::info!(listen = %serving.listen, database = app.db().dialect().name(), "serving");
    run(app, listener, told_to_stop()?, options, settings, serving).await
}

/// Takes the address, before anything else is touched.
pub(crate) fn listen(serving: &Serving) -> Result<TcpListener, Failure> {
    bind(serving.listen).map_err(|e| Failure::new(format!("listen {}: {e}", serving.listen)))
}

fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // So that a server started anew need not wait until the connections of the last are forgotten. (Elsewhere the same
    // word allows two servers at one address.)
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `stop` ends, then lets open requests end.
pub(crate) async fn run(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
    options: Options,
    settings: &Settings,
    serving: &Serving,
) -> Result<(), Failure> {
    crate::book::ensure_partner(&app).await?;
    let background = worker::start(&app, settings, serving, options.controls)?;
    let site = Site::new(&app, &options);
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = std::pin::pin!(stop);
    loop {
        let Ok(place) = room.clone().acquire_owned().await else { break };
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    // Answers are small: waiting to fill a packet only adds delay.
                    let _ = stream.set_nodelay(true);
                    let connection = connection(stream, peer, &site, &graceful);
                    tokio::spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
                Err(error) => {
                    // Out of file handles, most likely: some will be free again in a moment.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    tracing::info!("stopping");
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    background.stop().await;
    app.db().close().await;
    Ok(())
}

fn connection(
    stream: tokio::net::TcpStream,
    peer: SocketAddr,
    site: &Site,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + use<> {
    let (site, patience) = (site.clone(), Patience::new(HEADER_TIME));
    let awaited = patience.clone();
    let service = service_fn(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        awaited.came();
        let site = site.clone();
        async move { Ok::<_, Infallible>(site.answer(request.map(Body::new)).await) }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(patience.clone())
        .header_read_timeout(HEADER_TIME)
        .max_headers(HEADERS)
        .max_buf_size(BUFFER)
        // Bodies are written from where they are. Gathered in a buffer of the connection, which stays as large as it ever
        // was, each of thousands of connections would keep a long list after it was sent.
        .writev(true);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(100);
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    let watched = graceful.watch(connection);
    async move {
        let mut watched = std::pin::pin!(watched);
        let mut look = std::pin::pin!(tokio::time::sleep(HEADER_LOOK));
        loop {
            tokio::select! {
                biased;
                ended = &mut watched => {
                    if let Err(error) = ended {
                        tracing::debug!(error, "a connection ended early");
                    }
                    return;
                }
                () = &mut look => {
                    if patience.is_over() {
                        tracing::debug!("a client took too long to send its header");
                        return;
                    }
                    look.as_mut().reset(tokio::time::Instant::now() + HEADER_LOOK);
                }
            }
        }
    }
}

/// Hears, from this call on, when the program is told to stop (SIGTERM, Ctrl-C); ends when it is. Whoever knows the
/// address may tell it so at once.
#[cfg(unix)]
pub(crate) fn told_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let hear = |kind| signal(kind).map_err(|e| Failure::new(format!("signals: {e}")));
    let (mut terminate, mut interrupt) = (hear(SignalKind::terminate())?, hear(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    })
}

/// Ends when the program is told to stop (Ctrl-C).
#[cfg(not(unix))]
pub(crate) fn told_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Duration;

    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use tokio::net::TcpStream;

    #[tokio::test]
    async fn of_many_who_come_at_once_each_is_heard_before_he_is_accepted() {
        let files = getrlimit(Resource::Nofile).maximum;
        let _ = setrlimit(Resource::Nofile, Rlimit { current: files, maximum: files });
        let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn").expect("Linux says it");
        let allowed: u64 = allowed.trim().parse().expect("a number");
        let many = 2000.min(allowed).min(files.unwrap_or(u64::MAX).saturating_sub(500));
        let listener = super::bind(([127, 0, 0, 1], 0).into()).expect("an address");
        let address = listener.local_addr().expect("an address");
        let mut held = Vec::new();
        for n in 0..many {
            let came = tokio::time::timeout(Duration::from_secs(10), TcpStream::connect(address)).await;
            held.push(
                came.unwrap_or_else(|_| panic!("{n} are heard, another is not")).expect("a connection"),
            );
        }
    }
}
