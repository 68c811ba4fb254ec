//! The next free time of a location, whatever the service and whoever does it, kept in memory until something happens
//! there.

use std::collections::{BTreeSet, HashMap};

use calc::zone::{local_date, local_iso};
use db::{Conn, Sql};
use jiff::ToSpan;
use kernel::{Call, Result};
use quick_cache::sync::Cache;

use super::look::{Asked, Look};

/// What was found out last of each location.
#[derive(Debug)]
pub struct Memory(Cache<i64, Known>);

#[derive(Clone, Debug)]
struct Known {
    /// The location's last event by then: any write since makes it out of date.
    event: i64,
    /// It holds from when it was found out to before this instant.
    from: i64,
    till: i64,
    slot: Option<String>,
}

/// Locations kept at the most.
const KEPT: usize = 10_000;

/// How long something is kept at the most, milliseconds: holds come and go without an event.
const FRESH: i64 = 60_000;

/// Days looked at: first a few, which is where the next free time mostly is.
const DAYS: [i64; 2] = [8, 366];

impl kernel::Memory for Memory {
    fn forget(&self) {
        self.0.clear();
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

/// The last event of each of these locations; 0 for none.
async fn last_events(conn: &mut Conn, locations: &[i64]) -> Result<Vec<(i64, i64)>> {
    let mut sql = Sql::new(
        "SELECT l.id, COALESCE((SELECT MAX(e.id) FROM events e WHERE e.location_id = l.id), 0) FROM locations l
         WHERE l.id IN ",
    );
    Ok(sql.list(locations.iter().copied()).all(conn).await?)
}

/// The next free time at each of these locations, ISO with the location's offset; none where there is none.
pub async fn slots(call: &Call, locations: &[i64]) -> Result<HashMap<i64, Option<String>>> {
    let mut conn = call.conn().await?;
    let mut out = HashMap::with_capacity(locations.len());
    let memory = call.app.room::<Memory>();
    for (id, event) in last_events(&mut conn, locations).await? {
        let known = memory
            .0
            .get(&id)
            .filter(|known| known.event == event && (known.from..known.till).contains(&call.now));
        let known = match known {
            Some(known) => known,
            None => {
                let found = look_up(&mut conn, id, event, call.now).await?;
                memory.0.insert(id, found.clone());
                found
            }
        };
        out.insert(id, known.slot);
    }
    Ok(out)
}

async fn look_up(conn: &mut Conn, location_id: i64, event: i64, now: i64) -> Result<Known> {
    let zone = org::locations::store::zone(conn, location_id).await?;
    let first = local_date(now, &zone);
    for days in DAYS {
        let last = first.saturating_add((days - 1).days());
        let asked = Asked { member: None, services: &[], each: false, first, last, but: None, now };
        let look = Look::load(conn, location_id, &asked).await?;
        let who: BTreeSet<i64> = look.workers().map(|member| member.id).collect();
        let Some(day) = look.nearest(&who, first, days) else { continue };
        if let Some((at, _)) = look.slots_of_any(day).first_key_value() {
            let till = (now + FRESH).min(at - look.settings().on(day).delay * 1000 + 1);
            return Ok(Known { event, from: now, till, slot: Some(local_iso(*at, look.zone())) });
        }
    }
    Ok(Known { event, from: now, till: now + FRESH, slot: None })
}
