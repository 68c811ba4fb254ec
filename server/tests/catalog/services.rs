//! Services, version 1.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::{App, Part};

fn list() -> String {
    format!("/api/v1/services/{LOCATION}")
}

fn one(id: i64) -> String {
    format!("/api/v1/services/{LOCATION}/{id}")
}

async fn got(app: &App, id: i64) -> Value {
    let answer = app.owner().get(&format!("/api/v1/company/{LOCATION}/services/{id}")).await.status(200);
    assert_eq!(answer.body["meta"], json!({"total_count": 1}));
    answer.items()[0].clone()
}

/// Everything but what the database counts.
fn whole() -> Value {
    json!({
        "title": "Men's haircut", "booking_title": "Haircut", "print_title": "Cut", "category_id": 83167,
        "price_min": 250.5, "price_max": "1200", "discount": 2.5, "duration": 3600,
        "technical_break_duration": 300, "comment": "c", "weight": 6, "active": 0, "api_id": 42,
        "service_type": 2, "api_service_id": 7, "is_multi": true, "capacity": 12, "tax_variant": 1, "vat_id": 3,
        "repeat_visit_days_step": 30, "seance_search_start": 36000, "seance_search_finish": 84600,
        "seance_search_step": 900, "step": 300, "is_need_limit_date": true, "date_from": "2022-09-19",
        "date_to": "2022-09-30", "dates": ["2022-09-20", "2022-09-19"], "schedule_template_type": 2,
        "online_invoicing_status": 1, "is_abonement_autopayment_enabled": 1, "autopayment_before_visit_time": 3600,
        "abonement_restriction_value": 1, "prepaid": "optional", "price_prepaid_amount": 9.99,
        "price_prepaid_percent": 50, "staff": [{"id": 1001, "seance_length": 2700}]
    })
}

async fn made(app: &App, body: Value) -> i64 {
    app.owner().post(&list(), body).await.status(201).data()["id"].as_i64().expect("an id")
}

#[testkit::test]
async fn every_field_is_stored_and_answered(app: App) {
    let id = made(&app, whole()).await;
    let service = got(&app, id).await;
    let mut expected = whole();
    expected["price_max"] = json!(1200);
    expected["api_id"] = json!("42");
    expected["repeat_visit_days_step"] = json!("30");
    expected["dates"] = json!(["2022-09-19", "2022-09-20"]);
    expected["is_online"] = json!(false);
    expected["staff"] =
        json!([{"id": 1001, "seance_length": 2700, "technological_card_id": 0, "price": null}]);
    for (field, value) in expected.as_object().expect("an object") {
        assert_eq!(&service[field], value, "{field}");
    }
    assert_eq!((&service["image_group"], &service["resources"]), (&json!([]), &json!([])));
    assert_ne!(service["salon_service_id"], service["id"]);
    let events: i64 =
        app.one("SELECT COUNT(*) FROM events WHERE entity = 'service' AND entity_id = $1", params![id]).await;
    assert_eq!(events, 1);
}

#[testkit::test]
async fn a_new_service_needs_little(app: App) {
    let id = made(&app, json!({"title": " Cut ", "category_id": "83167", "price_min": 10})).await;
    let service = got(&app, id).await;
    for (field, value) in [
        ("title", json!("Cut")),
        ("booking_title", json!("Cut")),
        ("print_title", json!("Cut")),
        ("price_max", json!(10)),
        ("duration", json!(3600)),
        ("technical_break_duration", json!(null)),
        ("active", json!(1)),
        ("is_online", json!(true)),
        ("prepaid", json!("forbidden")),
        ("date_from", json!(null)),
        ("seance_search_finish", json!(86400)),
        ("staff", json!([])),
    ] {
        assert_eq!(service[field], value, "{field}");
    }
}

#[testkit::test]
async fn what_is_wrong_is_named_all_at_once(app: App) {
    let refused = app.owner().post(&list(), json!({})).await.status(422);
    assert_eq!(refused.fields(), ["title", "category_id"]);
    let wrong = json!({
        "title": "", "category_id": 999, "price_min": -1, "price_max": 0.5, "discount": 101, "duration": 90000,
        "technical_break_duration": 3900, "seance_search_start": 500, "seance_search_finish": 100,
        "date_from": "2026-02-30", "dates": ["soon"], "prepaid": "perhaps", "capacity": 20000,
        "staff": [{"id": 1101}, {"id": 1001, "seance_length": 1000}, {"seance_length": 900}]
    });
    let refused = app.owner().post(&list(), wrong).await.status(422);
    let mut fields = refused.fields();
    fields.sort_unstable();
    fields.dedup();
    assert_eq!(
        fields,
        [
            "capacity",
            "category_id",
            "date_from",
            "dates.0",
            "discount",
            "duration",
            "prepaid",
            "price_min",
            "seance_search_finish",
            "staff.0.id",
            "staff.1.seance_length",
            "staff.2.id",
            "technical_break_duration",
            "title"
        ]
    );
    let unread = json!({"title": "x", "category_id": 83167, "price_min": "much", "price_max": 1.234});
    assert_eq!(app.owner().post(&list(), unread).await.status(422).fields(), ["price_min", "price_max"]);
    assert_eq!(app.count("services").await, 25);
}

#[testkit::test]
async fn patch_keeps_and_put_replaces(app: App) {
    let id = made(&app, whole()).await;
    let patched = app.owner().patch(&one(id), json!({"title": "Cut", "price_max": 300})).await.status(200);
    assert_eq!(patched.data()["title"], "Cut");
    let mut expected = got(&app, id).await;
    assert_eq!((&expected["price_max"], &expected["price_min"]), (&json!(300), &json!(250.5)));
    assert_eq!(expected["staff"].as_array().map(Vec::len), Some(1));
    assert_eq!(expected["comment"], "c");

    let put = app.owner().put(&one(id), json!({"title": "New", "category_id": 83161})).await.status(200);
    for (field, value) in [
        ("title", json!("New")),
        ("category_id", json!(83161)),
        ("price_min", json!(0)),
        ("price_max", json!(0)),
        ("discount", json!(0)),
        ("technical_break_duration", json!(null)),
        ("comment", json!("")),
        ("weight", json!(0)),
        ("active", json!(1)),
        ("is_online", json!(true)),
        ("api_id", json!("")),
        ("service_type", json!(1)),
        ("api_service_id", json!(0)),
        ("staff", json!([])),
    ] {
        expected[field] = value;
    }
    // What such a request can't carry stays: dates, window, prepayment, other titles.
    assert_eq!(put.data(), &expected);
    assert_eq!(app.owner().put(&one(id), json!({})).await.status(422).fields(), ["title", "category_id"]);
}

#[testkit::test]
async fn who_stays_in_the_list_keeps_his_prices(app: App) {
    // 83169 is done by both, 1002 in 45 minutes for 50.
    let staff = json!([{"id": 1002, "seance_length": 1800}]);
    app.owner().patch(&one(83169), json!({"staff": staff})).await.status(200);
    let service = got(&app, 83169).await;
    assert_eq!(
        service["staff"],
        json!([{"id": 1002, "seance_length": 1800, "technological_card_id": 0, "price": {"min": 50, "max": 50}}])
    );
}

#[testkit::test]
async fn null_empties_and_absence_does_not(app: App) {
    let id = made(&app, whole()).await;
    let sent = json!({"technical_break_duration": null, "date_to": null, "repeat_visit_days_step": 0});
    let after = app.owner().patch(&one(id), sent).await.status(200);
    assert_eq!(after.data()["technical_break_duration"], Value::Null);
    assert_eq!(after.data()["date_to"], Value::Null);
    assert_eq!(after.data()["repeat_visit_days_step"], Value::Null);
    assert_eq!(after.data()["date_from"], "2022-09-19");
    let empty = app.owner().patch(&one(id), json!({"booking_title": "", "dates": []})).await.status(200);
    assert_eq!(empty.data()["booking_title"], "Men's haircut");
    assert_eq!(empty.data()["dates"], json!([]));
}

#[testkit::test]
async fn lists_are_filtered_and_in_order(app: App) {
    let all = app.owner().get(&list()).await.status(200);
    assert_eq!(all.items().len(), 25);
    assert_eq!(all.ids()[..3], [83169, 83170, 83171]);
    let nails = app.owner().get(&format!("{}?category_id=83163", list())).await.ok();
    assert_eq!(nails.ids(), [83183, 83184, 83185, 83186, 83187]);
    app.owner().patch(&one(83187), json!({"weight": 1000})).await.status(200);
    let nails = app.owner().get(&format!("{}?category_id=83163", list())).await.ok();
    assert_eq!(nails.ids()[0], 83187);
    let path = format!("/api/v1/company/{LOCATION}/services");
    let his = app.owner().get(&format!("{path}?staff_id=1002&category_id=83163")).await.status(200);
    assert!(
        his.items().iter().all(|s| s["staff"].as_array().expect("a list").iter().any(|m| m["id"] == 1002))
    );
    assert_eq!(his.body["meta"]["total_count"], json!(his.items().len()));
    assert_eq!(app.owner().get(&format!("{path}/0")).await.items().len(), 25);
    for (query, message) in [
        ("?staff_id=1101", "Team Member not found."),
        ("?category_id=1", "Service category does not exist."),
        ("/1", "Service not found"),
    ] {
        assert_eq!(app.owner().get(&format!("{path}{query}")).await.status(404).message(), message);
    }
    let old = app.owner().get(&one(83169)).await.status(200);
    assert!(old.header("deprecation").starts_with('@'));
    assert_eq!(old.ids(), [83169]);
}

#[testkit::test]
async fn reading_many_takes_few_queries(app: App) {
    let mut tx = app.db().begin().await.expect("a transaction");
    let many: Vec<_> = (0..300)
        .map(|n| catalog::services::store::Service {
            category_id: 83167,
            title: format!("S{n}"),
            ..catalog::services::store::Service::default()
        })
        .collect();
    let many = catalog::services::store::insert(&mut tx, LOCATION, many, 0).await.expect("services");
    let links: Vec<_> = many
        .iter()
        .flat_map(|s| [1001, 1002].map(|member| catalog::links::rules::fresh(s, member)))
        .collect();
    catalog::links::store::put(&mut tx, LOCATION, &links).await.expect("links");
    tx.commit().await.expect("committed");
    app.owner().get(&one(83169)).await.ok();
    for path in [list(), format!("{}?staff_id=1001", list()), format!("/api/v1/company/{LOCATION}/services")]
    {
        let before = app.queries();
        let all = app.owner().get(&path).await.ok();
        assert!(all.items().len() > 300, "{path}");
        assert!(app.queries() - before <= 8, "{path}: {}", app.queries() - before);
    }
}

#[testkit::test]
async fn a_deleted_service_is_gone_but_not_lost(app: App) {
    app.owner().delete(&one(83170)).await.status(409);
    app.owner().delete(&one(83171)).await.status(204);
    app.owner().delete(&one(83171)).await.status(404);
    app.owner().patch(&one(83171), json!({"title": "x"})).await.status(404);
    app.owner().get(&format!("/api/v1/company/{LOCATION}/services/83171")).await.status(404);
    assert_eq!(app.owner().get(&list()).await.items().len(), 24);
    assert_eq!(app.count("services").await, 25);
    let links: i64 = app.one("SELECT COUNT(*) FROM service_team_members WHERE service_id = 83171", &[]).await;
    assert_eq!(links, 0);
}

#[testkit::test]
async fn each_part_of_a_change_needs_its_right(app: App) {
    let editor = app.staff(&["services_edit"]).await;
    editor.patch(&one(83169), json!({"comment": "x", "title": "Men's haircut"})).await.status(200);
    for body in [
        json!({"title": "Other"}),
        json!({"category_id": 83161}),
        json!({"price_max": 99}),
        json!({"seance_search_start": 600}),
        json!({"prepaid": "required"}),
        json!({"duration": 5400}),
        json!({"staff": []}),
    ] {
        editor.patch(&one(83169), body).await.status(403);
    }
    let pricer = app.staff(&["settings_services_edit_price_access"]).await;
    pricer.patch(&one(83169), json!({"price_max": 99})).await.status(200);
    let reader = app.staff(&[]).await;
    reader.get(&list()).await.status(200);
    reader.post(&list(), whole()).await.status(403);
    reader.patch(&one(83169), json!({"comment": "y"})).await.status(403);
    reader.delete(&one(83171)).await.status(403);
    let maker = app.staff(&["settings_services_create_access"]).await;
    maker.post(&list(), whole()).await.status(201);
}

#[testkit::test]
async fn services_of_others_are_not_there(app: App) {
    for path in [list(), one(83169), format!("/api/v1/company/{LOCATION}/services/83169")] {
        app.stranger().get(&path).await.status(404);
    }
    let elsewhere = format!("/api/v1/services/{STRANGER_LOCATION}/83169");
    app.stranger().get(&elsewhere).await.status(404);
    app.stranger().patch(&elsewhere, json!({"title": "mine"})).await.status(404);
    app.stranger().delete(&elsewhere).await.status(404);
    let theirs = json!({"title": "x", "category_id": 83167, "staff": [{"id": 1001}]});
    let refused = app.stranger().post(&format!("/api/v1/services/{STRANGER_LOCATION}"), theirs).await;
    assert_eq!(refused.status(422).fields(), ["category_id", "staff.0.id"]);
}

#[testkit::test]
async fn a_picture_is_shown_with_its_service(app: App) {
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(8, 4).write_to(&mut png, image::ImageFormat::Png).expect("encodes");
    for _ in 0..2 {
        let parts = [
            Part::field("company_id", LOCATION),
            Part::field("service_id", 83169),
            Part::file("image", "a.png", png.get_ref().clone()),
        ];
        app.owner().multipart(http::Method::POST, "/api/v1/images/service", &parts).await.status(200);
    }
    let service = got(&app, 83169).await;
    let group = &service["image_group"];
    assert_eq!(group["entity"], "settings_service");
    assert_eq!(group["entity_id"], service["salon_service_id"]);
    let basic = &group["images"]["basic"];
    assert_eq!(
        (&basic["width"], &basic["height"], &basic["type"]),
        (&json!("8"), &json!("4"), &json!("png"))
    );
    assert!(basic["path"].as_str().is_some_and(|p| p.starts_with("http://desk.test/uploads/service/")));
    // The latest of the two.
    let latest: i64 = app.one("SELECT MAX(id) FROM image_groups", &[]).await;
    assert_eq!(group["id"], json!(latest));
    assert_eq!(got(&app, 83170).await["image_group"], json!([]));
}

#[testkit::test]
async fn a_change_of_an_older_revision_is_refused(app: App) {
    let first = app.owner().patch(&one(83169), json!({"comment": "a"})).await.status(200);
    let tag = first.header("etag").to_owned();
    app.owner().patch(&one(83169), json!({"comment": "b"})).await.status(200);
    let late = app.owner().header("if-match", tag).patch(&one(83169), json!({"comment": "c"})).await;
    late.status(412);
}

#[testkit::test]
async fn a_licence_that_has_ended_is_told(app: App) {
    app.exec("UPDATE licenses SET ends_at = 1 WHERE location_id = $1", params![LOCATION]).await;
    for path in ["services", "services/83169", "service_categories", "service_categories/83167"] {
        let refused = app.owner().get(&format!("/api/v1/company/{LOCATION}/{path}")).await.status(403);
        let renew = format!("It is necessary to renew the license in the branch with id: {LOCATION}");
        assert_eq!(refused.message(), renew);
    }
    app.owner().get(&list()).await.status(200);
}

#[testkit::test]
async fn single_days_lie_within_the_period(app: App) {
    let path = one(83169);
    let period = |to: &str| json!({"is_need_limit_date": true, "date_from": "2026-09-19", "date_to": to});
    let mut outside = period("2026-09-30");
    outside["dates"] = json!(["2026-09-20", "2026-10-01"]);
    assert_eq!(app.owner().patch(&path, outside.clone()).await.status(422).fields(), ["dates"]);
    outside["title"] = json!("Autumn cut");
    outside["category_id"] = json!(83167);
    assert_eq!(app.owner().post(&list(), outside.clone()).await.status(422).fields(), ["dates"]);
    outside["date_to"] = json!("2026-10-01");
    app.owner().patch(&path, outside).await.status(200);
    // The days that stay bind a later period, unless they are sent along.
    let shorter = app.owner().patch(&path, period("2026-09-30")).await.status(422);
    assert_eq!(shorter.fields(), ["dates"]);
    let mut with = period("2026-09-30");
    with["dates"] = json!(["2026-09-20"]);
    assert_eq!(app.owner().patch(&path, with).await.status(200).data()["dates"], json!(["2026-09-20"]));
    // Without a period there is nothing to lie in.
    let open = json!({"is_need_limit_date": false, "dates": ["2027-01-01"]});
    app.owner().patch(&path, open).await.status(200);
    for day in ["-009999-01-01", "2026-02-30"] {
        let refused = app.owner().patch(&path, json!({"date_from": day})).await.status(422);
        assert_eq!(refused.fields(), ["date_from"], "{day}");
    }
}

#[testkit::test]
async fn a_picture_is_of_a_service_of_the_location(app: App) {
    let theirs: i64 = {
        let category = json!({"title": "Theirs"});
        let path = format!("/api/v1/service_categories/{STRANGER_LOCATION}");
        let category = app.stranger().post(&path, category).await.status(201);
        let service = json!({"title": "Theirs", "category_id": category.data()["id"]});
        let path = format!("/api/v1/services/{STRANGER_LOCATION}");
        let service = app.stranger().post(&path, service).await.status(201);
        service.data()["id"].as_i64().expect("an id")
    };
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(8, 4).write_to(&mut png, image::ImageFormat::Png).expect("encodes");
    let upload = async |service: i64| {
        let parts = [
            Part::field("company_id", LOCATION),
            Part::field("service_id", service),
            Part::file("image", "a.png", png.get_ref().clone()),
        ];
        app.owner().multipart(http::Method::POST, "/api/v1/images/service", &parts).await
    };
    for service in [theirs, 1, -1] {
        assert_eq!(upload(service).await.status(422).fields(), ["service_id"], "{service}");
    }
    assert_eq!(upload(83169).await.status(200).data()["image_binded"], json!(true));
    assert_eq!(upload(0).await.status(200).data()["image_binded"], json!(false));
    let path = format!("/api/v1/services/{STRANGER_LOCATION}/{theirs}");
    assert_eq!(app.stranger().get(&path).await.status(200).items()[0]["image_group"], json!([]));
}

#[testkit::test]
async fn services_are_counted_one_after_the_other(app: App) {
    // At the limit, of two who make a service at once one is refused.
    let there: i64 = app
        .one("SELECT COUNT(*) FROM services WHERE location_id = $1 AND is_deleted = 0", params![LOCATION])
        .await;
    let now = app.kernel().now();
    let rows = vec![
        catalog::services::store::Service {
            category_id: 83167,
            title: "One of many".to_owned(),
            ..catalog::services::store::Service::default()
        };
        usize::try_from(2999 - there).expect("a number")
    ];
    app.kernel()
        .write(async |tx| catalog::services::store::insert(tx, LOCATION, rows.clone(), now).await.map(drop))
        .await
        .expect("services");
    let body = |category: i64| json!({"title": "The last", "category_id": category});
    let (owner, other, path) = (app.owner(), app.owner(), list());
    let (a, b) = tokio::join!(owner.post(&path, body(83167)), other.post(&path, body(83161)));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422]);
}
