//! Changing and moving an appointment in an event.

use kernel::{Compound, Linked, Message, Money, Patch, Path, Problems, Query, Result, Strict};
use org::access::{At, perm};
use serde::Deserialize;
use utoipa::ToSchema;

use super::make::AppointmentInclude;
use super::wire::{AppointmentAttributes, AppointmentRelationships, IncludedWithAppointment};
use super::{Item, asked, item};
use crate::appointments::flow::{self, Change, Move};
use crate::appointments::rules;

/// The service with its price.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceItemIn {
    /// Of one seat.
    #[schema(required, nullable = false, value_type = Option<f64>, minimum = 0, example = 20)]
    cost_per_unit: Option<Money>,
    /// The discount, 0 to 100.
    #[schema(required, nullable = false, value_type = Option<f64>, minimum = 0, maximum = 100, example = 0)]
    discount_percent: Option<Money>,
    /// What is to be paid in all.
    #[schema(required, nullable = false, value_type = Option<f64>, minimum = 0, example = 20)]
    manual_cost: Option<Money>,
    /// Whether it is a trial.
    #[schema(nullable = false, example = false)]
    is_trial: Option<bool>,
}

/// A product sold with it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoodItemIn {
    /// One that is there already; null makes a new one.
    #[schema(required)]
    id: Option<i64>,
    /// The product.
    #[schema(required, nullable = false, minimum = 1)]
    good_id: Option<i64>,
    /// Its unit.
    #[schema(required, nullable = false, minimum = 1)]
    unit_id: Option<i64>,
    /// From which storage.
    #[schema(required, nullable = false, minimum = 1)]
    storage_id: Option<i64>,
    /// Who sells it.
    #[schema(required, nullable = false, minimum = 1)]
    staff_id: Option<i64>,
    /// `sale` or `consumable`.
    #[schema(required, nullable = false)]
    operation_unit_type: Option<String>,
    /// Its number, of cards and the like.
    #[schema(required)]
    number: Option<String>,
    /// How much of it.
    #[schema(required, nullable = false)]
    quantity: Option<f64>,
    /// Of one unit.
    #[schema(required, nullable = false, value_type = Option<f64>)]
    cost_per_unit: Option<Money>,
    /// What is to be paid in all.
    #[schema(required, nullable = false, value_type = Option<f64>)]
    manual_cost: Option<Money>,
    /// The discount, 0 to 100.
    #[schema(required, nullable = false, value_type = Option<f64>)]
    discount_percent: Option<Money>,
    /// Marks of its packages.
    #[schema(required, nullable = false)]
    marks: Option<Vec<String>>,
    /// The day on which it becomes valid.
    #[schema(required)]
    planned_activation_date: Option<String>,
}

impl GoodItemIn {
    /// What is missing; and no location has products yet, so that none can be named.
    fn check(&self, place: &str, problems: &mut Problems) {
        for (there, name) in [
            (self.unit_id.is_some(), "unit_id"),
            (self.storage_id.is_some(), "storage_id"),
            (self.staff_id.is_some(), "staff_id"),
            (self.quantity.is_some_and(|quantity| quantity > 0.0), "quantity"),
            (self.cost_per_unit.is_some(), "cost_per_unit"),
            (self.manual_cost.is_some(), "manual_cost"),
            (self.discount_percent.is_some(), "discount_percent"),
        ] {
            problems.check(there, &format!("{place}.{name}"), "field-required");
        }
        let kind = self.operation_unit_type.as_deref();
        let known = matches!(kind, Some("sale" | "consumable"));
        problems.check(known, &format!("{place}.operation_unit_type"), "field-choice");
        problems.length(self.number.as_deref().unwrap_or_default(), 32, &format!("{place}.number"));
        let marks = self.marks.iter().flatten().all(|mark| (1..=256).contains(&mark.chars().count()));
        problems.check(marks, &format!("{place}.marks"), "field-invalid");
        let day = self.planned_activation_date.as_deref().map(calc::zone::parse_day);
        problems.check(day != Some(None), &format!("{place}.planned_activation_date"), "field-date");
        let word = if self.good_id.is_some() { "field-not-found" } else { "field-required" };
        problems.add(format!("{place}.good_id"), word);
        if self.id.is_some() {
            problems.add(format!("{place}.id"), "field-not-found");
        }
    }
}

/// A change of an appointment in an event: what is left out stays. Unknown fields are refused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventAppointmentChangeIn {
    /// The service with its price.
    #[schema(required, nullable = false)]
    attendance_service_item: Option<ServiceItemIn>,
    /// Products sold with it. A location without an inventory has none.
    #[schema(nullable = false, example = json!([]))]
    attendance_good_items: Option<Vec<GoodItemIn>>,
    /// What is noted of it; null empties it.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Needs a mat")]
    comment: Patch<String>,
    /// Its tags; null takes them off.
    #[serde(default)]
    #[schema(value_type = Option<Vec<i64>>, example = json!([]))]
    label_ids: Patch<Vec<i64>>,
    /// Its colour, `rrggbb`; null takes it off.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "9c27b0")]
    color: Patch<String>,
    /// Seats.
    #[schema(minimum = 1, example = 1)]
    clients_count: Option<i64>,
}

/// Ten million, in hundredths: no price is higher.
const MOST: i64 = 100_000_000_000;

fn money(sent: Option<Money>, most: i64, field: &str, problems: &mut Problems) -> i64 {
    let Some(Money(hundredths)) = sent else {
        problems.add(field, "field-required");
        return 0;
    };
    if !(0..=most).contains(&hundredths) {
        problems.add(field, Message::new("field-range").with("min", 0).with("max", most / 100));
    }
    hundredths
}

fn patch<T: Default>(sent: Patch<T>) -> Option<T> {
    match sent {
        Patch::Absent => None,
        Patch::Null => Some(T::default()),
        Patch::Set(value) => Some(value),
    }
}

impl EventAppointmentChangeIn {
    fn read(self) -> Result<Change> {
        let mut problems = Problems::new();
        let Some(service) = self.attendance_service_item else {
            problems.add("attendance_service_item", "field-required");
            problems.done()?;
            return Ok(Change::default());
        };
        let place = |name: &str| format!("attendance_service_item.{name}");
        let change = Change {
            cost_per_unit: money(service.cost_per_unit, MOST, &place("cost_per_unit"), &mut problems),
            discount: money(service.discount_percent, 10_000, &place("discount_percent"), &mut problems),
            cost: money(service.manual_cost, MOST, &place("manual_cost"), &mut problems),
            is_trial: service.is_trial,
            comment: patch(self.comment),
            tags: patch(self.label_ids),
            color: patch(self.color),
            seats: self.clients_count,
        };
        for (at, good) in self.attendance_good_items.iter().flatten().enumerate() {
            good.check(&format!("attendance_good_items.{at}"), &mut problems);
        }
        if let Some(text) = &change.comment {
            rules::comment(text, &mut problems);
        }
        if let Some(text) = change.color.as_deref().filter(|text| !text.is_empty()) {
            rules::color(text, &mut problems);
        }
        if change.tags.as_ref().is_some_and(|tags| tags.len() > 50) {
            problems.add("label_ids", Message::new("field-too-many").with("limit", 50));
        }
        problems.done().map(|()| change)
    }
}

/// Change an appointment in an event
#[utoipa::path(
    put, path = "/locations/{location_id}/events/{event_id}/appointments/{record_id}",
    operation_id = "update_event_appointment", tag = "Events",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("event_id" = i64, Path, description = "The event"),
        ("record_id" = i64, Path, description = "The appointment"),
        AppointmentInclude
    ),
    request_body = EventAppointmentChangeIn,
    responses((status = 200, description = "The appointment after it", body = Compound<Linked<AppointmentAttributes, AppointmentRelationships>, IncludedWithAppointment>))
)]
pub async fn update_event_appointment(
    at: At<perm::AppointmentsEdit>,
    Path((_location, event_id, id)): Path<(i64, i64, i64)>,
    query: Query<AppointmentInclude>,
    input: Strict<EventAppointmentChangeIn>,
) -> Result<Item> {
    let asked = asked(&at, query.0.include)?;
    let (mut unit, after) = flow::update(&at, event_id, id, input.0.read()?).await?;
    let answer = item(&at, &mut unit, &after, &asked).await?;
    unit.commit(answer).await
}

/// A move to another event; unknown fields are refused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventAppointmentMoveIn {
    /// The event to move it to, of the same location.
    #[schema(required, nullable = false, minimum = 1, example = 3_480_141)]
    reschedule_activity_id: Option<i64>,
    /// Whether the visitor comes along.
    #[schema(nullable = false, example = true)]
    with_comer: Option<bool>,
    /// What is noted of it.
    #[schema(example = "Moved by phone")]
    comment: Option<String>,
    /// Seats; as many as before where it is left out.
    #[schema(minimum = 1, example = 1)]
    clients_count: Option<i64>,
}

/// Move an appointment to another event
///
/// 422 where there are not so many seats left.
#[utoipa::path(
    patch, path = "/locations/{location_id}/events/{event_id}/appointments/{record_id}",
    operation_id = "reschedule_event_appointment", tag = "Events",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("event_id" = i64, Path, description = "The event that it is in"),
        ("record_id" = i64, Path, description = "The appointment"),
        AppointmentInclude
    ),
    request_body = EventAppointmentMoveIn,
    responses((status = 200, description = "The appointment after it", body = Compound<Linked<AppointmentAttributes, AppointmentRelationships>, IncludedWithAppointment>))
)]
pub async fn reschedule_event_appointment(
    at: At<perm::AppointmentsEdit>,
    Path((_location, event_id, id)): Path<(i64, i64, i64)>,
    query: Query<AppointmentInclude>,
    input: Strict<EventAppointmentMoveIn>,
) -> Result<Item> {
    let asked = asked(&at, query.0.include)?;
    let mut problems = Problems::new();
    problems.check(input.0.reschedule_activity_id.is_some(), "reschedule_activity_id", "field-required");
    if let Some(text) = &input.0.comment {
        rules::comment(text, &mut problems);
    }
    problems.done()?;
    let to = Move {
        to: input.0.reschedule_activity_id.unwrap_or_default(),
        with_comer: input.0.with_comer.unwrap_or(true),
        comment: input.0.comment,
        seats: input.0.clients_count,
    };
    let (mut unit, after) = flow::reschedule(&at, event_id, id, to).await?;
    let answer = item(&at, &mut unit, &after, &asked).await?;
    unit.commit(answer).await
}
