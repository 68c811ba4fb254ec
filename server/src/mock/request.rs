//! Holding a request against an operation's plan.

use std::borrow::Cow;

use axum::{
    body::{Body as AxumBody, Bytes, to_bytes},
    http::{HeaderMap, Method, StatusCode, header::CONTENT_TYPE, request::Parts},
    response::Response,
};
use serde_json::{Map, Value, json};

use super::{
    answers::failure,
    check::{Body, Complaints, MISSING, Parameter, Plan, complain},
    json_response,
};

/// Larger bodies are turned away; the mock only looks at them.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// Why a request isn't answered with the operation's success.
pub(super) enum Rejection {
    /// Fields that are missing or of the wrong type.
    Invalid(Complaints),
    NotJson,
    TooLarge,
}

impl Rejection {
    pub(super) fn into_response(self) -> Response {
        match self {
            Self::Invalid(errors) => {
                let errors: Vec<Value> = errors
                    .iter()
                    .flat_map(|(field, messages)| {
                        let messages = messages.as_array().into_iter().flatten();
                        messages.map(move |message| json!({"field": field, "message": message}))
                    })
                    .collect();
                let meta = json!({"message": "An error has occurred.", "errors": errors});
                let body = json!({"success": false, "data": null, "meta": meta});
                json_response(StatusCode::UNPROCESSABLE_ENTITY, body.to_string())
            }
            Self::NotJson => json_response(StatusCode::BAD_REQUEST, failure("The body is not valid JSON.")),
            Self::TooLarge => json_response(StatusCode::PAYLOAD_TOO_LARGE, failure("The body is too large.")),
        }
    }
}

/// Checks a request; `segments` are the texts in the places of the path's parameters.
pub(super) async fn check(
    plan: &Plan,
    segments: &[&str],
    parts: &Parts,
    body: AxumBody,
) -> Result<(), Rejection> {
    let mut complaints = Complaints::new();
    for (parameter, segment) in plan.segments.iter().zip(segments) {
        if !parameter.kinds.take_text(&decode(segment, false)) {
            complain(&mut complaints, &parameter.name, parameter.kinds.complaint());
        }
    }
    let query = parts.uri.query().unwrap_or_default();
    check_query(&plan.query, query, &mut complaints);
    check_headers(&plan.headers, &parts.headers, &mut complaints);
    if let Some(expected) = &plan.body {
        let body = to_bytes(body, LARGEST_BODY).await.map_err(|_| Rejection::TooLarge)?;
        check_body(expected, &parts.method, &parts.headers, query, &body, &mut complaints)?;
    }
    if complaints.is_empty() { Ok(()) } else { Err(Rejection::Invalid(complaints)) }
}

fn check_query(expected: &[Parameter], query: &str, complaints: &mut Complaints) {
    for parameter in expected {
        let mut found = false;
        for (name, value) in pairs(query).filter(|(name, _)| is_named(name, &parameter.name)) {
            // An empty field of a search form is a field left out.
            if value.is_empty() {
                continue;
            }
            found = true;
            if name.len() == parameter.name.len() && !parameter.kinds.take_text(&value) {
                complain(complaints, &parameter.name, parameter.kinds.complaint());
            }
        }
        if parameter.required && !found {
            complain(complaints, &parameter.name, MISSING);
        }
    }
}

/// Whether a name in a query (`ids`, `ids[]`, `ids[3]`, `page[number]`) means the parameter of this name,
/// which may itself be spelt with brackets or without.
fn is_named(name: &str, parameter: &str) -> bool {
    let plain = parameter.strip_suffix("[]").unwrap_or(parameter);
    name.strip_prefix(plain).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
}

fn check_headers(expected: &[Parameter], headers: &HeaderMap, complaints: &mut Complaints) {
    for parameter in expected {
        match headers.get(&*parameter.name).and_then(|value| value.to_str().ok()) {
            Some(value) if !parameter.kinds.take_text(value) => {
                complain(complaints, &parameter.name, parameter.kinds.complaint());
            }
            None if parameter.required => complain(complaints, &parameter.name, MISSING),
            _ => {}
        }
    }
}

fn check_body(
    expected: &Body,
    method: &Method,
    headers: &HeaderMap,
    query: &str,
    body: &Bytes,
    complaints: &mut Complaints,
) -> Result<(), Rejection> {
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if body.is_empty() {
        // Many clients can't send a body with GET or DELETE: their fields come in the query.
        let fields = if matches!(*method, Method::GET | Method::HEAD | Method::DELETE) { query } else { "" };
        if expected.needs_fields() || !fields.is_empty() {
            expected.check(&form(expected, fields), complaints);
        }
        if expected.required && fields.is_empty() && complaints.is_empty() {
            complain(complaints, "body", MISSING);
        }
    } else if media.starts_with("multipart/form-data") {
        for field in expected.required_fields().filter(|field| !has_part(body, field)) {
            complain(complaints, field, MISSING);
        }
    } else if media.starts_with("application/x-www-form-urlencoded") && !looks_like_json(body) {
        let fields = std::str::from_utf8(body).map_err(|_| Rejection::NotJson)?;
        expected.check(&form(expected, fields), complaints);
    } else if expected.json {
        let value = serde_json::from_slice(body).map_err(|_| Rejection::NotJson)?;
        expected.check(&value, complaints);
    } else {
        // The document wants a form, and this isn't one.
        for field in expected.required_fields() {
            complain(complaints, field, MISSING);
        }
    }
    Ok(())
}

/// Some clients (curl for one) call any body a form unless told otherwise.
fn looks_like_json(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// The object that a form stands for. What is inside of a field with brackets isn't looked at.
fn form(expected: &Body, fields: &str) -> Value {
    let mut members = Map::new();
    for (name, value) in pairs(fields) {
        match name.split_once('[') {
            None => members.insert(name.into_owned(), Value::String(value.into_owned())),
            Some((name, _)) if expected.field_kinds(name).is_list() => {
                members.insert(name.to_owned(), Value::Array(Vec::new()))
            }
            Some((name, _)) => members.insert(name.to_owned(), Value::Object(Map::new())),
        };
    }
    Value::Object(members)
}

/// Whether a multipart body has a part of this name.
fn has_part(body: &[u8], name: &str) -> bool {
    let mark = format!("name=\"{name}");
    body.windows(mark.len() + 1)
        .any(|window| window.strip_prefix(mark.as_bytes()).is_some_and(|rest| matches!(rest, b"\"" | b"[")))
}

/// The decoded pairs of a query or form.
fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name, true), decode(value, true))
    })
}

/// Percent-decodes a text; in a form, a plus is a space.
pub(super) fn decode(text: &str, form: bool) -> Cow<'_, str> {
    let coded = text.contains('%') || form && text.contains('+');
    if !coded {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        let code = bytes.get(index + 1..index + 3).and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 16).ok()
        });
        match (byte, code) {
            (b'%', Some(code)) => {
                decoded.push(code);
                index += 2;
            }
            (b'+', _) if form => decoded.push(b' '),
            _ => decoded.push(*byte),
        }
        index += 1;
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}
