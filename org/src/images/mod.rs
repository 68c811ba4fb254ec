//! Pictures of services, team members and locations. Tables `image_groups`, `images`; the files lie in an
//! object store.
//!
//! A picture is checked by its content, turned upright, resized off the async threads, and stored in several
//! versions; the name of a file is random, so a changed picture has a new address and may be cached for ever.

mod files;
mod flow;
pub mod rules;
pub mod store;
mod v1;

pub use files::Files;

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new().op(op!(upload_image)).op(op!(delete_image))
}
