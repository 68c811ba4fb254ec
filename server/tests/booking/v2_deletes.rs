//! Deleting appointments, version 2: the same flow as version 1's, also when many do it at once.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::json;
use testkit::App;

use super::appointments::{HAIRCUT, at, make, with};
use super::events::{make as make_event, working};
use super::events_v2::v2;
use super::slots::soon;
use super::v2::{PATH, fields, ids, visit_of};

const TIMETABLE: &str = "/api/v2/locations/37532/timetable/appointments/delete";
const COUNTED: &str = "SELECT visits, no_shows, spent, balance FROM clients WHERE phone = '+13155550175'";

fn one(id: i64) -> String {
    format!("{PATH}/{id}")
}

/// Rows of the last write: what was told of it, and by which operation.
async fn told(app: &App) -> (String, String, String) {
    let (entity, change) = app.one("SELECT entity, change FROM events ORDER BY id DESC LIMIT 1", &[]).await;
    let operation = app.one("SELECT operation FROM audit ORDER BY id DESC LIMIT 1", &[]).await;
    (entity, change, operation)
}

async fn taken_up(app: &App, id: i64) -> i64 {
    app.one("SELECT COUNT(*) FROM occupancy WHERE owner = 'appointment' AND owner_id = $1", params![id]).await
}

#[testkit::test]
async fn a_deletion_is_that_of_version_1(app: App) {
    working(&app).await;
    let came = json!({"attendance": 1, "services": [{"id": HAIRCUT, "first_cost": 40}]});
    let id = make(&app, with(at("2026-12-01 10:00"), came)).await;
    assert_eq!(app.one::<(i64, i64, i64, i64)>(COUNTED, &[]).await, (1, 0, 4000, -4000));
    assert!(taken_up(&app, id).await > 0);

    // Rights of the location, and of this very appointment.
    v2(app.staff(&["timetable_access"]).await).delete(&one(id)).await.status(403);
    v2(app.staff(&["delete_records_access"]).await).delete(&one(id)).await.status(403);
    v2(app.stranger()).delete(&one(id)).await.status(404);
    let elsewhere = format!("/api/v2/locations/{STRANGER_LOCATION}/appointments/{id}");
    v2(app.stranger()).delete(&elsewhere).await.status(404);
    let mut grants =
        testkit::make::grants(org::rights::Role::Worker, &["timetable_access", "delete_records_access"]);
    grants.set("timetable_master_id", &json!(1002)).expect("an id");
    let (user, blind) = testkit::make::user(&app, "Another's").await;
    testkit::make::member(&app, LOCATION, user, grants).await;
    v2(blind).delete(&one(id)).await.status(404);
    assert!(taken_up(&app, id).await > 0);

    v2(app.owner()).delete(&one(id)).await.status(204);
    assert_eq!(told(&app).await, ("record".to_owned(), "delete".to_owned(), "delete_appointment".to_owned()));
    assert_eq!(app.one::<(i64, i64, i64, i64)>(COUNTED, &[]).await, (0, 0, 0, 0));
    assert_eq!(taken_up(&app, id).await, 0);
    for gone in [id.to_string(), "0".to_owned(), "999999".to_owned(), "abc".to_owned()] {
        v2(app.owner()).delete(&format!("{PATH}/{gone}")).await.status(404);
    }
    let read = app.owner().get(&format!("/api/v1/record/{LOCATION}/{id}")).await.status(200);
    assert_eq!(read.data()["deleted"], true);

    let event = make_event(&app, super::events::at("2026-12-03 10:00")).await;
    let seat = json!({"activity_id": event, "client": {"name": "Jane", "phone": "+13155550175"}});
    let seat = app.owner().post("/api/v1/records/37532", seat).await.status(201);
    let seats =
        async || app.one::<i64>("SELECT clients_count FROM group_events WHERE id = $1", params![event]).await;
    assert_eq!(seats().await, 1);
    v2(app.owner()).delete(&one(seat.items()[0]["id"].as_i64().expect("an id"))).await.status(204);
    assert_eq!(seats().await, 0);
}

#[testkit::test]
async fn the_calendar_is_told_what_remains_of_the_visit(app: App) {
    working(&app).await;
    let first = make(&app, at("2026-12-01 10:00")).await;
    let second = make(&app, with(at("2026-12-01 12:00"), json!({"staff_id": 1002}))).await;
    let third = make(&app, at("2026-12-01 14:00")).await;
    assert_eq!(visit_of(&app, first).await, visit_of(&app, third).await);
    let path = format!("{TIMETABLE}?include=staff");

    for (body, wrong) in [
        (json!({}), vec!["recordId"]),
        (json!({"recordId": 0}), vec!["recordId"]),
        (json!({"recordId": "x"}), vec!["recordId"]),
        (json!({"recordId": first, "reason": "Ill"}), vec!["reason"]),
    ] {
        let refused = v2(app.owner()).post(&path, body.clone()).await.status(422);
        assert_eq!(fields(&refused), wrong, "{body}");
    }
    v2(app.owner()).post(&format!("{TIMETABLE}?include=hat"), json!({"recordId": first})).await.status(422);
    v2(app.owner()).post(TIMETABLE, json!({"recordId": 999_999})).await.status(404);
    v2(app.stranger()).post(TIMETABLE, json!({"recordId": first})).await.status(404);
    v2(app.staff(&["timetable_access"]).await).post(TIMETABLE, json!({"recordId": first})).await.status(403);
    v2(app.staff(&["delete_records_access"]).await)
        .post(TIMETABLE, json!({"recordId": first}))
        .await
        .status(403);
    let hidden = v2(app.staff(&["timetable_access", "delete_records_access"]).await);
    hidden
        .post(&format!("{TIMETABLE}?include=custom_field_values"), json!({"recordId": first}))
        .await
        .status(403);
    assert_eq!(app.one::<i64>("SELECT COUNT(*) FROM appointments WHERE is_deleted = 1", &[]).await, 0);

    let rest = v2(app.owner()).post(&path, json!({"recordId": first})).await.status(200);
    assert_eq!(ids(&rest), [second, third]);
    assert_eq!(rest.items()[0]["relationships"]["staff"]["data"]["id"], "1002");
    assert_eq!(rest.body["included"].as_array().map(Vec::len), Some(2));
    assert_eq!(told(&app).await.2, "delete_timetable_appointment");
    let rest = v2(hidden).post(TIMETABLE, json!({"recordId": third.to_string()})).await.status(200);
    assert_eq!(ids(&rest), [second]);
    // Sent again with the same key, it is the same answer.
    let again = v2(app.owner()).header("idempotency-key", "k1");
    for _ in 0..2 {
        let last = again.post(TIMETABLE, json!({"recordId": second})).await.status(200);
        assert_eq!(last.body, json!({"data": []}));
    }
}

/// What clients' counters are, and what they are by counting.
const KEPT: &str = "SELECT COUNT(*) FROM clients c WHERE c.visits <> (
        SELECT COUNT(*) FROM visits v WHERE v.location_id = c.location_id AND v.client_id = c.id AND v.attendance = 1)
    OR c.spent <> c.spent_by_hand + (SELECT COALESCE(SUM(v.cost), 0) FROM visits v
        WHERE v.location_id = c.location_id AND v.client_id = c.id)";
const VISITS: &str = "SELECT COUNT(*) FROM visits v WHERE v.cost <> (
        SELECT COALESCE(SUM(a.cost), 0) FROM appointments a WHERE a.location_id = v.location_id AND a.visit_id = v.id
            AND a.is_deleted = 0 AND a.attendance = 1)";
const SEATS: &str = "SELECT COUNT(*) FROM group_events e WHERE e.clients_count <> (
        SELECT COALESCE(SUM(a.clients_count), 0) FROM appointments a
        WHERE a.location_id = e.location_id AND a.event_id = e.id AND a.is_deleted = 0)";

#[testkit::test]
async fn counters_stay_right_while_many_delete_and_move(app: App) {
    soon(&app).await;
    let sibling = app.sibling().await;
    let came =
        json!({"attendance": 1, "services": [{"id": HAIRCUT, "first_cost": 40}], "save_if_busy": true});
    let event = json!({"date": "2026-03-24 10:00", "service_id": super::events::CLASS, "staff_id": 1002,
        "capacity": 9, "length": 3600, "force": true});
    let (event, other) = (
        make_event(&app, event.clone()).await,
        make_event(&app, with(event, json!({"date": "2026-03-25 10:00"}))).await,
    );
    let mut own = Vec::new();
    let mut seats = Vec::new();
    let path = format!("/api/v2/locations/{LOCATION}/events/{event}/appointments");
    for n in 0..6 {
        own.push(make(&app, with(at(&format!("2026-03-24 {:02}:00", 9 + n % 4)), came.clone())).await);
        let seat = json!({"activity_id": event, "client": {"name": "Jane", "phone": format!("+1315555{:04}", 300 + n)}});
        let made = app.owner().post("/api/v1/records/37532", seat).await.status(201);
        seats.push(made.items()[0]["id"].as_i64().expect("an id"));
    }
    let tries = (0..72usize).map(|n| {
        let app = if n % 2 == 0 { &app } else { &sibling };
        let (owner, path) = (v2(app.owner()), path.clone());
        let (one_of, seat) = (own[n / 6 % own.len()], seats[n / 6 % seats.len()]);
        let moved = with(at(&format!("2026-03-25 {:02}:00", 9 + n % 4)), came.clone());
        tokio::spawn(async move {
            let answer = match n % 6 {
                0 => owner.delete(&one(one_of)).await,
                1 => owner.post(TIMETABLE, json!({"recordId": one_of})).await,
                2 => owner.put(&format!("/api/v1/record/{LOCATION}/{one_of}"), moved).await,
                3 => owner.patch(&format!("{path}/{seat}"), json!({"reschedule_activity_id": other})).await,
                4 => owner.post(TIMETABLE, json!({"recordId": seat})).await,
                _ => owner.delete(&one(seat)).await,
            };
            (n % 6, answer.status.as_u16())
        })
    });
    let mut ended = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        ended.push(one.await.expect("ended"));
    }
    // Each is deleted once, by one of the two ways; who would wait forever for another (503) is asked to come again.
    let deleted =
        ended.iter().filter(|(way, status)| ![2, 3].contains(way) && [200, 204].contains(status)).count();
    assert_eq!(deleted, 12, "{ended:?}");
    assert!(ended.iter().all(|(_, status)| [200, 201, 204, 404, 503].contains(status)), "{ended:?}");
    assert_eq!(app.one::<i64>("SELECT COUNT(*) FROM appointments WHERE is_deleted = 0", &[]).await, 0);
    for wrong in [KEPT, VISITS, SEATS] {
        assert_eq!(app.one::<i64>(wrong, &[]).await, 0, "{wrong}");
    }
    assert_eq!(app.one::<(i64, i64, i64, i64)>(COUNTED, &[]).await, (0, 0, 0, 0));
    let events = "SELECT COUNT(*) FROM events WHERE entity = 'record' AND change = 'delete'";
    assert_eq!(app.one::<i64>(events, &[]).await, 12);
    assert_eq!(app.one::<i64>("SELECT COUNT(*) FROM occupancy WHERE owner = 'appointment'", &[]).await, 0);
}
