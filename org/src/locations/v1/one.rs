//! One location: reading, changing, deleting.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{App, Data, Lenient, NoContent, Patch, Query, Result};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::kept;
use crate::access::{AnyPartner, At, perm};
use crate::dictionaries;
use crate::locations::flow;
use crate::locations::rules::{Change, Social};
use crate::locations::store::{self, Location};

/// What to add to a location.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct GetFilter {
    /// 1 adds `access` for a signed-in user who manages the location.
    #[param(value_type = Option<i64>, example = 1)]
    my: bool,
    /// 1 adds the next free slot.
    #[serde(rename = "forBooking")]
    #[param(value_type = Option<i64>, example = 1)]
    pub for_booking: bool,
    /// 1 adds the chains.
    #[param(value_type = Option<i64>, example = 1)]
    show_groups: bool,
    /// 1 adds the booking forms.
    #[serde(rename = "showBookforms")]
    #[param(value_type = Option<i64>, example = 1)]
    show_bookforms: bool,
    /// A booking form: adds its address for online sales; with `showBookforms` only this form is shown.
    #[param(example = 19203)]
    bookform_id: Option<i64>,
}

impl GetFilter {
    /// Whether it asks for what is read by itself.
    fn adds(&self) -> bool {
        self.show_groups || self.show_bookforms || self.bookform_id.is_some()
    }
}

/// Pages in social networks.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
pub struct SocialOut {
    #[schema(example = "")]
    #[serde(default)]
    facebook: String,
    #[schema(example = "instagram.com/james_smith_company/")]
    #[serde(default)]
    instagram: String,
    #[schema(example = "")]
    #[serde(default)]
    telegram: String,
    #[schema(example = "")]
    #[serde(default)]
    whatsapp: String,
    #[schema(example = "")]
    #[serde(default)]
    viber: String,
    /// Only when set.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[serde(default)]
    vk: String,
}

impl From<Social> for SocialOut {
    fn from(s: Social) -> Self {
        let Social { facebook, instagram, telegram, whatsapp, viber, vk } = s;
        Self { facebook, instagram, telegram, whatsapp, viber, vk }
    }
}

impl From<SocialOut> for Social {
    fn from(s: SocialOut) -> Self {
        let SocialOut { facebook, instagram, telegram, whatsapp, viber, vk } = s;
        Self { facebook, instagram, telegram, whatsapp, viber, vk }
    }
}

/// A chain, in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = LocationChainOut)]
pub struct ChainOut {
    /// Its id.
    #[schema(example = 9206)]
    pub(super) id: i64,
    /// Its name.
    #[schema(example = "James Smith LLC main location chain")]
    pub(super) title: String,
}

/// The main chain; the wire has an empty list where there is none.
#[derive(Clone, Debug)]
pub struct MainChain(Option<ChainOut>);

impl Serialize for MainChain {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match &self.0 {
            Some(chain) => chain.serialize(serializer),
            None => [(); 0].serialize(serializer),
        }
    }
}

impl PartialSchema for MainChain {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .item(ChainOut::schema())
            .item(ArrayBuilder::new().items(ObjectBuilder::new()).max_items(Some(0)))
            .description(Some("The main chain; an empty list where there is none."))
            .into()
    }
}

impl ToSchema for MainChain {}

/// A booking form, in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookformOut {
    /// Its id.
    #[schema(example = 19203)]
    id: i64,
    /// Its name.
    #[schema(example = "James Smith LLC location appointment form")]
    title: String,
    /// 1 for the location's default form.
    #[schema(example = 0)]
    is_default: i64,
    /// Its page.
    #[schema(example = "http://127.0.0.1:8080/book/19203")]
    url: String,
}

impl BookformOut {
    pub(super) fn of(app: &App, (_, id, title, is_default): (i64, i64, String, bool)) -> Self {
        let url = format!("{}/book/{id}", app.public_url());
        Self { id, title, is_default: is_default.into(), url }
    }
}

/// What the asker may do with the location: present for its users.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct AccessOut {}

/// How clients pay when they book.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PaymentPolicyOut {
    /// `none`, `deposit` or `card_guarantee`.
    #[schema(example = "deposit")]
    r#type: String,
}

/// A location.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LocationOut {
    /// Its id.
    #[schema(example = 37532)]
    id: i64,
    /// Name.
    #[schema(example = "James Smith LLC")]
    title: String,
    /// Country's id.
    #[schema(example = 7)]
    country_id: i64,
    /// Country.
    #[schema(example = "United States")]
    country: String,
    /// City's id; 0 for a city that the dictionary does not have.
    #[schema(example = 181)]
    city_id: i64,
    /// City.
    #[schema(example = "New York")]
    city: String,
    /// Time zone, IANA.
    #[schema(example = "America/New_York")]
    timezone_name: String,
    /// Address.
    #[schema(example = "New York, 787 Jackson Drive")]
    address: String,
    /// Postal code.
    #[schema(example = "11435")]
    zip: String,
    /// Latitude, degrees.
    #[schema(example = 40.73061)]
    coordinate_lat: f64,
    /// Longitude, degrees.
    #[schema(example = -73.935_242)]
    coordinate_lon: f64,
    /// What it is, in a line.
    #[schema(example = "Beauty studio")]
    short_descr: String,
    /// Pages in social networks.
    social: SocialOut,
    /// Site.
    #[schema(example = "james-smith-company.com")]
    site: String,
    /// Business type's id.
    #[schema(example = 1)]
    business_type_id: i64,
    /// Description, HTML.
    #[schema(example = "The <strong>James Smith</strong> location")]
    description: String,
    /// Whether clients confirm their phone by a code.
    phone_confirmation: bool,
    /// How many team members work there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 2)]
    active_staff_count: Option<i64>,
    /// The next free slot, when asked for; null when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-03-23T10:10:00-05:00")]
    pub next_slot: Option<Option<String>>,
    /// Weight in its chain, the larger the earlier.
    #[schema(example = 900)]
    group_priority: i64,
    /// 1 when a confirmation by push counts.
    #[schema(example = 1)]
    push_notification_phone_confirm: i64,
    /// The main chain's id, null when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, example = 9206)]
    main_group_id: Option<Option<i64>>,
    /// The main chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = MainChain)]
    main_group: Option<MainChain>,
    /// The chains by their ids, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    groups: Option<BTreeMap<String, ChainOut>>,
    /// The booking forms, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bookforms: Option<Vec<BookformOut>>,
    /// Address for online sales of the booking form asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "http://127.0.0.1:8080/book/19203/sales")]
    online_sales_form_url: Option<String>,
    /// How clients pay when they book, where that is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    payment_policy: Option<PaymentPolicyOut>,
    /// For the location's users, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    access: Option<AccessOut>,
}

impl LocationOut {
    pub(super) fn of(l: Location) -> Self {
        let country =
            dictionaries::country(l.country_id).map(|c| c.full_title.to_owned()).unwrap_or_default();
        let main = l.main_chain_id.zip(l.main_chain_title);
        Self {
            id: l.id,
            title: l.title,
            country_id: l.country_id,
            country,
            city_id: l.city_id,
            city: l.city,
            timezone_name: l.timezone,
            address: l.address,
            zip: l.zip,
            coordinate_lat: l.latitude,
            coordinate_lon: l.longitude,
            short_descr: l.short_descr,
            social: l.social.into(),
            site: l.site,
            business_type_id: l.business_type_id,
            description: l.description,
            phone_confirmation: l.phone_confirmation,
            active_staff_count: Some(l.active_staff_count),
            next_slot: None,
            group_priority: l.group_priority,
            push_notification_phone_confirm: l.push_notification_phone_confirm.into(),
            main_group_id: Some(l.main_chain_id),
            main_group: Some(MainChain(main.map(|(id, title)| ChainOut { id, title }))),
            groups: None,
            bookforms: None,
            online_sales_form_url: None,
            payment_policy: (l.payment_policy != "none")
                .then_some(PaymentPolicyOut { r#type: l.payment_policy }),
            access: None,
        }
    }

    /// How long the texts are that may be long.
    pub(super) fn words(&self) -> usize {
        self.description.len() + self.short_descr.len() + self.address.len()
    }

    /// Adds what was asked for.
    async fn add(&mut self, app: &App, conn: &mut db::Conn, wanted: &GetFilter) -> Result<()> {
        let ids = [self.id];
        if wanted.show_groups {
            let chains = store::chains(conn, &ids).await?.into_iter();
            self.groups =
                Some(chains.map(|(_, id, title)| (id.to_string(), ChainOut { id, title })).collect());
        }
        if wanted.show_bookforms || wanted.bookform_id.is_some() {
            let mut forms = store::forms(conn, &ids).await?;
            if let Some(id) = wanted.bookform_id {
                forms.retain(|form| form.1 == id);
            }
            if wanted.bookform_id.is_some() {
                self.online_sales_form_url =
                    forms.first().map(|form| format!("{}/book/{}/sales", app.public_url(), form.1));
            }
            if wanted.show_bookforms {
                self.bookforms = Some(forms.into_iter().map(|form| BookformOut::of(app, form)).collect());
            }
        }
        Ok(())
    }
}

/// A location with its revision, perhaps as it was within the last second; `next_slot` is for whoever knows calendars to
/// fill.
pub async fn get(at: &AnyPartner, id: i64, wanted: &GetFilter) -> Result<(Arc<LocationOut>, i64)> {
    let (mut out, revision) = kept::plain(&at.app, id).await?;
    if wanted.adds() {
        Arc::make_mut(&mut out).add(&at.app, &mut at.conn().await?, wanted).await?;
    }
    if wanted.my && at.manages(id).await? {
        Arc::make_mut(&mut out).access = Some(AccessOut {});
    }
    Ok((out, revision))
}

/// A change of a location; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct LocationIn {
    /// Name.
    #[schema(value_type = String, example = "James Smith LLC")]
    #[serde(default)]
    title: Patch<String>,
    /// Country's id; goes before `country`.
    #[schema(value_type = i64, example = 7)]
    #[serde(default)]
    country_id: Patch<i64>,
    /// Country by name or ISO code.
    #[schema(value_type = String, example = "United States")]
    #[serde(default)]
    country: Patch<String>,
    /// City's id; goes before `city`.
    #[schema(value_type = i64, example = 181)]
    #[serde(default)]
    city_id: Patch<i64>,
    /// City by name; one that the dictionary does not have is kept as written.
    #[schema(value_type = String, example = "New York")]
    #[serde(default)]
    city: Patch<String>,
    /// Time zone, IANA; else that of the city.
    #[schema(value_type = String, example = "America/New_York")]
    #[serde(default)]
    timezone_name: Patch<String>,
    /// Address.
    #[schema(value_type = String, example = "New York, 787 Jackson Drive")]
    #[serde(default)]
    address: Patch<String>,
    /// Postal code.
    #[schema(value_type = String, example = "11435")]
    #[serde(default)]
    zip: Patch<String>,
    /// Phones, the main one first; replaces those before.
    #[schema(value_type = Vec<String>, example = json!(["12125357710"]))]
    #[serde(default)]
    phones: Patch<Vec<String>>,
    /// Pages in social networks; replaces those before.
    #[schema(value_type = SocialOut)]
    #[serde(default)]
    social: Patch<SocialOut>,
    /// Site.
    #[schema(value_type = String, example = "james-smith-company.com")]
    #[serde(default)]
    site: Patch<String>,
    /// Latitude, degrees.
    #[schema(value_type = f64, example = 40.73061)]
    #[serde(default)]
    coordinate_lat: Patch<f64>,
    /// Longitude, degrees.
    #[schema(value_type = f64, example = -73.935_242)]
    #[serde(default)]
    coordinate_lon: Patch<f64>,
    /// Description, HTML.
    #[schema(value_type = String, example = "The <strong>James Smith</strong> location")]
    #[serde(default)]
    description: Patch<String>,
    /// Business type's id.
    #[schema(value_type = i64, example = 1)]
    #[serde(default)]
    business_type_id: Patch<i64>,
    /// What it is, in a line.
    #[schema(value_type = String, example = "Beauty studio")]
    #[serde(default)]
    short_descr: Patch<String>,
}

impl From<LocationIn> for Change {
    fn from(i: LocationIn) -> Self {
        Self {
            title: i.title,
            country_id: i.country_id,
            country: i.country,
            city_id: i.city_id,
            city: i.city,
            timezone: i.timezone_name,
            address: i.address,
            zip: i.zip,
            site: i.site,
            latitude: i.coordinate_lat,
            longitude: i.coordinate_lon,
            description: i.description,
            short_descr: i.short_descr,
            business_type_id: i.business_type_id,
            social: match i.social {
                Patch::Absent => Patch::Absent,
                Patch::Null => Patch::Null,
                Patch::Set(social) => Patch::Set(social.into()),
            },
            phones: i.phones,
        }
    }
}

/// Change a location
///
/// Takes the same query as reading it, for what the answer shows.
#[utoipa::path(
    put, path = "/company/{location_id}", operation_id = "update_location", tag = "Locations",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = LocationIn,
    responses((status = 200, description = "The location", body = Data<LocationOut>))
)]
pub async fn update_location(
    at: At<perm::SettingsBasis>,
    query: Query<GetFilter>,
    input: Lenient<LocationIn>,
) -> Result<Data<LocationOut>> {
    flow::update(&at, input.0.into(), async |conn, location| {
        let mut out = LocationOut::of(location);
        out.add(&at.app, conn, &query.0).await?;
        // The published answer to a change leaves these out unless the chains are asked for.
        if !query.0.show_groups {
            (out.active_staff_count, out.main_group_id, out.main_group) = (None, None, None);
        }
        out.access = Some(AccessOut {});
        Ok(out)
    })
    .await
}

/// Delete a location
///
/// For its owners. Nothing is lost: the operator of the server can undo it.
#[utoipa::path(
    delete, path = "/company/{location_id}", operation_id = "delete_location", tag = "Locations",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 202, description = "Deleted"))
)]
pub async fn delete_location(at: At<perm::Owner>) -> Result<NoContent> {
    flow::delete(&at).await
}
