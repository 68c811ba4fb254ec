//! Locations as those who book see them, with their next free time.

use std::sync::Arc;

use kernel::{Data, Path, Query, Result};
use org::access::AnyPartner;
use org::locations::{GetFilter, ListFilter, ListedOut, LocationOut, get, list};

use crate::slots::next;

/// List locations
///
/// By id. `my=1` needs a signed-in user; everything else a partner token alone. `forBooking=1` adds when something can
/// be booked next, whatever the service.
#[utoipa::path(
    get, path = "/companies", operation_id = "get_location_list", tag = "Locations",
    params(ListFilter),
    responses((status = 200, description = "The locations", body = Data<Vec<ListedOut>>))
)]
pub async fn get_location_list(at: AnyPartner, query: Query<ListFilter>) -> Result<Data<Vec<ListedOut>>> {
    let mut out = list(&at, &query.0).await?;
    if query.0.for_booking {
        let ids: Vec<i64> = out.iter().filter(|one| one.active == 1).map(|one| one.id).collect();
        let mut slots = next::slots(&at, &ids).await?;
        for one in &mut out {
            one.next_slot = Some(slots.remove(&one.id).flatten());
        }
    }
    Ok(Data::new(out))
}

/// Get a location
///
/// A partner token is enough; `my=1` adds something only for a signed-in user of the location. `forBooking=1` adds when
/// something can be booked next, whatever the service.
#[utoipa::path(
    get, path = "/company/{location_id}", operation_id = "get_location", tag = "Locations",
    params(("location_id" = i64, Path, description = "The location"), GetFilter),
    responses((status = 200, description = "The location", body = Data<LocationOut>))
)]
pub async fn get_location(
    at: AnyPartner,
    Path(id): Path<i64>,
    query: Query<GetFilter>,
) -> Result<Data<Arc<LocationOut>>> {
    let (mut out, revision) = get(&at, id, &query.0).await?;
    if query.0.for_booking {
        Arc::make_mut(&mut out).next_slot = Some(next::slots(&at, &[id]).await?.remove(&id).flatten());
    }
    Ok(Data::new(out).revision(revision))
}
