//! The choices of the database layer, measured with the layer itself: what each gains over its alternative.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use db::{Db, params};
use tokio::sync::Mutex;

use super::load::Round;
use super::{Options, commits, report};
use crate::Outcome;

const READ: &str = "SELECT n, title FROM yardstick WHERE id = $1";
const WRITE: &str = "UPDATE yardstick SET n = n + 1, title = $1 WHERE id = 1";

/// How a statement is brought to the database.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// The read runs on the thread that asks.
    Inline,
    /// The read is handed to a pool of blocking threads.
    Handed,
    /// Writers wait for each other's commit.
    Apart,
    /// Writers that wait are joined in one commit.
    Joined,
}

/// The table of all choices: medians, the alternatives by turns.
pub fn table(folder: &Path, options: &Options) -> Outcome<String> {
    let file = folder.join("choices.db");
    commits::open(&file).map_err(|e| e.to_string())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|e| e.to_string())?;
    let length = options.length();
    let many = options.connections;
    let ways = |way, tasks| {
        let file = file.clone();
        let runtime = &runtime;
        move || runtime.block_on(tasks_of(&file, way, tasks, length)).map_err(|e| e.to_string())
    };
    let kept = |keep| {
        let file = file.clone();
        move || statements(&file, keep, length).map_err(|e| e.to_string())
    };
    let mut out = String::from("\n| choice | operations/s | p50 | p99 |\n|---|---:|---:|---:|\n");
    let mut pair =
        |names: [&str; 2], one: &dyn Fn() -> Outcome<Round>, other: &dyn Fn() -> Outcome<Round>| {
            let (mut a, mut b) = (Vec::new(), Vec::new());
            for _ in 0..options.rounds() {
                a.push(one()?);
                b.push(other()?);
            }
            for (name, rounds) in names.iter().zip([a, b]) {
                let m = report::median(&rounds);
                let _ = writeln!(out, "| {name} | {:.0} | {} µs | {} µs |", m.per_second, m.p50, m.p99);
            }
            Outcome::Ok(())
        };
    pair(
        [&format!("{many} writers, a commit each"), &format!("{many} writers, joined (taken)")],
        &ways(Way::Apart, many),
        &ways(Way::Joined, many),
    )?;
    pair(
        ["1 writer, a commit each", "1 writer, joined (taken)"],
        &ways(Way::Apart, 1),
        &ways(Way::Joined, 1),
    )?;
    pair(
        [&format!("{many} readers, handed to blocking threads"), &format!("{many} readers, inline (taken)")],
        &ways(Way::Handed, many),
        &ways(Way::Inline, many),
    )?;
    pair(
        ["point read, statement prepared each time", "point read, statement kept (taken)"],
        &kept(false),
        &kept(true),
    )?;
    Ok(out)
}

async fn tasks_of(file: &Path, way: Way, tasks: usize, length: Duration) -> db::Result<Round> {
    let db = Db::open(&format!("sqlite:{}", file.display())).await?;
    let turn = Arc::new(Mutex::new(()));
    let until = Instant::now() + length;
    let running: Vec<_> =
        (0..tasks).map(|_| tokio::spawn(repeat(db.clone(), way, turn.clone(), until))).collect();
    let mut micros = Vec::new();
    for task in running {
        micros.extend(task.await.map_err(|e| db::Error::Other(e.to_string()))??);
    }
    db.close().await;
    Ok(Round::of(micros, length))
}

async fn repeat(db: Db, way: Way, turn: Arc<Mutex<()>>, until: Instant) -> db::Result<Vec<u32>> {
    let mut micros = Vec::new();
    loop {
        let began = Instant::now();
        if began >= until {
            return Ok(micros);
        }
        match way {
            Way::Inline => {
                db.conn().await?.one::<(i64, String)>(READ, params![1i64]).await?;
                // As a request would, between two reads.
                tokio::task::yield_now().await;
            }
            Way::Handed => {
                let db = db.clone();
                let read = move || {
                    let runtime = tokio::runtime::Handle::current();
                    runtime
                        .block_on(async { db.conn().await?.one::<(i64, String)>(READ, params![1i64]).await })
                };
                tokio::task::spawn_blocking(read).await.map_err(|e| db::Error::Other(e.to_string()))??;
            }
            Way::Apart | Way::Joined => {
                let apart = if way == Way::Apart { Some(turn.lock().await) } else { None };
                let mut tx = db.begin().await?;
                tx.exec(WRITE, params!["James Smith LLC"]).await?;
                tx.commit().await?;
                drop(apart);
            }
        }
        micros.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
}

fn statements(file: &Path, keep: bool, length: Duration) -> rusqlite::Result<Round> {
    let connection = rusqlite::Connection::open(file)?;
    let sql = READ.replace('$', "?");
    let read = |sql: &str| -> rusqlite::Result<()> {
        let get = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
        if keep {
            connection.prepare_cached(sql)?.query_row([1], get)?;
        } else {
            connection.prepare(sql)?.query_row([1], get)?;
        }
        Ok(())
    };
    commits::until(length, || read(&sql))
}
