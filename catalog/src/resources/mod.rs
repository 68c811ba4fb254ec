//! Rooms, chairs, devices that services take up. Tables `resources`, `resource_instances`, `service_resources`.
//!
//! A resource has instances, each of which holds one booking at a time; a service that needs a resource takes one
//! instance of it. Both are deleted softly: bookings that took them still name them.

mod flow;
mod own;
pub mod rules;
pub mod store;
mod v1;

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new().op(op!(get_resource_list))
}

/// Our additions: the compatible surface only reads.
pub fn own() -> Api {
    use own::*;
    Api::new()
        .op(op!(create_resource))
        .op(op!(get_resource))
        .op(op!(update_resource))
        .op(op!(delete_resource))
        .op(op!(create_resource_instance))
        .op(op!(update_resource_instance))
        .op(op!(delete_resource_instance))
}
