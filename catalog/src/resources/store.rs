//! Rows of resources and their instances.

use db::{Conn, Sql, Tx, Value, params};
use kernel::Result;

use super::rules::{INSTANCES, MOST};

db::row! {
    /// A resource.
    pub struct Resource {
        pub id: i64,
        pub title: String,
    }
}

db::row! {
    /// One of a resource: it holds one booking at a time.
    pub struct Instance {
        pub id: i64,
        pub title: String,
        pub resource_id: i64,
    }
}

/// The location's resources, by id; deleted ones are left out.
pub async fn list(conn: &mut Conn, location_id: i64) -> Result<Vec<Resource>> {
    Ok(conn
        .all(
            "SELECT id, title FROM resources WHERE location_id = $1 AND is_deleted = 0 ORDER BY id LIMIT $2",
            params![location_id, MOST],
        )
        .await?)
}

/// The location's resources with these ids; deleted ones are left out.
pub async fn by_ids(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<Resource>> {
    let mut sql = Sql::new("SELECT id, title FROM resources WHERE location_id = ");
    sql.bind(location_id)
        .push(" AND is_deleted = 0 AND id IN ")
        .list(ids.iter().copied())
        .push(" ORDER BY id");
    Ok(sql.all(conn).await?)
}

/// A resource, unless deleted.
pub async fn by_id(conn: &mut Conn, location_id: i64, id: i64) -> Result<Resource> {
    Ok(conn.one(ONE, params![location_id, id]).await?)
}

/// The same, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, id: i64) -> Result<Resource> {
    tx.lock(ONE, params![location_id, id]).await?.ok_or_else(kernel::Error::not_found)
}

const ONE: &str = "SELECT id, title FROM resources WHERE location_id = $1 AND id = $2 AND is_deleted = 0";

/// Instances of these resources, or of all of the location's, by id; deleted ones are left out.
pub async fn instances(conn: &mut Conn, location_id: i64, of: Option<&[i64]>) -> Result<Vec<Instance>> {
    let mut sql = Sql::new(
        "SELECT i.id, i.title, i.resource_id FROM resource_instances i
         JOIN resources r ON r.location_id = i.location_id AND r.id = i.resource_id AND r.is_deleted = 0
         WHERE i.location_id = ",
    );
    sql.bind(location_id).push(" AND i.is_deleted = 0");
    if let Some(ids) = of {
        sql.push(" AND i.resource_id IN ").list(ids.iter().copied());
    }
    sql.push(" ORDER BY i.resource_id, i.id LIMIT ").bind(MOST * INSTANCES);
    Ok(sql.all(conn).await?)
}

/// An instance, locked until the end of the transaction.
pub async fn lock_instance(tx: &mut Tx, location_id: i64, resource_id: i64, id: i64) -> Result<Instance> {
    let sql = "SELECT id, title, resource_id FROM resource_instances
         WHERE location_id = $1 AND resource_id = $2 AND id = $3 AND is_deleted = 0";
    tx.lock(sql, params![location_id, resource_id, id]).await?.ok_or_else(kernel::Error::not_found)
}

/// How many resources the location has.
pub async fn count(conn: &mut Conn, location_id: i64) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM resources WHERE location_id = $1 AND is_deleted = 0";
    Ok(conn.one(sql, params![location_id]).await?)
}

/// How many instances the resource has.
pub async fn count_instances(conn: &mut Conn, location_id: i64, resource_id: i64) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM resource_instances
         WHERE location_id = $1 AND resource_id = $2 AND is_deleted = 0";
    Ok(conn.one(sql, params![location_id, resource_id]).await?)
}

/// Makes a resource; gives its id. `id` names one (the demo).
pub async fn insert(tx: &mut Tx, location_id: i64, id: Option<i64>, title: &str, now: i64) -> Result<i64> {
    let mut sql = Sql::new("INSERT INTO resources (location_id, title, created_at");
    let mut row = vec![Value::from(location_id), title.into(), now.into()];
    if let Some(id) = id {
        sql.push(", id");
        row.push(id.into());
    }
    sql.push(") VALUES ").list(row).push(" RETURNING id");
    Ok(sql.one(tx).await?)
}

/// Makes instances of a resource; gives them with their ids, by id. `first` names the ids from there on (the demo).
pub async fn insert_instances(
    tx: &mut Tx,
    location_id: i64,
    resource_id: i64,
    first: Option<i64>,
    titles: &[String],
    now: i64,
) -> Result<Vec<Instance>> {
    let mut sql = Sql::new("INSERT INTO resource_instances (location_id, resource_id, title, created_at");
    sql.push(if first.is_some() { ", id) VALUES " } else { ") VALUES " });
    sql.rows(titles.iter().zip(0i64..).map(|(title, at)| {
        let mut row = vec![Value::from(location_id), resource_id.into(), title.into(), now.into()];
        row.extend(first.map(|first| Value::from(first + at)));
        row
    }));
    sql.push(" RETURNING id, title, resource_id");
    let mut made: Vec<Instance> = sql.all(tx).await?;
    made.sort_by_key(|i| i.id);
    Ok(made)
}

/// Gives a resource another title.
pub async fn rename(tx: &mut Tx, location_id: i64, id: i64, title: &str) -> Result<()> {
    let sql = "UPDATE resources SET title = $3 WHERE location_id = $1 AND id = $2";
    tx.exec(sql, params![location_id, id, title]).await?;
    Ok(())
}

/// Gives an instance another title.
pub async fn rename_instance(tx: &mut Tx, location_id: i64, id: i64, title: &str) -> Result<()> {
    let sql = "UPDATE resource_instances SET title = $3 WHERE location_id = $1 AND id = $2";
    tx.exec(sql, params![location_id, id, title]).await?;
    Ok(())
}

/// Deletes a resource softly, with its instances, and frees the services that needed it.
pub async fn delete(tx: &mut Tx, location_id: i64, id: i64) -> Result<()> {
    for sql in [
        "DELETE FROM service_resources WHERE location_id = $1 AND resource_id = $2",
        "UPDATE resource_instances SET is_deleted = 1 WHERE location_id = $1 AND resource_id = $2",
        "UPDATE resources SET is_deleted = 1 WHERE location_id = $1 AND id = $2",
    ] {
        tx.exec(sql, params![location_id, id]).await?;
    }
    Ok(())
}

/// Deletes an instance, softly.
pub async fn delete_instance(tx: &mut Tx, location_id: i64, id: i64) -> Result<()> {
    let sql = "UPDATE resource_instances SET is_deleted = 1 WHERE location_id = $1 AND id = $2";
    tx.exec(sql, params![location_id, id]).await?;
    Ok(())
}

/// Which resources these services need, or all of the location's: (service, resource, its title), by service and
/// resource.
pub async fn needed(
    conn: &mut Conn,
    location_id: i64,
    services: Option<&[i64]>,
) -> Result<Vec<(i64, i64, String)>> {
    let mut sql = Sql::new(
        "SELECT n.service_id, r.id, r.title FROM service_resources n
         JOIN resources r ON r.location_id = n.location_id AND r.id = n.resource_id
         WHERE n.location_id = ",
    );
    sql.bind(location_id).push(" AND r.is_deleted = 0");
    if let Some(ids) = services {
        sql.push(" AND n.service_id IN ").list(ids.iter().copied());
    }
    sql.push(" ORDER BY n.service_id, r.id LIMIT 100000");
    Ok(sql.all(conn).await?)
}

/// Makes these the resources that a service needs.
pub async fn set_needed(tx: &mut Tx, location_id: i64, service_id: i64, resources: &[i64]) -> Result<()> {
    tx.exec(
        "DELETE FROM service_resources WHERE location_id = $1 AND service_id = $2",
        params![location_id, service_id],
    )
    .await?;
    if resources.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO service_resources (location_id, service_id, resource_id) VALUES ");
    sql.rows(resources.iter().map(|id| [Value::from(location_id), service_id.into(), (*id).into()]));
    sql.exec(tx).await?;
    Ok(())
}
