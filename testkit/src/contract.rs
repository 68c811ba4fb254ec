//! Holds answers against the published documents.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use http::Method;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::Answer;

struct Document {
    /// Components: as they are closed, and open ones for use within `allOf`.
    components: Value,
}

struct Operation {
    document: usize,
    id: String,
    method: String,
    segments: Vec<String>,
    responses: Value,
}

struct Contract {
    documents: Vec<Document>,
    operations: Vec<Operation>,
    compiled: Mutex<HashMap<(usize, u16), Arc<Validator>>>,
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let all = frontdesk::documents::all().iter().chain([frontdesk::documents::demo()]);
    let published: Vec<(&str, Value)> = all.map(|d| (d.base, d.json())).collect();
    Contract::of(&published)
});

/// Whether an answer is what the published document of its operation says: its status is documented, the body
/// has every required field, fields of the right types, and no field that the schema does not know.
///
/// What is no published operation (another path, another method) is not looked at.
///
/// # Errors
/// What is wrong, in words.
pub fn check(method: &Method, path: &str, answer: &Answer) -> Result<(), String> {
    CONTRACT.check(method.as_str(), path, answer)
}

impl Contract {
    /// Of documents with their base paths.
    fn of(published: &[(&str, Value)]) -> Self {
        let mut documents = Vec::new();
        let mut operations = Vec::new();
        for (base, document) in published {
            for (path, item) in document["paths"].as_object().into_iter().flatten() {
                for (method, operation) in item.as_object().into_iter().flatten() {
                    operations.push(Operation {
                        document: documents.len(),
                        id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
                        method: method.to_uppercase(),
                        segments: segments(&format!("{base}{path}")),
                        responses: operation["responses"].clone(),
                    });
                }
            }
            documents.push(Document { components: closed_components(&document["components"]["schemas"]) });
        }
        Self { documents, operations, compiled: Mutex::default() }
    }

    fn check(&self, method: &str, path: &str, answer: &Answer) -> Result<(), String> {
        let Some((at, operation)) = self.operation(method, path) else { return Ok(()) };
        let status = answer.status.as_u16();
        let problem = |what: &str| {
            Err(format!(
                "{} ({method} {path}) answers {status}, {what}\n{}",
                operation.id,
                answer.text().chars().take(4000).collect::<String>()
            ))
        };
        if status == 304 {
            return if answer.bytes.is_empty() { Ok(()) } else { problem("but with a body") };
        }
        let response = &operation.responses[status.to_string()];
        if response.is_null() {
            return problem("which its document does not have");
        }
        // HTTP lets a 204 have no body, even where the contract draws one.
        if response["content"].is_null() || status == 204 {
            return if answer.bytes.is_empty() {
                Ok(())
            } else {
                problem("which is documented without a body")
            };
        }
        // A file is of its own type, and what it holds is nobody's to say.
        if !response["content"]["*/*"].is_null() {
            return Ok(());
        }
        let kind = answer.header("content-type").split(';').next().unwrap_or_default();
        if kind != "application/json" && !response["content"][kind].is_null() {
            return Ok(());
        }
        if kind != "application/json" {
            return problem("but its content type is not application/json");
        }
        let validator = self.validator(at, status);
        let errors: Vec<String> = validator
            .iter_errors(&answer.body)
            .map(|error| format!("  at {:?}: {error}", error.instance_path().to_string()))
            .map(|text| text.chars().take(600).collect())
            .collect();
        if errors.is_empty() {
            return Ok(());
        }
        problem(&format!("but not as documented:\n{}", errors.join("\n")))
    }

    /// The operation behind a path; the one with more words in its own path goes before one with parameters.
    fn operation(&self, method: &str, path: &str) -> Option<(usize, &Operation)> {
        let path = path.split('?').next().unwrap_or_default();
        let asked = segments(path.trim_end_matches('/'));
        let is_parameter = |segment: &str| segment.starts_with('{');
        self.operations
            .iter()
            .enumerate()
            .filter(|(_, o)| {
                o.method == method
                    && o.segments.len() == asked.len()
                    && o.segments
                        .iter()
                        .zip(&asked)
                        .all(|(own, a)| own == a || (is_parameter(own) && !a.is_empty()))
            })
            .min_by_key(|(_, o)| o.segments.iter().filter(|s| is_parameter(s)).count())
    }

    fn validator(&self, at: usize, status: u16) -> Arc<Validator> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        compiled
            .entry((at, status))
            .or_insert_with(|| {
                let operation = &self.operations[at];
                let content = &operation.responses[status.to_string()]["content"]["application/json"];
                let mut schema = close(&content["schema"], true);
                schema["components"] = reached(&schema, &self.documents[operation.document].components);
                let validator = jsonschema::draft202012::new(&schema);
                Arc::new(validator.unwrap_or_else(|e| panic!("{}: {status}: {e}", operation.id)))
            })
            .clone()
    }
}

/// The components that a schema refers to, and those that they refer to in turn: a few of hundreds.
fn reached(schema: &Value, components: &Value) -> Value {
    let mut out = json!({"schemas": {}, "open": {}});
    let mut ahead = vec![schema];
    while let Some(value) = ahead.pop() {
        match value {
            Value::Object(members) => {
                ahead.extend(members.values());
                let target = members.get("$ref").and_then(Value::as_str);
                if let Some((kind, name)) = target
                    .and_then(|target| target.strip_prefix("#/components/"))
                    .and_then(|target| target.split_once('/'))
                    && out[kind].get(name).is_none()
                    && let Some(component) = components[kind].get(name)
                {
                    out[kind][name] = component.clone();
                    ahead.push(component);
                }
            }
            Value::Array(items) => ahead.extend(items),
            _ => {}
        }
    }
    out
}

fn segments(path: &str) -> Vec<String> {
    path.trim_start_matches('/').split('/').map(ToOwned::to_owned).collect()
}

/// Every schema twice: closed, and open at its top for use within `allOf`.
fn closed_components(schemas: &Value) -> Value {
    let all = |closed: bool| -> Map<String, Value> {
        let schemas = schemas.as_object().into_iter().flatten();
        schemas.map(|(name, schema)| (name.clone(), close(schema, closed))).collect()
    };
    json!({"schemas": all(true), "open": all(false)})
}

/// The schema with all its objects closed: a field that it does not name is wrong. `at_top`: whether to close
/// the outermost one too.
fn close(schema: &Value, at_top: bool) -> Value {
    let Value::Object(schema) = schema else { return schema.clone() };
    let mut out = Map::new();
    for (key, value) in schema {
        let value = match (key.as_str(), value) {
            ("properties" | "patternProperties" | "$defs", Value::Object(inner)) => {
                inner.iter().map(|(name, schema)| (name.clone(), close(schema, true))).collect()
            }
            ("items" | "additionalProperties" | "not", inner) => close(inner, true),
            ("oneOf" | "anyOf" | "prefixItems", Value::Array(inner)) => {
                inner.iter().map(|schema| close(schema, true)).collect()
            }
            ("allOf", Value::Array(inner)) => inner.iter().map(|schema| close(schema, false)).collect(),
            ("$ref", Value::String(target)) if !at_top => {
                target.replace("#/components/schemas/", "#/components/open/").into()
            }
            (_, value) => value.clone(),
        };
        out.insert(key.clone(), value);
    }
    if at_top && !out.contains_key("additionalProperties") {
        if out.contains_key("allOf") {
            out.insert("unevaluatedProperties".to_owned(), false.into());
        } else if out.get("properties").and_then(Value::as_object).is_some_and(|p| !p.is_empty()) {
            out.insert("additionalProperties".to_owned(), false.into());
        }
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};
    use serde_json::{Value, json};

    use super::Contract;
    use crate::Answer;

    fn contract() -> Contract {
        let schemas = json!({
            "Thing": {
                "type": "object",
                "required": ["id", "tags"],
                "properties": {
                    "id": {"type": "integer"},
                    "tags": {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}},
                    "owner": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Tag"}]},
                    "by_id": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Tag"}},
                    "any": {"type": "object"}
                }
            },
            "Tag": {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}},
            "Both": {"allOf": [
                {"$ref": "#/components/schemas/Tag"},
                {"type": "object", "properties": {"n": {"type": "integer"}}}
            ]}
        });
        let answer = |name: &str| {
            let schema = json!({"$ref": format!("#/components/schemas/{name}")});
            json!({"responses": {"200": {"content": {"application/json": {"schema": schema}}}, "204": {}}})
        };
        let paths = json!({
            "/things/{id}": {"get": answer("Thing"), "delete": answer("Thing")},
            "/things/both": {"get": answer("Both")}
        });
        Contract::of(&[("/api", json!({"paths": paths, "components": {"schemas": schemas}}))])
    }

    fn ask(method: &str, path: &str, status: u16, body: &Value) -> Result<(), String> {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "application/json".parse().expect("a value"));
        let answer = Answer {
            asked: String::new(),
            status: StatusCode::from_u16(status).expect("a status"),
            headers,
            bytes: if body.is_null() { Vec::new() } else { body.to_string().into_bytes() },
            body: body.clone(),
        };
        contract().check(method, path, &answer)
    }

    #[track_caller]
    fn wrong(path: &str, body: &Value, part: &str) {
        let problem = ask("GET", path, 200, body).expect_err("it is wrong");
        assert!(problem.contains(part), "{problem}");
    }

    #[test]
    fn what_is_as_documented_passes() {
        let thing = json!({"id": 1, "tags": [{"title": "a"}], "owner": null, "by_id": {"7": {"title": "b"}}, "any": {"x": 1}});
        ask("GET", "/api/things/1?x=2", 200, &thing).expect("as documented");
        ask("GET", "/api/things/both", 200, &json!({"title": "a", "n": 1})).expect("as documented");
        ask("DELETE", "/api/things/1", 204, &Value::Null).expect("as documented");
        ask("GET", "/api/nothing", 404, &json!({"whatever": 1})).expect("not looked at");
        ask("PUT", "/api/things/1", 405, &json!({"whatever": 1})).expect("not looked at");
    }

    #[test]
    fn a_wrong_field_is_caught() {
        wrong("/api/things/1", &json!({"id": "1", "tags": []}), "/id");
        wrong("/api/things/1", &json!({"id": 1}), "\"tags\" is a required property");
        wrong("/api/things/1", &json!({"id": 1, "tags": [], "secret": 1}), "secret");
        wrong("/api/things/1", &json!({"id": 1, "tags": [{"title": "a", "secret": 1}]}), "secret");
        wrong("/api/things/1", &json!({"id": 1, "tags": [], "owner": {"title": "a", "more": 1}}), "owner");
        wrong("/api/things/1", &json!({"id": 1, "tags": [], "by_id": {"7": {"name": "b"}}}), "/by_id/7");
        wrong("/api/things/both", &json!({"title": "a", "n": 1, "secret": 2}), "secret");
    }

    #[test]
    fn a_status_or_a_body_that_is_not_documented_is_caught() {
        let problem = ask("GET", "/api/things/1", 500, &json!({})).expect_err("it is wrong");
        assert!(problem.contains("answers 500, which its document does not have"), "{problem}");
        let problem = ask("DELETE", "/api/things/1", 204, &json!({})).expect_err("it is wrong");
        assert!(problem.contains("without a body"), "{problem}");
    }

    #[test]
    fn the_published_documents_compile() {
        let contract = &super::CONTRACT;
        assert!(contract.operations.len() > 20);
        for (at, operation) in contract.operations.iter().enumerate() {
            for (status, response) in operation.responses.as_object().into_iter().flatten() {
                if !response["content"]["application/json"].is_null() {
                    contract.validator(at, status.parse().expect("a status"));
                }
            }
        }
    }
}
