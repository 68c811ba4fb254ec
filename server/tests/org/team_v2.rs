//! Team members, version 2.

use db::params;
use frontdesk::demo::LOCATION;
use org::rights::{Grants, Role};
use serde_json::json;
use testkit::{Answer, App, Client, make};

fn v2(client: Client) -> Client {
    client.header("accept", "application/vnd.api.v2+json")
}

fn list(query: &str) -> String {
    format!("/api/v2/locations/{LOCATION}/team_members?{query}")
}

fn ids(answer: &Answer) -> Vec<i64> {
    answer.items().iter().filter_map(|m| m["id"].as_str()?.parse().ok()).collect()
}

async fn asked(app: &App, query: &str) -> Vec<i64> {
    ids(&v2(app.owner()).get(&list(query)).await.status(200))
}

#[testkit::test]
async fn a_team_member_is_a_resource(app: App) {
    let all = v2(app.owner()).get(&list("")).await.status(200);
    assert_eq!(ids(&all), [1001, 1002, 1003, 1004, 1005, 1006]);
    assert_eq!(
        all.items()[0],
        json!({
            "type": "staff", "id": "1001",
            "attributes": {
                "name": "Ann Lee", "tt_markup": 15, "specialization": "Hairdresser",
                "image": "http://desk.test/images/no-master.svg", "position_id": 301,
                "is_available_as_assistant": false
            }
        })
    );
    assert!(all.body.get("included").is_none());
    assert_eq!(all.items()[3]["attributes"]["position_id"], 0);
    assert_eq!(all.items()[3]["attributes"]["is_available_as_assistant"], true);
    let older = format!("/api/v2/companies/{LOCATION}/team_members");
    assert_eq!(v2(app.owner()).get(&older).await.ok().items().len(), 6);
}

#[testkit::test]
async fn every_filter_filters(app: App) {
    let (user, _) = make::user(&app, "Ann").await;
    make::member(&app, LOCATION, user, Grants::of_role(Role::Worker)).await;
    let one = |id: i64| format!("/api/v1/staff/{LOCATION}/{id}");
    app.owner().put(&one(1001), json!({"user_id": user})).await.ok();
    app.owner().put(&one(1003), json!({"name": "ÉLODIE 100%_Lopez"})).await.ok();
    app.owner().delete(&one(1004)).await.status(204);
    app.exec("UPDATE team_members SET schedule_till = ''", &[]).await;
    app.exec("UPDATE team_members SET schedule_till = '2026-03-23' WHERE id = 1002", &[]).await;
    app.exec("UPDATE team_members SET schedule_till = '2026-03-22' WHERE id = 1003", &[]).await;
    for (query, expected) in [
        ("filter[name]=élo", &[1003][..]),
        ("filter[name]=NN%20L", &[1001]),
        ("filter[name]=100%25_l", &[1003]),
        ("filter[name]=_nn", &[]),
        ("filter[name]=!", &[]),
        ("filter[position_id]=301", &[1001, 1003]),
        ("filter[position_id]=0&filter[deleted]=2", &[1004]),
        ("filter[position_title]=BARB", &[1002, 1006]),
        ("filter[fired]=0", &[1001, 1002, 1003, 1005]),
        ("filter[fired]=1", &[1006]),
        ("filter[deleted]=1", &[1004]),
        ("filter[deleted]=2", &[1001, 1002, 1003, 1004, 1005, 1006]),
        ("filter[user_linked]=1", &[1001]),
        ("filter[user_linked]=0", &[1002, 1003, 1005, 1006]),
        ("filter[is_paid]=1", &[1001, 1002]),
        ("filter[is_paid]=0", &[1003, 1005, 1006]),
        ("filter[has_schedule]=1", &[1002]),
        ("filter[has_schedule]=0", &[1001, 1003, 1005, 1006]),
        ("filter[is_assistant]=1&filter[deleted]=2", &[1004]),
        ("filter[is_assistant]=0&filter[fired]=1", &[1006]),
        ("filter[is_paid]=2&filter[fired]=2&filter[user_linked]=2", &[1001, 1002, 1003, 1005, 1006]),
    ] {
        assert_eq!(asked(&app, query).await, expected, "{query}");
    }
}

#[testkit::test]
async fn a_bad_filter_is_named(app: App) {
    for (query, field) in [
        ("filter[fired]=3", "filter.fired"),
        ("filter[deleted]=yes", "filter.deleted"),
        ("filter[has_schedule]=-1", "filter.has_schedule"),
        ("filter[position_id]=-1", "filter.position_id"),
        ("filter[name]=", "filter.name"),
        ("filter[position_title]=", "filter.position_title"),
        ("include=user", "include"),
    ] {
        let refused = v2(app.owner()).get(&list(query)).await.status(422);
        assert!(refused.body["meta"]["errors"].get(field).is_some(), "{query}: {}", refused.text());
    }
}

#[testkit::test]
async fn positions_and_employments_are_included(app: App) {
    let path = format!("/api/frontdesk/v1/locations/{LOCATION}/team_members/1002/employment");
    let body = json!({"phone": "12125550105", "firstname": "Mark", "passport_data": "A1", "date_admission": "2025-02-03"});
    app.owner().put(&path, body).await.ok();
    let all = v2(app.owner()).get(&list("include=position,employee")).await.ok();
    let related = |at: usize| &all.items()[at]["relationships"];
    assert_eq!(
        *related(1),
        json!({
            "position": {"data": {"type": "staff_position", "id": "302"}},
            "employee": {"data": {"type": "employee", "id": "1002"}}
        })
    );
    assert_eq!(*related(3), json!({"position": {"data": null}, "employee": {"data": null}}));
    let included = all.body["included"].as_array().expect("a list");
    let kinds: Vec<_> = included.iter().map(|i| (i["type"].as_str(), i["id"].as_str())).collect();
    let position = Some("staff_position");
    // Each position once, though two have it.
    assert_eq!(
        kinds,
        [
            (position, Some("301")),
            (position, Some("302")),
            (position, Some("303")),
            (Some("employee"), Some("1002"))
        ]
    );
    assert_eq!(
        included[3]["attributes"],
        json!({
            "phone": "12125550105", "name": "Mark Stone", "firstname": "Mark", "surname": "", "patronymic": "",
            "date_admission": "2025-02-03T00:00:00", "date_registration_end": null, "citizenship": "",
            "gender": 0, "passport_data": "A1", "personal_tax_reference_number": "",
            "number_insurance_certificates": ""
        })
    );
    let some = v2(app.owner()).get(&list("include[]=position&filter[position_id]=303")).await.ok();
    assert_eq!(some.body["included"].as_array().map(Vec::len), Some(1));
    assert!(some.items()[0]["relationships"].get("employee").is_none());

    let member = v2(app.staff(&[]).await);
    member.get(&list("include=position")).await.status(200);
    member.get(&list("include=employee")).await.status(403);
    let reader = v2(app.staff(&["settings_master_access"]).await);
    reader.get(&list("include=employee")).await.status(200);
    v2(app.stranger()).get(&list("")).await.status(404);
}

#[testkit::test]
async fn the_list_costs_as_many_queries_however_long_it_is(app: App) {
    let owner = v2(app.owner());
    let cost = async || {
        let before = app.queries();
        owner.get(&list("include=position,employee")).await.ok();
        app.queries() - before
    };
    cost().await;
    let few = cost().await;
    for n in 2000..2030i64 {
        app.exec(
            "INSERT INTO team_members (location_id, id, name, name_key, created_at) VALUES ($1, $2, 'N', 'n', 0)",
            params![LOCATION, n],
        )
        .await;
        app.exec(
            "INSERT INTO employment_profiles (location_id, team_member_id, updated_at) VALUES ($1, $2, 0)",
            params![LOCATION, n],
        )
        .await;
    }
    assert_eq!(cost().await, few);
    assert!(few <= 4, "{few}");
}
