//! `bench`: the server against yardsticks, in one run and by turns.
//!
//! Both sides of each comparison get the same load from the same generator, the rounds alternate, and medians are
//! compared. The data is made by the program itself, with a fixed seed.

pub mod bare;
mod choices;
mod commits;
mod data;
pub mod floors;
mod load;
pub mod report;
mod rows;
pub mod served;
mod tools;

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::{Outcome, check, say};

/// What to measure, and for how long.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Length of a round
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Rounds, of which the median counts
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Connections that write, and that read what is small
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Threads of the load generator
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// A PostgreSQL server to measure on, as postgres://USER@HOST without a database: databases named bench_… are made
    /// there. SQLite for none
    #[arg(long)]
    database: Option<String>,
    /// Servers that share the database; more than one needs PostgreSQL
    #[arg(long, default_value_t = 1)]
    servers: usize,
    /// Make each commit to SQLite, the server's and the yardstick's, wait so many microseconds longer, as on a slower
    /// disk; needs strace
    #[arg(long)]
    commit_waits: Option<u32>,
    /// Only these
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
    /// Make the large data smaller by this: for trying the benchmark itself
    #[arg(long, default_value_t = 1)]
    part: u32,
    /// Build profile of what is measured
    #[arg(long, default_value = "dist")]
    profile: String,
    /// Measure the choices of the database layer too: joined commits, readers inline, statements kept
    #[arg(long)]
    choices: bool,
    /// Put the tables into docs/benchmarks.md
    #[arg(long)]
    write: bool,
    /// The programs are built already (set when that build calls itself)
    #[arg(long, hide = true)]
    built: bool,
}

/// A part of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// One location, read and changed
    Plain,
    /// Start and memory on the large database
    Start,
    /// Reads of the large database
    Large,
    /// Appointments made in the large database
    Writes,
    /// Reads as data grows
    Growth,
    /// The mock server against Prism
    Mock,
    /// Free times against django-appointment
    Django,
}

impl Options {
    fn length(&self) -> Duration {
        Duration::from_secs(self.seconds.clamp(1, 60))
    }

    fn rounds(&self) -> usize {
        self.rounds.clamp(1, 50)
    }

    fn servers(&self) -> usize {
        self.servers.clamp(1, 8)
    }

    fn postgres(&self) -> Option<&str> {
        self.database.as_deref().map(|url| url.trim_end_matches('/'))
    }

    fn has(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}

/// Builds what is measured as it is packaged, and measures with that build of this very program.
pub fn run(options: &Options) -> Outcome {
    if options.servers() > 1 && options.postgres().is_none() {
        return Err("several servers share a PostgreSQL database: name one with --database".to_owned());
    }
    if options.commit_waits.is_some() && options.postgres().is_some() {
        return Err("--commit-waits is for SQLite: PostgreSQL's commits are another process's".to_owned());
    }
    if options.built && options.commit_waits.is_some() && !is_traced() {
        return Err("nothing makes the commits wait: leave --built out".to_owned());
    }
    if options.built {
        return measure(options);
    }
    let inject = options.commit_waits.map(|waits| format!("inject=fsync,fdatasync:delay_exit={waits}"));
    let under = inject.iter().flat_map(|inject| {
        // Nothing is traced but the call that waits; what it says of it is of no use.
        [
            "strace",
            "-f",
            "-qq",
            "--seccomp-bpf",
            "-o",
            "/dev/null",
            "-e",
            "trace=fsync,fdatasync",
            "-e",
            inject,
        ]
    });
    check::go_on_under(&under.collect::<Vec<_>>(), &options.profile)
}

/// Whether another process, strace, holds this one's calls back; its children's then too.
fn is_traced() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.strip_prefix("TracerPid:").is_some_and(|tracer| tracer.trim() != "0"))
}

#[allow(clippy::disallowed_methods, reason = "the data is made around the day of the measurement")]
fn measure(options: &Options) -> Outcome {
    let target = check::target()?;
    let programs = check::programs(&options.profile)?;
    let now = jiff::Timestamp::now().as_millisecond();
    let day = calc::zone::local_date(now, &calc::zone::Zone::utc());
    let bench = rows::Bench {
        options: options.clone(),
        server: programs.join("frontdesk"),
        own: programs.join("xtask"),
        tools: target.join("bench-tools"),
        store: data::Store {
            program: programs.join("frontdesk"),
            folder: target.join("bench"),
            postgres: options.postgres().map(ToOwned::to_owned),
            part: options.part.max(1),
            day,
        },
        day,
        now,
    };
    let mut table = bench.measure()?.tables(options);
    if options.choices {
        table.push_str(&choices::table(&target.join("bench"), options)?);
    }
    say(&table);
    if options.write { report::write(&table, options) } else { Ok(()) }
}
