//! Locations, version 1.

mod event;
mod list;
mod one;

pub use event::*;
pub use list::*;
pub use one::*;
