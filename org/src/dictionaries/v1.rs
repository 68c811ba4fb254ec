//! Dictionaries, version 1.

use kernel::{Count, Data, List, Query, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{BusinessType, City, Country, business_groups, cities_of, city, countries};
use crate::access::AnyPartner;

/// A country.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountryOut {
    /// Its id.
    #[schema(example = 7)]
    id: i64,
    /// Short name.
    #[schema(example = "USA")]
    title: &'static str,
    /// Name.
    #[schema(example = "United States")]
    full_title: &'static str,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "US")]
    iso_code: &'static str,
    /// Calling code, without plus.
    #[schema(example = "1")]
    phone_code: &'static str,
    /// How a number is written, an `x` for each digit.
    #[schema(example = "+1 xxx-xxx-xxxx")]
    phone_template: &'static str,
    /// A number as people there write it.
    #[schema(example = "+1 201-123-4567")]
    phone_example: &'static str,
    /// Sign of the currency.
    #[schema(example = "$")]
    currency: &'static str,
    /// A rate of the currency, for orientation.
    #[schema(example = 32.99)]
    exchange: f64,
    /// The language to begin with.
    #[schema(example = 2)]
    lang_id: i64,
    /// 1.
    #[schema(example = 1)]
    group_type: i64,
    /// Whether it is in the European Union.
    is_eu: bool,
}

impl From<&Country> for CountryOut {
    fn from(c: &Country) -> Self {
        Self {
            id: c.id,
            title: c.title,
            full_title: c.full_title,
            iso_code: c.iso_code,
            phone_code: c.phone_code,
            phone_template: c.phone_template,
            phone_example: c.phone_example,
            currency: c.currency,
            exchange: c.exchange,
            lang_id: c.lang_id,
            group_type: c.group_type,
            is_eu: c.is_eu,
        }
    }
}

/// List the countries
///
/// All of them, by name.
#[utoipa::path(
    get, path = "/countries", operation_id = "get_country_list", tag = "Dictionaries",
    responses((status = 200, description = "The countries", body = Data<Vec<CountryOut>>))
)]
pub async fn get_country_list(_at: AnyPartner) -> Result<Data<Vec<CountryOut>>> {
    Ok(Data::new(countries().iter().map(Into::into).collect()))
}

/// Which cities to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct CitiesFilter {
    /// The country.
    #[param(example = 7)]
    country_id: Option<i64>,
    /// A location: adds its city, even from another country.
    #[param(example = 37532)]
    company_id: Option<i64>,
}

/// A city.
#[derive(Debug, Serialize, ToSchema)]
pub struct CityOut {
    /// Its id.
    #[schema(example = 181)]
    id: i64,
    /// Its country.
    #[schema(example = 7)]
    country_id: i64,
    /// Name.
    #[schema(example = "New York")]
    title: &'static str,
}

impl From<&City> for CityOut {
    fn from(c: &City) -> Self {
        Self { id: c.id, country_id: c.country_id, title: c.title }
    }
}

/// List cities
///
/// Those of a country, by name; of the location's country when only a location is named; without either those
/// of all countries that have the most people.
#[utoipa::path(
    get, path = "/cities", operation_id = "get_city_list", tag = "Dictionaries",
    params(CitiesFilter),
    responses(
        (status = 200, description = "The cities", body = Data<Vec<CityOut>>),
        (status = 404, description = "There is no such location")
    )
)]
pub async fn get_city_list(at: AnyPartner, query: Query<CitiesFilter>) -> Result<Data<Vec<CityOut>>> {
    let location = match query.0.company_id {
        Some(id) => Some(crate::locations::store::by_id(&mut at.conn().await?, id).await?),
        None => None,
    };
    let country = query.0.country_id.or(location.as_ref().map(|l| l.country_id));
    let mut out: Vec<CityOut> = match country {
        Some(country) => cities_of(country).iter().map(Into::into).collect(),
        None => super::largest_cities().iter().map(|c| CityOut::from(*c)).collect(),
    };
    if let Some(own) = location.and_then(|l| city(l.city_id))
        && !out.iter().any(|c| c.id == own.id)
    {
        out.push(own.into());
    }
    Ok(Data::new(out))
}

/// A kind of business.
#[derive(Debug, Serialize, ToSchema)]
pub struct BusinessTypeOut {
    /// Its id.
    #[schema(example = 31)]
    id: i64,
    /// Name.
    #[schema(example = "Studio")]
    title: &'static str,
    /// Its group.
    #[schema(example = 10)]
    business_group_id: i64,
}

impl From<&BusinessType> for BusinessTypeOut {
    fn from(t: &BusinessType) -> Self {
        Self { id: t.id, title: t.title, business_group_id: t.business_group_id }
    }
}

/// A group of kinds of business.
#[derive(Debug, Serialize, ToSchema)]
pub struct BusinessGroupOut {
    /// Its id.
    #[schema(example = 10)]
    id: i64,
    /// Name.
    #[schema(example = "Domestic services")]
    title: &'static str,
    /// Address of its drawing.
    #[schema(example = "http://127.0.0.1:8080/images/business-groups/services.svg")]
    image: String,
    /// Address of its drawing for small places.
    #[schema(example = "http://127.0.0.1:8080/images/business-groups/services.svg")]
    image_small: String,
    /// Its kinds.
    types: Vec<BusinessTypeOut>,
}

/// List the kinds of business in their groups
#[utoipa::path(
    get, path = "/references/business_groups_with_types", operation_id = "get_business_types_by_group",
    tag = "Dictionaries",
    responses((status = 200, description = "The groups", body = Data<Vec<BusinessGroupOut>, Count>))
)]
pub async fn get_business_types_by_group(at: AnyPartner) -> Result<List<BusinessGroupOut>> {
    let groups = business_groups();
    let out = groups.iter().map(|g| BusinessGroupOut {
        id: g.id,
        title: g.title,
        image: format!("{}{}", at.app.public_url(), g.image),
        image_small: format!("{}{}", at.app.public_url(), g.image_small),
        types: g.types.iter().map(Into::into).collect(),
    });
    let out: Vec<_> = out.collect();
    let count = i64::try_from(out.len()).unwrap_or_default();
    Ok(List::counted(out, count))
}
