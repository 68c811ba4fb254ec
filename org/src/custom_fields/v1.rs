//! Custom fields, version 1.

use kernel::{Accepted, Data, Error, Lenient, Path, Result};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ArrayBuilder, OneOfBuilder};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::flow;
use super::rules::{Change, Entity, Kind};
use super::store::{self, Field};
use crate::access::{At, perm};

/// What a field holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomFieldType)]
pub struct KindOut {
    /// Its code.
    #[schema(example = "text")]
    code: String,
    /// For people.
    #[schema(example = "Text")]
    title: String,
}

/// A custom field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomField)]
pub struct FieldOut {
    /// Its id.
    #[schema(example = 1)]
    id: i64,
    /// Its key in requests and answers.
    #[schema(example = "my_text_field")]
    code: String,
    /// What it belongs to: `record` or `client`.
    #[schema(example = "client")]
    entity_type: String,
    /// Whether forms show it.
    show_in_ui: bool,
    /// For people.
    #[schema(example = "Shoe size")]
    title: String,
    /// Whether users may change its values.
    user_can_edit: bool,
    /// What it holds.
    r#type: KindOut,
    /// The values of a list, with commas; empty for other kinds.
    #[schema(example = "")]
    values: String,
}

/// A custom field at a location.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LocationCustomField)]
pub struct LocationFieldOut {
    /// The field's id.
    #[schema(example = 1)]
    id: i64,
    /// The location.
    #[schema(example = 37532)]
    salon_id: i64,
    /// The field.
    custom_field: FieldOut,
}

impl LocationFieldOut {
    fn of(location_id: i64, field: Field) -> Self {
        let kind = Kind::parse(&field.kind).unwrap_or(Kind::Text);
        Self {
            id: field.id,
            salon_id: location_id,
            custom_field: FieldOut {
                id: field.id,
                code: field.code,
                entity_type: field.entity,
                show_in_ui: field.show_in_ui,
                title: field.title,
                user_can_edit: field.user_can_edit,
                r#type: KindOut { code: kind.code().to_owned(), title: kind.title().to_owned() },
                values: field.options.join(","),
            },
        }
    }
}

/// A made field. The contract's schema draws a list there, its example the field itself: the field is sent,
/// both are published.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct MadeOut(LocationFieldOut);

impl PartialSchema for MadeOut {
    fn schema() -> RefOr<Schema> {
        let one = LocationFieldOut::schema();
        OneOfBuilder::new().item(one.clone()).item(ArrayBuilder::new().items(one)).into()
    }
}

impl ToSchema for MadeOut {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        LocationFieldOut::schemas(schemas);
    }
}

/// Carried out; `data` is null. The contract's schema draws the list of fields there.
#[derive(Debug)]
pub struct Saved(Accepted);

impl kernel::Answer for Saved {
    fn status(&self) -> http::StatusCode {
        self.0.status()
    }

    fn body(&self) -> Vec<u8> {
        self.0.body()
    }
}

impl axum::response::IntoResponse for Saved {
    fn into_response(self) -> axum::response::Response {
        self.0.into_response()
    }
}

impl PartialSchema for Saved {
    fn schema() -> RefOr<Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
        let nothing = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Null));
        let list = ArrayBuilder::new().items(LocationFieldOut::schema());
        let word = ObjectBuilder::new().property("message", ObjectBuilder::new().schema_type(Type::String));
        let none = ArrayBuilder::new().items(ObjectBuilder::new()).max_items(Some(0));
        ObjectBuilder::new()
            .property("success", ObjectBuilder::new().schema_type(Type::Boolean))
            .property("data", OneOfBuilder::new().item(nothing).item(list))
            .property("meta", OneOfBuilder::new().item(word).item(none))
            .required("success")
            .required("data")
            .required("meta")
            .into()
    }
}

impl ToSchema for Saved {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        LocationFieldOut::schemas(schemas);
    }
}

fn entity(name: &str) -> Result<Entity> {
    Entity::parse(name).ok_or_else(Error::not_found)
}

/// List the custom fields of clients or appointments
#[utoipa::path(
    get, path = "/custom_fields/{field_category}/{location_id}", operation_id = "get_custom_field_list",
    tag = "Custom Fields",
    params(
        ("field_category" = String, Path, description = "`record` or `client`", example = "client"),
        ("location_id" = i64, Path, description = "The location")
    ),
    responses((status = 200, description = "The fields", body = Data<Vec<LocationFieldOut>>))
)]
pub async fn get_custom_field_list(
    at: At<perm::Member>,
    Path((category, _location)): Path<(String, i64)>,
) -> Result<Data<Vec<LocationFieldOut>>> {
    let fields = store::list(&mut at.conn().await?, at.location_id, &[entity(&category)?]).await?;
    Ok(Data::new(fields.into_iter().map(|f| LocationFieldOut::of(at.location_id, f)).collect()))
}

/// A custom field to make or change; what a change leaves out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = CustomFieldIn)]
pub struct FieldIn {
    /// `number`, `text`, `list`, `date` or `datetime`; stays as it was made.
    #[schema(required, nullable = false, example = "text")]
    r#type: Option<String>,
    /// Its key in requests and answers: letters, digits, `_`, `-`.
    #[schema(required, nullable = false, example = "my_text_field")]
    code: Option<String>,
    /// For people.
    #[schema(required, nullable = false, example = "Shoe size")]
    title: Option<String>,
    /// Whether users may change its values.
    #[schema(nullable = false)]
    user_can_edit: Option<bool>,
    /// Whether forms show it.
    #[schema(nullable = false)]
    show_in_ui: Option<bool>,
    /// The values of a list; mean nothing for other kinds.
    #[schema(nullable = false, example = json!(["red", "blue"]))]
    values: Option<Vec<String>>,
}

impl From<FieldIn> for Change {
    fn from(i: FieldIn) -> Self {
        Self {
            kind: i.r#type,
            code: i.code,
            title: i.title,
            user_can_edit: i.user_can_edit,
            show_in_ui: i.show_in_ui,
            options: i.values,
        }
    }
}

/// Create a custom field
#[utoipa::path(
    post, path = "/custom_fields/{field_category}/{location_id}", operation_id = "create_custom_field",
    tag = "Custom Fields",
    params(
        ("field_category" = String, Path, description = "`record` or `client`", example = "client"),
        ("location_id" = i64, Path, description = "The location")
    ),
    request_body = FieldIn,
    responses((status = 200, description = "The field", body = Data<MadeOut>))
)]
pub async fn create_custom_field(
    at: At<perm::SettingsBasis>,
    Path((category, _location)): Path<(String, i64)>,
    input: Lenient<FieldIn>,
) -> Result<Data<MadeOut>> {
    let location_id = at.location_id;
    let answer = |field| Data::new(MadeOut(LocationFieldOut::of(location_id, field)));
    flow::create(&at, entity(&category)?, input.0.into(), answer).await
}

/// Change a custom field
#[utoipa::path(
    put, path = "/custom_fields/{field_category}/{location_id}/{field_id}",
    operation_id = "update_custom_field", tag = "Custom Fields",
    params(
        ("field_category" = String, Path, description = "`record` or `client`", example = "client"),
        ("location_id" = i64, Path, description = "The location"),
        ("field_id" = i64, Path, description = "The field")
    ),
    request_body = FieldIn,
    responses((status = 202, description = "Changed", body = Saved))
)]
pub async fn update_custom_field(
    at: At<perm::SettingsBasis>,
    Path((category, _location, id)): Path<(String, i64, i64)>,
    input: Lenient<FieldIn>,
) -> Result<Saved> {
    flow::update(&at, entity(&category)?, id, input.0.into(), Saved(Accepted::new("saved"))).await
}

/// Delete a custom field
///
/// Softly: values that were stored stay readable.
#[utoipa::path(
    delete, path = "/custom_fields/{field_category}/{location_id}/{field_id}",
    operation_id = "delete_custom_field", tag = "Custom Fields",
    params(
        ("field_category" = String, Path, description = "`record` or `client`", example = "client"),
        ("location_id" = i64, Path, description = "The location"),
        ("field_id" = i64, Path, description = "The field")
    ),
    responses((status = 200, description = "Deleted", body = Saved))
)]
pub async fn delete_custom_field(
    at: At<perm::SettingsBasis>,
    Path((category, _location, id)): Path<(String, i64, i64)>,
) -> Result<Saved> {
    flow::delete(&at, entity(&category)?, id, Saved(Accepted::new("deleted").ok())).await
}
