//! The face of version 1: what stands around every operation, once.
//!
//! Request ids, languages and conditional reads on the way in; errors put into words, ETags
//! and the older flat answers on the way out.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::call::{IdempotencyKey, Origin, Shape};
use crate::reply::Revised;
use crate::secrets::hex;
use crate::{App, Error, Hash, Kind, Language, Op};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The longest key taken.
const KEY: usize = 255;

/// The layer around everything under `/api`.
///
/// It, like the layers beside it, is a function around a function: composed at compile time, none of them costs a
/// box, a copy of what it surrounds or a lookup.
pub async fn face<F: Future<Output = Response>>(
    app: &App,
    mut request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let origin =
        Arc::new(Origin::of(request.headers(), request.extensions(), request_id(request.headers(), app)));
    request.extensions_mut().insert(origin.clone());
    let accept_language = request.headers().get(header::ACCEPT_LANGUAGE).cloned();
    let in_v2 = request.uri().path().starts_with("/api/v2/");
    let if_none_match = request.headers().get(header::IF_NONE_MATCH).cloned();
    let conditional = matches!(*request.method(), Method::GET | Method::HEAD);

    let mut response = next(request).await;

    if let Some(error) = response.extensions_mut().remove::<Error>() {
        let language = Language::negotiate(accept_language.as_ref().and_then(|v| v.to_str().ok()));
        response = put_into_words(&error, response, in_v2, &language, &origin.request_id);
    } else if conditional && not_modified(if_none_match.as_ref(), &response) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(header::CONTENT_TYPE);
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    if response.extensions().get::<Shape>() == Some(&Shape::Flat) {
        response = flat(response).await;
    }
    if let Ok(id) = HeaderValue::try_from(&origin.request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The client's own request id when it is a decent one, else a new one.
fn request_id(headers: &HeaderMap, app: &App) -> String {
    let decent = |id: &&str| {
        !id.is_empty()
            && id.len() <= 128
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
    };
    match headers.get(REQUEST_ID).and_then(|v| v.to_str().ok()).filter(decent) {
        Some(id) => id.to_owned(),
        None => hex(&app.random::<8>()),
    }
}

/// Reads the Idempotency-Key of a write whose body is there, for its digest.
pub fn keep_key(request: &mut http::request::Parts, body: &[u8]) {
    if request.method != Method::POST {
        return;
    }
    let Some(key) = request.headers.get(IDEMPOTENCY_KEY) else { return };
    // One that is none is refused by the operation, in its own form.
    let key = key.to_str().ok().filter(|key| key.len() <= KEY).unwrap_or_default().to_owned();
    let target = request.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let fingerprint = Hash::of_parts(&[target.as_bytes(), body]);
    let path = request.uri.path().to_owned();
    request.extensions.insert(IdempotencyKey { key, path, fingerprint });
}

fn not_modified(if_none_match: Option<&HeaderValue>, response: &Response) -> bool {
    let (Some(wanted), Some(tag), Some(_)) = (
        if_none_match.and_then(|v| v.to_str().ok()),
        response.headers().get(header::ETAG).and_then(|v| v.to_str().ok()),
        response.extensions().get::<Revised>(),
    ) else {
        return false;
    };
    response.status() == StatusCode::OK
        && wanted.split(',').map(|t| t.trim().trim_start_matches("W/")).any(|t| t == tag || t == "*")
}

/// `in_v2` says where the request went, should it have been refused before an operation was found.
fn put_into_words(
    error: &Error,
    from: Response,
    in_v2: bool,
    language: &Language,
    request_id: &str,
) -> Response {
    if let Some(cause) = error.cause().filter(|_| error.kind().status().is_server_error()) {
        tracing::error!(request_id, cause, "a request failed");
    }
    if let Some((status, body)) = error.replayed() {
        return replay(*status, body.clone());
    }
    let (parts, _) = from.into_parts();
    let legacy = parts.extensions.get::<Shape>() == Some(&Shape::Flat)
        || parts.extensions.get::<&'static Op>().is_some_and(|op| op.legacy_errors);
    let by_name = parts.extensions.get::<&'static Op>().map_or(in_v2, |op| op.errors_by_field);
    let numbered = parts.extensions.get::<&'static Op>().is_some_and(|op| op.numbered_errors);
    let mut body = if numbered { numbered_body(error, language) } else { body(error, legacy, language) };
    if by_name && let Some(errors) = body["meta"].get_mut("errors") {
        *errors = by_field(error, language);
    }
    let status = match error.kind() {
        Kind::Invalid if numbered => StatusCode::BAD_REQUEST,
        kind => kind.status(),
    };
    let mut response =
        (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response();
    // Allow of a 405, RateLimit of a 429 and the like are kept.
    for (name, value) in &parts.headers {
        if *name != header::CONTENT_LENGTH && *name != header::CONTENT_TYPE {
            response.headers_mut().insert(name.clone(), value.clone());
        }
    }
    let headers = response.headers_mut();
    if let Some(seconds) = error.retry_after() {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if error.kind() == Kind::Unauthorized {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Ok(tag) = HeaderValue::try_from(language.tag()) {
        headers.insert(header::CONTENT_LANGUAGE, tag);
    }
    response
}

fn body(error: &Error, legacy: bool, language: &Language) -> Value {
    let message = error.message().text(language);
    if legacy && matches!(error.kind(), Kind::Unauthorized | Kind::NotFound) {
        let code = error.kind().status().as_u16();
        return json!({
            "errors": {"code": code, "message": message.trim_end_matches('.')},
            "meta": {"message": message},
        });
    }
    let mut meta = json!({"message": message});
    for (name, value) in error.flags() {
        meta[*name] = (*value).into();
    }
    if !error.fields().is_empty() {
        meta["errors"] = error
            .fields()
            .iter()
            .map(|(field, message)| match field.as_str() {
                "" => json!({"message": message.text(language)}),
                field => json!({"field": field, "message": message.text(language)}),
            })
            .collect();
    }
    if !error.codes().is_empty() {
        meta["errors"] = error
            .codes()
            .iter()
            .map(|of| {
                let mut said = json!({"code": of.code, "message": of.message.text(language)});
                if let Some(id) = of.id {
                    said["id"] = id.into();
                }
                said
            })
            .collect();
    }
    json!({"success": false, "data": null, "meta": meta})
}

/// A number for the program, and a message for people, which names the first field that is wrong.
fn numbered_body(error: &Error, language: &Language) -> Value {
    let code = match error.kind() {
        Kind::Invalid => 10,
        Kind::Forbidden => 15,
        Kind::Unauthorized => 20,
        Kind::NotFound => 30,
        _ => 5,
    };
    let message = match error.fields().first() {
        Some((field, message)) if !field.is_empty() => format!("{field}: {}", message.text(language)),
        _ => error.message().text(language),
    };
    json!({"success": false, "error_code": code, "error_message": message})
}

/// Version 2 lists messages by field.
fn by_field(error: &Error, language: &Language) -> Value {
    let mut out = serde_json::Map::new();
    for (field, message) in error.fields() {
        let messages = out.entry(field.clone()).or_insert_with(|| json!([]));
        if let Value::Array(messages) = messages {
            messages.push(message.text(language).into());
        }
    }
    Value::Object(out)
}

fn replay(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = status.into_response();
    if !body.is_empty() {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *response.body_mut() = Body::from(body);
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// The older answers: an object stands by itself, a list with its count beside it.
async fn flat(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return Error::internal("an answer that could not be read").into_response();
    };
    let envelope = serde_json::from_slice::<Value>(&bytes).ok();
    let Some(Value::Object(mut envelope)) = envelope.filter(|v| v["success"] == true) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    let data = envelope.remove("data").unwrap_or_default();
    let count = envelope.get("meta").and_then(|meta| meta.get("count")).cloned();
    let flat = match data {
        Value::Array(items) => {
            json!({"count": count.unwrap_or_else(|| json!(items.len())), "data": items})
        }
        Value::Null => json!({"success": true}),
        one => one,
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(flat.to_string()))
}

/// For paths that do not exist.
pub async fn fallback() -> Error {
    Error::new(Kind::NotFound, "path-not-found")
}

/// For methods that a path does not have.
pub async fn method_fallback() -> Error {
    Error::new(Kind::MethodNotAllowed, "method-not-allowed")
}
