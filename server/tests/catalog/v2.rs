//! Services, version 2.

use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::{Answer, App, Client};

fn v2(client: Client) -> Client {
    client.header("accept", "application/vnd.api.v2+json")
}

fn at(path: &str) -> String {
    format!("/api/v2/locations/{LOCATION}/{path}")
}

fn ids(answer: &Answer) -> Vec<String> {
    answer.items().iter().map(|i| i["id"].as_str().expect("text").to_owned()).collect()
}

fn wrong(answer: &Answer) -> Vec<String> {
    answer.body["meta"]["errors"].as_object().expect("an object").keys().cloned().collect()
}

#[testkit::test]
async fn services_come_in_pages_that_tile(app: App) {
    let owner = v2(app.owner());
    let all = ids(&owner.get(&at("services")).await.status(200));
    assert_eq!(all.len(), 25);
    let mut tiled = Vec::new();
    for page in 1..=4 {
        tiled.extend(ids(&owner.get(&at(&format!("services?page={page}&limit=7"))).await.status(200)));
    }
    assert_eq!(tiled, all);
    assert!(owner.get(&at("services?page=1000000")).await.items().is_empty());
    let two = owner.get(&at("services?filter[service_ids][]=83170&filter[service_ids][]=83169")).await.ok();
    assert_eq!(ids(&two), ["83169", "83170"]);
    assert_eq!(
        two.items()[0],
        json!({"type": "service", "id": "83169", "attributes": {"title": "Men's haircut", "category_id": 83167}})
    );
    for (query, field) in [
        ("page=0", "page"),
        ("limit=251", "limit"),
        ("limit=0", "limit"),
        ("include=everything", "include"),
        ("filter[service_ids][]=0", "filter.service_ids"),
        ("filter[service_ids][]=x", "filter.service_ids.0"),
    ] {
        assert_eq!(
            wrong(&owner.get(&at(&format!("services?{query}"))).await.status(422)),
            [field],
            "{query}"
        );
    }
}

#[testkit::test]
async fn what_is_asked_for_comes_beside(app: App) {
    let owner = v2(app.owner());
    let all = "resources,service_composite,resource_links,company_links,trial_settings";
    let before = app.queries();
    let many = owner.get(&at(&format!("services?include={all}"))).await.status(200);
    assert!(app.queries() - before <= 6, "{}", app.queries() - before);
    let included = many.body["included"].as_array().expect("a list");
    let named = |kind: &str, id: &str| included.iter().filter(|i| i["type"] == kind && i["id"] == id).count();
    assert_eq!(named("resource", "71"), 1);
    assert_eq!(named("service_composite", "83173"), 1);
    let one = owner.get(&at(&format!("services/83188?include={all}"))).await.status(200);
    assert_eq!(one.body["meta"], json!([]));
    let links = &one.data()["relationships"];
    assert_eq!(links["resources"], json!({"data": [{"type": "resource", "id": "71"}]}));
    assert_eq!(
        links["resource_links"],
        json!({"data": [{"type": "service_resource_link", "id": "83188_71"}]})
    );
    assert_eq!(links["service_composite"], json!({"data": null}));
    // Everything that is named is there.
    let there: Vec<(&Value, &Value)> =
        one.body["included"].as_array().expect("a list").iter().map(|i| (&i["type"], &i["id"])).collect();
    for name in ["resources", "resource_links", "company_links"] {
        for named in links[name]["data"].as_array().expect("a list") {
            assert!(there.contains(&(&named["type"], &named["id"])), "{named}");
        }
    }
    let plain = owner.get(&at("services/83188")).await.status(200);
    assert!(plain.data().get("relationships").is_none() && plain.body.get("included").is_none());
    owner.get(&at("services/1")).await.status(404);
}

#[testkit::test]
async fn categories_are_those_whose_services_one_does(app: App) {
    let owner = v2(app.owner());
    let all = owner.get(&at("service_categories")).await.status(200);
    assert_eq!(all.items().len(), 6);
    assert_eq!(all.items()[0]["attributes"]["title"], "Haircuts for men");
    // Named for a category, but doing nothing in it.
    let new = json!({"title": "Empty", "staff": [1001]});
    app.owner().post(&format!("/api/v1/service_categories/{LOCATION}"), new).await.status(201);
    let hers = owner.get(&at("service_categories?filter[staff_id]=1001")).await.status(200);
    let titles: Vec<&Value> = hers.items().iter().map(|c| &c["attributes"]["title"]).collect();
    assert!(titles.contains(&&json!("Haircuts for men")) && !titles.contains(&&json!("Empty")));
    assert!(owner.get(&at("service_categories?filter[staff_id]=999")).await.status(200).items().is_empty());
    let refused = owner.get(&at("service_categories?filter[staff_id]=0")).await.status(422);
    assert_eq!(wrong(&refused), ["filter.staff_id"]);
}

#[testkit::test]
async fn the_timetable_offers_services_as_somebody_does_them(app: App) {
    let owner = v2(app.owner());
    let list = |query: &str| at(&format!("attendance_services?{query}"));
    let all = owner.get(&list("")).await.status(200);
    assert_eq!(all.body["meta"], json!({"pagination": {"page": 1, "offset": 0, "limit": 250}}));
    assert_eq!(all.items().len(), 25);
    let first = &all.items()[0];
    assert_eq!(first["id"], json!(format!("{LOCATION}_83169_0_0")));
    assert_eq!(first["attributes"]["price_max"], json!(40));
    // 1002 takes 45 minutes, for 50.
    let his = owner.get(&list("staff_id=1002&filter[service_ids][]=83169")).await.ok();
    let his = &his.items()[0];
    assert_eq!(his["id"], json!(format!("{LOCATION}_83169_1002_0")));
    assert_eq!((&his["attributes"]["duration"], &his["attributes"]["length"]), (&json!(2700), &json!(2700)));
    assert_eq!(his["attributes"]["price_min"], json!(50));

    let count = async |query: &str| owner.get(&list(query)).await.status(200).items().len();
    assert_eq!(count("filter[category_id]=83163").await, 5);
    assert_eq!(count("filter[term]=%20HAIRcut%20").await, 5);
    assert_eq!(count("filter[term]=100%25").await, 0);
    assert_eq!(count("filter[is_multi]=1").await, 2);
    assert_eq!(count("filter[is_multi]=0").await, 23);
    assert_eq!(count("filter[is_composite]=1").await, 1);
    assert_eq!(count("filter[is_available_for_timetable]=1").await, 25);
    let links = json!({"service_id": 83170, "team_member_settings": []});
    app.owner().post(&format!("/api/v1/company/{LOCATION}/services/links"), links).await.status(200);
    assert_eq!(count("filter[is_available_for_timetable]=0").await, 1);
    assert_eq!(count("filter[is_available_for_timetable]=1").await, 24);
    let page = owner.get(&list("page=3&limit=10")).await.ok();
    assert_eq!(page.items().len(), 5);
    assert_eq!(page.body["meta"]["pagination"], json!({"page": 3, "offset": 20, "limit": 10}));
    let refused = owner
        .get(&list("staff_id=0&filter[category_id]=0&filter[term]=%20ab%20&page=0&limit=300"))
        .await
        .status(422);
    assert_eq!(wrong(&refused), ["staff_id", "filter.category_id", "filter.term", "page", "limit"]);
}

#[testkit::test]
async fn version_two_is_for_the_locations_own(app: App) {
    for path in [
        "services",
        "services/83169",
        "service_categories",
        "attendance_services",
        "composite_services/83173/attendance_services",
        "attendance_service_suggestions?staff_id=1001",
    ] {
        v2(app.staff(&[]).await).get(&at(path)).await.status(200);
        v2(app.stranger()).get(&at(path)).await.status(404);
        app.owner().get(&at(path)).await.status(400);
    }
    for path in ["services/83169", "composite_services/83173/attendance_services"] {
        v2(app.stranger()).get(&format!("/api/v2/locations/{STRANGER_LOCATION}/{path}")).await.status(404);
    }
}

#[testkit::test]
async fn a_service_without_a_break_has_the_locations(app: App) {
    let owner = v2(app.owner());
    let set = json!({"technical_break_duration": 600});
    app.owner().patch(&format!("/api/v1/company/{LOCATION}/settings/timetable"), set).await.status(200);
    let own = json!({"technical_break_duration": 0});
    app.owner().patch(&format!("/api/v1/services/{LOCATION}/83170"), own).await.status(200);
    let seen = async |path: &str| {
        let items = owner.get(&at(path)).await.status(200);
        let of = |i: &Value| i["attributes"]["technical_break_duration"].as_i64().expect("seconds");
        items.items().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(seen("attendance_services?filter[service_ids][]=83169").await, [600]);
    assert_eq!(seen("attendance_services?filter[service_ids][]=83170").await, [0]);
    // Its parts are 83169 and 83170.
    assert_eq!(seen("composite_services/83173/attendance_services").await, [600, 0]);
    let suggested = at("attendance_service_suggestions?staff_id=1001&include=attendance_service");
    let suggested = owner.get(&suggested).await.status(200);
    let breaks = &suggested.body["included"][0]["attributes"]["technical_break_duration"];
    assert_eq!(breaks, &json!(600));
}

#[testkit::test]
async fn what_is_refused_before_it_is_read_speaks_version_two(app: App) {
    let key = "k".repeat(1000);
    let refused = v2(app.owner()).header("idempotency-key", &key);
    let refused = refused.post(&at("positions"), json!({"title": "x"})).await.status(422);
    assert_eq!(wrong(&refused), ["Idempotency-Key"]);
}
