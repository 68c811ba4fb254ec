//! Rows of parts of composite services, and trials.

use db::{Conn, Sql, Tx, Value, params};
use kernel::Result;

db::row! {
    /// A part of a composite service.
    pub struct Part {
        pub composite_service_id: i64,
        /// From 1.
        pub position: i64,
        pub service_id: i64,
        /// None: anybody who does it.
        pub team_member_id: Option<i64>,
        pub duration: i64,
        pub price_min: i64,
        pub price_max: i64,
    }
}

/// The parts of these composite services, in order. Whoever was named for one and does it no more is nobody in
/// particular.
pub async fn parts(conn: &mut Conn, location_id: i64, composites: &[i64]) -> Result<Vec<Part>> {
    let mut sql = Sql::new(
        "SELECT composite_service_id, position, service_id,
             (SELECT l.team_member_id FROM service_team_members l
              JOIN team_members t ON t.location_id = l.location_id AND t.id = l.team_member_id AND t.is_deleted = 0
              WHERE l.location_id = p.location_id AND l.service_id = p.service_id
                  AND l.team_member_id = p.team_member_id),
             duration, price_min, price_max
         FROM composite_service_parts p WHERE location_id = ",
    );
    sql.bind(location_id).push(" AND composite_service_id IN ").list(composites.iter().copied());
    sql.push(" ORDER BY composite_service_id, position");
    Ok(sql.all(conn).await?)
}

/// Whether a composite service has this one as a part.
pub async fn is_part(conn: &mut Conn, location_id: i64, service_id: i64) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM composite_service_parts WHERE location_id = $1 AND service_id = $2";
    let times: i64 = conn.one(sql, params![location_id, service_id]).await?;
    Ok(times > 0)
}

/// Makes these the parts of a service, with the duration that they make.
pub async fn set_parts(
    tx: &mut Tx,
    location_id: i64,
    service_id: i64,
    parts: &[Part],
    duration: i64,
) -> Result<()> {
    let sql = "DELETE FROM composite_service_parts WHERE location_id = $1 AND composite_service_id = $2";
    tx.exec(sql, params![location_id, service_id]).await?;
    if !parts.is_empty() {
        let mut sql =
            Sql::new(format!("INSERT INTO composite_service_parts ({}, location_id) VALUES ", Part::COLUMNS));
        sql.rows(parts.iter().map(|p| {
            [
                Value::from(service_id),
                p.position.into(),
                p.service_id.into(),
                p.team_member_id.into(),
                p.duration.into(),
                p.price_min.into(),
                p.price_max.into(),
                location_id.into(),
            ]
        }));
        sql.exec(tx).await?;
    }
    let sql = "UPDATE services SET is_composite = $3, duration = $4 WHERE location_id = $1 AND id = $2";
    tx.exec(sql, params![location_id, service_id, !parts.is_empty(), duration]).await?;
    Ok(())
}

/// Sets or ends a service's trial: price and duration.
pub async fn set_trial(
    tx: &mut Tx,
    location_id: i64,
    service_id: i64,
    trial: Option<(i64, i64)>,
) -> Result<()> {
    tx.exec(
        "UPDATE services SET trial_price = $3, trial_duration = $4 WHERE location_id = $1 AND id = $2",
        params![location_id, service_id, trial.map(|t| t.0), trial.map(|t| t.1)],
    )
    .await?;
    Ok(())
}
