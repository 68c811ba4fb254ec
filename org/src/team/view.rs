//! What is shown of team members beside their rows, read for all of a list at once.

use std::collections::HashMap;

use calc::zone::{Zone, date_ymd};
use db::Conn;
use kernel::{App, Call, Result};

use super::rules;
use super::store::{self, Member};
use crate::images::store::Shot;

/// The setting in which team members of a location are shown.
#[derive(Debug)]
pub(super) struct View {
    public_url: String,
    pub location_id: i64,
    /// The day at the location, ISO.
    pub today: String,
    has_policy: bool,
    /// By team member, in the versions that are kept.
    pictures: HashMap<i64, Vec<Shot>>,
}

impl View {
    /// Of all team members of the call's location, or of one.
    pub async fn of(call: &Call, conn: &mut Conn, only: Option<i64>) -> Result<Self> {
        let only = only.as_ref().map(std::slice::from_ref);
        Self::at(&call.app, conn, call.now, call.location_id, only).await
    }

    /// Of all team members of a location, or of some.
    pub async fn at(
        app: &App,
        conn: &mut Conn,
        now: i64,
        location_id: i64,
        only: Option<&[i64]>,
    ) -> Result<Self> {
        let (timezone, policy) = store::setting(conn, location_id).await?;
        let zone = Zone::parse(&timezone).unwrap_or_else(Zone::utc);
        let mut pictures: HashMap<i64, Vec<Shot>> = HashMap::new();
        for shot in crate::images::store::latest(conn, location_id, "team_member", only).await? {
            pictures.entry(shot.entity_id).or_default().push(shot);
        }
        Ok(Self {
            public_url: app.public_url().to_owned(),
            location_id,
            today: date_ymd(now, &zone),
            has_policy: policy != "none",
            pictures,
        })
    }

    /// One version of a team member's picture.
    pub fn shot(&self, id: i64, version: &str) -> Option<&Shot> {
        self.pictures.get(&id)?.iter().find(|shot| shot.version == version)
    }

    /// The address of a path.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// The address of the small picture.
    pub fn avatar(&self, id: i64) -> String {
        self.picture(id, false)
    }

    /// The address of the large picture.
    pub fn avatar_big(&self, id: i64) -> String {
        self.picture(id, true)
    }

    fn picture(&self, id: i64, large: bool) -> String {
        let (version, none) = rules::picture(large);
        self.address(self.shot(id, version).map_or(none, |shot| &shot.path))
    }

    /// Whether clients can book him.
    pub fn bookable(&self, member: &Member) -> bool {
        rules::bookable(member, &self.today)
    }

    /// Whether the location's payment policy counts for him; true where it has none.
    pub fn in_policy(&self, member: &Member) -> bool {
        !self.has_policy || member.is_in_payment_policy
    }
}
