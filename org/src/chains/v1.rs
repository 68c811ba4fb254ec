//! Chains, version 1.

use std::collections::{BTreeMap, HashMap};

use kernel::{Data, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::{rules, store};
use crate::access::AnyPartner;
use crate::dictionaries;
use crate::locations::{self, Location};

/// Chains and locations given at once, at the most.
const CHAINS: i64 = 200;
const LOCATIONS: i64 = 2000;

/// A location of a chain.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChainLocationOut {
    /// Its id.
    #[schema(example = 38726)]
    id: i64,
    /// Name.
    #[schema(example = "Location in New York")]
    title: String,
    /// Name for clients.
    public_title: String,
    /// Group of its business type; 0 for none.
    #[schema(example = 1)]
    business_group_id: i64,
    /// Business type; 0 for none.
    #[schema(example = 1)]
    business_type_id: i64,
    /// Country's id.
    #[schema(example = 7)]
    country_id: i64,
    /// City's id; 0 for a city that the dictionary does not have.
    #[schema(example = 181)]
    city_id: i64,
    /// Hours from UTC today.
    #[schema(value_type = f64, example = -5)]
    timezone: locations::Hours,
    /// Time zone, IANA.
    #[schema(example = "America/New_York")]
    timezone_name: String,
    /// Address.
    address: String,
    /// Sign of its currency.
    #[schema(example = "$")]
    currency_short_title: String,
    /// Latitude, degrees.
    coordinate_lat: f64,
    /// Longitude, degrees.
    coordinate_lon: f64,
    /// Address of the logo.
    logo: String,
    /// Postal code.
    zip: String,
    /// The main phone; empty when there is none.
    phone: String,
    /// Phones.
    phones: Vec<String>,
    /// Site.
    site: String,
    /// Whether clients may cancel by themselves.
    allow_delete_record: bool,
    /// Whether clients may move their appointments by themselves.
    allow_change_record: bool,
}

impl ChainLocationOut {
    fn of(app: &kernel::App, now: i64, l: &Location, phones: Vec<String>) -> Self {
        let zone = calc::zone::Zone::parse(&l.timezone).unwrap_or_else(calc::zone::Zone::utc);
        let currency = dictionaries::country(l.country_id).map(|c| c.currency.to_owned());
        Self {
            id: l.id,
            title: l.title.clone(),
            public_title: locations::public_title(l),
            business_group_id: dictionaries::business_type(l.business_type_id)
                .map_or(0, |t| t.business_group_id),
            business_type_id: l.business_type_id,
            country_id: l.country_id,
            city_id: l.city_id,
            timezone: locations::Hours::of(now, &zone),
            timezone_name: l.timezone.clone(),
            address: l.address.clone(),
            currency_short_title: currency.unwrap_or_default(),
            coordinate_lat: l.latitude,
            coordinate_lon: l.longitude,
            logo: locations::logo(app, l),
            zip: l.zip.clone(),
            phone: phones.first().cloned().unwrap_or_default(),
            phones,
            site: l.site.clone(),
            allow_delete_record: l.allow_delete_record,
            allow_change_record: l.allow_change_record,
        }
    }
}

/// What the user may do in a chain: 1 or 0.
#[derive(Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the chain's right of the same name")]
pub struct ChainAccessOut {
    settings_access: i64,
    clients_access: i64,
    deposits_access: i64,
    deposit_types_access: i64,
    users_access: i64,
    loyalty_access: i64,
    loyalty_abonement_types_access: i64,
    loyalty_abonement_balance_edit_access: i64,
    loyalty_abonement_period_edit_access: i64,
    loyalty_abonement_history_access: i64,
    loyalty_cards_manual_transactions_access: i64,
    loyalty_certificate_types_access: i64,
    loyalty_programs_access: i64,
    network_services_access: i64,
    chain_services_access: i64,
    analytics_access: i64,
}

impl ChainAccessOut {
    fn of(rights: &BTreeMap<String, i64>) -> Self {
        let has = |slug: &str| i64::from(rights.get(slug) == Some(&1));
        Self {
            settings_access: has("settings_access"),
            clients_access: has("clients_access"),
            deposits_access: has("deposits_access"),
            deposit_types_access: has("deposit_types_access"),
            users_access: has("users_access"),
            loyalty_access: has("loyalty_access"),
            loyalty_abonement_types_access: has("loyalty_abonement_types_access"),
            loyalty_abonement_balance_edit_access: has("loyalty_abonement_balance_edit_access"),
            loyalty_abonement_period_edit_access: has("loyalty_abonement_period_edit_access"),
            loyalty_abonement_history_access: has("loyalty_abonement_history_access"),
            loyalty_cards_manual_transactions_access: has("loyalty_cards_manual_transactions_access"),
            loyalty_certificate_types_access: has("loyalty_certificate_types_access"),
            loyalty_programs_access: has("loyalty_programs_access"),
            network_services_access: has("network_services_access"),
            chain_services_access: has("chain_services_access"),
            analytics_access: has("analytics_access"),
        }
    }
}

/// A chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChainOut {
    /// Its id.
    #[schema(example = 509)]
    id: i64,
    /// Its name.
    #[schema(example = "Chain of locations in New York")]
    title: String,
    /// Its locations.
    companies: Vec<ChainLocationOut>,
    /// What the user may do in it.
    access: ChainAccessOut,
}

/// List the own chains
///
/// The chains in which the signed-in user has rights; none for a partner alone.
#[utoipa::path(
    get, path = "/groups", operation_id = "get_chain_list", tag = "Chain Management",
    responses((status = 200, description = "The chains", body = Data<Vec<ChainOut>>))
)]
pub async fn get_chain_list(at: AnyPartner) -> Result<Data<Vec<ChainOut>>> {
    if at.session.is_none() {
        return Ok(Data::new(Vec::new()));
    }
    let mut conn = at.conn().await?;
    let chains = store::of_user(&mut conn, at.user_id, CHAINS).await?;
    let ids: Vec<i64> = chains.iter().map(|c| c.id).collect();
    let links = store::locations(&mut conn, &ids, LOCATIONS).await?;
    let ids: Vec<i64> = links.iter().map(|(_, location)| *location).collect();
    let rows = locations::store::by_ids(&mut conn, &ids).await?;
    let mut phones: HashMap<i64, Vec<String>> = HashMap::new();
    for (id, phone) in locations::store::phones(&mut conn, &ids).await? {
        phones.entry(id).or_default().push(phone);
    }
    let by_id: HashMap<i64, ChainLocationOut> = rows
        .iter()
        .map(|l| (l.id, ChainLocationOut::of(&at.app, at.now, l, phones.remove(&l.id).unwrap_or_default())))
        .collect();
    let out = chains.into_iter().map(|chain| ChainOut {
        companies: links
            .iter()
            .filter(|(id, _)| *id == chain.id)
            .filter_map(|(_, location)| by_id.get(location).cloned())
            .collect(),
        access: ChainAccessOut::of(&rules::read(&chain.rights)),
        id: chain.id,
        title: chain.title,
    });
    Ok(Data::new(out.collect()))
}
