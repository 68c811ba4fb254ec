//! The list of operations, read from the published documents, and requests made from their examples.

use frontdesk::demo::{LOCATION, PASSWORD};
use http::Method;
use org::images::Files;
use serde_json::{Map, Value, json};
use testkit::{Answer, App, Client, Part, make};

/// A published operation.
pub struct Operation {
    pub id: String,
    pub method: Method,
    /// With its base.
    pub path: String,
    /// `open`, `partner` or `partner+user`.
    pub auth: String,
    pub right: Option<String>,
    pub parameters: Vec<Value>,
    /// Content type and an example.
    body: Option<(String, Value)>,
    /// Its answer's schema, references followed at the top.
    pub answer: Value,
}

impl Operation {
    pub fn is_read(&self) -> bool {
        self.method == Method::GET
    }

    fn has_in_path(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.path.contains(&format!("{{{name}}}")))
    }

    /// Whether it is about one location.
    pub fn at_location(&self) -> bool {
        self.has_in_path(&["location_id", "company_id", "salon_id"])
    }

    /// Whether it is about one chain.
    pub fn in_chain(&self) -> bool {
        self.has_in_path(&["chain_id", "group_id", "salon_group_id"])
    }

    pub fn has_query(&self, name: &str) -> bool {
        self.parameters.iter().any(|p| p["in"] == "query" && p["name"] == name)
    }
}

/// Every published operation.
pub fn all() -> Vec<Operation> {
    let mut out = Vec::new();
    for document in frontdesk::documents::all() {
        let json = document.json();
        for (path, item) in json["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let content = operation["requestBody"]["content"].as_object();
                let body = content.and_then(|content| content.iter().next());
                let text = |key: &str| operation[key].as_str().map(ToOwned::to_owned);
                let responses = operation["responses"].as_object().into_iter().flatten();
                let fine = responses.filter(|(status, _)| status.starts_with('2')).map(|(_, r)| r).next();
                let schema = fine.map(|r| follow(&json, &r["content"]["application/json"]["schema"]));
                out.push(Operation {
                    id: text("operationId").expect("an operationId"),
                    method: method.to_uppercase().parse().expect("a method"),
                    path: format!("{}{path}", document.base),
                    auth: text("x-auth").expect("x-auth"),
                    right: text("x-permission"),
                    parameters: operation["parameters"].as_array().cloned().unwrap_or_default(),
                    body: body.map(|(kind, media)| (kind.clone(), example("", &json, &media["schema"]))),
                    answer: schema.cloned().unwrap_or_default(),
                });
            }
        }
    }
    out
}

fn follow<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str().and_then(|target| document.pointer(target.trim_start_matches('#'))) {
        Some(target) => follow(document, target),
        None => schema,
    }
}

/// An example of a schema: its properties' examples, or what their types suggest.
fn example(name: &str, document: &Value, schema: &Value) -> Value {
    if let Some(value) = in_the_demo(name) {
        return value;
    }
    let schema = follow(document, schema);
    if let Some(example) = schema.get("example") {
        return example.clone();
    }
    if let Some(either) = schema["oneOf"].as_array().or(schema["allOf"].as_array()) {
        let some = either.iter().find(|s| s["type"] != "null").unwrap_or(&Value::Null);
        return example(name, document, some);
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[0].as_str().unwrap_or_default(),
        kind => kind.as_str().unwrap_or_default(),
    };
    match kind {
        "object" => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            let properties = properties.map(|(name, inner)| (name.clone(), example(name, document, inner)));
            Value::Object(properties.collect::<Map<_, _>>())
        }
        "array" => json!([example(name, document, &schema["items"])]),
        "integer" | "number" => json!(1),
        "boolean" => json!(true),
        "string" => json!(""),
        _ => Value::Null,
    }
}

/// Fields whose examples are not of the demo's data, or that have none.
fn in_the_demo(field: &str) -> Option<Value> {
    Some(match field {
        "staff_id" | "master_id" => json!(1001),
        // "client_ids": somebody who can be reached in every way.
        "client_ids" => json!([1]),
        "original_entity_id" => json!(EVENT),
        "city_id" => json!(181),
        "value" => json!(true),
        "password" | "current_password" | "old_password" => json!(PASSWORD),
        "new_password" => json!("another password"),
        "search" => json!("somebody.new@example.com"),
        "user_role" => json!("worker"),
        "phones" => json!(["+12125357710"]),
        "2fa" | "city" | "timezone_name" => Value::Null,
        _ => return None,
    })
}

/// A group event of no series.
const EVENT: i64 = 3_480_140;

/// Ids that requests need and that documents can't know.
pub struct Ids {
    user: i64,
    session: i64,
    image_group: i64,
    tag: i64,
    custom_field: i64,
    event: i64,
    strategy: i64,
    record_hash: String,
    record_token: String,
}

impl Ids {
    /// Lays what they stand for.
    pub async fn lay(app: &App) -> Self {
        let owner = make::user_id(app, frontdesk::demo::LOGIN).await;
        app.exec(
            "INSERT INTO image_groups (location_id, id, entity, entity_id, created_at) VALUES ($1, $2, $3, 0, 0)",
            db::params![LOCATION, 72256i64, "service"],
        )
        .await;
        app.exec(
            "INSERT INTO tags (location_id, id, title, color, created_at) VALUES ($1, $2, $3, $4, 0)",
            db::params![LOCATION, 241_625i64, "VIP", "#ff2828"],
        )
        .await;
        app.exec(
            "INSERT INTO custom_fields (location_id, id, entity, kind, code, title, show_in_ui, user_can_edit, created_at)
             VALUES ($1, $2, 'client', 'text', 'shoe_size', 'Shoe size', 1, 1, 0)",
            db::params![LOCATION, 81i64],
        )
        .await;
        // A category without services, which can be deleted; a service that is no part of another.
        app.exec(
            "INSERT INTO service_bindings (location_id, id, created_at) VALUES ($1, 353, 0)",
            db::params![LOCATION],
        )
        .await;
        app.exec(
            "INSERT INTO service_categories (location_id, id, salon_service_id, title, created_at)
             VALUES ($1, 345, 353, 'Empty', 0)",
            db::params![LOCATION],
        )
        .await;
        app.exec("UPDATE services SET trial_price = 0, trial_duration = 600 WHERE id = 83181", &[]).await;
        app.exec(
            "INSERT INTO chain_service_categories (id, chain_id, title, created_at)
             VALUES (41, 9206, 'Empty', 0)",
            &[],
        )
        .await;
        app.exec(
            "INSERT INTO chain_services (id, chain_id, category_id, title, created_at)
             SELECT 52, chain_id, id, 'Cut', 0 FROM chain_service_categories WHERE id = 1",
            &[],
        )
        .await;
        app.exec(
            "INSERT INTO group_events (location_id, id, team_member_id, service_id, starts_at, length, capacity, created_at, updated_at)
             VALUES ($1, $2, 1001, 83193, 1796157000000, 3600, 9, 0, 0)",
            db::params![LOCATION, EVENT],
        )
        .await;
        app.exec(
            "INSERT INTO group_events (location_id, id, team_member_id, service_id, starts_at, length, capacity, created_at, updated_at)
             VALUES ($1, $2, 1002, 83193, 1796257000000, 3600, 9, 0, 0)",
            db::params![LOCATION, 3_480_141i64],
        )
        .await;
        app.exec(
            "INSERT INTO appointments (location_id, id, event_id, team_member_id, starts_at, length, created_at, updated_at)
             VALUES ($1, 9182, $2, 1001, 1796157000000, 3600, 0, 0)",
            db::params![LOCATION, EVENT],
        )
        .await;
        app.exec("UPDATE group_events SET clients_count = 1 WHERE id = 3480140", &[]).await;
        // A visit, with that appointment in it; one that is over; and who books confirms no phone.
        app.exec(
            "INSERT INTO visits (location_id, id, day, created_at) VALUES ($1, 771, '2026-12-01', 0)",
            db::params![LOCATION],
        )
        .await;
        app.exec("UPDATE appointments SET visit_id = 771 WHERE id = 9182", &[]).await;
        app.exec(
            "INSERT INTO appointments (location_id, id, team_member_id, starts_at, length, attendance, created_at, updated_at)
             VALUES ($1, 9184, 1001, 1766157000000, 3600, 1, 0, 0)",
            db::params![LOCATION],
        )
        .await;
        app.exec("UPDATE locations SET phone_confirmation = 0 WHERE id = $1", db::params![LOCATION]).await;
        let path: String = app.one("SELECT path FROM client_files WHERE id = 1", &[]).await;
        app.kernel().room::<Files>().put(&path, b"Consent".to_vec()).await.expect("the demo's file");
        app.exec(
            "INSERT INTO event_duplication_strategies (location_id, id, title, mode, created_at) VALUES ($1, 2, 'Daily', 1, 0)",
            db::params![LOCATION],
        )
        .await;
        app.exec(
            "INSERT INTO outbox (location_id, id, channel, recipient, body, kind, status, next_at, created_at)
             VALUES ($1, 17, 'sms', '+13155550166', 'Hello', 'mailing', 1, 0, 0)",
            db::params![LOCATION],
        )
        .await;
        let hook = "https://example.com/hook";
        for (sql, params) in [
            (
                "INSERT INTO webhooks (location_id, id, url, url_hash, position, active, events, self_sending, user_id,
                     partner_id, created_at, updated_at) VALUES ($1, 1, $2, $3, 0, 1, '[]', 0, 0, 0, 0, 0)",
                db::params![LOCATION, hook, kernel::Hash::of(hook).bytes()].as_slice(),
            ),
            (
                "INSERT INTO webhook_messages (location_id, id, resource, resource_id, change, body, created_at)
                 VALUES ($1, 12, 'salon', $1, 'update', '{}', 0)",
                db::params![LOCATION].as_slice(),
            ),
            (
                "INSERT INTO webhook_deliveries (location_id, id, webhook_id, message_id, reason, in_line, due_at, created_at)
                 VALUES ($1, 17, 1, 12, 'event', 1, 0, 0)",
                db::params![LOCATION].as_slice(),
            ),
            (
                "INSERT INTO event_series_regulars (location_id, id, series_id, client_id, created_at, updated_at)
                 VALUES ($1, 1718, 2, 2, 0, 0)",
                db::params![LOCATION].as_slice(),
            ),
            (
                "INSERT INTO event_series_regular_days (location_id, regular_id, day_id) VALUES ($1, 1718, 4)",
                db::params![LOCATION].as_slice(),
            ),
            (
                "INSERT INTO calendar_feeds (location_id, id, user_id, title, nonce, created_at) VALUES ($1, 1717, $2, '', 5, 0)",
                db::params![LOCATION, owner].as_slice(),
            ),
        ] {
            app.exec(sql, params).await;
        }
        Self {
            event: EVENT,
            strategy: 2,
            record_hash: booking::appointments::links::hash(app.kernel(), LOCATION, 9182),
            record_token: booking::appointments::links::token(app.kernel(), LOCATION, 9184),
            tag: 241_625,
            custom_field: 81,
            user: make::user_id(app, "olivia@example.com").await,
            session: app.one("SELECT MIN(id) FROM sessions WHERE user_id = $1", db::params![owner]).await,
            image_group: 72256,
        }
    }

    /// Bodies of requests whose example is of no use in the demo.
    fn body(&self, operation: &str) -> Option<Value> {
        let client = json!({"name": "Jo", "phone": "+13155550111"});
        let item =
            json!({"id": 1, "services": [83169], "staff_id": 1001, "datetime": "2026-03-25T11:00:00-04:00"});
        Some(match operation {
            "create_appointment" => json!({"staff_id": 1001, "services": [{"id": 83169}], "client": client,
                "datetime": "2027-03-01 10:00", "seance_length": 3600, "save_if_busy": true}),
            "update_appointment" => json!({"activity_id": self.event, "client": client}),
            "create_timetable_client_schedule" => json!({"client_id": 3, "schedule_days_ids": [4]}),
            "update_timetable_client_schedule" => json!({"schedule_days_ids": [4]}),
            "update_visit" => json!({"attendance": 0, "comment": "Quiet"}),
            "search_client_visits" => json!({"client_id": 1}),
            "validate_booking_params" => json!({"appointments": [item]}),
            "create_online_booking" => {
                json!({"phone": "+13155550111", "fullname": "Jo", "appointments": [item]})
            }
            "update_online_booking_datetime" => json!({"comment": "Late", "record_hash": self.record_hash}),
            "submit_feedback_form" => json!({"rating": 5, "text": "Fine"}),
            "book_event" => json!({"phone": "+13155550111", "fullname": "Jo", "email": "jo@example.com"}),
            "delete_timetable_appointment" => json!({"recordId": 9182}),
            "leave_comment" => json!({"mark": 5, "text": "Fine", "name": "Jo"}),
            _ => return None,
        })
    }

    fn of(&self, name: &str) -> Option<String> {
        Some(match name {
            "location_id" | "company_id" | "salon_id" => LOCATION.to_string(),
            "chain_id" | "group_id" | "salon_group_id" => "9206".to_owned(),
            "user_id" => self.user.to_string(),
            "session_id" => self.session.to_string(),
            "image_group_id" => self.image_group.to_string(),
            "tag_id" => self.tag.to_string(),
            "team_member_id" => "1001".to_owned(),
            // Jane Doe, with a comment and a file.
            "client_id" | "comment_id" | "file_id" | "webhook_id" => "1".to_owned(),
            "position_id" => "302".to_owned(),
            "form_id" => "19204".to_owned(),
            "start_date" | "end_date" | "date" => "2026-12-01".to_owned(),
            "event_id" => self.event.to_string(),
            // The demo's weekly class.
            "schedule_id" => "2".to_owned(),
            "day_id" => "4".to_owned(),
            "entity_id" => "5002".to_owned(),
            "record_id" | "appointment_id" => "9182".to_owned(),
            "attendance_id" => "record_9182".to_owned(),
            "visit_id" => "771".to_owned(),
            "record_hash" => self.record_hash.clone(),
            "record_token" => self.record_token.clone(),
            "strategy_id" => self.strategy.to_string(),
            "field_id" => self.custom_field.to_string(),
            "category_id" => "345".to_owned(),
            "service_id" => "83181".to_owned(),
            "composite_service_id" => "83173".to_owned(),
            "resource_id" => "70".to_owned(),
            "instance_id" => "181".to_owned(),
            "chain_category_id" => "41".to_owned(),
            "chain_service_id" => "52".to_owned(),
            "delivery_id" => "17".to_owned(),
            "feed_id" => "1717".to_owned(),
            "client_schedule_id" => "1718".to_owned(),
            _ => return None,
        })
    }
}

/// A picture of one pixel.
pub fn png() -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(1, 1).write_to(&mut out, image::ImageFormat::Png).expect("encodes");
    out.into_inner()
}

impl Ids {
    /// The operation's path with its parameters, and the query that it demands.
    pub fn path(&self, operation: &Operation) -> String {
        let mut path = operation.path.clone();
        let mut query = Vec::new();
        for parameter in &operation.parameters {
            let name = parameter["name"].as_str().unwrap_or_default();
            let example = match &parameter["example"] {
                Value::String(text) => text.clone(),
                Value::Null => "example".to_owned(),
                other => other.to_string(),
            };
            match parameter["in"].as_str() {
                // Version 1 has a tag's kind and its id in one place of the path.
                Some("path") if name == "entity" && parameter["schema"]["type"] == "integer" => {
                    path = path.replace("{entity}", &self.tag.to_string());
                }
                Some("path") => {
                    path = path.replace(&format!("{{{name}}}"), &self.of(name).unwrap_or(example));
                }
                Some("query") if parameter["required"] == true => {
                    query.push(format!("{name}={}", example.replace('#', "%23").replace(' ', "%20")));
                }
                _ => {}
            }
        }
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }
}

/// Sends an operation's example.
pub async fn ask(client: &Client, operation: &Operation, ids: &Ids) -> Answer {
    let path = ids.path(operation);
    // Version 2 demands it, version 1 takes it.
    let client = &client.clone().header("accept", "application/vnd.api.v2+json");
    let method = operation.method.clone();
    match &operation.body {
        Some((kind, example)) if kind.starts_with("multipart") => {
            let fields = example.as_object().into_iter().flatten();
            let parts: Vec<Part> = fields
                .map(|(name, value)| match (name.as_str(), ids.of(name)) {
                    ("image", _) => Part::file(name, "picture.png", png()),
                    ("file", _) => Part::file(name, "consent.txt", "I agree"),
                    (_, Some(id)) => Part::field(name, id),
                    _ => Part::field(name, value),
                })
                .collect();
            client.multipart(method, &path, &parts).await
        }
        Some((_, example)) => {
            client.json(method, &path, &ids.body(&operation.id).unwrap_or(example.clone())).await
        }
        None => client.raw(method, &path, &[], "").await,
    }
}
