//! The settings of online booking: which grid of times counts on a day, and which days open. Pure and serialisable.

use std::collections::BTreeMap;

use calc::intervals::DAY;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where the times to begin at come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Exactly the times listed.
    Predefined,
    /// Every step from the beginning of the team member's hours.
    Schedule,
    /// Every step from the grid's first time.
    Timeslots,
}

impl Kind {
    /// By its name on the wire and in the database.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "predefined" => Self::Predefined,
            "schedule" => Self::Schedule,
            "timeslots" => Self::Timeslots,
            _ => return None,
        })
    }

    /// Its name on the wire and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Predefined => "predefined",
            Self::Schedule => "schedule",
            Self::Timeslots => "timeslots",
        }
    }
}

/// At which times of a day clients may begin. All in seconds, by the location's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    /// Where the times come from.
    pub kind: Kind,
    /// No time is earlier.
    pub first: i64,
    /// No time is later.
    pub last: i64,
    /// From one time to the next.
    pub step: i64,
    /// How long before its beginning a time must be booked.
    pub delay: i64,
    /// Dynamic: times right behind what is booked already are offered too.
    pub is_flexible: bool,
    /// The times themselves, ascending, where they are [`Kind::Predefined`].
    pub times: Vec<i64>,
}

impl Grid {
    /// Whether no time of such a day can be booked.
    pub fn is_closed(&self) -> bool {
        self.kind == Kind::Predefined && self.times.is_empty()
    }
}

/// Whether the booking page asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Not at all.
    Hidden,
    /// It may be left empty.
    Optional,
    /// It must be filled.
    Required,
}

impl Ask {
    /// By its name on the wire and in the database.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "hidden" => Self::Hidden,
            "optional" => Self::Optional,
            "required" => Self::Required,
            _ => return None,
        })
    }

    /// Its name on the wire and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Optional => "optional",
            Self::Required => "required",
        }
    }
}

/// What the booking page asks the client for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "named as people name them")]
pub struct Asks {
    pub name: Ask,
    pub phone: Ask,
    pub email: Ask,
    pub surname: Ask,
    pub patronymic: Ask,
    pub comment: Ask,
}

/// A field of the location's own that the page asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnField {
    /// Its id.
    pub id: i64,
    /// `client` or `record`.
    pub entity: String,
    /// Its code.
    pub code: String,
    /// Whether it must be filled.
    pub is_required: bool,
}

/// How a location is booked online.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Whether clients prove their phone number by a code.
    pub phone_confirmation: bool,
    /// Whether they may book without naming a team member.
    pub any_team_member: bool,
    /// Seats of an event that one booking may take.
    pub event_seats_max: i64,
    /// Minutes before its beginning until which a time can be booked.
    pub lead_time: i64,
    /// Days ahead, after today, that can be booked.
    pub horizon: i64,
    /// Whether clients may cancel.
    pub can_cancel: bool,
    /// Until how many minutes before the beginning.
    pub cancel_deadline: i64,
    /// Whether clients may move what they booked.
    pub can_change: bool,
    /// Until how many minutes before the beginning.
    pub change_deadline: i64,
    /// What the page asks for.
    pub asks: Asks,
    /// Fields of the location's own that it asks for.
    pub own_fields: Vec<OwnField>,
    /// Whether weekdays and dates have grids of their own.
    pub has_timeslots: bool,
    /// Where no other counts. Its delay is the lead time.
    pub grid: Grid,
    /// Of weekdays, 1 Monday to 7 Sunday.
    pub weekdays: BTreeMap<i64, Grid>,
    /// Of dates, by their ISO form.
    pub dates: BTreeMap<String, Grid>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            phone_confirmation: false,
            any_team_member: true,
            event_seats_max: 1,
            lead_time: 0,
            horizon: 90,
            can_cancel: true,
            cancel_deadline: 0,
            can_change: true,
            change_deadline: 0,
            asks: Asks {
                name: Ask::Required,
                phone: Ask::Required,
                email: Ask::Optional,
                surname: Ask::Hidden,
                patronymic: Ask::Hidden,
                comment: Ask::Optional,
            },
            own_fields: Vec::new(),
            has_timeslots: false,
            grid: Grid {
                kind: Kind::Schedule,
                first: 0,
                last: DAY - 300,
                step: 900,
                delay: 0,
                is_flexible: false,
                times: Vec::new(),
            },
            weekdays: BTreeMap::new(),
            dates: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// The grid that counts on a day: its own, else that of its weekday, else the default.
    pub fn on(&self, day: Date) -> &Grid {
        if !self.has_timeslots {
            return &self.grid;
        }
        let weekday = i64::from(day.weekday().to_monday_one_offset());
        self.dates.get(&day.to_string()).or_else(|| self.weekdays.get(&weekday)).unwrap_or(&self.grid)
    }

    /// Whether the day lies within the days that can be booked, and its grid has times. `today` is the location's.
    pub fn opens(&self, day: Date, today: Date) -> bool {
        let last = today.saturating_add(self.horizon.clamp(0, 730).days());
        (today..=last).contains(&day) && !self.on(day).is_closed()
    }

    /// Whether clients must give a phone: it is asked for, or to be confirmed where no e-mail address can be instead.
    pub fn needs_phone(&self) -> bool {
        self.asks.phone == Ask::Required || (self.phone_confirmation && self.asks.email == Ask::Hidden)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn grids() -> impl Strategy<Value = Grid> {
        let kinds = prop_oneof![Just(Kind::Predefined), Just(Kind::Schedule), Just(Kind::Timeslots)];
        (
            kinds,
            0i64..288,
            0i64..288,
            1i64..288,
            0i64..100,
            any::<bool>(),
            prop::collection::btree_set(0i64..288, 0..4),
        )
            .prop_map(|(kind, a, b, step, delay, is_flexible, times)| Grid {
                kind,
                first: a.min(b) * 300,
                last: a.max(b) * 300,
                step: step * 300,
                delay: delay * 60,
                is_flexible,
                times: times.into_iter().map(|at| at * 300).collect(),
            })
    }

    fn days() -> impl Strategy<Value = Date> {
        (0i32..400).prop_map(|n| date(2026, 1, 1).saturating_add(n.days()))
    }

    fn settings() -> impl Strategy<Value = Settings> {
        let dates = prop::collection::btree_map(days().prop_map(|d| d.to_string()), grids(), 0..40);
        let weekdays = prop::collection::btree_map(1i64..=7, grids(), 0..=7);
        (any::<bool>(), grids(), weekdays, dates, 1i64..=730).prop_map(
            |(has_timeslots, grid, weekdays, dates, horizon)| Settings {
                horizon,
                has_timeslots,
                grid,
                weekdays,
                dates,
                ..Settings::default()
            },
        )
    }

    proptest! {
        #[test]
        fn a_date_goes_before_its_weekday_and_that_before_the_default(s in settings(), day in days()) {
            let own = s.dates.iter().find(|(text, _)| text.parse::<Date>().is_ok_and(|d| d == day)).map(|(_, grid)| grid);
            // Counted from a known Monday, 2026-01-05.
            let since = date(2026, 1, 5).until(day).expect("days").get_days();
            let weekly = s.weekdays.get(&(i64::from(since.rem_euclid(7)) + 1));
            let expected = if s.has_timeslots { own.or(weekly).unwrap_or(&s.grid) } else { &s.grid };
            prop_assert_eq!(s.on(day), expected);
        }

        #[test]
        fn removing_a_grid_uncovers_the_next(s in settings(), day in days()) {
            let mut s = Settings { has_timeslots: true, ..s };
            s.dates.remove(&day.to_string());
            let weekday = i64::from(day.weekday().to_monday_one_offset());
            prop_assert_eq!(s.on(day), s.weekdays.get(&weekday).unwrap_or(&s.grid));
            s.weekdays.remove(&weekday);
            prop_assert_eq!(s.on(day), &s.grid);
        }

        #[test]
        fn the_settings_survive_being_written_down(s in settings()) {
            let text = serde_json::to_string(&s).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<Settings>(&text).expect("settings"), s);
        }

        #[test]
        fn days_open_from_today_to_the_horizon(s in settings(), day in days(), today in days()) {
            let ahead = i64::from(today.until(day).expect("days").get_days());
            let expected = (0..=s.horizon).contains(&ahead) && !s.on(day).is_closed();
            prop_assert_eq!(s.opens(day, today), expected);
        }
    }

    #[test]
    fn a_date_without_times_is_closed() {
        let mut s = Settings { has_timeslots: true, ..Settings::default() };
        let closed = Grid { kind: Kind::Predefined, times: Vec::new(), ..s.grid.clone() };
        s.dates.insert("2026-12-25".to_owned(), closed.clone());
        let (day, today) = (date(2026, 12, 25), date(2026, 12, 20));
        assert!(s.on(day).is_closed() && !s.opens(day, today));
        assert!(s.opens(date(2026, 12, 26), today));
        // Of a grid that needs no times, none are missing.
        s.dates.insert("2026-12-25".to_owned(), Grid { kind: Kind::Timeslots, ..closed });
        assert!(s.opens(day, today));
        // Switched off, days have no grid of their own.
        s.has_timeslots = false;
        assert_eq!(s.on(day), &s.grid);
    }

    #[test]
    fn a_confirmed_phone_is_needed() {
        let mut s = Settings::default();
        s.asks.phone = Ask::Hidden;
        assert!(!s.needs_phone());
        s.phone_confirmation = true;
        s.asks.email = Ask::Hidden;
        assert!(s.needs_phone());
        // An e-mail address does as well, where one can be given.
        s.asks.email = Ask::Optional;
        assert!(!s.needs_phone());
    }
}
