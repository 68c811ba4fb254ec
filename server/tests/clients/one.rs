//! Making, reading, changing and deleting a client.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::{Answer, App};

pub const CLIENTS: &str = "/api/v1/clients/37532";
pub const CLIENT: &str = "/api/v1/client/37532";

/// The contract's own example, with a tag and a field of the demo.
fn james() -> Value {
    json!({
        "name": "James", "surname": "Smith", "middle_name": "James", "phone": 13_155_550_179_i64,
        "email": "j.smith@example.com", "gender_id": 1, "discount": 15, "importance_id": 1, "card": 555_888_666,
        "birth_date": "952041600", "comment": "throws show-off", "sms_check": 0, "sms_not": 1, "spent": 1000,
        "balance": -200, "categories": [1], "custom_fields": {"allergies": "Nuts"},
        "client_agreements": {"is_newsletter_allowed": true}
    })
}

pub fn id(answer: &Answer) -> i64 {
    answer.data()["id"].as_i64().expect("an id")
}

async fn events(app: &App, change: &str) -> i64 {
    app.one(
        "SELECT COUNT(*) FROM events WHERE entity = 'client' AND location_id = $1 AND change = $2",
        params![LOCATION, change],
    )
    .await
}

#[testkit::test]
async fn a_client_is_made_as_the_contract_shows(app: App) {
    let owner = app.owner();
    let made = owner.post(CLIENTS, james()).await.status(201);
    let id = id(&made);
    let expected = json!({
        "id": id, "name": "James", "surname": "Smith", "middle_name": "James", "patronymic": "James",
        "display_name": "James Smith", "phone": "+13155550179", "email": "j.smith@example.com",
        "categories": [{"id": 1, "title": "Regular", "color": "#2e7d32"}],
        "gender_id": 1, "gender": "Male", "discount": 15, "importance_id": 1, "importance": "Bronze",
        "card": "555888666", "birth_date": "2000-03-03", "comment": "throws show-off", "sms_check": 0, "sms_not": 1,
        "spent": 1000, "paid": 0, "balance": -1200, "visits": 0, "success_visits_count": 0, "fail_visits_count": 0,
        "first_visit_date": null, "last_visit_date": null, "last_change_date": "2026-03-23T10:00:00-0400",
        "custom_fields": {"allergies": "Nuts"},
        "client_agreements": {"client_id": id, "company_id": LOCATION, "is_personal_data_processing_allowed": false,
            "is_newsletter_allowed": true}
    });
    assert_eq!(made.data(), &expected);
    assert_eq!(made.body["meta"], json!([]));
    assert_eq!(owner.get(&format!("{CLIENT}/{id}")).await.status(200).data(), &expected);
    assert_eq!(events(&app, "create").await, 1);

    let plain = owner.post(CLIENTS, json!({"name": "Ann", "phone": "+44 20 7946 0958"})).await.status(201);
    let shown = plain.data();
    assert_eq!(
        (&shown["custom_fields"], &shown["categories"], &shown["birth_date"]),
        (&json!([]), &json!([]), &json!(null))
    );
    assert_eq!((&shown["gender"], &shown["importance"]), (&json!("unknown"), &json!("No importance class")));
    assert_eq!(shown["display_name"], "Ann");
}

#[testkit::test]
async fn a_phone_is_one_clients_at_a_location(app: App) {
    let owner = app.owner();
    for spelling in ["+14264037640", "14264037640", "1 (426) 403-76-40"] {
        let again = owner.post(CLIENTS, json!({"name": "Twin", "phone": spelling})).await.status(422);
        assert_eq!(again.fields(), ["phone"], "{spelling}");
    }
    let local = owner.post(CLIENTS, json!({"name": "Twin", "phone": "(212) 555-0111"})).await.status(422);
    assert_eq!(
        local.body["meta"]["errors"][0]["message"],
        "A client with this phone number is here already."
    );
    // Elsewhere it is free.
    let there = format!("/api/v1/clients/{STRANGER_LOCATION}");
    app.stranger().post(&there, json!({"name": "Jane", "phone": "+14264037640"})).await.status(201);
    // So it is once its client is deleted.
    owner.delete(&format!("{CLIENT}/1")).await.status(204);
    let made = owner.post(CLIENTS, json!({"name": "Jane", "phone": "14264037640"})).await.status(201);
    let id = id(&made);
    let taken = owner.put(&format!("{CLIENT}/{id}"), json!({"phone": "+12125550111"})).await.status(422);
    assert_eq!(taken.fields(), ["phone"]);
    owner.put(&format!("{CLIENT}/{id}"), json!({"phone": "+14264037640"})).await.status(200);
}

#[testkit::test]
async fn what_is_wrong_is_named_and_nothing_is_written(app: App) {
    let owner = app.owner();
    let before = app.count("clients").await;
    let wrong = json!({
        "phone": "12", "email": "nobody", "gender_id": 7, "discount": 101, "birth_date": "yesterday",
        "categories": [1, 3, 999], "custom_fields": {"hat": 1}, "spent": "much"
    });
    let answer = owner.post(CLIENTS, wrong).await.status(422);
    assert_eq!(answer.fields(), ["spent"]);
    let wrong = json!({
        "phone": "12", "email": "nobody", "gender_id": 7, "discount": 101, "birth_date": "yesterday",
        "categories": [1, 3, 999], "custom_fields": {"hat": 1}
    });
    let answer = owner.post(CLIENTS, wrong).await.status(422);
    // The tag 3 is one of appointments.
    assert_eq!(
        answer.fields(),
        [
            "name",
            "email",
            "phone",
            "birth_date",
            "gender_id",
            "discount",
            "custom_fields.hat",
            "categories.1",
            "categories.2"
        ]
    );
    assert_eq!(owner.post(CLIENTS, json!({})).await.status(422).fields(), ["name", "phone"]);
    owner.post(CLIENTS, json!("x")).await.status(422);
    assert_eq!(app.count("clients").await, before);
    assert_eq!(app.count("client_tags").await, 7);
}

#[testkit::test]
async fn a_change_changes_what_is_sent(app: App) {
    let owner = app.owner();
    let id = id(&owner.post(CLIENTS, james()).await.status(201));
    let path = format!("{CLIENT}/{id}");
    app.advance(60_000);
    let changed = owner
        .put(&path, json!({"name": "Jim", "labels": [{"id": 2, "title": "VIP"}], "custom_fields": {"allergies": null}}))
        .await
        .status(200);
    let shown = changed.data();
    assert_eq!(
        (&shown["name"], &shown["surname"], &shown["phone"]),
        (&json!("Jim"), &json!("Smith"), &json!("+13155550179"))
    );
    assert_eq!(shown["categories"], json!([{"id": 2, "title": "VIP", "color": "#ff2828"}]));
    assert_eq!((&shown["custom_fields"], &shown["balance"]), (&json!([]), &json!(-1200)));
    assert_eq!(shown["last_change_date"], "2026-03-23T10:01:00-0400");
    assert_eq!(events(&app, "update").await, 1);
    // Sent back as it was shown, nothing changes.
    let back = owner.put(&path, shown.clone()).await.status(200);
    assert_eq!(back.data(), shown);
    // What is sent as null is emptied.
    let emptied = json!({"email": null, "birth_date": "", "labels": [], "balance": -200, "spent": 1000});
    let emptied = owner.put(&path, emptied).await.status(200);
    let shown = emptied.data();
    assert_eq!(
        (&shown["email"], &shown["birth_date"], &shown["categories"]),
        (&json!(""), &json!(null), &json!([]))
    );
    assert_eq!(shown["balance"], -1200);
    assert_eq!(owner.put(&path, json!({"phone": ""})).await.status(422).fields(), ["phone"]);

    let tag = owner.get(&path).await.status(200).header("etag").to_owned();
    owner.clone().header("if-none-match", &tag).get(&path).await.status(304);
    owner.clone().header("if-match", "\"1\"").put(&path, json!({"name": "X"})).await.status(412);
    owner.clone().header("if-match", &tag).put(&path, json!({"name": "X"})).await.status(200);
}

#[testkit::test]
async fn a_tag_deleted_since_stays_with_whoever_has_it(app: App) {
    let owner = app.owner();
    let id = id(&owner.post(CLIENTS, james()).await.status(201));
    owner.delete("/api/v1/labels/37532/1").await.status(200);
    let shown = owner.put(&format!("{CLIENT}/{id}"), json!({"labels": [1, 2]})).await.status(200);
    assert_eq!(shown.data()["categories"].as_array().map(Vec::len), Some(2));
    let fresh = json!({"name": "Ann", "phone": "+12125550199", "categories": [1]});
    assert_eq!(owner.post(CLIENTS, fresh).await.status(422).fields(), ["categories.0"]);
}

#[testkit::test]
async fn a_deleted_client_is_gone_from_everywhere(app: App) {
    let owner = app.owner();
    let before = owner.get(CLIENTS).await.status(200).body["meta"]["total_count"].as_i64();
    owner.delete(&format!("{CLIENT}/1")).await.status(204);
    assert_eq!(events(&app, "delete").await, 1);
    let list = owner.get(CLIENTS).await.status(200);
    assert!(!list.ids().contains(&1));
    assert_eq!(list.body["meta"]["total_count"].as_i64(), before.map(|n| n - 1));
    owner.get(&format!("{CLIENT}/1")).await.status(404);
    owner.put(&format!("{CLIENT}/1"), json!({"name": "X"})).await.status(404);
    owner.delete(&format!("{CLIENT}/1")).await.status(404);
    owner.get("/api/v1/clients/37532/clients/1/comments").await.status(404);
    owner.get("/api/v1/company/37532/clients/files/1").await.status(404);
    owner.get("/api/frontdesk/v1/locations/37532/clients/1/files/1").await.status(404);
    owner.get("/api/v1/group/9206/clients?phone=14264037640").await.status(404);
    // The row stays, for what points to it.
    assert_eq!(app.one::<String>("SELECT name FROM clients WHERE id = 1", &[]).await, "Jane Doe");
}

#[testkit::test]
async fn another_locations_client_does_not_exist(app: App) {
    let owner = app.owner();
    let theirs: i64 =
        app.one("SELECT id FROM clients WHERE location_id = $1", params![STRANGER_LOCATION]).await;
    for path in [format!("{CLIENT}/{theirs}"), format!("/api/v1/client/{STRANGER_LOCATION}/{theirs}")] {
        owner.get(&path).await.status(404);
        owner.put(&path, json!({"name": "Mine"})).await.status(404);
        owner.delete(&path).await.status(404);
    }
    app.stranger().get(&format!("/api/v1/client/{STRANGER_LOCATION}/{theirs}")).await.status(200);
    // Nor do its tags and fields.
    app.exec(
        "INSERT INTO tags (location_id, id, title, color, entity, created_at) VALUES ($1, 900, 'Theirs', '#000000', 1, 0)",
        params![STRANGER_LOCATION],
    )
    .await;
    let answer = owner.put(&format!("{CLIENT}/1"), json!({"labels": [900]})).await.status(422);
    assert_eq!(answer.fields(), ["categories.0"]);
}

#[testkit::test]
async fn of_two_who_make_the_same_client_at_once_one_does(app: App) {
    let sibling = app.sibling().await;
    let body = json!({"name": "Twin", "phone": "+12125550188"});
    let mut asked = Vec::new();
    for n in 0..10 {
        let owner = if n % 2 == 0 { app.owner() } else { sibling.owner() };
        let body = body.clone();
        asked.push(tokio::spawn(async move { owner.post(CLIENTS, body).await.status.as_u16() }));
    }
    let mut statuses = Vec::new();
    for one in asked {
        statuses.push(one.await.expect("an answer"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(statuses[1..].iter().all(|status| *status == 422), "{statuses:?}");
    let there: i64 = app.one("SELECT COUNT(*) FROM clients WHERE phone = '+12125550188'", &[]).await;
    assert_eq!(there, 1);
}

#[testkit::test]
async fn a_key_makes_a_client_once(app: App) {
    let owner = app.owner().header("idempotency-key", "once");
    let first = owner.post(CLIENTS, james()).await.status(201);
    let again = owner.post(CLIENTS, james()).await.status(201);
    assert_eq!((first.data(), again.header("idempotent-replayed")), (again.data(), "true"));
}
