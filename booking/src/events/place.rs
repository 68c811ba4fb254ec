//! Where events take place: what is in their way, and putting them there.

use std::collections::HashMap;

use calc::intervals::Interval;
use calc::zone::local_date;
use db::Tx;
use jiff::civil::Date;
use kernel::Result;

use super::rules;
use super::store::{self, Event};
use crate::occupancy::{Owner, Subject, Taken, store as occupancy};
use crate::schedules;

/// What an event has with it, each in order and once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct With {
    /// Instances of resources that it takes up.
    pub instances: Vec<i64>,
    /// Its tags.
    pub tags: Vec<i64>,
}

/// An event as it is to be, with what it has with it. A new one has the id 0.
#[derive(Clone, Debug)]
pub struct Laid {
    /// The event.
    pub event: Event,
    /// What it has with it.
    pub with: With,
}

/// Why an event can't take place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// The team member is busy or does not work then.
    Team,
    /// An instance of a resource is taken.
    Resource,
}

/// What is in the way of each of these events. Where two of them are in each other's way, the earlier given has the
/// place.
pub(crate) async fn obstacles(
    tx: &mut Tx,
    location_id: i64,
    laid: &[Laid],
    now: i64,
) -> Result<Vec<Option<Obstacle>>> {
    let works = works(tx, location_id, laid).await?;
    let takes: Vec<Vec<Taken>> = laid.iter().map(|of| rules::takes(&of.event, &of.with.instances)).collect();
    let flat: Vec<(i64, Taken)> =
        laid.iter().zip(&takes).flat_map(|(of, takes)| takes.iter().map(|t| (of.event.id, *t))).collect();
    let mut clashes = occupancy::clashes(tx, location_id, Owner::Event, &flat, now).await?.into_iter();
    let mut given: HashMap<(Subject, i64), Vec<Taken>> = HashMap::new();
    let mut out = Vec::with_capacity(laid.len());
    for (takes, works) in takes.iter().zip(works) {
        let mut in_the_way = None;
        for taken in takes {
            let outside = clashes.next().unwrap_or_default();
            let within = || {
                let same = given.get(&(taken.subject, taken.subject_id));
                same.is_some_and(|same| same.iter().any(|other| taken.overlaps(*other)))
            };
            if in_the_way.is_none() && (outside || within()) {
                in_the_way = Some(match taken.subject {
                    Subject::Team => Obstacle::Team,
                    Subject::Resource => Obstacle::Resource,
                });
            }
        }
        let obstacle = if works { in_the_way } else { Some(Obstacle::Team) };
        if obstacle.is_none() {
            for taken in takes {
                given.entry((taken.subject, taken.subject_id)).or_default().push(*taken);
            }
        }
        out.push(obstacle);
    }
    Ok(out)
}

/// Whether their team members' hours cover them.
async fn works(tx: &mut Tx, location_id: i64, laid: &[Laid]) -> Result<Vec<bool>> {
    let zone = org::locations::store::zone(tx, location_id).await?;
    let mut team: Vec<i64> = laid.iter().map(|of| of.event.team_member_id).collect();
    team.sort_unstable();
    team.dedup();
    let days = laid.iter().map(|of| local_date(of.event.starts_at, &zone));
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return Ok(Vec::new()) };
    let (first, last) = (first.yesterday().unwrap_or(first), last.tomorrow().unwrap_or(last));
    let days = schedules::store::days(tx, location_id, Some(&team), first, last).await?;
    let hours: HashMap<(i64, Date), Vec<Interval>> =
        days.into_iter().map(|day| ((day.team_member_id, day.day), day.hours)).collect();
    let covered = |event: &Event| {
        let of = |day: Date| hours.get(&(event.team_member_id, day)).cloned().unwrap_or_default();
        rules::works(event.starts_at, event.length, &zone, of)
    };
    Ok(laid.iter().map(|of| covered(&of.event)).collect())
}

/// Makes new events, and gives them with their ids. Whether nothing is in their way is another matter.
///
/// # Errors
/// 409 when something is, unless `force`.
pub async fn insert(
    tx: &mut Tx,
    location_id: i64,
    mut laid: Vec<Laid>,
    force: bool,
    now: i64,
) -> Result<Vec<Event>> {
    let events: Vec<Event> = laid.iter().map(|of| of.event.clone()).collect();
    let ids = store::insert(tx, location_id, &events, now).await?;
    for (of, id) in laid.iter_mut().zip(&ids) {
        of.event.id = *id;
    }
    put(tx, location_id, &laid, force, now).await?;
    Ok(laid.into_iter().map(|of| of.event).collect())
}

/// Makes those new events that nothing is in the way of; none for the others.
pub(crate) async fn insert_free(
    tx: &mut Tx,
    location_id: i64,
    laid: Vec<Laid>,
    now: i64,
) -> Result<Vec<Option<Event>>> {
    let obstacles = obstacles(tx, location_id, &laid, now).await?;
    let free = laid.into_iter().zip(&obstacles).filter(|(_, o)| o.is_none()).map(|(of, _)| of).collect();
    let mut made = insert(tx, location_id, free, false, now).await?.into_iter();
    Ok(obstacles.iter().map(|o| if o.is_none() { made.next() } else { None }).collect())
}

/// A change of an event.
#[derive(Clone, Debug)]
pub(crate) struct Moved {
    pub(crate) after: Laid,
    /// Whether it takes up something else, or at another time.
    pub(crate) is_elsewhere: bool,
}

/// Changes events, and gives for each whether it was changed: one that is to go where something is in the way stays
/// as it is. The appointments in them follow, and are given too.
pub(crate) async fn move_free(
    tx: &mut Tx,
    location_id: i64,
    moved: Vec<Moved>,
    now: i64,
) -> Result<(Vec<bool>, Vec<i64>)> {
    let elsewhere: Vec<Laid> = moved.iter().filter(|of| of.is_elsewhere).map(|of| of.after.clone()).collect();
    let mut obstacles = obstacles(tx, location_id, &elsewhere, now).await?.into_iter();
    let done: Vec<bool> = moved
        .iter()
        .map(|of| !of.is_elsewhere || obstacles.next().is_some_and(|obstacle| obstacle.is_none()))
        .collect();
    let changed = || moved.iter().zip(&done).filter(|(_, done)| **done).map(|(of, _)| of);
    let events: Vec<&Event> = changed().map(|of| &of.after.event).collect();
    if events.is_empty() {
        return Ok((done, Vec::new()));
    }
    store::move_all(tx, location_id, &events, now).await?;
    let all: Vec<&Laid> = changed().map(|of| &of.after).collect();
    has(tx, location_id, &all).await?;
    // What stays where it is keeps its place as it was taken, perhaps over another on purpose.
    let elsewhere: Vec<&Laid> = changed().filter(|of| of.is_elsewhere).map(|of| &of.after).collect();
    takes_up(tx, location_id, &elsewhere, false, now).await?;
    let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
    let followed = crate::appointments::store::follow(tx, location_id, &ids, now).await?;
    Ok((done, followed))
}

/// Writes what the events have with them and what they take up.
pub(crate) async fn put(tx: &mut Tx, location_id: i64, laid: &[Laid], force: bool, now: i64) -> Result<()> {
    let laid: Vec<&Laid> = laid.iter().collect();
    has(tx, location_id, &laid).await?;
    takes_up(tx, location_id, &laid, force, now).await
}

/// Writes what the events have with them alone.
pub(crate) async fn has(tx: &mut Tx, location_id: i64, laid: &[&Laid]) -> Result<()> {
    let ids: Vec<i64> = laid.iter().map(|of| of.event.id).collect();
    let each = |ids: fn(&With) -> &Vec<i64>| -> Vec<(i64, i64)> {
        laid.iter().flat_map(|of| ids(&of.with).iter().map(|id| (of.event.id, *id))).collect()
    };
    store::set_with(tx, location_id, &ids, &each(|with| &with.instances), &each(|with| &with.tags)).await
}

async fn takes_up(tx: &mut Tx, location_id: i64, laid: &[&Laid], force: bool, now: i64) -> Result<()> {
    let taken: Vec<(i64, Vec<Taken>)> =
        laid.iter().map(|of| (of.event.id, rules::takes(&of.event, &of.with.instances))).collect();
    occupancy::take(tx, location_id, Owner::Event, &taken, force, now).await
}
