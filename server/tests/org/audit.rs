//! Who did what, when and from where.

use frontdesk::demo::{LOCATION, LOGIN};
use serde_json::{Value, json};
use testkit::{App, make};

const AUDIT: &str = "/api/frontdesk/v1/locations/37532/audit";
const COMPANY: &str = "/api/v1/company/37532";

#[testkit::test]
async fn every_write_leaves_a_row(app: App) {
    let james = make::user_id(&app, LOGIN).await;
    let owner = app.owner().from("192.0.2.7").header("user-agent", "shop/3").header("x-request-id", "req-1");
    owner.put(COMPANY, json!({"title": "Changed"})).await.status(200);
    let list = owner.get(AUDIT).await.ok();
    assert_eq!(list.body["meta"]["count"], 1);
    let row = &list.items()[0];
    for (field, value) in [
        ("operation", json!("update_location")),
        ("user_id", json!(james)),
        ("partner_id", json!(1)),
        ("entity", json!("salon")),
        ("entity_id", json!(LOCATION)),
        ("ip", json!("192.0.2.7")),
        ("program", json!("shop/3")),
        ("request_id", json!("req-1")),
        ("at", json!("2026-03-23T10:00:00-04:00")),
        ("details", json!({"title": "Changed", "revision": 2})),
    ] {
        assert_eq!(row[field], value, "{field}");
    }
    // Reads and refused writes leave none.
    owner.get(COMPANY).await.ok();
    owner.put(COMPANY, json!({"title": ""})).await.status(422);
    app.staff(&[]).await.put(COMPANY, json!({"title": "No"})).await.status(403);
    assert_eq!(owner.get(AUDIT).await.ok().items().len(), 1);
}

#[testkit::test]
async fn rows_are_filtered_and_the_latest_first(app: App) {
    let (clerk, client) = make::staff(&app, LOCATION, &["settings_basis_access"]).await;
    client.put(COMPANY, json!({"title": "One"})).await.ok();
    app.owner().put(COMPANY, json!({"title": "Two"})).await.ok();
    let rights = format!("{COMPANY}/users/{clerk}/permissions");
    app.owner().put(&rights, json!({"staff_id": 1001})).await.ok();
    let operations = async |query: &str| {
        let list = app.owner().get(&format!("{AUDIT}?{query}")).await.ok();
        assert_eq!(list.body["meta"]["count"].as_u64(), Some(list.items().len() as u64), "{query}");
        list.items().iter().map(|e| e["operation"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!(operations("").await, ["update_user_permissions", "update_location", "update_location"]);
    assert_eq!(operations(&format!("user_id={clerk}")).await, ["update_location"]);
    assert_eq!(operations("operation=update_user_permissions").await, ["update_user_permissions"]);
    assert_eq!(operations("operation=delete_location").await, Vec::<Value>::new());
    let paged = app.owner().get(&format!("{AUDIT}?count=1&page=2")).await.ok();
    assert_eq!((paged.items().len(), &paged.body["meta"]["count"]), (1, &json!(3)));
}

#[testkit::test]
async fn owners_alone_read_it(app: App) {
    app.owner().get(AUDIT).await.status(200);
    let (_, manager) = make::in_role(&app, LOCATION, ::org::rights::Role::Manager).await;
    manager.get(AUDIT).await.status(403);
    app.stranger().get(AUDIT).await.status(404);
    app.partner().get(AUDIT).await.status(401);
}

#[testkit::test]
async fn secrets_are_not_in_it(app: App) {
    let body = json!({"current_password": frontdesk::demo::PASSWORD, "new_password": "a new password"});
    app.owner().put("/api/frontdesk/v1/password", body).await.status(200);
    let details: String = app.one("SELECT details FROM audit WHERE operation = 'change_password'", &[]).await;
    assert_eq!(details, "{}");
}
