//! The rooms of `booking`, over HTTP.

mod booking {
    mod calendar;
    mod events;
    mod occupancy;
    mod schedules;
    mod series;
}
