//! Appointments made through a partner.

use calc::zone::{Zone, parse_day};
use kernel::{Data, List, Page, Problems, Query, Result};
use org::access::Signed;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::appointments::store::list::{self, OfPartner};
use crate::bookings::v1::wire::BookedOut;

/// Which appointments.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct PartnerFilter {
    /// The page, from 1.
    #[param(nullable = false, example = 1)]
    page: Option<i64>,
    /// Appointments of a page, 100 at the most.
    #[param(nullable = false, example = 50)]
    editable_length: Option<i64>,
    /// At this location.
    #[param(nullable = false)]
    salon_id: Option<i64>,
    /// From this day on.
    #[param(nullable = false, example = "17.01.2025")]
    start_date: Option<String>,
    /// Up to this day, with it.
    #[param(nullable = false, example = "17.01.2025")]
    end_date: Option<String>,
    /// Made from this day on.
    #[param(nullable = false, example = "17.01.2025")]
    created_start_date: Option<String>,
    /// Made up to this day, with it.
    #[param(nullable = false, example = "17.01.2025")]
    created_end_date: Option<String>,
    /// Made by this user.
    #[param(nullable = false)]
    user_id: Option<i64>,
}

/// The first instant of a day (`17.01.2025` or ISO, perhaps in quotes), or of the next, by UTC.
fn edge(text: Option<&str>, next: bool, field: &str, problems: &mut Problems) -> Option<i64> {
    let text = text?.trim().trim_matches(['\'', '"']);
    if text.is_empty() {
        return None;
    }
    let parts: Vec<&str> = text.split('.').collect();
    let day = match parts[..] {
        [day, month, year] => parse_day(&format!("{year}-{month:0>2}-{day:0>2}")),
        _ => parse_day(text),
    };
    problems.check(day.is_some(), field, "field-date");
    let day = if next { day?.tomorrow().ok()? } else { day? };
    calc::zone::instant_of_clock(day, 0, &Zone::utc())
}

/// List appointments made through the partner
///
/// At the locations whose calendar the user sees, the latest first. Days are those of UTC, since locations lie in several
/// zones.
#[utoipa::path(
    get, path = "/records/partner", operation_id = "get_partner_appointment_list", tag = "Appointments",
    params(PartnerFilter),
    responses((status = 200, description = "The appointments", body = Data<Vec<BookedOut>, kernel::Count>))
)]
pub async fn get_partner_appointment_list(
    by: Signed,
    query: Query<PartnerFilter>,
) -> Result<List<BookedOut>> {
    let sent = query.0;
    let mut problems = Problems::new();
    let p = &mut problems;
    let filter = OfPartner {
        partner_id: by.partner_id,
        location_id: sent.salon_id.filter(|id| *id != 0),
        created_user_id: sent.user_id.filter(|id| *id != 0),
        from: edge(sent.start_date.as_deref(), false, "start_date", p),
        till: edge(sent.end_date.as_deref(), true, "end_date", p),
        created_from: edge(sent.created_start_date.as_deref(), false, "created_start_date", p),
        created_till: edge(sent.created_end_date.as_deref(), true, "created_end_date", p),
    };
    problems.done()?;
    let mut conn = by.conn().await?;
    let memberships = org::users::store::memberships_of_user(&mut conn, by.user_id).await?;
    let seen =
        |m: &&org::users::Membership| m.grants.allows("timetable_access") && m.may_enter_from(&by.origin.ip);
    let locations: Vec<i64> = memberships.iter().filter(seen).map(|m| m.location_id).collect();
    let page = Page::of(sent.page, sent.editable_length, 50, 100);
    let ids = list::of_partner(&mut conn, &locations, &filter, page).await?;
    let count = list::count_of_partner(&mut conn, &locations, &filter).await?;
    Ok(List::counted(BookedOut::of_all(&by.app, &mut conn, &ids).await?, count))
}
