//! Positions, version 1.

use kernel::{Data, EmptyObject, Lenient, NoContent, Path, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow;
use super::rules::Change;
use super::store::{self, Position};
use crate::access::{At, perm};

/// A position, in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StaffPositionOut {
    /// Its id.
    #[schema(example = 301)]
    pub id: i64,
    /// Its name.
    #[schema(example = "Hairdresser")]
    pub title: String,
}

/// List the positions of a location
#[utoipa::path(
    get, path = "/company/{location_id}/staff/positions", operation_id = "get_position_list",
    tag = "Team Members",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The positions", body = Data<Vec<StaffPositionOut>>))
)]
pub async fn get_position_list(at: At<perm::Positions>) -> Result<Data<Vec<StaffPositionOut>>> {
    let positions = store::list(&mut at.conn().await?, at.location_id).await?;
    Ok(Data::new(positions.into_iter().map(|p| StaffPositionOut { id: p.id, title: p.title }).collect()))
}

/// A position.
#[derive(Debug, Serialize, ToSchema)]
pub struct PositionOut {
    /// Its id.
    #[schema(example = 301)]
    id: i64,
    /// The location's main chain; 0 for none.
    #[schema(example = 9206)]
    chain_id: i64,
    /// Its name.
    #[schema(example = "Hairdresser")]
    title: String,
    /// What it is.
    #[schema(example = "Cuts and colours")]
    description: String,
    /// Whether services are bound to positions: 0 off, 1 soft, 2 strict.
    #[schema(example = 0)]
    services_binding_type: i64,
    /// Fields of the employment profile that the position asks for.
    #[schema(example = json!(["employee_name"]))]
    rules_required_fields: Vec<String>,
    /// Whether it is for chains only.
    only_chain_appointment: bool,
}

impl PositionOut {
    fn of(position: Position, chain_id: i64) -> Self {
        Self {
            id: position.id,
            chain_id,
            title: position.title,
            description: position.description,
            services_binding_type: position.services_binding_type,
            rules_required_fields: position.rules_required_fields,
            only_chain_appointment: position.only_chain_appointment,
        }
    }
}

/// A position to make.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct QuickPositionIn {
    /// Its name.
    #[schema(required, nullable = false, example = "Hairdresser")]
    title: Option<String>,
}

/// Create a position by its name
#[utoipa::path(
    post, path = "/company/{location_id}/positions/quick", operation_id = "create_position_quick",
    tag = "Team Members",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = QuickPositionIn,
    responses((status = 201, description = "The position", body = Data<PositionOut, EmptyObject>))
)]
pub async fn create_position_quick(
    at: At<perm::PositionsEdit>,
    input: Lenient<QuickPositionIn>,
) -> Result<Data<PositionOut, EmptyObject>> {
    let change = Change { title: input.0.title, ..Change::default() };
    let answer =
        |position, chain| Data::with_meta(PositionOut::of(position, chain), EmptyObject {}).created();
    flow::create(&at, change, answer).await
}

/// A position, as the older path shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OlderPositionOut {
    /// Its id.
    #[schema(example = 301)]
    id: i64,
    /// Its name.
    #[schema(example = "Hairdresser")]
    title: String,
    /// Your own id of it; null when none.
    #[schema(example = "p-1")]
    api_id: Option<String>,
}

impl From<Position> for OlderPositionOut {
    fn from(position: Position) -> Self {
        let api_id = Some(position.api_id).filter(|id| !id.is_empty());
        Self { id: position.id, title: position.title, api_id }
    }
}

/// A position to make or change; what a change leaves out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct OlderPositionIn {
    /// Its name.
    #[schema(required, nullable = false, example = "Hairdresser")]
    title: Option<String>,
    /// Your own id of it.
    #[schema(nullable = false, example = "p-1")]
    api_id: Option<String>,
    /// What it is.
    #[schema(nullable = false, example = "Cuts and colours")]
    description: Option<String>,
    /// Whether services are bound to positions: 0 off, 1 soft, 2 strict.
    #[schema(nullable = false, example = 0)]
    services_binding_type: Option<i64>,
    /// Fields of the employment profile that the position asks for.
    #[schema(nullable = false, example = json!(["employee_name"]))]
    rules_required_fields: Option<Vec<String>>,
    /// Whether it is for chains only.
    #[schema(nullable = false, example = false)]
    only_chain_appointment: Option<bool>,
}

impl From<OlderPositionIn> for Change {
    fn from(i: OlderPositionIn) -> Self {
        Self {
            title: i.title,
            description: i.description,
            api_id: i.api_id,
            services_binding_type: i.services_binding_type,
            rules_required_fields: i.rules_required_fields,
            only_chain_appointment: i.only_chain_appointment,
            whole: false,
        }
    }
}

/// List the positions of a location, the old way
#[utoipa::path(
    get, path = "/positions/{location_id}", operation_id = "get_older_position_list", tag = "Team Members",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The positions", body = Data<Vec<OlderPositionOut>>))
)]
pub async fn get_older_position_list(at: At<perm::Positions>) -> Result<Data<Vec<OlderPositionOut>>> {
    let positions = store::list(&mut at.conn().await?, at.location_id).await?;
    Ok(Data::new(positions.into_iter().map(Into::into).collect()))
}

/// Create a position, the old way
#[utoipa::path(
    post, path = "/positions/{location_id}", operation_id = "create_older_position", tag = "Team Members",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = OlderPositionIn,
    responses((status = 201, description = "The position", body = Data<OlderPositionOut>))
)]
pub async fn create_older_position(
    at: At<perm::PositionsEdit>,
    input: Lenient<OlderPositionIn>,
) -> Result<Data<OlderPositionOut>> {
    flow::create(&at, input.0.into(), |position, _| Data::new(position.into()).created()).await
}

/// Change a position, the old way
#[utoipa::path(
    put, path = "/positions/{location_id}/{position_id}", operation_id = "update_older_position",
    tag = "Team Members",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("position_id" = i64, Path, description = "The position")
    ),
    request_body = OlderPositionIn,
    responses((status = 200, description = "The position", body = Data<OlderPositionOut>))
)]
pub async fn update_older_position(
    at: At<perm::PositionsEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<OlderPositionIn>,
) -> Result<Data<OlderPositionOut>> {
    flow::update(&at, id, input.0.into(), |position| Data::new(position.into())).await
}

/// Delete a position, the old way
///
/// Softly: who had it has no position from then on.
#[utoipa::path(
    delete, path = "/positions/{location_id}/{position_id}", operation_id = "delete_older_position",
    tag = "Team Members",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("position_id" = i64, Path, description = "The position")
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_older_position(
    at: At<perm::PositionsDelete>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, id, NoContent::new()).await
}
