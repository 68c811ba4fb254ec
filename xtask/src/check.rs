//! What a change must pass.

use std::process::Command;

use crate::{Outcome, api, root, say};

/// Format, lints, documents.
pub fn check() -> Outcome {
    cargo(&["fmt", "--all", "--check"], &[])?;
    cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"], &[])?;
    api::run(true)?;
    say("format, lints and documents are in order");
    Ok(())
}

/// The tests. A failing one shows where, and a changed snapshot fails instead of being written aside.
pub fn test(filter: Option<&str>) -> Outcome {
    let mut arguments = vec!["test", "--quiet"];
    arguments.extend(filter);
    cargo(&arguments, &[("RUST_BACKTRACE", "1"), ("INSTA_UPDATE", "no")])
}

/// Runs cargo in the workspace; its output is the person's to read.
pub fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Outcome {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    for (name, value) in environment {
        // What the person has set goes first.
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    let status = command.status().map_err(|e| format!("cargo: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" "))) }
}
