//! Lists of appointments.

use calc::zone::{Zone, instant_of_clock, parse_day, parse_instant};
use kernel::{Data, Page, Problems, Query, Result};
use org::access::{At, perm};
use serde::Deserialize;
use utoipa::IntoParams;

use super::one::AppointmentsMeta;
use super::wire::AppointmentOut;
use crate::appointments::known::Known;
use crate::appointments::store::list::{self, Filter};
use crate::appointments::view::{Seen, View};
use crate::calendar::Shown;

/// Appointments of a page where nothing is said, and at the most.
const PAGE: (i64, i64) = (50, 300);

/// Which appointments.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct AppointmentsFilter {
    /// The page, from 1.
    #[param(nullable = false, example = 1)]
    page: Option<i64>,
    /// Appointments of a page.
    #[param(nullable = false, example = 50)]
    count: Option<i64>,
    /// With this team member, also as `staff_id`.
    #[param(nullable = false)]
    team_member_id: Option<i64>,
    /// Of this client.
    #[param(nullable = false)]
    client_id: Option<i64>,
    /// Made by this user.
    #[param(nullable = false)]
    created_user_id: Option<i64>,
    /// From this day on.
    #[param(nullable = false, example = "2026-01-21")]
    start_date: Option<String>,
    /// Up to this day, with it.
    #[param(nullable = false, example = "2026-01-21")]
    end_date: Option<String>,
    /// Made from this day on.
    #[param(nullable = false, example = "2026-01-21")]
    c_start_date: Option<String>,
    /// Made up to this day, with it.
    #[param(nullable = false, example = "2026-01-21")]
    c_end_date: Option<String>,
    /// Made or changed from then on.
    #[param(nullable = false, example = "2026-01-21T23:00:00")]
    changed_after: Option<String>,
    /// Made or changed up to then.
    #[param(nullable = false, example = "2026-01-21T23:00:00")]
    changed_before: Option<String>,
    /// 1 to fill `consumables`.
    #[param(nullable = false)]
    include_consumables: Option<i64>,
    /// 1 to fill `finance_transactions`.
    #[param(nullable = false)]
    include_finance_transactions: Option<i64>,
    /// Deleted ones too.
    #[param(nullable = false)]
    with_deleted: Option<bool>,
}

/// The first instant of a day, or of the next; names a day that is none.
pub(crate) fn edge(
    text: Option<&str>,
    next: bool,
    field: &str,
    zone: &Zone,
    problems: &mut Problems,
) -> Option<i64> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    let day = parse_day(text.trim());
    problems.check(day.is_some(), field, "field-date");
    let day = if next { day?.tomorrow().ok()? } else { day? };
    instant_of_clock(day, 0, zone)
}

fn moment(text: Option<&str>, field: &str, zone: &Zone, problems: &mut Problems) -> Option<i64> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    let at = parse_instant(text.trim(), zone);
    problems.check(at.is_some(), field, "field-date");
    at
}

impl AppointmentsFilter {
    fn read(&self, zone: &Zone) -> Result<Filter> {
        let mut problems = Problems::new();
        let p = &mut problems;
        let filter = Filter {
            team: self.team_member_id.filter(|id| *id != 0).map(|id| vec![id]),
            client_id: self.client_id.filter(|id| *id != 0),
            created_user_id: self.created_user_id.filter(|id| *id != 0),
            from: edge(self.start_date.as_deref(), false, "start_date", zone, p),
            till: edge(self.end_date.as_deref(), true, "end_date", zone, p),
            created_from: edge(self.c_start_date.as_deref(), false, "c_start_date", zone, p),
            created_till: edge(self.c_end_date.as_deref(), true, "c_end_date", zone, p),
            changed_from: moment(self.changed_after.as_deref(), "changed_after", zone, p),
            changed_till: moment(self.changed_before.as_deref(), "changed_before", zone, p),
            with_deleted: self.with_deleted.unwrap_or(false),
            ..Filter::default()
        };
        problems.done()?;
        Ok(filter)
    }
}

/// Narrows a filter to what the user's calendar shows.
pub(crate) async fn narrowed<P>(
    at: &At<P>,
    conn: &mut db::Conn,
    mut filter: Filter,
    zone: &Zone,
) -> Result<Filter> {
    let shown = Shown::of(&at.membership.grants);
    if !shown.is_all() {
        filter.team = Some(shown.team(conn, at.location_id, filter.team.as_deref()).await?);
    }
    if let Some(first) = shown.first_day(at.now, zone) {
        let open = instant_of_clock(first, 0, zone);
        filter.from = filter.from.max(open);
    }
    Ok(filter)
}

/// List appointments
///
/// In order of their beginning.
#[utoipa::path(
    get, path = "/records/{location_id}", operation_id = "get_appointment_list", tag = "Appointments",
    params(("location_id" = i64, Path, description = "The location"), AppointmentsFilter),
    responses((status = 200, description = "The appointments", body = Data<Vec<AppointmentOut>, AppointmentsMeta>))
)]
pub async fn get_appointment_list(
    at: At<perm::Calendar>,
    query: Query<AppointmentsFilter>,
) -> Result<Data<Vec<AppointmentOut>, AppointmentsMeta>> {
    let mut conn = at.conn().await?;
    // What the appointments are shown with in the end.
    let known = Known::of(&at.app, &mut conn, at.location_id, &[], false).await?;
    let zone = &known.zone;
    let filter = narrowed(&at, &mut conn, query.0.read(zone)?, zone).await?;
    let page = Page::of(query.0.page, query.0.count, PAGE.0, PAGE.1);
    let total_count = list::count(&mut conn, at.location_id, &filter).await?;
    let rows = list::list(&mut conn, at.location_id, &filter, page).await?;
    let view = View::of(&at.app, &mut conn, at.location_id, &rows, Seen::of(&at.membership)).await?;
    let out = rows.iter().map(|row| AppointmentOut::of(row, &view)).collect();
    let meta = AppointmentsMeta { page: page.offset / page.limit + 1, total_count };
    Ok(Data::with_meta(out, meta))
}
