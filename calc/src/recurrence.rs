//! Dates that come again: daily, on weekdays, weekly on some days, monthly, yearly.
//!
//! Only dates are reckoned here; the hour is the wall clock's and is put to a date in the location's zone, so
//! that it stays the same across a change of the clock.

use jiff::civil::{Date, Weekday};
use rrule::{Frequency, NWeekday, RRule, RRuleSet, Tz, Weekday as Day};

/// How a thing is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Every `every`th day.
    Daily {
        /// 1 for each.
        every: u16,
    },
    /// On these weekdays of every `every`th week; weeks begin on Monday.
    Weekly {
        /// 1 for each.
        every: u16,
        /// None: that of the first date.
        days: Vec<Weekday>,
    },
    /// On the first date's day of every `every`th month; months without such a day are passed over.
    Monthly {
        /// 1 for each.
        every: u16,
    },
    /// On the first date's day of every `every`th year; 29 February comes in leap years only.
    Yearly {
        /// 1 for each.
        every: u16,
    },
}

/// Dates at the most.
pub const MOST: u16 = 1000;

impl Rule {
    /// Monday to Friday.
    pub fn weekdays() -> Self {
        use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
        Self::Weekly { every: 1, days: vec![Monday, Tuesday, Wednesday, Thursday, Friday] }
    }

    /// The dates from `first` to `last`, both included, in order; [`MOST`] at the most. `first` itself is among
    /// them where the rule meets it.
    pub fn dates(&self, first: Date, last: Date) -> Vec<Date> {
        let (Some(start), Some(end)) = (instant(first), instant(last)) else { return Vec::new() };
        let (frequency, every, days) = match self {
            Rule::Daily { every } => (Frequency::Daily, *every, Vec::new()),
            Rule::Weekly { every, days } => {
                (Frequency::Weekly, *every, days.iter().map(|d| NWeekday::Every(day(*d))).collect())
            }
            Rule::Monthly { every } => (Frequency::Monthly, *every, Vec::new()),
            Rule::Yearly { every } => (Frequency::Yearly, *every, Vec::new()),
        };
        let rule = RRule::new(frequency).interval(every.max(1)).by_weekday(days).until(end);
        let Ok(rule) = rule.validate(start) else { return Vec::new() };
        RRuleSet::new(start)
            .rrule(rule)
            .all(MOST)
            .dates
            .into_iter()
            .filter_map(|at| date(&at))
            .filter(|at| (first..=last).contains(at))
            .collect()
    }
}

fn day(of: Weekday) -> Day {
    match of {
        Weekday::Monday => Day::Mon,
        Weekday::Tuesday => Day::Tue,
        Weekday::Wednesday => Day::Wed,
        Weekday::Thursday => Day::Thu,
        Weekday::Friday => Day::Fri,
        Weekday::Saturday => Day::Sat,
        Weekday::Sunday => Day::Sun,
    }
}

type Instant = chrono::DateTime<Tz>;

fn instant(of: Date) -> Option<Instant> {
    use chrono::TimeZone as _;
    let month = u32::try_from(of.month()).ok()?;
    let day = u32::try_from(of.day()).ok()?;
    Tz::UTC.with_ymd_and_hms(of.year().into(), month, day, 0, 0, 0).single()
}

fn date(of: &Instant) -> Option<Date> {
    use chrono::Datelike as _;
    let month = i8::try_from(of.month()).ok()?;
    let day = i8::try_from(of.day()).ok()?;
    Date::new(i16::try_from(of.year()).ok()?, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn texts(rule: &Rule, first: Date, last: Date) -> Vec<String> {
        rule.dates(first, last).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_kind_of_rule() {
        let first = date(2026, 8, 3); // a Monday
        let last = date(2026, 8, 14);
        assert_eq!(texts(&Rule::Daily { every: 5 }, first, last), ["2026-08-03", "2026-08-08", "2026-08-13"]);
        assert_eq!(Rule::weekdays().dates(first, last).len(), 10);
        let third = Rule::Weekly { every: 3, days: vec![Weekday::Monday, Weekday::Thursday] };
        assert_eq!(
            texts(&third, first, date(2026, 9, 1)),
            ["2026-08-03", "2026-08-06", "2026-08-24", "2026-08-27"]
        );
        let monthly = Rule::Monthly { every: 1 };
        assert_eq!(
            texts(&monthly, date(2026, 1, 31), date(2026, 6, 1)),
            ["2026-01-31", "2026-03-31", "2026-05-31"]
        );
        let yearly = Rule::Yearly { every: 1 };
        assert_eq!(texts(&yearly, date(2024, 2, 29), date(2029, 1, 1)), ["2024-02-29", "2028-02-29"]);
    }

    #[test]
    fn the_first_date_is_one_only_where_the_rule_meets_it() {
        let rule = Rule::Weekly { every: 1, days: vec![Weekday::Tuesday] };
        assert_eq!(texts(&rule, date(2026, 8, 3), date(2026, 8, 12)), ["2026-08-04", "2026-08-11"]);
        assert!(rule.dates(date(2026, 8, 5), date(2026, 8, 4)).is_empty());
    }

    /// The rule as one says it, asked of every single day.
    fn meets(rule: &Rule, first: Date, day: Date) -> bool {
        let monday = |of: Date| of - i32::from(of.weekday().to_monday_zero_offset()).days();
        let days = |from: Date, to: Date| from.until(to).unwrap().get_days();
        let months = |of: Date| i32::from(of.year()) * 12 + i32::from(of.month());
        let nth = |distance: i32, every: u16| distance % i32::from(every.max(1)) == 0;
        match rule {
            Rule::Daily { every } => nth(days(first, day), *every),
            Rule::Weekly { every, days: wanted } => {
                let wanted = if wanted.is_empty() { &[first.weekday()] } else { wanted.as_slice() };
                wanted.contains(&day.weekday()) && nth(days(monday(first), monday(day)) / 7, *every)
            }
            Rule::Monthly { every } => day.day() == first.day() && nth(months(day) - months(first), *every),
            Rule::Yearly { every } => {
                (day.month(), day.day()) == (first.month(), first.day())
                    && nth(i32::from(day.year()) - i32::from(first.year()), *every)
            }
        }
    }

    fn naive(rule: &Rule, first: Date, last: Date) -> Vec<Date> {
        let mut all = Vec::new();
        let mut day = first;
        while day <= last && all.len() < usize::from(MOST) {
            if meets(rule, first, day) {
                all.push(day);
            }
            day = day.tomorrow().unwrap();
        }
        all
    }

    fn rules() -> impl Strategy<Value = Rule> {
        let weekday = (0i8..7).prop_map(|of| Weekday::from_monday_zero_offset(of).unwrap());
        let every = || prop_oneof![4 => 0u16..30, 1 => any::<u16>()];
        prop_oneof![
            every().prop_map(|every| Rule::Daily { every }),
            (every(), prop::collection::vec(weekday, 0..9))
                .prop_map(|(every, days)| Rule::Weekly { every, days }),
            every().prop_map(|every| Rule::Monthly { every }),
            every().prop_map(|every| Rule::Yearly { every }),
        ]
    }

    proptest! {
        #[test]
        fn dates_are_those_of_asking_every_day(
            rule in rules(), offset in 0i32..80_000, span in prop_oneof![-5i32..400, 0i32..9_000]
        ) {
            let first = date(1920, 1, 1) + offset.days();
            let last = first + span.days();
            prop_assert_eq!(rule.dates(first, last), naive(&rule, first, last));
        }

        #[test]
        fn dates_are_in_order_within_bounds_and_of_the_right_days(
            offset in 0i32..4000, span in 0i32..900, every in 1u16..20, kind in 0..4
        ) {
            let first = date(2024, 1, 1) + offset.days();
            let last = first + span.days();
            let rule = match kind {
                0 => Rule::Daily { every },
                1 => Rule::Weekly { every, days: vec![Weekday::Wednesday, Weekday::Sunday] },
                2 => Rule::Monthly { every },
                _ => Rule::Yearly { every },
            };
            let dates = rule.dates(first, last);
            prop_assert!(dates.windows(2).all(|w| w[0] < w[1]));
            prop_assert!(dates.iter().all(|d| (first..=last).contains(d)));
            for d in &dates {
                match kind {
                    0 => prop_assert_eq!(first.until(*d).unwrap().get_days() % i32::from(every), 0),
                    1 => prop_assert!(matches!(d.weekday(), Weekday::Wednesday | Weekday::Sunday)),
                    2 => prop_assert_eq!(d.day(), first.day()),
                    _ => prop_assert_eq!((d.month(), d.day()), (first.month(), first.day())),
                }
            }
            if kind == 0 {
                prop_assert_eq!(i32::try_from(dates.len()), Ok(span / i32::from(every) + 1));
            }
        }
    }
}
