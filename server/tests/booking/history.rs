//! A history of random bookings, moves and cancellations by sixteen at once, and what must hold at its end.
//!
//! Seeded, and of so many steps; with `FRONTDESK_HISTORY_SECONDS` it runs so long instead, with `FRONTDESK_HISTORY_SEED`
//! by another seed. Half of the sixteen ask another server.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use booking::appointments::links;
use frontdesk::demo::LOCATION;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use testkit::{App, Client};

use super::appointments::{HAIRCUT, at, with};
use super::receiver::Receiver;
use super::slots::soon;

const ACTORS: u64 = 16;
const STEPS: usize = 60;
/// Who books: more than the sixteen, so that some have several visits and some share a day.
const CLIENTS: i64 = 12;

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// What was acknowledged: changes told of each appointment, as `record create 7`.
#[derive(Default)]
struct Ledger {
    told: BTreeMap<String, usize>,
    there: Vec<i64>,
    statuses: BTreeMap<(&'static str, u16), usize>,
}

#[derive(Clone)]
struct Actor {
    app: App,
    owner: Client,
    partner: Client,
    ledger: Arc<Mutex<Ledger>>,
}

fn when(chance: &mut StdRng) -> String {
    let quarter = chance.random_range(0..16);
    format!("2026-03-{:02} {:02}:{:02}:00", chance.random_range(24..29), 9 + quarter / 4, quarter % 4 * 15)
}

fn client(chance: &mut StdRng) -> Value {
    json!({"name": "Jane", "phone": format!("+1315555{:04}", 100 + chance.random_range(0..CLIENTS))})
}

impl Actor {
    fn note(&self, way: &'static str, status: u16, change: &str, id: Option<i64>) {
        let mut ledger = self.ledger.lock().expect("a lock");
        *ledger.statuses.entry((way, status)).or_default() += 1;
        let Some(id) = id.filter(|_| status < 300) else { return };
        *ledger.told.entry(format!("record {change} {id}")).or_default() += 1;
        match change {
            "create" => ledger.there.push(id),
            "delete" => ledger.there.retain(|there| *there != id),
            _ => {}
        }
    }

    /// Any appointment that is there, whoever made it.
    fn any(&self, chance: &mut StdRng) -> Option<i64> {
        self.ledger.lock().expect("a lock").there.choose(chance).copied()
    }

    async fn step(&self, chance: &mut StdRng) {
        let staff = *[1001, 1002].choose(chance).expect("one");
        let (attendance, length) = ([0, 0, 2, 1, -1].choose(chance), [1800, 3600].choose(chance));
        let wanted = with(
            at(&when(chance)),
            json!({"staff_id": staff, "client": client(chance), "save_if_busy": chance.random_bool(0.05),
                "attendance": attendance, "seance_length": length}),
        );
        match (chance.random_range(0..10), self.any(chance)) {
            (0..3, _) | (_, None) => {
                let answer = self.owner.post("/api/v1/records/37532", wanted).await;
                let id = if answer.status == 201 { answer.items()[0]["id"].as_i64() } else { None };
                self.note("records POST", answer.status.as_u16(), "create", id);
            }
            (3..5, _) => {
                let who = client(chance);
                let when = format!("{}-04:00", when(chance).replace(' ', "T"));
                let order = json!({"phone": who["phone"], "fullname": "Jane", "appointments": [
                    {"id": 1, "services": [HAIRCUT], "staff_id": staff, "datetime": when}]});
                let answer = self.partner.post("/api/v1/book_record/37532", order).await;
                let id = if answer.status == 201 { answer.items()[0]["record_id"].as_i64() } else { None };
                self.note("book_record", answer.status.as_u16(), "create", id);
            }
            (5..8, Some(id)) => {
                let answer = self.owner.put(&format!("/api/v1/record/37532/{id}"), wanted).await;
                self.note("record PUT", answer.status.as_u16(), "update", Some(id));
            }
            (8, Some(id)) => {
                let answer = self.owner.delete(&format!("/api/v1/record/37532/{id}")).await;
                self.note("record DELETE", answer.status.as_u16(), "delete", Some(id));
            }
            (_, Some(id)) => {
                let hash = links::hash(self.app.kernel(), LOCATION, id);
                let answer = self.partner.delete(&format!("/api/v1/user/records/{id}/{hash}")).await;
                self.note("user/records DELETE", answer.status.as_u16(), "delete", Some(id));
            }
        }
    }
}

#[testkit::test]
async fn a_history_by_sixteen_ends_without_overlap_and_with_right_counters_and_webhooks(app: App) {
    soon(&app).await;
    let receiver = Receiver::new().await;
    let hook = json!({"urls": [receiver.url()], "active": 1, "self_sending": 1, "record": 1});
    app.owner().post("/api/v1/hooks_settings/37532", hook).await.status(201);
    let before: i64 = app.one("SELECT COALESCE(MAX(id), 0) FROM events", &[]).await;

    let (seed, seconds) = (asked("FRONTDESK_HISTORY_SEED").unwrap_or(16), asked("FRONTDESK_HISTORY_SECONDS"));
    let until = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let (sibling, ledger) = (app.sibling().await, Arc::new(Mutex::new(Ledger::default())));
    let actors = (0..ACTORS).map(|n| {
        let at = if n % 2 == 0 { &app } else { &sibling };
        let actor =
            Actor { app: at.clone(), owner: at.owner(), partner: at.partner(), ledger: ledger.clone() };
        tokio::spawn(async move {
            let mut chance = StdRng::seed_from_u64(seed * 1000 + n);
            let mut steps = 0;
            while until.map_or(steps < STEPS, |until| Instant::now() < until) {
                actor.step(&mut chance).await;
                steps += 1;
            }
            steps
        })
    });
    let actors: Vec<_> = actors.collect();
    // Meanwhile what happens is passed on.
    while !actors.iter().all(tokio::task::JoinHandle::is_finished) {
        app.webhooks().await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut steps = 0;
    for actor in actors {
        steps += actor.await.expect("it ends");
    }
    let ledger = Arc::into_inner(ledger).expect("nobody holds it").into_inner().expect("a lock");
    say(&format!(
        "{}, seed {seed}: {steps} steps, {} changes, {} appointments there; {:?}",
        app.db().dialect().name(),
        ledger.told.values().sum::<usize>(),
        ledger.there.len(),
        ledger.statuses
    ));
    let strange: Vec<_> =
        ledger.statuses.keys().filter(|(_, s)| *s >= 500 || *s == 400 || *s == 401).collect();
    assert!(strange.is_empty(), "{strange:?}");
    for way in ["records POST", "book_record", "record PUT", "record DELETE", "user/records DELETE"] {
        let fine = ledger.statuses.iter().filter(|((of, s), _)| *of == way && *s < 300);
        assert!(fine.map(|(_, n)| n).sum::<usize>() > 0, "{way} never worked");
    }
    no_overlap(&app, &ledger).await;
    counters(&app).await;
    told(&app, &ledger, &receiver, before).await;
}

#[allow(
    clippy::print_stdout,
    reason = "whoever runs it for long wants to know what it did, and by which seed"
)]
fn say(what: &str) {
    println!("{what}");
}

/// No two that are no deliberate overlaps, and exactly what the appointments there take.
async fn no_overlap(app: &App, ledger: &Ledger) {
    let overlaps = "SELECT COUNT(*) FROM occupancy a JOIN occupancy b ON b.location_id = a.location_id
            AND b.subject = a.subject AND b.subject_id = a.subject_id
            AND b.starts_at < a.ends_at AND a.starts_at < b.ends_at
         WHERE a.overlapping = 0 AND b.overlapping = 0
            AND (a.owner <> b.owner OR a.owner_id <> b.owner_id OR a.starts_at <> b.starts_at)";
    assert_eq!(app.one::<i64>(overlaps, &[]).await, 0, "overlaps");
    let astray = "SELECT COUNT(*) FROM appointments a LEFT JOIN occupancy o ON o.location_id = a.location_id
            AND o.owner = 'appointment' AND o.owner_id = a.id AND o.subject = 'team'
            AND o.subject_id = a.team_member_id AND o.starts_at = a.starts_at
            AND o.ends_at = a.starts_at + a.length * 1000
         WHERE (a.is_deleted = 0) <> (o.owner_id IS NOT NULL)";
    assert_eq!(app.one::<i64>(astray, &[]).await, 0, "appointments beside their places");
    let mut conn = app.db().conn().await.expect("a connection");
    let held =
        "SELECT owner_id FROM occupancy WHERE owner = 'appointment' AND subject = 'team' ORDER BY owner_id";
    let held: Vec<i64> = conn.all(held, &[]).await.expect("places");
    let mut there = ledger.there.clone();
    there.sort_unstable();
    assert_eq!(held, there);
}

db::row! {
    struct Held {
        client_id: i64,
        visit_id: i64,
        starts_at: i64,
        attendance: i64,
        cost: i64,
        is_deleted: bool,
    }
}

db::row! {
    struct Visit {
        id: i64,
        client_id: i64,
        day: String,
        attendance: i64,
        starts_at: Option<i64>,
        cost: i64,
    }
}

db::row! {
    struct Counted {
        id: i64,
        visits: i64,
        no_shows: i64,
        first_visit_at: Option<i64>,
        last_visit_at: Option<i64>,
        spent: i64,
        balance: i64,
    }
}

/// What a visit comes to: attendance, its beginning, what it cost.
type Sum = (i64, Option<i64>, i64);

/// The rule for a visit of these appointments.
fn sum(held: &[&Held]) -> Sum {
    let there: Vec<&&Held> = held.iter().filter(|one| !one.is_deleted).collect();
    let is = |attendance: i64| there.iter().any(|one| one.attendance == attendance);
    let attendance = match () {
        () if is(1) => 1,
        () if !there.is_empty() && there.iter().all(|one| one.attendance == -1) => -1,
        () if is(2) => 2,
        () => 0,
    };
    let came = there.iter().filter(|one| one.attendance == 1);
    (attendance, there.iter().map(|one| one.starts_at).min(), came.map(|one| one.cost).sum())
}

/// Visits and clients as they come out when counted anew.
async fn counters(app: &App) {
    let zone = calc::zone::Zone::parse("America/New_York").expect("a zone");
    let mut conn = app.db().conn().await.expect("a connection");
    let held: Vec<Held> = conn
        .all(
            "SELECT client_id, visit_id, starts_at, attendance, cost, is_deleted FROM appointments WHERE event_id IS NULL",
            &[],
        )
        .await
        .expect("appointments");
    let mut of_visit: BTreeMap<i64, Vec<&Held>> = BTreeMap::new();
    for one in &held {
        of_visit.entry(one.visit_id).or_default().push(one);
    }
    let sql = format!("SELECT {} FROM visits", Visit::COLUMNS);
    let visits: Vec<Visit> = conn.all(&sql, &[]).await.expect("visits");
    let days: BTreeSet<(i64, &str)> = visits.iter().map(|v| (v.client_id, v.day.as_str())).collect();
    assert_eq!(days.len(), visits.len(), "two visits of a client on one day");
    let mut of_client: BTreeMap<i64, Vec<Sum>> = BTreeMap::new();
    for visit in visits {
        let appointments = of_visit.remove(&visit.id).unwrap_or_default();
        for one in &appointments {
            let day = calc::zone::date_ymd(one.starts_at, &zone);
            assert_eq!((one.client_id, day.as_str()), (visit.client_id, visit.day.as_str()));
        }
        let is = (visit.attendance, visit.starts_at, visit.cost);
        assert_eq!(is, sum(&appointments), "visit {}", visit.id);
        of_client.entry(visit.client_id).or_default().push(is);
    }
    assert!(of_visit.is_empty(), "appointments without a visit");
    let clients: Vec<Counted> = conn
        .all(
            "SELECT id, visits, no_shows, first_visit_at, last_visit_at, spent - spent_by_hand, balance - balance_by_hand
             FROM clients WHERE phone LIKE '+1315555%' AND location_id = 37532",
            &[],
        )
        .await
        .expect("clients");
    assert_eq!(i64::try_from(clients.len()).expect("few"), CLIENTS);
    for Counted { id, visits: came, no_shows, first_visit_at, last_visit_at, spent, balance } in clients {
        let visits = of_client.remove(&id).unwrap_or_default();
        let with = |attendance: i64| visits.iter().filter(move |visit| visit.0 == attendance);
        let count = |attendance: i64| i64::try_from(with(attendance).count()).expect("few");
        assert_eq!((came, no_shows), (count(1), count(-1)), "client {id}");
        let ends = (with(1).filter_map(|v| v.1).min(), with(1).filter_map(|v| v.1).max());
        assert_eq!((first_visit_at, last_visit_at), ends, "client {id}");
        let cost: i64 = visits.iter().map(|visit| visit.2).sum();
        assert_eq!((spent, balance), (cost, -cost), "client {id}");
    }
    assert!(of_client.is_empty(), "visits of nobody");
}

/// One event, one message and one delivery for each change that was acknowledged, and none beside.
async fn told(app: &App, ledger: &Ledger, receiver: &Receiver, before: i64) {
    let mut conn = app.db().conn().await.expect("a connection");
    let events: Vec<(String, i64)> = conn
        .all("SELECT change, entity_id FROM events WHERE entity = 'record' AND id > $1", &[before.into()])
        .await
        .expect("events");
    drop(conn);
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for (change, id) in events {
        *counted.entry(format!("record {change} {id}")).or_default() += 1;
    }
    assert_eq!(counted, ledger.told, "events");
    app.advance(5_000);
    app.webhooks().await;
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for told in receiver.told() {
        *counted.entry(told).or_default() += 1;
    }
    assert_eq!(counted, ledger.told, "webhooks");
    assert!(receiver.told().iter().all(|told| told.starts_with("record ")));
}
