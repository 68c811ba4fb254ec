//! The rooms of `reach`, over HTTP.

mod reach {
    mod delivery;
    mod receiver;
    mod webhook_log;
    mod webhooks;
}
