//! A PostgreSQL server for the tests of one process.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, Stdio};
use std::sync::OnceLock;

use db::Db;

use crate::postgres;

/// Where databases may be made.
pub struct Cluster {
    /// Everything before the database's name, and after it.
    address: (String, String),
    /// While this pipe is open the server runs; it closes when the process ends, however it ends.
    _life: Option<ChildStdin>,
}

/// Makes a folder, a cluster in it, and starts the server; then waits for its standard input to end, stops the
/// server and removes the folder. Signals of the terminal only interrupt the waiting.
const WRAPPER: &str = r#"
trap : INT TERM HUP
folder=$(mktemp -d "$1/frontdesk-pg-XXXXXX") || exit 1
cd "$folder" || exit 1
"$2/initdb" -D data -U frontdesk -A trust -E UTF8 --locale=C --no-sync > log 2>&1 &&
"$2/pg_ctl" -D data -l server.log -s -w -t 60 -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB -c autovacuum=off" start >> log 2>&1 < /dev/null || {
    cat log server.log >&2; rm -rf "$folder"; exit 1
}
echo "$folder"
exec > /dev/null 2>&1
read -r nothing
"$2/pg_ctl" -D data -s -m fast stop
cd / && rm -rf "$folder"
"#;

impl Cluster {
    /// The cluster of this process, started at its first use; none where there is no PostgreSQL.
    ///
    /// # Panics
    /// When it is there and does not start.
    pub fn get() -> Option<&'static Self> {
        static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
        CLUSTER
            .get_or_init(|| {
                let (cluster, word) = Self::find();
                // Past the capture of the test harness: seen once in every run.
                let _ = writeln!(std::io::stderr(), "testkit: {word}");
                cluster
            })
            .as_ref()
    }

    fn find() -> (Option<Self>, String) {
        let wish = std::env::var("FRONTDESK_TEST_POSTGRES").unwrap_or_default();
        if wish == "off" {
            return (None, "on SQLite alone (PostgreSQL is switched off)".to_owned());
        }
        if wish.starts_with("postgres") {
            return (Some(Self::at(&wish)), "on SQLite and the given PostgreSQL".to_owned());
        }
        let Some(programs) = postgres::programs() else {
            assert!(wish != "require", "FRONTDESK_TEST_POSTGRES=require, but there is no initdb");
            return (None, "on SQLite alone (no PostgreSQL found)".to_owned());
        };
        match Self::start(&programs) {
            Ok(cluster) => (Some(cluster), "on SQLite and PostgreSQL".to_owned()),
            // It is there and does not start: that is a failure, not an absence.
            Err(error) => panic!("PostgreSQL does not start: {error}"),
        }
    }

    fn at(address: &str) -> Self {
        let (address, options) = address.split_once('?').unwrap_or((address, ""));
        let server = match address.split_once("://") {
            Some((scheme, rest)) => format!("{scheme}://{}/", rest.split('/').next().unwrap_or_default()),
            None => address.to_owned(),
        };
        let options = if options.is_empty() { String::new() } else { format!("?{options}") };
        let cluster = Self { address: (server, options), _life: None };
        crate::bases::block_on(cluster.sweep());
        cluster
    }

    /// Removes what runs that were killed left behind on a server that lives longer than they.
    async fn sweep(&self) {
        let Ok(db) = Db::open(&self.url("postgres")).await else { return };
        let Ok(mut conn) = db.conn().await else { return };
        let sql = "SELECT CAST(datname AS TEXT) FROM pg_database WHERE datname LIKE 'frontdesk\\_test\\_%'";
        for name in conn.all::<String>(sql, &[]).await.unwrap_or_default() {
            let owner = name.split('_').nth(2).unwrap_or_default();
            let alive = std::path::Path::new("/proc").join(owner).exists();
            if std::path::Path::new("/proc/self").exists() && !alive {
                let _ = conn.all::<i64>(&format!("DROP DATABASE IF EXISTS {name}"), &[]).await;
            }
        }
        db.close().await;
    }

    fn start(programs: &std::path::Path) -> Result<Self, String> {
        let user = postgres::user();
        let folder = crate::bases::swift().map_or_else(|| postgres::temporary(user), ToOwned::to_owned);
        let mut child = postgres::shell(user)
            .args(["-c", WRAPPER, "sh"])
            .arg(folder)
            .arg(programs)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(|e| e.to_string())?;
        let life = child.stdin.take();
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(|e| e.to_string())?;
        }
        let folder = line.trim();
        if folder.is_empty() {
            return Err("see above".to_owned());
        }
        let server = format!("postgres://frontdesk@{}/", folder.replace('/', "%2F"));
        Ok(Self { address: (server, String::new()), _life: life })
    }

    /// The address of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("{}{database}{}", self.address.0, self.address.1)
    }

    /// Makes an empty database for a program beside this one; gives its address. One of that name is replaced.
    ///
    /// # Panics
    /// When the server can't.
    pub fn create(&self, name: &str) -> String {
        let name = crate::bases::database(name);
        crate::bases::block_on(async {
            self.command(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
            self.command(&format!("CREATE DATABASE {name}")).await;
        });
        self.url(&name)
    }

    /// Removes a database that [`Cluster::create`] made.
    ///
    /// # Panics
    /// When the server can't.
    pub fn remove(&self, name: &str) {
        let name = crate::bases::database(name);
        crate::bases::block_on(self.command(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
    }

    /// Runs statements that belong to no database.
    pub(crate) async fn command(&self, sql: &str) {
        let db = Db::open(&self.url("postgres")).await.expect("the test server can be reached");
        let mut conn = db.conn().await.expect("a connection");
        conn.all::<i64>(sql, &[]).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
        drop(conn);
        db.close().await;
    }
}
