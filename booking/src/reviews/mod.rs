//! Reviews: what clients say of team members and of the location, in stars and words.
//!
//! Table `reviews`. A review of a team member moves the rating. It is left by a user of the location, or once for an appointment that took
//! place by its secret link. Event: `review`.

mod flow;
mod public;
mod store;
mod v1;

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new().op(op!(get_comments)).op(op!(leave_comment))
}

/// Online booking, version 1.
pub fn public() -> Api {
    use public::*;
    Api::new().op(op!(get_feedback_form_status)).op(op!(submit_feedback_form))
}
