//! The rooms of `booking`, over HTTP.

mod booking {
    mod appointments;
    mod bookings;
    mod calendar;
    mod events;
    mod events_v2;
    mod forms;
    mod occupancy;
    mod online;
    mod page;
    mod races;
    mod schedules;
    mod series;
    mod series_seen;
    mod slots;
    mod visits;
}
