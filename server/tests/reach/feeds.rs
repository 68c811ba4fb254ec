//! Calendar feeds, read by a parser of the format.

use booking::appointments::store::list;
use chrono::{DateTime, Utc};
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use icalendar::{
    Calendar, CalendarDateTime, Component as _, DatePerhapsTime, Event, EventLike as _, EventStatus,
};
use org::rights::Role;
use serde_json::{Value, json};
use testkit::{App, make};

use super::webhooks::{appointment, working};

const FEEDS: &str = "/api/frontdesk/v1/locations/37532/calendar_feeds";
const RECORDS: &str = "/api/v1/records/37532";
const HAIRCUT: i64 = 83169;

/// Ann and Mark work that day.
async fn both_work(app: &App) {
    working(app).await;
    let day =
        json!([{"date": "2026-12-01", "is_working": true, "slots": [{"from": "10:00", "to": "18:00"}]}]);
    app.owner().put("/api/v1/schedule/37532/1002/2026-12-01/2026-12-01", day).await.ok();
}

async fn made(client: &testkit::Client, body: Value) -> (i64, String) {
    let made = client.post(FEEDS, body).await.status(201);
    (made.data()["id"].as_i64().expect("an id"), path(&made.data()["url"]))
}

fn path(url: &Value) -> String {
    let url = url.as_str().expect("an address");
    url[url.find("/calendar/").expect("a path")..].to_owned()
}

async fn read(app: &App, path: &str) -> Calendar {
    let answer = app.nobody().get(path).await.status(200);
    assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
    assert!(answer.header("cache-control").contains("private"));
    assert!(answer.text().lines().all(|line| line.len() <= 75), "{}", answer.text());
    answer.text().parse().expect("a calendar")
}

/// Those of the demo's own two series left out.
fn own(calendar: &Calendar) -> Vec<&Event> {
    calendar.events().filter(|event| !event.get_uid().expect("an id").contains("-event-")).collect()
}

fn instant(at: Option<DatePerhapsTime>) -> DateTime<Utc> {
    match at {
        Some(DatePerhapsTime::DateTime(CalendarDateTime::Utc(at))) => at,
        other => panic!("not in UTC: {other:?}"),
    }
}

#[testkit::test]
async fn a_feed_has_the_appointments_and_events_of_whom_it_is_of(app: App) {
    both_work(&app).await;
    let owner = app.owner();
    let id = owner.post(RECORDS, appointment("10:00")).await.status(201).items()[0]["id"].as_i64();
    let gone = owner.post(RECORDS, appointment("12:00")).await.status(201).items()[0]["id"].as_i64();
    let mut other = appointment("10:00");
    other["staff_id"] = json!(1002);
    other["client"] = json!({"name": "Nina, \"N\"; X\\", "phone": "+13155550188"});
    other["comment"] = json!("First line\nSecond line; with, marks");
    owner.post(RECORDS, other).await.status(201);
    let (_, anns) = made(&owner, json!({"team_member_id": 1001})).await;
    let (_, all) = made(&owner, json!({"title": "Front; desk"})).await;

    let calendar = read(&app, &anns).await;
    assert_eq!(calendar.get_name(), Some("Ann Lee – James Smith LLC"));
    assert_eq!(calendar.property_value("REFRESH-INTERVAL"), Some("PT3600S"));
    assert_eq!(calendar.property_value("X-PUBLISHED-TTL"), Some("PT3600S"));
    assert_eq!(own(&calendar).len(), 2);
    let first = own(&calendar)[0].clone();
    let uid = first.get_uid().expect("an id").to_owned();
    assert!(uid.starts_with(&format!("37532-{}@", id.expect("an id"))), "{uid}");
    assert_eq!(instant(first.get_start()).to_rfc3339(), "2026-12-01T15:00:00+00:00");
    assert_eq!(instant(first.get_end()).to_rfc3339(), "2026-12-01T16:00:00+00:00");
    assert_eq!(first.get_status(), Some(EventStatus::Confirmed));
    assert!(first.get_summary().expect("a summary").starts_with("Men's haircut – J"), "{first:?}");
    assert!(first.get_description().expect("a description").contains("+1"));
    assert_eq!(first.get_location(), Some("New York, 787 Jackson Drive"));
    let held: Vec<_> =
        calendar.events().filter(|e| e.get_uid().expect("an id").contains("-event-")).collect();
    assert!(held.iter().all(|event| event.get_summary().expect("a summary").ends_with("(0/8)")));
    assert!(!held.is_empty());

    let calendar = read(&app, &all).await;
    assert_eq!(calendar.get_name(), Some("Front; desk"));
    assert_eq!(own(&calendar).len(), 3);
    let nina = own(&calendar).into_iter().find(|e| e.get_summary().is_some_and(|s| s.contains("Nina")));
    let nina = nina.expect("hers");
    assert_eq!(nina.get_summary(), Some("Mark Stone: Men's haircut – Nina, \"N\"; X\\"));
    assert_eq!(nina.get_description(), Some("+13155550188\nFirst line\nSecond line; with, marks"));

    // What is cancelled is not there any more; what is changed has the same id, and counts up.
    owner.delete(&format!("/api/v1/record/37532/{}", gone.expect("an id"))).await.status(204);
    let mut moved = appointment("15:00");
    moved["attendance"] = json!(2);
    owner.put(&format!("/api/v1/record/37532/{}", id.expect("an id")), moved).await.ok();
    let calendar = read(&app, &anns).await;
    assert_eq!(own(&calendar).len(), 1);
    let now = own(&calendar)[0];
    assert_eq!(now.get_uid(), Some(uid.as_str()));
    assert!(now.get_sequence() > first.get_sequence());
    assert_eq!(instant(now.get_start()).to_rfc3339(), "2026-12-01T20:00:00+00:00");
}

#[testkit::test]
async fn a_feed_is_not_sent_again_as_long_as_it_is_the_same(app: App) {
    working(&app).await;
    let owner = app.owner();
    owner.post(RECORDS, appointment("10:00")).await.status(201);
    let (_, feed) = made(&owner, json!({"team_member_id": 1001})).await;
    let tag = app.nobody().get(&feed).await.status(200).header("etag").to_owned();
    let known = app.nobody().header("if-none-match", format!("\"x\", W/{tag}"));
    app.advance(3_600_000);
    let same = known.get(&feed).await.status(304);
    assert!(same.text().is_empty());
    assert_eq!(same.header("etag"), tag);
    owner.post(RECORDS, appointment("12:00")).await.status(201);
    assert_ne!(known.get(&feed).await.status(200).header("etag"), tag);
}

#[testkit::test]
async fn nobody_reads_a_feed_that_ended(app: App) {
    working(&app).await;
    let owner = app.owner();
    let (id, feed) = made(&owner, json!({"team_member_id": 1001})).await;
    read(&app, &feed).await;
    let mark = feed.rsplit('-').next().expect("a mark");
    for wrong in [
        format!("/calendar/37532-{id}-{}.ics", "0".repeat(32)),
        format!("/calendar/37532-{}-{mark}", id + 1),
        format!("/calendar/{STRANGER_LOCATION}-{id}-{mark}"),
        feed.replace(".ics", ""),
        "/calendar/x.ics".to_owned(),
    ] {
        let none = app.nobody().get(&wrong).await.status(404);
        assert_eq!(none.text(), "There is no such calendar.\n", "{wrong}");
    }
    // Another address.
    let renewed = owner.post(&format!("{FEEDS}/{id}/renew"), json!({})).await.status(200);
    app.nobody().get(&feed).await.status(404);
    let feed = path(&renewed.data()["url"]);
    read(&app, &feed).await;
    // Its team member is deleted, and taken back; so is the location.
    app.exec("UPDATE team_members SET is_deleted = 1 WHERE id = 1001", &[]).await;
    app.nobody().get(&feed).await.status(404);
    app.exec("UPDATE team_members SET is_deleted = 0 WHERE id = 1001", &[]).await;
    read(&app, &feed).await;
    app.exec("UPDATE locations SET deleted_at = 1 WHERE id = 37532", &[]).await;
    app.kernel().forget();
    app.nobody().get(&feed).await.status(404);
    app.exec("UPDATE locations SET deleted_at = NULL WHERE id = 37532", &[]).await;
    app.kernel().forget();
    read(&app, &feed).await;
    owner.delete(&format!("{FEEDS}/{id}")).await.status(204);
    app.nobody().get(&feed).await.status(404);
    owner.delete(&format!("{FEEDS}/{id}")).await.status(404);
}

#[testkit::test]
async fn a_feed_shows_what_its_maker_may_see(app: App) {
    both_work(&app).await;
    let owner = app.owner();
    owner.post(RECORDS, appointment("10:00")).await.status(201);
    let mut other = appointment("11:00");
    other["staff_id"] = json!(1002);
    owner.post(RECORDS, other).await.status(201);

    let (user, staff) = make::staff(&app, LOCATION, &["timetable_access"]).await;
    let (id, feed) = made(&staff, json!({})).await;
    let text = app.nobody().get(&feed).await.status(200).text();
    assert!(text.contains("Men's haircut") && !text.contains("+1315"), "no phones without the right: {text}");
    // Another's feeds are not his to see; whoever manages the team sees and ends them, but has not their addresses.
    let (others, secret) = made(&owner, json!({"team_member_id": 1001})).await;
    let listed = staff.get(FEEDS).await.status(200);
    assert_eq!((listed.ids(), listed.body["meta"]["count"].as_i64()), (vec![id], Some(1)));
    assert_eq!(path(&listed.items()[0]["url"]), feed);
    staff.delete(&format!("{FEEDS}/{others}")).await.status(404);
    staff.post(&format!("{FEEDS}/{others}/renew"), json!({})).await.status(404);
    let listed = owner.get(FEEDS).await.status(200);
    assert_eq!(listed.ids(), [id, others]);
    assert_eq!((&listed.items()[0]["url"], &listed.items()[0]["user_id"]), (&Value::Null, &json!(user)));
    owner.post(&format!("{FEEDS}/{id}/renew"), json!({})).await.status(403);
    read(&app, &secret).await;

    // Fewer rights, fewer appointments; none of them, no feed.
    let mut grants = make::grants(Role::Worker, &["timetable_access"]);
    grants.set("timetable_master_id", &json!(1002)).expect("a right");
    make::member(&app, LOCATION, user, grants).await;
    let calendar = read(&app, &feed).await;
    assert_eq!(own(&calendar).len(), 1);
    assert!(own(&calendar)[0].get_summary().expect("a summary").starts_with("Mark Stone: "));
    staff.post(FEEDS, json!({"team_member_id": 1001})).await.status(422);
    made(&staff, json!({"team_member_id": 1002})).await;
    make::member(&app, LOCATION, user, make::grants(Role::Worker, &["clients_access"])).await;
    app.nobody().get(&feed).await.status(404);
    staff.get(FEEDS).await.status(403);
    // Whoever is a user of the location no longer has no feeds there.
    app.exec("DELETE FROM memberships WHERE location_id = 37532 AND user_id = $1", &[user.into()]).await;
    assert_eq!(app.count("calendar_feeds").await, 1);
    app.stranger().get(FEEDS).await.status(404);
    app.stranger().delete(&format!("{FEEDS}/{others}")).await.status(404);
}

#[testkit::test]
async fn wrong_feeds_are_refused(app: App) {
    let owner = app.owner();
    for (body, field) in [
        (json!({"team_member_id": 1101}), "team_member_id"),
        (json!({"team_member_id": 4_000_000_000i64}), "team_member_id"),
        (json!({"team_member_id": "x"}), "team_member_id"),
        (json!({"title": "x".repeat(101)}), "title"),
    ] {
        assert_eq!(owner.post(FEEDS, body).await.status(422).fields(), [field]);
    }
    for _ in 0..50 {
        made(&owner, json!({})).await;
    }
    owner.post(FEEDS, json!({})).await.status(409);
    assert_eq!(owner.get(&format!("{FEEDS}?count=20&page=3")).await.status(200).items().len(), 10);
}

#[testkit::test]
async fn the_hour_on_the_wall_stays_when_the_clock_changes(app: App) {
    // The clock of New York goes back on 2026-11-01.
    app.advance(1_793_300_400_000 - app.kernel().now());
    let days: Vec<Value> = ["2026-10-31", "2026-11-01", "2026-11-02"]
        .iter()
        .map(|day| json!({"date": day, "is_working": true, "slots": [{"from": "00:00", "to": "24:00"}]}))
        .collect();
    let path = format!("/api/v1/schedule/{LOCATION}/1002/2026-10-31/2026-11-02");
    app.owner().put(&path, json!(days)).await.ok();
    for day in ["2026-10-31", "2026-11-01", "2026-11-02"] {
        let body = json!({"staff_id": 1002, "services": [{"id": HAIRCUT}], "datetime": format!("{day} 10:00:00"),
            "client": {"name": "Jo", "phone": "+13155550188"}, "seance_length": 3600, "save_if_busy": true});
        app.owner().post(RECORDS, body).await.status(201);
    }
    let (_, feed) = made(&app.owner(), json!({"team_member_id": 1002})).await;
    let calendar = read(&app, &feed).await;
    let starts: Vec<String> = own(&calendar).iter().map(|e| instant(e.get_start()).to_rfc3339()).collect();
    assert_eq!(
        starts,
        ["2026-10-31T14:00:00+00:00", "2026-11-01T15:00:00+00:00", "2026-11-02T15:00:00+00:00"]
    );
}

#[testkit::test]
async fn many_appointments_take_no_more_queries_and_are_read_off_an_index(app: App) {
    working(&app).await;
    let owner = app.owner();
    owner.post(RECORDS, appointment("10:00")).await.status(201);
    let (_, feed) = made(&owner, json!({})).await;
    let queries = async |expected: usize| {
        let before = app.queries();
        let text = app.nobody().get(&feed).await.status(200).text();
        let found = text.matches("Men's haircut").count() + text.matches("Bulk").count();
        assert!(found >= expected, "{found}");
        app.queries() - before
    };
    // Once for what is kept in memory.
    queries(1).await;
    let few = queries(1).await;
    // 7000 more of one client over the year to come, and 3000 over the year before.
    app.exec("UPDATE services SET title = 'Bulk' WHERE id = 83181", &[]).await;
    let client: i64 = app.one("SELECT MIN(id) FROM clients WHERE location_id = 37532", &[]).await;
    app.exec(
        "INSERT INTO appointments (location_id, id, team_member_id, client_id, starts_at, length, created_at, updated_at)
         WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < 10000)
         SELECT 37532, 100000 + n, 1003, CAST($1 AS BIGINT), CAST($2 AS BIGINT) + CAST(n - 3000 AS BIGINT) * 3600000,
            3600, 0, 0 FROM n",
        db::params![client, app.kernel().now()],
    )
    .await;
    app.exec(
        "INSERT INTO appointment_services (location_id, appointment_id, position, service_id, cost_per_unit, amount, discount, cost)
         SELECT 37532, id, 0, 83181, 0, 1, 0, 0 FROM appointments WHERE id >= 100000",
        &[],
    )
    .await;
    let many = queries(4990).await;
    assert_eq!(few, many);
    assert!(many <= 12, "{many}");

    app.analyze(&["appointments"]).await;
    let day = 86_400_000;
    for team in [None, Some(vec![1001])] {
        let (from, till) = (Some(app.kernel().now()), Some(app.kernel().now() + 365 * day));
        let filter = list::Filter { team, from, till, alone: true, ..list::Filter::default() };
        for sql in [
            list::in_order(LOCATION, &filter, kernel::Page { limit: 5000, offset: 0 }),
            list::latest_first(LOCATION, &filter, 5000),
        ] {
            let plan = app.plan(&sql).await;
            assert!(
                plan.contains("appointments_by_start") || plan.contains("appointments_of_team_member"),
                "{plan}"
            );
        }
    }
}
