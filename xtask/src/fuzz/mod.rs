//! `fuzz`: every published document asked with made-up requests, as each actor, on both databases.
//!
//! The requests are schemathesis's (Python, in a folder of its own under `target/`), bent towards the demo's real
//! things by hooks.py. Each document and actor get a demo of their own, so that what one deletes is there for the
//! next. docs/fuzz.md says what counts as a finding.

mod record;
mod report;
mod tool;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::bench::served::Served;
use crate::{Outcome, check, root, say};
use record::Record;

/// What to ask, as whom, and for how long.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Begins all chance; the same seed on the same program asks the same, unless time cuts it short
    #[arg(long)]
    seed: Option<u32>,
    /// Made-up requests of each operation, beside those from examples and bounds
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    examples: u32,
    /// Time for all of it, shared out among the runs
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=1440))]
    minutes: u32,
    /// Under two minutes: only b2b-v1 unless told otherwise, few requests of each operation
    #[arg(long, conflicts_with_all = ["examples", "minutes"])]
    short: bool,
    /// Only these documents
    #[arg(long, value_name = "NAME", value_parser = documents())]
    document: Vec<String>,
    /// Only these actors
    #[arg(long, value_enum)]
    actor: Vec<Actor>,
    /// Only this database; PostgreSQL is a server of our own, or the one that `FRONTDESK_TEST_POSTGRES` names
    #[arg(long, value_enum)]
    database: Option<Database>,
    /// The server to ask; built anew (profile `release`) unless named
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Runs side by side; as many as there are cores unless told
    #[arg(long)]
    jobs: Option<usize>,
    /// Put the table into docs/fuzz.md
    #[arg(long)]
    write: bool,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Actor {
    /// Without any token
    Nobody,
    /// A partner alone
    Partner,
    /// A partner with a user token that is not valid
    WrongUser,
    /// The owner of another location
    Stranger,
    /// A team member with few rights
    Worker,
    /// The location's owner
    Owner,
}

/// On what the server keeps its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

fn documents() -> clap::builder::PossibleValuesParser {
    frontdesk::documents::all().iter().map(|document| document.name).collect::<Vec<_>>().into()
}

fn name(of: impl ValueEnum) -> String {
    of.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// One document, asked as one actor, on one database.
#[derive(Clone, Debug)]
struct Run {
    database: Database,
    document: String,
    actor: Actor,
}

impl Run {
    /// Its part of the time: who may do more is asked more.
    fn weight(&self) -> u32 {
        match self.actor {
            Actor::Owner => 5,
            Actor::Worker => 3,
            _ => 2,
        }
    }

    fn title(&self) -> String {
        format!("{} {} {}", name(self.database), self.document, name(self.actor))
    }
}

/// How long a run lasts, and how much it asks.
#[derive(Clone, Copy, Debug)]
struct Measure {
    examples: u32,
    phases: &'static str,
    /// A run's time is this much, as often as its weight says.
    share: Duration,
}

impl Measure {
    fn length(&self, run: &Run) -> Duration {
        // Gathering the examples of a large document alone takes some ten seconds of a busy machine.
        let least = if self.phases.contains("examples") { 20 } else { 3 };
        (self.share * run.weight()).max(Duration::from_secs(least))
    }
}

/// Time of the short form for all its runs: with the starts around them it stays under two minutes.
const SHORT: Duration = Duration::from_secs(70);

impl Options {
    fn runs(&self) -> Vec<Run> {
        let documents: Vec<String> = if !self.document.is_empty() {
            self.document.clone()
        } else if self.short {
            vec!["b2b-v1".to_owned()]
        } else {
            frontdesk::documents::all().iter().map(|document| document.name.to_owned()).collect()
        };
        let actors: &[Actor] = if self.actor.is_empty() { Actor::value_variants() } else { &self.actor };
        let databases =
            Database::value_variants().iter().filter(|d| self.database.is_none_or(|only| only == **d));
        let mut out = Vec::new();
        for database in databases {
            for document in &documents {
                for actor in actors {
                    out.push(Run { database: *database, document: document.clone(), actor: *actor });
                }
            }
        }
        out
    }

    fn jobs(&self) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        self.jobs.unwrap_or(cores).clamp(1, 64)
    }

    fn measure(&self, runs: &[Run]) -> Measure {
        let (examples, phases, time) = if self.short {
            (1, "fuzzing", SHORT)
        } else {
            let time = Duration::from_secs(u64::from(self.minutes) * 60);
            (self.examples, "examples,coverage,fuzzing", time)
        };
        let jobs = u32::try_from(self.jobs().min(runs.len())).unwrap_or(1);
        let weights: u32 = runs.iter().map(Run::weight).sum();
        Measure { examples, phases, share: time * jobs / weights.max(1) }
    }
}

/// Asks, and fails when something was found.
pub fn run(options: &Options) -> Outcome {
    let folder = check::target()?.join("fuzz");
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let tool = tool::install(&folder)?;
    let program = program(options)?;
    let runs = options.runs();
    let cluster = if runs.iter().any(|run| run.database == Database::Postgres) {
        Some(testkit::Cluster::get().ok_or("PostgreSQL is missing (Debian: apt-get install postgresql)")?)
    } else {
        None
    };
    let seed = options.seed.unwrap_or_else(some_seed);
    let measure = options.measure(&runs);
    say(&format!("seed {seed}: {} runs, {} at a time", runs.len(), options.jobs().min(runs.len())));
    let place = Place { folder: folder.join("runs"), tool, program, cluster, seed, measure };
    // Left by an earlier run, for whoever wanted to look.
    let _ = std::fs::remove_dir_all(&place.folder);
    let records = all(&place, runs, options.jobs())?;
    let table = report::table(&records, seed, &measure);
    say(&table);
    if options.write {
        report::write(&table)?;
    }
    report::findings(&records)
}

/// Runs them, some side by side; in the order in which they stood.
fn all(place: &Place, runs: Vec<Run>, jobs: usize) -> Outcome<Vec<Record>> {
    let mut waiting: Vec<(usize, Run)> = runs.into_iter().enumerate().collect();
    // The long ones first, so that none is left alone at the end.
    waiting.sort_by_key(|(_, run)| std::cmp::Reverse(run.weight()));
    let waiting = Mutex::new(VecDeque::from(waiting));
    let done: Mutex<Vec<(usize, Outcome<Record>)>> = Mutex::default();
    std::thread::scope(|threads| {
        for _ in 0..jobs {
            threads.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some((at, run)) = next else { return };
                    let outcome = place.one(at, &run);
                    match &outcome {
                        Ok(record) => say(&record.line()),
                        Err(error) => say(&format!("{}: {error}", run.title())),
                    }
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, outcome));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

/// What all runs share.
struct Place {
    folder: PathBuf,
    tool: PathBuf,
    program: PathBuf,
    cluster: Option<&'static testkit::Cluster>,
    seed: u32,
    measure: Measure,
}

impl Place {
    fn one(&self, at: usize, run: &Run) -> Outcome<Record> {
        let folder = self.folder.join(format!("{at:02}-{}", run.title().replace(' ', "-")));
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let made = match (run.database, self.cluster) {
            (Database::Postgres, Some(cluster)) => Some(cluster.create(&format!("fuzz_{at}"))),
            _ => None,
        };
        let outcome = self.ask(run, &folder, made.as_deref());
        if let (Some(_), Some(cluster)) = (made, self.cluster) {
            cluster.remove(&format!("fuzz_{at}"));
        }
        outcome
    }

    fn ask(&self, run: &Run, folder: &Path, database: Option<&str>) -> Outcome<Record> {
        let log = folder.join("server.log");
        let file = std::fs::File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let server = Served::frontdesk(&self.program, &folder.join("data"), database, &[], file.into())?;
        let report =
            tool::ask(&self.tool, folder, &server.address.to_string(), run, self.seed, &self.measure)?;
        drop(server);
        // The data are not needed any more; the logs stay.
        let _ = std::fs::remove_dir_all(folder.join("data"));
        Record::read(run.clone(), folder, &report)
    }
}

/// The server: the one that is named, or one built now.
fn program(options: &Options) -> Outcome<PathBuf> {
    let program = match &options.program {
        // Asked from folders of their own.
        Some(named) => std::path::absolute(named).map_err(|e| e.to_string())?,
        None => {
            check::cargo(&["build", "--release", "--quiet", "-p", "frontdesk"], &[])?;
            check::target()?.join("release/frontdesk")
        }
    };
    if program.is_file() { Ok(program) } else { Err(format!("there is no {}", program.display())) }
}

#[allow(clippy::disallowed_methods, reason = "a seed that nobody has named; it is printed")]
fn some_seed() -> u32 {
    jiff::Timestamp::now().subsec_nanosecond().unsigned_abs()
}

/// Where the hooks and the list of packages lie.
fn sources() -> PathBuf {
    root().join("xtask/src/fuzz")
}
