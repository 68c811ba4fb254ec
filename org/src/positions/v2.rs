//! Positions, version 2.

use kernel::{Document, Documents, NoContent, Path, Resource, Result, Strict};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow;
use super::rules::Change;
use super::store::{self, Position};
use crate::access::{At, perm};

/// What is known of a position.
#[derive(Debug, Serialize, ToSchema)]
pub struct PositionAttributes {
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
    /// The locations that have it.
    #[schema(example = json!([37532]))]
    salon_ids: Vec<i64>,
}

fn resource(location_id: i64, chain_id: i64, position: Position) -> Resource<PositionAttributes> {
    Resource::new(
        "position",
        position.id,
        PositionAttributes {
            chain_id,
            title: position.title,
            description: position.description,
            services_binding_type: position.services_binding_type,
            rules_required_fields: position.rules_required_fields,
            only_chain_appointment: position.only_chain_appointment,
            salon_ids: vec![location_id],
        },
    )
}

/// List the positions of a location
#[utoipa::path(
    get, path = "/locations/{location_id}/positions", operation_id = "list_positions", tag = "Team Members",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The positions", body = Documents<PositionAttributes>))
)]
pub async fn list_positions(at: At<perm::Positions>) -> Result<Documents<PositionAttributes>> {
    let mut conn = at.conn().await?;
    let chain = store::chain(&mut conn, at.location_id).await?;
    let positions = store::list(&mut conn, at.location_id).await?;
    Ok(Documents::new(positions.into_iter().map(|p| resource(at.location_id, chain, p)).collect()))
}

/// A position.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PositionIn {
    /// Its name.
    #[schema(required, nullable = false, max_length = 100, example = "Hairdresser")]
    #[serde(default)]
    title: Option<String>,
    /// What it is; stays when left out.
    #[schema(nullable = false, max_length = 1000, example = "Cuts and colours")]
    #[serde(default)]
    description: Option<String>,
}

impl From<PositionIn> for Change {
    fn from(i: PositionIn) -> Self {
        Self { title: i.title, description: i.description, whole: true, ..Self::default() }
    }
}

/// Create a position
#[utoipa::path(
    post, path = "/locations/{location_id}/positions", operation_id = "create_position",
    tag = "Team Members",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = PositionIn,
    responses((status = 201, description = "The position", body = Document<PositionAttributes>))
)]
pub async fn create_position(
    at: At<perm::PositionsEdit>,
    input: Strict<PositionIn>,
) -> Result<Document<PositionAttributes>> {
    let location_id = at.location_id;
    let answer = |position, chain| Document::new(resource(location_id, chain, position)).created();
    flow::create(&at, input.0.into(), answer).await
}

/// Get a position
#[utoipa::path(
    get, path = "/locations/{location_id}/positions/{position_id}", operation_id = "get_position",
    tag = "Team Members",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("position_id" = i64, Path, description = "The position")
    ),
    responses((status = 200, description = "The position", body = Document<PositionAttributes>))
)]
pub async fn get_position(
    at: At<perm::Positions>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Document<PositionAttributes>> {
    let mut conn = at.conn().await?;
    let position = store::by_id(&mut conn, at.location_id, id).await?;
    let chain = store::chain(&mut conn, at.location_id).await?;
    Ok(Document::new(resource(at.location_id, chain, position)))
}

/// Change a position
#[utoipa::path(
    put, path = "/locations/{location_id}/positions/{position_id}", operation_id = "update_position",
    tag = "Team Members",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("position_id" = i64, Path, description = "The position")
    ),
    request_body = PositionIn,
    responses((status = 204, description = "Changed"))
)]
pub async fn update_position(
    at: At<perm::PositionsEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Strict<PositionIn>,
) -> Result<NoContent> {
    flow::update(&at, id, input.0.into(), |_| NoContent::new()).await
}

/// Delete a position
///
/// Softly: team members who had it have no position from then on.
#[utoipa::path(
    delete, path = "/locations/{location_id}/positions/{position_id}", operation_id = "delete_position",
    tag = "Team Members",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("position_id" = i64, Path, description = "The position")
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_position(
    at: At<perm::PositionsDelete>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, id, NoContent::new()).await
}
