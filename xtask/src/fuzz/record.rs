//! What a run asked and found, as hooks.py left it.

use std::path::Path;

use serde_json::Value;

use super::{Actor, Run, name};
use crate::Outcome;

/// A run that is over.
pub struct Record {
    pub run: Run,
    /// Requests in all.
    pub calls: u64,
    /// Of each hundred of statuses, from 1xx to 5xx.
    pub classes: [u64; 5],
    /// Operations asked, and operations of the document.
    pub operations: (usize, u64),
    pub findings: Vec<Finding>,
}

/// Something that is not as it should be.
pub struct Finding {
    pub operation: String,
    pub what: String,
    pub message: String,
    pub times: u64,
    pub curl: String,
    pub answer: String,
}

/// Of a hundred requests of an owner, so many at least must do: else the requests do not reach what they should.
const DO: u64 = 15;

impl Record {
    /// Reads what is in the folder.
    pub fn read(run: Run, folder: &Path, report: &Value) -> Outcome<Self> {
        let file = folder.join("record.json");
        let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let record: Value = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", file.display()))?;
        let mut classes = [0; 5];
        for (status, count) in record["statuses"].as_object().into_iter().flatten() {
            let class = status.parse::<usize>().unwrap_or_default() / 100;
            if let Some(sum) = class.checked_sub(1).and_then(|at| classes.get_mut(at)) {
                *sum += count.as_u64().unwrap_or_default();
            }
        }
        let findings: Vec<Finding> =
            record["findings"].as_array().into_iter().flatten().map(finding).collect();
        let asked = record["operations"].as_object().map_or(0, serde_json::Map::len);
        let total = report["operations"]["total"].as_u64().unwrap_or_default();
        let mut out = Self {
            run,
            calls: record["calls"].as_u64().unwrap_or_default(),
            classes,
            operations: (asked, total),
            findings,
        };
        out.trouble(folder, report);
        Ok(out)
    }

    /// What would make the run worth less than it looks is a finding as well.
    fn trouble(&mut self, folder: &Path, report: &Value) {
        let log = folder.join("schemathesis.log").display().to_string();
        let mut wrong = Vec::new();
        for error in report["errors"].as_array().into_iter().flatten() {
            wrong.push(format!(
                "schemathesis: {} ({})",
                error["title"].as_str().unwrap_or("error"),
                error["count"]
            ));
        }
        let failures = report["failures"].as_array().map_or(0, Vec::len);
        if failures > 0 && self.findings.is_empty() {
            wrong.push(format!("schemathesis counts {failures} failures, of which the hooks know nothing"));
        }
        if self.calls == 0 {
            wrong.push("nothing was asked".to_owned());
        } else if self.run.actor == Actor::Owner && self.classes[1] * 100 < self.calls * DO {
            wrong.push(format!("of {} requests of the owner only {} did", self.calls, self.classes[1]));
        }
        self.findings.extend(wrong.into_iter().map(|message| Finding {
            operation: "the run".to_owned(),
            what: "trouble".to_owned(),
            message,
            times: 1,
            curl: format!("less {log}"),
            answer: String::new(),
        }));
    }

    /// How many of a hundred requests were answered with this hundred of statuses.
    pub fn share(&self, class: usize) -> String {
        match self.classes[class - 1] {
            0 => "-".to_owned(),
            count if count * 100 < self.calls => "<1 %".to_owned(),
            count => format!("{} %", count * 100 / self.calls.max(1)),
        }
    }

    /// In short, while others run.
    pub fn line(&self) -> String {
        format!(
            "{}: {} requests of {}/{} operations, {} fine, {} findings",
            self.run.title(),
            self.calls,
            self.operations.0,
            self.operations.1,
            self.share(2),
            self.findings.len()
        )
    }

    /// Who asked.
    pub fn actor(&self) -> String {
        name(self.run.actor)
    }
}

fn finding(of: &Value) -> Finding {
    let text = |key: &str| of[key].as_str().unwrap_or_default().to_owned();
    Finding {
        operation: text("operation"),
        what: text("what"),
        message: text("message"),
        times: of["times"].as_u64().unwrap_or(1),
        curl: text("curl"),
        answer: text("answer"),
    }
}
