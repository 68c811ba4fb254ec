//! A receiver of webhooks, on loopback, which remembers what it was sent.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::Value;

use crate::Outcome;

/// What a webhook tells: of what, of which, and what happened to it.
pub type Told = (String, i64, String);

/// What came in: of each told thing the messages' own ids, and when the first came.
#[derive(Debug, Default)]
struct Heard {
    messages: HashMap<Told, HashSet<String>>,
    first: HashMap<Told, Instant>,
    posts: usize,
    hung: usize,
}

/// A running receiver.
#[derive(Clone)]
pub struct Receiver {
    /// Where it listens.
    pub address: SocketAddr,
    heard: Arc<Mutex<Heard>>,
}

impl Receiver {
    /// Starts it; it ends with the program.
    pub async fn start() -> Outcome<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|e| e.to_string())?;
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        let receiver = Self { address, heard: Arc::default() };
        let router = Router::new()
            .route("/hook", post(hear))
            .route("/hang/{n}", post(hang))
            .with_state(receiver.clone());
        tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(receiver)
    }

    /// The address that answers at once.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// One of the addresses that take a request and never answer.
    pub fn hanging(&self, n: usize) -> String {
        format!("http://{}/hang/{n}", self.address)
    }

    /// How many different messages told this.
    pub fn count(&self, told: &Told) -> usize {
        self.heard().messages.get(told).map_or(0, HashSet::len)
    }

    /// When this was first told.
    pub fn first(&self, told: &Told) -> Option<Instant> {
        self.heard().first.get(told).copied()
    }

    /// All requests, those repeated too, and different messages among them.
    pub fn totals(&self) -> (usize, usize) {
        let heard = self.heard();
        (heard.posts, heard.messages.values().map(HashSet::len).sum())
    }

    /// Requests that were left hanging.
    pub fn hung(&self) -> usize {
        self.heard().hung
    }

    fn heard(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn hear(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> &'static str {
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    let told = (text("resource"), json["resource_id"].as_i64().unwrap_or_default(), text("status"));
    let id = headers.get("webhook-id").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let mut heard = receiver.heard();
    heard.posts += 1;
    heard.first.entry(told.clone()).or_insert_with(Instant::now);
    heard.messages.entry(told).or_default().insert(id);
    "ok"
}

async fn hang(State(receiver): State<Receiver>) {
    receiver.heard().hung += 1;
    tokio::time::sleep(Duration::from_hours(1)).await;
}
