//! The yardstick of reading: a handler that does nothing but answer.

use std::path::Path;

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;

use crate::{Outcome, say};

/// Serves these bytes under the same path, until it is killed.
pub fn run(body: &Path) -> Outcome {
    let body = Bytes::from(std::fs::read(body).map_err(|e| format!("{}: {e}", body.display()))?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|e| e.to_string())?.block_on(async {
        let handler = get(move || {
            let body = body.clone();
            async move { ([(header::CONTENT_TYPE, "application/json")], body) }
        });
        let router: Router = Router::new().route("/api/v1/company/{id}", handler);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|e| e.to_string())?;
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        say(&format!("{{\"url\":\"http://{address}\"}}"));
        axum::serve(listener, router).await.map_err(|e| e.to_string())
    })
}
