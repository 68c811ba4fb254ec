//! Rows of partners.

use db::{Conn, Tx, params};
use kernel::{Hash, Result};

db::row! {
    /// A partner.
    pub struct Partner {
        /// Its id.
        pub id: i64,
        /// Its name, for people.
        pub title: String,
        /// Whether it gets the older flat answers.
        pub legacy_flat: bool,
        /// Since when, milliseconds UTC.
        pub created_at: i64,
        /// Since when its token is void.
        pub revoked_at: Option<i64>,
    }
}

/// The partner whose token has this hash.
pub async fn by_token(conn: &mut Conn, hash: &Hash) -> Result<Option<Partner>> {
    let sql =
        format!("SELECT {} FROM partners WHERE token_hash = $1 AND revoked_at IS NULL", Partner::COLUMNS);
    Ok(conn.maybe(&sql, params![hash.bytes()]).await?)
}

/// A page of partners, after this id.
pub async fn list(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<Partner>> {
    let sql = format!("SELECT {} FROM partners WHERE id > $1 ORDER BY id LIMIT $2", Partner::COLUMNS);
    Ok(conn.all(&sql, params![after, limit]).await?)
}

pub(crate) async fn insert(
    tx: &mut Tx,
    title: &str,
    hash: &Hash,
    legacy_flat: bool,
    now: i64,
) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO partners (title, token_hash, legacy_flat, created_at) VALUES ($1, $2, $3, $4) RETURNING id",
            params![title, hash.bytes(), legacy_flat, now],
        )
        .await?)
}

pub(crate) async fn revoke(tx: &mut Tx, id: i64, now: i64) -> Result<bool> {
    let ended = tx
        .exec("UPDATE partners SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", params![id, now])
        .await?;
    Ok(ended == 1)
}

/// The partner with this token's hash, made when absent (the demo).
pub async fn put(tx: &mut Tx, title: &str, hash: &Hash, now: i64) -> Result<i64> {
    match by_token(tx, hash).await? {
        Some(partner) => Ok(partner.id),
        None => insert(tx, title, hash, false, now).await,
    }
}

/// Makes sure that there is a partner with this token's hash. One that was revoked stays so: somebody wanted that.
pub async fn ensure(tx: &mut Tx, title: &str, hash: &Hash, now: i64) -> Result<()> {
    tx.exec(
        "INSERT INTO partners (title, token_hash, legacy_flat, created_at) VALUES ($1, $2, 0, $3)
         ON CONFLICT (token_hash) DO NOTHING",
        params![title, hash.bytes(), now],
    )
    .await?;
    Ok(())
}
