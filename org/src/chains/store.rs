//! Rows of chains.

use db::{Conn, Sql, Tx, params};
use kernel::Result;

db::row! {
    /// A chain with the rights that a user has in it.
    pub struct Chain {
        /// Its id.
        pub id: i64,
        /// Its name.
        pub title: String,
        /// Rights, see [`rules::read`](super::rules::read).
        pub rights: String,
    }
}

/// The rights of this user in this chain, if he has any business there.
pub async fn rights(conn: &mut Conn, chain_id: i64, user_id: i64) -> Result<Option<String>> {
    Ok(conn
        .maybe(
            "SELECT rights FROM chain_users WHERE chain_id = $1 AND user_id = $2",
            params![chain_id, user_id],
        )
        .await?)
}

/// The rights of this user in a chain that the location is of: none in it where he has none, none at all where it is
/// not of that chain.
pub async fn rights_at(
    conn: &mut Conn,
    chain_id: i64,
    location_id: i64,
    user_id: i64,
) -> Result<Option<Option<String>>> {
    Ok(conn
        .maybe(
            "SELECT cu.rights FROM location_chains lc
             LEFT JOIN chain_users cu ON cu.chain_id = lc.chain_id AND cu.user_id = $3
             WHERE lc.chain_id = $1 AND lc.location_id = $2",
            params![chain_id, location_id, user_id],
        )
        .await?)
}

/// The chains of this user, by id.
pub async fn of_user(conn: &mut Conn, user_id: i64, limit: i64) -> Result<Vec<Chain>> {
    Ok(conn
        .all(
            "SELECT c.id, c.title, cu.rights FROM chain_users cu JOIN chains c ON c.id = cu.chain_id
             WHERE cu.user_id = $1 ORDER BY c.id LIMIT $2",
            params![user_id, limit],
        )
        .await?)
}

/// The locations of these chains, those deleted left out: (chain, location).
pub async fn locations(conn: &mut Conn, ids: &[i64], limit: i64) -> Result<Vec<(i64, i64)>> {
    let mut sql = Sql::new(
        "SELECT lc.chain_id, lc.location_id FROM location_chains lc JOIN locations l ON l.id = lc.location_id
         WHERE l.deleted_at IS NULL AND lc.chain_id IN ",
    );
    sql.list(ids.iter().copied()).push(" ORDER BY lc.chain_id, lc.location_id LIMIT ").bind(limit);
    Ok(sql.all(conn).await?)
}

/// Makes a chain. `id` names one (the demo).
pub async fn insert(tx: &mut Tx, id: i64, title: &str, now: i64) -> Result<()> {
    tx.exec("INSERT INTO chains (id, title, created_at) VALUES ($1, $2, $3)", params![id, title, now])
        .await?;
    Ok(())
}

/// Gives a user rights in a chain.
pub async fn put_user(tx: &mut Tx, chain_id: i64, user_id: i64, rights: &str) -> Result<()> {
    tx.exec(
        "INSERT INTO chain_users (chain_id, user_id, rights) VALUES ($1, $2, $3)
         ON CONFLICT (chain_id, user_id) DO UPDATE SET rights = excluded.rights",
        params![chain_id, user_id, rights],
    )
    .await?;
    Ok(())
}
