//! Rows of custom fields.

use db::{Conn, FromRow, Row, Sql, Tx, params};
use kernel::Result;

use super::rules::{Entity, MOST};

/// A custom field.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "named as people name them")]
pub struct Field {
    pub id: i64,
    /// `record` or `client`.
    pub entity: String,
    /// `number`, `text`, `list`, `date` or `datetime`.
    pub kind: String,
    pub code: String,
    pub title: String,
    pub show_in_ui: bool,
    pub user_can_edit: bool,
    pub is_required: bool,
    pub weight: i64,
    /// What a list takes.
    pub options: Vec<String>,
}

impl Default for Field {
    fn default() -> Self {
        Self {
            id: 0,
            entity: "client".to_owned(),
            kind: "text".to_owned(),
            code: String::new(),
            title: String::new(),
            show_in_ui: true,
            user_can_edit: true,
            is_required: false,
            weight: 0,
            options: Vec::new(),
        }
    }
}

const COLUMNS: &str =
    "id, entity, kind, code, title, show_in_ui, user_can_edit, is_required, weight, options";

impl FromRow for Field {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let options: String = row.get(9)?;
        Ok(Self {
            id: row.get(0)?,
            entity: row.get(1)?,
            kind: row.get(2)?,
            code: row.get(3)?,
            title: row.get(4)?,
            show_in_ui: row.get(5)?,
            user_can_edit: row.get(6)?,
            is_required: row.get(7)?,
            weight: row.get(8)?,
            options: serde_json::from_str(&options).map_err(|e| db::Error::Other(e.to_string()))?,
        })
    }
}

/// The location's fields of these entities, by weight; deleted ones are left out.
pub async fn list(conn: &mut Conn, location_id: i64, entities: &[Entity]) -> Result<Vec<Field>> {
    let mut sql = Sql::new(format!("SELECT {COLUMNS} FROM custom_fields WHERE location_id = "));
    sql.bind(location_id).push(" AND is_deleted = 0 AND entity IN ").list(entities.iter().map(|e| e.name()));
    sql.push(" ORDER BY weight, id LIMIT ").bind(2 * MOST);
    Ok(sql.all(conn).await?)
}

/// A field, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, entity: Entity, id: i64) -> Result<Field> {
    let sql = format!(
        "SELECT {COLUMNS} FROM custom_fields
         WHERE location_id = $1 AND id = $2 AND entity = $3 AND is_deleted = 0"
    );
    tx.lock(&sql, params![location_id, id, entity.name()]).await?.ok_or_else(kernel::Error::not_found)
}

/// How many fields of the entity the location has.
pub async fn count(conn: &mut Conn, location_id: i64, entity: Entity) -> Result<i64> {
    Ok(conn
        .one(
            "SELECT COUNT(*) FROM custom_fields WHERE location_id = $1 AND entity = $2 AND is_deleted = 0",
            params![location_id, entity.name()],
        )
        .await?)
}

/// Whether another field of the entity has this code.
pub async fn taken(conn: &mut Conn, location_id: i64, entity: Entity, code: &str, but: i64) -> Result<bool> {
    let others: i64 = conn
        .one(
            "SELECT COUNT(*) FROM custom_fields
             WHERE location_id = $1 AND entity = $2 AND code = $3 AND is_deleted = 0 AND id <> $4",
            params![location_id, entity.name(), code, but],
        )
        .await?;
    Ok(others > 0)
}

fn options(field: &Field) -> String {
    // A list of texts always serialises.
    serde_json::to_string(&field.options).unwrap_or_default()
}

/// Writes a new field, behind those there are; gives its id.
pub async fn insert(tx: &mut Tx, location_id: i64, field: &Field, now: i64) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO custom_fields
                 (location_id, entity, kind, code, title, show_in_ui, user_can_edit, weight, options, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
            params![
                location_id,
                &field.entity,
                &field.kind,
                &field.code,
                &field.title,
                field.show_in_ui,
                field.user_can_edit,
                field.weight,
                options(field),
                now
            ],
        )
        .await?)
}

/// Writes a changed field.
pub async fn update(tx: &mut Tx, location_id: i64, field: &Field) -> Result<()> {
    tx.exec(
        "UPDATE custom_fields SET code = $3, title = $4, show_in_ui = $5, user_can_edit = $6, options = $7
         WHERE location_id = $1 AND id = $2",
        params![
            location_id,
            field.id,
            &field.code,
            &field.title,
            field.show_in_ui,
            field.user_can_edit,
            options(field)
        ],
    )
    .await?;
    Ok(())
}

/// Deletes a field, softly.
pub async fn delete(tx: &mut Tx, location_id: i64, id: i64) -> Result<()> {
    tx.exec(
        "UPDATE custom_fields SET is_deleted = 1 WHERE location_id = $1 AND id = $2",
        params![location_id, id],
    )
    .await?;
    Ok(())
}
