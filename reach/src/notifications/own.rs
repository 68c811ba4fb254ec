//! Our additions: how a location tells its people, and what was sent.

use calc::zone::{Zone, local_iso};
use db::{Conn, Sql};
use kernel::{Count, Data, Error, Lenient, List, Page, Path, Query, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::rules::Kind;
use super::store;
use super::v1::TypeOut;

/// Ways to set; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct NotificationWaysIn {
    /// Whether on the phone.
    #[schema(nullable = false)]
    push: Option<bool>,
    /// Whether by SMS.
    #[schema(nullable = false)]
    sms: Option<bool>,
    /// Whether by e-mail.
    #[schema(nullable = false)]
    email: Option<bool>,
}

/// Set by which ways people are told of one kind of thing
#[utoipa::path(
    put, path = "/locations/{location_id}/notification_types/{type}", operation_id = "set_notification_type",
    tag = "Notifications",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("type" = String, Path, description = "The kind", example = "record_move_staff")
    ),
    request_body = NotificationWaysIn,
    responses((status = 200, description = "The settings", body = Data<TypeOut>))
)]
pub async fn set_notification_type(
    at: At<perm::Notifications>,
    Path((_location, name)): Path<(i64, String)>,
    input: Lenient<NotificationWaysIn>,
) -> Result<Data<TypeOut>> {
    let kind = Kind::parse(&name).ok_or_else(Error::not_found)?;
    let mut unit = at.begin().await?;
    org::locations::store::lock(&mut unit, at.location_id).await?;
    let before = store::types(&mut unit, at.location_id).await?;
    let before = before.into_iter().find(|(of, _)| *of == kind).map(|(_, channels)| channels);
    let mut channels = before.unwrap_or_default();
    channels.push = input.0.push.unwrap_or(channels.push);
    channels.sms = input.0.sms.unwrap_or(channels.sms);
    channels.email = input.0.email.unwrap_or(channels.email);
    store::set_type(&mut unit, at.location_id, kind, channels).await?;
    unit.about("notification_type", 0, serde_json::json!({"type": kind.name()}));
    unit.commit(Data::new((kind, channels).into())).await
}

/// Which messages to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct MessagesFilter {
    /// Only those to this client.
    client_id: Option<i64>,
    /// Page, counted from 1.
    page: Option<i64>,
    /// Messages on a page (50; at most 200).
    count: Option<i64>,
}

db::row! {
    struct Sent {
        id: i64,
        channel: String,
        recipient: String,
        subject: String,
        body: String,
        client_id: Option<i64>,
        kind: String,
        status: i64,
        error: String,
        delivery_status: Option<i64>,
        created_at: i64,
    }
}

/// A message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessageOut {
    /// Its id, by which gateways report on it.
    #[schema(example = 17)]
    id: i64,
    /// `sms` or `email`.
    #[schema(example = "sms")]
    channel: String,
    /// To whom; empty where the asker may not see it.
    #[schema(example = "+13155550175")]
    recipient: String,
    /// Subject; empty for SMS.
    #[schema(example = "")]
    subject: String,
    /// Text.
    #[schema(example = "Dear clients...")]
    body: String,
    /// To which client; null for none.
    #[schema(example = 66)]
    client_id: Option<i64>,
    /// Why: `mailing`, `reminder`, `client_made`, …
    #[schema(example = "mailing")]
    kind: String,
    /// `waiting`, `sent` or `failed`.
    #[schema(example = "sent")]
    state: &'static str,
    /// Why it was not sent.
    #[schema(example = "")]
    error: String,
    /// What the gateway reported: 1 delivered, 2 not delivered, 4 on its way to the phone, 8 with the operator, 16 refused
    /// by the operator, 52 not enough funds; null as long as it reported nothing.
    #[schema(example = 1)]
    delivery_status: Option<i64>,
    /// When it was written, in the location's zone.
    #[schema(example = "2026-03-23T10:00:00-04:00")]
    created_at: String,
}

/// What messages of the program's own (codes) hold is nobody's to read.
fn narrowed(columns: &str, location_id: i64, filter: &MessagesFilter) -> Sql {
    let mut sql = Sql::new(format!("SELECT {columns} FROM outbox WHERE kind <> '' AND location_id = "));
    sql.bind(location_id);
    if let Some(client) = filter.client_id {
        sql.push(" AND client_id = ").bind(client);
    }
    sql
}

async fn list(conn: &mut Conn, location_id: i64, filter: &MessagesFilter) -> Result<(Vec<Sent>, i64)> {
    let page = Page::of(filter.page, filter.count, 50, 200);
    let mut sql = narrowed(Sent::COLUMNS, location_id, filter);
    sql.push(" ORDER BY id DESC LIMIT ").bind(page.limit).push(" OFFSET ").bind(page.offset);
    let rows = sql.all(conn).await?;
    Ok((rows, narrowed("COUNT(*)", location_id, filter).one(conn).await?))
}

/// List messages that were sent
///
/// The latest first; they are kept for 90 days.
#[utoipa::path(
    get, path = "/locations/{location_id}/messages", operation_id = "list_messages", tag = "Notifications",
    params(("location_id" = i64, Path, description = "The location"), MessagesFilter),
    responses((status = 200, description = "The messages", body = Data<Vec<MessageOut>, Count>))
)]
pub async fn list_messages(at: At<perm::Messages>, query: Query<MessagesFilter>) -> Result<List<MessageOut>> {
    let mut conn = at.conn().await?;
    let zone: Zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let (rows, count) = list(&mut conn, at.location_id, &query.0).await?;
    let grants = &at.membership.grants;
    let seen = |channel: &str| match channel {
        "sms" => grants.allows("dash_message_phones_access"),
        _ => grants.allows("clients_phones_email_access"),
    };
    let out = rows.into_iter().map(|m| MessageOut {
        id: m.id,
        recipient: if seen(&m.channel) { m.recipient } else { String::new() },
        channel: m.channel,
        subject: m.subject,
        body: m.body,
        client_id: m.client_id,
        kind: m.kind,
        state: match m.status {
            0 => "waiting",
            1 => "sent",
            _ => "failed",
        },
        error: m.error,
        delivery_status: m.delivery_status,
        created_at: local_iso(m.created_at, &zone),
    });
    Ok(List::counted(out.collect(), count))
}
