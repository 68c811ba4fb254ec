//! An appointment as an event of the client's own calendar (RFC 5545).

use db::Conn;
use jiff::Timestamp;
use kernel::{App, Error, Result};
use org::locations::{public_title, store as locations};

use crate::appointments::links;
use crate::appointments::store::list;
use crate::appointments::view::{Seen, View};

/// What the calendar is told.
#[derive(Debug, Default)]
struct Entry {
    uid: String,
    /// Milliseconds UTC.
    written_at: i64,
    starts_at: i64,
    ends_at: i64,
    sequence: i64,
    summary: String,
    location: String,
    url: String,
    is_cancelled: bool,
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
    let host = app.public_url().split("://").nth(1).unwrap_or("frontdesk");
    Ok(written(&Entry {
        uid: format!("{location_id}-{id}@{host}"),
        written_at: one.updated_at,
        starts_at: one.starts_at,
        ends_at: one.starts_at + (one.length - one.technical_break).max(0) * 1000,
        sequence: one.revision,
        summary: parts.join(" – "),
        location: location.address.clone(),
        url: links::page(app, location_id, id),
        is_cancelled: one.is_deleted,
    }))
}

fn written(e: &Entry) -> String {
    let instant = |at: i64| {
        let at = Timestamp::from_millisecond(at).unwrap_or_default();
        at.strftime("%Y%m%dT%H%M%SZ").to_string()
    };
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Frontdesk//Booking page//EN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", e.uid),
        format!("DTSTAMP:{}", instant(e.written_at)),
        format!("DTSTART:{}", instant(e.starts_at)),
        format!("DTEND:{}", instant(e.ends_at)),
        format!("SEQUENCE:{}", e.sequence),
        format!("SUMMARY:{}", escaped(&e.summary)),
        format!("LOCATION:{}", escaped(&e.location)),
        format!("URL:{}", e.url),
        format!("STATUS:{}", if e.is_cancelled { "CANCELLED" } else { "CONFIRMED" }),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().map(|line| folded(line)).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| *c != '\r') {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out
}

/// The line with its end, broken so that no part has more than 75 octets.
fn folded(line: &str) -> String {
    let (mut out, mut octets) = (String::with_capacity(line.len() + 2), 0);
    for c in line.chars() {
        if octets + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(c);
        octets += c.len_utf8();
    }
    out.push_str("\r\n");
    out
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
            summary: format!("Cut, colour; \\ and\nEND:VCALENDAR {}", "ü".repeat(80)),
            ..Entry::default()
        };
        let text = written(&entry);
        assert!(text.lines().all(|line| line.len() <= 75), "{text}");
        let whole = text.replace("\r\n ", "");
        assert!(whole.contains("DTSTART:20260324T140000Z\r\nDTEND:20260324T150000Z\r\n"), "{whole}");
        assert!(whole.contains("SUMMARY:Cut\\, colour\\; \\\\ and\\nEND:VCALENDAR ü"), "{whole}");
        assert_eq!(whole.matches("\r\nEND:VCALENDAR").count(), 1);
        assert!(whole.contains("STATUS:CONFIRMED"));
    }
}
