//! Ten times the load that the server can carry, offered at a fixed rate whatever it answers.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Method;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use super::client::Client;
use super::outage::Watch;
use super::server::{LOCATION, OWNER};
use super::verdict::Seen;
use super::{Kind, World};
use crate::Outcome;

/// Connections of the closed loop that finds out what can be carried.
const CARRIED: usize = 32;
/// Connections of the overload.
const CONNECTIONS: usize = 1500;
/// How many times what can be carried.
const TIMES: f64 = 10.0;
/// What is accepted must be answered within this, all but one of a hundred.
const P99: Duration = Duration::from_secs(1);
/// Megabytes by which memory may grow.
const GROWTH: u64 = 300;

/// What came of many requests.
#[derive(Debug, Default)]
struct Tally {
    offered: usize,
    /// Requests that were due while their connection still waited for an answer.
    late: usize,
    accepted: Vec<Duration>,
    refused: Vec<Duration>,
    /// Answers that are neither, by what they are.
    others: BTreeMap<String, usize>,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.offered += other.offered;
        self.late += other.late;
        self.accepted.extend(other.accepted);
        self.refused.extend(other.refused);
        for (what, n) in other.others {
            *self.others.entry(what).or_default() += n;
        }
    }
}

fn percentile(times: &mut [Duration], hundredth: usize) -> Duration {
    times.sort_unstable();
    times.get((times.len() * hundredth / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// Somebody who asks: lists, changes of a client of his own, new appointments.
struct Asker {
    client: Client,
    chance: StdRng,
    own: i64,
    tally: Tally,
}

impl Asker {
    fn new(address: SocketAddr, seed: u64, number: usize, clients: &[i64]) -> Self {
        let chance = StdRng::seed_from_u64(seed.wrapping_mul(2003).wrapping_add(number as u64));
        Self {
            client: Client::new(address, OWNER),
            chance,
            own: clients[number % clients.len()],
            tally: Tally::default(),
        }
    }

    fn next(&mut self) -> (Method, String, Option<Value>) {
        let day = self.chance.random_range(1..=28);
        let month = self.chance.random_range(1..=12);
        match self.chance.random_range(0..3) {
            0 => {
                let path = format!(
                    "/api/v1/records/{LOCATION}?start_date=2027-{month:02}-01&end_date=2027-{month:02}-28&count=50"
                );
                (Method::GET, path, None)
            }
            1 => {
                let body = json!({"client": {"id": self.own}, "services": [{"id": 83169}], "staff_id": 1001,
                    "datetime": format!("2027-{month:02}-{day:02}T10:00:00-05:00"), "seance_length": 1800, "save_if_busy": true});
                (Method::POST, format!("/api/v1/records/{LOCATION}"), Some(body))
            }
            _ => {
                let body = json!({"name": format!("Client {}", self.own), "phone": phone(1_000_000 + self.own), "comment": format!("{day}")});
                (Method::PUT, format!("/api/v1/client/{LOCATION}/{}", self.own), Some(body))
            }
        }
    }

    async fn ask(&mut self) {
        let (method, path, body) = self.next();
        let began = Instant::now();
        self.tally.offered += 1;
        let what = match self.client.ask(method, &path, body.as_ref()).await {
            Ok(answer) if answer.is_fine() => return self.tally.accepted.push(began.elapsed()),
            Ok(answer) if answer.is_clean_refusal() => return self.tally.refused.push(began.elapsed()),
            Ok(answer) => answer.status.to_string(),
            Err(error) => error,
        };
        *self.tally.others.entry(what).or_default() += 1;
    }

    /// Asks again as soon as it is answered.
    async fn closed(mut self, until: Instant) -> Tally {
        while Instant::now() < until {
            self.ask().await;
        }
        self.tally
    }

    /// Asks at its times, whatever came of the last.
    async fn open(mut self, from: Instant, every: Duration, until: Instant) -> Tally {
        let mut due = from + every.mul_f64(self.chance.random::<f64>());
        while due < until {
            tokio::time::sleep_until(due.into()).await;
            self.ask().await;
            due += every;
            while due < Instant::now() {
                due += every;
                self.tally.late += 1;
            }
        }
        self.tally
    }
}

fn phone(n: i64) -> String {
    format!("+1917{}", 2_000_000 + n)
}

async fn gather(tasks: Vec<tokio::task::JoinHandle<Tally>>) -> Outcome<Tally> {
    let mut all = Tally::default();
    for task in tasks {
        all.add(task.await.map_err(|e| e.to_string())?);
    }
    Ok(all)
}

async fn clients(client: &mut Client) -> Outcome<Vec<i64>> {
    let mut made = Vec::new();
    for n in 0..64 {
        let body = json!({"name": format!("Client {n}"), "phone": phone(n)});
        let answer = client.ask(Method::POST, &format!("/api/v1/clients/{LOCATION}"), Some(&body)).await?;
        made.push(answer.id().ok_or("no client was made")?);
    }
    Ok(made)
}

/// The line.
#[allow(clippy::cast_precision_loss, reason = "figures far below 2^52")]
pub async fn run(world: &World, kind: Kind) -> Outcome<Seen> {
    let mut seen = Seen::new();
    let length = Duration::from_secs(world.long_or(60, 10));
    let place = world.laid("overload", kind).await?;
    let server = place.start().await?;
    let address = place.address;
    let ids = Arc::new(clients(&mut server.client()).await?);

    let from = Instant::now();
    let measured = Duration::from_secs(world.long_or(8, 3));
    let tasks = (0..CARRIED)
        .map(|n| tokio::spawn(Asker::new(address, world.seed, n, &ids).closed(from + measured)))
        .collect();
    let mut calm = gather(tasks).await?;
    seen.must(calm.others.is_empty(), format!("without overload: {:?}", calm.others));
    let carried = calm.accepted.len() as f64 / from.elapsed().as_secs_f64();
    seen.note(format!("carries {carried:.0}/s (p99 {} ms)", percentile(&mut calm.accepted, 99).as_millis()));
    let before = server.memory();

    // Connected before, so that what is measured is requests and not how fast connections are made.
    let mut askers = Vec::new();
    for n in 0..CONNECTIONS {
        let mut asker = Asker::new(address, world.seed, n, &ids);
        asker.client.connect().await?;
        askers.push(asker);
    }
    let every = Duration::from_secs_f64(CONNECTIONS as f64 / (carried * TIMES));
    let watch = Watch::begin(address);
    let from = Instant::now();
    let tasks =
        askers.into_iter().map(|asker| tokio::spawn(asker.open(from, every, from + length))).collect();
    let mut hot = gather(tasks).await?;
    let took = from.elapsed().as_secs_f64();
    let watched = watch.end().await?;
    let offered = hot.offered as f64 / took;
    seen.note(format!(
        "offered {offered:.0}/s for {} s, {:.1} times as much on {CONNECTIONS} connections ({} more were due while theirs waited)",
        length.as_secs(),
        offered / carried,
        hot.late
    ));
    // How long something takes is judged in the long form alone: the machine of CI may have other work.
    let timed = !world.short;
    // A generator that shares the processors with what it loads may not reach all of it.
    seen.must(!timed || offered > carried * 3.0, "the generator could not offer an overload");
    let (accepted, refused) = (hot.accepted.len(), hot.refused.len());
    let p99 = percentile(&mut hot.accepted, 99);
    seen.note(format!(
        "accepted {:.0}/s (p50 {} ms, p99 {} ms), refused {:.0}/s with Retry-After (p99 {} ms)",
        accepted as f64 / took,
        percentile(&mut hot.accepted, 50).as_millis(),
        p99.as_millis(),
        refused as f64 / took,
        percentile(&mut hot.refused, 99).as_millis()
    ));
    seen.must(hot.others.is_empty(), format!("answered otherwise: {:?}", hot.others));
    seen.must(accepted > 0 && refused > 0, "nothing was accepted, or nothing refused");
    seen.must(!timed || p99 < P99, format!("p99 of what was accepted is {} ms", p99.as_millis()));
    seen.must(watched.unwell == 0, format!("/healthz failed {} of {} times", watched.unwell, watched.looks));
    let not_ready: Vec<u16> = watched.ready.iter().map(|(_, status)| *status).filter(|s| *s != 200).collect();
    seen.must(not_ready.is_empty(), format!("/readyz said {not_ready:?}"));
    let in_time = !timed || watched.slowest_ready < P99;
    seen.must(in_time, format!("/readyz took {} ms", watched.slowest_ready.as_millis()));
    seen.note(format!(
        "/healthz and /readyz alive in {} looks (at most {} and {} ms)",
        watched.looks,
        watched.slowest.as_millis(),
        watched.slowest_ready.as_millis()
    ));
    let peak = server.peak();
    seen.must(peak < before + GROWTH, format!("memory grew from {before} to {peak} MB"));
    seen.note(format!("memory {before} MB before, {peak} MB at the most"));
    let (code, _) = server.stop(Duration::from_secs(40)).await?;
    seen.must(code == Some(0), format!("told to stop it ended with {code:?}"));
    Ok(seen)
}
