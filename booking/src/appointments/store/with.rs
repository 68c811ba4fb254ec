//! What belongs to appointments, read for many at once.

use db::{Conn, Sql, Tx, params};
use kernel::Result;

use crate::events::store::Instance;

db::row! {
    /// A service of an appointment as it is shown. Money in hundredths, the discount in hundredths of a percent.
    pub struct Line {
        pub appointment_id: i64,
        pub service_id: i64,
        pub title: String,
        pub cost_per_unit: i64,
        pub amount: i64,
        pub discount: i64,
        pub cost: i64,
        pub price_min: i64,
        pub price_max: i64,
        /// Seconds, with its team member.
        pub seance_length: i64,
        /// Of the visit, where the appointment is of one.
        pub visit_attendance: Option<i64>,
    }
}

/// The services of these appointments, in order.
pub async fn lines(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<Line>> {
    let mut sql = Sql::new(
        "SELECT x.appointment_id, x.service_id, s.title, x.cost_per_unit, x.amount, x.discount, x.cost,
            COALESCE(l.price_min, s.price_min), COALESCE(l.price_max, s.price_max),
            COALESCE(l.seance_length, s.duration), v.attendance
         FROM appointment_services x
         JOIN services s ON s.location_id = x.location_id AND s.id = x.service_id
         JOIN appointments a ON a.location_id = x.location_id AND a.id = x.appointment_id
         LEFT JOIN visits v ON v.location_id = a.location_id AND v.id = a.visit_id
         LEFT JOIN service_team_members l ON l.location_id = x.location_id AND l.service_id = x.service_id
            AND l.team_member_id = a.team_member_id
         WHERE x.location_id = ",
    );
    sql.bind(location_id).push(" AND x.appointment_id").among(ids);
    sql.push(" ORDER BY x.appointment_id, x.position");
    Ok(sql.all(conn).await?)
}

db::row! {
    /// A value of an appointment's custom field.
    pub struct Value {
        pub appointment_id: i64,
        pub field_id: i64,
        pub code: String,
        pub kind: String,
        pub value: String,
    }
}

/// The values of these appointments' custom fields.
pub async fn values(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<Value>> {
    let mut sql = Sql::new(
        "SELECT v.appointment_id, v.field_id, f.code, f.kind, v.value FROM appointment_custom_values v
         JOIN custom_fields f ON f.location_id = v.location_id AND f.id = v.field_id
         WHERE f.is_deleted = 0 AND v.location_id = ",
    );
    sql.bind(location_id).push(" AND v.appointment_id").among(ids);
    sql.push(" ORDER BY v.appointment_id, f.weight, f.id");
    Ok(sql.all(conn).await?)
}

/// Writes values of custom fields; none takes a value away.
pub async fn put_values(
    tx: &mut Tx,
    location_id: i64,
    id: i64,
    values: &[(i64, Option<String>)],
) -> Result<()> {
    let gone: Vec<i64> =
        values.iter().filter(|(_, value)| value.is_none()).map(|(field, _)| *field).collect();
    if !gone.is_empty() {
        let mut sql = Sql::new("DELETE FROM appointment_custom_values WHERE location_id = ");
        sql.bind(location_id).push(" AND appointment_id = ").bind(id).push(" AND field_id IN ").list(gone);
        sql.exec(tx).await?;
    }
    let set: Vec<_> = values.iter().filter_map(|(field, value)| Some((*field, value.as_ref()?))).collect();
    if !set.is_empty() {
        let mut sql = Sql::new(
            "INSERT INTO appointment_custom_values (location_id, appointment_id, field_id, value) VALUES ",
        );
        sql.rows(set.into_iter().map(|(field, value)| params![location_id, id, field, value].to_vec()));
        sql.push(" ON CONFLICT (location_id, appointment_id, field_id) DO UPDATE SET value = excluded.value");
        sql.exec(tx).await?;
    }
    Ok(())
}

db::row! {
    /// A business document of an appointment.
    pub struct Document {
        pub appointment_id: i64,
        pub id: i64,
        pub kind: i64,
        pub user_id: i64,
        pub comment: String,
        pub created_at: i64,
    }
}

/// The documents of these appointments.
pub async fn documents(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<Document>> {
    let mut sql = Sql::new(format!("SELECT {} FROM documents WHERE location_id = ", Document::COLUMNS));
    sql.bind(location_id).push(" AND appointment_id").among(ids);
    sql.push(" ORDER BY appointment_id, id");
    Ok(sql.all(conn).await?)
}

/// The instances of resources that these appointments take up: (appointment, instance).
pub async fn instances(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let mut sql = Sql::new(
        "SELECT owner_id, subject_id FROM occupancy
         WHERE subject = 'resource' AND owner = 'appointment' AND location_id = ",
    );
    sql.bind(location_id).push(" AND owner_id").among(ids);
    sql.push(" ORDER BY owner_id, subject_id");
    Ok(sql.all(conn).await?)
}

/// The same with what the instances are called, each once.
pub async fn instances_told(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<Instance>> {
    let mut sql = Sql::new(
        "SELECT DISTINCT o.owner_id, i.id, i.resource_id, i.title FROM occupancy o
         JOIN resource_instances i ON i.location_id = o.location_id AND i.id = o.subject_id
         WHERE o.subject = 'resource' AND o.owner = 'appointment' AND o.location_id = ",
    );
    sql.bind(location_id).push(" AND o.owner_id IN ").list(ids.iter().copied());
    sql.push(" ORDER BY o.owner_id, i.id");
    Ok(sql.all(conn).await?)
}

/// The visitors of these ids: (id, name).
pub async fn comers(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let mut sql = Sql::new("SELECT id, name FROM comers WHERE location_id = ");
    sql.bind(location_id).push(" AND id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

/// Marks appointments as deleted.
pub async fn delete(tx: &mut Tx, location_id: i64, ids: &[i64], now: i64) -> Result<()> {
    for part in ids.chunks(1000) {
        let mut sql =
            Sql::new("UPDATE appointments SET is_deleted = 1, revision = revision + 1, updated_at = ");
        sql.bind(now).push(" WHERE location_id = ").bind(location_id);
        sql.push(" AND id IN ").list(part.iter().copied());
        sql.exec(tx).await?;
    }
    Ok(())
}

db::row! {
    /// How a service is booked with a team member: what is left out of a request.
    pub struct Offer {
        pub id: i64,
        pub price: i64,
        /// Seconds, without the break.
        pub length: i64,
        pub technical_break: Option<i64>,
    }
}

/// These services as a team member does them, deleted ones left out.
pub async fn offers(
    conn: &mut Conn,
    location_id: i64,
    services: &[i64],
    member_id: i64,
) -> Result<Vec<Offer>> {
    let mut sql = Sql::new(
        "SELECT s.id, COALESCE(l.price_min, s.price_min), COALESCE(l.seance_length, s.duration), s.technical_break
         FROM services s LEFT JOIN service_team_members l
            ON l.location_id = s.location_id AND l.service_id = s.id AND l.team_member_id = ",
    );
    sql.bind(member_id).push(" WHERE s.is_deleted = 0 AND s.location_id = ").bind(location_id);
    sql.push(" AND s.id IN ").list(services.iter().copied());
    Ok(sql.all(conn).await?)
}

/// The attendance of these visits: (visit, attendance).
pub async fn attendances(conn: &mut Conn, location_id: i64, visits: &[i64]) -> Result<Vec<(i64, i64)>> {
    let mut sql = Sql::new("SELECT id, attendance FROM visits WHERE location_id = ");
    sql.bind(location_id).push(" AND id").among(visits);
    Ok(sql.all(conn).await?)
}
