//! What a calendar's settings may be.

use calc::zone::{Zone, parse_instant};
use jiff::civil::DateTime;
use kernel::Problems;

use super::store::Settings;

/// A change; what is left out stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    /// 0 both, 1 appointments of one client, 2 group events.
    pub kind: Option<i64>,
    /// Seats that one appointment of an event may take.
    pub seats_max: Option<i64>,
    /// The pause after every appointment, seconds.
    pub technical_break: Option<i64>,
    /// Whether the form asks for the consent to newsletters.
    pub asks_newsletter: Option<bool>,
    /// Whether the form asks for the consent to the processing of personal data.
    pub asks_personal_data: Option<bool>,
}

/// A location's name for what it takes, by the number that the wire has for it.
pub fn kind_name(kind: i64) -> Option<&'static str> {
    Some(match kind {
        0 => "mixed",
        1 => "single",
        2 => "activity",
        _ => return None,
    })
}

/// The number of that name.
pub fn kind_number(name: &str) -> i64 {
    match name {
        "mixed" => 0,
        "activity" => 2,
        _ => 1,
    }
}

/// The settings after a change.
pub fn change(before: &Settings, change: Change, problems: &mut Problems) -> Settings {
    let after = Settings {
        kind: change.kind.unwrap_or(before.kind),
        seats_max: change.seats_max.unwrap_or(before.seats_max),
        technical_break: change.technical_break.unwrap_or(before.technical_break),
        asks_newsletter: change.asks_newsletter.unwrap_or(before.asks_newsletter),
        asks_personal_data: change.asks_personal_data.unwrap_or(before.asks_personal_data),
    };
    problems.range(after.kind, 0..=2, "record_type");
    problems.range(after.seats_max, 1..=255, "activity_record_clients_count_max");
    problems.range(after.technical_break, 0..=3600, "technical_break_duration");
    problems.check(after.technical_break % 300 == 0, "technical_break_duration", "field-five-minutes");
    after
}

/// `2026-08-01T09:00:00` by the location's clock, with that between day and time, and nothing else.
pub fn moment(text: &str, between: u8, zone: &Zone) -> Option<i64> {
    let plain = text.len() == 19 && text.as_bytes()[10] == between && text.parse::<DateTime>().is_ok();
    if plain { parse_instant(text, zone) } else { None }
}

/// Two such moments with a `T`, the second later, as instants; names what is missing or wrong.
pub fn span(
    (from, to): (Option<&str>, Option<&str>),
    (from_field, to_field): (&str, &str),
    zone: &Zone,
    problems: &mut Problems,
) -> Option<(i64, i64)> {
    let mut read = |text: Option<&str>, field: &str| {
        problems.check(text.is_some(), field, "field-required");
        let at = moment(text?, b'T', zone);
        problems.check(at.is_some(), field, "field-local-moment");
        at
    };
    let (from, to) = (read(from, from_field), read(to, to_field));
    let (from, to) = (from?, to?);
    problems.check(from < to, to_field, "field-before-start");
    Some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_two_moments_by_the_clock() {
        let read = |from: Option<&str>, to: Option<&str>| {
            let mut problems = Problems::new();
            let span = span((from, to), ("from", "to"), &Zone::utc(), &mut problems);
            let fields = problems.done().err().map(|error| error.fields()[0].0.clone());
            (span, fields)
        };
        let (one, two) = (Some("1970-01-01T00:00:01"), Some("1970-01-01T00:00:02"));
        assert_eq!(read(one, two), (Some((1000, 2000)), None));
        assert_eq!(read(two, one).1.as_deref(), Some("to"));
        assert_eq!(read(one, one).1.as_deref(), Some("to"));
        assert_eq!(read(None, two), (None, Some("from".to_owned())));
        for bad in ["", "1970-01-01 00:00:01", "1970-01-01T00:00:01Z", "1970-02-30T00:00:01", "1970-01-01"] {
            assert_eq!(read(one, Some(bad)), (None, Some("to".to_owned())), "{bad}");
        }
    }

    #[test]
    fn what_is_left_out_stays() {
        let mut problems = Problems::new();
        let before = Settings { kind: 1, seats_max: 4, technical_break: 300, ..Settings::default() };
        let wanted = Change { seats_max: Some(6), ..Change::default() };
        let after = change(&before, wanted, &mut problems);
        assert_eq!(after, Settings { seats_max: 6, ..before });
        assert!(problems.is_empty());
    }

    #[test]
    fn what_is_out_of_bounds_is_named() {
        let mut problems = Problems::new();
        let wanted =
            Change { kind: Some(90), seats_max: Some(0), technical_break: Some(7), ..Change::default() };
        change(&Settings::default(), wanted, &mut problems);
        let error = problems.done().unwrap_err();
        let fields: Vec<&str> = error.fields().iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["record_type", "activity_record_clients_count_max", "technical_break_duration"]);
    }

    #[test]
    fn kinds_have_names() {
        for kind in 0..=2 {
            assert_eq!(kind_number(kind_name(kind).unwrap()), kind);
        }
        assert_eq!(kind_name(3), None);
    }
}
