//! Making, changing and removing resources: additions of ours.

use kernel::{Data, Lenient, NoContent, Path, Result};
use org::access::{At, perm};
use serde::Deserialize;
use utoipa::ToSchema;

use super::v1::{InstanceOut, ResourceOut};
use super::{flow, store};

/// A resource to make.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct NewResourceIn {
    /// Its name.
    #[schema(required, nullable = false, example = "Pedicure chair")]
    title: Option<String>,
    /// Names of its instances; without any it gets one of its own name.
    #[schema(nullable = false, example = json!(["Pedicure chair #1", "Pedicure chair #2"]))]
    instances: Option<Vec<String>>,
}

/// A name.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ResourceTitleIn {
    /// The name.
    #[schema(required, nullable = false, example = "Pedicure chair")]
    title: Option<String>,
}

/// Create a resource
///
/// A room, a chair, a device, with its instances, each of which holds one booking at a time.
#[utoipa::path(
    post, path = "/locations/{location_id}/resources", operation_id = "create_resource", tag = "Resources",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = NewResourceIn,
    responses((status = 201, description = "The resource", body = Data<ResourceOut>))
)]
pub async fn create_resource(
    at: At<perm::ServicesResources>,
    input: Lenient<NewResourceIn>,
) -> Result<Data<ResourceOut>> {
    let NewResourceIn { title, instances } = input.0;
    flow::create(&at, title, instances, |r, i| Data::new(ResourceOut::of(r, i)).created()).await
}

/// Get a resource
#[utoipa::path(
    get, path = "/locations/{location_id}/resources/{resource_id}", operation_id = "get_resource",
    tag = "Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("resource_id" = i64, Path, description = "The resource")
    ),
    responses((status = 200, description = "The resource", body = Data<ResourceOut>))
)]
pub async fn get_resource(
    at: At<perm::Member>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Data<ResourceOut>> {
    let mut conn = at.conn().await?;
    let resource = store::by_id(&mut conn, at.location_id, id).await?;
    let instances = store::instances(&mut conn, at.location_id, Some(&[id])).await?;
    Ok(Data::new(ResourceOut::of(resource, instances)))
}

/// Rename a resource
#[utoipa::path(
    put, path = "/locations/{location_id}/resources/{resource_id}", operation_id = "update_resource",
    tag = "Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("resource_id" = i64, Path, description = "The resource")
    ),
    request_body = ResourceTitleIn,
    responses((status = 200, description = "The resource", body = Data<ResourceOut>))
)]
pub async fn update_resource(
    at: At<perm::ServicesResources>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<ResourceTitleIn>,
) -> Result<Data<ResourceOut>> {
    flow::update(&at, id, input.0.title, |r, i| Data::new(ResourceOut::of(r, i))).await
}

/// Delete a resource
///
/// Softly, with its instances: bookings that took them still name them. Services that needed it no longer do.
#[utoipa::path(
    delete, path = "/locations/{location_id}/resources/{resource_id}", operation_id = "delete_resource",
    tag = "Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("resource_id" = i64, Path, description = "The resource")
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_resource(
    at: At<perm::ServicesResources>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, id).await
}

/// Create an instance of a resource
#[utoipa::path(
    post, path = "/locations/{location_id}/resources/{resource_id}/instances",
    operation_id = "create_resource_instance", tag = "Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("resource_id" = i64, Path, description = "The resource")
    ),
    request_body = ResourceTitleIn,
    responses((status = 201, description = "The instance", body = Data<InstanceOut>))
)]
pub async fn create_resource_instance(
    at: At<perm::ServicesResources>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<ResourceTitleIn>,
) -> Result<Data<InstanceOut>> {
    flow::create_instance(&at, id, input.0.title, |i| Data::new(i.into()).created()).await
}

/// Rename an instance of a resource
#[utoipa::path(
    put, path = "/locations/{location_id}/resources/{resource_id}/instances/{instance_id}",
    operation_id = "update_resource_instance", tag = "Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("resource_id" = i64, Path, description = "The resource"),
        ("instance_id" = i64, Path, description = "The instance")
    ),
    request_body = ResourceTitleIn,
    responses((status = 200, description = "The instance", body = Data<InstanceOut>))
)]
pub async fn update_resource_instance(
    at: At<perm::ServicesResources>,
    Path((_location, resource, id)): Path<(i64, i64, i64)>,
    input: Lenient<ResourceTitleIn>,
) -> Result<Data<InstanceOut>> {
    flow::update_instance(&at, (resource, id), input.0.title, |i| Data::new(i.into())).await
}

/// Delete an instance of a resource
///
/// Softly: bookings that took it still name it.
#[utoipa::path(
    delete, path = "/locations/{location_id}/resources/{resource_id}/instances/{instance_id}",
    operation_id = "delete_resource_instance", tag = "Resources",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("resource_id" = i64, Path, description = "The resource"),
        ("instance_id" = i64, Path, description = "The instance")
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_resource_instance(
    at: At<perm::ServicesResources>,
    Path((_location, resource, id)): Path<(i64, i64, i64)>,
) -> Result<NoContent> {
    flow::delete_instance(&at, (resource, id)).await
}
