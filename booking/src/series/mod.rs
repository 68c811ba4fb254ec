//! Series: group events that come again on weekdays, until a day.
//!
//! Tables `event_series`, `event_series_days` with their tags and resources, `event_series_entries`,
//! `event_series_regulars` with their days and appointments. A series is made
//! after the pattern of an event; each of its days stands for dated events, laid at once. What they got is kept, so
//! that what was changed by hand is told apart and stays when the day changes. Where something is in the way of a
//! date, the series goes on without it, and the entry says so. A regular is a client who comes to all the events of
//! days of a series; where there is no seat, the client is not in. Reading needs the right to the calendar, writing those
//! to appointments. Events: `timetable_event_schedule`, `timetable_event_schedule_day`, `activity`.

mod flow;
pub mod lay;
mod regulars;
pub mod rules;
pub mod store;
mod v1;
mod view;

use kernel::{Api, op};

use v1::*;

/// Version 1.
pub fn v1() -> Api {
    Api::new()
        .op(op!(search_timetable_event_schedules_by_event))
        .op(op!(create_timetable_event_schedule))
        .op(op!(update_timetable_event_schedule))
        .op(op!(delete_timetable_event_schedule))
        .op(op!(create_timetable_schedule_day))
        .op(op!(update_timetable_schedule_day))
        .op(op!(delete_timetable_schedule_day))
        .op(op!(list_timetable_schedule_day_events))
        .op(op!(create_timetable_client_schedule))
        .op(op!(update_timetable_client_schedule))
        .op(op!(delete_timetable_client_schedule))
}
