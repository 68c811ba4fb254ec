//! The clock, an input like any other.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Tells the instant, in milliseconds UTC.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// One of its own, which can be set: for tests and the demo.
    Own(Arc<Mutex<Hand>>),
}

/// A clock that runs on from where it was set, or stands.
#[derive(Clone, Copy, Debug)]
pub enum Hand {
    /// It stands at this instant.
    Stands(i64),
    /// It runs, so many milliseconds before the machine's.
    Ahead(i64),
}

impl Hand {
    fn now(self) -> i64 {
        match self {
            Hand::Stands(at) => at,
            Hand::Ahead(by) => Clock::machine() + by,
        }
    }

    fn at(at_ms: i64, frozen: bool) -> Self {
        if frozen { Hand::Stands(at_ms) } else { Hand::Ahead(at_ms - Clock::machine()) }
    }
}

impl Clock {
    /// A clock that stands at this instant.
    pub fn frozen(at_ms: i64) -> Self {
        Self::Own(Arc::new(Mutex::new(Hand::Stands(at_ms))))
    }

    /// A clock that runs with the machine's until it is set.
    pub fn settable() -> Self {
        Self::Own(Arc::new(Mutex::new(Hand::Ahead(0))))
    }

    /// Now.
    pub fn now(&self) -> i64 {
        match self {
            Clock::System => Self::machine(),
            Clock::Own(own) => held(own).now(),
        }
    }

    /// The machine's own time, whatever the clock shows: for what other machines hold against theirs (the time in a
    /// signature).
    #[allow(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    pub fn machine() -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }

    /// Whether it stands.
    pub fn is_frozen(&self) -> bool {
        matches!(self, Clock::Own(own) if matches!(*held(own), Hand::Stands(_)))
    }

    /// How far it is before the machine's, milliseconds; behind it where that is negative.
    pub fn ahead(&self) -> i64 {
        match self {
            Clock::System => 0,
            Clock::Own(own) => match *held(own) {
                Hand::Stands(at) => at - Self::machine(),
                Hand::Ahead(by) => by,
            },
        }
    }

    /// Sets it: it stands there, or runs on from there. The machine's can't be set.
    pub fn set(&self, at_ms: i64, frozen: bool) {
        if let Clock::Own(own) = self {
            *held(own) = Hand::at(at_ms, frozen);
        }
    }

    /// Moves it, standing or running as it was; the machine's can't be moved.
    pub fn advance(&self, by_ms: i64) {
        if let Clock::Own(own) = self {
            match &mut *held(own) {
                Hand::Stands(at) => *at += by_ms,
                Hand::Ahead(ahead) => *ahead += by_ms,
            }
        }
    }

    /// Sets it to the machine's, with which it runs.
    pub fn reset(&self) {
        if let Clock::Own(own) = self {
            *held(own) = Hand::Ahead(0);
        }
    }
}

fn held(own: &Mutex<Hand>) -> MutexGuard<'_, Hand> {
    own.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn a_clock_stands_runs_and_is_moved() {
        let clock = Clock::frozen(1000);
        assert!(clock.is_frozen());
        clock.advance(500);
        assert_eq!(clock.now(), 1500);
        clock.set(9_000_000, false);
        assert!(!clock.is_frozen() && (9_000_000..9_010_000).contains(&clock.now()));
        clock.advance(-5_000_000);
        assert!((4_000_000..4_010_000).contains(&clock.now()));
        clock.set(clock.now(), true);
        assert_eq!(clock.now(), clock.now());
        clock.reset();
        assert_eq!(clock.ahead(), 0);
        assert!(!clock.is_frozen() && (clock.now() - Clock::machine()).abs() < 10_000);
    }

    #[test]
    fn the_machines_can_not_be_set() {
        Clock::System.set(0, true);
        assert!(!Clock::System.is_frozen() && Clock::System.now() > 1_000_000_000_000);
    }
}
