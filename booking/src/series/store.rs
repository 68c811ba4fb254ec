//! Rows of series.

use std::collections::BTreeSet;

use db::{Conn, Sql};
use kernel::Result;

use crate::events::store::{Event, EventTag, Instance};

db::row! {
    struct MemberRow {
        event_id: i64,
        series_id: i64,
        date_end: String,
        day_id: i64,
        starts_at: i64,
        team_member_id: i64,
        duration: i64,
        technical_break: i64,
    }
}

/// What an event's series says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The event.
    pub event_id: i64,
    /// The series.
    pub series_id: i64,
    /// Its last day, ISO.
    pub date_end: String,
    starts_at: i64,
    team_member_id: i64,
    duration: i64,
    technical_break: i64,
    tags: BTreeSet<i64>,
    instances: BTreeSet<i64>,
}

/// In what an event differs from its series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Another team member holds it.
    pub team_member: bool,
    /// It begins at another time.
    pub start: bool,
    /// It lasts longer or less long.
    pub duration: bool,
    /// It has other tags.
    pub tags: bool,
    /// It takes up other instances.
    pub instances: bool,
}

impl Member {
    /// In what the event differs.
    pub fn changed(&self, event: &Event, instances: &[Instance], tags: &[EventTag]) -> Changed {
        Changed {
            team_member: event.team_member_id != self.team_member_id,
            start: event.starts_at != self.starts_at,
            duration: event.length != self.duration + self.technical_break,
            tags: tags.iter().map(|tag| tag.id).collect::<BTreeSet<_>>() != self.tags,
            instances: instances.iter().map(|i| i.id).collect::<BTreeSet<_>>() != self.instances,
        }
    }

    /// Whether the event differs at all.
    pub fn is_modified(&self, event: &Event, instances: &[Instance], tags: &[EventTag]) -> bool {
        self.changed(event, instances, tags) != Changed::default()
    }
}

/// What their series say of these events; none of those that are of no series.
pub async fn of_events(conn: &mut Conn, location_id: i64, events: &[i64]) -> Result<Vec<Member>> {
    let mut sql = Sql::new(
        "SELECT x.event_id, x.series_id, s.date_end, x.day_id, x.starts_at, d.team_member_id, d.duration, d.technical_break
         FROM event_series_entries x
         JOIN event_series s ON s.location_id = x.location_id AND s.id = x.series_id
         JOIN event_series_days d ON d.location_id = x.location_id AND d.id = x.day_id
         WHERE x.deleted_at IS NULL AND s.deleted_at IS NULL AND x.location_id = ",
    );
    sql.bind(location_id).push(" AND x.event_id IN ").list(events.iter().copied());
    let rows: Vec<MemberRow> = sql.all(conn).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let days: BTreeSet<i64> = rows.iter().map(|row| row.day_id).collect();
    let days: Vec<i64> = days.into_iter().collect();
    let tags = pairs(conn, location_id, "event_series_day_tags", "tag_id", &days).await?;
    let instances = pairs(conn, location_id, "event_series_day_resources", "instance_id", &days).await?;
    let of =
        |pairs: &[(i64, i64)], day: i64| pairs.iter().filter(|(d, _)| *d == day).map(|(_, id)| *id).collect();
    Ok(rows
        .into_iter()
        .map(|row| Member {
            event_id: row.event_id,
            series_id: row.series_id,
            date_end: row.date_end,
            starts_at: row.starts_at,
            team_member_id: row.team_member_id,
            duration: row.duration,
            technical_break: row.technical_break,
            tags: of(&tags, row.day_id),
            instances: of(&instances, row.day_id),
        })
        .collect())
}

/// What these days have of a kind: (day, id).
async fn pairs(
    conn: &mut Conn,
    location_id: i64,
    table: &'static str,
    column: &'static str,
    days: &[i64],
) -> Result<Vec<(i64, i64)>> {
    let mut sql = Sql::new(format!("SELECT day_id, {column} FROM {table} WHERE location_id = "));
    sql.bind(location_id).push(" AND day_id IN ").list(days.iter().copied());
    sql.push(&format!(" ORDER BY day_id, {column}"));
    Ok(sql.all(conn).await?)
}
