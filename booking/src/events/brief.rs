//! Rows of group events in short, as calendars elsewhere show them.

use db::{Conn, Sql};
use kernel::Result;

db::row! {
    /// An event in short.
    pub struct Brief {
        pub id: i64,
        pub team_member_id: i64,
        /// Its service's.
        pub title: String,
        /// An instant, milliseconds.
        pub starts_at: i64,
        /// Seconds, with the break.
        pub length: i64,
        pub capacity: i64,
        /// Seats taken.
        pub clients_count: i64,
        pub comment: String,
        pub updated_at: i64,
        pub revision: i64,
    }
}

/// Which events.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Held by these team members; none for all.
    pub team: Option<&'a [i64]>,
    /// From this instant on.
    pub from: i64,
    /// Before this instant.
    pub till: i64,
    /// Whether the latest come first.
    pub backwards: bool,
    /// So many at the most.
    pub limit: i64,
}

/// Events that are not deleted, in order of their beginning.
pub async fn list(conn: &mut Conn, location_id: i64, part: &Part<'_>) -> Result<Vec<Brief>> {
    let mut sql = Sql::new(
        "SELECT e.id, e.team_member_id, s.title, e.starts_at, e.length, e.capacity, e.clients_count, e.comment,
            e.updated_at, e.revision
         FROM group_events e JOIN services s ON s.location_id = e.location_id AND s.id = e.service_id
         WHERE e.is_deleted = 0 AND e.location_id = ",
    );
    sql.bind(location_id).push(" AND e.starts_at >= ").bind(part.from);
    sql.push(" AND e.starts_at < ").bind(part.till);
    if let Some(team) = part.team {
        sql.push(" AND e.team_member_id IN ").list(team.iter().copied());
    }
    let order =
        if part.backwards { " ORDER BY e.starts_at DESC, e.id DESC" } else { " ORDER BY e.starts_at, e.id" };
    sql.push(order).push(" LIMIT ").bind(part.limit);
    Ok(sql.all(conn).await?)
}
