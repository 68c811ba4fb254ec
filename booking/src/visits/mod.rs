//! Visits: a client's appointments of one day.
//!
//! Table `visits`. Appointments go into the visit of their client and day as they are made and moved; what a visit is
//! (attendance, cost) the database keeps from its appointments. Reading needs the right to the calendar, changing that to
//! appointments.

mod flow;
mod history;
mod receipt;
pub mod rules;
pub mod store;
mod v1;

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use history::*;
    use v1::*;
    Api::new()
        .op(op!(get_visit))
        .op(op!(get_visit_details))
        .op(op!(update_visit))
        .op(op!(get_visit_receipt_pdf))
        .op(op!(search_client_visits))
}
