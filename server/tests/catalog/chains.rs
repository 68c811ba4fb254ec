//! Services of a chain.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_CHAIN};
use serde_json::{Value, json};
use testkit::App;

const CHAIN: &str = "/api/frontdesk/v1/chains/9206";
const LISTED: &str = "/api/v1/chain/9206/service_categories";

fn take() -> String {
    format!("/api/frontdesk/v1/locations/{LOCATION}/chain_services")
}

async fn made(app: &App, kind: &str, body: Value) -> i64 {
    let made = app.owner().post(&format!("{CHAIN}/{kind}"), body).await.status(201);
    made.data()["id"].as_i64().expect("an id")
}

#[testkit::test]
async fn categories_are_a_bare_list(app: App) {
    let category = made(&app, "service_categories", json!({"title": "Hair", "weight": 50})).await;
    let cut = json!({"title": "Cut", "chain_category_id": category, "price_min": 20});
    let service = made(&app, "services", cut).await;
    let plain = app.partner().get(LISTED).await.status(200);
    assert_eq!(plain.body[0], json!({"id": category, "title": "Hair"}));
    assert_eq!(plain.body.as_array().map(Vec::len), Some(2));
    let whole = app.partner().get(&format!("{LISTED}?include=services")).await.status(200);
    assert_eq!(
        whole.body[0],
        json!({"id": category, "title": "Hair", "services": [{"id": service, "title": "Cut"}]})
    );
    app.partner().get(&format!("{LISTED}?include=x")).await.status(422);
    app.partner().get("/api/v1/chain/1/service_categories").await.status(404);
    app.nobody().get(LISTED).await.status(401);
}

#[testkit::test]
async fn a_location_takes_services_over(app: App) {
    let category = made(&app, "service_categories", json!({"title": "Hair", "weight": 50})).await;
    let new = json!({
        "title": "Cut", "chain_category_id": category, "price_min": 20, "comment": "c",
        "is_price_managed_only_in_chain": true, "is_comment_managed_only_in_chain": true
    });
    let first = made(&app, "services", new.clone()).await;
    let second = made(&app, "services", new).await;
    let taken = app.owner().post(&take(), json!({"chain_service_ids": [first, second]})).await.status(201);
    assert_eq!(taken.body["meta"], json!({"count": 2}));
    let service = &taken.items()[0];
    assert_eq!(
        (&service["title"], &service["price_min"], &service["is_chain"]),
        (&json!("Cut"), &json!(20), &json!(true))
    );
    assert_eq!(taken.items()[1]["category_id"], service["category_id"]);
    let categories = app.owner().get(&format!("/api/v1/company/{LOCATION}/service_categories")).await.ok();
    let own = categories.items().iter().find(|c| c["id"] == service["category_id"]).expect("the category");
    assert_eq!((&own["title"], &own["is_chain"]), (&json!("Hair"), &json!(true)));
    // Once more: nothing is new.
    let again = app.owner().post(&take(), json!({"chain_service_ids": [first]})).await.status(201);
    assert!(again.items().is_empty());

    // The chain's prices and comments are the chain's.
    let path = format!("/api/v1/services/{LOCATION}/{}", service["id"]);
    let refused = app.owner().patch(&path, json!({"price_min": 5, "comment": "x"})).await.status(422);
    assert_eq!(refused.fields(), ["price_min", "price_max", "comment"]);
    app.owner().patch(&path, json!({"title": "Our cut"})).await.status(200);
    let at_chain = format!("{CHAIN}/services/{first}");
    app.owner().put(&at_chain, json!({"price_min": 30, "comment": "d"})).await.status(200);
    let after = app.owner().get(&path).await.ok().items()[0].clone();
    assert_eq!((&after["price_min"], &after["price_max"]), (&json!(30), &json!(30)));
    assert_eq!((&after["comment"], &after["title"]), (&json!("d"), &json!("Our cut")));
    let told: i64 = app
        .one(
            "SELECT COUNT(*) FROM events WHERE location_id = $1 AND entity = 'service' AND change = 'update'",
            params![LOCATION],
        )
        .await;
    assert_eq!(told, 2);

    app.owner().delete(&format!("{CHAIN}/service_categories/{category}")).await.status(409);
    app.owner().delete(&at_chain).await.status(204);
    let after = app.owner().get(&path).await.ok().items()[0].clone();
    assert_eq!(
        (&after["is_chain"], &after["is_price_managed_only_in_chain"]),
        (&json!(false), &json!(false))
    );
    app.owner().delete(&format!("{CHAIN}/services/{second}")).await.status(204);
    app.owner().delete(&format!("{CHAIN}/service_categories/{category}")).await.status(204);
    app.owner().put(&at_chain, json!({"title": "x"})).await.status(404);
    let listed = app.owner().get(&format!("{CHAIN}/services")).await.status(200);
    assert_eq!(listed.items().len(), 1);
}

#[testkit::test]
async fn what_is_wrong_is_named_and_rights_are_held(app: App) {
    let services = format!("{CHAIN}/services");
    let refused = app.owner().post(&services, json!({"price_min": 5, "price_max": 3})).await.status(422);
    assert_eq!(refused.fields(), ["title", "chain_category_id", "price_max"]);
    assert_eq!(app.owner().post(&take(), json!({})).await.status(422).fields(), ["chain_service_ids"]);
    let theirs = format!("/api/frontdesk/v1/chains/{STRANGER_CHAIN}");
    let category = app.stranger().post(&format!("{theirs}/service_categories"), json!({"title": "T"})).await;
    let category = category.status(201).data()["id"].clone();
    let new = json!({"title": "T", "chain_category_id": category});
    let service = app.stranger().post(&format!("{theirs}/services"), new.clone()).await.status(201);
    let ids = json!({"chain_service_ids": [service.data()["id"]]});
    assert_eq!(app.owner().post(&take(), ids).await.status(422).fields(), ["chain_service_ids"]);
    assert_eq!(app.owner().post(&services, new).await.status(422).fields(), ["chain_category_id"]);
    let one = format!("{CHAIN}/services/{}", service.data()["id"]);
    app.owner().put(&one, json!({"title": "mine"})).await.status(404);
    app.stranger().get(&services).await.status(404);
    app.staff(&[]).await.post(&take(), json!({"chain_service_ids": [1]})).await.status(403);
    app.exec("UPDATE chain_users SET rights = '{}' WHERE chain_id = 9206", &[]).await;
    app.owner().get(&services).await.status(403);
}

#[testkit::test]
async fn what_is_taken_over_has_what_the_chain_last_said(app: App) {
    let category = app.owner().post(&format!("{CHAIN}/service_categories"), json!({"title": "Hair"})).await;
    let category = category.status(201).data()["id"].clone();
    for _ in 0..8 {
        let new = json!({"title": "Cut", "chain_category_id": category, "price_min": 10,
            "is_price_managed_only_in_chain": true});
        let made = app.owner().post(&format!("{CHAIN}/services"), new).await.status(201);
        let path = format!("{CHAIN}/services/{}", made.data()["id"]);
        let (at_location, at_chain, taking) = (app.owner(), app.owner(), take());
        let ids = json!({"chain_service_ids": [made.data()["id"]]});
        let (taken, changed) =
            tokio::join!(at_location.post(&taking, ids), at_chain.put(&path, json!({"price_min": 30})));
        changed.status(200);
        let id = taken.status(201).items()[0]["id"].clone();
        let service = app.owner().get(&format!("/api/v1/services/{LOCATION}/{id}")).await.ok();
        assert_eq!(service.items()[0]["price_min"], json!(30));
    }
}
