//! Appointments as version 1 sends them.

use ::clients::clients::store::Details as ClientDetails;
use calc::zone::{Zone, parse_instant};
use indexmap::IndexMap;
use kernel::{Money, Patch, Problems};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::appointments::book::Who;
use crate::appointments::rules::Booked;
use crate::appointments::rules::standard::{Details, Line, Wanted};

/// A service wanted.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct AppointmentServiceIn {
    /// Which.
    #[schema(required, nullable = false, example = 331)]
    id: Option<i64>,
    /// What all of it costs before the discount; without it as the team member does it.
    #[schema(value_type = Option<f64>, nullable = false, example = 9000)]
    first_cost: Option<Money>,
    /// What one costs, in place of `first_cost`.
    #[schema(value_type = Option<f64>, nullable = false, example = 9000)]
    cost_per_unit: Option<Money>,
    /// Percent.
    #[schema(value_type = Option<f64>, nullable = false, example = 50)]
    discount: Option<Money>,
    /// What all of it costs after the discount; without it as the discount leaves it.
    #[schema(value_type = Option<f64>, nullable = false, example = 4500)]
    cost: Option<Money>,
    /// How often.
    #[schema(nullable = false, example = 1)]
    amount: Option<i64>,
}

impl AppointmentServiceIn {
    fn line(&self) -> Line {
        Line {
            service_id: self.id,
            amount: self.amount,
            cost_per_unit: self.cost_per_unit.map(|money| money.0),
            first_cost: self.first_cost.map(|money| money.0),
            discount: self.discount.map(|percent| percent.0),
            cost: self.cost.map(|money| money.0),
        }
    }
}

/// The client: a known one by the id or the phone, who stays as he is, else a new one.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct AppointmentClientIn {
    /// A known client.
    #[schema(nullable = false, example = 18_936_825)]
    id: Option<i64>,
    /// The phone.
    #[schema(nullable = false, example = "+13155550175")]
    phone: Option<String>,
    /// The name.
    #[schema(nullable = false, example = "James")]
    name: Option<String>,
    /// The surname.
    #[schema(nullable = false, example = "Smith")]
    surname: Option<String>,
    /// The middle name, also as `middle_name`.
    #[serde(alias = "middle_name")]
    #[schema(nullable = false, example = "")]
    patronymic: Option<String>,
    /// The e-mail address.
    #[schema(nullable = false, example = "j.smith@example.com")]
    email: Option<String>,
}

impl AppointmentClientIn {
    fn who(self) -> Who {
        let id = self.id.filter(|id| *id != 0);
        let new = ClientDetails {
            name: self.name.unwrap_or_default().trim().to_owned(),
            surname: self.surname.unwrap_or_default().trim().to_owned(),
            patronymic: self.patronymic.unwrap_or_default().trim().to_owned(),
            phone: self.phone.unwrap_or_default().trim().to_owned(),
            email: self.email.unwrap_or_default().trim().to_owned(),
            ..ClientDetails::default()
        };
        if id.is_none()
            && [&new.name, &new.surname, &new.phone, &new.email].iter().all(|text| text.is_empty())
        {
            return Who::Nobody;
        }
        Who::Client(Box::new(Booked { id, new, values: Vec::new() }))
    }
}

/// An appointment wanted: of its own, or in an event, which then says who, what, when and how long.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct AppointmentIn {
    /// The event, 0 for an appointment of its own; a change never moves it to another.
    #[schema(nullable = false, minimum = 0, example = 0)]
    pub(super) activity_id: Option<i64>,
    /// The team member.
    #[schema(nullable = false, example = 8886)]
    staff_id: Option<i64>,
    /// What for.
    #[schema(nullable = false)]
    services: Option<Vec<AppointmentServiceIn>>,
    /// Whose it is; null or empty for nobody in particular.
    #[serde(default)]
    #[schema(required, value_type = Option<AppointmentClientIn>)]
    client: Patch<AppointmentClientIn>,
    /// Take place even where the team member or a resource is not free.
    #[schema(nullable = false, example = false)]
    save_if_busy: Option<bool>,
    /// When it begins: with an offset, or by the location's clock.
    #[schema(nullable = false, example = "2026-09-21T23:00:00-05:00")]
    datetime: Option<String>,
    /// Seconds, with the break.
    #[schema(nullable = false, example = 3600)]
    seance_length: Option<i64>,
    /// Whether the client is told by SMS at once.
    #[schema(nullable = false, example = true)]
    send_sms: Option<bool>,
    /// Whether the client is told by e-mail at once.
    #[schema(nullable = false, example = true)]
    send_email: Option<bool>,
    /// What is noted of it.
    #[schema(nullable = false, example = "")]
    comment: Option<String>,
    /// A reminder by SMS so many hours ahead, 0 for none.
    #[schema(nullable = false, example = 6)]
    sms_remain_hours: Option<i64>,
    /// A reminder by e-mail so many hours ahead, 0 for none.
    #[schema(nullable = false, example = 24)]
    email_remain_hours: Option<i64>,
    /// -1 absent, 0 waiting, 1 came, 2 confirmed.
    #[schema(nullable = false, example = 1)]
    attendance: Option<i64>,
    /// Whether nobody need ring up any more.
    #[schema(value_type = Option<i64>, nullable = false, example = 1)]
    confirmed: Option<bool>,
    /// Its id elsewhere.
    #[schema(nullable = false, example = "777")]
    api_id: Option<String>,
    /// Its colour, `rrggbb`.
    #[schema(nullable = false, example = "f44336")]
    custom_color: Option<String>,
    /// Its tags.
    #[schema(value_type = Option<Vec<String>>, nullable = false, example = json!(["67345"]))]
    record_labels: Option<Vec<i64>>,
    /// Seconds of it at its end, a multiple of 300; without it as the services or the location have it.
    #[schema(example = 300)]
    technical_break_duration: Option<i64>,
    /// Instances of resources that it takes up; without them those that the services need, whichever are free.
    #[schema(nullable = false, example = json!([]))]
    resource_instance_ids: Option<Vec<i64>>,
    /// Seats, in an event.
    #[schema(nullable = false, example = 1)]
    pub(super) clients_count: Option<i64>,
    /// Values of the location's own fields by code; they need the rights to see and change such values.
    #[schema(schema_with = org::custom_fields::by_code)]
    custom_fields: Option<IndexMap<String, Value>>,
}

impl AppointmentIn {
    /// Whose it is and what is wanted. What can't be read is named.
    pub(super) fn wanted(self, zone: &Zone) -> (Who, Wanted, Problems) {
        let mut problems = Problems::new();
        let mut starts_at = None;
        if let Some(text) = &self.datetime {
            let at = parse_instant(text, zone);
            problems.check(at.is_some(), "datetime", "field-date");
            starts_at = Some(at.unwrap_or_default());
        }
        let who = match self.client {
            Patch::Absent => {
                problems.add("client", "field-required");
                Who::Nobody
            }
            Patch::Null => Who::Nobody,
            Patch::Set(client) => client.who(),
        };
        let wanted = Wanted {
            team_member_id: self.staff_id,
            services: self.services.map(|all| all.iter().map(AppointmentServiceIn::line).collect()),
            starts_at,
            length: self.seance_length,
            technical_break: self.technical_break_duration,
            instances: self.resource_instance_ids,
            force: self.save_if_busy.unwrap_or(false),
            details: Details {
                comment: self.comment,
                color: self.custom_color,
                api_id: self.api_id,
                attendance: self.attendance,
                confirmed: self.confirmed,
                sms_before: self.sms_remain_hours,
                email_before: self.email_remain_hours,
                sms_now: self.send_sms,
                email_now: self.send_email,
                tags: self.record_labels,
                values: self.custom_fields.unwrap_or_default().into_iter().collect(),
            },
        };
        (who, wanted, problems)
    }
}
