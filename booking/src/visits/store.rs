//! Rows of visits.

use std::collections::{BTreeSet, HashMap};

use calc::zone::{Zone, date_ymd};
use db::{Conn, Sql, Tx, params};
use kernel::{Error, Result};

db::row! {
    /// A visit.
    pub struct Visit {
        pub location_id: i64,
        pub id: i64,
        pub client_id: Option<i64>,
        /// By the location's clock, ISO; empty for what was there before there were visits.
        pub day: String,
        /// -1 absent, 0 waiting, 1 came, 2 confirmed.
        pub attendance: i64,
        /// When its first appointment begins: an instant; none where all were deleted.
        pub starts_at: Option<i64>,
        /// Of what took place, hundredths.
        pub cost: i64,
        pub comment: String,
    }
}

/// Where the visit of this id is: ids of visits are unique among all locations.
pub async fn find(conn: &mut Conn, id: i64) -> Result<Option<Visit>> {
    let sql = format!("SELECT {} FROM visits WHERE id = $1", Visit::COLUMNS);
    Ok(conn.maybe(&sql, params![id]).await?)
}

/// A visit of the location.
pub async fn by_id(conn: &mut Conn, location_id: i64, id: i64) -> Result<Option<Visit>> {
    let sql = format!("SELECT {} FROM visits WHERE location_id = $1 AND id = $2", Visit::COLUMNS);
    Ok(conn.maybe(&sql, params![location_id, id]).await?)
}

/// The same, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, id: i64) -> Result<Visit> {
    let sql = format!("SELECT {} FROM visits WHERE location_id = $1 AND id = $2", Visit::COLUMNS);
    tx.lock(&sql, params![location_id, id]).await?.ok_or_else(Error::not_found)
}

/// Writes what is noted of a visit.
pub async fn set_comment(tx: &mut Tx, location_id: i64, id: i64, comment: &str) -> Result<()> {
    tx.exec(
        "UPDATE visits SET comment = $3 WHERE location_id = $1 AND id = $2",
        params![location_id, id, comment],
    )
    .await?;
    Ok(())
}

/// Which visit something is of: a client (none for nobody in particular) at an instant.
pub type Of = (Option<i64>, i64);

/// The visits of these, in the order given, made where they are not there yet. What is nobody's is a visit by itself.
pub async fn assign(tx: &mut Tx, location_id: i64, of: &[Of], zone: &Zone, now: i64) -> Result<Vec<i64>> {
    let days: Vec<String> = of.iter().map(|(_, starts_at)| date_ymd(*starts_at, zone)).collect();
    let known: BTreeSet<(i64, &str)> =
        of.iter().zip(&days).filter_map(|((client, _), day)| Some(((*client)?, day.as_str()))).collect();
    let known: Vec<(i64, &str)> = known.into_iter().collect();
    let mut found: HashMap<(i64, String), i64> = HashMap::new();
    for part in known.chunks(500) {
        let mut sql = Sql::new("INSERT INTO visits (location_id, client_id, day, created_at) VALUES ");
        sql.rows(part.iter().map(|(client, day)| params![location_id, *client, *day, now].to_vec()));
        sql.push(
            " ON CONFLICT (location_id, client_id, day) WHERE client_id IS NOT NULL AND day <> '' DO NOTHING",
        );
        sql.exec(tx).await?;
        let mut sql = Sql::new("SELECT id, client_id, day FROM visits WHERE location_id = ");
        sql.bind(location_id).push(" AND client_id IN ").list(part.iter().map(|(client, _)| *client));
        sql.push(" AND day IN ").list(part.iter().map(|(_, day)| *day).collect::<BTreeSet<_>>());
        let rows: Vec<(i64, i64, String)> = sql.all(tx).await?;
        found.extend(rows.into_iter().map(|(id, client, day)| ((client, day), id)));
    }
    let alone: Vec<&String> =
        of.iter().zip(&days).filter(|((client, _), _)| client.is_none()).map(|(_, day)| day).collect();
    let mut single: Vec<i64> = Vec::with_capacity(alone.len());
    for part in alone.chunks(1000) {
        let mut sql = Sql::new("INSERT INTO visits (location_id, day, created_at) VALUES ");
        sql.rows(part.iter().map(|day| params![location_id, *day, now].to_vec()));
        let mut made: Vec<i64> = sql.push(" RETURNING id").all(tx).await?;
        made.sort_unstable();
        single.extend(made);
    }
    let mut single = single.into_iter();
    let one = |((client, _), day): (&Of, &String)| match client {
        Some(client) => found.get(&(*client, day.clone())).copied(),
        None => single.next(),
    };
    of.iter()
        .zip(&days)
        .map(one)
        .collect::<Option<Vec<i64>>>()
        .ok_or_else(|| Error::internal("a visit is missing"))
}

db::row! {
    struct Belongs {
        id: i64,
        client_id: Option<i64>,
        starts_at: i64,
        visit_client_id: Option<i64>,
        day: String,
    }
}

/// Lets appointments that got another day or client go over to the visits that they are of now.
pub async fn settle(
    tx: &mut Tx,
    location_id: i64,
    appointments: &[i64],
    zone: &Zone,
    now: i64,
) -> Result<()> {
    for part in appointments.chunks(500) {
        let mut sql = Sql::new(
            "SELECT a.id, a.client_id, a.starts_at, v.client_id, v.day FROM appointments a
             JOIN visits v ON v.location_id = a.location_id AND v.id = a.visit_id WHERE a.location_id = ",
        );
        sql.bind(location_id).push(" AND a.id IN ").list(part.iter().copied()).push(" ORDER BY a.id");
        let rows: Vec<Belongs> = sql.all(tx).await?;
        let astray: Vec<Belongs> = rows
            .into_iter()
            .filter(|row| row.client_id != row.visit_client_id || row.day != date_ymd(row.starts_at, zone))
            .collect();
        let of: Vec<Of> = astray.iter().map(|row| (row.client_id, row.starts_at)).collect();
        let visits = assign(tx, location_id, &of, zone, now).await?;
        if visits.is_empty() {
            continue;
        }
        let mut sql = Sql::new("UPDATE appointments AS a SET visit_id = v.column2 FROM (VALUES ");
        for (at, (row, visit)) in astray.iter().zip(&visits).enumerate() {
            sql.push(if at == 0 { "(CAST(" } else { ", (CAST(" }).bind(row.id);
            sql.push(" AS BIGINT), CAST(").bind(*visit).push(" AS BIGINT))");
        }
        sql.push(") AS v WHERE a.id = v.column1 AND a.location_id = ").bind(location_id);
        sql.exec(tx).await?;
    }
    Ok(())
}

/// Appointments of a client read at once at the most.
const HISTORY: i64 = 20_000;

/// A client's appointments, the latest first: (id, beginning).
pub async fn history(
    conn: &mut Conn,
    location_id: i64,
    client_id: i64,
    attendance: Option<i64>,
) -> Result<Vec<(i64, i64)>> {
    let mut sql = Sql::new("SELECT id, starts_at FROM appointments WHERE is_deleted = 0 AND location_id = ");
    sql.bind(location_id).push(" AND client_id = ").bind(client_id);
    if let Some(attendance) = attendance {
        sql.push(" AND attendance = ").bind(attendance);
    }
    sql.push(" ORDER BY starts_at DESC, id DESC LIMIT ").bind(HISTORY);
    Ok(sql.all(conn).await?)
}
