//! Appointments, version 1.

pub(crate) mod input;
pub(crate) mod list;
pub(crate) mod one;
pub(crate) mod partner;
mod parts;
pub(crate) mod wire;
