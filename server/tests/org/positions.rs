//! Positions of the team, in all their faces.

use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::json;
use testkit::{App, Client};

fn v2(client: Client) -> Client {
    client.header("accept", "application/vnd.api.v2+json")
}

fn list() -> String {
    format!("/api/v2/locations/{LOCATION}/positions")
}

fn one(id: i64) -> String {
    format!("/api/v2/locations/{LOCATION}/positions/{id}")
}

#[testkit::test]
async fn one_position_has_three_faces(app: App) {
    let older = format!("/api/v1/positions/{LOCATION}");
    let body = json!({
        "title": " Stylist ", "api_id": "p-1", "description": "Colour", "services_binding_type": 2,
        "rules_required_fields": ["surname", "surname", "tax_id"], "only_chain_appointment": 1
    });
    let made = app.owner().post(&older, body).await.status(201);
    let id = made.data()["id"].as_i64().expect("an id");
    assert_eq!(*made.data(), json!({"id": id, "title": "Stylist", "api_id": "p-1"}));
    let new = v2(app.owner()).get(&one(id)).await.status(200);
    assert_eq!(
        *new.data(),
        json!({
            "type": "position", "id": id.to_string(),
            "attributes": {
                "chain_id": 9206, "title": "Stylist", "description": "Colour", "services_binding_type": 2,
                "rules_required_fields": ["surname", "tax_id"], "only_chain_appointment": true,
                "salon_ids": [LOCATION]
            }
        })
    );
    let deprecated = app.owner().get(&format!("/api/v1/company/{LOCATION}/staff/positions")).await.ok();
    assert_eq!(deprecated.ids(), [301, 302, 303, id]);
    assert_eq!(deprecated.items()[0], json!({"id": 301, "title": "Hairdresser"}));
    assert_eq!(deprecated.header("link"), format!("<{}>; rel=\"successor-version\"", list()));
    assert_eq!(app.owner().get(&older).await.ok().items()[0]["api_id"], json!(null));
    let elsewhere = format!("/api/v2/companies/{LOCATION}/positions");
    assert_eq!(v2(app.owner()).get(&elsewhere).await.ok().items().len(), 4);
}

#[testkit::test]
async fn a_position_is_made_by_its_name(app: App) {
    let path = format!("/api/v1/company/{LOCATION}/positions/quick");
    let made = app.owner().post(&path, json!({"title": "Position"})).await.status(201);
    assert_eq!(made.body["meta"], json!({}));
    assert_eq!(
        *made.data(),
        json!({
            "id": made.data()["id"], "chain_id": 9206, "title": "Position", "description": "",
            "services_binding_type": 0, "rules_required_fields": [], "only_chain_appointment": false
        })
    );
    assert_eq!(app.owner().post(&path, json!({})).await.status(422).fields(), ["title"]);
}

#[testkit::test]
async fn version_two_is_strict(app: App) {
    let made = v2(app.owner()).post(&list(), json!({"title": "Stylist"})).await.status(201);
    assert_eq!(made.body["meta"], json!([]));
    let id: i64 = made.data()["id"].as_str().and_then(|id| id.parse().ok()).expect("an id as text");
    v2(app.owner()).put(&one(id), json!({"title": "Senior", "description": "More"})).await.status(204);
    v2(app.owner()).put(&one(id), json!({"title": "Senior Stylist"})).await.status(204);
    let attributes = v2(app.owner()).get(&one(id)).await.ok().data()["attributes"].clone();
    assert_eq!(
        (&attributes["title"], &attributes["description"]),
        (&json!("Senior Stylist"), &json!("More"))
    );
    for (body, field) in [
        (json!({"title": "x", "api_id": "1"}), "api_id"),
        (json!({"description": "x"}), "title"),
        (json!({"title": " "}), "title"),
        (json!({"title": "x".repeat(101)}), "title"),
        (json!({"title": "x", "description": "x".repeat(1001)}), "description"),
    ] {
        let refused = v2(app.owner()).post(&list(), body.clone()).await.status(422);
        assert!(refused.body["meta"]["errors"].get(field).is_some(), "{}", refused.text());
        v2(app.owner()).put(&one(id), body).await.status(422);
    }
    v2(app.owner()).raw(http::Method::POST, &list(), &[], "{").await.status(400);
}

#[testkit::test]
async fn who_had_a_deleted_position_has_none(app: App) {
    let staff = format!("/api/v1/staff/{LOCATION}/1001");
    let before = app.owner().get(&staff).await.ok();
    assert_eq!(before.items()[0]["position"], json!({"id": 301, "title": "Hairdresser"}));
    v2(app.owner()).delete(&one(301)).await.status(204);
    v2(app.owner()).delete(&one(301)).await.status(404);
    v2(app.owner()).get(&one(301)).await.status(404);
    v2(app.owner()).put(&one(301), json!({"title": "x"})).await.status(404);
    let after = app.owner().get(&staff).await.ok();
    assert_eq!(after.items()[0]["position"], json!([]));
    assert_ne!(before.header("etag").split('-').next(), after.header("etag").split('-').next());
    let refused = app.owner().put(&staff, json!({"position_id": 301})).await.status(422);
    assert_eq!(refused.fields(), ["position_id"]);
    // Softly: the row stays for what refers to it.
    assert_eq!(app.count("positions").await, 3);
    app.owner().delete(&format!("/api/v1/positions/{LOCATION}/302")).await.status(204);
    let changed = app.owner().put(&format!("/api/v1/positions/{LOCATION}/303"), json!({"api_id": "r"})).await;
    assert_eq!(*changed.ok().data(), json!({"id": 303, "title": "Administrator", "api_id": "r"}));
}

#[testkit::test]
async fn positions_are_for_those_with_the_right_and_for_this_location(app: App) {
    let nobody = v2(app.staff(&[]).await);
    nobody.get(&list()).await.status(403);
    let reader = v2(app.staff(&["settings_positions_read"]).await);
    reader.get(&list()).await.status(200);
    reader.post(&list(), json!({"title": "a"})).await.status(403);
    let editor = v2(app.staff(&["settings_positions_create"]).await);
    editor.post(&list(), json!({"title": "a"})).await.status(201);
    editor.delete(&one(301)).await.status(403);
    v2(app.staff(&["settings_positions_delete"]).await).delete(&one(301)).await.status(204);
    v2(app.stranger()).get(&one(302)).await.status(404);
    let elsewhere = format!("/api/v2/locations/{STRANGER_LOCATION}/positions/302");
    v2(app.stranger()).get(&elsewhere).await.status(404);
    v2(app.stranger()).put(&elsewhere, json!({"title": "mine"})).await.status(404);
    v2(app.stranger()).delete(&elsewhere).await.status(404);
    let own = format!("/api/v2/locations/{STRANGER_LOCATION}/positions");
    assert!(v2(app.stranger()).get(&own).await.ok().items().is_empty());
}

#[testkit::test]
async fn the_list_of_locations_shows_positions_and_those_whom_clients_see(app: App) {
    let path = format!("/api/v1/companies?id={LOCATION}");
    let listed = app.partner().get(&format!("{path}&include[]=staff&include[]=positions")).await.ok();
    let listed = &listed.items()[0];
    assert_eq!(listed["positions"][1], json!({"id": 302, "title": "Barber"}));
    let names: Vec<_> = listed["staff"].as_array().expect("a list").iter().map(|s| &s["name"]).collect();
    // Neither the hidden one nor the one who left.
    assert_eq!(names, ["Ann Lee", "Mark Stone", "Maria Lopez", "Lily Chen"]);
    assert!(app.partner().get(&path).await.ok().items()[0].get("positions").is_none());
}
