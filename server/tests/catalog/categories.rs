//! Categories of services, version 1.

use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::App;

fn one(id: i64) -> String {
    format!("/api/v1/service_category/{LOCATION}/{id}")
}

fn listed() -> String {
    format!("/api/v1/company/{LOCATION}/service_categories")
}

async fn made(app: &App, body: Value) -> Value {
    app.owner().post(&format!("/api/v1/service_categories/{LOCATION}"), body).await.status(201).data().clone()
}

#[testkit::test]
async fn a_category_is_made_read_replaced_and_deleted(app: App) {
    let new = json!({"title": "Haircut very feminine", "api_id": "adw322", "weight": 111, "staff": [1001]});
    let category = made(&app, new).await;
    let id = category["id"].as_i64().expect("an id");
    let expected = json!({
        "id": id, "salon_service_id": category["salon_service_id"], "title": "Haircut very feminine",
        "api_id": "adw322", "weight": 111, "staff": [1001], "is_chain": false
    });
    assert_eq!(category, expected);
    let got = app.owner().get(&one(id)).await.status(200);
    assert_eq!((got.data(), &got.body["meta"]), (&expected, &json!([])));
    let old = app.owner().get(&format!("/api/v1/service_categories/{LOCATION}/{id}")).await.status(200);
    assert_eq!(old.items(), std::slice::from_ref(&expected));
    let list = app.owner().get(&format!("{}/{id}", listed())).await.status(200);
    assert_eq!(list.items(), [expected]);
    assert_eq!(list.body["meta"], json!({"total_count": 1}));

    let put = app.owner().put(&one(id), json!({"title": "Other"})).await.status(200);
    let emptied = json!({
        "id": id, "salon_service_id": category["salon_service_id"], "title": "Other", "api_id": "", "weight": 0,
        "staff": [], "is_chain": false
    });
    assert_eq!(put.data(), &emptied);
    app.owner().delete(&one(id)).await.status(204);
    for answer in [app.owner().get(&one(id)).await, app.owner().delete(&one(id)).await] {
        assert_eq!(answer.status(404).message(), "Service category does not exist.");
    }
    assert_eq!(app.count("service_categories").await, 7);
}

#[testkit::test]
async fn the_list_is_in_order_and_filtered(app: App) {
    let all = app.owner().get(&listed()).await.status(200);
    assert_eq!(all.ids(), [83167, 83161, 83162, 83163, 83164, 83165]);
    assert_eq!(all.body["meta"], json!({"total_count": 6}));
    let staff = all.items()[0]["staff"].as_array().expect("a list").clone();
    assert!([1001, 1002].iter().all(|id| staff.contains(&json!(id))));
    let heavy = made(&app, json!({"title": "First", "weight": 1000, "staff": [1002]})).await;
    assert_eq!(app.owner().get(&listed()).await.ids()[0], heavy["id"].as_i64().expect("an id"));
    let his = app.owner().get(&format!("{}?staff_id=1002", listed())).await.ok();
    assert!(his.ids().contains(&heavy["id"].as_i64().expect("an id")) && his.ids().contains(&83167));
    assert!(his.items().iter().all(|c| c["staff"].as_array().expect("a list").contains(&json!(1002))));
    let hers = app.owner().get(&format!("{}/0?staff_id=1001", listed())).await.ok();
    assert!(!hers.ids().contains(&heavy["id"].as_i64().expect("an id")));
    let nobody = app.owner().get(&format!("{}?staff_id=1101", listed())).await.status(404);
    assert_eq!(nobody.message(), "Team Member not found.");
    app.owner().get(&one(0)).await.status(404);
}

#[testkit::test]
async fn a_category_with_services_stays(app: App) {
    let refused = app.owner().delete(&one(83165)).await.status(409);
    assert_eq!(refused.message(), "The category still has services.");
    for service in [83192, 83193] {
        app.owner().delete(&format!("/api/v1/services/{LOCATION}/{service}")).await.status(204);
    }
    app.owner().delete(&one(83165)).await.status(204);
}

#[testkit::test]
async fn wrong_fields_rights_and_others(app: App) {
    let path = format!("/api/v1/service_categories/{LOCATION}");
    let wrong = json!({"api_id": "x".repeat(256), "weight": 99_999_999_999i64, "staff": [1101]});
    let refused = app.owner().post(&path, wrong).await.status(422);
    assert_eq!(refused.fields(), ["title", "api_id", "weight", "staff"]);
    let reader = app.staff(&[]).await;
    reader.get(&listed()).await.status(200);
    reader.post(&path, json!({"title": "a"})).await.status(403);
    reader.put(&one(83167), json!({"title": "a"})).await.status(403);
    reader.delete(&one(83167)).await.status(403);
    let editor = app.staff(&["services_edit"]).await;
    editor.put(&one(83167), json!({"title": "Another"})).await.status(403);
    editor.put(&one(83167), json!({"title": "Haircuts for men", "weight": 5})).await.status(200);
    app.stranger().get(&one(83167)).await.status(404);
    let elsewhere = format!("/api/v1/service_category/{STRANGER_LOCATION}/83167");
    app.stranger().get(&elsewhere).await.status(404);
    app.stranger().put(&elsewhere, json!({"title": "mine"})).await.status(404);
    app.stranger().delete(&elsewhere).await.status(404);
}
