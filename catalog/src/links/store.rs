//! Rows of links between services and team members, and of services' other titles.

use db::{Conn, Sql, Tx, Value, params};
use kernel::Result;

db::row! {
    /// A team member does a service. Prices are hundredths; none: the service's own.
    pub struct Link {
        pub service_id: i64,
        pub team_member_id: i64,
        pub seance_length: i64,
        pub price_min: Option<i64>,
        pub price_max: Option<i64>,
        /// 0 for none.
        pub technological_card_id: i64,
        pub api_id: String,
        /// Whether clients may book it with him.
        pub is_online: bool,
        /// Whether the location may.
        pub is_offline_records_allowed: bool,
    }
}

impl Default for Link {
    fn default() -> Self {
        Self {
            service_id: 0,
            team_member_id: 0,
            seance_length: 3600,
            price_min: None,
            price_max: None,
            technological_card_id: 0,
            api_id: String::new(),
            is_online: true,
            is_offline_records_allowed: true,
        }
    }
}

/// Whoever is deleted does nothing any more; were he taken back, his links would be there again.
const LIVING: &str = " AND team_member_id IN
     (SELECT t.id FROM team_members t WHERE t.location_id = service_team_members.location_id AND t.is_deleted = 0)";

/// Links of these services, or of all of the location's, by service and team member: durations and prices for the
/// rooms to the right.
pub async fn of_services(conn: &mut Conn, location_id: i64, of: Option<&[i64]>) -> Result<Vec<Link>> {
    let mut sql =
        Sql::new(format!("SELECT {} FROM service_team_members WHERE location_id = ", Link::COLUMNS));
    sql.bind(location_id).push(LIVING);
    if let Some(ids) = of {
        sql.push(" AND service_id IN ").list(ids.iter().copied());
    }
    sql.push(" ORDER BY service_id, team_member_id LIMIT 500000");
    Ok(sql.all(conn).await?)
}

/// Links of these team members, those deleted left out, with services that are not deleted.
pub async fn of_team_members(conn: &mut Conn, location_id: i64, members: &[i64]) -> Result<Vec<Link>> {
    let mut sql =
        Sql::new(format!("SELECT {} FROM service_team_members WHERE location_id = ", Link::COLUMNS));
    sql.bind(location_id).push(LIVING).push(" AND team_member_id IN ").list(members.iter().copied());
    sql.push(" ORDER BY team_member_id, service_id LIMIT 500000");
    Ok(sql.all(conn).await?)
}

/// One link, locked until the end of the transaction.
pub async fn lock(
    tx: &mut Tx,
    location_id: i64,
    service_id: i64,
    team_member_id: i64,
) -> Result<Option<Link>> {
    let sql = format!(
        "SELECT {} FROM service_team_members WHERE location_id = $1 AND service_id = $2 AND team_member_id = $3",
        Link::COLUMNS
    );
    Ok(tx.lock(&sql, params![location_id, service_id, team_member_id]).await?)
}

/// Rows of one statement.
const AT_ONCE: usize = 500;

/// Writes links, new or changed.
pub async fn put(tx: &mut Tx, location_id: i64, links: &[Link]) -> Result<()> {
    for part in links.chunks(AT_ONCE) {
        let mut sql =
            Sql::new(format!("INSERT INTO service_team_members ({}, location_id) VALUES ", Link::COLUMNS));
        sql.rows(part.iter().map(|l| {
            [
                Value::from(l.service_id),
                l.team_member_id.into(),
                l.seance_length.into(),
                l.price_min.into(),
                l.price_max.into(),
                l.technological_card_id.into(),
                (&l.api_id).into(),
                l.is_online.into(),
                l.is_offline_records_allowed.into(),
                location_id.into(),
            ]
        }));
        sql.push(
            " ON CONFLICT (location_id, service_id, team_member_id) DO UPDATE SET
                 seance_length = excluded.seance_length, price_min = excluded.price_min,
                 price_max = excluded.price_max, technological_card_id = excluded.technological_card_id,
                 api_id = excluded.api_id, is_online = excluded.is_online,
                 is_offline_records_allowed = excluded.is_offline_records_allowed",
        );
        sql.exec(tx).await?;
    }
    Ok(())
}

/// Takes a service away from everybody but these.
pub async fn keep(tx: &mut Tx, location_id: i64, service_id: i64, members: &[i64]) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM service_team_members WHERE location_id = ");
    sql.bind(location_id).push(" AND service_id = ").bind(service_id);
    if !members.is_empty() {
        sql.push(" AND team_member_id NOT IN ").list(members.iter().copied());
    }
    sql.exec(tx).await?;
    Ok(())
}

/// Takes a service away from a team member.
pub async fn delete(tx: &mut Tx, location_id: i64, service_id: i64, team_member_id: i64) -> Result<()> {
    let sql =
        "DELETE FROM service_team_members WHERE location_id = $1 AND service_id = $2 AND team_member_id = $3";
    tx.exec(sql, params![location_id, service_id, team_member_id]).await?;
    Ok(())
}

/// Which of these are team members of the location, those deleted left out.
pub async fn team_members(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<i64>> {
    let mut sql = Sql::new("SELECT id FROM team_members WHERE is_deleted = 0 AND location_id = ");
    sql.bind(location_id).push(" AND id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

/// Other titles of these services, or of all of the location's: (service, language, title).
pub async fn translations(
    conn: &mut Conn,
    location_id: i64,
    of: Option<&[i64]>,
) -> Result<Vec<(i64, i64, String)>> {
    let mut sql =
        Sql::new("SELECT service_id, language_id, title FROM service_translations WHERE location_id = ");
    sql.bind(location_id);
    if let Some(ids) = of {
        sql.push(" AND service_id IN ").list(ids.iter().copied());
    }
    sql.push(" ORDER BY service_id, language_id LIMIT 500000");
    Ok(sql.all(conn).await?)
}

/// Titles of these services in one language: (service, title).
pub async fn titles_in(
    conn: &mut Conn,
    location_id: i64,
    services: &[i64],
    language_id: i64,
) -> Result<Vec<(i64, String)>> {
    let mut sql = Sql::new("SELECT service_id, title FROM service_translations WHERE location_id = ");
    sql.bind(location_id).push(" AND language_id = ").bind(language_id);
    sql.push(" AND service_id IN ").list(services.iter().copied());
    Ok(sql.all(conn).await?)
}

/// Writes a service's other titles; an empty one is taken away. Languages that are not named stay.
pub async fn put_translations(
    tx: &mut Tx,
    location_id: i64,
    service_id: i64,
    titles: &[(i64, String)],
) -> Result<()> {
    let (gone, there): (Vec<_>, Vec<_>) = titles.iter().partition(|(_, title)| title.is_empty());
    if !gone.is_empty() {
        let mut sql = Sql::new("DELETE FROM service_translations WHERE location_id = ");
        sql.bind(location_id).push(" AND service_id = ").bind(service_id);
        sql.push(" AND language_id IN ").list(gone.iter().map(|(language, _)| *language));
        sql.exec(tx).await?;
    }
    if there.is_empty() {
        return Ok(());
    }
    let mut sql =
        Sql::new("INSERT INTO service_translations (location_id, service_id, language_id, title) VALUES ");
    sql.rows(there.iter().map(|(language, title)| {
        [Value::from(location_id), service_id.into(), (*language).into(), title.into()]
    }));
    sql.push(" ON CONFLICT (location_id, service_id, language_id) DO UPDATE SET title = excluded.title");
    sql.exec(tx).await?;
    Ok(())
}
