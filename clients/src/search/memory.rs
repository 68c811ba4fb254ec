//! How many clients a search finds: counting all of them takes far longer than reading a page, and is asked again with
//! every page.

use db::Conn;
use kernel::{App, Recent, Result, Weight};

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

/// What is kept: by location and question.
#[derive(Debug)]
pub struct Memory(Recent<(i64, String), Total>);

impl Default for Memory {
    fn default() -> Self {
        Self(Recent::new(KEPT))
    }
}

impl kernel::Memory for Memory {
    fn forget(&self) {
        self.0.clear();
    }
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
    Ok(app.room::<Memory>().0.get(app, location_id, (location_id, question), read).await?.0)
}
