//! Booking online, version 1.

pub(crate) mod book;
pub(crate) mod own;
pub(crate) mod wire;
