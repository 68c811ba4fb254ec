//! What a booking page starts with: a form's settings as clients meet them, the texts of a page in their language, and
//! what they agree to.
//!
//! Tables `booking_forms` with `booking_form_settings` (see [`crate::forms`]), `online_booking_settings`,
//! `privacy_policies`. Open to every partner; the privacy policy is set with the right to online booking. Event:
//! `privacy_policy` of the location.

pub mod ics;
mod own;
pub mod store;
pub mod texts;
mod v1;

use kernel::{Api, op};

/// Online booking, version 1.
pub fn public() -> Api {
    use v1::*;
    Api::new().op(op!(get_booking_form_config)).op(op!(get_i18n_options)).op(op!(get_location_privacy_policy))
}

/// Our additions.
pub fn own() -> Api {
    use own::*;
    Api::new().op(op!(update_location_privacy_policy))
}
