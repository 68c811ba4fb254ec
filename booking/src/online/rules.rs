//! What the settings of online booking may be, and how requests change them, without I/O.

use std::collections::{BTreeMap, BTreeSet};

use calc::intervals::DAY;
use calc::zone::parse_day;
use kernel::{Message, Problems};

use super::settings::{Ask, Asks, Grid, Kind, OwnField, Settings};

/// Minutes of a lead time or a deadline at the most: thirty days.
const LEAD: i64 = 43_200;
/// The same in seconds, of a day's own grid.
const DELAY: i64 = LEAD * 60;
/// Times of the clock and steps are whole five minutes.
const FIVE_MINUTES: i64 = 300;
/// Version 1 has lead times in half hours, to 23 hours.
const V1_LEAD: std::ops::RangeInclusive<i64> = 0..=1380;
const V1_LEAD_STEP: i64 = 30;
/// Dates with a grid of their own at the most.
const DATES: usize = 1000;
/// Fields of the location's own that a page asks for, at the most.
const FIELDS: usize = 50;

/// A grid as it is sent.
#[derive(Clone, Debug, Default)]
pub struct GridSent {
    pub kind: Option<String>,
    pub first: Option<i64>,
    pub last: Option<i64>,
    pub step: Option<i64>,
    pub delay: Option<i64>,
    pub is_flexible: Option<bool>,
    pub times: Option<Vec<i64>>,
}

/// What the fields of a grid are called, to name what is wrong.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    pub kind: &'static str,
    pub first: &'static str,
    pub last: &'static str,
    pub step: &'static str,
    pub delay: &'static str,
    pub is_flexible: &'static str,
    pub times: &'static str,
}

/// The grid that was sent over the one before; without that, what is left out is missed.
pub fn grid(before: Option<&Grid>, sent: GridSent, names: &Names, at: &str, problems: &mut Problems) -> Grid {
    let field = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    let default = Settings::default().grid;
    let given = [
        (sent.kind.is_some(), names.kind),
        (sent.first.is_some(), names.first),
        (sent.last.is_some(), names.last),
        (sent.step.is_some(), names.step),
        (sent.delay.is_some(), names.delay),
        (sent.is_flexible.is_some(), names.is_flexible),
        (sent.times.is_some(), names.times),
    ];
    for (given, name) in given {
        problems.check(given || before.is_some(), &field(name), "field-required");
    }
    let base = before.unwrap_or(&default);
    let mut kind = base.kind;
    if let Some(name) = &sent.kind {
        match Kind::parse(name) {
            Some(known) => kind = known,
            None => problems.add(field(names.kind), "field-choice"),
        }
    }
    let out = Grid {
        kind,
        first: sent.first.unwrap_or(base.first),
        last: sent.last.unwrap_or(base.last),
        step: sent.step.unwrap_or(base.step),
        delay: sent.delay.unwrap_or(base.delay),
        is_flexible: sent.is_flexible.unwrap_or(base.is_flexible),
        times: sent.times.unwrap_or_else(|| base.times.clone()),
    };
    for (clock, name) in [(out.first, names.first), (out.last, names.last)] {
        problems.range(clock, 0..=DAY - 1, &field(name));
        problems.check(clock % FIVE_MINUTES == 0, &field(name), "field-five-minutes");
    }
    problems.check(out.first <= out.last, &field(names.last), "field-before-start");
    problems.range(out.step, FIVE_MINUTES..=DAY, &field(names.step));
    problems.check(out.step % FIVE_MINUTES == 0, &field(names.step), "field-five-minutes");
    problems.range(out.delay, 0..=DELAY, &field(names.delay));
    times(&out.times, &field(names.times), problems);
    out
}

fn times(times: &[i64], field: &str, problems: &mut Problems) {
    const MOST: usize = 288;
    if times.len() > MOST {
        problems.add(field, Message::new("field-too-many").with("limit", MOST));
        return;
    }
    for (at, time) in times.iter().enumerate() {
        let field = format!("{field}.{at}");
        problems.range(*time, 0..=DAY - 1, &field);
        problems.check(time % FIVE_MINUTES == 0, &field, "field-five-minutes");
        problems.check(at == 0 || times[at - 1] < *time, &field, "field-ascending");
    }
}

/// What a request says of the settings but for weekdays and dates; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub phone_confirmation: Option<bool>,
    pub any_team_member: Option<bool>,
    pub event_seats_max: Option<i64>,
    pub lead_time: Option<i64>,
    pub horizon: Option<i64>,
    pub can_cancel: Option<bool>,
    pub cancel_deadline: Option<i64>,
    pub can_change: Option<bool>,
    pub change_deadline: Option<i64>,
    pub asks: AsksSent,
    /// Each with whether it must be filled.
    pub own_fields: Option<Vec<OwnFieldSent>>,
    pub grid: Option<GridSent>,
}

/// What the page is to ask for, as sent.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "named as people name them")]
pub struct AsksSent {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub surname: Option<String>,
    pub patronymic: Option<String>,
    pub comment: Option<String>,
}

/// A field of the location's own to ask for, as sent.
#[derive(Clone, Debug, Default)]
pub struct OwnFieldSent {
    /// `client` (the default) or `record`.
    pub entity: Option<String>,
    /// Its code.
    pub code: Option<String>,
    /// Whether it must be filled.
    pub is_required: Option<bool>,
}

/// What the fields of the default grid are called.
const DEFAULT_GRID: Names = Names {
    kind: "kind",
    first: "first",
    last: "last",
    step: "step",
    delay: "lead_time",
    is_flexible: "is_flexible",
    times: "times",
};

/// The settings as they become; `known` are the location's own fields. Names what is wrong.
pub fn change(before: &Settings, change: Change, known: &[OwnField], problems: &mut Problems) -> Settings {
    let mut after = Settings {
        phone_confirmation: change.phone_confirmation.unwrap_or(before.phone_confirmation),
        any_team_member: change.any_team_member.unwrap_or(before.any_team_member),
        event_seats_max: change.event_seats_max.unwrap_or(before.event_seats_max),
        lead_time: change.lead_time.unwrap_or(before.lead_time),
        horizon: change.horizon.unwrap_or(before.horizon),
        can_cancel: change.can_cancel.unwrap_or(before.can_cancel),
        cancel_deadline: change.cancel_deadline.unwrap_or(before.cancel_deadline),
        can_change: change.can_change.unwrap_or(before.can_change),
        change_deadline: change.change_deadline.unwrap_or(before.change_deadline),
        asks: asks(before.asks, &change.asks, problems),
        ..before.clone()
    };
    problems.range(after.event_seats_max, 1..=255, "event_seats_max");
    problems.range(after.lead_time, 0..=LEAD, "lead_time");
    problems.range(after.horizon, 1..=730, "horizon");
    problems.range(after.cancel_deadline, 0..=LEAD, "cancel_deadline");
    problems.range(after.change_deadline, 0..=LEAD, "change_deadline");
    if let Some(sent) = change.own_fields {
        after.own_fields = own_fields(sent, known, problems);
    }
    if let Some(sent) = change.grid {
        after.grid = grid(Some(&before.grid), sent, &DEFAULT_GRID, "grid", problems);
    }
    after.grid.delay = after.lead_time.clamp(0, LEAD) * 60;
    after
}

fn asks(before: Asks, sent: &AsksSent, problems: &mut Problems) -> Asks {
    let mut read = |sent: &Option<String>, before: Ask, field: &str| {
        let Some(name) = sent else { return before };
        Ask::parse(name).unwrap_or_else(|| {
            problems.add(format!("client_fields.{field}"), "field-choice");
            before
        })
    };
    let after = Asks {
        name: read(&sent.name, before.name, "name"),
        phone: read(&sent.phone, before.phone, "phone"),
        email: read(&sent.email, before.email, "email"),
        surname: read(&sent.surname, before.surname, "surname"),
        patronymic: read(&sent.patronymic, before.patronymic, "patronymic"),
        comment: read(&sent.comment, before.comment, "comment"),
    };
    let reachable = after.phone == Ask::Required || after.email == Ask::Required;
    problems.check(reachable, "client_fields.phone", "field-reachable");
    after
}

fn own_fields(sent: Vec<OwnFieldSent>, known: &[OwnField], problems: &mut Problems) -> Vec<OwnField> {
    if sent.len() > FIELDS {
        problems.add("custom_fields", Message::new("field-too-many").with("limit", FIELDS));
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for (at, one) in sent.into_iter().enumerate() {
        let field = |name: &str| format!("custom_fields.{at}.{name}");
        let entity = one.entity.as_deref().unwrap_or("client");
        let entity = if entity == "appointment" { "record" } else { entity };
        let Some(code) = one.code else {
            problems.add(field("code"), "field-required");
            continue;
        };
        if !["client", "record"].contains(&entity) {
            problems.add(field("entity"), "field-choice");
            continue;
        }
        let Some(there) = known.iter().find(|f| f.entity == entity && f.code == code) else {
            problems.add(field("code"), "field-not-found");
            continue;
        };
        problems.check(seen.insert(there.id), &field("code"), "field-duplicate");
        out.push(OwnField { is_required: one.is_required.unwrap_or(false), ..there.clone() });
    }
    out
}

/// What version 1 says of the settings; what is left out stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct V1Change {
    pub phone_confirmation: Option<bool>,
    pub any_team_member: Option<bool>,
    pub lead_time: Option<i64>,
    pub event_seats_max: Option<i64>,
}

/// The settings after a change through version 1, which has lead times in half hours: another that is there already may
/// stay.
pub fn change_v1(before: &Settings, change: V1Change, problems: &mut Problems) -> Settings {
    let mut after = Settings {
        phone_confirmation: change.phone_confirmation.unwrap_or(before.phone_confirmation),
        any_team_member: change.any_team_member.unwrap_or(before.any_team_member),
        lead_time: change.lead_time.unwrap_or(before.lead_time),
        event_seats_max: change.event_seats_max.unwrap_or(before.event_seats_max),
        ..before.clone()
    };
    if after.lead_time != before.lead_time {
        problems.range(after.lead_time, V1_LEAD, "seance_delay_step");
        let step = Message::new("field-multiple").with("of", V1_LEAD_STEP);
        problems.check(after.lead_time % V1_LEAD_STEP == 0, "seance_delay_step", step);
    }
    problems.range(after.event_seats_max, 1..=255, "activity_online_record_clients_count_max");
    after.grid.delay = after.lead_time.clamp(0, LEAD) * 60;
    after
}

/// A weekday's or a date's grid, as sent.
#[derive(Clone, Debug)]
pub struct DaySent<D> {
    /// Which day.
    pub day: Option<D>,
    /// Its grid.
    pub grid: GridSent,
}

/// The grids of weekdays and dates, as sent: whole.
#[derive(Clone, Debug, Default)]
pub struct Timeslots {
    pub is_enabled: Option<bool>,
    pub weekdays: Option<Vec<DaySent<i64>>>,
    pub dates: Option<Vec<DaySent<String>>>,
}

/// What the fields of a day's grid are called.
const DAY_GRID: Names = Names {
    kind: "setting.grid_base_type",
    first: "setting.grid_first_timeslot",
    last: "setting.grid_last_timeslot",
    step: "setting.grid_display_step",
    delay: "setting.grid_nearest_timeslot_delay",
    is_flexible: "setting.is_grid_flexible",
    times: "timeslots",
};

/// The settings with these grids in place of those before.
pub fn timeslots(before: &Settings, sent: Timeslots, problems: &mut Problems) -> Settings {
    let mut after = Settings { weekdays: BTreeMap::new(), dates: BTreeMap::new(), ..before.clone() };
    match sent.is_enabled {
        Some(enabled) => after.has_timeslots = enabled,
        None => problems.add("is_enabled", "field-required"),
    }
    problems.check(sent.weekdays.is_some(), "weekdays_settings", "field-required");
    problems.check(sent.dates.is_some(), "dates_settings", "field-required");
    let (weekdays, dates) = (sent.weekdays.unwrap_or_default(), sent.dates.unwrap_or_default());
    if weekdays.len() > 7 {
        problems.add("weekdays_settings", Message::new("field-too-many").with("limit", 7));
        return after;
    }
    if dates.len() > DATES {
        problems.add("dates_settings", Message::new("field-too-many").with("limit", DATES));
        return after;
    }
    for (at, sent) in weekdays.into_iter().enumerate() {
        let place = format!("weekdays_settings.{at}");
        let field = format!("{place}.weekday");
        let read = grid(None, sent.grid, &DAY_GRID, &place, problems);
        match sent.day {
            None => problems.add(field, "field-required"),
            Some(day) if !(1..=7).contains(&day) => problems.range(day, 1..=7, &field),
            Some(day) => {
                problems.check(after.weekdays.insert(day, read).is_none(), &field, "field-duplicate");
            }
        }
    }
    for (at, sent) in dates.into_iter().enumerate() {
        let place = format!("dates_settings.{at}");
        let field = format!("{place}.date");
        let read = grid(None, sent.grid, &DAY_GRID, &place, problems);
        match sent.day.as_deref().map(parse_day) {
            None => problems.add(field, "field-required"),
            Some(None) => problems.add(field, "field-date"),
            Some(Some(day)) => {
                let there = after.dates.insert(day.to_string(), read);
                problems.check(there.is_none(), &field, "field-duplicate");
            }
        }
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(problems: Problems) -> Vec<String> {
        problems.done().err().map_or_else(Vec::new, |e| e.fields().iter().map(|(f, _)| f.clone()).collect())
    }

    fn changed(sent: Change) -> (Settings, Vec<String>) {
        let mut problems = Problems::new();
        let known = [OwnField { id: 7, entity: "client".into(), code: "size".into(), is_required: false }];
        let after = change(&Settings::default(), sent, &known, &mut problems);
        (after, fields(problems))
    }

    #[test]
    fn what_is_left_out_stays_and_the_lead_time_is_the_grids_delay() {
        let (after, wrong) = changed(Change { lead_time: Some(45), ..Change::default() });
        assert!(wrong.is_empty());
        let mut expected = Settings { lead_time: 45, ..Settings::default() };
        expected.grid.delay = 2700;
        assert_eq!(after, expected);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let (_, wrong) = changed(Change {
            event_seats_max: Some(0),
            lead_time: Some(-1),
            horizon: Some(731),
            cancel_deadline: Some(i64::MAX),
            change_deadline: Some(43_201),
            asks: AsksSent {
                phone: Some("optional".into()),
                name: Some("maybe".into()),
                ..AsksSent::default()
            },
            own_fields: Some(vec![
                OwnFieldSent { code: Some("size".into()), ..OwnFieldSent::default() },
                OwnFieldSent { code: Some("size".into()), ..OwnFieldSent::default() },
                OwnFieldSent { code: Some("other".into()), ..OwnFieldSent::default() },
                OwnFieldSent::default(),
            ]),
            grid: Some(GridSent { kind: Some("x".into()), first: Some(7), ..GridSent::default() }),
            ..Change::default()
        });
        assert_eq!(
            wrong,
            [
                "client_fields.name",
                "client_fields.phone",
                "event_seats_max",
                "lead_time",
                "horizon",
                "cancel_deadline",
                "change_deadline",
                "custom_fields.1.code",
                "custom_fields.2.code",
                "custom_fields.3.code",
                "grid.kind",
                "grid.first",
            ]
        );
    }

    #[test]
    fn version_one_has_half_hours_but_keeps_what_is_there() {
        let wrong = |before: i64, sent: i64| {
            let mut problems = Problems::new();
            let before = Settings { lead_time: before, ..Settings::default() };
            change_v1(&before, V1Change { lead_time: Some(sent), ..V1Change::default() }, &mut problems);
            !problems.is_empty()
        };
        assert!(!wrong(0, 90) && !wrong(0, 1380) && !wrong(45, 45) && !wrong(2880, 2880));
        assert!(wrong(0, 45) && wrong(0, 1410) && wrong(0, -30) && wrong(90, i64::MIN));
    }

    fn day(times: &[i64]) -> GridSent {
        GridSent {
            kind: Some("predefined".into()),
            first: Some(0),
            last: Some(85_800),
            step: Some(7200),
            delay: Some(1800),
            is_flexible: Some(false),
            times: Some(times.to_vec()),
        }
    }

    #[test]
    fn a_day_has_one_grid_and_its_times_ascend() {
        let mut problems = Problems::new();
        let sent = Timeslots {
            is_enabled: None,
            weekdays: Some(vec![
                DaySent { day: Some(1), grid: day(&[0, 300, 86_100]) },
                DaySent { day: Some(1), grid: day(&[600, 300]) },
                DaySent { day: Some(8), grid: day(&[1, 86_400]) },
                DaySent { day: None, grid: GridSent::default() },
            ]),
            dates: Some(vec![
                DaySent { day: Some("2026-12-25".into()), grid: GridSent { last: Some(-300), ..day(&[]) } },
                DaySent { day: Some("2026-12-25 10:00".into()), grid: day(&[]) },
                DaySent { day: Some("2026-02-30".into()), grid: day(&[]) },
            ]),
        };
        timeslots(&Settings::default(), sent, &mut problems);
        assert_eq!(
            fields(problems),
            [
                "is_enabled",
                "weekdays_settings.1.timeslots.1",
                "weekdays_settings.1.weekday",
                "weekdays_settings.2.timeslots.0",
                "weekdays_settings.2.timeslots.1",
                "weekdays_settings.2.weekday",
                "weekdays_settings.3.setting.grid_base_type",
                "weekdays_settings.3.setting.grid_first_timeslot",
                "weekdays_settings.3.setting.grid_last_timeslot",
                "weekdays_settings.3.setting.grid_display_step",
                "weekdays_settings.3.setting.grid_nearest_timeslot_delay",
                "weekdays_settings.3.setting.is_grid_flexible",
                "weekdays_settings.3.timeslots",
                "weekdays_settings.3.weekday",
                "dates_settings.0.setting.grid_last_timeslot",
                "dates_settings.0.setting.grid_last_timeslot",
                "dates_settings.1.date",
                "dates_settings.2.date",
            ]
        );
    }
}
