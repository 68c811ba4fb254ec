//! Operations: a handler, its document, and the right it needs, read off its own signature.

use axum::RequestExt;
use axum::extract::{RawPathParams, Request, State};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::json;
use tower::util::{MapRequestLayer, MapResponseLayer};
use utoipa::openapi::Deprecated;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::{App, Error, Kind};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Anybody.
    Open,
    /// A partner token.
    Partner,
    /// A partner token and a user token.
    User,
}

impl Auth {
    /// As in `x-auth`.
    pub fn name(self) -> &'static str {
        match self {
            Auth::Open => "open",
            Auth::Partner => "partner",
            Auth::User => "partner+user",
        }
    }
}

/// What an operation demands of its asker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Who may ask.
    pub auth: Auth,
    /// The right needed at the location or chain named in the path.
    pub right: Option<&'static str>,
}

/// An extractor that authorises: it says what it demands.
pub trait Declared {
    /// What it demands.
    const ACCESS: Access;
}

/// A handler's arguments, the first of which authorises.
pub trait Arguments {
    /// What the first demands.
    const ACCESS: Access;
}

macro_rules! arguments {
    ($($rest:ident),*) => {
        impl<M, A: Declared, $($rest),*> Arguments for (M, A, $($rest,)*) {
            const ACCESS: Access = A::ACCESS;
        }
    };
}
arguments!();
arguments!(B);
arguments!(B, C);
arguments!(B, C, D);
arguments!(B, C, D, E);

/// What a handler demands.
pub fn declared<H: Handler<T, App>, T: Arguments>(_: &H) -> Access {
    T::ACCESS
}

/// An operation, as the layers around it know it.
#[derive(Debug)]
pub struct Op {
    /// The contract's operationId.
    pub id: String,
    /// Who may ask.
    pub access: Access,
    /// 401 and 404 in the older form `{errors: {code, message}, meta: {message}}`.
    pub legacy_errors: bool,
    /// `meta.errors` is an object of messages by field, as in version 2.
    pub errors_by_field: bool,
    /// Refusals are `{success, error_code, error_message}`, and wrong fields 400.
    pub numbered_errors: bool,
    /// Version 2: JSON:API documents, the Accept header required, errors by field.
    pub v2: bool,
    /// The path that takes its place, where it is deprecated; `{…}` as in its own path.
    pub successor: Option<&'static str>,
}

/// An operation on its way into an [`Api`]; made by [`op!`](crate::op!).
pub struct Route {
    parts: UtoipaMethodRouter<App>,
    access: Access,
    legacy_errors: bool,
    errors_by_field: bool,
    numbered_errors: bool,
    v2: bool,
    successor: Option<&'static str>,
}

impl Route {
    #[doc(hidden)]
    pub fn new(parts: UtoipaMethodRouter<App>, access: Access) -> Self {
        Self {
            parts,
            access,
            legacy_errors: false,
            errors_by_field: false,
            numbered_errors: false,
            v2: false,
            successor: None,
        }
    }

    /// Belongs to version 2.
    #[must_use]
    pub fn v2(mut self) -> Self {
        self.v2 = true;
        self.errors_by_field = true;
        self
    }

    /// Names what is wrong by field, as version 2 does.
    #[must_use]
    pub fn errors_by_field(mut self) -> Self {
        self.errors_by_field = true;
        self
    }

    /// Refuses by a number and a message alone.
    #[must_use]
    pub fn numbered_errors(mut self) -> Self {
        self.numbered_errors = true;
        self
    }

    /// Deprecated: answers say so and name the path that takes its place.
    #[must_use]
    pub fn succeeded_by(mut self, path: &'static str) -> Self {
        self.successor = Some(path);
        self
    }

    /// Answers 401 and 404 in the older form.
    #[must_use]
    pub fn legacy_errors(mut self) -> Self {
        self.legacy_errors = true;
        self
    }
}

/// `op!(handler)`: the handler with its `#[utoipa::path]` and the right in its signature.
#[macro_export]
macro_rules! op {
    ($handler:ident) => {
        $crate::api::Route::new(utoipa_axum::routes!($handler), $crate::api::declared(&$handler))
    };
}

/// Operations of one document.
#[derive(Clone)]
pub struct Api {
    document: OpenApiRouter<App>,
    routes: Vec<(String, MethodRouter<App>)>,
}

impl Default for Api {
    fn default() -> Self {
        Self::new()
    }
}

impl Api {
    /// Without any yet.
    pub fn new() -> Self {
        Self { document: OpenApiRouter::new(), routes: Vec::new() }
    }

    /// One operation more.
    #[must_use]
    pub fn op(mut self, route: Route) -> Self {
        let Route { parts, access, legacy_errors, errors_by_field, numbered_errors, v2, successor } = route;
        let (schemas, mut paths, methods) = parts;
        let mut id = String::new();
        for item in paths.paths.values_mut() {
            for operation in operations(item) {
                id = operation.operation_id.clone().unwrap_or_default();
                describe(operation, access, legacy_errors, numbered_errors);
                if successor.is_some() {
                    operation.deprecated = Some(Deprecated::True);
                }
            }
        }
        // Operations live as long as the program; leaked once each, they are borrowed without counting.
        let op = Op { id, access, legacy_errors, errors_by_field, numbered_errors, v2, successor };
        let op: &'static Op = Box::leak(Box::new(op));
        // What few operations need costs the others nothing.
        let methods =
            if v2 || successor.is_some() { methods.layer(from_fn_with_state(op, manners)) } else { methods };
        // The layers around learn from the request and from the answer which operation it is.
        let methods: MethodRouter<App> = methods.layer((
            MapRequestLayer::new(move |mut request: Request| {
                request.extensions_mut().insert(op);
                request
            }),
            MapResponseLayer::new(move |mut response: Response| {
                response.extensions_mut().insert(op);
                response
            }),
        ));
        self.routes.extend(paths.paths.keys().map(|path| (path.clone(), methods.clone())));
        self.document = self.document.routes((schemas, paths, methods));
        self
    }

    /// All of another's.
    #[must_use]
    pub fn merge(mut self, other: Api) -> Self {
        self.routes.extend(other.routes);
        self.document = self.document.merge(other.document);
        self
    }

    /// The document that the operations make.
    pub fn document(&self) -> utoipa::openapi::OpenApi {
        self.document.get_openapi().clone()
    }

    /// The routes, each with `base` before its path: nesting would take the path apart on every request.
    pub fn routes(&self, base: &str) -> axum::Router<App> {
        let routes = self.routes.iter();
        routes.fold(axum::Router::new(), |router, (path, methods)| {
            router.route(&format!("{base}{path}"), methods.clone())
        })
    }
}

/// Version 2 demands its Accept header; a deprecated operation names what takes its place.
async fn manners(State(op): State<&'static Op>, mut request: Request, next: Next) -> Response {
    if op.v2 && !accepts_v2(request.headers()) {
        return Error::new(Kind::BadRequest, "accept-missing").into_response();
    }
    let successor = match op.successor {
        Some(path) => Some(filled(path, &mut request).await),
        None => None,
    };
    let mut response = next.run(request).await;
    if let Some(link) = successor.and_then(|path| HeaderValue::try_from(path).ok()) {
        response.headers_mut().insert(header::LINK, link);
        response.headers_mut().insert(DEPRECATION, HeaderValue::from_static(DEPRECATED_SINCE));
    }
    response
}

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
/// When the older operations were deprecated (RFC 9745): with the first release, 2026-01-01.
const DEPRECATED_SINCE: &str = "@1767225600";
/// What version 2 wants to be accepted.
const V2: &str = "application/vnd.api.v2+json";

fn accepts_v2(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).into_iter().filter_map(|v| v.to_str().ok());
    accepted
        .flat_map(|v| v.split(','))
        .any(|one| one.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(V2)))
}

/// The link to a successor, with the parameters of this request's path in their places.
async fn filled(path: &str, request: &mut Request) -> String {
    let mut path = path.to_owned();
    if let Ok(params) = request.extract_parts::<RawPathParams>().await {
        for (name, value) in &params {
            path = path.replace(&format!("{{{name}}}"), value);
        }
    }
    format!("<{path}>; rel=\"successor-version\"")
}

/// The operations of a path.
pub fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete]
        .into_iter()
        .filter_map(Option::as_mut)
}

/// The operations of a path with their methods.
pub fn methods(item: &PathItem) -> impl Iterator<Item = (Method, &Operation)> {
    [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

fn describe(operation: &mut Operation, access: Access, legacy_errors: bool, numbered_errors: bool) {
    let mut said = utoipa::openapi::extensions::ExtensionsBuilder::new().add("x-auth", access.auth.name());
    if let Some(right) = access.right {
        said = said.add("x-permission", right);
    }
    if legacy_errors {
        said = said.add("x-legacy-errors", json!(true));
    }
    if numbered_errors {
        said = said.add("x-numbered-errors", json!(true));
    }
    operation.extensions.get_or_insert_default().merge(said.build());
}
