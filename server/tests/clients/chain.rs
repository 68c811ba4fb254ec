//! A client of a chain, found by phone.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_CHAIN};
use serde_json::json;
use testkit::App;

const CLIENTS: &str = "/api/v1/group/9206/clients";

#[testkit::test]
async fn a_client_of_a_chain_is_found_by_phone(app: App) {
    for spelling in ["14264037640", "%2B14264037640", "+14264037640", "1%20(426)%20403-76-40"] {
        let found = app.owner().get(&format!("{CLIENTS}?phone={spelling}")).await.status(200);
        assert_eq!(
            (&found.data()["salon_group_id"], &found.data()["phone"]),
            (&json!(9206), &json!("+14264037640")),
            "{spelling}"
        );
        let client = &found.data()["clients"][0];
        assert_eq!(
            (&client["name"], &client["company_id"], &client["email"]),
            (&json!("Jane Doe"), &json!(LOCATION), &json!("jane@example.com"))
        );
    }
    app.exec("UPDATE locations SET deleted_at = 1 WHERE id = $1", params![LOCATION]).await;
    app.owner().get(&format!("{CLIENTS}?phone=14264037640")).await.status(404);
}

#[testkit::test]
async fn an_unknown_phone_and_a_wrong_one_are_told_apart(app: App) {
    let unknown = app.owner().get(&format!("{CLIENTS}?phone=13155550199")).await.status(404);
    assert_eq!(unknown.message(), "Client not found");
    for query in ["", "?phone=", "?phone=123", "?phone=nobody"] {
        let answer = app.owner().get(&format!("{CLIENTS}{query}")).await.status(422);
        assert_eq!(answer.fields(), ["phone"], "{query}");
    }
}

#[testkit::test]
async fn clients_of_other_chains_are_not_found(app: App) {
    let theirs = format!("/api/v1/group/{STRANGER_CHAIN}/clients");
    app.owner().get(&format!("{theirs}?phone=3612345678")).await.status(404);
    app.owner().get(&format!("{CLIENTS}?phone=3612345678")).await.status(404);
    app.stranger().get(&format!("{theirs}?phone=3612345678")).await.status(200);
    app.stranger().get(&format!("{CLIENTS}?phone=14264037640")).await.status(404);
    app.staff(&["clients_access"]).await.get(&format!("{CLIENTS}?phone=14264037640")).await.status(404);
    app.partner().get(&format!("{CLIENTS}?phone=14264037640")).await.status(401);
}
