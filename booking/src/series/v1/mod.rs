//! Series, version 1, where they are called schedules and their days series.

mod days;
mod regulars;
mod whole;
mod wire;

pub use days::*;
pub use regulars::*;
pub use whole::*;
