//! Working hours: of a team member on a day, as a set of intervals by the location's clock.
//!
//! Table `schedule_days`. Reading needs the right to the calendar, and shows only the team members that the user's
//! calendar shows; setting needs the right to schedules. Event: `schedule` of the team member.

mod flow;
pub mod rules;
pub mod store;
mod v1;

use kernel::{Api, op};

use v1::days::*;
use v1::team::*;
use v1::timetable::*;

/// Version 1.
pub fn v1() -> Api {
    let newer = "/api/v1/company/{location_id}/staff/schedule";
    Api::new()
        .op(op!(get_team_member_schedule))
        .op(op!(update_team_member_schedule))
        .op(op!(schedule_team_member_update_deprecated).succeeded_by(newer))
        .op(op!(get_team_member_schedule_list))
        .op(op!(set_team_member_schedule))
        .op(op!(get_appointment_calendar_dates))
        .op(op!(get_appointment_calendar_sessions))
}
