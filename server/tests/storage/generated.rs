//! Generated demo data.

use db::params;
use frontdesk::demo::{LOCATION, LOGIN};
use frontdesk::demo_generate::{self, CHAIN, FIRST, Plan};
use testkit::{App, Spot, make};

async fn generated(spot: &Spot, plan: Plan) -> App {
    let app = App::fresh(spot).await;
    let owner = make::user_id(&app, LOGIN).await;
    demo_generate::lay(app.kernel(), owner, plan).await.expect("generated");
    app
}

/// What there is, in an order that does not depend on the database.
async fn told(app: &App) -> Vec<String> {
    let mut conn = app.db().conn().await.expect("a connection");
    let mut out = Vec::new();
    for sql in [
        "SELECT title || '/' || timezone FROM locations ORDER BY id",
        "SELECT name || '/' || specialization FROM team_members ORDER BY id",
        "SELECT title || '/' || CAST(price_min AS TEXT) FROM services ORDER BY id",
        "SELECT surname || '/' || phone FROM clients ORDER BY id",
        "SELECT CAST(starts_at AS TEXT) || '/' || CAST(clients_count AS TEXT) FROM group_events ORDER BY id",
        "SELECT CAST(client_id AS TEXT) || '/' || CAST(attendance AS TEXT) FROM appointments ORDER BY id",
    ] {
        let rows: Vec<Option<String>> = conn.all(sql, &[]).await.expect("rows");
        out.extend(rows.into_iter().flatten());
    }
    out
}

#[testkit::test]
async fn the_same_seed_makes_the_same(spot: Spot) {
    let plan = Plan { seed: 7, locations: 3, appointments: 90, ..Plan::default() };
    let first = generated(&spot, plan).await;
    let all = told(&first).await;
    assert_eq!(all, told(&generated(&spot, plan).await).await);
    assert_ne!(all, told(&generated(&spot, Plan { seed: 8, ..plan }).await).await);

    assert_eq!(first.count("appointments").await, 90);
    let alone = "SELECT COUNT(*) FROM appointments WHERE event_id IS NULL";
    assert!((30..90).contains(&first.one::<i64>(alone, &[]).await));
    let further: i64 = first.one("SELECT COUNT(*) FROM locations WHERE id >= $1", params![FIRST]).await;
    assert_eq!(further, 3);
    // What is kept beside the rows is right.
    let wrong: i64 = first
        .one(
            "SELECT COUNT(*) FROM group_events e WHERE e.clients_count <> (SELECT COUNT(*) FROM appointments a
                WHERE a.location_id = e.location_id AND a.event_id = e.id)",
            &[],
        )
        .await;
    assert_eq!(wrong, 0);
    // Each takes its team member's time, those to come are open, and clients and visits know of those that took place.
    let astray: i64 = first
        .one(
            "SELECT COUNT(*) FROM appointments a LEFT JOIN occupancy o ON o.location_id = a.location_id
                AND o.owner = 'appointment' AND o.owner_id = a.id AND o.subject_id = a.team_member_id
                AND o.starts_at = a.starts_at AND o.ends_at = a.starts_at + a.length * 1000
             WHERE (a.event_id IS NULL) <> (o.owner_id IS NOT NULL)
                OR (a.attendance = 0) <> (a.starts_at >= $1) OR a.created_at > $1",
            params![first.kernel().now()],
        )
        .await;
    assert_eq!(astray, 0);
    let (came, spent): (i64, i64) =
        first.one("SELECT CAST(SUM(visits) AS BIGINT), CAST(SUM(spent - spent_by_hand) AS BIGINT) FROM clients WHERE phone LIKE '+19172%'", &[]).await;
    let visits: i64 = first.one("SELECT COUNT(*) FROM visits WHERE attendance = 1", &[]).await;
    let paid: i64 =
        first.one("SELECT CAST(SUM(cost) AS BIGINT) FROM appointments WHERE attendance = 1", &[]).await;
    assert_eq!((came, spent), (visits, paid));
    // They are the owner's, of a chain, and open for business.
    let listed = first.owner().get(&format!("/api/v1/companies?group_id={CHAIN}&my=1")).await.ok();
    assert_eq!(listed.ids(), [FIRST, FIRST + 1, FIRST + 2]);
    let team = first.owner().get(&format!("/api/v1/staff/{FIRST}")).await.ok();
    assert!(team.items().iter().all(|member| member["bookable"] == true), "{}", team.text());
    // New rows get ids of their own.
    let made =
        first.owner().post(&format!("/api/v1/staff/{LOCATION}"), serde_json::json!({"name": "New"})).await;
    made.status(201);
}
