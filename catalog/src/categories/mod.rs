//! Categories of services. Tables `service_categories`, `service_category_team_members`. Two faces.
//!
//! A category's team members are those named for it and those who do one of its services. It is deleted softly, and
//! only once it has no services.

mod flow;
pub(crate) use flow::not_found;
pub mod rules;
pub mod store;
mod v1;
mod v2;

pub use v1::{CategoryOut, details};

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    const LIST: &str = "/api/v1/company/{location_id}/service_categories/{category_id}";
    Api::new()
        .op(op!(create_service_category))
        .op(op!(deprecated_get_service_category_list).succeeded_by(LIST))
        .op(op!(get_service_category))
        .op(op!(update_service_category))
        .op(op!(delete_service_category))
        .op(op!(get_service_category_list))
        .op(op!(get_service_category_list_whole))
}

/// Version 2.
pub fn v2() -> Api {
    use v2::*;
    Api::new().op(op!(list_service_categories).v2())
}
