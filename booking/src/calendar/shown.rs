//! What of the calendar a user sees: whose, and how far back.

use calc::zone::{Zone, local_date};
use db::Conn;
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::Result;
use org::rights::{Grants, RightId, Scope};

use org::team::store::{self, Narrow};

const TEAM: RightId = RightId::known("timetable_master_id");
const POSITIONS: RightId = RightId::known("timetable_position_id");
const DAYS: RightId = RightId::known("timetable_last_days_count");

/// The part of a calendar that a user's rights open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    team: Option<Vec<i64>>,
    positions: Option<Vec<i64>>,
    days: Option<i64>,
}

impl Shown {
    /// That of these rights.
    pub fn of(grants: &Grants) -> Self {
        let ids = |right| match grants.scope(right) {
            Scope::All => None,
            Scope::Only(ids) => Some(ids.into_owned()),
        };
        Self { team: ids(TEAM), positions: ids(POSITIONS), days: grants.days(DAYS) }
    }

    /// Whether it shows everybody.
    pub fn is_all(&self) -> bool {
        self.team.is_none() && self.positions.is_none()
    }

    /// The first day of history that is open, none without a limit.
    pub fn first_day(&self, now: i64, zone: &Zone) -> Option<Date> {
        self.days.map(|days| local_date(now, zone).saturating_sub(days.days()))
    }

    /// Of these team members, those shown. Who sees the whole calendar sees deleted ones in it too.
    pub async fn of_team(&self, conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<i64>> {
        if self.is_all() {
            return Ok(ids.to_vec());
        }
        self.team(conn, location_id, Some(ids)).await
    }

    /// The ids of the team members shown, of those asked for (all for none), by id. Dismissed ones are among them,
    /// deleted ones are not.
    pub async fn team(&self, conn: &mut Conn, location_id: i64, asked: Option<&[i64]>) -> Result<Vec<i64>> {
        let ids = [asked, self.team.as_deref()].into_iter().flatten().collect();
        store::ids(conn, location_id, &Narrow { ids, positions: self.positions.as_deref() }).await
    }
}

const EDITED: RightId = RightId::known("records_edit_last_days_count");

/// The first day whose appointments the user may still change, none without a limit.
pub fn first_editable_day(grants: &Grants, now: i64, zone: &Zone) -> Option<Date> {
    grants.days(EDITED).map(|days| local_date(now, zone).saturating_sub(days.days()))
}
