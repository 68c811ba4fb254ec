//! What is taken up when: team members and instances of resources, by events and appointments.
//!
//! Table `occupancy`. Whoever books writes his rows here in the same transaction; the database refuses two that
//! overlap, unless one is marked as a deliberate overlap.

pub mod store;
mod v2;

pub use store::{Busy, Owner, Subject, Taken};

use kernel::{Api, op};

use v2::*;

/// Version 2.
pub fn v2() -> Api {
    Api::new().op(op!(list_resource_occupations).v2())
}
