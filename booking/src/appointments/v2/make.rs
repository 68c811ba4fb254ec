//! Booking somebody into an event.

use clients::clients::store::Details;
use kernel::{Compound, Linked, Path, Problems, Query, Result, Strict};
use org::access::{At, perm};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::wire::{AppointmentAttributes, AppointmentRelationships, IncludedWithAppointment};
use super::{Item, asked, item};
use crate::appointments::flow::{self, New};
use crate::appointments::rules::Booked;

/// What to add.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct AppointmentInclude {
    /// What to add: `client`, `client.custom_field_values`, `staff`, `services`, `goods`, `resource_instances`, `labels`,
    /// `attendance_service_items`, `attendance_good_items`, `attendance_document`, `transactions`,
    /// `fast_payment_settings`, `acceptance_free`, `custom_field_values`, `comer`, `client_notification_settings`,
    /// `client_schedule`, `duration_details`.
    #[param(example = json!(["client"]))]
    pub include: Vec<String>,
}

/// A custom field's value.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomValueIn {
    /// The field's key.
    #[schema(required, nullable = false, example = "shoe_size")]
    code: Option<String>,
    /// The value.
    #[schema(required, nullable = false, example = "44")]
    value: Option<String>,
}

/// What a client agreed to.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementsIn {
    /// To newsletters.
    #[schema(required, nullable = false)]
    is_newsletter_allowed: Option<bool>,
    /// To the processing of personal data.
    #[schema(required, nullable = false)]
    is_personal_data_processing_allowed: Option<bool>,
}

/// Whom to book. A known client is found by the id or the phone and left as he is; otherwise a new one is made.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookedClientIn {
    /// A known client; null makes a new one.
    #[schema(required, minimum = 1, example = json!(null))]
    id: Option<i64>,
    /// The name.
    #[schema(required, nullable = false, example = "John")]
    name: Option<String>,
    /// The phone in digits, with the calling code.
    #[schema(required, example = "13155550175")]
    phone: Option<String>,
    /// The e-mail address.
    #[schema(required, example = "john@example.com")]
    email: Option<String>,
    /// The surname.
    #[schema(required, example = "Smith")]
    surname: Option<String>,
    /// The middle name.
    #[schema(required, example = json!(null))]
    patronymic: Option<String>,
    /// 0 not said, 1 male, 2 female.
    #[schema(required, example = 1)]
    gender: Option<i64>,
    /// The birthday.
    #[schema(required, example = "1990-01-01")]
    birthday: Option<String>,
    /// Values of custom fields.
    #[schema(required, example = json!(null))]
    custom_field_values: Option<Vec<CustomValueIn>>,
    /// What the client agreed to.
    #[schema(required, example = json!(null))]
    agreements: Option<AgreementsIn>,
    /// What is noted of the client.
    #[schema(nullable = false, example = "Comes early")]
    comment: Option<String>,
    /// A national id.
    #[schema(example = json!(null))]
    national_id: Option<String>,
}

/// A visitor.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComerIn {
    /// The name, if known.
    #[schema(nullable = false, example = "A friend")]
    name: Option<String>,
}

/// An appointment in an event; unknown fields are refused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventAppointmentIn {
    /// A known client, by the older way; `client.id` counts first.
    #[schema(example = json!(null))]
    client_id: Option<i64>,
    /// A known visitor.
    #[schema(example = json!(null))]
    comer_id: Option<i64>,
    /// Whom to book.
    #[schema(required, nullable = false)]
    client: Option<BookedClientIn>,
    /// A visitor to note.
    #[schema(nullable = false)]
    comer: Option<ComerIn>,
    /// Seats.
    #[schema(required, nullable = false, minimum = 1, example = 1)]
    clients_count: Option<i64>,
    /// Whether it is a trial, at the service's trial price.
    #[schema(nullable = false, example = false)]
    is_trial_service: Option<bool>,
}

impl EventAppointmentIn {
    fn read(self) -> Result<New> {
        let mut problems = Problems::new();
        problems.check(self.client.is_some(), "client", "field-required");
        problems.check(self.clients_count.is_some(), "clients_count", "field-required");
        let client = self.client.unwrap_or_default();
        let agreements = client.agreements.unwrap_or_default();
        let mut values = Vec::new();
        for (at, sent) in client.custom_field_values.unwrap_or_default().into_iter().enumerate() {
            let place = |name: &str| format!("client.custom_field_values.{at}.{name}");
            problems.check(sent.code.is_some(), &place("code"), "field-required");
            problems.check(sent.value.is_some(), &place("value"), "field-required");
            values.push((sent.code.unwrap_or_default(), sent.value.unwrap_or_default().into()));
        }
        if values.len() > 100 {
            problems
                .add("client.custom_field_values", kernel::Message::new("field-too-many").with("limit", 100));
        }
        problems.done()?;
        Ok(New {
            booked: Booked {
                id: client.id.or(self.client_id),
                new: Details {
                    name: client.name.unwrap_or_default(),
                    surname: client.surname.unwrap_or_default(),
                    patronymic: client.patronymic.unwrap_or_default(),
                    phone: client.phone.unwrap_or_default(),
                    email: client.email.unwrap_or_default(),
                    gender: client.gender.unwrap_or_default(),
                    birthday: client.birthday.unwrap_or_default(),
                    comment: client.comment.unwrap_or_default(),
                    national_id: client.national_id.unwrap_or_default(),
                    newsletter_allowed: agreements.is_newsletter_allowed.unwrap_or(false),
                    personal_data_allowed: agreements.is_personal_data_processing_allowed.unwrap_or(false),
                    ..Details::default()
                },
                values,
            },
            comer_id: self.comer_id,
            comer: self.comer.map(|comer| comer.name.unwrap_or_default()),
            seats: self.clients_count.unwrap_or_default(),
            is_trial: self.is_trial_service.unwrap_or(false),
        })
    }
}

/// Book a client into an event
///
/// 422 where there are not so many seats left.
#[utoipa::path(
    post, path = "/locations/{location_id}/events/{event_id}/appointments",
    operation_id = "create_event_appointment", tag = "Events",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("event_id" = i64, Path, description = "The event"),
        AppointmentInclude
    ),
    request_body = EventAppointmentIn,
    responses((status = 201, description = "The appointment", body = Compound<Linked<AppointmentAttributes, AppointmentRelationships>, IncludedWithAppointment>))
)]
pub async fn create_event_appointment(
    at: At<perm::AppointmentsCreate>,
    Path((_location, id)): Path<(i64, i64)>,
    query: Query<AppointmentInclude>,
    input: Strict<EventAppointmentIn>,
) -> Result<Item> {
    asked(&query.0.include)?;
    let (mut unit, made) = flow::create(&at, id, input.0.read()?).await?;
    let answer = item(&at, &mut unit, &made, &query.0.include).await?;
    unit.commit(answer.created()).await
}
