//! Our additions: each address by itself, signatures, the log of deliveries, sending again.

use std::collections::HashMap;

use calc::zone::{Zone, local_iso, parse_instant};
use kernel::{Accepted, Count, Data, Error, Lenient, List, NoContent, Page, Path, Problems, Query, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::deliver::message_id;
use super::flow::{self, Edit};
use super::store::{self, Attempt, Delivery, Filter, Webhook};

/// An address that a location's events are sent to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookOut {
    /// Its id.
    #[schema(example = 1)]
    id: i64,
    /// The address.
    #[schema(example = "https://example.com/hook")]
    url: String,
    /// Whether anything is sent.
    active: bool,
    /// What is sent, by the names of the flags.
    #[schema(example = json!(["record", "client"]))]
    events: Vec<&'static str>,
    /// Whether events are sent too that its creator caused himself.
    self_sending: bool,
    /// How failed attempts are repeated: `default`, as the hosted service does, or `scheduled`, over 28 hours.
    #[schema(example = "default")]
    retries: &'static str,
    /// Whether deliveries are signed.
    is_signed: bool,
    /// The user who set it up.
    #[schema(example = 10)]
    user_id: i64,
    /// The partner through whom.
    #[schema(example = 1)]
    partner_id: i64,
    /// When, in the location's zone.
    #[schema(example = "2026-03-23T10:00:00-04:00")]
    created_at: String,
}

impl WebhookOut {
    fn of(w: Webhook, zone: &Zone) -> Self {
        Self {
            id: w.id,
            active: w.active,
            events: w.flags().names(),
            self_sending: w.self_sending,
            retries: w.retries().name(),
            is_signed: w.is_signed,
            user_id: w.user_id,
            partner_id: w.partner_id,
            created_at: local_iso(w.created_at, zone),
            url: w.url,
        }
    }
}

async fn zone(at: &At<perm::Webhooks>) -> Result<Zone> {
    org::locations::store::zone(&mut at.conn().await?, at.location_id).await
}

/// List the webhooks of a location
#[utoipa::path(
    get, path = "/locations/{location_id}/webhooks", operation_id = "list_webhooks", tag = "Webhooks",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The webhooks", body = Data<Vec<WebhookOut>, Count>))
)]
pub async fn list_webhooks(at: At<perm::Webhooks>) -> Result<List<WebhookOut>> {
    let zone = zone(&at).await?;
    let webhooks = store::list(&mut at.conn().await?, at.location_id).await?;
    let out: Vec<_> = webhooks.into_iter().map(|w| WebhookOut::of(w, &zone)).collect();
    let count = i64::try_from(out.len()).unwrap_or(i64::MAX);
    Ok(List::counted(out, count))
}

/// A change of one webhook; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct WebhookIn {
    /// Whether anything is sent.
    #[schema(nullable = false)]
    active: Option<bool>,
    /// What is sent, by the names of the flags.
    #[schema(nullable = false, example = json!(["record", "client"]))]
    events: Option<Vec<String>>,
    /// Whether events are sent too that its creator caused himself.
    #[schema(nullable = false)]
    self_sending: Option<bool>,
    /// `default` or `scheduled`.
    #[schema(nullable = false, example = "scheduled")]
    retries: Option<String>,
}

/// Change one webhook
///
/// By version 1, all addresses of a location are set alike; here each by itself. With `retries` `scheduled` a failed
/// attempt is repeated after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, whatever the receiver answered but for 410;
/// a `Retry-After` of his is heeded. From the second repetition on, younger events no longer wait for it. Needs the
/// right `settings_basis_access` too.
#[utoipa::path(
    patch, path = "/locations/{location_id}/webhooks/{webhook_id}", operation_id = "update_webhook",
    tag = "Webhooks",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("webhook_id" = i64, Path, description = "The webhook")
    ),
    request_body = WebhookIn,
    responses((status = 200, description = "The webhook", body = Data<WebhookOut>))
)]
pub async fn update_webhook(
    at: At<perm::Webhooks>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<WebhookIn>,
) -> Result<Data<WebhookOut>> {
    let WebhookIn { active, events, self_sending, retries } = input.0;
    let zone = zone(&at).await?;
    let edit = Edit { active, events, self_sending, retries };
    flow::update(&at, id, edit, |w| Data::new(WebhookOut::of(w, &zone))).await
}

/// A secret that deliveries are signed with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookSecretOut {
    /// The secret. It is shown this once.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
    /// Until when the one before signs too, in the location's zone; null where there was none.
    #[schema(example = "2026-03-24T10:00:00-04:00")]
    previous_until: Option<String>,
}

/// Sign the deliveries of a webhook, or renew its secret
///
/// As Standard Webhooks has it: `webhook-id`, `webhook-timestamp`, `webhook-signature`. A secret in force before goes
/// on signing beside the new one for a day. Needs the right `settings_basis_access` too.
#[utoipa::path(
    post, path = "/locations/{location_id}/webhooks/{webhook_id}/secret", operation_id = "renew_webhook_secret",
    tag = "Webhooks",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("webhook_id" = i64, Path, description = "The webhook")
    ),
    responses((status = 201, description = "The secret", body = Data<WebhookSecretOut>))
)]
pub async fn renew_webhook_secret(
    at: At<perm::Webhooks>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Data<WebhookSecretOut>> {
    let zone = zone(&at).await?;
    flow::renew_secret(&at, id, |secret, until| {
        let previous_until = until.map(|until| local_iso(until, &zone));
        Data::new(WebhookSecretOut { secret, previous_until }).created()
    })
    .await
}

/// Sign the deliveries of a webhook no more
///
/// Needs the right `settings_basis_access` too.
#[utoipa::path(
    delete, path = "/locations/{location_id}/webhooks/{webhook_id}/secret", operation_id = "end_webhook_secret",
    tag = "Webhooks",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("webhook_id" = i64, Path, description = "The webhook")
    ),
    responses((status = 204, description = "No longer signed"))
)]
pub async fn end_webhook_secret(
    at: At<perm::Webhooks>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::end_secret(&at, id, NoContent::new()).await
}

/// Send a webhook a test
///
/// The location as it is, as if it had been changed, at once. 409 where the webhook is not active. Needs the right
/// `settings_basis_access` too.
#[utoipa::path(
    post, path = "/locations/{location_id}/webhooks/{webhook_id}/test", operation_id = "test_webhook",
    tag = "Webhooks",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("webhook_id" = i64, Path, description = "The webhook")
    ),
    responses((status = 202, description = "It is sent", body = Accepted))
)]
pub async fn test_webhook(
    at: At<perm::Webhooks>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Accepted> {
    flow::test(&at, id, Accepted::new("webhook-test-sent")).await
}

/// Which deliveries to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct DeliveriesFilter {
    /// Only those of this webhook.
    webhook_id: Option<i64>,
    /// Only those in this state: `waiting`, `delivered`, `failed` or `dropped`.
    state: Option<String>,
    /// Page, counted from 1.
    page: Option<i64>,
    /// Deliveries on a page (50; at most 200).
    count: Option<i64>,
}

/// States, as stored.
const STATES: [&str; 4] = ["waiting", "delivered", "failed", "dropped"];

fn state(stored: i64) -> &'static str {
    usize::try_from(stored).ok().and_then(|at| STATES.get(at)).copied().unwrap_or_default()
}

/// An attempt to deliver.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookAttemptOut {
    /// Its number, from 1.
    #[schema(example = 1)]
    attempt: i64,
    /// When, in the location's zone.
    #[schema(example = "2026-03-23T10:00:05-04:00")]
    at: String,
    /// HTTP's status; 0 without an answer.
    #[schema(example = 200)]
    status: i64,
    /// Milliseconds that it took.
    #[schema(example = 87)]
    duration: i64,
    /// Why there was no answer; empty when there was one.
    #[schema(example = "")]
    error: String,
    /// The beginning of what the receiver answered.
    #[schema(example = "ok")]
    answer: String,
}

impl WebhookAttemptOut {
    fn of(a: Attempt, zone: &Zone) -> Self {
        let Attempt { attempt, at, status, duration, error, answer, .. } = a;
        Self { attempt, at: local_iso(at, zone), status, duration, error, answer }
    }
}

/// A message on its way to one address.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookDeliveryOut {
    /// Its id.
    #[schema(example = 17)]
    id: i64,
    /// To which webhook.
    #[schema(example = 1)]
    webhook_id: i64,
    /// Its address.
    #[schema(example = "https://example.com/hook")]
    url: String,
    /// What `webhook-id` says where it is signed: the same whenever it is sent again.
    #[schema(example = "msg_37532_12")]
    message_id: String,
    /// Why it is sent: `event`, `replay` or `test`.
    #[schema(example = "event")]
    reason: String,
    /// What it tells of.
    #[schema(example = "staff")]
    resource: String,
    /// Which one.
    #[schema(example = 1001)]
    resource_id: i64,
    /// `create`, `update` or `delete`.
    #[schema(example = "update")]
    status: String,
    /// When that happened, in the location's zone.
    #[schema(example = "2026-03-23T10:00:00-04:00")]
    happened_at: String,
    /// `waiting`, `delivered`, `failed`, or `dropped` where the webhook is no longer set or active.
    #[schema(example = "delivered")]
    state: &'static str,
    /// When it is sent next; null once it is not any more.
    #[schema(example = "2026-03-23T10:00:05-04:00")]
    due_at: Option<String>,
    /// When it was delivered, given up or dropped; null as long as it waits.
    #[schema(example = "2026-03-23T10:00:05-04:00")]
    settled_at: Option<String>,
    /// Attempts so far, the first first.
    attempts: Vec<WebhookAttemptOut>,
    /// What is sent, where one delivery is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    body: Option<Value>,
}

impl WebhookDeliveryOut {
    fn of(location_id: i64, d: Delivery, attempts: Vec<Attempt>, zone: &Zone) -> Self {
        let time = |instant| local_iso(instant, zone);
        Self {
            id: d.id,
            webhook_id: d.webhook_id,
            url: d.url,
            message_id: message_id(location_id, d.message_id),
            reason: d.reason,
            resource: d.resource,
            resource_id: d.resource_id,
            status: d.change,
            happened_at: time(d.happened_at),
            state: state(d.state),
            due_at: (d.state == 0).then(|| time(d.due_at)),
            settled_at: d.settled_at.map(time),
            attempts: attempts.into_iter().map(|a| WebhookAttemptOut::of(a, zone)).collect(),
            body: None,
        }
    }
}

/// List deliveries of webhooks
///
/// The latest first; they are kept for 30 days.
#[utoipa::path(
    get, path = "/locations/{location_id}/webhook_deliveries", operation_id = "list_webhook_deliveries",
    tag = "Webhooks",
    params(("location_id" = i64, Path, description = "The location"), DeliveriesFilter),
    responses((status = 200, description = "The deliveries", body = Data<Vec<WebhookDeliveryOut>, Count>))
)]
pub async fn list_webhook_deliveries(
    at: At<perm::Webhooks>,
    query: Query<DeliveriesFilter>,
) -> Result<List<WebhookDeliveryOut>> {
    let asked = query.0;
    let state = asked.state.map(|name| {
        let found = (0i64..).zip(STATES).find(|(_, state)| *state == name).map(|(at, _)| at);
        found.ok_or_else(|| Error::invalid("state", "field-choice"))
    });
    let filter = Filter { webhook_id: asked.webhook_id, state: state.transpose()? };
    let page = Page::of(asked.page, asked.count, 50, 200);
    let zone = zone(&at).await?;
    let mut conn = at.conn().await?;
    let (rows, count) = store::deliveries(&mut conn, at.location_id, filter, page).await?;
    let ids: Vec<i64> = rows.iter().map(|d| d.id).collect();
    let mut attempts: HashMap<i64, Vec<Attempt>> = HashMap::new();
    for attempt in store::attempts(&mut conn, at.location_id, &ids).await? {
        attempts.entry(attempt.delivery_id).or_default().push(attempt);
    }
    let out = rows.into_iter().map(|d| {
        let attempts = attempts.remove(&d.id).unwrap_or_default();
        WebhookDeliveryOut::of(at.location_id, d, attempts, &zone)
    });
    Ok(List::counted(out.collect(), count))
}

/// Get a delivery of a webhook, with what it carries
#[utoipa::path(
    get, path = "/locations/{location_id}/webhook_deliveries/{delivery_id}", operation_id = "get_webhook_delivery",
    tag = "Webhooks",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("delivery_id" = i64, Path, description = "The delivery")
    ),
    responses((status = 200, description = "The delivery", body = Data<WebhookDeliveryOut>))
)]
pub async fn get_webhook_delivery(
    at: At<perm::Webhooks>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Data<WebhookDeliveryOut>> {
    let zone = zone(&at).await?;
    let mut conn = at.conn().await?;
    let (delivery, body) = store::delivery(&mut conn, at.location_id, id).await?;
    let attempts = store::attempts(&mut conn, at.location_id, &[id]).await?;
    let mut out = WebhookDeliveryOut::of(at.location_id, delivery, attempts, &zone);
    out.body = serde_json::from_str(&body).ok();
    Ok(Data::new(out))
}

/// Send what a delivery carries again
///
/// As it was, at once, with the same `webhook-id`. 409 where the webhook is not active. Needs the right
/// `settings_basis_access` too.
#[utoipa::path(
    post, path = "/locations/{location_id}/webhook_deliveries/{delivery_id}/replay",
    operation_id = "replay_webhook_delivery", tag = "Webhooks",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("delivery_id" = i64, Path, description = "The delivery")
    ),
    responses((status = 202, description = "It is sent", body = Accepted))
)]
pub async fn replay_webhook_delivery(
    at: At<perm::Webhooks>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Accepted> {
    flow::replay(&at, id, Accepted::new("webhook-replayed")).await
}

/// A span of time whose events are to be sent again.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct WebhookReplayIn {
    /// From then on, ISO 8601; by the location's clock where no offset is said.
    #[schema(required, nullable = false, example = "2026-03-22T10:00:00-04:00")]
    from: Option<String>,
    /// Before then; now when left out.
    #[schema(nullable = false, example = "2026-03-23T10:00:00-04:00")]
    to: Option<String>,
    /// Whether only what never arrived is sent again.
    #[schema(nullable = false, example = true)]
    only_failed: Option<bool>,
}

/// How many deliveries were made.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct WebhookReplayOut {
    /// How many.
    #[schema(example = 3)]
    count: usize,
}

/// Send the events of a span of time again
///
/// In their order, at most 1000 at once, the oldest first; each as it was, with the same `webhook-id`. 409 where the
/// webhook is not active. Needs the right `settings_basis_access` too.
#[utoipa::path(
    post, path = "/locations/{location_id}/webhooks/{webhook_id}/replay", operation_id = "replay_webhook",
    tag = "Webhooks",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("webhook_id" = i64, Path, description = "The webhook")
    ),
    request_body = WebhookReplayIn,
    responses((status = 202, description = "They are sent", body = Data<WebhookReplayOut>))
)]
pub async fn replay_webhook(
    at: At<perm::Webhooks>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<WebhookReplayIn>,
) -> Result<Data<WebhookReplayOut>> {
    let zone = zone(&at).await?;
    let asked = input.0;
    let mut problems = Problems::new();
    let mut instant = |field: &str, text: Option<String>| {
        let found = text.as_deref().map(|text| parse_instant(text, &zone));
        problems.check(!matches!(found, Some(None)), field, "field-moment");
        found.flatten()
    };
    let (from, to) = (instant("from", asked.from.clone()), instant("to", asked.to));
    problems.check(asked.from.is_some(), "from", "field-required");
    problems.done()?;
    let span = (from.unwrap_or_default(), to.unwrap_or(i64::MAX));
    let answer = |count| Data::new(WebhookReplayOut { count }).accepted();
    flow::replay_span(&at, id, span, asked.only_failed.unwrap_or_default(), answer).await
}
