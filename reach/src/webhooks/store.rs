//! Rows of webhooks, messages, deliveries and attempts.

use db::{Conn, Sql, Tx, Value, params};
use kernel::{App, Hash, Page, Result};

use super::rules::{Flags, Retries, Settings};

/// Rows of one statement, so that its parameters are not too many.
const AT_ONCE: usize = 1000;

db::row! {
    /// An address that events are sent to.
    pub struct Webhook {
        pub location_id: i64,
        pub id: i64,
        pub url: String,
        pub active: bool,
        /// See [`Webhook::flags`].
        pub events: String,
        pub self_sending: bool,
        /// See [`Webhook::retries`].
        pub retries: String,
        pub is_signed: bool,
        pub user_id: i64,
        pub partner_id: i64,
        pub created_at: i64,
    }
}

impl Webhook {
    /// What it is sent.
    pub fn flags(&self) -> Flags {
        Flags::parse(&self.events)
    }

    /// How failed attempts are repeated.
    pub fn retries(&self) -> Retries {
        Retries::parse(&self.retries).unwrap_or(Retries::Default)
    }
}

/// In the order of [`Webhook`].
const SELECT: &str = "SELECT location_id, id, url, active, events, self_sending, retries, \
     CASE WHEN secret IS NULL THEN 0 ELSE 1 END, user_id, partner_id, created_at \
     FROM webhooks WHERE deleted_at IS NULL AND location_id ";

/// The webhooks of a location, in the order in which they were named.
pub async fn list(conn: &mut Conn, location_id: i64) -> Result<Vec<Webhook>> {
    let sql = format!("{SELECT} = $1 ORDER BY position, id");
    Ok(conn.all(&sql, params![location_id]).await?)
}

/// The active webhooks of these locations.
pub async fn active_of(conn: &mut Conn, locations: &[i64]) -> Result<Vec<Webhook>> {
    let mut sql = Sql::new(format!("{SELECT} IN "));
    sql.list(locations.iter().copied()).push(" AND active = 1 ORDER BY id");
    Ok(sql.all(conn).await?)
}

/// A webhook.
pub async fn by_id(conn: &mut Conn, location_id: i64, id: i64) -> Result<Webhook> {
    Ok(conn.one(&format!("{SELECT} = $1 AND id = $2"), params![location_id, id]).await?)
}

/// The same, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, id: i64) -> Result<Webhook> {
    let found: Option<Webhook> =
        tx.lock(&format!("{SELECT} = $1 AND id = $2"), params![location_id, id]).await?;
    found.ok_or_else(kernel::Error::not_found)
}

/// Makes the location's webhooks those of the settings: what is not among them is deleted, what is keeps its
/// secret and its log. The location must be locked.
pub async fn replace(
    tx: &mut Tx,
    location_id: i64,
    settings: &Settings,
    creator: (i64, i64),
    now: i64,
) -> Result<()> {
    let before = list(tx, location_id).await?;
    let gone: Vec<i64> = before.iter().filter(|w| !settings.urls.contains(&w.url)).map(|w| w.id).collect();
    if !gone.is_empty() {
        let mut sql = Sql::new(
            "UPDATE webhooks SET secret = NULL, previous_secret = NULL, due_at = NULL, deleted_at = ",
        );
        sql.bind(now).push(" WHERE location_id = ").bind(location_id);
        sql.push(" AND id IN ").list(gone.iter().copied()).exec(tx).await?;
    }
    for (position, url) in (0i64..).zip(&settings.urls) {
        let values = params![
            location_id,
            url,
            position,
            settings.active,
            settings.flags.stored(),
            settings.self_sending,
            now,
            Hash::of(url).bytes()
        ];
        if before.iter().any(|w| w.url == *url) {
            tx.exec(
                "UPDATE webhooks SET position = $3, active = $4, events = $5, self_sending = $6, updated_at = $7
                 WHERE location_id = $1 AND url = $2 AND url_hash = $8 AND deleted_at IS NULL",
                values,
            )
            .await?;
        } else {
            let mut values = values.to_vec();
            values.extend([Value::from(creator.0), Value::from(creator.1)]);
            tx.exec(
                "INSERT INTO webhooks (location_id, url, position, active, events, self_sending, created_at,
                     updated_at, url_hash, user_id, partner_id)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10)",
                &values,
            )
            .await?;
        }
    }
    let mut quiet = gone;
    if !settings.active {
        quiet.extend(before.iter().map(|w| w.id));
    }
    drop_waiting(tx, location_id, &quiet, now).await
}

/// Writes what is said of one webhook alone.
pub async fn update(tx: &mut Tx, webhook: &Webhook, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE webhooks SET active = $3, events = $4, self_sending = $5, retries = $6, updated_at = $7
         WHERE location_id = $1 AND id = $2",
        params![
            webhook.location_id,
            webhook.id,
            webhook.active,
            &webhook.events,
            webhook.self_sending,
            &webhook.retries,
            now
        ],
    )
    .await?;
    if webhook.active { Ok(()) } else { drop_waiting(tx, webhook.location_id, &[webhook.id], now).await }
}

/// What waits for these webhooks is not sent any more.
async fn drop_waiting(tx: &mut Tx, location_id: i64, webhooks: &[i64], now: i64) -> Result<()> {
    if webhooks.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("UPDATE webhook_deliveries SET state = 3, settled_at = ");
    sql.bind(now).push(" WHERE state = 0 AND location_id = ").bind(location_id);
    sql.push(" AND webhook_id IN ").list(webhooks.iter().copied()).exec(tx).await?;
    Ok(())
}

/// Gives a webhook a secret, or takes it away. The one before goes on signing until `previous_until`.
pub async fn set_secret(
    tx: &mut Tx,
    app: &App,
    webhook: &Webhook,
    secret: Option<&str>,
    previous_until: i64,
    now: i64,
) -> Result<()> {
    let sealed = secret.map(|secret| app.seal(secret.as_bytes()));
    let keep = i64::from(secret.is_some());
    tx.exec(
        "UPDATE webhooks SET previous_secret = CASE WHEN $6 = 1 THEN secret END, previous_until = $4,
             secret = $3, updated_at = $5
         WHERE location_id = $1 AND id = $2",
        params![webhook.location_id, webhook.id, sealed, previous_until, now, keep],
    )
    .await?;
    Ok(())
}

db::row! {
    /// What happened, and to whom it is still to be told.
    pub struct Event {
        pub location_id: i64,
        pub id: i64,
        pub entity: String,
        pub entity_id: i64,
        pub change: String,
        pub user_id: i64,
        pub partner_id: i64,
        pub created_at: i64,
    }
}

/// Events that were not dispatched yet, the oldest first.
pub async fn waiting_events(conn: &mut Conn, limit: i64) -> Result<Vec<Event>> {
    let sql =
        format!("SELECT {} FROM events WHERE dispatched_at IS NULL ORDER BY id LIMIT $1", Event::COLUMNS);
    Ok(conn.all(&sql, params![limit]).await?)
}

/// Takes these events; gives those that no other server took before.
pub async fn take_events(tx: &mut Tx, events: &[Event], now: i64) -> Result<Vec<i64>> {
    let mut sql = Sql::new("UPDATE events SET dispatched_at = ");
    sql.bind(now).push(" WHERE dispatched_at IS NULL AND id IN ").list(events.iter().map(|e| e.id));
    let mut locations: Vec<i64> = events.iter().map(|e| e.location_id).collect();
    locations.sort_unstable();
    locations.dedup();
    sql.push(" AND location_id IN ").list(locations).push(" RETURNING id");
    Ok(sql.all(tx).await?)
}

/// A message to be written.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The location.
    pub location_id: i64,
    /// The event it tells of.
    pub event_id: Option<i64>,
    /// What it tells of, by its name on the wire.
    pub resource: &'static str,
    /// Which one.
    pub resource_id: i64,
    /// What happened to it.
    pub change: String,
    /// What is sent.
    pub body: String,
    /// When it happened.
    pub created_at: i64,
    /// To whom it goes.
    pub webhooks: Vec<i64>,
}

/// Writes messages with their deliveries, due at `due_at` each, and has them sent then.
pub async fn insert(tx: &mut Tx, drafts: &[Draft], reason: &str, delay: i64, now: i64) -> Result<()> {
    for part in drafts.chunks(AT_ONCE) {
        let mut sql = Sql::new(
            "INSERT INTO webhook_messages (location_id, event_id, resource, resource_id, change, body, created_at) VALUES ",
        );
        sql.rows(part.iter().map(|d| {
            [
                Value::from(d.location_id),
                d.event_id.into(),
                d.resource.into(),
                d.resource_id.into(),
                (&d.change).into(),
                (&d.body).into(),
                d.created_at.into(),
            ]
        }));
        sql.push(" RETURNING id, event_id");
        let made: Vec<(i64, Option<i64>)> = sql.all(tx).await?;
        // Rows come back in no promised order. The younger has the larger id of its event.
        let id_of =
            |draft: &Draft| made.iter().find(|(_, event)| *event == draft.event_id).map(|(id, _)| *id);
        let mut rows = Vec::new();
        for draft in part {
            let id = id_of(draft).ok_or_else(|| kernel::Error::internal("an insert that gave no row"))?;
            rows.extend(draft.webhooks.iter().map(|webhook| NewDelivery {
                location_id: draft.location_id,
                webhook_id: *webhook,
                message_id: id,
                due_at: draft.created_at + delay,
            }));
        }
        deliver(tx, &rows, reason, now).await?;
    }
    Ok(())
}

/// A delivery to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewDelivery {
    /// The location.
    pub location_id: i64,
    /// To whom.
    pub webhook_id: i64,
    /// What.
    pub message_id: i64,
    /// When.
    pub due_at: i64,
}

/// Writes deliveries, in the order given, and has them sent when they are due. Those of events keep their order.
pub async fn deliver(tx: &mut Tx, deliveries: &[NewDelivery], reason: &str, now: i64) -> Result<()> {
    let in_line = i64::from(reason == "event");
    for part in deliveries.chunks(AT_ONCE) {
        let mut sql = Sql::new(
            "INSERT INTO webhook_deliveries (location_id, webhook_id, message_id, due_at, reason, in_line, created_at) VALUES ",
        );
        sql.rows(part.iter().map(|d| {
            [
                Value::from(d.location_id),
                d.webhook_id.into(),
                d.message_id.into(),
                d.due_at.into(),
                reason.into(),
                in_line.into(),
                now.into(),
            ]
        }));
        sql.exec(tx).await?;
    }
    // Locked in one order, always the same.
    let mut first: std::collections::BTreeMap<(i64, i64), i64> = std::collections::BTreeMap::new();
    for d in deliveries {
        let due = first.entry((d.location_id, d.webhook_id)).or_insert(d.due_at);
        *due = d.due_at.min(*due);
    }
    for ((location_id, webhook_id), due_at) in first {
        tx.exec(
            "UPDATE webhooks SET due_at = CASE WHEN due_at < $3 THEN due_at ELSE $3 END
             WHERE location_id = $1 AND id = $2 AND deleted_at IS NULL",
            params![location_id, webhook_id, due_at],
        )
        .await?;
    }
    Ok(())
}

db::row! {
    /// A delivery, as the log shows it.
    pub struct Delivery {
        pub id: i64,
        pub webhook_id: i64,
        pub message_id: i64,
        pub reason: String,
        pub state: i64,
        pub attempts: i64,
        pub due_at: i64,
        pub created_at: i64,
        pub settled_at: Option<i64>,
        pub resource: String,
        pub resource_id: i64,
        pub change: String,
        pub happened_at: i64,
        pub url: String,
    }
}

/// In the order of [`Delivery`].
const DELIVERY: &str = "SELECT d.id, d.webhook_id, d.message_id, d.reason, d.state, d.attempts, d.due_at, \
     d.created_at, d.settled_at, m.resource, m.resource_id, m.change, m.created_at, w.url \
     FROM webhook_deliveries d \
     JOIN webhook_messages m ON m.location_id = d.location_id AND m.id = d.message_id \
     JOIN webhooks w ON w.location_id = d.location_id AND w.id = d.webhook_id WHERE d.location_id = ";

/// Which deliveries to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Those of this webhook.
    pub webhook_id: Option<i64>,
    /// Those in this state.
    pub state: Option<i64>,
}

impl Filter {
    fn narrow(self, sql: &mut Sql) {
        if let Some(webhook) = self.webhook_id {
            sql.push(" AND d.webhook_id = ").bind(webhook);
        }
        if let Some(state) = self.state {
            sql.push(" AND d.state = ").bind(state);
        }
    }
}

/// A page of deliveries, the latest first, and how many there are.
pub async fn deliveries(
    conn: &mut Conn,
    location_id: i64,
    filter: Filter,
    page: Page,
) -> Result<(Vec<Delivery>, i64)> {
    let mut sql = Sql::new(DELIVERY);
    sql.bind(location_id);
    filter.narrow(&mut sql);
    sql.push(" ORDER BY d.id DESC LIMIT ").bind(page.limit).push(" OFFSET ").bind(page.offset);
    let rows = sql.all(conn).await?;
    let mut sql = Sql::new("SELECT COUNT(*) FROM webhook_deliveries d WHERE d.location_id = ");
    sql.bind(location_id);
    filter.narrow(&mut sql);
    Ok((rows, sql.one(conn).await?))
}

/// A delivery with what it carries.
pub async fn delivery(conn: &mut Conn, location_id: i64, id: i64) -> Result<(Delivery, String)> {
    let mut sql = Sql::new(DELIVERY);
    sql.bind(location_id).push(" AND d.id = ").bind(id);
    let delivery: Delivery = sql.one(conn).await?;
    let sql = "SELECT body FROM webhook_messages WHERE location_id = $1 AND id = $2";
    let body = conn.one(sql, params![location_id, delivery.message_id]).await?;
    Ok((delivery, body))
}

db::row! {
    /// An attempt to deliver.
    pub struct Attempt {
        pub delivery_id: i64,
        pub attempt: i64,
        pub at: i64,
        /// HTTP's; 0 without an answer.
        pub status: i64,
        /// Milliseconds.
        pub duration: i64,
        pub error: String,
        pub answer: String,
    }
}

/// The attempts of these deliveries, the first first.
pub async fn attempts(conn: &mut Conn, location_id: i64, deliveries: &[i64]) -> Result<Vec<Attempt>> {
    let mut sql = Sql::new(format!("SELECT {} FROM webhook_attempts WHERE location_id = ", Attempt::COLUMNS));
    sql.bind(location_id).push(" AND delivery_id IN ").list(deliveries.iter().copied());
    sql.push(" ORDER BY delivery_id, attempt");
    Ok(sql.all(conn).await?)
}

/// The messages that this webhook was sent of events from `from` on and before `to`, each once, in their order; with
/// `failed` only those that never arrived.
pub async fn messages_between(
    conn: &mut Conn,
    location_id: i64,
    webhook_id: i64,
    (from, to): (i64, i64),
    failed: bool,
    limit: i64,
) -> Result<Vec<i64>> {
    let mut sql = Sql::new(
        "SELECT d.message_id FROM webhook_deliveries d
         JOIN webhook_messages m ON m.location_id = d.location_id AND m.id = d.message_id
         WHERE d.location_id = ",
    );
    sql.bind(location_id).push(" AND d.webhook_id = ").bind(webhook_id);
    sql.push(" AND m.created_at >= ").bind(from).push(" AND m.created_at < ").bind(to);
    sql.push(" GROUP BY d.message_id");
    if failed {
        sql.push(" HAVING MAX(CASE WHEN d.state IN (0, 1) THEN 1 ELSE 0 END) = 0");
    }
    sql.push(" ORDER BY d.message_id LIMIT ").bind(limit);
    Ok(sql.all(conn).await?)
}

/// Removes what is older than `before`, so many rows at the most; gives how many there were.
pub async fn tidy(tx: &mut Tx, table: Old, before: i64, limit: i64) -> Result<u64> {
    let sql = match table {
        Old::Messages => {
            "DELETE FROM webhook_messages WHERE created_at < $1 AND id IN
                 (SELECT id FROM webhook_messages WHERE created_at < $1 ORDER BY created_at LIMIT $2)"
        }
        Old::Events => {
            "DELETE FROM events WHERE dispatched_at < $1 AND id IN
                 (SELECT id FROM events WHERE dispatched_at < $1 ORDER BY dispatched_at LIMIT $2)"
        }
    };
    Ok(tx.exec(sql, params![before, limit]).await?)
}

/// What is removed after a while.
#[derive(Clone, Copy, Debug)]
pub enum Old {
    /// Messages with their deliveries.
    Messages,
    /// Events that were dispatched.
    Events,
}
