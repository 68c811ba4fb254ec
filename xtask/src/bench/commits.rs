//! The yardstick of writing: one row changed and committed, again and again, by one thread without anything
//! around it.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::load::Round;
use crate::Outcome;

/// Commits until the time is over: to a SQLite file beside the server's own, as durable as the server's; for a
/// PostgreSQL server through our own transactions, to a table of its own there.
pub fn run(folder: &Path, database: Option<&str>, length: Duration) -> Outcome<Round> {
    match database {
        Some(url) if !url.starts_with("sqlite:") => postgres(url, length),
        _ => sqlite(&folder.join("yardstick.db"), length).map_err(|e| e.to_string()),
    }
}

fn sqlite(file: &Path, length: Duration) -> rusqlite::Result<Round> {
    let connection = open(file)?;
    let mut update = connection.prepare("UPDATE yardstick SET n = n + 1, title = ?1 WHERE id = 1")?;
    until(length, || update.execute(["James Smith LLC"]).map(drop))
}

/// A file with one row, written with the server's settings.
pub fn open(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE IF NOT EXISTS yardstick (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, title TEXT NOT NULL);
         INSERT INTO yardstick VALUES (1, 0, '') ON CONFLICT DO NOTHING;",
    )?;
    Ok(connection)
}

fn postgres(url: &str, length: Duration) -> Outcome<Round> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| e.to_string())?;
    let work = async {
        let db = db::Db::open(url).await?;
        for sql in [
            "CREATE TABLE IF NOT EXISTS yardstick (id BIGINT PRIMARY KEY, n BIGINT NOT NULL, title TEXT NOT NULL)",
            "INSERT INTO yardstick VALUES (1, 0, '') ON CONFLICT DO NOTHING",
        ] {
            let mut tx = db.begin().await?;
            tx.exec(sql, &[]).await?;
            tx.commit().await?;
        }
        let (began, mut micros) = (Instant::now(), Vec::new());
        while began.elapsed() < length {
            let one = Instant::now();
            let mut tx = db.begin().await?;
            let sql = "UPDATE yardstick SET n = n + 1, title = $1 WHERE id = 1";
            tx.exec(sql, db::params!["James Smith LLC"]).await?;
            tx.commit().await?;
            micros.push(u32::try_from(one.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
        let took = began.elapsed();
        let mut tx = db.begin().await?;
        tx.exec("DROP TABLE yardstick", &[]).await?;
        tx.commit().await?;
        db.close().await;
        Ok(Round::of(micros, took))
    };
    runtime.block_on(work).map_err(|e: db::Error| e.to_string())
}

/// Does `work` again and again until the time is over.
pub fn until<E>(length: Duration, mut work: impl FnMut() -> Result<(), E>) -> Result<Round, E> {
    let (began, mut micros) = (Instant::now(), Vec::new());
    while began.elapsed() < length {
        let one = Instant::now();
        work()?;
        micros.push(u32::try_from(one.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(Round::of(micros, began.elapsed()))
}
