//! Clients as those see them who receive them: the profile beside an appointment, and what their visits come to.
//!
//! No tables of its own: clients and what the database keeps of their visits. Reading the profile needs the right to the
//! client in an appointment, the figures that to the visit history; those of a chain also its right to clients.

mod v2;

use kernel::{Api, op};

/// Version 2.
pub fn v2() -> Api {
    use v2::profile::*;
    use v2::statistics::*;
    Api::new()
        .op(op!(get_attendance_booking_user).v2())
        .op(op!(get_booking_user_location_attendance_statistics).v2())
        .op(op!(get_booking_user_chain_attendance_statistics).v2())
}
