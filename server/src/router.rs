//! The whole router.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, Method, Uri, header};
use kernel::{App, Error};
use org::access::authenticate;
use tower::util::MapRequest;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use crate::limits::{self, Limits, Quotas};
use crate::{book, documents, mock, observe, portal, site};

/// A request's body at the most, bytes: a picture and its form.
const BODY: usize = 12 * 1024 * 1024;

/// How the router is put together.
#[derive(Clone)]
pub struct Options {
    /// How often a partner may ask; none for as often as it likes.
    pub quotas: Option<Quotas>,
    /// How long a request may take.
    pub deadline: Duration,
    /// Whether X-Forwarded-For is to be believed.
    pub trust_proxy: bool,
    /// What the portal starts with.
    pub portal: portal::PortalConfig,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            quotas: None,
            deadline: Duration::from_secs(30),
            trust_proxy: false,
            portal: portal::PortalConfig::default(),
        }
    }
}

/// Everything that is served.
pub fn router(app: &App, options: &Options) -> Router {
    let documents = documents::all();
    let mut api = Router::new();
    for document in &documents {
        // Two documents may share a base path, so their routes are laid side by side, not nested.
        let base = document.base.strip_prefix("/api").unwrap_or(document.base);
        api = api.merge(Router::new().nest(base, document.routes()));
    }
    let mut api = api
        .fallback(kernel::fallback)
        .method_not_allowed_fallback(kernel::method_fallback)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(options.deadline, limits::deadline));
    if let Some(quotas) = options.quotas {
        let limits = Limits::new(app, quotas);
        tidy(&limits);
        api = api.layer(from_fn_with_state(limits, limits::limit));
    }
    let api = api
        .layer(from_fn_with_state(app.clone(), authenticate))
        .layer(from_fn_with_state(app.clone(), kernel::face))
        .layer(cors());

    let published: Vec<_> =
        documents.iter().map(|d| (d.name, serde_json::to_value(d.openapi()).unwrap_or_default())).collect();
    let mocked: Vec<_> =
        published.iter().filter(|(name, _)| *name != "frontdesk").map(|(name, doc)| (*name, doc)).collect();
    let all = Router::new()
        .nest("/api", api)
        .merge(site::router())
        .merge(book::router())
        .merge(site::openapi(&documents))
        .merge(portal::router(options.portal.clone()))
        .merge(mock::router(&mocked))
        .with_state(app.clone())
        .layer(from_fn_with_state(options.trust_proxy, observe::observe))
        .layer(from_fn(site::safe_headers));
    // Paths are put right before they are routed; a layer of the router would come after.
    Router::new().fallback_service(MapRequest::new(all, put_right))
}

/// Pages of other sites may ask: who asks is told by tokens alone, never by a cookie, so nothing is lent out.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([header::ETAG, header::RETRY_AFTER, HeaderName::from_static("x-request-id")])
        .max_age(Duration::from_hours(1))
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    Error::internal(format!("a panic: {text}")).into_response()
}

fn tidy(limits: &std::sync::Arc<Limits>) {
    let limits = std::sync::Arc::downgrade(limits);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(60)).await;
            match limits.upgrade() {
                Some(limits) => limits.tidy(),
                None => return,
            }
        }
    });
}

/// A trailing slash under /api means nothing; version 2 has an older name for locations.
fn put_right(mut request: Request) -> Request {
    let path = request.uri().path();
    let trimmed = path.trim_end_matches('/');
    let older = path.strip_prefix("/api/v2/companies/");
    if !path.starts_with("/api/") || (trimmed.len() == path.len() && older.is_none()) {
        return request;
    }
    let mut target = match older {
        Some(rest) => format!("/api/v2/locations/{}", rest.trim_end_matches('/')),
        None => trimmed.to_owned(),
    };
    if let Some(query) = request.uri().query() {
        target.push('?');
        target.push_str(query);
    }
    if let Ok(target) = target.parse::<Uri>() {
        *request.uri_mut() = target;
    }
    request
}
