//! A feed, as programs of calendars read it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ::clients::Shown as ShownClients;
use ::clients::clients::Card;
use booking::appointments::store::list as appointments;
use booking::appointments::store::{Appointment, with};
use booking::calendar::Shown;
use booking::events::brief::{self, Brief};
use booking::events::store as events;
use booking::page::ics::{self, Entry, Status};
use calc::zone::Zone;
use db::Conn;
use kernel::{App, Page, Result};
use org::access::Recall;
use org::access::perm::{self, Right as _};
use org::locations::{Location, public_title, store as locations};
use org::users::Membership;

use super::rules::{self, Window};
use super::store::{self, Feed};

/// How often programs of calendars are to look again, minutes.
const AGAIN: i64 = 60;

/// What the feed of this name shows now, to somebody who asks from this address; none where there is no such feed, or
/// its maker may not see it any more.
///
/// # Errors
/// When the database does not answer.
pub async fn written(app: &App, name: &str, address: &str) -> Result<Option<String>> {
    let Some((location_id, id, mark)) = rules::parse(name) else { return Ok(None) };
    let mut conn = app.db().conn().await?;
    let found = store::by_id(&mut conn, location_id, id).await?;
    let Some(feed) = found.filter(|feed| rules::is_mark(app, location_id, id, feed.nonce, mark)) else {
        return Ok(None);
    };
    drop(conn);
    let maker = app.room::<Recall>().membership(app, location_id, feed.user_id).await?;
    let allowed = |maker: &&Membership| perm::Calendar::allowed(maker) && maker.may_enter_from(address);
    let Some(maker) = maker.as_deref().filter(allowed) else { return Ok(None) };
    let mut conn = app.db().conn().await?;
    let Some(team) = team(&mut conn, location_id, &feed, maker).await? else { return Ok(None) };
    let seen = Seen::read(app, &mut conn, location_id, team, maker).await?;
    Ok(Some(seen.calendar(app, &feed)))
}

/// Whose appointments and events it shows; all of them for `Some(None)`, no feed for none.
async fn team(
    conn: &mut Conn,
    location_id: i64,
    feed: &Feed,
    maker: &Membership,
) -> Result<Option<Option<Vec<i64>>>> {
    let shown = Shown::of(&maker.grants);
    let Some(one) = feed.team_member_id else {
        if shown.is_all() {
            return Ok(Some(None));
        }
        return Ok(Some(Some(shown.team(conn, location_id, None).await?)));
    };
    let there = shown.team(conn, location_id, Some(&[one])).await?;
    Ok((!there.is_empty()).then_some(Some(there)))
}

/// What a feed shows.
struct Seen {
    location: Location,
    appointments: Vec<Appointment>,
    events: Vec<Brief>,
    /// Titles of the services of appointments.
    services: HashMap<i64, Vec<String>>,
    clients: BTreeMap<i64, Card>,
    /// Names of team members.
    team: HashMap<i64, String>,
}

impl Seen {
    async fn read(
        app: &App,
        conn: &mut Conn,
        location_id: i64,
        team: Option<Vec<i64>>,
        maker: &Membership,
    ) -> Result<Self> {
        let location = locations::by_id(conn, location_id).await?;
        let zone = Zone::parse(&location.timezone).unwrap_or_else(Zone::utc);
        let first = Shown::of(&maker.grants).first_day(app.now(), &zone);
        let window = rules::window(app.now(), &zone, first);
        let (appointments, events) = taking_place(conn, location_id, team, window).await?;
        let ids: Vec<i64> = appointments.iter().map(|one| one.id).collect();
        let mut services: HashMap<i64, Vec<String>> = HashMap::new();
        if !ids.is_empty() {
            for line in with::lines(conn, location_id, &ids).await? {
                services.entry(line.appointment_id).or_default().push(line.title);
            }
        }
        let clients: BTreeSet<i64> = appointments.iter().filter_map(|one| one.client_id).collect();
        let clients: Vec<i64> = clients.into_iter().collect();
        let clients = Card::load(conn, location_id, &clients, &ShownClients::of(maker)).await?;
        let of = appointments.iter().map(|one| one.team_member_id);
        let of: BTreeSet<i64> = of.chain(events.iter().map(|event| event.team_member_id)).collect();
        let of: Vec<i64> = of.into_iter().collect();
        let named = events::team(conn, location_id, Some(&of)).await?;
        let team = named.into_iter().map(|member| (member.id, member.name)).collect();
        Ok(Self { location, appointments, events, services, clients, team })
    }

    fn calendar(&self, app: &App, feed: &Feed) -> String {
        let mut calendar = ics::empty("Calendar feed");
        let place = public_title(&self.location);
        let name = match (feed.title.as_str(), feed.team_member_id.and_then(|id| self.team.get(&id))) {
            ("", Some(member)) => format!("{member} – {place}"),
            ("", None) => place,
            (title, _) => title.to_owned(),
        };
        ics::name(&mut calendar, &name);
        calendar.ttl(&chrono::Duration::minutes(AGAIN));
        let mut entries: Vec<Entry> = self
            .appointments
            .iter()
            .map(|one| self.appointment(app, feed, one))
            .chain(self.events.iter().map(|event| self.event(app, feed, event)))
            .collect();
        entries.sort_by(|a, b| (a.starts_at, &a.uid).cmp(&(b.starts_at, &b.uid)));
        calendar.extend(entries.iter().map(ics::event));
        calendar.to_string()
    }

    fn appointment(&self, app: &App, feed: &Feed, one: &Appointment) -> Entry {
        let services = self.services.get(&one.id).map_or(&[][..], Vec::as_slice).join(", ");
        let client = one.client_id.and_then(|id| self.clients.get(&id));
        let who = client.map_or("", |client| client.display_name.as_str());
        let what = [services.as_str(), who].into_iter().filter(|part| !part.is_empty());
        let what = what.collect::<Vec<_>>().join(" – ");
        let told = client.map_or([""; 2], |client| [client.phone.as_str(), client.email.as_str()]);
        let told = told.into_iter().chain([one.comment.as_str()]).filter(|part| !part.is_empty());
        Entry {
            uid: ics::uid(app, self.location.id, one.id),
            written_at: one.updated_at,
            starts_at: one.starts_at,
            ends_at: one.ends_at(),
            sequence: one.revision,
            summary: self.with_whom(feed, one.team_member_id, what),
            description: told.collect::<Vec<_>>().join("\n"),
            location: self.location.address.clone(),
            url: String::new(),
            status: if one.confirmed || one.attendance > 0 { Status::Confirmed } else { Status::Tentative },
        }
    }

    fn event(&self, app: &App, feed: &Feed, event: &Brief) -> Entry {
        let what = format!("{} ({}/{})", event.title, event.clients_count, event.capacity);
        Entry {
            uid: ics::event_uid(app, self.location.id, event.id),
            written_at: event.updated_at,
            starts_at: event.starts_at,
            ends_at: event.starts_at + event.length * 1000,
            sequence: event.revision,
            summary: self.with_whom(feed, event.team_member_id, what),
            description: event.comment.clone(),
            location: self.location.address.clone(),
            url: String::new(),
            status: Status::Confirmed,
        }
    }

    /// Whose it is, in a feed of more than one.
    fn with_whom(&self, feed: &Feed, team_member_id: i64, what: String) -> String {
        match self.team.get(&team_member_id) {
            Some(name) if feed.team_member_id.is_none() => format!("{name}: {what}"),
            _ => what,
        }
    }
}

/// Appointments of their own, and events, that are not deleted: those from today on, and then as many of those before as
/// there is room for. A program of calendars takes a feed as a whole, so what is cancelled is simply not there.
async fn taking_place(
    conn: &mut Conn,
    location_id: i64,
    team: Option<Vec<i64>>,
    window: Window,
) -> Result<(Vec<Appointment>, Vec<Brief>)> {
    let filter = appointments::Filter { team: team.clone(), alone: true, ..appointments::Filter::default() };
    let ahead = appointments::Filter { from: Some(window.today), till: Some(window.till), ..filter.clone() };
    let back = appointments::Filter { from: Some(window.from), till: Some(window.today), ..filter };
    let page = Page { limit: rules::ENTRIES, offset: 0 };
    let mut found = appointments::list(conn, location_id, &ahead, page).await?;
    found.extend(appointments::latest(conn, location_id, &back, room(found.len())).await?);
    let team = team.as_deref();
    let ahead =
        brief::Part { team, from: window.today, till: window.till, backwards: false, limit: rules::ENTRIES };
    let mut events = brief::list(conn, location_id, &ahead).await?;
    let limit = room(events.len());
    let back = brief::Part { from: window.from, till: window.today, backwards: true, limit, ..ahead };
    events.extend(brief::list(conn, location_id, &back).await?);
    Ok((found, events))
}

fn room(taken: usize) -> i64 {
    (rules::ENTRIES - i64::try_from(taken).unwrap_or(i64::MAX)).max(0)
}
