//! Resources, version 1.

use std::collections::HashMap;

use kernel::{Count, Data, List, Result};
use org::access::{At, perm};
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Instance, Resource};

/// One of a resource: it holds one booking at a time.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ResourceInstance)]
pub struct InstanceOut {
    /// Its id.
    #[schema(example = 181)]
    id: i64,
    /// Its name.
    #[schema(example = "Pedicure chair #1")]
    title: String,
    /// The resource.
    #[schema(example = 70)]
    resource_id: i64,
}

impl From<Instance> for InstanceOut {
    fn from(i: Instance) -> Self {
        Self { id: i.id, title: i.title, resource_id: i.resource_id }
    }
}

/// A resource: what a service takes up.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = LocationResource)]
pub struct ResourceOut {
    /// Its id.
    #[schema(example = 70)]
    id: i64,
    /// Its name.
    #[schema(example = "Pedicure chair")]
    title: String,
    /// Its instances.
    instances: Vec<InstanceOut>,
}

impl ResourceOut {
    pub(super) fn of(resource: Resource, instances: Vec<Instance>) -> Self {
        let instances = instances.into_iter().map(Into::into).collect();
        Self { id: resource.id, title: resource.title, instances }
    }
}

/// List the resources of a location
///
/// Each with its instances.
#[utoipa::path(
    get, path = "/resources/{location_id}", operation_id = "get_resource_list", tag = "Schedule & Resources",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The resources", body = Data<Vec<ResourceOut>, Count>))
)]
pub async fn get_resource_list(at: At<perm::Member>) -> Result<List<ResourceOut>> {
    let mut conn = at.conn().await?;
    let resources = store::list(&mut conn, at.location_id).await?;
    let mut instances: HashMap<i64, Vec<Instance>> = HashMap::new();
    for instance in store::instances(&mut conn, at.location_id, None).await? {
        instances.entry(instance.resource_id).or_default().push(instance);
    }
    let out: Vec<ResourceOut> = resources
        .into_iter()
        .map(|r| {
            let instances = instances.remove(&r.id).unwrap_or_default();
            ResourceOut::of(r, instances)
        })
        .collect();
    let count = i64::try_from(out.len()).unwrap_or_default();
    Ok(List::counted(out, count))
}
