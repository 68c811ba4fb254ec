//! Days of a series.

use kernel::{Count, Data, Lenient, List, NoContent, Nothing, Path, Problems, Query, Result, Unit};
use org::access::{At, perm};
use serde::Deserialize;
use utoipa::IntoParams;

use super::wire::{DayParts, SeriesDayChangeIn, SeriesDayIn, SeriesDayOut, SeriesEventOut};
use crate::calendar::Shown;
use crate::series::flow;
use crate::series::store::{self, Day};
use crate::series::view::Told;

/// What to add to a day.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct SeriesDayQuery {
    /// `events_master`, `events_labels`, `events_resource_instances`, `events`.
    #[param(example = json!(["events_master"]))]
    include: Vec<String>,
}

impl SeriesDayQuery {
    fn parts(&self) -> Result<DayParts> {
        let known = ["events_master", "events_labels", "events_resource_instances", "events"];
        let mut problems = Problems::new();
        kernel::includes(&self.include, &known, &mut problems);
        problems.done().map(|()| DayParts::of(&self.include, ""))
    }
}

async fn out<P>(at: &At<P>, unit: &mut Unit, day: &Day, parts: DayParts) -> Result<SeriesDayOut> {
    let zone = org::locations::store::zone(unit, at.location_id).await?;
    let first = Shown::of(&at.membership.grants).first_day(at.now, &zone);
    let entries = parts.events.then_some((day.series_id, first));
    let told = Told::of(at, unit, at.location_id, std::slice::from_ref(day), entries).await?;
    Ok(SeriesDayOut::of(day, &told, parts))
}

/// Add a day to a series
///
/// Its events are made from now on to the end of the series.
#[utoipa::path(
    post, path = "/company/{location_id}/schedules/{schedule_id}/days",
    operation_id = "create_timetable_schedule_day", tag = "Schedule & Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("schedule_id" = i64, Path, description = "The series"),
        SeriesDayQuery
    ),
    request_body = SeriesDayIn,
    responses((status = 201, description = "The day", body = Data<SeriesDayOut>))
)]
pub async fn create_timetable_schedule_day(
    at: At<perm::AppointmentsCreate>,
    Path((_location, id)): Path<(i64, i64)>,
    Query(query): Query<SeriesDayQuery>,
    input: Lenient<SeriesDayIn>,
) -> Result<Data<SeriesDayOut>> {
    let parts = query.parts()?;
    let (mut unit, day) = flow::add_day(&at, id, input.0.into()).await?;
    let out = out(&at, &mut unit, &day, parts).await?;
    unit.commit(Data::new(out).created()).await
}

/// Change a day of a series
///
/// Its events from now on follow; past ones stay. What of an event was changed by hand stays, unless `force`. An event
/// that can't follow, because somebody or something is busy then, stays where it is, and its entry has the status
/// `event_changed`. Events that there was no room for are tried again.
#[utoipa::path(
    patch, path = "/company/{location_id}/schedules/{schedule_id}/days/{day_id}",
    operation_id = "update_timetable_schedule_day", tag = "Schedule & Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("schedule_id" = i64, Path, description = "The series"),
        ("day_id" = i64, Path, description = "The day"),
        SeriesDayQuery
    ),
    request_body = SeriesDayChangeIn,
    responses((status = 200, description = "The day", body = Data<SeriesDayOut>))
)]
pub async fn update_timetable_schedule_day(
    at: At<perm::AppointmentsEdit>,
    Path((_location, id, day_id)): Path<(i64, i64, i64)>,
    Query(query): Query<SeriesDayQuery>,
    input: Lenient<SeriesDayChangeIn>,
) -> Result<Data<SeriesDayOut>> {
    let parts = query.parts()?;
    let (wanted, force) = input.0.wanted();
    let (mut unit, day) = flow::change_day(&at, id, day_id, wanted, force).await?;
    let out = out(&at, &mut unit, &day, parts).await?;
    unit.commit(Data::new(out)).await
}

/// Delete a day of a series
///
/// Softly, and with it all its events, past ones too, and the appointments in them.
#[utoipa::path(
    delete, path = "/company/{location_id}/schedules/{schedule_id}/days/{day_id}",
    operation_id = "delete_timetable_schedule_day", tag = "Schedule & Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("schedule_id" = i64, Path, description = "The series"),
        ("day_id" = i64, Path, description = "The day")
    ),
    responses((status = 204, description = "Deleted; no body", body = Data<Nothing>))
)]
pub async fn delete_timetable_schedule_day(
    at: At<perm::AppointmentsDelete>,
    Path((_location, id, day_id)): Path<(i64, i64, i64)>,
) -> Result<NoContent> {
    flow::delete_day(&at, id, day_id).await
}

/// List the events of a day of a series
///
/// At most one for each date of the series, in order.
#[utoipa::path(
    get, path = "/company/{location_id}/schedules/{schedule_id}/days/{day_id}/events",
    operation_id = "list_timetable_schedule_day_events", tag = "Schedule & Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("schedule_id" = i64, Path, description = "The series"),
        ("day_id" = i64, Path, description = "The day")
    ),
    responses((status = 200, description = "The events", body = Data<Vec<SeriesEventOut>, Count>))
)]
pub async fn list_timetable_schedule_day_events(
    at: At<perm::Calendar>,
    Path((_location, id, day_id)): Path<(i64, i64, i64)>,
) -> Result<List<SeriesEventOut>> {
    let mut conn = at.conn().await?;
    store::get(&mut conn, at.location_id, id).await?;
    let day = flow::seen_day(&at, &mut conn, id, day_id).await?;
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let first = Shown::of(&at.membership.grants).first_day(at.now, &zone);
    let told =
        Told::of(&at, &mut conn, at.location_id, std::slice::from_ref(&day), Some((id, first))).await?;
    let events = SeriesEventOut::all(&day, &told);
    let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
    Ok(List::counted(events, count))
}
