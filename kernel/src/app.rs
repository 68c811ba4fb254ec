//! What a running server holds: inputs (database, clock, chance, key) and what rooms keep in memory.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::{Clock, Error, Result, Seal, Signet, Token};
use db::{Db, params};

/// The application's state; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    chance: Mutex<StdRng>,
    seal: Seal,
    signet: Signet,
    public_url: String,
    rooms: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
    memories: Vec<Arc<dyn Memory>>,
    epoch: AtomicU64,
}

/// What a room keeps in memory of the database, and forgets when told that it may be stale.
pub trait Memory: Send + Sync + 'static {
    /// Forgets everything.
    fn forget(&self);
}

/// Puts an [`App`] together.
pub struct AppBuilder {
    inner: Inner,
}

impl AppBuilder {
    /// Lays a room's own state in, to be found by its type.
    #[must_use]
    pub fn with<T: Any + Send + Sync>(mut self, room: T) -> Self {
        self.inner.rooms.insert(TypeId::of::<T>(), Arc::new(room));
        self
    }

    /// Lays in a room's memory.
    #[must_use]
    pub fn with_memory<T: Memory + Any>(mut self, memory: T) -> Self {
        let memory = Arc::new(memory);
        self.inner.memories.push(memory.clone());
        self.inner.rooms.insert(TypeId::of::<T>(), memory);
        self
    }

    /// Sets the generator's seed: for tests and the demo, whose ids and tokens are steady.
    #[must_use]
    pub fn seeded(mut self, seed: u64) -> Self {
        self.inner.chance = Mutex::new(StdRng::seed_from_u64(seed));
        self
    }

    /// The application.
    pub fn build(self) -> App {
        App(Arc::new(self.inner))
    }
}

impl App {
    /// Begins with the inputs. `public_url` has no trailing slash.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn builder(db: Db, clock: Clock, key: &[u8; 32], public_url: &str) -> Result<AppBuilder> {
        let chance = StdRng::try_from_rng(&mut rand::rngs::SysRng).map_err(Error::internal)?;
        Ok(AppBuilder {
            inner: Inner {
                db,
                clock,
                chance: Mutex::new(chance),
                seal: Seal::new(key),
                signet: Signet::new(key),
                public_url: public_url.trim_end_matches('/').to_owned(),
                rooms: HashMap::new(),
                memories: Vec::new(),
                epoch: AtomicU64::new(0),
            },
        })
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The instant, milliseconds UTC.
    pub fn now(&self) -> i64 {
        self.0.clock.now()
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The address under which clients reach this server, without a trailing slash.
    pub fn public_url(&self) -> &str {
        &self.0.public_url
    }

    /// A room's own state.
    ///
    /// # Panics
    /// When the server was put together without it: a mistake seen at the first start.
    #[allow(clippy::expect_used, reason = "a server put together without a room is a mistake of ours")]
    pub fn room<T: Any + Send + Sync>(&self) -> &T {
        self.0.rooms.get(&TypeId::of::<T>()).and_then(|r| r.downcast_ref()).expect("the room is laid in")
    }

    /// Random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.0.chance.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut out);
        out
    }

    /// A new secret token of that many random bytes.
    pub fn token(&self, bytes: usize) -> Token {
        Token::random(&mut *self.0.chance.lock().unwrap_or_else(PoisonError::into_inner), bytes)
    }

    /// Random, in the form of a UUID (version 4).
    pub fn uuid(&self) -> String {
        let mut raw: [u8; 16] = self.random();
        raw[6] = (raw[6] & 0x0f) | 0x40;
        raw[8] = (raw[8] & 0x3f) | 0x80;
        let h = crate::secrets::hex(&raw);
        format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])
    }

    /// Seals what must be readable again.
    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        self.0.seal.seal(self.random(), plain)
    }

    /// Opens what was sealed.
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.seal.open(sealed)
    }

    /// The secret mark of something, by which whoever has its link is known: the same each time, and kept nowhere.
    /// `purpose` tells marks of the same ids apart.
    pub fn mark(&self, purpose: &str, ids: &[i64]) -> String {
        self.0.signet.mark(purpose, ids)
    }

    /// Whether that is the mark, in constant time.
    pub fn is_mark(&self, purpose: &str, ids: &[i64], given: &str) -> bool {
        self.0.signet.matches(purpose, ids, given)
    }

    /// Forgets what is kept in memory; called after a commit that made it stale.
    pub fn forget(&self) {
        for memory in &self.0.memories {
            memory.forget();
        }
    }

    /// Looks whether another server (or the command line) made the memory stale. Called a few times a second.
    pub async fn refresh(&self) -> Result<()> {
        let mut conn = self.db().conn().await?;
        let epoch: i64 = conn.one("SELECT n FROM cache_epoch WHERE id = $1", params![1i64]).await?;
        let epoch = u64::try_from(epoch).unwrap_or_default();
        if self.0.epoch.swap(epoch, Ordering::AcqRel) != epoch {
            self.forget();
        }
        Ok(())
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("db", &self.0.db).finish_non_exhaustive()
    }
}
