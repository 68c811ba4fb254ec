//! A PostgreSQL server, by a pool of connections with prepared statements.

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use futures_util::TryStreamExt;
use tokio_postgres::config::SslMode;
use tokio_postgres::{NoTls, Statement};

use crate::sqlite::{LONGEST_KEPT, STATEMENTS};
use crate::{Error, FromRow, Result, Row, Value};

/// Connections a server opens at the most.
const CONNECTIONS: usize = 16;
/// How long a request waits for a connection before it is told to come again.
const WAIT: std::time::Duration = std::time::Duration::from_secs(5);

#[derive(Clone, Debug)]
pub(crate) struct Postgres {
    pool: Pool,
}

impl Postgres {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let mut config: tokio_postgres::Config =
            url.parse().map_err(|e: tokio_postgres::Error| Error::Unavailable(e.to_string()))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(WAIT);
        }
        config.application_name("frontdesk");
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = if config.get_ssl_mode() == SslMode::Disable || is_local(&config) {
            Manager::from_config(config, NoTls, recycling)
        } else {
            Manager::from_config(config, tls()?, recycling)
        };
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(WAIT))
            .build()
            .map_err(|e| Error::Unavailable(e.to_string()))?;
        let opened = Self { pool };
        opened.client().await?;
        Ok(opened)
    }

    pub(crate) async fn client(&self) -> Result<Client> {
        Ok(Client { object: Some(self.pool.get().await?), in_transaction: false })
    }

    pub(crate) async fn begin(&self) -> Result<Client> {
        let mut client = self.client().await?;
        client.script("BEGIN").await?;
        client.in_transaction = true;
        Ok(client)
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }
}

/// A server on this machine, where an encrypted connection gains nothing.
fn is_local(config: &tokio_postgres::Config) -> bool {
    use tokio_postgres::config::Host;
    config.get_ssl_mode() == SslMode::Prefer
        && config.get_hosts().iter().all(|host| match host {
            Host::Tcp(name) => {
                name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
            }
            Host::Unix(_) => true,
        })
}

fn tls() -> Result<tokio_postgres_rustls::MakeRustlsConnect> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::Unavailable(e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new(config))
}

/// A kept statement, or a new one. Neither side may keep them without end: lists of every length are texts of their
/// own.
async fn prepared(object: &Object, sql: &str) -> Result<Statement> {
    if sql.len() > LONGEST_KEPT {
        return Ok(object.prepare(sql).await?);
    }
    if object.statement_cache.size() >= STATEMENTS {
        object.statement_cache.clear();
    }
    Ok(object.prepare_cached(sql).await?)
}

#[derive(Debug)]
pub(crate) struct Client {
    object: Option<Object>,
    in_transaction: bool,
}

impl Client {
    fn object(&self) -> Result<&Object> {
        self.object.as_ref().ok_or_else(|| Error::Other("the transaction has ended".to_owned()))
    }

    pub(crate) async fn all<T: FromRow>(&mut self, sql: &str, params: &[Value]) -> Result<Vec<T>> {
        let object = self.object()?;
        let statement = prepared(object, sql).await?;
        let stream = object.query_raw(&statement, params).await?;
        let mut stream = std::pin::pin!(stream);
        let mut out = Vec::new();
        while let Some(row) = stream.try_next().await? {
            out.push(T::from_row(&Row::Postgres(&row))?);
        }
        Ok(out)
    }

    pub(crate) async fn each(
        &mut self,
        sql: &str,
        take: &mut (impl FnMut(&[String], Vec<Value>) -> std::io::Result<()> + Send),
    ) -> Result<()> {
        let none: [&Value; 0] = [];
        let stream = self.object()?.query_raw(sql, none).await?;
        let mut stream = std::pin::pin!(stream);
        let mut columns = Vec::new();
        while let Some(row) = stream.try_next().await? {
            if columns.is_empty() {
                columns = row.columns().iter().map(|c| c.name().to_owned()).collect();
            }
            let values = (0..columns.len()).map(|at| value(&row, at)).collect::<Result<Vec<Value>>>()?;
            take(&columns, values).map_err(|e| Error::Unavailable(e.to_string()))?;
        }
        Ok(())
    }

    pub(crate) async fn exec(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let object = self.object()?;
        let statement = prepared(object, sql).await?;
        Ok(object.execute_raw(&statement, params).await?)
    }

    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        Ok(self.object()?.batch_execute(sql).await?)
    }

    pub(crate) async fn begin_snapshot(&mut self) -> Result<()> {
        self.script("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
        self.in_transaction = true;
        Ok(())
    }

    pub(crate) fn is_in_transaction(&self) -> bool {
        self.in_transaction
    }

    pub(crate) async fn commit(&mut self) -> Result<()> {
        // A transaction in which a statement failed answers COMMIT with ROLLBACK; `Tx::commit` never gets here
        // then.
        let outcome = self.script("COMMIT").await;
        self.in_transaction = outcome.is_err();
        outcome
    }

    pub(crate) async fn rollback(&mut self) {
        if self.script("ROLLBACK").await.is_ok() {
            self.in_transaction = false;
        }
    }

    /// Undoes the transaction behind the caller's back: dropping can't wait.
    pub(crate) fn abandon(&mut self) {
        let Some(object) = self.object.take() else { return };
        if !self.in_transaction {
            return;
        }
        self.in_transaction = false;
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                if object.batch_execute("ROLLBACK").await.is_err() {
                    // The connection is of no use any more: the pool makes another.
                    drop(Object::take(object));
                }
            })),
            Err(_) => drop(Object::take(object)),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.abandon();
    }
}

/// A value as the column's own type says: our schema has integers, doubles, texts and bytes.
fn value(row: &tokio_postgres::Row, at: usize) -> Result<Value> {
    use tokio_postgres::types::Type;
    let row_of = Row::Postgres(row);
    Ok(match *row.columns()[at].type_() {
        Type::INT2 | Type::INT4 | Type::INT8 | Type::BOOL => row_of.get::<Option<i64>>(at)?.into(),
        Type::FLOAT8 => row_of.get::<Option<f64>>(at)?.into(),
        Type::BYTEA => row_of.get::<Option<Vec<u8>>>(at)?.into(),
        _ => row_of.get::<Option<String>>(at)?.into(),
    })
}
