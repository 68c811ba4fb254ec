//! The table, as printed and as kept in docs/fuzz.md, and the findings.

use std::fmt::Write as _;

use super::record::{Finding, Record};
use super::{Measure, name};
use crate::bench::report::{machine, put};
use crate::{Outcome, say};

const BEGIN: &str = "<!-- fuzz: written by `cargo xtask fuzz --write` -->";
const END: &str = "<!-- /fuzz -->";

/// The table of all runs, with the machine.
pub fn table(records: &[Record], seed: u32, measure: &Measure) -> String {
    let mut out = format!(
        "{} Seed {seed}; {} made-up requests of each operation ({}); at the most {} s a run of the owner, {} s \
         of the worker, {} s of anybody else, or the least that a run has.\n\n",
        machine(),
        measure.examples,
        measure.phases.replace(',', ", "),
        (measure.share * 5).as_secs(),
        (measure.share * 3).as_secs(),
        (measure.share * 2).as_secs(),
    );
    out.push_str("| database | document | actor | operations | requests | 2xx | 4xx | 5xx | findings |\n");
    out.push_str("|---|---|---|---:|---:|---:|---:|---:|---:|\n");
    for record in records {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {}/{} | {} | {} | {} | {} | {} |",
            name(record.run.database),
            record.run.document,
            record.actor(),
            record.operations.0,
            record.operations.1,
            record.calls,
            record.share(2),
            record.share(4),
            record.share(5),
            record.findings.len(),
        );
    }
    let short = records.iter().filter(|r| (r.operations.0 as u64) < r.operations.1).count();
    if short > 0 {
        let _ = writeln!(
            out,
            "\nIn {short} of {} runs time ran out before every operation was asked.",
            records.len()
        );
    }
    out
}

/// Puts the table between the marks of docs/fuzz.md.
pub fn write(table: &str) -> Outcome {
    put("docs/fuzz.md", BEGIN, END, table)
}

/// Prints each finding once, with who met it; fails when there are any.
pub fn findings(records: &[Record]) -> Outcome {
    let mut kinds: Vec<(&Finding, Vec<String>)> = Vec::new();
    for record in records {
        for finding in &record.findings {
            let same = |of: &Finding| of.operation == finding.operation && of.what == finding.what;
            match kinds.iter_mut().find(|(first, _)| same(first) && first.message == finding.message) {
                Some((_, who)) => who.push(record.run.title()),
                None => kinds.push((finding, vec![record.run.title()])),
            }
        }
    }
    for (finding, who) in &kinds {
        say(&format!("\n{}: {} ({} times in the first run)", finding.operation, finding.what, finding.times));
        say(&format!("  by      {}", who.join("; ")));
        for line in finding.message.lines().filter(|line| !line.trim().is_empty()).take(12) {
            say(&format!("  {line}"));
        }
        if !finding.answer.is_empty() {
            say(&format!("  answer  {}", finding.answer));
        }
        say(&format!("  repeat  {}", finding.curl));
    }
    if kinds.is_empty() { Ok(()) } else { Err(format!("{} findings", kinds.len())) }
}
