//! A series on the wire of version 1.

use calc::intervals::clock_seconds;
use calc::zone::{Zone, local_iso, local_sql};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::events::store::{Event, EventTag, Instance, MemberTold};
use crate::events::view::View;
use crate::series::rules::{WEEKDAYS, Wanted};
use crate::series::store::{Day, DayInstance, DayTag, Entry, Series};
use crate::series::view::Told;

/// A position.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesPositionOut {
    /// Its id.
    #[schema(example = 301)]
    id: i64,
    /// Its name.
    #[schema(example = "Hairdresser")]
    title: String,
}

/// A team member who holds events.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesMasterOut {
    /// Its id.
    #[schema(example = 1001)]
    id: i64,
    /// The name.
    #[schema(example = "Ann Lee")]
    name: String,
    /// The location.
    #[schema(example = 37532)]
    company_id: i64,
    /// What it does.
    #[schema(example = "Hairdresser")]
    specialization: String,
    /// The address of the small picture.
    #[schema(example = "https://example.com/images/no-master-sm.svg")]
    avatar: String,
    /// The address of the large picture.
    #[schema(example = "https://example.com/images/no-master.svg")]
    avatar_big: String,
    /// The position, if any.
    position: Option<SeriesPositionOut>,
    /// Whether it takes a paid place.
    #[schema(example = true)]
    is_paid_staff: bool,
}

impl SeriesMasterOut {
    fn of(member: &MemberTold, view: &View) -> Self {
        let position = member.position_id.zip(member.position_title.clone());
        Self {
            id: member.id,
            name: member.name.clone(),
            company_id: view.location_id,
            specialization: member.specialization.clone(),
            avatar: view.avatar(member.id, false),
            avatar_big: view.avatar(member.id, true),
            position: position.map(|(id, title)| SeriesPositionOut { id, title }),
            is_paid_staff: member.is_paid_staff,
        }
    }
}

/// A tag.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesLabelOut {
    /// Its id.
    #[schema(example = 123)]
    id: i64,
    /// Its text.
    #[schema(example = "Beginners")]
    title: String,
    /// Its colour.
    #[schema(example = "#ff0000")]
    color: String,
}

impl From<&DayTag> for SeriesLabelOut {
    fn from(tag: &DayTag) -> Self {
        Self { id: tag.id, title: tag.title.clone(), color: tag.color.clone() }
    }
}

impl From<&EventTag> for SeriesLabelOut {
    fn from(tag: &EventTag) -> Self {
        Self { id: tag.id, title: tag.title.clone(), color: tag.color.clone() }
    }
}

/// An instance of a resource.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesInstanceOut {
    /// Its id.
    #[schema(example = 183)]
    id: i64,
    /// Its name.
    #[schema(example = "Massage room #1")]
    title: String,
    /// Its resource.
    #[schema(example = 71)]
    resource_id: i64,
}

impl From<&DayInstance> for SeriesInstanceOut {
    fn from(i: &DayInstance) -> Self {
        Self { id: i.id, title: i.title.clone(), resource_id: i.resource_id }
    }
}

impl From<&Instance> for SeriesInstanceOut {
    fn from(i: &Instance) -> Self {
        Self { id: i.id, title: i.title.clone(), resource_id: i.resource_id }
    }
}

/// A date of a series with its event as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesEventOut {
    /// Its id.
    #[schema(example = 123)]
    id: i64,
    /// When it was made.
    #[schema(example = "2026-01-01T12:12:12-05:00")]
    created_at: String,
    /// When it was changed last.
    #[schema(example = "2026-01-01T12:12:12-05:00")]
    updated_at: String,
    /// When it was deleted; deleted ones are not shown.
    #[schema(example = json!(null))]
    deleted_at: Option<String>,
    /// `stable`; `entity_failed`: no event, something was in its way; `entity_deleted`: the event was deleted by hand;
    /// `event_changed`, `event_changed_force`: the event could not follow a change of the series.
    #[schema(example = "stable")]
    event_status: String,
    /// When it is to begin, as the series has it.
    #[schema(example = "2026-01-24T14:00:00-05:00")]
    event_datetime: String,
    /// `activity`: a group event.
    #[schema(example = "activity")]
    event_entity_type: &'static str,
    /// The event; none where it could not be made.
    #[schema(example = 123)]
    event_entity_id: Option<i64>,
    /// Whether the event was given to another team member by hand.
    #[schema(example = false)]
    is_entity_master_changed: bool,
    /// Whether it was moved by hand.
    #[schema(example = false)]
    is_entity_datetime_changed: bool,
    /// Whether it was made longer or shorter by hand.
    #[schema(example = false)]
    is_entity_duration_changed: bool,
    /// Whether its tags were changed by hand.
    #[schema(example = false)]
    is_entity_labels_changed: bool,
    /// Whether what it takes up was changed by hand.
    #[schema(example = false)]
    is_entity_resource_instances_changed: bool,
    /// Who holds the event; without one, who was to. The same of what follows.
    #[schema(value_type = SeriesMasterOut)]
    entity_master: Option<SeriesMasterOut>,
    /// When it begins, by the location's clock.
    #[schema(example = "2026-01-24 14:00:00")]
    entity_datetime: String,
    /// How long it lasts, seconds without the break; a number.
    #[schema(schema_with = entity_duration)]
    entity_duration: i64,
    /// Its tags.
    entity_labels: Vec<SeriesLabelOut>,
    /// What it takes up.
    entity_resource_instances: Vec<SeriesInstanceOut>,
}

fn entity_duration() -> utoipa::openapi::schema::ObjectBuilder {
    kernel::number_or_text().examples([3600])
}

impl SeriesEventOut {
    fn of((entry, event): (&Entry, Option<&Event>), day: &Day, told: &Told) -> Self {
        let view = &told.view;
        let changed = told.changed(entry, event);
        let given = &entry.given;
        let member = event.map_or(given.team_member_id, |event| event.team_member_id);
        Self {
            id: entry.id,
            created_at: local_iso(entry.created_at, &view.zone),
            updated_at: local_iso(entry.updated_at, &view.zone),
            deleted_at: None,
            event_status: entry.status.clone(),
            event_datetime: local_iso(entry.starts_at, &view.zone),
            event_entity_type: "activity",
            event_entity_id: entry.event_id,
            is_entity_master_changed: changed.team_member,
            is_entity_datetime_changed: changed.start,
            is_entity_duration_changed: changed.duration,
            is_entity_labels_changed: changed.tags,
            is_entity_resource_instances_changed: changed.instances,
            entity_master: view.member_of(member).map(|member| SeriesMasterOut::of(member, view)),
            entity_datetime: local_sql(event.map_or(given.starts_at, |e| e.starts_at), &view.zone),
            entity_duration: event
                .map_or(given.length - day.technical_break, |event| event.length - event.technical_break),
            entity_labels: match event {
                Some(event) => view.tags(event).iter().map(Into::into).collect(),
                None => told.tags(day).filter(|t| given.tags.contains(&t.id)).map(Into::into).collect(),
            },
            entity_resource_instances: match event {
                Some(event) => view.instances(event).iter().map(Into::into).collect(),
                None => {
                    told.instances(day).filter(|i| given.instances.contains(&i.id)).map(Into::into).collect()
                }
            },
        }
    }

    /// Those of a day, in order.
    pub(super) fn all(day: &Day, told: &Told) -> Vec<Self> {
        told.entries(day).map(|entry| Self::of(entry, day, told)).collect()
    }
}

/// What to add to a day.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DayParts {
    pub(super) master: bool,
    pub(super) labels: bool,
    pub(super) instances: bool,
    pub(super) events: bool,
}

impl DayParts {
    /// Those asked for, whose names begin with this.
    pub(super) fn of(include: &[String], prefix: &str) -> Self {
        let has = |name: &str| include.iter().any(|asked| asked.strip_prefix(prefix) == Some(name));
        Self {
            master: has("events_master"),
            labels: has("events_labels"),
            instances: has("events_resource_instances"),
            events: has("events"),
        }
    }
}

/// A day of a series.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesDayOut {
    /// Its id.
    #[schema(example = 123)]
    id: i64,
    /// When it was made.
    #[schema(example = "2026-01-01T12:12:12-05:00")]
    created_at: String,
    /// When it was changed last.
    #[schema(example = "2026-01-01T12:12:12-05:00")]
    updated_at: String,
    /// When it was deleted; deleted ones are not shown.
    #[schema(example = json!(null))]
    deleted_at: Option<String>,
    /// The series.
    #[schema(example = 123)]
    timetable_event_schedule_id: i64,
    /// `mon` to `sun`.
    #[schema(example = "mon")]
    day_of_week: &'static str,
    /// When its events begin, by the location's clock.
    #[schema(example = "14:00:00")]
    events_time: String,
    /// How long they last, seconds without the break.
    #[schema(example = 3600)]
    events_duration: i64,
    /// The break after them, seconds.
    #[schema(example = 0)]
    event_technical_break_duration: i64,
    /// Who holds them, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    events_master: Option<SeriesMasterOut>,
    /// Their tags, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    events_labels: Option<Vec<SeriesLabelOut>>,
    /// What they take up, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    events_resource_instances: Option<Vec<SeriesInstanceOut>>,
    /// Its dates with their events, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    events: Option<Vec<SeriesEventOut>>,
}

impl SeriesDayOut {
    /// With these parts.
    pub(super) fn of(day: &Day, told: &Told, parts: DayParts) -> Self {
        let view = &told.view;
        let weekday = usize::try_from(day.weekday - 1).ok().and_then(|at| WEEKDAYS.get(at));
        let master = || view.member_of(day.team_member_id).map(|member| SeriesMasterOut::of(member, view));
        Self {
            id: day.id,
            created_at: local_iso(day.created_at, &view.zone),
            updated_at: local_iso(day.updated_at, &view.zone),
            deleted_at: None,
            timetable_event_schedule_id: day.series_id,
            day_of_week: weekday.copied().unwrap_or_default(),
            events_time: clock_seconds(day.clock),
            events_duration: day.duration,
            event_technical_break_duration: day.technical_break,
            events_master: if parts.master { master() } else { None },
            events_labels: parts.labels.then(|| told.tags(day).map(Into::into).collect()),
            events_resource_instances: parts.instances.then(|| told.instances(day).map(Into::into).collect()),
            events: parts.events.then(|| SeriesEventOut::all(day, told)),
        }
    }
}

/// A series of events.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesOut {
    /// Its id.
    #[schema(example = 123)]
    id: i64,
    /// When it was made.
    #[schema(example = "2026-01-01T12:12:12-05:00")]
    created_at: String,
    /// When it was changed last.
    #[schema(example = "2026-01-01T12:12:12-05:00")]
    updated_at: String,
    /// When it was deleted; deleted ones are not shown.
    #[schema(example = json!(null))]
    deleted_at: Option<String>,
    /// `activity`: a group event.
    #[schema(example = "activity")]
    original_entity_type: &'static str,
    /// The event after whose pattern it is made.
    #[schema(example = 123)]
    original_entity_id: i64,
    /// The day of that event.
    #[schema(example = "2026-01-01")]
    date_start: String,
    /// Its last day.
    #[schema(example = "2026-02-01")]
    date_end: String,
    /// Its days, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    days: Option<Vec<SeriesDayOut>>,
}

impl SeriesOut {
    /// With these days.
    pub(super) fn of(series: &Series, zone: &Zone, days: Option<Vec<SeriesDayOut>>) -> Self {
        Self {
            id: series.id,
            created_at: local_iso(series.created_at, zone),
            updated_at: local_iso(series.updated_at, zone),
            deleted_at: None,
            original_entity_type: "activity",
            original_entity_id: series.origin_id,
            date_start: series.date_start.clone(),
            date_end: series.date_end.clone(),
            days,
        }
    }
}

/// A day of a series to make.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SeriesDayIn {
    /// `mon`, `tue`, `wed`, `thu`, `fri`, `sat` or `sun`; each once in a series.
    #[schema(required, nullable = false, example = "mon")]
    day_of_week: Option<String>,
    /// Who holds its events.
    #[schema(required, nullable = false, example = 1001)]
    events_master_id: Option<i64>,
    /// When they begin, by the location's clock.
    #[schema(required, nullable = false, example = "14:00:00")]
    events_time: Option<String>,
    /// How long they last, seconds without the break.
    #[schema(required, nullable = false, example = 3600)]
    events_duration: Option<i64>,
    /// Seats.
    #[schema(required, nullable = false, example = 4)]
    events_capacity: Option<i64>,
    /// Their tags.
    #[schema(nullable = false, example = json!([]))]
    labels_ids: Option<Vec<i64>>,
    /// Instances of resources that they take up.
    #[schema(nullable = false, example = json!([]))]
    resource_instances_ids: Option<Vec<i64>>,
}

impl From<SeriesDayIn> for Wanted {
    fn from(day: SeriesDayIn) -> Self {
        Self {
            weekday: day.day_of_week,
            team_member_id: day.events_master_id,
            clock: day.events_time,
            duration: day.events_duration,
            capacity: day.events_capacity,
            tags: day.labels_ids,
            instances: day.resource_instances_ids,
        }
    }
}

/// What to change of a day; the rest stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SeriesDayChangeIn {
    /// Whether what was changed by hand is overridden.
    #[schema(required, nullable = false, example = false)]
    force: Option<bool>,
    /// Who holds its events.
    #[schema(nullable = false, example = 1001)]
    events_master_id: Option<i64>,
    /// When they begin, by the location's clock.
    #[schema(nullable = false, example = "14:00:00")]
    events_time: Option<String>,
    /// How long they last, seconds without the break.
    #[schema(nullable = false, example = 3600)]
    events_duration: Option<i64>,
    /// Seats; as many at least as are taken.
    #[schema(nullable = false, example = 4)]
    events_capacity: Option<i64>,
    /// Their tags.
    #[schema(nullable = false, example = json!([]))]
    labels_ids: Option<Vec<i64>>,
    /// Instances of resources that they take up.
    #[schema(nullable = false, example = json!([]))]
    resource_instances_ids: Option<Vec<i64>>,
}

impl SeriesDayChangeIn {
    /// What is wanted, and whether by force.
    pub(super) fn wanted(self) -> (Wanted, bool) {
        let wanted = Wanted {
            weekday: None,
            team_member_id: self.events_master_id,
            clock: self.events_time,
            duration: self.events_duration,
            capacity: self.events_capacity,
            tags: self.labels_ids,
            instances: self.resource_instances_ids,
        };
        (wanted, self.force.unwrap_or(false))
    }
}
