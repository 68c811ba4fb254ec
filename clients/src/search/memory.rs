//! How many clients a search finds: counting all of them takes far longer than reading a page, and is asked again with
//! every page.

use db::Conn;
use kernel::{App, AppBuilder, Recent, Result, Weight};

use super::store::{self, Search};
use crate::Shown;

/// Numbers kept at the most.
const KEPT: u64 = 10_000;
/// Bytes of a question whose answer is kept, at the most.
const LONGEST: usize = 1024;

#[derive(Debug)]
struct Total(i64);

impl Weight for Total {
    fn weight(&self) -> usize {
        1
    }
}

/// By location and question.
type Memory = Recent<(i64, String), Total>;

/// Lays in what is kept.
pub(crate) fn lay_in(app: AppBuilder) -> AppBuilder {
    app.with_memory(Memory::new(KEPT))
}

/// How many there are, perhaps as it was asked for within the last second.
pub async fn count(
    app: &App,
    conn: &mut Conn,
    location_id: i64,
    search: &Search,
    shown: &Shown,
) -> Result<i64> {
    let question = format!("{:?}", search.total(location_id, shown));
    if question.len() > LONGEST {
        return store::count(conn, location_id, search, shown).await;
    }
    let read = async { store::count(conn, location_id, search, shown).await.map(Total) };
    Ok(app.room::<Memory>().get(app, location_id, (location_id, question), read).await?.0)
}
