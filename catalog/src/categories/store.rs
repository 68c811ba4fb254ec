//! Rows of categories.

use db::{Conn, Sql, Tx, Value, params};
use kernel::Result;

use super::rules::MOST;
use crate::services::store::bind;

db::row! {
    /// A category.
    #[derive(Default)]
    pub struct Category {
        pub id: i64,
        /// A second number: of its binding to the location.
        pub salon_service_id: i64,
        /// What it is of the chain's.
        pub chain_category_id: Option<i64>,
        pub title: String,
        pub api_id: String,
        pub weight: i64,
    }
}

/// The location's categories, the heaviest first; deleted ones are left out.
pub async fn list(conn: &mut Conn, location_id: i64) -> Result<Vec<Category>> {
    let sql = format!(
        "SELECT {} FROM service_categories WHERE location_id = $1 AND is_deleted = 0
         ORDER BY weight DESC, id LIMIT $2",
        Category::COLUMNS
    );
    Ok(conn.all(&sql, params![location_id, MOST]).await?)
}

/// These categories, those deleted with them.
pub async fn all_by_ids(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<Category>> {
    let mut sql =
        Sql::new(format!("SELECT {} FROM service_categories WHERE location_id = ", Category::COLUMNS));
    sql.bind(location_id).push(" AND id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

fn one() -> String {
    format!(
        "SELECT {} FROM service_categories WHERE location_id = $1 AND id = $2 AND is_deleted = 0",
        Category::COLUMNS
    )
}

/// A category, unless deleted.
pub async fn find(conn: &mut Conn, location_id: i64, id: i64) -> Result<Option<Category>> {
    Ok(conn.maybe(&one(), params![location_id, id]).await?)
}

/// The same, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, id: i64) -> Result<Option<Category>> {
    Ok(tx.lock(&one(), params![location_id, id]).await?)
}

/// How many categories the location has.
pub async fn count(conn: &mut Conn, location_id: i64) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM service_categories WHERE location_id = $1 AND is_deleted = 0";
    Ok(conn.one(sql, params![location_id]).await?)
}

/// How many services the category has.
pub async fn count_services(conn: &mut Conn, location_id: i64, id: i64) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM services WHERE location_id = $1 AND category_id = $2 AND is_deleted = 0";
    Ok(conn.one(sql, params![location_id, id]).await?)
}

/// Team members of these categories, or of all of the location's: (category, team member). Those named for it and
/// those who do one of its services.
pub async fn staff(conn: &mut Conn, location_id: i64, of: Option<&[i64]>) -> Result<Vec<(i64, i64)>> {
    let mut sql = Sql::new(
        "SELECT n.category_id, n.team_member_id FROM service_category_team_members n
         JOIN team_members t ON t.location_id = n.location_id AND t.id = n.team_member_id AND t.is_deleted = 0
         WHERE n.location_id = ",
    );
    sql.bind(location_id);
    if let Some(ids) = of {
        sql.push(" AND category_id IN ").list(ids.iter().copied());
    }
    sql.push(
        " UNION SELECT s.category_id, l.team_member_id FROM services s
          JOIN service_team_members l ON l.location_id = s.location_id AND l.service_id = s.id
          JOIN team_members t ON t.location_id = l.location_id AND t.id = l.team_member_id AND t.is_deleted = 0
          WHERE s.location_id = ",
    );
    sql.bind(location_id).push(" AND s.is_deleted = 0");
    if let Some(ids) = of {
        sql.push(" AND s.category_id IN ").list(ids.iter().copied());
    }
    sql.push(" ORDER BY 1, 2 LIMIT 100000");
    Ok(sql.all(conn).await?)
}

/// The categories that hold a service this team member does.
pub async fn of_team_member(conn: &mut Conn, location_id: i64, team_member_id: i64) -> Result<Vec<i64>> {
    let sql = "SELECT DISTINCT s.category_id FROM service_team_members l
         JOIN services s ON s.location_id = l.location_id AND s.id = l.service_id
         JOIN team_members t ON t.location_id = l.location_id AND t.id = l.team_member_id AND t.is_deleted = 0
         WHERE l.location_id = $1 AND l.team_member_id = $2 AND s.is_deleted = 0";
    Ok(conn.all(sql, params![location_id, team_member_id]).await?)
}

/// Writes new categories; gives them with their ids, in the order given. An id other than 0 is kept (the demo).
pub async fn insert(
    tx: &mut Tx,
    location_id: i64,
    mut new: Vec<Category>,
    now: i64,
) -> Result<Vec<Category>> {
    if new.is_empty() {
        return Ok(new);
    }
    let named = new.iter().all(|c| c.id != 0);
    let bindings = bind(tx, location_id, new.len(), now).await?;
    for (category, binding) in new.iter_mut().zip(bindings) {
        category.salon_service_id = binding;
    }
    let mut sql = Sql::new(
        "INSERT INTO service_categories
             (location_id, salon_service_id, chain_category_id, title, api_id, weight, created_at",
    );
    sql.push(if named { ", id) VALUES " } else { ") VALUES " });
    sql.rows(new.iter().map(|c| {
        let mut row = vec![
            Value::from(location_id),
            c.salon_service_id.into(),
            c.chain_category_id.into(),
            (&c.title).into(),
            (&c.api_id).into(),
            c.weight.into(),
            now.into(),
        ];
        row.extend(named.then(|| Value::from(c.id)));
        row
    }));
    sql.push(" RETURNING salon_service_id, id");
    let made: Vec<(i64, i64)> = sql.all(tx).await?;
    for category in &mut new {
        let id = made.iter().find(|(binding, _)| *binding == category.salon_service_id).map(|(_, id)| *id);
        category.id = id.ok_or_else(|| kernel::Error::internal("an insert that gave no row"))?;
    }
    Ok(new)
}

/// Writes a changed category.
pub async fn update(tx: &mut Tx, location_id: i64, category: &Category) -> Result<()> {
    tx.exec(
        "UPDATE service_categories SET title = $3, api_id = $4, weight = $5 WHERE location_id = $1 AND id = $2",
        params![location_id, category.id, &category.title, &category.api_id, category.weight],
    )
    .await?;
    Ok(())
}

/// Makes these the team members named for a category.
pub async fn set_staff(tx: &mut Tx, location_id: i64, id: i64, staff: &[i64]) -> Result<()> {
    tx.exec(
        "DELETE FROM service_category_team_members WHERE location_id = $1 AND category_id = $2",
        params![location_id, id],
    )
    .await?;
    if staff.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(
        "INSERT INTO service_category_team_members (location_id, category_id, team_member_id) VALUES ",
    );
    sql.rows(staff.iter().map(|member| [Value::from(location_id), id.into(), (*member).into()]));
    sql.exec(tx).await?;
    Ok(())
}

/// Deletes a category softly; nobody is named for it any more.
pub async fn delete(tx: &mut Tx, location_id: i64, id: i64) -> Result<()> {
    set_staff(tx, location_id, id, &[]).await?;
    let sql = "UPDATE service_categories SET is_deleted = 1 WHERE location_id = $1 AND id = $2";
    tx.exec(sql, params![location_id, id]).await?;
    Ok(())
}
