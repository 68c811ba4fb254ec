//! What came of a line, as printed and as kept in docs/chaos.md.

use std::fmt::Write as _;

use crate::Outcome;
use crate::bench::report::{machine, put};

const BEGIN: &str = "<!-- chaos: written by `cargo xtask chaos --write` -->";
const END: &str = "<!-- /chaos -->";

/// What a line has seen: figures, and what must not have been.
#[derive(Debug, Default)]
pub struct Seen {
    figures: Vec<String>,
    faults: Vec<String>,
    left_out: Option<String>,
}

impl Seen {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The line can't be run here, for this reason.
    pub fn left_out(why: impl Into<String>) -> Self {
        Self { left_out: Some(why.into()), ..Self::default() }
    }

    /// A figure, or another thing worth telling.
    pub fn note(&mut self, figure: impl Into<String>) {
        self.figures.push(figure.into());
    }

    /// What must hold; `otherwise` says what was seen instead.
    pub fn must(&mut self, holds: bool, otherwise: impl Into<String>) {
        if !holds {
            self.faults.push(otherwise.into());
        }
    }

    /// Several faults at once, of which a few are told.
    pub fn faults(&mut self, faults: Vec<String>) {
        let more = faults.len().saturating_sub(5);
        self.faults.extend(faults.into_iter().take(5));
        if more > 0 {
            self.faults.push(format!("and {more} more"));
        }
    }

    /// Whether anything was wrong so far.
    pub fn is_fine(&self) -> bool {
        self.faults.is_empty()
    }
}

/// How a line ended on one database.
#[derive(Debug)]
pub struct Verdict {
    /// The line's name.
    pub line: &'static str,
    /// The database.
    pub database: &'static str,
    seen: Seen,
    seconds: u64,
}

impl Verdict {
    /// Of what was seen, or of what kept it from being seen.
    pub fn new(line: &'static str, database: &'static str, seen: Outcome<Seen>, seconds: u64) -> Self {
        let seen = seen.unwrap_or_else(|error| {
            let mut seen = Seen::new();
            seen.must(false, error);
            seen
        });
        Self { line, database, seen, seconds }
    }

    /// Whether it failed.
    pub fn failed(&self) -> bool {
        !self.seen.is_fine()
    }

    fn word(&self) -> &'static str {
        match (&self.seen.left_out, self.failed()) {
            (Some(_), _) => "left out",
            (None, true) => "FAILED",
            (None, false) => "ok",
        }
    }

    fn told(&self) -> String {
        let mut parts: Vec<&str> = self.seen.faults.iter().map(String::as_str).collect();
        parts.extend(self.seen.left_out.as_deref());
        parts.extend(self.seen.figures.iter().map(String::as_str));
        parts.join("; ")
    }

    /// One line for the terminal.
    pub fn line(&self) -> String {
        format!("{:<8} {} on {} ({} s): {}", self.word(), self.line, self.database, self.seconds, self.told())
    }
}

/// The table, with the machine, the day and the seed.
pub fn table(verdicts: &[Verdict], seed: u64, short: bool, profile: &str) -> String {
    let mut out = format!(
        "{} {profile} build, seed {seed}{}; server, database, clients and receivers on the same machine.\n",
        machine(),
        if short { ", the short form" } else { "" },
    );
    out.push_str("\n| line | database | verdict | seen | s |\n|---|---|---|---|---:|\n");
    for v in verdicts {
        let told = v.told().replace('|', "\\|");
        let _ = writeln!(out, "| {} | {} | {} | {told} | {} |", v.line, v.database, v.word(), v.seconds);
    }
    out
}

/// Puts the table between the marks of docs/chaos.md.
pub fn write(table: &str) -> Outcome {
    put("docs/chaos.md", BEGIN, END, table)
}

#[cfg(test)]
mod tests {
    use super::{Seen, Verdict};

    #[test]
    fn one_fault_is_enough() {
        let mut seen = Seen::new();
        seen.note("3 writes");
        seen.must(true, "nothing");
        assert!(seen.is_fine());
        seen.must(false, "a write is gone");
        let verdict = Verdict::new("kills", "SQLite", Ok(seen), 1);
        assert!(verdict.failed());
        assert_eq!(verdict.line(), "FAILED   kills on SQLite (1 s): a write is gone; 3 writes");
        let verdict = Verdict::new("kills", "SQLite", Err("it did not start".to_owned()), 1);
        assert!(verdict.failed());
        let verdict = Verdict::new("full", "SQLite", Ok(Seen::left_out("no mounts here")), 0);
        assert!(!verdict.failed());
        assert!(verdict.line().starts_with("left out"));
    }
}
