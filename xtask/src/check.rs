//! What a change must pass.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
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

/// Builds the server and this program in that profile, and has that build of this very program go on, with the same
/// arguments and `--built`.
pub fn go_on_as(profile: &str) -> Outcome {
    go_on_under(&[], profile)
}

/// The same under another program, given with its arguments.
pub fn go_on_under(under: &[&str], profile: &str) -> Outcome {
    cargo(&["build", "--profile", profile, "--quiet", "-p", "frontdesk", "-p", "xtask"], &[])?;
    let program = programs(profile)?.join("xtask");
    let mut line = under.iter().map(OsStr::new).chain([program.as_os_str()]);
    let first = line.next().unwrap_or(program.as_os_str());
    let status = Command::new(first)
        .args(line)
        .args(std::env::args_os().skip(1))
        .arg("--built")
        .status()
        .map_err(|e| format!("{}: {e}", first.display()))?;
    if status.success() { Ok(()) } else { Err(format!("it ended with {status}")) }
}

/// The folder with all builds: above our own, wherever cargo was told to build.
pub fn target() -> Outcome<PathBuf> {
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    Ok(own.parent().and_then(Path::parent).ok_or("no target folder")?.to_owned())
}

/// The folder with the programs of a profile.
pub fn programs(profile: &str) -> Outcome<PathBuf> {
    Ok(target()?.join(if profile == "dev" { "debug" } else { profile }))
}
