//! Mailings: SMS and e-mail to clients who are named or found, and what gateways report of messages. Table `outbox`.

mod flow;
pub mod rules;
mod store;
mod v1;

use kernel::{Api, App, op};

const PURPOSE: &str = "message-status";

/// The address at which a gateway reports on a location's messages.
pub fn callback(app: &App, location_id: i64) -> String {
    let secret = app.mark(PURPOSE, &[location_id]);
    format!("{}/api/frontdesk/v1/messages/status/{location_id}/{secret}", app.public_url())
}

fn is_callback(app: &App, location_id: i64, secret: &str) -> bool {
    app.is_mark(PURPOSE, &[location_id], secret)
}

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new()
        .op(op!(send_sms_to_clients))
        .op(op!(send_sms_campaign_to_filtered_clients))
        .op(op!(send_email_newsletter_to_clients))
        .op(op!(send_email_campaign_to_filtered_clients))
        .op(op!(get_message_status_list).numbered_errors())
}

/// Our additions.
pub fn own() -> Api {
    use v1::*;
    Api::new().op(op!(report_message_status))
}
