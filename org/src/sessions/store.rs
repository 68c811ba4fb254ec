//! Rows of sessions and second factors.

use std::sync::atomic::AtomicI64;

use db::{Conn, Tx, params};
use kernel::{App, Hash, Result};

/// A session, as kept in memory.
#[derive(Debug)]
pub struct Session {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// When its use was last noted, milliseconds UTC.
    pub(crate) touched: AtomicI64,
}

db::row! {
    /// A session, as listed.
    pub struct SessionRow {
        /// Its id.
        pub id: i64,
        /// The program's name for itself.
        pub program: String,
        /// From where it began.
        pub ip: String,
        /// When it began, milliseconds UTC.
        pub created_at: i64,
        /// When it was last used, to the minute.
        pub last_used_at: i64,
    }
}

db::row! {
    /// A second factor.
    pub struct SecondFactor {
        pub secret: Vec<u8>,
        pub confirmed_at: Option<i64>,
        pub last_step: i64,
    }
}

/// The session whose token has this hash.
pub async fn by_token(conn: &mut Conn, hash: &Hash) -> Result<Option<Session>> {
    let row: Option<(i64, i64, i64)> = conn
        .maybe("SELECT id, user_id, last_used_at FROM sessions WHERE token_hash = $1", params![hash.bytes()])
        .await?;
    Ok(row.map(|(id, user_id, touched)| Session { id, user_id, touched: AtomicI64::new(touched) }))
}

pub(crate) async fn touch(app: &App, id: i64, now: i64) -> Result<()> {
    let mut tx = app.db().begin_beside().await?;
    tx.exec("UPDATE sessions SET last_used_at = $2 WHERE id = $1 AND last_used_at < $2", params![id, now])
        .await?;
    Ok(tx.commit().await?)
}

/// A new session.
pub struct New<'a> {
    pub user_id: i64,
    pub partner_id: i64,
    pub hash: Hash,
    pub program: &'a str,
    pub ip: &'a str,
    pub now: i64,
}

/// Begins a session.
pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO sessions (user_id, partner_id, token_hash, program, ip, created_at, last_used_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            params![new.user_id, new.partner_id, new.hash.bytes(), new.program, new.ip, new.now, new.now],
        )
        .await?)
}

pub(crate) async fn list(conn: &mut Conn, user_id: i64, limit: i64, offset: i64) -> Result<Vec<SessionRow>> {
    let sql = format!(
        "SELECT {} FROM sessions WHERE user_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3",
        SessionRow::COLUMNS
    );
    Ok(conn.all(&sql, params![user_id, limit, offset]).await?)
}

pub(crate) async fn count(conn: &mut Conn, user_id: i64) -> Result<i64> {
    Ok(conn.one("SELECT COUNT(*) FROM sessions WHERE user_id = $1", params![user_id]).await?)
}

/// Ends one session of this user; false when there is none.
pub(crate) async fn end(tx: &mut Tx, user_id: i64, id: i64) -> Result<bool> {
    Ok(tx.exec("DELETE FROM sessions WHERE id = $1 AND user_id = $2", params![id, user_id]).await? == 1)
}

/// Ends all sessions of this user, except one if asked.
pub async fn end_all(tx: &mut Tx, user_id: i64, except: Option<i64>) -> Result<u64> {
    Ok(tx
        .exec(
            "DELETE FROM sessions WHERE user_id = $1 AND id <> $2",
            params![user_id, except.unwrap_or_default()],
        )
        .await?)
}

pub(crate) async fn second_factor(conn: &mut Conn, user_id: i64) -> Result<Option<SecondFactor>> {
    let sql = format!("SELECT {} FROM second_factors WHERE user_id = $1", SecondFactor::COLUMNS);
    Ok(conn.maybe(&sql, params![user_id]).await?)
}

/// A second factor waiting to be confirmed; an earlier one that was never confirmed is replaced.
pub(crate) async fn put_second_factor(tx: &mut Tx, user_id: i64, sealed: Vec<u8>) -> Result<bool> {
    let put = tx
        .exec(
            "INSERT INTO second_factors (user_id, secret) VALUES ($1, $2)
             ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, last_step = 0
             WHERE second_factors.confirmed_at IS NULL",
            params![user_id, sealed],
        )
        .await?;
    Ok(put == 1)
}

/// Notes that the code of this step was used; false when it, or a later one, was used already.
pub(crate) async fn use_step(tx: &mut Tx, user_id: i64, step: i64) -> Result<bool> {
    Ok(tx
        .exec(
            "UPDATE second_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2",
            params![user_id, step],
        )
        .await?
        == 1)
}

pub(crate) async fn confirm_second_factor(tx: &mut Tx, user_id: i64, now: i64) -> Result<()> {
    tx.exec("UPDATE second_factors SET confirmed_at = $2 WHERE user_id = $1", params![user_id, now]).await?;
    Ok(())
}

pub(crate) async fn delete_second_factor(tx: &mut Tx, user_id: i64) -> Result<bool> {
    tx.exec("DELETE FROM sign_in_challenges WHERE user_id = $1", params![user_id]).await?;
    Ok(tx.exec("DELETE FROM second_factors WHERE user_id = $1", params![user_id]).await? == 1)
}

/// A sign-in that waits for its second factor; the expired ones go.
pub(crate) async fn insert_challenge(
    tx: &mut Tx,
    uuid: &str,
    user_id: i64,
    attempts: i64,
    now: i64,
    expires_at: i64,
) -> Result<()> {
    tx.exec("DELETE FROM sign_in_challenges WHERE expires_at < $1", params![now]).await?;
    tx.exec(
        "INSERT INTO sign_in_challenges (uuid, user_id, attempts_left, expires_at) VALUES ($1, $2, $3, $4)",
        params![uuid, user_id, attempts, expires_at],
    )
    .await?;
    Ok(())
}

/// Takes one attempt of a challenge; gives what is left after it, none when it is over or not this user's.
pub(crate) async fn take_attempt(tx: &mut Tx, uuid: &str, user_id: i64, now: i64) -> Result<Option<i64>> {
    Ok(tx
        .maybe(
            "UPDATE sign_in_challenges SET attempts_left = attempts_left - 1
             WHERE uuid = $1 AND user_id = $2 AND expires_at >= $3 AND attempts_left > 0
             RETURNING attempts_left",
            params![uuid, user_id, now],
        )
        .await?)
}

pub(crate) async fn delete_challenge(tx: &mut Tx, uuid: &str) -> Result<()> {
    tx.exec("DELETE FROM sign_in_challenges WHERE uuid = $1", params![uuid]).await?;
    Ok(())
}
