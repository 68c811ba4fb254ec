//! What a series may be, and what becomes of its events.

use std::collections::BTreeSet;

use calc::intervals::{DAY, parse_clock};
use calc::recurrence::Rule;
use calc::zone::{Zone, clock_of_instant, instant_of_clock};
use jiff::civil::{Date, Weekday};
use kernel::{Message, Problems};

use super::store::{Changed, Given};
use crate::events::place::{Laid, Moved, With};
use crate::events::rules::{SEATS, WITH, again};
use crate::events::store::Event;

/// The weekdays by their names, Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A day of a series as sent; what is not said stays as it was.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// One of [`WEEKDAYS`].
    pub weekday: Option<String>,
    /// Who holds its events.
    pub team_member_id: Option<i64>,
    /// When they begin, by the clock.
    pub clock: Option<String>,
    /// Seconds, without the break.
    pub duration: Option<i64>,
    /// Seats.
    pub capacity: Option<i64>,
    /// Their tags.
    pub tags: Option<Vec<i64>>,
    /// Instances that they take up.
    pub instances: Option<Vec<i64>>,
}

/// What the events of a day are to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// 1 Monday to 7 Sunday.
    pub weekday: i64,
    /// Who holds them.
    pub team_member_id: i64,
    /// When they begin, seconds since midnight.
    pub clock: i64,
    /// Seconds, without the break.
    pub duration: i64,
    /// The break after it, seconds.
    pub technical_break: i64,
    /// Seats.
    pub capacity: i64,
    /// Instances that they take up, in order and once.
    pub instances: Vec<i64>,
    /// Their tags, in order and once.
    pub tags: Vec<i64>,
}

/// The number of a weekday's name.
fn weekday(name: &str) -> Option<i64> {
    let name = name.trim().to_ascii_lowercase();
    WEEKDAYS.iter().zip(1..).find(|(of, _)| **of == name).map(|(_, number)| number)
}

/// The day that is wanted, in place of `before`; names what is wrong with it, the fields after `field`.
pub fn shape(
    before: Option<&Shape>,
    wanted: &Wanted,
    technical_break: i64,
    field: &str,
    problems: &mut Problems,
) -> Shape {
    let name = |of: &str| format!("{field}{of}");
    let is_new = before.is_none();
    for (there, of) in [
        (wanted.weekday.is_some(), "day_of_week"),
        (wanted.team_member_id.is_some(), "events_master_id"),
        (wanted.clock.is_some(), "events_time"),
        (wanted.duration.is_some(), "events_duration"),
        (wanted.capacity.is_some(), "events_capacity"),
    ] {
        problems.check(!is_new || there, &name(of), "field-required");
    }
    let mut read = |text: &Option<String>, of: &str, read: fn(&str) -> Option<i64>, message: &'static str| {
        let text = text.as_deref()?;
        let value = read(text);
        problems.check(value.is_some(), &name(of), message);
        value
    };
    let day = read(&wanted.weekday, "day_of_week", weekday, "field-choice");
    let clock = |text: &str| parse_clock(text).filter(|clock| *clock < DAY);
    let clock = read(&wanted.clock, "events_time", clock, "field-clock");
    if let Some(duration) = wanted.duration {
        problems.range(duration, 1..=DAY - technical_break, &name("events_duration"));
    }
    if let Some(capacity) = wanted.capacity {
        problems.range(capacity, 1..=SEATS, &name("events_capacity"));
    }
    for (ids, of) in [(&wanted.tags, "labels_ids"), (&wanted.instances, "resource_instances_ids")] {
        if ids.as_ref().is_some_and(|ids| ids.len() > WITH) {
            problems.add(name(of), Message::new("field-too-many").with("limit", WITH));
        }
    }
    let was = |of: fn(&Shape) -> i64| before.map_or(0, of);
    let once = |ids: &Option<Vec<i64>>, of: fn(&Shape) -> &Vec<i64>| match ids {
        Some(ids) => ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect(),
        None => before.map_or_else(Vec::new, |before| of(before).clone()),
    };
    Shape {
        weekday: day.unwrap_or_else(|| was(|s| s.weekday)),
        team_member_id: wanted.team_member_id.unwrap_or_else(|| was(|s| s.team_member_id)),
        clock: clock.unwrap_or_else(|| was(|s| s.clock)),
        duration: wanted.duration.unwrap_or_else(|| was(|s| s.duration)),
        technical_break,
        capacity: wanted.capacity.unwrap_or_else(|| was(|s| s.capacity)),
        instances: once(&wanted.instances, |s| &s.instances),
        tags: once(&wanted.tags, |s| &s.tags),
    }
}

/// The days of a new series: one to seven, each weekday once.
pub fn week(wanted: &[Wanted], technical_break: i64, problems: &mut Problems) -> Vec<Shape> {
    if wanted.is_empty() {
        problems.add("days", "field-required");
    }
    if wanted.len() > 7 {
        problems.add("days", Message::new("field-too-many").with("limit", 7));
        return Vec::new();
    }
    let mut week: Vec<Shape> = Vec::with_capacity(wanted.len());
    for (at, day) in wanted.iter().enumerate() {
        let shape = shape(None, day, technical_break, &format!("days.{at}."), problems);
        let twice = shape.weekday != 0 && week.iter().any(|other| other.weekday == shape.weekday);
        problems.check(!twice, &format!("days.{at}.day_of_week"), "field-duplicate");
        week.push(shape);
    }
    week
}

impl Shape {
    /// The dates after `after` up to `last`.
    pub fn dates(&self, after: Date, last: Date) -> Vec<Date> {
        let day = i8::try_from(self.weekday).ok().and_then(|day| Weekday::from_monday_one_offset(day).ok());
        let (Some(day), Ok(first)) = (day, after.tomorrow()) else { return Vec::new() };
        Rule::Weekly { every: 1, days: vec![day] }.dates(first, last)
    }

    /// When its event of that date begins.
    pub fn starts_at(&self, date: Date, zone: &Zone) -> Option<i64> {
        instant_of_clock(date, self.clock, zone)
    }

    /// Whether the event is the one that this day stands for on that date.
    pub fn is_of(&self, event: &Event, date: Date, zone: &Zone) -> bool {
        let (day, clock) = clock_of_instant(event.starts_at, zone);
        let weekday = i64::from(date.weekday().to_monday_one_offset());
        !event.is_deleted && weekday == self.weekday && day == date && clock == self.clock
    }

    /// Seconds, with the break.
    pub fn length(&self) -> i64 {
        self.duration + self.technical_break
    }

    fn with(&self) -> With {
        With { instances: self.instances.clone(), tags: self.tags.clone() }
    }

    /// What the event that begins then gets.
    pub fn given(&self, starts_at: i64) -> Given {
        Given {
            team_member_id: self.team_member_id,
            starts_at,
            length: self.length(),
            tags: self.tags.iter().copied().collect(),
            instances: self.instances.iter().copied().collect(),
        }
    }

    /// A new event of this day, after the pattern of another, with room for so many at least.
    pub(crate) fn event(&self, origin: &Event, starts_at: i64, seats: i64) -> Laid {
        let event = Event {
            team_member_id: self.team_member_id,
            starts_at,
            length: self.length(),
            technical_break: self.technical_break,
            capacity: self.capacity.max(seats),
            ..again(origin)
        };
        Laid { event, with: self.with() }
    }

    /// What becomes of an event that follows the day to what it is now: what was changed by hand stays. None when
    /// nothing does.
    pub(crate) fn follow(
        &self,
        event: &Event,
        has: &With,
        by_hand: Changed,
        starts_at: i64,
        capacity_changed: bool,
    ) -> Option<Moved> {
        let mut after = event.clone();
        if !by_hand.team_member {
            after.team_member_id = self.team_member_id;
        }
        if !by_hand.start {
            after.starts_at = starts_at;
        }
        if !by_hand.duration {
            (after.length, after.technical_break) = (self.length(), self.technical_break);
        }
        if capacity_changed {
            // Nobody who is in is turned out.
            after.capacity = self.capacity.max(event.clients_count);
        }
        let with = With {
            instances: if by_hand.instances { has.instances.clone() } else { self.instances.clone() },
            tags: if by_hand.tags { has.tags.clone() } else { self.tags.clone() },
        };
        let is_elsewhere = after.team_member_id != event.team_member_id
            || after.starts_at != event.starts_at
            || after.length != event.length
            || with.instances != has.instances;
        let same = after == *event && with == *has;
        (!same).then_some(Moved { after: Laid { event: after, with }, is_elsewhere })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn wanted() -> Wanted {
        Wanted {
            weekday: Some("mon".to_owned()),
            team_member_id: Some(1001),
            clock: Some("14:00:00".to_owned()),
            duration: Some(3600),
            capacity: Some(4),
            tags: Some(vec![3, 1, 3]),
            instances: None,
        }
    }

    fn fields(problems: Problems) -> Vec<String> {
        problems.done().err().map_or_else(Vec::new, |e| e.fields().iter().map(|(f, _)| f.clone()).collect())
    }

    fn made() -> Shape {
        let mut problems = Problems::new();
        let made = shape(None, &wanted(), 300, "", &mut problems);
        assert!(problems.is_empty());
        made
    }

    #[test]
    fn a_day_is_read_and_changed_in_parts() {
        let made = made();
        assert_eq!((made.weekday, made.clock, made.length()), (1, 14 * 3600, 3900));
        assert_eq!(made.tags, [1, 3]);
        let mut problems = Problems::new();
        let later = Wanted { clock: Some("15:30".to_owned()), ..Wanted::default() };
        let after = shape(Some(&made), &later, 300, "", &mut problems);
        assert!(problems.is_empty());
        assert_eq!(after, Shape { clock: 15 * 3600 + 1800, ..made });
    }

    #[test]
    fn what_is_wrong_with_a_week_is_named() {
        let mut problems = Problems::new();
        week(&[], 0, &mut problems);
        assert_eq!(fields(problems), ["days"]);
        let mut problems = Problems::new();
        week(&vec![wanted(); 8], 0, &mut problems);
        assert_eq!(fields(problems), ["days"]);
        let mut problems = Problems::new();
        let odd = Wanted {
            weekday: Some("someday".to_owned()),
            clock: Some("24:00:00".to_owned()),
            duration: Some(86_400),
            capacity: Some(0),
            tags: Some(vec![1; 51]),
            ..wanted()
        };
        week(&[wanted(), wanted(), Wanted::default(), odd], 300, &mut problems);
        assert_eq!(
            fields(problems),
            [
                "days.1.day_of_week",
                "days.2.day_of_week",
                "days.2.events_master_id",
                "days.2.events_time",
                "days.2.events_duration",
                "days.2.events_capacity",
                "days.3.day_of_week",
                "days.3.events_time",
                "days.3.events_duration",
                "days.3.events_capacity",
                "days.3.labels_ids",
            ]
        );
    }

    #[test]
    fn its_dates_follow_the_first_day() {
        // 2 March 2026 is a Monday.
        let dates = made().dates(date(2026, 3, 2), date(2026, 3, 23));
        assert_eq!(dates, [date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23)]);
        assert!(made().dates(date(2026, 3, 2), date(2026, 3, 2)).is_empty());
    }

    #[test]
    fn the_hour_stays_across_a_change_of_the_clock() {
        let zone = Zone::parse("America/New_York").unwrap();
        let at = |day| made().starts_at(day, &zone).unwrap();
        let weeks = (at(date(2026, 3, 9)) - at(date(2026, 3, 2))) / 3_600_000;
        assert_eq!(weeks, 7 * 24 - 1);
        assert_eq!(clock_of_instant(at(date(2026, 3, 9)), &zone), (date(2026, 3, 9), 14 * 3600));
    }

    fn event() -> Event {
        Event {
            id: 9,
            team_member_id: 1001,
            service_id: 2,
            starts_at: 1_000_000,
            length: 3900,
            technical_break: 300,
            capacity: 4,
            clients_count: 3,
            comment: String::new(),
            color: String::new(),
            instructions: String::new(),
            stream_link: String::new(),
            is_notified: true,
            is_deleted: false,
            revision: 1,
        }
    }

    #[test]
    fn an_event_follows_its_day_but_keeps_what_was_changed_by_hand() {
        let (shape, has) = (made(), With { instances: vec![], tags: vec![1, 3] });
        assert!(shape.follow(&event(), &has, Changed::default(), 1_000_000, false).is_none());

        let other = Shape { team_member_id: 1002, capacity: 2, tags: vec![5], ..made() };
        let moved = other.follow(&event(), &has, Changed::default(), 2_000_000, true).unwrap();
        let after = moved.after.event;
        assert!(moved.is_elsewhere);
        assert_eq!((after.team_member_id, after.starts_at, after.capacity), (1002, 2_000_000, 3));
        assert_eq!(moved.after.with.tags, [5]);

        let by_hand = Changed { team_member: true, start: true, ..Changed::default() };
        let moved = other.follow(&event(), &has, by_hand, 2_000_000, true).unwrap();
        assert!(!moved.is_elsewhere, "tags and seats alone need no room");
        assert_eq!((moved.after.event.team_member_id, moved.after.event.starts_at), (1001, 1_000_000));
    }

    #[test]
    fn the_pattern_itself_may_be_one_of_them() {
        let zone = Zone::utc();
        let monday = date(2026, 3, 2);
        let at = instant_of_clock(monday, 14 * 3600, &zone).unwrap();
        let origin = Event { starts_at: at, ..event() };
        assert!(made().is_of(&origin, monday, &zone));
        assert!(!Shape { clock: 0, ..made() }.is_of(&origin, monday, &zone));
        assert!(!Shape { weekday: 2, ..made() }.is_of(&origin, monday, &zone));
        assert!(!made().is_of(&Event { is_deleted: true, ..origin }, monday, &zone));
    }
}
