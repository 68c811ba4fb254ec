//! Appointments; so far those in group events.
//!
//! Tables `appointments`, `appointment_services`, `appointment_tags`, `comers`. Event: `record`.

pub mod store;
