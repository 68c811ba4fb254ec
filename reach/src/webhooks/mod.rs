//! Webhooks: what happens at a location is told to addresses that were set. Tables `webhooks`, `webhook_messages`,
//! `webhook_deliveries`, `webhook_attempts`; reads `events`.
//!
//! Every write leaves rows in `events`, in its own transaction. From there a worker makes messages of them
//! ([`dispatch`](crate::dispatch)), loaded as the things then are, and sends each to every address that asked for it: at
//! least once, one after the other for each address, on any number of servers. What kinds of things there are says one
//! table in `resources.rs`.

mod deliver;
mod deliveries;
mod draft;
mod drawn;
mod flow;
mod lanes;
mod own;
mod resources;
pub mod rules;
pub mod store;
mod v1;

pub use deliver::Runner;
pub use deliveries::describe;
pub use draft::drafts;

use kernel::{Api, op};

/// The settings, as they have always been.
pub fn v1() -> Api {
    use v1::*;
    Api::new().op(op!(get_event_notification_settings)).op(op!(update_event_notification_settings))
}

/// Our additions.
pub fn own() -> Api {
    use own::*;
    Api::new()
        .op(op!(list_webhooks))
        .op(op!(update_webhook))
        .op(op!(renew_webhook_secret))
        .op(op!(end_webhook_secret))
        .op(op!(test_webhook))
        .op(op!(replay_webhook))
        .op(op!(list_webhook_deliveries))
        .op(op!(get_webhook_delivery))
        .op(op!(replay_webhook_delivery))
}
