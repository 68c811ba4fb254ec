//! Booking online, over HTTP.

use db::params;
use frontdesk::demo::LOCATION;
use serde_json::{Value, json};
use testkit::{Answer, App};

use super::appointments::{HAIRCUT, at, make};
use super::events::{CLASS, make as make_event};
use super::online::field;
use super::slots::{soon, times};

const BOOK: &str = "/api/v1/book_record/37532";
const CHECK: &str = "/api/v1/book_check/37532";

fn item(id: i64, member: i64, when: &str) -> Value {
    json!({"id": id, "services": [HAIRCUT], "staff_id": member, "datetime": when})
}

pub fn order(items: &[Value]) -> Value {
    json!({"phone": "+1 315 555 0175", "fullname": "James", "email": "j.smith@example.com", "comment": "Window",
           "type": "mobile", "notify_by_sms": 6, "notify_by_email": 24, "api_id": 777, "appointments": items})
}

fn codes(answer: &Answer) -> Vec<(i64, i64)> {
    let errors = answer.body["meta"]["errors"].as_array().expect("a list");
    errors
        .iter()
        .map(|e| (e["code"].as_i64().expect("a code"), e["id"].as_i64().unwrap_or_default()))
        .collect()
}

async fn book(app: &App, when: &str) -> (i64, String) {
    let made = app.partner().post(BOOK, order(&[item(1, 1001, when)])).await.status(201);
    let one = &made.items()[0];
    (one["record_id"].as_i64().expect("an id"), one["record_hash"].as_str().expect("a hash").to_owned())
}

#[testkit::test]
async fn a_booking_is_made_seen_moved_and_cancelled_by_its_secret(app: App) {
    soon(&app).await;
    let (id, hash) = book(&app, "2026-03-24T10:00:00-04:00").await;
    let seen = app.owner().get(&format!("/api/v1/record/37532/{id}")).await.status(200);
    let a = seen.data();
    assert_eq!((&a["online"], &a["is_mobile"], &a["created_user_id"]), (&json!(true), &json!(1), &json!(0)));
    assert_eq!((&a["sms_before"], &a["api_id"], &a["comment"]), (&json!(6), &json!("777"), &json!("Window")));
    assert_eq!((&a["client"]["name"], &a["client"]["phone"]), (&json!("James"), &json!("+13155550175")));
    assert!(a["short_link"].as_str().expect("a link").ends_with(&format!("/a/37532-{id}-{hash}")));

    let path = format!("{BOOK}/{id}/{hash}");
    let own = app.partner().get(&path).await.status(200);
    assert_eq!(own.body["datetime"], "2026-03-24T10:00:00-04:00");
    assert_eq!(
        (&own.body["company"]["timezone"], &own.body["staff"]["name"]),
        (&json!("-4"), &json!("Ann Lee"))
    );
    app.partner().get(&format!("{BOOK}/{id}/{}", "0".repeat(32))).await.status(404);
    let listed = app.partner().get(&format!("/api/v1/user/records/{id}/{hash}")).await.status(201);
    assert_eq!(listed.ids(), [id]);

    let move_to = |when: &str, hash: &str| json!({"datetime": when, "record_hash": hash});
    let path = format!("{BOOK}/{id}");
    app.partner().put(&path, move_to("2026-03-24T11:00:00-04:00", "wrong")).await.status(404);
    let moved = app.partner().put(&path, move_to("2026-03-24T11:00:00-04:00", &hash)).await.status(200);
    assert_eq!(moved.data()["datetime"], "2026-03-24T11:00:00-04:00");
    for (when, why) in [
        ("2026-03-29T11:00:00-04:00", 433),
        ("2026-03-24T12:30:00-04:00", 433),
        ("2026-03-22T11:00:00-04:00", 433),
    ] {
        let refused = app.partner().put(&path, move_to(when, &hash)).await.status(422);
        assert_eq!(codes(&refused)[0].0, why, "{when}");
    }
    app.partner().delete(&format!("/api/v1/user/records/{id}/wrong")).await.status(404);
    app.partner().delete(&format!("/api/v1/user/records/{id}/{hash}")).await.status(200);
    assert_eq!(app.partner().get(&format!("{BOOK}/{id}/{hash}")).await.status(200).body["deleted"], true);
    app.partner().delete(&format!("/api/v1/user/records/{id}/{hash}")).await.status(404);
    book(&app, "2026-03-24T11:00:00-04:00").await;
}

#[testkit::test]
async fn each_refusal_has_its_number(app: App) {
    soon(&app).await;
    make(&app, at("2026-03-24 10:00")).await;
    let ask = |body: Value| {
        let partner = app.partner();
        async move { partner.post(BOOK, body).await }
    };
    for (items, code) in [
        (vec![], (422, 0)),
        (
            vec![json!({"id": 7, "services": [], "staff_id": 1001, "datetime": "2026-03-24T09:00:00-04:00"})],
            (422, 7),
        ),
        (vec![item(7, 1001, "2026-03-24T10:30:00-04:00")], (433, 7)),
        (vec![item(7, 1001, "2026-03-24T08:00:00-04:00")], (433, 7)),
        (vec![item(7, 0, "2026-03-24T03:00:00-04:00")], (436, 7)),
        (
            vec![item(1, 1001, "2026-03-24T11:00:00-04:00"), item(2, 1002, "2026-03-24T11:30:00-04:00")],
            (437, 2),
        ),
        (
            vec![
                json!({"id": 7, "services": [1], "staff_id": 1001, "datetime": "2026-03-24T09:00:00-04:00"}),
            ],
            (438, 7),
        ),
    ] {
        let refused = ask(order(&items)).await.status(422);
        assert_eq!(codes(&refused), [code], "{items:?}");
        let refused = app.partner().post(CHECK, json!({"appointments": items})).await.status(422);
        assert_eq!(codes(&refused), [code], "{items:?}");
    }
    // A field of one of several is named by its place.
    let fine = item(1, 1001, "2026-03-24T09:00:00-04:00");
    for bad in [json!(null), json!("some day")] {
        let items =
            [fine.clone(), json!({"id": 2, "services": [HAIRCUT], "staff_id": 1001, "datetime": bad})];
        for hold in [false, true] {
            let body = json!({"appointments": items, "hold": hold});
            let refused = app.partner().post(CHECK, body).await.status(422);
            assert_eq!(refused.fields(), ["appointments.1.datetime"]);
        }
        assert_eq!(ask(order(&items)).await.status(422).fields(), ["appointments.1.datetime"]);
    }
    let mut body = order(&[item(1, 1001, "2026-03-24T09:00:00-04:00")]);
    body["phone"] = json!("12");
    assert_eq!(codes(&ask(body.clone()).await.status(422)), [(431, 0)]);
    body["phone"] = json!("+13155550175");
    body["fullname"] = json!("");
    assert_eq!(codes(&ask(body.clone()).await.status(422)), [(435, 0)]);
    assert_eq!(app.count("appointments").await, 1, "nothing is half booked");
    app.exec("INSERT INTO clients (location_id, id, name, phone, created_at) VALUES ($1, 9001, 'Bad', '+13155550666', 0)", params![LOCATION]).await;
    app.exec("INSERT INTO tags (location_id, id, title, color, entity, created_at) VALUES ($1, 9002, 'Black list', '#000000', 1, 0)", params![LOCATION]).await;
    app.exec(
        "INSERT INTO client_tags (location_id, client_id, tag_id) VALUES ($1, 9001, 9002)",
        params![LOCATION],
    )
    .await;
    body["fullname"] = json!("Bad");
    body["phone"] = json!("+13155550666");
    assert_eq!(codes(&ask(body).await.status(403)), [(434, 0)]);
    app.partner()
        .post("/api/v1/book_record/1", order(&[item(1, 1001, "2026-03-24T09:00:00-04:00")]))
        .await
        .status(404);
}

#[testkit::test]
async fn what_is_offered_can_be_booked_and_several_at_once(app: App) {
    soon(&app).await;
    let path = format!("/api/v1/book_times/37532/0/2026-03-24?service_ids={HAIRCUT}");
    let offered = app.partner().get(&path).await.status(200);
    let slots: Vec<String> =
        offered.items().iter().map(|s| s["datetime"].as_str().expect("a moment").to_owned()).collect();
    for slot in &slots {
        app.partner().post(CHECK, json!({"appointments": [item(1, 0, slot)]})).await.status(201);
    }
    let both = order(&[item(1, 1001, &slots[0]), item(2, 0, &slots[4])]);
    let made = app.partner().post(BOOK, both).await.status(201);
    assert_eq!(made.items().len(), 2);
    let visits: i64 = app.one("SELECT COUNT(DISTINCT visit_id) FROM appointments", &[]).await;
    assert_eq!(visits, 1, "one client, one day, one visit");
    let requested: i64 = app.one("SELECT SUM(is_requested) FROM appointments", &[]).await;
    assert_eq!(requested, 1, "one of them named the team member");
}

#[testkit::test]
async fn a_held_time_waits_for_its_holder(app: App) {
    soon(&app).await;
    let slot = "2026-03-24T10:00:00-04:00";
    let body = json!({"appointments": [item(1, 1001, slot)], "hold": true});
    let held = app.partner().post(CHECK, body.clone()).await.status(201);
    let token = held.body["meta"]["hold"]["token"].as_str().expect("a token").to_owned();
    assert_eq!(held.body["meta"]["hold"]["expires_at"], "2026-03-23T10:05:00-04:00");
    // Nobody else gets it, by whichever way.
    let path = format!("/api/v1/book_times/37532/1001/2026-03-24?service_ids={HAIRCUT}");
    assert!(!times(&app, &path).await.contains(&"10:00".to_owned()));
    app.partner().post(CHECK, body).await.status(422);
    assert_eq!(codes(&app.partner().post(BOOK, order(&[item(1, 1001, slot)])).await.status(422)), [(433, 1)]);
    app.owner().post("/api/v1/records/37532", at("2026-03-24 10:30")).await.status(422);
    let mut mine = order(&[item(1, 1001, slot)]);
    mine["hold"] = json!(token);
    app.partner().post(BOOK, mine).await.status(201);
    assert_eq!(app.count("slot_holds").await, 0);

    let other = json!({"appointments": [item(1, 1001, "2026-03-24T11:00:00-04:00")], "hold": true});
    app.partner().post(CHECK, other).await.status(201);
    app.advance(5 * 60_000);
    assert!(times(&app, &path).await.contains(&"11:00".to_owned()), "it ended by itself");
    app.partner().post(BOOK, order(&[item(1, 1001, "2026-03-24T11:00:00-04:00")])).await.status(201);
}

#[testkit::test]
async fn where_the_phone_is_confirmed_a_code_is_needed(app: App) {
    soon(&app).await;
    app.exec("UPDATE locations SET phone_confirmation = 1 WHERE id = $1", params![LOCATION]).await;
    let mut body = order(&[item(1, 1001, "2026-03-24T10:00:00-04:00")]);
    assert_eq!(codes(&app.partner().post(BOOK, body.clone()).await.status(422)), [(432, 0)]);
    body["code"] = json!("12345");
    assert_eq!(codes(&app.partner().post(BOOK, body).await.status(422)), [(432, 0)]);
}

#[testkit::test]
async fn deadlines_bind_clients(app: App) {
    soon(&app).await;
    let (id, hash) = book(&app, "2026-03-24T10:00:00-04:00").await;
    let rules = "/api/frontdesk/v1/locations/37532/online_booking/settings";
    app.owner().put(rules, json!({"cancel_deadline": 1440, "change_deadline": 1440})).await.status(200);
    app.advance(1);
    app.partner()
        .put(&format!("{BOOK}/{id}"), json!({"datetime": "2026-03-25T10:00:00-04:00", "record_hash": hash}))
        .await
        .status(403);
    app.partner().delete(&format!("/api/v1/user/records/{id}/{hash}")).await.status(403);
    app.owner().put(rules, json!({"cancel_deadline": 60, "can_change": false})).await.status(200);
    app.partner()
        .put(&format!("{BOOK}/{id}"), json!({"datetime": "2026-03-25T10:00:00-04:00", "record_hash": hash}))
        .await
        .status(403);
    app.partner().delete(&format!("/api/v1/user/records/{id}/{hash}")).await.status(200);
}

#[testkit::test]
async fn seats_of_an_event_are_booked(app: App) {
    soon(&app).await;
    let event = make_event(&app, json!({"date": "2026-03-24 10:00", "service_id": CLASS, "staff_id": 1001, "capacity": 2, "length": 7200, "force": true})).await;
    let path = format!("/api/v1/activity/37532/{event}/book");
    let body = |n: i64| json!({"fullname": "James", "phone": format!("+1315555010{n}"), "email": "j@example.com", "clients_count": 1});
    let made = app.partner().post(&path, body(1)).await.status(200);
    let (id, hash) = (made.data()["id"].clone(), made.data()["hash"].as_str().expect("a hash").to_owned());
    app.partner().post(&path, body(2)).await.status(200);
    app.partner().post(&path, body(3)).await.status(422);
    app.partner().delete(&format!("/api/v1/user/records/{id}/{hash}")).await.status(200);
    app.partner().post(&path, body(3)).await.status(200);
    app.partner().post("/api/v1/activity/37532/99/book", body(3)).await.status(404);
    let many =
        json!({"fullname": "James", "phone": "+13155550104", "email": "j@example.com", "clients_count": 5});
    assert_eq!(app.partner().post(&path, many).await.status(422).fields(), ["clients_count"]);
}

#[testkit::test]
async fn of_many_who_book_one_time_one_gets_it(app: App) {
    soon(&app).await;
    let tries = (0..40).map(|n| {
        let partner = app.partner();
        let mut body = order(&[item(1, 1001, "2026-03-24T10:00:00-04:00")]);
        body["phone"] = json!(format!("+1315555{:04}", 100 + n));
        tokio::spawn(async move { partner.post(BOOK, body).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        statuses.push(one.await.expect("ended"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(statuses[1..].iter().all(|status| *status == 422), "{statuses:?}");
    assert_eq!(app.count("appointments").await, 1);
}

#[testkit::test]
async fn what_the_location_asks_for_itself_must_be_there(app: App) {
    soon(&app).await;
    field(&app, "client", "shoe_size").await;
    let asks = json!({"custom_fields": [{"code": "shoe_size", "is_required": true},
                                        {"entity": "record", "code": "drink", "is_required": true}]});
    app.owner().put("/api/frontdesk/v1/locations/37532/online_booking/settings", asks).await.status(200);
    let one = |values: Value| {
        let mut one = item(1, 1001, "2026-03-24T10:00:00-04:00");
        one["custom_fields"] = values;
        order(&[one])
    };
    for (values, missing) in [
        (json!({}), vec!["custom_fields.shoe_size", "custom_fields.drink"]),
        (json!({"shoe_size": "44", "drink": " "}), vec!["custom_fields.drink"]),
        (json!({"shoe_size": {"left": 44}, "drink": "Tea"}), vec!["custom_fields.shoe_size"]),
    ] {
        assert_eq!(app.partner().post(BOOK, one(values)).await.status(422).fields(), missing);
    }
    assert_eq!(app.count("appointments").await, 0);
    // To the client go the client's, to the appointment its own; a list of one is what is in it.
    let made = app.partner().post(BOOK, one(json!({"shoe_size": 44, "drink": ["Tea"]}))).await.status(201);
    let kept = format!("/api/v1/record/37532/{}", made.items()[0]["record_id"]);
    let kept = app.owner().get(&kept).await.status(200);
    assert_eq!(kept.data()["custom_fields"], json!({"drink": "Tea"}));
    let client = format!("/api/v1/client/37532/{}", kept.data()["client"]["id"]);
    assert_eq!(app.owner().get(&client).await.ok().data()["custom_fields"], json!({"shoe_size": "44"}));
    // Whoever is known already is not changed by a booking.
    let mut later = item(1, 1001, "2026-03-24T11:00:00-04:00");
    later["custom_fields"] = json!({"shoe_size": "39", "drink": "Tea"});
    app.partner().post(BOOK, order(&[later])).await.status(201);
    assert_eq!(app.owner().get(&client).await.ok().data()["custom_fields"], json!({"shoe_size": "44"}));
}

#[testkit::test]
async fn without_a_phone_the_address_is_proven(app: App) {
    soon(&app).await;
    let rules =
        json!({"phone_confirmation": true, "client_fields": {"phone": "optional", "email": "required"}});
    app.owner().put("/api/frontdesk/v1/locations/37532/online_booking/settings", rules).await.status(200);
    let one = |email: &str, code: Option<&str>| {
        json!({"fullname": "Jane", "email": email, "code": code,
               "appointments": [item(1, 1001, "2026-03-24T10:00:00-04:00")]})
    };
    assert_eq!(app.partner().post(BOOK, one("", None)).await.status(422).fields(), ["email"]);
    let refused = app.partner().post(BOOK, one("Jane@example.com", None)).await.status(422);
    assert_eq!(codes(&refused), [(432, 0)]);
    let ask = "/api/v1/book_code/37532";
    assert_eq!(app.partner().post(ask, json!({"email": "jane"})).await.status(422).fields(), ["email"]);
    app.partner().post(ask, json!({"email": "Jane@Example.com"})).await.status(201);
    app.partner().post(ask, json!({"email": "jane@example.com"})).await.status(429);
    let letter = app.outbox().await.pop().expect("a letter");
    assert!(letter.contains("To: jane@example.com") && letter.contains("Subject: Your code for"), "{letter}");
    let code = letter.split("code is ").nth(1).and_then(|text| text.get(..5)).expect("a code");
    let wrong = if code == "11111" { "22222" } else { "11111" };
    app.partner().post(BOOK, one("jane@example.com", Some(wrong))).await.status(422);
    app.partner().post(BOOK, one("other@example.com", Some(code))).await.status(422);
    let made = app.partner().post(BOOK, one("jane@example.com", Some(code))).await.status(201);
    let kept = app.owner().get(&format!("/api/v1/record/37532/{}", made.items()[0]["record_id"])).await;
    assert_eq!(kept.status(200).data()["client"]["email"], "jane@example.com");
    // It has served.
    let mut again = one("jane@example.com", Some(code));
    again["appointments"][0]["datetime"] = json!("2026-03-24T11:00:00-04:00");
    assert_eq!(codes(&app.partner().post(BOOK, again).await.status(422)), [(432, 0)]);
}
