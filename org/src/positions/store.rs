//! Rows of positions.

use db::{Conn, FromRow, Row, Sql, Tx, params};
use kernel::Result;

/// A position.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Position {
    pub id: i64,
    pub title: String,
    pub description: String,
    /// The partner's own id of it; empty when none.
    pub api_id: String,
    /// Whether services are bound to positions: 0 off, 1 soft, 2 strict.
    pub services_binding_type: i64,
    /// Fields of the employment profile that the position asks for.
    pub rules_required_fields: Vec<String>,
    pub only_chain_appointment: bool,
}

/// A location's positions at the most: a list of them is given whole.
pub const MOST: i64 = 1000;

const COLUMNS: &str = "id, title, description, api_id, services_binding_type, rules_required_fields, \
     only_chain_appointment";

impl FromRow for Position {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let fields: String = row.get(5)?;
        Ok(Self {
            id: row.get(0)?,
            title: row.get(1)?,
            description: row.get(2)?,
            api_id: row.get(3)?,
            services_binding_type: row.get(4)?,
            rules_required_fields: serde_json::from_str(&fields)
                .map_err(|e| db::Error::Other(e.to_string()))?,
            only_chain_appointment: row.get(6)?,
        })
    }
}

/// The location's positions, by id; deleted ones are left out.
pub async fn list(conn: &mut Conn, location_id: i64) -> Result<Vec<Position>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM positions WHERE location_id = $1 AND is_deleted = 0 ORDER BY id LIMIT $2"
    );
    Ok(conn.all(&sql, params![location_id, MOST]).await?)
}

/// Positions of these locations: (location, id, title).
pub async fn of_locations(conn: &mut Conn, ids: &[i64], limit: i64) -> Result<Vec<(i64, i64, String)>> {
    let mut sql =
        Sql::new("SELECT location_id, id, title FROM positions WHERE is_deleted = 0 AND location_id IN ");
    sql.list(ids.iter().copied()).push(" ORDER BY location_id, id LIMIT ").bind(limit);
    Ok(sql.all(conn).await?)
}

/// One position, unless deleted.
pub async fn by_id(conn: &mut Conn, location_id: i64, id: i64) -> Result<Position> {
    Ok(conn.one(&one(), params![location_id, id]).await?)
}

/// The same, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, id: i64) -> Result<Position> {
    tx.lock(&one(), params![location_id, id]).await?.ok_or_else(kernel::Error::not_found)
}

/// The same, where its absence is no refusal yet.
pub async fn lock_if_there(tx: &mut Tx, location_id: i64, id: i64) -> Result<Option<Position>> {
    Ok(tx.lock(&one(), params![location_id, id]).await?)
}

fn one() -> String {
    format!("SELECT {COLUMNS} FROM positions WHERE location_id = $1 AND id = $2 AND is_deleted = 0")
}

/// How many positions the location has.
pub async fn count(conn: &mut Conn, location_id: i64) -> Result<i64> {
    Ok(conn
        .one("SELECT COUNT(*) FROM positions WHERE location_id = $1 AND is_deleted = 0", params![location_id])
        .await?)
}

/// The location's main chain; 0 for none.
pub async fn chain(conn: &mut Conn, location_id: i64) -> Result<i64> {
    Ok(conn
        .one("SELECT COALESCE(main_chain_id, 0) FROM locations WHERE id = $1", params![location_id])
        .await?)
}

fn required(position: &Position) -> String {
    // A list of texts always serialises.
    serde_json::to_string(&position.rules_required_fields).unwrap_or_default()
}

/// Writes a new position; gives its id. An id of its own names one (the demo).
pub async fn insert(tx: &mut Tx, location_id: i64, position: &Position, now: i64) -> Result<i64> {
    let mut sql = Sql::new(
        "INSERT INTO positions (location_id, title, title_key, description, api_id, services_binding_type,
         rules_required_fields, only_chain_appointment, created_at, updated_at",
    );
    let mut values: Vec<db::Value> = vec![
        location_id.into(),
        (&position.title).into(),
        position.title.to_lowercase().into(),
        (&position.description).into(),
        (&position.api_id).into(),
        position.services_binding_type.into(),
        required(position).into(),
        position.only_chain_appointment.into(),
        now.into(),
        now.into(),
    ];
    if position.id != 0 {
        sql.push(", id");
        values.push(position.id.into());
    }
    sql.push(") VALUES ").list(values).push(" RETURNING id");
    Ok(sql.one(tx).await?)
}

/// Writes a changed position.
pub async fn update(tx: &mut Tx, location_id: i64, position: &Position, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE positions SET title = $3, title_key = $4, description = $5, api_id = $6,
         services_binding_type = $7, rules_required_fields = $8, only_chain_appointment = $9, updated_at = $10
         WHERE location_id = $1 AND id = $2",
        params![
            location_id,
            position.id,
            &position.title,
            position.title.to_lowercase(),
            &position.description,
            &position.api_id,
            position.services_binding_type,
            required(position),
            position.only_chain_appointment,
            now
        ],
    )
    .await?;
    Ok(())
}

/// Deletes a position, softly; who had it has none from then on.
pub async fn delete(tx: &mut Tx, location_id: i64, id: i64, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE team_members SET revision = revision + 1, updated_at = $3 WHERE location_id = $1 AND id IN
         (SELECT team_member_id FROM team_member_positions WHERE location_id = $1 AND position_id = $2)",
        params![location_id, id, now],
    )
    .await?;
    tx.exec(
        "DELETE FROM team_member_positions WHERE location_id = $1 AND position_id = $2",
        params![location_id, id],
    )
    .await?;
    tx.exec(
        "UPDATE positions SET is_deleted = 1, updated_at = $3 WHERE location_id = $1 AND id = $2",
        params![location_id, id, now],
    )
    .await?;
    Ok(())
}
