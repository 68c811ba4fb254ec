//! What the demo's calendar holds: working hours, and two series of group events.

use booking::events::place::{self, Laid, With};
use booking::events::store::Event;
use booking::schedules::rules::Set;
use booking::schedules::store as schedules;
use booking::series::lay::{self as series, New};
use booking::series::rules::Shape;
use calc::intervals::Interval;
use calc::zone::{Zone, local_date};
use db::Tx;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use kernel::Result;

/// Days before and after today that the calendar holds.
const REACH: i64 = 30;
/// Those who work; the last has left.
const TEAM: [i64; 6] = [1001, 1002, 1003, 1004, 1005, 1006];
/// Works nights on Fridays.
const NIGHTS: i64 = 1003;
const HOUR: i64 = 3600;

/// Lays all of it, around the day of that instant.
pub async fn lay(tx: &mut Tx, location_id: i64, now: i64) -> Result<()> {
    let zone = org::locations::store::zone(tx, location_id).await?;
    let today = local_date(now, &zone);
    let (first, last) = (today.saturating_sub(REACH.days()), today.saturating_add(REACH.days()));
    hours(tx, location_id, first, today, last).await?;

    // Morning stretching with Ann, three times a week; the make-up class with Mark, once.
    let stretching = [1, 3, 5].map(|weekday| day(weekday, 1001, 9 * HOUR, HOUR));
    let class = [day(2, 1002, 14 * HOUR, 2 * HOUR)];
    let origins = [(5001, 83193, &stretching[0], "#9c27b0"), (5002, 83192, &class[0], "#009688")];
    let laid = origins.into_iter().filter_map(|(id, service_id, day, color)| {
        let event = origin(id, service_id, day, color, first, &zone)?;
        Some(Laid { event, with: With::default() })
    });
    let origins = place::insert(tx, location_id, laid.collect(), false, now).await?;
    tx.after_fixed_ids(&["group_events"]).await?;
    for (origin, days) in origins.iter().zip([&stretching[..], &class[..]]) {
        let new = New { origin, date_end: last, with_appointments: false, days };
        series::begin(tx, location_id, &new, now).await?;
    }
    Ok(())
}

/// Nine to six with a lunch break on weekdays.
async fn hours(tx: &mut Tx, location_id: i64, first: Date, today: Date, last: Date) -> Result<()> {
    let of = |from: i64, to: i64| Interval::new(from * HOUR, to * HOUR);
    let mut sets = Vec::new();
    let mut till = Vec::new();
    for id in TEAM {
        let last = if id == TEAM[5] { today.saturating_sub(1.days()) } else { last };
        let days = first.series(1.day()).take_while(|day| *day <= last);
        let days: Vec<Set> = days
            .filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
            .map(|day| {
                let night = id == NIGHTS && day.weekday() == Weekday::Friday;
                let hours = if night { vec![of(20, 28)] } else { vec![of(9, 13), of(14, 18)] };
                Set { team_member_id: id, day, hours, off_day_type: 0 }
            })
            .collect();
        till.extend(days.last().map(|set| (id, set.day.to_string())));
        sets.extend(days);
    }
    schedules::put(tx, location_id, &sets).await?;
    org::team::store::set_schedule_till(tx, location_id, &till).await
}

fn day(weekday: i64, team_member_id: i64, clock: i64, duration: i64) -> Shape {
    Shape {
        weekday,
        team_member_id,
        clock,
        duration,
        technical_break: 0,
        capacity: 8,
        instances: Vec::new(),
        tags: Vec::new(),
    }
}

/// The first event of a series: on its first day within the calendar.
fn origin(id: i64, service_id: i64, day: &Shape, color: &str, first: Date, zone: &Zone) -> Option<Event> {
    let date = *day.dates(first, first.saturating_add(7.days())).first()?;
    Some(Event {
        id,
        team_member_id: day.team_member_id,
        service_id,
        starts_at: day.starts_at(date, zone)?,
        length: day.length(),
        technical_break: day.technical_break,
        capacity: day.capacity,
        clients_count: 0,
        comment: String::new(),
        color: color.to_owned(),
        instructions: "Please come ten minutes early".to_owned(),
        stream_link: String::new(),
        is_notified: false,
        is_deleted: false,
        revision: 1,
    })
}
