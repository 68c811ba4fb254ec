//! Writes of schedules.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Change, Error, Message, Result, Unit};
use org::access::{At, perm};

use super::rules::{self, Set};
use super::store::{self, Day};
use org::team;

use crate::calendar::Shown;

/// The days changed: whose, from the first to the last.
#[derive(Clone, Debug)]
pub(super) struct Changed {
    pub(super) team: Vec<i64>,
    pub(super) first: Date,
    pub(super) last: Date,
}

/// How the face names a team member who can't have the days.
pub(super) type Field<'a> = &'a (dyn Fn(i64) -> String + Sync);

/// Sets days, and gives the transaction with what they are now.
pub(super) async fn set(
    at: &At<perm::ScheduleEdit>,
    days: &[Set],
    field: Field<'_>,
) -> Result<(Unit, Vec<Day>)> {
    let mut unit = at.begin().await?;
    let Some(changed) = changed(days) else { return Ok((unit, Vec::new())) };
    if days.len() > rules::CHANGES {
        let message = Message::new("field-too-many").with("limit", rules::CHANGES);
        return Err(Error::invalid(field(days[rules::CHANGES].team_member_id), message));
    }
    check_team(at, &mut unit, &changed.team, field).await?;
    store::put(&mut unit, at.location_id, days).await?;
    let now = look(&mut unit, at.location_id, &changed).await?;
    overnight(&now, field)?;
    let last = store::last_days(&mut unit, at.location_id, &changed.team).await?;
    let till: Vec<(i64, String)> = changed
        .team
        .iter()
        .map(|id| {
            (*id, last.iter().find(|(of, _)| of == id).map_or_else(String::new, |(_, day)| day.clone()))
        })
        .collect();
    team::store::set_schedule_till(&mut unit, at.location_id, &till).await?;
    unit.emit_all("schedule", &changed.team, Change::Update).await?;
    let within = |day: &Day| (changed.first..=changed.last).contains(&day.day);
    Ok((unit, now.into_iter().filter(within).collect()))
}

fn changed(days: &[Set]) -> Option<Changed> {
    let team: BTreeSet<i64> = days.iter().map(|set| set.team_member_id).collect();
    Some(Changed {
        team: team.into_iter().collect(),
        first: days.iter().map(|set| set.day).min()?,
        last: days.iter().map(|set| set.day).max()?,
    })
}

/// Those who are of this location, whose calendar is open and shown to the user. They are locked: of two who change
/// the same schedule at once, the second sees what the first has set.
async fn check_team(
    at: &At<perm::ScheduleEdit>,
    unit: &mut Unit,
    ids: &[i64],
    field: Field<'_>,
) -> Result<()> {
    let shown = Shown::of(&at.membership.grants).of_team(unit, at.location_id, ids).await?;
    if let Some(id) = ids.iter().find(|id| !shown.contains(id)) {
        return Err(Error::invalid(field(*id), "field-not-found"));
    }
    let there = team::store::lock_calendars(unit, at.location_id, ids).await?;
    let state = |id: i64| there.iter().find(|(of, ..)| *of == id).map(|(_, open, _)| *open);
    if let Some(id) = ids.iter().find(|id| state(**id).is_none()) {
        return Err(Error::invalid(field(*id), "field-not-found"));
    }
    if let Some(id) = ids.iter().find(|id| state(**id) == Some(false)) {
        return Err(Error::invalid(field(*id), "field-no-calendar"));
    }
    Ok(())
}

/// The days changed and those beside them.
async fn look(unit: &mut Unit, location_id: i64, changed: &Changed) -> Result<Vec<Day>> {
    let first = changed.first.saturating_sub(1.day());
    let last = changed.last.saturating_add(1.day());
    store::days(unit, location_id, Some(&changed.team), first, last).await
}

/// No night shift goes on into the hours of the next day.
fn overnight(days: &[Day], field: Field<'_>) -> Result<()> {
    let mut of: BTreeMap<i64, BTreeMap<Date, Vec<calc::intervals::Interval>>> = BTreeMap::new();
    for day in days.iter().filter(|day| !day.hours.is_empty()) {
        of.entry(day.team_member_id).or_default().insert(day.day, day.hours.clone());
    }
    match of.iter().find_map(|(id, days)| Some((*id, rules::overnight(days)?))) {
        Some((id, day)) => Err(Error::invalid(field(id), Message::new("field-overnight").with("day", day))),
        None => Ok(()),
    }
}
