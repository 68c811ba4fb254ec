//! Looking whether something can be booked, and booking it.

use calc::zone::local_iso;
use indexmap::IndexMap;
use kernel::{Data, Lenient, Message, MetaMessage, Nothing, Path, Result};
use org::access::AnyPartner;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::appointments::links;
use crate::appointments::store::Appointment;
use crate::bookings::flow::{self, Item, Order};
use crate::bookings::rules::{self, Person};

/// One of the appointments asked for.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct BookItemIn {
    /// The client's own number of it, said again in the answer.
    #[schema(nullable = false, example = 1)]
    id: Option<i64>,
    /// What for, in a row.
    #[schema(nullable = false, example = json!([331]))]
    services: Option<Vec<i64>>,
    /// The team member; 0 for anybody.
    #[schema(nullable = false, example = 6544)]
    staff_id: Option<i64>,
    /// When, as the free times have it.
    #[schema(nullable = false, example = "2026-09-21T23:00:00-05:00")]
    datetime: Option<String>,
    /// Values of the location's own fields by code, those of the appointment and those that it asks of clients.
    #[schema(schema_with = org::custom_fields::by_code)]
    custom_fields: Option<IndexMap<String, Value>>,
}

impl From<BookItemIn> for Item {
    fn from(sent: BookItemIn) -> Self {
        Self {
            id: sent.id.unwrap_or_default(),
            services: sent.services.unwrap_or_default(),
            member: sent.staff_id.filter(|id| *id != 0),
            datetime: sent.datetime,
            values: sent.custom_fields.unwrap_or_default().into_iter().collect(),
        }
    }
}

/// What to look at.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct BookCheckIn {
    /// The appointments.
    #[schema(required, nullable = false)]
    appointments: Option<Vec<BookItemIn>>,
    /// Hold these times for some minutes: an addition of ours.
    #[schema(nullable = false, example = false)]
    hold: Option<bool>,
    /// The secret of an earlier hold that is not wanted any more; the appointments may be left out then. An addition of
    /// ours.
    #[schema(nullable = false, example = "")]
    release: Option<String>,
}

/// A hold.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HoldOut {
    /// Its secret, to be sent when booking.
    #[schema(example = "d41d8cd98f00b204e9800998ecf8427e")]
    token: String,
    /// When it ends by itself.
    #[schema(example = "2026-09-21T23:05:00-05:00")]
    expires_at: String,
}

/// `meta` of what was looked at.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CheckedMeta {
    #[serde(flatten)]
    said: MetaMessage,
    /// The hold, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    hold: Option<HoldOut>,
}

/// Look whether something can be booked
///
/// 201 when all of it can. With `hold` these times are held for five minutes for whoever sends the secret given, which is
/// an addition of ours.
#[utoipa::path(
    post, path = "/book_check/{location_id}", operation_id = "validate_booking_params", tag = "Online Booking",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = BookCheckIn,
    responses((status = 201, description = "It can be booked", body = Data<Nothing, CheckedMeta>))
)]
pub async fn validate_booking_params(
    by: AnyPartner,
    Path(location_id): Path<i64>,
    input: Lenient<BookCheckIn>,
) -> Result<Data<Nothing, CheckedMeta>> {
    let items: Vec<Item> = input.0.appointments.unwrap_or_default().into_iter().map(Into::into).collect();
    if let Some(token) = input.0.release.filter(|token| !token.is_empty()) {
        let unit = flow::release(&by, location_id, &token).await?;
        let said = MetaMessage::new(&Message::from("created"));
        let released =
            unit.commit(Data::with_meta(Nothing, CheckedMeta { said, hold: None }).created()).await?;
        if items.is_empty() {
            return Ok(released);
        }
    }
    let held = flow::check(&by, location_id, &items, input.0.hold.unwrap_or(false)).await?;
    let said = MetaMessage::new(&Message::from("created"));
    let Some((mut unit, token, expires_at)) = held else {
        return Ok(Data::with_meta(Nothing, CheckedMeta { said, hold: None }).created());
    };
    let zone = org::locations::store::zone(&mut unit, location_id).await?;
    let hold = HoldOut { token, expires_at: local_iso(expires_at, &zone) };
    unit.commit(Data::with_meta(Nothing, CheckedMeta { said, hold: Some(hold) }).created()).await
}

/// A booking.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct BookRecordIn {
    /// The client's phone.
    #[schema(required, nullable = false, example = "+13155550175")]
    phone: Option<String>,
    /// The client's name, also as `name`.
    #[serde(alias = "name")]
    #[schema(required, nullable = false, example = "James")]
    fullname: Option<String>,
    /// The client's surname.
    #[schema(nullable = false, example = "Smith")]
    surname: Option<String>,
    /// The client's middle name.
    #[schema(nullable = false, example = "")]
    patronymic: Option<String>,
    /// The client's e-mail address.
    #[schema(nullable = false, example = "j.smith@example.com")]
    email: Option<String>,
    /// The code sent to the phone, where the location asks for one.
    #[schema(nullable = false, value_type = Option<i64>, example = 38829)]
    code: Option<String>,
    /// What the client says.
    #[schema(nullable = false, example = "")]
    comment: Option<String>,
    /// On what it is booked: `mobile` for a phone.
    #[schema(nullable = false, example = "mobile")]
    r#type: Option<String>,
    /// A reminder by SMS so many hours ahead, 0 for none.
    #[schema(nullable = false, example = 6)]
    notify_by_sms: Option<i64>,
    /// A reminder by e-mail so many hours ahead, 0 for none.
    #[schema(nullable = false, example = 24)]
    notify_by_email: Option<i64>,
    /// Its id elsewhere.
    #[schema(nullable = false, value_type = Option<i64>, example = 777)]
    api_id: Option<String>,
    /// The form through which it is booked.
    #[schema(nullable = false, example = 0)]
    bookform_id: Option<i64>,
    /// The page from which it is booked.
    #[schema(nullable = false, example = "")]
    referrer: Option<String>,
    /// Whether newsletters may be sent.
    #[schema(nullable = false, example = false)]
    is_newsletter_allowed: Option<bool>,
    /// Whether personal data may be processed.
    #[schema(nullable = false, example = true)]
    is_personal_data_processing_allowed: Option<bool>,
    /// The secret of a hold of these times: an addition of ours.
    #[schema(nullable = false, example = "")]
    hold: Option<String>,
    /// The appointments.
    #[schema(nullable = false)]
    appointments: Option<Vec<BookItemIn>>,
}

impl BookRecordIn {
    fn order(self, by: &AnyPartner) -> Order {
        let mut order = person(
            by,
            &Named {
                fullname: self.fullname,
                surname: self.surname,
                patronymic: self.patronymic,
                phone: self.phone,
                email: self.email,
                comment: self.comment,
                code: self.code,
                r#type: self.r#type,
                notify_by_sms: self.notify_by_sms,
                notify_by_email: self.notify_by_email,
                api_id: self.api_id,
            },
        );
        order.items = self.appointments.unwrap_or_default().into_iter().map(Into::into).collect();
        order.hold = self.hold;
        order.like.form_id = self.bookform_id.unwrap_or_default().max(0);
        order.like.from_url = self.referrer.unwrap_or_default().chars().take(500).collect();
        order.agreements = (self.is_newsletter_allowed, self.is_personal_data_processing_allowed);
        order
    }
}

/// What every booking says of its client.
struct Named {
    fullname: Option<String>,
    surname: Option<String>,
    patronymic: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    comment: Option<String>,
    code: Option<String>,
    r#type: Option<String>,
    notify_by_sms: Option<i64>,
    notify_by_email: Option<i64>,
    api_id: Option<String>,
}

fn person(by: &AnyPartner, sent: &Named) -> Order {
    let text = |of: &Option<String>| of.clone().unwrap_or_default();
    let hours = |of: Option<i64>| of.unwrap_or_default().clamp(0, 720);
    Order {
        person: Person {
            name: text(&sent.fullname),
            surname: text(&sent.surname),
            patronymic: text(&sent.patronymic),
            phone: text(&sent.phone),
            email: text(&sent.email),
            comment: text(&sent.comment),
        },
        code: sent.code.clone().filter(|code| !matches!(code.trim(), "" | "0")),
        like: Appointment {
            device: rules::device(sent.r#type.as_deref().unwrap_or_default(), &by.origin.program),
            api_id: text(&sent.api_id).chars().take(255).collect(),
            sms_before: hours(sent.notify_by_sms),
            email_before: hours(sent.notify_by_email),
            sms_now: true,
            email_now: true,
            ..Appointment::default()
        },
        ..Order::default()
    }
}

/// What was booked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookRecordOut {
    /// The client's own number of it.
    #[schema(example = 1)]
    id: i64,
    /// The appointment.
    #[schema(example = 2_820_023)]
    record_id: i64,
    /// The secret by which it is seen, moved and cancelled.
    #[schema(example = "567df655304da9b98487769426d4e76e")]
    record_hash: String,
}

/// Book
///
/// All appointments of the request, or none of them.
#[utoipa::path(
    post, path = "/book_record/{location_id}", operation_id = "create_online_booking", tag = "Online Booking",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = BookRecordIn,
    responses(
        (status = 201, description = "Booked", body = Data<Vec<BookRecordOut>>),
        (status = 403, description = "The location takes no bookings from this client")
    )
)]
pub async fn create_online_booking(
    by: AnyPartner,
    Path(location_id): Path<i64>,
    input: Lenient<BookRecordIn>,
) -> Result<Data<Vec<BookRecordOut>>> {
    let order = input.0.order(&by);
    let (unit, made) = flow::order(&by, location_id, order).await?;
    let out = made
        .into_iter()
        .map(|one| BookRecordOut {
            id: one.id,
            record_id: one.appointment_id,
            record_hash: links::hash(&by.app, location_id, one.appointment_id),
        })
        .collect();
    unit.commit(Data::new(out).created()).await
}

/// A booking of seats.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct BookEventIn {
    /// The client's name, also as `name`.
    #[serde(alias = "name")]
    #[schema(required, nullable = false, example = "James Smith")]
    fullname: Option<String>,
    /// The client's phone.
    #[schema(required, nullable = false, example = "+13155550175")]
    phone: Option<String>,
    /// The client's e-mail address.
    #[schema(required, nullable = false, example = "j.smith@example.com")]
    email: Option<String>,
    /// The code sent to the phone, where the location asks for one.
    #[schema(nullable = false, value_type = Option<i64>, example = 0)]
    code: Option<String>,
    /// What the client says.
    #[schema(nullable = false, example = "")]
    comment: Option<String>,
    /// A reminder by SMS so many hours ahead, 0 for none.
    #[schema(nullable = false, example = 0)]
    notify_by_sms: Option<i64>,
    /// A reminder by e-mail so many hours ahead, 0 for none.
    #[schema(nullable = false, example = 0)]
    notify_by_email: Option<i64>,
    /// On what it is booked: `mobile` for a phone.
    #[schema(nullable = false, example = "mobile")]
    r#type: Option<String>,
    /// Its id elsewhere.
    #[schema(nullable = false, value_type = Option<i64>, example = 777)]
    api_id: Option<String>,
    /// Seats.
    #[schema(nullable = false, example = 1)]
    clients_count: Option<i64>,
    /// The form through which it is booked.
    #[schema(nullable = false, example = 0)]
    bookform_id: Option<i64>,
}

/// Seats booked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookEventOut {
    /// The appointment.
    #[schema(example = 28_417_878)]
    id: i64,
    /// The secret by which it is seen and cancelled.
    #[schema(example = "9e6a54a1a9b118b65cc39ab6f3c3b5b4")]
    hash: String,
}

/// Book seats of an event
#[utoipa::path(
    post, path = "/activity/{location_id}/{event_id}/book", operation_id = "book_event", tag = "Online Booking",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("event_id" = i64, Path, description = "The event")
    ),
    request_body = BookEventIn,
    responses(
        (status = 200, description = "Booked", body = Data<BookEventOut>),
        (status = 403, description = "The location takes no bookings from this client")
    )
)]
pub async fn book_event(
    by: AnyPartner,
    Path((location_id, event_id)): Path<(i64, i64)>,
    input: Lenient<BookEventIn>,
) -> Result<Data<BookEventOut>> {
    let sent = input.0;
    let mut order = person(
        &by,
        &Named {
            fullname: sent.fullname,
            surname: None,
            patronymic: None,
            phone: sent.phone,
            email: sent.email,
            comment: sent.comment,
            code: sent.code,
            r#type: sent.r#type,
            notify_by_sms: sent.notify_by_sms,
            notify_by_email: sent.notify_by_email,
            api_id: sent.api_id,
        },
    );
    order.like.form_id = sent.bookform_id.unwrap_or_default().max(0);
    let (unit, id) = flow::enter(&by, location_id, event_id, order, sent.clients_count.unwrap_or(1)).await?;
    let hash = links::hash(&by.app, location_id, id);
    unit.commit(Data::new(BookEventOut { id, hash })).await
}
