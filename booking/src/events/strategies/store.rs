//! Rows of saved ways to repeat an event.

use db::{Conn, Tx, params};
use kernel::{Error, Result};

use super::rules::Strategy;
use crate::events::rules::Repeat;

db::row! {
    struct Row {
        id: i64,
        title: String,
        mode: i64,
        days: String,
        skipped: i64,
        with_appointments: bool,
    }
}

impl From<Row> for Strategy {
    fn from(row: Row) -> Self {
        let days = serde_json::from_str(&row.days).unwrap_or_default();
        let repeat =
            Repeat { mode: row.mode, days, skipped: row.skipped, with_appointments: row.with_appointments };
        Self { id: row.id, title: row.title, repeat }
    }
}

/// Strategies of a location at the most.
pub const MOST: i64 = 200;

/// A location's strategies, in order.
pub async fn list(conn: &mut Conn, location_id: i64) -> Result<Vec<Strategy>> {
    let sql = format!(
        "SELECT {} FROM event_duplication_strategies WHERE location_id = $1 ORDER BY id LIMIT $2",
        Row::COLUMNS
    );
    let rows: Vec<Row> = conn.all(&sql, params![location_id, MOST]).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// One of them.
pub async fn by_id(conn: &mut Conn, location_id: i64, id: i64) -> Result<Option<Strategy>> {
    let sql = format!(
        "SELECT {} FROM event_duplication_strategies WHERE location_id = $1 AND id = $2",
        Row::COLUMNS
    );
    let row: Option<Row> = conn.maybe(&sql, params![location_id, id]).await?;
    Ok(row.map(Into::into))
}

/// Writes a strategy, a new one for id 0; gives its id.
pub async fn put(tx: &mut Tx, location_id: i64, strategy: &Strategy, now: i64) -> Result<i64> {
    let days = serde_json::to_string(&strategy.repeat.days).unwrap_or_else(|_| "[]".to_owned());
    let repeat = &strategy.repeat;
    if strategy.id == 0 {
        return Ok(tx
            .one(
                "INSERT INTO event_duplication_strategies
                    (location_id, title, mode, days, skipped, with_appointments, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
                params![
                    location_id,
                    &strategy.title,
                    repeat.mode,
                    days,
                    repeat.skipped,
                    repeat.with_appointments,
                    now
                ],
            )
            .await?);
    }
    tx.maybe(
        "UPDATE event_duplication_strategies SET title = $3, mode = $4, days = $5, skipped = $6, with_appointments = $7
         WHERE location_id = $1 AND id = $2 RETURNING id",
        params![
            location_id,
            strategy.id,
            &strategy.title,
            repeat.mode,
            days,
            repeat.skipped,
            repeat.with_appointments
        ],
    )
    .await?
    .ok_or_else(Error::not_found)
}

/// How many strategies the location has.
pub async fn count(conn: &mut Conn, location_id: i64) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM event_duplication_strategies WHERE location_id = $1";
    Ok(conn.one(sql, params![location_id]).await?)
}
