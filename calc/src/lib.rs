//! Pure calculations: phone numbers, time zones.
//!
//! Nothing here reads a clock, a file or the server's own settings: the same input always gives the same answer.

pub mod phone;
pub mod zone;
