//! Working hours: of a team member on a day, as a set of intervals by the location's clock.
//!
//! Table `schedule_days`. Reading needs the right to the calendar, and shows only the team members that the user's
//! calendar shows; setting needs the right to schedules. Event: `schedule` of the team member.

mod flow;
pub mod rules;
pub mod store;
mod v1;

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    let newer = "/api/v1/company/{location_id}/staff/schedule";
    Api::new()
        .op(op!(v1::days::get_team_member_schedule))
        .op(op!(v1::days::update_team_member_schedule))
        .op(op!(v1::days::schedule_team_member_update_deprecated).succeeded_by(newer))
        .op(op!(v1::team::get_team_member_schedule_list))
        .op(op!(v1::team::set_team_member_schedule))
        .op(op!(v1::timetable::get_appointment_calendar_dates))
        .op(op!(v1::timetable::get_appointment_calendar_sessions))
}
