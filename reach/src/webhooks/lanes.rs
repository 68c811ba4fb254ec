//! Rows of webhooks as lanes: each is claimed by one server at a time, which sends its deliveries one by one.

use db::{Conn, Tx, params};
use kernel::Result;

use super::rules::{Next, Retries};
use super::store::Attempt;

/// How long a claim holds without being renewed, milliseconds: twice as long as any attempt takes, and no longer, since
/// what a server had claimed that is no more waits for it.
const LEASE: i64 = 30_000;

/// A claimed webhook.
#[derive(Clone, Debug)]
pub struct Lane {
    /// The location.
    pub location_id: i64,
    /// The webhook.
    pub webhook_id: i64,
    /// Of this very claim: whoever has an older one writes nothing any more.
    claim: i64,
}

/// Webhooks that have something to send and that nobody has claimed, those first that waited longest.
pub async fn ready(conn: &mut Conn, now: i64, limit: i64) -> Result<Vec<(i64, i64)>> {
    let sql = "SELECT location_id, id FROM webhooks WHERE due_at <= $1 AND claimed_until <= $1
         ORDER BY served_at, due_at LIMIT $2";
    Ok(conn.all(sql, params![now, limit]).await?)
}

/// Claims a webhook; none when another was first.
pub async fn claim(tx: &mut Tx, (location_id, webhook_id): (i64, i64), now: i64) -> Result<Option<Lane>> {
    let claim: Option<i64> = tx
        .maybe(
            "UPDATE webhooks SET claimed_until = $4, claim = claim + 1, served_at = $3
             WHERE location_id = $1 AND id = $2 AND due_at <= $3 AND claimed_until <= $3 RETURNING claim",
            params![location_id, webhook_id, now, now + LEASE],
        )
        .await?;
    Ok(claim.map(|claim| Lane { location_id, webhook_id, claim }))
}

/// The next delivery of a lane, with all that sending it needs.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The delivery.
    pub delivery_id: i64,
    /// The message.
    pub message_id: i64,
    /// Attempts so far.
    pub attempts: i64,
    /// What is sent.
    pub body: String,
    /// Where to.
    pub url: String,
    /// How failed attempts are repeated.
    pub retries: Retries,
    /// Sealed secrets that sign.
    pub secrets: Vec<Vec<u8>>,
}

impl Lane {
    /// What is to be sent now: the oldest of those in line, if it is due, else one that is out of line.
    pub async fn next(&self, conn: &mut Conn, now: i64) -> Result<Option<Parcel>> {
        type Found = (i64, i64, i64, i64);
        let line: Option<Found> = conn
            .maybe(
                "SELECT id, message_id, attempts, due_at FROM webhook_deliveries
                 WHERE location_id = $1 AND webhook_id = $2 AND state = 0 AND in_line = 1 ORDER BY id LIMIT 1",
                params![self.location_id, self.webhook_id],
            )
            .await?;
        let found = match line.filter(|(.., due_at)| *due_at <= now) {
            Some(found) => Some(found),
            None => {
                conn.maybe(
                    "SELECT id, message_id, attempts, due_at FROM webhook_deliveries
                     WHERE location_id = $1 AND webhook_id = $2 AND state = 0 AND in_line = 0 AND due_at <= $3
                     ORDER BY due_at, id LIMIT 1",
                    params![self.location_id, self.webhook_id, now],
                )
                .await?
            }
        };
        let Some((delivery_id, message_id, attempts, _)) = found else { return Ok(None) };
        type Content = (String, String, String, Option<Vec<u8>>, Option<Vec<u8>>);
        let (body, url, retries, secret, previous): Content = conn
            .one(
                "SELECT m.body, w.url, w.retries, w.secret,
                        CASE WHEN w.previous_until > $4 THEN w.previous_secret END
                 FROM webhook_messages m JOIN webhooks w ON w.location_id = m.location_id AND w.id = $3
                 WHERE m.location_id = $1 AND m.id = $2",
                params![self.location_id, message_id, self.webhook_id, now],
            )
            .await?;
        let secrets = secret.into_iter().chain(previous).collect();
        let retries = Retries::parse(&retries).unwrap_or(Retries::Default);
        Ok(Some(Parcel { delivery_id, message_id, attempts, body, url, retries, secrets }))
    }

    /// Goes on holding the webhook; false when the claim has lapsed and another has it.
    pub async fn renew(&self, tx: &mut Tx, now: i64) -> Result<bool> {
        let held = tx
            .exec(
                "UPDATE webhooks SET claimed_until = $4 WHERE location_id = $1 AND id = $2 AND claim = $3",
                params![self.location_id, self.webhook_id, self.claim, now + LEASE],
            )
            .await?;
        Ok(held == 1)
    }

    /// Notes how an attempt ended.
    pub async fn settle(&self, tx: &mut Tx, attempt: &Attempt, next: Next, now: i64) -> Result<()> {
        let (state, in_line, due_at) = match next {
            Next::Delivered => (1i64, 0i64, 0),
            Next::GivenUp => (2, 0, 0),
            Next::Again { after, in_line } => (0, i64::from(in_line), now + after),
        };
        let settled = (state != 0).then_some(now);
        // One that was dropped meanwhile is not taken up again; what is out of line stays there.
        tx.exec(
            "UPDATE webhook_deliveries SET attempts = $3,
                 state = CASE WHEN state = 0 OR $4 = 1 THEN $4 ELSE state END,
                 in_line = CASE WHEN in_line = 1 THEN $5 ELSE 0 END, due_at = $6, settled_at = $7
             WHERE location_id = $1 AND id = $2",
            params![self.location_id, attempt.delivery_id, attempt.attempt, state, in_line, due_at, settled],
        )
        .await?;
        tx.exec(
            "INSERT INTO webhook_attempts (location_id, delivery_id, attempt, at, status, duration, error, answer)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            params![
                self.location_id,
                attempt.delivery_id,
                attempt.attempt,
                attempt.at,
                attempt.status,
                attempt.duration,
                &attempt.error,
                &attempt.answer
            ],
        )
        .await?;
        Ok(())
    }

    /// Lets the webhook go, and notes when it has something to send again.
    pub async fn release(&self, tx: &mut Tx) -> Result<()> {
        // Locked first: whoever adds a delivery notes its time on the same row, before or after this.
        let held: Option<i64> = tx
            .lock(
                "SELECT id FROM webhooks WHERE location_id = $1 AND id = $2 AND claim = $3",
                params![self.location_id, self.webhook_id, self.claim],
            )
            .await?;
        if held.is_none() {
            return Ok(());
        }
        let keys = params![self.location_id, self.webhook_id];
        let line: Option<i64> = tx
            .maybe(
                "SELECT due_at FROM webhook_deliveries
                 WHERE location_id = $1 AND webhook_id = $2 AND state = 0 AND in_line = 1 ORDER BY id LIMIT 1",
                keys,
            )
            .await?;
        let later: Option<i64> = tx
            .one(
                "SELECT MIN(due_at) FROM webhook_deliveries
                 WHERE location_id = $1 AND webhook_id = $2 AND state = 0 AND in_line = 0",
                keys,
            )
            .await?;
        let due_at = [line, later].into_iter().flatten().min();
        tx.exec(
            "UPDATE webhooks SET claimed_until = 0, due_at = $3
             WHERE location_id = $1 AND id = $2 AND deleted_at IS NULL",
            params![self.location_id, self.webhook_id, due_at],
        )
        .await?;
        Ok(())
    }
}
