//! Tags, in both faces.

use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use http::Method;
use serde_json::json;
use testkit::{App, Client};

const V2: &str = "application/vnd.api.v2+json";

fn v2(client: Client) -> Client {
    client.header("accept", V2)
}

fn list() -> String {
    format!("/api/v2/locations/{LOCATION}/tags")
}

fn one(id: &str) -> String {
    format!("/api/v2/locations/{LOCATION}/tags/{id}")
}

async fn vip(app: &App) -> String {
    let body = json!({"title": "VIP", "color": "#FF2828", "entity": 1, "icon": "star"});
    let made = v2(app.owner()).post(&list(), body).await.status(201);
    made.data()["id"].as_str().expect("an id as text").to_owned()
}

/// Without those of the demo.
async fn bare(app: &App) {
    app.exec("DELETE FROM client_tags", &[]).await;
    app.exec("DELETE FROM tags", &[]).await;
}

#[testkit::test]
async fn one_tag_has_two_faces(app: App) {
    bare(&app).await;
    let id = vip(&app).await;
    let tag = v2(app.owner()).get(&one(&id)).await.status(200);
    assert_eq!(
        tag.data(),
        &json!({
            "type": "tag", "id": id,
            "attributes": {
                "company_id": LOCATION, "title": "VIP", "color": "#ff2828", "font_color": "#000000",
                "icon": "star", "entity_type": "client", "is_deleted": false, "is_editable": true,
                "salon_id": LOCATION, "entity": 1, "entity_slug": "client", "deleted": 0, "not_editable": 0
            }
        })
    );
    for entity in ["client", "1"] {
        let old = app.owner().get(&format!("/api/v1/labels/{LOCATION}/{entity}")).await.ok();
        assert_eq!(
            old.items(),
            [json!({
                "id": id.parse::<i64>().expect("a number"), "salon_id": LOCATION, "title": "VIP",
                "color": "#ff2828", "icon": "star", "slug": "client", "entity": 1, "deleted": 0,
                "not_editable": 0, "font_color": "#000000"
            })]
        );
    }
    assert!(app.owner().get(&format!("/api/v1/labels/{LOCATION}/record")).await.items().is_empty());
}

#[testkit::test]
async fn version_one_makes_changes_and_deletes(app: App) {
    bare(&app).await;
    let path = format!("/api/v1/labels/{LOCATION}");
    let made = app.owner().post(&format!("{path}?title=test&color=%2300ff11&entity=2"), json!({})).await;
    let id = made.status(200).data()["id"].as_i64().expect("an id");
    let changed = app.owner().put(&format!("{path}/{id}"), json!({"title": "other"})).await.status(202);
    assert_eq!(changed.message(), "Accepted");
    let tag = v2(app.owner()).get(&one(&id.to_string())).await.ok();
    assert_eq!(tag.data()["attributes"]["title"], "other");
    assert_eq!(tag.data()["attributes"]["color"], "#00ff11");
    app.owner().delete(&format!("{path}/{id}")).await.status(200);
    app.owner().delete(&format!("{path}/{id}")).await.status(404);
    // Softly: the row is still there for what carries it.
    assert_eq!(app.count("tags").await, 1);
}

#[testkit::test]
async fn version_one_names_what_takes_its_place(app: App) {
    bare(&app).await;
    let old = app.owner().get(&format!("/api/v1/labels/{LOCATION}/client")).await.ok();
    assert!(old.header("deprecation").starts_with('@'));
    let link = format!("</api/v2/locations/{LOCATION}/tags>; rel=\"successor-version\"");
    assert_eq!(old.header("link"), link);
    let new = v2(app.owner()).get(&list()).await.ok();
    assert_eq!(new.header("deprecation"), "");
}

#[testkit::test]
async fn version_two_changes_lists_and_deletes(app: App) {
    bare(&app).await;
    let id = vip(&app).await;
    let other = json!({"title": "Any", "color": "#000080"});
    let other = v2(app.owner()).post(&list(), other).await.status(201);
    assert_eq!(other.data()["attributes"]["font_color"], "#ffffff");
    assert_eq!(v2(app.owner()).get(&list()).await.items().len(), 2);
    assert_eq!(v2(app.owner()).get(&format!("{}?entity=common", list())).await.items().len(), 1);
    v2(app.owner()).put(&one(&id), json!({"entity": 3})).await.status(204);
    let changed = v2(app.owner()).get(&one(&id)).await.ok();
    assert_eq!(changed.data()["attributes"]["entity_type"], "activity");
    v2(app.owner()).delete(&one(&id)).await.status(204);
    v2(app.owner()).get(&one(&id)).await.status(404);
    assert_eq!(v2(app.owner()).get(&list()).await.items().len(), 1);
    // The path's older name leads to the same.
    let older = v2(app.owner()).get(&format!("/api/v2/companies/{LOCATION}/tags/")).await.ok();
    assert_eq!(older.items().len(), 1);
}

#[testkit::test]
async fn version_two_wants_its_accept_header(app: App) {
    bare(&app).await;
    for accept in ["*/*", "application/json"] {
        let refused = app.owner().header("accept", accept).get(&list()).await.status(400);
        assert_eq!(refused.body["success"], false);
    }
    app.owner().header("accept", format!("text/html, {V2};q=0.9")).get(&list()).await.status(200);
}

#[testkit::test]
async fn wrong_fields_are_named_by_each_face(app: App) {
    bare(&app).await;
    let wrong = json!({"title": " ", "color": "red", "entity": 7});
    let new = v2(app.owner()).post(&list(), wrong.clone()).await.status(422);
    let fields: Vec<&String> = new.body["meta"]["errors"].as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["title", "color", "entity"]);
    let old = app.owner().post(&format!("/api/v1/labels/{LOCATION}"), wrong).await.status(422);
    assert_eq!(old.fields(), ["title", "color", "entity"]);
    assert_eq!(app.count("tags").await, 0);
}

#[testkit::test]
async fn a_tag_that_is_not_editable_stays(app: App) {
    bare(&app).await;
    let id = vip(&app).await;
    app.exec("UPDATE tags SET is_editable = 0", &[]).await;
    let refused = v2(app.owner()).put(&one(&id), json!({"title": "x"})).await.status(403);
    assert_eq!(refused.message(), "Category cannot be changed");
    v2(app.owner()).delete(&one(&id)).await.status(403);
}

#[testkit::test]
async fn tags_are_for_those_with_the_right_and_for_this_location(app: App) {
    bare(&app).await;
    let id = vip(&app).await;
    let reader = app.staff(&[]).await;
    v2(reader.clone()).get(&list()).await.status(200);
    v2(reader.clone()).post(&list(), json!({"title": "a", "color": "#000000"})).await.status(403);
    reader.delete(&format!("/api/v1/labels/{LOCATION}/{id}")).await.status(403);
    let editor = app.staff(&["settings_clients_labels_access"]).await;
    v2(editor).post(&list(), json!({"title": "a", "color": "#000000"})).await.status(201);
    v2(app.stranger()).get(&one(&id)).await.status(404);
    let elsewhere = format!("/api/v2/locations/{STRANGER_LOCATION}/tags/{id}");
    v2(app.stranger()).put(&elsewhere, json!({"title": "mine"})).await.status(404);
    v2(app.stranger()).delete(&elsewhere).await.status(404);
}

#[testkit::test]
async fn version_two_refuses_unknown_fields_and_version_one_does_not_mind(app: App) {
    bare(&app).await;
    let body = json!({"title": "VIP", "color": "#ff2828", "shape": "round"});
    let refused = v2(app.owner()).post(&list(), body.clone()).await.status(422);
    assert_eq!(refused.body["meta"]["errors"]["shape"], json!(["This field is unknown."]));
    let id = vip(&app).await;
    v2(app.owner()).put(&one(&id), json!({"shape": "round"})).await.status(422);
    app.owner().put(&format!("/api/v1/labels/{LOCATION}/{id}"), json!({"shape": "round"})).await.status(202);
    app.owner().post(&format!("/api/v1/labels/{LOCATION}"), body).await.status(200);
}

#[testkit::test]
async fn a_repeated_key_makes_one_tag(app: App) {
    bare(&app).await;
    let client = v2(app.owner()).header("idempotency-key", "once");
    let body = json!({"title": "VIP", "color": "#ff2828"});
    let first = client.json(Method::POST, &list(), &body).await.status(201);
    let again = client.json(Method::POST, &list(), &body).await.status(201);
    assert_eq!(first.body, again.body);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(app.count("tags").await, 1);
}
