//! Deleting appointments.

use kernel::{Collection, Error, Linked, NoContent, Path, Problems, Query, Result, Strict};
use org::access::perm::Right;
use org::access::{At, perm};
use serde::Deserialize;
use utoipa::ToSchema;

use super::make::AppointmentInclude;
use super::wire::{AppointmentAttributes, AppointmentRelationships, IncludedWithAppointment};
use super::{Items, asked, items};
use crate::appointments::{book, flow};
use crate::calendar::Shown;
use crate::visits;

/// Delete an appointment
///
/// Softly, as version 1 does: in an event, its seats are free again.
#[utoipa::path(
    delete, path = "/locations/{location_id}/appointments/{appointment_id}", operation_id = "delete_appointment",
    tag = "Appointments",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("appointment_id" = i64, Path, description = "The appointment", minimum = 1)
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_one_appointment(
    at: At<perm::AppointmentsDelete>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    let (unit, _) = book::delete(&flow::desk(&at), id).await?;
    unit.commit(NoContent::new()).await
}

/// Which appointment; unknown fields are refused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppointmentToDelete {
    /// The appointment.
    #[serde(rename = "recordId")]
    #[schema(required, nullable = false, minimum = 1, example = 12345)]
    record_id: Option<i64>,
}

/// Delete an appointment from the calendar
///
/// As the other way does, and gives what remains of its visit, as far as the user's calendar shows it: nothing where it
/// was the last one. Needs the right to the calendar beside.
#[utoipa::path(
    post, path = "/locations/{location_id}/timetable/appointments/delete",
    operation_id = "delete_timetable_appointment", tag = "Appointments",
    params(("location_id" = i64, Path, description = "The location"), AppointmentInclude),
    request_body = AppointmentToDelete,
    responses((status = 200, description = "What remains of the visit", body = Collection<Linked<AppointmentAttributes, AppointmentRelationships>, IncludedWithAppointment>))
)]
pub async fn delete_timetable_appointment(
    at: At<perm::AppointmentsDelete>,
    query: Query<AppointmentInclude>,
    input: Strict<AppointmentToDelete>,
) -> Result<Items> {
    let mut problems = Problems::new();
    problems.check(input.0.record_id.is_some(), "recordId", "field-required");
    problems.range(input.0.record_id.unwrap_or(1), 1..=i64::MAX, "recordId");
    problems.done()?;
    let asked = asked(&at, query.0.include)?;
    if !perm::Calendar::allowed(&at.membership) {
        return Err(Error::denied());
    }
    let (mut unit, gone) = book::delete(&flow::desk(&at), input.0.record_id.unwrap_or_default()).await?;
    let shown = Shown::of(&at.membership.grants);
    let rest = match gone.visit_id {
        Some(visit) => visits::flow::appointments(&mut unit, at.location_id, visit, &shown).await?,
        None => Vec::new(),
    };
    let answer = items(&at, &mut unit, &rest, &asked).await?;
    unit.commit(answer).await
}
