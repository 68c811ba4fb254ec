//! Writing a chain's services, and taking them over: additions of ours.

use kernel::{Count, Data, Lenient, List, Money, NoContent, Path, Result};
use org::access::{At, InChain, perm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow;
use super::rules::{CategoryChange, Change};
use super::store::{self, ChainCategory, ChainService};
use crate::services::v1::wire::ServiceOut;

/// A category of a chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChainCategoryOut {
    /// Its id.
    #[schema(example = 41)]
    id: i64,
    /// Its name.
    #[schema(example = "Haircuts")]
    title: String,
    /// Its place, the heaviest first.
    #[schema(example = 10)]
    weight: i64,
}

impl From<ChainCategory> for ChainCategoryOut {
    fn from(c: ChainCategory) -> Self {
        Self { id: c.id, title: c.title, weight: c.weight }
    }
}

/// What is said of a chain's category; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ChainCategoryIn {
    /// Its name.
    #[schema(nullable = false, example = "Haircuts")]
    title: Option<String>,
    /// Its place, the heaviest first.
    #[schema(nullable = false, example = 10)]
    weight: Option<i64>,
}

impl From<ChainCategoryIn> for CategoryChange {
    fn from(ChainCategoryIn { title, weight }: ChainCategoryIn) -> Self {
        Self { title, weight }
    }
}

/// A service of a chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChainServiceOut {
    /// Its id.
    #[schema(example = 52)]
    id: i64,
    /// Its name.
    #[schema(example = "Men's haircut")]
    title: String,
    /// Its category.
    #[schema(example = 41)]
    category_id: i64,
    /// The lowest price.
    #[schema(value_type = f64, example = 25)]
    price_min: Money,
    /// The highest price.
    #[schema(value_type = f64, example = 40)]
    price_max: Money,
    /// How long it takes, seconds.
    #[schema(example = 3600)]
    duration: i64,
    /// For people.
    #[schema(example = "")]
    comment: String,
    /// Its place, the heaviest first.
    #[schema(example = 6)]
    weight: i64,
    /// Whether locations can't change its price.
    is_price_managed_only_in_chain: bool,
    /// Whether locations can't change its comment.
    is_comment_managed_only_in_chain: bool,
}

impl From<ChainService> for ChainServiceOut {
    fn from(s: ChainService) -> Self {
        Self {
            id: s.id,
            title: s.title,
            category_id: s.category_id,
            price_min: Money(s.price_min),
            price_max: Money(s.price_max),
            duration: s.duration,
            comment: s.comment,
            weight: s.weight,
            is_price_managed_only_in_chain: s.is_price_managed_only_in_chain,
            is_comment_managed_only_in_chain: s.is_comment_managed_only_in_chain,
        }
    }
}

/// What is said of a chain's service; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ChainServiceIn {
    /// Its name.
    #[schema(nullable = false, example = "Men's haircut")]
    title: Option<String>,
    /// Its category of the chain.
    #[schema(nullable = false, example = 41)]
    #[serde(rename = "chain_category_id", alias = "category_id")]
    category_id: Option<i64>,
    /// The lowest price.
    #[schema(value_type = Option<f64>, nullable = false, example = 25)]
    price_min: Option<Money>,
    /// The highest price; 0: there is but one.
    #[schema(value_type = Option<f64>, nullable = false, example = 40)]
    price_max: Option<Money>,
    /// How long it takes, seconds.
    #[schema(nullable = false, example = 3600)]
    duration: Option<i64>,
    /// For people.
    #[schema(nullable = false, example = "")]
    comment: Option<String>,
    /// Its place, the heaviest first.
    #[schema(nullable = false, example = 6)]
    weight: Option<i64>,
    /// Whether locations can't change its price.
    #[schema(nullable = false, example = false)]
    is_price_managed_only_in_chain: Option<bool>,
    /// Whether locations can't change its comment.
    #[schema(nullable = false, example = false)]
    is_comment_managed_only_in_chain: Option<bool>,
}

impl From<ChainServiceIn> for Change {
    fn from(i: ChainServiceIn) -> Self {
        Self {
            title: i.title,
            category_id: i.category_id,
            price_min: i.price_min,
            price_max: i.price_max,
            duration: i.duration,
            comment: i.comment,
            weight: i.weight,
            is_price_managed_only_in_chain: i.is_price_managed_only_in_chain,
            is_comment_managed_only_in_chain: i.is_comment_managed_only_in_chain,
        }
    }
}

type Editor = InChain<perm::ChainServices>;

/// Create a service category of a chain
#[utoipa::path(
    post, path = "/chains/{chain_id}/service_categories", operation_id = "create_chain_service_category",
    tag = "Chain Services",
    params(("chain_id" = i64, Path, description = "The chain")),
    request_body = ChainCategoryIn,
    responses((status = 201, description = "The category", body = Data<ChainCategoryOut>))
)]
pub async fn create_chain_service_category(
    at: Editor,
    input: Lenient<ChainCategoryIn>,
) -> Result<Data<ChainCategoryOut>> {
    flow::put_category(&at, None, input.0.into(), |c| Data::new(c.into()).created()).await
}

/// Change a service category of a chain
///
/// Categories that locations took over keep their names.
#[utoipa::path(
    put, path = "/chains/{chain_id}/service_categories/{chain_category_id}",
    operation_id = "update_chain_service_category", tag = "Chain Services",
    params(
        ("chain_id" = i64, Path, description = "The chain"),
        ("chain_category_id" = i64, Path, description = "The category")
    ),
    request_body = ChainCategoryIn,
    responses((status = 200, description = "The category", body = Data<ChainCategoryOut>))
)]
pub async fn update_chain_service_category(
    at: Editor,
    Path((_chain, id)): Path<(i64, i64)>,
    input: Lenient<ChainCategoryIn>,
) -> Result<Data<ChainCategoryOut>> {
    flow::put_category(&at, Some(id), input.0.into(), |c| Data::new(c.into())).await
}

/// Delete a service category of a chain
///
/// Only one without services; 409 as long as it has any. Locations keep theirs, as their own.
#[utoipa::path(
    delete, path = "/chains/{chain_id}/service_categories/{chain_category_id}",
    operation_id = "delete_chain_service_category", tag = "Chain Services",
    params(
        ("chain_id" = i64, Path, description = "The chain"),
        ("chain_category_id" = i64, Path, description = "The category")
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_chain_service_category(
    at: Editor,
    Path((_chain, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::delete_category(&at, id).await
}

/// List the services of a chain
///
/// The heaviest first.
#[utoipa::path(
    get, path = "/chains/{chain_id}/services", operation_id = "list_chain_services", tag = "Chain Services",
    params(("chain_id" = i64, Path, description = "The chain")),
    responses((status = 200, description = "The services", body = Data<Vec<ChainServiceOut>, Count>))
)]
pub async fn list_chain_services(at: Editor) -> Result<List<ChainServiceOut>> {
    let services = store::services(&mut at.conn().await?, at.chain_id).await?;
    let count = i64::try_from(services.len()).unwrap_or_default();
    Ok(List::counted(services.into_iter().map(Into::into).collect(), count))
}

/// Create a service of a chain
#[utoipa::path(
    post, path = "/chains/{chain_id}/services", operation_id = "create_chain_service", tag = "Chain Services",
    params(("chain_id" = i64, Path, description = "The chain")),
    request_body = ChainServiceIn,
    responses((status = 201, description = "The service", body = Data<ChainServiceOut>))
)]
pub async fn create_chain_service(
    at: Editor,
    input: Lenient<ChainServiceIn>,
) -> Result<Data<ChainServiceOut>> {
    flow::put_service(&at, None, input.0.into(), |s| Data::new(s.into()).created()).await
}

/// Change a service of a chain
///
/// Locations that took it over get its price and comment, where the chain keeps them to itself.
#[utoipa::path(
    put, path = "/chains/{chain_id}/services/{chain_service_id}", operation_id = "update_chain_service",
    tag = "Chain Services",
    params(
        ("chain_id" = i64, Path, description = "The chain"),
        ("chain_service_id" = i64, Path, description = "The service")
    ),
    request_body = ChainServiceIn,
    responses((status = 200, description = "The service", body = Data<ChainServiceOut>))
)]
pub async fn update_chain_service(
    at: Editor,
    Path((_chain, id)): Path<(i64, i64)>,
    input: Lenient<ChainServiceIn>,
) -> Result<Data<ChainServiceOut>> {
    flow::put_service(&at, Some(id), input.0.into(), |s| Data::new(s.into())).await
}

/// Delete a service of a chain
///
/// Locations keep theirs, as their own.
#[utoipa::path(
    delete, path = "/chains/{chain_id}/services/{chain_service_id}", operation_id = "delete_chain_service",
    tag = "Chain Services",
    params(
        ("chain_id" = i64, Path, description = "The chain"),
        ("chain_service_id" = i64, Path, description = "The service")
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_chain_service(at: Editor, Path((_chain, id)): Path<(i64, i64)>) -> Result<NoContent> {
    flow::delete_service(&at, id).await
}

/// Which services of the chain to take over.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct TakeIn {
    /// Their ids.
    #[schema(required, nullable = false, example = json!([52]))]
    chain_service_ids: Option<Vec<i64>>,
}

/// Take services of the chain over
///
/// With their categories. Those that the location has already stay as they are; the new ones are answered.
#[utoipa::path(
    post, path = "/locations/{location_id}/chain_services", operation_id = "take_chain_services",
    tag = "Chain Services",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = TakeIn,
    responses((status = 201, description = "The new services", body = Data<Vec<ServiceOut>, Count>))
)]
pub async fn take_chain_services(
    at: At<perm::ServicesCreate>,
    input: Lenient<TakeIn>,
) -> Result<List<ServiceOut>> {
    let url = at.app.public_url();
    flow::take(&at, input.0.chain_service_ids, |services, mut around| {
        let count = i64::try_from(services.len()).unwrap_or_default();
        let out = services.into_iter().map(|s| ServiceOut::of(url, s, &mut around)).collect();
        List::counted(out, count).created()
    })
    .await
}
