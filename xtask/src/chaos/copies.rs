//! A backup taken under a load of writes, restored elsewhere, and compared.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use serde_json::Value;

use super::killed::Work;
use super::ledger::Thing;
use super::truth::Truth;
use super::verdict::Seen;
use super::{Kind, World};
use crate::Outcome;

const WRITERS: u64 = 8;
const PAUSE: Duration = Duration::from_millis(20);

/// Rows of a backup by their tables, each as its text.
type Rows = HashMap<String, Vec<String>>;

/// Reads a backup: the rows of each table, in the order of their texts.
fn rows(file: &Path) -> Outcome<Rows> {
    tokio::task::block_in_place(|| read(file))
}

fn read(file: &Path) -> Outcome<Rows> {
    let failed = |e: std::io::Error| format!("{}: {e}", file.display());
    let mut rows = Rows::new();
    let mut table = String::new();
    let mut columns = String::new();
    for line in BufReader::new(GzDecoder::new(File::open(file).map_err(failed)?)).lines() {
        let line = line.map_err(failed)?;
        let json: Value = serde_json::from_str(&line).map_err(|e| e.to_string())?;
        if let Some(name) = json["table"].as_str() {
            name.clone_into(&mut table);
            columns = json["columns"].to_string();
        } else if let Value::Array(values) = json {
            rows.entry(table.clone()).or_default().push(named(&columns, values)?);
        }
    }
    for all in rows.values_mut() {
        all.sort_unstable();
    }
    Ok(rows)
}

/// A row with the names of its columns, in the order of the names: the two databases may have them in other orders.
fn named(columns: &str, values: Vec<Value>) -> Outcome<String> {
    let names: Vec<String> = serde_json::from_str(columns).map_err(|e| e.to_string())?;
    let mut pairs: Vec<(String, Value)> = names.into_iter().zip(values).collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(pairs.into_iter().map(|(name, value)| format!("{name}={value};")).collect())
}

/// Tables in which the two differ.
fn differences(one: &Rows, other: &Rows) -> Vec<String> {
    let mut names: Vec<&String> = one.keys().chain(other.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let none = Vec::new();
    let mut found = Vec::new();
    for name in names {
        let (a, b) = (one.get(name).unwrap_or(&none), other.get(name).unwrap_or(&none));
        if a != b {
            let first = a.iter().zip(b).find(|(x, y)| x != y);
            found.push(format!("{name}: {} and {} rows, at first {first:?}", a.len(), b.len()));
        }
    }
    found
}

/// The line.
pub async fn run(world: &World, kind: Kind) -> Outcome<Seen> {
    let mut seen = Seen::new();
    let place = world.laid("backup", kind).await?;
    let (mut work, server) = Work::begin(world, place, WRITERS, PAUSE).await?;
    let load = work.load();
    tokio::time::sleep(Duration::from_secs(world.long_or(10, 3))).await;
    work.rest(load).await?;
    // What is acknowledged by now must be in it; the load goes on while it is written.
    let before: Vec<HashMap<_, Thing>> = work.ledgers().iter().map(|l| l.things.clone()).collect();
    let acknowledged: usize = work.ledgers().iter().map(|l| l.acknowledged).sum();
    let load = work.load();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let file = world.folder.join(format!("backup-{}.jsonl.gz", kind.name()));
    let began = Instant::now();
    let said = work.place.run(&["backup", &file.display().to_string()])?;
    let took = began.elapsed();
    work.rest(load).await?;
    let during: usize = work.ledgers().iter().map(|l| l.acknowledged).sum::<usize>() - acknowledged;
    seen.must(
        acknowledged > 100 && during > 10,
        format!("hardly anything was written: {acknowledged}, {during}"),
    );
    seen.note(format!(
        "{acknowledged} writes before, {during} while {} in {} ms",
        count(&said),
        took.as_millis()
    ));
    seen.faults(work.hold().await?);

    let written = rows(&file)?;
    let others =
        [Kind::Sqlite, Kind::Postgres].into_iter().filter(|k| *k == Kind::Sqlite || world.cluster.is_some());
    for to in others {
        let copy = world.empty(&format!("copy_of_{}", kind.name().to_lowercase()), to).await?;
        // Secrets are sealed with the key, which a backup does not hold.
        std::fs::copy(work.place.folder.join("secret.key"), copy.folder.join("secret.key"))
            .map_err(|e| e.to_string())?;
        copy.run(&["restore", &file.display().to_string()])?;
        let truth = Truth::open(&copy.database).await?;
        let mut faults = truth.there_since(work.base, &before).await?;
        faults.extend(truth.counters().await?);
        let (broken, _) = truth.integrity().await?;
        faults.extend(broken);
        truth.close().await;
        let again = world.folder.join(format!("again-{}-{}.jsonl.gz", kind.name(), to.name()));
        copy.run(&["backup", &again.display().to_string()])?;
        faults.extend(differences(&written, &rows(&again)?));
        // Ids go on where they were: what is written next meets nothing that is there.
        let restored = copy.start().await?;
        let events = super::ledger::events(&mut restored.client(), 1).await;
        faults.extend(events.err());
        restored.stop(Duration::from_secs(40)).await?;
        let fine = faults.is_empty();
        seen.faults(faults.into_iter().map(|fault| format!("restored to {}: {fault}", to.name())).collect());
        if fine {
            seen.note(format!(
                "restored to {}: all there, {} rows equal",
                to.name(),
                written.values().map(Vec::len).sum::<usize>()
            ));
        }
    }
    server.stop(Duration::from_secs(40)).await?;
    Ok(seen)
}

/// "12 rows written" of "12 rows written to FILE".
fn count(said: &str) -> &str {
    said.split(" to ").next().unwrap_or(said)
}

impl Truth {
    /// Which of these things are not there, or are not at least as they were: while the backup was made they may have
    /// been changed once more.
    async fn there_since(
        &self,
        base: super::truth::Base,
        before: &[HashMap<(super::ledger::Kind, i64), Thing>],
    ) -> Outcome<Vec<String>> {
        let there = self.there(base).await?;
        let mut faults = Vec::new();
        for (key, thing) in before.iter().flatten() {
            match there.get(key) {
                None => faults.push(format!("{key:?} ({}) is not in it", thing.sure.mark)),
                Some(found) if found.is_before(&thing.sure) => {
                    faults.push(format!(
                        "{key:?} is older than when the backup began: {found:?}, {:?}",
                        thing.sure
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::{Rows, differences, named};
    use serde_json::json;

    #[test]
    fn rows_are_compared_by_names_whatever_the_order() {
        let one = named("[\"a\",\"b\"]", vec![json!(1), json!("x")]);
        let other = named("[\"b\",\"a\"]", vec![json!("x"), json!(1)]);
        assert_eq!(one, other);
        let rows = |row: &str| Rows::from([("t".to_owned(), vec![row.to_owned()])]);
        assert!(differences(&rows("a"), &rows("a")).is_empty());
        assert_eq!(differences(&rows("a"), &Rows::new()).len(), 1);
    }
}
