//! Rows of calendar feeds.

use db::{Conn, Sql, Tx, params};
use kernel::{Error, Page, Result};

db::row! {
    /// A feed.
    pub struct Feed {
        pub id: i64,
        pub user_id: i64,
        pub team_member_id: Option<i64>,
        pub title: String,
        pub nonce: i64,
        pub created_at: i64,
    }
}

/// A location's feeds, or a user's alone, by id; with how many there are.
pub async fn list(
    conn: &mut Conn,
    location_id: i64,
    user_id: Option<i64>,
    page: Page,
) -> Result<(Vec<Feed>, i64)> {
    let narrowed = |columns: &str| {
        let mut sql = Sql::new(format!("SELECT {columns} FROM calendar_feeds WHERE location_id = "));
        sql.bind(location_id);
        if let Some(user) = user_id {
            sql.push(" AND user_id = ").bind(user);
        }
        sql
    };
    let mut sql = narrowed(Feed::COLUMNS);
    sql.push(" ORDER BY id LIMIT ").bind(page.limit).push(" OFFSET ").bind(page.offset);
    Ok((sql.all(conn).await?, narrowed("COUNT(*)").one(conn).await?))
}

/// A feed.
pub async fn by_id(conn: &mut Conn, location_id: i64, id: i64) -> Result<Option<Feed>> {
    let sql = format!("SELECT {} FROM calendar_feeds WHERE location_id = $1 AND id = $2", Feed::COLUMNS);
    Ok(conn.maybe(&sql, params![location_id, id]).await?)
}

/// The same, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, id: i64) -> Result<Feed> {
    let sql = format!("SELECT {} FROM calendar_feeds WHERE location_id = $1 AND id = $2", Feed::COLUMNS);
    tx.lock(&sql, params![location_id, id]).await?.ok_or_else(Error::not_found)
}

/// How many feeds a user has.
pub async fn count(conn: &mut Conn, location_id: i64, user_id: i64) -> Result<i64> {
    Ok(conn
        .one(
            "SELECT COUNT(*) FROM calendar_feeds WHERE location_id = $1 AND user_id = $2",
            params![location_id, user_id],
        )
        .await?)
}

/// Writes a new feed; gives its id.
pub async fn insert(tx: &mut Tx, location_id: i64, feed: &Feed) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO calendar_feeds (location_id, user_id, team_member_id, title, nonce, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            params![location_id, feed.user_id, feed.team_member_id, &feed.title, feed.nonce, feed.created_at],
        )
        .await?)
}

/// Gives a feed another secret.
pub async fn set_nonce(tx: &mut Tx, location_id: i64, id: i64, nonce: i64) -> Result<()> {
    tx.exec(
        "UPDATE calendar_feeds SET nonce = $3 WHERE location_id = $1 AND id = $2",
        params![location_id, id, nonce],
    )
    .await?;
    Ok(())
}

/// Deletes a feed.
pub async fn delete(tx: &mut Tx, location_id: i64, id: i64) -> Result<()> {
    tx.exec("DELETE FROM calendar_feeds WHERE location_id = $1 AND id = $2", params![location_id, id])
        .await?;
    Ok(())
}
