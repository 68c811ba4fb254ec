//! What was read a moment ago and is likely to be asked for again.
//!
//! What this process writes makes it stale before the write is acknowledged ([`db::Db::age`]); what others write is seen a
//! second later at the most. A write never asks here: it must see what its own transaction sees.

use std::hash::Hash;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::{App, Memory, Result};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// How long something counts.
const FRESH: Duration = Duration::from_secs(1);
/// How often somebody waits for another who reads the same before he reads for himself.
const WAITS: usize = 2;

/// Something as it was read.
#[derive(Debug)]
struct Kept<T> {
    age: u64,
    read: Instant,
    weight: u64,
    value: Arc<T>,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self { age: self.age, read: self.read, weight: self.weight, value: self.value.clone() }
    }
}

#[derive(Clone, Copy, Debug)]
struct Rows;

impl<K, T> Weighter<K, Kept<T>> for Rows {
    fn weight(&self, _: &K, kept: &Kept<T>) -> u64 {
        kept.weight
    }
}

/// How many rows something holds.
pub trait Weight {
    /// So many.
    fn weight(&self) -> usize;
}

/// What was read of locations, by keys that name them.
#[derive(Debug)]
pub struct Recent<K, T>(Cache<K, Kept<T>, Rows>);

impl<K: Eq + Hash + Clone, T: Weight> Recent<K, T> {
    /// With so many rows at the most.
    pub fn new(rows: u64) -> Self {
        Self(Cache::with_weighter(1000, rows, Rows))
    }

    /// What is kept of that location under the key, or what `read` gives. Several who ask at once read once.
    pub async fn get(
        &self,
        app: &App,
        location_id: i64,
        key: K,
        read: impl Future<Output = Result<T>> + Send,
    ) -> Result<Arc<T>> {
        let age = || app.db().age(location_id);
        for _ in 0..WAITS {
            match self.0.get_value_or_guard_async(&key).await {
                Ok(found) if found.age == age() && found.read.elapsed() < FRESH => return Ok(found.value),
                Ok(found) => {
                    let (age, read) = (found.age, found.read);
                    self.0.remove_if(&key, |other| other.age == age && other.read == read);
                }
                Err(guard) => {
                    let (age, began) = (age(), Instant::now());
                    let value = Arc::new(read.await?);
                    let weight = u64::try_from(value.weight()).unwrap_or(u64::MAX);
                    // Its place may have been taken away meanwhile: then it is kept for nobody.
                    let _ = guard.insert(Kept { age, read: began, weight, value: value.clone() });
                    return Ok(value);
                }
            }
        }
        Ok(Arc::new(read.await?))
    }
}

impl<K: Eq + Hash + Send + Sync + 'static, T: Send + Sync + 'static> Memory for Recent<K, T> {
    fn forget(&self) {
        self.0.clear();
    }
}
