//! One client.

use kernel::{Data, Error, Lenient, NoContent, Path, Result};
use org::access::{At, perm};

use super::wire::ClientIn;
use crate::Shown;
use crate::clients::view::{ClientOut, Whole, With};
use crate::clients::{flow, store};

/// Create a client
///
/// A phone number is one client's at a location.
#[utoipa::path(
    post, path = "/clients/{location_id}", operation_id = "create_client", tag = "Clients",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = ClientIn,
    responses((status = 201, description = "The client", body = Data<ClientOut>))
)]
pub async fn create_client(at: At<perm::ClientsEdit>, input: Lenient<ClientIn>) -> Result<Data<ClientOut>> {
    flow::create(&at, input.0.into()).await
}

/// Get a client
#[utoipa::path(
    get, path = "/client/{location_id}/{id}", operation_id = "get_client", tag = "Clients",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("id" = i64, Path, description = "The client", example = 1)
    ),
    responses((status = 200, description = "The client", body = Data<ClientOut>))
)]
pub async fn get_client(
    at: At<perm::Clients>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Data<ClientOut>> {
    let shown = Shown::on_card(&at.membership);
    let mut conn = at.conn().await?;
    let client = store::find(&mut conn, at.location_id, id, &shown).await?;
    let revision = client.revision;
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let whole = Whole::around(&mut conn, at.location_id, vec![client], &shown, With::ALL).await?;
    let whole = whole.into_iter().next().ok_or_else(Error::not_found)?;
    Ok(Data::new(ClientOut::of(whole, at.location_id, &zone)).revision(revision))
}

/// Change a client
///
/// What is left out stays.
#[utoipa::path(
    put, path = "/client/{location_id}/{id}", operation_id = "update_client", tag = "Clients",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("id" = i64, Path, description = "The client", example = 1)
    ),
    request_body = ClientIn,
    responses((status = 200, description = "The client", body = Data<ClientOut>))
)]
pub async fn update_client(
    at: At<perm::ClientsEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<ClientIn>,
) -> Result<Data<ClientOut>> {
    flow::update(&at, id, input.0.into()).await
}

/// Delete a client
///
/// Softly: appointments still name him. His phone number is free again.
#[utoipa::path(
    delete, path = "/client/{location_id}/{id}", operation_id = "delete_client", tag = "Clients",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("id" = i64, Path, description = "The client", example = 1)
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_client(
    at: At<perm::ClientsDelete>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, id).await
}
