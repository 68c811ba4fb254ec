//! Positions of a location's team: hairdresser, administrator. Table `positions`; who has which stands in
//! `team_member_positions`. Events: `position`. Two faces over the same rules, and an older one of version 1.
//!
//! A position is deleted softly: it stays for history, and who had it has none from then on.

mod flow;
pub mod rules;
pub mod store;
mod v1;
mod v2;

pub use store::Position;
pub(crate) use v1::StaffPositionOut;

use kernel::{Api, op};

/// Version 1: deprecated, served all the same.
pub fn v1() -> Api {
    use v1::*;
    const LIST: &str = "/api/v2/locations/{location_id}/positions";
    const ONE: &str = "/api/v2/locations/{location_id}/positions/{position_id}";
    Api::new()
        .op(op!(get_position_list).succeeded_by(LIST))
        .op(op!(create_position_quick).succeeded_by(LIST))
        .op(op!(get_older_position_list).succeeded_by(LIST))
        .op(op!(create_older_position).succeeded_by(LIST))
        .op(op!(update_older_position).succeeded_by(ONE))
        .op(op!(delete_older_position).succeeded_by(ONE))
}

/// Version 2.
pub fn v2() -> Api {
    use v2::*;
    Api::new()
        .op(op!(list_positions).v2())
        .op(op!(create_position).v2())
        .op(op!(get_position).v2())
        .op(op!(update_position).v2())
        .op(op!(delete_position).v2())
}
