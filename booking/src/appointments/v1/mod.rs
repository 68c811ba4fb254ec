//! Appointments, version 1.

mod client;
pub(crate) mod input;
pub(crate) mod list;
pub(crate) mod one;
mod parts;
pub(crate) mod wire;
