//! Saved ways to repeat an event.
//!
//! Table `event_duplication_strategies`. Event: `activity_duplication_strategy`.

mod flow;
pub mod rules;
pub mod store;

pub(super) use flow::save;
pub use rules::{Strategy, Wanted};
