//! Calendar feeds at their secret addresses.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{App, ClientIp, Hash};
use reach::feeds;

/// The routes.
pub fn router() -> Router<App> {
    Router::new().route("/calendar/{name}", get(feed))
}

async fn feed(
    State(app): State<App>,
    Path(name): Path<String>,
    ip: Option<Extension<ClientIp>>,
    headers: HeaderMap,
) -> Response {
    let address = ip.map(|Extension(ClientIp(ip))| ip.to_string()).unwrap_or_default();
    match feeds::written(&app, &name, &address).await {
        Ok(Some(text)) => answered(text, &headers),
        Ok(None) => (StatusCode::NOT_FOUND, "There is no such calendar.\n").into_response(),
        Err(error) => {
            tracing::error!(%error, "a calendar feed failed");
            let again = [(header::RETRY_AFTER, "60")];
            (StatusCode::SERVICE_UNAVAILABLE, again, "Please try again in a moment.\n").into_response()
        }
    }
}

fn answered(text: String, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", STANDARD.encode(&Hash::of(&text).bytes()[..15]));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).is_some_and(|tags| {
        tags.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == tag || one == "*")
    });
    let mut answer = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = [
            (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "inline; filename=\"calendar.ics\""),
        ];
        (kind, Body::from(text)).into_response()
    };
    let headers = answer.headers_mut();
    // No cache between may keep it, and whoever does asks whether it is still that.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    answer
}
