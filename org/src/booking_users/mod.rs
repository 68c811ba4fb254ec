//! Users as clients are: signed in by password or by a code sent to their phone, with their own data.
//!
//! Table `users`, and `sessions`: a client's token is a user's token like any other. Whoever signs in by a code for the
//! first time becomes a user.

mod flow;
mod v1;

use kernel::{Api, op};

/// Online booking, version 1.
pub fn public() -> Api {
    use v1::*;
    Api::new()
        .op(op!(send_booking_verification_code))
        .op(op!(authorize_online_booking_user))
        .op(op!(log_in_with_phone_number_and_code))
        .op(op!(update_booking_user))
        .op(op!(get_booking_user))
        .op(op!(update_booking_user_password))
        .op(op!(send_phone_update_verification_code))
}
