//! Rights of users: what a user may do at one location.
//!
//! Every right is declared once, in [`ALL`]; its [`RightId`] indexes that table. The contract names many rights
//! twice or thrice (twins, older names, odd spellings): all names lead to the one stored right. [`Grants`] is the
//! set of values that one user has at one location, [`wire_groups`], [`tree`], [`flat_values`] and
//! [`legacy_access`] are the four shapes in which the contract shows it.
//!
//! A right depends on the right above it: with its parent off it is worth nothing, whatever is stored. The owner
//! has everything, whatever is stored.

mod grants;
mod right;
mod role;
mod table;
mod value;
mod wire;

#[cfg(test)]
mod tests;

pub use grants::{Grants, Scope};
pub use right::{Choice, Kind, Right, RightId, Section, Sense, right};
pub use role::{Role, RoleInfo, roles};
pub use table::{ALL, COUNT};
pub use value::{BadValue, Value};
pub use wire::{FlatValue, Node, NodeOption, NodeType, flat_values, legacy_access, tree, wire_groups};
