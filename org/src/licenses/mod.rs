//! Subscriptions of locations. Table `licenses`. A self-hosted server sells none: every location has one that
//! does not end soon, since clients ask for it.

pub mod store;
mod v1;

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new().op(op!(get_location_subscription_information)).op(op!(phone_number_format_check))
}
