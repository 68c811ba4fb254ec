//! Rows of holds, and who may not book.

use db::{Conn, Tx, params};
use kernel::{Hash, Result};

/// Makes a hold; gives its id.
pub async fn insert_hold(
    tx: &mut Tx,
    location_id: i64,
    token: &Hash,
    ip: &str,
    expires_at: i64,
    now: i64,
) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO slot_holds (location_id, token_hash, ip, expires_at, created_at) VALUES ($1, $2, $3, $4, $5)
             RETURNING id",
            params![location_id, token.bytes(), ip, expires_at, now],
        )
        .await?)
}

/// The live hold of that token.
pub async fn hold(conn: &mut Conn, location_id: i64, token: &Hash, now: i64) -> Result<Option<i64>> {
    Ok(conn
        .maybe(
            "SELECT id FROM slot_holds WHERE location_id = $1 AND token_hash = $2 AND expires_at > $3",
            params![location_id, token.bytes(), now],
        )
        .await?)
}

/// How many live holds there are from that address.
pub async fn holds_from(conn: &mut Conn, location_id: i64, ip: &str, now: i64) -> Result<i64> {
    Ok(conn
        .one(
            "SELECT COUNT(*) FROM slot_holds WHERE location_id = $1 AND ip = $2 AND expires_at > $3",
            params![location_id, ip, now],
        )
        .await?)
}

/// Takes away a hold that has served, and all that have ended.
pub async fn end_holds(tx: &mut Tx, location_id: i64, served: Option<i64>, now: i64) -> Result<()> {
    tx.exec(
        "DELETE FROM slot_holds WHERE location_id = $1 AND (id = $2 OR expires_at <= $3)",
        params![location_id, served, now],
    )
    .await?;
    Ok(())
}

/// Titles of the tags of the client with this phone.
pub async fn tags_of(conn: &mut Conn, location_id: i64, phone: &str) -> Result<Vec<String>> {
    Ok(conn
        .all(
            "SELECT t.title FROM clients c
             JOIN client_tags x ON x.location_id = c.location_id AND x.client_id = c.id
             JOIN tags t ON t.location_id = x.location_id AND t.id = x.tag_id
             WHERE c.location_id = $1 AND c.phone = $2 AND c.deleted_at IS NULL AND t.is_deleted = 0",
            params![location_id, phone],
        )
        .await?)
}

/// Appointments of the user: those booked as such, and those of clients with a phone that the user proved. The latest
/// first.
pub async fn of_user(
    conn: &mut Conn,
    user_id: i64,
    phone: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<Vec<(i64, i64)>> {
    Ok(conn
        .all(
            "SELECT location_id, id FROM (
                SELECT location_id, id, starts_at FROM appointments
                WHERE booking_user_id = $1 AND booking_user_id <> 0
                UNION
                SELECT a.location_id, a.id, a.starts_at FROM clients c
                JOIN appointments a ON a.location_id = c.location_id AND a.client_id = c.id
                WHERE c.phone = $2 AND c.phone <> ''
             ) AS own ORDER BY starts_at DESC, id DESC LIMIT $3 OFFSET $4",
            params![user_id, phone.unwrap_or_default(), limit, offset],
        )
        .await?)
}
