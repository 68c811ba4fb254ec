//! Team members as the calendar needs them.

use db::{Conn, Sql};
use kernel::Result;

/// Team members of a location at the most.
const MOST: i64 = 5000;

/// Which team members to find; each list narrows, none means all.
#[derive(Clone, Debug, Default)]
pub struct Narrow<'a> {
    /// Of these ids.
    pub ids: Vec<&'a [i64]>,
    /// In one of these positions.
    pub positions: Option<&'a [i64]>,
}

/// Their ids, in order. Dismissed ones are among them, deleted ones are not.
pub async fn ids(conn: &mut Conn, location_id: i64, narrow: &Narrow<'_>) -> Result<Vec<i64>> {
    let mut sql = Sql::new(
        "SELECT t.id FROM team_members t
         LEFT JOIN team_member_positions p ON p.location_id = t.location_id AND p.team_member_id = t.id
         WHERE t.is_deleted = 0 AND t.location_id = ",
    );
    sql.bind(location_id);
    for ids in &narrow.ids {
        sql.push(" AND t.id IN ").list(ids.iter().copied());
    }
    if let Some(ids) = narrow.positions {
        sql.push(" AND p.position_id IN ").list(ids.iter().copied());
    }
    sql.push(" ORDER BY t.id LIMIT ").bind(MOST);
    Ok(sql.all(conn).await?)
}

/// Those of these who are there, each with whether he has a calendar and with its step in minutes.
pub async fn calendars(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<(i64, bool, i64)>> {
    let mut sql =
        Sql::new("SELECT id, has_access_timetable, tt_markup FROM team_members WHERE location_id = ");
    sql.bind(location_id).push(" AND is_deleted = 0 AND id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}
