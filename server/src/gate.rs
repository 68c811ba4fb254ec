//! How many requests are worked on at once. Those beyond wait a little, those beyond them are told at once to come again:
//! a server that takes on more than it can carry answers nobody in time.
//!
//! A place is taken when the body is there whole, so that clients who send slowly keep none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kernel::{Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests that wait for each that is worked on, at the most.
const WAITING: usize = 4;
/// How long they wait.
const WAIT: Duration = Duration::from_millis(250);
/// For each processor, so many requests are worked on at once unless said otherwise…
const EACH: usize = 8;
/// …but no fewer than so many: while some wait for the database, others go on.
const LEAST: usize = 16;

/// How many requests are worked on at once unless said otherwise.
pub fn usual() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).saturating_mul(EACH).max(LEAST)
}

/// Lets so many in.
pub struct Gate {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    most: usize,
    wait: Duration,
}

/// Counts who waits, also when he goes away.
struct Waits<'a>(&'a AtomicUsize);

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gate {
    /// For so many at once; none for any number.
    pub fn new(at_once: usize) -> Option<Self> {
        (at_once > 0).then(|| Self::with(at_once, at_once.saturating_mul(WAITING), WAIT))
    }

    fn with(at_once: usize, most: usize, wait: Duration) -> Self {
        let places = Arc::new(Semaphore::new(at_once.min(Semaphore::MAX_PERMITS)));
        Self { places, waiting: AtomicUsize::new(0), most, wait }
    }

    /// Whether as many wait as may: whoever comes now is refused before anything is done for him.
    pub fn is_full(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) >= self.most
    }

    /// A place, to be dropped with the answer.
    ///
    /// # Errors
    /// Too many wait already, or none became free in time.
    pub async fn enter(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(place) = self.places.clone().try_acquire_owned() {
            return Ok(place);
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.most {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::overloaded());
        }
        let waits = Waits(&self.waiting);
        let place = match tokio::time::timeout(self.wait, self.places.clone().acquire_owned()).await {
            // The semaphore is never closed.
            Ok(Ok(place)) => Ok(place),
            _ => Err(Error::overloaded()),
        };
        drop(waits);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::Gate;
    use kernel::Kind;
    use std::time::Duration;

    #[tokio::test]
    async fn those_beyond_wait_and_those_beyond_them_are_refused() {
        let gate = Gate::with(1, 1, Duration::from_millis(50));
        let first = gate.enter().await.expect("there is a place");
        // One waits and gives up, and the place in the queue is free again.
        let (second, third) = tokio::join!(gate.enter(), gate.enter());
        let refused = second.err().zip(third.err()).expect("neither has a place");
        assert_eq!((refused.0.kind(), refused.1.kind()), (Kind::Unavailable, Kind::Unavailable));
        assert_eq!(refused.0.retry_after(), Some(1));
        // One waits, and has the place as soon as it is free.
        let (second, ()) = tokio::join!(gate.enter(), async { drop(first) });
        drop(second.expect("the place of the first"));
        let first = gate.enter().await.expect("there is a place");
        assert!(!gate.is_full());
        let (second, ()) = tokio::join!(gate.enter(), async { assert!(gate.is_full()) });
        assert!(second.is_err());
        drop(first);
        // Who goes away while he waits leaves the queue.
        let first = gate.enter().await.expect("there is a place");
        drop(tokio::time::timeout(Duration::from_millis(5), gate.enter()).await);
        assert_eq!(gate.waiting.load(std::sync::atomic::Ordering::Relaxed), 0);
        drop(first);
    }

    #[test]
    fn none_is_no_gate() {
        assert!(Gate::new(0).is_none());
    }
}
