//! Appointments with all that is said of them, read for all of a list at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ::clients::Shown;
use ::clients::clients::Card;
use calc::zone::Zone;
use db::Conn;
use kernel::{App, Result};
use org::custom_fields::rules::Entity;
use org::tags::store::{self as tags, Wearer, Worn};
use org::users::Membership;

use super::store::Appointment;
use super::store::with::{self, Document, Line, Value};
use crate::events::store::{self as events, MemberTold};

/// What of clients and of custom fields those who ask may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Of clients.
    pub clients: Shown,
    /// Values of appointments' custom fields.
    pub values: bool,
    /// What only the location's own people see: tags, documents, resources, the visit.
    pub inside: bool,
}

impl Seen {
    /// By a user who is that at the location.
    pub fn of(membership: &Membership) -> Self {
        Self {
            clients: Shown::of(membership),
            values: Entity::Appointment.readable(&membership.grants),
            inside: true,
        }
    }

    /// By nobody in particular.
    pub fn nothing() -> Self {
        Self { clients: Shown::nothing(), values: false, inside: false }
    }

    /// By the location's own programs: all of it.
    pub fn everything() -> Self {
        Self { clients: Shown::everything(), values: true, inside: true }
    }
}

/// The setting in which appointments of a location are shown.
#[derive(Debug)]
pub struct View {
    /// The location's zone.
    pub zone: Zone,
    /// The location.
    pub location_id: i64,
    app: App,
    team: HashMap<i64, MemberTold>,
    avatars: HashMap<(i64, String), String>,
    clients: BTreeMap<i64, Card>,
    lines: HashMap<i64, Vec<Line>>,
    labels: HashMap<i64, Vec<Worn>>,
    values: HashMap<i64, Vec<Value>>,
    documents: HashMap<i64, Vec<Document>>,
    instances: HashMap<i64, Vec<i64>>,
    comers: HashMap<i64, String>,
    /// Attendance of visits.
    visits: HashMap<i64, i64>,
}

fn by<T>(rows: Vec<T>, of: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut out: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        out.entry(of(&row)).or_default().push(row);
    }
    out
}

impl View {
    /// Of these appointments.
    pub async fn of(
        app: &App,
        conn: &mut Conn,
        location_id: i64,
        appointments: &[Appointment],
        seen: Seen,
    ) -> Result<Self> {
        let unique = |of: fn(&Appointment) -> Option<i64>| -> Vec<i64> {
            appointments.iter().filter_map(of).collect::<BTreeSet<_>>().into_iter().collect()
        };
        let ids = unique(|a| Some(a.id));
        let clients_of = if seen.inside { unique(|a| a.client_id) } else { Vec::new() };
        let team = unique(|a| Some(a.team_member_id));
        let comers = if seen.inside { unique(|a| a.comer_id) } else { Vec::new() };
        let avatars = org::images::store::latest(conn, location_id, "team_member", Some(&team)).await?;
        let values = if seen.values { with::values(conn, location_id, &ids).await? } else { Vec::new() };
        let comers =
            if comers.is_empty() { Vec::new() } else { with::comers(conn, location_id, &comers).await? };
        let (mut instances, mut labels, mut documents, mut visits) = Default::default();
        if seen.inside {
            instances = with::instances(conn, location_id, &ids).await?;
            labels = tags::worn(conn, location_id, Wearer::Appointment, &ids).await?;
            documents = with::documents(conn, location_id, &ids).await?;
            visits = with::attendances(conn, location_id, &unique(|a| a.visit_id)).await?;
        }
        let clients = Card::load(conn, location_id, &clients_of, &seen.clients).await?;
        Ok(Self {
            zone: org::locations::store::zone(conn, location_id).await?,
            location_id,
            app: app.clone(),
            team: events::team(conn, location_id, &team).await?.into_iter().map(|m| (m.id, m)).collect(),
            avatars: avatars.into_iter().map(|shot| ((shot.entity_id, shot.version), shot.path)).collect(),
            clients,
            lines: by(with::lines(conn, location_id, &ids).await?, |line| line.appointment_id),
            labels: by(labels, |label| label.owner_id),
            values: by(values, |value| value.appointment_id),
            documents: by(documents, |document| document.appointment_id),
            instances: by(instances, |pair| pair.0)
                .into_iter()
                .map(|(id, pairs)| (id, pairs.into_iter().map(|(_, instance)| instance).collect()))
                .collect(),
            comers: comers.into_iter().collect(),
            visits: visits.into_iter().collect(),
        })
    }

    /// The application, for links.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// An appointment's team member.
    pub fn member(&self, of: &Appointment) -> Option<&MemberTold> {
        self.team.get(&of.team_member_id)
    }

    /// The address of a team member's small or large picture.
    pub fn avatar(&self, id: i64, large: bool) -> String {
        let (version, none) = org::team::rules::picture(large);
        let path = self.avatars.get(&(id, version.to_owned())).map_or(none, String::as_str);
        format!("{}{path}", self.app.public_url())
    }

    /// Its client, as far as it may be seen.
    pub fn client(&self, of: &Appointment) -> Option<&Card> {
        of.client_id.and_then(|id| self.clients.get(&id))
    }

    /// Its services.
    pub fn lines(&self, of: &Appointment) -> &[Line] {
        self.lines.get(&of.id).map_or(&[], Vec::as_slice)
    }

    /// Its tags.
    pub fn labels(&self, of: &Appointment) -> &[Worn] {
        self.labels.get(&of.id).map_or(&[], Vec::as_slice)
    }

    /// Values of its custom fields, as far as they may be seen.
    pub fn values(&self, of: &Appointment) -> &[Value] {
        self.values.get(&of.id).map_or(&[], Vec::as_slice)
    }

    /// Its documents.
    pub fn documents(&self, of: &Appointment) -> &[Document] {
        self.documents.get(&of.id).map_or(&[], Vec::as_slice)
    }

    /// The instances of resources that it takes up.
    pub fn instances(&self, of: &Appointment) -> &[i64] {
        self.instances.get(&of.id).map_or(&[], Vec::as_slice)
    }

    /// The name of its visitor.
    pub fn comer(&self, of: &Appointment) -> Option<&str> {
        of.comer_id.and_then(|id| self.comers.get(&id)).map(String::as_str)
    }

    /// The attendance of its visit.
    pub fn visit_attendance(&self, of: &Appointment) -> i64 {
        of.visit_id.and_then(|id| self.visits.get(&id)).copied().unwrap_or(of.attendance)
    }
}
