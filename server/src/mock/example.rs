//! Examples: the one that the document gives, else one made from the schema, the same one each time.

use serde_json::{Map, Value, json};

use super::document::{Document, entries, items};

/// Schemas may contain themselves; below this depth values are empty.
const DEEPEST: usize = 10;

/// A value, and whether the document said anything about it beyond its type.
pub(super) struct Made {
    pub(super) value: Value,
    pub(super) explicit: bool,
}

impl Made {
    fn said(value: Value) -> Self {
        Self { value, explicit: true }
    }

    fn guessed(value: Value) -> Self {
        Self { value, explicit: false }
    }
}

/// The example of a media type object: its own, the first of its named ones, else its schema's.
pub(super) fn of_media(document: Document<'_>, media: &Value) -> Made {
    if let Some(example) = media.get("example") {
        return Made::said(unwrapped(document, media, example));
    }
    if let Some((_, example)) = entries(&media["examples"]).next() {
        return of_named(document, media, example);
    }
    of_schema(document, &media["schema"], 0)
}

/// One of the named examples of a media type object.
pub(super) fn of_named(document: Document<'_>, media: &Value, example: &Value) -> Made {
    let example = document.resolve(example);
    Made::said(unwrapped(document, media, example.get("value").unwrap_or(&Value::Null)))
}

/// Some authors paste a JSON answer as a text; it is meant as what it says.
fn unwrapped(document: Document<'_>, media: &Value, example: &Value) -> Value {
    if let Value::String(text) = example
        && document.resolve(&media["schema"])["type"] != "string"
        && let Ok(value @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
    {
        return value;
    }
    example.clone()
}

/// The example of a schema, else a value that fits it.
pub(super) fn of_schema(document: Document<'_>, schema: &Value, depth: usize) -> Made {
    let schema = document.resolve(schema);
    let said = schema.get("example").or_else(|| schema["examples"].get(0)).or_else(|| schema.get("default"));
    if let Some(value) = said {
        return Made::said(value.clone());
    }
    if let Some(value) = schema.get("const").or_else(|| schema["enum"].get(0)) {
        return Made::said(fitted(kind(schema), value));
    }
    if depth >= DEEPEST {
        return Made::guessed(empty(kind(schema)));
    }
    if schema.get("allOf").is_some() {
        return of_all(document, schema, depth);
    }
    for choice in ["oneOf", "anyOf"] {
        let branches = items(&schema[choice]);
        let is_null = |branch: &&Value| kind(document.resolve(branch)) == Some("null");
        if let Some(branch) = branches.iter().find(|branch| !is_null(branch)).or(branches.first()) {
            return joined(of_schema(document, branch, depth + 1), own_members(document, schema, depth));
        }
    }
    match kind(schema) {
        Some("object") => own_members(document, schema, depth),
        Some("array") => of_array(document, schema, depth),
        Some("integer") => Made::guessed(number(schema, true)),
        Some("number") => Made::guessed(number(schema, false)),
        Some("boolean") => Made::guessed(Value::Bool(true)),
        Some("string") => Made::guessed(text(schema)),
        _ => Made::guessed(Value::Null),
    }
}

/// The type of a schema: the first that isn't null, or the one that its keywords betray.
fn kind(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            let first = kinds.next();
            if first == Some("null") { kinds.next().or(first) } else { first }
        }
        _ if schema.get("properties").is_some() || schema.get("additionalProperties").is_some() => {
            Some("object")
        }
        _ if schema.get("items").is_some() || schema.get("prefixItems").is_some() => Some("array"),
        _ if schema.get("format").is_some() || schema.get("pattern").is_some() => Some("string"),
        _ => None,
    }
}

/// A listed value written in the wrong type (`"false"` for a boolean) in the right one.
fn fitted(kind: Option<&str>, value: &Value) -> Value {
    let Value::String(text) = value else { return value.clone() };
    match kind {
        Some("boolean" | "integer" | "number") => {
            serde_json::from_str(text).unwrap_or_else(|_| value.clone())
        }
        _ => value.clone(),
    }
}

fn empty(kind: Option<&str>) -> Value {
    match kind {
        Some("object") => json!({}),
        Some("array") => json!([]),
        Some("string") => json!(""),
        Some("integer" | "number") => json!(0),
        Some("boolean") => json!(false),
        _ => Value::Null,
    }
}

fn of_all(document: Document<'_>, schema: &Value, depth: usize) -> Made {
    let own = own_members(document, schema, depth);
    items(&schema["allOf"])
        .iter()
        .map(|part| of_schema(document, part, depth + 1))
        .chain([own])
        .fold(Made::guessed(Value::Null), merged)
}

/// Objects flow together; of other values the later one stays.
fn merged(first: Made, second: Made) -> Made {
    let explicit = first.explicit || second.explicit;
    let value = match (first.value, second.value) {
        (Value::Object(mut all), Value::Object(more)) => {
            all.extend(more);
            Value::Object(all)
        }
        (first, second) if second.is_null() => first,
        (_, second) => second,
    };
    Made { value, explicit }
}

/// A chosen branch, with the members that the schema has beside its branches.
fn joined(branch: Made, own: Made) -> Made {
    match (&branch.value, &own.value) {
        (Value::Object(_), Value::Object(_)) => merged(own, branch),
        _ => branch,
    }
}

/// The object of a schema's own `properties`; null when it has none and isn't declared an object.
fn own_members(document: Document<'_>, schema: &Value, depth: usize) -> Made {
    if kind(schema) != Some("object") {
        return Made::guessed(Value::Null);
    }
    let mut explicit = false;
    let mut members = Map::new();
    for (name, property) in entries(&schema["properties"]) {
        let made = of_schema(document, property, depth + 1);
        explicit |= made.explicit;
        members.insert(name.to_owned(), made.value);
    }
    if members.is_empty()
        && let extra @ Value::Object(_) = &schema["additionalProperties"]
    {
        let made = of_schema(document, extra, depth + 1);
        explicit |= made.explicit;
        members.insert("key".to_owned(), made.value);
    }
    Made { value: Value::Object(members), explicit }
}

fn of_array(document: Document<'_>, schema: &Value, depth: usize) -> Made {
    let first = items(&schema["prefixItems"]);
    let one = schema.get("items").filter(|one| one.is_object());
    let schemas = if first.is_empty() { one.as_slice().to_vec() } else { first.iter().collect() };
    let mut explicit = false;
    let values = schemas.into_iter().map(|schema| {
        let made = of_schema(document, schema, depth + 1);
        explicit |= made.explicit;
        made.value
    });
    let value = Value::Array(values.filter(|value| !value.is_null()).collect());
    Made { value, explicit }
}

fn number(schema: &Value, whole: bool) -> Value {
    let least = schema.get("minimum").or_else(|| schema.get("exclusiveMinimum"));
    let beyond = schema.get("minimum").is_none() && schema.get("exclusiveMinimum").is_some();
    let Some(least) = least.and_then(Value::as_f64) else {
        let greatest = schema.get("maximum").filter(|value| value.as_f64().is_some_and(|value| value < 1.0));
        return greatest.cloned().unwrap_or(json!(1));
    };
    let value = if beyond { least + 1.0 } else { least.max(0.0) };
    #[expect(clippy::cast_possible_truncation, reason = "a bound beyond 64 bits is capped, which is as good")]
    if whole || value.fract() == 0.0 { json!(value.ceil() as i64) } else { json!(value) }
}

fn text(schema: &Value) -> Value {
    let text = match schema["format"].as_str() {
        Some("date") => "2026-01-15",
        Some("date-time") => "2026-01-15T10:00:00+00:00",
        Some("time") => "10:00:00",
        Some("duration") => "PT1H",
        Some("email" | "idn-email") => "someone@example.com",
        Some("hostname" | "idn-hostname") => "example.com",
        Some("ipv4") => "192.0.2.1",
        Some("ipv6") => "2001:db8::1",
        Some("uri" | "url" | "uri-reference" | "iri") => "https://example.com/",
        Some("uuid") => "00000000-0000-4000-8000-000000000001",
        Some("byte") => "YQ==",
        Some("binary") => "",
        Some("password") => "********",
        _ => "string",
    };
    let longest = schema["maxLength"].as_u64().and_then(|length| usize::try_from(length).ok());
    let shortest = schema["minLength"].as_u64().and_then(|length| usize::try_from(length).ok());
    let cut = &text[..longest.unwrap_or(text.len()).min(text.len())];
    let missing = shortest.unwrap_or_default().min(1000).saturating_sub(cut.len());
    Value::String(format!("{cut}{}", "x".repeat(missing)))
}
