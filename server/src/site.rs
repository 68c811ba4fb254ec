//! What is served beside the API: health, metrics, documents, pictures, the page of an invitation.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use db::params;
use http::{HeaderName, HeaderValue, StatusCode, header};
use kernel::App;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use org::images::Files;

use crate::documents::{Document, Form};

/// A drawing for locations without a logo.
const NO_LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" rx=\"12\" fill=\"#e5e7eb\"/><path d=\"M16 48V28l16-12 16 12v20H38V36H26v12z\" fill=\"#9ca3af\"/></svg>\n";
/// A drawing for team members without a picture.
const NO_MASTER: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" rx=\"12\" fill=\"#e5e7eb\"/><circle cx=\"32\" cy=\"25\" r=\"10\" fill=\"#9ca3af\"/><path d=\"M13 54c2-12 9-17 19-17s17 5 19 17z\" fill=\"#9ca3af\"/></svg>\n";
const YEAR: &str = "public, max-age=31536000, immutable";

/// The routes.
pub fn router() -> Router<App> {
    // Metrics are recorded from the first request on.
    LazyLock::force(&METRICS);
    Router::new()
        .route("/", get(async || Redirect::temporary("/docs/")))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/images/no-logo.svg", get(async || svg(NO_LOGO.as_bytes().to_vec())))
        .route("/images/no-master.svg", get(async || svg(NO_MASTER.as_bytes().to_vec())))
        .route("/images/no-master-sm.svg", get(async || svg(NO_MASTER.as_bytes().to_vec())))
        .route("/images/business-groups/{name}", get(business_group))
        .route("/uploads/{*name}", get(upload))
        .route("/invitation/{token}", get(invitation))
}

static METRICS: LazyLock<Option<PrometheusHandle>> =
    LazyLock::new(|| PrometheusBuilder::new().install_recorder().ok());

/// Puts what was recorded together. Without it, times would pile up until somebody asks for the metrics.
pub fn metrics_upkeep() {
    if let Some(handle) = METRICS.as_ref() {
        handle.run_upkeep();
    }
}

async fn metrics() -> Response {
    match METRICS.as_ref() {
        Some(handle) => {
            handle.run_upkeep();
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response()
        }
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Ready: the database answers.
async fn ready(State(app): State<App>) -> Response {
    let asked = async {
        app.db().conn().await?.one::<i64>("SELECT n FROM cache_epoch WHERE id = $1", params![1i64]).await
    };
    match asked.await {
        Ok(_) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], "not ready\n").into_response()
        }
    }
}

fn svg(content: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")], content)
        .into_response()
}

async fn business_group(Path(name): Path<String>) -> Response {
    match org::dictionaries::image(&name) {
        Some(content) => svg(content.to_vec()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn upload(State(app): State<App>, Path(name): Path<String>) -> Response {
    let kind = match name.rsplit('.').next() {
        Some("jpeg") => "image/jpeg",
        Some("png") => "image/png",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    match app.room::<Files>().get(&name).await {
        Ok(Some(content)) => {
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, YEAR)], content).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => error.into_response(),
    }
}

/// The page behind an invitation's link. It speaks to our additions alone.
async fn invitation() -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-SCRIPT'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    static PAGE: LazyLock<(String, HeaderValue)> = LazyLock::new(|| {
        use base64::Engine as _;
        let page = include_str!("invitation.html");
        let script =
            page.split("<script>").nth(1).and_then(|s| s.split("</script>").next()).unwrap_or_default();
        let digest = kernel::Hash::of(script);
        let digest = base64::engine::general_purpose::STANDARD.encode(digest.bytes());
        let policy = HeaderValue::try_from(POLICY.replace("SCRIPT", &digest));
        (page.to_owned(), policy.unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'")))
    });
    let (page, policy) = &*PAGE;
    ([(header::CONTENT_SECURITY_POLICY, policy.clone())], Html(page.clone())).into_response()
}

/// `/openapi/NAME.json` and `.yaml`.
pub fn openapi(documents: impl Iterator<Item = &'static Document>) -> Router<App> {
    let written = async |document: &'static Document, form: Form| {
        let kind = match form {
            Form::Json => "application/json",
            Form::Yaml => "application/yaml",
        };
        let headers = [(header::CONTENT_TYPE, kind), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
        document.text(form).await.map(|text| (headers, text))
    };
    documents.fold(Router::new(), |router, document| {
        router
            .route(&format!("/openapi/{}.json", document.name), get(move || written(document, Form::Json)))
            .route(&format!("/openapi/{}.yaml", document.name), get(move || written(document, Form::Yaml)))
    })
}

/// Headers that keep browsers from guessing; none of them changes an answer.
pub fn safe_headers(response: &mut Response) {
    let headers = response.headers_mut();
    headers.entry(header::X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    headers
        .entry(HeaderName::from_static("referrer-policy"))
        .or_insert(HeaderValue::from_static("no-referrer"));
}
