//! What is taken up when: team members and instances of resources, by events and appointments.
//!
//! Table `occupancy`. Whoever books writes his rows here in the same transaction; the database refuses two that
//! overlap, unless one is marked as a deliberate overlap.

pub mod store;

pub use store::{Busy, Owner, Subject, Taken};
