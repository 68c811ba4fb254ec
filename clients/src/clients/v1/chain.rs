//! Clients of a chain.

use calc::phone::Phone;
use kernel::{Data, Error, Kind, Query, Result};
use org::access::{InChain, perm};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::clients::store::{self, OfChain};

/// Clients given at once, at the most: one a location is usual.
const MOST: i64 = 500;

/// Which client.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PhoneFilter {
    /// Phone number with its country code, with or without the plus.
    #[param(required, nullable = false, example = "14264037640")]
    phone: Option<String>,
}

/// A client at a location of the chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChainClientOut {
    /// Its id.
    #[schema(example = 4_240_880)]
    id: i64,
    /// The location.
    #[schema(example = 4564)]
    company_id: i64,
    /// Name.
    #[schema(example = "Jane Doe")]
    name: String,
    /// E-mail address; empty when there is none.
    #[schema(example = "client@example.com")]
    email: String,
}

impl From<OfChain> for ChainClientOut {
    fn from(c: OfChain) -> Self {
        Self { id: c.id, company_id: c.location_id, name: c.name, email: c.email }
    }
}

/// The clients with a phone number in a chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChainClientsOut {
    /// The chain.
    #[schema(example = 312)]
    salon_group_id: i64,
    /// The number.
    #[schema(example = "+13155550175")]
    phone: String,
    /// The clients, one a location as a rule.
    clients: Vec<ChainClientOut>,
}

/// Find a client of a chain by phone
#[utoipa::path(
    get, path = "/group/{chain_id}/clients", operation_id = "get_chain_client_by_phone_number",
    tag = "Chain Management",
    params(("chain_id" = i64, Path, description = "The chain"), PhoneFilter),
    responses((status = 200, description = "The clients", body = Data<ChainClientsOut>))
)]
pub async fn get_chain_client_by_phone_number(
    at: InChain<perm::ChainClients>,
    query: Query<PhoneFilter>,
) -> Result<Data<ChainClientsOut>> {
    let raw = query.0.phone.ok_or_else(|| Error::invalid("phone", "field-required"))?;
    // In a query a plus is a blank; a number that begins with one had a plus.
    let phone = Phone::parse(raw.trim(), None).ok_or_else(|| Error::invalid("phone", "field-phone"))?;
    let found = store::in_chain_by_phone(&mut at.conn().await?, at.chain_id, phone.e164(), MOST).await?;
    if found.is_empty() {
        return Err(Error::new(Kind::NotFound, "client-not-found"));
    }
    Ok(Data::new(ChainClientsOut {
        salon_group_id: at.chain_id,
        phone: phone.e164().to_owned(),
        clients: found.into_iter().map(Into::into).collect(),
    }))
}
