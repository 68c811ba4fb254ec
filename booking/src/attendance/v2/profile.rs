//! A client's profile.

use ::clients::Shown;
use ::clients::clients::store::{self, Client, CustomValue};
use ::clients::clients::{Whole, With};
use calc::zone::local_sql;
use kernel::{Compound, Error, Linked, Money, Path, Problems, Query, Result, ToMany, ToOne, includes};
use org::access::{At, perm};
use org::custom_fields::rules::Entity;
use org::rights::Grants;
use org::tags::rules::font_color;
use org::tags::store::Worn;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::id;
use crate::visits::store::{self as visits, Visit};

const INCLUDES: &[&str] = &[
    "labels",
    "first_successful_visit",
    "loyalty_cards",
    "loyalty_certificates",
    "loyalty_abonements",
    "custom_field_values",
    "agreements",
];

/// What to add.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct BookingUserInclude {
    /// What to add: `labels`, `first_successful_visit`, `loyalty_cards`, `loyalty_certificates`, `loyalty_abonements`,
    /// `custom_field_values`, `agreements`.
    #[param(example = json!(["labels"]))]
    include: Vec<String>,
}

/// What is asked for beside a client.
struct Asked(Vec<String>);

impl Asked {
    /// Reads `include`.
    ///
    /// # Errors
    /// 422 for a word that it does not know, 403 for what the user may not see.
    fn read(include: Vec<String>, grants: &Grants) -> Result<Self> {
        let mut problems = Problems::new();
        includes(&include, INCLUDES, &mut problems);
        problems.done()?;
        let asked = Self(include);
        let loyalty = ["loyalty_cards", "loyalty_certificates", "loyalty_abonements"];
        let loyalty = loyalty.into_iter().any(|name| asked.has(name));
        let values = asked.has("custom_field_values");
        let may = (!values || Entity::Client.readable(grants))
            && (!loyalty || grants.allows("clients_loyalty_read_access"));
        if may { Ok(asked) } else { Err(Error::denied()) }
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|asked| asked == name)
    }

    fn any(&self) -> bool {
        !self.0.is_empty()
    }
}

/// What is known of a client. What the user may not see is empty.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingUserAttributes {
    /// First name.
    #[schema(example = "Jane")]
    name: String,
    /// Last name.
    #[schema(example = "Doe")]
    surname: String,
    /// Middle name.
    #[schema(example = "")]
    patronymic: String,
    /// Phone number with its plus.
    #[schema(example = "+13155550175")]
    phone: String,
    /// A second phone number: none is kept, so that it is always empty.
    #[schema(example = "")]
    additional_phone: String,
    /// E-mail address.
    #[schema(example = "jane@example.com")]
    email: String,
    /// The note on him.
    #[schema(example = "Prefers the morning")]
    comment: String,
    /// Whether he can leave tips: the location takes none yet.
    #[schema(example = false)]
    client_tips: bool,
    /// Day of birth, with midnight; null when not known.
    #[schema(example = "1990-05-17T00:00:00")]
    birthday: Option<String>,
    /// Number of his card.
    #[schema(example = "")]
    card_number: String,
    /// 0 not said, 1 male, 2 female.
    #[schema(example = 2)]
    gender: i64,
    /// Discount, percent, by its older name.
    #[schema(value_type = f64, example = 5)]
    discount: Money,
    /// Discount, percent.
    #[schema(value_type = f64, example = 5)]
    discount_percent: Money,
}

impl From<&Client> for BookingUserAttributes {
    fn from(c: &Client) -> Self {
        Self {
            name: c.name.clone(),
            surname: c.surname.clone(),
            patronymic: c.patronymic.clone(),
            phone: c.phone.clone(),
            additional_phone: String::new(),
            email: c.email.clone(),
            comment: c.comment.clone(),
            client_tips: false,
            birthday: (!c.birthday.is_empty()).then(|| format!("{}T00:00:00", c.birthday)),
            card_number: c.card.clone(),
            gender: c.gender,
            discount: Money(c.discount),
            discount_percent: Money(c.discount),
        }
    }
}

/// What a client belongs with, as far as asked for.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct BookingUserRelationships {
    /// His tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    labels: Option<ToMany>,
    /// The first visit that took place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    first_successful_visit: Option<ToOne>,
    /// His loyalty cards: the location issues none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    loyalty_cards: Option<ToMany>,
    /// His gift cards: the location sells none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    loyalty_certificates: Option<ToMany>,
    /// His memberships: the location sells none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    loyalty_abonements: Option<ToMany>,
    /// Values of his custom fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    custom_field_values: Option<ToMany>,
    /// What he agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    agreements: Option<ToOne>,
}

/// What is known of something included.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum IncludedBookingUserAttributes {
    /// `label`: a tag.
    Label {
        /// Its text.
        title: String,
        /// Its colour.
        color: String,
        /// Its icon.
        icon: String,
        /// Colour of its text.
        font_color: &'static str,
    },
    /// `visit`.
    Visit {
        /// When it began, by the location's clock.
        datetime: String,
        /// 1: he came.
        attendance: i64,
        /// What it came to.
        #[schema(value_type = f64)]
        cost: Money,
    },
    /// `custom_field_value`.
    Value {
        /// The field's key.
        code: String,
        /// The value.
        value: String,
    },
    /// `client_agreements`.
    Agreements {
        /// To newsletters.
        is_newsletter_allowed: bool,
        /// To the processing of personal data.
        is_personal_data_processing_allowed: bool,
    },
}

/// What a custom field's value belongs with.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncludedValueRelationships {
    /// The field.
    custom_field: ToOne,
}

/// A client.
pub type BookingUserResource = Linked<BookingUserAttributes, BookingUserRelationships>;
type Included = Linked<IncludedBookingUserAttributes, IncludedValueRelationships>;

impl From<&Worn> for IncludedBookingUserAttributes {
    fn from(tag: &Worn) -> Self {
        let font_color = font_color(&tag.color);
        Self::Label { title: tag.title.clone(), color: tag.color.clone(), icon: tag.icon.clone(), font_color }
    }
}

fn relationships(whole: &Whole, first: Option<&Visit>, asked: &Asked) -> BookingUserRelationships {
    let empty = |name: &str, kind| asked.has(name).then(|| ToMany::new(kind, Vec::<i64>::new()));
    BookingUserRelationships {
        labels: asked.has("labels").then(|| ToMany::new("label", whole.tags.iter().map(|tag| tag.id))),
        first_successful_visit: asked
            .has("first_successful_visit")
            .then(|| ToOne::new("visit", first.map(|visit| visit.id))),
        loyalty_cards: empty("loyalty_cards", "loyalty_card"),
        loyalty_certificates: empty("loyalty_certificates", "loyalty_certificate"),
        loyalty_abonements: empty("loyalty_abonements", "loyalty_abonement"),
        custom_field_values: asked
            .has("custom_field_values")
            .then(|| ToMany::new("custom_field_value", whole.values.iter().map(value_id))),
        agreements: asked.has("agreements").then(|| ToOne::new("client_agreements", whole.client.id)),
    }
}

/// The id of a custom field's value: whose, and of which field.
fn value_id(value: &CustomValue) -> String {
    format!("{}_{}", value.client_id, value.field_id)
}

fn included(whole: &Whole, first: Option<(&Visit, String)>, asked: &Asked) -> Vec<Included> {
    use IncludedBookingUserAttributes::{Agreements, Value, Visit};
    let mut out: Vec<Included> =
        whole.tags.iter().map(|tag| Linked::new("label", tag.id, tag.into(), None)).collect();
    if let Some((visit, datetime)) = first {
        let attributes = Visit { datetime, attendance: visit.attendance, cost: Money(visit.cost) };
        out.push(Linked::new("visit", visit.id, attributes, None));
    }
    out.extend(whole.values.iter().map(|v| {
        let attributes = Value { code: v.code.clone(), value: v.value.clone() };
        let custom_field = ToOne::new("custom_field", v.field_id);
        let field = Some(IncludedValueRelationships { custom_field });
        Linked::new("custom_field_value", value_id(v), attributes, field)
    }));
    if asked.has("agreements") {
        let attributes = Agreements {
            is_newsletter_allowed: whole.client.newsletter_allowed,
            is_personal_data_processing_allowed: whole.client.personal_data_allowed,
        };
        out.push(Linked::new("client_agreements", whole.client.id, attributes, None));
    }
    out
}

/// Get the profile of a client who is received
///
/// As an appointment shows him; what the user may not see is empty. Values of custom fields and loyalty need their rights.
#[utoipa::path(
    get, path = "/locations/{location_id}/attendance/clients/{client_id}",
    operation_id = "get_attendance_booking_user", tag = "Booking Users",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("client_id" = i64, Path, description = "The client", minimum = 1),
        BookingUserInclude
    ),
    responses((status = 200, description = "The client", body = Compound<Linked<BookingUserAttributes, BookingUserRelationships>, Linked<IncludedBookingUserAttributes, IncludedValueRelationships>>))
)]
pub async fn get_attendance_booking_user(
    at: At<perm::AppointmentClient>,
    Path((_location, client)): Path<(i64, String)>,
    query: Query<BookingUserInclude>,
) -> Result<Compound<BookingUserResource, Included>> {
    let id = id(&client, "client_id")?;
    let asked = Asked::read(query.0.include, &at.membership.grants)?;
    let shown = Shown::of(&at.membership);
    let location_id = at.location_id;
    let mut conn = at.conn().await?;
    let client = store::find(&mut conn, location_id, id, &shown).await?;
    let with = With { tags: asked.has("labels"), values: asked.has("custom_field_values") };
    let whole = Whole::around(&mut conn, location_id, vec![client], &shown, with).await?;
    let whole = whole.into_iter().next().ok_or_else(Error::not_found)?;
    let first = if asked.has("first_successful_visit") {
        visits::first(&mut conn, location_id, id).await?
    } else {
        None
    };
    let zone = org::locations::store::zone(&mut conn, location_id).await?;
    let told = first.as_ref().map(|visit| (visit, local_sql(visit.starts_at.unwrap_or_default(), &zone)));
    let links = asked.any().then(|| relationships(&whole, first.as_ref(), &asked));
    let resource = Linked::new("client", id, (&whole.client).into(), links);
    Ok(Compound::new(resource, asked.any().then(|| included(&whole, told, &asked))))
}
