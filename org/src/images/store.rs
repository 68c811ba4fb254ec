//! Rows of pictures.

use db::{Conn, Sql, Tx, Value, params};
use kernel::Result;

db::row! {
    /// One version of a picture.
    pub struct Image {
        pub id: i64,
        pub path: String,
        pub width: i64,
        pub height: i64,
        pub r#type: String,
        pub image_group_id: i64,
        pub version: String,
    }
}

/// Makes a group.
pub async fn insert_group(
    tx: &mut Tx,
    location_id: i64,
    entity: &str,
    entity_id: i64,
    now: i64,
) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO image_groups (location_id, entity, entity_id, created_at) VALUES ($1, $2, $3, $4) RETURNING id",
            params![location_id, entity, entity_id, now],
        )
        .await?)
}

/// Writes the versions of a group; gives them with their ids.
pub async fn insert(tx: &mut Tx, location_id: i64, images: &[Image]) -> Result<Vec<Image>> {
    let mut sql = Sql::new(
        "INSERT INTO images (location_id, image_group_id, version, path, width, height, type) VALUES ",
    );
    sql.rows(images.iter().map(|i| {
        [
            Value::from(location_id),
            Value::from(i.image_group_id),
            Value::from(&i.version),
            Value::from(&i.path),
            Value::from(i.width),
            Value::from(i.height),
            Value::from(&i.r#type),
        ]
    }));
    sql.push(" RETURNING id, path, width, height, type, image_group_id, version");
    Ok(sql.all(tx).await?)
}

/// The location and the entity of a group.
pub async fn group(conn: &mut Conn, id: i64) -> Result<Option<(i64, String)>> {
    Ok(conn.maybe("SELECT location_id, entity FROM image_groups WHERE id = $1", params![id]).await?)
}

/// Deletes a group with its versions; gives their paths.
pub async fn delete_group(tx: &mut Tx, location_id: i64, id: i64) -> Result<Vec<String>> {
    let paths = tx
        .all(
            "SELECT path FROM images WHERE location_id = $1 AND image_group_id = $2",
            params![location_id, id],
        )
        .await?;
    tx.exec("DELETE FROM image_groups WHERE location_id = $1 AND id = $2", params![location_id, id]).await?;
    Ok(paths)
}

/// Paths of the basic versions of these locations' pictures of a kind: (location, path).
pub async fn paths(conn: &mut Conn, entity: &str, locations: &[i64]) -> Result<Vec<(i64, String)>> {
    let mut sql = Sql::new(
        "SELECT g.location_id, i.path FROM image_groups g
         JOIN images i ON i.location_id = g.location_id AND i.image_group_id = g.id
         WHERE i.version = 'basic' AND g.entity = ",
    );
    sql.bind(entity).push(" AND g.location_id IN ").list(locations.iter().copied());
    sql.push(" ORDER BY g.location_id, g.id LIMIT 2000");
    Ok(sql.all(conn).await?)
}

db::row! {
    /// One version of the picture of something.
    pub struct Shot {
        pub entity_id: i64,
        pub id: i64,
        pub path: String,
        pub width: i64,
        pub height: i64,
        pub r#type: String,
        pub image_group_id: i64,
        pub version: String,
    }
}

/// The latest pictures of a location's things of a kind, or of some of them, in all versions.
pub async fn latest(
    conn: &mut Conn,
    location_id: i64,
    entity: &str,
    only: Option<&[i64]>,
) -> Result<Vec<Shot>> {
    let mut sql = Sql::new(
        "SELECT g.entity_id, i.id, i.path, i.width, i.height, i.type, i.image_group_id, i.version
         FROM image_groups g JOIN images i ON i.location_id = g.location_id AND i.image_group_id = g.id
         WHERE g.id = (SELECT MAX(x.id) FROM image_groups x WHERE x.location_id = g.location_id
                       AND x.entity = g.entity AND x.entity_id = g.entity_id)
         AND g.location_id = ",
    );
    sql.bind(location_id).push(" AND g.entity = ").bind(entity);
    if let Some(ids) = only {
        sql.push(" AND g.entity_id IN ").list(ids.iter().copied());
    }
    sql.push(" ORDER BY g.entity_id, i.id LIMIT 20000");
    Ok(sql.all(conn).await?)
}

/// The location of a team member, unless he is deleted.
pub async fn location_of_team_member(conn: &mut Conn, id: i64) -> Result<Option<i64>> {
    Ok(conn
        .maybe("SELECT location_id FROM team_members WHERE id = $1 AND is_deleted = 0", params![id])
        .await?)
}

/// Whether the location has this service. Services are of a room to the right of this one, whose operation takes
/// pictures of them all the same.
pub async fn has_service(conn: &mut Conn, location_id: i64, id: i64) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM services WHERE location_id = $1 AND id = $2 AND is_deleted = 0";
    let there: i64 = conn.one(sql, params![location_id, id]).await?;
    Ok(there > 0)
}
