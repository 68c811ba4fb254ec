//! Rows of a chain's categories and services.

use db::{Conn, Sql, Tx, params};
use kernel::Result;

use super::rules::{CATEGORIES, SERVICES};

db::row! {
    /// A category of a chain.
    #[derive(Default)]
    pub struct ChainCategory {
        pub id: i64,
        pub title: String,
        pub weight: i64,
    }
}

db::row! {
    /// A service of a chain.
    pub struct ChainService {
        pub id: i64,
        pub category_id: i64,
        pub title: String,
        pub price_min: i64,
        pub price_max: i64,
        pub duration: i64,
        pub comment: String,
        pub weight: i64,
        pub is_price_managed_only_in_chain: bool,
        pub is_comment_managed_only_in_chain: bool,
    }
}

impl Default for ChainService {
    fn default() -> Self {
        Self {
            id: 0,
            category_id: 0,
            title: String::new(),
            price_min: 0,
            price_max: 0,
            duration: 3600,
            comment: String::new(),
            weight: 0,
            is_price_managed_only_in_chain: false,
            is_comment_managed_only_in_chain: false,
        }
    }
}

/// Whether there is such a chain.
pub async fn exists(conn: &mut Conn, chain_id: i64) -> Result<bool> {
    let there: i64 = conn.one("SELECT COUNT(*) FROM chains WHERE id = $1", params![chain_id]).await?;
    Ok(there > 0)
}

/// The chain's categories, the heaviest first.
pub async fn categories(conn: &mut Conn, chain_id: i64) -> Result<Vec<ChainCategory>> {
    let sql = "SELECT id, title, weight FROM chain_service_categories
         WHERE chain_id = $1 AND is_deleted = 0 ORDER BY weight DESC, id LIMIT $2";
    Ok(conn.all(sql, params![chain_id, CATEGORIES]).await?)
}

/// The chain's services, the heaviest first.
pub async fn services(conn: &mut Conn, chain_id: i64) -> Result<Vec<ChainService>> {
    let sql = format!(
        "SELECT {} FROM chain_services WHERE chain_id = $1 AND is_deleted = 0
         ORDER BY weight DESC, id LIMIT $2",
        ChainService::COLUMNS
    );
    Ok(conn.all(&sql, params![chain_id, SERVICES]).await?)
}

/// A category, locked until the end of the transaction.
pub async fn lock_category(tx: &mut Tx, chain_id: i64, id: i64) -> Result<Option<ChainCategory>> {
    let sql = "SELECT id, title, weight FROM chain_service_categories
         WHERE chain_id = $1 AND id = $2 AND is_deleted = 0";
    Ok(tx.lock(sql, params![chain_id, id]).await?)
}

/// A service, locked until the end of the transaction.
pub async fn lock_service(tx: &mut Tx, chain_id: i64, id: i64) -> Result<Option<ChainService>> {
    let sql = format!(
        "SELECT {} FROM chain_services WHERE chain_id = $1 AND id = $2 AND is_deleted = 0",
        ChainService::COLUMNS
    );
    Ok(tx.lock(&sql, params![chain_id, id]).await?)
}

/// How many services a category has.
pub async fn count_services(conn: &mut Conn, chain_id: i64, category_id: i64) -> Result<i64> {
    let sql =
        "SELECT COUNT(*) FROM chain_services WHERE chain_id = $1 AND category_id = $2 AND is_deleted = 0";
    Ok(conn.one(sql, params![chain_id, category_id]).await?)
}

/// How many categories and services the chain has, which is locked, so that what is counted stays as counted.
pub async fn lock_count(tx: &mut Tx, chain_id: i64) -> Result<(i64, i64)> {
    let sql = "SELECT (SELECT COUNT(*) FROM chain_service_categories WHERE chain_id = $1 AND is_deleted = 0),
             (SELECT COUNT(*) FROM chain_services WHERE chain_id = $1 AND is_deleted = 0)";
    tx.lock::<i64>("SELECT id FROM chains WHERE id = $1", params![chain_id]).await?;
    Ok(tx.one(sql, params![chain_id]).await?)
}

/// Writes a new category; gives its id.
pub async fn insert_category(tx: &mut Tx, chain_id: i64, category: &ChainCategory, now: i64) -> Result<i64> {
    let sql = "INSERT INTO chain_service_categories (chain_id, title, weight, created_at)
         VALUES ($1, $2, $3, $4) RETURNING id";
    Ok(tx.one(sql, params![chain_id, &category.title, category.weight, now]).await?)
}

/// Writes a changed category, or deletes it softly.
pub async fn update_category(
    tx: &mut Tx,
    chain_id: i64,
    category: &ChainCategory,
    is_deleted: bool,
) -> Result<()> {
    tx.exec(
        "UPDATE chain_service_categories SET title = $3, weight = $4, is_deleted = $5
         WHERE chain_id = $1 AND id = $2",
        params![chain_id, category.id, &category.title, category.weight, is_deleted],
    )
    .await?;
    Ok(())
}

/// Writes a new service; gives its id.
pub async fn insert_service(tx: &mut Tx, chain_id: i64, s: &ChainService, now: i64) -> Result<i64> {
    let sql = "INSERT INTO chain_services
             (chain_id, category_id, title, price_min, price_max, duration, comment, weight,
              is_price_managed_only_in_chain, is_comment_managed_only_in_chain, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id";
    Ok(tx
        .one(
            sql,
            params![
                chain_id,
                s.category_id,
                &s.title,
                s.price_min,
                s.price_max,
                s.duration,
                &s.comment,
                s.weight,
                s.is_price_managed_only_in_chain,
                s.is_comment_managed_only_in_chain,
                now
            ],
        )
        .await?)
}

/// Writes a changed service, or deletes it softly.
pub async fn update_service(tx: &mut Tx, chain_id: i64, s: &ChainService, is_deleted: bool) -> Result<()> {
    tx.exec(
        "UPDATE chain_services SET category_id = $3, title = $4, price_min = $5, price_max = $6, duration = $7,
             comment = $8, weight = $9, is_price_managed_only_in_chain = $10,
             is_comment_managed_only_in_chain = $11, is_deleted = $12
         WHERE chain_id = $1 AND id = $2",
        params![
            chain_id,
            s.id,
            s.category_id,
            &s.title,
            s.price_min,
            s.price_max,
            s.duration,
            &s.comment,
            s.weight,
            s.is_price_managed_only_in_chain,
            s.is_comment_managed_only_in_chain,
            is_deleted
        ],
    )
    .await?;
    Ok(())
}

/// The locations' own rows of a chain's service.
const ROWS: &str = "chain_service_id = $2 AND is_deleted = 0
     AND location_id IN (SELECT location_id FROM location_chains WHERE chain_id = $1)";

/// Tells those to the right that a chain's service changed at its locations.
async fn tell(tx: &mut Tx, chain_id: i64, id: i64, now: i64) -> Result<()> {
    let sql = format!(
        "INSERT INTO events (location_id, entity, entity_id, change, created_at)
         SELECT location_id, 'service', id, 'update', CAST($3 AS BIGINT) FROM services WHERE {ROWS}"
    );
    tx.exec(&sql, params![chain_id, id, now]).await?;
    Ok(())
}

/// Carries what the chain keeps to itself to the services that locations took over.
pub async fn carry(tx: &mut Tx, chain_id: i64, s: &ChainService, now: i64) -> Result<()> {
    let mut sql = Sql::new("UPDATE services SET revision = revision + 1, updated_at = ");
    sql.bind(now).push(", is_price_managed_only_in_chain = ").bind(s.is_price_managed_only_in_chain);
    sql.push(", is_comment_managed_only_in_chain = ").bind(s.is_comment_managed_only_in_chain);
    if s.is_price_managed_only_in_chain {
        sql.push(", price_min = ").bind(s.price_min).push(", price_max = ").bind(s.price_max);
    }
    if s.is_comment_managed_only_in_chain {
        sql.push(", comment = ").bind(&s.comment);
    }
    sql.push(" WHERE chain_service_id = ").bind(s.id);
    sql.push(
        " AND is_deleted = 0 AND location_id IN (SELECT location_id FROM location_chains WHERE chain_id = ",
    );
    sql.bind(chain_id).push(")").exec(tx).await?;
    tell(tx, chain_id, s.id, now).await
}

/// Lets locations keep a service that is the chain's no more.
pub async fn let_go(tx: &mut Tx, chain_id: i64, id: i64, now: i64) -> Result<()> {
    tell(tx, chain_id, id, now).await?;
    let sql = format!(
        "UPDATE services SET revision = revision + 1, updated_at = $3, is_price_managed_only_in_chain = 0,
             is_comment_managed_only_in_chain = 0, chain_service_id = NULL WHERE {ROWS}"
    );
    tx.exec(&sql, params![chain_id, id, now]).await?;
    Ok(())
}

/// Lets locations keep a category that is the chain's no more.
pub async fn let_go_category(tx: &mut Tx, chain_id: i64, id: i64) -> Result<()> {
    let sql = "UPDATE service_categories SET chain_category_id = NULL WHERE chain_category_id = $2
         AND location_id IN (SELECT location_id FROM location_chains WHERE chain_id = $1)";
    tx.exec(sql, params![chain_id, id]).await?;
    Ok(())
}

/// Those of these services that are of one of the location's chains, locked until the end of the transaction.
pub async fn lock_of_location(tx: &mut Tx, location_id: i64, ids: &[i64]) -> Result<Vec<ChainService>> {
    let mut sql = Sql::new(format!(
        "SELECT {} FROM chain_services WHERE is_deleted = 0 AND chain_id IN
             (SELECT chain_id FROM location_chains WHERE location_id = ",
        ChainService::COLUMNS
    ));
    sql.bind(location_id).push(") AND id IN ").list(ids.iter().copied()).push(" ORDER BY id");
    Ok(sql.lock(tx).await?)
}

/// Categories of any chain by their ids.
pub async fn categories_by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<ChainCategory>> {
    let mut sql = Sql::new("SELECT id, title, weight FROM chain_service_categories WHERE id IN ");
    sql.list(ids.iter().copied()).push(" ORDER BY id");
    Ok(sql.all(conn).await?)
}

/// What the location has taken over of these: (the chain's category, its own).
pub async fn taken_categories(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let mut sql = Sql::new("SELECT chain_category_id, id FROM service_categories WHERE location_id = ");
    sql.bind(location_id).push(" AND is_deleted = 0 AND chain_category_id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

/// What the location has taken over of these: the chain's services.
pub async fn taken_services(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<i64>> {
    let mut sql = Sql::new("SELECT chain_service_id FROM services WHERE location_id = ");
    sql.bind(location_id).push(" AND is_deleted = 0 AND chain_service_id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}
