//! Rows of comments.

use db::{Conn, Tx, params};
use kernel::{Error, Result};

db::row! {
    /// A comment on a client: a text, or the note that a file was added.
    pub struct Comment {
        pub id: i64,
        pub text: String,
        pub created_at: i64,
        pub updated_at: i64,
        /// Who wrote it.
        pub user_id: i64,
        pub user_name: String,
        pub file_id: Option<i64>,
        pub file_name: Option<String>,
    }
}

/// Comments on a client at the most: a list of them is given whole.
pub const MOST: i64 = 1000;

const SELECT: &str = "SELECT m.id, m.text, m.created_at, m.updated_at, m.user_id, u.name, m.file_id, f.name
     FROM client_comments m JOIN users u ON u.id = m.user_id
     LEFT JOIN client_files f ON f.location_id = m.location_id AND f.id = m.file_id
     WHERE m.location_id = $1 AND m.client_id = $2";

/// The comments on a client, the newest first.
pub async fn list(conn: &mut Conn, location_id: i64, client_id: i64) -> Result<Vec<Comment>> {
    let sql = format!("{SELECT} ORDER BY m.id DESC LIMIT $3");
    Ok(conn.all(&sql, params![location_id, client_id, MOST]).await?)
}

/// A comment on a client.
pub async fn by_id(conn: &mut Conn, location_id: i64, client_id: i64, id: i64) -> Result<Comment> {
    let found = conn.maybe(&format!("{SELECT} AND m.id = $3"), params![location_id, client_id, id]).await?;
    found.ok_or_else(Error::not_found)
}

/// How many comments there are on a client.
pub async fn count(conn: &mut Conn, location_id: i64, client_id: i64) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM client_comments WHERE location_id = $1 AND client_id = $2";
    Ok(conn.one(sql, params![location_id, client_id]).await?)
}

/// A comment to be written.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// On whom.
    pub client_id: i64,
    /// By whom.
    pub user_id: i64,
    /// Empty where a file was added.
    pub text: &'a str,
    /// The file that was added.
    pub file_id: Option<i64>,
}

/// Writes a comment; gives its id.
pub async fn insert(tx: &mut Tx, location_id: i64, new: New<'_>, now: i64) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO client_comments (location_id, client_id, file_id, text, user_id, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING id",
            params![location_id, new.client_id, new.file_id, new.text, new.user_id, now],
        )
        .await?)
}

/// Deletes a comment. A file whose addition it notes stays.
pub async fn delete(tx: &mut Tx, location_id: i64, id: i64) -> Result<()> {
    let sql = "DELETE FROM client_comments WHERE location_id = $1 AND id = $2";
    tx.exec(sql, params![location_id, id]).await?;
    Ok(())
}
