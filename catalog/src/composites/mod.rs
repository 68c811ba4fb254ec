//! Composite services: one that consists of others, in order. Table `composite_service_parts`. And trials of a
//! service: for how much and how long a new client may try it.
//!
//! The compatible surface only reads both; here they are written as well.

mod flow;
mod own;
pub mod rules;
pub mod store;

use kernel::{Api, op};

/// Our additions.
pub fn own() -> Api {
    use own::*;
    Api::new()
        .op(op!(get_service_parts))
        .op(op!(update_service_parts))
        .op(op!(update_service_trial))
        .op(op!(delete_service_trial))
}
