//! Appointments, version 1.

pub(crate) mod input;
pub(crate) mod list;
pub(crate) mod one;
pub(crate) mod partner;
pub(crate) mod parts;
pub(crate) mod wire;
