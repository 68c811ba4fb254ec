//! Writes of webhooks.

use base64::Engine as _;
use kernel::{Answer, Change, Error, Problems, Result, Unit};
use org::access::perm::Right;
use org::access::{At, perm};
use serde_json::{Value, json};

use super::draft::body;
use super::resources::{Wanted, resource};
use super::rules::{Flags, OVERLAP, Retries, Settings};
use super::store::{self, Draft, NewDelivery, Webhook};

/// Messages sent again at once, at the most.
pub const REPLAYED: i64 = 1000;
/// Bytes of a secret.
const SECRET: usize = 32;

/// Webhooks are changed by who may see them and may change the location's settings.
fn demand(at: &At<perm::Webhooks>) -> Result<()> {
    if perm::SettingsBasis::allowed(&at.membership) { Ok(()) } else { Err(Error::denied()) }
}

/// Hosts alone: paths and queries of webhooks hold secrets.
fn hosts(settings: &Settings) -> Vec<String> {
    let host = |url: &String| url::Url::parse(url).ok()?.host_str().map(ToOwned::to_owned);
    settings.urls.iter().filter_map(host).collect()
}

/// Replaces the location's webhooks.
pub(super) async fn replace<A: Answer>(
    at: &At<perm::Webhooks>,
    settings: Settings,
    answer: impl FnOnce(Vec<Webhook>) -> A,
) -> Result<A> {
    demand(at)?;
    let mut unit = at.begin().await?;
    org::locations::store::lock(&mut unit, at.location_id).await?;
    store::replace(&mut unit, at.location_id, &settings, (at.user_id, at.partner_id), at.now).await?;
    let events = settings.flags.names();
    unit.about("webhook", 0, json!({"hosts": hosts(&settings), "active": settings.active, "events": events}));
    let webhooks = store::list(&mut unit, at.location_id).await?;
    unit.commit(answer(webhooks)).await
}

/// What changes of one webhook; what is left out stays.
#[derive(Debug, Default)]
pub(super) struct Edit {
    pub active: Option<bool>,
    pub events: Option<Vec<String>>,
    pub self_sending: Option<bool>,
    pub retries: Option<String>,
}

/// Changes one webhook.
pub(super) async fn update<A: Answer>(
    at: &At<perm::Webhooks>,
    id: i64,
    change: Edit,
    answer: impl FnOnce(Webhook) -> A,
) -> Result<A> {
    demand(at)?;
    let mut problems = Problems::new();
    let flags = change.events.map(|names| Flags::of(&names, &mut problems));
    let retries = change.retries.map(|name| Retries::parse(&name));
    problems.check(!matches!(retries, Some(None)), "retries", "field-choice");
    problems.done()?;
    let mut unit = at.begin().await?;
    let mut webhook = store::lock(&mut unit, at.location_id, id).await?;
    webhook.active = change.active.unwrap_or(webhook.active);
    webhook.events = flags.map_or(webhook.events, Flags::stored);
    webhook.self_sending = change.self_sending.unwrap_or(webhook.self_sending);
    webhook.retries = retries.flatten().map_or(webhook.retries, |r| r.name().to_owned());
    store::update(&mut unit, &webhook, at.now).await?;
    unit.about("webhook", id, json!({"active": webhook.active, "retries": webhook.retries}));
    unit.commit(answer(webhook)).await
}

/// Makes a secret, or a new one in place of the old, which goes on signing for a day.
pub(super) async fn renew_secret<A: Answer>(
    at: &At<perm::Webhooks>,
    id: i64,
    answer: impl FnOnce(String, Option<i64>) -> A,
) -> Result<A> {
    demand(at)?;
    let mut unit = at.begin().await?;
    let webhook = store::lock(&mut unit, at.location_id, id).await?;
    let secret: [u8; SECRET] = at.app.random();
    let secret = format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(secret));
    let until = at.now + OVERLAP;
    store::set_secret(&mut unit, &at.app, &webhook, Some(&secret), until, at.now).await?;
    unit.about("webhook", id, json!({"secret": "new"}));
    unit.commit(answer(secret, webhook.is_signed.then_some(until))).await
}

/// Signs no more.
pub(super) async fn end_secret<A: Answer>(at: &At<perm::Webhooks>, id: i64, answer: A) -> Result<A> {
    demand(at)?;
    let mut unit = at.begin().await?;
    let webhook = store::lock(&mut unit, at.location_id, id).await?;
    store::set_secret(&mut unit, &at.app, &webhook, None, 0, at.now).await?;
    unit.about("webhook", id, json!({"secret": "none"}));
    unit.commit(answer).await
}

async fn active(unit: &mut Unit, at: &At<perm::Webhooks>, id: i64) -> Result<Webhook> {
    let webhook = store::lock(unit, at.location_id, id).await?;
    if webhook.active { Ok(webhook) } else { Err(Error::conflict("webhook-inactive")) }
}

/// Sends one webhook the location as it is, at once.
pub(super) async fn test<A: Answer>(at: &At<perm::Webhooks>, id: i64, answer: A) -> Result<A> {
    const KIND: &str = "salon";
    demand(at)?;
    let mut unit = at.begin().await?;
    active(&mut unit, at, id).await?;
    let ids = [at.location_id];
    let wanted = Wanted { app: &at.app, now: at.now, location_id: at.location_id, ids: &ids };
    let data = match resource(KIND).and_then(|r| r.load) {
        Some(load) => load(wanted, &mut unit).await?.remove(&at.location_id),
        None => None,
    };
    let change = Change::Update.name();
    let body = body(at.location_id, KIND, at.location_id, change, &data.unwrap_or(Value::Null));
    let draft = Draft {
        location_id: at.location_id,
        event_id: None,
        resource: KIND,
        resource_id: at.location_id,
        change: change.to_owned(),
        body,
        created_at: at.now,
        webhooks: vec![id],
    };
    store::insert(&mut unit, &[draft], "test", 0, at.now).await?;
    unit.about("webhook", id, json!({"test": true}));
    unit.commit(answer).await
}

async fn send_again(unit: &mut Unit, at: &At<perm::Webhooks>, webhook: i64, messages: &[i64]) -> Result<()> {
    let rows: Vec<NewDelivery> = messages
        .iter()
        .map(|message| NewDelivery {
            location_id: at.location_id,
            webhook_id: webhook,
            message_id: *message,
            due_at: at.now,
        })
        .collect();
    store::deliver(unit, &rows, "replay", at.now).await?;
    unit.about("webhook", webhook, json!({"replayed": messages.len()}));
    Ok(())
}

/// Sends what a delivery carries again.
pub(super) async fn replay<A: Answer>(at: &At<perm::Webhooks>, delivery: i64, answer: A) -> Result<A> {
    demand(at)?;
    let mut unit = at.begin().await?;
    let (delivery, _) = store::delivery(&mut unit, at.location_id, delivery).await?;
    active(&mut unit, at, delivery.webhook_id).await?;
    send_again(&mut unit, at, delivery.webhook_id, &[delivery.message_id]).await?;
    unit.commit(answer).await
}

/// Sends again what a webhook was sent of a span of time; of those only what never arrived, with `failed`.
pub(super) async fn replay_span<A: Answer>(
    at: &At<perm::Webhooks>,
    webhook: i64,
    span: (i64, i64),
    failed: bool,
    answer: impl FnOnce(usize) -> A,
) -> Result<A> {
    demand(at)?;
    let mut unit = at.begin().await?;
    active(&mut unit, at, webhook).await?;
    let messages =
        store::messages_between(&mut unit, at.location_id, webhook, span, failed, REPLAYED).await?;
    send_again(&mut unit, at, webhook, &messages).await?;
    unit.commit(answer(messages.len())).await
}
