//! Rows of appointments.

pub mod list;
pub mod with;

use calc::zone::Zone;
use db::{Conn, Sql, Tx, params};
use kernel::Result;

use crate::events::store::Event;
use crate::visits::store as visits;

db::row! {
    /// An appointment in an event, in short.
    pub struct Seat {
        pub id: i64,
        pub event_id: i64,
        pub client_id: Option<i64>,
        pub clients_count: i64,
        pub comment: String,
    }
}

/// The appointments in these events, by event and id.
pub async fn seats(conn: &mut Conn, location_id: i64, events: &[i64]) -> Result<Vec<Seat>> {
    let mut sql = Sql::new(format!("SELECT {} FROM appointments WHERE location_id = ", Seat::COLUMNS));
    sql.bind(location_id).push(" AND is_deleted = 0 AND event_id IN ").list(events.iter().copied());
    sql.push(" ORDER BY event_id, id");
    Ok(sql.all(conn).await?)
}

/// Lets the appointments in these events follow to where they were moved; gives those that did.
pub async fn follow(tx: &mut Tx, location_id: i64, events: &[i64], now: i64) -> Result<Vec<i64>> {
    let mut sql = Sql::new(
        "SELECT a.id FROM appointments a JOIN group_events e ON e.location_id = a.location_id AND e.id = a.event_id
         WHERE a.is_deleted = 0 AND (a.team_member_id <> e.team_member_id OR a.starts_at <> e.starts_at
            OR a.length <> e.length OR a.technical_break <> e.technical_break) AND a.location_id = ",
    );
    sql.bind(location_id).push(" AND a.event_id IN ").list(events.iter().copied()).push(" ORDER BY a.id");
    let moved: Vec<i64> = sql.all(tx).await?;
    for part in moved.chunks(1000) {
        let mut sql = Sql::new(
            "UPDATE appointments AS a SET team_member_id = e.team_member_id, starts_at = e.starts_at,
                length = e.length, technical_break = e.technical_break, revision = a.revision + 1, updated_at = ",
        );
        sql.bind(now).push(
            " FROM group_events e WHERE e.location_id = a.location_id AND e.id = a.event_id AND a.location_id = ",
        );
        sql.bind(location_id).push(" AND a.id IN ").list(part.iter().copied());
        sql.exec(tx).await?;
    }
    if !moved.is_empty() {
        let zone = org::locations::store::zone(tx, location_id).await?;
        visits::settle(tx, location_id, &moved, &zone, now).await?;
    }
    Ok(moved)
}

/// Repeats the appointments of an event in its copies, as waiting ones; gives the seats taken in each.
pub async fn copy(tx: &mut Tx, location_id: i64, of: i64, events: &[Event], now: i64) -> Result<i64> {
    let sources: Vec<Source> = tx
        .all(
            "SELECT a.id, a.client_id, a.comer_id, a.clients_count, a.comment, a.color, s.service_id, s.cost_per_unit,
                s.amount, s.discount, s.cost
             FROM appointments a LEFT JOIN appointment_services s
                ON s.location_id = a.location_id AND s.appointment_id = a.id AND s.position = 0
             WHERE a.location_id = $1 AND a.event_id = $2 AND a.is_deleted = 0 ORDER BY a.id",
            params![location_id, of],
        )
        .await?;
    let seats: i64 = sources.iter().map(|source| source.clients_count).sum();
    if seats == 0 || events.is_empty() {
        return Ok(0);
    }
    let pairs: Vec<(&Event, &Source)> =
        events.iter().flat_map(|event| sources.iter().map(move |source| (event, source))).collect();
    let copies: Vec<Appointment> = pairs
        .iter()
        .map(|(event, source)| Appointment {
            client_id: source.client_id,
            comer_id: source.comer_id,
            clients_count: source.clients_count,
            comment: source.comment.clone(),
            color: source.color.clone(),
            cost: source.cost.unwrap_or_default(),
            created_at: now,
            ..Appointment::within(event)
        })
        .collect();
    let ids = insert_all(tx, location_id, &copies, 0).await?;
    let items: Vec<(i64, Item)> = pairs
        .iter()
        .zip(&ids)
        .filter_map(|((_, source), id)| {
            let item = Item {
                service_id: source.service_id?,
                cost_per_unit: source.cost_per_unit.unwrap_or_default(),
                amount: source.amount.unwrap_or(1),
                discount: source.discount.unwrap_or_default(),
                cost: source.cost.unwrap_or_default(),
            };
            Some((*id, item))
        })
        .collect();
    add_items(tx, location_id, items.iter().map(|(id, item)| (*id, std::slice::from_ref(item)))).await?;
    let mut sql = Sql::new("UPDATE group_events SET clients_count = ");
    sql.bind(seats).push(" WHERE location_id = ").bind(location_id).push(" AND id IN ");
    sql.list(events.iter().map(|event| event.id));
    sql.exec(tx).await?;
    Ok(seats)
}

db::row! {
    struct Source {
        id: i64,
        client_id: Option<i64>,
        comer_id: Option<i64>,
        clients_count: i64,
        comment: String,
        color: String,
        service_id: Option<i64>,
        cost_per_unit: Option<i64>,
        amount: Option<i64>,
        discount: Option<i64>,
        cost: Option<i64>,
    }
}

db::row! {
    /// An appointment.
    pub struct Appointment {
        pub id: i64,
        pub event_id: Option<i64>,
        pub team_member_id: i64,
        pub client_id: Option<i64>,
        pub comer_id: Option<i64>,
        pub visit_id: Option<i64>,
        /// An instant, milliseconds.
        pub starts_at: i64,
        /// Seconds, with the break.
        pub length: i64,
        pub technical_break: i64,
        /// Seats.
        pub clients_count: i64,
        /// -1 absent, 0 waiting, 1 came, 2 confirmed.
        pub attendance: i64,
        pub confirmed: bool,
        pub comment: String,
        /// `rrggbb`, or empty.
        pub color: String,
        pub api_id: String,
        pub source: i64,
        /// 0 not booked online, 1 on a phone, 2 on a desktop.
        pub device: i64,
        pub form_id: i64,
        pub from_url: String,
        pub record_from: String,
        pub booking_user_id: i64,
        pub partner_id: i64,
        /// A reminder so many hours ahead, 0 for none.
        pub sms_before: i64,
        pub email_before: i64,
        /// Whether the client was to be told at once.
        pub sms_now: bool,
        pub email_now: bool,
        /// Whether the client named the team member.
        pub is_requested: bool,
        pub is_trial: bool,
        pub is_deleted: bool,
        pub is_reminded: bool,
        pub is_review_asked: bool,
        /// Of all its services, hundredths.
        pub cost: i64,
        pub created_user_id: i64,
        pub created_at: i64,
        pub updated_at: i64,
        pub revision: i64,
    }
}

impl Default for Appointment {
    fn default() -> Self {
        Self {
            id: 0,
            event_id: None,
            team_member_id: 0,
            client_id: None,
            comer_id: None,
            visit_id: None,
            starts_at: 0,
            length: 3600,
            technical_break: 0,
            clients_count: 1,
            attendance: 0,
            confirmed: true,
            comment: String::new(),
            color: String::new(),
            api_id: String::new(),
            source: 0,
            device: 0,
            form_id: 0,
            from_url: String::new(),
            record_from: String::new(),
            booking_user_id: 0,
            partner_id: 0,
            sms_before: 0,
            email_before: 0,
            sms_now: false,
            email_now: false,
            is_requested: true,
            is_trial: false,
            is_deleted: false,
            is_reminded: false,
            is_review_asked: false,
            cost: 0,
            created_user_id: 0,
            created_at: 0,
            updated_at: 0,
            revision: 1,
        }
    }
}

db::row! {
    /// A service of an appointment. Money in hundredths, the discount in hundredths of a percent.
    pub struct Item {
        pub service_id: i64,
        pub cost_per_unit: i64,
        pub amount: i64,
        pub discount: i64,
        pub cost: i64,
    }
}

/// The event's appointment, unless deleted, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, event_id: i64, id: i64) -> Result<Appointment> {
    let sql = format!(
        "SELECT {} FROM appointments WHERE location_id = $1 AND event_id = $2 AND id = $3 AND is_deleted = 0",
        Appointment::COLUMNS
    );
    tx.lock(&sql, params![location_id, event_id, id]).await?.ok_or_else(kernel::Error::not_found)
}

impl Appointment {
    /// One seat of an event, of nobody yet.
    pub fn within(event: &Event) -> Self {
        Self {
            event_id: Some(event.id),
            team_member_id: event.team_member_id,
            starts_at: event.starts_at,
            length: event.length,
            technical_break: event.technical_break,
            ..Self::default()
        }
    }

    /// When it ends: an instant.
    pub fn ends_at(&self) -> i64 {
        self.starts_at + self.length * 1000
    }
}

/// An appointment, unless deleted, locked until the end of the transaction.
pub async fn lock_any(tx: &mut Tx, location_id: i64, id: i64) -> Result<Appointment> {
    let sql = format!(
        "SELECT {} FROM appointments WHERE location_id = $1 AND id = $2 AND is_deleted = 0",
        Appointment::COLUMNS
    );
    tx.lock(&sql, params![location_id, id]).await?.ok_or_else(kernel::Error::not_found)
}

/// Writes new appointments, each with its visit and its document; gives their ids in the order given. What their services
/// cost they know already, the services themselves are written with [`add_items`].
pub async fn insert_all(
    tx: &mut Tx,
    location_id: i64,
    new: &[Appointment],
    user_id: i64,
) -> Result<Vec<i64>> {
    let zone = org::locations::store::zone(tx, location_id).await?;
    insert_all_in(tx, location_id, &zone, new, user_id).await
}

/// The same where the location's zone is known.
pub async fn insert_all_in(
    tx: &mut Tx,
    location_id: i64,
    zone: &Zone,
    new: &[Appointment],
    user_id: i64,
) -> Result<Vec<i64>> {
    let Some(now) = new.iter().map(|one| one.created_at).max() else { return Ok(Vec::new()) };
    let of = |one: &Appointment| visits::Of {
        client_id: one.client_id,
        starts_at: one.starts_at,
        waits: one.attendance == 0,
    };
    let of: Vec<visits::Of> = new.iter().map(of).collect();
    let visits = visits::assign(tx, location_id, &of, zone, now).await?;
    let mut ids = Vec::with_capacity(new.len());
    for (part, visits) in new.chunks(500).zip(visits.chunks(500)) {
        let mut sql = Sql::new(
            "INSERT INTO appointments (location_id, event_id, team_member_id, client_id, comer_id, visit_id, starts_at,
             length, technical_break, clients_count, attendance, confirmed, comment, color, api_id, source, device,
             form_id, from_url, record_from, booking_user_id, partner_id, sms_before, email_before, sms_now, email_now,
             is_requested, is_trial, cost, created_user_id, created_at, updated_at) VALUES ",
        );
        sql.rows(part.iter().zip(visits).map(|(one, visit)| {
            params![
                location_id,
                one.event_id,
                one.team_member_id,
                one.client_id,
                one.comer_id,
                *visit,
                one.starts_at,
                one.length,
                one.technical_break,
                one.clients_count,
                one.attendance,
                one.confirmed,
                &one.comment,
                &one.color,
                &one.api_id,
                one.source,
                one.device,
                one.form_id,
                &one.from_url,
                &one.record_from,
                one.booking_user_id,
                one.partner_id,
                one.sms_before,
                one.email_before,
                one.sms_now,
                one.email_now,
                one.is_requested,
                one.is_trial,
                one.cost,
                user_id,
                one.created_at,
                one.created_at
            ]
            .to_vec()
        }));
        let mut made: Vec<i64> = sql.push(" RETURNING id").all(tx).await?;
        // Counted up in the order given, whatever the order of the answer.
        made.sort_unstable();
        let mut sql = Sql::new(
            "INSERT INTO documents (location_id, kind, appointment_id, user_id, created_at) VALUES ",
        );
        sql.rows(
            part.iter()
                .zip(&made)
                .map(|(one, id)| params![location_id, VISIT_DOCUMENT, *id, user_id, one.created_at].to_vec()),
        );
        sql.exec(tx).await?;
        ids.extend(made);
    }
    Ok(ids)
}

/// The kind of a visit's document, as the wire numbers kinds.
pub const VISIT_DOCUMENT: i64 = 7;

/// Writes a changed appointment; gives its new revision. Its visit follows by [`visits::settle`].
pub async fn update(tx: &mut Tx, location_id: i64, appointment: &Appointment, now: i64) -> Result<i64> {
    Ok(tx
        .one(
            "UPDATE appointments SET event_id = $3, team_member_id = $4, client_id = $5, comer_id = $6, starts_at = $7,
            length = $8, technical_break = $9, clients_count = $10, attendance = $11, confirmed = $12, comment = $13,
            color = $14, api_id = $15, sms_before = $16, email_before = $17, sms_now = $18, email_now = $19,
            is_requested = $20, is_trial = $21, updated_at = $22, revision = revision + 1
         WHERE location_id = $1 AND id = $2 RETURNING revision",
            params![
                location_id,
                appointment.id,
                appointment.event_id,
                appointment.team_member_id,
                appointment.client_id,
                appointment.comer_id,
                appointment.starts_at,
                appointment.length,
                appointment.technical_break,
                appointment.clients_count,
                appointment.attendance,
                appointment.confirmed,
                &appointment.comment,
                &appointment.color,
                &appointment.api_id,
                appointment.sms_before,
                appointment.email_before,
                appointment.sms_now,
                appointment.email_now,
                appointment.is_requested,
                appointment.is_trial,
                now
            ],
        )
        .await?)
}

/// Notes that the client was reminded.
pub async fn set_reminded(tx: &mut Tx, location_id: i64, id: i64) -> Result<()> {
    tx.exec(
        "UPDATE appointments SET is_reminded = 1 WHERE location_id = $1 AND id = $2",
        params![location_id, id],
    )
    .await?;
    Ok(())
}

/// The one service of an appointment in an event.
pub async fn item(conn: &mut Conn, location_id: i64, id: i64) -> Result<Option<Item>> {
    let sql = format!(
        "SELECT {} FROM appointment_services WHERE location_id = $1 AND appointment_id = $2 AND position = 0",
        Item::COLUMNS
    );
    Ok(conn.maybe(&sql, params![location_id, id]).await?)
}

/// The services of an appointment, in order.
pub async fn items(conn: &mut Conn, location_id: i64, id: i64) -> Result<Vec<Item>> {
    let sql = format!(
        "SELECT {} FROM appointment_services WHERE location_id = $1 AND appointment_id = $2 ORDER BY position",
        Item::COLUMNS
    );
    Ok(conn.all(&sql, params![location_id, id]).await?)
}

/// Writes the services of new appointments, in order.
pub async fn add_items(
    tx: &mut Tx,
    location_id: i64,
    of: impl IntoIterator<Item = (i64, &[Item])>,
) -> Result<()> {
    let row = |id: i64, position: i64, item: &Item| {
        let Item { service_id, cost_per_unit, amount, discount, cost } = item.clone();
        params![location_id, id, position, service_id, cost_per_unit, amount, discount, cost].to_vec()
    };
    let rows = of
        .into_iter()
        .flat_map(|(id, items)| (0i64..).zip(items).map(move |(position, item)| row(id, position, item)));
    let rows: Vec<_> = rows.collect();
    for part in rows.chunks(1000) {
        let mut sql = Sql::new(ADD_ITEMS);
        sql.rows(part.iter().cloned());
        sql.exec(tx).await?;
    }
    Ok(())
}

const ADD_ITEMS: &str = "INSERT INTO appointment_services
    (location_id, appointment_id, position, service_id, cost_per_unit, amount, discount, cost) VALUES ";

/// Makes these the one service of their appointments in events.
pub async fn put_items(tx: &mut Tx, location_id: i64, items: &[(i64, Item)]) -> Result<()> {
    for part in items.chunks(1000) {
        let mut sql = Sql::new(ADD_ITEMS);
        sql.rows(part.iter().map(|(id, item)| {
            let Item { service_id, cost_per_unit, amount, discount, cost } = item.clone();
            params![location_id, *id, 0i64, service_id, cost_per_unit, amount, discount, cost].to_vec()
        }));
        sql.push(
            " ON CONFLICT (location_id, appointment_id, position) DO UPDATE SET service_id = excluded.service_id,
                cost_per_unit = excluded.cost_per_unit, amount = excluded.amount, discount = excluded.discount,
                cost = excluded.cost",
        );
        sql.exec(tx).await?;
        count_cost(tx, location_id, part.iter().map(|(id, _)| *id)).await?;
    }
    Ok(())
}

/// Makes these the services of an appointment, in order.
pub async fn set_items(tx: &mut Tx, location_id: i64, id: i64, items: &[Item]) -> Result<()> {
    tx.exec(
        "DELETE FROM appointment_services WHERE location_id = $1 AND appointment_id = $2",
        params![location_id, id],
    )
    .await?;
    add_items(tx, location_id, [(id, items)]).await?;
    count_cost(tx, location_id, [id]).await
}

/// Writes what the services of these appointments cost in all.
async fn count_cost(tx: &mut Tx, location_id: i64, ids: impl IntoIterator<Item = i64>) -> Result<()> {
    let mut sql = Sql::new(
        "UPDATE appointments SET cost = (
            SELECT CAST(COALESCE(SUM(s.cost), 0) AS BIGINT) FROM appointment_services s
            WHERE s.location_id = appointments.location_id AND s.appointment_id = appointments.id)
         WHERE location_id = ",
    );
    sql.bind(location_id).push(" AND id IN ").list(ids);
    sql.exec(tx).await?;
    Ok(())
}

db::row! {
    /// What a service costs with a team member, hundredths.
    pub struct Price {
        pub service_id: i64,
        pub team_member_id: i64,
        pub price: i64,
        pub trial_price: Option<i64>,
    }
}

/// What each of these services costs with each of these team members.
pub async fn prices(conn: &mut Conn, location_id: i64, services: &[i64], team: &[i64]) -> Result<Vec<Price>> {
    let mut sql = Sql::new(
        "SELECT s.id, m.id, COALESCE(l.price_min, s.price_min), s.trial_price FROM services s
         JOIN team_members m ON m.location_id = s.location_id
         LEFT JOIN service_team_members l
            ON l.location_id = s.location_id AND l.service_id = s.id AND l.team_member_id = m.id
         WHERE s.location_id = ",
    );
    sql.bind(location_id).push(" AND s.id IN ").list(services.iter().copied());
    sql.push(" AND m.id IN ").list(team.iter().copied());
    Ok(sql.all(conn).await?)
}

/// What a service costs with a team member.
pub async fn price(conn: &mut Conn, location_id: i64, service_id: i64, member_id: i64) -> Result<Price> {
    let found = prices(conn, location_id, &[service_id], &[member_id]).await?;
    found.into_iter().next().ok_or_else(kernel::Error::not_found)
}

/// Makes these the tags of an appointment.
pub async fn set_tags(tx: &mut Tx, location_id: i64, id: i64, tags: &[i64]) -> Result<()> {
    tx.exec(
        "DELETE FROM appointment_tags WHERE location_id = $1 AND appointment_id = $2",
        params![location_id, id],
    )
    .await?;
    if !tags.is_empty() {
        let mut sql = Sql::new("INSERT INTO appointment_tags (location_id, appointment_id, tag_id) VALUES ");
        sql.rows(tags.iter().map(|tag| params![location_id, id, *tag].to_vec()));
        sql.exec(tx).await?;
    }
    Ok(())
}

/// Makes a visitor; gives the id.
pub async fn insert_comer(tx: &mut Tx, location_id: i64, name: &str, now: i64) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO comers (location_id, name, created_at) VALUES ($1, $2, $3) RETURNING id",
            params![location_id, name, now],
        )
        .await?)
}

/// A visitor's name.
pub async fn comer(conn: &mut Conn, location_id: i64, id: i64) -> Result<Option<String>> {
    Ok(conn
        .maybe("SELECT name FROM comers WHERE location_id = $1 AND id = $2", params![location_id, id])
        .await?)
}
