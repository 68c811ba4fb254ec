//! Clients who come to all the events of days of a series: their appointments are made with the events.

use std::collections::{BTreeSet, HashMap, HashSet};

use clients::clients::store as clients;
use kernel::{Call, Change, Message, NoContent, Problems, Result, Unit};
use org::access::{At, perm};

use super::flow::{all_seen, locked};
use super::store::regulars::{self as store, Regular};
use super::store::{self as series, Day, Series};
use crate::appointments::rules::item;
use crate::appointments::store::with;
use crate::appointments::store::{self as appointments, Appointment, Item, Price};
use crate::events::store::{self as events, Event};

const REGULAR: &str = "timetable_event_schedule_client_schedule";

/// A client who is to come regularly.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) client_id: Option<i64>,
    pub(super) comer_id: Option<i64>,
    pub(super) days: Vec<i64>,
}

/// A regular with the days it comes on.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) id: i64,
    pub(super) series: Series,
    pub(super) days: Vec<Day>,
}

impl Told {
    /// When the last of its events is to begin, by the clock: `YYYY-MM-DD HH:MM:SS`. The series' last day where it
    /// comes on none of the days any more.
    pub(super) fn final_day(&self) -> Result<String> {
        let (_, last) = self.series.span()?;
        let weekday_of = |day: jiff::civil::Date| i64::from(day.weekday().to_monday_one_offset());
        let of = |day: &Day| {
            let back = (weekday_of(last) - day.weekday).rem_euclid(7);
            let date = last.checked_sub(jiff::Span::new().days(back)).ok()?;
            Some((date, day.clock))
        };
        let (date, clock) = self.days.iter().filter_map(of).max().unwrap_or((last, 0));
        Ok(format!("{date} {}", calc::intervals::clock_seconds(clock)))
    }
}

/// Lets a client come to the events of days of a series from now on.
pub(super) async fn create(
    at: &At<perm::AppointmentsCreate>,
    series_id: i64,
    asked: Asked,
) -> Result<(Unit, Told)> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    let (series, of_series) = locked(at, &mut unit, series_id).await?;
    let mut problems = Problems::new();
    let days = chosen(&of_series, &asked.days, &mut problems);
    let client_id = asked.client_id.unwrap_or_default();
    match asked.client_id {
        None => problems.add("client_id", "field-required"),
        Some(id) if clients::by_id(&mut unit, location_id, id).await?.is_none() => {
            problems.add("client_id", "field-not-found");
        }
        Some(id) if store::has(&mut unit, location_id, series_id, id).await? => {
            problems.add("client_id", "field-duplicate");
        }
        Some(_) => {}
    }
    if let Some(comer) = asked.comer_id {
        let there = appointments::comer(&mut unit, location_id, comer).await?.is_some();
        problems.check(there, "comer_id", "field-not-found");
    }
    problems.done()?;
    all_seen(at, &mut unit, &days).await?;
    let now = unit.now();
    let mut regular = Regular { id: 0, series_id, client_id, comer_id: asked.comer_id };
    regular.id = store::insert(&mut unit, location_id, &regular, now).await?;
    let ids = days.iter().map(|day| day.id).collect();
    store::set_days(&mut unit, location_id, regular.id, &ids, now).await?;
    unit.emit(REGULAR, regular.id, Change::Create).await?;
    let id = regular.id;
    enter(at, &mut unit, location_id, series_id, &[(regular, ids)]).await?;
    Ok((unit, Told { id, series, days }))
}

/// Gives a regular other days: appointments ahead of those that go are taken back, those of new ones made.
pub(super) async fn change(
    at: &At<perm::AppointmentsEdit>,
    series_id: i64,
    id: i64,
    wanted: &[i64],
) -> Result<(Unit, Told)> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    let (series, of_series) = locked(at, &mut unit, series_id).await?;
    let regular = store::lock(&mut unit, location_id, series_id, id).await?;
    let mut problems = Problems::new();
    let days = chosen(&of_series, wanted, &mut problems);
    problems.done()?;
    let had = store::days(&mut unit, location_id, &[id]).await?.remove(&id).unwrap_or_default();
    let has: BTreeSet<i64> = days.iter().map(|day| day.id).collect();
    let touched: BTreeSet<i64> = had.symmetric_difference(&has).copied().collect();
    let touched: Vec<Day> = of_series.into_iter().filter(|day| touched.contains(&day.id)).collect();
    all_seen(at, &mut unit, &touched).await?;
    let now = unit.now();
    store::set_days(&mut unit, location_id, id, &has, now).await?;
    unit.emit(REGULAR, id, Change::Update).await?;
    let gone: BTreeSet<i64> = had.difference(&has).copied().collect();
    if !gone.is_empty() {
        take_back(&mut unit, location_id, id, Some(&gone)).await?;
    }
    // Of days that stay too: where a seat has become free since, or the client was taken out by hand.
    enter(at, &mut unit, location_id, series_id, &[(regular, has)]).await?;
    Ok((unit, Told { id, series, days }))
}

/// Deletes a regular with the appointments ahead.
pub(super) async fn delete(at: &At<perm::AppointmentsDelete>, series_id: i64, id: i64) -> Result<NoContent> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    let (_, of_series) = locked(at, &mut unit, series_id).await?;
    store::lock(&mut unit, location_id, series_id, id).await?;
    let had = store::days(&mut unit, location_id, &[id]).await?.remove(&id).unwrap_or_default();
    let had: Vec<Day> = of_series.into_iter().filter(|day| had.contains(&day.id)).collect();
    all_seen(at, &mut unit, &had).await?;
    let now = unit.now();
    unit.emit(REGULAR, id, Change::Delete).await?;
    take_back(&mut unit, location_id, id, None).await?;
    store::delete(&mut unit, location_id, id, now).await?;
    unit.commit(NoContent::new()).await
}

/// Lets the regulars of a series into events made since.
pub(super) async fn enter_all(call: &Call, unit: &mut Unit, location_id: i64, series_id: i64) -> Result<()> {
    let regulars = store::of_series(unit, location_id, series_id).await?;
    if regulars.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = regulars.iter().map(|regular| regular.id).collect();
    let mut days = store::days(unit, location_id, &ids).await?;
    let with: Vec<(Regular, BTreeSet<i64>)> = regulars
        .into_iter()
        .map(|regular| {
            let days = days.remove(&regular.id).unwrap_or_default();
            (regular, days)
        })
        .collect();
    enter(call, unit, location_id, series_id, &with).await
}

/// The days chosen, each once; names what is wrong with the choice.
fn chosen(of_series: &[Day], wanted: &[i64], problems: &mut Problems) -> Vec<Day> {
    if wanted.is_empty() {
        problems.add("schedule_days_ids", "field-required");
    }
    if wanted.len() > 7 {
        problems.add("schedule_days_ids", Message::new("field-too-many").with("limit", 7));
        return Vec::new();
    }
    for (place, id) in wanted.iter().enumerate() {
        let there = of_series.iter().any(|day| day.id == *id);
        problems.check(there, &format!("schedule_days_ids.{place}"), "field-not-found");
    }
    of_series.iter().filter(|day| wanted.contains(&day.id)).cloned().collect()
}

/// Who enters which event: each of these, in their order, where there is a seat and the client is not in it yet.
fn seated<'a>(
    wanted: impl IntoIterator<Item = (&'a Regular, &'a Event)>,
    there: &HashSet<(i64, i64)>,
) -> Vec<(&'a Regular, &'a Event)> {
    let mut taken: HashMap<i64, i64> = HashMap::new();
    let mut out = Vec::new();
    for (regular, event) in wanted {
        let taken = taken.entry(event.id).or_insert(event.clients_count);
        if *taken < event.capacity && !there.contains(&(event.id, regular.client_id)) {
            *taken += 1;
            out.push((regular, event));
        }
    }
    out
}

/// Makes the appointments of regulars in the events ahead of their days. Where there is no seat, the client is not in.
async fn enter(
    call: &Call,
    unit: &mut Unit,
    location_id: i64,
    series_id: i64,
    regulars: &[(Regular, BTreeSet<i64>)],
) -> Result<()> {
    let now = unit.now();
    let entries = series::entries(unit, location_id, series_id).await?;
    let day_of: HashMap<i64, i64> = entries
        .iter()
        .filter(|entry| regulars.iter().any(|(_, days)| days.contains(&entry.day_id)))
        .filter_map(|entry| Some((entry.event_id?, entry.day_id)))
        .collect();
    let ids: Vec<i64> = day_of.keys().copied().collect();
    let mut ahead = events::lock_all(unit, location_id, &ids).await?;
    ahead.retain(|event| event.starts_at >= now);
    let ids: Vec<i64> = ahead.iter().map(|event| event.id).collect();
    let there = appointments::seats(unit, location_id, &ids).await?;
    let there = there.iter().filter_map(|seat| Some((seat.event_id, seat.client_id?))).collect();
    let wanted = regulars.iter().flat_map(|(regular, days)| {
        let of = |event: &&Event| day_of.get(&event.id).is_some_and(|day| days.contains(day));
        ahead.iter().filter(of).map(move |event| (regular, event))
    });
    let pairs = seated(wanted, &there);
    if pairs.is_empty() {
        return Ok(());
    }
    let items = priced(unit, location_id, &pairs).await?;
    let new: Vec<Appointment> = pairs
        .iter()
        .zip(&items)
        .map(|((regular, event), item)| Appointment {
            client_id: Some(regular.client_id),
            comer_id: regular.comer_id,
            cost: item.as_ref().map_or(0, |item| item.cost),
            created_at: now,
            partner_id: call.partner_id,
            ..Appointment::within(event)
        })
        .collect();
    let made = appointments::insert_all(unit, location_id, &new, call.user_id).await?;
    let items =
        made.iter().zip(&items).filter_map(|(id, item)| Some((*id, std::slice::from_ref(item.as_ref()?))));
    appointments::add_items(unit, location_id, items).await?;
    let links: Vec<(i64, i64)> =
        made.iter().zip(&pairs).map(|(id, (regular, _))| (*id, regular.id)).collect();
    store::link(unit, location_id, &links).await?;
    let entered: BTreeSet<i64> = pairs.iter().map(|(_, event)| event.id).collect();
    let entered: Vec<i64> = entered.into_iter().collect();
    events::count_seats(unit, location_id, &entered, now).await?;
    unit.emit_all("record", &made, Change::Create).await?;
    unit.emit_all("activity", &entered, Change::Update).await
}

/// What one seat of each of these events costs.
async fn priced(
    unit: &mut Unit,
    location_id: i64,
    pairs: &[(&Regular, &Event)],
) -> Result<Vec<Option<Item>>> {
    let services: BTreeSet<i64> = pairs.iter().map(|(_, event)| event.service_id).collect();
    let team: BTreeSet<i64> = pairs.iter().map(|(_, event)| event.team_member_id).collect();
    let (services, team): (Vec<i64>, Vec<i64>) = (services.into_iter().collect(), team.into_iter().collect());
    let prices = appointments::prices(unit, location_id, &services, &team).await?;
    let prices: HashMap<(i64, i64), &Price> =
        prices.iter().map(|price| ((price.service_id, price.team_member_id), price)).collect();
    let of = |event: &Event| prices.get(&(event.service_id, event.team_member_id));
    Ok(pairs.iter().map(|(_, event)| of(event).map(|price| item(price, false, 1))).collect())
}

/// Takes a regular's appointments ahead back: all, or those of these days.
async fn take_back(unit: &mut Unit, location_id: i64, id: i64, days: Option<&BTreeSet<i64>>) -> Result<()> {
    let now = unit.now();
    let peek = store::ahead(unit, location_id, id, days, now).await?;
    let of_events: BTreeSet<i64> = peek.iter().map(|(_, event)| *event).collect();
    let of_events: Vec<i64> = of_events.into_iter().collect();
    if of_events.is_empty() {
        return Ok(());
    }
    // Events are locked before their appointments, everywhere; what came to an end meanwhile is left out then.
    events::lock_all(unit, location_id, &of_events).await?;
    let ahead = store::ahead(unit, location_id, id, days, now).await?;
    let ids: Vec<i64> = ahead.iter().map(|(one, _)| *one).collect();
    let of_events: BTreeSet<i64> = ahead.iter().map(|(_, event)| *event).collect();
    let of_events: Vec<i64> = of_events.into_iter().collect();
    with::delete(unit, location_id, &ids, now).await?;
    events::count_seats(unit, location_id, &of_events, now).await?;
    unit.emit_all("record", &ids, Change::Delete).await?;
    unit.emit_all("activity", &of_events, Change::Update).await
}
