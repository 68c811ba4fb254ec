//! Lists of appointments.

use db::{Conn, Sql};
use kernel::{Page, Result};

use super::Appointment;

/// Which appointments; each narrows, none means all. Instants are milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// With these team members.
    pub team: Option<Vec<i64>>,
    /// Of this client.
    pub client_id: Option<i64>,
    /// In this event.
    pub event_id: Option<i64>,
    /// Of this visit.
    pub visit_id: Option<i64>,
    /// Made by this user.
    pub created_user_id: Option<i64>,
    /// That begin from then on.
    pub from: Option<i64>,
    /// That begin before then.
    pub till: Option<i64>,
    /// That end after this and begin before that.
    pub meets: Option<(i64, i64)>,
    /// Made from then on.
    pub created_from: Option<i64>,
    /// Made before then.
    pub created_till: Option<i64>,
    /// Made or changed from then on.
    pub changed_from: Option<i64>,
    /// Made or changed up to then.
    pub changed_till: Option<i64>,
    /// In no event.
    pub alone: bool,
    /// Deleted ones too.
    pub with_deleted: bool,
}

/// The longest that an appointment lasts, milliseconds.
pub const LONGEST: i64 = 86_400_000;

impl Filter {
    fn push(&self, sql: &mut Sql, location_id: i64) {
        sql.push(" WHERE location_id = ").bind(location_id);
        if self.with_deleted {
            // So that the index by beginning serves both.
            sql.push(" AND is_deleted IN (0, 1)");
        } else {
            sql.push(" AND is_deleted = 0");
        }
        if let Some(team) = &self.team {
            sql.push(" AND team_member_id IN ").list(team.iter().copied());
        }
        if self.alone {
            sql.push(" AND event_id IS NULL");
        }
        if let Some((from, till)) = self.meets {
            sql.push(" AND starts_at > ").bind(from - LONGEST).push(" AND starts_at < ").bind(till);
            sql.push(" AND starts_at + length * 1000 > ").bind(from);
        }
        for (value, column) in [
            (self.client_id, " AND client_id = "),
            (self.event_id, " AND event_id = "),
            (self.visit_id, " AND visit_id = "),
            (self.created_user_id, " AND created_user_id = "),
            (self.from, " AND starts_at >= "),
            (self.till, " AND starts_at < "),
            (self.created_from, " AND created_at >= "),
            (self.created_till, " AND created_at < "),
            (self.changed_from, " AND updated_at >= "),
            (self.changed_till, " AND updated_at <= "),
        ] {
            if let Some(value) = value {
                sql.push(column).bind(value);
            }
        }
    }
}

/// Asks for [`list`].
pub fn in_order(location_id: i64, filter: &Filter, page: Page) -> Sql {
    let mut sql = Sql::new(format!("SELECT {} FROM appointments", Appointment::COLUMNS));
    filter.push(&mut sql, location_id);
    sql.push(" ORDER BY starts_at, id LIMIT ").bind(page.limit).push(" OFFSET ").bind(page.offset);
    sql
}

/// A page of appointments, in order of their beginning.
pub async fn list(
    conn: &mut Conn,
    location_id: i64,
    filter: &Filter,
    page: Page,
) -> Result<Vec<Appointment>> {
    Ok(in_order(location_id, filter, page).all(conn).await?)
}

/// Asks for [`latest`].
pub fn latest_first(location_id: i64, filter: &Filter, limit: i64) -> Sql {
    let mut sql = Sql::new(format!("SELECT {} FROM appointments", Appointment::COLUMNS));
    filter.push(&mut sql, location_id);
    sql.push(" ORDER BY starts_at DESC, id DESC LIMIT ").bind(limit);
    sql
}

/// The last of them, the latest first.
pub async fn latest(
    conn: &mut Conn,
    location_id: i64,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Appointment>> {
    Ok(latest_first(location_id, filter, limit).all(conn).await?)
}

/// How many there are in all. Of all that a location has, the database keeps the number.
pub async fn count(conn: &mut Conn, location_id: i64, filter: &Filter) -> Result<i64> {
    if *filter == Filter::default() {
        let sql = "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM appointment_counts WHERE location_id = $1";
        return Ok(conn.one(sql, db::params![location_id]).await?);
    }
    let mut sql = Sql::new("SELECT COUNT(*) FROM appointments");
    filter.push(&mut sql, location_id);
    Ok(sql.one(conn).await?)
}

/// These appointments, also deleted ones, by id.
pub async fn by_ids(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<Appointment>> {
    let mut sql = Sql::new(format!("SELECT {} FROM appointments WHERE location_id = ", Appointment::COLUMNS));
    sql.bind(location_id).push(" AND id IN ").list(ids.iter().copied()).push(" ORDER BY id");
    Ok(sql.all(conn).await?)
}

/// The location of the appointment of this id: ids are unique among all locations.
pub async fn location_of(conn: &mut Conn, id: i64) -> Result<Option<i64>> {
    Ok(conn.maybe("SELECT location_id FROM appointments WHERE id = $1", db::params![id]).await?)
}

/// Which of a partner's appointments; each narrows.
#[derive(Clone, Debug, Default)]
pub struct OfPartner {
    /// Made through this partner.
    pub partner_id: i64,
    /// At this location.
    pub location_id: Option<i64>,
    /// Made by this user.
    pub created_user_id: Option<i64>,
    /// That begin from then on.
    pub from: Option<i64>,
    /// That begin before then.
    pub till: Option<i64>,
    /// Made from then on.
    pub created_from: Option<i64>,
    /// Made before then.
    pub created_till: Option<i64>,
}

impl OfPartner {
    fn push(&self, sql: &mut Sql, locations: &[i64]) {
        sql.push(" FROM appointments WHERE partner_id = ").bind(self.partner_id);
        sql.push(" AND location_id IN ").list(locations.iter().copied());
        for (value, column) in [
            (self.location_id, " AND location_id = "),
            (self.created_user_id, " AND created_user_id = "),
            (self.from, " AND starts_at >= "),
            (self.till, " AND starts_at < "),
            (self.created_from, " AND created_at >= "),
            (self.created_till, " AND created_at < "),
        ] {
            if let Some(value) = value {
                sql.push(column).bind(value);
            }
        }
    }
}

/// A page of a partner's appointments at these locations, deleted ones too, the latest first: (location, id).
pub async fn of_partner(
    conn: &mut Conn,
    locations: &[i64],
    filter: &OfPartner,
    page: Page,
) -> Result<Vec<(i64, i64)>> {
    let mut sql = Sql::new("SELECT location_id, id");
    filter.push(&mut sql, locations);
    sql.push(" ORDER BY starts_at DESC, id DESC LIMIT ").bind(page.limit).push(" OFFSET ").bind(page.offset);
    Ok(sql.all(conn).await?)
}

/// How many there are in all.
pub async fn count_of_partner(conn: &mut Conn, locations: &[i64], filter: &OfPartner) -> Result<i64> {
    let mut sql = Sql::new("SELECT COUNT(*)");
    filter.push(&mut sql, locations);
    Ok(sql.one(conn).await?)
}
