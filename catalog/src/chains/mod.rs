//! Categories and services of a chain. Tables `chain_service_categories`, `chain_services`.
//!
//! A location takes services of its chains over, under ids of its own; what the chain keeps to itself (prices,
//! comments) follows the chain from then on. The compatible surface only lists categories.

mod flow;
mod own;
pub mod rules;
pub mod store;
mod v1;

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new().op(op!(get_chain_service_category_list))
}

/// Our additions.
pub fn own() -> Api {
    use own::*;
    Api::new()
        .op(op!(create_chain_service_category))
        .op(op!(update_chain_service_category))
        .op(op!(delete_chain_service_category))
        .op(op!(list_chain_services))
        .op(op!(create_chain_service))
        .op(op!(update_chain_service))
        .op(op!(delete_chain_service))
        .op(op!(take_chain_services))
}
