//! Custom fields, version 2.

use kernel::{Error, Problems, Query, Result, ToMany, ToOne};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::rules::{Entity, Kind};
use super::store::{self, Field};
use crate::access::{At, perm};

/// What to list and what to add.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct FieldsFilter {
    // Published flat, as it is written in a query; see the operation.
    #[param(ignore)]
    filter: EntityFilter,
    /// `custom_field_type`, `ui_options` or both.
    include: Vec<String>,
}

/// `filter[…]` of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EntityFilter {
    parent_entity_type: Option<String>,
    entity_slug: Option<String>,
}

/// What is known of a custom field.
#[derive(Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the older name of its neighbour")]
pub struct CustomFieldAttributes {
    #[schema(example = "preferred_color")]
    code: String,
    /// Its key in requests and answers.
    #[schema(example = "preferred_color")]
    slug: String,
    #[schema(example = "client")]
    parent_entity_type: String,
    /// What it belongs to: `record` or `client`.
    #[schema(example = "client")]
    entity_slug: String,
    /// Always null.
    #[schema(value_type = Option<String>)]
    relation_entity_type: Option<()>,
    show_in_ui: bool,
    /// Whether forms show it.
    is_visible: bool,
    /// For people.
    #[schema(example = "Preferred color")]
    title: String,
    user_can_edit: bool,
    /// Whether users may change its values.
    is_editable: bool,
    /// Whether it must be filled.
    is_required: bool,
    /// Its place, the lightest first.
    #[schema(example = 10)]
    weight: i64,
    /// The values of a list.
    values: Vec<String>,
}

/// Its relationships, as far as asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomFieldRelationships {
    /// What it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    custom_field_type: Option<ToOne>,
    /// What it holds, by its other name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    r#type: Option<ToOne>,
    /// How forms show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ui_options: Option<ToMany>,
}

/// A custom field.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomFieldResource {
    /// `custom_field`.
    #[schema(example = "custom_field")]
    r#type: &'static str,
    /// Its id.
    #[schema(example = "81")]
    id: String,
    /// What is known of it.
    attributes: CustomFieldAttributes,
    /// Its relationships, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    relationships: Option<CustomFieldRelationships>,
}

/// What is known of an included resource: of a type `code`, `slug` and `title`, of an option `slug` and `value`.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncludedAttributes {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "list")]
    code: Option<&'static str>,
    #[schema(example = "list")]
    slug: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "List")]
    title: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    value: Option<bool>,
}

/// An included resource.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncludedResource {
    /// `custom_field_type` or `custom_field_ui_option`.
    #[schema(example = "custom_field_type")]
    r#type: &'static str,
    /// Its id.
    #[schema(example = "3")]
    id: String,
    /// What is known of it.
    attributes: IncludedAttributes,
}

/// The document.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomFieldsDocument {
    /// The fields.
    data: Vec<CustomFieldResource>,
    /// What was asked for beside them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    included: Option<Vec<IncludedResource>>,
}

/// Which related resources are asked for.
#[derive(Clone, Copy, Debug, Default)]
struct Wanted {
    kinds: bool,
    options: bool,
}

impl Wanted {
    fn any(self) -> bool {
        self.kinds || self.options
    }
}

fn kind(field: &Field) -> Kind {
    Kind::parse(&field.kind).unwrap_or(Kind::Text)
}

fn resource(field: &Field, wanted: Wanted) -> CustomFieldResource {
    let to_kind = || ToOne::new("custom_field_type", kind(field).id());
    let to_options = || ToMany::new("custom_field_ui_option", [field.id]);
    CustomFieldResource {
        r#type: "custom_field",
        id: field.id.to_string(),
        attributes: CustomFieldAttributes {
            code: field.code.clone(),
            slug: field.code.clone(),
            parent_entity_type: field.entity.clone(),
            entity_slug: field.entity.clone(),
            relation_entity_type: None,
            show_in_ui: field.show_in_ui,
            is_visible: field.show_in_ui,
            title: field.title.clone(),
            user_can_edit: field.user_can_edit,
            is_editable: field.user_can_edit,
            is_required: field.is_required,
            weight: field.weight,
            values: field.options.clone(),
        },
        relationships: wanted.any().then(|| CustomFieldRelationships {
            custom_field_type: wanted.kinds.then(to_kind),
            r#type: wanted.kinds.then(to_kind),
            ui_options: wanted.options.then(to_options),
        }),
    }
}

/// Each related resource once.
fn included(fields: &[Field], wanted: Wanted) -> Vec<IncludedResource> {
    let mut out = Vec::new();
    let mut kinds: Vec<Kind> = Vec::new();
    for field in fields {
        let kind = kind(field);
        if wanted.kinds && !kinds.contains(&kind) {
            kinds.push(kind);
            let attributes = IncludedAttributes {
                code: Some(kind.code()),
                slug: kind.code(),
                title: Some(kind.title()),
                value: None,
            };
            out.push(IncludedResource { r#type: "custom_field_type", id: kind.id().to_string(), attributes });
        }
        if wanted.options {
            let attributes = IncludedAttributes {
                code: None,
                slug: "is_visible",
                title: None,
                value: Some(field.show_in_ui),
            };
            let id = field.id.to_string();
            out.push(IncludedResource { r#type: "custom_field_ui_option", id, attributes });
        }
    }
    out
}

/// What the query asks for; names what it can't.
fn read(query: FieldsFilter) -> Result<(Option<Entity>, Wanted)> {
    let mut problems = Problems::new();
    let mut wanted = Wanted::default();
    for name in &query.include {
        match name.as_str() {
            "custom_field_type" => wanted.kinds = true,
            "ui_options" => wanted.options = true,
            _ => problems.add("include", "field-choice"),
        }
    }
    let asked = match (query.filter.parent_entity_type, query.filter.entity_slug) {
        (Some(name), _) => Some((name, "filter.parent_entity_type")),
        (None, Some(name)) => Some((name, "filter.entity_slug")),
        (None, None) => None,
    };
    let entity = asked.and_then(|(name, field)| {
        let entity = Entity::parse(&name);
        problems.check(entity.is_some(), field, "field-choice");
        entity
    });
    problems.done().map(|()| (entity, wanted))
}

/// List the custom fields of a location
///
/// Those of clients and of appointments, as far as the user may see their values.
#[utoipa::path(
    get, path = "/locations/{location_id}/custom_fields", operation_id = "list_custom_fields",
    tag = "Custom Fields",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("filter[parent_entity_type]" = Option<String>, Query, description = "`record` or `client`"),
        ("filter[entity_slug]" = Option<String>, Query, description = "The same, by its other name"),
        FieldsFilter
    ),
    responses(
        (status = 200, description = "The fields", body = CustomFieldsDocument),
        (status = 403, description = "The user may see the values of neither")
    )
)]
pub async fn list_custom_fields(
    at: At<perm::Member>,
    query: Query<FieldsFilter>,
) -> Result<CustomFieldsDocument> {
    let (asked, wanted) = read(query.0)?;
    let grants = &at.membership.grants;
    let entities: Vec<Entity> = Entity::ALL
        .into_iter()
        .filter(|e| asked.is_none_or(|asked| asked == *e) && e.readable(grants))
        .collect();
    if entities.is_empty() {
        return Err(Error::denied());
    }
    let fields = store::list(&mut at.conn().await?, at.location_id, &entities).await?;
    Ok(CustomFieldsDocument {
        data: fields.iter().map(|field| resource(field, wanted)).collect(),
        included: wanted.any().then(|| included(&fields, wanted)),
    })
}

impl axum::response::IntoResponse for CustomFieldsDocument {
    fn into_response(self) -> axum::response::Response {
        axum::Json(self).into_response()
    }
}
