//! Locations, chains, users and rights, sessions, partners, dictionaries, images.

pub mod dictionaries;
pub mod rights;
