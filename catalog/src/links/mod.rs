//! Who does a service, in how long and for what price; what it is called in other languages; what it takes up.
//! Tables `service_team_members`, `service_translations`, and `service_resources` of [`resources`](crate::resources).

pub mod flow;
pub mod rules;
pub mod store;
mod v1;

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new()
        .op(op!(assign_service_to_team_member))
        .op(op!(update_service_team_member_assignment))
        .op(op!(remove_service_from_team_member))
        .op(op!(update_service_links))
}
