//! Tags of clients, appointments and events. Table `tags`. Two faces over the same rules.
//!
//! A tag is deleted softly: what carries it still shows it.

mod flow;
pub mod rules;
pub mod store;
mod v1;
mod v2;

use kernel::{Api, op};

/// Version 1: deprecated, served all the same.
pub fn v1() -> Api {
    use v1::*;
    const LIST: &str = "/api/v2/locations/{location_id}/tags";
    const ONE: &str = "/api/v2/locations/{location_id}/tags/{entity}";
    Api::new()
        .op(op!(create_tag).succeeded_by(LIST))
        .op(op!(get_tag_list_by_entity).succeeded_by(LIST))
        .op(op!(update_tag_by_tag_id).succeeded_by(ONE))
        .op(op!(delete_tag_by_tag_id).succeeded_by(ONE))
}

/// Version 2.
pub fn v2() -> Api {
    use v2::*;
    Api::new()
        .op(op!(list_tags).v2())
        .op(op!(create_tag).v2())
        .op(op!(get_tag).v2())
        .op(op!(update_tag).v2())
        .op(op!(delete_tag).v2())
}
