//! Composite services and trials.

use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::{App, Client};

fn v2(client: Client) -> Client {
    client.header("accept", "application/vnd.api.v2+json")
}

fn parts(service: i64) -> String {
    format!("/api/frontdesk/v1/locations/{LOCATION}/services/{service}/parts")
}

fn trial(service: i64) -> String {
    format!("/api/frontdesk/v1/locations/{LOCATION}/services/{service}/trial")
}

fn shown(service: i64) -> String {
    format!("/api/v2/locations/{LOCATION}/composite_services/{service}/attendance_services")
}

#[testkit::test]
async fn a_service_consists_of_others_in_order(app: App) {
    let manicure = format!("/api/v1/company/{LOCATION}/services/83183/staff");
    app.owner().post(&manicure, json!({"master_id": 1001, "seance_length": 2700})).await.status(201);
    let body = json!({"parts": [
        {"service_id": 83183, "team_member_id": 1001, "duration": 1800, "price_min": 25},
        {"service_id": 83185, "price_min": 10},
        {"service_id": 83183}
    ]});
    let set = app.owner().put(&parts(83184), body).await.status(200);
    let seconds = 1800 + 3600 + 2700;
    assert_eq!(set.data()["duration"], json!(seconds));
    let got = app.owner().get(&parts(83184)).await.status(200);
    assert_eq!(got.data(), set.data());
    let shown = v2(app.owner()).get(&shown(83184)).await.status(200);
    let seen: Vec<Value> = shown
        .items()
        .iter()
        .map(|r| {
            let a = &r["attributes"];
            json!([
                r["id"],
                a["composite_position"],
                a["staff_id"],
                a["duration"],
                a["price_min"],
                a["title"]
            ])
        })
        .collect();
    assert_eq!(
        seen,
        [
            json!([format!("{LOCATION}_83183_1001_83184_1"), 1, 1001, 1800, 25, "Manicure"]),
            json!([format!("{LOCATION}_83185_0_83184_2"), 2, 0, 3600, 10, "Pedicure"]),
            json!([format!("{LOCATION}_83183_0_83184_3"), 3, 0, 2700, 25, "Manicure"])
        ]
    );
    // It takes as long as its parts, whatever is said of it.
    let path = format!("/api/v1/services/{LOCATION}/83184");
    let patched = app.owner().patch(&path, json!({"duration": 600})).await.status(200);
    assert_eq!(
        (&patched.data()["duration"], &patched.data()["is_composite"]),
        (&json!(seconds), &json!(true))
    );

    app.owner().put(&parts(83184), json!({"parts": []})).await.status(200);
    v2(app.owner()).get(&self::shown(83184)).await.status(404);
    let patched = app.owner().patch(&path, json!({"duration": 600})).await.status(200);
    assert_eq!(patched.data()["duration"], json!(600));
}

#[testkit::test]
async fn parts_are_simple_services_of_the_location(app: App) {
    assert_eq!(app.owner().put(&parts(83184), json!({})).await.status(422).fields(), ["parts"]);
    let wrong = json!({"parts": [
        {"service_id": 83184}, {"service_id": 83173}, {"service_id": 1}, {},
        {"service_id": 83183, "team_member_id": 1101, "duration": 5, "price_min": 3, "price_max": 2}
    ]});
    assert_eq!(
        app.owner().put(&parts(83184), wrong).await.status(422).fields(),
        [
            "parts.0.service_id",
            "parts.1.service_id",
            "parts.2.service_id",
            "parts.3.service_id",
            "parts.4.team_member_id",
            "parts.4.duration",
            "parts.4.price_max"
        ]
    );
    let one = json!({"parts": [{"service_id": 83183}]});
    assert_eq!(app.owner().put(&parts(83184), one).await.status(422).fields(), ["parts"]);
    // A part of another can't consist of others itself.
    let two = json!({"parts": [{"service_id": 83183}, {"service_id": 83185}]});
    assert_eq!(app.owner().put(&parts(83169), two.clone()).await.status(422).fields(), ["parts"]);
    app.owner().put(&parts(1), two.clone()).await.status(404);
    app.staff(&[]).await.put(&parts(83184), two.clone()).await.status(403);
    app.staff(&["services_edit"]).await.put(&parts(83184), two.clone()).await.status(403);
    let elsewhere = format!("/api/frontdesk/v1/locations/{STRANGER_LOCATION}/services/83184/parts");
    app.stranger().put(&elsewhere, two).await.status(404);
    app.stranger().get(&elsewhere).await.status(404);
}

#[testkit::test]
async fn a_trial_is_offered_and_ended(app: App) {
    let set = app.owner().put(&trial(83193), json!({"price": "9.50"})).await.status(200);
    assert_eq!(set.data(), &json!({"service_id": 83193, "price": 9.5, "duration": 3600}));
    let path = format!("/api/v2/locations/{LOCATION}/services/83193?include=trial_settings");
    let seen = v2(app.owner()).get(&path).await.status(200);
    assert_eq!(seen.body["included"][0]["attributes"], json!({"price": 9.5, "duration": 3600}));
    let wrong = json!({"price": -1, "duration": 1});
    assert_eq!(app.owner().put(&trial(83193), wrong).await.status(422).fields(), ["price", "duration"]);
    app.staff(&["services_edit"]).await.put(&trial(83193), json!({"price": 1})).await.status(403);
    app.owner().delete(&trial(83193)).await.status(204);
    app.owner().delete(&trial(83193)).await.status(404);
    let seen = v2(app.owner()).get(&path).await.status(200);
    assert_eq!(seen.data()["relationships"]["trial_settings"], json!({"data": null}));
}

#[testkit::test]
async fn who_does_a_part_no_more_is_nobody_in_particular(app: App) {
    let member = {
        let service = app.owner().get(&format!("/api/v1/services/{LOCATION}/83183")).await.ok();
        service.items()[0]["staff"][0]["id"].as_i64().expect("somebody does it")
    };
    let two = json!({"parts": [{"service_id": 83183, "team_member_id": member}, {"service_id": 83185}]});
    app.owner().put(&parts(83184), two).await.status(200);
    let named =
        async || app.owner().get(&parts(83184)).await.ok().data()["parts"][0]["team_member_id"].clone();
    assert_eq!(named().await, json!(member));
    app.owner().delete(&format!("/api/v1/staff/{LOCATION}/{member}")).await.status(204);
    assert_ne!(named().await, json!(member));
}

#[testkit::test]
async fn parts_and_composites_made_at_once_do_not_nest(app: App) {
    for _ in 0..4 {
        app.owner().put(&parts(83184), json!({"parts": []})).await.status(200);
        app.owner().put(&parts(83183), json!({"parts": []})).await.status(200);
        let one = json!({"parts": [{"service_id": 83183}, {"service_id": 83185}]});
        let other = json!({"parts": [{"service_id": 83186}, {"service_id": 83187}]});
        let (a, b) = (app.owner(), app.owner());
        let (pa, pb) = (parts(83184), parts(83183));
        let (a, b) = tokio::join!(a.put(&pa, one), b.put(&pb, other));
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422]);
    }
}
