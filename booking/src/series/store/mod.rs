//! Rows of series.

pub mod regulars;

use std::collections::{BTreeSet, HashMap};

use db::{Conn, Sql, Tx, Value, params};
use jiff::civil::Date;
use kernel::{Error, Result};

use crate::events::store::{Event, EventTag, Instance};

use super::rules::Shape;

db::row! {
    /// A series.
    pub struct Series {
        pub id: i64,
        /// The event after whose pattern it is made.
        pub origin_id: i64,
        /// The local day of that event when the series was made, ISO.
        pub date_start: String,
        /// Its last day, ISO.
        pub date_end: String,
        /// Whether the appointments of that event are repeated too.
        pub with_appointments: bool,
        pub created_at: i64,
        pub updated_at: i64,
    }
}

impl Series {
    /// Its first and last day.
    pub fn span(&self) -> Result<(Date, Date)> {
        let day = |text: &str| text.parse::<Date>().map_err(Error::internal);
        Ok((day(&self.date_start)?, day(&self.date_end)?))
    }
}

db::row! {
    /// A weekday of a series.
    pub struct Day {
        pub id: i64,
        pub series_id: i64,
        /// 1 Monday to 7 Sunday.
        pub weekday: i64,
        pub team_member_id: i64,
        /// Seconds since midnight.
        pub clock: i64,
        /// Seconds, without the break.
        pub duration: i64,
        /// Seconds.
        pub technical_break: i64,
        pub capacity: i64,
        pub created_at: i64,
        pub updated_at: i64,
    }
}

db::row! {
    struct EntryRow {
        id: i64,
        series_id: i64,
        day_id: i64,
        event_id: Option<i64>,
        date: String,
        starts_at: i64,
        status: String,
        given_team_member_id: i64,
        given_starts_at: i64,
        given_length: i64,
        given_tags: String,
        given_instances: String,
        created_at: i64,
        updated_at: i64,
    }
}

/// What an event got from its series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Who holds it.
    pub team_member_id: i64,
    /// When it begins.
    pub starts_at: i64,
    /// Seconds, with the break.
    pub length: i64,
    /// Its tags.
    pub tags: BTreeSet<i64>,
    /// The instances that it takes up.
    pub instances: BTreeSet<i64>,
}

/// A dated event of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: i64,
    /// The series.
    pub series_id: i64,
    /// Its weekday.
    pub day_id: i64,
    /// The event; none where it could not be made.
    pub event_id: Option<i64>,
    /// On which day, ISO, as the series has it.
    pub date: String,
    /// When it begins, as the series has it.
    pub starts_at: i64,
    /// As on the wire.
    pub status: String,
    /// What the event got last.
    pub given: Given,
    /// When it was made.
    pub created_at: i64,
    /// When it was changed last.
    pub updated_at: i64,
}

/// The event is as the series has it, or as it was changed by hand.
pub const STABLE: &str = "stable";
/// The event could not follow the series: something was in the way.
pub const CHANGED: &str = "event_changed";
/// The same, where changes by hand were to be overridden.
pub const CHANGED_FORCE: &str = "event_changed_force";
/// The series took the event back.
pub const DELETED: &str = "event_deleted";
/// The event was deleted by hand.
pub const LEFT: &str = "entity_deleted";
/// There was no room to make the event.
pub const FAILED: &str = "entity_failed";

fn ids(json: &str) -> BTreeSet<i64> {
    serde_json::from_str(json).unwrap_or_default()
}

fn json(ids: &BTreeSet<i64>) -> String {
    serde_json::to_string(ids).unwrap_or_else(|_| "[]".to_owned())
}

impl From<EntryRow> for Entry {
    fn from(row: EntryRow) -> Self {
        Self {
            id: row.id,
            series_id: row.series_id,
            day_id: row.day_id,
            event_id: row.event_id,
            date: row.date,
            starts_at: row.starts_at,
            status: row.status,
            given: Given {
                team_member_id: row.given_team_member_id,
                starts_at: row.given_starts_at,
                length: row.given_length,
                tags: ids(&row.given_tags),
                instances: ids(&row.given_instances),
            },
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
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
    given: Given,
}

/// In what an event differs from what its series gave it.
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

impl Given {
    /// In what the event differs; instances and tags are its own.
    pub fn changed(
        &self,
        event: &Event,
        instances: impl IntoIterator<Item = i64>,
        tags: impl IntoIterator<Item = i64>,
    ) -> Changed {
        Changed {
            team_member: event.team_member_id != self.team_member_id,
            start: event.starts_at != self.starts_at,
            duration: event.length != self.length,
            tags: tags.into_iter().collect::<BTreeSet<_>>() != self.tags,
            instances: instances.into_iter().collect::<BTreeSet<_>>() != self.instances,
        }
    }
}

impl Member {
    /// Whether the event was changed by hand.
    pub fn is_modified(&self, event: &Event, instances: &[Instance], tags: &[EventTag]) -> bool {
        let (instances, tags) = (instances.iter().map(|i| i.id), tags.iter().map(|t| t.id));
        self.given.changed(event, instances, tags) != Changed::default()
    }
}

/// What their series say of these events; none of those that are of no series.
pub async fn of_events(conn: &mut Conn, location_id: i64, events: &[i64]) -> Result<Vec<Member>> {
    let entries = select(conn, location_id, |sql| {
        sql.push(" AND event_id IN ").list(events.iter().copied());
    })
    .await?;
    let mut sql =
        Sql::new("SELECT id, date_end FROM event_series WHERE deleted_at IS NULL AND location_id = ");
    let series: BTreeSet<i64> = entries.iter().map(|entry| entry.series_id).collect();
    sql.bind(location_id).push(" AND id IN ").list(series);
    let ends: HashMap<i64, String> = sql.all::<(i64, String)>(conn).await?.into_iter().collect();
    let member = |entry: Entry| {
        Some(Member {
            event_id: entry.event_id?,
            series_id: entry.series_id,
            date_end: ends.get(&entry.series_id)?.clone(),
            given: entry.given,
        })
    };
    Ok(entries.into_iter().filter_map(member).collect())
}

/// Entries read at once at the most; a series has no more than the days it may span.
const MOST: i64 = 2000;

async fn select(conn: &mut Conn, location_id: i64, narrow: impl FnOnce(&mut Sql)) -> Result<Vec<Entry>> {
    let mut sql = Sql::new(format!(
        "SELECT {} FROM event_series_entries WHERE deleted_at IS NULL AND location_id = ",
        EntryRow::COLUMNS
    ));
    sql.bind(location_id);
    narrow(&mut sql);
    sql.push(" ORDER BY date, id LIMIT ").bind(MOST);
    let rows: Vec<EntryRow> = sql.all(conn).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The entries of a series, in order.
pub async fn entries(conn: &mut Conn, location_id: i64, series_id: i64) -> Result<Vec<Entry>> {
    select(conn, location_id, |sql| {
        sql.push(" AND series_id = ").bind(series_id);
    })
    .await
}

/// The series that an event is the pattern of or one of.
pub async fn of_event(conn: &mut Conn, location_id: i64, event_id: i64) -> Result<Option<Series>> {
    let sql = format!(
        "SELECT {} FROM event_series WHERE location_id = $1 AND deleted_at IS NULL AND (origin_id = $2 OR id IN
            (SELECT series_id FROM event_series_entries
             WHERE location_id = $1 AND event_id = $2 AND deleted_at IS NULL))
         ORDER BY id LIMIT 1",
        Series::COLUMNS
    );
    Ok(conn.maybe(&sql, params![location_id, event_id]).await?)
}

fn by_id() -> String {
    format!(
        "SELECT {} FROM event_series WHERE location_id = $1 AND id = $2 AND deleted_at IS NULL",
        Series::COLUMNS
    )
}

/// A series.
pub async fn get(conn: &mut Conn, location_id: i64, id: i64) -> Result<Series> {
    conn.maybe(&by_id(), params![location_id, id]).await?.ok_or_else(Error::not_found)
}

/// A series, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, id: i64) -> Result<Series> {
    tx.lock(&by_id(), params![location_id, id]).await?.ok_or_else(Error::not_found)
}

/// The days of a series, in the order of the week.
pub async fn days(conn: &mut Conn, location_id: i64, series_id: i64) -> Result<Vec<Day>> {
    let sql = format!(
        "SELECT {} FROM event_series_days WHERE location_id = $1 AND series_id = $2 AND deleted_at IS NULL
         ORDER BY weekday",
        Day::COLUMNS
    );
    Ok(conn.all(&sql, params![location_id, series_id]).await?)
}

db::row! {
    /// A tag of a day.
    pub struct DayTag {
        pub day_id: i64,
        pub id: i64,
        pub title: String,
        pub color: String,
    }
}

/// The tags of these days, in order; deleted ones are shown where they are.
pub async fn tags(conn: &mut Conn, location_id: i64, days: &[i64]) -> Result<Vec<DayTag>> {
    let mut sql = Sql::new(
        "SELECT x.day_id, t.id, t.title, t.color FROM event_series_day_tags x
         JOIN tags t ON t.location_id = x.location_id AND t.id = x.tag_id WHERE x.location_id = ",
    );
    sql.bind(location_id).push(" AND x.day_id IN ").list(days.iter().copied());
    sql.push(" ORDER BY x.day_id, t.id");
    Ok(sql.all(conn).await?)
}

db::row! {
    /// An instance of a resource that a day takes up.
    pub struct DayInstance {
        pub day_id: i64,
        pub id: i64,
        pub title: String,
        pub resource_id: i64,
    }
}

/// The instances of these days, in order.
pub async fn instances(conn: &mut Conn, location_id: i64, days: &[i64]) -> Result<Vec<DayInstance>> {
    let mut sql = Sql::new(
        "SELECT x.day_id, i.id, i.title, i.resource_id FROM event_series_day_resources x
         JOIN resource_instances i ON i.location_id = x.location_id AND i.id = x.instance_id
         WHERE x.location_id = ",
    );
    sql.bind(location_id).push(" AND x.day_id IN ").list(days.iter().copied());
    sql.push(" ORDER BY x.day_id, i.id");
    Ok(sql.all(conn).await?)
}

/// Days as they are, each with what it has with it.
pub async fn shapes(conn: &mut Conn, location_id: i64, days: &[Day]) -> Result<Vec<Shape>> {
    let ids: Vec<i64> = days.iter().map(|day| day.id).collect();
    let tags = tags(conn, location_id, &ids).await?;
    let instances = instances(conn, location_id, &ids).await?;
    let shape = |day: &Day| Shape {
        weekday: day.weekday,
        team_member_id: day.team_member_id,
        clock: day.clock,
        duration: day.duration,
        technical_break: day.technical_break,
        capacity: day.capacity,
        instances: instances.iter().filter(|i| i.day_id == day.id).map(|i| i.id).collect(),
        tags: tags.iter().filter(|t| t.day_id == day.id).map(|t| t.id).collect(),
    };
    Ok(days.iter().map(shape).collect())
}

/// Writes a new series; gives its id.
pub async fn insert(tx: &mut Tx, location_id: i64, series: &Series) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO event_series
                (location_id, origin_id, date_start, date_end, with_appointments, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            params![
                location_id,
                series.origin_id,
                &series.date_start,
                &series.date_end,
                series.with_appointments,
                series.created_at,
                series.updated_at
            ],
        )
        .await?)
}

/// Gives a series another last day.
pub async fn set_end(tx: &mut Tx, location_id: i64, id: i64, date_end: Date, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE event_series SET date_end = $3, updated_at = $4 WHERE location_id = $1 AND id = $2",
        params![location_id, id, date_end.to_string(), now],
    )
    .await?;
    Ok(())
}

/// Writes new days of a series; gives them in the order given.
pub async fn insert_days(
    tx: &mut Tx,
    location_id: i64,
    series_id: i64,
    shapes: &[Shape],
    now: i64,
) -> Result<Vec<i64>> {
    if shapes.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(
        "INSERT INTO event_series_days (location_id, series_id, weekday, team_member_id, clock, duration,
         technical_break, capacity, created_at, updated_at) VALUES ",
    );
    sql.rows(shapes.iter().map(|shape| {
        params![
            location_id,
            series_id,
            shape.weekday,
            shape.team_member_id,
            shape.clock,
            shape.duration,
            shape.technical_break,
            shape.capacity,
            now,
            now
        ]
        .to_vec()
    }));
    let mut ids: Vec<i64> = sql.push(" RETURNING id").all(tx).await?;
    ids.sort_unstable();
    set_with(tx, location_id, &ids, shapes).await?;
    Ok(ids)
}

/// Writes a changed day.
pub async fn update_day(tx: &mut Tx, location_id: i64, id: i64, shape: &Shape, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE event_series_days SET team_member_id = $3, clock = $4, duration = $5, technical_break = $6,
            capacity = $7, updated_at = $8
         WHERE location_id = $1 AND id = $2",
        params![
            location_id,
            id,
            shape.team_member_id,
            shape.clock,
            shape.duration,
            shape.technical_break,
            shape.capacity,
            now
        ],
    )
    .await?;
    set_with(tx, location_id, &[id], std::slice::from_ref(shape)).await
}

async fn set_with(tx: &mut Tx, location_id: i64, days: &[i64], shapes: &[Shape]) -> Result<()> {
    let pairs = |of: fn(&Shape) -> &Vec<i64>| -> Vec<[Value; 3]> {
        let of = days.iter().zip(shapes).flat_map(|(day, shape)| of(shape).iter().map(|id| (*day, *id)));
        of.map(|(day, id)| [location_id.into(), day.into(), id.into()]).collect()
    };
    for (table, column, pairs) in [
        ("event_series_day_tags", "tag_id", pairs(|shape| &shape.tags)),
        ("event_series_day_resources", "instance_id", pairs(|shape| &shape.instances)),
    ] {
        let mut sql = Sql::new(format!("DELETE FROM {table} WHERE location_id = "));
        sql.bind(location_id).push(" AND day_id IN ").list(days.iter().copied());
        sql.exec(tx).await?;
        if !pairs.is_empty() {
            let mut sql = Sql::new(format!("INSERT INTO {table} (location_id, day_id, {column}) VALUES "));
            sql.rows(pairs);
            sql.exec(tx).await?;
        }
    }
    Ok(())
}

/// Writes new entries; their ids are not looked at.
pub async fn insert_entries(tx: &mut Tx, location_id: i64, entries: &[Entry]) -> Result<()> {
    for part in entries.chunks(500) {
        let mut sql = Sql::new(
            "INSERT INTO event_series_entries (location_id, series_id, day_id, event_id, date, starts_at, status,
             given_team_member_id, given_starts_at, given_length, given_tags, given_instances, created_at, updated_at)
             VALUES ",
        );
        sql.rows(part.iter().map(|entry| {
            params![
                location_id,
                entry.series_id,
                entry.day_id,
                entry.event_id,
                &entry.date,
                entry.starts_at,
                &entry.status,
                entry.given.team_member_id,
                entry.given.starts_at,
                entry.given.length,
                json(&entry.given.tags),
                json(&entry.given.instances),
                entry.created_at,
                entry.updated_at
            ]
            .to_vec()
        }));
        sql.exec(tx).await?;
    }
    Ok(())
}

/// Writes changed entries.
pub async fn update_entries(tx: &mut Tx, location_id: i64, entries: &[Entry], now: i64) -> Result<()> {
    for part in entries.chunks(500) {
        let mut sql = Sql::new(
            "UPDATE event_series_entries AS x SET event_id = v.column2, starts_at = v.column3, status = v.column4,
                given_team_member_id = v.column5, given_starts_at = v.column6, given_length = v.column7,
                given_tags = v.column8, given_instances = v.column9, updated_at = ",
        );
        sql.bind(now).push(" FROM (VALUES ");
        for (at, entry) in part.iter().enumerate() {
            let given = &entry.given;
            let values: [(Value, &str); 9] = [
                (entry.id.into(), " AS BIGINT)"),
                (entry.event_id.into(), " AS BIGINT)"),
                (entry.starts_at.into(), " AS BIGINT)"),
                (entry.status.clone().into(), " AS TEXT)"),
                (given.team_member_id.into(), " AS BIGINT)"),
                (given.starts_at.into(), " AS BIGINT)"),
                (given.length.into(), " AS BIGINT)"),
                (json(&given.tags).into(), " AS TEXT)"),
                (json(&given.instances).into(), " AS TEXT)"),
            ];
            sql.push(if at == 0 { "(" } else { ", (" });
            for (at, (value, kind)) in values.into_iter().enumerate() {
                sql.push(if at == 0 { "CAST(" } else { ", CAST(" }).bind(value).push(kind);
            }
            sql.push(")");
        }
        sql.push(") AS v WHERE x.id = v.column1 AND x.location_id = ").bind(location_id);
        sql.exec(tx).await?;
    }
    Ok(())
}

/// Deletes entries, softly; their events are another matter.
pub async fn delete_entries(tx: &mut Tx, location_id: i64, ids: &[i64], now: i64) -> Result<()> {
    let mut sql = Sql::new("UPDATE event_series_entries SET status = ");
    sql.bind(DELETED).push(", deleted_at = ").bind(now).push(", updated_at = ").bind(now);
    sql.push(" WHERE location_id = ").bind(location_id).push(" AND id IN ").list(ids.iter().copied());
    sql.exec(tx).await?;
    Ok(())
}

/// Deletes days of a series, softly: this one, or all for none.
pub async fn delete_days(
    tx: &mut Tx,
    location_id: i64,
    series_id: i64,
    day_id: Option<i64>,
    now: i64,
) -> Result<()> {
    let mut sql = Sql::new("UPDATE event_series_days SET deleted_at = ");
    sql.bind(now).push(", updated_at = ").bind(now).push(" WHERE deleted_at IS NULL AND location_id = ");
    sql.bind(location_id).push(" AND series_id = ").bind(series_id);
    if let Some(id) = day_id {
        sql.push(" AND id = ").bind(id);
    }
    sql.exec(tx).await?;
    Ok(())
}

/// Deletes a series, softly.
pub async fn delete(tx: &mut Tx, location_id: i64, id: i64, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE event_series SET deleted_at = $3, updated_at = $3 WHERE location_id = $1 AND id = $2",
        params![location_id, id, now],
    )
    .await?;
    Ok(())
}

/// Marks the entries whose events these were: they were deleted by hand.
pub async fn left(tx: &mut Tx, location_id: i64, events: &[i64], now: i64) -> Result<()> {
    let mut sql = Sql::new("UPDATE event_series_entries SET status = ");
    sql.bind(LEFT).push(", updated_at = ").bind(now).push(" WHERE deleted_at IS NULL AND location_id = ");
    sql.bind(location_id).push(" AND event_id IN ").list(events.iter().copied());
    sql.exec(tx).await?;
    Ok(())
}
