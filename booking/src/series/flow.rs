//! Writes of series.

use std::collections::{BTreeSet, HashMap};

use db::Conn;
use kernel::{Change, Error, Message, NoContent, Page, Problems, Result, Unit};
use org::access::{At, perm};

use super::lay::{self, New, Reach};
use super::regulars;
use super::rules::{self, Shape, Wanted};
use super::store::{self, Day, Entry, Series};
use crate::calendar::Shown;
use crate::events::place::{self, Moved, With};
use crate::events::store::{self as events, Event, Filter};
use crate::schedules::rules::{day as read_day, range};

const SERIES: &str = "timetable_event_schedule";
const DAY: &str = "timetable_event_schedule_day";

/// A series as wanted.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) origin_id: Option<i64>,
    pub(super) date_end: Option<String>,
    pub(super) with_appointments: bool,
    pub(super) days: Vec<Wanted>,
}

/// Makes a series of an event. Problems of the face with what was sent come along.
pub(super) async fn create(
    at: &At<perm::AppointmentsCreate>,
    asked: Asked,
    mut problems: Problems,
) -> Result<(Unit, Series)> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    let last = read_day(asked.date_end.as_deref(), "date_end", &mut problems);
    let origin = match asked.origin_id {
        Some(id) => match events::lock(&mut unit, location_id, id).await {
            Ok(event) => Some(event),
            Err(error) if error.kind() == kernel::Kind::NotFound => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let origin = match origin {
        Some(event) if seen(at, &mut unit, [event.team_member_id]).await?.is_empty() => None,
        other => other,
    };
    let word = if asked.origin_id.is_some() { "field-not-found" } else { "field-required" };
    problems.check(origin.is_some(), "original_entity_id", word);
    let technical_break = origin.as_ref().map_or(0, |event| event.technical_break);
    let days = rules::week(&asked.days, technical_break, &mut problems);
    let (Some(origin), Some(date_end)) = (origin, last) else {
        return Err(problems.done().err().unwrap_or_else(Error::not_found));
    };
    let zone = org::locations::store::zone(&mut unit, location_id).await?;
    range(calc::zone::local_date(origin.starts_at, &zone), date_end, "date_end", &mut problems);
    problems.done()?;
    let mut problems = Problems::new();
    let other = store::of_event(&mut unit, location_id, origin.id).await?;
    problems.check(other.is_none(), "original_entity_id", "field-in-series");
    there(at, &mut unit, &days, "days.", &mut problems).await?;
    for (place, day) in days.iter().enumerate().filter(|_| asked.with_appointments) {
        let field = format!("days.{place}.events_capacity");
        let message = Message::new("field-seats-taken").with("count", origin.clients_count);
        problems.check(day.capacity >= origin.clients_count, &field, message);
    }
    problems.done()?;
    let new = New { origin: &origin, date_end, with_appointments: asked.with_appointments, days: &days };
    let now = unit.now();
    let (series, made) = lay::begin(&mut unit, location_id, &new, now).await?;
    unit.emit(SERIES, series.id, Change::Create).await?;
    unit.emit_all("activity", &made, Change::Create).await?;
    crate::appointments::emit_within(&mut unit, location_id, &made, Change::Create).await?;
    Ok((unit, series))
}

/// Gives a series another last day: lays the events up to it, or takes those after it back.
pub(super) async fn set_end(
    at: &At<perm::AppointmentsEdit>,
    id: i64,
    date_end: Option<String>,
) -> Result<(Unit, Series)> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    let (series, days) = locked(at, &mut unit, id).await?;
    all_seen(at, &mut unit, &days).await?;
    let Some(text) = date_end else { return Ok((unit, series)) };
    let (first, before) = series.span()?;
    let mut problems = Problems::new();
    let last = read_day(Some(&text), "date_end", &mut problems).unwrap_or(before);
    range(first, last, "date_end", &mut problems);
    problems.done()?;
    let now = unit.now();
    store::set_end(&mut unit, location_id, id, last, now).await?;
    unit.emit(SERIES, id, Change::Update).await?;
    if last > before {
        let shapes = store::shapes(&mut unit, location_id, &days).await?;
        let days: Vec<(i64, Shape)> = days.iter().map(|day| day.id).zip(shapes).collect();
        let origin = events::by_id(&mut unit, location_id, series.origin_id).await?;
        let reach = Reach { after: before, last, from: Some(now) };
        let made = lay::further(&mut unit, location_id, &series, &origin, &days, reach, now).await?;
        unit.emit_all("activity", &made, Change::Create).await?;
        crate::appointments::emit_within(&mut unit, location_id, &made, Change::Create).await?;
        regulars::enter_all(at, &mut unit, location_id, id).await?;
    } else {
        let entries = store::entries(&mut unit, location_id, id).await?;
        let last = last.to_string();
        let after: Vec<Entry> = entries.into_iter().filter(|entry| entry.date > last).collect();
        take_back(&mut unit, location_id, &after).await?;
    }
    let after = store::get(&mut unit, location_id, id).await?;
    Ok((unit, after))
}

/// Deletes a series with all its events and the appointments in them.
pub(super) async fn delete(at: &At<perm::AppointmentsDelete>, id: i64) -> Result<NoContent> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    let (_, days) = locked(at, &mut unit, id).await?;
    all_seen(at, &mut unit, &days).await?;
    let now = unit.now();
    unit.emit(SERIES, id, Change::Delete).await?;
    let entries = store::entries(&mut unit, location_id, id).await?;
    take_back(&mut unit, location_id, &entries).await?;
    store::delete_days(&mut unit, location_id, id, None, now).await?;
    store::delete(&mut unit, location_id, id, now).await?;
    unit.commit(NoContent::new()).await
}

/// Adds a day to a series, and lays its events from now on.
pub(super) async fn add_day(
    at: &At<perm::AppointmentsCreate>,
    series_id: i64,
    wanted: Wanted,
) -> Result<(Unit, Day)> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    let (series, days) = locked(at, &mut unit, series_id).await?;
    let origin = events::by_id(&mut unit, location_id, series.origin_id).await?;
    let mut problems = Problems::new();
    let shape = rules::shape(None, &wanted, origin.technical_break, "", &mut problems);
    let twice = days.iter().any(|day| day.weekday == shape.weekday);
    problems.check(!twice, "day_of_week", "field-duplicate");
    problems.done()?;
    let mut problems = Problems::new();
    there(at, &mut unit, std::slice::from_ref(&shape), "", &mut problems).await?;
    problems.done()?;
    let now = unit.now();
    let (first, last) = series.span()?;
    let reach = Reach { after: first, last, from: Some(now) };
    let (ids, made) = lay::days(&mut unit, location_id, &series, &origin, &[shape], reach, now).await?;
    let id = ids.first().copied().unwrap_or_default();
    unit.emit(DAY, id, Change::Create).await?;
    unit.emit_all("activity", &made, Change::Create).await?;
    crate::appointments::emit_within(&mut unit, location_id, &made, Change::Create).await?;
    let day = one_day(&mut unit, location_id, series_id, id).await?;
    Ok((unit, day))
}

/// Changes a day of a series and its events from now on. What of them was changed by hand stays, unless `force`; where
/// something is in the way, the event stays and the entry says so.
pub(super) async fn change_day(
    at: &At<perm::AppointmentsEdit>,
    series_id: i64,
    id: i64,
    wanted: Wanted,
    force: bool,
) -> Result<(Unit, Day)> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    let (series, _) = locked(at, &mut unit, series_id).await?;
    let day = seen_day(at, &mut unit, series_id, id).await?;
    let before = store::shapes(&mut unit, location_id, std::slice::from_ref(&day)).await?;
    let before = before.into_iter().next().ok_or_else(Error::not_found)?;
    let mut problems = Problems::new();
    let after = rules::shape(Some(&before), &wanted, before.technical_break, "", &mut problems);
    problems.done()?;
    let mut problems = Problems::new();
    // What is only kept may be deleted since.
    let sent = Shape {
        tags: wanted.tags.map_or_else(Vec::new, |_| after.tags.clone()),
        instances: wanted.instances.map_or_else(Vec::new, |_| after.instances.clone()),
        ..after.clone()
    };
    there(at, &mut unit, &[sent], "", &mut problems).await?;
    problems.done()?;
    let now = unit.now();
    store::update_day(&mut unit, location_id, id, &after, now).await?;
    unit.emit(DAY, id, Change::Update).await?;
    let entries = store::entries(&mut unit, location_id, series_id).await?;
    let entries = entries.into_iter().filter(|entry| entry.day_id == id && entry.status != store::LEFT);
    let change = DayChange { series: &series, before: &before, after: &after, force };
    follow(&mut unit, location_id, change, entries.collect()).await?;
    // Into events that there was no room for before, and where there are more seats now.
    regulars::enter_all(at, &mut unit, location_id, series_id).await?;
    let day = one_day(&mut unit, location_id, series_id, id).await?;
    Ok((unit, day))
}

#[derive(Clone, Copy)]
struct DayChange<'a> {
    series: &'a Series,
    before: &'a Shape,
    after: &'a Shape,
    force: bool,
}

/// Lets the entries of a day follow it, those from now on.
async fn follow(unit: &mut Unit, location_id: i64, change: DayChange<'_>, entries: Vec<Entry>) -> Result<()> {
    let now = unit.now();
    let zone = org::locations::store::zone(unit, location_id).await?;
    let ids: Vec<i64> = entries.iter().filter_map(|entry| entry.event_id).collect();
    let all = Page { limit: i64::MAX, offset: 0 };
    let filter = Filter { ids: Some(ids.clone()), ..Filter::default() };
    let there = events::list(unit, location_id, &filter, all).await?;
    let there: HashMap<i64, Event> = there.into_iter().map(|event| (event.id, event)).collect();
    let mut has: HashMap<i64, With> = HashMap::new();
    for instance in events::instances(unit, location_id, &ids).await? {
        has.entry(instance.event_id).or_default().instances.push(instance.id);
    }
    for tag in events::tags(unit, location_id, &ids).await? {
        has.entry(tag.owner_id).or_default().tags.push(tag.id);
    }
    let shape = change.after;
    let (mut kept, mut moving, mut moved, mut missing) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for mut entry in entries {
        let starts_at = entry.date.parse().ok().and_then(|date| shape.starts_at(date, &zone));
        let Some(starts_at) = starts_at else { continue };
        let Some(event) = entry.event_id.and_then(|id| there.get(&id)) else {
            if entry.event_id.is_none() && starts_at >= now {
                missing.push((Entry { starts_at, ..entry }, shape));
            }
            continue;
        };
        if event.starts_at < now {
            continue;
        }
        let with = has.remove(&event.id).unwrap_or_default();
        let given = &entry.given;
        let by_hand = given.changed(event, with.instances.iter().copied(), with.tags.iter().copied());
        let by_hand = if change.force { store::Changed::default() } else { by_hand };
        let seats = change.force || shape.capacity != change.before.capacity;
        entry.starts_at = starts_at;
        match shape.follow(event, &with, by_hand, starts_at, seats) {
            Some(next) => {
                moved.push(next);
                moving.push(entry);
            }
            None => kept.push(entry),
        }
    }
    let ids: Vec<i64> = moved.iter().map(|of: &Moved| of.after.event.id).collect();
    let (done, followed) = place::move_free(unit, location_id, moved, now).await?;
    unit.emit_all("record", &followed, Change::Update).await?;
    for entry in &mut kept {
        synced(entry, shape);
    }
    for (entry, done) in moving.iter_mut().zip(&done) {
        if *done {
            synced(entry, shape);
        } else {
            let status = if change.force { store::CHANGED_FORCE } else { store::CHANGED };
            status.clone_into(&mut entry.status);
        }
    }
    let changed: Vec<i64> = ids.iter().zip(&done).filter(|(_, done)| **done).map(|(id, _)| *id).collect();
    unit.emit_all("activity", &changed, Change::Update).await?;
    if !missing.is_empty() {
        let origin = events::by_id(unit, location_id, change.series.origin_id).await?;
        let made = lay::make(unit, location_id, change.series, &origin, &mut missing, now).await?;
        unit.emit_all("activity", &made, Change::Create).await?;
        crate::appointments::emit_within(unit, location_id, &made, Change::Create).await?;
    }
    let missing = missing.into_iter().map(|(entry, _)| entry);
    let entries: Vec<Entry> = kept.into_iter().chain(moving).chain(missing).collect();
    store::update_entries(unit, location_id, &entries, now).await
}

fn synced(entry: &mut Entry, shape: &Shape) {
    entry.given = shape.given(entry.starts_at);
    store::STABLE.clone_into(&mut entry.status);
}

/// Deletes a day of a series with all its events and the appointments in them.
pub(super) async fn delete_day(
    at: &At<perm::AppointmentsDelete>,
    series_id: i64,
    id: i64,
) -> Result<NoContent> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    locked(at, &mut unit, series_id).await?;
    seen_day(at, &mut unit, series_id, id).await?;
    let now = unit.now();
    unit.emit(DAY, id, Change::Delete).await?;
    let entries = store::entries(&mut unit, location_id, series_id).await?;
    let entries: Vec<Entry> = entries.into_iter().filter(|entry| entry.day_id == id).collect();
    take_back(&mut unit, location_id, &entries).await?;
    store::delete_days(&mut unit, location_id, series_id, Some(id), now).await?;
    unit.commit(NoContent::new()).await
}

/// Deletes entries with their events and the appointments in them.
async fn take_back(unit: &mut Unit, location_id: i64, entries: &[Entry]) -> Result<()> {
    let now = unit.now();
    let ids: Vec<i64> = entries.iter().map(|entry| entry.id).collect();
    store::delete_entries(unit, location_id, &ids, now).await?;
    let live = entries.iter().filter(|entry| entry.status != store::LEFT);
    let ids: Vec<i64> = live.filter_map(|entry| entry.event_id).collect();
    crate::events::flow::remove(unit, location_id, &ids).await
}

/// Of these team members, those that the user's calendar shows.
async fn seen<P>(at: &At<P>, conn: &mut Conn, team: impl IntoIterator<Item = i64>) -> Result<Vec<i64>> {
    let team: BTreeSet<i64> = team.into_iter().collect();
    let team: Vec<i64> = team.into_iter().collect();
    Shown::of(&at.membership.grants).of_team(conn, at.location_id, &team).await
}

/// The days of a series that the user's calendar shows; 404 where it shows nothing of the series.
pub(super) async fn visible<P>(at: &At<P>, conn: &mut Conn, series: &Series) -> Result<Vec<Day>> {
    let days = store::days(conn, at.location_id, series.id).await?;
    let mut team: Vec<i64> = days.iter().map(|day| day.team_member_id).collect();
    if team.is_empty() {
        team.push(events::by_id(conn, at.location_id, series.origin_id).await?.team_member_id);
    }
    let seen = seen(at, conn, team).await?;
    if seen.is_empty() {
        return Err(Error::not_found());
    }
    Ok(days.into_iter().filter(|day| seen.contains(&day.team_member_id)).collect())
}

/// A series with its days, locked; 404 where the user's calendar shows nothing of it.
pub(super) async fn locked<P>(at: &At<P>, unit: &mut Unit, id: i64) -> Result<(Series, Vec<Day>)> {
    let series = store::lock(unit, at.location_id, id).await?;
    visible(at, unit, &series).await?;
    let days = store::days(unit, at.location_id, id).await?;
    Ok((series, days))
}

/// Refuses what concerns days that the user's calendar does not show.
pub(super) async fn all_seen<P>(at: &At<P>, unit: &mut Unit, days: &[Day]) -> Result<()> {
    let seen = seen(at, unit, days.iter().map(|day| day.team_member_id)).await?;
    if days.iter().all(|day| seen.contains(&day.team_member_id)) { Ok(()) } else { Err(Error::denied()) }
}

/// A day of a series; 404 where the user's calendar does not show it.
pub(super) async fn seen_day<P>(at: &At<P>, conn: &mut Conn, series_id: i64, id: i64) -> Result<Day> {
    let day = one_day(conn, at.location_id, series_id, id).await?;
    if seen(at, conn, [day.team_member_id]).await?.is_empty() {
        return Err(Error::not_found());
    }
    Ok(day)
}

async fn one_day(conn: &mut Conn, location_id: i64, series_id: i64, id: i64) -> Result<Day> {
    let days = store::days(conn, location_id, series_id).await?;
    days.into_iter().find(|day| day.id == id).ok_or_else(Error::not_found)
}

/// Names what the days refer to and what is not there: team members, tags, instances. `field` stands before the
/// fields, with the day's place after it where it is not empty.
async fn there<P>(
    at: &At<P>,
    unit: &mut Unit,
    days: &[Shape],
    field: &str,
    problems: &mut Problems,
) -> Result<()> {
    let name = |place: usize, of: &str| {
        if field.is_empty() { of.to_owned() } else { format!("{field}{place}.{of}") }
    };
    let team: Vec<i64> = days.iter().map(|day| day.team_member_id).collect();
    let team = Shown::of(&at.membership.grants).team(unit, at.location_id, Some(&team)).await?;
    for (place, day) in days.iter().enumerate() {
        let there = team.contains(&day.team_member_id);
        problems.check(there, &name(place, "events_master_id"), "field-not-found");
    }
    let tags: fn(&Shape) -> &Vec<i64> = |day| &day.tags;
    let parts = [
        ("tags", "labels_ids", tags),
        ("resource_instances", "resource_instances_ids", |day| &day.instances),
    ];
    for (table, of, ids) in parts {
        let all: Vec<i64> = days.iter().flat_map(|day| ids(day).iter().copied()).collect();
        if all.is_empty() {
            continue;
        }
        let known = events::known(unit, at.location_id, table, &all).await?;
        for (place, day) in days.iter().enumerate() {
            let there = ids(day).iter().all(|id| known.contains(id));
            problems.check(there, &name(place, of), "field-not-found");
        }
    }
    Ok(())
}
