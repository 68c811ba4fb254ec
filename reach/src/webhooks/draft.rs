//! From events to messages: what happened is loaded as it now is, and written to all who asked for it.

use std::collections::BTreeMap;

use db::Conn;
use kernel::{App, Kind, Result};
use serde::Serialize;
use serde_json::{Value, json};

use super::resources::{Loaded, Resource, Wanted, resource};
use super::rules;
use super::store::{self, Draft, Event, Webhook};

/// What goes over the wire.
#[derive(Debug, Serialize)]
struct Envelope<'a> {
    company_id: i64,
    resource: &'a str,
    resource_id: i64,
    status: &'a str,
    data: &'a Value,
}

/// What is sent of one change.
pub fn body(location_id: i64, resource: &str, resource_id: i64, change: &str, data: &Value) -> String {
    let envelope = Envelope { company_id: location_id, resource, resource_id, status: change, data };
    // Texts, numbers and a tree always serialise.
    serde_json::to_string(&envelope).unwrap_or_default()
}

/// The messages that these events are to be told by.
pub async fn drafts(app: &App, conn: &mut Conn, events: &[Event]) -> Result<Vec<Draft>> {
    let told = wanted(conn, events).await?;
    written(app, conn, told).await
}

/// An event that somebody wants to hear of.
struct Told<'a> {
    event: &'a Event,
    resource: &'static Resource,
    webhooks: Vec<i64>,
}

/// Which of the events are wanted, and by whom.
async fn wanted<'a>(conn: &mut Conn, events: &'a [Event]) -> Result<Vec<Told<'a>>> {
    let known: Vec<(&Event, &'static Resource)> =
        events.iter().filter_map(|event| Some((event, resource(&event.entity)?))).collect();
    let mut locations: Vec<i64> = known.iter().map(|(event, _)| event.location_id).collect();
    locations.sort_unstable();
    locations.dedup();
    if locations.is_empty() {
        return Ok(Vec::new());
    }
    let webhooks = store::active_of(conn, &locations).await?;
    let wants = |webhook: &Webhook, event: &Event, resource: &Resource| {
        webhook.location_id == event.location_id
            && webhook.created_at <= event.created_at
            && webhook.flags().has(resource.flag)
            && (webhook.self_sending
                || !rules::is_own((webhook.user_id, webhook.partner_id), (event.user_id, event.partner_id)))
    };
    let told = known.into_iter().filter_map(|(event, resource)| {
        let webhooks: Vec<i64> =
            webhooks.iter().filter(|w| wants(w, event, resource)).map(|w| w.id).collect();
        (!webhooks.is_empty()).then_some(Told { event, resource, webhooks })
    });
    Ok(told.collect())
}

/// Loads what the events tell of, each kind of a location at once, and writes it down.
async fn written(app: &App, conn: &mut Conn, told: Vec<Told<'_>>) -> Result<Vec<Draft>> {
    let mut kinds: BTreeMap<(i64, &str), Vec<i64>> = BTreeMap::new();
    for t in &told {
        kinds.entry((t.event.location_id, t.resource.name)).or_default().push(t.event.entity_id);
    }
    let mut loaded: BTreeMap<(i64, &str), Loaded> = BTreeMap::new();
    for ((location_id, name), mut ids) in kinds {
        ids.sort_unstable();
        ids.dedup();
        if let Some(load) = resource(name).and_then(|r| r.load) {
            let wanted = Wanted { app, now: app.now(), location_id, ids: &ids };
            match load(wanted, conn).await {
                Ok(things) => drop(loaded.insert((location_id, name), things)),
                Err(error) if error.kind() == Kind::Unavailable => return Err(error),
                // Nothing that can't be loaded (of a location that is gone) may hold up all others for ever.
                Err(error) => tracing::warn!(location_id, name, %error, "a webhook tells of an id alone"),
            }
        }
    }
    let drafts = told.into_iter().map(|Told { event, resource, webhooks }| {
        let found = loaded.get(&(event.location_id, resource.name)).and_then(|l| l.get(&event.entity_id));
        let data = shown(found, event);
        Draft {
            location_id: event.location_id,
            event_id: Some(event.id),
            resource: resource.name,
            resource_id: event.entity_id,
            body: body(event.location_id, resource.name, event.entity_id, &event.change, &data),
            change: event.change.clone(),
            created_at: event.created_at,
            webhooks,
        }
    });
    Ok(drafts.collect())
}

/// The thing as it is sent: of one that is gone, its id; of a deletion, that it is one.
fn shown(found: Option<&Value>, event: &Event) -> Value {
    let mut data = found.cloned().unwrap_or_else(|| json!({"id": event.entity_id}));
    if event.change == "delete"
        && let Value::Object(fields) = &mut data
    {
        fields.entry("deleted").or_insert(Value::Bool(true));
    }
    data
}
