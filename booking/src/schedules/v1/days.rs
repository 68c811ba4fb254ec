//! One team member's days: the older operations.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Error, Lenient, NoContent, Path, Problems, Result, from_value};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};

use super::{Listed, SlotIn, SlotOut, path_range, slots};
use crate::calendar::Shown;
use crate::schedules::rules::{self, Set};
use crate::schedules::{flow, store};

/// A day.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleDayOut {
    /// Which.
    #[schema(example = "2026-09-21")]
    date: String,
    /// 1 when the team member works, else 0.
    #[schema(schema_with = flag)]
    is_working: i64,
    /// When.
    slots: Vec<SlotOut>,
}

/// 0 or 1, as the contract's example has it; its schema says boolean.
fn flag() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Integer, Type::Boolean])).examples([1])
}

type ListedDays = Listed<ScheduleDayOut>;

/// Get a team member's schedule
///
/// Every day from the first to the last, 400 at the most; those off with no hours.
#[utoipa::path(
    get, path = "/schedule/{location_id}/{team_member_id}/{start_date}/{end_date}",
    operation_id = "get_team_member_schedule", tag = "Schedule & Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("team_member_id" = i64, Path, description = "Whose"),
        ("start_date" = String, Path, description = "The first day", example = "20261201"),
        ("end_date" = String, Path, description = "The last day", example = "20261231")
    ),
    responses((status = 200, description = "The days", body = ListedDays))
)]
pub async fn get_team_member_schedule(
    at: At<perm::Calendar>,
    Path((_location, id, first, last)): Path<(i64, i64, String, String)>,
) -> Result<ListedDays> {
    let (first, last) = path_range(&first, &last)?;
    let mut conn = at.conn().await?;
    let shown = Shown::of(&at.membership.grants);
    if shown.team(&mut conn, at.location_id, Some(&[id])).await?.is_empty() {
        return Err(Error::not_found());
    }
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let open = shown.first_day(at.now, &zone).map_or(first, |day| day.max(first));
    let there = store::days(&mut conn, at.location_id, Some(&[id]), open, last).await?;
    Ok(Listed::new(every_day(first, last, there)))
}

fn every_day(first: Date, last: Date, there: Vec<store::Day>) -> Vec<ScheduleDayOut> {
    let mut there: BTreeMap<Date, store::Day> = there.into_iter().map(|day| (day.day, day)).collect();
    first
        .series(1.day())
        .take_while(|day| *day <= last)
        .map(|day| {
            let hours = there.remove(&day).map(|day| day.hours).unwrap_or_default();
            ScheduleDayOut {
                date: day.to_string(),
                is_working: i64::from(!hours.is_empty()),
                slots: hours.into_iter().map(Into::into).collect(),
            }
        })
        .collect()
}

/// A day to set.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ScheduleDayIn {
    /// Which.
    #[schema(required, nullable = false, example = "2026-12-01")]
    date: Option<String>,
    /// Whether the team member works; without it, whether there are hours.
    #[schema(required, nullable = false, example = true)]
    is_working: Option<bool>,
    /// When. Hours may touch, not overlap.
    #[schema(required, nullable = false, schema_with = one_or_more_slots)]
    slots: Option<Vec<SlotIn>>,
}

/// A list; the contract's schema draws one slot.
fn one_or_more_slots() -> RefOr<Schema> {
    let slot = || Ref::from_schema_name(SlotIn::name());
    OneOfBuilder::new().item(ArrayBuilder::new().items(slot())).item(slot()).into()
}

/// The days to set, or the one; each day once.
fn sets(team_member_id: i64, body: Value, within: Option<(Date, Date)>) -> Result<Vec<Set>> {
    // One day that was sent by itself has no place in a list, and its fields are named without one.
    let alone = body.as_object().is_some_and(|map| map.keys().any(|key| key.parse::<u32>().is_err()));
    let days: Vec<ScheduleDayIn> = from_value(body)?;
    let mut problems = Problems::new();
    let mut out: Vec<Set> = Vec::with_capacity(days.len());
    for (at, sent) in days.into_iter().enumerate() {
        let field = |name: &str| if alone { name.to_owned() } else { format!("{at}.{name}") };
        let hours = slots(sent.slots.unwrap_or_default(), &field("slots"), &mut problems);
        let Some(day) = rules::day(sent.date.as_deref(), &field("date"), &mut problems) else { continue };
        let outside = within.is_some_and(|(first, last)| !(first..=last).contains(&day));
        problems.check(!outside, &field("date"), "field-outside-range");
        problems.check(out.iter().all(|set| set.day != day), &field("date"), "field-duplicate");
        let works = sent.is_working.unwrap_or(!hours.is_empty());
        problems.check(!works || !hours.is_empty(), &field("slots"), "field-required");
        out.push(Set { team_member_id, day, hours: if works { hours } else { Vec::new() }, off_day_type: 0 });
        if out.len() > MOST {
            problems.add("body", kernel::Message::new("field-too-many").with("limit", MOST));
            break;
        }
    }
    problems.done().map(|()| out)
}

/// Days of one request at the most.
const MOST: usize = rules::RANGE as usize;

async fn save(at: &At<perm::ScheduleEdit>, id: i64, days: &[Set]) -> Result<NoContent> {
    let shown = Shown::of(&at.membership.grants);
    if shown.team(&mut at.conn().await?, at.location_id, Some(&[id])).await?.is_empty() {
        return Err(Error::not_found());
    }
    let (unit, _) = flow::set(at, days, &|_| "team_member_id".to_owned()).await?;
    unit.commit(NoContent::created()).await
}

/// Set days of a team member's schedule
///
/// One day or a list of days, within the first and the last. Days that are not named stay.
#[utoipa::path(
    put, path = "/schedule/{location_id}/{team_member_id}/{start_date}/{end_date}",
    operation_id = "update_team_member_schedule", tag = "Schedule & Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("team_member_id" = i64, Path, description = "Whose"),
        ("start_date" = String, Path, description = "The first day", example = "2026-12-01"),
        ("end_date" = String, Path, description = "The last day", example = "2026-12-31")
    ),
    request_body = ScheduleDayIn,
    responses((status = 201, description = "Set"))
)]
pub async fn update_team_member_schedule(
    at: At<perm::ScheduleEdit>,
    Path((_location, id, first, last)): Path<(i64, i64, String, String)>,
    input: Lenient<Value>,
) -> Result<NoContent> {
    let days = sets(id, input.0, Some(path_range(&first, &last)?))?;
    save(&at, id, &days).await
}

/// Set days of a team member's schedule, as long ago
///
/// Days that are not named stay.
#[utoipa::path(
    put, path = "/schedule/{location_id}/{team_member_id}",
    operation_id = "schedule_team_member_update_deprecated", tag = "Schedule & Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("team_member_id" = i64, Path, description = "Whose")
    ),
    request_body = Vec<ScheduleDayIn>,
    responses((status = 201, description = "Set"))
)]
pub async fn schedule_team_member_update_deprecated(
    at: At<perm::ScheduleEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<Value>,
) -> Result<NoContent> {
    save(&at, id, &sets(id, input.0, None)?).await
}
