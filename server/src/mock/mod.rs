//! The mock: answers every operation of the published documents with the document's own example.
//!
//! It keeps nothing and asks no database. The documents are read once, for the first request: bodies are
//! serialised, paths go into a matcher, and what a request must carry becomes a small plan. Answering a
//! request is then a lookup, a check by that plan, and a copy of a reference to the finished body.
//!
//! An operation is found under `/_mock/en/NAME/openapi`, with or without the document's base path:
//! `/_mock/en/b2b-v1/openapi/api/v1/company/1` and `/_mock/en/b2b-v1/openapi/company/1` are the same.

mod answers;
mod check;
mod compile;
mod document;
mod example;
mod prefer;
mod request;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{ALLOW, AUTHORIZATION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::any,
};
use serde_json::Value;
use tokio::sync::OnceCell;

use answers::Answer;
use compile::{Mock, Operation};
use prefer::Preference;

/// The addresses that this router answers begin with this.
const PREFIX: &str = "/_mock/en/";

/// The mock of each document that `documents` gives as (name, OpenAPI 3.1 document), such as
/// `("b2b-v1", document)`; it is asked once.
///
/// Merge the result into the server's router as it is: its routes are absolute.
pub fn router<S>(documents: fn() -> Vec<(&'static str, Value)>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let mocks: Arc<OnceCell<Vec<Mock>>> = Arc::default();
    let compile =
        move || documents().iter().map(|(name, document)| Mock::compile(name, document)).collect::<Vec<_>>();
    Router::new().route(
        "/_mock/{*rest}",
        any(move |request: Request| {
            let mocks = Arc::clone(&mocks);
            async move {
                match mocks.get_or_try_init(|| tokio::task::spawn_blocking(compile)).await {
                    Ok(mocks) => answer(mocks, request).await,
                    Err(error) => kernel::Error::internal(error.to_string()).into_response(),
                }
            }
        }),
    )
}

async fn answer(mocks: &[Mock], request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some((mock, path)) = locate(mocks, parts.uri.path()) else {
        return problem(StatusCode::NOT_FOUND, "There is no mock at this address.");
    };
    let Some(found) = mock.find(path) else {
        return problem(StatusCode::NOT_FOUND, "The document has no such path.");
    };
    let Some(operation) = found.operations.of(&parts.method) else {
        let mut response =
            problem(StatusCode::METHOD_NOT_ALLOWED, "The document has no such method on this path.");
        response.headers_mut().insert(ALLOW, found.operations.allow.clone());
        return response;
    };
    let preference = Preference::of(&parts.headers);
    if let Some(response) = preferred(operation, &preference) {
        return response;
    }
    if operation.secured && parts.headers.get(AUTHORIZATION).is_none_or(HeaderValue::is_empty) {
        return operation.unauthorized.respond(None);
    }
    let checked = match &operation.plan {
        Some(plan) => request::check(plan, &found.segments, &parts, body).await,
        None => Ok(()),
    };
    match checked {
        Ok(()) => operation.success.respond(preference.example.as_deref()),
        Err(rejection) => rejection.into_response(),
    }
}

/// Splits `/_mock/en/NAME/openapi/REST` into the mock of that name and `/REST`.
fn locate<'m, 'p>(mocks: &'m [Mock], path: &'p str) -> Option<(&'m Mock, &'p str)> {
    let (name, rest) = path.strip_prefix(PREFIX)?.split_once('/')?;
    let path = rest.strip_prefix("openapi")?;
    let mock = mocks.iter().find(|mock| &*mock.name == name)?;
    path.starts_with('/').then_some((mock, path))
}

/// The answer that `Prefer: code=…` asks for. A failure that the document doesn't describe is made up, so
/// that a client can be tried against any; a success that it doesn't describe is not.
fn preferred(operation: &Operation, preference: &Preference) -> Option<Response> {
    let status = preference.code?;
    if let Some(answer) = operation.answers.iter().find(|answer| answer.status == status) {
        return Some(answer.respond(preference.example.as_deref()));
    }
    (status.as_u16() >= 400).then(|| Answer::envelope(status).respond(None))
}

/// A failure in the usual envelope.
fn problem(status: StatusCode, message: &str) -> Response {
    json_response(status, answers::failure(message))
}

fn json_response(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(answers::JSON));
    response
}
