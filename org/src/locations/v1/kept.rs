//! Locations as they were last shown: every client asks for its own first of all, and they seldom change.

use std::sync::Arc;

use kernel::{App, Recent, Result, Weight};

use super::LocationOut;
use crate::locations::store;

/// Kibibytes kept at the most, more or less.
const KIBIBYTES: u64 = 16 * 1024;

/// A location without what has to be asked for, and its revision.
#[derive(Debug)]
struct Kept {
    out: Arc<LocationOut>,
    revision: i64,
}

impl Weight for Kept {
    fn weight(&self) -> usize {
        1 + self.out.words() / 1024
    }
}

/// What is kept.
#[derive(Debug)]
pub struct Memory(Recent<i64, Kept>);

impl Default for Memory {
    fn default() -> Self {
        Self(Recent::new(KIBIBYTES))
    }
}

impl kernel::Memory for Memory {
    fn forget(&self) {
        self.0.clear();
    }
}

/// A location as it is shown to everybody, and its revision.
pub(super) async fn plain(app: &App, id: i64) -> Result<(Arc<LocationOut>, i64)> {
    let read = async {
        let location = store::by_id(&mut app.db().conn().await?, id).await?;
        let revision = location.revision;
        Ok(Kept { out: Arc::new(LocationOut::of(location)), revision })
    };
    let kept = app.room::<Memory>().0.get(app, id, id, read).await?;
    Ok((kept.out.clone(), kept.revision))
}
