//! The appointment calendar: its settings, and what of it a user sees.
//!
//! Table `calendar_settings`. Reading needs the right to the calendar, changing that to basic settings. Event:
//! `timetable_settings` of the location.

mod flow;
pub(crate) mod rules;
pub mod shown;
pub mod store;
mod v1;

pub use shown::{Shown, first_editable_day};

use kernel::{Api, op};

use v1::*;

/// Version 1.
pub fn v1() -> Api {
    Api::new().op(op!(get_appointment_calendar_settings)).op(op!(update_appointment_calendar_settings))
}
