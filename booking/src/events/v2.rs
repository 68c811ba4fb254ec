//! Group events, version 2.

use calc::zone::{Zone, local_iso_basic};
use kernel::{
    Collection, Compound, Error, Kind, Linked, NoContent, Pagination, Path, Problems, Query, Result, Strict,
    ToMany, ToOne, includes,
};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::flow::{self, Manner};
use super::rules::Wanted;
use super::store::{self, Event, Filter};
use super::v1::wire::{
    EventDurationOut, EventInstanceOut, EventLabelOut, EventOut, EventServiceOut, EventStaffOut, text_color,
};
use super::view::View;
use crate::calendar::rules::moment;
use crate::series::store::Member;

const MANNER: Manner = Manner { missing: |_| Error::not_found(), busy: Error::conflict };

/// What may be asked for beside an event.
const INCLUDES: &[&str] = &["staff", "service", "resource_instances", "labels", "duration_details", "master"];

/// An instant as a date with its parts.
#[derive(Debug, Serialize, ToSchema)]
pub struct DateParts {
    /// The date and time.
    #[schema(example = "2026-12-31 00:00:00.000000")]
    date: String,
    /// 3: the zone is named.
    #[schema(example = 3)]
    timezone_type: i64,
    /// The zone.
    #[schema(example = "America/New_York")]
    timezone: String,
}

/// What is known of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventAttributes {
    /// Who holds it, by the older name.
    #[schema(example = 1001)]
    master_id: i64,
    /// Who holds it.
    #[schema(example = 1001)]
    staff_id: i64,
    /// What is held.
    #[schema(example = 500)]
    service_id: i64,
    /// When it begins, seconds since 1970.
    #[schema(example = 1_785_607_200)]
    timestamp: i64,
    /// How long it lasts with the break, seconds.
    #[schema(example = 3600)]
    length: i64,
    /// Seats.
    #[schema(example = 8)]
    capacity: i64,
    /// Seats taken.
    #[schema(example = 0)]
    clients_count: i64,
    /// Its colour, `#rrggbb` or empty.
    #[schema(example = "#9c27b0")]
    color: String,
    /// For the clients.
    #[schema(example = "Arrive ten minutes early")]
    instructions: String,
    /// Where it is broadcast, or empty.
    #[schema(example = "")]
    stream_link: String,
    /// Colour of text on its colour, or empty.
    #[schema(example = "#ffffff")]
    font_color: String,
    /// Whether its clients were told of it.
    #[schema(example = false)]
    notified: bool,
    /// For the staff.
    #[schema(example = "Beginner group session")]
    comment: Option<String>,
    /// The series that it is of.
    schedule_id: Option<i64>,
    /// The last day of that series.
    schedule_till: Option<DateParts>,
    /// Whether it was changed by hand and differs from its series.
    schedule_event_modified: Option<bool>,
    /// When it begins, by the location's clock.
    #[schema(example = "2026-08-01T14:00:00-0400")]
    date: String,
}

/// What an event belongs with, as far as asked for.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct EventRelationships {
    /// Who holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    staff: Option<ToOne>,
    /// Who holds it, by the older name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    master: Option<ToOne>,
    /// What is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    service: Option<ToOne>,
    /// What it takes up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    resource_instances: Option<ToMany>,
    /// Its tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    labels: Option<ToMany>,
    /// What its time is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    duration_details: Option<ToOne>,
}

/// What is known of something included: as version 1 shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum IncludedEventAttributes {
    /// A team member.
    Staff(Box<EventStaffOut>),
    /// A service.
    Service(Box<EventServiceOut>),
    /// An instance of a resource.
    Instance(EventInstanceOut),
    /// A tag.
    Label(EventLabelOut),
    /// What an event's time is made of.
    Duration(EventDurationOut),
}

impl IncludedEventAttributes {
    fn relationships(&self) -> Option<IncludedEventRelationships> {
        let none = IncludedEventRelationships::default();
        match self {
            Self::Staff(staff) => {
                let position = Some(ToOne::new("position", staff.position_id()));
                Some(IncludedEventRelationships { position, ..none })
            }
            Self::Service(service) => {
                let category = Some(ToOne::new("service_category", service.category_id()));
                Some(IncludedEventRelationships { category, ..none })
            }
            Self::Instance(_) | Self::Label(_) | Self::Duration(_) => None,
        }
    }
}

/// Something included beside events.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncludedWithEvent {
    /// `staff`, `service`, `resource_instance`, `label` or `duration_details`.
    #[schema(example = "staff")]
    r#type: &'static str,
    /// Its id.
    #[schema(example = "1001")]
    id: String,
    /// What is known of it.
    #[schema(value_type = Object)]
    attributes: IncludedEventAttributes,
    /// What it belongs with: a team member's position, a service's category.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Object)]
    relationships: Option<IncludedEventRelationships>,
}

/// What something included belongs with.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct IncludedEventRelationships {
    /// A team member's position.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<ToOne>,
    /// A service's category.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<ToOne>,
}

/// An event.
pub type EventResource = Linked<EventAttributes, EventRelationships>;

fn resource(event: &Event, view: &View, series: &[Member], asked: &[String]) -> EventResource {
    let wants = |name: &str| asked.iter().any(|asked| asked == name);
    let of = series.iter().find(|member| member.event_id == event.id);
    let attributes = EventAttributes {
        master_id: event.team_member_id,
        staff_id: event.team_member_id,
        service_id: event.service_id,
        timestamp: event.starts_at.div_euclid(1000),
        length: event.length,
        capacity: event.capacity,
        clients_count: event.clients_count,
        font_color: text_color(&event.color),
        color: event.color.clone(),
        instructions: event.instructions.clone(),
        stream_link: event.stream_link.clone(),
        notified: event.is_notified,
        comment: Some(event.comment.clone()).filter(|text| !text.is_empty()),
        schedule_id: of.map(|member| member.series_id),
        schedule_till: of.map(|member| DateParts {
            date: format!("{} 00:00:00.000000", member.date_end),
            timezone_type: 3,
            timezone: view.zone.name().to_owned(),
        }),
        schedule_event_modified: of
            .map(|member| member.is_modified(event, view.instances(event), view.tags(event))),
        date: local_iso_basic(event.starts_at, &view.zone),
    };
    let staff = || ToOne::new("staff", event.team_member_id);
    let relationships = (!asked.is_empty()).then(|| EventRelationships {
        staff: wants("staff").then(staff),
        master: wants("master").then(staff),
        service: wants("service").then(|| ToOne::new("service", event.service_id)),
        resource_instances: wants("resource_instances")
            .then(|| ToMany::new("resource_instance", view.instances(event).iter().map(|i| i.id))),
        labels: wants("labels").then(|| ToMany::new("label", view.tags(event).iter().map(|t| t.id))),
        duration_details: wants("duration_details").then(|| ToOne::new("duration_details", event.id)),
    });
    Linked::new("activity", event.id, attributes, relationships)
}

/// Each thing asked for, once.
fn included(events: &[Event], view: &View, asked: &[String]) -> Option<Vec<IncludedWithEvent>> {
    if asked.is_empty() {
        return None;
    }
    let wants = |name: &str| asked.iter().any(|asked| asked == name);
    let mut seen = std::collections::HashSet::new();
    let mut out = Vec::new();
    let mut add = |kind: &'static str, id: i64, attributes: &dyn Fn() -> Option<IncludedEventAttributes>| {
        if seen.insert((kind, id))
            && let Some(attributes) = attributes()
        {
            let relationships = attributes.relationships();
            out.push(IncludedWithEvent { r#type: kind, id: id.to_string(), attributes, relationships });
        }
    };
    for event in events {
        use IncludedEventAttributes::{Duration, Instance, Label, Service, Staff};
        if wants("staff") || wants("master") {
            let staff = || view.member(event).map(|m| Staff(Box::new(EventStaffOut::of(m, view))));
            add("staff", event.team_member_id, &staff);
        }
        if wants("service") {
            let service = || EventOut::of(event, view, true).into_service().map(|s| Service(Box::new(s)));
            add("service", event.service_id, &service);
        }
        if wants("resource_instances") {
            for instance in view.instances(event) {
                add("resource_instance", instance.id, &|| Some(Instance(instance.into())));
            }
        }
        if wants("labels") {
            for tag in view.tags(event) {
                add("label", tag.id, &|| Some(Label(tag.into())));
            }
        }
        if wants("duration_details") {
            add("duration_details", event.id, &|| Some(Duration(EventDurationOut::of(event))));
        }
    }
    Some(out)
}

/// What to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct GroupEventsFilter {
    // Published flat, as it is written in a query; see the operation.
    #[param(ignore)]
    filter: Narrow,
    /// The page, from 1.
    #[param(example = 1)]
    page: Option<i64>,
    /// Events on it at the most: 1 to 250, which is also what is given without it.
    #[param(example = 250)]
    limit: Option<i64>,
    /// What to add: `staff`, `service`, `resource_instances`, `labels`, `duration_details`, `master`.
    #[param(example = json!(["staff"]))]
    include: Vec<String>,
}

/// `filter[…]` of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Narrow {
    from: Option<String>,
    to: Option<String>,
    master_ids: Option<Vec<i64>>,
    service_ids: Option<Vec<i64>>,
    capacity: Option<i64>,
}

fn narrow(filter: Narrow, zone: &Zone, now: i64) -> Result<Filter> {
    let (Some(from), Some(to)) = (&filter.from, &filter.to) else {
        let mut problems = Problems::new();
        problems.check(filter.from.is_some(), "filter.from", "field-required");
        problems.check(filter.to.is_some(), "filter.to", "field-required");
        return Err(problems.done().err().map_or_else(Error::not_found, |e| e.with_kind(Kind::BadRequest)));
    };
    let mut problems = Problems::new();
    let mut read = |text: &str, field: &str| {
        let at = moment(text, b' ', zone);
        problems.check(at.is_some(), field, "field-moment");
        at.unwrap_or_default()
    };
    let (from, till) = (read(from, "filter.from"), read(to, "filter.to"));
    if problems.is_empty() {
        problems.check(from >= now.div_euclid(1000) * 1000, "filter.from", "field-past");
        problems.check(till > from, "filter.to", "field-before-start");
    }
    for (ids, field) in
        [(&filter.master_ids, "filter.master_ids"), (&filter.service_ids, "filter.service_ids")]
    {
        let fine = ids.as_ref().is_none_or(|ids| !ids.is_empty() && ids.iter().all(|id| *id >= 1));
        problems.check(fine, field, "field-ids");
    }
    if let Some(seats) = filter.capacity {
        problems.range(seats, 0..=i64::from(i32::MAX), "filter.capacity");
    }
    problems.done()?;
    Ok(Filter {
        from: Some(from),
        till: Some(till),
        team: filter.master_ids,
        services: filter.service_ids,
        free_seats: filter.capacity,
        ..Filter::default()
    })
}

fn asked(include: &[String]) -> Result<()> {
    let mut problems = Problems::new();
    includes(include, INCLUDES, &mut problems);
    problems.done()
}

/// List the events to come
#[utoipa::path(
    get, path = "/locations/{location_id}/events", operation_id = "list_events", tag = "Events",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("filter[from]" = String, Query, description = "From this moment on, which is not past, by the location's clock", example = "2026-12-01 09:00:00"),
        ("filter[to]" = String, Query, description = "Before this moment", example = "2026-12-07 21:00:00"),
        ("filter[master_ids][]" = Option<Vec<i64>>, Query, description = "Held by these team members"),
        ("filter[service_ids][]" = Option<Vec<i64>>, Query, description = "Of these services"),
        ("filter[capacity]" = Option<i64>, Query, description = "With at least so many free seats"),
        GroupEventsFilter
    ),
    responses((status = 200, description = "The events, in order of their beginning", body = Collection<Linked<EventAttributes, EventRelationships>, IncludedWithEvent>))
)]
pub async fn list_events(
    at: At<perm::Calendar>,
    query: Query<GroupEventsFilter>,
) -> Result<Collection<EventResource, IncludedWithEvent>> {
    let GroupEventsFilter { filter, page, limit, include } = query.0;
    asked(&include)?;
    let page = Pagination::read(page, limit)?;
    let mut conn = at.conn().await?;
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let filter = narrow(filter, &zone, at.now)?;
    let events = store::list(&mut conn, at.location_id, &filter, page.into()).await?;
    let view = View::of(&at, &mut conn, at.location_id, &events).await?;
    let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
    let series = crate::series::store::of_events(&mut conn, at.location_id, &ids).await?;
    let data = events.iter().map(|event| resource(event, &view, &series, &include)).collect();
    Ok(Collection::new(data, included(&events, &view, &include)))
}

/// What to add.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct EventInclude {
    /// What to add: `staff`, `service`, `resource_instances`, `labels`, `duration_details`, `master`.
    #[param(example = json!(["staff"]))]
    include: Vec<String>,
}

type Item = Compound<EventResource, IncludedWithEvent>;

async fn item(call: &kernel::Call, conn: &mut db::Conn, event: &Event, include: &[String]) -> Result<Item> {
    let location_id = call.location_id;
    let one = std::slice::from_ref(event);
    let view = View::of(call, conn, location_id, one).await?;
    let series = crate::series::store::of_events(conn, location_id, &[event.id]).await?;
    Ok(Compound::new(resource(event, &view, &series, include), included(one, &view, include)))
}

/// Get an event
///
/// Deleted ones too.
#[utoipa::path(
    get, path = "/locations/{location_id}/events/{event_id}", operation_id = "get_event", tag = "Events",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("event_id" = i64, Path, description = "The event"),
        EventInclude
    ),
    responses((status = 200, description = "The event", body = Compound<Linked<EventAttributes, EventRelationships>, IncludedWithEvent>))
)]
pub async fn get_group_event(
    at: At<perm::Calendar>,
    Path((_location, id)): Path<(i64, i64)>,
    query: Query<EventInclude>,
) -> Result<Item> {
    asked(&query.0.include)?;
    let mut conn = at.conn().await?;
    let event = store::by_id(&mut conn, at.location_id, id).await?;
    item(&at, &mut conn, &event, &query.0.include).await
}

/// An event to make or to put in place of another; unknown fields are refused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupEventIn {
    /// Who holds it.
    #[schema(required, nullable = false, minimum = 1, example = 1001)]
    staff_id: Option<i64>,
    /// What is held: a service for groups.
    #[schema(required, nullable = false, minimum = 1, example = 83193)]
    service_id: Option<i64>,
    /// Instances of resources that it takes up; may be empty.
    #[schema(required, nullable = false, example = json!([]))]
    resource_instance_ids: Option<Vec<i64>>,
    /// Its tags; may be empty.
    #[schema(required, nullable = false, example = json!([]))]
    label_ids: Option<Vec<i64>>,
    /// When it begins, by the location's clock.
    #[schema(required, nullable = false, example = "2026-12-01 14:00:00")]
    date: Option<String>,
    /// How long it lasts with the break, seconds: a multiple of 300.
    #[schema(required, nullable = false, minimum = 1, maximum = 86400, example = 3600)]
    length: Option<i64>,
    /// The break within its length, seconds, a multiple of 300; null keeps it, or takes that of the service or the
    /// location.
    #[schema(required, minimum = 0, maximum = 3600, example = 300)]
    technical_break_duration: Option<i64>,
    /// Seats.
    #[schema(required, nullable = false, minimum = 1, example = 8)]
    capacity: Option<i64>,
    /// For the staff.
    #[schema(example = "Beginner group session")]
    comment: Option<String>,
    /// Its colour, `#rrggbb`.
    #[schema(example = "#9c27b0")]
    color: Option<String>,
    /// For the clients.
    #[schema(example = "Arrive ten minutes early")]
    instructions: Option<String>,
    /// Where it is broadcast.
    #[schema(example = "https://example.com/event-stream")]
    stream_link: Option<String>,
    /// Take place even where the team member or a resource is not free.
    #[schema(nullable = false, example = true)]
    force: Option<bool>,
}

impl GroupEventIn {
    /// In full: what is left out is empty.
    fn wanted(self, zone: &Zone) -> (Wanted, Problems) {
        let mut problems = Problems::new();
        let mut starts_at = None;
        if let Some(text) = &self.date {
            let at = moment(text, b' ', zone);
            problems.check(at.is_some(), "date", "field-moment");
            starts_at = Some(at.unwrap_or_default());
        }
        problems.check(self.length.is_some(), "length", "field-required");
        problems.check(self.length.is_none_or(|length| length % 300 == 0), "length", "field-five-minutes");
        problems.check(self.resource_instance_ids.is_some(), "resource_instance_ids", "field-required");
        problems.check(self.label_ids.is_some(), "label_ids", "field-required");
        for (text, field) in [
            (&self.comment, "comment"),
            (&self.instructions, "instructions"),
            (&self.stream_link, "stream_link"),
            (&self.color, "color"),
        ] {
            problems.check(text.as_deref() != Some(""), field, "field-empty");
        }
        let wanted = Wanted {
            team_member_id: self.staff_id,
            service_id: self.service_id,
            starts_at,
            length: self.length,
            technical_break: self.technical_break_duration,
            capacity: self.capacity,
            comment: Some(self.comment.unwrap_or_default()),
            color: Some(self.color.unwrap_or_default()),
            instructions: Some(self.instructions.unwrap_or_default()),
            stream_link: Some(self.stream_link.unwrap_or_default()),
            instances: Some(self.resource_instance_ids.unwrap_or_default()),
            tags: Some(self.label_ids.unwrap_or_default()),
            force: self.force.unwrap_or(false),
        };
        (wanted, problems)
    }
}

async fn save<P>(
    at: &At<P>,
    id: Option<i64>,
    input: GroupEventIn,
    include: &[String],
) -> Result<(kernel::Unit, Item)> {
    asked(include)?;
    let zone = org::locations::store::zone(&mut at.conn().await?, at.location_id).await?;
    let (wanted, problems) = input.wanted(&zone);
    let (mut unit, event) = flow::save(at, id, &wanted, problems, MANNER).await?;
    let item = item(at, &mut unit, &event, include).await?;
    Ok((unit, item))
}

/// Make an event
#[utoipa::path(
    post, path = "/locations/{location_id}/events", operation_id = "create_event", tag = "Events",
    params(("location_id" = i64, Path, description = "The location"), EventInclude),
    request_body = GroupEventIn,
    responses((status = 201, description = "The event", body = Compound<Linked<EventAttributes, EventRelationships>, IncludedWithEvent>))
)]
pub async fn create_group_event(
    at: At<perm::AppointmentsCreate>,
    query: Query<EventInclude>,
    input: Strict<GroupEventIn>,
) -> Result<Item> {
    let (unit, item) = save(&at, None, input.0, &query.0.include).await?;
    unit.commit(item.created()).await
}

/// Put an event in place of what it was
///
/// All of it: what is left out is emptied, but for the break.
#[utoipa::path(
    put, path = "/locations/{location_id}/events/{event_id}", operation_id = "update_event", tag = "Events",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("event_id" = i64, Path, description = "The event"),
        EventInclude
    ),
    request_body = GroupEventIn,
    responses((status = 200, description = "The event after it", body = Compound<Linked<EventAttributes, EventRelationships>, IncludedWithEvent>))
)]
pub async fn update_group_event(
    at: At<perm::AppointmentsEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    query: Query<EventInclude>,
    input: Strict<GroupEventIn>,
) -> Result<Item> {
    let (unit, item) = save(&at, Some(id), input.0, &query.0.include).await?;
    unit.commit(item).await
}

/// Delete an event
///
/// Softly, and with it the appointments in it.
#[utoipa::path(
    delete, path = "/locations/{location_id}/events/{event_id}", operation_id = "delete_event", tag = "Events",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("event_id" = i64, Path, description = "The event")
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_group_event(
    at: At<perm::AppointmentsDelete>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, id, NoContent::new()).await
}
