//! What a booking page starts with, over HTTP.

use frontdesk::demo::LOCATION;
use serde_json::{Value, json};
use testkit::App;

use super::appointments::HAIRCUT;

const FORMS: &str = "/api/v1/company/37532/booking_forms";
const RULES: &str = "/api/frontdesk/v1/locations/37532/online_booking/settings";
const POLICY: &str = "/api/v1/privacy_policy/37532";
const SET_POLICY: &str = "/api/frontdesk/v1/locations/37532/privacy_policy";

async fn form(app: &App, body: Value) -> i64 {
    app.owner().post(FORMS, body).await.status(201).data()["id"].as_i64().expect("an id")
}

fn step<'a>(config: &'a Value, name: &str) -> &'a Value {
    let steps = config["steps"].as_array().expect("steps");
    steps.iter().find(|step| step["step"] == name).unwrap_or(&Value::Null)
}

#[testkit::test]
async fn a_form_says_how_its_page_leads(app: App) {
    let id = form(
        &app,
        json!({"title": "Cuts", "service_step_default": 83181, "service_step_hide": true,
        "master_step_title": "Who?", "service_step_num": 1, "master_step_num": 3, "datetime_step_num": 2,
        "button_color": "#FFCB00", "default_language_id": 3}),
    )
    .await;
    let read = app.partner().get(&format!("/api/v1/bookform/{id}")).await.status(200);
    let config = read.data();
    assert_eq!((&config["company_id"], &config["group_id"]), (&json!(LOCATION), &json!(0)));
    assert!(config["url"].as_str().expect("an address").ends_with(&format!("/book/{id}")));
    let nums: Vec<_> = config["steps"].as_array().expect("steps").iter().map(|s| s["step"].clone()).collect();
    assert_eq!(nums, ["service", "datetime", "master", "contact", "confirm"]);
    let service = step(config, "service");
    assert_eq!((&service["hidden"], &service["default"]), (&json!(true), &json!(83181)));
    assert_eq!(
        (&step(config, "master")["title"], &step(config, "master")["default"]),
        (&json!("Who?"), &json!(-1))
    );
    assert_eq!(config["style"]["main_color"], "#ffcb00");
    assert_eq!((&config["lang"], &config["is_lang_fixed"]), (&json!("de-DE"), &json!(true)));
    assert_eq!(config["phone_confirmation"], true);
    assert_eq!(step(config, "company"), &Value::Null);
    app.partner().get("/api/v1/bookform/1").await.status(404);
    app.partner().get(&format!("/api/v1/bookform/{id}?company_id=40001")).await.status(404);
    app.owner().delete(&format!("{FORMS}/{id}")).await.status(204);
    app.partner().get(&format!("/api/v1/bookform/{id}")).await.status(404);
    app.nobody().get("/api/v1/bookform/19203").await.status(401);
}

#[testkit::test]
async fn a_chains_form_leads_to_each_of_its_locations(app: App) {
    let id = form(&app, json!({"title": "All", "is_chain": true, "group_id": 9206})).await;
    let path = format!("/api/v1/bookform/{id}");
    let config = app.partner().get(&path).await.status(200);
    assert_eq!(
        (&config.data()["group_id"], &step(config.data(), "company")["num"]),
        (&json!(9206), &json!(1))
    );
    app.partner().get(&format!("{path}?company_id=40001")).await.status(404);
    app.exec("INSERT INTO location_chains (location_id, chain_id) VALUES (40001, 9206)", &[]).await;
    let other = app.partner().get(&format!("{path}?company_id=40001")).await.status(200);
    assert_eq!(other.data()["company_id"], 40001);
    assert_eq!(other.data()["phone_confirmation"], false, "each location has its own rules");
}

#[testkit::test]
async fn a_page_knows_what_to_ask_for(app: App) {
    let rules = json!({"phone_confirmation": false, "any_team_member": false,
        "client_fields": {"email": "required", "comment": "hidden"},
        "custom_fields": [{"entity": "record", "code": "drink", "is_required": true}]});
    app.owner().put(RULES, rules).await.status(200);
    let read = app.partner().get("/api/v1/bookform/19204").await.status(200);
    let config = read.data();
    let asked = &config["client_fields"];
    assert_eq!((&asked["email"], &asked["comment"]), (&json!("required"), &json!("hidden")));
    assert_eq!(
        asked["custom_fields"],
        json!([{"entity": "record", "code": "drink", "title": "Drink", "type": "list",
        "values": ["Coffee", "Tea", "Water"], "is_required": true}])
    );
    assert_eq!(
        (&config["phone_confirmation"], &config["is_any_master_allowed"]),
        (&json!(false), &json!(false))
    );
}

#[testkit::test]
async fn texts_are_there_in_three_languages(app: App) {
    for (code, back) in [("en-US", "Back"), ("de-DE", "Zurück"), ("uk-UK", "Назад"), ("lv-LV", "Back")]
    {
        let texts = app.partner().get(&format!("/api/v1/i18n/{code}")).await.status(200);
        assert_eq!(texts.body["back"], back, "{code}");
        assert!(texts.body["confirm"]["orderErrors"]["code_433"].is_string(), "{code}");
    }
    app.partner().get("/api/v1/i18n/xx-XX").await.status(404);
}

#[testkit::test]
async fn a_policy_is_set_shown_and_taken_away(app: App) {
    let shown =
        || async { app.partner().get(POLICY).await.status(200).data()["agreement"]["content"].clone() };
    assert_eq!(shown().await, "");
    let set =
        app.owner().put(SET_POLICY, json!({"content": " We keep your <b>phone</b>. "})).await.status(200);
    assert_eq!(set.data()["content"], "We keep your <b>phone</b>.");
    assert_eq!(shown().await, "We keep your <b>phone</b>.");
    let config = app.partner().get("/api/v1/bookform/19203").await.status(200);
    assert_eq!(config.data()["is_show_privacy_policy"], true);
    for refused in [json!({}), json!({"content": "x".repeat(100_001)})] {
        assert_eq!(app.owner().put(SET_POLICY, refused).await.status(422).fields(), ["content"]);
    }
    app.stranger().put(SET_POLICY, json!({"content": "Mine"})).await.status(404);
    app.owner().put(SET_POLICY, json!({"content": ""})).await.status(200);
    assert_eq!(shown().await, "");
    assert_eq!(app.count("privacy_policies").await, 0);
    app.partner().get("/api/v1/privacy_policy/1").await.status(404);
}

#[testkit::test]
async fn a_hold_that_is_not_wanted_any_more_is_let_go(app: App) {
    super::slots::soon(&app).await;
    const CHECK: &str = "/api/v1/book_check/37532";
    let item = json!({"id": 1, "services": [HAIRCUT], "staff_id": 1001,
        "datetime": "2026-03-24T10:00:00-04:00"});
    let held = app.partner().post(CHECK, json!({"appointments": [item], "hold": true})).await.status(201);
    let token = held.body["meta"]["hold"]["token"].clone();
    app.partner().post(CHECK, json!({"appointments": [item]})).await.status(422);
    app.partner().post(CHECK, json!({"release": "0123456789abcdef"})).await.status(201);
    app.partner().post(CHECK, json!({"appointments": [item]})).await.status(422);
    app.partner().post(CHECK, json!({"release": token})).await.status(201);
    assert_eq!(app.count("slot_holds").await, 0);
    app.partner().post(CHECK, json!({"appointments": [item]})).await.status(201);
    app.partner().post(CHECK, json!({"release": token})).await.status(201);
}

/// A part of the page's HTML.
fn config(page: &str) -> Value {
    let text = page.split("id=\"config\">").nth(1).and_then(|rest| rest.split("</script>").next());
    serde_json::from_str(text.expect("a configuration")).expect("JSON")
}

#[testkit::test]
async fn the_pages_know_where_they_begin(app: App) {
    super::slots::soon(&app).await;
    let order = json!({"phone": "+13155550175", "fullname": "James", "bookform_id": 19203, "appointments": [
        {"id": 1, "services": [HAIRCUT], "staff_id": 1001, "datetime": "2026-03-24T10:00:00-04:00"}]});
    let made = app.partner().post("/api/v1/book_record/37532", order).await.status(201).items()[0].clone();
    let (id, hash) =
        (made["record_id"].as_i64().expect("an id"), made["record_hash"].as_str().expect("a hash"));
    let own = format!("/a/37532-{id}-{hash}");
    let page = app.nobody().get(&own).await.status(200);
    assert!(
        page.header("content-security-policy").contains("frame-ancestors 'none'") || !cfg!(feature = "web")
    );
    let file = app.nobody().get(&format!("{own}/event.ics")).await.status(200);
    assert_eq!(file.header("content-type"), "text/calendar; charset=utf-8");
    assert!(file.text().contains("DTSTART:20260324T140000Z"), "{}", file.text());
    assert!(file.text().contains("STATUS:CONFIRMED"));
    for wrong in
        [format!("/a/37532-{id}-{}", "0".repeat(32)), "/a/x".to_owned(), format!("/a/40001-{id}-{hash}")]
    {
        app.nobody().get(&wrong).await.status(404);
        app.nobody().get(&format!("{wrong}/event.ics")).await.status(404);
    }
    if cfg!(feature = "web") {
        let told = config(&page.text());
        assert_eq!((&told["form"], &told["location"]), (&json!(19203), &json!(LOCATION)));
        assert_eq!(told["appointment"], json!({"id": id, "hash": hash, "page": own}));
        let booking = app.nobody().get("/book/19204").await.status(200);
        assert!(booking.header("content-security-policy").contains("script-src 'self'; style-src 'self'"));
        assert_eq!(config(&booking.text())["form"], 19204);
        assert_eq!(config(&booking.text())["token"], told["token"]);
    }
    app.partner().delete(&format!("/api/v1/user/records/{id}/{hash}")).await.status(200);
    assert!(
        app.nobody().get(&format!("{own}/event.ics")).await.status(200).text().contains("STATUS:CANCELLED")
    );
}

#[testkit::test]
async fn a_form_of_elsewhere_is_not_what_was_booked_through(app: App) {
    super::slots::soon(&app).await;
    let strange = app
        .stranger()
        .post("/api/v1/company/40001/booking_forms", json!({"title": "Theirs"}))
        .await
        .status(201)
        .data()["id"]
        .clone();
    for (form, hour) in [(strange, "10"), (json!(99_999_999), "11"), (json!(19203), "12")] {
        let order = json!({"phone": "+13155550175", "fullname": "James", "bookform_id": form, "appointments": [
            {"id": 1, "services": [HAIRCUT], "staff_id": 1001,
             "datetime": format!("2026-03-24T{hour}:00:00-04:00")}]});
        let made =
            app.partner().post("/api/v1/book_record/37532", order).await.status(201).items()[0].clone();
        let kept = app.owner().get(&format!("/api/v1/record/37532/{}", made["record_id"])).await.status(200);
        let own = if form == 19203 { 19203 } else { 0 };
        assert_eq!(kept.data()["bookform_id"], own, "{form}");
        let from = if own == 0 { "API" } else { "James Smith LLC location appointment form" };
        assert_eq!(kept.data()["record_from"], from, "{form}");
    }
}
