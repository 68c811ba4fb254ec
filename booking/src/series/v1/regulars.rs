//! Clients who come regularly, where they are called client schedules.

use db::Conn;
use kernel::{Data, Lenient, NoContent, Nothing, Path, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::wire::{DayParts, SeriesDayOut};
use crate::series::regulars::{self, Asked};
use crate::series::view;

/// A client who comes to the events of days of a series.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegularOut {
    /// Its id.
    #[schema(example = 123)]
    id: i64,
    /// Always null: memberships do not pay for it.
    #[schema(value_type = Option<i64>, example = json!(null))]
    loyalty_abonement_id: (),
    /// When the last of its events is to begin, by the location's clock.
    #[schema(example = "2026-12-28 14:00:00")]
    final_day: String,
    /// The days.
    days: Vec<SeriesDayOut>,
}

impl RegularOut {
    async fn of<P>(at: &At<P>, conn: &mut Conn, of: &regulars::Told) -> Result<Self> {
        let told = view::Told::of(at, conn, at.location_id, &of.days, None).await?;
        let parts = DayParts { master: true, labels: true, instances: true, events: false };
        Ok(Self {
            id: of.id,
            loyalty_abonement_id: (),
            final_day: of.final_day()?,
            days: of.days.iter().map(|day| SeriesDayOut::of(day, &told, parts)).collect(),
        })
    }
}

/// A client to come regularly.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct RegularIn {
    /// The client.
    #[schema(required, nullable = false, example = 123)]
    client_id: Option<i64>,
    /// A visitor who comes in the client's stead.
    #[schema(nullable = false, example = 123)]
    comer_id: Option<i64>,
    /// One to seven days of the series.
    #[serde(default)]
    #[schema(required, example = json!([123]))]
    schedule_days_ids: Vec<i64>,
}

/// Let a client come regularly
///
/// To the events of these days of the series, from now on to its end: an appointment with one seat is made in each,
/// and in those that are made later. Where no seat is free, or the client is in already, none is made. A client comes
/// to a series once: change the days then.
#[utoipa::path(
    post, path = "/company/{location_id}/schedules/{schedule_id}/client_schedules",
    operation_id = "create_timetable_client_schedule", tag = "Appointments",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("schedule_id" = i64, Path, description = "The series")
    ),
    request_body = RegularIn,
    responses((status = 201, description = "The client's days", body = Data<RegularOut>))
)]
pub async fn create_timetable_client_schedule(
    at: At<perm::AppointmentsCreate>,
    Path((_location, series_id)): Path<(i64, i64)>,
    input: Lenient<RegularIn>,
) -> Result<Data<RegularOut>> {
    let RegularIn { client_id, comer_id, schedule_days_ids: days } = input.0;
    let (mut unit, told) = regulars::create(&at, series_id, Asked { client_id, comer_id, days }).await?;
    let out = RegularOut::of(&at, &mut unit, &told).await?;
    unit.commit(Data::new(out).created()).await
}

/// The days on which a client is to come.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct RegularChangeIn {
    /// One to seven days of the series.
    #[serde(default)]
    #[schema(required, example = json!([123]))]
    schedule_days_ids: Vec<i64>,
}

/// Change on which days a client comes
///
/// Of days that go, the appointments ahead are deleted; of those that come or stay, appointments are made where the
/// client is not in and a seat is free. What took place stays.
#[utoipa::path(
    patch, path = "/company/{location_id}/schedules/{schedule_id}/client_schedules/{client_schedule_id}",
    operation_id = "update_timetable_client_schedule", tag = "Appointments",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("schedule_id" = i64, Path, description = "The series"),
        ("client_schedule_id" = i64, Path, description = "The client's days")
    ),
    request_body = RegularChangeIn,
    responses((status = 200, description = "The client's days", body = Data<RegularOut>))
)]
pub async fn update_timetable_client_schedule(
    at: At<perm::AppointmentsEdit>,
    Path((_location, series_id, id)): Path<(i64, i64, i64)>,
    input: Lenient<RegularChangeIn>,
) -> Result<Data<RegularOut>> {
    let (mut unit, told) = regulars::change(&at, series_id, id, &input.0.schedule_days_ids).await?;
    let out = RegularOut::of(&at, &mut unit, &told).await?;
    unit.commit(Data::new(out)).await
}

/// Let a client come regularly no more
///
/// The appointments ahead are deleted with it; what took place stays.
#[utoipa::path(
    delete, path = "/company/{location_id}/schedules/{schedule_id}/client_schedules/{client_schedule_id}",
    operation_id = "delete_timetable_client_schedule", tag = "Appointments",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("schedule_id" = i64, Path, description = "The series"),
        ("client_schedule_id" = i64, Path, description = "The client's days")
    ),
    responses((status = 204, description = "Deleted; no body", body = Data<Nothing>))
)]
pub async fn delete_timetable_client_schedule(
    at: At<perm::AppointmentsDelete>,
    Path((_location, series_id, id)): Path<(i64, i64, i64)>,
) -> Result<NoContent> {
    regulars::delete(&at, series_id, id).await
}
