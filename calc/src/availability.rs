//! When something can begin: free times are working hours less what is taken, on a grid of times.
//!
//! Hours and grids are wall-clock seconds of a day ([`crate::intervals`]), so that a change of the clock moves none of
//! them; what is taken, and the answers, are instants in milliseconds. A time that the clock skips does not exist and is
//! never offered; one that it shows twice is offered once, as the first.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::intervals::{DAY, Interval, union};
use crate::zone::{Zone, clock_of_instant, instant_of_clock, steady_midnight};

/// Which times of a day are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times<'a> {
    /// These alone.
    Listed(&'a [i64]),
    /// Every so many seconds from the beginning of each of the hours.
    OfHours(i64),
    /// Every so many seconds from the grid's first time.
    OfDay(i64),
}

/// The times of a day at which something may begin, in seconds of its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid<'a> {
    /// Where they come from.
    pub times: Times<'a>,
    /// None is earlier on the clock.
    pub first: i64,
    /// None is later on the clock.
    pub last: i64,
    /// Whether times right behind what is taken are looked at too.
    pub is_flexible: bool,
}

impl Grid<'_> {
    /// What of the day's clock is looked at.
    fn bounds(&self) -> RangeInclusive<i64> {
        self.first.max(0)..=self.last.min(DAY - 1)
    }
}

/// A day's working hours, by its clock; they may go on past midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours<'a> {
    /// The day on which they begin.
    pub day: Date,
    /// In order.
    pub hours: &'a [Interval],
}

/// Something else that is needed for a part of the time: one of several that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// From when to when, in milliseconds after the beginning.
    pub during: Interval,
    /// What takes up each of those that are alike: instants, as [`union`] gives them.
    pub alike: Vec<Vec<Interval>>,
}

/// What is to take place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How long, milliseconds, with the break after it.
    pub length: i64,
    /// What is needed beside whoever does it.
    pub needs: Vec<Need>,
}

/// Why something can't begin at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It lies before the earliest instant.
    TooSoon,
    /// The hours do not cover it.
    Closed,
    /// Whoever does it is taken.
    Taken,
    /// All that are alike are taken, of the need with this number.
    Missing(usize),
}

/// The instants that hours cover, in order, with what touches joined.
pub fn open<'a>(days: impl IntoIterator<Item = Hours<'a>>, zone: &Zone) -> Vec<Interval> {
    let mut out = Vec::new();
    for day in days {
        for slot in day.hours {
            let (start, end) =
                (instant_of_clock(day.day, slot.start, zone), instant_of_clock(day.day, slot.end, zone));
            if let (Some(start), Some(end)) = (start, end) {
                out.push(Interval::new(start, end));
            }
        }
    }
    union(&out)
}

/// Whether one of these covers all of `at`. They are as [`union`] gives them.
pub fn covers(of: &[Interval], at: Interval) -> bool {
    let near = of.partition_point(|one| one.end < at.end);
    of.get(near).is_some_and(|one| one.covers(at))
}

/// Whether none of these has a moment in common with `at`. They are as [`union`] gives them.
pub fn is_free(of: &[Interval], at: Interval) -> bool {
    let near = of.partition_point(|one| one.end <= at.start);
    of.get(near).is_none_or(|one| one.start >= at.end)
}

/// A day by the clock of a zone. It asks the zone once for all who are looked at on that day.
#[derive(Clone, Debug)]
pub struct Wall<'a> {
    /// The day.
    pub day: Date,
    zone: &'a Zone,
    midnight: OnceCell<Option<i64>>,
}

impl<'a> Wall<'a> {
    /// That day there.
    pub fn new(day: Date, zone: &'a Zone) -> Self {
        Self { day, zone, midnight: OnceCell::new() }
    }

    /// [`steady_midnight`]: on all days but two of a year no clock need be asked.
    fn midnight(&self) -> Option<i64> {
        *self.midnight.get_or_init(|| steady_midnight(self.day, self.zone))
    }

    /// The instant at which its clock shows just that.
    fn instant(&self, clock: i64) -> Option<i64> {
        match self.midnight() {
            Some(midnight) => Some(midnight + clock * 1000),
            None => exact(self.day, clock, self.zone),
        }
    }
}

/// Whoever does something, around one day.
#[derive(Clone, Debug)]
pub struct Around<'a> {
    /// The day.
    pub wall: &'a Wall<'a>,
    /// The hours that begin on the day.
    pub today: &'a [Interval],
    /// The hours that begin on the day before, which may go on past midnight.
    pub yesterday: &'a [Interval],
    /// The instants that hours cover around that day: [`open`].
    pub open: &'a [Interval],
    /// The instants at which he is taken: [`union`].
    pub taken: &'a [Interval],
    /// Nothing begins before this instant.
    pub earliest: i64,
}

impl Around<'_> {
    /// What is in the way of beginning at that instant; else which of those alike serves each need.
    pub fn place(&self, wanted: &Wanted, at: i64) -> Result<Vec<usize>, Obstacle> {
        let whole = Interval::new(at, at + wanted.length);
        if at < self.earliest {
            return Err(Obstacle::TooSoon);
        }
        if !covers(self.open, whole) {
            return Err(Obstacle::Closed);
        }
        if !is_free(self.taken, whole) {
            return Err(Obstacle::Taken);
        }
        serve(&wanted.needs, at)
    }

    /// The instants of the day at which it can begin, in order.
    pub fn slots(&self, grid: &Grid<'_>, wanted: &Wanted) -> Vec<i64> {
        let mut out: Vec<i64> = self.instants(grid).filter(|at| self.place(wanted, *at).is_ok()).collect();
        out.sort_unstable();
        out
    }

    /// Whether it can begin at any time of the day.
    pub fn has_slot(&self, grid: &Grid<'_>, wanted: &Wanted) -> bool {
        self.instants(grid).any(|at| self.place(wanted, at).is_ok())
    }

    /// The instants of the day that are looked at.
    fn instants(&self, grid: &Grid<'_>) -> impl Iterator<Item = i64> {
        let mut clocks: BTreeSet<i64> = self.regular(grid).collect();
        clocks.extend(self.behind(grid));
        clocks.into_iter().filter_map(|clock| self.wall.instant(clock))
    }

    /// The times on the day's clock that the grid has for such hours, in no order; some more than once.
    fn regular(&self, grid: &Grid<'_>) -> impl Iterator<Item = i64> {
        let (listed, day, of_hours) = match grid.times {
            Times::Listed(times) => (times, None, None),
            Times::OfDay(step) => (&[][..], Some(step), None),
            Times::OfHours(step) => (&[][..], None, Some(step)),
        };
        let day = day.into_iter().flat_map(|step| every(grid.first, grid.last + 1, step));
        let hours = of_hours.into_iter().flat_map(|step| {
            let of = move |slot: &Interval| every(slot.start, slot.end, step);
            let night = self.yesterday.iter().flat_map(of).map(|clock| clock - DAY);
            night.chain(self.today.iter().flat_map(of))
        });
        let bounds = grid.bounds();
        listed.iter().copied().chain(day).chain(hours).filter(move |clock| bounds.contains(clock))
    }

    /// The times right behind what is taken, where the grid has them looked at too.
    fn behind(&self, grid: &Grid<'_>) -> Vec<i64> {
        if !grid.is_flexible {
            return Vec::new();
        }
        let Wall { day: today, zone, .. } = *self.wall;
        let midnight = |day: Option<Date>| day.and_then(|day| instant_of_clock(day, 0, zone));
        let from = midnight(Some(today)).unwrap_or(i64::MIN);
        let to = midnight(today.tomorrow().ok()).unwrap_or(i64::MAX);
        let near = self.taken.partition_point(|taken| taken.end < from);
        let behind = self.taken[near..].iter().take_while(|taken| taken.end <= to);
        // In whole minutes: no clock on the wire shows more.
        let behind = behind.map(|taken| clock_of_instant(taken.end + 59_999, zone));
        let behind = behind.filter(|(day, _)| *day == today).map(|(_, clock)| clock - clock % 60);
        behind.filter(|clock| grid.bounds().contains(clock)).collect()
    }
}

/// The instants of a day at which any of them can begin, each with the first of those who can: what
/// [`Around::slots`] of all of them come to, in much less time, since whoever keeps the same hours is asked about the
/// same times, and nobody about a time at which another is free.
///
/// Each with who it is and what he would do; all around the same day.
pub fn first_free<'a, T: Copy>(
    all: impl IntoIterator<Item = (T, Around<'a>, &'a Wanted)>,
    grid: &Grid<'_>,
) -> BTreeMap<i64, T> {
    let mut out = BTreeMap::new();
    // By hours: the instants at which nobody who keeps them is free.
    let mut left: HashMap<[&[Interval]; 2], Vec<i64>> = HashMap::new();
    for (who, around, wanted) in all {
        let hours = match grid.times {
            Times::OfHours(_) => [around.yesterday, around.today],
            Times::Listed(_) | Times::OfDay(_) => [&[][..]; 2],
        };
        let regular = || around.regular(grid).filter_map(|clock| around.wall.instant(clock)).collect();
        let is_left = |at: i64, out: &mut BTreeMap<i64, T>| {
            if out.contains_key(&at) {
                return false;
            }
            let is_free = around.place(wanted, at).is_ok();
            if is_free {
                out.insert(at, who);
            }
            !is_free
        };
        left.entry(hours).or_insert_with(regular).retain(|at| is_left(*at, &mut out));
        for clock in around.behind(grid) {
            around.wall.instant(clock).map(|at| is_left(at, &mut out));
        }
    }
    out
}

/// Which of those alike is free for each need; the first that is.
///
/// # Errors
/// [`Obstacle::Missing`] where none is.
pub fn serve(needs: &[Need], at: i64) -> Result<Vec<usize>, Obstacle> {
    let free = |need: &Need| need.alike.iter().position(|taken| is_free(taken, need.during.shifted(at)));
    needs.iter().enumerate().map(|(n, need)| free(need).ok_or(Obstacle::Missing(n))).collect()
}

fn every(from: i64, to: i64, step: i64) -> impl Iterator<Item = i64> {
    let step = usize::try_from(step.max(60)).unwrap_or(60);
    (from..to).step_by(step)
}

/// The instant at which the clock shows just that.
fn exact(day: Date, clock: i64, zone: &Zone) -> Option<i64> {
    let at = instant_of_clock(day, clock, zone)?;
    (clock_of_instant(at, zone) == (day, clock)).then_some(at)
}

#[cfg(test)]
#[path = "availability/tests.rs"]
mod tests;
