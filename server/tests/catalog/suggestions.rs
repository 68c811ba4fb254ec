//! Which services are suggested.

use catalog::suggestions::store::{Had, count};
use frontdesk::demo::LOCATION;
use serde_json::{Value, json};
use testkit::{App, Client};

fn v2(client: Client) -> Client {
    client.header("accept", "application/vnd.api.v2+json")
}

fn path(query: &str) -> String {
    format!("/api/v2/locations/{LOCATION}/attendance_service_suggestions?{query}")
}

async fn had(app: &App, rows: &[(i64, Option<i64>, i64, i64, i64)]) {
    let mut tx = app.db().begin().await.expect("a transaction");
    let rows: Vec<Had> = rows
        .iter()
        .map(|(team_member_id, client_id, service_id, record_id, times)| Had {
            team_member_id: *team_member_id,
            client_id: *client_id,
            service_id: *service_id,
            record_id: *record_id,
            times: *times,
        })
        .collect();
    count(&mut tx, LOCATION, &rows).await.expect("counted");
    tx.commit().await.expect("committed");
}

fn seen(items: &[Value]) -> Vec<(String, String, Value)> {
    let text = |v: &Value| v.as_str().expect("text").to_owned();
    items
        .iter()
        .map(|i| {
            (text(&i["id"]), text(&i["attributes"]["suggestion_type"]), i["attributes"]["record_id"].clone())
        })
        .collect()
}

#[testkit::test]
async fn suggestions_follow_what_was_had(app: App) {
    app.exec("DELETE FROM service_popularity", &[]).await;
    let client: i64 = app.one("SELECT MIN(id) FROM clients", &[]).await;
    // 83169, 83171 and 83181 are done by 1001; 83170 is not.
    for service in [83169, 83171, 83181] {
        let path = format!("/api/v1/company/{LOCATION}/services/{service}/staff");
        app.owner().post(&path, json!({"master_id": 1001, "seance_length": 3600})).await.status(201);
    }
    had(&app, &[(1001, Some(client), 83169, 5, 1), (1001, Some(client), 83169, 6, 1)]).await;
    had(&app, &[(1002, Some(client), 83171, 9, 1), (1002, Some(client), 83170, 9, 1)]).await;
    had(&app, &[(1001, None, 83181, 7, 9)]).await;
    let owner = v2(app.owner());
    let query = format!("staff_id=1001&client_id={client}&include=attendance_service,record");
    let found = owner.get(&path(&query)).await.status(200);
    let name = |n: &str| n.to_owned();
    assert_eq!(
        seen(found.items()),
        [
            (name("83171"), name("last_client_visit_attendance_service"), json!(9)),
            (name("83169"), name("client_popular_service"), json!(null)),
            (name("83181"), name("master_popular_service"), json!(null))
        ]
    );
    let first = &found.items()[0]["relationships"];
    assert_eq!(first["record"], json!({"data": {"type": "record", "id": "9"}}));
    let included = found.body["included"].as_array().expect("a list");
    assert_eq!(included.iter().filter(|i| i["type"] == "attendance_service").count(), 3);
    let record = included.iter().find(|i| i["type"] == "record").expect("the appointment");
    assert_eq!(record["attributes"], json!({"client_id": client, "service_ids": [83171]}));
    // Without a client only what the team member does.
    let alone = owner.get(&path("staff_id=1001")).await.status(200);
    assert_eq!(seen(alone.items()).iter().map(|s| s.0.as_str()).collect::<Vec<_>>(), ["83181", "83169"]);
    // What was taken back, and what he does no more, is not suggested.
    had(&app, &[(1001, None, 83181, 7, -9)]).await;
    let links = format!("/api/v1/company/{LOCATION}/services/83171/staff/1001");
    app.owner().delete(&links).await.status(204);
    let found = owner.get(&path(&query)).await.status(200);
    assert_eq!(seen(found.items()).iter().map(|s| s.0.as_str()).collect::<Vec<_>>(), ["83169"]);
}

#[testkit::test]
async fn who_is_asked_for_must_be_there(app: App) {
    let owner = v2(app.owner());
    for (query, field) in [
        ("", "staff_id"),
        ("staff_id=0", "staff_id"),
        ("staff_id=1001&client_id=0", "client_id"),
        ("staff_id=1001&include=x", "include"),
    ] {
        let refused = owner.get(&path(query)).await.status(422);
        assert!(refused.body["meta"]["errors"].get(field).is_some(), "{query}");
    }
    owner.get(&path("staff_id=1101")).await.status(404);
    owner.get(&path("staff_id=1001&client_id=999999")).await.status(404);
    let client: i64 = app.one("SELECT MIN(id) FROM clients", &[]).await;
    let query = path(&format!("staff_id=1001&client_id={client}"));
    v2(app.staff(&[]).await).get(&query).await.status(403);
    v2(app.staff(&["clients_access"]).await).get(&query).await.status(200);
}
