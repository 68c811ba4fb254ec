//! A chain's categories, version 1.

use std::collections::HashMap;

use kernel::{Error, Path, Problems, Query, Result, includes};
use org::access::AnyPartner;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store;

/// A service of a chain, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceTitleOut {
    /// Its id.
    #[schema(example = 123_456)]
    id: i64,
    /// Its name.
    #[schema(example = "Service name")]
    title: String,
}

/// A category of a chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceCategoryTitleOut {
    /// Its id.
    #[schema(example = 41)]
    id: i64,
    /// Its name.
    #[schema(example = "Service category")]
    title: String,
    /// Its services, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    services: Option<Vec<ServiceTitleOut>>,
}

/// What to give beside the categories.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct CategoriesInclude {
    /// `services`.
    #[param(value_type = Option<String>, example = "services")]
    include: Vec<String>,
}

/// List the service categories of a chain
///
/// The heaviest first; a bare list, without the envelope.
#[utoipa::path(
    get, path = "/chain/{chain_id}/service_categories", operation_id = "get_chain_service_category_list",
    tag = "Services",
    params(("chain_id" = i64, Path, description = "The chain"), CategoriesInclude),
    responses((status = 200, description = "The categories", body = Vec<ServiceCategoryTitleOut>))
)]
pub async fn get_chain_service_category_list(
    at: AnyPartner,
    Path(chain_id): Path<i64>,
    query: Query<CategoriesInclude>,
) -> Result<axum::Json<Vec<ServiceCategoryTitleOut>>> {
    let mut problems = Problems::new();
    includes(&query.0.include, &["services"], &mut problems);
    problems.done()?;
    let mut conn = at.conn().await?;
    if !store::exists(&mut conn, chain_id).await? {
        return Err(Error::not_found());
    }
    let with_services = !query.0.include.is_empty();
    let mut services: HashMap<i64, Vec<ServiceTitleOut>> = HashMap::new();
    if with_services {
        for s in store::services(&mut conn, chain_id).await? {
            services.entry(s.category_id).or_default().push(ServiceTitleOut { id: s.id, title: s.title });
        }
    }
    let out = store::categories(&mut conn, chain_id).await?.into_iter().map(|c| ServiceCategoryTitleOut {
        services: with_services.then(|| services.remove(&c.id).unwrap_or_default()),
        id: c.id,
        title: c.title,
    });
    Ok(axum::Json(out.collect()))
}
