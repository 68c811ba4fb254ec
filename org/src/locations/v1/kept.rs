//! Locations as they were last shown: every client asks for its own first of all, and they seldom change.

use std::sync::Arc;

use kernel::{App, AppBuilder, Recent, Result, Weight};

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

type Memory = Recent<i64, Kept>;

/// Lays in what is kept.
pub fn lay_in(app: AppBuilder) -> AppBuilder {
    app.with_memory(Memory::new(KIBIBYTES))
}

/// A location as it is shown to everybody, and its revision.
pub(super) async fn plain(app: &App, id: i64) -> Result<(Arc<LocationOut>, i64)> {
    let read = async {
        let location = store::by_id(&mut app.db().conn().await?, id).await?;
        let revision = location.revision;
        Ok(Kept { out: Arc::new(LocationOut::of(location)), revision })
    };
    let kept = app.room::<Memory>().get(app, id, id, read).await?;
    Ok((kept.out.clone(), kept.revision))
}
