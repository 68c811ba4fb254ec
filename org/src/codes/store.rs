//! Rows of codes.

use db::{Tx, params};
use kernel::Result;

use super::rules::ATTEMPTS;

db::row! {
    /// When a code was sent, and how many before it.
    #[derive(Copy, Eq)]
    pub struct Sent {
        pub sent: i64,
        /// Since when they are counted.
        pub sent_from: i64,
        pub created_at: i64,
        pub expires_at: i64,
    }
}

/// The latest code of a contact, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, contact: &str) -> Result<Option<Sent>> {
    let sql = format!("SELECT {} FROM contact_codes WHERE contact = $1", Sent::COLUMNS);
    Ok(tx.lock(&sql, params![contact]).await?)
}

/// Writes a code in place of the one before.
pub async fn put(tx: &mut Tx, contact: &str, code: &str, sent: &Sent) -> Result<()> {
    tx.exec(
        "INSERT INTO contact_codes (contact, code, attempts_left, expires_at, sent, sent_from, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (contact) DO UPDATE SET code = excluded.code, attempts_left = excluded.attempts_left,
            expires_at = excluded.expires_at, sent = excluded.sent, sent_from = excluded.sent_from,
            created_at = excluded.created_at",
        params![contact, code, ATTEMPTS, sent.expires_at, sent.sent, sent.sent_from, sent.created_at],
    )
    .await?;
    Ok(())
}

/// Takes one attempt at a contact's code, and gives what is kept of it; none when it has ended.
pub async fn take_attempt(tx: &mut Tx, contact: &str, now: i64) -> Result<Option<String>> {
    Ok(tx
        .maybe(
            "UPDATE contact_codes SET attempts_left = attempts_left - 1
             WHERE contact = $1 AND expires_at > $2 AND attempts_left > 0 RETURNING code",
            params![contact, now],
        )
        .await?)
}

/// Gives an attempt back.
pub async fn give_back(tx: &mut Tx, contact: &str) -> Result<()> {
    tx.exec(
        "UPDATE contact_codes SET attempts_left = attempts_left + 1 WHERE contact = $1",
        params![contact],
    )
    .await?;
    Ok(())
}

/// Ends a contact's code: it has served. How many were sent stays counted.
pub async fn forget(tx: &mut Tx, contact: &str) -> Result<()> {
    tx.exec("UPDATE contact_codes SET attempts_left = 0 WHERE contact = $1", params![contact]).await?;
    Ok(())
}
