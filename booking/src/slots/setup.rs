//! What of a location says what can be booked there at all, and changes seldom.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use calc::zone::Zone;
use catalog::links::store::{self as links, Link};
use catalog::resources::store as resources;
use catalog::services::store::{self as services, Service};
use db::Conn;
use kernel::{Result, Weight};
use org::team::Member;
use org::team::store as team;

use crate::calendar;
use crate::online::settings::Settings;

/// All of it.
#[derive(Debug)]
pub struct Setup {
    /// The location's zone.
    pub zone: Zone,
    /// How it is booked online.
    pub settings: Settings,
    /// Its team members but those who left, heavier first.
    pub team: Vec<Arc<Member>>,
    pub(super) services: HashMap<i64, Arc<Service>>,
    links: HashMap<(i64, i64), Link>,
    /// The shortest that each team member does, seconds.
    shortest: HashMap<i64, i64>,
    /// The pause after an appointment, seconds.
    pub(super) usual_break: i64,
    /// (service, resource)
    pub(super) needs: Vec<(i64, i64)>,
    /// The instances of each resource.
    pub(super) alike: HashMap<i64, Vec<i64>>,
    pub(super) dates: HashMap<i64, BTreeSet<String>>,
}

impl Setup {
    /// Reads it; of services and what goes with them, those named alone.
    pub async fn read(conn: &mut Conn, location_id: i64, only: Option<&[i64]>) -> Result<Self> {
        let zone = org::locations::store::zone(conn, location_id).await?;
        let settings = crate::online::store::get(conn, location_id).await?;
        let filter = team::Filter { fired: Some(false), deleted: Some(false), ..team::Filter::default() };
        let team = team::list(conn, location_id, &filter).await?;
        let filter = services::Filter { ids: only.map(<[i64]>::to_vec), ..services::Filter::default() };
        let of = match only {
            Some([]) => Vec::new(),
            _ => services::list(conn, location_id, &filter).await?,
        };
        let usual_break = calendar::store::get(conn, location_id).await?.technical_break;
        // Without a service, any that somebody does counts.
        let mut of_links = links::of_services(conn, location_id, only.filter(|ids| !ids.is_empty())).await?;
        of_links.retain(|link| link.is_online);
        let mut shortest: HashMap<i64, i64> = HashMap::new();
        for link in &of_links {
            let seconds = shortest.entry(link.team_member_id).or_insert(link.seance_length);
            *seconds = link.seance_length.min(*seconds);
        }
        let mut setup = Self {
            zone,
            settings,
            team: team.into_iter().map(Arc::new).collect(),
            links: of_links.into_iter().map(|link| ((link.service_id, link.team_member_id), link)).collect(),
            shortest,
            usual_break,
            needs: Vec::new(),
            alike: HashMap::new(),
            dates: HashMap::new(),
            services: HashMap::new(),
        };
        if of.iter().any(|service| service.is_need_limit_date) {
            for (service, day) in services::dates(conn, location_id, only).await? {
                setup.dates.entry(service).or_default().insert(day);
            }
        }
        setup.services = of.into_iter().map(|service| (service.id, Arc::new(service))).collect();
        if !setup.services.is_empty() {
            setup.read_needs(conn, location_id, only).await?;
        }
        Ok(setup)
    }

    /// What each service needs, and the instances of each resource.
    async fn read_needs(&mut self, conn: &mut Conn, location_id: i64, only: Option<&[i64]>) -> Result<()> {
        let needs = resources::needed(conn, location_id, only).await?;
        self.needs = needs.into_iter().map(|(service, resource, _)| (service, resource)).collect();
        let ids: BTreeSet<i64> = self.needs.iter().map(|(_, resource)| *resource).collect();
        let ids: Vec<i64> = ids.into_iter().collect();
        if !ids.is_empty() {
            for instance in resources::instances(conn, location_id, Some(&ids)).await? {
                self.alike.entry(instance.resource_id).or_default().push(instance.id);
            }
        }
        Ok(())
    }

    /// How a team member does a service, where clients can have it of him.
    pub fn link(&self, service: i64, member: i64) -> Option<&Link> {
        self.links.get(&(service, member))
    }

    /// The shortest that a team member does, seconds.
    pub(super) fn shortest(&self, member: i64) -> Option<i64> {
        self.shortest.get(&member).copied()
    }
}

impl Weight for Setup {
    fn weight(&self) -> usize {
        1 + self.team.len() + self.services.len() + self.links.len() + self.needs.len() + self.dates.len()
    }
}
