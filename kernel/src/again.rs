//! Trying a transaction again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::{Error, Result};

/// How often a transaction is tried at the most.
const TRIES: u64 = 3;

/// How often one that the database gave up for another's sake: of many who are in each other's way one gets through each
/// time, and the same one may have to stand back several times.
const TRIES_GIVEN_UP: u64 = 8;

/// For how long: PostgreSQL takes a second to see a deadlock; SQLite gives up only who has waited for another process for
/// long, and what asked has its own end.
const FOR: Duration = Duration::from_secs(5);

/// How long the next who was given up waits, times his turn.
const TURN: Duration = Duration::from_millis(3);

/// Turns of those who were given up together: who comes back at the same moment is in the way again.
const TURNS: u64 = 8;

/// Whose turn it is.
static TURN_OF: AtomicU64 = AtomicU64::new(0);

/// Carries out what begins a transaction of its own; once more where the database gave that up for another's sake.
pub async fn again<T, F: Future<Output = Result<T>>>(work: impl FnMut() -> F) -> Result<T> {
    again_where(Error::is_given_up, work).await
}

/// The same, once more where the error is one of these.
pub async fn again_where<T, F: Future<Output = Result<T>>>(
    is_worth_it: fn(&Error) -> bool,
    mut work: impl FnMut() -> F,
) -> Result<T> {
    let began = Instant::now();
    let mut tried = 1;
    loop {
        match work().await {
            Err(error) if is_worth_it(&error) && tried < tries(&error, began.elapsed()) => {
                if error.is_given_up() {
                    tokio::time::sleep(pause(tried)).await;
                }
                tried += 1;
            }
            done => return done,
        }
    }
}

fn tries(error: &Error, since: Duration) -> u64 {
    if error.is_given_up() && since < FOR { TRIES_GIVEN_UP } else { TRIES }
}

/// Longer each time, and not as long as who was given up just before.
fn pause(tried: u64) -> Duration {
    let turn = TURN_OF.fetch_add(1, Ordering::Relaxed) % TURNS;
    TURN * u32::try_from(tried * turn).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{TRIES, TRIES_GIVEN_UP, again, again_where};
    use crate::{Error, Kind, Result};

    async fn tries(error: fn() -> Error, until: u64) -> (u64, Result<()>) {
        let mut tried = 0;
        let done = again(|| {
            tried += 1;
            std::future::ready(if tried < until { Err(error()) } else { Ok(()) })
        })
        .await;
        (tried, done)
    }

    #[tokio::test]
    async fn only_what_was_given_up_is_tried_again_and_not_for_ever() {
        let busy = || Error::from(db::Error::Busy("a deadlock".to_owned()));
        let gone = || Error::from(db::Error::Unavailable("no connection".to_owned()));
        assert!(matches!(tries(busy, 2).await, (2, Ok(()))));
        assert!(matches!(tries(busy, 99).await, (TRIES_GIVEN_UP, Err(_))));
        assert!(matches!(tries(gone, 9).await, (1, Err(_))));
        assert!(matches!(tries(Error::not_found, 9).await, (1, Err(_))));
        assert_eq!(
            super::tries(&busy(), super::FOR),
            TRIES,
            "who has waited for long is not made to wait on and on"
        );
        let mut tried = 0;
        let taken: Result<()> = again_where(
            |error| error.kind() == Kind::Conflict,
            || {
                tried += 1;
                std::future::ready(Err(Error::conflict("busy")))
            },
        )
        .await;
        assert!(taken.is_err() && tried == TRIES);
    }
}
