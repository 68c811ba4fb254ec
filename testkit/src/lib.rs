//! Test application, clients and factories.
