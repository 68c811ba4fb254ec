//! The clock, an input like any other.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Tells the instant, in milliseconds UTC.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// Stands still until it is set: for tests.
    Frozen(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at this instant.
    pub fn frozen(at_ms: i64) -> Self {
        Self::Frozen(Arc::new(AtomicI64::new(at_ms)))
    }

    /// Now.
    pub fn now(&self) -> i64 {
        match self {
            Clock::System => Self::machine(),
            Clock::Frozen(at) => at.load(Ordering::SeqCst),
        }
    }

    /// The machine's own time, whatever the clock shows: for what other machines hold against theirs (the time in a
    /// signature).
    #[allow(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    pub fn machine() -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }

    /// Moves a frozen clock; the machine's can't be moved.
    pub fn advance(&self, by_ms: i64) {
        if let Clock::Frozen(at) = self {
            at.fetch_add(by_ms, Ordering::SeqCst);
        }
    }
}
