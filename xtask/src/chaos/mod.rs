//! `chaos`: the server is broken on purpose, and what must hold all the same is looked at.
//!
//! Each line begins with data of its own, and everything stays on this machine: the server, the database, the
//! receivers of webhooks, the clients. The seed decides what is written and when it is broken; how the threads of
//! all these processes meet is not its to decide.

mod client;
mod cluster;
mod copies;
mod full;
mod hostile;
mod killed;
mod ledger;
mod outage;
mod overload;
mod receiver;
mod receivers;
mod server;
mod truth;
mod verdict;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::{Args, ValueEnum};

use crate::{Outcome, check, say};
use cluster::Cluster;
use server::Place;
use verdict::{Seen, Verdict};

/// Threads of the clients and receivers: more than processors, so that work that holds a thread holds up nobody else.
const THREADS: usize = 8;

/// What to break, and how.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// What decides on the writes and the moments; printed, so that a run can be repeated
    #[arg(long)]
    seed: Option<u64>,
    /// The short form, for CI: fewer kills, shorter outages, fewer connections
    #[arg(long)]
    short: bool,
    /// Only these lines (may be repeated)
    #[arg(long, value_enum)]
    only: Vec<Line>,
    /// On which databases; PostgreSQL is left out where there is no initdb, unless it is named here
    #[arg(long, value_enum)]
    database: Vec<Kind>,
    /// Put the table into docs/chaos.md
    #[arg(long)]
    write: bool,
    /// Break this program, which is built already, instead of building one
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
    /// The programs are built already (set when that build calls itself)
    #[arg(long, hide = true)]
    built: bool,
}

/// What is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Line {
    /// kill -9 at random moments of a load of writes
    Kills,
    /// PostgreSQL restarted under load, then gone for a while
    Outage,
    /// The disk is full
    Full,
    /// Receivers of webhooks that hang
    Receivers,
    /// Clients that send a byte a second
    Slow,
    /// A body of 100 MB
    Body,
    /// Connections that do nothing
    Idle,
    /// Ten times the load that it can carry
    Overload,
    /// A backup under load, restored elsewhere
    Backup,
}

impl Line {
    const ALL: [Line; 9] = [
        Line::Kills,
        Line::Outage,
        Line::Full,
        Line::Receivers,
        Line::Slow,
        Line::Body,
        Line::Idle,
        Line::Overload,
        Line::Backup,
    ];

    /// Its name, as `--only` takes it.
    fn name(self) -> &'static str {
        match self {
            Line::Kills => "kills",
            Line::Outage => "outage",
            Line::Full => "full",
            Line::Receivers => "receivers",
            Line::Slow => "slow",
            Line::Body => "body",
            Line::Idle => "idle",
            Line::Overload => "overload",
            Line::Backup => "backup",
        }
    }

    /// What clients do to the listener has nothing to do with the database: it is tried on one of them.
    fn is_on(self, kind: Kind, kinds: &[Kind]) -> bool {
        match self {
            Line::Outage => kind == Kind::Postgres,
            Line::Slow | Line::Body | Line::Idle => kinds.first() == Some(&kind),
            _ => true,
        }
    }
}

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// SQLite inside the process
    Sqlite,
    /// A PostgreSQL server of our own
    Postgres,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Sqlite => "SQLite",
            Kind::Postgres => "PostgreSQL",
        }
    }
}

/// What all lines have.
pub struct World {
    program: PathBuf,
    folder: PathBuf,
    seed: u64,
    short: bool,
    cluster: Option<Cluster>,
}

impl World {
    /// One of the long form and of the short one.
    fn long_or<T>(&self, long: T, short: T) -> T {
        if self.short { short } else { long }
    }

    fn cluster(&self) -> Outcome<&Cluster> {
        self.cluster.as_ref().ok_or_else(|| "there is no PostgreSQL".to_owned())
    }

    /// An empty place of this name.
    async fn empty(&self, name: &str, kind: Kind) -> Outcome<Place> {
        self.empty_on(self.cluster.as_ref(), name, kind).await
    }

    async fn empty_on(&self, cluster: Option<&Cluster>, name: &str, kind: Kind) -> Outcome<Place> {
        let folder = self.folder.join(format!("{name}-{}", kind.name()));
        let database = match (kind, cluster) {
            (Kind::Sqlite, _) => None,
            (Kind::Postgres, Some(cluster)) => Some(cluster.make(name, "").await?),
            (Kind::Postgres, None) => return Err("there is no PostgreSQL".to_owned()),
        };
        Place::new(&self.program, folder, database)
    }

    /// The same with the demo's data.
    async fn laid(&self, name: &str, kind: Kind) -> Outcome<Place> {
        self.laid_on(self.cluster.as_ref(), name, kind).await
    }

    /// The same on another cluster than the one that all share.
    async fn laid_on(&self, cluster: Option<&Cluster>, name: &str, kind: Kind) -> Outcome<Place> {
        let place = self.empty_on(cluster, name, kind).await?;
        place.lay()?;
        Ok(place)
    }
}

/// Builds what is to be broken as a release, and breaks it with that build of this very program.
pub fn run(options: &Options) -> Outcome {
    if options.built || options.program.is_some() {
        return all(options);
    }
    check::go_on_as("release")
}

#[allow(clippy::disallowed_methods, reason = "a seed that is printed")]
fn all(options: &Options) -> Outcome {
    let program = match &options.program {
        Some(program) => std::fs::canonicalize(program).map_err(|e| format!("{}: {e}", program.display()))?,
        None => check::programs("release")?.join("frontdesk"),
    };
    let seed =
        options.seed.unwrap_or_else(|| jiff::Timestamp::now().as_millisecond().unsigned_abs() % 1_000_000);
    let folder = check::target()?.join("chaos");
    // Left by a run that was broken off.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    // Ten thousand connections have two ends.
    let handles = hostile::raise_handles();
    let wanted = |kind| options.database.is_empty() || options.database.contains(&kind);
    let mut kinds: Vec<Kind> = [Kind::Sqlite, Kind::Postgres].into_iter().filter(|k| wanted(*k)).collect();
    let cluster = if wanted(Kind::Postgres) { Cluster::start(options.short)? } else { None };
    if cluster.is_none() && kinds.contains(&Kind::Postgres) {
        if options.database.contains(&Kind::Postgres) {
            return Err("there is no initdb".to_owned());
        }
        say("left out: PostgreSQL, since there is no initdb");
        kinds.retain(|kind| *kind != Kind::Postgres);
    }
    say(&format!("seed {seed}; {handles} open files allowed"));
    let world = World { program, folder: folder.clone(), seed, short: options.short, cluster };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    let wanted = |line: &Line| options.only.is_empty() || options.only.contains(line);
    let all: Vec<(Line, Kind)> = Line::ALL
        .into_iter()
        .filter(wanted)
        .flat_map(|line| kinds.iter().map(move |kind| (line, *kind)))
        .filter(|(line, kind)| line.is_on(*kind, &kinds))
        .collect();
    let world = Arc::new(world);
    let mut verdicts = Vec::new();
    for beside in chains(&all, options.short) {
        verdicts.extend(runtime.block_on(together(&world, beside))?);
    }
    verdicts.sort_by_key(|(at, _)| all.iter().position(|one| one == at));
    let verdicts: Vec<Verdict> = verdicts.into_iter().map(|(_, verdict)| verdict).collect();
    let profile = world
        .program
        .parent()
        .and_then(Path::file_name)
        .map_or_else(String::new, |p| p.display().to_string());
    drop(world);
    let failed = verdicts.iter().filter(|verdict| verdict.failed()).count();
    if options.write {
        verdict::write(&verdict::table(&verdicts, seed, options.short, &profile))?;
    }
    if failed > 0 {
        return Err(format!(
            "{failed} of {} did not hold; the data and logs are in {}",
            verdicts.len(),
            folder.display()
        ));
    }
    let _ = std::fs::remove_dir_all(&folder);
    Ok(())
}

/// Lines that run one after the other, of which several run side by side, stage after stage. In the short form all that is
/// not measured against time runs side by side, since most of it waits.
fn chains(all: &[(Line, Kind)], short: bool) -> Vec<Vec<Vec<(Line, Kind)>>> {
    if !short {
        return all.iter().map(|one| vec![vec![*one]]).collect();
    }
    let chain = |of: &(Line, Kind)| match of {
        (Line::Kills, Kind::Sqlite) => 0,
        (Line::Kills, Kind::Postgres) => 1,
        (Line::Outage, _) => 2,
        (Line::Slow | Line::Body | Line::Idle, _) => 3,
        (Line::Receivers, Kind::Sqlite) => 4,
        (Line::Receivers, Kind::Postgres) => 5,
        _ => 6,
    };
    let (last, first): (Vec<_>, Vec<_>) = all.iter().copied().partition(|(line, _)| *line == Line::Overload);
    let beside = (0..7).map(|n| first.iter().copied().filter(|of| chain(of) == n).collect()).collect();
    vec![beside, vec![last]]
}

async fn together(
    world: &Arc<World>,
    chains: Vec<Vec<(Line, Kind)>>,
) -> Outcome<Vec<((Line, Kind), Verdict)>> {
    let running: Vec<_> = chains
        .into_iter()
        .map(|chain| {
            let world = world.clone();
            tokio::spawn(async move {
                let mut verdicts = Vec::new();
                for (line, kind) in chain {
                    let began = Instant::now();
                    let seen = one(&world, line, kind).await;
                    let verdict = Verdict::new(line.name(), kind.name(), seen, began.elapsed().as_secs());
                    say(&verdict.line());
                    verdicts.push(((line, kind), verdict));
                }
                verdicts
            })
        })
        .collect();
    let mut verdicts = Vec::new();
    for chain in running {
        verdicts.extend(chain.await.map_err(|e| format!("a line ended early: {e}"))?);
    }
    Ok(verdicts)
}

async fn one(world: &World, line: Line, kind: Kind) -> Outcome<Seen> {
    match line {
        Line::Kills => killed::run(world, kind).await,
        Line::Outage => outage::run(world, kind).await,
        Line::Full => full::run(world, kind).await,
        Line::Receivers => receivers::run(world, kind).await,
        Line::Slow => hostile::slow(world, kind).await,
        Line::Body => hostile::body(world, kind).await,
        Line::Idle => hostile::idle(world, kind).await,
        Line::Overload => overload::run(world, kind).await,
        Line::Backup => copies::run(world, kind).await,
    }
}
