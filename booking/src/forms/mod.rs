//! Booking forms (widgets): each has its own page on this server, `/book/{id}`, and says how that looks and where a
//! site shows its button.
//!
//! Tables `booking_forms` (which stands in `org`, since a location's answer shows its forms) and `booking_form_settings`.
//! Needs the right to online booking. Event: `booking_form`. A form is deleted softly: what was booked through it goes on
//! to name it, its page is gone. A location has one default form at the most; when that is deleted, the oldest of the
//! others takes its place.

mod flow;
mod rules;
mod snippets;
pub mod store;
mod v1;

pub use store::Form;

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new()
        .op(op!(get_booking_widget_list))
        .op(op!(create_booking_widget))
        .op(op!(get_booking_widget))
        .op(op!(update_booking_widget))
        .op(op!(delete_booking_widget))
}
