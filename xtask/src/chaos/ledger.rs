//! The load of writes, and the book in which each acknowledged one is kept.
//!
//! Each writer has clients, appointments and seats of its own, so what each must be is known. A write that was not
//! answered may have happened or not: what it was about is in doubt until it is looked at.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use http::Method;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use super::client::{Answer, Client};
use super::receiver::Told;
use super::server::LOCATION;

/// "Men's haircut" of the demo.
const SERVICE: i64 = 83169;
/// Who does it.
const TEAM: [i64; 2] = [1001, 1002];

/// What kind of thing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A client.
    Client,
    /// An appointment, of its own or in an event.
    Appointment,
}

impl Kind {
    /// As webhooks call it.
    fn resource(self) -> &'static str {
        match self {
            Kind::Client => "client",
            Kind::Appointment => "record",
        }
    }

    /// The path of one.
    pub fn path(self, id: i64) -> String {
        format!("/api/v1/{}/{LOCATION}/{id}", self.resource())
    }
}

/// What a thing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Its comment, which no other write has.
    pub mark: String,
    /// An appointment's attendance.
    pub attendance: i64,
    /// Whether it is gone.
    pub deleted: bool,
}

impl State {
    /// Whether it is what the thing was before it was `other`: a writer counts its marks up.
    pub fn is_before(&self, other: &State) -> bool {
        let count = |state: &State| state.mark.rsplit('-').next().and_then(|n| n.parse::<u64>().ok());
        count(self) < count(other) || (count(self) == count(other) && !self.deleted && other.deleted)
    }
}

/// A thing in the book.
#[derive(Clone, Debug)]
pub struct Thing {
    /// What it is as far as was acknowledged.
    pub sure: State,
    /// What it may be besides.
    pub doubt: Option<State>,
}

/// What one writer knows.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Things whose making was acknowledged.
    pub things: HashMap<(Kind, i64), Thing>,
    /// Marks of things whose making was not answered.
    pub unsure: HashSet<String>,
    /// What webhooks must tell, and how often.
    pub told: HashMap<Told, usize>,
    /// Acknowledged writes.
    pub acknowledged: usize,
    /// Writes that were not answered.
    pub unanswered: usize,
    /// Refusals by status, with whether each was a clean one.
    pub refused: BTreeMap<(u16, bool), usize>,
    /// The longest that an answer took.
    pub slowest: Duration,
    /// What a first unclean refusal said.
    pub said: Option<String>,
}

impl Ledger {
    fn acknowledge(&mut self, kind: Kind, id: i64, change: &str) {
        self.acknowledged += 1;
        *self.told.entry((kind.resource().to_owned(), id, change.to_owned())).or_default() += 1;
    }

    /// Adds up refusals of several.
    pub fn refusals(all: &[&Ledger]) -> BTreeMap<(u16, bool), usize> {
        let mut sum = BTreeMap::new();
        for ((status, clean), n) in all.iter().flat_map(|ledger| &ledger.refused) {
            *sum.entry((*status, *clean)).or_default() += n;
        }
        sum
    }

    fn refuse(&mut self, answer: &Answer) {
        let clean = answer.is_clean_refusal();
        if !clean && self.said.is_none() {
            let body = String::from_utf8_lossy(&answer.body);
            self.said = Some(format!("{} {}", answer.status, body.chars().take(200).collect::<String>()));
        }
        *self.refused.entry((answer.status, clean)).or_default() += 1;
    }
}

/// Somebody who writes, one thing after the other.
pub struct Writer {
    number: u64,
    client: Client,
    chance: StdRng,
    made: u64,
    events: Arc<Vec<i64>>,
    /// Its pause between two writes, at the most.
    pub pause: Duration,
    /// What it knows.
    pub ledger: Ledger,
}

impl Writer {
    /// Number `number` of them. `events` have free seats.
    pub fn new(number: u64, client: Client, seed: u64, events: Arc<Vec<i64>>, pause: Duration) -> Self {
        let chance = StdRng::seed_from_u64(seed.wrapping_mul(1009).wrapping_add(number));
        Self { number, client, chance, made: 0, events, pause, ledger: Ledger::default() }
    }

    /// Writes until told to stop.
    pub async fn write(mut self, signs: Arc<Signs>) -> Self {
        while !signs.stop.load(Ordering::Relaxed) {
            let before = self.ledger.acknowledged;
            self.step().await;
            signs.acknowledged.fetch_add(self.ledger.acknowledged - before, Ordering::Relaxed);
            let pause = self.pause.mul_f64(self.chance.random::<f64>());
            tokio::time::sleep(pause).await;
        }
        self
    }

    async fn step(&mut self) {
        let one = self.chance.random_range(0..100);
        let some = self.choose(if one < 50 { Kind::Client } else { Kind::Appointment });
        match (one, some) {
            (0..25, _) | (25..50, None) => self.make_client().await,
            (25..45, Some(id)) => self.change(Kind::Client, id).await,
            (45..50, Some(id)) => self.delete(Kind::Client, id).await,
            (50..80, _) | (_, None) => self.make_appointment().await,
            (80..95, Some(id)) => self.change(Kind::Appointment, id).await,
            (_, Some(id)) => self.delete(Kind::Appointment, id).await,
        }
    }

    /// One of those that are surely there.
    fn choose(&mut self, kind: Kind) -> Option<i64> {
        let there = |(k, t): &(&(Kind, i64), &Thing)| k.0 == kind && t.doubt.is_none() && !t.sure.deleted;
        let mut ids: Vec<i64> = self.ledger.things.iter().filter(there).map(|(key, _)| key.1).collect();
        ids.sort_unstable();
        if ids.is_empty() { None } else { Some(ids[self.chance.random_range(0..ids.len())]) }
    }

    fn mark(&mut self) -> String {
        self.made += 1;
        format!("w{}-{}", self.number, self.made)
    }

    async fn make_client(&mut self) {
        let mark = self.mark();
        let n = self.number * 50_000 + self.made;
        let phone = format!("+1315{:03}{:04}", 200 + n / 10_000 % 800, n % 10_000);
        let body = json!({"name": format!("Client {n}"), "phone": phone, "comment": &mark});
        self.make(Kind::Client, &format!("/api/v1/clients/{LOCATION}"), &body, mark, 0).await;
    }

    async fn make_appointment(&mut self) {
        let Some(client) = self.choose(Kind::Client) else { return self.make_client().await };
        let mark = self.mark();
        let attendance = [0, 1, 1, -1][self.chance.random_range(0..4)];
        let mut body = json!({"client": {"id": client}, "comment": &mark, "attendance": attendance, "save_if_busy": true});
        if !self.events.is_empty() && self.chance.random_bool(0.3) {
            body["activity_id"] = self.events[self.chance.random_range(0..self.events.len())].into();
        } else {
            let (month, day) = (self.chance.random_range(1..=12), self.chance.random_range(1..=28));
            let (hour, quarter) = (self.chance.random_range(9..18), self.chance.random_range(0..4) * 15);
            body["datetime"] = format!("2027-{month:02}-{day:02}T{hour:02}:{quarter:02}:00-05:00").into();
            body["staff_id"] = TEAM[self.chance.random_range(0..TEAM.len())].into();
            body["services"] = json!([{"id": SERVICE}]);
            body["seance_length"] = 1800.into();
        }
        self.make(Kind::Appointment, &format!("/api/v1/records/{LOCATION}"), &body, mark, attendance).await;
    }

    async fn make(&mut self, kind: Kind, path: &str, body: &Value, mark: String, attendance: i64) {
        match self.ask(Method::POST, path, Some(body)).await {
            Some(answer) if answer.is_fine() => match answer.id() {
                Some(id) => {
                    let sure = State { mark, attendance, deleted: false };
                    self.ledger.things.insert((kind, id), Thing { sure, doubt: None });
                    self.ledger.acknowledge(kind, id, "create");
                }
                None => self.ledger.refuse(&answer),
            },
            Some(answer) => {
                // Of an error of the server it is not known whether all of it failed.
                if answer.status >= 500 {
                    self.ledger.unsure.insert(mark);
                }
                self.ledger.refuse(&answer);
            }
            None => drop(self.ledger.unsure.insert(mark)),
        }
    }

    async fn change(&mut self, kind: Kind, id: i64) {
        let mark = self.mark();
        let Some(before) = self.ledger.things.get(&(kind, id)).map(|t| t.sure.clone()) else { return };
        let mut after = State { mark: mark.clone(), ..before };
        let body = match kind {
            Kind::Client => {
                let read = self.ask(Method::GET, &kind.path(id), None).await;
                let Some(read) = read.filter(Answer::is_fine).map(|a| a.json()) else { return };
                json!({"name": read["data"]["name"], "phone": read["data"]["phone"], "comment": mark})
            }
            Kind::Appointment => {
                let read = self.ask(Method::GET, &kind.path(id), None).await;
                let Some(read) = read.filter(Answer::is_fine).map(|a| a.json()) else { return };
                let read = &read["data"];
                // It goes to another client, whose counters change with it.
                let Some(client) = self.choose(Kind::Client) else { return };
                after.attendance = [0, 1, -1, 2][self.chance.random_range(0..4)];
                json!({
                    "staff_id": read["staff_id"], "services": [{"id": read["services"][0]["id"]}],
                    "client": {"id": client}, "datetime": read["datetime"],
                    "seance_length": read["seance_length"], "save_if_busy": true, "comment": mark,
                    "attendance": after.attendance, "activity_id": read["activity_id"],
                })
            }
        };
        self.alter(kind, id, Method::PUT, Some(&body), after, "update").await;
    }

    async fn delete(&mut self, kind: Kind, id: i64) {
        let Some(before) = self.ledger.things.get(&(kind, id)).map(|t| t.sure.clone()) else { return };
        self.alter(kind, id, Method::DELETE, None, State { deleted: true, ..before }, "delete").await;
    }

    async fn alter(
        &mut self,
        kind: Kind,
        id: i64,
        method: Method,
        body: Option<&Value>,
        after: State,
        change: &str,
    ) {
        let answer = self.ask(method, &kind.path(id), body).await;
        let Some(thing) = self.ledger.things.get_mut(&(kind, id)) else { return };
        match answer {
            Some(answer) if answer.is_fine() => {
                thing.sure = after;
                self.ledger.acknowledge(kind, id, change);
            }
            Some(answer) => {
                if answer.status >= 500 {
                    thing.doubt = Some(after);
                }
                self.ledger.refuse(&answer);
            }
            None => thing.doubt = Some(after),
        }
    }

    async fn ask(&mut self, method: Method, path: &str, body: Option<&Value>) -> Option<Answer> {
        let began = std::time::Instant::now();
        let answer = self.client.ask(method, path, body).await;
        match &answer {
            Ok(_) => self.ledger.slowest = self.ledger.slowest.max(began.elapsed()),
            Err(error) => {
                if error.starts_with("no answer") {
                    self.ledger.slowest = self.ledger.slowest.max(began.elapsed());
                }
                self.ledger.unanswered += 1;
                // The server is away: no need to ask it thousands of times a second.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        answer.ok()
    }
}

/// What writers and whoever set them to work tell each other.
#[derive(Debug, Default)]
pub struct Signs {
    stop: AtomicBool,
    acknowledged: AtomicUsize,
}

/// Writers at work.
pub struct Load {
    signs: Arc<Signs>,
    running: Vec<tokio::task::JoinHandle<Writer>>,
}

impl Load {
    /// Sets them to work.
    pub fn begin(writers: Vec<Writer>) -> Self {
        let signs = Arc::new(Signs::default());
        let running = writers.into_iter().map(|writer| tokio::spawn(writer.write(signs.clone()))).collect();
        Self { signs, running }
    }

    /// Waits until so many writes are acknowledged, but no longer than this.
    pub async fn under_way(&self, writes: usize, within: Duration) {
        let until = std::time::Instant::now() + within;
        while self.signs.acknowledged.load(Ordering::Relaxed) < writes && std::time::Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Lets each end what it is doing, and gives them back.
    pub async fn end(self) -> Result<Vec<Writer>, String> {
        self.signs.stop.store(true, Ordering::Relaxed);
        let mut writers = Vec::new();
        for running in self.running {
            writers.push(running.await.map_err(|e| format!("a writer: {e}"))?);
        }
        Ok(writers)
    }
}

/// Makes events with many seats, for the writers.
pub async fn events(client: &mut Client, how_many: usize) -> Result<Vec<i64>, String> {
    let mut events = Vec::new();
    for n in 0..how_many {
        let body = json!({"service_id": 83193, "staff_id": 1001, "date": format!("2027-03-{:02} 08:00:00", n + 1),
            "length": 3600, "capacity": 1000, "force": true});
        let answer = client.ask(Method::POST, &format!("/api/v1/activity/{LOCATION}"), Some(&body)).await?;
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        events
            .push(answer.id().filter(|_| answer.is_fine()).ok_or(format!("an event was not made: {said}"))?);
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn marks_say_which_was_first() {
        let state = |mark: &str, deleted| State { mark: mark.to_owned(), attendance: 0, deleted };
        assert!(state("w1-9", false).is_before(&state("w1-10", false)));
        assert!(!state("w1-10", false).is_before(&state("w1-10", false)));
        assert!(state("w1-10", false).is_before(&state("w1-10", true)));
        assert!(!state("w1-11", false).is_before(&state("w1-10", false)));
    }
}
