//! The published page of one location: its requests are answered as it prints them.

use serde_json::{Value, json};
use testkit::App;

fn page() -> Value {
    serde_json::from_str(include_str!("location_page.json")).expect("JSON")
}

/// Both without what is each server's own: addresses, which must begin with the server's, and the next slot.
#[track_caller]
fn same(mut answered: Value, mut printed: Value) {
    let data = &mut answered["data"];
    for form in data["bookforms"].as_array_mut().into_iter().flatten() {
        let url = form["url"].take();
        assert!(url.as_str().is_some_and(|u| u.starts_with("http://desk.test/")), "{url}");
    }
    if let Some(url) = data.get_mut("online_sales_form_url").map(Value::take) {
        assert!(url.as_str().is_some_and(|u| u.starts_with("http://desk.test/")), "{url}");
    }
    if let Some(slot) = data.get_mut("next_slot") {
        assert!(slot.is_null() || slot.is_string(), "{slot}");
        *slot = Value::Null;
    }
    let data = &mut printed["data"];
    for form in data["bookforms"].as_array_mut().into_iter().flatten() {
        form["url"] = Value::Null;
    }
    for own in ["online_sales_form_url", "next_slot"] {
        if let Some(value) = data.get_mut(own) {
            *value = Value::Null;
        }
    }
    assert_eq!(answered, printed);
}

#[testkit::test]
async fn reading_answers_as_printed(app: App) {
    let page = page();
    let path = page["get"]["path"].as_str().expect("a path");
    let accept = page["get"]["accept"].as_str().expect("a type");
    let answer = app.owner().header("accept", accept).get(path).await.status(200);
    same(answer.body, page["get"]["answer"].clone());
}

#[testkit::test]
async fn a_partner_alone_sees_the_same_without_access(app: App) {
    let page = page();
    let path = page["get"]["path"].as_str().expect("a path");
    let answer = app.partner().get(path).await.status(200);
    let mut printed = page["get"]["answer"].clone();
    printed["data"].as_object_mut().expect("an object").remove("access");
    same(answer.body, printed.clone());
    // A user who has no business there is no better off.
    same(app.stranger().get(path).await.status(200).body, printed);
}

#[testkit::test]
async fn changing_answers_as_printed(app: App) {
    let page = page();
    let path = page["put"]["path"].as_str().expect("a path");
    let answer = app.owner().put(path, page["put"]["body"].clone()).await.status(200);
    same(answer.body, page["put"]["answer"].clone());
    let listed = app.partner().get("/api/v1/companies?id=37532").await.ok();
    assert_eq!(listed.items()[0]["phones"], json!(["+12125357710", "+12125357711"]));
}

#[testkit::test]
async fn deleting_answers_202_without_a_body(app: App) {
    let answer = app.owner().delete("/api/v1/company/37532").await.status(202);
    assert!(answer.bytes.is_empty());
    app.partner().get("/api/v1/company/37532").await.status(404);
}
