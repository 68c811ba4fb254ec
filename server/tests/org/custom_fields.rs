//! Custom fields, in both faces.

use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::{App, Client};

fn path(kind: &str) -> String {
    format!("/api/v1/custom_fields/{kind}/{LOCATION}")
}

fn v2(client: Client) -> Client {
    client.header("accept", "application/vnd.api.v2+json")
}

fn listed() -> String {
    format!("/api/v2/locations/{LOCATION}/custom_fields")
}

fn color() -> Value {
    json!({
        "type": "list", "code": "color", "title": "Color", "user_can_edit": true, "show_in_ui": false,
        "values": ["red", "blue"]
    })
}

async fn made(app: &App, kind: &str, body: Value) -> i64 {
    app.owner().post(&path(kind), body).await.status(200).data()["id"].as_i64().expect("an id")
}

/// Without those of the demo.
async fn bare(app: &App) {
    app.exec("DELETE FROM client_custom_values", &[]).await;
    app.exec("DELETE FROM custom_fields", &[]).await;
}

#[testkit::test]
async fn a_field_is_made_listed_changed_and_deleted(app: App) {
    bare(&app).await;
    let id = made(&app, "client", color()).await;
    let fields = app.owner().get(&path("client")).await.ok();
    assert_eq!(
        fields.items(),
        [json!({
            "id": id, "salon_id": LOCATION,
            "custom_field": {
                "id": id, "code": "color", "entity_type": "client", "show_in_ui": false, "title": "Color",
                "user_can_edit": true, "type": {"code": "list", "title": "List"}, "values": "red,blue"
            }
        })]
    );
    assert!(app.owner().get(&path("record")).await.items().is_empty());
    let one = format!("{}/{id}", path("client"));
    let saved = app.owner().put(&one, json!({"title": "Colour", "values": "red,green"})).await.status(202);
    assert_eq!((saved.data(), saved.message()), (&Value::Null, "Saved"));
    let fields = app.owner().get(&path("client")).await.ok();
    assert_eq!(fields.items()[0]["custom_field"]["title"], "Colour");
    assert_eq!(fields.items()[0]["custom_field"]["values"], "red,green");
    assert_eq!(fields.items()[0]["custom_field"]["code"], "color");
    let deleted = app.owner().delete(&one).await.status(200);
    assert_eq!(deleted.message(), "Deleted");
    app.owner().delete(&one).await.status(404);
    assert!(app.owner().get(&path("client")).await.items().is_empty());
    // Softly; and the code is free again.
    made(&app, "client", color()).await;
    assert_eq!(app.count("custom_fields").await, 2);
}

#[testkit::test]
async fn what_is_wrong_is_named(app: App) {
    bare(&app).await;
    let refused = app.owner().post(&path("client"), json!({})).await.status(422);
    assert_eq!(refused.fields(), ["type", "code", "title"]);
    let wrong = json!({"type": "list", "code": "no blanks", "title": " ", "values": ["a", "a"]});
    let refused = app.owner().post(&path("client"), wrong).await.status(422);
    assert_eq!(refused.fields(), ["code", "title", "values.1"]);
    let empty = json!({"type": "list", "code": "x", "title": "X"});
    assert_eq!(app.owner().post(&path("client"), empty).await.status(422).fields(), ["values"]);
    let id = made(&app, "client", color()).await;
    assert_eq!(app.owner().post(&path("client"), color()).await.status(422).fields(), ["code"]);
    // The same code is another field's of appointments.
    made(&app, "appointment", color()).await;
    let kind = json!({"type": "text"});
    let refused = app.owner().put(&format!("{}/{id}", path("client")), kind).await.status(422);
    assert_eq!(refused.fields(), ["type"]);
    app.owner().get(&path("nothing")).await.status(404);
}

#[testkit::test]
async fn version_two_lists_filters_and_includes(app: App) {
    bare(&app).await;
    let client = made(&app, "client", color()).await.to_string();
    made(&app, "record", json!({"type": "date", "code": "due", "title": "Due"})).await;
    let plain = v2(app.owner()).get(&listed()).await.ok();
    assert_eq!(plain.items().len(), 2);
    assert!(plain.body.get("included").is_none());
    for filter in ["parent_entity_type", "entity_slug"] {
        let only = v2(app.owner()).get(&format!("{}?filter[{filter}]=client", listed())).await.ok();
        assert_eq!(only.items().len(), 1);
        assert_eq!(only.items()[0]["id"], json!(client));
        assert_eq!(only.items()[0]["attributes"]["values"], json!(["red", "blue"]));
    }
    let path = format!("{}?include=custom_field_type,ui_options&filter[entity_slug]=client", listed());
    let whole = v2(app.owner()).get(&path).await.ok();
    assert_eq!(
        whole.body["included"],
        json!([
            {"type": "custom_field_type", "id": "3",
             "attributes": {"code": "list", "slug": "list", "title": "List"}},
            {"type": "custom_field_ui_option", "id": client,
             "attributes": {"slug": "is_visible", "value": false}}
        ])
    );
    assert_eq!(whole.items()[0]["relationships"]["custom_field_type"]["data"]["id"], "3");
    for bad in ["include=everything", "filter[entity_slug]=nothing"] {
        v2(app.owner()).get(&format!("{}?{bad}", listed())).await.status(422);
    }
}

#[testkit::test]
async fn rights_decide_what_is_seen_and_changed(app: App) {
    bare(&app).await;
    made(&app, "client", color()).await;
    made(&app, "record", color()).await;
    let nobody = app.staff(&[]).await;
    v2(nobody.clone()).get(&listed()).await.status(403);
    nobody.post(&path("client"), color()).await.status(403);
    let some = app.staff(&["custom_fields_client_values_read_access"]).await;
    let seen = v2(some).get(&listed()).await.ok();
    assert_eq!(seen.items().len(), 1);
    assert_eq!(seen.items()[0]["attributes"]["entity_slug"], "client");
    app.stranger().get(&path("client")).await.status(404);
    let id = made(&app, "client", json!({"type": "text", "code": "t", "title": "T"})).await;
    let elsewhere = format!("/api/v1/custom_fields/client/{STRANGER_LOCATION}/{id}");
    app.stranger().put(&elsewhere, json!({"title": "mine"})).await.status(404);
    app.stranger().delete(&elsewhere).await.status(404);
}
