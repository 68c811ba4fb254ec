//! The rooms of `booking`, over HTTP.

mod booking {
    mod calendar;
    mod occupancy;
    mod schedules;
}
