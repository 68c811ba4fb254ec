//! Locations, version 1.

mod event;
mod kept;
mod list;
mod one;

pub use event::*;
pub use kept::lay_in;
pub use list::*;
pub use one::*;
