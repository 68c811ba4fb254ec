//! The rooms of `reach`, over HTTP.

mod reach {
    mod controls;
    mod delivery;
    mod feeds;
    mod mailings;
    mod notifications;
    mod receiver;
    mod webhook_log;
    mod webhooks;
}
