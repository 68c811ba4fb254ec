//! Schedules, group events and booking settings of locations.

pub mod appointments;
pub mod attendance;
pub mod bookings;
pub mod calendar;
pub mod events;
pub mod forms;
pub mod occupancy;
pub mod online;
pub mod page;
pub mod reviews;
pub mod schedules;
pub mod series;
pub mod slots;
pub mod visits;

use kernel::{Api, AppBuilder};

/// Lays in what this crate's rooms keep.
#[must_use]
pub fn lay_in(app: AppBuilder) -> AppBuilder {
    let app = app.with_memory(slots::next::Memory::default()).with_memory(slots::memory::Memory::default());
    appointments::known::lay_in(app)
}

/// Version 1.
pub fn v1() -> Api {
    schedules::v1()
        .merge(calendar::v1())
        .merge(events::v1())
        .merge(appointments::v1())
        .merge(visits::v1())
        .merge(reviews::v1())
        .merge(series::v1())
        .merge(online::v1())
        .merge(forms::v1())
        .merge(slots::v1())
}

/// Version 2.
pub fn v2() -> Api {
    events::v2().merge(appointments::v2()).merge(occupancy::v2()).merge(attendance::v2())
}

/// Online booking, version 1.
pub fn public() -> Api {
    slots::public().merge(bookings::public()).merge(page::public()).merge(reviews::public())
}

/// Our additions.
pub fn own() -> Api {
    online::own().merge(page::own())
}
