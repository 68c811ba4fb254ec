//! Five years of a large location: what can be booked is found by reading the days asked for, and no others.

use booking::occupancy::{Subject, store as occupancy};
use booking::schedules::store as schedules;
use calc::zone::{Zone, instant_of_clock};
use db::params;
use frontdesk::demo::LOCATION;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use testkit::App;

use super::appointments::HAIRCUT;

/// Appointments a day of each team member, half an hour each: 50 * 1826 * 11 are a million, which take PostgreSQL some
/// minutes to take in; a tenth of them shows the same. `FRONTDESK_TEST_FULL=1` makes it the million.
fn a_day() -> i64 {
    if std::env::var("FRONTDESK_TEST_FULL").is_ok_and(|full| full == "1") { 11 } else { 1 }
}

const DAYS: i64 = 1826;
const FIRST_DAY: Date = date(2021, 6, 1);
const TEAM: i64 = 50;

fn team() -> Vec<i64> {
    (0..TEAM).map(|n| 5000 + n).collect()
}

/// Fifty team members who work every day, busy in the mornings of all of them.
async fn lay(app: &App) {
    app.exec(
        "INSERT INTO team_members (location_id, id, name, name_key, schedule_till, created_at, updated_at)
         WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < 50)
         SELECT $1, 5000 + n, 'Member', 'member', '2026-12-31', 0, 0 FROM n",
        params![LOCATION],
    )
    .await;
    app.exec(
        "INSERT INTO service_team_members (location_id, service_id, team_member_id, seance_length)
         SELECT location_id, $2, id, 3600 FROM team_members WHERE location_id = $1 AND id >= 5000",
        params![LOCATION, HAIRCUT],
    )
    .await;
    let days: Vec<Date> = FIRST_DAY.series(1.day()).take(usize::try_from(DAYS).expect("few")).collect();
    for part in days.chunks(400) {
        let mut sql = db::Sql::new(
            "INSERT INTO schedule_days (location_id, team_member_id, day, slots)
             SELECT m.location_id, m.id, d.column1, '[[32400, 64800]]' FROM team_members m, (VALUES ",
        );
        sql.rows(part.iter().map(|day| [day.to_string().into()]));
        sql.push(") AS d WHERE m.id >= 5000 AND m.location_id = ").bind(LOCATION);
        let mut tx = app.db().begin().await.expect("a transaction");
        sql.exec(&mut tx).await.expect("written");
        tx.commit().await.expect("committed");
    }
    let first = instant_of_clock(FIRST_DAY, 9 * 3600, &Zone::parse("America/New_York").expect("a zone"));
    let (first, a_day) = (first.expect("an instant"), a_day());
    let numbers = |name: &str, many: i64| {
        format!(
            "{name}({name}) AS (SELECT 0 UNION ALL SELECT {name} + 1 FROM {name} WHERE {name} + 1 < {many})"
        )
    };
    let (n, d, s) = (numbers("n", TEAM), numbers("d", DAYS), numbers("s", a_day));
    let starts = format!("{first} + CAST(d AS BIGINT) * 86400000 + s * 1800000");
    let sql = format!(
        "INSERT INTO occupancy (location_id, subject, subject_id, owner, owner_id, starts_at, ends_at)
         WITH RECURSIVE {n}, {d}, {s}
         SELECT {LOCATION}, 'team', 5000 + n, 'appointment', 100000 + (n * {DAYS} + d) * {a_day} + s,
             {starts}, {starts} + 1800000 FROM n, d, s"
    );
    app.exec(&sql, &[]).await;
    app.analyze(&["occupancy", "schedule_days"]).await;
}

fn range(first: Date, last: Date) -> (i64, i64) {
    let zone = Zone::parse("America/New_York").expect("a zone");
    let at = |day| instant_of_clock(day, 0, &zone).expect("an instant");
    (at(first), at(last))
}

#[testkit::test]
async fn only_the_days_asked_for_are_read(app: App) {
    super::slots::soon(&app).await;
    let day = format!("/api/v1/book_times/37532/0/2026-03-24?service_ids[]={HAIRCUT}");
    let sixty =
        format!("/api/v1/book_dates/37532?service_ids[]={HAIRCUT}&date_from=2026-03-24&date_to=2026-05-22");
    let cost = async |path: &str| {
        let before = app.queries();
        let answer = app.partner().get(path).await.status(200);
        (app.queries() - before, answer)
    };
    let (few_times, _) = cost(&day).await;
    let (few_dates, _) = cost(&sixty).await;
    lay(&app).await;
    let rows: i64 = app.count("occupancy").await;
    assert!(rows >= TEAM * DAYS * a_day(), "{rows}");

    let (times, answer) = cost(&day).await;
    assert_eq!(times, few_times);
    let first = &answer.items()[0];
    assert_eq!(first["time"], "09:00", "Ann and Mark are free");
    assert!(answer.items().iter().any(|slot| slot["time"] == "17:00"), "the others in the afternoon");
    let (dates, answer) = cost(&sixty).await;
    assert_eq!(dates, few_dates);
    // The demo is closed on Sundays.
    assert_eq!(answer.data()["booking_dates"].as_array().map(Vec::len), Some(60 - 8));

    // Rows of the days asked for, and of some beside them: what began two days before may go on.
    for (first, last, days) in
        [(date(2026, 3, 23), date(2026, 3, 26), 3), (date(2026, 3, 23), date(2026, 5, 24), 62)]
    {
        let most = TEAM * (days + 6) * a_day();
        let sql = occupancy::within(LOCATION, Subject::Team, &team(), range(first, last), None);
        let (plan, rows) = (app.plan(&sql).await, app.looked_at(&sql).await);
        assert!(plan.contains("occupancy_by_subject"), "{plan}");
        if app.db().dialect() == db::Dialect::Sqlite {
            // It may go by each team member that it knows of instead of those named.
            assert!(plan.contains("AND starts_at>? AND starts_at<?)") && !plan.contains("SCAN"), "{plan}");
        }
        assert!(rows.is_none_or(|rows| rows <= most), "{rows:?} of {most}: {plan}");

        let sql = schedules::within(LOCATION, Some(&team()), first, last);
        let (plan, rows) = (app.plan(&sql).await, app.looked_at(&sql).await);
        if app.db().dialect() == db::Dialect::Sqlite {
            assert!(plan.contains("day>? AND day<?") && !plan.contains("SCAN"), "{plan}");
        }
        assert!(rows.is_none_or(|rows| rows <= TEAM * (days + 1) * 2), "{rows:?}: {plan}");
    }
}
