//! Lists of clients: searched, filtered, in every order. Table `clients`; filters look at appointments too.
//!
//! What a user may not see finds nobody: no phone by its digits, no e-mail address by a part of it.

mod memory;
pub mod rules;
pub mod store;
mod v1;

pub(crate) use memory::lay_in;

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    const SEARCH: &str = "/api/v1/company/{location_id}/clients/search";
    Api::new()
        .op(op!(deprecated_get_client_list).succeeded_by(SEARCH))
        .op(op!(get_client_list).errors_by_field())
}
