//! Days of several team members at once.

use std::collections::{BTreeMap, HashMap};

use calc::intervals::{Interval, clock_seconds};
use calc::zone::{Zone, instant_of_clock, local_date};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Count, Data, Lenient, List, Message, Page, Problems, Query, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{SlotIn, SlotOut, slots};
use crate::calendar::Shown;
use crate::occupancy::{Busy, Subject, store as occupancy};
use crate::schedules::rules::{self, Set};
use crate::schedules::store::Day;
use crate::schedules::{flow, store};

/// Something that takes up a team member.
#[derive(Debug, Serialize, ToSchema)]
pub struct BusyIntervalOut {
    /// `record` for an appointment, `activity` for an event.
    #[schema(example = "record")]
    entity_type: &'static str,
    /// Its id.
    #[schema(example = 456_789)]
    entity_id: i64,
    /// From, by the location's clock.
    #[schema(example = "11:00:00")]
    from: String,
    /// To.
    #[schema(example = "12:00:00")]
    to: String,
}

/// A team member's day.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamDayOut {
    /// Whose.
    #[schema(example = 12345)]
    staff_id: i64,
    /// The same, by its newer name.
    #[schema(example = 12345)]
    team_member_id: i64,
    /// Which.
    #[schema(example = "2026-01-31")]
    date: String,
    /// When.
    slots: Vec<SlotOut>,
    /// What takes him up, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    busy_intervals: Option<Vec<BusyIntervalOut>>,
    /// Why it is a day off, when asked for: a number of the location's own choice from 1 to 9, null for no reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    off_day_type: Option<Option<i64>>,
}

impl TeamDayOut {
    fn of(day: Day, wanted: Wanted) -> Self {
        let reason = (day.off_day_type != 0).then_some(day.off_day_type);
        Self {
            staff_id: day.team_member_id,
            team_member_id: day.team_member_id,
            date: day.day.to_string(),
            slots: day.hours.into_iter().map(Into::into).collect(),
            busy_intervals: wanted.busy.then(Vec::new),
            off_day_type: wanted.reasons.then_some(reason),
        }
    }
}

/// Which days to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct TeamDaysFilter {
    /// The first day; without it today.
    #[param(example = "2026-01-01")]
    start_date: Option<String>,
    /// The last day; without it 30 days after the first. 400 days at the most.
    #[param(example = "2026-01-31")]
    end_date: Option<String>,
    /// Whose; without it, everybody's.
    staff_ids: Option<Vec<i64>>,
    /// `busy_intervals`, `off_day_type` or both.
    include: Vec<String>,
    /// The page, from 1.
    #[param(example = 1)]
    page: Option<i64>,
    /// Days on a page, 40000 at the most, which is also what is given without it.
    #[param(example = 1000)]
    count: Option<i64>,
}

/// Days on a page at the most.
const MOST: i64 = 40_000;

#[derive(Clone, Copy, Debug, Default)]
struct Wanted {
    busy: bool,
    reasons: bool,
}

struct Asked {
    first: Date,
    last: Date,
    wanted: Wanted,
}

fn read(query: &TeamDaysFilter, today: Date) -> Result<Asked> {
    let mut problems = Problems::new();
    let mut given = |text: &Option<String>, field: &str, or: Date| {
        text.as_deref().map_or(Some(or), |text| rules::day(Some(text), field, &mut problems))
    };
    let first = given(&query.start_date, "start_date", today);
    let last = given(&query.end_date, "end_date", first.unwrap_or(today).saturating_add(30.days()));
    kernel::includes(&query.include, &["busy_intervals", "off_day_type"], &mut problems);
    let (first, last) = (first.unwrap_or(today), last.unwrap_or(today));
    if problems.is_empty() {
        rules::range(first, last, "end_date", &mut problems);
    }
    let has = |name: &str| query.include.iter().any(|asked| asked == name);
    let wanted = Wanted { busy: has("busy_intervals"), reasons: has("off_day_type") };
    problems.done().map(|()| Asked { first, last, wanted })
}

/// List schedules of team members
///
/// Days with hours, in order of team member and day; `include=off_day_type` adds days off that have a reason,
/// `include=busy_intervals` what takes the team members up.
#[utoipa::path(
    get, path = "/company/{location_id}/staff/schedule", operation_id = "get_team_member_schedule_list",
    tag = "Schedule & Resources",
    params(("location_id" = i64, Path, description = "The location"), TeamDaysFilter),
    responses((status = 200, description = "The days; `meta.count` is how many there are in all", body = Data<Vec<TeamDayOut>, Count>))
)]
pub async fn get_team_member_schedule_list(
    at: At<perm::Calendar>,
    query: Query<TeamDaysFilter>,
) -> Result<List<TeamDayOut>> {
    let query = query.0;
    let page = Page::of(query.page, query.count, MOST, MOST);
    let mut conn = at.conn().await?;
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let Asked { first, last, wanted } = read(&query, local_date(at.now, &zone))?;
    let shown = Shown::of(&at.membership.grants);
    let team = shown.team(&mut conn, at.location_id, query.staff_ids.as_deref()).await?;
    let first = shown.first_day(at.now, &zone).map_or(first, |day| day.max(first));
    let days = store::days(&mut conn, at.location_id, Some(&team), first, last).await?;
    let busy =
        match (instant_of_clock(first, 0, &zone), instant_of_clock(last, calc::intervals::LATEST, &zone)) {
            (Some(from), Some(to)) if wanted.busy => {
                occupancy::busy(&mut conn, at.location_id, Subject::Team, &team, from, to).await?
            }
            _ => Vec::new(),
        };
    let rows = rows(days, &busy, &zone, (first, last), wanted);
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let (skip, take) =
        (usize::try_from(page.offset).unwrap_or(usize::MAX), usize::try_from(page.limit).unwrap_or(0));
    Ok(List::counted(rows.into_iter().skip(skip).take(take).collect(), count))
}

/// The days to show: those with hours, with a reason where asked for, and with something in them.
fn rows(days: Vec<Day>, busy: &[Busy], zone: &Zone, range: (Date, Date), wanted: Wanted) -> Vec<TeamDayOut> {
    let hours: HashMap<(i64, Date), Vec<Interval>> =
        days.iter().map(|day| ((day.team_member_id, day.day), day.hours.clone())).collect();
    let mut out: BTreeMap<(i64, Date), TeamDayOut> = days
        .into_iter()
        .filter(|day| !day.hours.is_empty() || (wanted.reasons && day.off_day_type != 0))
        .map(|day| ((day.team_member_id, day.day), TeamDayOut::of(day, wanted)))
        .collect();
    for busy in busy {
        let works = |day: Date, at: Interval| {
            hours.get(&(busy.subject_id, day)).is_some_and(|hours| hours.iter().any(|slot| slot.overlaps(at)))
        };
        let (day, at) = rules::place(busy.starts_at, busy.ends_at, zone, works);
        if !(range.0..=range.1).contains(&day) {
            continue;
        }
        let empty = Day { team_member_id: busy.subject_id, day, hours: Vec::new(), off_day_type: 0 };
        let row = out.entry((busy.subject_id, day)).or_insert_with(|| TeamDayOut::of(empty, wanted));
        row.busy_intervals.get_or_insert_default().push(BusyIntervalOut {
            entity_type: if busy.owner == "event" { "activity" } else { "record" },
            entity_id: busy.owner_id,
            from: clock_seconds(at.start),
            to: clock_seconds(at.end),
        });
    }
    out.into_values().collect()
}

/// Hours to set on several days.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct HoursIn {
    /// Whose. Also `staff_id`.
    #[schema(required, nullable = false, example = 1001)]
    team_member_id: Option<i64>,
    /// On which days.
    #[schema(required, nullable = false, example = json!(["2026-01-31"]))]
    dates: Option<Vec<String>>,
    /// When; they take the place of the day's hours.
    #[schema(required, nullable = false)]
    slots: Option<Vec<SlotIn>>,
}

/// Days to clear.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ClearIn {
    /// Whose. Also `staff_id`.
    #[schema(required, nullable = false, example = 1001)]
    team_member_id: Option<i64>,
    /// Which days.
    #[schema(required, nullable = false, example = json!(["2026-02-02"]))]
    dates: Option<Vec<String>>,
    /// Why they are off, a number of the location's own choice from 1 to 9.
    #[schema(example = 1)]
    off_day_type: Option<i64>,
}

/// What to set and what to clear, at once.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct TeamScheduleIn {
    /// What to set.
    #[serde(default)]
    schedules_to_set: Vec<HoursIn>,
    /// What to clear.
    #[serde(default)]
    schedules_to_delete: Vec<ClearIn>,
}

struct Reading {
    problems: Problems,
    sets: BTreeMap<(i64, Date), Set>,
    /// Where each team member is named first.
    fields: BTreeMap<i64, String>,
    /// Where the last days are.
    dates: String,
}

impl Reading {
    fn days(&mut self, field: &str, id: Option<i64>, dates: Option<Vec<String>>) -> Vec<(i64, Date)> {
        let named = format!("{field}.team_member_id");
        self.problems.check(id.is_some(), &named, "field-required");
        if let Some(id) = id {
            self.fields.entry(id).or_insert(named);
        }
        let field = format!("{field}.dates");
        self.problems.check(dates.as_ref().is_some_and(|d| !d.is_empty()), &field, "field-required");
        self.dates.clone_from(&field);
        let dates = dates.unwrap_or_default();
        if self.sets.len() + dates.len() > rules::CHANGES {
            self.problems.add(field, Message::new("field-too-many").with("limit", rules::CHANGES));
            return Vec::new();
        }
        let mut days = Vec::with_capacity(dates.len());
        for (at, text) in dates.iter().enumerate() {
            let field = format!("{field}.{at}");
            let Some(day) = rules::day(Some(text), &field, &mut self.problems) else { continue };
            let Some(id) = id else { continue };
            // Once in the whole request: what would count otherwise?
            self.problems.check(!self.sets.contains_key(&(id, day)), &field, "field-duplicate");
            self.sets.insert((id, day), Set { team_member_id: id, day, hours: Vec::new(), off_day_type: 0 });
            days.push((id, day));
        }
        days
    }
}

/// The days, and how to name a team member who can't have them.
fn sets(input: TeamScheduleIn) -> Result<(Vec<Set>, BTreeMap<i64, String>)> {
    let mut reading = Reading {
        problems: Problems::new(),
        sets: BTreeMap::new(),
        fields: BTreeMap::new(),
        dates: String::new(),
    };
    for (at, set) in input.schedules_to_set.into_iter().enumerate() {
        let field = format!("schedules_to_set.{at}");
        let given = set.slots.as_ref().is_some_and(|slots| !slots.is_empty());
        reading.problems.check(given, &format!("{field}.slots"), "field-required");
        let hours = slots(set.slots.unwrap_or_default(), &format!("{field}.slots"), &mut reading.problems);
        for key in reading.days(&field, set.team_member_id, set.dates) {
            if let Some(set) = reading.sets.get_mut(&key) {
                set.hours.clone_from(&hours);
            }
        }
    }
    for (at, clear) in input.schedules_to_delete.into_iter().enumerate() {
        let field = format!("schedules_to_delete.{at}");
        let reason = clear.off_day_type.unwrap_or_default();
        reading.problems.range(reason, 0..=9, &format!("{field}.off_day_type"));
        for key in reading.days(&field, clear.team_member_id, clear.dates) {
            if let Some(set) = reading.sets.get_mut(&key) {
                set.off_day_type = reason;
            }
        }
    }
    let days: Vec<Date> = reading.sets.keys().map(|(_, day)| *day).collect();
    if let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) {
        rules::range(*first, *last, &reading.dates, &mut reading.problems);
    }
    reading.problems.done().map(|()| (reading.sets.into_values().collect(), reading.fields))
}

/// Set and clear schedules of team members
///
/// All of it or, when anything is wrong, nothing. The answer has the days of those concerned, from the first day
/// changed to the last.
#[utoipa::path(
    put, path = "/company/{location_id}/staff/schedule", operation_id = "set_team_member_schedule",
    tag = "Schedule & Resources",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = TeamScheduleIn,
    responses((status = 200, description = "The days after it", body = Data<Vec<TeamDayOut>, Count>))
)]
pub async fn set_team_member_schedule(
    at: At<perm::ScheduleEdit>,
    input: Lenient<TeamScheduleIn>,
) -> Result<List<TeamDayOut>> {
    let (sets, fields) = sets(input.0)?;
    let field = |id| fields.get(&id).cloned().unwrap_or_else(|| "team_member_id".to_owned());
    let (unit, days) = flow::set(&at, &sets, &field).await?;
    let wanted = Wanted { reasons: true, ..Wanted::default() };
    let days = days.into_iter().filter(|day| !day.hours.is_empty());
    let rows: Vec<TeamDayOut> = days.map(|day| TeamDayOut::of(day, wanted)).collect();
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    unit.commit(List::counted(rows, count)).await
}
