//! One event: read, make, change, delete.

use calc::zone::{Zone, parse_instant};
use kernel::{Accepted, Data, Error, Lenient, Path, Problems, Result};
use org::access::{AnyPartner, At, perm};
use serde::Deserialize;
use utoipa::ToSchema;

use super::wire::EventOut;
use crate::events::flow::{self, Manner};
use crate::events::rules::Wanted;
use crate::events::store;
use crate::events::view::View;

/// How version 1 refuses: it names the field.
pub(super) const MANNER: Manner = Manner {
    missing: |field| Error::invalid(field, "field-not-found"),
    busy: |when| Error::invalid("date", when),
};

/// Get an event
///
/// Deleted ones too.
#[utoipa::path(
    get, path = "/activity/{location_id}/{event_id}", operation_id = "get_event", tag = "Events",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("event_id" = i64, Path, description = "The event")
    ),
    responses((status = 200, description = "The event", body = Data<EventOut>))
)]
pub async fn get_event(by: AnyPartner, Path((location_id, id)): Path<(i64, i64)>) -> Result<Data<EventOut>> {
    let inside = by.manages(location_id).await?;
    let mut conn = by.conn().await?;
    let event = store::by_id(&mut conn, location_id, id).await?;
    let view = View::of(&by, &mut conn, location_id, std::slice::from_ref(&event)).await?;
    Ok(Data::new(EventOut::of(&event, &view, inside)).revision(event.revision))
}

/// An event to make or to change.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct EventIn {
    /// When it begins, by the location's clock.
    #[schema(required, nullable = false, example = "2026-12-01 15:30")]
    date: Option<String>,
    /// What is held: a service for groups.
    #[schema(required, nullable = false, example = 83193)]
    service_id: Option<i64>,
    /// Who holds it.
    #[schema(required, nullable = false, example = 1001)]
    staff_id: Option<i64>,
    /// Seats.
    #[schema(required, nullable = false, example = 9)]
    capacity: Option<i64>,
    /// Take place even where the team member or a resource is not free.
    #[schema(required, nullable = false, example = true)]
    force: Option<bool>,
    /// Instances of resources that it takes up.
    #[schema(nullable = false, example = json!([]))]
    resource_instance_ids: Option<Vec<i64>>,
    /// How long it lasts with the break, seconds; without it as long as the service.
    #[schema(nullable = false, example = 3600)]
    length: Option<i64>,
    /// The break within its length, seconds, a multiple of 300; without it that of the service or the location.
    #[schema(example = 300)]
    technical_break_duration: Option<i64>,
    /// For the staff.
    #[schema(example = "")]
    comment: Option<String>,
    /// Its tags.
    #[schema(nullable = false, example = json!([]))]
    label_ids: Option<Vec<i64>>,
    /// For the clients.
    #[schema(example = "")]
    instructions: Option<String>,
    /// Its colour, `#RRGGBB`.
    #[schema(example = "#9c27b0")]
    color: Option<String>,
    /// Where it is broadcast.
    #[schema(example = "")]
    stream_link: Option<String>,
}

impl EventIn {
    fn wanted(self, zone: &Zone) -> (Wanted, Problems) {
        let mut problems = Problems::new();
        let mut starts_at = None;
        if let Some(text) = &self.date {
            let at = parse_instant(text, zone);
            problems.check(at.is_some(), "date", "field-date");
            starts_at = Some(at.unwrap_or_default());
        }
        let wanted = Wanted {
            team_member_id: self.staff_id,
            service_id: self.service_id,
            starts_at,
            length: self.length,
            technical_break: self.technical_break_duration,
            capacity: self.capacity,
            comment: self.comment,
            color: self.color,
            instructions: self.instructions,
            stream_link: self.stream_link,
            instances: self.resource_instance_ids,
            tags: self.label_ids,
            force: self.force.unwrap_or(false),
        };
        (wanted, problems)
    }
}

async fn save<P>(at: &At<P>, id: Option<i64>, input: EventIn) -> Result<Data<EventOut>> {
    let zone = org::locations::store::zone(&mut at.conn().await?, at.location_id).await?;
    let (wanted, problems) = input.wanted(&zone);
    let (mut unit, event) = flow::save(at, id, &wanted, problems, MANNER).await?;
    let view = View::of(at, &mut unit, at.location_id, std::slice::from_ref(&event)).await?;
    unit.commit(Data::new(EventOut::of(&event, &view, true)).revision(event.revision)).await
}

/// Make an event
#[utoipa::path(
    post, path = "/activity/{location_id}", operation_id = "create_event", tag = "Events",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = EventIn,
    responses((status = 200, description = "The event", body = Data<EventOut>))
)]
pub async fn create_event(
    at: At<perm::AppointmentsCreate>,
    input: Lenient<EventIn>,
) -> Result<Data<EventOut>> {
    save(&at, None, input.0).await
}

/// Change an event
///
/// Its comment, tags, resources, colour, instructions and link stay where they are not sent.
#[utoipa::path(
    put, path = "/activity/{location_id}/{event_id}", operation_id = "update_event", tag = "Events",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("event_id" = i64, Path, description = "The event")
    ),
    request_body = EventIn,
    responses((status = 200, description = "The event after it", body = Data<EventOut>))
)]
pub async fn update_event(
    at: At<perm::AppointmentsEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<EventIn>,
) -> Result<Data<EventOut>> {
    save(&at, Some(id), input.0).await
}

/// Delete an event
///
/// Softly, and with it the appointments in it.
#[utoipa::path(
    delete, path = "/activity/{location_id}/{event_id}", operation_id = "delete_event", tag = "Events",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("event_id" = i64, Path, description = "The event")
    ),
    responses((status = 202, description = "Deleted", body = Accepted))
)]
pub async fn delete_event(
    at: At<perm::AppointmentsDelete>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Accepted> {
    flow::delete(&at, id, Accepted::new("accepted")).await
}
