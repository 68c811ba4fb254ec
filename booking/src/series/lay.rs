//! Laying the dated events of a series.

use calc::zone::local_date;
use db::Tx;
use jiff::civil::Date;
use kernel::Result;

use super::rules::Shape;
use super::store::{self, Entry, Series};
use crate::events::place;
use crate::events::store::Event;

/// A series to make.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// The event after whose pattern it is made.
    pub origin: &'a Event,
    /// Its last day.
    pub date_end: Date,
    /// Whether that event's appointments are repeated too.
    pub with_appointments: bool,
    /// Its days.
    pub days: &'a [Shape],
}

/// From when to when to lay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// After this day.
    pub(super) after: Date,
    /// Up to this day.
    pub(super) last: Date,
    /// Nothing that begins before this instant.
    pub(super) from: Option<i64>,
}

/// Writes a series with its days, and lays their events; gives it with the ids of those. The event itself is the
/// first of the day that it fits.
pub async fn begin(tx: &mut Tx, location_id: i64, new: &New<'_>, now: i64) -> Result<(Series, Vec<i64>)> {
    let zone = org::locations::store::zone(tx, location_id).await?;
    let first = local_date(new.origin.starts_at, &zone);
    let mut series = Series {
        id: 0,
        origin_id: new.origin.id,
        date_start: first.to_string(),
        date_end: new.date_end.to_string(),
        with_appointments: new.with_appointments,
        created_at: now,
        updated_at: now,
    };
    series.id = store::insert(tx, location_id, &series).await?;
    let reach = Reach { after: first, last: new.date_end, from: None };
    let (_, made) = days(tx, location_id, &series, new.origin, new.days, reach, now).await?;
    Ok((series, made))
}

/// Adds days to a series, and lays their events; gives the ids of both.
pub(super) async fn days(
    tx: &mut Tx,
    location_id: i64,
    series: &Series,
    origin: &Event,
    shapes: &[Shape],
    reach: Reach,
    now: i64,
) -> Result<(Vec<i64>, Vec<i64>)> {
    let ids = store::insert_days(tx, location_id, series.id, shapes, now).await?;
    let days: Vec<(i64, Shape)> = ids.iter().copied().zip(shapes.iter().cloned()).collect();
    let zone = org::locations::store::zone(tx, location_id).await?;
    let first = series.span()?.0;
    if let Some((id, shape)) = days.iter().find(|(_, shape)| shape.is_of(origin, first, &zone))
        && store::of_events(tx, location_id, &[origin.id]).await?.is_empty()
    {
        let entry = entry(series, *id, first, shape, origin.starts_at, now);
        let entry = Entry { event_id: Some(origin.id), status: store::STABLE.to_owned(), ..entry };
        store::insert_entries(tx, location_id, &[entry]).await?;
    }
    let made = further(tx, location_id, series, origin, &days, reach, now).await?;
    Ok((ids, made))
}

/// Lays the events of these days; gives their ids. Where something is in the way, the entry says so.
pub(super) async fn further(
    tx: &mut Tx,
    location_id: i64,
    series: &Series,
    origin: &Event,
    days: &[(i64, Shape)],
    reach: Reach,
    now: i64,
) -> Result<Vec<i64>> {
    let zone = org::locations::store::zone(tx, location_id).await?;
    let mut entries: Vec<(Entry, &Shape)> = Vec::new();
    for (id, shape) in days {
        for date in shape.dates(reach.after, reach.last) {
            let starts_at = shape.starts_at(date, &zone);
            let starts_at = starts_at.filter(|at| reach.from.is_none_or(|from| *at >= from));
            let Some(starts_at) = starts_at else { continue };
            entries.push((entry(series, *id, date, shape, starts_at, now), shape));
        }
    }
    entries.sort_by_key(|(entry, _)| entry.starts_at);
    let made = make(tx, location_id, series, origin, &mut entries, now).await?;
    let entries: Vec<Entry> = entries.into_iter().map(|(entry, _)| entry).collect();
    store::insert_entries(tx, location_id, &entries).await?;
    Ok(made)
}

/// Makes the events of entries that have none, as far as nothing is in the way; gives their ids.
pub(super) async fn make(
    tx: &mut Tx,
    location_id: i64,
    series: &Series,
    origin: &Event,
    entries: &mut [(Entry, &Shape)],
    now: i64,
) -> Result<Vec<i64>> {
    let seats = if series.with_appointments { origin.clients_count } else { 0 };
    let laid = entries.iter().map(|(entry, shape)| shape.event(origin, entry.starts_at, seats)).collect();
    let events = place::insert_free(tx, location_id, laid, now).await?;
    for ((entry, shape), event) in entries.iter_mut().zip(&events) {
        entry.given = shape.given(entry.starts_at);
        entry.event_id = event.as_ref().map(|event| event.id);
        let status = if event.is_some() { store::STABLE } else { store::FAILED };
        status.clone_into(&mut entry.status);
    }
    let events: Vec<Event> = events.into_iter().flatten().collect();
    if seats > 0 {
        crate::appointments::store::copy(tx, location_id, origin.id, &events, now).await?;
    }
    Ok(events.into_iter().map(|event| event.id).collect())
}

fn entry(series: &Series, day_id: i64, date: Date, shape: &Shape, starts_at: i64, now: i64) -> Entry {
    Entry {
        id: 0,
        series_id: series.id,
        day_id,
        event_id: None,
        date: date.to_string(),
        starts_at,
        status: store::FAILED.to_owned(),
        given: shape.given(starts_at),
        created_at: now,
        updated_at: now,
    }
}
