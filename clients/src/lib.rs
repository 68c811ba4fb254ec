//! Clients of locations and chains.

pub mod clients;
pub mod comments;
pub mod files;
pub mod search;
mod shown;

pub use shown::Shown;

use kernel::{Api, AppBuilder};

/// Lays in what this crate's rooms keep.
#[must_use]
pub fn lay_in(app: AppBuilder) -> AppBuilder {
    search::lay_in(app)
}

/// Version 1.
pub fn v1() -> Api {
    search::v1().merge(clients::v1()).merge(comments::v1()).merge(files::v1())
}

/// Our additions.
pub fn own() -> Api {
    files::own()
}
