//! Time zones: what an instant looks like on the wall of a location.
//!
//! Instants are milliseconds since 1970-01-01T00:00:00Z. Zones come from the time zone database bundled with
//! the server, never from the machine's own. Instants outside the years 1 to 9999 are drawn to the nearest
//! one inside, so that every text has a four-digit year.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

/// 0001-01-02T00:00:00Z and 9999-12-30T00:00:00Z, in milliseconds: a day of room for the offset on either side.
const FIRST: i64 = -62_135_510_400_000;
const LAST: i64 = 253_402_128_000_000;

/// A time zone of the IANA database. Cheap to clone: clones share one table.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone {
    tz: TimeZone,
}

impl Zone {
    /// The zone of that IANA name (`America/New_York`, in any case), or `None` if there is none.
    pub fn parse(name: &str) -> Option<Self> {
        let tz = TimeZone::get(name).ok()?;
        (!tz.is_unknown() && tz.iana_name().is_some()).then_some(Self { tz })
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { tz: TimeZone::UTC }
    }

    /// The zone's name as the IANA database spells it.
    pub fn name(&self) -> &str {
        self.tz.iana_name().unwrap_or("UTC")
    }

    /// Minutes east of Greenwich at that instant: -300 for New York in winter, 330 for Kolkata.
    ///
    /// Offsets of local mean time (before about 1920; Liberia until 1972) have seconds, which no wire format
    /// can say: they count as the nearest minute, everywhere in this module alike.
    pub fn offset_minutes(&self, instant_ms: i64) -> i32 {
        self.local(instant_ms).1
    }

    /// The clock on the wall at that instant, and its offset in minutes.
    fn local(&self, instant_ms: i64) -> (DateTime, i32) {
        let at = timestamp(instant_ms);
        let seconds = self.tz.to_offset(at).seconds();
        let minutes = (seconds + 30).div_euclid(60);
        let offset = Offset::from_seconds(minutes * 60).unwrap_or(Offset::UTC);
        (offset.to_datetime(at), minutes)
    }
}

impl std::fmt::Debug for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

/// `2026-03-23T10:10:00-05:00`: local time with the offset of that day. Parts of a second are cut off.
pub fn local_iso(instant_ms: i64, zone: &Zone) -> String {
    iso(instant_ms, zone, ":")
}

/// `2026-03-23T10:10:00-0500`: [`local_iso`] with no colon in the offset.
pub fn local_iso_basic(instant_ms: i64, zone: &Zone) -> String {
    iso(instant_ms, zone, "")
}

/// `2025-07-12 12:10:00`: local time, no offset.
pub fn local_sql(instant_ms: i64, zone: &Zone) -> String {
    let (local, _) = zone.local(instant_ms);
    let mut out = String::with_capacity(19);
    push_ymd(&mut out, local);
    out.push(' ');
    push_hms(&mut out, local);
    out
}

/// `2025-07-12`: the local day.
pub fn date_ymd(instant_ms: i64, zone: &Zone) -> String {
    ymd(zone.local(instant_ms).0)
}

/// `08.11.2019`: the local day, day first.
pub fn date_dmy(instant_ms: i64, zone: &Zone) -> String {
    let (local, _) = zone.local(instant_ms);
    format!("{:02}.{:02}.{:04}", local.day(), local.month(), local.year())
}

/// Hours east of Greenwich at that instant: -5, 5.5, 5.75.
pub fn offset_hours(instant_ms: i64, zone: &Zone) -> f64 {
    f64::from(zone.offset_minutes(instant_ms)) / 60.0
}

/// The instant of a text: `2025-07-12T12:10:00-05:00` (also `-0500` or `Z`, where the text's own offset counts),
/// `2025-07-12 12:10:00`, `2025-07-12 12:10` and `2025-07-12` (local midnight). A local time that the clock
/// skips is read as if the clock had not been put forward, one that comes twice as the first. `None` if the
/// text is none of these.
pub fn parse_instant(text: &str, zone: &Zone) -> Option<i64> {
    let text = text.trim();
    if text.len() > 40 {
        return None;
    }
    // Zone annotations in brackets are another grammar; the wire has none.
    if !text.contains('[')
        && let Ok(at) = text.parse::<Timestamp>()
    {
        return Some(at.as_millisecond());
    }
    let (day, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].parse::<Time>().ok()?),
        None => (text, Time::midnight()),
    };
    local_instant(day.parse::<Date>().ok()?.to_datetime(time), zone)
}

/// A day: `2026-01-31`, `20260131`, or the day of a date and time as its text shows it. `None` if the calendar has
/// no such day.
pub fn parse_day(text: &str) -> Option<Date> {
    let text = text.trim();
    let day = match text.find(['T', 't', ' ']) {
        Some(at) if text.len() <= 40 => &text[..at],
        _ => text,
    };
    let plain = day.len() == 10 && day.as_bytes()[4] == b'-';
    let packed = day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit());
    if plain || packed { day.parse().ok() } else { None }
}

/// The instant of that many seconds on the clock after a day's midnight, also past the next one: the clock's hour
/// counts, so 26:00 is two in the morning of the next day however long the night is. `None` only at the very ends of
/// the calendar.
pub fn instant_of_clock(day: Date, seconds: i64, zone: &Zone) -> Option<i64> {
    let local = day.to_datetime(Time::midnight()).checked_add(jiff::Span::new().seconds(seconds)).ok()?;
    local_instant(local, zone)
}

/// The first instant of a day on which the clock is not changed: each of its seconds comes once, just so long after it.
pub fn steady_midnight(day: Date, zone: &Zone) -> Option<i64> {
    let midnight = instant_of_clock(day, 0, zone)?;
    // Offsets with seconds count as the nearest minute: not worth a rule of their own.
    let is_whole = zone.tz.to_offset(timestamp(midnight)).seconds() % 60 == 0;
    let next = zone.tz.following(timestamp(midnight)).next();
    let changes = next.is_some_and(|change| change.timestamp().as_millisecond() < midnight + 86_400_000);
    (is_whole && !changes && clock_of_instant(midnight, zone) == (day, 0)).then_some(midnight)
}

/// The day and the seconds on its clock at that instant.
pub fn clock_of_instant(instant_ms: i64, zone: &Zone) -> (Date, i64) {
    let local = zone.local(instant_ms).0;
    let seconds = i64::from(local.hour()) * 3600 + i64::from(local.minute()) * 60 + i64::from(local.second());
    (local.date(), seconds)
}

/// The instant when the zone's clock shows that date and time; ambiguity as in [`parse_instant`]. `None` only
/// at the very ends of the calendar.
pub fn local_instant(local: DateTime, zone: &Zone) -> Option<i64> {
    let at = zone.tz.to_ambiguous_timestamp(local).compatible().ok()?;
    Some(at.as_millisecond())
}

/// The calendar day on the wall at that instant.
pub fn local_date(instant_ms: i64, zone: &Zone) -> Date {
    zone.local(instant_ms).0.date()
}

fn timestamp(instant_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(instant_ms.clamp(FIRST, LAST)).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn ymd(local: DateTime) -> String {
    let mut out = String::with_capacity(10);
    push_ymd(&mut out, local);
    out
}

// Lists hold hundreds of times: digit by digit takes a fifth of what `format!` does.

fn push_ymd(out: &mut String, local: DateTime) {
    for part in [local.year() / 100, local.year() % 100] {
        push_two(out, i32::from(part));
    }
    for part in [local.month(), local.day()] {
        out.push('-');
        push_two(out, i32::from(part));
    }
}

fn push_hms(out: &mut String, local: DateTime) {
    push_two(out, i32::from(local.hour()));
    for part in [local.minute(), local.second()] {
        out.push(':');
        push_two(out, i32::from(part));
    }
}

/// An offset as ISO 8601 writes it.
fn push_hours(out: &mut String, minutes: i32, between: &str) {
    out.push(if minutes < 0 { '-' } else { '+' });
    push_two(out, minutes.abs() / 60);
    out.push_str(between);
    push_two(out, minutes.abs() % 60);
}

/// A number below a hundred, with two digits.
fn push_two(out: &mut String, n: i32) {
    for digit in [n / 10, n % 10] {
        out.push(u32::try_from(digit).ok().and_then(|digit| char::from_digit(digit, 10)).unwrap_or('0'));
    }
}

fn iso(instant_ms: i64, zone: &Zone, between: &str) -> String {
    let (local, minutes) = zone.local(instant_ms);
    let mut out = String::with_capacity(25);
    push_ymd(&mut out, local);
    out.push('T');
    push_hms(&mut out, local);
    push_hours(&mut out, minutes, between);
    out
}

/// The first instant of a day of the calendar in UTC, in milliseconds. For dates that belong to no zone.
pub fn utc_midnight(year: i16, month: i8, day: i8) -> Option<i64> {
    let at = Date::new(year, month, day).ok()?.to_datetime(Time::midnight());
    Offset::UTC.to_timestamp(at).ok().map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZoneDatabase;
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    fn utc(text: &str) -> i64 {
        parse_instant(text, &Zone::utc()).unwrap()
    }

    #[test]
    fn days_are_read_as_the_wire_writes_them() {
        for text in
            ["2026-01-31", "20260131", "2026-01-31 10:00", "2026-01-31T23:00:00.000-05:00", " 2026-01-31 "]
        {
            assert_eq!(parse_day(text).map(|d| d.to_string()).as_deref(), Some("2026-01-31"), "{text}");
        }
        for text in ["2026-02-30", "20260230", "2026-1-31", "x", "", "2026-013", "+2026-1-31", "２０２６0131"]
        {
            assert_eq!(parse_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_clock_past_midnight_keeps_its_hour_when_the_night_is_short() {
        let zone = Zone::parse("America/New_York").unwrap();
        let day = parse_day("2026-03-07").unwrap(); // The clock is put forward in the night to the 8th.
        let at = instant_of_clock(day, 28 * 3600, &zone).unwrap();
        assert_eq!(local_sql(at, &zone), "2026-03-08 04:00:00");
        assert_eq!(clock_of_instant(at, &zone), (parse_day("2026-03-08").unwrap(), 4 * 3600));
    }

    #[test]
    fn names() {
        assert_eq!(zone("america/new_york").name(), "America/New_York");
        assert_eq!(Zone::utc().name(), "UTC");
        for none in
            ["", "Etc/Unknown", "Mars/Olympus", "../../etc/passwd", "-05:00", "EST5EDT,M3.2.0,M11.1.0"]
        {
            assert!(Zone::parse(none).is_none(), "{none}");
        }
    }

    #[test]
    fn forms() {
        let (at, zone) = (utc("2026-01-23T15:10:00Z"), zone("America/New_York"));
        assert_eq!(local_iso(at, &zone), "2026-01-23T10:10:00-05:00");
        assert_eq!(local_iso_basic(at, &zone), "2026-01-23T10:10:00-0500");
        assert_eq!(local_sql(at, &zone), "2026-01-23 10:10:00");
        assert_eq!(date_ymd(at, &zone), "2026-01-23");
        assert_eq!(date_dmy(utc("2019-11-08T23:00:00Z"), &zone), "08.11.2019");
        assert_eq!(zone.offset_minutes(at), -300);
        assert_eq!(zone.offset_minutes(utc("2026-07-23T15:10:00Z")), -240);
        assert_eq!(local_date(utc("2026-01-24T03:00:00Z"), &zone), date(2026, 1, 23));
    }

    #[test]
    fn offsets_of_part_hours() {
        let at = utc("2026-01-23T15:10:00Z");
        for (name, hours, iso) in [
            ("Asia/Kolkata", 5.5, "2026-01-23T20:40:00+05:30"),
            ("Asia/Kathmandu", 5.75, "2026-01-23T20:55:00+05:45"),
            ("America/St_Johns", -3.5, "2026-01-23T11:40:00-03:30"),
            ("UTC", 0.0, "2026-01-23T15:10:00+00:00"),
        ] {
            assert!((offset_hours(at, &zone(name)) - hours).abs() < f64::EPSILON, "{name}");
            assert_eq!(local_iso(at, &zone(name)), iso);
        }
    }

    #[test]
    fn texts() {
        let zone = zone("America/New_York");
        let noon = utc("2025-07-12T16:10:00Z");
        for text in [
            "2025-07-12T12:10:00-04:00",
            "2025-07-12T12:10:00-0400",
            "2025-07-12T16:10:00Z",
            "2025-07-12 12:10:00",
            "2025-07-12T12:10:00",
            "2025-07-12 12:10",
            " 2025-07-12T12:10:00.000-04:00 ",
        ] {
            assert_eq!(parse_instant(text, &zone), Some(noon), "{text}");
        }
        assert_eq!(parse_instant("2025-07-12", &zone), Some(utc("2025-07-12T04:00:00Z")));
        // Skipped by the clock, then shown twice.
        assert_eq!(parse_instant("2026-03-08 02:30:00", &zone), Some(utc("2026-03-08T07:30:00Z")));
        assert_eq!(parse_instant("2026-11-01 01:30:00", &zone), Some(utc("2026-11-01T05:30:00Z")));
        for none in ["", "noon", "2025-02-30", "2025-07-12 25:00", "12.07.2025", "2025-07-12T", "1752336600"]
        {
            assert_eq!(parse_instant(none, &zone), None, "{none}");
        }
    }

    #[test]
    fn the_ends_of_time() {
        let zone = zone("Pacific/Kiritimati");
        assert_eq!(local_iso(i64::MAX, &zone), "9999-12-30T14:00:00+14:00");
        assert!(local_iso(i64::MIN, &zone).starts_with("0001-01-0"));
        assert_eq!(utc_midnight(1970, 1, 2), Some(86_400_000));
        assert_eq!(utc_midnight(2025, 2, 30), None);
        assert_eq!(utc_midnight(1, 1, 2), Some(FIRST));
        assert_eq!(utc_midnight(9999, 12, 30), Some(LAST));
    }

    fn names_of_all() -> Vec<String> {
        let names: Vec<_> = TimeZoneDatabase::bundled().available().map(|name| name.to_string()).collect();
        assert!(names.len() > 400);
        names
    }

    fn any_zone() -> impl Strategy<Value = Zone> {
        prop::sample::select(names_of_all()).prop_map(|name| zone(&name))
    }

    fn round_trips(at: i64, zone: &Zone) {
        let second = at.div_euclid(1000) * 1000;
        for text in [local_iso(at, zone), local_iso_basic(at, zone)] {
            assert_eq!(parse_instant(&text, &Zone::utc()), Some(second), "{text} in {zone:?}");
        }
    }

    /// Every change of the clock in every zone, a second before and after.
    #[test]
    fn changes_of_the_clock() {
        let (from, till) = (timestamp(utc("1880-01-01")), timestamp(utc("2040-01-01")));
        for name in names_of_all() {
            let zone = zone(&name);
            for change in zone.tz.following(from).take_while(|change| change.timestamp() < till) {
                let at = change.timestamp().as_millisecond();
                for at in [at - 1, at, at + 1000] {
                    round_trips(at, &zone);
                }
            }
        }
    }

    /// The days around every change of the clock in every zone: on one that is steady each half of an hour comes once,
    /// just so long after its beginning.
    #[test]
    fn days_on_which_no_clock_is_changed() {
        let (from, till) = (timestamp(utc("2005-01-01")), timestamp(utc("2030-01-01")));
        let (mut steady, mut others) = (0, 0);
        for name in names_of_all() {
            let zone = zone(&name);
            for change in zone.tz.following(from).take_while(|change| change.timestamp() < till) {
                let on = local_date(change.timestamp().as_millisecond(), &zone);
                for day in [on.yesterday().unwrap(), on, on.tomorrow().unwrap()] {
                    let Some(midnight) = steady_midnight(day, &zone) else {
                        others += 1;
                        continue;
                    };
                    steady += 1;
                    for clock in (0..86_400).step_by(1800).chain([86_399]) {
                        let at = midnight + clock * 1000;
                        assert_eq!(instant_of_clock(day, clock, &zone), Some(at), "{name} {day} {clock}");
                        assert_eq!(clock_of_instant(at, &zone), (day, clock), "{name} {day} {clock}");
                    }
                }
            }
        }
        assert!(others > 1000 && steady > others, "{steady} {others}");
    }

    proptest! {
        #[test]
        fn iso_is_read_back(at in FIRST..LAST, zone in any_zone()) {
            round_trips(at, &zone);
        }

        #[test]
        fn no_instant_panics(at in any::<i64>(), zone in any_zone()) {
            prop_assert_eq!(local_sql(at, &zone).len(), 19);
            prop_assert_eq!(date_dmy(at, &zone).len(), 10);
        }

        #[test]
        fn local_time_is_read_back(at in utc("1975-01-01")..utc("2100-01-01"), zone in any_zone()) {
            // An hour that comes twice is read as the first; both show the same clock.
            let text = local_sql(at, &zone);
            let again = parse_instant(&text, &zone);
            prop_assert_eq!(again.map(|at| local_sql(at, &zone)), Some(text));
        }

        #[test]
        fn no_text_panics(text in any::<String>(), zone in any_zone()) {
            let _ = (parse_instant(&text, &zone), Zone::parse(&text));
        }
    }
}
