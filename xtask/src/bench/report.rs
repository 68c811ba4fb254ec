//! The tables, as printed and as kept in docs/benchmarks.md.

use std::fmt::Write as _;
use std::process::Command;

use super::Options;
use super::load::Round;
use crate::{Outcome, root};

const BEGIN: &str = "<!-- bench: written by `cargo xtask bench --write` -->";
const END: &str = "<!-- /bench -->";

/// One thing measured on both sides.
pub struct Row {
    what: &'static str,
    against: &'static str,
    reach: f64,
    /// Rounds of the server.
    pub ours: Vec<Round>,
    /// Rounds of the yardstick.
    pub yardstick: Vec<Round>,
}

impl Row {
    /// Nothing measured yet.
    pub fn new(what: &'static str, against: &'static str, reach: f64) -> Self {
        Self { what, against, reach, ours: Vec::new(), yardstick: Vec::new() }
    }

    /// The latest round, in short.
    pub fn last(&self) -> String {
        let rate = |rounds: &[Round]| rounds.last().map_or(0.0, |r| r.per_second);
        format!("{} {:.0}/s against {:.0}/s", self.what, rate(&self.ours), rate(&self.yardstick))
    }
}

/// Each figure's median by itself.
pub fn median(rounds: &[Round]) -> Round {
    fn middle<T: Copy>(
        rounds: &[Round],
        of: impl Fn(&Round) -> T,
        order: impl Fn(&T, &T) -> std::cmp::Ordering,
    ) -> Option<T> {
        let mut all: Vec<T> = rounds.iter().map(of).collect();
        all.sort_by(order);
        all.get(all.len() / 2).copied()
    }
    Round {
        per_second: middle(rounds, |r| r.per_second, f64::total_cmp).unwrap_or_default(),
        p50: middle(rounds, |r| r.p50, Ord::cmp).unwrap_or_default(),
        p90: middle(rounds, |r| r.p90, Ord::cmp).unwrap_or_default(),
        p99: middle(rounds, |r| r.p99, Ord::cmp).unwrap_or_default(),
    }
}

/// The main table, with the machine it was measured on.
pub fn table(rows: &[Row], options: &Options) -> String {
    let mut out = circumstances(options);
    out.push_str(
        "\n| what | server | yardstick | ratio | to reach | server p50/p90/p99 | yardstick p50/p90/p99 |\n",
    );
    out.push_str("|---|---:|---:|---:|---:|---:|---:|\n");
    for row in rows {
        let (ours, other) = (median(&row.ours), median(&row.yardstick));
        let _ = writeln!(
            out,
            "| {} against {} | {:.0}/s | {:.0}/s | {:.2} | {:.2} | {} | {} |",
            row.what,
            row.against,
            ours.per_second,
            other.per_second,
            ours.per_second / other.per_second,
            row.reach,
            micros(&ours),
            micros(&other),
        );
    }
    out
}

fn micros(round: &Round) -> String {
    format!("{}/{}/{} µs", round.p50, round.p90, round.p99)
}

/// On which machine, when, and with which commit.
#[allow(clippy::disallowed_methods, reason = "the day of the measurement")]
pub fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu.lines().find_map(|l| l.strip_prefix("model name")).unwrap_or("unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let day = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    format!(
        "{}, {cores} cores, Linux {}; {day}, commit {}.",
        cpu.trim_start_matches([' ', '\t', ':']),
        said("uname", &["-r"]),
        said("git", &["describe", "--always", "--dirty", "--abbrev=9"]),
    )
}

fn circumstances(options: &Options) -> String {
    format!(
        "{} {} on {} connections, writing on {}; {} rounds of {} s, medians; load from {} thread(s) of the same \
         machine.\n",
        machine(),
        match &options.database {
            Some(url) if !url.starts_with("sqlite:") => "PostgreSQL; reading",
            _ => "SQLite; reading",
        },
        options.readers,
        options.writers,
        options.rounds(),
        options.length().as_secs(),
        options.threads,
    )
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(root()).output();
    output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
}

/// Puts the tables between the marks of docs/benchmarks.md.
pub fn write(table: &str) -> Outcome {
    put("docs/benchmarks.md", BEGIN, END, table)
}

/// Puts text between two marks of a file of the workspace.
pub fn put(page: &str, begin: &str, end: &str, table: &str) -> Outcome {
    let file = root().join(page);
    let failed = |e: std::io::Error| format!("{}: {e}", file.display());
    let lost = || format!("{page} has lost its marks");
    let text = std::fs::read_to_string(&file).map_err(failed)?;
    let (before, rest) = text.split_once(begin).ok_or_else(lost)?;
    let (_, after) = rest.split_once(end).ok_or_else(lost)?;
    std::fs::write(&file, format!("{before}{begin}\n{table}{end}{after}")).map_err(failed)
}
