//! Intervals of a day's wall clock: working hours and what takes them up.
//!
//! A time is a number of seconds since the day's midnight as the clock shows them, so a change of the clock moves
//! nothing. A day's hours may go on past midnight, to the next noon: `26:00` is two in the morning.

/// Seconds of a day.
pub const DAY: i64 = 86_400;
/// The latest end of a day's hours: the next noon.
pub const LATEST: i64 = DAY + DAY / 2;

/// From `start` up to, not with, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    /// Its first second.
    pub start: i64,
    /// The second after its last.
    pub end: i64,
}

impl Interval {
    /// From `start` to `end`.
    pub fn new(start: i64, end: i64) -> Self {
        Self { start, end }
    }

    /// Whether both have a moment in common; touching is not overlapping.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether all of `other` lies inside.
    pub fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The same, later by so much.
    #[must_use]
    pub fn shifted(self, by: i64) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }
}

/// Why intervals are no day's hours; with the place of the one at fault as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It ends before or as it begins.
    Reversed(usize),
    /// It overlaps another.
    Overlaps(usize),
}

/// A day's hours in order of their beginning.
///
/// # Errors
/// The first fault found: an interval that is reversed, or the later given of two that overlap.
pub fn hours(given: &[Interval]) -> Result<Vec<Interval>, Fault> {
    if let Some(at) = given.iter().position(|i| i.start >= i.end) {
        return Err(Fault::Reversed(at));
    }
    let mut order: Vec<usize> = (0..given.len()).collect();
    order.sort_by_key(|at| given[*at]);
    if let Some(pair) = order.windows(2).find(|pair| given[pair[0]].overlaps(given[pair[1]])) {
        return Err(Fault::Overlaps(pair[0].max(pair[1])));
    }
    Ok(order.into_iter().map(|at| given[at]).collect())
}

/// What at least one of them covers, in order, with what touches joined.
pub fn union(of: &[Interval]) -> Vec<Interval> {
    let mut sorted: Vec<Interval> = of.iter().copied().filter(|i| i.start < i.end).collect();
    sorted.sort_unstable();
    let mut out: Vec<Interval> = Vec::with_capacity(sorted.len());
    for next in sorted {
        match out.last_mut() {
            Some(last) if next.start <= last.end => last.end = last.end.max(next.end),
            _ => out.push(next),
        }
    }
    out
}

/// What `of` covers and `taken` does not, in order.
pub fn without(of: &[Interval], taken: &[Interval]) -> Vec<Interval> {
    let taken = union(taken);
    let mut out = Vec::new();
    for whole in union(of) {
        let mut from = whole.start;
        for busy in taken.iter().filter(|busy| busy.overlaps(whole)) {
            if from < busy.start {
                out.push(Interval::new(from, busy.start));
            }
            from = from.max(busy.end);
        }
        if from < whole.end {
            out.push(Interval::new(from, whole.end));
        }
    }
    out
}

/// `10:00`, `10:00:00` or `26:00` in seconds; `None` for anything else and past the next noon.
pub fn parse_clock(text: &str) -> Option<i64> {
    let mut parts = text.trim().split(':');
    let mut part = |most: i64| {
        let part = parts.next()?;
        let fine = matches!(part.len(), 1 | 2) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|n: &i64| fine && *n <= most)
    };
    let (hours, minutes) = (part(36)?, part(59)?);
    let seconds = if text.matches(':').count() == 2 { part(59)? } else { 0 };
    let clock = hours * 3600 + minutes * 60 + seconds;
    (parts.next().is_none() && clock <= LATEST).then_some(clock)
}

/// `10:00`.
pub fn clock(seconds: i64) -> String {
    format!("{:02}:{:02}", seconds.div_euclid(3600), seconds.rem_euclid(3600) / 60)
}

/// `10:00:00`.
pub fn clock_seconds(seconds: i64) -> String {
    format!("{}:{:02}", clock(seconds), seconds.rem_euclid(60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(pairs: &[(i64, i64)]) -> Vec<Interval> {
        pairs.iter().map(|(start, end)| Interval::new(*start, *end)).collect()
    }

    #[test]
    fn hours_may_touch_and_be_split() {
        let split = of(&[(50_400, 64_800), (36_000, 50_400)]);
        assert_eq!(hours(&split), Ok(of(&[(36_000, 50_400), (50_400, 64_800)])));
        assert_eq!(hours(&[]), Ok(vec![]));
    }

    #[test]
    fn hours_may_not_overlap_or_be_reversed() {
        assert_eq!(hours(&of(&[(0, 10), (20, 20)])), Err(Fault::Reversed(1)));
        assert_eq!(hours(&of(&[(0, 10), (20, 10)])), Err(Fault::Reversed(1)));
        assert_eq!(hours(&of(&[(10, 30), (0, 11)])), Err(Fault::Overlaps(1)));
        assert_eq!(hours(&of(&[(0, 90), (20, 30), (90, 95)])), Err(Fault::Overlaps(1)));
    }

    #[test]
    fn clocks_are_read_and_written() {
        for (text, seconds) in [("10:00", 36_000), ("9:30", 34_200), ("10:00:59", 36_059), ("26:15", 94_500)]
        {
            assert_eq!(parse_clock(text), Some(seconds), "{text}");
        }
        assert_eq!(parse_clock("36:00"), Some(LATEST));
        for text in
            ["", "10", "36:01", "10:60", "10:00:60", "-1:00", "10:00:00:00", "+1:00", "a:b", "1000:00"]
        {
            assert_eq!(parse_clock(text), None, "{text}");
        }
        assert_eq!(clock(94_500), "26:15");
        assert_eq!(clock_seconds(36_059), "10:00:59");
    }

    fn some() -> impl Strategy<Value = Vec<Interval>> {
        prop::collection::vec((0i64..60, 0i64..20), 0..8)
            .prop_map(|v| v.into_iter().map(|(start, long)| Interval::new(start, start + long)).collect())
    }

    fn covered(of: &[Interval], at: i64) -> bool {
        of.iter().any(|i| i.start <= at && at < i.end)
    }

    proptest! {
        /// Second by second, also where one lies inside another.
        #[test]
        fn union_and_difference_are_those_of_sets(a in some(), b in some()) {
            let (together, left) = (union(&a), without(&a, &b));
            for at in 0..90 {
                prop_assert_eq!(covered(&together, at), covered(&a, at));
                prop_assert_eq!(covered(&left, at), covered(&a, at) && !covered(&b, at));
            }
            prop_assert!(together.windows(2).all(|w| w[0].end < w[1].start));
            prop_assert!(left.windows(2).all(|w| w[0].end < w[1].start));
        }

        #[test]
        fn hours_say_the_same_as_each_pair(a in some()) {
            let fine = a.iter().all(|i| i.start < i.end)
                && (0..a.len()).all(|i| (0..i).all(|j| !a[i].overlaps(a[j])));
            prop_assert_eq!(hours(&a).is_ok(), fine);
        }

        #[test]
        fn a_clock_is_read_back(minutes in 0i64..=36 * 60) {
            prop_assert_eq!(parse_clock(&clock(minutes * 60)), Some(minutes * 60));
        }

        #[test]
        fn any_text_is_a_clock_or_none(text in "\\PC*") {
            let _ = parse_clock(&text);
        }
    }
}
