//! Calendar feeds (RFC 5545): what a user sees of the calendar, at a secret address that programs of calendars read.
//!
//! Table `calendar_feeds`. A feed shows what its maker may see, as long as he may; it ends with his rights, with its team
//! member, with the location, and when it is deleted. Made and read about with the right to the calendar; those of
//! others are seen and deleted with the right to team members' settings. Event: `calendar_feed`.

mod calendar;
mod flow;
mod own;
pub mod rules;
pub mod store;

pub use calendar::written;

use kernel::{Api, op};

/// Our additions.
pub fn own() -> Api {
    use own::*;
    Api::new()
        .op(op!(list_calendar_feeds))
        .op(op!(create_calendar_feed))
        .op(op!(renew_calendar_feed))
        .op(op!(delete_calendar_feed))
}
