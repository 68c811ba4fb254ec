//! The test attribute.
