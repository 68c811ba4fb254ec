//! Who asks, and what they may do.
//!
//! [`authenticate`] runs before routing and finds the partner and the user behind the Authorization header.
//! The extractors of this room then demand what an operation needs: [`Anybody`], [`AnyPartner`], [`Signed`],
//! [`At`] a location with a right, [`InChain`] with a chain's right. No handler reaches data around them.
//!
//! It stands here and not in the kernel, since it needs the partners', sessions' and memberships' tables.

mod authorization;
mod caller;
mod extract;
mod memory;
pub mod perm;

pub use authorization::Tokens;
pub use caller::{Caller, authenticate};
pub use extract::{AnyPartner, Anybody, At, InChain, Signed};
pub use memory::Recall;
