//! A large business: forty locations with sixty team members, two hundred services and a year of schedules each.

use std::collections::BTreeMap;

use db::params;
use frontdesk::demo::LOCATION;
use jiff::ToSpan;
use jiff::civil::date;
use testkit::{App, make};

use super::operations::{Ids, all, ask};

const LOCATIONS: i64 = 40;
const TEAM: i64 = 60;
const SERVICES: i64 = 200;
const DAYS: i64 = 366;
/// Queries of any list at the most: of itself, and of what is shown beside each row.
const MOST: u64 = 16;

/// So many numbers from 0, to make rows of.
fn numbers(name: &str, many: i64) -> String {
    format!("{name}(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM {name} WHERE n + 1 < {many})")
}

/// Lays the rows in the database's own way: there are nearly a million.
async fn lay(app: &App) {
    let owner = make::user_id(app, frontdesk::demo::LOGIN).await;
    let (spots, team) = (numbers("spots", LOCATIONS), numbers("team", TEAM));
    let services = numbers("services", SERVICES);
    let days: Vec<String> =
        (0..DAYS).map(|n| format!("('{}')", date(2026, 1, 1).saturating_add(n.days()))).collect();
    let days = format!("days(day) AS (VALUES {})", days.join(", "));
    // The demo's location is the first of them.
    let location = format!("CASE s.n WHEN 0 THEN {LOCATION} ELSE 60000 + s.n END");
    let statements = [
        format!(
            "WITH RECURSIVE {spots} INSERT INTO locations (id, title, country_id, timezone, created_at, updated_at)
             SELECT 60000 + s.n, 'Large', 7, 'America/New_York', 0, 0 FROM spots s WHERE s.n > 0"
        ),
        format!(
            "WITH RECURSIVE {spots} INSERT INTO memberships (location_id, user_id, role, is_approved, created_at)
             SELECT 60000 + s.n, {owner}, 'owner', 1, 0 FROM spots s WHERE s.n > 0"
        ),
        format!(
            "WITH RECURSIVE {spots}, {team}
             INSERT INTO team_members (location_id, id, name, has_access_timetable, is_paid_staff, created_at)
             SELECT {location}, 100000 + s.n * {TEAM} + t.n, 'Member', 1, 1, 0 FROM spots s, team t"
        ),
        format!(
            "WITH RECURSIVE {spots} INSERT INTO service_bindings (location_id, id, created_at)
             SELECT {location}, 900000 + s.n, 0 FROM spots s"
        ),
        format!(
            "WITH RECURSIVE {spots} INSERT INTO service_categories (location_id, id, salon_service_id, title, created_at)
             SELECT {location}, 900000 + s.n, 900000 + s.n, 'Category', 0 FROM spots s"
        ),
        format!(
            "WITH RECURSIVE {spots}, {services} INSERT INTO service_bindings (location_id, id, created_at)
             SELECT {location}, 1000000 + s.n * {SERVICES} + x.n, 0 FROM spots s, services x"
        ),
        format!(
            "WITH RECURSIVE {spots}, {services}
             INSERT INTO services (location_id, id, salon_service_id, category_id, title, search, is_multi, created_at, updated_at)
             SELECT {location}, 1000000 + s.n * {SERVICES} + x.n, 1000000 + s.n * {SERVICES} + x.n, 900000 + s.n, 'Service',
                'service', x.n % 2, 0, 0 FROM spots s, services x"
        ),
        format!(
            "WITH RECURSIVE {spots}, {services}
             INSERT INTO service_team_members (location_id, service_id, team_member_id, seance_length)
             SELECT {location}, 1000000 + s.n * {SERVICES} + x.n, 100000 + s.n * {TEAM} + x.n % {TEAM}, 3600
             FROM spots s, services x"
        ),
        format!(
            "WITH {days} INSERT INTO schedule_days (location_id, team_member_id, day, slots)
             SELECT t.location_id, t.id, d.day, '[[32400,64800]]' FROM team_members t, days d WHERE t.id >= 100000"
        ),
    ];
    let mut tx = app.db().begin().await.expect("a transaction");
    for sql in statements {
        tx.exec(&sql, &[]).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
    tx.commit().await.expect("committed");
}

/// How many queries each list costs.
async fn costs(app: &App, ids: &Ids) -> BTreeMap<String, u64> {
    let owner = app.owner().unchecked();
    let mut out = BTreeMap::new();
    for operation in all().iter().filter(|o| o.is_read() && o.answer["properties"]["data"]["type"] == "array")
    {
        // Once before, for what is kept in memory then.
        ask(&owner, operation, ids).await;
        let before = app.queries();
        let answer = ask(&owner, operation, ids).await;
        assert!(answer.status.is_success(), "{}: {}", operation.id, answer.text());
        out.insert(format!("{} {}", operation.path, operation.id), app.queries() - before);
    }
    out
}

#[testkit::test]
async fn a_list_of_a_large_business_costs_a_fixed_number_of_queries(app: App) {
    let ids = Ids::lay(&app).await;
    let small = costs(&app, &ids).await;
    lay(&app).await;
    let rows: i64 =
        app.one("SELECT COUNT(*) FROM schedule_days WHERE team_member_id >= $1", params![100_000]).await;
    assert_eq!(rows, LOCATIONS * TEAM * DAYS);
    let large = costs(&app, &ids).await;
    assert!(large.len() > 30, "{}", large.len());
    for (list, cost) in &large {
        assert!(cost <= &small[list], "{list}: {cost} queries, {} with few rows", small[list]);
        assert!(*cost <= MOST, "{list}: {cost} queries");
    }
}
