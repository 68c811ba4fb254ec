use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use super::*;

const HOUR: i64 = 3600;
const MS: i64 = 1000;

fn grid(times: Times<'_>) -> Grid<'_> {
    Grid { times, first: 0, last: DAY - 300, is_flexible: false }
}

fn wanted(seconds: i64) -> Wanted {
    Wanted { length: seconds * MS, needs: Vec::new() }
}

/// A day with its hours, set against what is taken.
struct Stage {
    day: Date,
    zone: Zone,
    yesterday: Vec<Interval>,
    today: Vec<Interval>,
    tomorrow: Vec<Interval>,
    taken: Vec<Interval>,
    earliest: i64,
}

impl Stage {
    fn of(zone: &str, day: Date, today: &[(i64, i64)]) -> Self {
        Self {
            day,
            zone: Zone::parse(zone).expect("a zone"),
            yesterday: Vec::new(),
            today: today.iter().map(|(from, to)| Interval::new(*from, *to)).collect(),
            tomorrow: Vec::new(),
            taken: Vec::new(),
            earliest: i64::MIN,
        }
    }

    fn look<T>(&self, with: impl FnOnce(&Around<'_>) -> T) -> T {
        let before = self.day.yesterday().expect("a day");
        let after = self.day.tomorrow().expect("a day");
        let days = [
            Hours { day: before, hours: &self.yesterday },
            Hours { day: self.day, hours: &self.today },
            Hours { day: after, hours: &self.tomorrow },
        ];
        let open = open(days, &self.zone);
        let taken = union(&self.taken);
        let wall = Wall::new(self.day, &self.zone);
        with(&Around {
            wall: &wall,
            today: &self.today,
            yesterday: &self.yesterday,
            open: &open,
            taken: &taken,
            earliest: self.earliest,
        })
    }

    /// The clock at each slot.
    fn clocks(&self, grid: &Grid<'_>, wanted: &Wanted) -> Vec<i64> {
        let slots = self.look(|around| around.slots(grid, wanted));
        let clock = |at: i64| {
            let (day, clock) = clock_of_instant(at, &self.zone);
            assert_eq!(day, self.day, "a slot is of its day");
            clock
        };
        slots.into_iter().map(clock).collect()
    }

    fn at(&self, clock: i64) -> i64 {
        instant_of_clock(self.day, clock, &self.zone).expect("an instant")
    }
}

#[test]
fn a_free_day_is_offered_step_by_step() {
    let stage = Stage::of("Europe/Berlin", date(2026, 6, 1), &[(9 * HOUR, 11 * HOUR)]);
    assert_eq!(stage.clocks(&grid(Times::OfHours(1800)), &wanted(HOUR)), [32_400, 34_200, 36_000]);
    assert_eq!(stage.clocks(&grid(Times::OfDay(HOUR)), &wanted(HOUR)), [32_400, 36_000]);
    assert_eq!(stage.clocks(&grid(Times::Listed(&[34_500, 80_000])), &wanted(HOUR)), [34_500]);
}

#[test]
fn what_is_taken_is_not_offered_but_what_touches_is() {
    let mut stage = Stage::of("Europe/Berlin", date(2026, 6, 1), &[(9 * HOUR, 13 * HOUR)]);
    // One lies inside the other; the union is what counts.
    stage.taken = vec![
        Interval::new(stage.at(10 * HOUR), stage.at(12 * HOUR)),
        Interval::new(stage.at(10 * HOUR + 600), stage.at(11 * HOUR)),
    ];
    assert_eq!(stage.clocks(&grid(Times::OfHours(HOUR)), &wanted(HOUR)), [9 * HOUR, 12 * HOUR]);
    assert_eq!(stage.clocks(&grid(Times::OfHours(HOUR)), &wanted(HOUR + 60)), [0; 0]);
}

#[test]
fn a_flexible_grid_offers_what_comes_right_behind() {
    let mut stage = Stage::of("Europe/Berlin", date(2026, 6, 1), &[(9 * HOUR, 13 * HOUR)]);
    stage.taken = vec![Interval::new(stage.at(9 * HOUR), stage.at(9 * HOUR + 2400))];
    let stiff = grid(Times::OfHours(HOUR));
    assert_eq!(stage.clocks(&stiff, &wanted(HOUR)), [10 * HOUR, 11 * HOUR, 12 * HOUR]);
    let flexible = Grid { is_flexible: true, ..stiff };
    assert_eq!(stage.clocks(&flexible, &wanted(HOUR)), [9 * HOUR + 2400, 10 * HOUR, 11 * HOUR, 12 * HOUR]);
}

#[test]
fn hours_past_midnight_are_offered_on_the_day_that_the_clock_shows() {
    let mut stage = Stage::of("Europe/Berlin", date(2026, 6, 2), &[(22 * HOUR, 26 * HOUR)]);
    stage.yesterday = vec![Interval::new(22 * HOUR, 26 * HOUR)];
    assert_eq!(
        stage.clocks(&grid(Times::OfHours(HOUR)), &wanted(HOUR)),
        [0, HOUR, 22 * HOUR, 23 * HOUR],
        "and what begins before midnight may end after it"
    );
}

#[test]
fn the_lead_time_and_the_grids_bounds_count() {
    let mut stage = Stage::of("Europe/Berlin", date(2026, 6, 1), &[(9 * HOUR, 18 * HOUR)]);
    stage.earliest = stage.at(16 * HOUR) + 1;
    assert_eq!(stage.clocks(&grid(Times::OfHours(HOUR)), &wanted(HOUR)), [17 * HOUR]);
    stage.earliest = i64::MIN;
    let narrow = Grid { first: 10 * HOUR, last: 11 * HOUR, ..grid(Times::OfHours(HOUR)) };
    assert_eq!(stage.clocks(&narrow, &wanted(HOUR)), [10 * HOUR, 11 * HOUR]);
}

#[test]
fn one_of_those_alike_must_be_free_for_its_part() {
    let stage = Stage::of("Europe/Berlin", date(2026, 6, 1), &[(9 * HOUR, 12 * HOUR)]);
    let taken = |from: i64, to: i64| vec![Interval::new(stage.at(from), stage.at(to))];
    // The room is needed for the second half hour only.
    let needs = vec![Need {
        during: Interval::new(1800 * MS, 3600 * MS),
        alike: vec![taken(9 * HOUR, 11 * HOUR), taken(10 * HOUR, 12 * HOUR)],
    }];
    let wanted = Wanted { length: HOUR * MS, needs };
    assert_eq!(stage.clocks(&grid(Times::OfHours(1800)), &wanted), [32_400, 37_800, 39_600]);
    stage.look(|around| {
        assert_eq!(around.place(&wanted, stage.at(9 * HOUR)), Ok(vec![1]));
        assert_eq!(around.place(&wanted, stage.at(10 * HOUR)), Err(Obstacle::Missing(0)));
        assert_eq!(around.place(&wanted, stage.at(11 * HOUR)), Ok(vec![0]));
        assert_eq!(around.place(&wanted, stage.at(8 * HOUR)), Err(Obstacle::Closed));
    });
}

fn intervals(most: usize) -> impl Strategy<Value = Vec<Interval>> {
    prop::collection::vec((0i64..288, 1i64..60), 0..most).prop_map(|pairs| {
        pairs.into_iter().map(|(from, long)| Interval::new(from * 300, (from + long) * 300)).collect()
    })
}

fn working(most: usize) -> impl Strategy<Value = Vec<Interval>> {
    intervals(most).prop_map(|hours| {
        union(&hours).into_iter().map(|i| Interval::new(i.start.min(DAY - 300), i.end)).collect()
    })
}

const ZONES: [&str; 6] =
    ["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"];

proptest! {
    /// No slot is refused by a booking made at once, and every time of the grid that is not offered is closed or taken.
    #[test]
    fn what_is_offered_can_be_had_and_what_is_not_is_taken(
        zone in 0usize..ZONES.len(),
        day in 0i32..730,
        yesterday in working(3),
        today in working(4),
        taken in intervals(8),
        length in 1i64..40,
        step in 1i64..24,
        is_flexible in any::<bool>(),
    ) {
        let day = date(2026, 1, 1).saturating_add(day.days());
        let mut stage = Stage::of(ZONES[zone], day, &[]);
        (stage.yesterday, stage.today) = (yesterday, today);
        stage.taken = taken.iter().map(|i| Interval::new(stage.at(i.start), stage.at(i.end))).collect();
        stage.taken.retain(|i| i.start < i.end);
        let wanted = wanted(length * 300);
        let grid = Grid { is_flexible, ..grid(Times::OfDay(step * 300)) };
        let slots = stage.look(|around| around.slots(&grid, &wanted));
        prop_assert!(slots.windows(2).all(|pair| pair[0] < pair[1]), "in order and once");
        let whole = |at: i64| Interval::new(at, at + wanted.length);
        for slot in &slots {
            prop_assert!(stage.taken.iter().all(|busy| !busy.overlaps(whole(*slot))));
            // Booked at once, it is refused from then on.
            let mut booked = Stage { taken: stage.taken.clone(), yesterday: stage.yesterday.clone(), today: stage.today.clone(),
                tomorrow: Vec::new(), day: stage.day, zone: stage.zone.clone(), earliest: i64::MIN };
            booked.taken.push(whole(*slot));
            prop_assert_eq!(booked.look(|around| around.place(&wanted, *slot)), Err(Obstacle::Taken));
        }
        let open = stage.look(|around| around.open.to_vec());
        for clock in (0..DAY).step_by(usize::try_from(step * 300).expect("a step")) {
            let Some(at) = exact(day, clock, &stage.zone) else { continue };
            if clock > grid.last || slots.contains(&at) {
                continue;
            }
            let is_open = open.iter().any(|hours| hours.covers(whole(at)));
            let is_taken = stage.taken.iter().any(|busy| busy.overlaps(whole(at)));
            prop_assert!(!is_open || is_taken, "{clock} is free and not offered");
        }
        prop_assert_eq!(stage.look(|around| around.has_slot(&grid, &wanted)), !slots.is_empty());
    }

    /// Whatever the grid, and whoever keeps the same hours as another.
    #[test]
    fn anybodys_times_are_those_of_each_with_the_first_who_can(
        zone in 0usize..ZONES.len(),
        day in 0i32..730,
        hours in prop::collection::vec((working(2), working(3)), 1..3),
        team in prop::collection::vec((0usize..3, intervals(8), 1i64..40), 0..6),
        listed in prop::collection::vec(0i64..288, 0..12),
        step in 1i64..24,
        kind in 0..3,
        is_flexible in any::<bool>(),
    ) {
        let day = date(2026, 1, 1).saturating_add(day.days());
        let listed: Vec<i64> = listed.into_iter().map(|at| at * 300).collect();
        let times = match kind {
            0 => Times::Listed(&listed),
            1 => Times::OfDay(step * 300),
            _ => Times::OfHours(step * 300),
        };
        let grid = Grid { is_flexible, ..grid(times) };
        let zone = Zone::parse(ZONES[zone]).expect("a zone");
        let wall = Wall::new(day, &zone);
        let at = |clock: i64| instant_of_clock(day, clock, &zone).expect("an instant");
        let before = day.yesterday().expect("a day");
        let team: Vec<_> = team.into_iter().map(|(of, taken, length)| {
            let (yesterday, today) = &hours[of % hours.len()];
            let open = open([Hours { day: before, hours: yesterday }, Hours { day, hours: today }], &zone);
            let taken: Vec<Interval> = taken.iter().map(|i| Interval::new(at(i.start), at(i.end))).collect();
            (yesterday, today, open, union(&taken), wanted(length * 300))
        }).collect();
        let around = |n: usize| {
            let (yesterday, today, open, taken, wanted) = &team[n];
            (n, Around { wall: &wall, today, yesterday, open, taken, earliest: at(8 * HOUR) }, wanted)
        };
        let mut each = BTreeMap::new();
        for (n, around, wanted) in (0..team.len()).map(around) {
            for at in around.slots(&grid, wanted) {
                each.entry(at).or_insert(n);
            }
        }
        prop_assert_eq!(first_free((0..team.len()).map(around), &grid), each);
    }

    #[test]
    fn the_search_in_a_union_finds_what_a_look_at_each_does(of in intervals(12), from in 0i64..400, long in 1i64..60) {
        let joined = union(&of);
        let at = Interval::new(from * 300, (from + long) * 300);
        prop_assert_eq!(is_free(&joined, at), of.iter().all(|one| !one.overlaps(at)));
        prop_assert_eq!(covers(&joined, at), joined.iter().any(|one| one.covers(at)));
    }
}

/// The days around every change of the clock from 2026 to 2035, in every zone that has one.
#[test]
fn no_change_of_the_clock_moves_doubles_or_swallows_a_time() {
    let (first, last): (Timestamp, Timestamp) = (
        "2026-01-01T00:00:00Z".parse().expect("an instant"),
        "2036-01-01T00:00:00Z".parse().expect("an instant"),
    );
    let mut changes = 0;
    for name in jiff::tz::db().available() {
        let Some(zone) = Zone::parse(name.as_str()) else { continue };
        let rules = jiff::tz::db().get(name.as_str()).expect("a zone");
        for change in rules.following(first).take_while(|change| change.timestamp() < last) {
            changes += 1;
            let middle = rules.to_datetime(change.timestamp()).date();
            for ahead in -2..=1 {
                let day = middle.saturating_add(ahead.days());
                around_a_change(name.as_str(), &zone, day);
            }
        }
    }
    assert!(changes > 1000, "{changes}");
}

fn around_a_change(name: &str, zone: &Zone, day: Date) {
    let mut stage = Stage::of("UTC", day, &[(0, DAY)]);
    stage.zone = zone.clone();
    stage.yesterday = vec![Interval::new(0, DAY)];
    stage.tomorrow = vec![Interval::new(0, DAY)];
    let step = 1800;
    let grid = grid(Times::OfHours(step));
    let clocks = stage.clocks(&grid, &wanted(step));
    assert!(clocks.windows(2).all(|pair| pair[0] < pair[1]), "{name} {day}: once and in order");
    // Every half hour that the clock shows is there, and stays where the clock shows it.
    let shown: Vec<i64> = (0..DAY).step_by(1800).filter(|clock| exact(day, *clock, zone).is_some()).collect();
    assert_eq!(clocks, shown, "{name} {day}");
    // A morning's schedule is the same morning on the wall, whatever the night was.
    stage.today = vec![Interval::new(9 * HOUR, 12 * HOUR)];
    (stage.yesterday, stage.tomorrow) = (Vec::new(), Vec::new());
    if zone.offset_minutes(stage.at(9 * HOUR)) == zone.offset_minutes(stage.at(12 * HOUR)) {
        let morning: Vec<i64> = (9 * HOUR..12 * HOUR).step_by(1800).collect();
        assert_eq!(stage.clocks(&grid, &wanted(step)), morning, "{name} {day}");
    }
}
