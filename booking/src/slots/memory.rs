//! Setups and spans as last read, kept for a moment: whoever looks for a free time asks again and again.
//!
//! What this process writes makes them stale before the write is acknowledged ([`db::Db::age`]); what others write is
//! seen a second later at the most.

use std::hash::Hash;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use kernel::{App, Result};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::setup::Setup;
use super::span::Span;

/// How long something counts.
const FRESH: Duration = Duration::from_secs(1);
/// Rows kept of each kind at the most, a few hundred bytes of setups and a few dozen of spans.
const ROWS: [u64; 2] = [100_000, 2_000_000];
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

/// A location, a team member or all, the first and the last day.
type Days = (i64, Option<i64>, Date, Date);

/// What is kept.
#[derive(Debug)]
pub struct Memory {
    setups: Cache<i64, Kept<Setup>, Rows>,
    spans: Cache<Days, Kept<Span>, Rows>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            setups: Cache::with_weighter(1000, ROWS[0], Rows),
            spans: Cache::with_weighter(1000, ROWS[1], Rows),
        }
    }
}

impl kernel::Memory for Memory {
    fn forget(&self) {
        self.setups.clear();
        self.spans.clear();
    }
}

/// A read in the making.
type Reading<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// What is kept under that key, or what `read` gives. Several who ask at once read once.
async fn recall<'a, K: Eq + Hash + Clone, T>(
    cache: &Cache<K, Kept<T>, Rows>,
    key: K,
    age: impl Fn() -> u64,
    weight: fn(&T) -> usize,
    read: impl Fn() -> Reading<'a, T>,
) -> Result<Arc<T>> {
    let kept = |age: u64, began: Instant, value: T| {
        let weight = u64::try_from(weight(&value)).unwrap_or(u64::MAX);
        Kept { age, read: began, weight, value: Arc::new(value) }
    };
    for _ in 0..WAITS {
        match cache.get_value_or_guard_async(&key).await {
            Ok(found) if found.age == age() && found.read.elapsed() < FRESH => return Ok(found.value),
            Ok(found) => {
                let (age, read) = (found.age, found.read);
                cache.remove_if(&key, |other| other.age == age && other.read == read);
            }
            Err(guard) => {
                let (age, began) = (age(), Instant::now());
                let found = kept(age, began, read().await?);
                // Its place may have been taken away meanwhile: then it is kept for nobody.
                let _ = guard.insert(found.clone());
                return Ok(found.value);
            }
        }
    }
    Ok(Arc::new(read().await?))
}

impl Memory {
    /// A location's setup, whole.
    pub(super) async fn setup(&self, app: &App, location_id: i64) -> Result<Arc<Setup>> {
        let read = || -> Reading<'_, Setup> {
            Box::pin(async move { Setup::read(&mut app.db().conn().await?, location_id, None).await })
        };
        recall(&self.setups, location_id, || app.db().age(location_id), Setup::weight, read).await
    }

    /// The days from `first` to `last` of a team member, or of all, and of all resources.
    pub(super) async fn span(
        &self,
        app: &App,
        location_id: i64,
        setup: &Setup,
        member: Option<i64>,
        (first, last): (Date, Date),
    ) -> Result<Arc<Span>> {
        let read = || -> Reading<'_, Span> {
            Box::pin(async move {
                let team = setup.team.iter().map(|m| m.id).filter(|id| member.is_none_or(|of| of == *id));
                let team: Vec<i64> = team.take(super::look::TEAM).collect();
                let instances: Vec<i64> = setup.alike.values().flatten().copied().collect();
                let mut conn = app.db().conn().await?;
                let of = (&team[..], &instances[..]);
                Span::read(&mut conn, location_id, &setup.zone, of, (first, last), None).await
            })
        };
        let key = (location_id, member, first, last);
        recall(&self.spans, key, || app.db().age(location_id), Span::weight, read).await
    }
}
