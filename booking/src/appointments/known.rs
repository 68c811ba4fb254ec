//! What appointments of a location are shown with, and changes seldom.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use calc::zone::Zone;
use db::{Conn, params};
use kernel::{App, AppBuilder, Recent, Result, Weight};
use org::team::rules::picture;

use super::shapes::AppointmentStaffOut;
use crate::events::store::{self as events, MemberTold};

/// Rows kept at the most, a few hundred bytes each.
const ROWS: u64 = 100_000;

db::row! {
    /// Whether a location has any of that at all: where it has none, none of any appointment need be looked for.
    #[derive(Copy)]
    pub struct Has {
        pub values: bool,
        pub labels: bool,
        pub documents: bool,
        pub instances: bool,
        pub client_tags: bool,
        pub client_values: bool,
    }
}

impl Has {
    /// It may have all of it.
    const ALL: Self = Self {
        values: true,
        labels: true,
        documents: true,
        instances: true,
        client_tags: true,
        client_values: true,
    };
}

const HAS: &str = "SELECT
    EXISTS (SELECT 1 FROM appointment_custom_values WHERE location_id = $1),
    EXISTS (SELECT 1 FROM appointment_tags WHERE location_id = $1),
    EXISTS (SELECT 1 FROM documents WHERE location_id = $1),
    EXISTS (SELECT 1 FROM occupancy WHERE location_id = $1 AND subject = 'resource'),
    EXISTS (SELECT 1 FROM client_tags WHERE location_id = $1),
    EXISTS (SELECT 1 FROM client_custom_values WHERE location_id = $1)";

/// All of it.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) zone: Zone,
    pub(crate) team: HashMap<i64, MemberTold>,
    /// Addresses of pictures, the small and the large one.
    pub(crate) avatars: HashMap<i64, [String; 2]>,
    pub(crate) has: Has,
    staff: OnceLock<HashMap<i64, Arc<AppointmentStaffOut>>>,
}

impl Weight for Known {
    fn weight(&self) -> usize {
        1 + 2 * self.team.len() + self.avatars.len()
    }
}

type Memory = Recent<i64, Known>;

/// Lays in what is kept.
pub(crate) fn lay_in(app: AppBuilder) -> AppBuilder {
    app.with_memory(Memory::new(ROWS))
}

impl Known {
    /// For an answer with these team members: as it is kept, or read by itself, as for a transaction always.
    pub(crate) async fn of(
        app: &App,
        conn: &mut Conn,
        location_id: i64,
        team: &[i64],
        fresh: bool,
    ) -> Result<Arc<Self>> {
        if fresh || conn.is_writing() {
            return Ok(Arc::new(Self::read(app, conn, location_id, Some(team)).await?));
        }
        let read = Self::read(app, conn, location_id, None);
        app.room::<Memory>().get(app, location_id, location_id, read).await
    }

    async fn read(app: &App, conn: &mut Conn, location_id: i64, only: Option<&[i64]>) -> Result<Self> {
        let zone = org::locations::store::zone(conn, location_id).await?;
        let (mut team, mut avatars) = (HashMap::new(), HashMap::new());
        if only.is_none_or(|ids| !ids.is_empty()) {
            let shots = org::images::store::latest(conn, location_id, "team_member", only).await?;
            team.extend(events::team(conn, location_id, only).await?.into_iter().map(|m| (m.id, m)));
            let paths: HashMap<(i64, &str), &str> = shots
                .iter()
                .map(|shot| ((shot.entity_id, shot.version.as_str()), shot.path.as_str()))
                .collect();
            let path = |id: i64, large: bool| {
                let (version, none) = picture(large);
                format!("{}{}", app.public_url(), paths.get(&(id, version)).unwrap_or(&none))
            };
            avatars.extend(team.keys().map(|id| (*id, [path(*id, false), path(*id, true)])));
        }
        let has = match only {
            Some(_) => Has::ALL,
            None => conn.one(HAS, params![location_id]).await?,
        };
        Ok(Self { zone, team, avatars, has, staff: OnceLock::new() })
    }

    /// What version 1 shows of a team member: made for all when it is first asked for.
    pub(super) fn staff(&self, id: i64) -> Option<&Arc<AppointmentStaffOut>> {
        let of = |(id, member)| {
            let avatars = self.avatars.get(id)?;
            Some((*id, Arc::new(AppointmentStaffOut::of(member, avatars))))
        };
        self.staff.get_or_init(|| self.team.iter().filter_map(of).collect()).get(&id)
    }
}
