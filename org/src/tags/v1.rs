//! Tags, version 1.

use kernel::{Accepted, Data, Error, Lenient, Path, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::flow;
use super::rules::{Change, Entity, font_color};
use super::store::{self, Tag};
use crate::access::{At, perm};

/// A tag.
#[derive(Debug, Serialize, ToSchema)]
pub struct LabelOut {
    /// Its id.
    #[schema(example = 241_625)]
    id: i64,
    /// The location.
    #[schema(example = 68570)]
    salon_id: i64,
    /// Its text.
    #[schema(example = "VIP client")]
    title: String,
    /// Its colour.
    #[schema(example = "#ff2828")]
    color: String,
    /// Its icon.
    #[schema(example = "star")]
    icon: String,
    /// What it is for: its name.
    #[schema(example = "client")]
    slug: String,
    /// What it is for: 0 anything, 1 clients, 2 appointments, 3 events.
    #[schema(example = 1)]
    entity: i64,
    /// 1 when deleted.
    #[schema(example = 0)]
    deleted: i64,
    /// 1 when it can't be changed.
    #[schema(example = 0)]
    not_editable: i64,
    /// Colour of its text.
    #[schema(example = "#ffffff")]
    font_color: String,
}

impl LabelOut {
    fn of(location_id: i64, tag: Tag) -> Self {
        Self {
            id: tag.id,
            salon_id: location_id,
            font_color: font_color(&tag.color).to_owned(),
            slug: Entity::of(tag.entity).unwrap_or(Entity::Common).name().to_owned(),
            title: tag.title,
            color: tag.color,
            icon: tag.icon,
            entity: tag.entity,
            deleted: tag.is_deleted.into(),
            not_editable: (!tag.is_editable).into(),
        }
    }
}

/// A change of a tag; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct TagIn {
    /// Its text.
    #[schema(nullable = false, example = "Regular")]
    title: Option<String>,
    /// Its colour, `#RRGGBB`.
    #[schema(nullable = false, example = "#aa11ff")]
    color: Option<String>,
    /// What it is for: 0 anything, 1 clients, 2 appointments, 3 events.
    #[schema(nullable = false, example = 2)]
    entity: Option<i64>,
    /// Its icon.
    #[schema(nullable = false, example = "star")]
    icon: Option<String>,
}

impl From<TagIn> for Change {
    fn from(TagIn { title, color, entity, icon }: TagIn) -> Self {
        Self { title, color, entity, icon }
    }
}

/// A tag to make; in the query or the body.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NewLabelIn {
    /// Its text.
    #[param(required, nullable = false, example = "test")]
    title: Option<String>,
    /// Its colour, `#RRGGBB`.
    #[param(required, nullable = false, example = "#00ff11")]
    color: Option<String>,
    /// What it is for: 0 anything, 1 clients, 2 appointments, 3 events.
    #[param(example = 1)]
    entity: Option<i64>,
    /// Its icon.
    #[param(example = "star")]
    icon: Option<String>,
}

/// Create a tag
#[utoipa::path(
    post, path = "/labels/{location_id}", operation_id = "create_tag", tag = "Tags",
    params(("location_id" = i64, Path, description = "The location"), NewLabelIn),
    responses((status = 200, description = "The tag", body = Data<LabelOut>))
)]
pub async fn create_tag(at: At<perm::TagsEdit>, input: Lenient<NewLabelIn>) -> Result<Data<LabelOut>> {
    let NewLabelIn { title, color, entity, icon } = input.0;
    let location_id = at.location_id;
    let answer = |tag| Data::new(LabelOut::of(location_id, tag));
    flow::create(&at, Change { title, color, entity, icon }, answer).await
}

/// List tags of a kind
///
/// `common`, `client`, `record` or `activity`, or its number.
#[utoipa::path(
    get, path = "/labels/{location_id}/{entity}", operation_id = "get_tag_list_by_entity", tag = "Tags",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("entity" = String, Path, description = "What they are for", example = "client")
    ),
    responses((status = 200, description = "The tags", body = Data<Vec<LabelOut>>))
)]
pub async fn get_tag_list_by_entity(
    at: At<perm::Member>,
    Path((_location, entity)): Path<(i64, String)>,
) -> Result<Data<Vec<LabelOut>>> {
    let entity = Entity::parse(&entity).ok_or_else(Error::not_found)?;
    let tags = store::list(&mut at.conn().await?, at.location_id, Some(entity.code())).await?;
    Ok(Data::new(tags.into_iter().map(|tag| LabelOut::of(at.location_id, tag)).collect()))
}

/// Change a tag
#[utoipa::path(
    put, path = "/labels/{location_id}/{entity}", operation_id = "update_tag_by_tag_id", tag = "Tags",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("entity" = i64, Path, description = "The tag's id")
    ),
    request_body = TagIn,
    responses((status = 202, description = "Changed", body = Accepted))
)]
pub async fn update_tag_by_tag_id(
    at: At<perm::TagsEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<TagIn>,
) -> Result<Accepted> {
    flow::update(&at, id, input.0.into(), Accepted::new("accepted")).await
}

/// Delete a tag
#[utoipa::path(
    delete, path = "/labels/{location_id}/{entity}", operation_id = "delete_tag_by_tag_id", tag = "Tags",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("entity" = i64, Path, description = "The tag's id")
    ),
    responses((status = 200, description = "Deleted", body = Accepted))
)]
pub async fn delete_tag_by_tag_id(
    at: At<perm::TagsEdit>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Accepted> {
    flow::delete(&at, id, Accepted::new("accepted").ok()).await
}
