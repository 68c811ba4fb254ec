//! What is read on every request is kept in memory, made stale by the write that changes it.

use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kernel::{App, Memory, Result};
use quick_cache::sync::Cache;

use crate::partners::Partner;
use crate::sessions::Session;
use crate::users::Membership;

/// Entries kept of each kind at the most.
const KEPT: usize = 20_000;

/// Partners, sessions and memberships, as last read.
pub struct Recall {
    generation: AtomicU64,
    partners: Cache<[u8; 32], Kept<Partner>>,
    sessions: Cache<[u8; 32], Kept<Session>>,
    memberships: Cache<(i64, i64), Kept<Membership>>,
}

/// A value with the generation in which its reading began. A value of an older one counts for nothing, so a
/// read that overlapped a write never stays.
struct Kept<T> {
    generation: u64,
    value: Option<Arc<T>>,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self { generation: self.generation, value: self.value.clone() }
    }
}

impl Default for Recall {
    fn default() -> Self {
        Self {
            generation: AtomicU64::new(0),
            partners: Cache::new(KEPT),
            sessions: Cache::new(KEPT),
            memberships: Cache::new(KEPT),
        }
    }
}

impl Memory for Recall {
    fn forget(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }
}

impl Recall {
    async fn recall<K: Eq + Hash + Clone, T>(
        &self,
        cache: &Cache<K, Kept<T>>,
        key: K,
        keep_absence: bool,
        read: impl AsyncFnOnce() -> Result<Option<T>>,
    ) -> Result<Option<Arc<T>>> {
        let generation = self.generation.load(Ordering::Acquire);
        if let Some(kept) = cache.get(&key)
            && kept.generation == generation
        {
            return Ok(kept.value);
        }
        let value = read().await?.map(Arc::new);
        if value.is_some() || keep_absence {
            cache.insert(key, Kept { generation, value: value.clone() });
        }
        Ok(value)
    }

    /// The partner with this token.
    pub async fn partner(&self, app: &App, token: &str) -> Result<Option<Arc<Partner>>> {
        let hash = kernel::Hash::of(token);
        // Absence is not kept: made-up tokens would push the real ones out.
        self.recall(&self.partners, key(hash), false, async || {
            crate::partners::store::by_token(&mut app.db().conn().await?, &hash).await
        })
        .await
    }

    /// The session with this user token.
    pub async fn session(&self, app: &App, token: &str) -> Result<Option<Arc<Session>>> {
        let hash = kernel::Hash::of(token);
        self.recall(&self.sessions, key(hash), false, async || {
            crate::sessions::store::by_token(&mut app.db().conn().await?, &hash).await
        })
        .await
    }

    /// What the user may do at the location.
    pub async fn membership(
        &self,
        app: &App,
        location_id: i64,
        user_id: i64,
    ) -> Result<Option<Arc<Membership>>> {
        self.recall(&self.memberships, (location_id, user_id), true, async || {
            crate::users::store::active_membership(&mut app.db().conn().await?, location_id, user_id).await
        })
        .await
    }
}

fn key(hash: kernel::Hash) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(hash.bytes());
    out
}
