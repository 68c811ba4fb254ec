//! Rows of tags.

use db::{Conn, Sql, Tx, params};
use kernel::Result;

use super::rules::Entity;

db::row! {
    /// A tag.
    pub struct Tag {
        pub id: i64,
        pub title: String,
        /// `#rrggbb`
        pub color: String,
        pub icon: String,
        /// What it is for: 0 anything, 1 clients, 2 appointments, 3 events.
        pub entity: i64,
        pub is_deleted: bool,
        pub is_editable: bool,
    }
}

impl Default for Tag {
    fn default() -> Self {
        Self {
            id: 0,
            title: String::new(),
            color: String::new(),
            icon: String::new(),
            entity: 0,
            is_deleted: false,
            is_editable: true,
        }
    }
}

/// A location's tags at the most: a list of them is given whole.
pub const MOST: i64 = 1000;

/// The location's tags, of one kind or all, by id; deleted ones are left out.
pub async fn list(conn: &mut Conn, location_id: i64, entity: Option<i64>) -> Result<Vec<Tag>> {
    let mut sql = Sql::new(format!("SELECT {} FROM tags WHERE location_id = ", Tag::COLUMNS));
    sql.bind(location_id).push(" AND is_deleted = 0");
    if let Some(entity) = entity {
        sql.push(" AND entity = ").bind(entity);
    }
    sql.push(" ORDER BY id LIMIT ").bind(MOST);
    Ok(sql.all(conn).await?)
}

/// One tag, unless deleted.
pub async fn by_id(conn: &mut Conn, location_id: i64, id: i64) -> Result<Tag> {
    Ok(conn.one(&one(), params![location_id, id]).await?)
}

/// The same, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, id: i64) -> Result<Tag> {
    tx.lock(&one(), params![location_id, id]).await?.ok_or_else(kernel::Error::not_found)
}

fn one() -> String {
    format!("SELECT {} FROM tags WHERE location_id = $1 AND id = $2 AND is_deleted = 0", Tag::COLUMNS)
}

/// Those of these tags that are for a thing of this kind: of that kind or common, and not deleted.
pub async fn fitting(conn: &mut Conn, location_id: i64, entity: Entity, ids: &[i64]) -> Result<Vec<i64>> {
    let mut sql = Sql::new("SELECT id FROM tags WHERE is_deleted = 0 AND location_id = ");
    sql.bind(location_id).push(" AND entity IN ").list([Entity::Common.code(), entity.code()]);
    sql.push(" AND id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

/// How many tags the location has.
pub async fn count(conn: &mut Conn, location_id: i64) -> Result<i64> {
    Ok(conn
        .one("SELECT COUNT(*) FROM tags WHERE location_id = $1 AND is_deleted = 0", params![location_id])
        .await?)
}

/// Writes a new tag; gives its id.
pub async fn insert(tx: &mut Tx, location_id: i64, tag: &Tag, now: i64) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO tags (location_id, title, color, icon, entity, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            params![location_id, &tag.title, &tag.color, &tag.icon, tag.entity, now],
        )
        .await?)
}

/// Writes a changed tag.
pub async fn update(tx: &mut Tx, location_id: i64, tag: &Tag) -> Result<()> {
    tx.exec(
        "UPDATE tags SET title = $3, color = $4, icon = $5, entity = $6, is_deleted = $7
         WHERE location_id = $1 AND id = $2",
        params![location_id, tag.id, &tag.title, &tag.color, &tag.icon, tag.entity, tag.is_deleted],
    )
    .await?;
    Ok(())
}

/// What has tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wearer {
    /// Clients.
    Client,
    /// Appointments.
    Appointment,
    /// Group events.
    Event,
}

impl Wearer {
    /// The table of its tags, and the column that names it there.
    fn table(self) -> (&'static str, &'static str) {
        match self {
            Wearer::Client => ("client_tags", "client_id"),
            Wearer::Appointment => ("appointment_tags", "appointment_id"),
            Wearer::Event => ("group_event_tags", "event_id"),
        }
    }
}

db::row! {
    /// A tag that something has.
    pub struct Worn {
        /// What has it.
        pub owner_id: i64,
        pub id: i64,
        pub title: String,
        /// `#rrggbb`
        pub color: String,
        pub icon: String,
    }
}

/// The tags of these, by what has them and by id; tags deleted since are shown where they are.
pub async fn worn(conn: &mut Conn, location_id: i64, by: Wearer, ids: &[i64]) -> Result<Vec<Worn>> {
    let (table, column) = by.table();
    let mut sql = Sql::new(format!(
        "SELECT x.{column}, t.id, t.title, t.color, t.icon FROM {table} x
         JOIN tags t ON t.location_id = x.location_id AND t.id = x.tag_id WHERE x.location_id = "
    ));
    sql.bind(location_id).push(&format!(" AND x.{column}")).among(ids);
    sql.push(&format!(" ORDER BY x.{column}, x.tag_id"));
    Ok(sql.all(conn).await?)
}
