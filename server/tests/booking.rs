//! The rooms of `booking`, over HTTP.

mod booking {
    mod calendar;
    mod events;
    mod forms;
    mod occupancy;
    mod online;
    mod schedules;
}
