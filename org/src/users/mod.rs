//! Users, their roles and rights at locations, invitations. Tables `users`, `memberships`, `invitations`.
//!
//! A user belongs to locations by memberships: a role, what differs from the role's rights, the team member he
//! is. An invitation is a membership that is not approved yet, with a secret link.

mod flow;
mod own;
pub mod rules;
pub mod store;
mod v1;

pub use flow::{NewUser, create};
pub(crate) use flow::{Person, engage, look_up};
pub use store::{Membership, User};

use kernel::{Api, op};

/// Version 1.
#[allow(deprecated, reason = "deprecated for clients; served all the same")]
pub fn v1() -> Api {
    use v1::*;
    Api::new()
        .op(op!(get_location_users))
        .op(op!(remove_user_from_location))
        .op(op!(deprecated_get_location_users))
        .op(op!(get_permission_list))
        .op(op!(list_roles))
        .op(op!(get_user_roles))
        .op(op!(get_user_permissions))
        .op(op!(update_user_permissions))
        .op(op!(create_user_invitation))
        .op(op!(copy_user_permissions_to_locations))
        .op(op!(remove_user_from_locations))
}

/// Our additions.
pub fn own() -> Api {
    use own::*;
    Api::new().op(op!(get_invitation)).op(op!(accept_invitation))
}
