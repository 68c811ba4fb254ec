//! Appointments with all that is said of them, read for all of a list at once.

use std::collections::HashMap;
use std::sync::Arc;

use ::clients::Shown;
use ::clients::clients::{Card, With};
use calc::zone::Zone;
use db::Conn;
use kernel::{App, Result};
use org::custom_fields::rules::Entity;
use org::tags::store::{self as tags, Wearer, Worn};
use org::users::Membership;

use super::known::Known;
use super::shapes::AppointmentStaffOut;
use super::store::Appointment;
use super::store::with::{self, Document, Line, Value};
use crate::events::store::MemberTold;

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

/// What is read of appointments; the rest is as if there were none of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) team: bool,
    /// Clients, with that beside them.
    pub(crate) clients: Option<With>,
    pub(crate) lines: bool,
    pub(crate) labels: bool,
    pub(crate) values: bool,
    pub(crate) documents: bool,
    /// Instances of resources that they take up themselves.
    pub(crate) instances: bool,
    pub(crate) comers: bool,
    /// What is known of their visits.
    pub(crate) visits: bool,
    /// Nothing from memory, which may be a second behind what another server wrote.
    pub(crate) fresh: bool,
}

impl Parts {
    /// All of it.
    pub(crate) const ALL: Self = Self {
        team: true,
        clients: Some(With::ALL),
        lines: true,
        labels: true,
        values: true,
        documents: true,
        instances: true,
        comers: true,
        visits: true,
        fresh: false,
    };
}

/// The setting in which appointments of a location are shown.
#[derive(Debug)]
pub struct View {
    /// The location.
    pub location_id: i64,
    app: App,
    known: Arc<Known>,
    /// In the order of their ids.
    clients: Vec<Arc<Card>>,
    lines: Grouped<Line>,
    labels: Grouped<Worn>,
    values: Grouped<Value>,
    documents: Grouped<Document>,
    instances: HashMap<i64, Vec<i64>>,
    comers: HashMap<i64, String>,
    /// Attendance of the visits of those without services.
    visits: HashMap<i64, i64>,
}

/// Rows, and whose they are.
#[derive(Debug)]
struct Grouped<T> {
    rows: Vec<T>,
    by: fn(&T) -> i64,
}

impl<T> Grouped<T> {
    /// None yet.
    fn by(by: fn(&T) -> i64) -> Self {
        Self { rows: Vec::new(), by }
    }

    /// These, of which those of one owner stay in their order.
    fn fill(&mut self, rows: Vec<T>) {
        self.rows = rows;
        self.rows.sort_by_key(self.by);
    }

    /// Those of this owner.
    fn of(&self, id: i64) -> &[T] {
        let from = self.rows.partition_point(|row| (self.by)(row) < id);
        let rest = &self.rows[from..];
        let many = rest.iter().take_while(|row| (self.by)(row) == id).count();
        &rest[..many]
    }
}

/// These ids in order, each once.
fn unique(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
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
        Self::with(app, conn, location_id, appointments, seen, Parts::ALL).await
    }

    /// The same for what is told and can't be taken back, of what perhaps another server has just written.
    pub async fn fresh(
        app: &App,
        conn: &mut Conn,
        location_id: i64,
        appointments: &[Appointment],
        seen: Seen,
    ) -> Result<Self> {
        let parts = Parts { fresh: true, ..Parts::ALL };
        Self::with(app, conn, location_id, appointments, seen, parts).await
    }

    /// The same with no more than these parts.
    pub(crate) async fn with(
        app: &App,
        conn: &mut Conn,
        location_id: i64,
        appointments: &[Appointment],
        seen: Seen,
        parts: Parts,
    ) -> Result<Self> {
        let ids = unique(appointments.iter().map(|a| a.id));
        let team = unique(appointments.iter().map(|a| a.team_member_id));
        let mut view = Self {
            known: Known::of(app, conn, location_id, if parts.team { &team } else { &[] }, parts.fresh)
                .await?,
            location_id,
            app: app.clone(),
            clients: Vec::new(),
            lines: Grouped::by(|line| line.appointment_id),
            labels: Grouped::by(|label| label.owner_id),
            values: Grouped::by(|value| value.appointment_id),
            documents: Grouped::by(|document| document.appointment_id),
            instances: HashMap::new(),
            comers: HashMap::new(),
            visits: HashMap::new(),
        };
        if ids.is_empty() {
            return Ok(view);
        }
        if parts.lines {
            view.lines.fill(with::lines(conn, location_id, &ids).await?);
        }
        let has = view.known.has;
        if parts.values && seen.values && has.values {
            view.values.fill(with::values(conn, location_id, &ids).await?);
        }
        if seen.inside {
            view.look_inside(conn, appointments, &ids, &seen.clients, parts).await?;
        }
        Ok(view)
    }

    /// Reads what only the location's own people see.
    async fn look_inside(
        &mut self,
        conn: &mut Conn,
        appointments: &[Appointment],
        ids: &[i64],
        shown: &Shown,
        parts: Parts,
    ) -> Result<()> {
        let (location_id, has) = (self.location_id, self.known.has);
        if let Some(beside) = parts.clients {
            let clients = unique(appointments.iter().filter_map(|a| a.client_id));
            let beside =
                With { tags: beside.tags && has.client_tags, values: beside.values && has.client_values };
            let cards = Card::with(conn, location_id, &clients, shown, beside).await?;
            self.clients = cards.into_iter().map(Arc::new).collect();
        }
        if parts.labels && has.labels {
            self.labels.fill(tags::worn(conn, location_id, Wearer::Appointment, ids).await?);
        }
        if parts.documents && has.documents {
            self.documents.fill(with::documents(conn, location_id, ids).await?);
        }
        if parts.instances && has.instances {
            for (id, instance) in with::instances(conn, location_id, ids).await? {
                self.instances.entry(id).or_default().push(instance);
            }
        }
        let comers =
            if parts.comers { unique(appointments.iter().filter_map(|a| a.comer_id)) } else { Vec::new() };
        if !comers.is_empty() {
            self.comers = with::comers(conn, location_id, &comers).await?.into_iter().collect();
        }
        if parts.visits {
            // Of most it came with their services.
            let rest = appointments.iter().filter(|a| self.attendance_beside_services(a).is_none());
            let rest = unique(rest.filter_map(|a| a.visit_id));
            if !rest.is_empty() {
                self.visits = with::attendances(conn, location_id, &rest).await?.into_iter().collect();
            }
        }
        Ok(())
    }

    /// The location's zone.
    pub fn zone(&self) -> &Zone {
        &self.known.zone
    }

    /// The application, for links.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// An appointment's team member.
    pub fn member(&self, of: &Appointment) -> Option<&MemberTold> {
        self.known.team.get(&of.team_member_id)
    }

    /// What version 1 shows of him.
    pub(super) fn staff(&self, of: &Appointment) -> Option<&Arc<AppointmentStaffOut>> {
        self.known.staff(of.team_member_id)
    }

    /// The address of a team member's small or large picture.
    pub fn avatar(&self, id: i64, large: bool) -> String {
        match self.known.avatars.get(&id) {
            Some(known) => known[usize::from(large)].clone(),
            None => format!("{}{}", self.app.public_url(), org::team::rules::picture(large).1),
        }
    }

    /// Its client, as far as it may be seen.
    pub fn client(&self, of: &Appointment) -> Option<&Arc<Card>> {
        let at = self.clients.binary_search_by_key(&of.client_id?, |card| card.id).ok()?;
        self.clients.get(at)
    }

    /// Its services.
    pub fn lines(&self, of: &Appointment) -> &[Line] {
        self.lines.of(of.id)
    }

    /// Its tags.
    pub fn labels(&self, of: &Appointment) -> &[Worn] {
        self.labels.of(of.id)
    }

    /// Values of its custom fields, as far as they may be seen.
    pub fn values(&self, of: &Appointment) -> &[Value] {
        self.values.of(of.id)
    }

    /// Its documents.
    pub fn documents(&self, of: &Appointment) -> &[Document] {
        self.documents.of(of.id)
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
        let told = self.attendance_beside_services(of).or_else(|| self.visits.get(&of.visit_id?).copied());
        told.unwrap_or(of.attendance)
    }

    fn attendance_beside_services(&self, of: &Appointment) -> Option<i64> {
        self.lines(of).first()?.visit_attendance
    }
}
