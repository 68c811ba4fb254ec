//! Clients who are received, version 2.

pub mod profile;
pub mod statistics;

use kernel::{Error, Result};

/// An id in a path, whose mistakes this tag names as those of a field.
fn id(text: &str, field: &str) -> Result<i64> {
    let id = text.parse().ok().filter(|id| *id >= 1);
    id.ok_or_else(|| Error::invalid(field, "field-ids"))
}
