//! Fields of a location's own, for clients and appointments. Table `custom_fields`. Two faces over the same
//! rules.
//!
//! A field is deleted softly: values that were stored stay readable.

mod flow;
pub mod rules;
pub mod store;
mod v1;
mod v2;

use kernel::{Api, op};
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, Object, ObjectBuilder, SchemaType, Type};

/// The schema of values by the code of their field. The codes are the location's own; two of the examples' stand for
/// any, since the contract names them.
pub fn by_code() -> Object {
    let number = SchemaType::from_iter([Type::Integer, Type::Number]);
    let texts = ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::String));
    ObjectBuilder::new()
        .description(Some(
            "Values of the location's own fields by the field's code: a text, a number or a date, also as a list of one.",
        ))
        .property("my_custom_field", ObjectBuilder::new().schema_type(number).description(Some("An example.")))
        .property("some_another_field", texts.description(Some("An example.")))
        .additional_properties(Some(AdditionalProperties::FreeForm(true)))
        .build()
}

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new()
        .op(op!(get_custom_field_list))
        .op(op!(create_custom_field))
        .op(op!(update_custom_field))
        .op(op!(delete_custom_field))
}

/// Version 2.
pub fn v2() -> Api {
    use v2::*;
    Api::new().op(op!(list_custom_fields).v2())
}
