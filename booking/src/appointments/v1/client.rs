//! The client of an appointment on the wire of version 1.

use ::clients::clients::store::{CustomValue, Details};
use serde::Serialize;
use utoipa::ToSchema;

use crate::appointments::view::Seen;

/// A value of a client's custom field.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppointmentClientFieldOut {
    /// The field.
    #[schema(example = 7)]
    id: i64,
    /// Its code.
    #[schema(example = "shoe_size")]
    code: String,
    /// The value.
    #[schema(example = "44")]
    value: String,
}

/// A tag of a client.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppointmentClientTagOut {
    /// Its id.
    #[schema(example = 101)]
    id: i64,
    /// Its text.
    #[schema(example = "Loyal")]
    title: String,
    /// Its colour.
    #[schema(example = "#bfd4f2")]
    color: String,
}

/// The client of an appointment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppointmentClientOut {
    /// The id.
    #[schema(example = 18_936_825)]
    id: i64,
    /// The name.
    #[schema(example = "James")]
    name: String,
    /// The surname.
    #[schema(example = "Smith")]
    surname: String,
    /// The middle name.
    #[schema(example = "")]
    middle_name: String,
    /// The middle name, by its older name.
    #[schema(example = "")]
    patronymic: String,
    /// All of the name.
    #[schema(example = "James Smith")]
    display_name: String,
    /// What is noted of the client.
    #[schema(example = "")]
    comment: String,
    /// The phone; empty for users who may not see phones.
    #[schema(example = "+13155550175")]
    phone: String,
    /// The number of the card.
    #[schema(example = "")]
    card: String,
    /// The e-mail address; empty for users who may not see it.
    #[schema(example = "client@example.com")]
    email: String,
    /// Visits that took place.
    #[schema(example = 37)]
    success_visits_count: i64,
    /// Visits to which the client did not come.
    #[schema(example = 3)]
    fail_visits_count: i64,
    /// Percent.
    #[schema(value_type = f64, example = 10)]
    discount: kernel::Money,
    /// Whether no visit has taken place yet.
    #[schema(example = false)]
    is_new: bool,
    /// Values of custom fields, as far as they may be seen.
    custom_fields: Vec<AppointmentClientFieldOut>,
    /// 0 not said, 1 male, 2 female.
    #[schema(example = 1)]
    gender: i64,
    /// The same, by its older name.
    #[schema(example = 1)]
    sex: i64,
    /// The birthday, or empty.
    #[schema(example = "1990-01-01")]
    birthday: String,
    /// Tags.
    client_tags: Vec<AppointmentClientTagOut>,
    /// The country of the phone, 0 for none.
    #[schema(example = 7)]
    phone_country_id: i64,
}

impl AppointmentClientOut {
    /// Of that client, as far as it may be seen.
    pub(super) fn of(client: &Details, values: &[CustomValue], seen: Seen) -> Self {
        let phone = if seen.phones { client.phone.clone() } else { String::new() };
        let phone_country_id = org::dictionaries::country_by_phone(&phone).map_or(0, |country| country.id);
        let full = [&client.name, &client.patronymic, &client.surname];
        let full: Vec<&str> = full.into_iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        Self {
            id: client.id,
            name: client.name.clone(),
            surname: client.surname.clone(),
            middle_name: client.patronymic.clone(),
            patronymic: client.patronymic.clone(),
            display_name: full.join(" "),
            comment: client.comment.clone(),
            phone,
            card: String::new(),
            email: if seen.emails { client.email.clone() } else { String::new() },
            success_visits_count: 0,
            fail_visits_count: 0,
            discount: kernel::Money(0),
            is_new: true,
            custom_fields: values
                .iter()
                .map(|v| AppointmentClientFieldOut { id: v.field_id, code: v.code.clone(), value: v.value.clone() })
                .collect(),
            gender: client.gender,
            sex: client.gender,
            birthday: client.birthday.clone(),
            client_tags: Vec::new(),
            phone_country_id,
        }
    }
}
