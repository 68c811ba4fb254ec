//! Free dates and times.

use std::collections::{BTreeMap, BTreeSet};

use calc::zone::local_iso;
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Data, Error, Path, Query, Result};
use org::access::AnyPartner;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, ToSchema};

use super::{DAYS, day, look, today};
use crate::slots::Look;

/// Which dates.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct BookDatesFilter {
    /// On which these services can be booked.
    #[param(example = json!([331]))]
    service_ids: Vec<i64>,
    /// With this team member; 0 for anybody.
    #[param(nullable = false, example = 0)]
    staff_id: Option<i64>,
    /// Any day of the month wanted.
    #[param(nullable = false, example = "2026-12-01")]
    date: Option<String>,
    /// From this day, together with `date_to`; they count before `date`.
    #[param(nullable = false, example = "2026-12-01")]
    date_from: Option<String>,
    /// Up to this day, with it.
    #[param(nullable = false, example = "2026-12-31")]
    date_to: Option<String>,
}

/// Days by the number of their month; an empty list for none.
#[derive(Clone, Debug, Default)]
pub struct MonthsOut(BTreeMap<i8, Vec<i8>>);

impl MonthsOut {
    fn of(days: &[Date]) -> Self {
        let mut out: BTreeMap<i8, Vec<i8>> = BTreeMap::new();
        for day in days {
            out.entry(day.month()).or_default().push(day.day());
        }
        Self(out)
    }
}

impl Serialize for MonthsOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        if self.0.is_empty() { [(); 0].serialize(serializer) } else { self.0.serialize(serializer) }
    }
}

fn months() -> RefOr<Schema> {
    let days = ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::Integer));
    OneOfBuilder::new()
        .item(ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(days)))
        .item(ArrayBuilder::new().items(ObjectBuilder::new()).max_items(Some(0)))
        .description(Some("Days by the number of their month; an empty list for none."))
        .into()
}

/// Dates.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookDatesOut {
    /// Dates on which something is free.
    #[schema(schema_with = months)]
    booking_days: MonthsOut,
    /// The same as dates.
    #[schema(example = json!(["2026-12-06"]))]
    booking_dates: Vec<String>,
    /// Dates with working hours.
    #[schema(schema_with = months)]
    working_days: MonthsOut,
    /// The same as dates.
    #[schema(example = json!(["2026-12-04", "2026-12-06"]))]
    working_dates: Vec<String>,
}

impl BookDatesFilter {
    /// The first and the last day asked for, both within what is looked at at all.
    fn range(&self, today: Date) -> Result<(Date, Date)> {
        let (from, to) =
            (day(self.date_from.as_deref(), "date_from")?, day(self.date_to.as_deref(), "date_to")?);
        let (first, last) = match (from, to, day(self.date.as_deref(), "date")?) {
            (Some(from), Some(to), _) => (from, to),
            (_, _, Some(day)) => (day.first_of_month(), day.last_of_month()),
            (Some(from), None, None) => (from, from.saturating_add(DAYS.days())),
            _ => (today, today.saturating_add(DAYS.days())),
        };
        if last < first {
            return Err(Error::invalid("date_to", "field-before-start"));
        }
        Ok((first, last.min(first.saturating_add(DAYS.days()))))
    }
}

/// List the dates that can be booked
#[utoipa::path(
    get, path = "/book_dates/{location_id}", operation_id = "get_dates_available_for_booking", tag = "Online Booking",
    params(("location_id" = i64, Path, description = "The location"), BookDatesFilter),
    responses((status = 200, description = "The dates", body = Data<BookDatesOut>))
)]
pub async fn get_dates_available_for_booking(
    by: AnyPartner,
    Path(location_id): Path<i64>,
    query: Query<BookDatesFilter>,
) -> Result<Data<BookDatesOut>> {
    let filter = query.0;
    let (first, last) = filter.range(today(&by, location_id).await?)?;
    let days = i64::from(first.until(last).map_or(0, |span| span.get_days())) + 1;
    let look = look(&by, location_id, filter.staff_id, &filter.service_ids, first, days).await?;
    let all: Vec<Date> = first.series(1.day()).take_while(|day| *day <= last).collect();
    let of = |fits: &dyn Fn(&Look, i64, Date) -> bool| -> Vec<Date> {
        all.iter().copied().filter(|day| look.workers().any(|member| fits(&look, member.id, *day))).collect()
    };
    let working = of(&|look, member, day| day >= look.today && look.works(member, day));
    let free = of(&Look::has_slot);
    let text = |days: &[Date]| days.iter().map(ToString::to_string).collect();
    Ok(Data::new(BookDatesOut {
        booking_days: MonthsOut::of(&free),
        booking_dates: text(&free),
        working_days: MonthsOut::of(&working),
        working_dates: text(&working),
    }))
}

/// A free time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookTimeOut {
    /// By the location's clock.
    #[schema(example = "12:00")]
    pub(crate) time: String,
    /// How long the first service takes, seconds.
    #[schema(example = 3600)]
    seance_length: i64,
    /// How long all services take, seconds.
    #[schema(example = 3600)]
    sum_length: i64,
    /// The same as a moment, to be sent when booking.
    #[schema(example = "2026-09-21T12:00:00-05:00")]
    datetime: String,
}

/// A team member's free times of a day; anybody's for none.
pub(crate) fn times(look: &Look, member: Option<i64>, day: Date) -> Vec<BookTimeOut> {
    let of: BTreeMap<i64, i64> = match member {
        Some(id) => look.slots(id, day).into_iter().map(|at| (at, id)).collect(),
        None => look.slots_of_any(day),
    };
    let time = |(at, id): (i64, i64)| {
        let seconds = look.job_of(id).map_or(0, |job| job.seconds);
        let datetime = local_iso(at, look.zone());
        // The clock's part of it: asking the zone again would take longer.
        let time = datetime.get(11..16).unwrap_or_default().to_owned();
        BookTimeOut { time, seance_length: seconds, sum_length: seconds, datetime }
    };
    of.into_iter().map(time).collect()
}

/// For which services.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct BookTimesFilter {
    /// These services, in a row.
    #[param(example = json!([331]))]
    service_ids: Vec<i64>,
}

/// List the free times of a day
///
/// Of a team member, or of anybody for 0.
#[utoipa::path(
    get, path = "/book_times/{location_id}/{team_member_id}/{date}", operation_id = "get_time_slots_for_booking",
    tag = "Online Booking",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("team_member_id" = i64, Path, description = "The team member, 0 for anybody"),
        ("date" = String, Path, description = "The day", example = "2026-09-30"),
        BookTimesFilter
    ),
    responses((status = 200, description = "The times", body = Data<Vec<BookTimeOut>>))
)]
pub async fn get_time_slots_for_booking(
    by: AnyPartner,
    Path((location_id, member, date)): Path<(i64, i64, String)>,
    query: Query<BookTimesFilter>,
) -> Result<Data<Vec<BookTimeOut>>> {
    let date = day(Some(&date), "date")?.ok_or_else(|| Error::invalid("date", "field-date"))?;
    let look = look(&by, location_id, Some(member), &query.0.service_ids, date, 1).await?;
    Ok(Data::new(times(&look, Some(member).filter(|id| *id != 0), date)))
}

/// For which services, from which day on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct NearestFilter {
    /// These services, in a row.
    #[param(example = json!([331]))]
    service_ids: Vec<i64>,
    /// The day to look from.
    #[param(nullable = false, example = "2026-09-21T18:30")]
    datetime: Option<String>,
}

/// A day's free times.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearestOut {
    /// The day; empty when none is free.
    #[schema(example = "2026-09-21")]
    seance_date: String,
    /// Its times.
    seances: Vec<BookTimeOut>,
}

/// List a team member's nearest free times
///
/// Those of the first day, from the one asked for on, on which there are any.
#[utoipa::path(
    get, path = "/book_staff_seances/{location_id}/{team_member_id}", operation_id = "get_nearest_time_slots",
    tag = "Online Booking",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("team_member_id" = i64, Path, description = "The team member, 0 for anybody"),
        NearestFilter
    ),
    responses((status = 200, description = "The times", body = Data<NearestOut>))
)]
pub async fn get_nearest_time_slots(
    by: AnyPartner,
    Path((location_id, member)): Path<(i64, i64)>,
    query: Query<NearestFilter>,
) -> Result<Data<NearestOut>> {
    let today = today(&by, location_id).await?;
    let first = day(query.0.datetime.as_deref(), "datetime")?.unwrap_or(today);
    let look = look(&by, location_id, Some(member), &query.0.service_ids, first, DAYS).await?;
    let member = Some(member).filter(|id| *id != 0);
    let who: BTreeSet<i64> =
        look.workers().map(|m| m.id).filter(|id| member.is_none_or(|m| m == *id)).collect();
    let nearest = look.nearest(&who, first, DAYS);
    Ok(Data::new(NearestOut {
        seance_date: nearest.map(|day| day.to_string()).unwrap_or_default(),
        seances: nearest.map(|day| times(&look, member, day)).unwrap_or_default(),
    }))
}
