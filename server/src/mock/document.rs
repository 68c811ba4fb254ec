//! Reading an OpenAPI document: references and the handful of shapes that the mock needs.

use serde_json::Value;

/// References that point at references are followed this far, so that a circle ends.
const LONGEST_CHAIN: usize = 16;

/// A document whose local references can be followed.
#[derive(Clone, Copy)]
pub(super) struct Document<'a> {
    root: &'a Value,
}

impl<'a> Document<'a> {
    pub(super) fn new(root: &'a Value) -> Self {
        Self { root }
    }

    /// What `$ref` in this value points at, in the end; the value itself without one. Null for a
    /// reference that leads nowhere or outside of the document.
    pub(super) fn resolve(self, value: &'a Value) -> &'a Value {
        const NOWHERE: &Value = &Value::Null;
        let mut value = value;
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = reference(value) else { return value };
            let Some(target) =
                reference.strip_prefix('#').and_then(|pointer| self.root.pointer(&unescape(pointer)))
            else {
                return NOWHERE;
            };
            value = target;
        }
        NOWHERE
    }

    /// Path and path item of each path.
    pub(super) fn paths(self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        entries(&self.root["paths"]).map(move |(path, item)| (path, self.resolve(item)))
    }

    /// The path part of the first server's address: `/api/v1`, or empty for the root.
    pub(super) fn base(self) -> &'a str {
        let url = self.root["servers"][0]["url"].as_str().unwrap_or_default();
        let path = match url.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("", |start| &rest[start..]),
            None => url,
        };
        path.trim_end_matches('/')
    }

    /// The security requirements of an operation; its own ones take the place of the document's.
    pub(super) fn security(self, operation: &'a Value) -> &'a [Value] {
        let requirements = operation.get("security").or_else(|| self.root.get("security"));
        requirements.and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

/// The reference that a value consists of.
pub(super) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}

/// The members of an object; none for anything else.
pub(super) fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, member)| (name.as_str(), member))
}

/// The items of an array; none for anything else.
pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// References are addresses, so a pointer inside one may be percent-encoded (`%7Bid%7D`).
fn unescape(pointer: &str) -> String {
    super::request::decode(pointer, false).into_owned()
}
