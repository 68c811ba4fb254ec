//! Locations, chains, users and rights, sessions, partners, team members, positions, dictionaries, images.

pub mod access;
pub mod audit;
pub mod booking_users;
pub mod chains;
pub mod codes;
pub mod custom_fields;
pub mod dictionaries;
pub mod images;
pub mod licenses;
pub mod locations;
pub mod outbox;
pub mod partners;
pub mod positions;
pub mod rights;
pub mod sessions;
pub mod tags;
pub mod team;
pub mod users;

use kernel::{Api, AppBuilder};

/// Lays in what this crate's rooms keep.
#[must_use]
pub fn lay_in(app: AppBuilder, files: images::Files) -> AppBuilder {
    let app = app.with_memory(access::Recall::default()).with(sessions::Attempts::default()).with(files);
    locations::lay_in(app)
}

/// Version 1.
pub fn v1() -> Api {
    Api::new()
        .merge(sessions::v1())
        .merge(locations::v1())
        .merge(users::v1())
        .merge(chains::v1())
        .merge(licenses::v1())
        .merge(images::v1())
        .merge(tags::v1())
        .merge(custom_fields::v1())
        .merge(team::v1())
        .merge(positions::v1())
}

/// Version 2.
pub fn v2() -> Api {
    tags::v2().merge(custom_fields::v2()).merge(team::v2()).merge(positions::v2())
}

/// Online booking, version 1.
pub fn public() -> Api {
    booking_users::public()
}

/// What marketplace applications ask for.
pub fn developers() -> Api {
    dictionaries::v1()
}

/// Our additions.
pub fn own() -> Api {
    Api::new().merge(sessions::own()).merge(users::own()).merge(team::own()).merge(audit::own())
}
