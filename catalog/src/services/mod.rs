//! Services of a location. Tables `services`, `service_dates`, `service_bindings`. Two faces.
//!
//! A service is deleted softly: appointments still name it. Who does it, in how long and for what price, what it is
//! called in other languages and what it takes up is in [`links`](crate::links) and
//! [`resources`](crate::resources).

mod flow;
mod included;
pub mod rules;
pub mod shown;
pub mod store;
pub(crate) mod v1;
mod v2;

pub use v1::{details, wire::ServiceOut};

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    const ONE: &str = "/api/v1/company/{location_id}/services/{service_id}";
    Api::new()
        .op(op!(get_service_list))
        .op(op!(create_service))
        .op(op!(deprecated_get_service_list_by_id).succeeded_by(ONE))
        .op(op!(deprecated_update_service_by_id))
        .op(op!(patch_service))
        .op(op!(delete_service))
        .op(op!(get_service))
        .op(op!(get_service_list_whole))
}

/// Version 2.
pub fn v2() -> Api {
    use v2::*;
    Api::new().op(op!(list_services).v2()).op(op!(get_service).v2())
}
