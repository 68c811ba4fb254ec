//! The documents and the routes behind them: one list of what is served where.

use std::sync::OnceLock;

use bytes::Bytes;
use kernel::{Api, App};
use utoipa::openapi::OpenApi;

/// A document with its routes.
pub struct Document {
    /// Its name: `/openapi/NAME.json`.
    pub name: &'static str,
    /// The base path of its operations.
    pub base: &'static str,
    /// Title.
    pub title: &'static str,
    /// What it is for.
    pub about: &'static str,
    api: fn() -> Api,
    /// What it says beside its operations.
    more: fn(&mut OpenApi),
    json_text: OnceLock<Bytes>,
    yaml_text: OnceLock<Bytes>,
}

/// In which form a document is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

impl Document {
    const fn new(
        name: &'static str,
        base: &'static str,
        title: &'static str,
        about: &'static str,
        api: fn() -> Api,
        more: fn(&mut OpenApi),
    ) -> Self {
        Self { name, base, title, about, api, more, json_text: OnceLock::new(), yaml_text: OnceLock::new() }
    }

    /// The document as published.
    pub fn openapi(&self) -> OpenApi {
        let mut raw = (self.api)().document();
        (self.more)(&mut raw);
        crate::openapi::finish(self, raw)
    }

    /// The document as JSON. Where an operation answers 201 or, in a special case, 200, the usual answer stands
    /// first: readers and generators take the first.
    pub fn json(&self) -> serde_json::Value {
        let mut document = serde_json::to_value(self.openapi()).unwrap_or_default();
        let operations = document["paths"].as_object_mut().into_iter().flat_map(|paths| {
            paths.values_mut().filter_map(serde_json::Value::as_object_mut).flat_map(|item| item.values_mut())
        });
        for operation in operations {
            if let Some(responses) = operation["responses"].as_object_mut()
                && responses.contains_key("201")
                && let Some(special) = responses.shift_remove("200")
            {
                responses.insert("200".to_owned(), special);
            }
            // The generator keeps extensions in no order; written down, the document must not change from one
            // start to the next.
            if let Some(operation) = operation.as_object_mut() {
                let mut said: Vec<String> =
                    operation.keys().filter(|k| k.starts_with("x-")).cloned().collect();
                said.sort();
                for key in said {
                    if let Some(value) = operation.shift_remove(&key) {
                        operation.insert(key, value);
                    }
                }
            }
        }
        document
    }

    /// The same as YAML.
    pub fn yaml(&self) -> String {
        yaml_serde::to_string(&self.json()).unwrap_or_default()
    }

    /// The document written down, once a process and when it is first asked for: that takes a while, which no
    /// start should wait for, and no other request.
    pub async fn text(&'static self, form: Form) -> kernel::Result<Bytes> {
        let kept = match form {
            Form::Json => &self.json_text,
            Form::Yaml => &self.yaml_text,
        };
        if let Some(text) = kept.get() {
            return Ok(text.clone());
        }
        let write = move || match form {
            Form::Json => self.json().to_string().into(),
            Form::Yaml => self.yaml().into(),
        };
        let written = tokio::task::spawn_blocking(move || kept.get_or_init(write).clone()).await;
        written.map_err(|error| kernel::Error::internal(error.to_string()))
    }

    /// Its routes, with the base path.
    pub fn routes(&self) -> axum::Router<App> {
        (self.api)().routes(self.base)
    }
}

fn nothing_more(_: &mut OpenApi) {}

static ALL: [Document; 5] = [
    Document::new(
        "b2b-v1",
        "/api/v1",
        "Business management, version 1",
        "Locations, users, services, team, clients, appointments and all else a business runs on.",
        || org::v1().merge(catalog::v1()).merge(clients::v1()).merge(booking::v1()).merge(reach::v1()),
        nothing_more,
    ),
    Document::new(
        "public",
        "/api/v1",
        "Online booking",
        "What clients book with: the booking page, applications, the client's own cabinet.",
        || org::public().merge(booking::public()),
        nothing_more,
    ),
    Document::new(
        "developers",
        "/api/v1",
        "For developers",
        "Dictionaries, webhooks and what applications of a marketplace need.",
        || org::developers().merge(reach::developers()),
        reach::webhooks::describe,
    ),
    Document::new(
        "b2b-v2",
        "/api/v2",
        "Business management, version 2",
        "The same rules behind JSON:API documents.",
        || org::v2().merge(catalog::v2()).merge(booking::v2()),
        nothing_more,
    ),
    Document::new(
        "frontdesk",
        "/api/frontdesk/v1",
        "Frontdesk's additions",
        "What this server has beyond the compatible surface: sessions, second factor, audit, invitations; resources, composite services, services of a chain, files of clients, online booking, signed webhooks and the log of their deliveries.",
        || org::own().merge(catalog::own()).merge(clients::own()).merge(booking::own()).merge(reach::own()),
        nothing_more,
    ),
];

static DEMO: Document = Document::new(
    "demo",
    crate::controls::BASE,
    "Controls of the demo",
    "Its clock, snapshots of its data, and rules by which requests fail. Only `frontdesk demo` has them.",
    crate::controls::api,
    nothing_more,
);

/// All of them.
pub fn all() -> &'static [Document] {
    &ALL
}

/// The controls of the demo, which `serve` does not have.
pub fn demo() -> &'static Document {
    &DEMO
}

/// The document of that name.
pub fn by_name(name: &str) -> Option<&'static Document> {
    ALL.iter().find(|d| d.name == name)
}

/// `method path operation auth right`, a line an operation, sorted: the map of what is served.
pub fn endpoints() -> String {
    let mut lines = Vec::new();
    for document in all() {
        let openapi = document.openapi();
        for (path, item) in &openapi.paths.paths {
            for (method, operation) in kernel::api::methods(item) {
                let said = |key: &str| {
                    let value = operation.extensions.as_ref().and_then(|e| e.get(key));
                    value.and_then(|v| v.as_str()).unwrap_or("-").to_owned()
                };
                lines.push(format!(
                    "{:<11} {:<6} {}{} {} {} {}",
                    document.name,
                    method.as_str(),
                    document.base,
                    path,
                    operation.operation_id.as_deref().unwrap_or("-"),
                    said("x-auth"),
                    said("x-permission"),
                ));
            }
        }
    }
    lines.sort();
    lines.join("\n") + "\n"
}

/// `right operation operation …`, a line a right that operations need.
pub fn permissions() -> String {
    let mut rights: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for line in endpoints().lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [_, _, _, operation, _, right] = words.as_slice()
            && *right != "-"
        {
            rights.entry((*right).to_owned()).or_default().push((*operation).to_owned());
        }
    }
    rights.iter().map(|(right, operations)| format!("{right}: {}\n", operations.join(" "))).collect()
}
