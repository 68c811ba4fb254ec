//! Appointments as events of calendars (RFC 5545): in the client's own, by a file of one, and in those to which people
//! subscribe.

use chrono::{DateTime, Utc};
use db::Conn;
use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus, Property};
use kernel::{App, Error, Result};
use org::locations::{public_title, store as locations};

use crate::appointments::links;
use crate::appointments::store::list;
use crate::appointments::view::{Seen, View};

/// The longest that a text of people's own becomes, characters.
const LONGEST: usize = 2000;

/// What a calendar is told of an appointment or an event. Instants are milliseconds.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The same each time.
    pub uid: String,
    pub written_at: i64,
    pub starts_at: i64,
    pub ends_at: i64,
    /// Counted up with each change.
    pub sequence: i64,
    pub summary: String,
    /// Empty for none, like what follows.
    pub description: String,
    pub location: String,
    pub url: String,
    pub status: Status,
}

/// Whether it takes place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    #[default]
    Confirmed,
    /// The client has not confirmed it yet.
    Tentative,
    Cancelled,
}

/// The id of an appointment in calendars.
pub fn uid(app: &App, location_id: i64, id: i64) -> String {
    format!("{location_id}-{id}@{}", host(app))
}

/// The id of a group event in calendars.
pub fn event_uid(app: &App, location_id: i64, id: i64) -> String {
    format!("{location_id}-event-{id}@{}", host(app))
}

fn host(app: &App) -> &str {
    app.public_url().split("://").nth(1).unwrap_or("frontdesk")
}

/// The file of an appointment; a later one with the same id takes the place of that before.
pub async fn calendar(app: &App, conn: &mut Conn, location_id: i64, id: i64) -> Result<String> {
    let found = list::by_ids(conn, location_id, &[id]).await?;
    let one = found.first().ok_or_else(Error::not_found)?;
    let location = locations::by_id(conn, location_id).await?;
    let view = View::of(app, conn, location_id, &found, Seen::nothing()).await?;
    let mut parts: Vec<&str> = view.lines(one).iter().map(|line| line.title.as_str()).collect();
    let place = public_title(&location);
    parts.push(&place);
    let entry = Entry {
        uid: uid(app, location_id, id),
        written_at: one.updated_at,
        starts_at: one.starts_at,
        ends_at: one.starts_at + (one.length - one.technical_break).max(0) * 1000,
        sequence: one.revision,
        summary: parts.join(" – "),
        description: String::new(),
        location: location.address.clone(),
        url: links::page(app, location_id, id),
        status: if one.is_deleted { Status::Cancelled } else { Status::Confirmed },
    };
    let mut calendar = empty("Booking page");
    calendar.append_property(("METHOD", "PUBLISH"));
    calendar.push(event(&entry));
    Ok(calendar.to_string())
}

/// A calendar without events, by this part of the program.
pub fn empty(by: &str) -> Calendar {
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", format!("-//Frontdesk//{by}//EN")));
    calendar
}

/// A name, as programs of calendars show it.
pub fn name(calendar: &mut Calendar, name: &str) {
    calendar.append_property(Property::new("X-WR-CALNAME", plain(name)));
}

/// An event of a calendar.
pub fn event(entry: &Entry) -> Event {
    let instant = |at: i64| DateTime::<Utc>::from_timestamp_millis(at).unwrap_or_default();
    let mut event = Event::new();
    event
        .uid(&entry.uid)
        .timestamp(instant(entry.written_at))
        .starts(instant(entry.starts_at))
        .ends(instant(entry.ends_at))
        .sequence(u32::try_from(entry.sequence).unwrap_or_default())
        .summary(&plain(&entry.summary))
        .status(match entry.status {
            Status::Confirmed => EventStatus::Confirmed,
            Status::Tentative => EventStatus::Tentative,
            Status::Cancelled => EventStatus::Cancelled,
        });
    if !entry.description.is_empty() {
        event.description(&plain(&entry.description));
    }
    if !entry.location.is_empty() {
        event.location(&plain(&entry.location));
    }
    if !entry.url.is_empty() {
        event.url(&entry.url);
    }
    event
}

/// What people wrote, without what no line of a calendar may have.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n').take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_stays_text_and_lines_stay_short() {
        let entry = Entry {
            uid: "1-2@desk.test".into(),
            starts_at: 1_774_360_800_000,
            ends_at: 1_774_364_400_000,
            summary: format!("Cut, colour; \\ and\r\nEND:VCALENDAR {}\u{7}", "ü".repeat(80)),
            description: "\r\nBEGIN:VEVENT".into(),
            ..Entry::default()
        };
        let mut calendar = empty("Test");
        name(&mut calendar, "A; b\nEND:VCALENDAR");
        calendar.push(event(&entry));
        let text = calendar.to_string();
        assert!(text.lines().all(|line| line.len() <= 75), "{text}");
        let whole = text.replace("\r\n ", "");
        assert!(whole.contains("DTSTART:20260324T140000Z\r\n"), "{whole}");
        assert!(whole.contains("DTEND:20260324T150000Z\r\n"), "{whole}");
        assert!(whole.contains("SUMMARY:Cut\\, colour\\; \\\\ and\\nEND:VCALENDAR ü"), "{whole}");
        assert!(whole.contains("X-WR-CALNAME:A\\; b\\nEND:VCALENDAR\r\n"), "{whole}");
        assert_eq!(whole.matches("\r\nEND:VCALENDAR").count(), 1);
        assert_eq!(whole.matches("\r\nBEGIN:VEVENT").count(), 1);
        assert!(whole.contains("STATUS:CONFIRMED"));
        assert!(!whole.replace("\r\n", "").contains(['\r', '\n', '\u{7}']), "{whole:?}");
    }
}
