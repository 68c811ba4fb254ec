//! Services as they are written.

use kernel::{Data, Lenient, NoContent, Path, Result};
use org::access::{At, perm};

use super::wire::{ServiceIn, ServiceOut};
use crate::services::flow;
use crate::services::rules::Change;

/// Create a service
#[utoipa::path(
    post, path = "/services/{location_id}", operation_id = "create_service", tag = "Services",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = ServiceIn,
    responses((status = 201, description = "The service", body = Data<ServiceOut>))
)]
pub async fn create_service(
    at: At<perm::ServicesCreate>,
    input: Lenient<ServiceIn>,
) -> Result<Data<ServiceOut>> {
    let url = at.app.public_url();
    let answer = |s, mut around| Data::new(ServiceOut::of(url, s, &mut around)).created();
    flow::create(&at, input.0.into(), answer).await
}

/// Replace a service
///
/// `title` and `category_id` are needed. What the request leaves out of prices, `discount`, `duration`,
/// `technical_break_duration`, `comment`, `weight`, `active`, `api_id`, `service_type` and `api_service_id` is set back
/// to what a new service has; a team member who is left out of `staff` does the service no more, his prices and
/// list of consumables are gone with it. Everything else stays: the booking period, prepayment, resources, names in
/// other languages, pictures.
#[utoipa::path(
    put, path = "/services/{location_id}/{service_id}", operation_id = "deprecated_update_service_by_id",
    tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("service_id" = i64, Path, description = "The service")
    ),
    request_body = ServiceIn,
    responses((status = 200, description = "The service", body = Data<ServiceOut>))
)]
pub async fn deprecated_update_service_by_id(
    at: At<perm::ServicesEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<ServiceIn>,
) -> Result<Data<ServiceOut>> {
    update(at, id, Change::from(input.0).whole()).await
}

/// Change a service
///
/// What is left out stays. `staff` and `dates`, where they are sent, replace those before. Where the service is bound
/// to a period, its single days lie in it: send `dates` along with a period that leaves some out.
#[utoipa::path(
    patch, path = "/services/{location_id}/{service_id}", operation_id = "patch_service", tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("service_id" = i64, Path, description = "The service")
    ),
    request_body = ServiceIn,
    responses((status = 200, description = "The service", body = Data<ServiceOut>))
)]
pub async fn patch_service(
    at: At<perm::ServicesEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<ServiceIn>,
) -> Result<Data<ServiceOut>> {
    update(at, id, input.0.into()).await
}

async fn update(at: At<perm::ServicesEdit>, id: i64, change: Change) -> Result<Data<ServiceOut>> {
    let url = at.app.public_url();
    let answer = |s: crate::services::store::Service, mut around| {
        let revision = s.revision;
        Data::new(ServiceOut::of(url, s, &mut around)).revision(revision)
    };
    flow::update(&at, id, change, answer).await
}

/// Delete a service
///
/// Softly: appointments still name it. Nobody does it any more and it takes up nothing. 409 for a part of a
/// composite service.
#[utoipa::path(
    delete, path = "/services/{location_id}/{service_id}", operation_id = "delete_service", tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("service_id" = i64, Path, description = "The service")
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_service(
    at: At<perm::ServicesDelete>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, id).await
}
