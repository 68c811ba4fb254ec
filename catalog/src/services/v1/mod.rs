//! Services, version 1.

mod read;
pub(crate) mod wire;
mod write;

pub use read::*;
pub use write::*;
