//! An appointment on the wire of version 2.

use ::clients::clients::Card;
use calc::zone::local_sql;
use kernel::{Linked, Money, ToMany, ToOne};
use org::tags::rules::font_color;
use org::tags::store::Worn;
use serde::Serialize;
use utoipa::ToSchema;

use crate::appointments::store::Appointment;
use crate::appointments::store::with::Line;
use crate::appointments::v1::parts::AppointmentDocumentOut;
use crate::appointments::view::View;
use crate::events::store::ServiceTold;
use crate::events::v1::wire::{EventInstanceOut, EventStaffOut};
use crate::series::store::regulars::Regular;

/// What is known of an appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentAttributes {
    /// The location.
    #[schema(example = 37532)]
    company_id: i64,
    /// Its id elsewhere, or empty.
    #[schema(example = "")]
    external_id: String,
    /// The visit that it is of, 0 for none.
    #[schema(example = 0)]
    visit_id: i64,
    /// Who booked it online, 0 for nobody.
    #[schema(example = 0)]
    booking_user_id: i64,
    /// The form through which it was booked, 0 for none.
    #[schema(example = 0)]
    bookform_id: i64,
    /// The team member, by the older name.
    #[schema(example = 1001)]
    master_id: i64,
    /// The team member.
    #[schema(example = 1001)]
    staff_id: i64,
    /// The client, 0 for none.
    #[schema(example = 123_456)]
    client_id: i64,
    /// The visitor, if any.
    comer_id: Option<i64>,
    /// Where it came from: 0 made by staff.
    #[schema(example = 0)]
    source: i64,
    /// -1 absent, 0 waiting, 1 came, 2 confirmed.
    #[schema(example = 0)]
    attendance: i64,
    /// The same, by its other name.
    #[schema(example = 0)]
    attendance_status: i64,
    /// The same in a word: `absent`, `waiting`, `attended`, `confirmed`.
    #[schema(example = "waiting")]
    attendance_status_slug: &'static str,
    /// A name noted in place of a client.
    client_fictive_name: Option<String>,
    /// A phone noted in place of a client.
    client_fictive_phone: Option<String>,
    /// An e-mail address noted in place of a client.
    client_fictive_email: Option<String>,
    /// Seats.
    #[schema(example = 1)]
    clients_count: i64,
    /// The event, 0 for none.
    #[schema(example = 12345)]
    activity_id: i64,
    /// Its colour, `rrggbb` or empty.
    #[schema(example = "")]
    custom_color: String,
    /// Colour of text on its colour, `rrggbb` or empty.
    #[schema(example = "")]
    custom_font_color: String,
    /// How long it lasts, seconds.
    #[schema(example = 3600)]
    length: i64,
    /// The same, by its newer name.
    #[schema(example = 3600)]
    duration: i64,
    /// 0 not paid, 1 paid, 2 paid too much.
    #[schema(example = 0)]
    paid_full: i64,
    /// Whether it is paid.
    #[schema(example = false)]
    is_paid: bool,
    /// Whether too much was paid.
    #[schema(example = false)]
    is_overpaid: bool,
    /// When it begins, seconds since 1970.
    #[schema(example = 1_785_607_200)]
    timestamp: i64,
    /// When it begins, by the location's clock.
    #[schema(example = "2026-08-01T14:00:00")]
    date: String,
    /// When it was made, by the location's clock.
    #[schema(example = "2026-07-20T09:30:00")]
    created_datetime: String,
    /// The page from which it was booked, or empty.
    #[schema(example = "")]
    from_url: String,
    /// 1 when booked on a phone.
    #[schema(example = 0)]
    is_mobile: i64,
    /// What is noted of it.
    #[schema(example = "")]
    comment: String,
    /// How far it is paid in advance: 0 not at all.
    #[schema(example = 0)]
    prepaid_status: i64,
    /// Where it came from in words, or empty.
    #[schema(example = "")]
    record_from: String,
    /// How far a membership paid it, where one does.
    payment_status: Option<i64>,
    /// Whether a receipt was printed, where receipts are.
    is_sale_bill_printed: Option<bool>,
    /// Whether the client was told of it.
    #[schema(example = false)]
    is_client_notification_sent: bool,
}

macro_rules! relationships {
    ($($(#[$doc:meta])* $name:ident: $kind:ty),* $(,)?) => {
        /// What an appointment belongs with, as far as asked for.
        #[derive(Debug, Default, Serialize, ToSchema)]
        pub struct AppointmentRelationships {
            $(
                $(#[$doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                #[schema(nullable = false)]
                pub(super) $name: Option<$kind>,
            )*
        }
    };
}
relationships! {
    /// The client.
    client: ToOne,
    /// The team member.
    staff: ToOne,
    /// The services.
    services: ToMany,
    /// The products.
    goods: ToMany,
    /// What it takes up, or its event.
    resource_instances: ToMany,
    /// Its tags.
    labels: ToMany,
    /// Its services with their prices.
    attendance_service_items: ToMany,
    /// Its products with their prices.
    attendance_good_items: ToMany,
    /// Its document of sale.
    attendance_document: ToOne,
    /// Its payments.
    transactions: ToMany,
    /// How it can be paid at once.
    fast_payment_settings: ToOne,
    /// Its free acceptance.
    acceptance_free: ToOne,
    /// The values of its custom fields.
    custom_field_values: ToMany,
    /// The visitor.
    comer: ToOne,
    /// How the client is told of it.
    client_notification_settings: ToOne,
    /// By which of the client's regular days it was made.
    client_schedule: ToOne,
    /// What its time is made of.
    duration_details: ToOne,
}

/// An appointment.
pub type AppointmentResource = Linked<AppointmentAttributes, AppointmentRelationships>;

impl AppointmentAttributes {
    /// Of that appointment.
    pub(super) fn of(a: &Appointment, view: &View) -> Self {
        let local = |at: i64| local_sql(at, view.zone()).replacen(' ', "T", 1);
        let font = if a.color.is_empty() { "" } else { font_color(&format!("#{}", a.color)) };
        Self {
            company_id: view.location_id,
            external_id: a.api_id.clone(),
            visit_id: a.visit_id.unwrap_or_default(),
            booking_user_id: a.booking_user_id,
            bookform_id: a.form_id,
            master_id: a.team_member_id,
            staff_id: a.team_member_id,
            client_id: a.client_id.unwrap_or_default(),
            comer_id: a.comer_id,
            source: a.source,
            attendance: a.attendance,
            attendance_status: a.attendance,
            attendance_status_slug: match a.attendance {
                -1 => "absent",
                1 => "attended",
                2 => "confirmed",
                _ => "waiting",
            },
            client_fictive_name: None,
            client_fictive_phone: None,
            client_fictive_email: None,
            clients_count: a.clients_count,
            activity_id: a.event_id.unwrap_or_default(),
            custom_color: a.color.clone(),
            custom_font_color: font.trim_start_matches('#').to_owned(),
            length: a.length,
            duration: a.length,
            paid_full: 0,
            is_paid: false,
            is_overpaid: false,
            timestamp: a.starts_at.div_euclid(1000),
            date: local(a.starts_at),
            created_datetime: local(a.created_at),
            from_url: a.from_url.clone(),
            is_mobile: a.device,
            comment: a.comment.clone(),
            prepaid_status: 0,
            record_from: a.record_from.clone(),
            payment_status: None,
            is_sale_bill_printed: None,
            is_client_notification_sent: a.is_reminded,
        }
    }
}

/// A client beside an appointment. What the user may not see is empty.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookedClientOut {
    name: String,
    surname: String,
    patronymic: String,
    /// Empty for users who may not see phones.
    phone: String,
    /// Empty for users who may not see e-mail addresses.
    email: String,
    /// 0 not said, 1 male, 2 female.
    gender: i64,
    birthday: Option<String>,
    comment: String,
}

impl From<&Card> for BookedClientOut {
    fn from(c: &Card) -> Self {
        Self {
            name: c.name.clone(),
            surname: c.surname.clone(),
            patronymic: c.patronymic.clone(),
            phone: c.phone.clone(),
            email: c.email.clone(),
            gender: c.gender,
            birthday: Some(c.birthday.clone()).filter(|day| !day.is_empty()),
            comment: c.comment.clone(),
        }
    }
}

/// A service of an appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookedServiceOut {
    title: String,
    category_id: i64,
    category_title: String,
    #[schema(value_type = f64)]
    price_min: Money,
    #[schema(value_type = f64)]
    price_max: Money,
    /// How long it usually takes, seconds.
    duration: i64,
    comment: String,
    /// The address of its picture, or empty.
    image_url: String,
    /// The number of its binding to the location.
    salon_service_id: i64,
    /// Whether it can or must be paid online: `forbidden`, `optional` or `required`.
    prepaid: String,
    /// Which memberships pay for it.
    abonement_restriction: i64,
}

impl BookedServiceOut {
    /// Of that service.
    pub(super) fn of(s: &ServiceTold, image_url: String) -> Self {
        Self {
            title: s.title.clone(),
            category_id: s.category_id,
            category_title: s.category_title.clone(),
            price_min: Money(s.price_min),
            price_max: Money(s.price_max),
            duration: s.duration,
            comment: s.comment.clone(),
            image_url,
            salon_service_id: s.salon_service_id,
            prepaid: s.prepaid.clone(),
            abonement_restriction: s.abonement_restriction,
        }
    }
}

/// A service of an appointment with its price.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceItemOut {
    service_id: i64,
    #[schema(value_type = f64)]
    cost_per_unit: Money,
    amount: i64,
    #[schema(value_type = f64)]
    discount_percent: Money,
    #[schema(value_type = f64)]
    manual_cost: Money,
    is_trial: bool,
}

impl ServiceItemOut {
    /// Of that service of that appointment.
    pub(super) fn of(line: &Line, of: &Appointment) -> Self {
        Self {
            service_id: line.service_id,
            cost_per_unit: Money(line.cost_per_unit),
            amount: line.amount,
            discount_percent: Money(line.discount),
            manual_cost: Money(line.cost),
            is_trial: of.is_trial,
        }
    }
}

/// A tag.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentLabelOut {
    title: String,
    color: String,
    icon: String,
    font_color: &'static str,
}

impl From<&Worn> for AppointmentLabelOut {
    fn from(tag: &Worn) -> Self {
        Self {
            title: tag.title.clone(),
            color: tag.color.clone(),
            icon: tag.icon.clone(),
            font_color: font_color(&tag.color),
        }
    }
}

/// How the client is told of an appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationSettingsOut {
    /// A reminder by SMS so many hours ahead, 0 for none.
    sms_remain_hours: i64,
    /// A reminder by e-mail so many hours ahead, 0 for none.
    email_remain_hours: i64,
    /// Whether the client was to be told by SMS at once.
    sms_now: bool,
    /// Whether the client was to be told by e-mail at once.
    email_now: bool,
}

impl From<&Appointment> for NotificationSettingsOut {
    fn from(a: &Appointment) -> Self {
        Self {
            sms_remain_hours: a.sms_before,
            email_remain_hours: a.email_before,
            sms_now: a.sms_now,
            email_now: a.email_now,
        }
    }
}

/// A client's regular days in a series of events.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegularClientOut {
    /// The series.
    schedule_id: i64,
    /// The client.
    client_id: i64,
    /// Who comes in the client's stead.
    comer_id: Option<i64>,
}

impl From<&Regular> for RegularClientOut {
    fn from(r: &Regular) -> Self {
        Self { schedule_id: r.series_id, client_id: r.client_id, comer_id: r.comer_id }
    }
}

/// What is known of something included.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum IncludedAttributes {
    /// A client.
    Client(BookedClientOut),
    /// A team member.
    Staff(Box<EventStaffOut>),
    /// A service.
    Service(Box<BookedServiceOut>),
    /// An instance of a resource.
    Instance(EventInstanceOut),
    /// A tag.
    Label(AppointmentLabelOut),
    /// A service with its price.
    Item(ServiceItemOut),
    /// A visitor.
    Comer {
        /// The name.
        name: String,
    },
    /// The document of the visit.
    Document(Box<AppointmentDocumentOut>),
    /// How the client is told of it.
    Notifications(NotificationSettingsOut),
    /// A client's regular days.
    Regular(RegularClientOut),
    /// A custom field's value.
    Value {
        /// The field's key.
        code: String,
        /// The value.
        value: String,
    },
    /// What its time is made of, seconds.
    Duration {
        /// The service.
        services_duration: i64,
        /// The break.
        technical_break_duration: i64,
    },
}

/// What something included belongs with.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncludedClientRelationships {
    /// The values of its custom fields.
    pub(super) custom_field_values: ToMany,
}

/// Something included beside an appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncludedWithAppointment {
    /// What it is.
    #[schema(example = "client")]
    pub(super) r#type: &'static str,
    /// Its id.
    #[schema(example = "123456")]
    pub(super) id: String,
    /// What is known of it.
    #[schema(value_type = Object)]
    pub(super) attributes: IncludedAttributes,
    /// What it belongs with, as far as asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Object)]
    pub(super) relationships: Option<IncludedClientRelationships>,
}
