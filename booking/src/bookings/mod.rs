//! Booking online: what a client does without being a user of the location.
//!
//! Appointments are made from what is offered ([`crate::slots`]), seen, moved and cancelled by a secret link
//! ([`crate::appointments::links`]) or by the user whose they are. Tables `slot_holds`, and those of appointments. Event:
//! `record`.

pub(crate) mod flow;
pub mod rules;
pub(crate) mod store;
pub(crate) mod v1;

use kernel::{Api, op};

/// Online booking, version 1.
pub fn public() -> Api {
    use v1::book::*;
    use v1::own::*;
    Api::new()
        .op(op!(validate_booking_params))
        .op(op!(create_online_booking))
        .op(op!(get_online_booking_details))
        .op(op!(update_online_booking_datetime))
        .op(op!(book_event))
        .op(op!(get_user_appointment_list))
        .op(op!(delete_user_appointment))
}
