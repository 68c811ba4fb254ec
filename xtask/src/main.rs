//! Development tasks: `cargo xtask --help`.

mod api;
mod bench;
mod chaos;
mod check;
mod fuzz;
mod room;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The same as the server's, so that both sides of a measurement, and the load between them, have it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome<T = ()> = Result<T, String>;

/// Tasks of development.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write docs/openapi, docs/endpoints.txt and docs/permissions.txt from the program
    Api {
        /// Write nothing; fail when a file differs
        #[arg(long)]
        check: bool,
    },
    /// What a change must pass before it is handed in: format, lints, documents
    Check,
    /// Run the tests (those whose names contain the filter), on both databases where PostgreSQL is at hand
    Test {
        /// Part of a test's name
        filter: Option<String>,
    },
    /// Lay the files of a new room, as docs/adding-an-operation.md has it
    Room {
        /// Where: CRATE/NAME, as in booking/schedules
        place: String,
    },
    /// Measure the server against its yardsticks
    Bench(bench::Options),
    /// Ask every published document with made-up requests, as every actor, on both databases
    Fuzz(fuzz::Options),
    /// Break the server on purpose, and see what holds
    Chaos(chaos::Options),
    /// The bare handler that reading is measured against (a process of its own; started by `bench`)
    #[command(hide = true)]
    Bare {
        /// File whose bytes are the answer
        body: PathBuf,
    },
    /// The list of appointments by one query, likewise
    #[command(hide = true)]
    FloorRecords {
        /// As `frontdesk --database` takes it
        database: String,
        /// The location
        location: i64,
        /// Its zone
        zone: String,
        /// File with the server's answer
        answer: PathBuf,
    },
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().task {
        Task::Api { check } => api::run(check),
        Task::Check => check::check(),
        Task::Test { filter } => check::test(filter.as_deref()),
        Task::Room { place } => room::run(&place),
        Task::Bench(options) => bench::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Chaos(options) => chaos::run(&options),
        Task::Bare { body } => bench::bare::run(&body),
        Task::FloorRecords { database, location, zone, answer } => {
            bench::floors::records(&database, location, &zone, &answer)
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => {
            eprintln!("xtask: {line}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

/// Writes a line for the person at the terminal.
fn say(line: &str) {
    use std::io::Write as _;
    // A closed pipe is no failure of ours.
    let _ = writeln!(std::io::stdout(), "{line}");
}
