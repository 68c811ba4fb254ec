//! The rooms of `booking`, over HTTP.

mod booking {
    mod appointments;
    mod attendance;
    mod bookings;
    mod calendar;
    mod events;
    mod events_v2;
    mod five_years;
    mod forms;
    mod history;
    mod next;
    mod occupancy;
    mod online;
    mod page;
    mod plans;
    mod races;
    #[allow(dead_code, reason = "of the rooms of reach, which tell it how to answer")]
    #[path = "../reach/receiver.rs"]
    mod receiver;
    mod regulars;
    mod schedules;
    mod series;
    mod series_seen;
    mod slots;
    mod v2;
    mod v2_deletes;
    mod visits;
}
