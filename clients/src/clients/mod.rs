//! Clients. Tables `clients`, `client_tags`, `client_custom_values`.
//!
//! Deleted softly: what pointed to a client still does, his phone is free. What a user sees of clients is
//! [`Shown`](crate::Shown). Event: `client`.

mod flow;
pub mod rules;
pub mod store;
mod v1;
pub mod view;

pub use view::{Card, ClientOut, Whole, With};

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new()
        .op(op!(create_client))
        .op(op!(bulk_create_clients))
        .op(op!(get_client))
        .op(op!(update_client))
        .op(op!(delete_client))
        .op(op!(get_chain_client_by_phone_number))
}
