//! Test application, clients and factories.
//!
//! `#[testkit::test] async fn name(app: App)` is a test on SQLite and one on PostgreSQL. Each gets a copy of a
//! migrated database with the demo's data, a clock that stands still and steady ids. Every answer a [`Client`]
//! gets is held against the published document of its operation.
//!
//! PostgreSQL is there when `FRONTDESK_TEST_POSTGRES` is the address of a server where databases may be made,
//! or when `initdb` is found; `require` makes its absence a failure, `off` leaves it out. A server of our own ends
//! with the process, however that ends; on a given one the template stays until the next run removes it.

mod answer;
mod app;
mod bases;
mod client;
mod cluster;
mod contract;
pub mod make;
mod plan;
pub mod postgres;

pub use answer::Answer;
pub use app::{App, KEY, NOW};
pub use bases::{Base, Fixture, Spot, run};
pub use client::{Client, Part};
pub use cluster::Cluster;
pub use contract::check;
pub use testkit_macros::test;
