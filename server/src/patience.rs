//! How long a client may take to send a request's header, watched once a connection.
//!
//! hyper makes a timer for every header and drops it when the header is there, which is before it was ever
//! needed. Here it only notes by when the header must have come; the connection looks now and then.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

/// By when the header must be there, for one connection.
#[derive(Clone)]
pub(crate) struct Patience {
    began: Instant,
    /// Milliseconds since `began`; 0 while nothing is awaited.
    until: Arc<AtomicU64>,
}

impl Patience {
    /// The first header is awaited from now on.
    pub(crate) fn new(limit: Duration) -> Self {
        let patience = Self { began: Instant::now(), until: Arc::default() };
        patience.await_until(patience.began + limit);
        patience
    }

    fn await_until(&self, deadline: Instant) {
        let millis = deadline.saturating_duration_since(self.began).as_millis();
        self.until.store(u64::try_from(millis).unwrap_or(u64::MAX).max(1), Ordering::Relaxed);
    }

    /// Nothing is awaited any more.
    pub(crate) fn came(&self) {
        self.until.store(0, Ordering::Relaxed);
    }

    /// Whether a header is overdue.
    pub(crate) fn is_over(&self) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        until != 0 && self.began.elapsed() >= Duration::from_millis(until)
    }
}

impl Timer for Patience {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        self.await_until(deadline);
        Box::pin(Awaited(self.clone()))
    }
}

/// What hyper holds while it awaits a header.
struct Awaited(Patience);

impl Future for Awaited {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}

impl Sleep for Awaited {}

impl Drop for Awaited {
    fn drop(&mut self) {
        self.0.came();
    }
}

#[cfg(test)]
mod tests {
    use super::{Patience, Timer};
    use std::time::Duration;

    #[test]
    fn only_an_awaited_header_is_overdue() {
        let patience = Patience::new(Duration::from_secs(60));
        assert!(!patience.is_over());
        let awaited = patience.sleep(Duration::ZERO);
        std::thread::sleep(Duration::from_millis(5));
        assert!(patience.is_over());
        drop(awaited);
        assert!(!patience.is_over());
    }
}
