//! Requests are taken leniently: JSON or form, numbers as strings, every spelling of the same name.

mod alias;
mod lenient;
mod patch;
mod path;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::header;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use lenient::from_value;
pub use patch::Patch;
pub use path::Path;

use crate::{Error, Kind, Result};

/// A request's body, JSON or form, read into `T`; what the query has and the body lacks is taken from there.
#[derive(Clone, Copy, Debug)]
pub struct Lenient<T>(pub T);

/// A request's JSON body alone, read into `T`. A type that denies unknown fields
/// (`#[serde(deny_unknown_fields)]`, which its schema says too) has them refused by name; nothing of the query is
/// taken for them.
#[derive(Clone, Copy, Debug)]
pub struct Strict<T>(pub T);

/// A request's query, read into `T`.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Lenient<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let query = query_tree(request.uri().query().unwrap_or_default());
        let mut tree = body(request, state).await?;
        if let (Value::Object(tree), Value::Object(query)) = (&mut tree, query) {
            for (key, value) in query {
                tree.entry(key).or_insert(value);
            }
        }
        from_value(tree).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Strict<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let tree = body(request, state).await?;
        from_value(tree).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        from_value(query_tree(parts.uri.query().unwrap_or_default())).map(Self)
    }
}

async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Value> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .map(|v| v.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let body = Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
            Error::new(Kind::TooLarge, "too-large")
        } else {
            Error::new(Kind::BadRequest, "bad-request")
        }
    })?;
    body_tree(kind.as_deref(), &body)
}

fn body_tree(kind: Option<&str>, body: &[u8]) -> Result<Value> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(Map::new()));
    }
    match kind {
        Some("application/x-www-form-urlencoded") => Ok(form_tree(&String::from_utf8_lossy(body))),
        // Many clients forget the type, and the hosted service's own is a JSON type.
        None | Some("") => json(body),
        Some(kind) if kind.ends_with("json") || kind == "text/plain" => json(body),
        Some(_) => Err(Error::new(Kind::UnsupportedMedia, "unsupported-media")),
    }
}

fn json(body: &[u8]) -> Result<Value> {
    serde_json::from_slice(body).map_err(|_| Error::new(Kind::BadRequest, "bad-request"))
}

/// `a=1&ids[]=2&filter[x]=3` as a tree. A key without a value says nothing in a query.
fn query_tree(query: &str) -> Value {
    let mut tree = form_tree(query);
    if let Value::Object(tree) = &mut tree {
        tree.retain(|_, value| !matches!(value, Value::String(text) if text.is_empty()));
    }
    tree
}

fn form_tree(text: &str) -> Value {
    if text.is_empty() {
        return Value::Object(Map::new());
    }
    // Depth is bounded by the library; what it can't read (`a[=1`) says nothing.
    serde_qs::Config::new()
        .max_depth(8)
        .use_form_encoding(true)
        .deserialize_str::<Map<String, Value>>(text)
        .map_or_else(|_| Value::Object(Map::new()), Value::Object)
}

#[cfg(test)]
mod tests {
    use super::{form_tree, query_tree};
    use serde_json::json;

    #[test]
    fn a_query_becomes_a_tree() {
        assert_eq!(
            query_tree("a=1&b=&filter[is_approved]=1&ids[]=1&ids[]=2&x=a+b%21"),
            json!({"a": "1", "filter": {"is_approved": "1"}, "ids": ["1", "2"], "x": "a b!"})
        );
        assert_eq!(form_tree("ids%5B0%5D=1&ids%5B1%5D=7"), json!({"ids": ["1", "7"]}));
        assert_eq!(
            form_tree("social[instagram]=x&title="),
            json!({"social": {"instagram": "x"}, "title": ""})
        );
        assert_eq!(form_tree("a[=1"), form_tree("a[=1"));
    }
}
