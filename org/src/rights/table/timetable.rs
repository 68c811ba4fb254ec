//! The calendar.

use crate::rights::right::{
    ALL_POSITIONS, ALL_TEAM, Branch, Section::Timetable, days, flag, group, id, root, under,
};

#[rustfmt::skip]
pub(super) const BRANCHES: &[Branch] = &[
    root(Timetable, &[
        group("timetable_access", "wa-mrf", "Appointment calendar", "Opens the calendar of the location.").recommended(),
    ]),
    under(Timetable, "timetable_access", &[
        id("timetable_master_id", "Whose calendar is shown", "One team member, or everybody.", "master", ALL_TEAM).key("master_id").recommended(),
        id("timetable_position_id", "Which position's calendar is shown", "Team members of one position, or of all.", "position", ALL_POSITIONS).key("position_id").recommended(),
        days("timetable_last_days_count", "wacmrf", "Days of history in the calendar", "How many past days can be opened; 0 sets no limit.").key("last_days_count").zero_is_all(),
        flag("schedule_edit_access", "-a-m--", "Change working hours from the calendar", "Sets and clears working hours without leaving the calendar."),
        flag("timetable_phones_access", "-a-m--", "See client phones in the calendar", "Without it phones are hidden on appointment cards."),
        flag("timetable_transferring_record_access", "wa-m--", "Move appointments", "Drags an appointment to another time or team member."),
        flag("timetable_statistics_access", "-a-m-f", "See the day's figures", "Takings and occupancy of the day, above the calendar."),
        flag("timetable_waiting_list_access", "-a-m-f", "Use the waiting list", "Sees and fills the list of clients who wait for a free slot."),
    ]),
];
