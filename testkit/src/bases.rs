//! Databases for tests: a template a process, a copy a test.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use db::Db;
use tempfile::TempDir;

use crate::cluster::Cluster;

/// On which database a test runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// What a test is given.
pub trait Fixture: Sized {
    /// Makes it.
    fn lay(spot: Spot) -> impl Future<Output = Self>;
}

/// A test's own place: a folder and databases, all removed when the test ends.
#[derive(Clone)]
pub struct Spot(Arc<Inner>);

struct Inner {
    base: Base,
    folder: TempDir,
    databases: Mutex<Vec<String>>,
}

impl Fixture for Spot {
    async fn lay(spot: Spot) -> Self {
        spot
    }
}

/// The demo's data, copied for each test.
const TEMPLATE: &str = "template";

impl Spot {
    fn new(base: Base) -> Self {
        let mut builder = tempfile::Builder::new();
        builder.prefix("frontdesk-test-");
        let folder = match swift() {
            Some(within) => builder.tempdir_in(within),
            None => builder.tempdir(),
        };
        let folder = folder.expect("a folder");
        Self(Arc::new(Inner { base, folder, databases: Mutex::default() }))
    }

    /// The test's database.
    pub fn base(&self) -> Base {
        self.0.base
    }

    /// The test's folder.
    pub fn folder(&self) -> &Path {
        self.0.folder.path()
    }

    /// A path of its own in the test's folder.
    pub fn path(&self, ending: &str) -> PathBuf {
        self.folder().join(format!("{}{ending}", number()))
    }

    /// The address of a new database, without any table.
    pub async fn empty(&self) -> String {
        self.made(self.0.base, None).await
    }

    /// The address of a new database of this kind, without any table; none where there is no PostgreSQL.
    pub async fn empty_on(&self, base: Base) -> Option<String> {
        if base == Base::Postgres {
            Cluster::get()?;
        }
        Some(self.made(base, None).await)
    }

    /// The address of a new database with the demo's data.
    pub async fn demo(&self) -> String {
        self.made(self.0.base, Some(TEMPLATE)).await
    }

    async fn made(&self, base: Base, from: Option<&str>) -> String {
        match base {
            Base::Sqlite => {
                let file = self.path(".db");
                if from.is_some() {
                    std::fs::write(&file, sqlite_template()).expect("the copy is written");
                }
                format!("sqlite:{}", file.display())
            }
            Base::Postgres => {
                let cluster = Cluster::get().expect("a test on PostgreSQL has one");
                let name = database(&number().to_string());
                let from = from.map(|from| format!(" TEMPLATE {}", database(from))).unwrap_or_default();
                cluster.command(&format!("CREATE DATABASE {name}{from}")).await;
                self.0.databases.lock().unwrap_or_else(PoisonError::into_inner).push(name.clone());
                cluster.url(&name)
            }
        }
    }

    async fn clear(&self) {
        let names = std::mem::take(&mut *self.0.databases.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(cluster) = Cluster::get().filter(|_| !names.is_empty()) {
            for name in names {
                cluster.command(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
            }
        }
    }
}

/// A folder in memory, where there is one with room: databases for one test each are made there several times
/// as fast as on a disk.
pub(crate) fn swift() -> Option<&'static Path> {
    /// KiB: what the largest of the tests need, several times over.
    const ROOM: u64 = 4 * 1024 * 1024;
    static FOUND: OnceLock<bool> = OnceLock::new();
    let folder = Path::new("/dev/shm");
    let found = FOUND.get_or_init(|| {
        let asked = Command::new("df").args(["-Pk", "/dev/shm"]).stderr(Stdio::null()).output();
        let told = asked.map(|o| String::from_utf8_lossy(&o.stdout).into_owned()).unwrap_or_default();
        let free = told.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
        free.is_some_and(|free| free > ROOM) && tempfile::tempfile_in(folder).is_ok()
    });
    found.then_some(folder)
}

fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(crate) fn database(name: &str) -> String {
    format!("frontdesk_test_{}_{name}", std::process::id())
}

/// The SQLite file with the demo's data, made once a process and kept in memory.
fn sqlite_template() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("template.db");
        let url = format!("sqlite:{}", file.display());
        aside(move || block_on(crate::app::lay_template(&url)));
        std::fs::read(file).expect("the template")
    })
}

fn postgres_template() -> Option<()> {
    static MADE: OnceLock<()> = OnceLock::new();
    let cluster = Cluster::get()?;
    MADE.get_or_init(|| {
        let name = database(TEMPLATE);
        block_on(async {
            cluster.command(&format!("CREATE DATABASE {name}")).await;
            crate::app::lay_template(&cluster.url(&name)).await;
        });
    });
    Some(())
}

/// Runs it on a thread of its own: a runtime may not be begun within another.
fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|threads| threads.spawn(work).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}

/// Runs a test; [`test`](crate::test) writes the call.
pub fn run<F: Fixture, T: Future<Output = ()>>(base: Base, test: impl FnOnce(F) -> T) {
    if base == Base::Postgres && postgres_template().is_none() {
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "skipped: no PostgreSQL found");
        return;
    }
    let spot = Spot::new(base);
    let kept = spot.clone();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        block_on(async {
            let fixture = F::lay(spot).await;
            test(fixture).await;
        });
    }));
    block_on(kept.clear());
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Opens a database, or says why not.
pub(crate) async fn open(url: &str) -> Db {
    Db::open(url).await.unwrap_or_else(|e| panic!("{url}: {e}"))
}
