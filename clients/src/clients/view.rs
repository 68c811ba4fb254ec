//! What is shown of clients: read for many at once, in three queries at the most.

use std::collections::BTreeMap;

use calc::zone::{Zone, local_iso_basic};
use db::Conn;
use kernel::{Money, OrEmpty, Result};
use org::tags::rules::font_color;
use serde::{Serialize, Serializer};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::rules;
use super::store::{self, Client, CustomValue, OnCard, Tag, Told};
use crate::Shown;

/// A client with his tags and the values of his custom fields, as somebody sees him.
#[derive(Clone, Debug)]
pub struct Whole<C = Client> {
    /// The client; what is hidden is empty.
    pub client: C,
    /// His tags.
    pub tags: Vec<Tag>,
    /// Values of custom fields; none where they are hidden.
    pub values: Vec<CustomValue>,
}

/// What is read beside the rows.
#[derive(Clone, Copy, Debug)]
pub struct With {
    /// Tags.
    pub tags: bool,
    /// Values of custom fields, where they are shown.
    pub values: bool,
}

impl With {
    /// All there is.
    pub const ALL: Self = Self { tags: true, values: true };
}

impl Whole {
    /// These clients, also deleted ones, in the order asked for, which knows each once.
    pub async fn load(conn: &mut Conn, location_id: i64, ids: &[i64], shown: &Shown) -> Result<Vec<Self>> {
        Self::with(conn, location_id, ids, shown, With::ALL).await
    }

    /// The same with no more beside them than that.
    pub async fn with(
        conn: &mut Conn,
        location_id: i64,
        ids: &[i64],
        shown: &Shown,
        with: With,
    ) -> Result<Vec<Self>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = store::by_ids(conn, location_id, ids).await?;
        let mut found: BTreeMap<i64, Self> = Self::around(conn, location_id, rows, shown, with)
            .await?
            .into_iter()
            .map(|whole| (whole.client.id, whole))
            .collect();
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    fn custom_fields(values: Vec<CustomValue>) -> CustomFieldsOut {
        CustomFieldsOut(values.into_iter().map(|v| (v.code, v.value)).collect())
    }
}

impl<C: Told> Whole<C> {
    /// The same of rows that were read already, each once, by id.
    pub async fn around(
        conn: &mut Conn,
        location_id: i64,
        rows: Vec<C>,
        shown: &Shown,
        with: With,
    ) -> Result<Vec<Self>> {
        let ids: Vec<i64> = rows.iter().map(Told::id).collect();
        let ids = ids.as_slice();
        let tags = if with.tags { store::tags(conn, location_id, ids).await? } else { Vec::new() };
        let values = if with.values && shown.values() {
            store::custom_values(conn, location_id, ids).await?
        } else {
            Vec::new()
        };
        let around = |client| Self { client: shown.strip(client), tags: Vec::new(), values: Vec::new() };
        let mut all: Vec<Self> = rows.into_iter().map(around).collect();
        all.sort_by_key(|whole| whole.client.id());
        for tag in tags {
            if let Ok(at) = all.binary_search_by_key(&tag.owner_id, |whole| whole.client.id()) {
                all[at].tags.push(tag);
            }
        }
        for value in values {
            if let Ok(at) = all.binary_search_by_key(&value.client_id, |whole| whole.client.id()) {
                all[at].values.push(value);
            }
        }
        Ok(all)
    }
}

/// Values by the keys of their fields; the wire's empty list where there is none.
#[derive(Clone, Debug, Default)]
pub struct CustomFieldsOut(BTreeMap<String, String>);

impl Serialize for CustomFieldsOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        OrEmpty(Some(&self.0).filter(|values| !values.is_empty())).serialize(serializer)
    }
}

impl PartialSchema for CustomFieldsOut {
    fn schema() -> RefOr<Schema> {
        OrEmpty::<BTreeMap<String, String>>::schema()
    }
}

impl ToSchema for CustomFieldsOut {}

/// A tag of a client.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ClientCategory)]
pub struct CategoryOut {
    /// Its id.
    #[schema(example = 101)]
    pub id: i64,
    /// Its text.
    #[schema(example = "Loyal")]
    pub title: String,
    /// Its colour.
    #[schema(example = "#bfd4f2")]
    pub color: String,
}

impl From<Tag> for CategoryOut {
    fn from(tag: Tag) -> Self {
        Self { id: tag.id, title: tag.title, color: tag.color }
    }
}

/// What a client has agreed to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ClientAgreements)]
pub struct AgreementsOut {
    /// The client.
    #[schema(example = 66)]
    pub client_id: i64,
    /// The location.
    #[schema(example = 37532)]
    pub company_id: i64,
    /// Whether his personal data may be processed.
    pub is_personal_data_processing_allowed: bool,
    /// Whether he may be sent newsletters.
    pub is_newsletter_allowed: bool,
}

/// A client, whole. What the asker may not see is empty.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Client)]
pub struct ClientOut {
    /// His id.
    #[schema(example = 66)]
    pub id: i64,
    /// First name.
    #[schema(example = "James")]
    pub name: String,
    /// Last name.
    #[schema(example = "Smith")]
    pub surname: String,
    /// Middle name.
    #[schema(example = "James")]
    pub middle_name: String,
    /// Middle name, by its other name.
    #[schema(example = "James")]
    pub patronymic: String,
    /// What he is called.
    #[schema(example = "James Smith")]
    pub display_name: String,
    /// Phone number with its plus; empty where it is hidden.
    #[schema(example = "+13155550177")]
    pub phone: String,
    /// E-mail address.
    #[schema(example = "j.smith@example.com")]
    pub email: String,
    /// His tags.
    pub categories: Vec<CategoryOut>,
    /// 0 unknown, 1 male, 2 female.
    #[schema(example = 1)]
    pub gender_id: i64,
    /// The same in words.
    #[schema(example = "Male")]
    pub gender: &'static str,
    /// Discount, percent.
    #[schema(value_type = f64, example = 15)]
    pub discount: Money,
    /// 0 none, 1 bronze, 2 silver, 3 gold.
    #[schema(example = 1)]
    pub importance_id: i64,
    /// The same in words.
    #[schema(example = "Bronze")]
    pub importance: &'static str,
    /// Number of his card.
    #[schema(example = "555888666")]
    pub card: String,
    /// Day of birth; null when not known.
    #[schema(example = "2000-03-03")]
    pub birth_date: Option<String>,
    /// The note on him.
    #[schema(example = "Prefers the morning")]
    pub comment: String,
    /// 1 when he gets a message on his birthday.
    #[schema(example = 0)]
    pub sms_check: i64,
    /// 1 when he is left out of mailings.
    #[schema(example = 0)]
    pub sms_not: i64,
    /// What he has bought for.
    #[schema(value_type = f64, example = 1000)]
    pub spent: Money,
    /// What he has paid.
    #[schema(value_type = f64, example = 0)]
    pub paid: Money,
    /// What is left of it: negative when he owes.
    #[schema(value_type = f64, example = -1200)]
    pub balance: Money,
    /// Visits.
    #[schema(example = 34)]
    pub visits: i64,
    /// Visits, by their other name.
    #[schema(example = 34)]
    pub success_visits_count: i64,
    /// Appointments to which he did not come.
    #[schema(example = 0)]
    pub fail_visits_count: i64,
    /// When his first visit began; null without any.
    #[schema(example = "2025-02-01T12:00:00-0500")]
    pub first_visit_date: Option<String>,
    /// When his last visit began; null without any.
    #[schema(example = "2026-02-01T12:00:00-0500")]
    pub last_visit_date: Option<String>,
    /// When he was last changed.
    #[schema(example = "2026-02-01T12:00:00-0500")]
    pub last_change_date: String,
    /// Values of custom fields by their keys; an empty list where there is none.
    pub custom_fields: CustomFieldsOut,
    /// What he has agreed to.
    pub client_agreements: AgreementsOut,
}

impl ClientOut {
    /// As the zone's clock shows it.
    pub fn of(whole: Whole, location_id: i64, zone: &Zone) -> Self {
        let Whole { client: c, tags, values } = whole;
        let at = |instant: i64| local_iso_basic(instant, zone);
        Self {
            id: c.id,
            display_name: rules::display_name(&c.name, &c.surname),
            name: c.name,
            surname: c.surname,
            middle_name: c.patronymic.clone(),
            patronymic: c.patronymic,
            phone: c.phone,
            email: c.email,
            categories: tags.into_iter().map(Into::into).collect(),
            gender_id: c.gender,
            gender: rules::gender_name(c.gender),
            discount: Money(c.discount),
            importance_id: c.importance,
            importance: rules::importance_name(c.importance),
            card: c.card,
            birth_date: Some(c.birthday).filter(|day| !day.is_empty()),
            comment: c.comment,
            sms_check: c.sms_check.into(),
            sms_not: c.sms_not.into(),
            spent: Money(c.spent),
            paid: Money(c.paid),
            balance: Money(c.balance),
            visits: c.visits,
            success_visits_count: c.visits,
            fail_visits_count: c.no_shows,
            first_visit_date: c.first_visit_at.map(at),
            last_visit_date: c.last_visit_at.map(at),
            last_change_date: at(c.updated_at),
            custom_fields: Whole::custom_fields(values),
            client_agreements: AgreementsOut {
                client_id: c.id,
                company_id: location_id,
                is_personal_data_processing_allowed: c.personal_data_allowed,
                is_newsletter_allowed: c.newsletter_allowed,
            },
        }
    }

    /// These clients, also deleted ones, in the order asked for.
    pub async fn load(
        conn: &mut Conn,
        location_id: i64,
        ids: &[i64],
        shown: &Shown,
        zone: &Zone,
    ) -> Result<Vec<Self>> {
        let whole = Whole::load(conn, location_id, ids, shown).await?;
        Ok(whole.into_iter().map(|whole| Self::of(whole, location_id, zone)).collect())
    }
}

/// A tag of a client, beside an appointment.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ClientTag)]
pub struct ClientTagOut {
    /// Its id.
    #[schema(example = 101)]
    pub id: i64,
    /// Its text.
    #[schema(example = "Loyal")]
    pub title: String,
    /// Its colour.
    #[schema(example = "#bfd4f2")]
    pub color: String,
    /// Its icon.
    #[schema(example = "star")]
    pub icon: String,
    /// Colour of its text.
    #[schema(example = "#000000")]
    pub font_color: &'static str,
}

/// A value of a client's custom field, beside an appointment.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ClientFieldValue)]
pub struct ClientFieldOut {
    /// The field.
    #[schema(example = 7)]
    pub id: i64,
    /// Its key.
    #[schema(example = "shoe_size")]
    pub code: String,
    /// The value.
    #[schema(example = "44")]
    pub value: String,
}

/// What an appointment shows of its client. What the asker may not see is empty.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ClientCard)]
pub struct Card {
    /// His id.
    #[schema(example = 66)]
    pub id: i64,
    /// First name.
    #[schema(example = "Jane")]
    pub name: String,
    /// Last name.
    #[schema(example = "Doe")]
    pub surname: String,
    /// Middle name.
    #[schema(example = "")]
    pub middle_name: String,
    /// Middle name, by its other name.
    #[schema(example = "")]
    pub patronymic: String,
    /// What he is called.
    #[schema(example = "Jane Doe")]
    pub display_name: String,
    /// The note on him.
    #[schema(example = "")]
    pub comment: String,
    /// Phone number with its plus; empty where it is hidden.
    #[schema(example = "+13155550175")]
    pub phone: String,
    /// Number of his card.
    #[schema(example = "")]
    pub card: String,
    /// E-mail address.
    #[schema(example = "client@example.com")]
    pub email: String,
    /// Visits.
    #[schema(example = 37)]
    pub success_visits_count: i64,
    /// Appointments to which he did not come.
    #[schema(example = 3)]
    pub fail_visits_count: i64,
    /// Discount, percent.
    #[schema(value_type = f64, example = 0)]
    pub discount: Money,
    /// Whether he has not come yet.
    #[schema(example = false)]
    pub is_new: bool,
    /// Values of custom fields.
    pub custom_fields: Vec<ClientFieldOut>,
    /// 0 unknown, 1 male, 2 female.
    #[schema(example = 0)]
    pub gender: i64,
    /// The same, by its other name.
    #[schema(example = 0)]
    pub sex: i64,
    /// Day of birth, or empty.
    #[schema(example = "")]
    pub birthday: String,
    /// His tags.
    pub client_tags: Vec<ClientTagOut>,
    /// The country of his phone, 0 for none.
    #[schema(example = 7)]
    pub phone_country_id: i64,
}

impl From<Whole<OnCard>> for Card {
    fn from(Whole { client: c, tags, values }: Whole<OnCard>) -> Self {
        let tag = |tag: Tag| ClientTagOut {
            id: tag.id,
            title: tag.title,
            font_color: font_color(&tag.color),
            color: tag.color,
            icon: tag.icon,
        };
        Self {
            id: c.id,
            phone_country_id: org::dictionaries::country_by_phone(&c.phone).map_or(0, |country| country.id),
            display_name: rules::display_name(&c.name, &c.surname),
            name: c.name,
            surname: c.surname,
            middle_name: c.patronymic.clone(),
            patronymic: c.patronymic,
            comment: c.comment,
            phone: c.phone,
            card: c.card,
            email: c.email,
            success_visits_count: c.visits,
            fail_visits_count: c.no_shows,
            discount: Money(c.discount),
            is_new: c.visits == 0,
            custom_fields: values
                .into_iter()
                .map(|v| ClientFieldOut { id: v.field_id, code: v.code, value: v.value })
                .collect(),
            gender: c.gender,
            sex: c.gender,
            birthday: c.birthday,
            client_tags: tags.into_iter().map(tag).collect(),
        }
    }
}

impl Card {
    /// These clients, also deleted ones, by their ids.
    pub async fn load(
        conn: &mut Conn,
        location_id: i64,
        ids: &[i64],
        shown: &Shown,
    ) -> Result<BTreeMap<i64, Self>> {
        let cards = Self::with(conn, location_id, ids, shown, With::ALL).await?;
        Ok(cards.into_iter().map(|card| (card.id, card)).collect())
    }

    /// The same with no more beside them than that, in the order of their ids.
    pub async fn with(
        conn: &mut Conn,
        location_id: i64,
        ids: &[i64],
        shown: &Shown,
        with: With,
    ) -> Result<Vec<Self>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<OnCard> = store::by_ids(conn, location_id, ids).await?;
        let whole = Whole::around(conn, location_id, rows, shown, with).await?;
        Ok(whole.into_iter().map(Into::into).collect())
    }
}
