//! Locations, their phones, chains and booking forms. Tables `locations`, `location_phones`,
//! `location_chains`, `booking_forms`. Events: `salon`.
//!
//! Booking forms stand here because a location's answer shows them; their settings belong to booking.

mod flow;
pub mod rules;
pub mod store;
mod v1;

pub use flow::restore;
pub use store::Location;
pub(crate) use v1::lay_in;
pub use v1::{
    GetFilter, Hours, ListFilter, ListedOut, LocationDataOut, LocationOut, details, get, list, logo,
    public_title,
};

use kernel::{Api, op};

/// Version 1; reading is `booking`'s, since only calendars know the next free time. `GET`, `PUT` and `DELETE` of one location answer 401 and 404 in the older form.
pub fn v1() -> Api {
    use v1::*;
    Api::new()
        .op(op!(create_location))
        .op(op!(update_location).legacy_errors())
        .op(op!(delete_location).legacy_errors())
}
