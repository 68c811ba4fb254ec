//! An appointment in an event on the wire of version 2.

use ::clients::clients::store::{self as clients, CustomValue, Details};
use calc::zone::local_sql;
use db::Conn;
use kernel::{Call, Linked, Money, Result, ToMany, ToOne};
use org::rights::Grants;
use org::tags::rules::font_color;
use org::tags::store::{self as tags, Wearer, Worn};
use serde::Serialize;
use utoipa::ToSchema;

use crate::appointments::store::{self, Appointment, Item};
use crate::events::store::{self as events, Event};
use crate::events::v1::wire::{EventInstanceOut, EventOut, EventServiceOut, EventStaffOut};
use crate::events::view::View;

/// What may be asked for beside an appointment.
pub const INCLUDES: &[&str] = &[
    "client",
    "client.custom_field_values",
    "staff",
    "services",
    "goods",
    "resource_instances",
    "labels",
    "attendance_service_items",
    "attendance_good_items",
    "attendance_document",
    "transactions",
    "fast_payment_settings",
    "acceptance_free",
    "custom_field_values",
    "comer",
    "client_notification_settings",
    "client_schedule",
    "duration_details",
];

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
    /// Who holds the event, by the older name.
    #[schema(example = 1001)]
    master_id: i64,
    /// Who holds the event.
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
    /// The event.
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
                $name: Option<$kind>,
            )*
        }
    };
}
relationships! {
    /// The client.
    client: ToOne,
    /// Who holds the event.
    staff: ToOne,
    /// The services.
    services: ToMany,
    /// The products.
    goods: ToMany,
    /// What the event takes up.
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
    /// The client's series that it is of.
    client_schedule: ToOne,
    /// What its time is made of.
    duration_details: ToOne,
}

/// An appointment.
pub type AppointmentResource = Linked<AppointmentAttributes, AppointmentRelationships>;

/// A client beside an appointment.
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

/// A tag.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentLabelOut {
    title: String,
    color: String,
    icon: String,
    font_color: &'static str,
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
    Service(Box<EventServiceOut>),
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
    custom_field_values: ToMany,
}

/// Something included beside an appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncludedWithAppointment {
    /// What it is.
    #[schema(example = "client")]
    r#type: &'static str,
    /// Its id.
    #[schema(example = "123456")]
    id: String,
    /// What is known of it.
    #[schema(value_type = Object)]
    attributes: IncludedAttributes,
    /// What it belongs with, as far as asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Object)]
    relationships: Option<IncludedClientRelationships>,
}

/// An appointment with all that may be asked for beside it.
pub(super) struct Told {
    appointment: Appointment,
    event: Event,
    view: View,
    client: Option<Details>,
    values: Vec<CustomValue>,
    item: Option<Item>,
    tags: Vec<Worn>,
    comer: Option<(i64, String)>,
}

impl Told {
    /// As the user's rights let it be seen.
    pub(super) async fn read(
        call: &Call,
        grants: &Grants,
        conn: &mut Conn,
        of: &Appointment,
    ) -> Result<Self> {
        let location_id = call.location_id;
        let event = events::by_id(conn, location_id, of.event_id.unwrap_or_default()).await?;
        let view = View::of(call, conn, location_id, std::slice::from_ref(&event)).await?;
        let clients: Vec<i64> = of.client_id.into_iter().collect();
        let mut client = clients::by_ids(conn, location_id, &clients).await?.into_iter().next();
        if let Some(client) = &mut client {
            if !grants.allows("timetable_phones_access") || !grants.allows("clients_phones_email_access") {
                client.phone.clear();
            }
            if !grants.allows("clients_phones_email_access") {
                client.email.clear();
            }
        }
        let values = if grants.allows("custom_fields_client_values_read_access") {
            clients::custom_values(conn, location_id, &clients).await?
        } else {
            Vec::new()
        };
        let comer = match of.comer_id {
            Some(id) => store::comer(conn, location_id, id).await?.map(|name| (id, name)),
            None => None,
        };
        Ok(Self {
            appointment: of.clone(),
            event,
            view,
            client,
            values,
            item: store::item(conn, location_id, of.id).await?,
            tags: tags::worn(conn, location_id, Wearer::Appointment, &[of.id]).await?,
            comer,
        })
    }

    fn attributes(&self) -> AppointmentAttributes {
        let a = &self.appointment;
        let local = |at: i64| local_sql(at, &self.view.zone).replacen(' ', "T", 1);
        let font = if a.color.is_empty() { "" } else { font_color(&format!("#{}", a.color)) };
        AppointmentAttributes {
            company_id: self.view.location_id,
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

    pub(super) fn resource(&self, asked: &[String]) -> AppointmentResource {
        let a = &self.appointment;
        let wants = |name: &str| asked.iter().any(|asked| asked == name);
        let none = |name: &str| wants(name).then(|| ToOne::new("none", None));
        let empty = |name: &str| wants(name).then(|| ToMany::new("none", Vec::<i64>::new()));
        let item = self.item.as_ref();
        let relationships = AppointmentRelationships {
            client: (wants("client") || wants("client.custom_field_values"))
                .then(|| ToOne::new("client", a.client_id)),
            staff: wants("staff").then(|| ToOne::new("staff", a.team_member_id)),
            services: wants("services").then(|| ToMany::new("service", item.map(|item| item.service_id))),
            goods: empty("goods"),
            resource_instances: wants("resource_instances").then(|| {
                ToMany::new("resource_instance", self.view.instances(&self.event).iter().map(|i| i.id))
            }),
            labels: wants("labels").then(|| ToMany::new("label", self.tags.iter().map(|tag| tag.id))),
            attendance_service_items: wants("attendance_service_items")
                .then(|| ToMany::new("attendance_service_item", item.map(|_| a.id))),
            attendance_good_items: empty("attendance_good_items"),
            attendance_document: none("attendance_document"),
            transactions: empty("transactions"),
            fast_payment_settings: none("fast_payment_settings"),
            acceptance_free: none("acceptance_free"),
            custom_field_values: empty("custom_field_values"),
            comer: wants("comer").then(|| ToOne::new("comer", a.comer_id)),
            client_notification_settings: none("client_notification_settings"),
            client_schedule: none("client_schedule"),
            duration_details: wants("duration_details").then(|| ToOne::new("duration_details", a.id)),
        };
        Linked::new("record", a.id, self.attributes(), (!asked.is_empty()).then_some(relationships))
    }

    pub(super) fn included(&self, asked: &[String]) -> Option<Vec<IncludedWithAppointment>> {
        use IncludedAttributes::{Comer, Duration, Instance, Item as Priced, Label, Service, Staff, Value};
        if asked.is_empty() {
            return None;
        }
        let wants = |name: &str| asked.iter().any(|asked| asked == name);
        let of = |kind: &'static str, id: i64, attributes: IncludedAttributes| IncludedWithAppointment {
            r#type: kind,
            id: id.to_string(),
            attributes,
            relationships: None,
        };
        let mut out = Vec::new();
        let with_values = wants("client.custom_field_values");
        if let Some(client) = self.client.as_ref().filter(|_| wants("client") || with_values) {
            out.push(IncludedWithAppointment {
                relationships: with_values.then(|| IncludedClientRelationships {
                    custom_field_values: ToMany::new(
                        "custom_field_value",
                        self.values.iter().map(|v| v.field_id),
                    ),
                }),
                ..of("client", client.id, IncludedAttributes::Client(client_out(client)))
            });
        }
        if with_values {
            let value = |v: &CustomValue| Value { code: v.code.clone(), value: v.value.clone() };
            out.extend(self.values.iter().map(|v| of("custom_field_value", v.field_id, value(v))));
        }
        if let Some(member) = self.view.member(&self.event).filter(|_| wants("staff")) {
            out.push(of("staff", member.id, Staff(Box::new(EventStaffOut::of(member, &self.view)))));
        }
        if wants("services")
            && let Some(service) = EventOut::of(&self.event, &self.view, true).into_service()
        {
            out.push(of("service", self.event.service_id, Service(Box::new(service))));
        }
        if wants("resource_instances") {
            let instances = self.view.instances(&self.event);
            out.extend(instances.iter().map(|i| of("resource_instance", i.id, Instance(i.into()))));
        }
        if wants("labels") {
            out.extend(self.tags.iter().map(|tag| of("label", tag.id, Label(label_out(tag)))));
        }
        if let Some(item) = self.item.as_ref().filter(|_| wants("attendance_service_items")) {
            let item = ServiceItemOut {
                service_id: item.service_id,
                cost_per_unit: Money(item.cost_per_unit),
                amount: item.amount,
                discount_percent: Money(item.discount),
                manual_cost: Money(item.cost),
                is_trial: self.appointment.is_trial,
            };
            out.push(of("attendance_service_item", self.appointment.id, Priced(item)));
        }
        if let Some((id, name)) = self.comer.as_ref().filter(|_| wants("comer")) {
            out.push(of("comer", *id, Comer { name: name.clone() }));
        }
        if wants("duration_details") {
            let a = &self.appointment;
            let duration = Duration {
                services_duration: a.length - a.technical_break,
                technical_break_duration: a.technical_break,
            };
            out.push(of("duration_details", a.id, duration));
        }
        Some(out)
    }
}

fn client_out(client: &Details) -> BookedClientOut {
    BookedClientOut {
        name: client.name.clone(),
        surname: client.surname.clone(),
        patronymic: client.patronymic.clone(),
        phone: client.phone.clone(),
        email: client.email.clone(),
        gender: client.gender,
        birthday: Some(client.birthday.clone()).filter(|day| !day.is_empty()),
        comment: client.comment.clone(),
    }
}

fn label_out(tag: &org::tags::store::Worn) -> AppointmentLabelOut {
    AppointmentLabelOut {
        title: tag.title.clone(),
        color: tag.color.clone(),
        icon: tag.icon.clone(),
        font_color: font_color(&tag.color),
    }
}
