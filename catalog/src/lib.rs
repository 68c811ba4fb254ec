//! What is offered: services in their categories, at locations and in chains, who does them, what they take up.

pub mod attendance;
pub mod categories;
pub mod chains;
pub mod composites;
pub mod links;
pub mod resources;
pub mod services;
mod shape;
pub mod suggestions;

use kernel::Api;

/// Version 1.
pub fn v1() -> Api {
    Api::new()
        .merge(services::v1())
        .merge(categories::v1())
        .merge(links::v1())
        .merge(chains::v1())
        .merge(resources::v1())
}

/// Version 2.
pub fn v2() -> Api {
    Api::new().merge(services::v2()).merge(categories::v2()).merge(attendance::v2()).merge(suggestions::v2())
}

/// Our additions.
pub fn own() -> Api {
    Api::new().merge(resources::own()).merge(composites::own()).merge(chains::own())
}
