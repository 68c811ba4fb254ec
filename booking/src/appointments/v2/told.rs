//! Appointments with what is asked for beside them: one query a kind for all of a list.

use std::collections::{BTreeSet, HashMap, HashSet};

use ::clients::clients::{Card, With};
use db::Conn;
use kernel::{Linked, Result, ToMany, ToOne};
use org::access::At;

use super::include::Asked;
use super::wire::{
    AppointmentAttributes, AppointmentRelationships, AppointmentResource, BookedServiceOut,
    IncludedAttributes, IncludedClientRelationships, IncludedWithAppointment, ServiceItemOut,
};
use crate::appointments::store::Appointment;
use crate::appointments::store::with::{self, Document, Line};
use crate::appointments::v1::parts::AppointmentDocumentOut;
use crate::appointments::view::{Parts, Seen, View};
use crate::events::store::{self as events, Instance, ServiceTold};
use crate::events::v1::wire::EventStaffOut;
use crate::series::store::regulars::{self, Regular};

/// Appointments' setting, with all that is asked for.
pub(super) struct Told<'a> {
    asked: &'a Asked,
    view: View,
    services: HashMap<i64, ServiceTold>,
    /// Paths of services' pictures.
    images: HashMap<i64, String>,
    /// By appointment.
    instances: HashMap<i64, Vec<Instance>>,
    /// By event.
    instances_of_events: HashMap<i64, Vec<Instance>>,
    /// By appointment.
    regulars: HashMap<i64, Regular>,
}

fn by_owner(instances: Vec<Instance>) -> HashMap<i64, Vec<Instance>> {
    let mut out: HashMap<i64, Vec<Instance>> = HashMap::new();
    for instance in instances {
        out.entry(instance.event_id).or_default().push(instance);
    }
    out
}

impl<'a> Told<'a> {
    /// As the user's rights let it be seen.
    pub(super) async fn read<P>(
        at: &At<P>,
        conn: &mut Conn,
        all: &[Appointment],
        asked: &'a Asked,
    ) -> Result<Self> {
        let parts = Parts {
            team: asked.has("staff"),
            clients: asked
                .clients()
                .then(|| With { tags: false, values: asked.has("client.custom_field_values") }),
            lines: asked.has("services") || asked.has("attendance_service_items"),
            labels: asked.has("labels"),
            values: asked.has("custom_field_values"),
            documents: asked.has("attendance_document"),
            comers: asked.has("comer"),
            ..Parts::default()
        };
        let location_id = at.location_id;
        let view = View::with(&at.app, conn, location_id, all, Seen::of(&at.membership), parts).await?;
        let mut told = Self {
            asked,
            view,
            services: HashMap::new(),
            images: HashMap::new(),
            instances: HashMap::new(),
            instances_of_events: HashMap::new(),
            regulars: HashMap::new(),
        };
        if !all.is_empty() {
            told.read_more(conn, all).await?;
        }
        Ok(told)
    }

    async fn read_more(&mut self, conn: &mut Conn, all: &[Appointment]) -> Result<()> {
        let location_id = self.view.location_id;
        let ids: Vec<i64> = all.iter().map(|a| a.id).collect();
        if self.asked.has("services") {
            let services: BTreeSet<i64> =
                all.iter().flat_map(|a| self.view.lines(a)).map(|line| line.service_id).collect();
            let services: Vec<i64> = services.into_iter().collect();
            let told = events::services(conn, location_id, &services).await?;
            self.services = told.into_iter().map(|service| (service.id, service)).collect();
            let shots = org::images::store::latest(conn, location_id, "service", Some(&services)).await?;
            let basic = shots.into_iter().filter(|shot| shot.version == "basic");
            self.images = basic.map(|shot| (shot.entity_id, shot.path)).collect();
        }
        if self.asked.has("resource_instances") {
            self.instances = by_owner(with::instances_told(conn, location_id, &ids).await?);
            let of: BTreeSet<i64> = all.iter().filter_map(|a| a.event_id).collect();
            let of: Vec<i64> = of.into_iter().collect();
            if !of.is_empty() {
                self.instances_of_events = by_owner(events::instances(conn, location_id, &of).await?);
            }
        }
        if self.asked.has("client_schedule") {
            self.regulars = regulars::of_appointments(conn, location_id, &ids).await?.into_iter().collect();
        }
        Ok(())
    }

    /// What it takes up, or the event that it is in.
    fn instances(&self, a: &Appointment) -> &[Instance] {
        let found = match a.event_id {
            Some(event) => self.instances_of_events.get(&event),
            None => self.instances.get(&a.id),
        };
        found.map_or(&[], Vec::as_slice)
    }

    /// An appointment, with its relationships as far as asked for.
    pub(super) fn resource(&self, a: &Appointment) -> AppointmentResource {
        let relationships = self.asked.any().then(|| self.relationships(a));
        Linked::new("record", a.id, AppointmentAttributes::of(a, &self.view), relationships)
    }

    fn relationships(&self, a: &Appointment) -> AppointmentRelationships {
        let (asked, view) = (self.asked, &self.view);
        // Nothing is sold or paid at a location yet.
        let none = |name: &str| asked.has(name).then(|| ToOne::new("none", None));
        let empty = |name: &str| asked.has(name).then(|| ToMany::new("none", Vec::<i64>::new()));
        let one =
            |name: &str, kind: &'static str, id: Option<i64>| asked.has(name).then(|| ToOne::new(kind, id));
        AppointmentRelationships {
            client: asked.clients().then(|| ToOne::new("client", a.client_id)),
            staff: one("staff", "staff", Some(a.team_member_id)),
            services: asked.has("services").then(|| {
                let services: BTreeSet<i64> = view.lines(a).iter().map(|line| line.service_id).collect();
                ToMany::new("service", services)
            }),
            goods: empty("goods"),
            resource_instances: asked
                .has("resource_instances")
                .then(|| ToMany::new("resource_instance", self.instances(a).iter().map(|i| i.id))),
            labels: asked
                .has("labels")
                .then(|| ToMany::new("label", view.labels(a).iter().map(|tag| tag.id))),
            attendance_service_items: asked
                .has("attendance_service_items")
                .then(|| ToMany::new("attendance_service_item", items(view.lines(a), a).map(|(id, _)| id))),
            attendance_good_items: empty("attendance_good_items"),
            attendance_document: one(
                "attendance_document",
                "attendance_document",
                document(view, a).map(|document| document.id),
            ),
            transactions: empty("transactions"),
            fast_payment_settings: none("fast_payment_settings"),
            acceptance_free: none("acceptance_free"),
            custom_field_values: asked.has("custom_field_values").then(|| {
                ToMany::new("custom_field_value", view.values(a).iter().map(|v| value_id(a.id, v.field_id)))
            }),
            comer: one("comer", "comer", a.comer_id),
            client_notification_settings: one(
                "client_notification_settings",
                "client_notification_settings",
                Some(a.id),
            ),
            client_schedule: one(
                "client_schedule",
                "client_schedule",
                self.regulars.get(&a.id).map(|regular| regular.id),
            ),
            duration_details: one("duration_details", "duration_details", Some(a.id)),
        }
    }

    /// Each thing asked for beside these appointments, once.
    pub(super) fn included(&self, all: &[Appointment]) -> Option<Vec<IncludedWithAppointment>> {
        let mut beside = Beside::default();
        for a in all {
            self.people(a, &mut beside);
            self.things(a, &mut beside);
            self.rest(a, &mut beside);
        }
        self.asked.any().then_some(beside.out)
    }

    /// Whose it is, and with whom.
    fn people(&self, a: &Appointment, beside: &mut Beside) {
        use IncludedAttributes::Staff;
        let (asked, view) = (self.asked, &self.view);
        if let Some(client) = view.client(a).filter(|_| asked.clients()) {
            beside.add_client(client, asked.has("client.custom_field_values"));
        }
        if let Some(member) = view.member(a).filter(|_| asked.has("staff")) {
            beside.add("staff", member.id, || {
                let avatar = |large| view.avatar(member.id, large);
                Staff(Box::new(EventStaffOut::at(member, view.location_id, avatar)))
            });
        }
    }

    /// What for, and with what.
    fn things(&self, a: &Appointment, beside: &mut Beside) {
        use IncludedAttributes::{Instance, Item, Label, Service};
        let (asked, view) = (self.asked, &self.view);
        for service in view.lines(a).iter().filter_map(|line| self.services.get(&line.service_id)) {
            let image = || {
                let path = self.images.get(&service.id);
                path.map_or_else(String::new, |path| format!("{}{path}", view.app().public_url()))
            };
            beside.add("service", service.id, || Service(Box::new(BookedServiceOut::of(service, image()))));
        }
        for instance in self.instances(a) {
            beside.add("resource_instance", instance.id, || Instance(instance.into()));
        }
        for tag in view.labels(a) {
            beside.add("label", tag.id, || Label(tag.into()));
        }
        if asked.has("attendance_service_items") {
            for (id, line) in items(view.lines(a), a) {
                beside.add("attendance_service_item", id, || Item(ServiceItemOut::of(line, a)));
            }
        }
        if let Some(document) = document(view, a) {
            let out = || Box::new(AppointmentDocumentOut::of(document, a, view));
            beside.add("attendance_document", document.id, || IncludedAttributes::Document(out()));
        }
        for value in view.values(a) {
            beside.add_value(a.id, value.field_id, &value.code, &value.value);
        }
    }

    /// Who comes in the client's stead, and how it came about.
    fn rest(&self, a: &Appointment, beside: &mut Beside) {
        use IncludedAttributes::{Comer, Duration, Notifications, Regular};
        let (asked, view) = (self.asked, &self.view);
        if let Some((id, name)) = a.comer_id.zip(view.comer(a)).filter(|_| asked.has("comer")) {
            beside.add("comer", id, || Comer { name: name.to_owned() });
        }
        if asked.has("client_notification_settings") {
            beside.add("client_notification_settings", a.id, || Notifications(a.into()));
        }
        if let Some(regular) = self.regulars.get(&a.id) {
            beside.add("client_schedule", regular.id, || Regular(regular.into()));
        }
        if asked.has("duration_details") {
            beside.add("duration_details", a.id, || Duration {
                services_duration: a.length - a.technical_break,
                technical_break_duration: a.technical_break,
            });
        }
    }
}

/// The services of an appointment with their ids: the appointment's and the place among its services.
fn items<'a>(lines: &'a [Line], of: &Appointment) -> impl Iterator<Item = (String, &'a Line)> {
    let id = of.id;
    lines.iter().enumerate().map(move |(place, line)| (format!("{id}_{place}"), line))
}

/// The id of a custom field's value: whose, and of which field.
fn value_id(owner: i64, field: i64) -> String {
    format!("{owner}_{field}")
}

fn document<'a>(view: &'a View, of: &Appointment) -> Option<&'a Document> {
    view.documents(of).first()
}

/// What is included, each once.
#[derive(Default)]
struct Beside {
    seen: HashSet<(&'static str, String)>,
    out: Vec<IncludedWithAppointment>,
}

impl Beside {
    fn add(
        &mut self,
        kind: &'static str,
        id: impl ToString,
        attributes: impl FnOnce() -> IncludedAttributes,
    ) -> bool {
        let id = id.to_string();
        let is_new = self.seen.insert((kind, id.clone()));
        if is_new {
            let attributes = attributes();
            self.out.push(IncludedWithAppointment { r#type: kind, id, attributes, relationships: None });
        }
        is_new
    }

    fn add_client(&mut self, client: &Card, with_values: bool) {
        if !self.add("client", client.id, || IncludedAttributes::Client(client.into())) || !with_values {
            return;
        }
        let ids = client.custom_fields.iter().map(|value| value_id(client.id, value.id));
        if let Some(added) = self.out.last_mut() {
            let custom_field_values = ToMany::new("custom_field_value", ids);
            added.relationships = Some(IncludedClientRelationships { custom_field_values });
        }
        for value in &client.custom_fields {
            self.add_value(client.id, value.id, &value.code, &value.value);
        }
    }

    fn add_value(&mut self, owner: i64, field: i64, code: &str, value: &str) {
        self.add("custom_field_value", value_id(owner, field), || IncludedAttributes::Value {
            code: code.to_owned(),
            value: value.to_owned(),
        });
    }
}
