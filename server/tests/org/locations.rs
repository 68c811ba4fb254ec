//! Locations: making, changing, deleting.

use std::time::{Duration, Instant};

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::{Answer, App, make};

const COMPANY: &str = "/api/v1/company/37532";
const COMPANIES: &str = "/api/v1/companies";

#[testkit::test]
async fn who_makes_a_location_owns_it(app: App) {
    let (user, client) = make::user(&app, "Founder").await;
    let body = json!({
        "title": "New", "country_id": 31, "city_id": 1334, "address": "Quay 1", "site": "new.example",
        "coordinate_lat": 47.5, "coordinate_lot": 19.0, "business_type_id": 1, "short_descr": "Short",
        "phones": ["06 1 234 5678", "+3612345679"],
    });
    let made = client.post(COMPANIES, body).await.status(201);
    let data = made.data();
    let id = data["id"].as_i64().expect("an id");
    assert!(id > STRANGER_LOCATION);
    for (field, value) in [
        ("title", json!("New")),
        ("public_title", json!("New")),
        ("country", json!("Hungary")),
        ("city", json!("Budapest")),
        ("timezone_name", json!("Europe/Budapest")),
        ("timezone", json!(1)),
        ("coordinate_lon", json!(19.0)),
        ("phone", json!("+3612345678")),
        ("phones", json!(["+3612345678", "+3612345679"])),
        ("active", json!(1)),
        ("logo", json!("http://desk.test/images/no-logo.svg")),
        ("photos", json!([])),
    ] {
        assert_eq!(data[field], value, "{field}");
    }
    assert!(made.header("etag").starts_with("\"1-"));
    let users = client.get(&format!("/api/v1/company/{id}/users")).await.ok();
    assert_eq!(
        (users.ids(), &users.items()[0]["user_role_slug"], &users.items()[0]["is_non_deletable"]),
        (vec![user], &json!("owner"), &json!(true))
    );
    let license = client.get(&format!("/api/v1/license/{id}")).await.ok();
    assert_eq!((&license.data()["active"], &license.data()["salon_id"]), (&json!(1), &json!(id)));
    let forms = client.get(&format!("/api/v1/company/{id}?showBookforms=1")).await.ok();
    assert_eq!(
        (&forms.data()["bookforms"][0]["is_default"], &forms.data()["main_group"]),
        (&json!(1), &json!([]))
    );
    let audit = client.get(&format!("/api/frontdesk/v1/locations/{id}/audit")).await.ok();
    assert_eq!(
        (&audit.items()[0]["operation"], &audit.items()[0]["entity_id"]),
        (&json!("create_location"), &json!(id))
    );
    let event: (String, String) =
        app.one("SELECT entity, change FROM events WHERE location_id = $1", params![id]).await;
    assert_eq!(event, ("salon".to_owned(), "create".to_owned()));
    app.owner().get(&format!("/api/v1/company/{id}/users")).await.status(404);
}

#[testkit::test]
async fn a_new_location_needs_a_title_and_a_country(app: App) {
    for (body, fields) in [
        (json!({}), vec!["title", "country_id"]),
        (json!({"title": "  ", "country_id": 7}), vec!["title"]),
        (json!({"title": null, "country_id": null}), vec!["title", "country_id", "title"]),
        (json!({"title": "T", "country_id": 0}), vec!["country_id"]),
        (json!({"title": "T", "country_id": 7, "city_id": 1334}), vec!["city_id"]),
        (json!({"title": "T", "country_id": 7, "timezone_name": "Nowhere/Else"}), vec!["timezone_name"]),
        (json!({"title": "x".repeat(256), "country_id": 7, "phones": ["1"]}), vec!["title", "phones.0"]),
        (json!({"title": "T", "country_id": 7, "coordinate_lot": 181}), vec!["coordinate_lot"]),
    ] {
        let answer = app.owner().post(COMPANIES, body.clone()).await.status(422);
        assert_eq!(answer.fields(), fields, "{body}: {}", answer.text());
    }
    assert_eq!(app.count("locations").await, 2);
    let by_city = app.owner().post(COMPANIES, json!({"title": "T", "city_id": 1334})).await.status(201);
    assert_eq!(by_city.data()["country_id"], 31);
    let village = json!({"title": "T", "country_id": 31, "city": "Kis Falu"});
    let village = app.owner().post(COMPANIES, village).await.status(201);
    assert_eq!(
        (&village.data()["city_id"], &village.data()["city"], &village.data()["timezone_name"]),
        (&json!(0), &json!("Kis Falu"), &json!("Europe/Budapest"))
    );
}

/// Each field: what it is set to, what is refused, what it becomes by null.
fn fields() -> Vec<(&'static str, Value, Option<Value>, Option<Value>)> {
    let long = |n: usize| Some(json!("x".repeat(n + 1)));
    vec![
        ("title", json!("Changed"), long(255), None),
        ("address", json!("Elsewhere 1"), long(500), Some(json!(""))),
        ("zip", json!("10001"), long(20), Some(json!(""))),
        ("site", json!("changed.example"), long(255), Some(json!(""))),
        ("short_descr", json!("Other"), long(255), Some(json!(""))),
        ("description", json!("<b>Other</b>"), long(100_000), Some(json!(""))),
        ("coordinate_lat", json!(-12.5), Some(json!(90.1)), Some(json!(0.0))),
        ("coordinate_lon", json!(179.5), Some(json!(-180.1)), Some(json!(0.0))),
        ("business_type_id", json!(2), Some(json!(999_999)), Some(json!(0))),
        ("timezone_name", json!("Europe/Paris"), Some(json!("Nowhere")), None),
    ]
}

#[testkit::test]
async fn each_field_is_changed_alone(app: App) {
    let owner = app.owner();
    for (field, value, refused, empty) in fields() {
        let before = owner.get(COMPANY).await.ok().data().clone();
        let changed = owner.put(COMPANY, json!({field: value})).await.status(200);
        assert_eq!(changed.data()[field], value, "{field}");
        let mut expected = before;
        expected[field] = value;
        assert_eq!(*owner.get(COMPANY).await.ok().data(), expected, "{field} changed more than itself");
        if let Some(refused) = refused {
            let answer = owner.put(COMPANY, json!({field: refused})).await.status(422);
            assert_eq!(answer.fields(), [field]);
        }
        match empty {
            Some(empty) => {
                let emptied = owner.put(COMPANY, json!({field: null})).await.status(200);
                assert_eq!(emptied.data()[field], empty, "{field} by null");
            }
            None if field == "title" => {
                assert_eq!(owner.put(COMPANY, json!({field: null})).await.status(422).fields(), ["title"]);
            }
            None => {}
        }
    }
    let revision: i64 = app.one("SELECT revision FROM locations WHERE id = $1", params![LOCATION]).await;
    assert_eq!(revision, 1 + 10 + 8, "each change is a revision");
}

#[testkit::test]
async fn the_place_is_kept_in_agreement(app: App) {
    let owner = app.owner();
    let place = |answer: &Answer| {
        let d = answer.data();
        (d["country_id"].as_i64(), d["city_id"].as_i64(), d["city"].clone(), d["timezone_name"].clone())
    };
    let put = async |body: Value| place(&owner.put(COMPANY, body).await.status(200));
    let expected =
        |country, city, title: &str, zone: &str| (Some(country), Some(city), json!(title), json!(zone));
    assert_eq!(put(json!({"city_id": 1334})).await, expected(31, 1334, "Budapest", "Europe/Budapest"));
    let by_name = json!({"country": "United States", "city": "new york"});
    assert_eq!(put(by_name).await, expected(7, 181, "New York", "America/New_York"));
    assert_eq!(
        put(json!({"country": "hu", "city_id": 1334})).await,
        expected(31, 1334, "Budapest", "Europe/Budapest")
    );
    // Ids go before names.
    let both = json!({"country_id": 7, "country": "Hungary", "city_id": 181, "city": "Budapest"});
    assert_eq!(put(both).await, expected(7, 181, "New York", "America/New_York"));
    assert_eq!(
        put(json!({"city": "Little Creek"})).await,
        expected(7, 0, "Little Creek", "America/New_York")
    );
    let own_zone = json!({"city_id": 1334, "timezone_name": "Europe/Paris"});
    assert_eq!(put(own_zone).await, expected(31, 1334, "Budapest", "Europe/Paris"));
    assert_eq!(put(json!({"city_id": null})).await, expected(31, 0, "", "Europe/Paris"));
    for (body, field) in [
        (json!({"country_id": 999_999}), "country_id"),
        (json!({"country": "Atlantis"}), "country"),
        (json!({"city_id": 999_999_999}), "city_id"),
        (json!({"country_id": 7, "city_id": 1334}), "city_id"),
        (json!({"city": "x".repeat(256)}), "city"),
    ] {
        assert_eq!(owner.put(COMPANY, body.clone()).await.status(422).fields(), [field], "{body}");
    }
}

#[testkit::test]
async fn phones_and_pages_are_replaced_whole(app: App) {
    let owner = app.owner();
    let phones = async || {
        app.partner().get(&format!("{COMPANIES}?id={LOCATION}")).await.ok().items()[0]["phones"].clone()
    };
    let body = json!({"phones": ["(212) 535-7712", "12125357710", "+1 212 535 7712"]});
    owner.put(COMPANY, body).await.status(200);
    assert_eq!(phones().await, json!(["+12125357712", "+12125357710"]), "the same once");
    owner.put(COMPANY, json!({"title": "Other"})).await.status(200);
    assert_eq!(phones().await, json!(["+12125357712", "+12125357710"]));
    let wrong = owner.put(COMPANY, json!({"phones": ["12125357710", "no"]})).await.status(422);
    assert_eq!(wrong.fields(), ["phones.1"]);
    let many: Vec<String> = (0..21).map(|n| format!("121253577{n:02}")).collect();
    assert_eq!(owner.put(COMPANY, json!({"phones": many})).await.status(422).fields(), ["phones"]);
    owner.put(COMPANY, json!({"phones": null})).await.status(200);
    assert_eq!(phones().await, json!([]));
    owner.put(COMPANY, json!({"phones": "12125357710"})).await.status(200);
    assert_eq!(phones().await, json!(["+12125357710"]));

    let social = owner.put(COMPANY, json!({"social": {"telegram": "t.me/x"}})).await.ok();
    assert_eq!(
        (&social.data()["social"]["telegram"], &social.data()["social"]["instagram"]),
        (&json!("t.me/x"), &json!(""))
    );
    let long = owner.put(COMPANY, json!({"social": {"viber": "x".repeat(256)}})).await.status(422);
    assert_eq!(long.fields(), ["social.viber"]);
    let none = owner.put(COMPANY, json!({"social": null})).await.ok();
    assert_eq!(none.data()["social"]["telegram"], "");
}

#[testkit::test]
async fn the_right_to_basic_settings_is_enough_to_change(app: App) {
    let (_, clerk) = make::staff(&app, LOCATION, &["settings_basis_access"]).await;
    clerk.put(COMPANY, json!({"title": "By a clerk"})).await.status(200);
    clerk.delete(COMPANY).await.status(403);
    let other = app.staff(&["users_access"]).await;
    other.put(COMPANY, json!({"title": "No"})).await.status(403);
    app.stranger().put(COMPANY, json!({"title": "No"})).await.status(404);
    assert_eq!(app.partner().get(COMPANY).await.ok().data()["title"], "By a clerk");
}

#[testkit::test]
async fn a_deleted_location_is_gone_until_it_is_restored(app: App) {
    let owner = app.owner();
    assert!(owner.delete(COMPANY).await.status(202).bytes.is_empty());
    let gone = owner.get(COMPANY).await.status(404);
    assert_eq!(gone.body["errors"], json!({"code": 404, "message": "Not found"}));
    owner.put(COMPANY, json!({"title": "No"})).await.status(404);
    owner.delete(COMPANY).await.status(404);
    owner.get("/api/v1/company/37532/users").await.status(404);
    owner.get("/api/v1/license/37532").await.status(404);
    owner.get("/api/frontdesk/v1/locations/37532/audit").await.status(404);
    assert_eq!(owner.get("/api/v1/cities?company_id=37532").await.status, 404);
    let listed = async |query: &str| owner.get(&format!("{COMPANIES}?{query}")).await.ok().ids();
    assert_eq!(listed("").await, [STRANGER_LOCATION]);
    assert!(listed("my=1").await.is_empty());
    assert_eq!(listed("my=1&show_deleted=1").await, [LOCATION]);
    assert_eq!(listed("show_deleted=1").await, [STRANGER_LOCATION], "only the own deleted ones");
    let strangers = app.stranger().get(&format!("{COMPANIES}?my=1&show_deleted=1")).await.ok();
    assert_eq!(strangers.ids(), [STRANGER_LOCATION]);
    let chains = owner.get("/api/v1/groups").await.ok();
    assert!(chains.items().iter().all(|chain| chain["companies"] == json!([])));

    assert!(::org::locations::restore(app.kernel(), LOCATION).await.expect("restored"));
    assert!(!::org::locations::restore(app.kernel(), LOCATION).await.expect("asked"));
    owner.get("/api/v1/company/37532/users").await.status(200);
    assert_eq!(owner.get(COMPANY).await.ok().data()["title"], "James Smith LLC");
}

#[testkit::test]
async fn a_location_is_read_from_memory_and_never_older_than_the_last_write(app: App) {
    let (owner, partner) = (app.owner(), app.partner());
    let plain = async || partner.get(COMPANY).await.ok();
    let first = plain().await;
    let before = app.queries();
    let again = plain().await;
    assert_eq!(app.queries(), before, "nothing is asked of the database");
    assert_eq!((first.data(), first.header("etag")), (again.data(), again.header("etag")));

    // What is asked for beside is added to this answer alone.
    let more = owner.get(&format!("{COMPANY}?my=1&showBookforms=1&show_groups=1&forBooking=1")).await.ok();
    for field in ["access", "bookforms", "groups", "next_slot"] {
        assert!(more.data().get(field).is_some() && first.data().get(field).is_none(), "{field}");
    }
    assert_eq!(plain().await.data(), first.data());

    let changed = owner.put(COMPANY, json!({"title": "Changed"})).await.ok();
    let seen = plain().await;
    // The answer to a change leaves some of it out, so only the revisions are alike.
    let revision = |answer: &Answer| answer.header("etag").split('-').next().map(ToOwned::to_owned);
    assert_eq!((&seen.data()["title"], revision(&seen)), (&json!("Changed"), revision(&changed)));
    assert_ne!(revision(&seen), revision(&first));
    let team = seen.data()["active_staff_count"].as_i64().expect("a number");
    owner.put("/api/v1/staff/37532/1001", json!({"fired": 1})).await.status(200);
    assert_eq!(
        plain().await.data()["active_staff_count"],
        team - 1,
        "who writes elsewhere of the location counts too"
    );

    // Another server's write is seen a second later at the most.
    let sibling = app.sibling().await;
    sibling.owner().put(COMPANY, json!({"title": "Elsewhere"})).await.status(200);
    let since = Instant::now();
    while plain().await.data()["title"] != "Elsewhere" {
        assert!(since.elapsed() < Duration::from_secs(10), "what was read long ago still counts");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    owner.delete(COMPANY).await.status(202);
    partner.get(COMPANY).await.status(404);
}
