//! Rows of the outbox.

use db::{Conn, Sql, Tx, Value, params};
use kernel::Result;

/// By which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// E-mail.
    Email,
    /// SMS.
    Sms,
}

impl Channel {
    /// As stored.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Sms => "sms",
        }
    }
}

/// A message to be written.
#[derive(Clone, Debug)]
pub struct Message {
    /// By which way.
    pub channel: Channel,
    /// To whom: an address or a number.
    pub recipient: String,
    /// Subject; empty for SMS.
    pub subject: String,
    /// Text.
    pub body: String,
}

db::row! {
    /// A message waiting to be sent.
    pub struct Waiting {
        pub location_id: i64,
        pub id: i64,
        pub channel: String,
        pub recipient: String,
        pub subject: String,
        pub body: String,
        pub attempts: i64,
        pub created_at: i64,
    }
}

/// Writes messages, due at once.
pub async fn insert(tx: &mut Tx, location_id: i64, messages: &[Message], now: i64) -> Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(
        "INSERT INTO outbox (location_id, channel, recipient, subject, body, next_at, created_at) VALUES ",
    );
    sql.rows(messages.iter().map(|m| {
        [
            Value::from(location_id),
            Value::from(m.channel.name()),
            Value::from(&m.recipient),
            Value::from(&m.subject),
            Value::from(&m.body),
            Value::from(now),
            Value::from(now),
        ]
    }));
    sql.exec(tx).await?;
    Ok(())
}

/// A message with what it is about.
#[derive(Clone, Debug)]
pub struct Noted {
    /// The message.
    pub message: Message,
    /// To which client it goes, if to one.
    pub client_id: Option<i64>,
    /// Why it was written.
    pub kind: &'static str,
}

/// Writes messages with what they are about, due at once.
pub async fn insert_noted(tx: &mut Tx, location_id: i64, messages: &[Noted], now: i64) -> Result<()> {
    for part in messages.chunks(1000) {
        let mut sql = Sql::new(
            "INSERT INTO outbox (location_id, channel, recipient, subject, body, client_id, kind, next_at, created_at) VALUES ",
        );
        sql.rows(part.iter().map(|Noted { message: m, client_id, kind }| {
            [
                Value::from(location_id),
                m.channel.name().into(),
                (&m.recipient).into(),
                (&m.subject).into(),
                (&m.body).into(),
                (*client_id).into(),
                (*kind).into(),
                now.into(),
                now.into(),
            ]
        }));
        sql.exec(tx).await?;
    }
    Ok(())
}

/// Messages that are due, the oldest first.
pub async fn due(conn: &mut Conn, now: i64, limit: i64) -> Result<Vec<Waiting>> {
    let sql = format!(
        "SELECT {} FROM outbox WHERE status = 0 AND next_at <= $1 ORDER BY next_at, id LIMIT $2",
        Waiting::COLUMNS
    );
    Ok(conn.all(&sql, params![now, limit]).await?)
}

/// Takes a message for an attempt, so that no other server takes it before `next_at`; false when another was
/// first.
pub async fn claim(tx: &mut Tx, message: &Waiting, next_at: i64) -> Result<bool> {
    Ok(tx
        .exec(
            "UPDATE outbox SET attempts = attempts + 1, next_at = $4
             WHERE location_id = $1 AND id = $2 AND status = 0 AND attempts = $3",
            params![message.location_id, message.id, message.attempts, next_at],
        )
        .await?
        == 1)
}

/// Notes how an attempt ended: sent, given up, or (neither) to be tried again at its `next_at`.
pub async fn settle(tx: &mut Tx, message: &Waiting, sent: bool, given_up: bool, error: &str) -> Result<()> {
    let status = if sent { 1i64 } else { i64::from(given_up) * 2 };
    tx.exec(
        "UPDATE outbox SET status = $3, error = $4 WHERE location_id = $1 AND id = $2",
        params![message.location_id, message.id, status, error],
    )
    .await?;
    Ok(())
}
