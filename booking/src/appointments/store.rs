//! Rows of appointments.

use db::{Conn, Sql, Tx, params};
use kernel::Result;

use crate::events::store::Event;

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

/// Lets the appointments in these events follow to where they were moved.
pub async fn follow(tx: &mut Tx, location_id: i64, events: &[i64], now: i64) -> Result<()> {
    let mut sql = Sql::new(
        "UPDATE appointments AS a SET team_member_id = e.team_member_id, starts_at = e.starts_at, length = e.length,
            technical_break = e.technical_break, revision = a.revision + 1, updated_at = ",
    );
    sql.bind(now).push(
        " FROM group_events e
          WHERE e.location_id = a.location_id AND e.id = a.event_id AND a.is_deleted = 0
            AND (a.team_member_id <> e.team_member_id OR a.starts_at <> e.starts_at OR a.length <> e.length
                OR a.technical_break <> e.technical_break)
            AND a.location_id = ",
    );
    sql.bind(location_id).push(" AND a.event_id IN ").list(events.iter().copied());
    sql.exec(tx).await?;
    Ok(())
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
    put_items(tx, location_id, &items).await?;
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
        /// An instant, milliseconds.
        pub starts_at: i64,
        /// Seconds, with the break.
        pub length: i64,
        pub technical_break: i64,
        /// Seats.
        pub clients_count: i64,
        /// -1 absent, 0 waiting, 1 came, 2 confirmed.
        pub attendance: i64,
        pub comment: String,
        /// `rrggbb`, or empty.
        pub color: String,
        pub source: i64,
        pub is_trial: bool,
        pub is_deleted: bool,
        pub created_at: i64,
        pub revision: i64,
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
            id: 0,
            event_id: Some(event.id),
            team_member_id: event.team_member_id,
            client_id: None,
            comer_id: None,
            starts_at: event.starts_at,
            length: event.length,
            technical_break: event.technical_break,
            clients_count: 1,
            attendance: 0,
            comment: String::new(),
            color: String::new(),
            source: 0,
            is_trial: false,
            is_deleted: false,
            created_at: 0,
            revision: 1,
        }
    }
}

/// Writes new appointments; gives their ids in the order given.
pub async fn insert_all(
    tx: &mut Tx,
    location_id: i64,
    new: &[Appointment],
    user_id: i64,
) -> Result<Vec<i64>> {
    let mut ids = Vec::with_capacity(new.len());
    for part in new.chunks(500) {
        let mut sql = Sql::new(
            "INSERT INTO appointments (location_id, event_id, team_member_id, client_id, comer_id, starts_at, length,
             technical_break, clients_count, attendance, comment, color, is_trial, created_user_id, created_at,
             updated_at) VALUES ",
        );
        sql.rows(part.iter().map(|one| {
            params![
                location_id,
                one.event_id,
                one.team_member_id,
                one.client_id,
                one.comer_id,
                one.starts_at,
                one.length,
                one.technical_break,
                one.clients_count,
                one.attendance,
                &one.comment,
                &one.color,
                one.is_trial,
                user_id,
                one.created_at,
                one.created_at
            ]
            .to_vec()
        }));
        let mut made: Vec<i64> = sql.push(" RETURNING id").all(tx).await?;
        // Counted up in the order given, whatever the order of the answer.
        made.sort_unstable();
        ids.extend(made);
    }
    Ok(ids)
}

/// Writes a changed appointment.
pub async fn update(tx: &mut Tx, location_id: i64, appointment: &Appointment, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE appointments SET event_id = $3, team_member_id = $4, comer_id = $5, starts_at = $6, length = $7,
            technical_break = $8, clients_count = $9, comment = $10, color = $11, is_trial = $12, updated_at = $13,
            revision = revision + 1
         WHERE location_id = $1 AND id = $2",
        params![
            location_id,
            appointment.id,
            appointment.event_id,
            appointment.team_member_id,
            appointment.comer_id,
            appointment.starts_at,
            appointment.length,
            appointment.technical_break,
            appointment.clients_count,
            &appointment.comment,
            &appointment.color,
            appointment.is_trial,
            now
        ],
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

/// Makes these the one service of their appointments in events.
pub async fn put_items(tx: &mut Tx, location_id: i64, items: &[(i64, Item)]) -> Result<()> {
    for part in items.chunks(1000) {
        let mut sql = Sql::new(
            "INSERT INTO appointment_services
                (location_id, appointment_id, position, service_id, cost_per_unit, amount, discount, cost) VALUES ",
        );
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
    }
    Ok(())
}

db::row! {
    /// What a service costs with a team member.
    pub struct Price {
        pub price: i64,
        pub trial_price: Option<i64>,
    }
}

/// What a service costs with a team member, hundredths.
pub async fn price(conn: &mut Conn, location_id: i64, service_id: i64, member_id: i64) -> Result<Price> {
    Ok(conn
        .one(
            "SELECT COALESCE(l.price_min, s.price_min), s.trial_price FROM services s
             LEFT JOIN service_team_members l
                ON l.location_id = s.location_id AND l.service_id = s.id AND l.team_member_id = $3
             WHERE s.location_id = $1 AND s.id = $2",
            params![location_id, service_id, member_id],
        )
        .await?)
}

db::row! {
    /// A tag of an appointment.
    pub struct Tag {
        pub id: i64,
        pub title: String,
        pub color: String,
        pub icon: String,
    }
}

/// The tags of an appointment; deleted ones are shown where they are.
pub async fn tags(conn: &mut Conn, location_id: i64, id: i64) -> Result<Vec<Tag>> {
    Ok(conn
        .all(
            "SELECT t.id, t.title, t.color, t.icon FROM appointment_tags x
             JOIN tags t ON t.location_id = x.location_id AND t.id = x.tag_id
             WHERE x.location_id = $1 AND x.appointment_id = $2 ORDER BY t.id",
            params![location_id, id],
        )
        .await?)
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
