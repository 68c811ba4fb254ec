//! Ways to have a service, version 2.

use std::collections::HashMap;

use kernel::{Documents, Error, Kind, Money, Paged, Pagination, Path, Problems, Query, Resource, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store::{self, Place};
use crate::composites::store::Part;
use crate::links::store::Link;
use crate::services::store::{Filter, Service};
use crate::{composites, links, services};

/// Letters that a search needs at least.
const TERM: usize = 3;
/// Services asked for by their ids at once, at the most.
const IDS: usize = 1000;

/// A way to have a service.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttendanceServiceAttributes {
    /// The location.
    #[schema(example = 720_441)]
    company_id: i64,
    /// The service.
    #[schema(example = 13_245_586)]
    service_id: i64,
    /// Its category.
    #[schema(example = 5)]
    category_id: i64,
    /// Whether it consists of others.
    is_composite: bool,
    /// The composite service of which it is a part; 0 for none.
    #[schema(example = 0)]
    composite_service_id: i64,
    /// The id of its binding to the location.
    #[schema(example = 8842)]
    salon_service_id: Option<i64>,
    /// Its place among the parts.
    #[schema(example = 1)]
    composite_position: Option<i64>,
    /// Who does it; 0: anybody.
    #[schema(example = 0)]
    staff_id: i64,
    /// Its name.
    #[schema(example = "Haircut")]
    title: String,
    /// How long it takes, seconds, by its older name.
    #[schema(example = 3600, minimum = 0)]
    length: i64,
    /// How long it takes, seconds.
    #[schema(example = 3600, minimum = 0)]
    duration: i64,
    /// The lowest price.
    #[schema(value_type = f64, example = 50)]
    price_min: Money,
    /// The highest price.
    #[schema(value_type = f64, example = 75)]
    price_max: Money,
    /// Break after it, seconds.
    #[schema(example = 0, minimum = 0)]
    technical_break_duration: i64,
}

/// A way to have a service, as a resource.
pub(crate) type Attendance = Resource<AttendanceServiceAttributes>;

fn attributes(place: Place, s: &Service) -> AttendanceServiceAttributes {
    AttendanceServiceAttributes {
        company_id: place.location_id,
        service_id: s.id,
        category_id: s.category_id,
        is_composite: s.is_composite,
        composite_service_id: 0,
        salon_service_id: Some(s.salon_service_id),
        composite_position: None,
        staff_id: 0,
        title: s.title.clone(),
        length: s.duration,
        duration: s.duration,
        price_min: Money(s.price_min),
        price_max: Money(s.price_max),
        technical_break_duration: s.technical_break.unwrap_or(place.technical_break),
    }
}

/// The id of a service that is no part of another: location, service, team member, 0.
pub(crate) fn id_of(location_id: i64, service_id: i64, team_member_id: i64) -> String {
    format!("{location_id}_{service_id}_{team_member_id}_0")
}

/// A service as such, or as one team member does it.
pub(crate) fn of_service(place: Place, service: &Service, link: Option<&Link>) -> Attendance {
    let mut out = attributes(place, service);
    if let Some(link) = link {
        out.staff_id = link.team_member_id;
        // A composite service takes as long as its parts, whoever does it.
        if !service.is_composite {
            (out.length, out.duration) = (link.seance_length, link.seance_length);
        }
        if let (Some(min), Some(max)) = (link.price_min, link.price_max) {
            (out.price_min, out.price_max) = (Money(min), Money(max));
        }
    }
    Resource::new("attendance_service", id_of(place.location_id, service.id, out.staff_id), out)
}

/// A part of a composite service.
fn of_part(place: Place, part: &Part, service: &Service) -> Attendance {
    let staff_id = part.team_member_id.unwrap_or_default();
    let out = AttendanceServiceAttributes {
        composite_service_id: part.composite_service_id,
        composite_position: Some(part.position),
        staff_id,
        length: part.duration,
        duration: part.duration,
        price_min: Money(part.price_min),
        price_max: Money(part.price_max),
        ..attributes(place, service)
    };
    let (composite, position) = (part.composite_service_id, part.position);
    let id = format!("{}_{}_{staff_id}_{composite}_{position}", place.location_id, service.id);
    Resource::new("attendance_service", id, out)
}

/// What to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct AttendanceFilter {
    /// As this team member does them, and only what he does.
    #[param(minimum = 1, example = 1001)]
    staff_id: Option<i64>,
    // Published flat, as it is written in a query; see the operation.
    #[param(ignore)]
    filter: Narrowed,
    /// The page, from 1.
    #[param(minimum = 1, example = 1)]
    page: Option<i64>,
    /// Services on a page, 1 to 250.
    #[param(minimum = 1, maximum = 250, example = 250)]
    limit: Option<i64>,
}

/// `filter[…]` of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Narrowed {
    category_id: Option<i64>,
    service_ids: Option<Vec<i64>>,
    term: Option<String>,
    is_available_for_timetable: Option<bool>,
    is_multi: Option<bool>,
    is_composite: Option<bool>,
}

fn positive(id: Option<i64>, field: &str, problems: &mut Problems) {
    if let Some(id) = id {
        problems.range(id, 1..=i64::MAX, field);
    }
}

/// Ids of `filter[service_ids][]`: one at least.
pub(crate) fn ids(sent: Option<&Vec<i64>>, field: &str, problems: &mut Problems) {
    if let Some(ids) = sent {
        problems.check(!ids.is_empty(), field, "field-empty");
        if ids.len() > IDS {
            problems.add(field, kernel::Message::new("field-too-many").with("limit", IDS));
        } else if ids.iter().any(|id| *id < 1) {
            problems.range(0, 1..=i64::MAX, field);
        }
    }
}

/// What the query asks for; names what it can't.
fn read(query: AttendanceFilter) -> Result<(Filter, Pagination)> {
    let mut problems = Problems::new();
    let AttendanceFilter { staff_id, filter, page, limit } = query;
    positive(staff_id, "staff_id", &mut problems);
    positive(filter.category_id, "filter.category_id", &mut problems);
    ids(filter.service_ids.as_ref(), "filter.service_ids", &mut problems);
    let term = filter.term.map(|term| term.trim().to_owned());
    if let Some(term) = &term {
        let message = kernel::Message::new("field-too-short").with("limit", TERM);
        problems.check(term.chars().count() >= TERM, "filter.term", message);
        problems.length(term, 255, "filter.term");
    }
    let pagination = problems.done_with(Pagination::read(page, limit))?;
    let filter = Filter {
        ids: filter.service_ids,
        category_id: filter.category_id,
        team_member_id: staff_id,
        term,
        is_multi: filter.is_multi,
        is_composite: filter.is_composite,
        is_bookable: filter.is_available_for_timetable,
        limit: Some(pagination.limit()),
        offset: pagination.offset(),
    };
    Ok((filter, pagination))
}

/// List the services that the timetable offers
///
/// The heaviest first. With `staff_id` as that team member does them, with his durations and prices.
/// `filter[is_available_for_timetable]` asks whether somebody may be booked for it at the location.
#[utoipa::path(
    get, path = "/locations/{location_id}/attendance_services", operation_id = "list_attendance_services",
    tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("filter[category_id]" = Option<i64>, Query, description = "A category", minimum = 1),
        ("filter[service_ids][]" = Option<Vec<i64>>, Query, description = "These services"),
        ("filter[term]" = Option<String>, Query, description = "A part of the name, three letters or more"),
        ("filter[is_available_for_timetable]" = Option<i64>, Query, description = "1: whom somebody can be booked for; 0: the others"),
        ("filter[is_multi]" = Option<i64>, Query, description = "1: for groups; 0: the others"),
        ("filter[is_composite]" = Option<i64>, Query, description = "1: those of parts; 0: the others"),
        AttendanceFilter
    ),
    responses(
        (status = 200, description = "The services", body = Paged<Resource<AttendanceServiceAttributes>>)
    )
)]
pub async fn list_attendance_services(
    at: At<perm::Member>,
    query: Query<AttendanceFilter>,
) -> Result<Paged<Attendance>> {
    let (filter, pagination) = read(query.0)?;
    let mut conn = at.conn().await?;
    let found = services::store::list(&mut conn, at.location_id, &filter).await?;
    let links = match filter.team_member_id {
        Some(member) => links::store::of_team_members(&mut conn, at.location_id, &[member]).await?,
        None => Vec::new(),
    };
    let links: HashMap<i64, Link> = links.into_iter().map(|link| (link.service_id, link)).collect();
    let place = store::place(&mut conn, at.location_id).await?;
    let out = found.iter().map(|s| of_service(place, s, links.get(&s.id)));
    Ok(Paged::new(out.collect(), pagination))
}

/// List the parts of a composite service
///
/// In order.
#[utoipa::path(
    get, path = "/locations/{location_id}/composite_services/{composite_service_id}/attendance_services",
    operation_id = "list_composite_service_attendance_services", tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("composite_service_id" = i64, Path, description = "The composite service", minimum = 1)
    ),
    responses((status = 200, description = "The parts", body = Documents<AttendanceServiceAttributes>))
)]
pub async fn list_composite_service_attendance_services(
    at: At<perm::Member>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Documents<AttendanceServiceAttributes>> {
    links::flow::positive(Some(id), "composite_service_id")?;
    let mut conn = at.conn().await?;
    let composite = services::store::find(&mut conn, at.location_id, id).await?;
    composite.filter(|s| s.is_composite).ok_or_else(|| Error::new(Kind::NotFound, "service-not-found"))?;
    let parts = composites::store::parts(&mut conn, at.location_id, &[id]).await?;
    let ids: Vec<i64> = parts.iter().map(|part| part.service_id).collect();
    let there = services::store::by_ids(&mut conn, at.location_id, &ids).await?;
    let place = store::place(&mut conn, at.location_id).await?;
    let service = |part: &Part| there.iter().find(|s| s.id == part.service_id);
    let out = parts.iter().filter_map(|part| Some(of_part(place, part, service(part)?)));
    Ok(Documents::new(out.collect()))
}
