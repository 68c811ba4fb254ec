//! The only crate that names a database driver.
//!
//! One narrow surface serves SQLite (rusqlite, inside the process) and PostgreSQL (tokio-postgres): one SQL
//! text with `$1..$n` parameters, `Conn` to read with, `Tx` to write with. Stores see nothing else, so the
//! driver beneath can change without touching them.
//!
//! On SQLite reads run inline on the asking thread (a point read costs microseconds, less than a hand-over),
//! and all writes go through one connection whose waiting transactions are joined in one commit, see
//! [`Tx::commit`]. On PostgreSQL a transaction is an ordinary one.

mod age;
mod checkpoint;
mod dialect;
mod error;
mod migrate;
mod postgres;
mod row;
mod sql;
mod sqlite;
mod value;

pub use dialect::Dialect;
pub use error::{Error, Result};
pub use migrate::{Table, known as is_schema, latest as latest_schema, tables};
pub use row::{Cell, FromRow, Row};
pub use sql::Sql;
pub use value::Value;

use age::{Ages, Aging, Touch};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Parameters of a statement, in order: `params![id, title]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*] };
}

/// A handle on the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    backend: Backend,
    queries: Arc<AtomicU64>,
    ages: Arc<Ages>,
}

#[derive(Clone, Debug)]
enum Backend {
    Sqlite(Arc<sqlite::Sqlite>),
    Postgres(postgres::Postgres),
}

impl Db {
    /// Opens `sqlite:PATH` (made when absent) or `postgres://…`. Does not migrate.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the path can't be opened or the server can't be reached.
    pub async fn open(url: &str) -> Result<Db> {
        let backend = if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path).to_owned();
            Backend::Sqlite(Arc::new(blocking(move || sqlite::Sqlite::open(path.as_ref())).await?))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Backend::Postgres(postgres::Postgres::open(url).await?)
        } else {
            return Err(Error::Unavailable(
                "a database address starts with sqlite: or postgres://".to_owned(),
            ));
        };
        Ok(Db { backend, queries: Arc::default(), ages: Arc::default() })
    }

    /// A connection to read with.
    pub async fn conn(&self) -> Result<Conn> {
        let inner = match &self.backend {
            Backend::Sqlite(sqlite) => Inner::SqliteRead(sqlite.reader()?),
            Backend::Postgres(postgres) => Inner::Postgres(Box::new(postgres.client().await?)),
        };
        Ok(Conn { inner, failed: false, queries: self.queries.clone() })
    }

    /// Begins a transaction; dropped without [`Tx::commit`] it is rolled back.
    pub async fn begin(&self) -> Result<Tx> {
        let inner = match &self.backend {
            Backend::Sqlite(sqlite) => Inner::SqliteWrite(sqlite.begin().await?),
            Backend::Postgres(postgres) => Inner::Postgres(Box::new(postgres.begin().await?)),
        };
        let aging = Aging { ages: self.ages.clone(), touch: Touch::Nothing };
        let conn = Conn { inner, failed: false, queries: self.queries.clone() };
        Ok(Tx { conn, open: true, touch: Touch::All, aging })
    }

    /// The same for what nobody keeps in memory (a log, an outbox): see [`Db::age`].
    pub async fn begin_beside(&self) -> Result<Tx> {
        let mut tx = self.begin().await?;
        tx.touch = Touch::Nothing;
        Ok(tx)
    }

    /// A number for a scope (a location) that grows with every transaction of this process that may have written rows of
    /// it, before that is acknowledged. What was read when it was the same number is still so, but for writes of
    /// other processes.
    pub fn age(&self, scope: i64) -> u64 {
        self.ages.get(scope)
    }

    /// A read-only view of one moment, for work that reads many tables and must see them agree (a backup).
    pub async fn snapshot(&self) -> Result<Conn> {
        let mut conn = self.conn().await?;
        match &mut conn.inner {
            Inner::SqliteRead(reader) => reader.begin_snapshot()?,
            Inner::Postgres(client) => client.begin_snapshot().await?,
            Inner::SqliteWrite(_) => {}
        }
        Ok(conn)
    }

    /// Which of the two databases this is.
    pub fn dialect(&self) -> Dialect {
        match self.backend {
            Backend::Sqlite(_) => Dialect::Sqlite,
            Backend::Postgres(_) => Dialect::Postgres,
        }
    }

    /// How many statements have been run since the start; tests assert on the difference.
    pub fn queries(&self) -> u64 {
        self.queries.load(Ordering::Relaxed)
    }

    /// Brings the schema up to this program's; returns how many migrations were applied.
    ///
    /// # Errors
    /// [`Error::Newer`] when the database was written by a newer program.
    pub async fn migrate(&self, now_ms: i64) -> Result<usize> {
        migrate::run(self, migrate::latest(), now_ms).await
    }

    /// The same, but no further than to `version`: to stand where an older program stood.
    pub async fn migrate_to(&self, version: i64, now_ms: i64) -> Result<usize> {
        migrate::run(self, version, now_ms).await
    }

    /// The schema's version, 0 for an empty database.
    pub async fn schema_version(&self) -> Result<i64> {
        self.conn().await?.schema_version().await
    }

    /// Ends the connections in good order (SQLite: checkpoints its log into the main file).
    pub async fn close(&self) {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Postgres(postgres) => postgres.close(),
        }
    }
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Other(e.to_string()))?
}

/// A connection that runs statements.
#[derive(Debug)]
pub struct Conn {
    inner: Inner,
    /// Whether a statement failed: of a transaction, nothing may stay then.
    failed: bool,
    queries: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Inner {
    SqliteRead(sqlite::Reader),
    SqliteWrite(sqlite::Writing),
    Postgres(Box<postgres::Client>),
}

impl Conn {
    /// Exactly one row; [`Error::NoRow`] when there is none.
    pub async fn one<T: FromRow>(&mut self, sql: &str, params: &[Value]) -> Result<T> {
        self.maybe(sql, params).await?.ok_or(Error::NoRow)
    }

    /// The first row, if any.
    pub async fn maybe<T: FromRow>(&mut self, sql: &str, params: &[Value]) -> Result<Option<T>> {
        self.queries.fetch_add(1, Ordering::Relaxed);
        let row = match &mut self.inner {
            Inner::SqliteRead(reader) => sqlite::first(reader.connection(), sql, params),
            Inner::SqliteWrite(writing) => writing.checked(|c| sqlite::first(c, sql, params)),
            Inner::Postgres(client) => client.all(sql, params).await.map(|rows| rows.into_iter().next()),
        };
        self.failed |= row.is_err();
        row
    }

    /// All rows. Lists bound themselves by `LIMIT`.
    pub async fn all<T: FromRow>(&mut self, sql: &str, params: &[Value]) -> Result<Vec<T>> {
        self.queries.fetch_add(1, Ordering::Relaxed);
        let rows = match &mut self.inner {
            Inner::SqliteRead(reader) => sqlite::all(reader.connection(), sql, params),
            Inner::SqliteWrite(writing) => writing.checked(|c| sqlite::all(c, sql, params)),
            Inner::Postgres(client) => client.all(sql, params).await,
        };
        self.failed |= rows.is_err();
        rows
    }

    /// Gives each row of a statement without parameters to `take`, with the names of its columns: for backups,
    /// whose tables may be larger than memory.
    pub async fn each(
        &mut self,
        sql: &str,
        mut take: impl FnMut(&[String], Vec<Value>) -> std::io::Result<()> + Send,
    ) -> Result<()> {
        self.queries.fetch_add(1, Ordering::Relaxed);
        let outcome = match &mut self.inner {
            Inner::SqliteRead(reader) => sqlite::each(reader.connection(), sql, &mut take),
            Inner::SqliteWrite(writing) => writing.checked(|c| sqlite::each(c, sql, &mut take)),
            Inner::Postgres(client) => client.each(sql, &mut take).await,
        };
        self.failed |= outcome.is_err();
        outcome
    }

    /// The schema's version as this connection sees it, 0 for an empty database.
    pub async fn schema_version(&mut self) -> Result<i64> {
        migrate::version(self).await
    }

    /// Those of our tables that are there, each after those it refers to.
    pub async fn table_names(&mut self) -> Result<Vec<&'static str>> {
        migrate::there(self).await
    }

    /// Whether it is a transaction's, which may have written already.
    pub fn is_writing(&self) -> bool {
        match &self.inner {
            Inner::SqliteRead(_) => false,
            Inner::SqliteWrite(_) => true,
            Inner::Postgres(client) => client.is_in_transaction(),
        }
    }

    /// Which of the two databases this is.
    pub fn dialect(&self) -> Dialect {
        match self.inner {
            Inner::Postgres(_) => Dialect::Postgres,
            Inner::SqliteRead(_) | Inner::SqliteWrite(_) => Dialect::Sqlite,
        }
    }

    async fn run(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.queries.fetch_add(1, Ordering::Relaxed);
        let touched = match &mut self.inner {
            Inner::SqliteRead(_) => Err(Error::Other("a write outside of a transaction".to_owned())),
            Inner::SqliteWrite(writing) => writing.checked(|c| sqlite::exec(c, sql, params)),
            Inner::Postgres(client) => client.exec(sql, params).await,
        };
        self.failed |= touched.is_err();
        touched
    }
}

/// A transaction: reads (through [`Conn`], by deref) and writes.
#[derive(Debug)]
pub struct Tx {
    conn: Conn,
    open: bool,
    touch: Touch,
    aging: Aging,
}

impl std::ops::Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl std::ops::DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl Tx {
    /// Runs a statement that writes; returns how many rows it touched.
    pub async fn exec(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.conn.run(sql, params).await
    }

    /// Says that it writes rows of this scope alone: see [`Db::age`].
    pub fn only(&mut self, scope: i64) {
        self.touch = Touch::Scope(scope);
    }

    /// Several statements without parameters (migrations).
    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        match &mut self.conn.inner {
            Inner::SqliteRead(_) => Err(Error::Other("a script outside of a transaction".to_owned())),
            Inner::SqliteWrite(writing) => writing.checked(|c| sqlite::script(c, sql)),
            Inner::Postgres(client) => client.script(sql).await,
        }
    }

    /// Reads rows and locks them until the end of the transaction. SQLite has one writer at a time, so the
    /// rows are locked there already.
    pub async fn lock<T: FromRow>(&mut self, sql: &str, params: &[Value]) -> Result<Option<T>> {
        match self.dialect() {
            Dialect::Sqlite => self.maybe(sql, params).await,
            Dialect::Postgres => self.maybe(&format!("{sql} FOR UPDATE"), params).await,
        }
    }

    /// Brings the schema up to `version`, within this transaction.
    pub async fn migrate_to(&mut self, version: i64, now_ms: i64) -> Result<usize> {
        migrate::apply(self, version, now_ms).await
    }

    /// Takes all our tables away, within this transaction.
    pub async fn drop_schema(&mut self) -> Result<()> {
        migrate::undo(self).await
    }

    /// Lets the counters of these tables go on after ids that were written by name (the demo).
    /// SQLite's do so by themselves.
    pub async fn after_fixed_ids(&mut self, tables: &[&str]) -> Result<()> {
        if self.dialect() == Dialect::Postgres {
            for table in tables {
                let sql = format!(
                    "SELECT setval(pg_get_serial_sequence('{table}', 'id'), GREATEST((SELECT MAX(id) FROM {table}), 1))"
                );
                self.script(&sql).await?;
            }
        }
        Ok(())
    }

    /// [`Tx::after_fixed_ids`] of every table that counts its ids.
    pub async fn after_all_ids(&mut self) -> Result<()> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(());
        }
        let tables: Vec<String> = self
            .all(
                "SELECT CAST(table_name AS TEXT) FROM information_schema.columns
                 WHERE table_schema = current_schema() AND column_name = 'id' AND is_identity = 'YES'",
                &[],
            )
            .await?;
        let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
        self.after_fixed_ids(&tables).await
    }

    /// Makes the transaction durable, and returns only then. On SQLite, transactions that were waiting
    /// for the writer meanwhile are committed together with this one: one `fdatasync` for all of them.
    ///
    /// # Errors
    /// The transaction did not happen, and nothing of it stays. So it ends too when one of its statements failed
    /// and the caller went on all the same: PostgreSQL has given it up by then and would acknowledge nothing.
    pub async fn commit(mut self) -> Result<()> {
        if self.conn.failed {
            self.rollback().await;
            return Err(Error::Other("a statement of this transaction failed".to_owned()));
        }
        self.open = false;
        // From here on it may happen, whatever we hear of it.
        self.aging.touch = self.touch;
        match self.conn.inner {
            Inner::SqliteRead(_) => Err(Error::Other("a commit outside of a transaction".to_owned())),
            Inner::SqliteWrite(ref mut writing) => writing.commit()?.durable().await,
            Inner::Postgres(ref mut client) => client.commit().await,
        }
    }

    /// Undoes everything, at once (dropping does the same).
    pub async fn rollback(mut self) {
        self.open = false;
        match self.conn.inner {
            Inner::SqliteRead(_) => {}
            Inner::SqliteWrite(ref mut writing) => writing.rollback(),
            Inner::Postgres(ref mut client) => client.rollback().await,
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if self.open {
            match &mut self.conn.inner {
                Inner::SqliteRead(_) => {}
                Inner::SqliteWrite(writing) => writing.rollback(),
                Inner::Postgres(client) => client.abandon(),
            }
        }
    }
}
