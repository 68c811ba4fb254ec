//! Rows of group events.

use db::{Conn, Sql, Tx, Value, params};
use kernel::{Error, Page, Result};

db::row! {
    /// A group event.
    pub struct Event {
        pub id: i64,
        pub team_member_id: i64,
        pub service_id: i64,
        /// An instant, milliseconds.
        pub starts_at: i64,
        /// Seconds, with the break.
        pub length: i64,
        /// Seconds.
        pub technical_break: i64,
        pub capacity: i64,
        /// Seats taken.
        pub clients_count: i64,
        pub comment: String,
        pub color: String,
        pub instructions: String,
        pub stream_link: String,
        pub is_notified: bool,
        pub is_deleted: bool,
        pub revision: i64,
    }
}

impl Event {
    /// When it ends.
    pub fn ends_at(&self) -> i64 {
        self.starts_at + self.length * 1000
    }
}

/// Which events; each list narrows, none means all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// These.
    pub ids: Option<Vec<i64>>,
    /// From this instant on.
    pub from: Option<i64>,
    /// Before this instant.
    pub till: Option<i64>,
    /// Of these services.
    pub services: Option<Vec<i64>>,
    /// Held by these team members.
    pub team: Option<Vec<i64>>,
    /// That take up an instance of these resources.
    pub resources: Option<Vec<i64>>,
    /// With at least so many free seats.
    pub free_seats: Option<i64>,
    /// Deleted ones too.
    pub with_deleted: bool,
}

impl Filter {
    fn push(&self, sql: &mut Sql, location_id: i64) {
        sql.push(" WHERE e.location_id = ").bind(location_id);
        if !self.with_deleted {
            sql.push(" AND e.is_deleted = 0");
        }
        if let Some(from) = self.from {
            sql.push(" AND e.starts_at >= ").bind(from);
        }
        if let Some(till) = self.till {
            sql.push(" AND e.starts_at < ").bind(till);
        }
        for (ids, column) in [
            (&self.ids, " AND e.id IN "),
            (&self.services, " AND e.service_id IN "),
            (&self.team, " AND e.team_member_id IN "),
        ] {
            if let Some(ids) = ids {
                sql.push(column).list(ids.iter().copied());
            }
        }
        if let Some(ids) = &self.resources {
            sql.push(
                " AND EXISTS (SELECT 1 FROM group_event_resources x
                    JOIN resource_instances i ON i.location_id = x.location_id AND i.id = x.instance_id
                    WHERE x.location_id = e.location_id AND x.event_id = e.id AND i.resource_id IN ",
            );
            sql.list(ids.iter().copied()).push(")");
        }
        if let Some(free) = self.free_seats {
            sql.push(" AND e.capacity - e.clients_count >= ").bind(free);
        }
    }
}

fn columns() -> String {
    Event::COLUMNS.split(", ").map(|column| format!("e.{column}")).collect::<Vec<_>>().join(", ")
}

/// A page of events, in order of their beginning.
pub async fn list(conn: &mut Conn, location_id: i64, filter: &Filter, page: Page) -> Result<Vec<Event>> {
    let mut sql = Sql::new(format!("SELECT {} FROM group_events e", columns()));
    filter.push(&mut sql, location_id);
    sql.push(" ORDER BY e.starts_at, e.id LIMIT ").bind(page.limit).push(" OFFSET ").bind(page.offset);
    Ok(sql.all(conn).await?)
}

/// How many there are in all.
pub async fn count(conn: &mut Conn, location_id: i64, filter: &Filter) -> Result<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM group_events e");
    filter.push(&mut sql, location_id);
    Ok(sql.one(conn).await?)
}

/// Beginnings read at once at the most.
const STARTS: i64 = 100_000;

/// When they begin, in order.
pub async fn starts(conn: &mut Conn, location_id: i64, filter: &Filter) -> Result<Vec<i64>> {
    let mut sql = Sql::new("SELECT DISTINCT e.starts_at FROM group_events e");
    filter.push(&mut sql, location_id);
    sql.push(" ORDER BY e.starts_at LIMIT ").bind(STARTS);
    Ok(sql.all(conn).await?)
}

/// When the first and the last of them begin.
pub async fn span(conn: &mut Conn, location_id: i64, filter: &Filter) -> Result<(Option<i64>, Option<i64>)> {
    let mut sql = Sql::new("SELECT MIN(e.starts_at), MAX(e.starts_at) FROM group_events e");
    filter.push(&mut sql, location_id);
    Ok(sql.one(conn).await?)
}

db::row! {
    /// One way in which team member, service, category and resource come together in events.
    pub struct Together {
        pub team_member_id: i64,
        pub service_id: i64,
        pub category_id: i64,
        pub resource_id: Option<i64>,
    }
}

/// Ways read at once at the most.
const WAYS: i64 = 20_000;

/// How they come together in these events, each way once.
pub async fn together(conn: &mut Conn, location_id: i64, filter: &Filter) -> Result<Vec<Together>> {
    let mut sql = Sql::new(
        "SELECT DISTINCT e.team_member_id, e.service_id, s.category_id, i.resource_id FROM group_events e
         JOIN services s ON s.location_id = e.location_id AND s.id = e.service_id
         LEFT JOIN group_event_resources r ON r.location_id = e.location_id AND r.event_id = e.id
         LEFT JOIN resource_instances i ON i.location_id = r.location_id AND i.id = r.instance_id",
    );
    filter.push(&mut sql, location_id);
    sql.push(" LIMIT ").bind(WAYS);
    Ok(sql.all(conn).await?)
}

/// One event, also a deleted one.
pub async fn by_id(conn: &mut Conn, location_id: i64, id: i64) -> Result<Event> {
    let sql = format!("SELECT {} FROM group_events WHERE location_id = $1 AND id = $2", Event::COLUMNS);
    conn.maybe(&sql, params![location_id, id]).await?.ok_or_else(Error::not_found)
}

/// The same unless deleted, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, id: i64) -> Result<Event> {
    let sql = format!(
        "SELECT {} FROM group_events WHERE location_id = $1 AND id = $2 AND is_deleted = 0",
        Event::COLUMNS
    );
    tx.lock(&sql, params![location_id, id]).await?.ok_or_else(Error::not_found)
}

/// Those of these events that are not deleted, in the order of their ids, locked until the end of the transaction.
pub async fn lock_all(tx: &mut Tx, location_id: i64, ids: &[i64]) -> Result<Vec<Event>> {
    let mut sql = Sql::new(format!(
        "SELECT {} FROM group_events WHERE is_deleted = 0 AND location_id = ",
        Event::COLUMNS
    ));
    sql.bind(location_id).push(" AND id IN ").list(ids.iter().copied()).push(" ORDER BY id");
    Ok(sql.lock(tx).await?)
}

/// Writes new events; gives their ids in the order given. An id other than 0 is kept (the demo).
pub async fn insert(tx: &mut Tx, location_id: i64, events: &[Event], now: i64) -> Result<Vec<i64>> {
    let mut ids = Vec::with_capacity(events.len());
    for part in events.chunks(500) {
        let named = part.iter().all(|event| event.id != 0);
        let mut sql = Sql::new(
            "INSERT INTO group_events (location_id, team_member_id, service_id, starts_at, length, technical_break,
             capacity, comment, color, instructions, stream_link, created_at, updated_at",
        );
        sql.push(if named { ", id) VALUES " } else { ") VALUES " });
        sql.rows(part.iter().map(|event| {
            let mut row = params![
                location_id,
                event.team_member_id,
                event.service_id,
                event.starts_at,
                event.length,
                event.technical_break,
                event.capacity,
                &event.comment,
                &event.color,
                &event.instructions,
                &event.stream_link,
                now,
                now
            ]
            .to_vec();
            if named {
                row.push(event.id.into());
            }
            row
        }));
        let mut made: Vec<i64> = sql.push(" RETURNING id").all(tx).await?;
        made.sort_unstable();
        ids.extend(made);
    }
    Ok(ids)
}

/// Writes a changed event; gives its new revision.
pub async fn update(tx: &mut Tx, location_id: i64, event: &Event, now: i64) -> Result<i64> {
    Ok(tx
        .one(
            "UPDATE group_events SET team_member_id = $3, service_id = $4, starts_at = $5, length = $6,
                technical_break = $7, capacity = $8, comment = $9, color = $10, instructions = $11,
                stream_link = $12, updated_at = $13, revision = revision + 1
             WHERE location_id = $1 AND id = $2 RETURNING revision",
            params![
                location_id,
                event.id,
                event.team_member_id,
                event.service_id,
                event.starts_at,
                event.length,
                event.technical_break,
                event.capacity,
                &event.comment,
                &event.color,
                &event.instructions,
                &event.stream_link,
                now
            ],
        )
        .await?)
}

/// Writes who holds these events, when, how long and for how many.
pub async fn move_all(tx: &mut Tx, location_id: i64, events: &[&Event], now: i64) -> Result<()> {
    for part in events.chunks(500) {
        let mut sql = Sql::new(
            "UPDATE group_events AS e SET team_member_id = v.column2, starts_at = v.column3, length = v.column4,
                technical_break = v.column5, capacity = v.column6, revision = e.revision + 1, updated_at = ",
        );
        sql.bind(now).push(" FROM (VALUES ");
        for (at, event) in part.iter().enumerate() {
            sql.push(if at == 0 { "(" } else { ", (" });
            let values = [
                event.id,
                event.team_member_id,
                event.starts_at,
                event.length,
                event.technical_break,
                event.capacity,
            ];
            for (at, value) in values.into_iter().enumerate() {
                sql.push(if at == 0 { "CAST(" } else { ", CAST(" }).bind(value).push(" AS BIGINT)");
            }
            sql.push(")");
        }
        sql.push(") AS v WHERE e.id = v.column1 AND e.location_id = ").bind(location_id);
        sql.exec(tx).await?;
    }
    Ok(())
}

/// Deletes events softly, and with them the appointments in them.
pub async fn delete(tx: &mut Tx, location_id: i64, ids: &[i64], now: i64) -> Result<()> {
    for head in [
        "UPDATE group_events SET is_deleted = 1, clients_count = 0, revision = revision + 1, updated_at = ",
        "UPDATE appointments SET is_deleted = 1, revision = revision + 1, updated_at = ",
    ] {
        let column = if head.contains("group_events") { " AND id IN " } else { " AND event_id IN " };
        let mut sql = Sql::new(head);
        sql.bind(now).push(" WHERE is_deleted = 0 AND location_id = ").bind(location_id).push(column);
        sql.list(ids.iter().copied());
        sql.exec(tx).await?;
    }
    Ok(())
}

/// Makes these the instances and tags of these events, each as (event, instance or tag).
pub async fn set_with(
    tx: &mut Tx,
    location_id: i64,
    events: &[i64],
    instances: &[(i64, i64)],
    tags: &[(i64, i64)],
) -> Result<()> {
    for (table, column, pairs) in
        [("group_event_resources", "instance_id", instances), ("group_event_tags", "tag_id", tags)]
    {
        let mut sql = Sql::new(format!("DELETE FROM {table} WHERE location_id = "));
        sql.bind(location_id).push(" AND event_id IN ").list(events.iter().copied());
        sql.exec(tx).await?;
        for part in pairs.chunks(2000) {
            let mut sql = Sql::new(format!("INSERT INTO {table} (location_id, event_id, {column}) VALUES "));
            sql.rows(
                part.iter().map(|(event, id)| [Value::from(location_id), (*event).into(), (*id).into()]),
            );
            sql.exec(tx).await?;
        }
    }
    Ok(())
}

db::row! {
    /// An instance of a resource that an event takes up.
    pub struct Instance {
        pub event_id: i64,
        pub id: i64,
        pub resource_id: i64,
        pub title: String,
    }
}

/// The instances of these events, in order.
pub async fn instances(conn: &mut Conn, location_id: i64, events: &[i64]) -> Result<Vec<Instance>> {
    let mut sql = Sql::new(
        "SELECT r.event_id, i.id, i.resource_id, i.title FROM group_event_resources r
         JOIN resource_instances i ON i.location_id = r.location_id AND i.id = r.instance_id
         WHERE r.location_id = ",
    );
    sql.bind(location_id).push(" AND r.event_id IN ").list(events.iter().copied());
    sql.push(" ORDER BY r.event_id, i.id");
    Ok(sql.all(conn).await?)
}

pub use org::tags::store::Worn as EventTag;

/// The tags of these events.
pub async fn tags(conn: &mut Conn, location_id: i64, events: &[i64]) -> Result<Vec<EventTag>> {
    org::tags::store::worn(conn, location_id, org::tags::store::Wearer::Event, events).await
}

db::row! {
    /// What events say of their service.
    pub struct ServiceTold {
        pub id: i64,
        pub title: String,
        pub salon_service_id: i64,
        pub price_min: i64,
        pub price_max: i64,
        pub comment: String,
        pub prepaid: String,
        pub abonement_restriction: i64,
        pub duration: i64,
        pub category_id: i64,
        pub category_title: String,
        pub category_salon_service_id: i64,
    }
}

/// What is said of these services, also of those deleted since.
pub async fn services(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<ServiceTold>> {
    let mut sql = Sql::new(
        "SELECT s.id, s.title, s.salon_service_id, s.price_min, s.price_max, s.comment, s.prepaid,
            s.abonement_restriction_value, s.duration, c.id, c.title, c.salon_service_id
         FROM services s JOIN service_categories c ON c.location_id = s.location_id AND c.id = s.category_id
         WHERE s.location_id = ",
    );
    sql.bind(location_id).push(" AND s.id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

db::row! {
    /// What events say of their team member.
    pub struct MemberTold {
        pub id: i64,
        pub name: String,
        pub api_id: String,
        pub specialization: String,
        pub rating_sum: i64,
        pub votes_count: i64,
        pub comments_count: i64,
        pub show_rating: bool,
        pub prepaid: String,
        pub is_paid_staff: bool,
        pub user_id: Option<i64>,
        pub position_id: Option<i64>,
        pub position_title: Option<String>,
        pub position_binding: Option<i64>,
    }
}

/// Team members told of at once at the most, of those who were ever of the team.
const TEAM: i64 = 20_000;

/// What is said of these team members, or of all, also of those deleted since.
pub async fn team(conn: &mut Conn, location_id: i64, only: Option<&[i64]>) -> Result<Vec<MemberTold>> {
    let mut sql = Sql::new(
        "SELECT t.id, t.name, t.api_id, t.specialization, t.rating_sum, t.votes_count, t.comments_count,
            t.show_rating, t.prepaid, t.is_paid_staff,
            (SELECT MIN(m.user_id) FROM memberships m WHERE m.location_id = t.location_id AND m.team_member_id = t.id),
            p.id, p.title, p.services_binding_type
         FROM team_members t
         LEFT JOIN team_member_positions tp ON tp.location_id = t.location_id AND tp.team_member_id = t.id
         LEFT JOIN positions p ON p.location_id = tp.location_id AND p.id = tp.position_id
         WHERE t.location_id = ",
    );
    sql.bind(location_id);
    if let Some(ids) = only {
        sql.push(" AND t.id IN ").list(ids.iter().copied());
    }
    sql.push(" ORDER BY t.id DESC LIMIT ").bind(TEAM);
    Ok(sql.all(conn).await?)
}

db::row! {
    /// Whether a service can be held, and how long it usually lasts.
    pub struct Held {
        pub is_multi: bool,
        pub duration: i64,
        pub seance_length: Option<i64>,
        pub technical_break: Option<i64>,
    }
}

/// A service as a team member holds it; none when it is not there.
pub async fn held(
    conn: &mut Conn,
    location_id: i64,
    service_id: i64,
    member_id: i64,
) -> Result<Option<Held>> {
    Ok(conn
        .maybe(
            "SELECT s.is_multi, s.duration, l.seance_length, s.technical_break FROM services s
             LEFT JOIN service_team_members l
                ON l.location_id = s.location_id AND l.service_id = s.id AND l.team_member_id = $3
             WHERE s.location_id = $1 AND s.id = $2 AND s.is_deleted = 0",
            params![location_id, service_id, member_id],
        )
        .await?)
}

/// Of these ids, those of a live instance or tag.
pub async fn known(conn: &mut Conn, location_id: i64, table: &'static str, ids: &[i64]) -> Result<Vec<i64>> {
    let mut sql = Sql::new(format!("SELECT id FROM {table} WHERE is_deleted = 0 AND location_id = "));
    sql.bind(location_id).push(" AND id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

/// Takes so many seats of an event, or gives them back for a negative number.
///
/// # Errors
/// 409 where there are not so many: the database refuses, and the transaction is to be given up.
pub async fn take_seats(tx: &mut Tx, location_id: i64, id: i64, seats: i64, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE group_events SET clients_count = clients_count + $3, updated_at = $4, revision = revision + 1
         WHERE location_id = $1 AND id = $2",
        params![location_id, id, seats, now],
    )
    .await
    .map_err(|error| match error {
        db::Error::Refused(_) => Error::conflict("event-full"),
        other => other.into(),
    })?;
    Ok(())
}

/// The names of these resources.
pub async fn resources(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let mut sql = Sql::new("SELECT id, title FROM resources WHERE location_id = ");
    sql.bind(location_id).push(" AND id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

db::row! {
    /// A service for groups.
    pub struct ForGroups {
        pub id: i64,
        pub title: String,
        pub capacity: i64,
        pub price_min: i64,
        pub price_max: i64,
        pub category_id: i64,
        pub category_title: String,
    }
}

/// Services for groups given at once at the most.
const SERVICES: i64 = 1000;

/// The services for groups: those of a team member, those whose name has `term` in it. `services.search` has the
/// names in small letters.
pub async fn for_groups(
    conn: &mut Conn,
    location_id: i64,
    member_id: Option<i64>,
    term: Option<&str>,
) -> Result<Vec<ForGroups>> {
    let mut sql = Sql::new(
        "SELECT s.id, s.title, s.capacity, s.price_min, s.price_max, c.id, c.title FROM services s
         JOIN service_categories c ON c.location_id = s.location_id AND c.id = s.category_id
         WHERE s.is_multi = 1 AND s.is_deleted = 0 AND s.location_id = ",
    );
    sql.bind(location_id);
    if let Some(id) = member_id {
        sql.push(
            " AND EXISTS (SELECT 1 FROM service_team_members l
                WHERE l.location_id = s.location_id AND l.service_id = s.id AND l.team_member_id = ",
        );
        sql.bind(id).push(")");
    }
    if let Some(term) = term {
        let term = term.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        sql.push(" AND s.search LIKE ").bind(format!("%{term}%")).push(" ESCAPE '\\'");
    }
    sql.push(" ORDER BY s.weight DESC, s.id LIMIT ").bind(SERVICES);
    Ok(sql.all(conn).await?)
}

/// Who holds these services: (service, team member, name, seconds).
pub async fn holders(
    conn: &mut Conn,
    location_id: i64,
    services: &[i64],
) -> Result<Vec<(i64, i64, String, i64)>> {
    let mut sql = Sql::new(
        "SELECT l.service_id, t.id, t.name, l.seance_length FROM service_team_members l
         JOIN team_members t ON t.location_id = l.location_id AND t.id = l.team_member_id
         WHERE t.is_deleted = 0 AND t.fired = 0 AND l.location_id = ",
    );
    sql.bind(location_id).push(" AND l.service_id IN ").list(services.iter().copied());
    sql.push(" ORDER BY l.service_id, t.id");
    Ok(sql.all(conn).await?)
}

/// The resources that these services need: (service, resource, name).
pub async fn needs(conn: &mut Conn, location_id: i64, services: &[i64]) -> Result<Vec<(i64, i64, String)>> {
    let mut sql = Sql::new(
        "SELECT n.service_id, r.id, r.title FROM service_resources n
         JOIN resources r ON r.location_id = n.location_id AND r.id = n.resource_id
         WHERE r.is_deleted = 0 AND n.location_id = ",
    );
    sql.bind(location_id).push(" AND n.service_id IN ").list(services.iter().copied());
    sql.push(" ORDER BY n.service_id, r.id");
    Ok(sql.all(conn).await?)
}

/// Counts the seats that their appointments take in these events, locked before.
pub async fn count_seats(tx: &mut Tx, location_id: i64, ids: &[i64], now: i64) -> Result<()> {
    for part in ids.chunks(1000) {
        let mut sql = Sql::new(
            "UPDATE group_events SET clients_count = (
                SELECT CAST(COALESCE(SUM(a.clients_count), 0) AS BIGINT) FROM appointments a
                WHERE a.location_id = group_events.location_id AND a.event_id = group_events.id AND a.is_deleted = 0),
                revision = revision + 1, updated_at = ",
        );
        sql.bind(now)
            .push(" WHERE location_id = ")
            .bind(location_id)
            .push(" AND id IN ")
            .list(part.iter().copied());
        sql.exec(tx).await?;
    }
    Ok(())
}
