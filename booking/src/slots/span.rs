//! What of some days is worked and taken.

use std::collections::{BTreeMap, HashMap};

use calc::availability::{Hours, open};
use calc::intervals::{Interval, union};
use calc::zone::{Zone, instant_of_clock};
use db::Conn;
use jiff::civil::Date;
use kernel::{Result, Weight};

use crate::occupancy::{Owner, Subject, store as occupancy};
use crate::schedules;

/// Something that is held, until then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) of: (Subject, i64),
    pub(super) at: Interval,
    pub(super) expires_at: i64,
}

/// The hours of some team members on some days, and what is taken then.
#[derive(Debug, Default)]
pub(super) struct Span {
    pub(super) hours: HashMap<i64, BTreeMap<Date, Vec<Interval>>>,
    /// The instants that the hours cover.
    pub(super) open: HashMap<i64, Vec<Interval>>,
    /// Instants, without what is held.
    pub(super) taken: HashMap<(Subject, i64), Vec<Interval>>,
    pub(super) held: Vec<Held>,
}

impl Span {
    /// Reads the days from `first` to `last`, with the day before and after them, of these team members and instances.
    /// `but` is not in its own way.
    pub(super) async fn read(
        conn: &mut Conn,
        location_id: i64,
        zone: &Zone,
        (team, instances): (&[i64], &[i64]),
        (first, last): (Date, Date),
        but: Option<(Owner, i64)>,
    ) -> Result<Self> {
        let (first, last) = (first.yesterday().unwrap_or(first), last.tomorrow().unwrap_or(last));
        let midnight = |day: Date| instant_of_clock(day, 0, zone).unwrap_or_default();
        let span = (midnight(first), midnight(last.tomorrow().unwrap_or(last)));
        let mut out = Self::default();
        for taken in occupancy::all_in_the_way(conn, location_id, (team, instances), span, but).await? {
            let at = Interval::new(taken.starts_at, taken.ends_at);
            match taken.expires_at {
                None => out.taken.entry((taken.subject, taken.subject_id)).or_default().push(at),
                Some(expires_at) => {
                    out.held.push(Held { of: (taken.subject, taken.subject_id), at, expires_at });
                }
            }
        }
        for taken in out.taken.values_mut() {
            *taken = union(taken);
        }
        for day in schedules::store::days(conn, location_id, Some(team), first, last).await? {
            out.hours.entry(day.team_member_id).or_default().insert(day.day, day.hours);
        }
        for (id, days) in &out.hours {
            let days = days.iter().map(|(day, hours)| Hours { day: *day, hours });
            out.open.insert(*id, open(days, zone));
        }
        Ok(out)
    }

    /// What is taken of those of whom something is held at that instant, with it.
    pub(super) fn with_held(&self, now: i64) -> HashMap<(Subject, i64), Vec<Interval>> {
        let mut out: HashMap<(Subject, i64), Vec<Interval>> = HashMap::new();
        for held in self.held.iter().filter(|held| held.expires_at > now) {
            let taken = || self.taken.get(&held.of).cloned().unwrap_or_default();
            out.entry(held.of).or_insert_with(taken).push(held.at);
        }
        for taken in out.values_mut() {
            *taken = union(taken);
        }
        out
    }
}

impl Weight for Span {
    fn weight(&self) -> usize {
        let hours: usize = self.hours.values().map(BTreeMap::len).sum();
        let rows = |of: &HashMap<_, Vec<Interval>>| of.values().map(Vec::len).sum::<usize>();
        let open: usize = self.open.values().map(Vec::len).sum();
        1 + 2 * hours + open + rows(&self.taken) + self.held.len()
    }
}
