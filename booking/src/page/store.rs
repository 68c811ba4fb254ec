//! Rows of privacy policies.

use db::{Conn, Tx, params};
use kernel::Result;

/// Characters of a policy at the most.
pub const LONGEST: usize = 100_000;

/// A location's policy; empty for none.
pub async fn policy(conn: &mut Conn, location_id: i64) -> Result<String> {
    let sql = "SELECT content FROM privacy_policies WHERE location_id = $1";
    let found: Option<String> = conn.maybe(sql, params![location_id]).await?;
    Ok(found.unwrap_or_default())
}

/// Sets a location's policy; an empty one is taken away.
pub async fn put_policy(tx: &mut Tx, location_id: i64, content: &str, now: i64) -> Result<()> {
    if content.is_empty() {
        tx.exec("DELETE FROM privacy_policies WHERE location_id = $1", params![location_id]).await?;
        return Ok(());
    }
    tx.exec(
        "INSERT INTO privacy_policies (location_id, content, updated_at) VALUES ($1, $2, $3)
         ON CONFLICT (location_id) DO UPDATE SET content = excluded.content, updated_at = excluded.updated_at",
        params![location_id, content, now],
    )
    .await?;
    Ok(())
}
