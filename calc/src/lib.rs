//! Pure calculations: phone numbers, time zones, intervals of a day, recurrence.
//!
//! Nothing here reads a clock, a file or the server's own settings: the same input always gives the same answer.

pub mod availability;
pub mod intervals;
pub mod phone;
pub mod recurrence;
pub mod zone;
