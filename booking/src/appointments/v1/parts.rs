//! Parts of which version 1 makes up an appointment.

use calc::zone::local_iso;
use kernel::Money;
use org::tags::rules::font_color;
use org::tags::store::Worn;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::appointments::store::Appointment;
use crate::appointments::store::with::{Document, Line};
use crate::appointments::view::View;

/// Yes or no; a number among the appointments of a visit.
#[derive(Clone, Copy, Debug)]
pub enum Flag {
    /// As it is.
    Bool(bool),
    /// As a number.
    Number(bool),
}

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Flag::Bool(yes) => serializer.serialize_bool(*yes),
            Flag::Number(yes) => serializer.serialize_i64(i64::from(*yes)),
        }
    }
}

pub(super) fn flag() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Boolean, Type::Integer]))
        .description(Some("Yes or no; 0 or 1 among the appointments of a visit."))
        .into()
}

/// How long the team member takes for a service.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StaffServiceLinkOut {
    /// Seconds.
    #[schema(example = 3600)]
    length: i64,
}

/// What the service costs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompanyServiceLinkOut {
    /// From.
    #[schema(value_type = f64, example = 100)]
    price_min: Money,
    /// To.
    #[schema(value_type = f64, example = 150)]
    price_max: Money,
}

/// A service of an appointment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppointmentServiceOut {
    /// Its id.
    #[schema(example = 331)]
    id: i64,
    /// Its name.
    #[schema(example = "Hair extension")]
    title: String,
    /// What all of it costs after the discount.
    #[schema(value_type = f64, example = 4500)]
    cost: Money,
    /// What is left to pay.
    #[schema(value_type = f64, example = 4500)]
    cost_to_pay: Money,
    /// The cost as it was set.
    #[schema(value_type = f64, example = 4500)]
    manual_cost: Money,
    /// What one costs.
    #[schema(value_type = f64, example = 9000)]
    cost_per_unit: Money,
    /// Percent.
    #[schema(value_type = f64, example = 50)]
    discount: Money,
    /// What all of it costs before the discount.
    #[schema(value_type = f64, example = 9000)]
    first_cost: Money,
    /// How often.
    #[schema(example = 1)]
    amount: i64,
    /// Who helps; nobody so far.
    #[schema(value_type = Vec<Object>)]
    assistants: [(); 0],
    /// How long it takes.
    staff_service_link: StaffServiceLinkOut,
    /// Its price.
    company_service_link: CompanyServiceLinkOut,
}

impl From<&Line> for AppointmentServiceOut {
    fn from(line: &Line) -> Self {
        Self {
            id: line.service_id,
            title: line.title.clone(),
            cost: Money(line.cost),
            cost_to_pay: Money(line.cost),
            manual_cost: Money(line.cost),
            cost_per_unit: Money(line.cost_per_unit),
            discount: Money(line.discount),
            first_cost: Money(line.cost_per_unit.saturating_mul(line.amount)),
            amount: line.amount,
            assistants: [],
            staff_service_link: StaffServiceLinkOut { length: line.seance_length },
            company_service_link: CompanyServiceLinkOut {
                price_min: Money(line.price_min),
                price_max: Money(line.price_max),
            },
        }
    }
}

/// A tag of an appointment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppointmentTagOut {
    /// Its id.
    #[schema(example = 67345)]
    id: i64,
    /// Its text.
    #[schema(example = "Any team member will do")]
    title: String,
    /// Its colour.
    #[schema(example = "#009800")]
    color: String,
    /// Its icon.
    #[schema(example = "unlock")]
    icon: String,
    /// Colour of its text.
    #[schema(example = "#ffffff")]
    font_color: String,
}

impl From<&Worn> for AppointmentTagOut {
    fn from(label: &Worn) -> Self {
        Self {
            id: label.id,
            title: label.title.clone(),
            color: label.color.clone(),
            icon: label.icon.clone(),
            font_color: font_color(&label.color).to_owned(),
        }
    }
}

/// A business document of an appointment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppointmentDocumentOut {
    /// Its id.
    #[schema(example = 8_172_893)]
    id: i64,
    /// 7 for a visit's.
    #[schema(example = 7)]
    type_id: i64,
    /// Its storage; 0, since a visit has none.
    #[schema(example = 0)]
    storage_id: i64,
    /// Who made it, 0 for nobody.
    #[schema(example = 746_310)]
    user_id: i64,
    /// The location.
    #[schema(example = 4564)]
    company_id: i64,
    /// Its number.
    #[schema(example = 8_172_893)]
    number: i64,
    /// What is noted of it.
    #[schema(example = "")]
    comment: String,
    /// When it was made, by the location's clock.
    #[schema(example = "2026-01-16T16:00:00-05:00")]
    date_created: String,
    /// Its category, 0 for none.
    #[schema(example = 0)]
    category_id: i64,
    /// The visit.
    #[schema(example = 3)]
    visit_id: i64,
    /// The appointment.
    #[schema(example = 2)]
    record_id: i64,
    /// What it is.
    #[schema(example = "Visit")]
    type_title: &'static str,
    /// Whether a receipt was printed.
    #[schema(example = false)]
    is_sale_bill_printed: bool,
}

impl AppointmentDocumentOut {
    pub(crate) fn of(document: &Document, of: &Appointment, view: &View) -> Self {
        Self {
            id: document.id,
            type_id: document.kind,
            storage_id: 0,
            user_id: document.user_id,
            company_id: view.location_id,
            number: document.id,
            comment: document.comment.clone(),
            date_created: local_iso(document.created_at, view.zone()),
            category_id: 0,
            visit_id: of.visit_id.unwrap_or_default(),
            record_id: of.id,
            type_title: "Visit",
            is_sale_bill_printed: false,
        }
    }
}

/// A visitor beside or in place of the client.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppointmentComerOut {
    /// The id.
    #[schema(example = 5)]
    pub(super) id: i64,
    /// The name.
    #[schema(example = "A friend")]
    pub(super) name: String,
}

/// Values of custom fields by code; an empty list for none.
#[derive(Clone, Debug)]
pub struct CustomValuesOut(pub(super) Map<String, Value>);

impl Serialize for CustomValuesOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() { [(); 0].serialize(serializer) } else { self.0.serialize(serializer) }
    }
}

pub(super) fn custom_values() -> RefOr<Schema> {
    let any = ObjectBuilder::new().schema_type(SchemaType::AnyValue);
    OneOfBuilder::new()
        .item(ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(any)))
        .item(utoipa::openapi::schema::ArrayBuilder::new().items(ObjectBuilder::new()).max_items(Some(0)))
        .description(Some("Values of the location's own fields by code; an empty list for none."))
        .into()
}
