//! PostgreSQL is restarted under load, and then gone for a while.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use http::Method;

use super::client::Client;
use super::cluster::Cluster;
use super::killed::Work;
use super::verdict::Seen;
use super::{Kind, World};
use crate::Outcome;

const WRITERS: u64 = 8;
const PAUSE: Duration = Duration::from_millis(40);
/// An answer may take as long as a connection to the database is waited for, twice over.
const SLOWEST: Duration = Duration::from_secs(11);
/// How soon after the database is back the server must be ready: who began to wait for a connection before may do so for
/// five seconds, and is asked again after that.
const RECOVERY: Duration = Duration::from_secs(8);

/// Looks at /healthz and /readyz ten times a second.
pub struct Watch {
    stop: Arc<AtomicBool>,
    running: tokio::task::JoinHandle<Watched>,
}

/// What it saw.
#[derive(Debug, Default)]
pub struct Watched {
    /// Looks, of each.
    pub looks: usize,
    /// Looks at which /healthz was not 200 within a second.
    pub unwell: usize,
    /// Each change of what /readyz says, with when.
    pub ready: Vec<(Instant, u16)>,
    /// The longest that /healthz took.
    pub slowest: Duration,
    /// The longest that /readyz took.
    pub slowest_ready: Duration,
}

impl Watched {
    /// What /readyz said at that moment.
    pub fn ready_at(&self, when: Instant) -> u16 {
        self.ready.iter().rev().find(|(at, _)| *at <= when).map_or(0, |(_, status)| *status)
    }

    /// When /readyz first said 200 after that moment.
    pub fn ready_after(&self, when: Instant) -> Option<Duration> {
        if self.ready_at(when) == 200 {
            return Some(Duration::ZERO);
        }
        self.ready.iter().find(|(at, status)| *at > when && *status == 200).map(|(at, _)| *at - when)
    }
}

impl Watch {
    /// Begins to look.
    pub fn begin(address: SocketAddr) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let running = tokio::spawn(async move {
            let mut watched = Watched::default();
            let (mut health, mut ready) = (Client::new(address, "none"), Client::new(address, "none"));
            while !told.load(Ordering::Relaxed) {
                watched.looks += 1;
                let began = Instant::now();
                let well = health.ask_within(Method::GET, "/healthz", None, Duration::from_secs(1)).await;
                watched.slowest = watched.slowest.max(began.elapsed());
                watched.unwell += usize::from(!well.is_ok_and(|a| a.status == 200));
                let began = Instant::now();
                let said = ready.ask_within(Method::GET, "/readyz", None, Duration::from_secs(15)).await;
                watched.slowest_ready = watched.slowest_ready.max(began.elapsed());
                let status = said.map_or(0, |a| a.status);
                if watched.ready.last().is_none_or(|(_, last)| *last != status) {
                    watched.ready.push((Instant::now(), status));
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            watched
        });
        Self { stop, running }
    }

    /// What was seen.
    pub async fn end(self) -> Outcome<Watched> {
        self.stop.store(true, Ordering::Relaxed);
        self.running.await.map_err(|e| e.to_string())
    }
}

/// The line.
pub async fn run(world: &World, kind: Kind) -> Outcome<Seen> {
    let mut seen = Seen::new();
    let gone = Duration::from_secs(world.long_or(20, 5));
    // Of its own: others are at work on theirs.
    let cluster = Cluster::must_start(world.short)?;
    let place = world.laid_on(Some(&cluster), "outage", kind).await?;
    let (mut work, mut server) = Work::begin(world, place, WRITERS, PAUSE).await?;
    let watch = Watch::begin(server.place.address);
    let load = work.load();
    tokio::time::sleep(Duration::from_secs(2)).await;
    cluster.stop()?;
    cluster.begin()?;
    let restarted = Instant::now();
    tokio::time::sleep(Duration::from_secs(3)).await;
    cluster.stop()?;
    tokio::time::sleep(gone).await;
    let still_gone = Instant::now();
    cluster.begin()?;
    let back = Instant::now();
    tokio::time::sleep(Duration::from_secs(world.long_or(10, 4))).await;
    work.rest(load).await?;
    let watched = watch.end().await?;
    seen.must(server.is_alive(), "the server ended");
    seen.note(format!("restarted, then gone for {} s", gone.as_secs()));
    let acknowledged = work.figures(&mut seen);
    seen.must(acknowledged > 50, "hardly anything was written");
    let clean = work.refusals(&mut seen);
    seen.note(format!("{clean} refused with 503 and Retry-After"));
    let slowest = work.ledgers().iter().map(|l| l.slowest).max().unwrap_or_default();
    seen.must(slowest < SLOWEST, format!("an answer took {} ms", slowest.as_millis()));
    seen.note(format!("the slowest answer took {} ms", slowest.as_millis()));
    seen.must(watched.unwell == 0, format!("/healthz failed {} of {} times", watched.unwell, watched.looks));
    seen.must(
        watched.ready_at(still_gone) == 503,
        format!("/readyz said {} meanwhile", watched.ready_at(still_gone)),
    );
    for (what, when) in [("restart", restarted), ("outage", back)] {
        match watched.ready_after(when) {
            Some(after) => {
                seen.must(after < RECOVERY, format!("ready only {} ms after the {what}", after.as_millis()));
                seen.note(format!("ready {} ms after the {what}", after.as_millis()));
            }
            None => seen.must(false, format!("not ready any more after the {what}")),
        }
    }
    seen.faults(work.hold().await?);
    seen.faults(work.read(&mut server.client(), 300).await?);
    work.arrive(&mut seen, Duration::from_secs(150)).await;
    work.integrity(&mut seen).await?;
    let (code, _) = server.stop(Duration::from_secs(40)).await?;
    seen.must(code == Some(0), format!("told to stop it ended with {code:?}"));
    Ok(seen)
}
