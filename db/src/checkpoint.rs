//! SQLite's log is brought home into the file beside those who write.
//!
//! By itself SQLite does so within the commit that makes the log long, and all who wait for that commit wait for it too.
//! Here a connection of its own does. Only a log that has grown all the same, since somebody always writes, is brought home
//! to its end with the writer held, so that it can be begun anew; by then little of it is left to do.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak, mpsc};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Mutex as AsyncMutex;

use crate::sqlite::{Writer, connect};
use crate::{Error, Result};

/// Pages written to the log between two times that it is brought home.
const EACH: u32 = 1000;
/// Pages of a log that is to be begun anew.
const LONG: i64 = 4 * EACH as i64;

/// How long the log is, as the writer sees it.
#[derive(Debug)]
pub(crate) struct Log {
    pages: Arc<AtomicU32>,
    /// Bring it home when it is that long.
    next: u32,
    wake: mpsc::Sender<()>,
}

impl Log {
    /// Of this connection, which no longer brings it home by itself. Who does is woken by what is given beside.
    pub(crate) fn of(connection: &mut Connection) -> Result<(Self, mpsc::Receiver<()>)> {
        let pages = Arc::new(AtomicU32::new(0));
        let seen = pages.clone();
        connection.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: std::ffi::c_int| {
            seen.store(u32::try_from(pages).unwrap_or_default(), Ordering::Relaxed);
            Ok(())
        }))?;
        let (wake, wakes) = mpsc::channel();
        Ok((Self { pages, next: EACH, wake }, wakes))
    }

    /// Looks how long it has become by a commit.
    pub(crate) fn grown(&mut self) {
        let pages = self.pages.load(Ordering::Relaxed);
        // It may have been begun anew.
        self.next = self.next.min(pages.saturating_add(EACH));
        if pages >= self.next {
            self.next = pages.saturating_add(EACH);
            // Without the thread the log grows, no more.
            let _ = self.wake.send(());
        }
    }
}

/// Brings the log home whenever it is woken, until the writer is gone.
pub(crate) fn begin(path: &Path, writer: Weak<AsyncMutex<Writer>>, wakes: mpsc::Receiver<()>) -> Result<()> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    std::thread::Builder::new()
        .name("sqlite-checkpoint".to_owned())
        .spawn(move || {
            while wakes.recv().is_ok() {
                while wakes.try_recv().is_ok() {}
                if let Err(error) = bring_home(&connection, &writer) {
                    tracing::warn!(%error, "the database's log was not brought home; it grows");
                }
            }
        })
        .map_err(|e| Error::Unavailable(e.to_string()))?;
    Ok(())
}

fn bring_home(connection: &Connection, writer: &Weak<AsyncMutex<Writer>>) -> Result<()> {
    if checkpoint(connection)? < LONG {
        return Ok(());
    }
    let Some(writer) = writer.upgrade() else { return Ok(()) };
    let mut held = writer.blocking_lock();
    held.commit();
    checkpoint(connection)?;
    Ok(())
}

/// As far as readers allow; gives how many pages the log has.
fn checkpoint(connection: &Connection) -> Result<i64> {
    Ok(connection.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?.query_row([], |row| row.get(1))?)
}

#[cfg(test)]
mod tests {
    use super::{EACH, LONG};
    use crate::sqlite::{Sqlite, exec, script};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_log_that_is_written_without_a_pause_does_not_grow_without_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let db = Sqlite::open(&folder.path().join("x.db")).expect("opens");
        let mut write = db.begin().await.expect("begins");
        write.checked(|c| script(c, "CREATE TABLE t (n INTEGER, b BLOB)")).expect("runs");
        write.commit().expect("commits").durable().await.expect("is durable");
        // Each is fifty pages and more, and the next is there before the one before is done.
        let one = async || {
            let mut write = db.begin().await.expect("begins");
            write
                .checked(|c| exec(c, "INSERT INTO t VALUES (1, randomblob($1))", &[(50 * 4096i64).into()]))
                .expect("runs");
            write.commit().expect("commits").durable().await.expect("is durable");
        };
        let rounds = 8 * LONG / 50 / 2;
        for _ in 0..rounds {
            tokio::join!(one(), one());
        }
        let log = std::fs::metadata(folder.path().join("x.db-wal")).map_or(0, |m| m.len());
        let most = u64::try_from(LONG).expect("positive") + 3 * u64::from(EACH);
        assert!(log / 4096 < most, "{} pages", log / 4096);
        db.close().await;
    }
}
