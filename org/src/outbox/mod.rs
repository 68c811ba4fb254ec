//! Messages to people, written in the transaction of what they tell and sent after it by a worker.
//! Table `outbox`.

pub mod store;

pub use store::{Channel, Message};
