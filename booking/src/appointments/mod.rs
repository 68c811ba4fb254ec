//! Appointments, of their own and in group events.
//!
//! Tables `appointments`, `appointment_services`, `appointment_tags`, `appointment_custom_values`, `documents`, `comers`.
//! An appointment of its own takes up its team member and the resources that its services need ([`book`] is the one way
//! in); one in an event is held when the event is, by the same team member, and its seats are the event's. Event:
//! `record`.

pub(crate) mod book;
pub(crate) mod flow;
pub mod known;
pub mod links;
pub mod rules;
pub mod shapes;
pub mod store;
pub(crate) mod v1;
mod v2;
pub mod view;

pub use v1::one::details;
pub use v1::wire::AppointmentOut;

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::list::*;
    use v1::one::*;
    use v1::partner::*;
    Api::new()
        .op(op!(get_appointment_list))
        .op(op!(get_partner_appointment_list))
        .op(op!(create_appointment))
        .op(op!(get_appointment))
        .op(op!(update_appointment))
        .op(op!(delete_appointment))
}

/// Version 2.
pub fn v2() -> Api {
    use v2::change::*;
    use v2::delete::*;
    use v2::list::*;
    use v2::make::*;
    Api::new()
        .op(op!(create_event_appointment).v2())
        .op(op!(update_event_appointment).v2())
        .op(op!(reschedule_event_appointment).v2())
        .op(op!(list_appointments).v2())
        .op(op!(list_attendance_appointments).v2())
        .op(op!(delete_one_appointment).v2())
        .op(op!(delete_timetable_appointment).v2())
}

/// Tells of the appointments in these events, which share their fate.
pub(crate) async fn emit_within(
    unit: &mut kernel::Unit,
    location_id: i64,
    events: &[i64],
    change: kernel::Change,
) -> kernel::Result<()> {
    let seats = store::seats(unit, location_id, events).await?;
    let ids: Vec<i64> = seats.into_iter().map(|seat| seat.id).collect();
    unit.emit_all("record", &ids, change).await
}
