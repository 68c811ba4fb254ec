//! The documents and the routes behind them: one list of what is served where.

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
    api: Api,
    /// What it says beside its operations.
    more: fn(&mut OpenApi),
}

impl Document {
    /// The document as published.
    pub fn openapi(&self) -> OpenApi {
        let mut raw = self.api.document();
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

    /// Its routes, with the base path.
    pub fn routes(&self) -> axum::Router<App> {
        self.api.routes(self.base)
    }
}

fn nothing_more(_: &mut OpenApi) {}

/// All of them.
pub fn all() -> Vec<Document> {
    vec![
        Document {
            name: "b2b-v1",
            base: "/api/v1",
            title: "Business management, version 1",
            about: "Locations, users, services, team, clients, appointments and all else a business runs on.",
            api: org::v1().merge(catalog::v1()).merge(clients::v1()).merge(booking::v1()).merge(reach::v1()),
            more: nothing_more,
        },
        Document {
            name: "public",
            base: "/api/v1",
            title: "Online booking",
            about: "What clients book with: the booking page, applications, the client's own cabinet.",
            api: org::public().merge(booking::public()),
            more: nothing_more,
        },
        Document {
            name: "developers",
            base: "/api/v1",
            title: "For developers",
            about: "Dictionaries, webhooks and what applications of a marketplace need.",
            api: org::developers().merge(reach::developers()),
            more: reach::webhooks::describe,
        },
        Document {
            name: "b2b-v2",
            base: "/api/v2",
            title: "Business management, version 2",
            about: "The same rules behind JSON:API documents.",
            api: org::v2().merge(catalog::v2()).merge(booking::v2()),
            more: nothing_more,
        },
        Document {
            name: "frontdesk",
            base: "/api/frontdesk/v1",
            title: "Frontdesk's additions",
            about: "What this server has beyond the compatible surface: sessions, second factor, audit, invitations; resources, composite services, services of a chain, files of clients, online booking, signed webhooks and the log of their deliveries.",
            api: org::own()
                .merge(catalog::own())
                .merge(clients::own())
                .merge(booking::own())
                .merge(reach::own()),
            more: nothing_more,
        },
    ]
}

/// The controls of the demo, which `serve` does not have.
pub fn demo() -> Document {
    Document {
        name: "demo",
        base: crate::controls::BASE,
        title: "Controls of the demo",
        about: "Its clock, snapshots of its data, and rules by which requests fail. Only `frontdesk demo` has them.",
        api: crate::controls::api(),
        more: nothing_more,
    }
}

/// The document of that name.
pub fn by_name(name: &str) -> Option<Document> {
    all().into_iter().find(|d| d.name == name)
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
