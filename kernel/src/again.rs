//! Trying a transaction again.

use crate::{Error, Result};

/// How often a transaction is tried at the most.
const TRIES: usize = 3;

/// Carries out what begins a transaction of its own; once more where the database gave that up for another's sake.
pub async fn again<T, F: Future<Output = Result<T>>>(work: impl FnMut() -> F) -> Result<T> {
    again_where(Error::is_given_up, work).await
}

/// The same, once more where the error is one of these.
pub async fn again_where<T, F: Future<Output = Result<T>>>(
    is_worth_it: fn(&Error) -> bool,
    mut work: impl FnMut() -> F,
) -> Result<T> {
    let mut tried = 1;
    loop {
        match work().await {
            Err(error) if is_worth_it(&error) && tried < TRIES => tried += 1,
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{TRIES, again};
    use crate::{Error, Result};

    async fn tries(error: fn() -> Error, until: usize) -> (usize, Result<()>) {
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
        assert!(matches!(tries(busy, 9).await, (TRIES, Err(_))));
        assert!(matches!(tries(gone, 9).await, (1, Err(_))));
        assert!(matches!(tries(Error::not_found, 9).await, (1, Err(_))));
    }
}
