//! Services, version 2.

use kernel::{Collection, Compound, Error, Linked, Pagination, Path, Problems, Query, Result};
use org::access::{At, perm};
use serde::Deserialize;
use utoipa::IntoParams;

use super::included::{
    Included, IncludedServiceAttributes, IncludedServiceRelationships, ServiceAttributes,
    ServiceRelationships, ServiceResource, Wanted, resources,
};
use super::store::{self, Filter};
use crate::attendance;
use crate::links::flow::no_service;

/// Which services to list, and what beside them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ServicesFilter {
    // Published flat, as it is written in a query; see the operation.
    #[param(ignore)]
    filter: IdsFilter,
    /// The page, from 1.
    #[param(minimum = 1, example = 1)]
    page: Option<i64>,
    /// Services on a page, 1 to 250.
    #[param(minimum = 1, maximum = 250, example = 250)]
    limit: Option<i64>,
    /// `resources`, `service_composite`, `resource_links`, `company_links`, `trial_settings`.
    include: Vec<String>,
}

/// `filter[…]` of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct IdsFilter {
    service_ids: Option<Vec<i64>>,
}

/// List the services of a location
///
/// The heaviest first.
#[utoipa::path(
    get, path = "/locations/{location_id}/services", operation_id = "list_services", tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("filter[service_ids][]" = Option<Vec<i64>>, Query, description = "These services"),
        ServicesFilter
    ),
    responses((
        status = 200, description = "The services",
        body = Collection<Linked<ServiceAttributes, ServiceRelationships>, Linked<IncludedServiceAttributes, IncludedServiceRelationships>>
    ))
)]
pub async fn list_services(
    at: At<perm::Member>,
    query: Query<ServicesFilter>,
) -> Result<Collection<ServiceResource, Included>> {
    let ServicesFilter { filter, page, limit, include } = query.0;
    let mut problems = Problems::new();
    let wanted = Wanted::read(&include, &mut problems);
    attendance::ids(filter.service_ids.as_ref(), "filter.service_ids", &mut problems);
    let pagination = Pagination::read(page, limit);
    for (field, message) in pagination.as_ref().err().map(Error::fields).unwrap_or_default() {
        problems.add(field.clone(), message.clone());
    }
    problems.done()?;
    let pagination = pagination?;
    let filter = Filter {
        ids: filter.service_ids,
        limit: Some(pagination.limit()),
        offset: pagination.offset(),
        ..Filter::default()
    };
    let mut conn = at.conn().await?;
    let services = store::list(&mut conn, at.location_id, &filter).await?;
    let (data, included) = resources(&mut conn, at.location_id, &services, wanted).await?;
    Ok(Collection::new(data, included))
}

/// What to give beside a service.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ServiceInclude {
    /// `resources`, `service_composite`, `resource_links`, `company_links`, `trial_settings`.
    include: Vec<String>,
}

/// Get a service
#[utoipa::path(
    get, path = "/locations/{location_id}/services/{service_id}", operation_id = "get_service", tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("service_id" = i64, Path, description = "The service"),
        ServiceInclude
    ),
    responses((
        status = 200, description = "The service",
        body = Compound<Linked<ServiceAttributes, ServiceRelationships>, Linked<IncludedServiceAttributes, IncludedServiceRelationships>>
    ))
)]
pub async fn get_service(
    at: At<perm::Member>,
    Path((_location, id)): Path<(i64, i64)>,
    query: Query<ServiceInclude>,
) -> Result<Compound<ServiceResource, Included>> {
    let mut problems = Problems::new();
    let wanted = Wanted::read(&query.0.include, &mut problems);
    problems.done()?;
    let mut conn = at.conn().await?;
    let service = store::find(&mut conn, at.location_id, id).await?.ok_or_else(no_service)?;
    let (data, included) = resources(&mut conn, at.location_id, &[service], wanted).await?;
    let data = data.into_iter().next().ok_or_else(no_service)?;
    Ok(Compound::new(data, included))
}
