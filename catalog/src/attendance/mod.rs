//! Services as the timetable offers them: as such, as one team member does them, as parts of a composite one.
//! Version 2 alone.

pub(crate) mod store;
mod v2;

pub(crate) use v2::{AttendanceServiceAttributes, id_of, ids, of_service};

use kernel::{Api, op};

/// Version 2.
pub fn v2() -> Api {
    use v2::*;
    Api::new().op(op!(list_attendance_services).v2()).op(op!(list_composite_service_attendance_services).v2())
}
