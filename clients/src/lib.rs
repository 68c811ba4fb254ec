//! Clients of locations and chains.

pub mod clients;

use kernel::Api;

/// Version 1.
pub fn v1() -> Api {
    clients::v1()
}
