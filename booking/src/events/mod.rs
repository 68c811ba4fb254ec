//! Group events: one service of one team member for several clients at once.
//!
//! Tables `group_events`, `group_event_resources`, `group_event_tags`, `event_duplication_strategies`. Searching is
//! open to every partner, as the booking page is; writing needs the rights to appointments. Event: `activity`.

pub mod brief;
pub(crate) mod flow;
pub mod place;
pub mod rules;
pub mod store;
pub mod strategies;
pub(crate) mod v1;
mod v2;
pub(crate) mod view;

use kernel::{Api, op};

use v1::copies::*;
use v1::one::*;
use v1::plans::*;
use v1::search::*;
use v2::*;

/// Version 1.
pub fn v1() -> Api {
    let newer = "/api/v2/locations/{location_id}/events";
    let newer_one = "/api/v2/locations/{location_id}/events/{event_id}";
    Api::new()
        .op(op!(search_events))
        .op(op!(search_event_dates))
        .op(op!(get_event_date_range))
        .op(op!(get_event_search_filters))
        .op(op!(search_event_services))
        .op(op!(get_event).succeeded_by(newer_one))
        .op(op!(create_event).succeeded_by(newer))
        .op(op!(update_event).succeeded_by(newer_one))
        .op(op!(delete_event).succeeded_by(newer_one))
        .op(op!(duplicate_event))
        .op(op!(list_event_duplication_strategies))
        .op(op!(create_event_duplication_strategy))
        .op(op!(update_event_duplication_strategy))
}

/// Version 2.
pub fn v2() -> Api {
    Api::new()
        .op(op!(list_events).v2())
        .op(op!(create_group_event).v2())
        .op(op!(get_group_event).v2())
        .op(op!(update_group_event).v2())
        .op(op!(delete_group_event).v2())
}
