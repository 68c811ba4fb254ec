//! What leaves the house: webhooks, notifications, mailings, calendar feeds.

pub mod dispatch;
pub mod feeds;
pub mod mailings;
pub mod notifications;
pub mod outgoing;
pub mod webhooks;

use kernel::{Api, AppBuilder};

/// Lays in what this crate's rooms keep.
#[must_use]
pub fn lay_in(app: AppBuilder, outgoing: outgoing::Outgoing) -> AppBuilder {
    app.with(outgoing)
}

/// Version 1.
pub fn v1() -> Api {
    mailings::v1().merge(notifications::v1())
}

/// What marketplace applications ask for.
pub fn developers() -> Api {
    webhooks::v1()
}

/// Our additions.
pub fn own() -> Api {
    webhooks::own().merge(notifications::own()).merge(mailings::own()).merge(feeds::own())
}
