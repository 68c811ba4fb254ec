//! Settings of notifications, what people are told of appointments, reminders.

use frontdesk::demo::LOCATION;
use org::rights::Role;
use serde_json::{Value, json};
use testkit::{App, Client, make};

use super::webhooks::{appointment, working};

const HOUR: i64 = 3_600_000;
/// From the beginning of tests to 10:00 of the first of December in New York.
const TILL_TEN: i64 = 1_796_137_200_000 - testkit::NOW;

fn types() -> String {
    format!("/api/v1/notification_settings/{LOCATION}/notification_types")
}

fn of_user(id: i64) -> String {
    format!("/api/v1/notification_settings/{LOCATION}/users/{id}")
}

async fn tell(app: &App, kind: &str, email: bool) {
    let path = format!("/api/frontdesk/v1/locations/{LOCATION}/notification_types/{kind}");
    app.owner().put(&path, json!({"email": email, "sms": false})).await.ok();
}

#[testkit::test]
async fn a_location_has_nine_kinds_and_its_ways(app: App) {
    let read = app.owner().get(&types()).await.status(200);
    assert_eq!(read.body["meta"]["count"], json!(9));
    assert_eq!(
        read.items()[0],
        json!({"type": "record_create_online_staff", "channels": {"push": 1, "sms": 0, "email": 1}})
    );
    tell(&app, "record_move_staff", true).await;
    let read = app.owner().get(&types()).await.ok();
    let moved = read.items().iter().find(|t| t["type"] == "record_move_staff").expect("the kind");
    assert_eq!(moved["channels"], json!({"push": 0, "sms": 0, "email": 1}));
    let wrong = format!("/api/frontdesk/v1/locations/{LOCATION}/notification_types/nothing");
    app.owner().put(&wrong, json!({})).await.status(404);
    app.staff(&[]).await.get(&types()).await.status(403);
    app.stranger().get(&types()).await.status(404);
}

#[testkit::test]
async fn a_user_sets_push_of_what_he_is_told_of(app: App) {
    let (worker, _) = make::in_role(&app, LOCATION, Role::Worker).await;
    let owner = make::user_id(&app, frontdesk::demo::LOGIN).await;
    let read = app.owner().get(&of_user(worker)).await.status(200);
    assert_eq!(read.data(), &json!({"mode": "disabled", "notification_types": []}), "nobody of the team");
    app.exec("UPDATE memberships SET team_member_id = NULL WHERE team_member_id = 1001", &[]).await;
    app.exec("UPDATE memberships SET team_member_id = 1001 WHERE user_id = $1", db::params![worker]).await;
    let read = app.owner().get(&of_user(worker)).await.status(200);
    let names: Vec<&Value> =
        read.data()["notification_types"].as_array().expect("a list").iter().map(|t| &t["type"]).collect();
    assert_eq!(read.data()["mode"], "staff");
    assert_eq!(
        names,
        [
            "record_create_online_staff",
            "license_expire",
            "record_create_offline_staff",
            "record_delete_staff",
            "record_move_staff"
        ]
    );
    let body = json!({"notification_types": [
        {"type": "record_move_staff", "channels": {"push": 1, "sms": 1}}, {"type": "license_expire", "channels": {"push": "0"}}
    ]});
    let set = app.owner().post(&of_user(worker), body).await.status(200);
    let of = |answer: &testkit::Answer, kind: &str| {
        let list = answer.data()["notification_types"].as_array().expect("a list").clone();
        list.into_iter().find(|t| t["type"] == kind).expect("the kind")["channels"].clone()
    };
    assert_eq!(
        of(&set, "record_move_staff"),
        json!({"push": 1, "sms": 0, "email": 0}),
        "only push is changed"
    );
    assert_eq!(of(&set, "license_expire"), json!({"push": 0, "sms": 1, "email": 1}));
    let body = json!({"notification_types": [{"type": "record_move_admin", "channels": {"push": 1}}, {"type": "x"}, {}]});
    let wrong = app.owner().post(&of_user(worker), body).await.status(422);
    assert_eq!(
        wrong.fields(),
        ["notification_types.0.type", "notification_types.1.type", "notification_types.2.type"]
    );
    assert_eq!(app.owner().get(&of_user(owner)).await.data()["mode"], "admin");
    app.owner().get(&of_user(999_999)).await.status(404);
    app.staff(&[]).await.get(&of_user(worker)).await.status(403);
}

/// What is in the outbox by now: (kind, channel, recipient, body), in the order in which it was written.
async fn told(app: &App) -> Vec<(String, String, String, String)> {
    app.webhooks().await;
    let mut conn = app.db().conn().await.expect("a connection");
    let sql = "SELECT kind, channel, recipient, body FROM outbox WHERE kind <> '' ORDER BY id";
    let rows = conn.all(sql, &[]).await.expect("rows");
    drop(conn);
    app.exec("DELETE FROM outbox", &[]).await;
    rows
}

fn kinds(told: &[(String, String, String, String)]) -> Vec<&str> {
    told.iter().map(|(kind, ..)| kind.as_str()).collect()
}

/// An administrator who is told of what others do, with his client.
async fn desk(app: &App) -> (i64, Client) {
    working(app).await;
    // Who is told in these tests: Ann, and one at the desk.
    let (ann, _) = make::in_role(app, LOCATION, Role::Worker).await;
    app.exec("UPDATE memberships SET team_member_id = NULL", &[]).await;
    app.exec("UPDATE memberships SET team_member_id = 1001 WHERE user_id = $1", db::params![ann]).await;
    app.exec("UPDATE users SET email = 'ann.lee@example.com' WHERE id = $1", db::params![ann]).await;
    let (desk, client) = make::in_role(app, LOCATION, Role::Administrator).await;
    app.exec("UPDATE users SET email = 'desk@example.com' WHERE id = $1", db::params![desk]).await;
    app.exec(
        "UPDATE users SET email = NULL, phone = '+10' WHERE login = $1",
        db::params![frontdesk::demo::LOGIN],
    )
    .await;
    app.exec("UPDATE memberships SET is_approved = 0 WHERE user_id NOT IN ($1, $2, (SELECT id FROM users WHERE login = $3))",
        db::params![ann, desk, frontdesk::demo::LOGIN]).await;
    for kind in ["record_create_offline_staff", "record_move_staff", "record_delete_staff"] {
        tell(app, kind, true).await;
    }
    (desk, client)
}

fn booked(time: &str) -> Value {
    let mut body = appointment(time);
    body["client"]["email"] = json!("jane@example.com");
    body["send_sms"] = json!(true);
    body["send_email"] = json!(true);
    body
}

#[testkit::test]
async fn people_are_told_when_an_appointment_is_made_moved_and_cancelled(app: App) {
    desk(&app).await;
    let owner = app.owner();
    let made = owner.post(&format!("/api/v1/records/{LOCATION}"), booked("10:00")).await.status(201);
    let one = format!("/api/v1/record/{LOCATION}/{}", made.items()[0]["id"]);
    let first = told(&app).await;
    let mut sorted = kinds(&first);
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        ["client_made", "client_made", "record_create_offline_admin", "record_create_offline_staff"]
    );
    let find = |told: &[(String, String, String, String)], kind: &str, channel: &str| {
        let found = told.iter().find(|(k, c, ..)| k == kind && c == channel);
        found.unwrap_or_else(|| panic!("{kind} by {channel} in {told:?}")).clone()
    };
    let (_, _, to, text) = find(&first, "client_made", "sms");
    assert_eq!(to, "+13155550175");
    assert!(
        text.contains("2026-12-01 10:00") && text.contains("Men's haircut") && text.contains("Ann Lee"),
        "{text}"
    );
    assert!(text.contains("http://desk.test/a/"), "{text}");
    assert_eq!(find(&first, "record_create_offline_staff", "email").2, "ann.lee@example.com");
    assert_eq!(find(&first, "record_create_offline_admin", "email").2, "desk@example.com");

    // A change that moves nothing is told to nobody.
    let mut body = booked("10:00");
    body["comment"] = json!("window seat");
    owner.put(&one, body).await.ok();
    assert!(told(&app).await.is_empty());
    owner.put(&one, booked("11:30")).await.ok();
    let moved = told(&app).await;
    assert!(find(&moved, "client_moved", "email").3.contains("2026-12-01 11:30"));
    assert_eq!(find(&moved, "record_move_staff", "email").2, "ann.lee@example.com");
    owner.delete(&one).await.status(204);
    let over = told(&app).await;
    assert!(find(&over, "client_cancelled", "sms").3.contains("cancelled"));
    find(&over, "record_delete_staff", "email");
    assert!(told(&app).await.is_empty());
}

#[testkit::test]
async fn whoever_does_it_is_not_told_and_no_client_who_was_not_to_be(app: App) {
    let (_, desk) = desk(&app).await;
    let made = desk.post(&format!("/api/v1/records/{LOCATION}"), appointment("10:00")).await.status(201);
    let told = told(&app).await;
    assert_eq!(kinds(&told), ["record_create_offline_staff"]);
    let one = format!("/api/v1/record/{LOCATION}/{}", made.items()[0]["id"]);
    // Made and cancelled in one breath: there is nothing to tell of it.
    let again = desk.post(&format!("/api/v1/records/{LOCATION}"), booked("12:00")).await.status(201);
    desk.delete(&format!("/api/v1/record/{LOCATION}/{}", again.items()[0]["id"])).await.status(204);
    assert!(super::notifications::told(&app).await.is_empty());
    desk.get(&one).await.ok();
}

#[testkit::test]
async fn clients_are_reminded_once_and_of_the_time_that_counts(app: App) {
    working(&app).await;
    let owner = app.owner();
    let body = |time: &str| {
        let mut body = appointment(time);
        body["client"]["email"] = json!("jane@example.com");
        body["sms_remain_hours"] = json!(2);
        body["email_remain_hours"] = json!(24);
        body
    };
    let made = owner.post(&format!("/api/v1/records/{LOCATION}"), body("10:00")).await.status(201);
    let one = format!("/api/v1/record/{LOCATION}/{}", made.items()[0]["id"]);
    let reminders = async || {
        let told = told(&app).await;
        let mine = told.into_iter().filter(|(kind, ..)| kind == "reminder");
        mine.map(|(_, channel, _, body)| (channel, body)).collect::<Vec<_>>()
    };
    assert!(reminders().await.is_empty());
    app.advance(TILL_TEN - 24 * HOUR - 1);
    assert!(reminders().await.is_empty());
    app.advance(1);
    let sent = reminders().await;
    assert_eq!(sent.len(), 1);
    assert!(sent[0].0 == "email" && sent[0].1.contains("2026-12-01 10:00"), "{sent:?}");
    assert!(reminders().await.is_empty());
    assert_eq!(owner.get(&one).await.data()["notified"], json!(1));
    // Moved by two hours: the e-mail of a day ahead is not due again, the SMS is two hours later.
    owner.put(&one, body("12:00")).await.ok();
    assert!(reminders().await.is_empty());
    app.advance(23 * HOUR);
    assert!(reminders().await.iter().all(|(channel, _)| channel == "email"));
    app.advance(HOUR);
    let sent = reminders().await;
    assert_eq!(sent.len(), 1);
    assert!(sent[0].0 == "sms" && sent[0].1.contains("2026-12-01 12:00"), "{sent:?}");
    app.advance(10 * HOUR);
    assert!(reminders().await.is_empty());
}

#[testkit::test]
async fn nobody_is_reminded_of_what_is_not(app: App) {
    working(&app).await;
    let owner = app.owner();
    let make = async |time: &str| {
        let mut body = appointment(time);
        body["sms_remain_hours"] = json!(2);
        let made = owner.post(&format!("/api/v1/records/{LOCATION}"), body).await.status(201);
        made.items()[0]["id"].as_i64().expect("an id")
    };
    let (cancelled, absent, kept) = (make("10:00").await, make("11:00").await, make("12:00").await);
    told(&app).await;
    owner.delete(&format!("/api/v1/record/{LOCATION}/{cancelled}")).await.status(204);
    app.exec("UPDATE appointments SET attendance = -1 WHERE id = $1", db::params![absent]).await;
    app.advance(TILL_TEN);
    let sent = told(&app).await;
    let sent: Vec<_> = sent.iter().filter(|(kind, ..)| kind == "reminder").collect();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].3.contains("12:00"));
    // Where the location sends no reminders by SMS, none goes out.
    make("13:00").await;
    make("15:00").await;
    told(&app).await;
    app.exec("UPDATE locations SET reminds_sms_disabled = 1", &[]).await;
    app.advance(HOUR);
    assert!(told(&app).await.is_empty());
    app.exec("UPDATE locations SET reminds_sms_disabled = 0", &[]).await;
    // A server that was off beyond the beginning does not remind any more.
    app.advance(5 * HOUR);
    assert!(told(&app).await.is_empty());
    let left: i64 = app.one("SELECT COUNT(*) FROM appointment_reminders WHERE sent_at IS NULL", &[]).await;
    assert_eq!((left, kept > absent), (0, true));
}

#[testkit::test]
async fn two_servers_remind_once(app: App) {
    working(&app).await;
    let mut body = appointment("10:00");
    body["sms_remain_hours"] = json!(2);
    app.owner().post(&format!("/api/v1/records/{LOCATION}"), body).await.status(201);
    app.webhooks().await;
    app.exec("DELETE FROM outbox", &[]).await;
    app.advance(TILL_TEN - 2 * HOUR);
    let sibling = app.sibling().await;
    tokio::join!(app.webhooks(), sibling.webhooks(), app.webhooks());
    assert_eq!(app.count("outbox").await, 1);
}
