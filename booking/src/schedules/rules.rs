//! What hours a day may have.

use std::collections::BTreeMap;

use calc::intervals::{DAY, Fault, Interval, hours, parse_clock};
use calc::zone::{Zone, clock_of_instant, parse_day};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Message, Problems};

/// Days of one request's range at the most.
pub const RANGE: i32 = 400;
/// Intervals of one day at the most.
const INTERVALS: usize = 24;
/// Days set or cleared by one request at the most.
pub const CHANGES: usize = 20_000;

/// Hours to set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Whose.
    pub team_member_id: i64,
    /// On which day.
    pub day: Date,
    /// None: a day off.
    pub hours: Vec<Interval>,
    /// Why it is a day off; 0 for no reason.
    pub off_day_type: i64,
}

/// A day as it was sent; names the field otherwise.
pub fn day(text: Option<&str>, field: &str, problems: &mut Problems) -> Option<Date> {
    let Some(text) = text else {
        problems.add(field, "field-required");
        return None;
    };
    let day = parse_day(text);
    problems.check(day.is_some(), field, "field-date");
    day
}

/// Days from `first` to `last`, both included: in order and no more than [`RANGE`].
pub fn range(first: Date, last: Date, field: &str, problems: &mut Problems) {
    let days = first.until(last).map_or(-1, |span| span.get_days());
    if days < 0 {
        problems.add(field, "field-before-start");
    } else if days >= RANGE {
        problems.add(field, Message::new("field-range-days").with("limit", RANGE));
    }
}

/// The hours of a day as they were sent, in order; names what is wrong with them.
pub fn slots(
    sent: &[(Option<String>, Option<String>)],
    field: &str,
    problems: &mut Problems,
) -> Vec<Interval> {
    if sent.len() > INTERVALS {
        problems.add(field, Message::new("field-too-many").with("limit", INTERVALS));
        return Vec::new();
    }
    let mut fine = true;
    let mut read = Vec::with_capacity(sent.len());
    for (at, (from, to)) in sent.iter().enumerate() {
        let mut clock = |text: &Option<String>, name: &str| {
            let clock = text.as_deref().and_then(parse_clock);
            if clock.is_none() {
                fine = false;
                problems.add(format!("{field}.{at}.{name}"), "field-clock");
            }
            clock.unwrap_or_default()
        };
        let (start, end) = (clock(from, "from"), clock(to, "to"));
        // A day's hours begin on that day.
        if start >= DAY {
            fine = false;
            problems.add(format!("{field}.{at}.from"), "field-clock");
        }
        read.push(Interval::new(start, end));
    }
    if !fine {
        return Vec::new();
    }
    match hours(&read) {
        Ok(hours) => hours,
        Err(Fault::Reversed(at)) => {
            problems.add(format!("{field}.{at}.to"), "field-before-start");
            Vec::new()
        }
        Err(Fault::Overlaps(at)) => {
            problems.add(format!("{field}.{at}"), "field-overlap");
            Vec::new()
        }
    }
}

/// The first day whose hours go on into the hours of the next day.
pub fn overnight(days: &BTreeMap<Date, Vec<Interval>>) -> Option<Date> {
    days.iter().find_map(|(day, hours)| {
        let end = hours.last()?.end - DAY;
        let next = days.get(&day.checked_add(1.day()).ok()?)?.first()?.start;
        (next < end).then_some(*day)
    })
}

/// A moment taken up, as the calendar shows it: on which day, and from when to when by that day's clock. What begins
/// after midnight within the hours of the day before belongs to that day.
pub fn place(
    starts_at: i64,
    ends_at: i64,
    zone: &Zone,
    works: impl Fn(Date, Interval) -> bool,
) -> (Date, Interval) {
    let (day, start) = clock_of_instant(starts_at, zone);
    let (last, end) = clock_of_instant(ends_at, zone);
    let nights = day.until(last).map_or(0, |span| i64::from(span.get_days()));
    let here = Interval::new(start, end + nights * DAY);
    if let Ok(before) = day.yesterday() {
        let there = here.shifted(DAY);
        if works(before, there) {
            return (before, there);
        }
    }
    (day, here)
}

/// The beginnings of a day's sessions, every `step` seconds of its hours.
pub fn sessions(hours: &[Interval], step: i64) -> Vec<i64> {
    let mut out = Vec::new();
    for slot in hours {
        let mut at = slot.start;
        while at < slot.end {
            out.push(at);
            at += step.max(60);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn sent(pairs: &[(&str, &str)]) -> Vec<(Option<String>, Option<String>)> {
        pairs.iter().map(|(a, b)| (Some((*a).to_owned()), Some((*b).to_owned()))).collect()
    }

    fn fields(pairs: &[(&str, &str)]) -> Vec<String> {
        let mut problems = Problems::new();
        slots(&sent(pairs), "slots", &mut problems);
        problems.done().err().map_or_else(Vec::new, |e| e.fields().iter().map(|(f, _)| f.clone()).collect())
    }

    #[test]
    fn hours_may_touch_and_pass_midnight() {
        assert!(fields(&[("14:00", "18:00"), ("10:00", "14:00"), ("20:00", "36:00")]).is_empty());
        assert_eq!(fields(&[("10:00", "36:01")]), ["slots.0.to"]);
        assert_eq!(fields(&[("24:00", "25:00")]), ["slots.0.from"]);
        assert_eq!(fields(&[("10:00", "12:00"), ("11:00", "13:00")]), ["slots.1"]);
        assert_eq!(fields(&[("10:00", "09:00")]), ["slots.0.to"]);
        assert_eq!(fields(&[("x", "y")]), ["slots.0.from", "slots.0.to"]);
    }

    #[test]
    fn a_range_has_an_end_and_a_bound() {
        let wrong = |first, last| {
            let mut problems = Problems::new();
            range(first, last, "end_date", &mut problems);
            !problems.is_empty()
        };
        assert!(!wrong(date(2026, 1, 1), date(2026, 1, 1)));
        assert!(!wrong(date(2026, 1, 1), date(2027, 2, 4)));
        assert!(wrong(date(2026, 1, 1), date(2027, 2, 5)));
        assert!(wrong(date(2026, 1, 2), date(2026, 1, 1)));
    }

    #[test]
    fn a_night_shift_ends_before_the_next_day_begins() {
        let days = |second_start: i64| {
            BTreeMap::from([
                (date(2026, 1, 1), vec![Interval::new(72_000, 93_600)]),
                (date(2026, 1, 2), vec![Interval::new(second_start, 50_000)]),
            ])
        };
        assert_eq!(overnight(&days(7_200)), None);
        assert_eq!(overnight(&days(7_199)), Some(date(2026, 1, 1)));
    }

    #[test]
    fn what_begins_after_midnight_belongs_to_the_night_shift() {
        let zone = Zone::utc();
        let at = |text| calc::zone::parse_instant(text, &zone).unwrap();
        let night = Interval::new(72_000, 93_600);
        let works = |day: Date, i: Interval| day == date(2026, 1, 1) && night.overlaps(i);
        let placed = place(at("2026-01-02 01:00"), at("2026-01-02 01:30"), &zone, works);
        assert_eq!(placed, (date(2026, 1, 1), Interval::new(90_000, 91_800)));
        let placed = place(at("2026-01-01 23:30"), at("2026-01-02 00:30"), &zone, works);
        assert_eq!(placed, (date(2026, 1, 1), Interval::new(84_600, 88_200)));
    }

    #[test]
    fn sessions_begin_within_the_hours() {
        assert_eq!(sessions(&[Interval::new(0, 1800), Interval::new(3600, 3601)], 900), [0, 900, 3600]);
    }
}
