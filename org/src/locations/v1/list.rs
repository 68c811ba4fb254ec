//! Locations in lists, and new ones.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use kernel::{App, Data, Lenient, Page, Patch, Result};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::{IntoParams, ToSchema};

use super::one::{BookformOut, ChainOut};
use crate::access::{AnyPartner, Signed};
use crate::dictionaries;
use crate::locations::flow;
use crate::locations::rules::Change;
use crate::locations::store::{self, Filter, Location};

/// Locations on a page: by default, at the most.
const PAGE: (i64, i64) = (200, 500);
/// Team members, and positions, given with a page of locations, at the most.
const TEAM: i64 = 5000;

/// A new location.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct NewLocationIn {
    /// Name.
    #[schema(required, value_type = String, example = "James Smith LLC")]
    #[serde(default)]
    title: Patch<String>,
    /// Country's id.
    #[schema(required, value_type = i64, example = 7)]
    #[serde(default)]
    country_id: Patch<i64>,
    /// City's id.
    #[schema(value_type = i64, example = 2)]
    #[serde(default)]
    city_id: Patch<i64>,
    /// City by name, when it has no id.
    #[schema(value_type = String)]
    #[serde(default)]
    city: Patch<String>,
    /// Time zone, IANA; else that of the city.
    #[schema(value_type = String)]
    #[serde(default)]
    timezone_name: Patch<String>,
    /// Address.
    #[schema(value_type = String, example = "New York, 787 Jackson Drive")]
    #[serde(default)]
    address: Patch<String>,
    /// Site.
    #[schema(value_type = String, example = "james-smith-company.com")]
    #[serde(default)]
    site: Patch<String>,
    /// Latitude, degrees.
    #[schema(value_type = f64, example = 40.73061)]
    #[serde(default)]
    coordinate_lat: Patch<f64>,
    /// Longitude, degrees; `coordinate_lon` is understood as well.
    #[schema(value_type = f64, example = -73.935_242)]
    #[serde(default)]
    coordinate_lot: Patch<f64>,
    /// Business type's id.
    #[schema(value_type = i64, example = 1)]
    #[serde(default)]
    business_type_id: Patch<i64>,
    /// What it is, in a line.
    #[schema(value_type = String, example = "Beauty studio")]
    #[serde(default)]
    short_descr: Patch<String>,
    /// Phones, the main one first.
    #[schema(value_type = Vec<String>)]
    #[serde(default)]
    phones: Patch<Vec<String>>,
}

/// Create a location
///
/// Whoever creates it is its owner.
#[utoipa::path(
    post, path = "/companies", operation_id = "create_location", tag = "Locations",
    request_body = NewLocationIn,
    responses((status = 201, description = "The location", body = Data<ListedOut>))
)]
pub async fn create_location(at: Signed, input: Lenient<NewLocationIn>) -> Result<Data<ListedOut>> {
    let i = input.0;
    let change = Change {
        title: i.title,
        country_id: i.country_id,
        city_id: i.city_id,
        city: i.city,
        timezone: i.timezone_name,
        address: i.address,
        site: i.site,
        latitude: i.coordinate_lat,
        longitude: i.coordinate_lot,
        business_type_id: i.business_type_id,
        short_descr: i.short_descr,
        phones: i.phones,
        ..Change::default()
    };
    flow::create(&at, change).await.map_err(|error| error.naming("coordinate_lon", "coordinate_lot"))
}

/// Which locations to list, and what to add to them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ListFilter {
    /// Only this location.
    id: Option<i64>,
    /// Only locations of this chain.
    group_id: Option<i64>,
    /// 1: only locations that the signed-in user belongs to.
    #[param(value_type = Option<i64>)]
    my: bool,
    /// 1: only those that can be booked, 0: only the others.
    #[param(value_type = Option<i64>)]
    active: Option<bool>,
    /// 1 adds the next free slot.
    #[serde(rename = "forBooking")]
    #[param(value_type = Option<i64>)]
    pub for_booking: bool,
    /// 1 adds the chains.
    #[param(value_type = Option<i64>)]
    show_groups: bool,
    /// Only locations in this city.
    city_id: Option<i64>,
    /// 1 adds the booking forms.
    #[serde(rename = "showBookforms")]
    #[param(value_type = Option<i64>)]
    show_bookforms: bool,
    /// Only from this id on.
    min_id: Option<i64>,
    /// 1, with `my=1`: deleted ones as well.
    #[param(value_type = Option<i64>)]
    show_deleted: bool,
    /// 1 leaves out locations with individual appointments only.
    #[param(value_type = Option<i64>)]
    hide_record_type_single: bool,
    /// 1 leaves out locations with group appointments only.
    #[param(value_type = Option<i64>)]
    hide_record_type_activity: bool,
    /// 1 leaves out locations with both.
    #[param(value_type = Option<i64>)]
    hide_record_type_mixed: bool,
    /// Only locations of this group of business types.
    business_group_id: Option<i64>,
    /// Only locations of this business type.
    business_type_id: Option<i64>,
    /// `staff` adds the team (those whom clients may see), `positions` its positions.
    include: Vec<String>,
    /// Locations on a page (200; at most 500).
    count: Option<i64>,
    /// Page, counted from 1.
    page: Option<i64>,
}

impl ListFilter {
    fn filter(&self, user_id: i64) -> Filter {
        let kinds = [
            (self.hide_record_type_single, "single"),
            (self.hide_record_type_activity, "activity"),
            (self.hide_record_type_mixed, "mixed"),
        ];
        let group = self.business_group_id.map(|group| {
            dictionaries::business_groups()
                .iter()
                .filter(|g| g.id == group)
                .flat_map(|g| g.types.iter().map(|t| t.id))
                .collect::<Vec<_>>()
        });
        let business_types = match (group, self.business_type_id) {
            (Some(group), Some(one)) => Some(group.into_iter().filter(|t| *t == one).collect()),
            (group, one) => group.or_else(|| one.map(|one| vec![one])),
        };
        Filter {
            id: self.id,
            chain_id: self.group_id,
            member: self.my.then_some(user_id),
            deleted: self.show_deleted,
            active: self.active,
            city_id: self.city_id,
            min_id: self.min_id,
            hidden_kinds: kinds.into_iter().filter_map(|(hide, kind)| hide.then_some(kind)).collect(),
            business_types,
        }
    }
}

/// Hours from UTC; whole ones without a fraction.
#[derive(Clone, Copy, Debug)]
pub struct Hours(f64);

impl Serialize for Hours {
    #[allow(clippy::cast_possible_truncation, reason = "checked to be whole; zones are within a day")]
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        if self.0.fract() == 0.0 {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

impl Hours {
    /// Of this zone at this instant.
    pub fn of(now: i64, zone: &calc::zone::Zone) -> Self {
        Self(calc::zone::offset_hours(now, zone))
    }
}

/// The name for clients.
pub fn public_title(l: &Location) -> String {
    if l.public_title.is_empty() { l.title.clone() } else { l.public_title.clone() }
}

/// The address of the logo.
pub fn logo(app: &App, l: &Location) -> String {
    let path = if l.logo.is_empty() { "/images/no-logo.svg" } else { &l.logo };
    format!("{}{path}", app.public_url())
}

/// A team member, in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListedStaffOut {
    /// Its id.
    #[schema(example = 1001)]
    id: i64,
    /// Name.
    name: String,
    /// What he does.
    specialization: String,
}

/// A position of the team, in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListedPositionOut {
    /// Its id.
    #[schema(example = 301)]
    id: i64,
    /// Its name.
    #[schema(example = "Hairdresser")]
    title: String,
}

/// A location in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedOut {
    /// Its id.
    #[schema(example = 37532)]
    pub id: i64,
    /// Name.
    #[schema(example = "James Smith LLC")]
    title: String,
    /// Name for clients.
    #[schema(example = "James Smith Beauty")]
    public_title: String,
    /// What it is, in a line.
    #[schema(example = "Beauty studio")]
    short_descr: String,
    /// Address of the logo.
    #[schema(example = "http://127.0.0.1:8080/images/no-logo.svg")]
    logo: String,
    /// 1 when it can be booked.
    #[schema(example = 1)]
    pub active: i64,
    /// The main phone; empty when there is none.
    #[schema(example = "+12125357710")]
    phone: String,
    /// Phones.
    #[schema(example = json!(["+12125357710"]))]
    phones: Vec<String>,
    /// E-mail address.
    #[schema(example = "info@james-smith-company.com")]
    email: String,
    /// Country's id.
    #[schema(example = 7)]
    country_id: i64,
    /// Opening hours, in words.
    #[schema(example = "")]
    schedule: String,
    /// Country.
    #[schema(example = "United States")]
    country: String,
    /// City's id; 0 for a city that the dictionary does not have.
    #[schema(example = 181)]
    city_id: i64,
    /// City.
    #[schema(example = "New York")]
    city: String,
    /// Hours from UTC today.
    #[schema(value_type = f64, example = -5)]
    timezone: Hours,
    /// Time zone, IANA.
    #[schema(example = "America/New_York")]
    timezone_name: String,
    /// Address.
    #[schema(example = "New York, 787 Jackson Drive")]
    address: String,
    /// Latitude, degrees.
    #[schema(example = 40.73061)]
    coordinate_lat: f64,
    /// Longitude, degrees.
    #[schema(example = -73.935_242)]
    coordinate_lon: f64,
    /// Whether clients confirm their phone by a code.
    phone_confirmation: bool,
    /// How many team members work there.
    #[schema(example = 2)]
    active_staff_count: i64,
    /// The next free slot, when asked for; null when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-03-23T10:10:00-05:00")]
    pub next_slot: Option<Option<String>>,
    /// Address of its iOS application.
    #[schema(example = "")]
    app_ios: String,
    /// Address of its Android application.
    #[schema(example = "")]
    app_android: String,
    /// Sign of its currency.
    #[schema(example = "$")]
    currency_short_title: String,
    /// Whether reminders by SMS are off.
    reminds_sms_disabled: bool,
    /// Hours before the visit at which clients are reminded, by default.
    #[schema(example = 1)]
    reminds_sms_default: i64,
    /// Weight in its chain, the larger the earlier.
    #[schema(example = 900)]
    group_priority: i64,
    /// Weight in its chain's booking form.
    #[schema(example = 0)]
    bookform_group_priority: i64,
    /// Description, HTML.
    #[schema(example = "The <strong>James Smith</strong> location")]
    description: String,
    /// Pictures.
    photos: Vec<String>,
    /// Pictures, by their other name.
    company_photos: Vec<String>,
    /// Promotion in the booking form; null when there is none.
    #[schema(value_type = Option<Object>)]
    booking_widget_promo: Option<()>,
    /// Business type's id.
    #[schema(example = 1)]
    business_type_id: i64,
    /// The chains by their ids, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    groups: Option<BTreeMap<String, ChainOut>>,
    /// The booking forms, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bookforms: Option<Vec<BookformOut>>,
    /// The team, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    staff: Option<Vec<ListedStaffOut>>,
    /// The positions of the team, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    positions: Option<Vec<ListedPositionOut>>,
}

/// What is shown beside the rows of a page, one entry a location.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub phones: Vec<Vec<String>>,
    pub chains: Option<Vec<BTreeMap<String, ChainOut>>>,
    pub forms: Option<Vec<Vec<BookformOut>>>,
    pub staff: Option<Vec<Vec<ListedStaffOut>>>,
    pub positions: Option<Vec<Vec<ListedPositionOut>>>,
    pub photos: Vec<Vec<String>>,
}

/// Sorts rows to the locations they belong to.
fn sorted<R, T>(ids: &[i64], rows: Vec<R>, take: impl Fn(R) -> (i64, T)) -> Vec<Vec<T>> {
    let mut by_id: IndexMap<i64, Vec<T>> = ids.iter().map(|id| (*id, Vec::new())).collect();
    for row in rows {
        let (id, value) = take(row);
        by_id.entry(id).or_default().push(value);
    }
    by_id.into_values().collect()
}

impl Shown {
    async fn of(app: &App, conn: &mut db::Conn, ids: &[i64], wanted: &ListFilter) -> Result<Self> {
        let mut shown =
            Self { phones: sorted(ids, store::phones(conn, ids).await?, |row| row), ..Self::default() };
        if wanted.show_groups {
            let rows = store::chains(conn, ids).await?;
            let chains = sorted(ids, rows, |(at, id, title)| (at, (id.to_string(), ChainOut { id, title })));
            shown.chains = Some(chains.into_iter().map(|list| list.into_iter().collect()).collect());
        }
        if wanted.show_bookforms {
            let rows = store::forms(conn, ids).await?;
            shown.forms = Some(sorted(ids, rows, |form| (form.0, BookformOut::of(app, form))));
        }
        if wanted.include.iter().any(|i| i == "staff") {
            let rows = crate::team::store::of_locations(conn, ids, TEAM).await?;
            shown.staff = Some(sorted(ids, rows, |(at, id, name, specialization)| {
                (at, ListedStaffOut { id, name, specialization })
            }));
        }
        if wanted.include.iter().any(|i| i == "positions") {
            let rows = crate::positions::store::of_locations(conn, ids, TEAM).await?;
            shown.positions =
                Some(sorted(ids, rows, |(at, id, title)| (at, ListedPositionOut { id, title })));
        }
        let photos = crate::images::store::paths(conn, "company", ids).await?;
        shown.photos = sorted(ids, photos, |(at, path)| (at, format!("{}{path}", app.public_url())));
        Ok(shown)
    }
}

impl ListedOut {
    pub(crate) fn of(app: &App, now: i64, l: Location, shown: &Shown, at: usize) -> Self {
        let country = dictionaries::country(l.country_id);
        let zone = calc::zone::Zone::parse(&l.timezone).unwrap_or_else(calc::zone::Zone::utc);
        let phones = shown.phones.get(at).cloned().unwrap_or_default();
        let photos = shown.photos.get(at).cloned().unwrap_or_default();
        Self {
            id: l.id,
            public_title: public_title(&l),
            logo: logo(app, &l),
            title: l.title,
            short_descr: l.short_descr,
            active: l.active.into(),
            phone: phones.first().cloned().unwrap_or_default(),
            phones,
            email: l.email,
            country_id: l.country_id,
            schedule: l.schedule,
            country: country.map(|c| c.full_title.to_owned()).unwrap_or_default(),
            city_id: l.city_id,
            city: l.city,
            timezone: Hours::of(now, &zone),
            timezone_name: l.timezone,
            address: l.address,
            coordinate_lat: l.latitude,
            coordinate_lon: l.longitude,
            phone_confirmation: l.phone_confirmation,
            active_staff_count: l.active_staff_count,
            next_slot: None,
            app_ios: l.app_ios,
            app_android: l.app_android,
            currency_short_title: country.map(|c| c.currency.to_owned()).unwrap_or_default(),
            reminds_sms_disabled: l.reminds_sms_disabled,
            reminds_sms_default: l.reminds_sms_default,
            group_priority: l.group_priority,
            bookform_group_priority: l.bookform_group_priority,
            description: l.description,
            company_photos: photos.clone(),
            photos,
            booking_widget_promo: None,
            business_type_id: l.business_type_id,
            groups: shown.chains.as_ref().and_then(|c| c.get(at)).cloned(),
            bookforms: shown.forms.as_ref().and_then(|f| f.get(at)).cloned(),
            staff: shown.staff.as_ref().and_then(|s| s.get(at)).cloned(),
            positions: shown.positions.as_ref().and_then(|p| p.get(at)).cloned(),
        }
    }
}

/// A page of locations, by id; `next_slot` is for whoever knows calendars to fill.
///
/// # Errors
/// 401 for one's own without being signed in.
pub async fn list(at: &AnyPartner, wanted: &ListFilter) -> Result<Vec<ListedOut>> {
    if wanted.my {
        at.session.as_ref().ok_or_else(kernel::Error::sign_in_needed)?;
    }
    let page = Page::of(wanted.page, wanted.count, PAGE.0, PAGE.1);
    let mut conn = at.conn().await?;
    let rows = store::list(&mut conn, &wanted.filter(at.user_id), page).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let shown = Shown::of(&at.app, &mut conn, &ids, wanted).await?;
    let out = rows.into_iter().enumerate();
    Ok(out.map(|(n, row)| ListedOut::of(&at.app, at.now, row, &shown, n)).collect())
}
