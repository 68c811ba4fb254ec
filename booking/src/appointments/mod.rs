//! Appointments; so far those in group events.
//!
//! Tables `appointments`, `appointment_services`, `appointment_tags`, `comers`. An appointment in an event is held when
//! the event is, by the same team member; its seats are the event's. Event: `record`.

mod flow;
pub mod rules;
pub mod store;
mod v2;

use kernel::{Api, op};

use v2::change::*;
use v2::make::*;

/// Version 2.
pub fn v2() -> Api {
    Api::new()
        .op(op!(create_event_appointment).v2())
        .op(op!(update_event_appointment).v2())
        .op(op!(reschedule_event_appointment).v2())
}
