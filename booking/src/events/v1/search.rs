//! What the booking page asks of events: search, dates, filters, services.

use std::collections::{BTreeMap, BTreeSet};

use calc::zone::{Zone, date_ymd, instant_of_clock};
use db::Conn;
use jiff::ToSpan;
use kernel::{Count, Data, List, Message, Money, Page, Path, Problems, Query, Result};
use org::access::AnyPartner;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::wire::EventOut;
use crate::events::store::{self, Filter, Together};
use crate::events::view::View;
use crate::schedules::rules;

/// Which events.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct EventsFilter {
    /// The first day.
    #[param(required, nullable = false, example = "2026-10-01")]
    from: Option<String>,
    /// The last day; 400 days at the most.
    #[param(required, nullable = false, example = "2026-10-31")]
    till: Option<String>,
    /// Of these services.
    #[param(example = json!([]))]
    service_ids: Option<Vec<i64>>,
    /// Held by these team members.
    #[param(example = json!([]))]
    staff_ids: Option<Vec<i64>>,
    /// That take up one of these resources.
    #[param(example = json!([]))]
    resource_ids: Option<Vec<i64>>,
}

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct PageFilter {
    /// The page, from 1.
    #[param(example = 1)]
    page: Option<i64>,
    /// Events on a page, 25 if not said, 200 at the most.
    #[param(example = 25)]
    count: Option<i64>,
}

/// Which events, of all days to come.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct AnyDayFilter {
    /// Of these services.
    #[param(example = json!([]))]
    service_ids: Option<Vec<i64>>,
    /// Held by these team members.
    #[param(example = json!([]))]
    staff_ids: Option<Vec<i64>>,
    /// That take up one of these resources.
    #[param(example = json!([]))]
    resource_ids: Option<Vec<i64>>,
}

/// An empty list narrows nothing.
fn some(ids: Option<Vec<i64>>) -> Option<Vec<i64>> {
    ids.filter(|ids| !ids.is_empty())
}

impl EventsFilter {
    fn read(self, zone: &Zone) -> Result<Filter> {
        let mut problems = Problems::new();
        let first = rules::day(self.from.as_deref(), "from", &mut problems);
        let last = rules::day(self.till.as_deref(), "till", &mut problems);
        if let (Some(first), Some(last)) = (first, last) {
            rules::range(first, last, "till", &mut problems);
        }
        problems.done()?;
        let instant = |day: Option<jiff::civil::Date>| day.and_then(|day| instant_of_clock(day, 0, zone));
        Ok(Filter {
            from: instant(first),
            till: instant(last.and_then(|day| day.checked_add(1.day()).ok())),
            services: some(self.service_ids),
            team: some(self.staff_ids),
            resources: some(self.resource_ids),
            ..Filter::default()
        })
    }
}

impl AnyDayFilter {
    fn read(self) -> Filter {
        Filter {
            services: some(self.service_ids),
            team: some(self.staff_ids),
            resources: some(self.resource_ids),
            ..Filter::default()
        }
    }
}

/// Search events
///
/// In order of their beginning; `meta.count` is how many there are in all.
#[utoipa::path(
    get, path = "/activity/{location_id}/search", operation_id = "search_events", tag = "Events",
    params(("location_id" = i64, Path, description = "The location"), EventsFilter, PageFilter),
    responses((status = 200, description = "The events", body = Data<Vec<EventOut>, Count>))
)]
pub async fn search_events(
    by: AnyPartner,
    Path(location_id): Path<i64>,
    filter: Query<EventsFilter>,
    page: Query<PageFilter>,
) -> Result<List<EventOut>> {
    let inside = by.manages(location_id).await?;
    let mut conn = by.conn().await?;
    let zone = org::locations::store::zone(&mut conn, location_id).await?;
    let filter = filter.0.read(&zone)?;
    let page = Page::of(page.0.page, page.0.count, 25, 200);
    let count = store::count(&mut conn, location_id, &filter).await?;
    let events = store::list(&mut conn, location_id, &filter, page).await?;
    let view = View::of(&by, &mut conn, location_id, &events).await?;
    Ok(List::counted(events.iter().map(|event| EventOut::of(event, &view, inside)).collect(), count))
}

/// List the days that have events
#[utoipa::path(
    get, path = "/activity/{location_id}/search_dates", operation_id = "search_event_dates", tag = "Events",
    params(("location_id" = i64, Path, description = "The location"), EventsFilter),
    responses((status = 200, description = "The days", body = Data<Vec<String>>))
)]
pub async fn search_event_dates(
    by: AnyPartner,
    Path(location_id): Path<i64>,
    filter: Query<EventsFilter>,
) -> Result<Data<Vec<String>>> {
    let mut conn = by.conn().await?;
    let zone = org::locations::store::zone(&mut conn, location_id).await?;
    let starts = store::starts(&mut conn, location_id, &filter.0.read(&zone)?).await?;
    let days: BTreeSet<String> = starts.into_iter().map(|at| date_ymd(at, &zone)).collect();
    Ok(Data::new(days.into_iter().collect()))
}

/// The first and the last day with an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventDatesOut {
    /// The first; null without events.
    #[schema(example = "2026-06-01")]
    min_date: Option<String>,
    /// The last; null without events.
    #[schema(example = "2026-07-15")]
    max_date: Option<String>,
}

/// Get the first and the last day with an event
#[utoipa::path(
    get, path = "/activity/{location_id}/search_dates_range", operation_id = "get_event_date_range",
    tag = "Events",
    params(("location_id" = i64, Path, description = "The location"), AnyDayFilter),
    responses((status = 200, description = "The days", body = Data<EventDatesOut>))
)]
pub async fn get_event_date_range(
    by: AnyPartner,
    Path(location_id): Path<i64>,
    filter: Query<AnyDayFilter>,
) -> Result<Data<EventDatesOut>> {
    let mut conn = by.conn().await?;
    let zone = org::locations::store::zone(&mut conn, location_id).await?;
    let (first, last) = store::span(&mut conn, location_id, &filter.0.read()).await?;
    let day = |at: Option<i64>| at.map(|at| date_ymd(at, &zone));
    Ok(Data::new(EventDatesOut { min_date: day(first), max_date: day(last) }))
}

/// Something to narrow a search by.
#[derive(Debug, Serialize, ToSchema)]
pub struct FilterChoiceOut {
    /// Its id.
    #[schema(example = 1)]
    id: i64,
    /// Its name.
    #[schema(example = "Ann Lee")]
    title: String,
    /// Whether no event would be left with it, under what is narrowed already.
    #[schema(example = false)]
    is_disabled: bool,
}

/// A way to narrow a search.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventFilterOut {
    /// `staff`, `service`, `resource` or `service_category`.
    #[schema(example = "staff")]
    code: &'static str,
    /// Its name.
    #[schema(example = "Team member")]
    title: String,
    /// What there is to choose from.
    data: Vec<FilterChoiceOut>,
}

/// Get what events can be narrowed by
///
/// What occurs in the events to come. Of each, whether it still leaves any under what the query has narrowed.
#[utoipa::path(
    get, path = "/activity/{location_id}/filters", operation_id = "get_event_search_filters", tag = "Events",
    params(("location_id" = i64, Path, description = "The location"), AnyDayFilter),
    responses((status = 200, description = "Four filters", body = Data<Vec<EventFilterOut>, Count>))
)]
pub async fn get_event_search_filters(
    by: AnyPartner,
    Path(location_id): Path<i64>,
    filter: Query<AnyDayFilter>,
) -> Result<List<EventFilterOut>> {
    let mut conn = by.conn().await?;
    org::locations::store::zone(&mut conn, location_id).await?;
    let to_come = Filter { from: Some(by.now), ..Filter::default() };
    let ways = store::together(&mut conn, location_id, &to_come).await?;
    let names = Names::read(&mut conn, location_id, &ways).await?;
    let chosen = filter.0.read();
    let filters: Vec<EventFilterOut> =
        KINDS.iter().map(|kind| kind.filter(&ways, &chosen, &names, &by)).collect();
    Ok(List::counted(filters, 4))
}

/// What a filter narrows by.
struct KindOf {
    code: &'static str,
    title: &'static str,
    id: fn(&Together) -> Option<i64>,
    names: fn(&Names) -> &BTreeMap<i64, String>,
}

const KINDS: [KindOf; 4] = [
    KindOf { code: "staff", title: "filter-staff", id: |w| Some(w.team_member_id), names: |n| &n.team },
    KindOf { code: "service", title: "filter-service", id: |w| Some(w.service_id), names: |n| &n.services },
    KindOf { code: "resource", title: "filter-resource", id: |w| w.resource_id, names: |n| &n.resources },
    KindOf {
        code: "service_category",
        title: "filter-service-category",
        id: |w| Some(w.category_id),
        names: |n| &n.categories,
    },
];

impl KindOf {
    fn filter(&self, ways: &[Together], chosen: &Filter, names: &Names, by: &AnyPartner) -> EventFilterOut {
        let has = |ids: &Option<Vec<i64>>, id: Option<i64>| {
            ids.as_ref().is_none_or(|ids| id.is_some_and(|id| ids.contains(&id)))
        };
        // Narrowed by all but itself: within a filter several may be chosen.
        let open = |way: &&Together| {
            (self.code == "staff" || has(&chosen.team, Some(way.team_member_id)))
                && (self.code == "service" || has(&chosen.services, Some(way.service_id)))
                && (self.code == "resource" || has(&chosen.resources, way.resource_id))
        };
        let there: BTreeSet<i64> = ways.iter().filter_map(self.id).collect();
        let left: BTreeSet<i64> = ways.iter().filter(open).filter_map(self.id).collect();
        let title = |id: &i64| (self.names)(names).get(id).cloned();
        let data = there.iter().filter_map(|id| {
            Some(FilterChoiceOut { id: *id, title: title(id)?, is_disabled: !left.contains(id) })
        });
        EventFilterOut {
            code: self.code,
            title: Message::new(self.title).text(&by.language),
            data: data.collect(),
        }
    }
}

/// What the choices are called.
struct Names {
    team: BTreeMap<i64, String>,
    services: BTreeMap<i64, String>,
    resources: BTreeMap<i64, String>,
    categories: BTreeMap<i64, String>,
}

impl Names {
    async fn read(conn: &mut Conn, location_id: i64, ways: &[Together]) -> Result<Self> {
        let ids = |of: fn(&Together) -> Option<i64>| {
            let ids: BTreeSet<i64> = ways.iter().filter_map(of).collect();
            ids.into_iter().collect::<Vec<i64>>()
        };
        let team = store::team(conn, location_id, Some(&ids(|w| Some(w.team_member_id)))).await?;
        let services = store::services(conn, location_id, &ids(|w| Some(w.service_id))).await?;
        let resources = store::resources(conn, location_id, &ids(|w| w.resource_id)).await?;
        Ok(Self {
            team: team.into_iter().map(|m| (m.id, m.name)).collect(),
            categories: services.iter().map(|s| (s.category_id, s.category_title.clone())).collect(),
            services: services.into_iter().map(|s| (s.id, s.title)).collect(),
            resources: resources.into_iter().collect(),
        })
    }
}

/// Which services.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct GroupServicesFilter {
    /// Those that this team member holds.
    staff_id: Option<i64>,
    /// Part of their name.
    term: Option<String>,
}

/// The category of a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupCategoryOut {
    /// Its id.
    #[schema(example = 1_285_356)]
    id: i64,
    /// Its name.
    #[schema(example = "Group services")]
    title: String,
}

/// Who holds a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupStaffOut {
    /// The id.
    #[schema(example = 37695)]
    id: i64,
    /// The name.
    #[schema(example = "John Doe")]
    name: String,
    /// How long it takes, seconds.
    #[schema(example = 7200)]
    length: i64,
}

/// What a service needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupResourceOut {
    /// Its id.
    #[schema(example = 464)]
    id: i64,
    /// Its name.
    #[schema(example = "Massage room")]
    title: String,
    /// The location.
    #[schema(example = 4564)]
    salon_id: i64,
}

/// A service for groups.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupServiceOut {
    /// Its id.
    #[schema(example = 1_209_148)]
    id: i64,
    /// Its name.
    #[schema(example = "Fitness test")]
    title: String,
    /// Clients at once.
    #[schema(example = 5)]
    capacity: i64,
    /// From.
    #[schema(value_type = f64, example = 2)]
    price_min: Money,
    /// To.
    #[schema(value_type = f64, example = 3)]
    price_max: Money,
    /// Whether it is for groups; it is.
    #[schema(example = true)]
    is_multi: bool,
    /// Its category.
    category: GroupCategoryOut,
    /// Who holds it.
    staff: Vec<GroupStaffOut>,
    /// What it needs.
    resources: Vec<GroupResourceOut>,
}

/// List the services for groups
#[utoipa::path(
    get, path = "/activity/{location_id}/services", operation_id = "search_event_services", tag = "Events",
    params(("location_id" = i64, Path, description = "The location"), GroupServicesFilter),
    responses((status = 200, description = "The services, 1000 at the most", body = Data<Vec<GroupServiceOut>, Count>))
)]
pub async fn search_event_services(
    by: AnyPartner,
    Path(location_id): Path<i64>,
    filter: Query<GroupServicesFilter>,
) -> Result<List<GroupServiceOut>> {
    let mut conn = by.conn().await?;
    org::locations::store::zone(&mut conn, location_id).await?;
    let GroupServicesFilter { staff_id, term } = filter.0;
    let services = store::for_groups(&mut conn, location_id, staff_id, term.as_deref()).await?;
    let ids: Vec<i64> = services.iter().map(|s| s.id).collect();
    let staff = store::holders(&mut conn, location_id, &ids).await?;
    let needs = store::needs(&mut conn, location_id, &ids).await?;
    let out: Vec<GroupServiceOut> = services
        .into_iter()
        .map(|s| GroupServiceOut {
            id: s.id,
            title: s.title,
            capacity: s.capacity,
            price_min: Money(s.price_min),
            price_max: Money(s.price_max),
            is_multi: true,
            category: GroupCategoryOut { id: s.category_id, title: s.category_title },
            staff: staff
                .iter()
                .filter(|(service, ..)| *service == s.id)
                .map(|(_, id, name, length)| GroupStaffOut { id: *id, name: name.clone(), length: *length })
                .collect(),
            resources: needs
                .iter()
                .filter(|(service, ..)| *service == s.id)
                .map(|(_, id, title)| GroupResourceOut {
                    id: *id,
                    title: title.clone(),
                    salon_id: location_id,
                })
                .collect(),
        })
        .collect();
    let count = i64::try_from(out.len()).unwrap_or(i64::MAX);
    Ok(List::counted(out, count))
}
