//! What a group event may be.

use calc::availability::{Hours, covers, open};
use calc::intervals::Interval;
use calc::zone::{Zone, clock_of_instant};
use jiff::civil::{Date, Weekday};
use kernel::{Message, Problems};

use super::store::Event;
use crate::occupancy::{Subject, Taken};

/// Things that one event has with it at the most: resources, tags.
pub(crate) const WITH: usize = 50;
/// Seats of an event at the most.
pub(crate) const SEATS: i64 = 10_000;

/// An event as wanted. What is none of the texts and lists stays as it was.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Who holds it.
    pub team_member_id: Option<i64>,
    /// What it is.
    pub service_id: Option<i64>,
    /// When it begins: an instant.
    pub starts_at: Option<i64>,
    /// Seconds, with the technical break; none: as long as the service takes.
    pub length: Option<i64>,
    /// Seconds of it at its end; none: as the service or the location has it.
    pub technical_break: Option<i64>,
    /// Seats.
    pub capacity: Option<i64>,
    /// For the staff.
    pub comment: Option<String>,
    /// `#rrggbb` or empty.
    pub color: Option<String>,
    /// For the clients.
    pub instructions: Option<String>,
    /// Where it is broadcast.
    pub stream_link: Option<String>,
    /// Instances of resources that it takes up.
    pub instances: Option<Vec<i64>>,
    /// Its tags.
    pub tags: Option<Vec<i64>>,
    /// Take place even where the team member or a resource is not free.
    pub force: bool,
}

/// How long an event lasts where nothing is said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usual {
    /// As the team member does the service, seconds, without the break.
    pub duration: i64,
    /// The break after it, seconds.
    pub technical_break: i64,
}

/// What is wrong with it by itself; `field` has the face's names for the fields.
pub fn check(wanted: &Wanted, problems: &mut Problems) {
    for (there, field) in [
        (wanted.team_member_id.is_some(), "staff_id"),
        (wanted.service_id.is_some(), "service_id"),
        (wanted.starts_at.is_some(), "date"),
        (wanted.capacity.is_some(), "capacity"),
    ] {
        problems.check(there, field, "field-required");
    }
    if let Some(length) = wanted.length {
        problems.range(length, 1..=86_400, "length");
    }
    if let Some(pause) = wanted.technical_break {
        problems.range(pause, 0..=3600, "technical_break_duration");
        problems.check(pause % 300 == 0, "technical_break_duration", "field-five-minutes");
    }
    if let Some(capacity) = wanted.capacity {
        problems.range(capacity, 1..=SEATS, "capacity");
    }
    for (text, most, field) in [
        (&wanted.comment, 255, "comment"),
        (&wanted.instructions, 500, "instructions"),
        (&wanted.stream_link, 500, "stream_link"),
    ] {
        problems.length(text.as_deref().unwrap_or_default(), most, field);
    }
    let link = wanted.stream_link.as_deref().unwrap_or_default();
    let is_link = link.is_empty() || link.starts_with("https://") || link.starts_with("http://");
    problems.check(is_link, "stream_link", "field-link");
    let color = wanted.color.as_deref().unwrap_or_default();
    problems.check(color.is_empty() || org::tags::rules::is_color(color), "color", "field-color");
    for (ids, field) in [(&wanted.instances, "resource_instance_ids"), (&wanted.tags, "label_ids")] {
        if ids.as_ref().is_some_and(|ids| ids.len() > WITH) {
            problems.add(field, Message::new("field-too-many").with("limit", WITH));
        }
    }
}

/// The event that is wanted, in place of `before`; names what does not fit together.
pub fn event(before: Option<&Event>, wanted: &Wanted, usual: Usual, problems: &mut Problems) -> Event {
    let pause = wanted
        .technical_break
        .unwrap_or_else(|| before.map_or(usual.technical_break, |event| event.technical_break));
    let length = wanted
        .length
        .or(before.map(|event| event.length))
        .unwrap_or((usual.duration + pause).clamp(1, 86_400));
    problems.check(pause < length, "technical_break_duration", "field-break-too-long");
    let kept = |sent: &Option<String>, of: fn(&Event) -> &String| {
        sent.clone().unwrap_or_else(|| before.map_or_else(String::new, |event| of(event).clone()))
    };
    let taken = before.map_or(0, |event| event.clients_count);
    let capacity = wanted.capacity.unwrap_or_default();
    problems.check(capacity >= taken, "capacity", Message::new("field-seats-taken").with("count", taken));
    Event {
        id: before.map_or(0, |event| event.id),
        team_member_id: wanted.team_member_id.unwrap_or_default(),
        service_id: wanted.service_id.unwrap_or_default(),
        starts_at: wanted.starts_at.unwrap_or_default(),
        length,
        technical_break: pause,
        capacity,
        clients_count: taken,
        comment: kept(&wanted.comment, |event| &event.comment),
        color: kept(&wanted.color, |event| &event.color).to_ascii_lowercase(),
        instructions: kept(&wanted.instructions, |event| &event.instructions),
        stream_link: kept(&wanted.stream_link, |event| &event.stream_link),
        is_notified: before.is_some_and(|event| event.is_notified),
        is_deleted: false,
        revision: before.map_or(1, |event| event.revision),
    }
}

/// Another like this one, to be made anew.
pub fn again(event: &Event) -> Event {
    Event { id: 0, clients_count: 0, is_notified: false, is_deleted: false, revision: 1, ..event.clone() }
}

/// What an event takes up: its team member and its instances, with the break.
pub fn takes(event: &Event, instances: &[i64]) -> Vec<Taken> {
    let of = |subject, subject_id| Taken {
        subject,
        subject_id,
        starts_at: event.starts_at,
        ends_at: event.starts_at + event.length * 1000,
    };
    let team = of(Subject::Team, event.team_member_id);
    std::iter::once(team).chain(instances.iter().map(|id| of(Subject::Resource, *id))).collect()
}

/// How an event is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// 1 daily, 2 weekdays, 3 Monday Wednesday Friday, 4 Tuesday Thursday, 5 weekly, 6 monthly, 7 yearly.
    pub mode: i64,
    /// Weekdays of mode 5, 0 Sunday to 6.
    pub days: Vec<i64>,
    /// Days, weeks, months or years left out between two dates.
    pub skipped: i64,
    /// Whether the clients' appointments are repeated too.
    pub with_appointments: bool,
}

/// The names of the ways to repeat.
pub const MODES: [(i64, &str); 7] = [
    (1, "repeat-daily"),
    (2, "repeat-weekdays"),
    (3, "repeat-mon-wed-fri"),
    (4, "repeat-tue-thu"),
    (5, "repeat-weekly"),
    (6, "repeat-monthly"),
    (7, "repeat-yearly"),
];

/// The message that names a way to repeat.
pub fn mode_title(mode: i64) -> &'static str {
    MODES.iter().find(|(of, _)| *of == mode).map_or("repeat-daily", |(_, title)| title)
}

impl Repeat {
    /// What is wrong with it.
    pub fn check(&self, problems: &mut Problems) {
        problems.range(self.mode, 1..=7, "repeat_mode_id");
        problems.range(self.skipped, 0..=100, "interval");
        let week = self.days.len() <= 7 && self.days.iter().all(|day| (0..=6).contains(day));
        problems.check(week, "days", "field-weekdays");
    }

    /// The dates from `first` to `last` on which it comes again.
    pub fn dates(&self, first: Date, last: Date) -> Vec<Date> {
        use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
        use calc::recurrence::Rule;
        let every = u16::try_from(self.skipped + 1).unwrap_or(1);
        let rule = match self.mode {
            1 => Rule::Daily { every },
            2 => Rule::weekdays(),
            3 => Rule::Weekly { every: 1, days: vec![Monday, Wednesday, Friday] },
            4 => Rule::Weekly { every: 1, days: vec![Tuesday, Thursday] },
            6 => Rule::Monthly { every },
            7 => Rule::Yearly { every },
            _ => {
                let day = |day: &i64| {
                    i8::try_from(*day).ok().and_then(|day| Weekday::from_sunday_zero_offset(day).ok())
                };
                Rule::Weekly { every, days: self.days.iter().filter_map(day).collect() }
            }
        };
        rule.dates(first, last)
    }
}

/// Whether hours cover it: those of that day, of the night before, or of both days about a midnight.
pub fn works(starts_at: i64, seconds: i64, zone: &Zone, hours: impl Fn(Date) -> Vec<Interval>) -> bool {
    let (day, _) = clock_of_instant(starts_at, zone);
    let days = [day.yesterday(), Ok(day), day.tomorrow()].into_iter().flatten();
    let days: Vec<(Date, Vec<Interval>)> = days.map(|day| (day, hours(day))).collect();
    let open = open(days.iter().map(|(day, hours)| Hours { day: *day, hours }), zone);
    covers(&open, Interval::new(starts_at, starts_at + seconds * 1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn wanted() -> Wanted {
        Wanted {
            team_member_id: Some(1),
            service_id: Some(2),
            starts_at: Some(0),
            capacity: Some(8),
            ..Wanted::default()
        }
    }

    fn fields(wanted: &Wanted) -> Vec<String> {
        let mut problems = Problems::new();
        check(wanted, &mut problems);
        problems.done().err().map_or_else(Vec::new, |e| e.fields().iter().map(|(f, _)| f.clone()).collect())
    }

    #[test]
    fn what_is_needed_and_what_is_out_of_bounds_is_named() {
        assert!(fields(&wanted()).is_empty());
        assert_eq!(fields(&Wanted::default()), ["staff_id", "service_id", "date", "capacity"]);
        let odd = Wanted {
            length: Some(86_401),
            technical_break: Some(7),
            capacity: Some(0),
            color: Some("red".to_owned()),
            stream_link: Some("javascript:alert(1)".to_owned()),
            ..wanted()
        };
        assert_eq!(fields(&odd), ["length", "technical_break_duration", "capacity", "stream_link", "color"]);
    }

    const USUAL: Usual = Usual { duration: 3600, technical_break: 300 };

    #[test]
    fn it_lasts_as_long_as_its_service_unless_said_otherwise() {
        let mut problems = Problems::new();
        let made = event(None, &wanted(), USUAL, &mut problems);
        assert_eq!((made.length, made.technical_break), (3900, 300));
        let said = Wanted { length: Some(1800), technical_break: Some(0), ..wanted() };
        let made = event(None, &said, USUAL, &mut problems);
        assert_eq!((made.length, made.technical_break), (1800, 0));
        assert!(problems.is_empty());
        event(None, &Wanted { length: Some(300), ..wanted() }, USUAL, &mut problems);
        assert!(!problems.is_empty());
    }

    #[test]
    fn it_has_room_for_those_who_are_in() {
        let mut problems = Problems::new();
        let before = Event { clients_count: 9, ..event(None, &wanted(), USUAL, &mut problems) };
        event(Some(&before), &wanted(), USUAL, &mut problems);
        assert_eq!(problems.done().unwrap_err().fields()[0].0, "capacity");
    }

    #[test]
    fn it_takes_place_within_the_hours_also_of_the_night_before() {
        let zone = Zone::utc();
        let hours = |day: Date| match day {
            d if d == date(1970, 1, 1) => vec![Interval::new(36_000, 50_400), Interval::new(50_400, 93_600)],
            _ => vec![],
        };
        let at = |clock: i64| clock * 1000;
        assert!(works(at(36_000), 20_000, &zone, hours));
        assert!(works(at(86_400 + 3600), 3600, &zone, hours));
        assert!(!works(at(86_400 + 3600), 3601, &zone, hours));
        assert!(!works(at(35_999), 60, &zone, hours));
    }

    #[test]
    fn every_mode_repeats() {
        let repeat = |mode, days: &[i64], skipped| Repeat {
            mode,
            days: days.to_vec(),
            skipped,
            with_appointments: false,
        };
        let (first, last) = (date(2026, 8, 3), date(2026, 8, 16)); // two weeks from a Monday
        for (mode, days) in [(1, 14), (2, 10), (3, 6), (4, 4), (6, 1), (7, 1)] {
            assert_eq!(repeat(mode, &[], 0).dates(first, last).len(), days, "{mode}");
        }
        // Every third week, Monday and Thursday.
        let dates = repeat(5, &[1, 4], 2).dates(first, date(2026, 8, 31));
        assert_eq!(dates, [date(2026, 8, 3), date(2026, 8, 6), date(2026, 8, 24), date(2026, 8, 27)]);
        assert_eq!(repeat(5, &[0], 0).dates(first, last), [date(2026, 8, 9), date(2026, 8, 16)]);
        let mut problems = Problems::new();
        repeat(8, &[7], -1).check(&mut problems);
        assert_eq!(problems.done().unwrap_err().fields().len(), 3);
    }
}
