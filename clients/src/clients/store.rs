//! Rows of clients.

use db::{Conn, Tx, params};
use kernel::Result;

db::row! {
    /// A client, in short.
    pub struct Client {
        pub id: i64,
        pub location_id: i64,
        pub name: String,
        pub email: String,
    }
}

/// The clients with this phone (E.164) at the chain's locations, those deleted left out.
pub async fn in_chain_by_phone(
    conn: &mut Conn,
    chain_id: i64,
    phone: &str,
    limit: i64,
) -> Result<Vec<Client>> {
    Ok(conn
        .all(
            "SELECT c.id, c.location_id, c.name, c.email
             FROM location_chains lc
             JOIN locations l ON l.id = lc.location_id
             JOIN clients c ON c.location_id = lc.location_id
             WHERE lc.chain_id = $1 AND c.phone = $2 AND l.deleted_at IS NULL
             ORDER BY c.location_id, c.id LIMIT $3",
            params![chain_id, phone, limit],
        )
        .await?)
}

/// Makes a client. `phone` is E.164.
pub async fn insert(
    tx: &mut Tx,
    location_id: i64,
    name: &str,
    phone: &str,
    email: &str,
    now: i64,
) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO clients (location_id, name, phone, email, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
            params![location_id, name, phone, email, now],
        )
        .await?)
}
