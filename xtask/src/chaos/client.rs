//! A client that keeps its connection and says plainly what came back.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, RETRY_AFTER};
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// How long an answer is waited for, unless said otherwise: longer than the server lets any request take.
pub const PATIENCE: Duration = Duration::from_secs(45);

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Seconds of Retry-After.
    pub retry_after: Option<u64>,
    /// Its body.
    pub body: Bytes,
}

impl Answer {
    /// Whether it is one of the 200s.
    pub fn is_fine(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A refusal that says to come again: 503 or 429 with Retry-After, in the contract's form.
    pub fn is_clean_refusal(&self) -> bool {
        matches!(self.status, 429 | 503)
            && self.retry_after.is_some()
            && self.json()["success"] == Value::Bool(false)
    }

    /// Its body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The id of what was made.
    pub fn id(&self) -> Option<i64> {
        let json = self.json();
        let data = &json["data"];
        data["id"].as_i64().or_else(|| data[0]["id"].as_i64())
    }
}

/// One connection at a time to one server; made anew after it broke.
pub struct Client {
    address: SocketAddr,
    authorization: String,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Client {
    /// To a server of this machine.
    pub fn new(address: SocketAddr, authorization: &str) -> Self {
        assert!(address.ip().is_loopback(), "{address} is not of this machine");
        Self { address, authorization: authorization.to_owned(), sender: None }
    }

    /// Whether there is a connection that can be used at once.
    pub fn is_connected(&self) -> bool {
        self.sender.as_ref().is_some_and(SendRequest::is_ready)
    }

    /// Connects, unless it is connected.
    pub async fn connect(&mut self) -> Result<(), String> {
        if self.is_connected() {
            return Ok(());
        }
        let stream = TcpStream::connect(self.address).await.map_err(|e| format!("connect: {e}"))?;
        stream.set_nodelay(true).map_err(|e| e.to_string())?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|e| e.to_string())?;
        tokio::spawn(async move {
            // What breaks it is told to whoever asked.
            let _ = connection.await;
        });
        self.sender = Some(sender);
        Ok(())
    }

    /// Asks. An error means that it is not known what came of it.
    pub async fn ask(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, String> {
        self.ask_within(method, path, body, PATIENCE).await
    }

    /// The same, with another patience.
    pub async fn ask_within(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        within: Duration,
    ) -> Result<Answer, String> {
        let answer = match tokio::time::timeout(within, self.asked(method, path, body)).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", within.as_secs())),
        };
        if answer.is_err() {
            self.sender = None;
        }
        answer
    }

    async fn asked(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, String> {
        self.connect().await?;
        let sender = self.sender.as_mut().ok_or("no connection")?;
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, "localhost")
            .header(AUTHORIZATION, &self.authorization);
        let body = match body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json");
                Bytes::from(body.to_string())
            }
            None => Bytes::new(),
        };
        let request = request.body(Full::new(body)).map_err(|e| e.to_string())?;
        let answer = sender.send_request(request).await.map_err(|e| format!("send: {e}"))?;
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()?.parse().ok());
        let body = answer.into_body().collect().await.map_err(|e| format!("answer: {e}"))?.to_bytes();
        Ok(Answer { status, retry_after, body })
    }
}
