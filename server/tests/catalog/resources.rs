//! Resources and their instances.

use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::json;
use testkit::App;

fn own() -> String {
    format!("/api/frontdesk/v1/locations/{LOCATION}/resources")
}

fn listed() -> String {
    format!("/api/v1/resources/{LOCATION}")
}

#[testkit::test]
async fn no_text_has_a_nul(app: App) {
    let path = format!("/api/frontdesk/v1/locations/{LOCATION}/resources");
    let refused =
        app.owner().post(&path, json!({"title": "Chair", "instances": "a\u{0}b"})).await.status(422);
    assert_eq!(refused.fields(), ["instances"]);
}

#[testkit::test]
async fn resources_are_listed_with_their_instances(app: App) {
    let before = app.queries();
    let all = app.owner().get(&listed()).await.status(200);
    assert!(app.queries() - before <= 5);
    assert_eq!(all.ids(), [70, 71, 72]);
    assert_eq!(all.body["meta"], json!({"count": 3}));
    assert_eq!(
        all.items()[0],
        json!({
            "id": 70, "title": "Pedicure chair",
            "instances": [
                {"id": 181, "title": "Pedicure chair #1", "resource_id": 70},
                {"id": 182, "title": "Pedicure chair #2", "resource_id": 70}
            ]
        })
    );
}

#[testkit::test]
async fn a_resource_is_made_renamed_and_deleted(app: App) {
    let new = json!({"title": " Laser ", "instances": ["A", "B"]});
    let made = app.owner().post(&own(), new).await.status(201);
    let id = made.data()["id"].as_i64().expect("an id");
    assert_eq!(made.data()["title"], "Laser");
    let one = format!("{}/{id}", own());
    let more = app.owner().post(&format!("{one}/instances"), json!({"title": "C"})).await.status(201);
    let instance = more.data()["id"].as_i64().expect("an id");
    app.owner().put(&format!("{one}/instances/{instance}"), json!({"title": "Sea"})).await.status(200);
    app.owner().put(&one, json!({"title": "Big laser"})).await.status(200);
    let got = app.owner().get(&one).await.status(200);
    assert_eq!(got.data()["title"], "Big laser");
    let titles: Vec<_> =
        got.data()["instances"].as_array().expect("a list").iter().map(|i| i["title"].clone()).collect();
    assert_eq!(titles, ["A", "B", "Sea"]);
    app.owner().delete(&format!("{one}/instances/{instance}")).await.status(204);
    app.owner().delete(&format!("{one}/instances/{instance}")).await.status(404);
    app.owner().put(&format!("{}/71/instances/181", own()), json!({"title": "x"})).await.status(404);
    app.owner().delete(&one).await.status(204);
    app.owner().get(&one).await.status(404);
    app.owner().put(&one, json!({"title": "x"})).await.status(404);
    app.owner().post(&format!("{one}/instances"), json!({"title": "D"})).await.status(404);
    assert_eq!(app.owner().get(&listed()).await.ids(), [70, 71, 72]);
    // Softly.
    assert_eq!(app.count("resources").await, 4);
}

#[testkit::test]
async fn without_names_a_resource_has_one_instance(app: App) {
    let made = app.owner().post(&own(), json!({"title": "Sauna"})).await.status(201);
    assert_eq!(made.data()["instances"][0]["title"], "Sauna");
    assert_eq!(
        app.owner().post(&own(), json!({"instances": [""]})).await.status(422).fields(),
        ["title", "instances.0"]
    );
    let long = json!({"title": "x".repeat(256), "instances": vec!["a"; 201]});
    assert_eq!(app.owner().post(&own(), long).await.status(422).fields(), ["title", "instances"]);
}

#[testkit::test]
async fn services_no_longer_need_a_deleted_resource(app: App) {
    let service = format!("/api/v1/company/{LOCATION}/services/83188");
    let before = app.owner().get(&service).await.ok();
    assert_eq!(before.items()[0]["resources"], json!([{"id": 71, "title": "Massage room"}]));
    app.owner().delete(&format!("{}/71", own())).await.status(204);
    assert_eq!(app.owner().get(&service).await.items()[0]["resources"], json!([]));
    let links = json!({"service_id": 83188, "resource_ids": [71]});
    let refused = app.owner().post(&format!("/api/v1/company/{LOCATION}/services/links"), links).await;
    assert_eq!(refused.status(422).fields(), ["resource_ids"]);
}

#[testkit::test]
async fn resources_are_for_those_with_the_right(app: App) {
    let reader = app.staff(&[]).await;
    reader.get(&listed()).await.status(200);
    reader.post(&own(), json!({"title": "a"})).await.status(403);
    reader.delete(&format!("{}/70", own())).await.status(403);
    let editor = app.staff(&["settings_services_edit_services_related_resource_access"]).await;
    editor.post(&own(), json!({"title": "a"})).await.status(201);
    app.stranger().get(&listed()).await.status(404);
    let elsewhere = format!("/api/frontdesk/v1/locations/{STRANGER_LOCATION}/resources/70");
    app.stranger().get(&elsewhere).await.status(404);
    app.stranger().put(&elsewhere, json!({"title": "mine"})).await.status(404);
    app.stranger().delete(&elsewhere).await.status(404);
    app.stranger().delete(&format!("{elsewhere}/instances/181")).await.status(404);
    app.stranger().post(&format!("{elsewhere}/instances"), json!({"title": "mine"})).await.status(404);
}
