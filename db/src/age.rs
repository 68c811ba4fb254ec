//! How this process knows that what it keeps in memory of the database is no longer so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Scopes told apart; further ones share a number, and what is kept of one ages with the other.
const SCOPES: usize = 4096;

/// Numbers that grow with every write of this process: one for all, one for each scope.
#[derive(Debug)]
pub(crate) struct Ages {
    all: AtomicU64,
    of: Vec<AtomicU64>,
}

impl Default for Ages {
    fn default() -> Self {
        Self { all: AtomicU64::new(0), of: (0..SCOPES).map(|_| AtomicU64::new(0)).collect() }
    }
}

impl Ages {
    fn of(&self, scope: i64) -> &AtomicU64 {
        &self.of[usize::try_from(scope.unsigned_abs()).unwrap_or_default() % SCOPES]
    }

    pub(crate) fn get(&self, scope: i64) -> u64 {
        // Both only grow, so no two states have the same sum.
        self.all.load(Ordering::Acquire) + self.of(scope).load(Ordering::Acquire)
    }
}

/// What a transaction writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Touch {
    /// It may be anything.
    #[default]
    All,
    /// Rows of one scope.
    Scope(i64),
    /// Nothing that anybody keeps.
    Nothing,
}

/// Makes what is kept older when it is dropped: after the commit, and also when nobody waits for its outcome any more.
#[derive(Debug)]
pub(crate) struct Aging {
    pub(crate) ages: Arc<Ages>,
    pub(crate) touch: Touch,
}

impl Drop for Aging {
    fn drop(&mut self) {
        match self.touch {
            Touch::All => _ = self.ages.all.fetch_add(1, Ordering::AcqRel),
            Touch::Scope(scope) => _ = self.ages.of(scope).fetch_add(1, Ordering::AcqRel),
            Touch::Nothing => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Ages, Aging, Touch};

    #[test]
    fn a_write_ages_what_it_touches_alone() {
        let ages = Arc::new(Ages::default());
        let seen = |ages: &Ages| (ages.get(1), ages.get(2));
        let write = |touch| drop(Aging { ages: ages.clone(), touch });
        let (one, other) = seen(&ages);
        write(Touch::Nothing);
        assert_eq!(seen(&ages), (one, other));
        write(Touch::Scope(1));
        assert_eq!(seen(&ages), (one + 1, other));
        write(Touch::All);
        assert_eq!(seen(&ages), (one + 2, other + 1));
        assert_eq!(ages.get(-1), ages.get(1), "any number is a scope");
        assert_eq!(ages.get(i64::MIN), ages.get(0));
    }
}
