//! The lists of version 2 are read off indexes, however much a location has behind it.

use booking::appointments::store::list::{Filter, in_order};
use booking::occupancy::store::occupying;
use db::params;
use frontdesk::demo::LOCATION;
use kernel::Page;
use testkit::App;

const MANY: i64 = 60_000;
const HOUR: i64 = 3_600_000;
const FROM: i64 = 1_600_000_000_000;

async fn lay(app: &App) {
    let numbers =
        format!("WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < {MANY})");
    app.exec(
        "INSERT INTO group_events (location_id, id, team_member_id, service_id, starts_at, length, capacity, created_at, updated_at)
         WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < 200)
         SELECT $1, 9000 + n, 1001, 83193, 0, 3600, 200, 0, 0 FROM n",
        params![LOCATION],
    )
    .await;
    app.exec(
        &format!(
            "INSERT INTO appointments (location_id, id, team_member_id, client_id, event_id, starts_at, length, created_at, updated_at)
             {numbers} SELECT $1, 100000 + n, 1001 + n % 6, 1 + n % 12,
                CASE WHEN n < 20000 THEN 9000 + n / 100 END, {FROM} + n * CAST({HOUR} AS BIGINT), 3600, 0, 0 FROM n"
        ),
        params![LOCATION],
    )
    .await;
    app.exec(
        &format!(
            "INSERT INTO occupancy (location_id, subject, subject_id, owner, owner_id, starts_at, ends_at)
             {numbers} SELECT $1, 'resource', 181, 'appointment', 100000 + n, {FROM} + n * CAST({HOUR} AS BIGINT),
                {FROM} + (n + 1) * CAST({HOUR} AS BIGINT)
             FROM n"
        ),
        params![LOCATION],
    )
    .await;
    app.analyze(&["appointments", "occupancy"]).await;
}

#[testkit::test]
async fn lists_of_version_2_are_read_off_indexes(app: App) {
    lay(&app).await;
    let page = Page { limit: 250, offset: 500 };
    let day = (FROM + 24_000 * HOUR, FROM + 24_024 * HOUR);
    let meets = Filter { meets: Some(day), ..Filter::default() };
    let of_event = Filter { event_id: Some(9007), ..Filter::default() };
    let of_client = Filter { client_id: Some(3), ..Filter::default() };
    for (filter, index) in [
        (Filter::default(), "appointments_by_start"),
        (meets, "appointments_by_start"),
        (of_event, "appointments_of_event"),
        // By the client, or by the beginning until there are enough of him: whichever is less.
        (of_client, "appointments_"),
    ] {
        let plan = app.plan(&in_order(LOCATION, &filter, page)).await;
        assert!(plan.contains(index), "{filter:?}: {plan}");
        for whole in ["SCAN appointments\n", "Seq Scan"] {
            assert!(!plan.contains(whole), "{filter:?}: {plan}");
        }
    }
    for services in [None, Some([83188i64].as_slice())] {
        let plan = app.plan(&occupying(LOCATION, services, day.0, day.1)).await;
        assert!(plan.contains("occupancy_"), "{plan}");
        for whole in ["SCAN o\n", "Seq Scan on occupancy"] {
            assert!(!plan.contains(whole), "{plan}");
        }
    }
}
