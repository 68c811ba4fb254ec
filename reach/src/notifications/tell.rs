//! Telling: what an event of an appointment means for people is put into messages, written in the transaction that takes
//! the event.

use std::collections::{BTreeMap, HashMap};

use booking::appointments::links;
use booking::appointments::store::{Appointment, list};
use booking::appointments::view::{Seen, View};
use calc::zone::local_sql;
use db::{Conn, Tx};
use kernel::{App, Language, Message, Result};
use org::locations::{Location, public_title};
use org::outbox::store::Noted;
use org::outbox::{self, Channel};
use org::users::{Membership, store as users};

use super::rules::{self, Channels, Happened, Kind, Mode, Notice, Reminder};
use super::store::{self, Person};
use crate::webhooks::store::Event;

/// Users of a location who are told, at the most.
const PEOPLE: i64 = 1000;

/// What follows from one event.
#[derive(Debug)]
pub struct Told {
    /// The event.
    pub event_id: i64,
    location_id: i64,
    appointment_id: i64,
    notice: Notice,
    reminders: Vec<Reminder>,
    messages: Vec<Noted>,
}

impl Told {
    /// Writes it.
    pub async fn write(&self, tx: &mut Tx, now: i64) -> Result<()> {
        store::put_notice(tx, self.location_id, self.appointment_id, self.notice).await?;
        store::plan(tx, self.location_id, self.appointment_id, &self.reminders).await?;
        outbox::store::insert_noted(tx, self.location_id, &self.messages, now).await
    }
}

/// What people know of an appointment once they are told.
pub(super) fn notice(a: &Appointment) -> Notice {
    Notice { starts_at: a.starts_at, team_member_id: a.team_member_id, is_over: a.is_deleted }
}

/// What the events mean for people.
pub async fn prepare(app: &App, conn: &mut Conn, events: &[Event]) -> Result<Vec<Told>> {
    let mut by_location: BTreeMap<i64, Vec<&Event>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.entity == "record") {
        by_location.entry(event.location_id).or_default().push(event);
    }
    let mut out = Vec::new();
    for (location_id, events) in by_location {
        if let Some(place) = Place::of(app, conn, location_id, &events).await? {
            place.tell(app, conn, &events, &mut out).await?;
        }
    }
    Ok(out)
}

/// A location with the appointments of which there is something to tell.
struct Place {
    location: Location,
    language: Language,
    appointments: HashMap<i64, Appointment>,
    view: View,
    types: Vec<(Kind, Channels)>,
    members: Vec<Membership>,
    people: HashMap<i64, Person>,
}

impl Place {
    /// None of a location that is gone.
    async fn of(app: &App, conn: &mut Conn, location_id: i64, events: &[&Event]) -> Result<Option<Self>> {
        let found = org::locations::store::by_ids(conn, &[location_id]).await?;
        let Some(location) = found.into_iter().next() else { return Ok(None) };
        let mut ids: Vec<i64> = events.iter().map(|event| event.entity_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let appointments = list::by_ids(conn, location_id, &ids).await?;
        let view = View::fresh(app, conn, location_id, &appointments, Seen::everything()).await?;
        let users = store::users(conn, location_id, PEOPLE).await?;
        let members = users::memberships_of(conn, location_id, &users).await?;
        let members: Vec<Membership> =
            members.into_iter().filter(|m| Mode::of(m) != Mode::Disabled).collect();
        let told: Vec<i64> = members.iter().map(|m| m.user_id).collect();
        let people = store::people(conn, &told).await?;
        Ok(Some(Self {
            language: language(&location),
            location,
            appointments: appointments.into_iter().map(|a| (a.id, a)).collect(),
            view,
            types: store::types(conn, location_id).await?,
            members,
            people: people.into_iter().map(|p| (p.user_id, p)).collect(),
        }))
    }

    async fn tell(&self, app: &App, conn: &mut Conn, events: &[&Event], out: &mut Vec<Told>) -> Result<()> {
        let location_id = self.location.id;
        let ids: Vec<i64> = self.appointments.keys().copied().collect();
        let mut notices = store::notices(conn, location_id, &ids).await?;
        let planned = store::planned(conn, location_id, &ids).await?;
        let now = app.now();
        for event in events {
            let Some(a) = self.appointments.get(&event.entity_id) else { continue };
            let after = notice(a);
            let happened = rules::happened(notices.insert(a.id, after), after, event.change == "create");
            let so_far: Vec<Reminder> =
                planned.iter().filter(|(id, _)| *id == a.id).map(|(_, reminder)| *reminder).collect();
            let hours = [(Channel::Sms, a.sms_before), (Channel::Email, a.email_before)];
            out.push(Told {
                event_id: event.id,
                location_id,
                appointment_id: a.id,
                notice: after,
                reminders: rules::reminders(after, hours, &so_far, now),
                // Of what is past nobody needs to be told.
                messages: match happened.filter(|_| a.starts_at > now) {
                    Some(happened) => self.messages(app, a, happened, event.user_id),
                    None => Vec::new(),
                },
            });
        }
        Ok(())
    }

    fn messages(&self, app: &App, a: &Appointment, happened: Happened, doer: i64) -> Vec<Noted> {
        let words = Words::of(app, &self.location, &self.view, a);
        let (to_client, to_team, subject) = match happened {
            Happened::Made => ("tell-client-made", "tell-team-made", "tell-subject-made"),
            Happened::Moved => ("tell-client-moved", "tell-team-moved", "tell-subject-moved"),
            Happened::Cancelled => ("tell-client-cancelled", "tell-team-cancelled", "tell-subject-cancelled"),
        };
        let subject = words.put(subject, &self.language);
        let mut out = Vec::new();
        if let Some(client) = self.view.client(a) {
            let body = words.put(to_client, &self.language);
            let kind = match happened {
                Happened::Made => "client_made",
                Happened::Moved => "client_moved",
                Happened::Cancelled => "client_cancelled",
            };
            let ways =
                [(Channel::Sms, a.sms_now, &client.phone), (Channel::Email, a.email_now, &client.email)];
            for (channel, _, recipient) in ways.into_iter().filter(|(_, on, to)| *on && !to.is_empty()) {
                out.push(noted(channel, recipient, &subject, &body, Some(client.id), kind));
            }
        }
        let body = words.put(to_team, &self.language);
        let (staff, admin) = rules::kinds(happened, a.device != 0);
        for member in self.members.iter().filter(|m| m.user_id != doer) {
            let kind = match Mode::of(member) {
                Mode::Admin => admin,
                Mode::Staff if member.team_member_id == Some(a.team_member_id) => staff,
                _ => continue,
            };
            let Some(person) = self.people.get(&member.user_id) else { continue };
            let channels =
                self.types.iter().find(|(of, _)| *of == kind).map_or(Channels::default(), |(_, c)| *c);
            let ways = [
                (Channel::Sms, channels.sms, &person.phone),
                (Channel::Email, channels.email, &person.email),
            ];
            for (channel, on, to) in ways {
                if let Some(to) = to.as_ref().filter(|_| on) {
                    out.push(noted(channel, to, &subject, &body, None, kind.name()));
                }
            }
        }
        out
    }
}

/// In which language a location writes: its country's, as far as there are texts in it.
pub(super) fn language(location: &Location) -> Language {
    let country = org::dictionaries::country(location.country_id);
    let code = country.and_then(|c| org::dictionaries::language(c.lang_id)).map(|l| l.code);
    Language::negotiate(code)
}

pub(super) fn noted(
    channel: Channel,
    recipient: &str,
    subject: &str,
    body: &str,
    client_id: Option<i64>,
    kind: &'static str,
) -> Noted {
    let subject = if channel == Channel::Email { subject.to_owned() } else { String::new() };
    let message =
        outbox::Message { channel, recipient: recipient.to_owned(), subject, body: body.to_owned() };
    Noted { message, client_id, kind }
}

/// What messages about an appointment are made of.
pub(super) struct Words {
    location: String,
    when: String,
    services: String,
    staff: String,
    client: String,
    link: String,
}

impl Words {
    pub fn of(app: &App, location: &Location, view: &View, a: &Appointment) -> Self {
        let services: Vec<&str> = view.lines(a).iter().map(|line| line.title.as_str()).collect();
        // Days and minutes, by the location's clock.
        let when: String = local_sql(a.starts_at, view.zone()).chars().take(16).collect();
        Self {
            location: public_title(location),
            when,
            services: services.join(", "),
            staff: view.member(a).map(|m| m.name.clone()).unwrap_or_default(),
            client: view.client(a).map(|c| c.display_name.clone()).unwrap_or_default(),
            link: links::page(app, location.id, a.id),
        }
    }

    pub fn put(&self, name: &'static str, language: &Language) -> String {
        Message::new(name)
            .with("location", &self.location)
            .with("when", &self.when)
            .with("services", &self.services)
            .with("staff", &self.staff)
            .with("client", &self.client)
            .with("link", &self.link)
            .text(language)
    }
}
