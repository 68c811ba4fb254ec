//! Events with all that is said of them, read for all of a list at once.

use std::collections::HashMap;

use db::Conn;
use kernel::{Call, Result};

use super::store::{self, Event, EventTag, Instance, MemberTold, ServiceTold};

/// The setting in which events of a location are shown.
#[derive(Debug)]
pub(crate) struct View {
    pub zone: calc::zone::Zone,
    pub location_id: i64,
    public_url: String,
    services: HashMap<i64, ServiceTold>,
    team: HashMap<i64, MemberTold>,
    instances: HashMap<i64, Vec<Instance>>,
    tags: HashMap<i64, Vec<EventTag>>,
    avatars: HashMap<(i64, String), String>,
    images: HashMap<i64, String>,
}

impl View {
    /// Of these events.
    pub async fn of(call: &Call, conn: &mut Conn, location_id: i64, events: &[Event]) -> Result<Self> {
        Self::wider(call, conn, location_id, events, &[]).await
    }

    /// Of these events, with some more team members.
    pub async fn wider(
        call: &Call,
        conn: &mut Conn,
        location_id: i64,
        events: &[Event],
        team: &[i64],
    ) -> Result<Self> {
        let unique = |of: fn(&Event) -> i64| {
            let mut ids: Vec<i64> = events.iter().map(of).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let ids = unique(|event| event.id);
        let (services, holding) = (unique(|event| event.service_id), unique(|event| event.team_member_id));
        let team: Vec<i64> = holding.into_iter().chain(team.iter().copied()).collect();
        let mut instances: HashMap<i64, Vec<Instance>> = HashMap::new();
        for instance in store::instances(conn, location_id, &ids).await? {
            instances.entry(instance.event_id).or_default().push(instance);
        }
        let mut tags: HashMap<i64, Vec<EventTag>> = HashMap::new();
        for tag in store::tags(conn, location_id, &ids).await? {
            tags.entry(tag.owner_id).or_default().push(tag);
        }
        let avatars = org::images::store::latest(conn, location_id, "team_member", Some(&team)).await?;
        let images = org::images::store::latest(conn, location_id, "service", Some(&services)).await?;
        Ok(Self {
            zone: org::locations::store::zone(conn, location_id).await?,
            location_id,
            public_url: call.app.public_url().to_owned(),
            services: store::services(conn, location_id, &services)
                .await?
                .into_iter()
                .map(|s| (s.id, s))
                .collect(),
            team: store::team(conn, location_id, Some(&team)).await?.into_iter().map(|m| (m.id, m)).collect(),
            instances,
            tags,
            avatars: avatars.into_iter().map(|shot| ((shot.entity_id, shot.version), shot.path)).collect(),
            images: images
                .into_iter()
                .filter(|shot| shot.version == "basic")
                .map(|shot| (shot.entity_id, shot.path))
                .collect(),
        })
    }

    /// An event's service.
    pub fn service(&self, event: &Event) -> Option<&ServiceTold> {
        self.services.get(&event.service_id)
    }

    /// An event's team member.
    pub fn member(&self, event: &Event) -> Option<&MemberTold> {
        self.member_of(event.team_member_id)
    }

    /// A team member.
    pub fn member_of(&self, id: i64) -> Option<&MemberTold> {
        self.team.get(&id)
    }

    /// The instances that it takes up.
    pub fn instances(&self, event: &Event) -> &[Instance] {
        self.instances.get(&event.id).map_or(&[], Vec::as_slice)
    }

    /// Its tags.
    pub fn tags(&self, event: &Event) -> &[EventTag] {
        self.tags.get(&event.id).map_or(&[], Vec::as_slice)
    }

    /// The address of a team member's small or large picture.
    pub fn avatar(&self, id: i64, large: bool) -> String {
        let (version, none) = org::team::rules::picture(large);
        let path = self.avatars.get(&(id, version.to_owned())).map_or(none, String::as_str);
        format!("{}{path}", self.public_url)
    }

    /// The address of a service's picture, empty for none.
    pub fn image(&self, service_id: i64) -> String {
        self.images.get(&service_id).map_or_else(String::new, |path| format!("{}{path}", self.public_url))
    }
}
