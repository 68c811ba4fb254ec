//! Team members: who serves clients at a location. Tables `team_members`, `team_member_positions`,
//! `employment_profiles`. Events: `staff`.
//!
//! A team member may be hidden from online booking, dismissed (`fired`) and taken back, deleted (softly: he stays
//! for history, out of lists, and can't be changed). The user he is stands in the user's membership, nowhere else.
//! Paid team members neither dismissed nor deleted are counted in `locations.active_staff_count`.

mod flow;
mod own;
pub mod rules;
pub mod store;
mod v1;
mod v2;
mod view;

pub use store::Member;
pub use v1::event::{TeamMemberDataOut, details};

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new()
        .op(op!(get_team_member_list))
        .op(op!(deprecated_create_team_member))
        .op(op!(get_team_member_by_id))
        .op(op!(update_team_member))
        .op(op!(delete_team_member))
        .op(op!(create_team_member_quick))
        .op(op!(get_team_member))
        .op(op!(get_location_team))
}

/// Version 2.
pub fn v2() -> Api {
    use v2::*;
    Api::new().op(op!(list_team_members).v2())
}

/// Our additions.
pub fn own() -> Api {
    use own::*;
    Api::new().op(op!(get_employment)).op(op!(update_employment))
}
