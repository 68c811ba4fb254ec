//! The disk is full: the database lies on a small one of its own, which is filled up.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use http::Method;
use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};

use super::killed::Work;
use super::ledger::Ledger;
use super::server::{LOCATION, Place};
use super::verdict::Seen;
use super::{Kind, World};
use crate::Outcome;

const WRITERS: u64 = 4;
const PAUSE: Duration = Duration::from_millis(20);
/// The small disk.
const SIZE: &str = "96m";

/// A small disk in memory; gone when dropped.
struct Disk(PathBuf);

impl Disk {
    /// Mounted at this folder; none where that is not allowed.
    fn mount(folder: &Path, owner: Option<(u32, u32)>) -> Option<Self> {
        std::fs::create_dir_all(folder).ok()?;
        let owner = owner.map_or_else(String::new, |(user, group)| format!(",uid={user},gid={group}"));
        let options = std::ffi::CString::new(format!("size={SIZE},mode=0700{owner}")).ok()?;
        mount("none", folder, "tmpfs", MountFlags::empty(), Some(options.as_c_str())).ok()?;
        Some(Self(folder.to_owned()))
    }

    /// Fills it to the last byte.
    fn fill(&self) -> Outcome<PathBuf> {
        let file = self.0.join("ballast");
        let mut out = std::fs::File::create(&file).map_err(|e| e.to_string())?;
        for size in [1 << 20, 1 << 12, 1] {
            let block = vec![7u8; size];
            while out.write_all(&block).is_ok() {}
        }
        Ok(file)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Also while somebody still has a file open there.
        let _ = unmount(&self.0, UnmountFlags::DETACH);
    }
}

/// The line.
pub async fn run(world: &World, kind: Kind) -> Outcome<Seen> {
    let mut seen = Seen::new();
    let (disk, place) = match kind {
        Kind::Sqlite => {
            let folder = world.folder.join("full-SQLite");
            let Some(disk) = Disk::mount(&folder, None) else {
                return Ok(Seen::left_out("a disk can't be mounted here (not root)"));
            };
            (disk, Place::new(&world.program, folder, None)?)
        }
        Kind::Postgres => {
            let cluster = world.cluster()?;
            let Some(disk) = Disk::mount(&cluster.small(), cluster.user()) else {
                return Ok(Seen::left_out("a disk can't be mounted here (not root)"));
            };
            // The tables are there; the log of the database and its catalogue have room.
            let small = cluster.small();
            let made =
                cluster.command(&format!("CREATE TABLESPACE small LOCATION '{}'", small.display())).await;
            made?;
            let database = cluster.make("filled", "TABLESPACE small").await?;
            (disk, Place::new(&world.program, world.folder.join("full-PostgreSQL"), Some(database))?)
        }
    };
    place.lay()?;
    let outcome = on(world, place, &disk, &mut seen).await;
    if kind == Kind::Postgres {
        // Before the disk goes, or the cluster could not be ended in good order.
        let cluster = world.cluster()?;
        cluster.command("DROP DATABASE IF EXISTS filled WITH (FORCE)").await?;
        cluster.command("DROP TABLESPACE small").await?;
    }
    drop(disk);
    outcome.map(|()| seen)
}

async fn on(world: &World, place: Place, disk: &Disk, seen: &mut Seen) -> Outcome {
    let (mut work, mut server) = Work::begin(world, place, WRITERS, PAUSE).await?;
    let load = work.load();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let ballast = disk.fill()?;
    let full = Instant::now();
    // What the database still has room for goes on for a while.
    let mut client = server.client();
    let list = format!("/api/v1/records/{LOCATION}?start_date=2027-01-01&end_date=2027-12-31&count=10");
    let (mut reads, mut failed) = (0, Vec::new());
    while full.elapsed() < Duration::from_secs(world.long_or(10, 4)) {
        let read = client.ask(Method::GET, &list, None).await;
        reads += 1;
        if !read.as_ref().is_ok_and(super::client::Answer::is_fine) {
            failed.push(
                read.map_or_else(|e| e, |a| format!("{} {}", a.status, String::from_utf8_lossy(&a.body))),
            );
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    work.rest(load).await?;
    seen.must(server.is_alive(), "the server ended");
    let before: usize = work.ledgers().iter().map(|l| l.acknowledged).sum();
    let clean = work.refusals(seen);
    seen.note(format!("a disk of {SIZE} filled up; {clean} writes refused with 503 and Retry-After"));
    seen.must(failed.is_empty(), format!("{} of {reads} reads failed: {:?}", failed.len(), failed.first()));
    seen.note(format!("{reads} reads meanwhile, {} failed", failed.len()));

    std::fs::remove_file(&ballast).map_err(|e| e.to_string())?;
    let load = work.load();
    tokio::time::sleep(Duration::from_secs(2)).await;
    work.rest(load).await?;
    let after: usize = work.ledgers().iter().map(|l| l.acknowledged).sum();
    seen.must(after > before + 20, format!("with room again only {} writes went on", after - before));
    let again: usize = Ledger::refusals(&work.ledgers()).values().sum();
    seen.must(again == clean, format!("{} writes were refused with room again", again - clean));
    seen.note(format!(
        "{before} writes acknowledged until then, {} once there was room, without a restart",
        after - before
    ));
    seen.faults(work.hold().await?);
    seen.faults(work.read(&mut client, 200).await?);
    work.arrive(seen, Duration::from_secs(150)).await;
    work.integrity(seen).await?;
    let (code, _) = server.stop(Duration::from_secs(40)).await?;
    seen.must(code == Some(0), format!("told to stop it ended with {code:?}"));
    Ok(())
}
