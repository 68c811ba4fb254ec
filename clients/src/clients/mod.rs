//! Clients. Table `clients`.

pub mod store;
mod v1;

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new().op(op!(get_chain_client_by_phone_number))
}
