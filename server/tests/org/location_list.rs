//! Locations in lists.

use db::params;
use frontdesk::demo::{LOCATION, LOGIN, STRANGER_CHAIN, STRANGER_LOCATION};
use serde_json::json;
use testkit::{App, make};

const COMPANIES: &str = "/api/v1/companies";

async fn ids(app: &App, query: &str) -> Vec<i64> {
    app.owner().get(&format!("{COMPANIES}?{query}")).await.status(200).ids()
}

#[testkit::test]
async fn each_filter_narrows_the_list(app: App) {
    let james = make::user_id(&app, LOGIN).await;
    let third = make::location(&app, "Third", james).await;
    app.exec("UPDATE locations SET active = 0, record_type = 'activity' WHERE id = $1", params![third]).await;
    app.exec("UPDATE locations SET record_type = 'mixed' WHERE id = $1", params![STRANGER_LOCATION]).await;
    let all = vec![LOCATION, STRANGER_LOCATION, third];
    for (query, expected) in [
        ("", all.clone()),
        ("id=37532", vec![LOCATION]),
        ("id=1", vec![]),
        ("group_id=9206", vec![LOCATION]),
        (&format!("group_id={STRANGER_CHAIN}"), vec![STRANGER_LOCATION]),
        ("group_id=1", vec![]),
        ("my=1", vec![LOCATION, third]),
        ("active=1", vec![LOCATION, STRANGER_LOCATION]),
        ("active=0", vec![third]),
        ("city_id=181", vec![LOCATION, third]),
        ("city_id=1334", vec![STRANGER_LOCATION]),
        ("min_id=37533", vec![STRANGER_LOCATION, third]),
        ("hide_record_type_single=1", vec![STRANGER_LOCATION, third]),
        ("hide_record_type_activity=1", vec![LOCATION, STRANGER_LOCATION]),
        ("hide_record_type_mixed=1", vec![LOCATION, third]),
        ("hide_record_type_single=1&hide_record_type_mixed=1&hide_record_type_activity=1", vec![]),
        ("business_type_id=1", vec![LOCATION]),
        ("business_type_id=2", vec![]),
        ("business_group_id=999", vec![]),
        ("my=1&active=1&city_id=181", vec![LOCATION]),
        ("count=2", all[..2].to_vec()),
        ("count=2&page=2", all[2..].to_vec()),
    ] {
        assert_eq!(ids(&app, query).await, expected, "{query}");
    }
    let groups = app.partner().get("/api/v1/references/business_groups_with_types").await.ok();
    let group = groups
        .items()
        .iter()
        .find(|g| g["types"].as_array().is_some_and(|types| types.iter().any(|t| t["id"] == 1)));
    let group = group.expect("the group of type 1")["id"].as_i64().expect("an id");
    assert_eq!(ids(&app, &format!("business_group_id={group}")).await, [LOCATION]);
    assert!(ids(&app, &format!("business_group_id={group}&business_type_id=0")).await.is_empty());
}

#[testkit::test]
async fn what_is_asked_for_is_added(app: App) {
    let bare = app.partner().get(&format!("{COMPANIES}?id={LOCATION}")).await.ok();
    for absent in ["groups", "bookforms", "staff", "next_slot"] {
        assert_eq!(bare.items()[0].get(absent), None, "{absent}");
    }
    let query = "show_groups=1&showBookforms=1&forBooking=1&include[]=staff";
    let full = app.partner().get(&format!("{COMPANIES}?{query}")).await.ok();
    let (own, other) = (&full.items()[0], &full.items()[1]);
    assert_eq!(own["groups"]["9207"]["title"], "James Smith LLC extra location chain");
    assert_eq!(own["bookforms"][0]["url"], "http://desk.test/book/19203");
    // It is ten there, and clients book an hour ahead.
    assert_eq!(own["next_slot"], "2026-03-23T11:00:00-04:00");
    let team: Vec<&str> =
        own["staff"].as_array().into_iter().flatten().filter_map(|s| s["name"].as_str()).collect();
    assert_eq!(team, ["Ann Lee", "Mark Stone", "Maria Lopez", "Lily Chen"]);
    assert_eq!(own["active_staff_count"], 2);
    assert_eq!((&other["staff"][0]["name"], &other["timezone"]), (&json!("Nora Kiss"), &json!(1)));
    assert_eq!(own["timezone"], -4, "summer time has begun there");
}

#[testkit::test]
async fn a_page_costs_the_same_whatever_its_size(app: App) {
    let james = make::user_id(&app, LOGIN).await;
    for n in 0..30 {
        make::location(&app, &format!("Location {n}"), james).await;
    }
    let cost = async |path: &str| {
        app.owner().get(path).await.ok();
        let before = app.queries();
        let items = app.owner().get(path).await.ok().items().len();
        (items, app.queries() - before)
    };
    let query = "my=1&show_groups=1&showBookforms=1&include[]=staff";
    let (one, cost_of_one) = cost(&format!("{COMPANIES}?{query}&count=1")).await;
    let (many, cost_of_many) = cost(&format!("{COMPANIES}?{query}&count=30")).await;
    assert_eq!((one, many), (1, 30));
    assert_eq!(cost_of_one, cost_of_many);
    for path in ["/api/v1/groups", "/api/v1/company/37532/users", "/api/frontdesk/v1/sessions"] {
        let (_, cost) = cost(path).await;
        assert!(cost <= 6, "{path} takes {cost} statements");
    }
}
