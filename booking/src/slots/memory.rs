//! Setups and spans as last read: whoever looks for a free time asks again and again.

use std::sync::Arc;

use jiff::civil::Date;
use kernel::{App, Recent, Result};

use super::setup::Setup;
use super::span::Span;

/// Rows kept at the most, a few hundred bytes of setups and a few dozen of spans.
const ROWS: [u64; 2] = [100_000, 2_000_000];

/// A location, a team member or all, the first and the last day.
type Days = (i64, Option<i64>, Date, Date);

/// What is kept.
#[derive(Debug)]
pub struct Memory {
    setups: Recent<i64, Setup>,
    spans: Recent<Days, Span>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { setups: Recent::new(ROWS[0]), spans: Recent::new(ROWS[1]) }
    }
}

impl kernel::Memory for Memory {
    fn forget(&self) {
        self.setups.forget();
        self.spans.forget();
    }
}

impl Memory {
    /// A location's setup, whole.
    pub(super) async fn setup(&self, app: &App, location_id: i64) -> Result<Arc<Setup>> {
        let read = async { Setup::read(&mut app.db().conn().await?, location_id, None).await };
        self.setups.get(app, location_id, location_id, read).await
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
        let read = async {
            // Who is hidden is never booked online.
            let team = setup.team.iter().filter(|m| !m.hidden && member.is_none_or(|of| of == m.id));
            let team: Vec<i64> = team.map(|m| m.id).take(super::look::TEAM).collect();
            let instances: Vec<i64> = setup.alike.values().flatten().copied().collect();
            let mut conn = app.db().conn().await?;
            let of = (&team[..], &instances[..]);
            Span::read(&mut conn, location_id, &setup.zone, of, (first, last), None).await
        };
        self.spans.get(app, location_id, (location_id, member, first, last), read).await
    }
}
