//! Who does a service, what it takes up and its other names.

use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::App;

fn staff(service: i64) -> String {
    format!("/api/v1/company/{LOCATION}/services/{service}/staff")
}

fn links() -> String {
    format!("/api/v1/company/{LOCATION}/services/links")
}

async fn got(app: &App, id: i64) -> Value {
    let answer = app.owner().get(&format!("/api/v1/company/{LOCATION}/services/{id}")).await.status(200);
    answer.items()[0].clone()
}

// 83170 (beard trim) is done by 1002 alone.

#[testkit::test]
async fn a_team_member_is_linked_changed_and_unlinked(app: App) {
    let new = json!({"master_id": 1001, "seance_length": 3600, "technological_card_id": 123});
    let made = app.owner().post(&staff(83170), new).await.status(201);
    let expected = json!({
        "service_id": 83170, "master_id": 1001, "length": 3600, "technological_card_id": 123, "api_id": "",
        "is_online": true, "is_offline_records_allowed": true, "price": null, "price_max": null
    });
    assert_eq!(made.data(), &expected);
    let path = format!("{}/1001", staff(83170));
    let put = json!({"seance_length": 300, "technological_card_id": null, "is_online": false});
    let put = app.owner().put(&path, put).await.status(200);
    assert_eq!((&put.data()["length"], &put.data()["technological_card_id"]), (&json!(300), &json!(0)));
    assert_eq!(put.data()["is_online"], json!(false));
    let ids: Vec<Value> =
        got(&app, 83170).await["staff"].as_array().expect("a list").iter().map(|s| s["id"].clone()).collect();
    assert_eq!(ids, [1001, 1002]);
    let gone = app.owner().delete(&path).await.status(204);
    assert!(gone.bytes.is_empty());
    app.owner().delete(&path).await.status(404);
    app.owner().put(&path, json!({"seance_length": 300})).await.status(404);
}

#[testkit::test]
async fn bounds_of_a_link_are_held(app: App) {
    let refused = app.owner().post(&staff(83170), json!({})).await.status(422);
    assert_eq!(refused.fields(), ["master_id", "seance_length"]);
    for seconds in [299, 86_101] {
        let body = json!({"master_id": 1101, "seance_length": seconds, "technological_card_id": -1});
        let refused = app.owner().post(&staff(83170), body).await.status(422);
        assert_eq!(refused.fields(), ["master_id", "seance_length", "technological_card_id"]);
    }
    app.owner().post(&staff(1), json!({"master_id": 1001, "seance_length": 300})).await.status(404);
}

#[testkit::test]
async fn everything_around_a_service_is_set_at_once(app: App) {
    let body = json!({
        "service_id": 83170,
        "team_member_settings": [
            {"team_member_id": 1001, "tech_card_id": 291_341, "hours": 0, "minutes": 45, "price": {"min": 999.99, "max": null}},
            {"team_member_id": 1002, "hours": 1, "minutes": 0, "price": null}
        ],
        "resource_ids": [71, 70],
        "translations": [{"language_id": 2, "translation": "Massage"}, {"language_id": 3, "translation": "Bart"}]
    });
    let set = app.owner().post(&links(), body).await.status(200);
    let expected = json!({
        "service_id": 83170,
        "team_member_settings": [
            {"team_member_id": 1001, "tech_card_id": 291_341, "hours": 0, "minutes": 45, "price": {"min": 999.99, "max": 999.99}},
            {"team_member_id": 1002, "tech_card_id": 0, "hours": 1, "minutes": 0, "price": null}
        ],
        "resource_ids": [70, 71],
        "translations": [{"language_id": 2, "translation": "Massage"}, {"language_id": 3, "translation": "Bart"}]
    });
    assert_eq!(set.data(), &expected);
    let service = got(&app, 83170).await;
    assert_eq!(
        service["resources"],
        json!([{"id": 70, "title": "Pedicure chair"}, {"id": 71, "title": "Massage room"}])
    );
    // Nothing else of it moved.
    assert_eq!((&service["title"], &service["price_min"]), (&json!("Beard trim"), &json!(15)));

    // Older names; an empty name takes it away, languages that are not named stay.
    let older = json!({
        "service_id": 83170,
        "master_settings": [{"master_id": 1001, "hours": 2, "minutes": 30, "price": {"min": 5, "max": 7}, "technological_card_id": 9}],
        "resource_ids": [],
        "translations": [{"language_id": 2, "translation": ""}]
    });
    let set = app.owner().post(&links(), older).await.status(200);
    assert_eq!(
        set.data(),
        &json!({
            "service_id": 83170,
            "team_member_settings": [{"team_member_id": 1001, "tech_card_id": 9, "hours": 2, "minutes": 30, "price": {"min": 5, "max": 7}}],
            "resource_ids": [],
            "translations": [{"language_id": 3, "translation": "Bart"}]
        })
    );
    // What is left out stays.
    let same = app.owner().post(&links(), json!({"service_id": 83170})).await.status(200);
    assert_eq!(same.data(), set.data());
}

#[testkit::test]
async fn what_is_wrong_around_a_service_is_named(app: App) {
    assert_eq!(app.owner().post(&links(), json!({})).await.status(422).fields(), ["service_id"]);
    app.owner().post(&links(), json!({"service_id": 1})).await.status(404);
    let wrong = json!({
        "service_id": 83170,
        "team_member_settings": [
            {"team_member_id": 1101, "hours": -1, "minutes": 60},
            {"team_member_id": 1001, "hours": 0, "minutes": 1, "price": {"min": 5, "max": 4}},
            {"hours": 1}
        ],
        "resource_ids": [70, 999],
        "translations": [{"language_id": 999, "translation": "x"}]
    });
    let refused = app.owner().post(&links(), wrong).await.status(422);
    assert_eq!(
        refused.fields(),
        [
            "team_member_settings.0.hours",
            "team_member_settings.0.minutes",
            "team_member_settings.1.minutes",
            "team_member_settings.1.price.max",
            "team_member_settings.2.team_member_id",
            "team_member_settings.0.team_member_id",
            "resource_ids",
            "translations.0.language_id"
        ]
    );
}

#[testkit::test]
async fn each_kind_of_link_needs_its_right(app: App) {
    let reader = app.staff(&[]).await;
    let link = json!({"master_id": 1001, "seance_length": 3600});
    reader.post(&staff(83170), link.clone()).await.status(403);
    reader.post(&links(), json!({"service_id": 83170})).await.status(403);
    let linker = app.staff(&["edit_master_service_and_duration"]).await;
    linker.post(&staff(83170), link).await.status(201);
    let card = json!({"master_id": 1001, "seance_length": 3600, "technological_card_id": 4});
    linker.post(&staff(83170), card).await.status(403);
    let priced = json!([{"team_member_id": 1001, "price": {"min": 5}}]);
    for body in [
        json!({"service_id": 83170, "team_member_settings": priced}),
        json!({"service_id": 83170, "resource_ids": [70]}),
        json!({"service_id": 83170, "translations": [{"language_id": 3, "translation": "x"}]}),
    ] {
        linker.post(&links(), body).await.status(403);
    }
    let plain = json!([{"team_member_id": 1001}]);
    linker.post(&links(), json!({"service_id": 83170, "team_member_settings": plain})).await.status(200);
    app.stranger().post(&staff(83170), json!({})).await.status(404);
    let elsewhere = format!("/api/v1/company/{STRANGER_LOCATION}/services/links");
    app.stranger().post(&elsewhere, json!({"service_id": 83170})).await.status(404);
    let elsewhere = format!("/api/v1/company/{STRANGER_LOCATION}/services/83170/staff/1002");
    app.stranger().delete(&elsewhere).await.status(404);
}

#[testkit::test]
async fn who_is_deleted_does_nothing_any_more(app: App) {
    let there = got(&app, 83170).await;
    let doing = there["staff"][0]["id"].as_i64().expect("somebody does it");
    app.exec("UPDATE team_members SET is_deleted = 1 WHERE id = $1", db::params![doing]).await;
    let left = got(&app, 83170).await;
    assert!(left["staff"].as_array().expect("a list").iter().all(|s| s["id"] != doing));
    let link = json!({"master_id": doing, "seance_length": 3600});
    assert_eq!(app.owner().post(&staff(83170), link).await.status(422).fields(), ["master_id"]);
    let path = format!("/api/v1/company/{LOCATION}/service_categories");
    let categories = app.owner().get(&path).await.ok();
    for category in categories.items() {
        assert!(!category["staff"].as_array().expect("a list").contains(&json!(doing)));
    }
    app.owner().get(&format!("{path}?staff_id={doing}")).await.status(404);
}

#[testkit::test]
async fn who_is_deleted_is_asked_for_in_vain(app: App) {
    let v2 = app.owner().header("accept", "application/vnd.api.v2+json");
    let at = |path: &str| format!("/api/v2/locations/{LOCATION}/{path}");
    let asked = [at("service_categories?filter[staff_id]=1002"), at("attendance_services?staff_id=1002")];
    let list = format!("/api/v1/services/{LOCATION}?staff_id=1002");
    assert!(!app.owner().get(&list).await.ok().items().is_empty());
    for path in &asked {
        assert!(!v2.get(path).await.ok().items().is_empty(), "{path}");
    }
    app.owner().delete(&format!("/api/v1/staff/{LOCATION}/1002")).await.status(204);
    assert!(app.owner().get(&list).await.ok().items().is_empty());
    for path in &asked {
        assert!(v2.get(path).await.ok().items().is_empty(), "{path}");
    }
}

#[testkit::test]
async fn who_is_dismissed_is_not_offered(app: App) {
    let v2 = app.owner().header("accept", "application/vnd.api.v2+json");
    let offered = |query: &str| {
        format!("/api/v2/locations/{LOCATION}/attendance_services?filter[is_available_for_timetable]={query}")
    };
    // 83170 is done by 1002 alone.
    let one = "1&filter[service_ids][]=83170";
    assert_eq!(v2.get(&offered(one)).await.ok().items().len(), 1);
    let fire = |fired: i64| json!({"fired": fired});
    app.owner().put(&format!("/api/v1/staff/{LOCATION}/1002"), fire(1)).await.status(200);
    assert!(v2.get(&offered(one)).await.ok().items().is_empty());
    assert!(v2.get(&offered("1&staff_id=1002")).await.ok().items().is_empty());
    assert_eq!(v2.get(&offered("0&filter[service_ids][]=83170")).await.ok().items().len(), 1);
    // He still does it, should he be taken back.
    assert_eq!(got(&app, 83170).await["staff"][0]["id"], json!(1002));
    app.owner().put(&format!("/api/v1/staff/{LOCATION}/1002"), fire(0)).await.status(200);
    assert_eq!(v2.get(&offered(one)).await.ok().items().len(), 1);
}

#[testkit::test]
async fn the_order_of_team_members_is_no_change(app: App) {
    let there = got(&app, 83169).await;
    let mut settings: Vec<Value> = there["staff"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|s| json!({"team_member_id": s["id"]}))
        .collect();
    assert_eq!(settings.len(), 2);
    settings.reverse();
    let body = json!({"service_id": 83169, "team_member_settings": settings});
    app.staff(&["services_edit"]).await.post(&links(), body).await.status(200);
}
