//! A client as requests send him.

use kernel::{Money, Patch};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::clients::rules::Change;

/// A tag, by its id or as it was shown.
#[derive(Clone, Copy, Debug)]
pub struct TagIn(i64);

impl<'de> Deserialize<'de> for TagIn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sent = Value::deserialize(deserializer)?;
        let id = match sent.get("id").unwrap_or(&sent) {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        id.map(Self).ok_or_else(|| D::Error::custom("not an id"))
    }
}

/// Tags of a client. The contract draws an object there and shows a list: both are taken.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct TagsIn(Vec<TagIn>);

impl PartialSchema for TagsIn {
    fn schema() -> RefOr<Schema> {
        let id = || ObjectBuilder::new().schema_type(Type::Integer);
        OneOfBuilder::new()
            .item(ArrayBuilder::new().items(id()))
            .item(ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(id())))
            .examples([serde_json::json!([1])])
            .into()
    }
}

impl ToSchema for TagsIn {}

/// What a client agrees to; what is left out stays.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[schema(as = ClientAgreementsIn)]
pub struct AgreementsIn {
    /// Whether his personal data may be processed.
    is_personal_data_processing_allowed: Option<bool>,
    /// Whether he may be sent newsletters.
    is_newsletter_allowed: Option<bool>,
}

/// A client to make or to change; what a change leaves out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[schema(as = ClientIn)]
pub struct ClientIn {
    /// First name.
    #[schema(value_type = String, required, example = "James")]
    #[serde(default)]
    name: Patch<String>,
    /// Last name.
    #[schema(value_type = Option<String>, example = "Smith")]
    #[serde(default)]
    surname: Patch<String>,
    /// Middle name.
    #[schema(value_type = Option<String>, example = "James")]
    #[serde(default)]
    middle_name: Patch<String>,
    /// Middle name, by its other name.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    patronymic: Patch<String>,
    /// Phone number, one client's at the location: in any spelling, with its country code or as in the location's country.
    #[schema(value_type = String, required, example = "13155550179")]
    #[serde(default)]
    phone: Patch<String>,
    /// E-mail address.
    #[schema(value_type = Option<String>, example = "j.smith@example.com")]
    #[serde(default)]
    email: Patch<String>,
    /// 0 unknown, 1 male, 2 female.
    #[schema(value_type = Option<i64>, example = 1)]
    #[serde(default)]
    gender_id: Patch<i64>,
    /// 0 none, 1 bronze, 2 silver, 3 gold.
    #[schema(value_type = Option<i64>, example = 1)]
    #[serde(default)]
    importance_id: Patch<i64>,
    /// Discount, percent.
    #[schema(value_type = Option<f64>, example = 15)]
    #[serde(default)]
    discount: Patch<Money>,
    /// Number of his card.
    #[schema(value_type = Option<String>, example = "555888666")]
    #[serde(default)]
    card: Patch<String>,
    /// Day of birth, or the seconds since 1970 of an instant on it.
    #[schema(value_type = Option<String>, example = "952041600")]
    #[serde(default)]
    birth_date: Patch<String>,
    /// The note on him.
    #[schema(value_type = Option<String>, example = "Prefers the morning")]
    #[serde(default)]
    comment: Patch<String>,
    /// What he has bought for.
    #[schema(value_type = Option<f64>, example = 1000)]
    #[serde(default)]
    spent: Patch<Money>,
    /// What he has in hand apart from that: the balance shown is this, with what he paid, less what he spent.
    #[schema(value_type = Option<f64>, example = -200)]
    #[serde(default)]
    balance: Patch<Money>,
    /// 1 when he is to get a message on his birthday.
    #[schema(value_type = Option<i64>, example = 0)]
    #[serde(default)]
    sms_check: Patch<bool>,
    /// 1 when he is to be left out of mailings.
    #[schema(value_type = Option<i64>, example = 0)]
    #[serde(default)]
    sms_not: Patch<bool>,
    /// Ids of his tags.
    #[schema(value_type = TagsIn)]
    #[serde(default)]
    categories: Patch<TagsIn>,
    /// Ids of his tags, by their other name.
    #[schema(value_type = TagsIn)]
    #[serde(default)]
    labels: Patch<TagsIn>,
    /// Values of custom fields by their keys; null empties one, what is left out stays.
    #[schema(value_type = Option<Object>, example = json!({"allergies": "Nuts"}))]
    #[serde(default)]
    custom_fields: Patch<Map<String, Value>>,
    /// What he agrees to.
    client_agreements: Option<AgreementsIn>,
}

/// The first of two names that was sent.
fn either<T>(first: Patch<T>, second: Patch<T>) -> Patch<T> {
    if matches!(first, Patch::Absent) { second } else { first }
}

impl From<ClientIn> for Change {
    fn from(i: ClientIn) -> Self {
        let agreements = i.client_agreements.unwrap_or_default();
        Self {
            name: i.name,
            surname: i.surname,
            patronymic: either(i.middle_name, i.patronymic),
            phone: i.phone,
            email: i.email,
            gender: i.gender_id,
            importance: i.importance_id,
            discount: i.discount,
            card: i.card,
            birthday: i.birth_date,
            comment: i.comment,
            spent: i.spent,
            balance: i.balance,
            sms_check: i.sms_check,
            sms_not: i.sms_not,
            newsletter_allowed: agreements.is_newsletter_allowed,
            personal_data_allowed: agreements.is_personal_data_processing_allowed,
            tags: match either(i.labels, i.categories) {
                Patch::Absent => Patch::Absent,
                Patch::Null => Patch::Null,
                Patch::Set(TagsIn(tags)) => Patch::Set(tags.into_iter().map(|tag| tag.0).collect()),
            },
            values: i.custom_fields,
        }
    }
}

/// What a line of a bulk creation tells of itself, whether or not it can be read.
pub(crate) fn told(line: &Value) -> (String, String) {
    let text = |name: &str| match &line[name] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    (text("phone"), format!("{} {}", text("name"), text("surname")).trim().to_owned())
}
