//! How many requests are worked on at once. Those beyond wait a little, those beyond them are told at once to come again:
//! a server that takes on more than it can carry answers nobody in time.
//!
//! A place is taken when the body is there whole, so that clients who send slowly keep none.
//!
//! Whoever had to wait is worked on by threads of its own. Beside thousands that are refused, each of the many small steps
//! of a write would wait for its turn again, and with SQLite's one writer all other writes with it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use db::Dialect;
use kernel::{Error, Result};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;

/// Requests that wait for each that is worked on, at the most.
const WAITING: usize = 4;
/// How long they wait: longer than a checkpoint of a busy database takes, and less than the second in which what is
/// accepted is to be answered.
const WAIT: Duration = Duration::from_millis(750);
/// For each processor, so many requests are worked on at once unless said otherwise…
const EACH: usize = 8;
/// …but no fewer than so many: while some wait for the database, others go on.
const LEAST: usize = 16;

/// How many requests are worked on at once unless said otherwise. On SQLite twice as many: writes that wait together are
/// made durable together, and reads ask for no connection that another may want.
pub fn usual(dialect: Dialect) -> usize {
    let here = std::thread::available_parallelism().map_or(1, usize::from).saturating_mul(EACH).max(LEAST);
    match dialect {
        Dialect::Sqlite => here.saturating_mul(2),
        Dialect::Postgres => here,
    }
}

/// Lets so many in.
pub struct Gate {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    most: usize,
    wait: Duration,
    /// Made when somebody first has to wait; none where that fails.
    threads: OnceLock<Option<Runtime>>,
}

/// A place, held until it is dropped.
pub struct Place {
    _permit: OwnedSemaphorePermit,
    /// Whether it had to be waited for.
    pub waited: bool,
}

/// Work on other threads, which ends when nobody waits for it any more.
struct Awaited(JoinHandle<Response>);

impl Drop for Awaited {
    fn drop(&mut self) {
        self.0.abort();
    }
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
        Self { places, waiting: AtomicUsize::new(0), most, wait, threads: OnceLock::new() }
    }

    /// Whether as many wait as may: whoever comes now is refused before anything is done for him.
    pub fn is_full(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) >= self.most
    }

    /// A place, to be dropped with the answer.
    ///
    /// # Errors
    /// Too many wait already, or none became free in time.
    pub async fn enter(&self) -> Result<Place> {
        if let Ok(permit) = self.places.clone().try_acquire_owned() {
            return Ok(Place { _permit: permit, waited: false });
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.most {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::overloaded());
        }
        let waits = Waits(&self.waiting);
        let place = match tokio::time::timeout(self.wait, self.places.clone().acquire_owned()).await {
            // The semaphore is never closed.
            Ok(Ok(permit)) => Ok(Place { _permit: permit, waited: true }),
            _ => Err(Error::overloaded()),
        };
        drop(waits);
        place
    }

    /// Has the work done by threads of its own.
    pub async fn apart(&self, work: impl Future<Output = Response> + Send + 'static) -> Response {
        let made = || {
            let threads = Builder::new_multi_thread().thread_name("frontdesk-apart").enable_all().build();
            threads.inspect_err(|error| tracing::warn!(%error, "there are no threads apart")).ok()
        };
        match self.threads.get_or_init(made) {
            Some(threads) => {
                let mut working = Awaited(threads.spawn(work));
                let done = (&mut working.0).await;
                done.unwrap_or_else(|error| Error::internal(error).into_response())
            }
            None => work.await,
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        // Not waited for: this may be one of the threads that must not wait.
        if let Some(threads) = self.threads.take().flatten() {
            threads.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Gate;
    use axum::response::IntoResponse as _;
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

    #[tokio::test]
    async fn work_apart_is_on_other_threads_and_ends_with_its_asker() {
        let gate = Gate::with(1, 1, Duration::from_millis(50));
        let answer = gate
            .apart(async { std::thread::current().name().unwrap_or_default().to_owned().into_response() });
        let name = axum::body::to_bytes(answer.await.into_body(), 100).await.expect("a name");
        assert_eq!(name, "frontdesk-apart");
        let place = gate.enter().await.expect("there is a place");
        let never = gate.apart(async move {
            let _place = place;
            std::future::pending().await
        });
        assert!(tokio::time::timeout(Duration::from_millis(20), never).await.is_err());
        // It was ended, and so its place is free.
        assert!(gate.enter().await.is_ok());
    }

    #[test]
    fn none_is_no_gate() {
        assert!(Gate::new(0).is_none());
    }
}
