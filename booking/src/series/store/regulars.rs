//! Rows of clients who come to all the events of days of a series.

use std::collections::{BTreeMap, BTreeSet};

use db::{Conn, Sql, Tx, params};
use kernel::{Error, Result};

db::row! {
    /// A client who comes regularly.
    pub struct Regular {
        pub id: i64,
        pub series_id: i64,
        pub client_id: i64,
        /// Who comes in the client's stead.
        pub comer_id: Option<i64>,
    }
}

/// A series' regular, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, series_id: i64, id: i64) -> Result<Regular> {
    let sql = format!(
        "SELECT {} FROM event_series_regulars
         WHERE location_id = $1 AND series_id = $2 AND id = $3 AND deleted_at IS NULL",
        Regular::COLUMNS
    );
    tx.lock(&sql, params![location_id, series_id, id]).await?.ok_or_else(Error::not_found)
}

/// The regulars of a series whose clients are there still, in the order in which they came.
pub async fn of_series(conn: &mut Conn, location_id: i64, series_id: i64) -> Result<Vec<Regular>> {
    Ok(conn
        .all(
            "SELECT r.id, r.series_id, r.client_id, r.comer_id FROM event_series_regulars r
             JOIN clients c ON c.location_id = r.location_id AND c.id = r.client_id AND c.deleted_at IS NULL
             WHERE r.location_id = $1 AND r.series_id = $2 AND r.deleted_at IS NULL ORDER BY r.id",
            params![location_id, series_id],
        )
        .await?)
}

/// The days of these regulars, deleted days left out.
pub async fn days(
    conn: &mut Conn,
    location_id: i64,
    regulars: &[i64],
) -> Result<BTreeMap<i64, BTreeSet<i64>>> {
    let mut sql = Sql::new(
        "SELECT x.regular_id, x.day_id FROM event_series_regular_days x
         JOIN event_series_days d ON d.location_id = x.location_id AND d.id = x.day_id AND d.deleted_at IS NULL
         WHERE x.location_id = ",
    );
    sql.bind(location_id).push(" AND x.regular_id IN ").list(regulars.iter().copied());
    let mut days: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for (regular, day) in sql.all::<(i64, i64)>(conn).await? {
        days.entry(regular).or_default().insert(day);
    }
    Ok(days)
}

/// Writes a new regular; gives the id.
///
/// # Errors
/// 409 when the client comes to the series already.
pub async fn insert(tx: &mut Tx, location_id: i64, regular: &Regular, now: i64) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO event_series_regulars (location_id, series_id, client_id, comer_id, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $5) RETURNING id",
            params![location_id, regular.series_id, regular.client_id, regular.comer_id, now],
        )
        .await?)
}

/// Whether the client comes to the series already.
pub async fn has(conn: &mut Conn, location_id: i64, series_id: i64, client_id: i64) -> Result<bool> {
    let there: Option<i64> = conn
        .maybe(
            "SELECT id FROM event_series_regulars
             WHERE location_id = $1 AND series_id = $2 AND client_id = $3 AND deleted_at IS NULL",
            params![location_id, series_id, client_id],
        )
        .await?;
    Ok(there.is_some())
}

/// Makes these the days of a regular.
pub async fn set_days(tx: &mut Tx, location_id: i64, id: i64, days: &BTreeSet<i64>, now: i64) -> Result<()> {
    tx.exec(
        "DELETE FROM event_series_regular_days WHERE location_id = $1 AND regular_id = $2",
        params![location_id, id],
    )
    .await?;
    let mut sql = Sql::new("INSERT INTO event_series_regular_days (location_id, regular_id, day_id) VALUES ");
    sql.rows(days.iter().map(|day| params![location_id, id, *day].to_vec()));
    sql.exec(tx).await?;
    tx.exec(
        "UPDATE event_series_regulars SET updated_at = $3 WHERE location_id = $1 AND id = $2",
        params![location_id, id, now],
    )
    .await?;
    Ok(())
}

/// Deletes a regular, softly; the appointments are another matter.
pub async fn delete(tx: &mut Tx, location_id: i64, id: i64, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE event_series_regulars SET deleted_at = $3, updated_at = $3 WHERE location_id = $1 AND id = $2",
        params![location_id, id, now],
    )
    .await?;
    Ok(())
}

/// Notes by which regulars these appointments were made: (appointment, regular).
pub async fn link(tx: &mut Tx, location_id: i64, made: &[(i64, i64)]) -> Result<()> {
    for part in made.chunks(1000) {
        let mut sql = Sql::new(
            "INSERT INTO event_series_regular_appointments (location_id, appointment_id, regular_id) VALUES ",
        );
        sql.rows(part.iter().map(|(one, regular)| params![location_id, *one, *regular].to_vec()));
        sql.exec(tx).await?;
    }
    Ok(())
}

/// A regular's appointments that begin from `from` on and to which nobody came yet: (appointment, event). Only those
/// on the events of these days, where days are given.
pub async fn ahead(
    conn: &mut Conn,
    location_id: i64,
    id: i64,
    days: Option<&BTreeSet<i64>>,
    from: i64,
) -> Result<Vec<(i64, i64)>> {
    let mut sql = Sql::new(
        "SELECT a.id, a.event_id FROM event_series_regular_appointments x
         JOIN appointments a ON a.location_id = x.location_id AND a.id = x.appointment_id
         WHERE a.is_deleted = 0 AND a.event_id IS NOT NULL AND a.attendance <> 1 AND x.location_id = ",
    );
    sql.bind(location_id).push(" AND x.regular_id = ").bind(id).push(" AND a.starts_at >= ").bind(from);
    if let Some(days) = days {
        sql.push(
            " AND EXISTS (SELECT 1 FROM event_series_entries e WHERE e.location_id = a.location_id
                AND e.event_id = a.event_id AND e.deleted_at IS NULL AND e.day_id IN ",
        );
        sql.list(days.iter().copied()).push(")");
    }
    sql.push(" ORDER BY a.id");
    Ok(sql.all(conn).await?)
}
