//! Services as they are read.

use kernel::{Data, Path, Query, Result};
use org::access::{At, perm};
use serde::Deserialize;
use utoipa::IntoParams;

use super::wire::ServiceOut;
use crate::categories;
use crate::links::flow::{exists, licensed, no_service};
use crate::services::shown;
use crate::services::store::{self, Filter};
use crate::shape::{Total, either};

either! {
    /// Services, in a list; the contract's schema draws a service alone.
    ServicesShown(Vec<ServiceOut>) of ServiceOut
}

/// Which services to list.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ServicesFilter {
    /// Those that this team member does.
    #[param(example = 1001)]
    staff_id: Option<i64>,
    /// Those of this category.
    #[param(example = 83167)]
    category_id: Option<i64>,
}

/// The services asked for: one or, for 0, all that the filter lets through.
async fn listed(at: &At<perm::Member>, id: i64, filter: ServicesFilter) -> Result<Vec<ServiceOut>> {
    let mut conn = at.conn().await?;
    let ids = (id != 0).then(|| vec![id]);
    let narrowed = ids.is_some() || filter.staff_id.is_some() || filter.category_id.is_some();
    let filter =
        Filter { ids, category_id: filter.category_id, team_member_id: filter.staff_id, ..Filter::default() };
    let services = store::list(&mut conn, at.location_id, &filter).await?;
    let ids: Option<Vec<i64>> = narrowed.then(|| services.iter().map(|s| s.id).collect());
    let mut around = shown::around(&mut conn, at.location_id, ids.as_deref()).await?;
    let url = at.app.public_url();
    Ok(services.into_iter().map(|s| ServiceOut::of(url, s, &mut around)).collect())
}

/// These services as webhooks tell of them, by id, those deleted with them.
pub async fn details(
    app: &kernel::App,
    conn: &mut db::Conn,
    location_id: i64,
    ids: &[i64],
) -> Result<Vec<(i64, ServiceOut)>> {
    let services = store::all_by_ids(conn, location_id, ids).await?;
    let mut around = shown::around(conn, location_id, Some(ids)).await?;
    let url = app.public_url();
    Ok(services.into_iter().map(|s| (s.id, ServiceOut::of(url, s, &mut around))).collect())
}

/// The same, where 404 says what of the request is not there.
async fn found(at: &At<perm::Member>, id: i64, filter: ServicesFilter) -> Result<Vec<ServiceOut>> {
    let mut conn = at.conn().await?;
    if let Some(member) = filter.staff_id {
        exists(&mut conn, at.location_id, member).await?;
    }
    if let Some(category) = filter.category_id {
        let there = categories::store::find(&mut conn, at.location_id, category).await?;
        there.ok_or_else(categories::not_found)?;
    }
    drop(conn);
    let services = listed(at, id, filter).await?;
    if id != 0 && services.is_empty() { Err(no_service()) } else { Ok(services) }
}

/// List services
///
/// The heaviest first.
#[utoipa::path(
    get, path = "/services/{location_id}", operation_id = "get_service_list", tag = "Services",
    params(("location_id" = i64, Path, description = "The location"), ServicesFilter),
    responses((status = 200, description = "The services", body = Data<Vec<ServiceOut>>))
)]
pub async fn get_service_list(
    at: At<perm::Member>,
    query: Query<ServicesFilter>,
) -> Result<Data<Vec<ServiceOut>>> {
    Ok(Data::new(listed(&at, 0, query.0).await?))
}

/// Get a service, in a list
///
/// 0 in place of the service asks for all of them.
#[utoipa::path(
    get, path = "/services/{location_id}/{service_id}", operation_id = "deprecated_get_service_list_by_id",
    tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("service_id" = i64, Path, description = "The service"),
        ServicesFilter
    ),
    responses((status = 200, description = "The services", body = Data<ServicesShown>))
)]
pub async fn deprecated_get_service_list_by_id(
    at: At<perm::Member>,
    Path((_location, id)): Path<(i64, i64)>,
    query: Query<ServicesFilter>,
) -> Result<Data<ServicesShown>> {
    Ok(Data::new(ServicesShown(found(&at, id, query.0).await?)))
}

type Listed = Data<ServicesShown, Total>;

fn counted(services: Vec<ServiceOut>) -> Listed {
    let total = Total::of(&services);
    Data::with_meta(ServicesShown(services), total)
}

/// List services, or one of them
///
/// 0 in place of the service, or nothing there at all, asks for all of them.
#[utoipa::path(
    get, path = "/company/{location_id}/services/{service_id}", operation_id = "get_service", tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("service_id" = i64, Path, description = "The service"),
        ServicesFilter
    ),
    responses(
        (status = 200, description = "The services", body = Data<ServicesShown, Total>),
        (status = 403, description = "The location's licence has ended")
    )
)]
pub async fn get_service(
    at: At<perm::Member>,
    Path((_location, id)): Path<(i64, i64)>,
    query: Query<ServicesFilter>,
) -> Result<Listed> {
    licensed(&mut at.conn().await?, at.location_id, at.now).await?;
    Ok(counted(found(&at, id, query.0).await?))
}

/// List all services
///
/// The heaviest first.
#[utoipa::path(
    get, path = "/company/{location_id}/services", operation_id = "get_service_list_whole", tag = "Services",
    params(("location_id" = i64, Path, description = "The location"), ServicesFilter),
    responses(
        (status = 200, description = "The services", body = Data<ServicesShown, Total>),
        (status = 403, description = "The location's licence has ended")
    )
)]
pub async fn get_service_list_whole(at: At<perm::Member>, query: Query<ServicesFilter>) -> Result<Listed> {
    licensed(&mut at.conn().await?, at.location_id, at.now).await?;
    Ok(counted(found(&at, 0, query.0).await?))
}
