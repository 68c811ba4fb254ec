//! Finished answers: everything that a response consists of, made once.

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    document::{Document, entries},
    example::{Made, of_media, of_named},
};

/// The media type of nearly every answer.
pub(super) const JSON: &str = "application/json";

/// One documented answer of an operation.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    media: HeaderValue,
    body: Bytes,
    /// The other examples, by name.
    named: Vec<(Box<str>, Bytes)>,
}

impl Answer {
    /// The answer that the response object `response` describes.
    pub(super) fn compile(document: Document<'_>, status: StatusCode, response: &Value) -> Self {
        let content = media_of(&response["content"]);
        let (Some((media, described)), true) = (content, may_have_body(status)) else {
            return Self {
                status,
                media: HeaderValue::from_static(JSON),
                body: Bytes::new(),
                named: Vec::new(),
            };
        };
        let described = document.resolve(described);
        let made = of_media(document, described);
        if !made.explicit && status.as_u16() >= 400 {
            // A made-up failure tells less than the usual envelope does.
            return Self::envelope(status);
        }
        let named = entries(&described["examples"])
            .map(|(name, example)| (name.into(), bytes(media, of_named(document, described, example))))
            .collect();
        Self {
            status,
            media: HeaderValue::from_str(media).unwrap_or(HeaderValue::from_static(JSON)),
            body: bytes(media, made),
            named,
        }
    }

    /// A failure in the usual envelope, for a status that the document doesn't show.
    pub(super) fn envelope(status: StatusCode) -> Self {
        let message = match status {
            StatusCode::UNAUTHORIZED => "Authentication needed.",
            StatusCode::FORBIDDEN => "This is not allowed.",
            StatusCode::NOT_FOUND => "Not found.",
            StatusCode::TOO_MANY_REQUESTS => "Too many requests.",
            _ => status.canonical_reason().unwrap_or("An error has occurred."),
        };
        Self {
            status,
            media: HeaderValue::from_static(JSON),
            body: failure(message).into(),
            named: Vec::new(),
        }
    }

    /// The response; `example` picks one of the named examples, if there is one of that name.
    pub(super) fn respond(&self, example: Option<&str>) -> Response {
        let body = example
            .and_then(|wanted| self.named.iter().find(|(name, _)| &**name == wanted))
            .map_or(&self.body, |(_, body)| body);
        let mut response = Response::new(Body::from(body.clone()));
        *response.status_mut() = self.status;
        if !body.is_empty() {
            response.headers_mut().insert(CONTENT_TYPE, self.media.clone());
        }
        response
    }
}

/// The envelope of a failure with nothing but a message.
pub(super) fn failure(message: &str) -> String {
    json!({"success": false, "data": null, "meta": {"message": message}}).to_string()
}

/// The media type that the mock speaks, of those described: JSON where there is a choice.
fn media_of(content: &Value) -> Option<(&str, &Value)> {
    entries(content).find(|(media, _)| is_json(media)).or_else(|| entries(content).next())
}

/// `application/json` and its kin, such as `application/vnd.api.v2+json`.
pub(super) fn is_json(media: &str) -> bool {
    media.split(';').next().is_some_and(|media| {
        let media = media.trim();
        media.eq_ignore_ascii_case(JSON) || media.to_ascii_lowercase().ends_with("+json")
    })
}

fn may_have_body(status: StatusCode) -> bool {
    !status.is_informational()
        && status != StatusCode::NO_CONTENT
        && status != StatusCode::RESET_CONTENT
        && status != StatusCode::NOT_MODIFIED
}

fn bytes(media: &str, made: Made) -> Bytes {
    match made.value {
        // A text is its own body in every format but JSON.
        Value::String(text) if !is_json(media) => text.into(),
        value => value.to_string().into(),
    }
}
