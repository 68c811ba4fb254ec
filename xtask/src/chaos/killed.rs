//! kill -9 at random moments of a load of writes, again and again on the same data.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Method;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;

use super::client::Client;
use super::cluster::Cluster;
use super::ledger::{self, Ledger, Load, Writer};
use super::receiver::{Receiver, Told};
use super::server::{LOCATION, Place, Server};
use super::truth::{Base, Truth};
use super::verdict::Seen;
use super::{Kind, World};
use crate::Outcome;

/// Connections that write.
const WRITERS: u64 = 8;
/// A writer's pause between two writes, at the most: so that what is written can be delivered too.
const PAUSE: Duration = Duration::from_millis(80);
/// How long webhooks may take to arrive at the end: a killed server's claim on an address holds for a while.
const ARRIVAL: Duration = Duration::from_secs(240);

/// A load on a place, with a receiver of its webhooks.
pub struct Work {
    /// Where the server runs.
    pub place: Place,
    /// What its webhooks go to.
    pub receiver: Receiver,
    /// Before the load.
    pub base: Base,
    writers: Vec<Writer>,
}

impl Work {
    /// Starts the server on new data, sets a webhook, makes events, and looks whether all is well before anything
    /// is broken.
    pub async fn begin(
        world: &World,
        place: Place,
        writers: u64,
        pause: Duration,
    ) -> Outcome<(Self, Server)> {
        let server = place.start().await?;
        let receiver = Receiver::start().await?;
        let mut client = server.client();
        subscribe(&mut client, &[receiver.url()]).await?;
        let events = Arc::new(ledger::events(&mut client, 5).await?);
        let truth = Truth::open(&place.database).await?;
        let base = truth.base().await?;
        let wrong = truth.counters().await?;
        truth.close().await;
        if !wrong.is_empty() {
            return Err(format!("wrong before anything was broken: {}", wrong.join(", ")));
        }
        let writers = (0..writers)
            .map(|n| Writer::new(n, server.client(), world.seed, events.clone(), pause))
            .collect();
        Ok((Self { place, receiver, base, writers }, server))
    }

    /// Sets the writers to work.
    pub fn load(&mut self) -> Load {
        Load::begin(std::mem::take(&mut self.writers))
    }

    /// Takes them back.
    pub async fn rest(&mut self, load: Load) -> Outcome {
        self.writers = load.end().await?;
        Ok(())
    }

    /// Their books.
    pub fn ledgers(&self) -> Vec<&Ledger> {
        self.writers.iter().map(|w| &w.ledger).collect()
    }

    /// Holds the books against the database, and the numbers that the server keeps against counting.
    pub async fn hold(&mut self) -> Outcome<Vec<String>> {
        let truth = Truth::open(&self.place.database).await?;
        let mut ledgers: Vec<&mut Ledger> = self.writers.iter_mut().map(|w| &mut w.ledger).collect();
        let mut faults = truth.hold(self.base, &mut ledgers).await?;
        faults.extend(truth.counters().await?);
        truth.close().await;
        Ok(faults)
    }

    /// Has the database look whether it is whole.
    pub async fn integrity(&self, seen: &mut Seen) -> Outcome {
        let truth = Truth::open(&self.place.database).await?;
        let (faults, said) = truth.integrity().await?;
        truth.close().await;
        if faults.is_empty() {
            seen.note(said);
        }
        seen.faults(faults);
        Ok(())
    }

    /// What webhooks must tell, and how often.
    fn told(&self) -> HashMap<Told, usize> {
        let mut all = HashMap::new();
        for (told, n) in self.writers.iter().flat_map(|w| &w.ledger.told) {
            *all.entry(told.clone()).or_default() += n;
        }
        all
    }

    /// Waits until every acknowledged write has been told of by a webhook.
    pub async fn arrive(&self, seen: &mut Seen, within: Duration) {
        let (told, began) = (self.told(), Instant::now());
        let missing = || told.iter().filter(|(told, n)| self.receiver.count(told) < **n).count();
        while missing() > 0 && began.elapsed() < within {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let lost: Vec<_> = told.iter().filter(|(told, n)| self.receiver.count(told) < **n).collect();
        if let Some((told, n)) = lost.first() {
            seen.must(
                false,
                format!(
                    "webhooks of {} things did not arrive within {} s, as {told:?}: {} of {n}",
                    lost.len(),
                    within.as_secs(),
                    self.receiver.count(told)
                ),
            );
        }
        let (posts, messages) = self.receiver.totals();
        seen.note(format!(
            "webhooks of {} writes arrived ({messages} messages, {} of them sent again, the last {} s after the load)",
            told.values().sum::<usize>(),
            posts - messages,
            began.elapsed().as_secs()
        ));
    }

    /// Reads things back by the API, and holds its totals against counting.
    pub async fn read(&self, client: &mut Client, most: usize) -> Outcome<Vec<String>> {
        let mut faults = Vec::new();
        let things = self.writers.iter().flat_map(|w| &w.ledger.things);
        let mut things: Vec<_> = things.collect();
        things.sort_by_key(|((_, id), _)| *id);
        let every = things.len().div_ceil(most).max(1);
        for ((kind, id), thing) in things.into_iter().step_by(every) {
            let answer = client.ask(Method::GET, &kind.path(*id), None).await?;
            let json = answer.json();
            let gone = answer.status == 404 || json["data"]["deleted"] == true;
            if gone != thing.sure.deleted || (!gone && json["data"]["comment"] != thing.sure.mark.as_str()) {
                faults
                    .push(format!("{kind:?} {id} is read as {} {}", answer.status, json["data"]["comment"]));
            }
        }
        let path = format!("/api/v1/records/{LOCATION}?start_date=2027-01-01&end_date=2027-12-31&count=1");
        let total = client.ask(Method::GET, &path, None).await?.json()["meta"]["total_count"].as_i64();
        let truth = Truth::open(&self.place.database).await?;
        let counted = truth
            .number(
                "SELECT COUNT(*) FROM appointments WHERE location_id = 37532 AND is_deleted = 0
                 AND starts_at >= 1798779600000 AND starts_at < 1830315600000",
            )
            .await?;
        truth.close().await;
        if total != Some(counted) {
            faults.push(format!("the list of appointments says {total:?} in all, there are {counted}"));
        }
        Ok(faults)
    }

    /// What a first refusal in no good form said.
    fn said(&self) -> Option<String> {
        self.ledgers().into_iter().find_map(|l| l.said.clone())
    }

    /// All that was refused must be refused well, and something must be: gives how much.
    pub fn refusals(&self, seen: &mut Seen) -> usize {
        let ledgers = self.ledgers();
        let refused = Ledger::refusals(&ledgers);
        let unclean: Vec<_> =
            refused.iter().filter(|((status, clean), _)| !(*clean && *status == 503)).collect();
        seen.must(
            unclean.is_empty(),
            format!("refused otherwise than by 503 with Retry-After: {unclean:?} {:?}", self.said()),
        );
        let clean: usize = refused.values().sum();
        seen.must(clean > 0, "nothing was refused meanwhile");
        let unanswered: usize = ledgers.iter().map(|l| l.unanswered).sum();
        seen.must(unanswered == 0, format!("{unanswered} requests were not answered"));
        clean
    }

    /// Acknowledged writes, those not answered, and what was refused.
    pub fn figures(&self, seen: &mut Seen) -> usize {
        let ledgers = self.ledgers();
        let acknowledged = ledgers.iter().map(|l| l.acknowledged).sum();
        let unanswered: usize = ledgers.iter().map(|l| l.unanswered).sum();
        seen.note(format!("{acknowledged} writes acknowledged, {unanswered} not answered"));
        acknowledged
    }
}

/// Sets the location's webhooks to these addresses, for clients and appointments; signed, so that each message is known
/// by its id.
pub async fn subscribe(client: &mut Client, urls: &[String]) -> Outcome {
    let body = json!({"urls": urls, "active": 1, "client": 1, "record": 1, "self_sending": 1});
    let set = client.ask(Method::POST, &format!("/api/v1/hooks_settings/{LOCATION}"), Some(&body)).await?;
    if !set.is_fine() {
        return Err(format!("the webhook was not set: {}", String::from_utf8_lossy(&set.body)));
    }
    let base = format!("/api/frontdesk/v1/locations/{LOCATION}/webhooks");
    let list = client.ask(Method::GET, &base, None).await?.json();
    for webhook in list["data"].as_array().ok_or("no list of webhooks")? {
        let path = format!("{base}/{}/secret", webhook["id"]);
        let made = client.ask(Method::POST, &path, None).await?;
        if !made.is_fine() {
            return Err(format!("no secret: {}", String::from_utf8_lossy(&made.body)));
        }
    }
    Ok(())
}

/// The line.
pub async fn run(world: &World, kind: Kind) -> Outcome<Seen> {
    let mut seen = Seen::new();
    let kills = world.long_or(50, 6);
    // Of its own: it crashes while others are at work on theirs.
    let cluster = if kind == Kind::Postgres { Some(Cluster::must_start(world.short)?) } else { None };
    let place = world.laid_on(cluster.as_ref(), "kills", kind).await?;
    let (mut work, mut server) = Work::begin(world, place, WRITERS, PAUSE).await?;
    let mut chance = StdRng::seed_from_u64(world.seed);
    let (mut slowest, mut crashes) = (Duration::ZERO, 0);
    for n in 1..=kills {
        let load = work.load();
        load.under_way(10, Duration::from_secs(10)).await;
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..2000))).await;
        // Now and then the database crashes too, under the load.
        let crash = cluster.as_ref().filter(|_| n % 3 == 0);
        if let Some(cluster) = crash {
            cluster.crash()?;
            crashes += 1;
        }
        server.kill();
        work.rest(load).await?;
        if let Some(cluster) = crash {
            cluster.begin()?;
        }
        let began = Instant::now();
        server = work.place.start().await?;
        slowest = slowest.max(began.elapsed());
        let faults = work.hold().await?;
        if !faults.is_empty() {
            seen.must(false, format!("after kill {n}:"));
            seen.faults(faults);
            return Ok(seen);
        }
    }
    seen.note(format!("{kills} kills"));
    if crashes > 0 {
        seen.note(format!("{crashes} crashes of the database"));
    }
    let acknowledged = work.figures(&mut seen);
    seen.must(acknowledged >= kills * 5, "hardly anything was written");
    let refused = Ledger::refusals(&work.ledgers());
    let fine = refused.keys().all(|(status, clean)| crashes > 0 && *clean && *status == 503);
    seen.must(fine, format!("refusals (status, in good form): {refused:?} {:?}", work.said()));
    seen.note(format!("ready again after {} ms at the most", slowest.as_millis()));
    work.arrive(&mut seen, ARRIVAL).await;
    let mut client = server.client();
    seen.faults(work.read(&mut client, 300).await?);
    seen.faults(work.hold().await?);
    work.integrity(&mut seen).await?;
    let (code, _) = server.stop(Duration::from_secs(40)).await?;
    seen.must(code == Some(0), format!("told to stop it ended with {code:?}"));
    if seen.is_fine() {
        seen.note("nothing lost, nothing made twice, counters right");
    }
    Ok(seen)
}
