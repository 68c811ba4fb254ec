//! Secret addresses of feeds, and what part of the calendar they show.

use calc::zone::{Zone, instant_of_clock, local_date};
use jiff::ToSpan;
use kernel::App;

const PURPOSE: &str = "calendar feed";

/// Feeds of a user at a location at the most.
pub const MOST: usize = 50;
/// The longest title, characters.
pub const TITLE: usize = 100;
/// Days before today that are shown.
pub const BACK: i64 = 30;
/// Days after today that are shown.
pub const AHEAD: i64 = 365;
/// Appointments at the most, and events at the most: the next ones come first, then the latest of those that are over.
pub const ENTRIES: i64 = 5000;

/// The address of a feed.
pub fn address(app: &App, location_id: i64, id: i64, nonce: i64) -> String {
    let mark = app.mark(PURPOSE, &[location_id, id, nonce]);
    format!("{}/calendar/{location_id}-{id}-{mark}.ics", app.public_url())
}

/// What a feed's address names: the location, the feed, and the mark that is to be proven.
pub fn parse(name: &str) -> Option<(i64, i64, &str)> {
    let mut parts = name.strip_suffix(".ics")?.splitn(3, '-');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?))
}

/// Whether that is the feed's mark.
pub fn is_mark(app: &App, location_id: i64, id: i64, nonce: i64, given: &str) -> bool {
    app.is_mark(PURPOSE, &[location_id, id, nonce], given)
}

/// From when to when a feed reaches, and where the past ends: instants. Whole days of the location, so that what is
/// written stays the same for a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: i64,
    pub today: i64,
    pub till: i64,
}

/// The window at this instant; `first` is the first day that the maker's rights open.
pub fn window(now: i64, zone: &Zone, first: Option<jiff::civil::Date>) -> Window {
    let today = local_date(now, zone);
    let from = today.saturating_sub(BACK.days()).max(first.unwrap_or(jiff::civil::Date::MIN));
    let at = |day| instant_of_clock(day, 0, zone).unwrap_or_default();
    Window { from: at(from), today: at(today), till: at(today.saturating_add((AHEAD + 1).days())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_location_feed_and_mark() {
        assert_eq!(parse("37532-4-ab-c.ics"), Some((37532, 4, "ab-c")));
        for wrong in ["", ".ics", "1-2.ics", "x-2-a.ics", "1-2-a", "1-x-a.ics"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_window_is_of_whole_days() {
        let zone = Zone::parse("America/New_York").expect("a zone");
        // Two days after the clock went forward: 2026-03-10 09:00.
        let now = 1_773_147_600_000;
        let window = super::window(now, &zone, None);
        assert_eq!(window.today, 1_773_115_200_000, "midnight, four hours behind UTC");
        assert_eq!(window.from, 1_770_526_800_000, "30 days before, when it was five");
        assert_eq!(window, super::window(now + 3_600_000, &zone, None));
        let first = jiff::civil::date(2026, 3, 9);
        assert_eq!(super::window(now, &zone, Some(first)).from, window.today - 86_400_000);
    }
}
