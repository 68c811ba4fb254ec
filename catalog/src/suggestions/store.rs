//! Rows of how often services were had.

use std::collections::BTreeMap;

use db::{Conn, Sql, Tx, Value, params};
use kernel::Result;

/// Counts looked at, at the most.
const MOST: i64 = 200;

db::row! {
    /// How often a service was had, and in which appointment last.
    pub struct Popular {
        pub service_id: i64,
        pub times: i64,
        pub last_record_id: i64,
    }
}

/// A service that was had, or with `times` of -1 one that was not after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Had {
    pub team_member_id: i64,
    /// None: nobody known.
    pub client_id: Option<i64>,
    pub service_id: i64,
    pub record_id: i64,
    pub times: i64,
}

/// Counts services that were had, in bulk: for the room of appointments.
pub async fn count(tx: &mut Tx, location_id: i64, had: &[Had]) -> Result<()> {
    // With anybody, and by anybody, so that either question is one read of the key. Rows of one statement must
    // not meet each other.
    let mut rows: BTreeMap<(i64, i64, i64), (i64, i64)> = BTreeMap::new();
    for one in had {
        let client = one.client_id.map(|client| (0, client, one.service_id));
        for key in [Some((one.team_member_id, 0, one.service_id)), client].into_iter().flatten() {
            let row = rows.entry(key).or_default();
            row.0 += one.times;
            if one.times > 0 {
                row.1 = row.1.max(one.record_id);
            }
        }
    }
    let rows: Vec<_> = rows.into_iter().collect();
    for part in rows.chunks(500) {
        let mut sql = Sql::new(
            "INSERT INTO service_popularity
                 (location_id, team_member_id, client_id, service_id, times, last_record_id) VALUES ",
        );
        sql.rows(part.iter().map(|((member, client, service), (times, record))| {
            [
                Value::from(location_id),
                (*member).into(),
                (*client).into(),
                (*service).into(),
                (*times).into(),
                (*record).into(),
            ]
        }));
        sql.push(
            " ON CONFLICT (location_id, team_member_id, client_id, service_id) DO UPDATE SET
                 times = service_popularity.times + excluded.times,
                 last_record_id = CASE WHEN excluded.last_record_id > service_popularity.last_record_id
                     THEN excluded.last_record_id ELSE service_popularity.last_record_id END",
        );
        sql.exec(tx).await?;
    }
    Ok(())
}

/// What this team member (0: anybody) did for this client (0: anybody), of what `done_by` does; the most frequent
/// first.
pub async fn popular(
    conn: &mut Conn,
    location_id: i64,
    team_member_id: i64,
    client_id: i64,
    done_by: i64,
) -> Result<Vec<Popular>> {
    let sql = "SELECT p.service_id, p.times, p.last_record_id FROM service_popularity p
         JOIN service_team_members l ON l.location_id = p.location_id AND l.service_id = p.service_id
         WHERE p.location_id = $1 AND p.team_member_id = $2 AND p.client_id = $3 AND l.team_member_id = $4
             AND p.times > 0
         ORDER BY p.times DESC, p.last_record_id DESC, p.service_id LIMIT $5";
    Ok(conn.all(sql, params![location_id, team_member_id, client_id, done_by, MOST]).await?)
}

/// Whether the location has this client.
pub async fn has_client(conn: &mut Conn, location_id: i64, id: i64) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM clients WHERE location_id = $1 AND id = $2";
    let there: i64 = conn.one(sql, params![location_id, id]).await?;
    Ok(there > 0)
}
