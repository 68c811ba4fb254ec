//! SQLite inside the process: a pool of readers, and one writer that joins commits.

use std::cell::RefCell;
use std::ffi::CStr;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, Connection, OpenFlags, Statement};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, oneshot};

use crate::checkpoint::{self, Log};
use crate::{Error, FromRow, Result, Row, Value};

/// Readers kept open between requests.
const IDLE_READERS: usize = 16;
/// How long a statement waits for another process (the command line beside a server) to let go.
const BUSY: Duration = Duration::from_secs(5);
/// The longest pause between two asks for the lock on writing.
const PAUSE: Duration = Duration::from_millis(16);
/// After so many reads without a write the log's lock is kept…
const ANCHOR: u32 = 100;
/// …and taken anew after so many more.
const RENEW: u32 = 50_000;
/// Statements kept prepared on each connection.
pub(crate) const STATEMENTS: usize = 256;
/// Longer ones are not kept: they write many rows at once, are hardly ever the same again, and take megabytes.
pub(crate) const LONGEST_KEPT: usize = 8 * 1024;

#[derive(Debug)]
pub(crate) struct Sqlite {
    path: PathBuf,
    idle: Idle,
    writer: Arc<AsyncMutex<Writer>>,
    committer: mpsc::Sender<()>,
    /// Reads since the last write.
    reads: AtomicU32,
    anchor: Mutex<Option<Reader>>,
}

type Idle = Arc<Mutex<Vec<Box<Connection>>>>;

impl Sqlite {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let unavailable = |error: rusqlite::Error| Error::Unavailable(format!("{}: {error}", path.display()));
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
            .map_err(unavailable)?;
        // FULL: a commit is on the disk before it is acknowledged, so it survives the loss of power.
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;
                 PRAGMA cache_size = -16384; PRAGMA mmap_size = 134217728;",
            )
            .map_err(unavailable)?;
        let (log, long) = Log::of(&mut connection)?;
        let writer = Writer { connection, log, open: false, waiting: Vec::new(), closed: false };
        let writer = Arc::new(AsyncMutex::new(writer));
        checkpoint::begin(path, Arc::downgrade(&writer), long)?;
        let (committer, wakes) = mpsc::channel();
        let joined = writer.clone();
        std::thread::Builder::new()
            .name("sqlite-commit".to_owned())
            .spawn(move || commit_loop(&joined, &wakes))
            .map_err(|e| Error::Unavailable(e.to_string()))?;
        let (idle, reads, anchor) = (Idle::default(), AtomicU32::new(0), Mutex::default());
        Ok(Self { path: path.to_owned(), idle, writer, committer, reads, anchor })
    }

    pub(crate) fn reader(&self) -> Result<Reader> {
        if self.reads.fetch_add(1, Ordering::Relaxed) % RENEW == ANCHOR {
            // Without it reads are slower, no more.
            if let Err(error) = self.cast_anchor() {
                tracing::debug!(%error, "the log's lock is not kept");
            }
        }
        self.idle_reader()
    }

    fn idle_reader(&self) -> Result<Reader> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match kept {
            Some(connection) => connection,
            None => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(|connection| {
                connection.execute_batch("PRAGMA query_only = ON;")?;
                Ok(Box::new(connection))
            })?,
        };
        Ok(Reader { connection: Some(connection), idle: self.idle.clone(), snapshot: false })
    }

    /// While there are reads alone, one connection stays in a read transaction, of which it uses nothing.
    /// SQLite counts the readers of a process and asks the operating system for the lock on the log only for
    /// the first and the last of them; so none of the others does, and none waits for another that does.
    /// It is let go by the next write, since it would keep the log from being begun anew, and renewed now and
    /// then for the writes of other processes.
    fn cast_anchor(&self) -> Result<()> {
        let mut anchor = self.anchor.lock().unwrap_or_else(PoisonError::into_inner);
        *anchor = None;
        let mut reader = self.idle_reader()?;
        reader.begin_snapshot()?;
        // The transaction takes its lock with its first read.
        reader.connection().prepare_cached("SELECT 1 FROM sqlite_schema LIMIT 1")?.exists([])?;
        *anchor = Some(reader);
        Ok(())
    }

    fn weigh_anchor(&self) {
        self.reads.store(0, Ordering::Relaxed);
        *self.anchor.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) async fn begin(&self) -> Result<Writing> {
        let mut guard = self.writer.clone().lock_owned().await;
        if guard.closed {
            return Err(Error::Unavailable("the database is closed".to_owned()));
        }
        self.weigh_anchor();
        if !guard.open {
            guard.open_when_free().await?;
        }
        guard.connection.prepare_cached("SAVEPOINT one")?.execute([])?;
        Ok(Writing { guard: Some(guard), committer: self.committer.clone() })
    }

    pub(crate) async fn close(&self) {
        let mut guard = self.writer.lock().await;
        guard.commit();
        guard.closed = true;
        self.weigh_anchor();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let checkpoint = guard.connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);");
        if let Err(error) = checkpoint {
            tracing::warn!(%error, "the last checkpoint was not made; the log file stays");
        }
    }
}

pub(crate) fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    rusqlite::vtab::array::load_module(&connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Plans don't depend on the values bound. Without this a kept statement is compiled anew for every value
    // that might matter to a partial index.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Each connection has a mapping and pages of its own, and all of them count: those that read get less.
    connection.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA cache_size = -4096; PRAGMA mmap_size = 67108864; PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}

/// The one connection that writes. Transactions follow each other as savepoints of one SQLite transaction,
/// which is committed as soon as nobody waits in front of the committer.
#[derive(Debug)]
pub(crate) struct Writer {
    connection: Connection,
    log: Log,
    /// Whether a SQLite transaction is open.
    open: bool,
    /// Transactions that are done and wait to become durable.
    waiting: Vec<oneshot::Sender<Result<()>>>,
    closed: bool,
}

impl Writer {
    /// Opens a SQLite transaction; while another process writes it asks again and again. SQLite would wait by
    /// itself, but with the thread, and on that thread may be the work that the other side waits for.
    async fn open_when_free(&mut self) -> Result<()> {
        let (mut waited, mut pause) = (Duration::ZERO, Duration::from_millis(1));
        loop {
            match self.try_open() {
                Err(Error::Busy(_)) if waited < BUSY => {}
                outcome => return outcome,
            }
            tokio::time::sleep(pause).await;
            waited += pause;
            pause = (pause * 2).min(PAUSE);
        }
    }

    fn try_open(&mut self) -> Result<()> {
        self.connection.busy_timeout(Duration::ZERO)?;
        let begun = self.connection.prepare_cached("BEGIN IMMEDIATE").and_then(|mut s| s.execute([]));
        self.open = begun.is_ok();
        self.connection.busy_timeout(BUSY)?;
        Ok(begun.map(drop)?)
    }

    pub(crate) fn commit(&mut self) {
        if !self.open {
            return;
        }
        self.open = false;
        let outcome = self
            .connection
            .prepare_cached("COMMIT")
            .and_then(|mut s| s.execute([]))
            .map(drop)
            .map_err(Error::from);
        if outcome.is_err() && !self.connection.is_autocommit() {
            // Nothing of the batch may stay; if even this fails the connection is in autocommit already.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        self.tell(&outcome);
        self.log.grown();
    }

    fn tell(&mut self, outcome: &Result<()>) {
        for waiting in self.waiting.drain(..) {
            // The asker may be gone (its client hung up); the commit stands all the same.
            let _ = waiting.send(outcome.clone());
        }
    }

    /// Some errors (disk full, I/O) make SQLite roll the whole transaction back by itself, and with it all
    /// that had joined it: they are told so.
    fn lost(&mut self) -> bool {
        if self.open && self.connection.is_autocommit() {
            self.open = false;
            self.tell(&Err(Error::Unavailable("the database undid the transaction".to_owned())));
            return true;
        }
        !self.open
    }
}

fn commit_loop(writer: &AsyncMutex<Writer>, wakes: &mpsc::Receiver<()>) {
    while wakes.recv().is_ok() {
        // The lock is fair: whoever already waits for the writer goes first and so joins this commit.
        writer.blocking_lock().commit();
    }
}

/// A transaction in the making; holds the writer.
#[derive(Debug)]
pub(crate) struct Writing {
    guard: Option<OwnedMutexGuard<Writer>>,
    committer: mpsc::Sender<()>,
}

/// A transaction that is done and becomes durable with the next commit.
pub(crate) struct Pending(oneshot::Receiver<Result<()>>);

impl Pending {
    pub(crate) async fn durable(self) -> Result<()> {
        self.0.await.map_err(|_| Error::Unavailable("the database is closed".to_owned()))?
    }
}

impl Writing {
    /// Runs work on the writer and notices when its failure took the whole transaction along.
    pub(crate) fn checked<T>(&mut self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let guard =
            self.guard.as_mut().ok_or_else(|| Error::Other("the transaction has ended".to_owned()))?;
        let outcome = work(&guard.connection);
        if outcome.is_err() && guard.lost() {
            self.guard = None;
        }
        outcome
    }

    pub(crate) fn commit(&mut self) -> Result<Pending> {
        let Some(mut guard) = self.guard.take() else {
            return Err(Error::Unavailable("the database undid the transaction".to_owned()));
        };
        guard.connection.prepare_cached("RELEASE one")?.execute([])?;
        let (done, durable) = oneshot::channel();
        guard.waiting.push(done);
        self.committer.send(()).map_err(|_| Error::Unavailable("the database is closed".to_owned()))?;
        Ok(Pending(durable))
    }

    pub(crate) fn rollback(&mut self) {
        if let Some(mut guard) = self.guard.take() {
            let undone = guard
                .connection
                .execute_batch("ROLLBACK TO one; RELEASE one")
                .inspect_err(|error| tracing::error!(%error, "a transaction could not be undone alone"));
            if undone.is_err() && !guard.lost() {
                let _ = guard.connection.execute_batch("ROLLBACK");
                guard.lost();
            }
            // With nothing to make durable the lock on the file is let go at once.
            if guard.waiting.is_empty() {
                guard.commit();
            } else {
                let _ = self.committer.send(());
            }
        }
    }
}

/// A reading connection, put back when dropped.
#[derive(Debug)]
pub(crate) struct Reader {
    connection: Option<Box<Connection>>,
    idle: Idle,
    snapshot: bool,
}

impl Reader {
    #[allow(clippy::expect_used, reason = "the connection is taken by drop alone")]
    pub(crate) fn connection(&self) -> &Connection {
        self.connection.as_deref().expect("a reader has its connection until it is dropped")
    }

    pub(crate) fn begin_snapshot(&mut self) -> Result<()> {
        self.connection().execute_batch("BEGIN")?;
        self.snapshot = true;
        Ok(())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if self.snapshot && connection.execute_batch("ROLLBACK").is_err() {
            return;
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
    }
}

/// A statement that is kept when it has run, or one for this time alone.
enum Prepared<'c> {
    Kept(CachedStatement<'c>),
    Once(Statement<'c>),
}

impl<'c> Deref for Prepared<'c> {
    type Target = Statement<'c>;

    fn deref(&self) -> &Statement<'c> {
        match self {
            Self::Kept(statement) => statement,
            Self::Once(statement) => statement,
        }
    }
}

impl<'c> DerefMut for Prepared<'c> {
    fn deref_mut(&mut self) -> &mut Statement<'c> {
        match self {
            Self::Kept(statement) => statement,
            Self::Once(statement) => statement,
        }
    }
}

/// The type of a list of ids that is bound, as the table-valued function wants it.
pub(crate) const IDS: &CStr = c"rarray";

/// A kept statement, or a new one. SQLite numbers its parameters with `?n`; `$n` would be a name to it. It knows no arrays,
/// but a function that makes a table of one.
fn prepare<'c>(connection: &'c Connection, sql: &str) -> Result<Prepared<'c>> {
    thread_local! {
        /// One text a thread, written over again and again.
        static NUMBERED: RefCell<String> = const { RefCell::new(String::new()) };
    }
    NUMBERED.with_borrow_mut(|numbered| {
        numbered.clear();
        let mut parts = sql.split('$');
        numbered.push_str(parts.next().unwrap_or_default());
        for part in parts {
            if let Some(before) = numbered.strip_suffix(" = ANY(").map(str::len) {
                numbered.truncate(before);
                numbered.push_str(" IN rarray(");
            }
            numbered.push('?');
            numbered.push_str(part);
        }
        Ok(if numbered.len() > LONGEST_KEPT {
            Prepared::Once(connection.prepare(numbered)?)
        } else {
            Prepared::Kept(connection.prepare_cached(numbered)?)
        })
    })
}

pub(crate) fn all<T: FromRow>(connection: &Connection, sql: &str, params: &[Value]) -> Result<Vec<T>> {
    let mut statement = prepare(connection, sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(T::from_row(&Row::Sqlite(row))?);
    }
    Ok(out)
}

/// The first row; the statement is run to its end all the same, where constraints speak up.
pub(crate) fn first<T: FromRow>(connection: &Connection, sql: &str, params: &[Value]) -> Result<Option<T>> {
    let mut statement = prepare(connection, sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let first = match rows.next()? {
        Some(row) => Some(T::from_row(&Row::Sqlite(row))?),
        None => return Ok(None),
    };
    while rows.next()?.is_some() {}
    Ok(first)
}

pub(crate) fn exec(connection: &Connection, sql: &str, params: &[Value]) -> Result<u64> {
    let mut statement = prepare(connection, sql)?;
    Ok(statement.execute(rusqlite::params_from_iter(params))? as u64)
}

pub(crate) fn script(connection: &Connection, sql: &str) -> Result<()> {
    Ok(connection.execute_batch(sql)?)
}

pub(crate) fn each(
    connection: &Connection,
    sql: &str,
    take: &mut (impl FnMut(&[String], Vec<Value>) -> std::io::Result<()> + Send),
) -> Result<()> {
    let mut statement = connection.prepare(sql)?;
    let columns: Vec<String> = statement.column_names().map(ToOwned::to_owned).collect();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let values =
            (0..columns.len()).map(|at| Ok(row.get_ref(at)?.into())).collect::<Result<Vec<Value>>>()?;
        take(&columns, values).map_err(|e| Error::Unavailable(e.to_string()))?;
    }
    Ok(())
}

impl From<rusqlite::types::ValueRef<'_>> for Value {
    fn from(value: rusqlite::types::ValueRef<'_>) -> Self {
        use rusqlite::types::ValueRef as V;
        match value {
            V::Null => Value::Null,
            V::Integer(n) => Value::Int(n),
            V::Real(n) => Value::Real(n),
            V::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
            V::Blob(bytes) => Value::Blob(bytes.to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ANCHOR, LONGEST_KEPT, Sqlite, exec, first, script};

    #[test]
    fn long_statements_are_not_kept() {
        let connection = rusqlite::Connection::open_in_memory().expect("opens");
        script(&connection, "CREATE TABLE t (n INTEGER)").expect("runs");
        let values = |n: usize| format!("INSERT INTO t VALUES {}", vec!["(1)"; n].join(", "));
        for (n, kept) in [(LONGEST_KEPT, false), (2, true)] {
            let sql = values(n);
            let written = exec(&connection, &sql, &[]).expect("runs");
            assert_eq!(written, n as u64);
            let statement = super::prepare(&connection, &sql).expect("prepares");
            assert_eq!(matches!(statement, super::Prepared::Kept(_)), kept);
        }
    }

    #[tokio::test]
    async fn who_waits_for_another_writer_does_not_hold_its_thread() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = || Sqlite::open(&folder.path().join("x.db")).expect("opens");
        let (one, other) = (open(), open());
        let mut first = one.begin().await.expect("begins");
        first.checked(|c| script(c, "CREATE TABLE t (n INTEGER)")).expect("runs");
        // Both on one thread, and the one who waits comes first.
        let (second, ()) = tokio::join!(other.begin(), async {
            first.commit().expect("commits").durable().await.expect("is durable");
        });
        let mut second = second.expect("begins once the first has ended");
        second.checked(|c| exec(c, "INSERT INTO t VALUES ($1)", &[1i64.into()])).expect("runs");
        second.commit().expect("commits").durable().await.expect("is durable");
    }

    #[tokio::test]
    async fn the_lock_that_readers_share_is_let_go_by_a_write() {
        let folder = tempfile::tempdir().expect("a folder");
        let db = Sqlite::open(&folder.path().join("x.db")).expect("opens");
        let anchored = || db.anchor.lock().expect("not poisoned").is_some();
        let mut write = db.begin().await.expect("begins");
        write.checked(|c| script(c, "CREATE TABLE t (n INTEGER)")).expect("runs");
        write.checked(|c| exec(c, "INSERT INTO t VALUES ($1)", &[1i64.into()])).expect("runs");
        write.commit().expect("commits").durable().await.expect("is durable");
        let read = || {
            let reader = db.reader().expect("reads");
            first::<i64>(reader.connection(), "SELECT MAX(n) FROM t", &[]).expect("runs")
        };
        for _ in 0..=ANCHOR {
            assert_eq!(read(), Some(1));
        }
        assert!(anchored());
        let mut write = db.begin().await.expect("begins");
        assert!(!anchored());
        write.checked(|c| exec(c, "INSERT INTO t VALUES ($1)", &[2i64.into()])).expect("runs");
        write.commit().expect("commits").durable().await.expect("is durable");
        assert_eq!(read(), Some(2), "no reader stays in the past");
        db.close().await;
        let log = std::fs::metadata(folder.path().join("x.db-wal")).map_or(0, |m| m.len());
        assert_eq!(log, 0, "nothing keeps the log from being begun anew");
    }
}
