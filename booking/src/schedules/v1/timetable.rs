//! What the appointment calendar shows: days with hours, and a day's sessions.

use calc::availability::{Around, Hours, Wall, Wanted, open};
use calc::intervals::{DAY, Interval, clock, union};
use calc::zone::{instant_of_clock, parse_day};
use jiff::ToSpan;
use kernel::{Data, Error, Path, Query, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Listed;
use crate::calendar::Shown;
use crate::occupancy::store as occupancy;
use crate::schedules::{rules, store};
use org::team::store as team;

/// Whose days.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct DatesFilter {
    /// Of this team member only.
    staff_id: Option<i64>,
}

/// Days looked back and ahead.
const BACK: i64 = 31;
const AHEAD: i64 = 366;

/// List the days with working hours
///
/// From 31 days before the date to 366 days after it.
#[utoipa::path(
    get, path = "/timetable/dates/{location_id}/{date}", operation_id = "get_appointment_calendar_dates",
    tag = "Schedule & Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("date" = String, Path, description = "The day to look from", example = "2026-09-30"),
        DatesFilter
    ),
    responses((status = 200, description = "The days", body = Data<Vec<String>>))
)]
pub async fn get_appointment_calendar_dates(
    at: At<perm::Calendar>,
    Path((_location, date)): Path<(i64, String)>,
    query: Query<DatesFilter>,
) -> Result<Data<Vec<String>>> {
    let day = parse_day(&date).ok_or_else(|| Error::invalid("date", "field-date"))?;
    let mut conn = at.conn().await?;
    let shown = Shown::of(&at.membership.grants);
    let asked = query.0.staff_id.map(|id| vec![id]);
    let team = shown.team(&mut conn, at.location_id, asked.as_deref()).await?;
    if asked.is_some() && team.is_empty() {
        return Err(Error::not_found());
    }
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let first = day.saturating_sub(BACK.days());
    let first = shown.first_day(at.now, &zone).map_or(first, |open| open.max(first));
    let last = day.saturating_add(AHEAD.days());
    Ok(Data::new(store::working_days(&mut conn, at.location_id, Some(&team), first, last).await?))
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionOut {
    /// Its beginning, by the location's clock.
    #[schema(example = "10:00")]
    time: String,
    /// Whether a step can begin then: nothing takes the team member up, and the hours last as long.
    #[schema(example = true)]
    is_free: bool,
}

type ListedSessions = Listed<SessionOut>;

/// List the sessions of a team member's day
///
/// Every step of the team member's calendar within the day's hours.
#[utoipa::path(
    get, path = "/timetable/seances/{location_id}/{team_member_id}/{date}",
    operation_id = "get_appointment_calendar_sessions", tag = "Schedule & Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("team_member_id" = i64, Path, description = "Whose"),
        ("date" = String, Path, description = "The day", example = "2026-09-30")
    ),
    responses((status = 200, description = "The sessions", body = ListedSessions))
)]
pub async fn get_appointment_calendar_sessions(
    at: At<perm::Calendar>,
    Path((_location, id, date)): Path<(i64, i64, String)>,
) -> Result<ListedSessions> {
    let day = parse_day(&date).ok_or_else(|| Error::invalid("date", "field-date"))?;
    let mut conn = at.conn().await?;
    let shown = Shown::of(&at.membership.grants);
    if shown.team(&mut conn, at.location_id, Some(&[id])).await?.is_empty() {
        return Err(Error::not_found());
    }
    let calendars = team::calendars(&mut conn, at.location_id, &[id]).await?;
    let step = calendars.first().map_or(15, |(.., step)| *step) * 60;
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let (before, after) = (day.yesterday().unwrap_or(day), day.tomorrow().unwrap_or(day));
    let days = store::days(&mut conn, at.location_id, Some(&[id]), before, after).await?;
    let hours = |of| days.iter().find(|d| d.day == of).map_or(&[][..], |d| &d.hours[..]);
    let open = open(days.iter().map(|d| Hours { day: d.day, hours: &d.hours }), &zone);
    let instant = |clock: i64| instant_of_clock(day, clock, &zone).unwrap_or_default();
    let span = (instant(0), instant(2 * DAY));
    let taken = occupancy::in_the_way(&mut conn, at.location_id, (&[id], &[]), span, None, at.now).await?;
    let taken = union(&taken.iter().map(|t| Interval::new(t.starts_at, t.ends_at)).collect::<Vec<_>>());
    let wall = Wall::new(day, &zone);
    let around = Around {
        wall: &wall,
        today: hours(day),
        yesterday: hours(before),
        open: &open,
        taken: &taken,
        earliest: i64::MIN,
    };
    let wanted = Wanted { length: step * 1000, needs: Vec::new() };
    let is_shown = shown.first_day(at.now, &zone).is_none_or(|first| first <= day);
    let starts = if is_shown { rules::sessions(hours(day), step) } else { Vec::new() };
    let sessions = starts.into_iter().map(|start| {
        let is_free = around.place(&wanted, instant(start)).is_ok();
        SessionOut { time: clock(start % DAY), is_free }
    });
    Ok(Listed::new(sessions.collect()))
}
