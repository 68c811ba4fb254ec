//! A receiver of webhooks on this machine, which answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// What came.
#[derive(Clone, Debug)]
pub struct Request {
    pub uri: Uri,
    pub headers: HeaderMap,
    pub bytes: Bytes,
    pub body: Value,
}

/// How it answers.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    Status(u16),
    /// With a Location of its own.
    Redirect,
    /// With Retry-After.
    Later(u64),
    /// Not at all.
    Hang,
}

#[derive(Default)]
struct Inner {
    came: Mutex<Vec<Request>>,
    replies: Mutex<VecDeque<Reply>>,
}

/// A receiver.
#[derive(Clone)]
pub struct Receiver {
    inner: Arc<Inner>,
    url: String,
}

impl Receiver {
    /// One that answers these first and 200 from then on.
    pub async fn answering(replies: &[Reply]) -> Self {
        let inner = Arc::new(Inner::default());
        inner.replies.lock().expect("a lock").extend(replies);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(take).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { inner, url }
    }

    pub async fn new() -> Self {
        Self::answering(&[]).await
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// What came so far.
    pub fn came(&self) -> Vec<Request> {
        self.inner.came.lock().expect("a lock").clone()
    }

    pub fn count(&self) -> usize {
        self.came().len()
    }

    /// What came so far, as `resource change id`.
    pub fn told(&self) -> Vec<String> {
        let told = |r: &Request| {
            let text = |field: &str| r.body[field].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", text("resource"), text("status"), r.body["resource_id"])
        };
        self.came().iter().map(told).collect()
    }

    pub fn forget(&self) {
        self.inner.came.lock().expect("a lock").clear();
    }

    /// Waits until so many requests have come.
    pub async fn until(&self, count: usize) {
        for _ in 0..500 {
            if self.count() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("only {} of {count} came", self.count());
    }
}

async fn take(State(inner): State<Arc<Inner>>, uri: Uri, headers: HeaderMap, bytes: Bytes) -> Response {
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    inner.came.lock().expect("a lock").push(Request { uri, headers, bytes, body });
    let reply = inner.replies.lock().expect("a lock").pop_front();
    match reply.unwrap_or(Reply::Status(200)) {
        Reply::Status(status) => (StatusCode::from_u16(status).expect("a status"), "taken").into_response(),
        Reply::Redirect => (StatusCode::FOUND, [("location", "/elsewhere")]).into_response(),
        Reply::Later(seconds) => {
            (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", seconds.to_string())]).into_response()
        }
        Reply::Hang => std::future::pending().await,
    }
}
