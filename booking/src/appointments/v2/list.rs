//! Lists of appointments.

use calc::zone::Zone;
use db::Conn;
use kernel::{Collection, Error, Linked, PagedCollection, Pagination, Path, Problems, Query, Result};
use org::access::{At, perm};
use serde::Deserialize;
use utoipa::IntoParams;

use super::include::Asked;
use super::make::AppointmentInclude;
use super::told::Told;
use super::wire::{
    AppointmentAttributes, AppointmentRelationships, AppointmentResource, IncludedWithAppointment,
};
use super::{Items, asked, items};
use crate::appointments::store::Appointment;
use crate::appointments::store::list::{self, Filter};
use crate::appointments::v1::list::narrowed;
use crate::calendar::{Shown, rules::span};
use crate::visits;

/// What to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct AppointmentsQuery {
    // Published flat, as it is written in a query; see the operation.
    #[param(ignore)]
    filter: Narrow,
    /// The page, from 1.
    #[param(minimum = 1, example = 1)]
    page: Option<i64>,
    /// Appointments on it at the most: 1 to 250, which is also what is given without it.
    #[param(minimum = 1, maximum = 250, example = 250)]
    limit: Option<i64>,
}

/// `filter[…]` of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Narrow {
    client_id: Option<i64>,
    activity_id: Option<i64>,
    date_intersect_from: Option<String>,
    date_intersect_to: Option<String>,
}

impl Narrow {
    fn read(self, zone: &Zone, problems: &mut Problems) -> Filter {
        for (id, field) in [(self.client_id, "filter.client_id"), (self.activity_id, "filter.activity_id")] {
            problems.range(id.unwrap_or(1), 1..=i64::MAX, field);
        }
        let sent = (self.date_intersect_from.as_deref(), self.date_intersect_to.as_deref());
        let fields = ("filter.date_intersect_from", "filter.date_intersect_to");
        let meets = match sent {
            (None, None) => None,
            sent => span(sent, fields, zone, problems),
        };
        Filter { client_id: self.client_id, event_id: self.activity_id, meets, ..Filter::default() }
    }
}

/// List the appointments of a location
///
/// In order of their beginning, as far as the user's calendar shows them; deleted ones are left out.
/// `filter[date_intersect_from]` and `filter[date_intersect_to]` come together: what takes place at some moment between
/// them, by the location's clock. Values of custom fields need the right to see them.
#[utoipa::path(
    get, path = "/locations/{location_id}/appointments", operation_id = "list_appointments", tag = "Appointments",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("filter[client_id]" = Option<i64>, Query, description = "Of this client", minimum = 1),
        ("filter[activity_id]" = Option<i64>, Query, description = "In this event", minimum = 1),
        ("filter[date_intersect_from]" = Option<String>, Query, description = "That end after this moment", example = "2026-01-01T00:00:00"),
        ("filter[date_intersect_to]" = Option<String>, Query, description = "That begin before this moment", example = "2026-01-31T23:59:59"),
        AppointmentsQuery, AppointmentInclude
    ),
    responses((status = 200, description = "The appointments", body = PagedCollection<Linked<AppointmentAttributes, AppointmentRelationships>, IncludedWithAppointment>))
)]
pub async fn list_appointments(
    at: At<perm::Calendar>,
    query: Query<AppointmentsQuery>,
    include: Query<AppointmentInclude>,
) -> Result<PagedCollection<AppointmentResource, IncludedWithAppointment>> {
    let AppointmentsQuery { filter, page, limit } = query.0;
    let mut conn = at.conn().await?;
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let mut problems = Problems::new();
    let asked = Asked::read(include.0.include, &mut problems);
    let filter = filter.read(&zone, &mut problems);
    let page = problems.done_with(Pagination::read(page, limit))?;
    let asked = asked.allowed(&at.membership.grants)?;
    let filter = narrowed(&at, &mut conn, filter, &zone).await?;
    let all = list::list(&mut conn, at.location_id, &filter, page.into()).await?;
    let told = Told::read(&at, &mut conn, &all, &asked).await?;
    let data = all.iter().map(|a| told.resource(a)).collect();
    Ok(PagedCollection::new(data, told.included(&all), page))
}

/// Which appointments make up an attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attendance {
    /// Those of the visit that this one is of.
    Of(i64),
    /// Those of this visit.
    Visit(i64),
}

impl Attendance {
    /// Reads `record_12345` and `visit_12345`.
    ///
    /// # Errors
    /// 422 for anything else, 404 for a number that is no id.
    fn read(text: &str) -> Result<Self> {
        let bad = || Error::invalid("attendance_id", "field-attendance");
        let (kind, number) = text.split_once('_').ok_or_else(bad)?;
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(bad());
        }
        let id = number.parse().map_err(|_| Error::not_found());
        match kind {
            "record" => Ok(Self::Of(id?)),
            "visit" => Ok(Self::Visit(id?)),
            _ => Err(bad()),
        }
    }

    /// Its appointments, as far as the calendar shows them.
    async fn appointments(
        self,
        conn: &mut Conn,
        location_id: i64,
        shown: &Shown,
    ) -> Result<Vec<Appointment>> {
        let visit = match self {
            Self::Visit(id) => id,
            Self::Of(id) => {
                let found = list::by_ids(conn, location_id, &[id]).await?;
                let one = found.into_iter().find(|a| !a.is_deleted).ok_or_else(Error::not_found)?;
                let Some(visit) = one.visit_id else {
                    return visits::flow::only_shown(conn, location_id, vec![one], shown).await;
                };
                visit
            }
        };
        let all = visits::flow::appointments(conn, location_id, visit, shown).await?;
        // Whoever does not see the one that he names does not learn of those beside it.
        let named = |a: &Appointment| !matches!(self, Self::Of(id) if id != a.id);
        Ok(if all.iter().any(named) { all } else { Vec::new() })
    }
}

/// List the appointments of one attendance
///
/// `record_…`: those of the visit that this appointment is of, with itself; `visit_…`: those of this visit. As far as the
/// user's calendar shows them, in order of their beginning.
#[utoipa::path(
    get, path = "/locations/{location_id}/attendances/{attendance_id}/appointments",
    operation_id = "list_attendance_appointments", tag = "Appointments",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("attendance_id" = String, Path, description = "`record_` or `visit_` with an id", example = "record_12345"),
        AppointmentInclude
    ),
    responses((status = 200, description = "The appointments", body = Collection<Linked<AppointmentAttributes, AppointmentRelationships>, IncludedWithAppointment>))
)]
pub async fn list_attendance_appointments(
    at: At<perm::Calendar>,
    Path((_location, attendance)): Path<(i64, String)>,
    query: Query<AppointmentInclude>,
) -> Result<Items> {
    let attendance = Attendance::read(&attendance)?;
    let asked = asked(&at, query.0.include)?;
    let mut conn = at.conn().await?;
    let shown = Shown::of(&at.membership.grants);
    let all = attendance.appointments(&mut conn, at.location_id, &shown).await?;
    if all.is_empty() {
        return Err(Error::not_found());
    }
    items(&at, &mut conn, &all, &asked).await
}

#[cfg(test)]
mod tests {
    use super::Attendance;
    use kernel::Kind;

    #[test]
    fn an_attendance_is_named_by_an_appointment_or_a_visit() {
        assert_eq!(Attendance::read("record_12").ok(), Some(Attendance::Of(12)));
        assert_eq!(Attendance::read("visit_7").ok(), Some(Attendance::Visit(7)));
        for bad in
            ["", "12", "record", "record_", "record_x", "record_-1", "record_1_2", "group_1", "RECORD_1"]
        {
            let error = Attendance::read(bad).unwrap_err();
            assert_eq!(error.fields()[0].0, "attendance_id", "{bad}");
        }
        let beyond = Attendance::read("record_99999999999999999999").unwrap_err();
        assert_eq!(beyond.kind(), Kind::NotFound);
    }
}
