//! Rows of visits.

use std::collections::{BTreeMap, BTreeSet, HashMap};

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

/// What belongs to a visit.
#[derive(Clone, Copy, Debug)]
pub struct Of {
    /// None for nobody in particular.
    pub client_id: Option<i64>,
    /// An instant.
    pub starts_at: i64,
    /// Whether nobody came yet, or stayed away.
    pub waits: bool,
}

/// The visits of these, in the order given, made where they are not there yet. What is nobody's is a visit by itself.
pub async fn assign(tx: &mut Tx, location_id: i64, of: &[Of], zone: &Zone, now: i64) -> Result<Vec<i64>> {
    let days: Vec<String> = of.iter().map(|one| date_ymd(one.starts_at, zone)).collect();
    // When each begins as far as that is known before it is there. The rest is left to the database.
    let mut known: BTreeMap<(i64, &str), Option<i64>> = BTreeMap::new();
    for (one, day) in of.iter().zip(&days) {
        let Some(client) = one.client_id else { continue };
        let starts_at = one.waits.then_some(one.starts_at);
        known
            .entry((client, day.as_str()))
            .and_modify(|first| *first = first.zip(starts_at).map(|(a, b)| a.min(b)))
            .or_insert(starts_at);
    }
    let known: Vec<((i64, &str), Option<i64>)> = known.into_iter().collect();
    let mut found: HashMap<(i64, String), i64> = HashMap::new();
    for part in known.chunks(500) {
        let keys: Vec<(i64, &str)> = part.iter().map(|(key, _)| *key).collect();
        found.extend(of_days(tx, location_id, &keys).await?);
        let missing =
            || part.iter().filter(|((client, day), _)| !found.contains_key(&(*client, (*day).to_owned())));
        if missing().next().is_none() {
            continue;
        }
        let mut sql =
            Sql::new("INSERT INTO visits (location_id, client_id, day, starts_at, created_at) VALUES ");
        sql.rows(
            missing().map(|((client, day), starts_at)| {
                params![location_id, *client, *day, *starts_at, now].to_vec()
            }),
        );
        sql.push(
            " ON CONFLICT (location_id, client_id, day) WHERE client_id IS NOT NULL AND day <> '' DO NOTHING
             RETURNING id, client_id, day",
        );
        let made: Vec<OfDay> = sql.all(tx).await?;
        found.extend(made.into_iter().map(OfDay::pair));
        let missing: Vec<(i64, &str)> = keys
            .into_iter()
            .filter(|(client, day)| !found.contains_key(&(*client, (*day).to_owned())))
            .collect();
        if !missing.is_empty() {
            // Somebody else has made them just now.
            found.extend(of_days(tx, location_id, &missing).await?);
        }
    }
    let alone: Vec<(&Of, &String)> =
        of.iter().zip(&days).filter(|(one, _)| one.client_id.is_none()).collect();
    let mut single: Vec<i64> = Vec::with_capacity(alone.len());
    for part in alone.chunks(1000) {
        let mut sql = Sql::new("INSERT INTO visits (location_id, day, starts_at, created_at) VALUES ");
        sql.rows(
            part.iter().map(|(one, day)| {
                params![location_id, *day, one.waits.then_some(one.starts_at), now].to_vec()
            }),
        );
        let mut made: Vec<i64> = sql.push(" RETURNING id").all(tx).await?;
        made.sort_unstable();
        single.extend(made);
    }
    let mut single = single.into_iter();
    let one = |(one, day): (&Of, &String)| match one.client_id {
        Some(client) => found.get(&(client, day.clone())).copied(),
        None => single.next(),
    };
    of.iter()
        .zip(&days)
        .map(one)
        .collect::<Option<Vec<i64>>>()
        .ok_or_else(|| Error::internal("a visit is missing"))
}

db::row! {
    struct OfDay {
        id: i64,
        client_id: i64,
        day: String,
    }
}

impl OfDay {
    fn pair(self) -> ((i64, String), i64) {
        ((self.client_id, self.day), self.id)
    }
}

/// The visits of these clients on these days, as far as they are there, and perhaps some more.
async fn of_days(
    conn: &mut Conn,
    location_id: i64,
    keys: &[(i64, &str)],
) -> Result<impl Iterator<Item = ((i64, String), i64)> + use<>> {
    let mut sql = Sql::new(format!("SELECT {} FROM visits WHERE location_id = ", OfDay::COLUMNS));
    sql.bind(location_id).push(" AND client_id IN ").list(keys.iter().map(|(client, _)| *client));
    sql.push(" AND day <> '' AND day IN ").list(keys.iter().map(|(_, day)| *day).collect::<BTreeSet<_>>());
    let rows: Vec<OfDay> = sql.all(conn).await?;
    Ok(rows.into_iter().map(OfDay::pair))
}

db::row! {
    struct Belongs {
        id: i64,
        client_id: Option<i64>,
        starts_at: i64,
        attendance: i64,
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
            "SELECT a.id, a.client_id, a.starts_at, a.attendance, v.client_id, v.day FROM appointments a
             JOIN visits v ON v.location_id = a.location_id AND v.id = a.visit_id WHERE a.location_id = ",
        );
        sql.bind(location_id).push(" AND a.id IN ").list(part.iter().copied()).push(" ORDER BY a.id");
        let rows: Vec<Belongs> = sql.all(tx).await?;
        let astray: Vec<Belongs> = rows
            .into_iter()
            .filter(|row| row.client_id != row.visit_client_id || row.day != date_ymd(row.starts_at, zone))
            .collect();
        let of = |row: &Belongs| Of {
            client_id: row.client_id,
            starts_at: row.starts_at,
            waits: row.attendance == 0,
        };
        let of: Vec<Of> = astray.iter().map(of).collect();
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

/// The first visit of a client that took place.
pub async fn first(conn: &mut Conn, location_id: i64, client_id: i64) -> Result<Option<Visit>> {
    let sql = format!(
        "SELECT {} FROM visits WHERE location_id = $1 AND client_id = $2 AND attendance = 1
            AND starts_at IS NOT NULL ORDER BY starts_at, id LIMIT 1",
        Visit::COLUMNS
    );
    Ok(conn.maybe(&sql, params![location_id, client_id]).await?)
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
