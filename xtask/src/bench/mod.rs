//! `bench`: the server against two yardsticks, in one run and by turns.
//!
//! Reading one location is held against a bare handler that gives the same bytes; changing one against a loop
//! of single-row commits on the same disk. Both sides of each get the same load from the same generator, the
//! rounds alternate, and medians are compared.

pub mod bare;
mod choices;
mod commits;
mod load;
pub mod report;
pub mod served;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use clap::Args;

use crate::{Outcome, check, say};
use load::Load;
use report::Row;
use served::Served;

/// What to measure, and for how long.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Length of a round
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Rounds, of which the median counts
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Connections that read
    #[arg(long, default_value_t = 32)]
    readers: usize,
    /// Connections that write
    #[arg(long, default_value_t = 32)]
    writers: usize,
    /// Threads of the load generator
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Database of the server, as `frontdesk --database` takes it; a file of its own unless named. Demo data
    /// is written to it
    #[arg(long)]
    database: Option<String>,
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

impl Options {
    fn length(&self) -> Duration {
        Duration::from_secs(self.seconds.clamp(1, 60))
    }

    fn rounds(&self) -> usize {
        self.rounds.clamp(1, 50)
    }
}

/// Builds what is measured as it is packaged, and measures with that build of this very program.
pub fn run(options: &Options) -> Outcome {
    if options.built {
        return measure(options);
    }
    check::cargo(&["build", "--profile", "dist", "--quiet", "-p", "frontdesk", "-p", "xtask"], &[])?;
    let program = programs()?.join("xtask");
    let status = std::process::Command::new(&program)
        .args(std::env::args_os().skip(1))
        .arg("--built")
        .status()
        .map_err(|e| format!("{}: {e}", program.display()))?;
    if status.success() { Ok(()) } else { Err("the measurement failed".to_owned()) }
}

/// The folder with those programs: beside our own, wherever cargo was told to build.
fn programs() -> Outcome<PathBuf> {
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    let target = own.parent().and_then(|p| p.parent()).ok_or("no target folder")?;
    Ok(target.join("dist"))
}

fn measure(options: &Options) -> Outcome {
    let folder = programs()?.join("../bench");
    // Left by a run that was broken off.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let outcome = measure_in(options, &folder);
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

fn measure_in(options: &Options, folder: &Path) -> Outcome {
    let server = Served::frontdesk(
        &programs()?.join("frontdesk"),
        folder,
        options.database.as_deref(),
        Stdio::inherit(),
    )?;
    let get = Load {
        request: load::request("GET", &server.path(), &server.partner(), None),
        connections: options.readers,
        threads: options.threads,
        length: options.length(),
    };
    let body = folder.join("body.json");
    std::fs::write(&body, get.once(server.address)?).map_err(|e| e.to_string())?;
    let bare = Served::bare(&programs()?.join("xtask"), &body)?;
    let small = "{\"title\":\"James Smith LLC\",\"zip\":\"11435\"}";
    let put = Load {
        request: load::request("PUT", &server.path(), &server.user(), Some(small)),
        connections: options.writers,
        ..get.clone()
    };
    let mut reading = Row::new("GET /api/v1/company/37532", "bare axum handler, same bytes", 0.40);
    let mut writing = Row::new("PUT /api/v1/company/37532", "loop of single-row commits", 1.0);
    for round in 0..options.rounds() {
        // Who goes first changes, so that neither always finds the machine warmer.
        for ours in [round % 2 == 0, round % 2 != 0] {
            if ours {
                reading.ours.push(get.run(server.address)?);
            } else {
                reading.yardstick.push(get.run(bare.address)?);
            }
        }
        for ours in [round % 2 == 0, round % 2 != 0] {
            if ours {
                writing.ours.push(put.run(server.address)?);
            } else {
                writing.yardstick.push(commits::run(folder, options.database.as_deref(), options.length())?);
            }
        }
        say(&format!("round {}: {}; {}", round + 1, reading.last(), writing.last()));
    }
    drop((server, bare));
    let mut table = report::table(&[reading, writing], options);
    if options.choices {
        table.push_str(&choices::table(folder, options)?);
    }
    say(&table);
    if options.write { report::write(&table) } else { Ok(()) }
}
