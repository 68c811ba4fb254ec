//! Whole series: find, make, change, delete.

use kernel::{Data, Error, Lenient, NoContent, Nothing, Path, Problems, Query, Result};
use org::access::{At, perm};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::wire::{DayParts, SeriesDayIn, SeriesDayOut, SeriesOut};
use crate::series::flow::{self, Asked};
use crate::series::store;
use crate::series::view::Told;

/// What to add to a series.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct SeriesFoundQuery {
    /// `days`, and of each `days.events_master`, `days.events_labels`, `days.events_resource_instances`.
    #[param(example = json!(["days"]))]
    include: Vec<String>,
}

/// What to add to a new series.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct SeriesMadeQuery {
    /// `days`.
    #[param(example = json!(["days"]))]
    include: Vec<String>,
}

/// Find the series of an event
///
/// The one that it is the pattern of, or one of.
#[utoipa::path(
    get, path = "/company/{location_id}/schedules/search/{entity_type}/{entity_id}",
    operation_id = "search_timetable_event_schedules_by_event", tag = "Schedule & Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("entity_type" = String, Path, description = "`activity`: a group event; appointments have no series yet: 404", example = "activity"),
        ("entity_id" = i64, Path, description = "The event", example = 123),
        SeriesFoundQuery
    ),
    responses((status = 200, description = "The series", body = Data<SeriesOut>))
)]
pub async fn search_timetable_event_schedules_by_event(
    at: At<perm::Calendar>,
    Path((_location, kind, id)): Path<(i64, String, i64)>,
    Query(query): Query<SeriesFoundQuery>,
) -> Result<Data<SeriesOut>> {
    let known = ["days", "days.events_master", "days.events_labels", "days.events_resource_instances"];
    let mut problems = Problems::new();
    kernel::includes(&query.include, &known, &mut problems);
    problems.done()?;
    if kind != "activity" {
        return Err(Error::not_found());
    }
    let mut conn = at.conn().await?;
    let series = store::of_event(&mut conn, at.location_id, id).await?.ok_or_else(Error::not_found)?;
    let days = flow::visible(&at, &mut conn, &series).await?;
    let told = Told::of(&at, &mut conn, at.location_id, &days, None).await?;
    let parts = DayParts::of(&query.include, "days.");
    let days = || days.iter().map(|day| SeriesDayOut::of(day, &told, parts)).collect();
    let days = (!query.include.is_empty()).then(days);
    Ok(Data::new(SeriesOut::of(&series, &told.view.zone, days)))
}

/// A series to make.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SeriesIn {
    /// `activity`: a group event. Series of appointments (`record`) are not taken yet.
    #[schema(required, nullable = false, example = "activity")]
    original_entity_type: Option<String>,
    /// The event after whose pattern it is made.
    #[schema(required, nullable = false, example = 123)]
    original_entity_id: Option<i64>,
    /// Its last day, 400 days after the event's at the most.
    #[schema(required, nullable = false, example = "2026-12-20")]
    date_end: Option<String>,
    /// Whether the event's appointments are repeated too.
    #[schema(required, nullable = false, example = false)]
    add_clients_from_original_entity: Option<bool>,
    /// Its days: one to seven, each weekday once.
    #[serde(default)]
    #[schema(required)]
    days: Vec<SeriesDayIn>,
}

/// Make a series of an event
///
/// Each of its days stands for dated events, made at once: of the event's service, with its comment, colour,
/// instructions and link, at the same hour across changes of the clock. The event itself is the first of the day that
/// has its weekday and hour. Where somebody or something is busy on a date, the series is made without it; its entry has
/// the status `entity_failed`.
#[utoipa::path(
    post, path = "/company/{location_id}/schedules", operation_id = "create_timetable_event_schedule",
    tag = "Schedule & Resources",
    params(("location_id" = i64, Path, description = "The location"), SeriesMadeQuery),
    request_body = SeriesIn,
    responses((status = 201, description = "The series", body = Data<SeriesOut>))
)]
pub async fn create_timetable_event_schedule(
    at: At<perm::AppointmentsCreate>,
    Query(query): Query<SeriesMadeQuery>,
    input: Lenient<SeriesIn>,
) -> Result<Data<SeriesOut>> {
    let input = input.0;
    let mut problems = Problems::new();
    kernel::includes(&query.include, &["days"], &mut problems);
    match input.original_entity_type.as_deref() {
        Some("activity") => {}
        Some("record") => problems.add("original_entity_type", "field-no-series"),
        Some(_) => problems.add("original_entity_type", "field-choice"),
        None => problems.add("original_entity_type", "field-required"),
    }
    let asked = Asked {
        origin_id: input.original_entity_id,
        date_end: input.date_end,
        with_appointments: input.add_clients_from_original_entity.unwrap_or(false),
        days: input.days.into_iter().map(Into::into).collect(),
    };
    let (mut unit, series) = flow::create(&at, asked, problems).await?;
    let days = store::days(&mut unit, at.location_id, series.id).await?;
    let told = Told::of(&at, &mut unit, at.location_id, &days, None).await?;
    let days = || days.iter().map(|day| SeriesDayOut::of(day, &told, DayParts::default())).collect();
    let days = (!query.include.is_empty()).then(days);
    unit.commit(Data::new(SeriesOut::of(&series, &told.view.zone, days)).created()).await
}

/// What to change of a series.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SeriesChangeIn {
    /// Its last day: a later one lays the events up to it that are not past, an earlier one deletes those after it.
    #[schema(nullable = false, example = "2026-12-27")]
    date_end: Option<String>,
}

/// Change a series
///
/// A later end lays the events up to it that are not past; an earlier one deletes those after it with the appointments
/// in them.
#[utoipa::path(
    patch, path = "/company/{location_id}/schedules/{schedule_id}",
    operation_id = "update_timetable_event_schedule", tag = "Schedule & Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("schedule_id" = i64, Path, description = "The series")
    ),
    request_body = SeriesChangeIn,
    responses((status = 200, description = "The series", body = Data<SeriesOut>))
)]
pub async fn update_timetable_event_schedule(
    at: At<perm::AppointmentsEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<SeriesChangeIn>,
) -> Result<Data<SeriesOut>> {
    let (mut unit, series) = flow::set_end(&at, id, input.0.date_end).await?;
    let zone = org::locations::store::zone(&mut unit, at.location_id).await?;
    unit.commit(Data::new(SeriesOut::of(&series, &zone, None))).await
}

/// Delete a series
///
/// Softly, and with it all its events, past ones too, and the appointments in them.
#[utoipa::path(
    delete, path = "/company/{location_id}/schedules/{schedule_id}",
    operation_id = "delete_timetable_event_schedule", tag = "Schedule & Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("schedule_id" = i64, Path, description = "The series")
    ),
    responses((status = 204, description = "Deleted; no body", body = Data<Nothing>))
)]
pub async fn delete_timetable_event_schedule(
    at: At<perm::AppointmentsDelete>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, id).await
}
