//! Visits: a client's appointments of one day.
//!
//! Table `visits`. Appointments go into the visit of their client and day as they are made and moved; what a visit is
//! (attendance, cost) the database keeps from its appointments.

pub mod store;
