//! Chains, licences, phone numbers, dictionaries, and what is served beside the API.

use db::params;
use frontdesk::demo::{LOCATION, LOGIN, STRANGER_CHAIN, STRANGER_LOCATION};
use serde_json::json;
use testkit::{App, make};

#[testkit::test]
async fn own_chains_are_listed_with_their_locations(app: App) {
    let mine = app.owner().get("/api/v1/groups").await.ok();
    assert_eq!(mine.ids(), [9206, 9207]);
    let chain = &mine.items()[0];
    assert_eq!(chain["companies"][0]["id"], LOCATION);
    assert_eq!(chain["companies"][0]["phones"], json!(["+12125357710"]));
    assert_eq!(chain["access"]["clients_access"], 1);
    assert_eq!(app.stranger().get("/api/v1/groups").await.ok().ids(), [STRANGER_CHAIN]);
    assert!(app.partner().get("/api/v1/groups").await.ok().ids().is_empty());
    let james = make::user_id(&app, LOGIN).await;
    app.exec("UPDATE chain_users SET rights = '{}' WHERE chain_id = 9206 AND user_id = $1", params![james])
        .await;
    let mine = app.owner().get("/api/v1/groups").await.ok();
    assert_eq!(mine.items()[0]["access"]["clients_access"], 0);
    app.owner().get("/api/v1/group/9206/clients?phone=14264037640").await.status(403);
}

#[testkit::test]
async fn a_licence_is_in_force_between_its_days(app: App) {
    let license = app.partner().get("/api/v1/license/37532").await.ok();
    assert_eq!(license.body["salon_id"], LOCATION);
    assert_eq!(license.data()["start_date"], "23.03.2026");
    assert_eq!((&license.data()["active"], &license.data()["name"]), (&json!(1), &json!("Self-hosted")));
    app.exec("UPDATE licenses SET ends_at = starts_at + 1000 WHERE location_id = $1", params![LOCATION])
        .await;
    app.advance(1000);
    assert_eq!(app.partner().get("/api/v1/license/37532").await.ok().data()["active"], 0);
    app.partner().get("/api/v1/license/1").await.status(404);
    app.nobody().get("/api/v1/license/37532").await.status(401);
}

#[testkit::test]
async fn phone_numbers_are_judged(app: App) {
    for (phone, valid) in [
        ("13155550175", true),
        ("+13155550175", true),
        ("%2B3612345678", true),
        ("1%20315%20555-01-75", true),
        ("12345", false),
        ("nobody", false),
        ("1315555017513155550175", false),
    ] {
        let answer = app.partner().get(&format!("/api/v1/validation/validate_phone/{phone}")).await.ok();
        assert_eq!(answer.data()["is_valid"], valid, "{phone}");
    }
}

#[testkit::test]
async fn dictionaries_are_served(app: App) {
    let countries = app.partner().get("/api/v1/countries").await.ok();
    assert!(countries.items().len() > 150);
    let states = countries.items().iter().find(|c| c["id"] == 7).expect("the United States");
    assert_eq!(
        (&states["iso_code"], &states["phone_code"], &states["is_eu"]),
        (&json!("US"), &json!("1"), &json!(false))
    );
    let hungarian = app.partner().get("/api/v1/cities?country_id=31").await.ok();
    assert!(hungarian.items().iter().all(|c| c["country_id"] == 31) && hungarian.ids().contains(&1334));
    let own = app.partner().get(&format!("/api/v1/cities?company_id={STRANGER_LOCATION}")).await.ok();
    assert_eq!(own.ids(), hungarian.ids());
    let largest = app.partner().get("/api/v1/cities").await.ok();
    assert!(largest.items().len() > 10);
    app.partner().get("/api/v1/cities?company_id=1").await.status(404);
    assert!(app.partner().get("/api/v1/cities?country_id=999").await.ok().items().is_empty());

    let groups = app.partner().get("/api/v1/references/business_groups_with_types").await.ok();
    assert_eq!(groups.body["meta"]["count"], groups.items().len());
    for group in groups.items() {
        let image =
            group["image"].as_str().expect("an address").strip_prefix("http://desk.test").expect("ours");
        let drawing = app.nobody().get(image).await.status(200);
        assert_eq!(drawing.header("content-type"), "image/svg+xml");
    }
}

#[testkit::test]
async fn what_stands_beside_the_api_is_served(app: App) {
    let nobody = app.nobody();
    assert_eq!(nobody.get("/healthz").await.status(200).text(), "ok\n");
    assert_eq!(nobody.get("/readyz").await.status(200).text(), "ready\n");
    nobody.get("/images/no-logo.svg").await.status(200);
    nobody.get("/images/business-groups/nothing.svg").await.status(404);
    for document in frontdesk::documents::all() {
        let json = nobody.get(&format!("/openapi/{}.json", document.name)).await.status(200);
        assert_eq!(json.body["openapi"], "3.1.0");
        assert!(json.body["servers"][0]["url"] == document.base);
        nobody.get(&format!("/openapi/{}.yaml", document.name)).await.status(200);
    }
    app.partner().get("/api/v1/countries").await.ok();
    let metrics = nobody.get("/metrics").await.status(200);
    assert!(metrics.text().contains("frontdesk_requests_total"));
    app.exec("DROP TABLE cache_epoch", &[]).await;
    nobody.get("/readyz").await.status(503);
}
