//! More of the demo: further locations and appointments, as many as wanted, the same for the same seed.

use ::clients::clients::store::{self as clients, Client};
use booking::appointments::store::{self as appointments, Appointment, Item};
use booking::events::store::{self as events, Event};
use booking::occupancy::{Owner, Subject, Taken, store as occupancy};
use booking::schedules::{rules::Set, store as schedules};
use calc::intervals::Interval;
use calc::zone::{Zone, instant_of_clock, local_date};
use catalog::categories::store::{self as categories, Category};
use catalog::links::store::{self as links, Link};
use catalog::services::store::{self as services, Service};
use db::Tx;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use kernel::{App, Result};
use org::locations::{self, Location};
use org::tags::store::{self as tags, Tag};
use org::team::Member;
use org::{chains, licenses, team};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use crate::demo;

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The same seed makes the same.
    pub seed: u64,
    /// Locations beside those of the example.
    pub locations: u32,
    /// Team members of each of them.
    pub team: u32,
    /// Appointments in all, spread over the demo's location and the further ones by how many work there.
    pub appointments: u32,
}

/// Team members of a further location, where it is not said how many.
pub const TEAM: u32 = 6;

impl Default for Plan {
    fn default() -> Self {
        Self { seed: 0, locations: 0, team: TEAM, appointments: 0 }
    }
}

/// The chain of the further locations.
pub const CHAIN: i64 = 9400;
/// The first of them; the others follow.
pub const FIRST: i64 = 50_001;

const CITIES: &[(&str, i64, &str)] = &[
    ("New York", 7, "America/New_York"),
    ("Chicago", 7, "America/Chicago"),
    ("Denver", 7, "America/Denver"),
    ("Los Angeles", 7, "America/Los_Angeles"),
];
const KINDS: &[&str] = &["Studio", "Salon", "Clinic", "Barbershop", "Spa"];
const NAMES: &[&str] = &[
    "Alice", "Ben", "Carla", "David", "Emma", "Frank", "Grace", "Henry", "Ivy", "Jack", "Kate", "Leo", "Mia",
    "Noah", "Olga", "Paul", "Quinn", "Rosa", "Sam", "Tina",
];
const SURNAMES: &[&str] = &[
    "Adams", "Baker", "Clark", "Davis", "Evans", "Foster", "Green", "Hill", "Irwin", "Jones", "King",
    "Lopez", "Moore", "Nelson", "Owens", "Price", "Reed", "Scott", "Turner", "Young",
];
/// Title, minutes, price in whole units, for groups.
const OFFERS: &[(&str, i64, i64, bool)] = &[
    ("Consultation", 30, 30, false),
    ("Treatment", 60, 70, false),
    ("Long treatment", 90, 100, false),
    ("Check-up", 15, 15, false),
    ("Group class", 60, 20, true),
    ("Workshop", 60, 35, true),
];
/// Clients of a location at the least.
const CLIENTS: i64 = 40;
/// Who of the demo's location has appointments: the last is the one who left.
const EXAMPLE: [i64; 6] = [1001, 1002, 1003, 1004, 1005, 1006];
/// Days of schedules before and after today.
const DAYS: i64 = 30;
/// Days written in one transaction.
const BLOCK: usize = 20;
/// Owners of places taken in one statement.
const AT_ONCE: usize = 1000;
/// Seats of an event made here.
const SEATS: i64 = 10;

/// A service by its id, its seconds and its price.
#[derive(Clone, Copy, Debug)]
struct Offer {
    id: i64,
    length: i64,
    price: i64,
}

/// Where something is made: a location, its team, and what it offers to one and to groups.
struct Spot {
    location_id: i64,
    zone: Zone,
    team: Vec<i64>,
    class: Offer,
    single: Vec<Offer>,
    /// The last day with appointments, from today: before what else takes place there. The others are before it.
    last: i64,
}

/// Makes all of it, location by location.
pub async fn lay(app: &App, owner: i64, plan: Plan) -> Result<()> {
    let now = app.now();
    let count = i64::from(plan.locations);
    if count > 0 {
        app.write(async |tx| {
            chains::store::insert(tx, CHAIN, "Further locations", now).await?;
            chains::store::put_user(tx, CHAIN, owner, &chains::rules::all()).await
        })
        .await?;
    }
    let mut left = i64::from(plan.appointments);
    let mut places = i64::try_from(EXAMPLE.len()).unwrap_or_default() + count * i64::from(plan.team);
    for at in 0..=count {
        // Each place has chance of its own, so that one more location changes none of the others.
        let mut chance =
            StdRng::seed_from_u64(plan.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ at.unsigned_abs());
        let spot = app
            .write(async |tx| {
                if at == 0 {
                    example(tx).await
                } else {
                    further(tx, at, owner, plan.team, &mut chance, now).await
                }
            })
            .await?;
        let team = i64::try_from(spot.team.len()).unwrap_or(1);
        let share = left * team / places.max(1);
        left -= share;
        places -= team;
        fill(app, &spot, share, &mut chance, now).await?;
    }
    app.write(async |tx| tx.after_all_ids().await.map_err(Into::into)).await
}

/// The location of the example.
async fn example(tx: &mut Tx) -> Result<Spot> {
    let offer = |id, length, price| Offer { id, length, price };
    Ok(Spot {
        location_id: demo::LOCATION,
        zone: locations::store::zone(tx, demo::LOCATION).await?,
        team: EXAMPLE.to_vec(),
        class: offer(83193, 3600, 2000),
        single: vec![offer(83169, 3600, 2500), offer(83170, 1800, 1500)],
        last: -2 * DAYS,
    })
}

async fn further(tx: &mut Tx, at: i64, owner: i64, team: u32, chance: &mut StdRng, now: i64) -> Result<Spot> {
    let location_id = FIRST + at - 1;
    let (city, country, zone) = CITIES.choose(chance).copied().unwrap_or(CITIES[0]);
    let name = SURNAMES.choose(chance).copied().unwrap_or_default();
    let kind = KINDS.choose(chance).copied().unwrap_or_default();
    let location = Location {
        id: location_id,
        title: format!("{name} {kind} {at}"),
        short_descr: kind.to_owned(),
        city: city.to_owned(),
        timezone: zone.to_owned(),
        address: format!("{city}, {} Main Street", chance.random_range(1..999)),
        main_chain_id: Some(CHAIN),
        ..Location::new(country)
    };
    locations::store::insert(tx, &location, now).await?;
    locations::store::join_chain(tx, location_id, CHAIN).await?;
    locations::store::insert_form(tx, location_id, None, &location.title, true).await?;
    licenses::store::insert(tx, location_id, now).await?;
    demo::owner_of(tx, location_id, owner, now).await?;
    let mut members = Vec::new();
    for _ in 0..team {
        let member = Member {
            name: format!("{} {}", pick(NAMES, chance), pick(SURNAMES, chance)),
            specialization: kind.to_owned(),
            weight: chance.random_range(0..100),
            has_access_timetable: true,
            is_paid_staff: true,
            ..Member::default()
        };
        members.push(team::store::insert(tx, location_id, &member, now).await?);
    }
    let zone = Zone::parse(zone).unwrap_or_else(Zone::utc);
    let (class, single) = offers(tx, location_id, &members, chance, now).await?;
    let days: Vec<Date> = (-DAYS..=DAYS).map(|n| local_date(now, &zone).saturating_add(n.days())).collect();
    work(tx, location_id, &members, &days).await?;
    Ok(Spot { location_id, zone, team: members, class, single, last: DAYS })
}

fn pick<'a>(from: &[&'a str], chance: &mut StdRng) -> &'a str {
    from.choose(chance).copied().unwrap_or_default()
}

/// Two categories with services, each done by half of the team; gives one for groups, and those for one.
async fn offers(
    tx: &mut Tx,
    location_id: i64,
    team: &[i64],
    chance: &mut StdRng,
    now: i64,
) -> Result<(Offer, Vec<Offer>)> {
    let rows =
        ["Services", "Classes"].map(|title| Category { title: title.to_owned(), ..Category::default() });
    let made = categories::insert(tx, location_id, rows.to_vec(), now).await?;
    let rows: Vec<Service> = OFFERS
        .iter()
        .map(|(title, minutes, price, is_multi)| {
            let price = (price + chance.random_range(0..10)) * 100;
            Service {
                category_id: made[usize::from(*is_multi)].id,
                title: (*title).to_owned(),
                price_min: price,
                price_max: price,
                duration: minutes * 60,
                is_multi: *is_multi,
                capacity: if *is_multi { SEATS } else { 0 },
                ..Service::default()
            }
        })
        .collect();
    let services = services::insert(tx, location_id, rows, now).await?;
    let pairs = services.iter().enumerate().flat_map(|(at, service)| {
        team.iter().skip(at % 2).step_by(2).map(move |member| Link {
            service_id: service.id,
            team_member_id: *member,
            seance_length: service.duration,
            ..Link::default()
        })
    });
    links::put(tx, location_id, &pairs.collect::<Vec<Link>>()).await?;
    let offer = |s: &Service| Offer { id: s.id, length: s.duration, price: s.price_min };
    let class = services.iter().find(|service| service.is_multi).map(offer);
    let single = services.iter().filter(|service| !service.is_multi).map(offer).collect();
    Ok((class.ok_or_else(kernel::Error::not_found)?, single))
}

/// Schedules of these days: all but Sundays, with a lunch break.
async fn work(tx: &mut Tx, location_id: i64, team: &[i64], days: &[Date]) -> Result<()> {
    hours(tx, location_id, team, days).await?;
    let till = days.iter().filter(|day| is_open(**day)).max().map(ToString::to_string).unwrap_or_default();
    let till: Vec<(i64, String)> = team.iter().map(|id| (*id, till.clone())).collect();
    team::store::set_schedule_till(tx, location_id, &till).await
}

fn is_open(day: Date) -> bool {
    day.weekday() != Weekday::Sunday
}

/// Clients, and so many appointments, as many days back as it takes; the days to come are half full.
async fn fill(app: &App, spot: &Spot, share: i64, chance: &mut StdRng, now: i64) -> Result<()> {
    if share == 0 && spot.location_id == demo::LOCATION {
        return Ok(());
    }
    let people =
        app.write(async |tx| book(tx, spot, (share / 5).clamp(CLIENTS, 200_000), chance, now).await).await?;
    let today = local_date(now, &spot.zone);
    let mut day = today.saturating_add(spot.last.days());
    let mut left = share;
    while left > 0 {
        let mut days = Vec::with_capacity(BLOCK);
        while days.len() < BLOCK {
            if is_open(day) {
                days.push(day);
            }
            day = day.yesterday().unwrap_or(day);
        }
        let plan = Planned::of(spot, &days, today, left, chance);
        left -= plan.count();
        app.write(async |tx| {
            // The days around today have theirs.
            let old: Vec<Date> =
                days.iter().filter(|day| **day < today.saturating_sub(DAYS.days())).copied().collect();
            if !old.is_empty() && spot.location_id != demo::LOCATION {
                hours(tx, spot.location_id, &spot.team, &old).await?;
            }
            held(tx, spot, &plan.events, &people, chance, now).await?;
            booked(tx, spot, &plan.single, &people, chance, now).await
        })
        .await?;
    }
    Ok(())
}

/// Working hours of these days but Sundays; how far the schedule reaches stays.
async fn hours(tx: &mut Tx, location_id: i64, team: &[i64], days: &[Date]) -> Result<()> {
    let hours = vec![Interval::new(9 * 3600, 13 * 3600), Interval::new(14 * 3600, 18 * 3600)];
    let set =
        |team_member_id: i64, day: Date| Set { team_member_id, day, hours: hours.clone(), off_day_type: 0 };
    let days = || days.iter().filter(|day| is_open(**day)).copied();
    let sets: Vec<Set> = team.iter().flat_map(|member| days().map(|day| set(*member, day))).collect();
    schedules::put(tx, location_id, &sets).await
}

/// What takes place on some days: events with how many come, and appointments.
#[derive(Default)]
struct Planned {
    events: Vec<(Event, i64)>,
    /// Team member, beginning, service.
    single: Vec<(i64, i64, Offer)>,
}

impl Planned {
    fn count(&self) -> i64 {
        let seats: i64 = self.events.iter().map(|(_, seats)| seats).sum();
        seats + i64::try_from(self.single.len()).unwrap_or(i64::MAX)
    }

    /// At most so many. Each morning some hold a class; the rest of the hours is nearly full on days that are over.
    fn of(spot: &Spot, days: &[Date], today: Date, mut left: i64, chance: &mut StdRng) -> Self {
        let mut out = Self::default();
        for day in days {
            let full = if *day < today { 0.95 } else { 0.5 };
            for member in &spot.team {
                let mut from = 9 * 3600;
                if left > 0 && chance.random_bool(0.125) {
                    let seats = chance.random_range(3..SEATS).min(left);
                    let Some(starts_at) = instant_of_clock(*day, from, &spot.zone) else { continue };
                    out.events.push((class(spot, *member, starts_at), seats));
                    left -= seats;
                    from += 3600;
                }
                for (mut at, till) in [(from, 13 * 3600), (14 * 3600, 18 * 3600)] {
                    while left > 0 && at < till {
                        let Some(offer) = next(spot, till - at, chance) else { break };
                        if chance.random_bool(full)
                            && let Some(starts_at) = instant_of_clock(*day, at, &spot.zone)
                        {
                            out.single.push((*member, starts_at, offer));
                            left -= 1;
                        }
                        at += offer.length;
                    }
                }
            }
        }
        out
    }
}

/// A service that still fits: mostly short ones.
fn next(spot: &Spot, room: i64, chance: &mut StdRng) -> Option<Offer> {
    let mut fitting: Vec<Offer> = spot.single.iter().filter(|offer| offer.length <= room).copied().collect();
    fitting.sort_by_key(|offer| offer.length);
    let short = fitting.iter().rfind(|offer| offer.length <= 1800).or(fitting.first()).copied();
    if chance.random_bool(0.75) { short } else { fitting.choose(chance).copied() }
}

fn class(spot: &Spot, team_member_id: i64, starts_at: i64) -> Event {
    Event {
        id: 0,
        team_member_id,
        service_id: spot.class.id,
        starts_at,
        length: 3600,
        technical_break: 0,
        capacity: SEATS,
        clients_count: 0,
        comment: String::new(),
        color: String::new(),
        instructions: String::new(),
        stream_link: String::new(),
        is_notified: false,
        is_deleted: false,
        revision: 1,
    }
}

/// Clients who book.
async fn book(tx: &mut Tx, spot: &Spot, many: i64, chance: &mut StdRng, now: i64) -> Result<Vec<i64>> {
    let mut ids = Vec::new();
    let mut made = 0;
    while made < many {
        // Not all at once in memory.
        let till = (made + 5000).min(many);
        let people: Vec<Client> = (made..till).map(|n| client(n, chance)).collect();
        ids.append(&mut clients::insert_all(tx, spot.location_id, &people, now).await?);
        made = till;
    }
    tagged(tx, spot.location_id, &ids, chance, now).await?;
    Ok(ids)
}

fn client(n: i64, chance: &mut StdRng) -> Client {
    let (name, surname) = (pick(NAMES, chance), pick(SURNAMES, chance));
    let born = (1950 + chance.random_range(0..58), chance.random_range(1..13), chance.random_range(1..29));
    Client {
        name: name.to_owned(),
        surname: surname.to_owned(),
        phone: format!("+1917{:07}", 2_000_000 + n),
        email: format!("{name}.{surname}{n}@example.com").to_lowercase(),
        gender: chance.random_range(0..3),
        birthday: format!("{}-{:02}-{:02}", born.0, born.1, born.2),
        importance: if chance.random_bool(0.2) { chance.random_range(1..4) } else { 0 },
        discount: if chance.random_bool(0.2) { 500 } else { 0 },
        newsletter_allowed: chance.random_bool(0.5),
        personal_data_allowed: true,
        ..Client::default()
    }
}

/// Tags a few of the clients.
async fn tagged(tx: &mut Tx, location_id: i64, ids: &[i64], chance: &mut StdRng, now: i64) -> Result<()> {
    let tag = Tag { title: "Regular".to_owned(), color: "#2e7d32".to_owned(), entity: 1, ..Tag::default() };
    let tag = tags::insert(tx, location_id, &tag, now).await?;
    let pairs: Vec<(i64, i64)> =
        ids.iter().filter(|_| chance.random_bool(0.15)).map(|id| (*id, tag)).collect();
    clients::put_tags(tx, location_id, &pairs).await
}

/// Whether somebody came to what began then: nearly everybody.
fn attendance(starts_at: i64, now: i64, chance: &mut StdRng) -> i64 {
    match (starts_at < now, chance.random_bool(0.9)) {
        (true, true) => 1,
        (true, false) => -1,
        (false, _) => 0,
    }
}

/// When it was booked: some days ahead.
fn made_at(starts_at: i64, now: i64, chance: &mut StdRng) -> i64 {
    (starts_at - chance.random_range(1..15) * 86_400_000).min(now)
}

fn item(offer: Offer) -> Item {
    Item { service_id: offer.id, cost_per_unit: offer.price, amount: 1, discount: 0, cost: offer.price }
}

/// Takes the team members' time.
async fn take(
    tx: &mut Tx,
    spot: &Spot,
    owner: Owner,
    taken: &[(i64, i64, i64, i64)],
    now: i64,
) -> Result<()> {
    for part in taken.chunks(AT_ONCE) {
        let part: Vec<(i64, Vec<Taken>)> = part
            .iter()
            .map(|(id, subject_id, starts_at, ends_at)| {
                let taken = Taken {
                    subject: Subject::Team,
                    subject_id: *subject_id,
                    starts_at: *starts_at,
                    ends_at: *ends_at,
                };
                (*id, vec![taken])
            })
            .collect();
        occupancy::add(tx, spot.location_id, owner, &part, false, now).await?;
    }
    Ok(())
}

/// Writes events with as many appointments as planned.
async fn held(
    tx: &mut Tx,
    spot: &Spot,
    planned: &[(Event, i64)],
    people: &[i64],
    chance: &mut StdRng,
    now: i64,
) -> Result<()> {
    let location_id = spot.location_id;
    for planned in planned.chunks(AT_ONCE) {
        let mut rows: Vec<Event> = planned.iter().map(|(event, _)| event.clone()).collect();
        let ids = events::insert(tx, location_id, &rows, now).await?;
        for (event, id) in rows.iter_mut().zip(&ids) {
            event.id = *id;
        }
        let taken: Vec<_> = rows.iter().map(|e| (e.id, e.team_member_id, e.starts_at, e.ends_at())).collect();
        take(tx, spot, Owner::Event, &taken, now).await?;
        let seats: Vec<Appointment> = rows
            .iter()
            .zip(planned)
            .flat_map(|(event, (_, seats))| (0..*seats).map(move |_| event))
            .map(|event| Appointment {
                client_id: people.choose(chance).copied(),
                attendance: attendance(event.starts_at, now, chance),
                created_at: made_at(event.starts_at, now, chance),
                cost: item(spot.class).cost,
                ..Appointment::within(event)
            })
            .collect();
        let made = appointments::insert_all(tx, location_id, &seats, 0).await?;
        let class = item(spot.class);
        let items = made.into_iter().map(|id| (id, std::slice::from_ref(&class)));
        appointments::add_items(tx, location_id, items).await?;
        events::count_seats(tx, location_id, &ids, now).await?;
    }
    Ok(())
}

/// Writes appointments of their own: team member, beginning, service.
async fn booked(
    tx: &mut Tx,
    spot: &Spot,
    planned: &[(i64, i64, Offer)],
    people: &[i64],
    chance: &mut StdRng,
    now: i64,
) -> Result<()> {
    for planned in planned.chunks(AT_ONCE) {
        let rows: Vec<Appointment> = planned
            .iter()
            .map(|(team_member_id, starts_at, offer)| Appointment {
                team_member_id: *team_member_id,
                client_id: people.choose(chance).copied(),
                starts_at: *starts_at,
                length: offer.length,
                attendance: attendance(*starts_at, now, chance),
                created_at: made_at(*starts_at, now, chance),
                cost: item(*offer).cost,
                // Some by themselves, on a phone or a desktop.
                device: if chance.random_bool(0.3) { chance.random_range(1..3) } else { 0 },
                ..Appointment::default()
            })
            .collect();
        let ids = appointments::insert_all(tx, spot.location_id, &rows, 0).await?;
        let taken: Vec<_> = ids
            .iter()
            .zip(&rows)
            .map(|(id, one)| (*id, one.team_member_id, one.starts_at, one.ends_at()))
            .collect();
        take(tx, spot, Owner::Appointment, &taken, now).await?;
        let items: Vec<Item> = planned.iter().map(|(.., offer)| item(*offer)).collect();
        let items = ids.into_iter().zip(&items).map(|(id, item)| (id, std::slice::from_ref(item)));
        appointments::add_items(tx, spot.location_id, items).await?;
    }
    Ok(())
}
