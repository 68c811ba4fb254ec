//! Snapshots of the demo's data, saved and restored while it runs.

use std::path::{Path, PathBuf};

use calc::zone::{Zone, local_iso};
use kernel::{Data, Error, Lenient, List, NoContent, Result};
use org::access::Anybody;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Controls;
use crate::backup;

/// Snapshots at the most.
const MOST: usize = 100;
const ENDING: &str = ".jsonl.gz";

/// A snapshot.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SnapshotOut {
    /// Its name.
    #[schema(example = "before-the-sale")]
    name: String,
    /// What the clock showed, UTC.
    #[schema(example = "2026-12-01T15:00:00+00:00")]
    at: String,
    /// Whether the clock stood.
    frozen: bool,
    /// Rows in it.
    #[schema(example = 1234)]
    rows: u64,
}

/// What is kept beside the rows.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    at: i64,
    frozen: bool,
    rows: u64,
}

impl Note {
    fn shown(&self, name: String) -> SnapshotOut {
        SnapshotOut { name, at: local_iso(self.at, &Zone::utc()), frozen: self.frozen, rows: self.rows }
    }
}

/// Letters, digits, `-` and `_`: nothing that leads elsewhere.
fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The files of a snapshot: its rows, and what is kept beside them.
fn paths(folder: &Path, name: &str) -> Result<(PathBuf, PathBuf)> {
    if !is_name(name) {
        return Err(Error::not_found());
    }
    Ok((folder.join(format!("{name}{ENDING}")), folder.join(format!("{name}.json"))))
}

fn read_note(path: &Path) -> Result<Note> {
    let text = std::fs::read(path).map_err(|_| Error::not_found())?;
    serde_json::from_slice(&text).map_err(Error::internal)
}

fn names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = files
        .filter_map(|file| file.file_name().to_str()?.strip_suffix(ENDING).map(ToOwned::to_owned))
        .collect();
    names.sort();
    names
}

/// List snapshots
#[utoipa::path(
    get, path = "/snapshots", operation_id = "list_snapshots", tag = "Demo",
    responses((status = 200, description = "The snapshots", body = Data<Vec<SnapshotOut>, kernel::Count>))
)]
pub async fn list_snapshots(at: Anybody) -> Result<List<SnapshotOut>> {
    let folder = at.app.room::<Controls>().snapshots.lock().await;
    let mut out = Vec::new();
    for name in names(&folder) {
        let (_, note) = paths(&folder, &name)?;
        out.push(read_note(&note)?.shown(name));
    }
    let count = i64::try_from(out.len()).unwrap_or(i64::MAX);
    Ok(List::counted(out, count))
}

/// Save a snapshot
///
/// Of all data and what the clock shows; in place of one of the same name.
#[utoipa::path(
    put, path = "/snapshots/{name}", operation_id = "save_snapshot", tag = "Demo",
    params(("name" = String, Path, description = "Letters, digits, - and _", example = "before-the-sale")),
    responses((status = 200, description = "The snapshot", body = Data<SnapshotOut>))
)]
pub async fn save_snapshot(
    at: Anybody,
    kernel::Path(name): kernel::Path<String>,
) -> Result<Data<SnapshotOut>> {
    let folder = at.app.room::<Controls>().snapshots.lock().await;
    let (file, note) = paths(&folder, &name)?;
    if !file.exists() && names(&folder).len() >= MOST {
        return Err(Error::conflict(kernel::Message::new("field-too-many").with("limit", MOST)));
    }
    std::fs::create_dir_all(&*folder).map_err(Error::internal)?;
    let clock = at.app.clock();
    let (now, frozen) = (clock.now(), clock.is_frozen());
    // Beside it first: one of the same name stays until this one is whole.
    let new = file.with_extension("new");
    let _ = std::fs::remove_file(&new);
    let rows = backup::backup(&at.app, &new).await.map_err(Error::internal)?;
    let said = Note { at: now, frozen, rows };
    std::fs::write(&note, serde_json::to_vec(&said).map_err(Error::internal)?).map_err(Error::internal)?;
    std::fs::rename(&new, &file).map_err(Error::internal)?;
    Ok(Data::new(said.shown(name)))
}

/// How to restore.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct RestoreIn {
    /// Whether the clock stays as it is; else it is set to what it showed then.
    #[schema(nullable = false, example = false)]
    keep_clock: Option<bool>,
}

/// Restore a snapshot
///
/// All data are again what they were, in one transaction; so is the clock. What is signed in since is signed out.
#[utoipa::path(
    post, path = "/snapshots/{name}/restore", operation_id = "restore_snapshot", tag = "Demo",
    params(("name" = String, Path, description = "Its name", example = "before-the-sale")),
    request_body = RestoreIn,
    responses((status = 200, description = "The snapshot", body = Data<SnapshotOut>))
)]
pub async fn restore_snapshot(
    at: Anybody,
    kernel::Path(name): kernel::Path<String>,
    input: Lenient<RestoreIn>,
) -> Result<Data<SnapshotOut>> {
    let folder = at.app.room::<Controls>().snapshots.lock().await;
    let (file, note) = paths(&folder, &name)?;
    let note = read_note(&note)?;
    // Background work may hold what is to go: one of the two is given up.
    kernel::again(|| async { Ok(backup::replace(&at.app, &file).await?) }).await?;
    // What is kept in memory is of before.
    at.app.forget();
    if !input.0.keep_clock.unwrap_or_default() {
        at.app.clock().set(note.at, note.frozen);
    }
    at.app.room::<Controls>().nudge.notify_waiters();
    Ok(Data::new(note.shown(name)))
}

/// Delete a snapshot
#[utoipa::path(
    delete, path = "/snapshots/{name}", operation_id = "delete_snapshot", tag = "Demo",
    params(("name" = String, Path, description = "Its name", example = "before-the-sale")),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_snapshot(at: Anybody, kernel::Path(name): kernel::Path<String>) -> Result<NoContent> {
    let folder = at.app.room::<Controls>().snapshots.lock().await;
    let (file, note) = paths(&folder, &name)?;
    std::fs::remove_file(&file).map_err(|_| Error::not_found())?;
    let _ = std::fs::remove_file(&note);
    Ok(NoContent::new())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_leads_nowhere_else() {
        for name in ["a", "before-the_sale2"] {
            assert!(super::is_name(name), "{name}");
        }
        for name in ["", ".", "..", "a/b", "a.b", "ä", "a b", &"a".repeat(65)] {
            assert!(!super::is_name(name), "{name}");
        }
    }
}
