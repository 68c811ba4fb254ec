//! Rows of appointments.

use db::{Conn, Sql, Tx, Value, params};
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
    for part in pairs.chunks(500) {
        let mut sql = Sql::new(
            "INSERT INTO appointments (location_id, event_id, team_member_id, client_id, comer_id, starts_at, length,
             technical_break, clients_count, comment, color, created_at, updated_at) VALUES ",
        );
        sql.rows(part.iter().map(|(event, source)| {
            params![
                location_id,
                event.id,
                event.team_member_id,
                source.client_id,
                source.comer_id,
                event.starts_at,
                event.length,
                event.technical_break,
                source.clients_count,
                &source.comment,
                &source.color,
                now,
                now
            ]
            .to_vec()
        }));
        let mut ids: Vec<i64> = sql.push(" RETURNING id").all(tx).await?;
        ids.sort_unstable();
        let services: Vec<Vec<Value>> = part
            .iter()
            .zip(&ids)
            .filter_map(|((_, source), id)| {
                let service = source.service_id?;
                Some(
                    params![
                        location_id,
                        *id,
                        0i64,
                        service,
                        source.cost_per_unit.unwrap_or_default(),
                        source.amount.unwrap_or(1),
                        source.discount.unwrap_or_default(),
                        source.cost.unwrap_or_default()
                    ]
                    .to_vec(),
                )
            })
            .collect();
        if !services.is_empty() {
            let mut sql = Sql::new(
                "INSERT INTO appointment_services (location_id, appointment_id, position, service_id, cost_per_unit,
                 amount, discount, cost) VALUES ",
            );
            sql.rows(services);
            sql.exec(tx).await?;
        }
    }
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
