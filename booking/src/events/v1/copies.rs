//! Events made after the pattern of another.

use calc::zone::{Zone, clock_of_instant, instant_of_clock, parse_day, parse_instant};
use jiff::ToSpan;
use kernel::{Count, Data, Error, Kind, Lenient, List, Message, Path, Problems, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::wire::{EventOut, EventStaffOut};
use crate::appointments::store::Seat;
use crate::events::flow::{self, Manner};
use crate::events::rules::Repeat;
use crate::events::store::Event;
use crate::events::strategies;
use crate::events::view::View;

/// How an event is to be repeated: on dates, by a saved way, or by a way given here.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = EventCopiesIn)]
pub struct CopiesIn {
    /// When, by the location's clock; a date alone keeps the hour. Also `datetimes`.
    #[schema(nullable = false, example = json!(["2026-12-02 10:30"]))]
    #[serde(alias = "datetimes", alias = "times")]
    dates: Option<Vec<String>>,
    /// A saved way. Also `duplication_strategy_id`.
    #[schema(nullable = false)]
    #[serde(alias = "duplication_strategy_id")]
    strategy_id: Option<i64>,
    /// 1 daily, 2 weekdays, 3 Monday Wednesday Friday, 4 Tuesday Thursday, 5 weekly, 6 monthly, 7 yearly.
    #[schema(nullable = false)]
    repeat_mode_id: Option<i64>,
    /// Weekdays of the weekly way, 0 Sunday to 6; none: that of the event.
    #[schema(nullable = false)]
    days: Option<Vec<i64>>,
    /// Days, weeks, months or years left out in between.
    #[schema(nullable = false)]
    interval: Option<i64>,
    /// The last day, for ways. Also `date_end`. 400 days from the event at the most.
    #[schema(nullable = false)]
    #[serde(alias = "date_end", alias = "end_date", alias = "date_to")]
    till: Option<String>,
    /// 1 without the clients' appointments, 2 with them; a saved way says so itself.
    #[schema(nullable = false, example = 1)]
    content_type: Option<i64>,
    /// Take place even where the team member or a resource is not free.
    #[schema(nullable = false, example = true)]
    force: Option<bool>,
}

/// A copy's appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct CopiedRecordOut {
    /// Its id.
    #[schema(example = 9183)]
    id: i64,
    /// The client, 0 for none.
    #[schema(example = 0)]
    client_id: i64,
    /// Seats.
    #[schema(example = 1)]
    clients_count: i64,
    /// What is noted of it.
    #[schema(example = "")]
    comment: String,
}

/// A copy of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct CopyOut {
    #[serde(flatten)]
    event: EventOut,
    /// Who holds it, by the older name.
    #[schema(example = 1001)]
    master_id: i64,
    /// The same with all that is said of him.
    master: Option<EventStaffOut>,
    /// The appointments in it.
    records: Vec<CopiedRecordOut>,
}

const MANNER: Manner = Manner {
    missing: |field| Error::invalid(field, "field-not-found"),
    busy: |when| Error::new(Kind::Conflict, when).flag("conflict", true),
};

/// Copies made at once at the most.
const MOST: usize = 400;
/// Days that they reach at the most.
const REACH: i64 = 400;

/// On given dates, or by a way up to a last day.
enum Plan {
    Dates(Vec<String>),
    Way { repeat: Repeat, till: Option<String> },
}

fn starts(plan: Plan, event: &Event, zone: &Zone) -> Result<Vec<i64>> {
    let (day, clock) = clock_of_instant(event.starts_at, zone);
    let mut problems = Problems::new();
    let mut starts = Vec::new();
    match plan {
        Plan::Dates(dates) => {
            for (at, text) in dates.iter().enumerate() {
                let instant = match parse_day(text).filter(|_| text.trim().len() <= 10) {
                    Some(day) => instant_of_clock(day, clock, zone),
                    None => parse_instant(text, zone),
                };
                problems.check(instant.is_some(), &format!("dates.{at}"), "field-date");
                starts.extend(instant);
            }
            if dates.is_empty() {
                problems.add("dates", "field-required");
            }
        }
        Plan::Way { repeat, till } => {
            repeat.check(&mut problems);
            let last = till.as_deref().and_then(parse_day);
            let word = if till.is_some() { "field-date" } else { "field-required" };
            problems.check(last.is_some(), "till", word);
            let far = day.saturating_add(REACH.days());
            if let Some(last) = last {
                problems.check(last > day, "till", "field-before-start");
                problems.check(last <= far, "till", Message::new("field-range-days").with("limit", REACH));
            }
            if problems.is_empty() {
                let dates = repeat.dates(day, last.unwrap_or(day)).into_iter().filter(|date| *date != day);
                starts.extend(dates.filter_map(|date| instant_of_clock(date, clock, zone)));
            }
        }
    }
    if starts.len() > MOST {
        problems.add("dates", Message::new("field-too-many").with("limit", MOST));
    }
    starts.sort_unstable();
    starts.dedup();
    problems.done().map(|()| starts)
}

/// Repeat an event
///
/// All of it or, when one date is not free, nothing: 409 then, with `meta.conflict`.
#[utoipa::path(
    post, path = "/activity/{location_id}/{event_id}/duplicate", operation_id = "duplicate_event",
    tag = "Events",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("event_id" = i64, Path, description = "The event")
    ),
    request_body = CopiesIn,
    responses((status = 200, description = "The new events", body = Data<Vec<CopyOut>, Count>))
)]
pub async fn duplicate_event(
    at: At<perm::AppointmentsCreate>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<CopiesIn>,
) -> Result<List<CopyOut>> {
    let (plan, with_appointments, force) = plan(&at, input.0).await?;
    let starts = |event: &Event, zone: &Zone| starts(plan, event, zone);
    let (mut unit, made) = flow::copy(&at, id, force, with_appointments, MANNER, starts).await?;
    let view = View::of(&at, &mut unit, at.location_id, &made).await?;
    let ids: Vec<i64> = made.iter().map(|event| event.id).collect();
    let seats = crate::appointments::store::seats(&mut unit, at.location_id, &ids).await?;
    let out = made.iter().map(|event| copied(event, &view, &seats)).collect();
    let count = i64::try_from(made.len()).unwrap_or(i64::MAX);
    unit.commit(List::counted(out, count)).await
}

async fn plan<P>(at: &At<P>, input: CopiesIn) -> Result<(Plan, bool, bool)> {
    let force = input.force.unwrap_or(false);
    let with = input.content_type == Some(2);
    if let Some(dates) = input.dates {
        return Ok((Plan::Dates(dates), with, force));
    }
    if let Some(id) = input.strategy_id {
        let saved = strategies::store::by_id(&mut at.conn().await?, at.location_id, id).await?;
        let saved = saved.ok_or_else(|| Error::invalid("strategy_id", "field-not-found"))?;
        let with = input.content_type.map_or(saved.repeat.with_appointments, |content| content == 2);
        return Ok((Plan::Way { repeat: saved.repeat, till: input.till }, with, force));
    }
    let Some(mode) = input.repeat_mode_id else { return Err(Error::invalid("dates", "field-required")) };
    let repeat = Repeat {
        mode,
        days: input.days.unwrap_or_default(),
        skipped: input.interval.unwrap_or_default(),
        with_appointments: with,
    };
    Ok((Plan::Way { repeat, till: input.till }, with, force))
}

fn copied(event: &Event, view: &View, seats: &[Seat]) -> CopyOut {
    let records = seats.iter().filter(|seat| seat.event_id == event.id);
    CopyOut {
        event: EventOut::of(event, view, true),
        master_id: event.team_member_id,
        master: view.member(event).map(|member| EventStaffOut::of(member, view)),
        records: records
            .map(|seat| CopiedRecordOut {
                id: seat.id,
                client_id: seat.client_id.unwrap_or_default(),
                clients_count: seat.clients_count,
                comment: seat.comment.clone(),
            })
            .collect(),
    }
}
