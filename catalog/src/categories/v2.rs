//! Categories, version 2.

use kernel::{Documents, Query, Resource, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store;
use crate::links;

/// What is known of a category of services.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceCategoryAttributes {
    /// Its name.
    #[schema(example = "Hair Services")]
    title: String,
    /// The id of its binding to the location.
    #[schema(example = 353)]
    salon_service_id: i64,
}

/// Which categories to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct CategoriesFilter {
    // Published flat, as it is written in a query; see the operation.
    #[param(ignore)]
    filter: StaffFilter,
}

/// `filter[…]` of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StaffFilter {
    staff_id: Option<i64>,
}

/// List the service categories of a location
///
/// The heaviest first; with `filter[staff_id]` those that hold a service which this team member does.
#[utoipa::path(
    get, path = "/locations/{location_id}/service_categories", operation_id = "list_service_categories",
    tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("filter[staff_id]" = Option<i64>, Query, description = "A team member", minimum = 1),
        CategoriesFilter
    ),
    responses((status = 200, description = "The categories", body = Documents<ServiceCategoryAttributes>))
)]
pub async fn list_service_categories(
    at: At<perm::Member>,
    query: Query<CategoriesFilter>,
) -> Result<Documents<ServiceCategoryAttributes>> {
    let mut conn = at.conn().await?;
    let member = query.0.filter.staff_id;
    links::flow::positive(member, "filter.staff_id")?;
    let only = match member {
        Some(member) => Some(store::of_team_member(&mut conn, at.location_id, member).await?),
        None => None,
    };
    let categories = store::list(&mut conn, at.location_id).await?;
    let out = categories.into_iter().filter(|c| only.as_ref().is_none_or(|only| only.contains(&c.id)));
    let out = out.map(|c| {
        let attributes = ServiceCategoryAttributes { title: c.title, salon_service_id: c.salon_service_id };
        Resource::new("service_category", c.id, attributes)
    });
    Ok(Documents::new(out.collect()))
}
