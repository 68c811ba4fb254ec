//! Group events, version 1, where they are called activities.

pub mod copies;
pub mod one;
pub mod plans;
pub mod search;
pub mod wire;
