//! Mailings in the outbox, and what gateways report of messages.

use clients::Shown;
use clients::search::store::Search;
use db::{Conn, Sql, Tx, params};
use kernel::{Page, Result};
use org::outbox::Channel;

use super::rules::{Letter, Report};

/// Clients of one mailing at the most.
const MOST: i64 = 100_000;
/// Clients written by one statement.
const AT_ONCE: usize = 1000;

/// The clients whom a search finds.
pub async fn found(conn: &mut Conn, location_id: i64, search: &Search, shown: &Shown) -> Result<Vec<i64>> {
    let page = Page { limit: MOST, offset: 0 };
    clients::search::store::ids(conn, location_id, search, shown, page).await
}

/// Writes a letter to these clients, those left out who want no mailings, who can't be reached that way, who are deleted
/// or whom the user does not see; gives how many it goes to.
pub async fn write(
    tx: &mut Tx,
    location_id: i64,
    letter: &Letter,
    clients: &[i64],
    shown: &Shown,
    now: i64,
) -> Result<u64> {
    let column = match letter.channel {
        Channel::Sms => "c.phone",
        Channel::Email => "c.email",
    };
    let mut written = 0;
    for part in clients.chunks(AT_ONCE) {
        let mut sql = Sql::new(
            "INSERT INTO outbox (location_id, channel, recipient, subject, body, client_id, kind, next_at, created_at)
             SELECT c.location_id, ",
        );
        // Of parameters that are selected, the database must be told the type.
        sql.push("CAST(").bind(letter.channel.name()).push(" AS TEXT), ").push(column);
        sql.push(", CAST(")
            .bind(&letter.subject)
            .push(" AS TEXT), CAST(")
            .bind(&letter.text)
            .push(" AS TEXT), ");
        sql.push("c.id, 'mailing', CAST(").bind(now).push(" AS BIGINT), CAST(").bind(now);
        sql.push(" AS BIGINT) FROM clients c WHERE c.deleted_at IS NULL AND c.sms_not = 0 AND ");
        sql.push(column).push(" <> '' AND c.location_id = ").bind(location_id);
        shown.narrow(&mut sql, location_id);
        sql.push(" AND c.id IN ").list(part.iter().copied());
        written += sql.exec(tx).await?;
    }
    Ok(written)
}

/// Notes what a gateway reports of messages of these locations; gives how many of them there are.
pub async fn report(tx: &mut Tx, locations: &[i64], reports: &[Report], now: i64) -> Result<u64> {
    let mut noted = 0;
    for report in reports {
        let mut sql = Sql::new("UPDATE outbox SET delivery_status = ");
        sql.bind(report.status).push(", payment_sum = ").bind(&report.payment_sum);
        sql.push(", currency = ").bind(&report.currency).push(", parts = ").bind(report.parts);
        sql.push(", delivery_at = ").bind(now).push(" WHERE id = ").bind(report.id);
        sql.push(" AND channel = 'sms' AND location_id IN ").list(locations.iter().copied());
        noted += sql.exec(tx).await?;
    }
    Ok(noted)
}

/// Those of these messages that are of these locations.
pub async fn known(conn: &mut Conn, locations: &[i64], ids: &[i64]) -> Result<Vec<i64>> {
    let mut sql = Sql::new("SELECT id FROM outbox WHERE channel = 'sms' AND location_id IN ");
    sql.list(locations.iter().copied()).push(" AND id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

/// The locations where this user may write to clients.
pub async fn locations_of(conn: &mut Conn, user_id: i64) -> Result<Vec<i64>> {
    let sql = "SELECT location_id FROM memberships WHERE user_id = $1 AND is_approved = 1 ORDER BY location_id LIMIT 1000";
    Ok(conn.all(sql, params![user_id]).await?)
}
