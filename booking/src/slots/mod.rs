//! What can be booked online when: dates, times, services, team members.
//!
//! Open to every partner, as the booking page is. One look at rows ([`Look`]) answers all of it by the one engine of
//! `calc::availability`, and the writes of online booking ask the same.

pub mod look;
pub mod memory;
pub mod next;
pub mod setup;
mod span;

pub use look::{Asked, Look};

mod v1;

use kernel::{Api, op};

/// Version 1: locations, since only calendars know when something is free there.
pub fn v1() -> Api {
    use v1::locations::*;
    Api::new().op(op!(get_location_list)).op(op!(get_location).legacy_errors())
}

/// Online booking, version 1.
pub fn public() -> Api {
    use v1::days::*;
    use v1::services::*;
    use v1::team::*;
    Api::new()
        .op(op!(get_services_available_for_booking))
        .op(op!(get_team_members_available_for_booking))
        .op(op!(get_nearest_time_slots))
        .op(op!(get_dates_available_for_booking))
        .op(op!(get_time_slots_for_booking))
}
