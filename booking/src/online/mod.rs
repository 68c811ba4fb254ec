//! How clients book a location online: how long before, how far ahead, on which grid of times, and what the booking
//! page asks for.
//!
//! Tables `online_booking_settings`, `online_booking_fields`, `online_booking_weekdays`, `online_booking_dates`; whether
//! the phone is confirmed and whether clients cancel and change stands in `locations`. Needs the right to online booking.
//! Event: `online_booking_settings` of the location. Two faces over the same rows.

mod flow;
mod own;
pub mod rules;
pub mod settings;
pub mod store;
mod v1;

pub use settings::{Grid, Settings};

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new()
        .op(op!(get_online_booking_settings))
        .op(op!(update_online_booking_settings))
        .op(op!(get_timeslot_settings))
}

/// Our additions.
pub fn own() -> Api {
    use own::*;
    Api::new()
        .op(op!(get_online_booking_rules))
        .op(op!(update_online_booking_rules))
        .op(op!(get_online_booking_timeslots))
        .op(op!(update_online_booking_timeslots))
}
