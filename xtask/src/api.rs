//! The documents that are checked in, so that a change of the surface is seen in review.

use std::fs;
use std::path::PathBuf;

use frontdesk::documents;

use crate::{Outcome, root, say};

/// Writes them, or with `check` only looks whether they are as they would be written.
pub fn run(check: bool) -> Outcome {
    let mut stale = Vec::new();
    for (path, text) in files() {
        let name = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        if check {
            stale.push(name);
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        fs::write(&path, text).map_err(|e| format!("{name}: {e}"))?;
        say(&format!("wrote {name}"));
    }
    if stale.is_empty() {
        Ok(())
    } else {
        Err(format!("{} differ from the program: run `cargo xtask api`", stale.join(", ")))
    }
}

fn files() -> Vec<(PathBuf, String)> {
    let docs = root().join("docs");
    let mut files: Vec<_> = documents::all()
        .iter()
        .map(|d| (docs.join("openapi").join(format!("{}.json", d.name)), format!("{:#}\n", d.json())))
        .collect();
    files.push((docs.join("endpoints.txt"), documents::endpoints()));
    files.push((docs.join("permissions.txt"), documents::permissions()));
    files
}
