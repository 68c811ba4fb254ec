//! What the database really holds, by SQL of our own.

use std::collections::{HashMap, HashSet};

use db::{Conn, Db, params};

use super::ledger::{Kind, Ledger, State};
use super::server::LOCATION;
use crate::Outcome;

/// Numbers that the server keeps, each with a count of the rows in which it is not what counting gives.
const COUNTERS: &[(&str, &str)] = &[
    (
        "visits and spendings of clients",
        "SELECT COUNT(*) FROM clients c WHERE
            c.visits <> (SELECT COUNT(*) FROM visits v WHERE v.location_id = c.location_id AND v.client_id = c.id AND v.attendance = 1)
            OR c.no_shows <> (SELECT COUNT(*) FROM visits v WHERE v.location_id = c.location_id AND v.client_id = c.id AND v.attendance = -1)
            OR COALESCE(c.first_visit_at, 0) <> COALESCE((SELECT MIN(v.starts_at) FROM visits v WHERE v.location_id = c.location_id AND v.client_id = c.id AND v.attendance = 1), 0)
            OR COALESCE(c.last_visit_at, 0) <> COALESCE((SELECT MAX(v.starts_at) FROM visits v WHERE v.location_id = c.location_id AND v.client_id = c.id AND v.attendance = 1), 0)
            OR c.spent - c.spent_by_hand <> (SELECT COALESCE(SUM(v.cost), 0) FROM visits v WHERE v.location_id = c.location_id AND v.client_id = c.id AND v.cost > 0)",
    ),
    (
        "attendance and cost of visits",
        "SELECT COUNT(*) FROM visits v WHERE
            v.cost <> (SELECT COALESCE(SUM(a.cost), 0) FROM appointments a WHERE a.location_id = v.location_id AND a.visit_id = v.id AND a.is_deleted = 0 AND a.attendance = 1)
            OR (v.attendance = 1) <> (EXISTS (SELECT 1 FROM appointments a WHERE a.location_id = v.location_id AND a.visit_id = v.id AND a.is_deleted = 0 AND a.attendance = 1))
            OR COALESCE(v.starts_at, 0) <> COALESCE((SELECT MIN(a.starts_at) FROM appointments a WHERE a.location_id = v.location_id AND a.visit_id = v.id AND a.is_deleted = 0), 0)",
    ),
    (
        "seats of events",
        "SELECT COUNT(*) FROM group_events e WHERE e.clients_count <> (SELECT COALESCE(SUM(a.clients_count), 0)
            FROM appointments a WHERE a.location_id = e.location_id AND a.event_id = e.id AND a.is_deleted = 0)",
    ),
    (
        "appointments of locations",
        "SELECT COUNT(*) FROM locations l WHERE
            COALESCE((SELECT SUM(n) FROM appointment_counts c WHERE c.location_id = l.id), 0)
            <> (SELECT COUNT(*) FROM appointments a WHERE a.location_id = l.id AND a.is_deleted = 0)",
    ),
    (
        "cost of appointments",
        "SELECT COUNT(*) FROM appointments a WHERE a.cost <> (SELECT COALESCE(SUM(s.cost), 0) FROM appointment_services s
            WHERE s.location_id = a.location_id AND s.appointment_id = a.id)",
    ),
    (
        "votes of team members",
        "SELECT COUNT(*) FROM team_members t WHERE t.votes_count <> (SELECT COUNT(*) FROM reviews r
            WHERE r.location_id = t.location_id AND r.team_member_id = t.id AND r.rating > 0)",
    ),
    (
        "active team members of locations",
        "SELECT COUNT(*) FROM locations l WHERE l.active_staff_count <> (SELECT COUNT(*) FROM team_members t
            WHERE t.location_id = l.id AND t.is_paid_staff = 1 AND t.fired = 0 AND t.is_deleted = 0)",
    ),
    (
        "appointments without a document",
        "SELECT COUNT(*) FROM appointments a WHERE NOT EXISTS (SELECT 1 FROM documents d
            WHERE d.location_id = a.location_id AND d.appointment_id = a.id)",
    ),
    (
        "appointments that take up no time, or deleted ones that do",
        "SELECT COUNT(*) FROM appointments a WHERE a.event_id IS NULL AND (a.is_deleted = 0) <> (EXISTS (
            SELECT 1 FROM occupancy o WHERE o.location_id = a.location_id AND o.owner = 'appointment' AND o.owner_id = a.id))",
    ),
];

/// Runs long statements where they hold up nobody else: SQLite's run on the thread that asks.
fn apart<T>(work: impl Future<Output = T>) -> T {
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(work))
}

/// The last ids before the load began.
#[derive(Clone, Copy, Debug)]
pub struct Base {
    clients: i64,
    appointments: i64,
}

/// An open database, looked at beside the server.
pub struct Truth {
    db: Db,
}

impl Truth {
    /// Opens it.
    pub async fn open(url: &str) -> Outcome<Self> {
        Ok(Self { db: Db::open(url).await.map_err(|e| e.to_string())? })
    }

    /// Lets go of it.
    pub async fn close(self) {
        self.db.close().await;
    }

    async fn conn(&self) -> Outcome<Conn> {
        self.db.conn().await.map_err(|e| e.to_string())
    }

    /// A number.
    pub async fn number(&self, sql: &str) -> Outcome<i64> {
        let sum = self.conn().await?.one::<i64>(&format!("SELECT CAST(({sql}) AS BIGINT)"), &[]).await;
        sum.map_err(|e| format!("{sql}: {e}"))
    }

    /// Where the load begins.
    pub async fn base(&self) -> Outcome<Base> {
        Ok(Base {
            clients: self.number("SELECT COALESCE(MAX(id), 0) FROM clients").await?,
            appointments: self.number("SELECT COALESCE(MAX(id), 0) FROM appointments").await?,
        })
    }

    /// All that the load has written.
    pub async fn there(&self, base: Base) -> Outcome<HashMap<(Kind, i64), State>> {
        let mut conn = self.conn().await?;
        let of = |kind: Kind| {
            move |(id, mark, attendance, deleted): (i64, String, i64, i64)| {
                ((kind, id), State { mark, attendance, deleted: deleted != 0 })
            }
        };
        let clients: Vec<(i64, String, i64, i64)> = conn
            .all(
                "SELECT id, comment, 0, CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END FROM clients
                 WHERE location_id = $1 AND id > $2",
                params![LOCATION, base.clients],
            )
            .await
            .map_err(|e| e.to_string())?;
        let appointments: Vec<(i64, String, i64, i64)> = conn
            .all(
                "SELECT id, comment, attendance, is_deleted FROM appointments WHERE location_id = $1 AND id > $2",
                params![LOCATION, base.appointments],
            )
            .await
            .map_err(|e| e.to_string())?;
        Ok(clients
            .into_iter()
            .map(of(Kind::Client))
            .chain(appointments.into_iter().map(of(Kind::Appointment)))
            .collect())
    }

    /// Holds the books against the database; what was in doubt is known after that. Gives what does not agree.
    pub async fn hold(&self, base: Base, ledgers: &mut [&mut Ledger]) -> Outcome<Vec<String>> {
        let there = apart(self.there(base))?;
        let mut faults = Vec::new();
        let mut known = HashSet::new();
        for ledger in ledgers.iter_mut() {
            for (key, thing) in &mut ledger.things {
                known.insert(*key);
                let found = there.get(key);
                let after = thing.doubt.take();
                match found {
                    None => faults.push(format!("{key:?} ({}) is gone", thing.sure.mark)),
                    Some(found) if *found == thing.sure => {}
                    Some(found) if Some(found) == after.as_ref() => thing.sure = found.clone(),
                    Some(found) => {
                        faults.push(format!("{key:?} should be {:?} and is {found:?}", thing.sure));
                    }
                }
            }
        }
        let unsure: HashSet<&str> =
            ledgers.iter().flat_map(|l| l.unsure.iter().map(String::as_str)).collect();
        let mut seen = HashSet::new();
        for (key, state) in there.iter().filter(|(key, _)| !known.contains(*key)) {
            if !unsure.contains(state.mark.as_str()) {
                faults.push(format!("{key:?} ({}) was made by nobody", state.mark));
            } else if !seen.insert(&state.mark) {
                faults.push(format!("{key:?} ({}) was made twice", state.mark));
            }
        }
        Ok(faults)
    }

    /// Numbers that are not what counting gives, and references to nothing.
    pub async fn counters(&self) -> Outcome<Vec<String>> {
        let mut faults = Vec::new();
        for (what, sql) in COUNTERS {
            let wrong = apart(self.number(sql))?;
            if wrong > 0 {
                faults.push(format!("{what}: {wrong} wrong"));
            }
        }
        Ok(faults)
    }

    /// Whether the database itself finds its files whole: SQLite by its own checks, PostgreSQL by amcheck over every
    /// table and every b-tree index.
    pub async fn integrity(&self) -> Outcome<(Vec<String>, String)> {
        apart(self.looked())
    }

    async fn looked(&self) -> Outcome<(Vec<String>, String)> {
        let mut conn = self.conn().await?;
        let failed = |e: db::Error| format!("integrity: {e}");
        match self.db.dialect() {
            db::Dialect::Sqlite => {
                let said: Vec<String> = conn.all("PRAGMA integrity_check", &[]).await.map_err(failed)?;
                let mut faults: Vec<String> = said.into_iter().filter(|line| line != "ok").collect();
                let foreign: Vec<String> = conn.all("PRAGMA foreign_key_check", &[]).await.map_err(failed)?;
                faults.extend(foreign.into_iter().map(|table| format!("a row of {table} refers to nothing")));
                Ok((faults, "integrity_check and foreign_key_check clean".to_owned()))
            }
            db::Dialect::Postgres => {
                // What is damaged is an error of the statement.
                conn.all::<i64>("CREATE EXTENSION IF NOT EXISTS amcheck", &[]).await.map_err(failed)?;
                let indexes: Vec<String> = conn
                    .all(
                        "SELECT CAST(bt_index_check(c.oid, true) AS TEXT) FROM pg_class c JOIN pg_am a ON a.oid = c.relam
                         JOIN pg_index i ON i.indexrelid = c.oid
                         WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence = 'p' AND i.indisvalid AND i.indisready",
                        &[],
                    )
                    .await
                    .map_err(failed)?;
                let tables: Vec<String> = conn
                    .all(
                        "SELECT CAST(c.oid::regclass AS TEXT) FROM pg_class c
                         WHERE c.relkind IN ('r', 't') AND c.relpersistence = 'p'",
                        &[],
                    )
                    .await
                    .map_err(failed)?;
                let mut faults = Vec::new();
                for table in &tables {
                    let sql = format!("SELECT CAST(msg AS TEXT) FROM verify_heapam('{table}')");
                    let said: Vec<String> = conn.all(&sql, &[]).await.map_err(failed)?;
                    faults.extend(said.into_iter().map(|line| format!("{table}: {line}")));
                }
                Ok((faults, format!("amcheck clean: {} indexes, {} tables", indexes.len(), tables.len())))
            }
        }
    }
}
