//! The whole router.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use kernel::{App, Error, Kind};
use org::access::{Caller, authenticate};
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_http::cors::{AllowHeaders, Any, Cors, CorsLayer};

use crate::controls::{self, Controls};
use crate::documents::Document;
use crate::gate::Gate;
use crate::limits::{self, Limits, Quotas};
use crate::{book, calendar, documents, mock, observe, portal, site};

/// A request's body at the most, bytes: a picture and its form.
const BODY: usize = 12 * 1024 * 1024;

/// The same of somebody who is no partner: what such a one may ask is small.
const STRANGERS_BODY: usize = 64 * 1024;

/// How the router is put together.
#[derive(Clone)]
pub struct Options {
    /// How often a partner may ask; none for as often as it likes.
    pub quotas: Option<Quotas>,
    /// How many requests are worked on at once, 0 for any number.
    pub at_once: usize,
    /// How long a request may take.
    pub deadline: Duration,
    /// Whether X-Forwarded-For is to be believed.
    pub trust_proxy: bool,
    /// What the portal starts with.
    pub portal: portal::PortalConfig,
    /// Whether the controls of the demo are there.
    pub controls: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            quotas: None,
            at_once: 0,
            deadline: Duration::from_secs(30),
            trust_proxy: false,
            portal: portal::PortalConfig::default(),
            controls: false,
        }
    }
}

/// Everything that is served, as a router.
pub fn router(app: &App, options: &Options) -> Router {
    let site = Site::new(app, options);
    Router::new().fallback_service(service_fn(move |request| {
        let site = site.clone();
        async move { Ok::<_, Infallible>(site.answer(request).await) }
    }))
}

/// Everything that is served.
///
/// What stands around all operations is composed of functions, not of a router's layers, each of which would
/// copy and box what it surrounds on every request.
#[derive(Clone)]
pub(crate) struct Site(Arc<Parts>);

struct Parts {
    trust_proxy: bool,
    api: Operations,
    /// The same for the questions that browsers ask before.
    preflight: Cors<Operations>,
    rest: Router,
}

impl Site {
    pub(crate) fn new(app: &App, options: &Options) -> Self {
        let demo = options.controls.then(documents::demo);
        let documents = || documents::all().iter().chain(demo);
        let api = Operations::new(app, options, documents());
        let preflight = cors().layer(api.clone());
        let rest = Router::new()
            .merge(site::router())
            .merge(book::router())
            .merge(calendar::router())
            .merge(site::openapi(documents()))
            .merge(portal::router(options.portal.clone()))
            .merge(mock::router(|| {
                let mocked = documents::all().iter().filter(|d| d.name != "frontdesk");
                mocked.map(|d| (d.name, d.json())).collect()
            }))
            .with_state(app.clone());
        Self(Arc::new(Parts { trust_proxy: options.trust_proxy, api, preflight, rest }))
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, request: Request) -> Response {
        let parts = &*self.0;
        let mut response = observe::observe(parts.trust_proxy, request, async |request: Request| {
            let path = request.uri().path();
            if !path.starts_with("/api/") && path != "/api" {
                let answer = parts.rest.clone().oneshot(request).await;
                return answer.unwrap_or_else(|never| match never {});
            }
            let request = put_right(request);
            if request.method() == Method::OPTIONS {
                let answer = parts.preflight.clone().oneshot(request).await;
                return answer.unwrap_or_else(|never| match never {});
            }
            let mut answer = parts.api.answer(request).await;
            lend(answer.headers_mut());
            answer
        })
        .await;
        site::safe_headers(&mut response);
        response
    }
}

/// Everything under `/api`.
#[derive(Clone)]
struct Operations(Arc<Surrounded>);

struct Surrounded {
    app: App,
    limits: Option<Arc<Limits>>,
    gate: Option<Gate>,
    deadline: Duration,
    controls: bool,
    routes: Router,
}

impl Operations {
    fn new(app: &App, options: &Options, documents: impl Iterator<Item = &'static Document>) -> Self {
        let routes = documents.fold(Router::new(), |routes, document| routes.merge(document.routes()));
        let limits = options.quotas.map(|quotas| Limits::new(app, quotas));
        if let Some(limits) = &limits {
            tidy(limits);
        }
        Self(Arc::new(Surrounded {
            app: app.clone(),
            limits,
            gate: Gate::new(options.at_once),
            deadline: options.deadline,
            controls: options.controls,
            routes: routes
                .fallback(kernel::fallback)
                .method_not_allowed_fallback(kernel::method_fallback)
                .with_state(app.clone()),
        }))
    }

    async fn answer(&self, request: Request) -> Response {
        let Surrounded { app, limits, gate, deadline, .. } = &*self.0;
        kernel::face(app, request, async |request| {
            if gate.as_ref().is_some_and(Gate::is_full) {
                return Error::overloaded().into_response();
            }
            authenticate(app, request, |request| {
                limits::limit(limits.as_deref(), request, |request| self.controlled(*deadline, request))
            })
            .await
        })
        .await
    }

    /// In the demo, a request may meet a rule; how long that holds it up is beside the deadline.
    async fn controlled(&self, deadline: Duration, request: Request) -> Response {
        if self.0.controls && !request.uri().path().starts_with(controls::BASE) {
            let faults = &self.0.app.room::<Controls>().faults;
            let fault = if faults.is_empty() {
                None
            } else {
                let chance = i64::from(u16::from_be_bytes(self.0.app.random())) % 100;
                faults.hit(request.method(), request.uri().path(), chance)
            };
            if let Some(fault) = fault {
                tokio::time::sleep(fault.delay).await;
                if let Some(error) = fault.error() {
                    return error.into_response();
                }
            }
        }
        limits::deadline(deadline, self.admitted(request)).await
    }

    /// Reads the body, and waits for a place.
    async fn admitted(&self, request: Request) -> Response {
        let request = match whole(request).await {
            Ok(request) => request,
            Err(error) => return error.into_response(),
        };
        let Some(gate) = &self.0.gate else { return self.routed(request).await };
        match gate.enter().await {
            Ok(place) if place.waited => {
                let operations = self.clone();
                let work = async move {
                    let answer = operations.routed(request).await;
                    drop(place);
                    answer
                };
                gate.apart(work).await
            }
            Ok(place) => {
                let answer = self.routed(request).await;
                drop(place);
                answer
            }
            Err(error) => error.into_response(),
        }
    }

    async fn routed(&self, request: Request) -> Response {
        let answered = AssertUnwindSafe(self.0.routes.clone().oneshot(request)).catch_unwind().await;
        match answered {
            Ok(answer) => answer.unwrap_or_else(|never| match never {}),
            Err(panic) => panicked(&*panic),
        }
    }
}

impl Service<Request> for Operations {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let operations = self.clone();
        Box::pin(async move { Ok(operations.answer(request).await) })
    }
}

/// The request with its body read. One that is too large is not read, or no further; the operation says so, in its own
/// form.
async fn whole(request: Request) -> kernel::Result<Request> {
    let (mut parts, body) = request.into_parts();
    let is_partner = parts.extensions.get::<Caller>().is_some_and(|caller| caller.partner.is_some());
    let most = if is_partner { BODY } else { STRANGERS_BODY };
    let read = if body.size_hint().lower() > u64::try_from(most).unwrap_or(u64::MAX) {
        None
    } else {
        match Limited::new(body, most).collect().await {
            Ok(read) => Some(read.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => None,
            Err(_) => return Err(Error::new(Kind::BadRequest, "bad-request")),
        }
    };
    let limit = if read.is_some() { BODY } else { 0 };
    let body = read.unwrap_or_else(|| Bytes::from_static(b"too large"));
    kernel::keep_key(&mut parts, &body);
    let mut request = Request::from_parts(parts, Body::from(body));
    DefaultBodyLimit::max(limit).apply(&mut request);
    Ok(request)
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

/// What [`cors`] adds to an answer, written down.
fn lend(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("etag,retry-after,x-request-id"),
    );
    headers.append(header::VARY, HeaderValue::from_static("access-control-request-headers"));
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    Error::internal(format!("a panic: {text}")).into_response()
}

fn tidy(limits: &Arc<Limits>) {
    let limits = Arc::downgrade(limits);
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
        Some(rest) => {
            let rest = rest.trim_end_matches('/');
            // Events are called activities there.
            match rest.split_once("/activities") {
                Some((id, more)) if more.is_empty() || more.starts_with('/') => {
                    format!("/api/v2/locations/{id}/events{more}")
                }
                _ => format!("/api/v2/locations/{rest}"),
            }
        }
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
