//! What leaves the house: webhooks, notifications, calendar feeds.

pub mod outgoing;
pub mod webhooks;

use kernel::{Api, AppBuilder};

/// Lays in what this crate's rooms keep.
#[must_use]
pub fn lay_in(app: AppBuilder, outgoing: outgoing::Outgoing) -> AppBuilder {
    app.with(outgoing)
}

/// What marketplace applications ask for.
pub fn developers() -> Api {
    webhooks::v1()
}

/// Our additions.
pub fn own() -> Api {
    webhooks::own()
}
