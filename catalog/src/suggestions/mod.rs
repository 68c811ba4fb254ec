//! Which services to suggest: what the client had last, what he has most often, what the team member does most
//! often. Table `service_popularity`, kept by the room of appointments through [`store::count`].

pub mod rules;
pub mod store;
mod v2;

use kernel::{Api, op};

/// Version 2.
pub fn v2() -> Api {
    use v2::*;
    Api::new().op(op!(list_attendance_service_suggestions).v2())
}
