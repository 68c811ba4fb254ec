//! Rows of files.

use db::{Conn, Tx, params};
use kernel::{Error, Result};

db::row! {
    /// A file of a client.
    pub struct File {
        pub id: i64,
        pub client_id: i64,
        pub name: String,
        pub description: String,
        /// The name under which the content lies in the object store.
        pub path: String,
        pub mime: String,
        /// Bytes.
        pub size: i64,
        /// Who added it.
        pub user_id: i64,
        pub created_at: i64,
        pub user_name: String,
    }
}

/// Files of a client at the most: a list of them is given whole.
pub const MOST: i64 = 200;

const SELECT: &str = "SELECT f.id, f.client_id, f.name, f.description, f.path, f.mime, f.size, f.user_id,
         f.created_at, u.name
     FROM client_files f JOIN users u ON u.id = f.user_id WHERE f.location_id = $1 AND f.client_id = $2";

/// The files of a client, the newest first.
pub async fn list(conn: &mut Conn, location_id: i64, client_id: i64) -> Result<Vec<File>> {
    let sql = format!("{SELECT} ORDER BY f.id DESC LIMIT $3");
    Ok(conn.all(&sql, params![location_id, client_id, MOST]).await?)
}

/// A file of a client.
pub async fn by_id(conn: &mut Conn, location_id: i64, client_id: i64, id: i64) -> Result<File> {
    let found = conn.maybe(&format!("{SELECT} AND f.id = $3"), params![location_id, client_id, id]).await?;
    found.ok_or_else(Error::not_found)
}

/// How many files a client has.
pub async fn count(conn: &mut Conn, location_id: i64, client_id: i64) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM client_files WHERE location_id = $1 AND client_id = $2";
    Ok(conn.one(sql, params![location_id, client_id]).await?)
}

/// Writes a file's row; gives its id. `file.id` and the user's name are left aside.
pub async fn insert(tx: &mut Tx, location_id: i64, file: &File) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO client_files (location_id, client_id, name, description, path, mime, size, user_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
            params![
                location_id,
                file.client_id,
                &file.name,
                &file.description,
                &file.path,
                &file.mime,
                file.size,
                file.user_id,
                file.created_at
            ],
        )
        .await?)
}

/// Deletes a file's row, and the comment that noted it.
pub async fn delete(tx: &mut Tx, location_id: i64, id: i64) -> Result<()> {
    let sql = "DELETE FROM client_comments WHERE location_id = $1 AND file_id = $2";
    tx.exec(sql, params![location_id, id]).await?;
    tx.exec("DELETE FROM client_files WHERE location_id = $1 AND id = $2", params![location_id, id]).await?;
    Ok(())
}
