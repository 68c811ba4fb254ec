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
#[derive(Clone, Copy, Debug, Default)]
pub struct Plan {
    /// The same seed makes the same.
    pub seed: u64,
    /// Locations beside those of the example.
    pub locations: u32,
    /// Appointments in all, in group events, spread over the demo's location and the further ones.
    pub appointments: u32,
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
/// Team members of a further location.
const TEAM: usize = 6;
/// Days of schedules before and after today.
const DAYS: i64 = 30;
/// Seats of an event made here.
const SEATS: i64 = 10;

/// Where something is made: a location, its team, and a service for groups with its price.
struct Spot {
    location_id: i64,
    zone: Zone,
    team: Vec<i64>,
    service_id: i64,
    price: i64,
    /// Appointments are made from so many days ago backwards: before what else takes place there.
    back: i64,
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
    let shares = i64::from(plan.appointments);
    for at in 0..=count {
        // Each place has chance of its own, so that one more location changes none of the others.
        let mut chance =
            StdRng::seed_from_u64(plan.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ at.unsigned_abs());
        // What does not come out even falls to the first ones.
        let share = shares / (count + 1) + i64::from(at < shares % (count + 1));
        app.write(async |tx| {
            let spot =
                if at == 0 { example(tx).await? } else { further(tx, at, owner, &mut chance, now).await? };
            fill(tx, &spot, share, &mut chance, now).await
        })
        .await?;
    }
    app.write(async |tx| tx.after_all_ids().await.map_err(Into::into)).await
}

/// The location of the example.
async fn example(tx: &mut Tx) -> Result<Spot> {
    Ok(Spot {
        location_id: demo::LOCATION,
        zone: locations::store::zone(tx, demo::LOCATION).await?,
        team: (1001..=1006).collect(),
        service_id: 83193,
        price: 2000,
        back: 2 * DAYS,
    })
}

async fn further(tx: &mut Tx, at: i64, owner: i64, chance: &mut StdRng, now: i64) -> Result<Spot> {
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
    licenses::store::insert(tx, location_id, now).await?;
    demo::owner_of(tx, location_id, owner, now).await?;
    let mut members = Vec::with_capacity(TEAM);
    for _ in 0..TEAM {
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
    let (service_id, price) = offers(tx, location_id, &members, chance, now).await?;
    work(tx, location_id, &members, local_date(now, &zone)).await?;
    Ok(Spot { location_id, zone, team: members, service_id, price, back: 1 })
}

fn pick<'a>(from: &[&'a str], chance: &mut StdRng) -> &'a str {
    from.choose(chance).copied().unwrap_or_default()
}

/// Two categories with services, each done by half of the team; gives one for groups with its price.
async fn offers(
    tx: &mut Tx,
    location_id: i64,
    team: &[i64],
    chance: &mut StdRng,
    now: i64,
) -> Result<(i64, i64)> {
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
    let class = services.iter().find(|service| service.is_multi);
    class.map(|service| (service.id, service.price_min)).ok_or_else(kernel::Error::not_found)
}

/// Schedules of the days around today: weekdays, with a lunch break.
async fn work(tx: &mut Tx, location_id: i64, team: &[i64], today: Date) -> Result<()> {
    let hours = vec![Interval::new(9 * 3600, 13 * 3600), Interval::new(14 * 3600, 18 * 3600)];
    let days: Vec<Date> = (-DAYS..=DAYS)
        .map(|n| today.saturating_add(n.days()))
        .filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
        .collect();
    let sets: Vec<Set> = team
        .iter()
        .flat_map(|member| {
            let hours = hours.clone();
            days.iter().map(move |day| Set {
                team_member_id: *member,
                day: *day,
                hours: hours.clone(),
                off_day_type: 0,
            })
        })
        .collect();
    schedules::put(tx, location_id, &sets).await?;
    let till = days.last().map(ToString::to_string).unwrap_or_default();
    let till: Vec<(i64, String)> = team.iter().map(|id| (*id, till.clone())).collect();
    team::store::set_schedule_till(tx, location_id, &till).await
}

/// Clients, and so many appointments in events, as many days back as it takes.
async fn fill(tx: &mut Tx, spot: &Spot, share: i64, chance: &mut StdRng, now: i64) -> Result<()> {
    if share == 0 && spot.location_id == demo::LOCATION {
        return Ok(());
    }
    let people = book(tx, spot, (share / 5).clamp(CLIENTS, 200_000), chance, now).await?;
    let mut left = share;
    let mut day = local_date(now, &spot.zone).saturating_sub(spot.back.days());
    while left > 0 {
        let mut planned: Vec<(Event, i64)> = Vec::new();
        'days: for _ in 0..20 {
            for hour in [9, 10, 11, 14, 15, 16] {
                for member in &spot.team {
                    let seats = chance.random_range(3..SEATS).min(left);
                    let Some(starts_at) = instant_of_clock(day, hour * 3600, &spot.zone) else { continue };
                    planned.push((class(spot, *member, starts_at), seats));
                    left -= seats;
                    if left == 0 {
                        break 'days;
                    }
                }
            }
            day = day.yesterday().unwrap_or(day);
        }
        held(tx, spot, planned, &people, chance, now).await?;
    }
    Ok(())
}

fn class(spot: &Spot, team_member_id: i64, starts_at: i64) -> Event {
    Event {
        id: 0,
        team_member_id,
        service_id: spot.service_id,
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
    let people: Vec<Client> = (0..many)
        .map(|n| {
            let (name, surname) = (pick(NAMES, chance), pick(SURNAMES, chance));
            let born =
                (1950 + chance.random_range(0..58), chance.random_range(1..13), chance.random_range(1..29));
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
        })
        .collect();
    let ids = clients::insert_all(tx, spot.location_id, &people, now).await?;
    tagged(tx, spot.location_id, &ids, chance, now).await?;
    Ok(ids)
}

/// Tags a few of the clients.
async fn tagged(tx: &mut Tx, location_id: i64, ids: &[i64], chance: &mut StdRng, now: i64) -> Result<()> {
    let tag = Tag { title: "Regular".to_owned(), color: "#2e7d32".to_owned(), entity: 1, ..Tag::default() };
    let tag = tags::insert(tx, location_id, &tag, now).await?;
    let pairs: Vec<(i64, i64)> =
        ids.iter().filter(|_| chance.random_bool(0.15)).map(|id| (*id, tag)).collect();
    clients::put_tags(tx, location_id, &pairs).await
}

/// Writes events with as many appointments as planned.
async fn held(
    tx: &mut Tx,
    spot: &Spot,
    planned: Vec<(Event, i64)>,
    people: &[i64],
    chance: &mut StdRng,
    now: i64,
) -> Result<()> {
    let location_id = spot.location_id;
    let mut rows: Vec<Event> = planned.iter().map(|(event, _)| event.clone()).collect();
    let ids = events::insert(tx, location_id, &rows, now).await?;
    for (event, id) in rows.iter_mut().zip(&ids) {
        event.id = *id;
    }
    let taken: Vec<(i64, Vec<Taken>)> = rows
        .iter()
        .map(|event| {
            let team = Taken {
                subject: Subject::Team,
                subject_id: event.team_member_id,
                starts_at: event.starts_at,
                ends_at: event.ends_at(),
            };
            (event.id, vec![team])
        })
        .collect();
    occupancy::take(tx, location_id, Owner::Event, &taken, false, now).await?;
    let seats: Vec<Appointment> = rows
        .iter()
        .zip(&planned)
        .flat_map(|(event, (_, seats))| (0..*seats).map(move |_| event))
        .map(|event| Appointment {
            client_id: people.choose(chance).copied(),
            attendance: if chance.random_bool(0.9) { 1 } else { -1 },
            created_at: event.starts_at - 86_400_000,
            ..Appointment::within(event)
        })
        .collect();
    let made = appointments::insert_all(tx, location_id, &seats, 0).await?;
    let item = Item {
        service_id: spot.service_id,
        cost_per_unit: spot.price,
        amount: 1,
        discount: 0,
        cost: spot.price,
    };
    let items: Vec<(i64, Item)> = made.into_iter().map(|id| (id, item.clone())).collect();
    appointments::put_items(tx, location_id, &items).await?;
    events::count_seats(tx, location_id, &ids, now).await
}
