//! Tags, version 2.

use kernel::{Document, Documents, Error, NoContent, Path, Query, Resource, Result, Strict};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::flow;
use super::rules::{Change, Entity, font_color};
use super::store::{self, Tag};
use crate::access::{At, perm};

/// What is known of a tag.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagAttributes {
    /// The location.
    #[schema(example = 68570)]
    company_id: i64,
    /// Its text.
    #[schema(example = "VIP")]
    title: String,
    /// Its colour.
    #[schema(example = "#ff2828")]
    color: String,
    /// Colour of its text.
    #[schema(example = "#ffffff")]
    font_color: String,
    /// Its icon.
    #[schema(example = "star")]
    icon: String,
    /// What it is for: `common`, `client`, `record` or `activity`.
    #[schema(example = "client")]
    entity_type: String,
    /// Whether it is deleted.
    is_deleted: bool,
    /// Whether it can be changed.
    is_editable: bool,
    /// The location, by its older name.
    #[schema(example = 68570)]
    salon_id: i64,
    /// What it is for, as a number.
    #[schema(example = 1)]
    entity: i64,
    /// What it is for, by its older name.
    #[schema(example = "client")]
    entity_slug: String,
    /// 1 when deleted.
    #[schema(example = 0)]
    deleted: i64,
    /// 1 when it can't be changed.
    #[schema(example = 0)]
    not_editable: i64,
}

fn resource(location_id: i64, tag: Tag) -> Resource<TagAttributes> {
    let entity = Entity::of(tag.entity).unwrap_or(Entity::Common).name();
    Resource::new(
        "tag",
        tag.id,
        TagAttributes {
            company_id: location_id,
            font_color: font_color(&tag.color).to_owned(),
            title: tag.title,
            color: tag.color,
            icon: tag.icon,
            entity_type: entity.to_owned(),
            is_deleted: tag.is_deleted,
            is_editable: tag.is_editable,
            salon_id: location_id,
            entity: tag.entity,
            entity_slug: entity.to_owned(),
            deleted: tag.is_deleted.into(),
            not_editable: (!tag.is_editable).into(),
        },
    )
}

/// Which tags to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TagsFilter {
    /// What they are for: `common`, `client`, `record`, `activity`, or its number.
    #[param(example = "client")]
    entity: Option<String>,
}

/// List the tags of a location
#[utoipa::path(
    get, path = "/locations/{location_id}/tags", operation_id = "list_tags", tag = "Tags",
    params(("location_id" = i64, Path, description = "The location"), TagsFilter),
    responses((status = 200, description = "The tags", body = Documents<TagAttributes>))
)]
pub async fn list_tags(at: At<perm::Member>, query: Query<TagsFilter>) -> Result<Documents<TagAttributes>> {
    let entity = match query.0.entity {
        Some(text) => {
            Some(Entity::parse(&text).ok_or_else(|| Error::invalid("entity", "field-choice"))?.code())
        }
        None => None,
    };
    let tags = store::list(&mut at.conn().await?, at.location_id, entity).await?;
    Ok(Documents::new(tags.into_iter().map(|tag| resource(at.location_id, tag)).collect()))
}

/// A tag to make; unknown fields are refused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTagIn {
    /// Its text.
    #[schema(required, nullable = false, example = "VIP")]
    title: Option<String>,
    /// Its colour, `#RRGGBB`.
    #[schema(required, nullable = false, example = "#ff2828")]
    color: Option<String>,
    /// What it is for: 0 anything, 1 clients, 2 appointments, 3 events.
    #[schema(nullable = false, example = 1)]
    entity: Option<i64>,
    /// Its icon.
    #[schema(nullable = false, example = "star")]
    icon: Option<String>,
}

/// Create a tag
#[utoipa::path(
    post, path = "/locations/{location_id}/tags", operation_id = "create_tag", tag = "Tags",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = NewTagIn,
    responses((status = 201, description = "The tag", body = Document<TagAttributes>))
)]
pub async fn create_tag(at: At<perm::TagsEdit>, input: Strict<NewTagIn>) -> Result<Document<TagAttributes>> {
    let NewTagIn { title, color, entity, icon } = input.0;
    let location_id = at.location_id;
    let answer = |tag| Document::new(resource(location_id, tag)).created();
    flow::create(&at, Change { title, color, entity, icon }, answer).await
}

/// Get a tag
#[utoipa::path(
    get, path = "/locations/{location_id}/tags/{tag_id}", operation_id = "get_tag", tag = "Tags",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("tag_id" = i64, Path, description = "The tag")
    ),
    responses((status = 200, description = "The tag", body = Document<TagAttributes>))
)]
pub async fn get_tag(
    at: At<perm::Member>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Document<TagAttributes>> {
    let tag = store::by_id(&mut at.conn().await?, at.location_id, id).await?;
    Ok(Document::new(resource(at.location_id, tag)))
}

/// A change of a tag; what is left out stays, unknown fields are refused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagChangeIn {
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

impl From<TagChangeIn> for Change {
    fn from(TagChangeIn { title, color, entity, icon }: TagChangeIn) -> Self {
        Self { title, color, entity, icon }
    }
}

/// Change a tag
#[utoipa::path(
    put, path = "/locations/{location_id}/tags/{tag_id}", operation_id = "update_tag", tag = "Tags",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("tag_id" = i64, Path, description = "The tag")
    ),
    request_body = TagChangeIn,
    responses((status = 204, description = "Changed"))
)]
pub async fn update_tag(
    at: At<perm::TagsEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Strict<TagChangeIn>,
) -> Result<NoContent> {
    flow::update(&at, id, input.0.into(), NoContent::new()).await
}

/// Delete a tag
///
/// Softly: what carries it still shows it.
#[utoipa::path(
    delete, path = "/locations/{location_id}/tags/{tag_id}", operation_id = "delete_tag", tag = "Tags",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("tag_id" = i64, Path, description = "The tag")
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_tag(
    at: At<perm::TagsEdit>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, id, NoContent::new()).await
}
