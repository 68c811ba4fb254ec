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
