//! Locations, version 1.

mod list;
mod one;

pub use list::*;
pub use one::*;
