//! Clients of locations and chains.
