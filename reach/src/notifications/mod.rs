//! Notifications: clients and the team are told when an appointment is made, moved or cancelled, and clients are
//! reminded. Tables `notification_types`, `user_notification_types`, `appointment_notices`, `appointment_reminders`;
//! messages go through the outbox.
//!
//! Whether something happened that people are to be told of is seen from what they were last told, not from the event
//! alone; reminders are planned when an appointment changes and sent when they are due.

mod own;
mod remind;
pub mod rules;
pub mod store;
mod tell;
mod v1;

pub use remind::remind;
pub use tell::{Told, prepare};

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new()
        .op(op!(get_location_notification_settings))
        .op(op!(get_user_notification_settings))
        .op(op!(update_user_notification_settings))
}

/// Our additions.
pub fn own() -> Api {
    use own::*;
    Api::new().op(op!(set_notification_type)).op(op!(list_messages))
}
