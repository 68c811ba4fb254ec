//! Clients, version 1.

pub mod bulk;
mod chain;
mod one;
pub mod wire;

pub use bulk::*;
pub use chain::*;
pub use one::*;
