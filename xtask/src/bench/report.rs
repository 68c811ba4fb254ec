//! The tables, as printed and as kept in docs/benchmarks.md.

use std::fmt::Write as _;
use std::process::Command;

use super::Options;
use super::load::Round;
use crate::{Outcome, root};

/// What is to be reached.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// So much of the yardstick's rate, or more.
    Share(f64),
    /// The slowest of a hundred but one within so many milliseconds.
    P99(u32),
    /// Both.
    ShareAndP99(f64, u32),
}

impl Goal {
    fn told(self) -> String {
        match self {
            Self::Share(share) => format!("{share:.2}"),
            Self::P99(most) => format!("p99 {most} ms"),
            Self::ShareAndP99(share, most) => format!("{share:.2}; p99 {most} ms"),
        }
    }

    fn is_reached(self, share: Option<f64>, p99: u32) -> bool {
        let shares = |wanted: f64| share.is_some_and(|share| share >= wanted);
        let within = |most: u32| p99 <= most * 1000;
        match self {
            Self::Share(wanted) => shares(wanted),
            Self::P99(most) => within(most),
            Self::ShareAndP99(wanted, most) => shares(wanted) && within(most),
        }
    }
}

/// One thing measured on both sides.
#[derive(Debug)]
pub struct Row {
    what: String,
    against: &'static str,
    goal: Goal,
    /// Rounds of the server.
    pub ours: Vec<Round>,
    /// Rounds of the yardstick; none where there is none.
    pub yardstick: Vec<Round>,
}

impl Row {
    /// Nothing measured yet.
    pub fn new(what: impl Into<String>, against: &'static str, goal: Goal) -> Self {
        Self { what: what.into(), against, goal, ours: Vec::new(), yardstick: Vec::new() }
    }

    /// The latest round, in short.
    pub fn last(&self) -> String {
        let rate = |rounds: &[Round]| rounds.last().map_or(0.0, |r| r.per_second);
        format!("{} {:.0}/s against {:.0}/s", self.what, rate(&self.ours), rate(&self.yardstick))
    }

    fn line(&self) -> String {
        let ours = median(&self.ours);
        let other = (!self.yardstick.is_empty()).then(|| median(&self.yardstick));
        let share = other.map(|other| ours.per_second / other.per_second);
        format!(
            "| {} against {} | {:.0}/s | {} | {} | {} | {} | {} | {} |",
            self.what,
            self.against,
            ours.per_second,
            other.map_or("-".to_owned(), |other| format!("{:.0}/s", other.per_second)),
            share.map_or("-".to_owned(), |share| format!("{share:.2}")),
            self.goal.told(),
            if self.goal.is_reached(share, ours.p99) { "yes" } else { "no" },
            micros(&ours),
            other.map_or("-".to_owned(), |other| micros(&other)),
        )
    }
}

/// The same request to a small and to a large database.
#[derive(Debug)]
pub struct Growth {
    /// What is asked.
    pub what: &'static str,
    /// How the two differ.
    pub between: &'static str,
    /// Rounds of the small one.
    pub small: Vec<Round>,
    /// Rounds of the large one.
    pub large: Vec<Round>,
}

/// How much dearer a read may become as the data grows.
const GROWTH: f64 = 1.3;

impl Growth {
    fn line(&self) -> String {
        let (small, large) = (median(&self.small), median(&self.large));
        let cost = small.per_second / large.per_second;
        format!(
            "| {} | {} | {:.0}/s | {:.0}/s | {cost:.2} | {GROWTH:.1} | {} |",
            self.what,
            self.between,
            small.per_second,
            large.per_second,
            if cost <= GROWTH { "yes" } else { "no" },
        )
    }
}

/// A figure that must not be above another.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Of what.
    pub what: &'static str,
    /// How much, in its unit.
    pub much: f64,
    /// At the most.
    pub most: f64,
    /// What it is counted in.
    pub unit: &'static str,
}

impl Figure {
    fn line(&self) -> String {
        let Self { what, much, most, unit } = self;
        let reached = if much <= most { "yes" } else { "no" };
        format!("| {what} | {much:.2} {unit} | {most:.1} {unit} | {reached} |")
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

/// All that was measured.
#[derive(Debug, Default)]
pub struct Measured {
    /// Against yardsticks.
    pub rows: Vec<Row>,
    /// Against the same with less data.
    pub growth: Vec<Growth>,
    /// By themselves.
    pub figures: Vec<Figure>,
}

impl Measured {
    /// The tables, with the machine they were measured on.
    pub fn tables(&self, options: &Options) -> String {
        let mut out = circumstances(options);
        if !self.rows.is_empty() {
            out.push_str("\n| what | server | yardstick | ratio | to reach | reached | server p50/p90/p99 | yardstick p50/p90/p99 |\n");
            out.push_str("|---|---:|---:|---:|---:|---|---:|---:|\n");
            self.rows.iter().for_each(|row| push(&mut out, &row.line()));
        }
        if !self.growth.is_empty() {
            out.push_str("\n| as data grows | from, to | small | large | cost | at most | reached |\n");
            out.push_str("|---|---|---:|---:|---:|---:|---|\n");
            self.growth.iter().for_each(|row| push(&mut out, &row.line()));
        }
        if !self.figures.is_empty() {
            out.push_str("\n| on the large database | | at most | reached |\n|---|---:|---:|---|\n");
            self.figures.iter().for_each(|row| push(&mut out, &row.line()));
        }
        out
    }
}

fn push(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
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
    let shared = match options.servers() {
        1 => String::new(),
        servers => format!(", {servers} servers that share it"),
    };
    let mut out = format!(
        "{} Profile {}. {}{shared}{}; {} rounds of {} s, medians; load from {} thread(s) of the same machine.\n",
        machine(),
        options.profile,
        if options.postgres().is_some() { "PostgreSQL" } else { "SQLite" },
        options
            .commit_waits
            .map(|us| format!(", each commit made to wait {us} µs longer"))
            .unwrap_or_default(),
        options.rounds(),
        options.length().as_secs(),
        options.threads,
    );
    if options.part > 1 {
        let _ = writeln!(out, "A trial: the data is smaller by {} than it should be.", options.part);
    }
    out
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(root()).output();
    output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
}

/// Puts the tables between the marks of docs/benchmarks.md that are for this kind of run.
pub fn write(table: &str, options: &Options) -> Outcome {
    let kind = match (options.postgres().is_some(), options.servers() > 1) {
        (false, _) if options.commit_waits.is_some() => "slower disk",
        (false, _) => "sqlite",
        (true, false) => "postgres",
        (true, true) => "two servers",
    };
    put("docs/benchmarks.md", &format!("<!-- bench: {kind} -->"), &format!("<!-- /bench: {kind} -->"), table)
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
