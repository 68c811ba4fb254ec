//! The lists of clients.

use db::params;
use frontdesk::demo::LOCATION;
use serde_json::{Value, json};
use testkit::{Answer, App};

const LIST: &str = "/api/v1/clients/37532";
const SEARCH: &str = "/api/v1/company/37532/clients/search";

async fn search(app: &App, filters: Value) -> Vec<i64> {
    app.owner().post(SEARCH, json!({"filters": filters, "page_size": 200})).await.status(200).ids()
}

async fn by(app: &App, kind: &str, state: Value) -> Vec<i64> {
    search(app, json!([{"type": kind, "state": state}])).await
}

#[testkit::test]
async fn a_list_is_paged_and_counted(app: App) {
    let owner = app.owner();
    let list = owner.get(LIST).await.status(200);
    assert_eq!(list.ids(), (1..=12).collect::<Vec<i64>>());
    assert_eq!(list.body["meta"], json!({"page": 1, "total_count": 12}));
    assert_eq!(list.header("deprecation"), "@1767225600");
    let second = owner.get(&format!("{LIST}?page=2&count=5")).await.status(200);
    assert_eq!(
        (second.ids(), &second.body["meta"]),
        ((6..=10).collect(), &json!({"page": 2, "total_count": 12}))
    );
    assert!(owner.get(&format!("{LIST}?page=9")).await.status(200).ids().is_empty());
}

#[testkit::test]
async fn the_older_list_has_its_filters(app: App) {
    let owner = app.owner();
    app.exec("UPDATE clients SET updated_at = 1000 WHERE id = 7", &[]).await;
    for (query, ids) in [
        ("fullname=car", vec![2]),
        ("fullname=CARTER%20emily", vec![2]),
        ("fullname=%25", vec![]),
        ("phone=%2B12125550112", vec![3]),
        ("phone=13475550", vec![4, 5]),
        ("phone=nobody", vec![]),
        ("email=SOFIA.R@", vec![4]),
        ("card=555810001", vec![2]),
        ("paid_min=500", vec![5, 8, 11]),
        ("paid_min=500&paid_max=600", vec![5]),
        ("paid_max=0", vec![1, 3, 4, 6, 7, 9, 10, 12]),
        ("id=3", vec![3]),
        ("id[]=3&id[]=5", vec![3, 5]),
        ("location_id=4,6", vec![4, 6]),
        ("location_id=37532&id=3", vec![3]),
        ("changed_before=2000-01-01T00:00:00", vec![7]),
        ("changed_after=2026-03-01T00:00:00&id=7,8", vec![8]),
        ("changed_before=1969-12-31T19:00:01", vec![7]),
        ("changed_before=1969-12-31T19:00:00", vec![]),
    ] {
        let found = owner.get(&format!("{LIST}?{query}")).await.status(200);
        assert_eq!(found.ids(), ids, "{query}");
        assert_eq!(found.body["meta"]["total_count"], json!(ids.len()), "{query}");
    }
    let wrong = owner.get(&format!("{LIST}?changed_after=yesterday&changed_before=x")).await.status(422);
    assert_eq!(wrong.fields(), ["changed_after", "changed_before"]);
    assert_eq!(owner.get(&format!("{LIST}?paid_min=much")).await.status(422).fields(), ["paid_min"]);
}

#[testkit::test]
async fn a_search_gives_what_was_asked_for(app: App) {
    let owner = app.owner();
    let usual = owner.post(SEARCH, json!({})).await.status(200);
    assert_eq!((usual.items().len(), &usual.body["meta"]), (12, &json!({"total_count": 12})));
    assert_eq!(usual.items()[1], json!({"id": 2, "name": "Emily"}));
    let asked = json!({
        "page": 2, "page_size": 3, "order_by": "name", "order_by_direction": "desc",
        "fields": ["id", "sold_amount", "visit_count", "last_visit_date", "categories", "nonsense"]
    });
    let page = owner.post(SEARCH, asked).await.status(200);
    assert_eq!(page.items().len(), 3);
    assert_eq!(page.body["meta"]["total_count"], 12);
    let emily = json!({
        "filters": [{"type": "id", "state": {"value": [2]}}],
        "fields": ["categories", "id", "last_visit_date", "sold_amount", "visit_count", "nonsense"]
    });
    let shown = owner.post(SEARCH, emily).await.status(200);
    let tags = json!([{"id": 1, "title": "Regular", "color": "#2e7d32"}, {"id": 2, "title": "VIP", "color": "#ff2828"}]);
    assert_eq!(
        shown.items()[0],
        json!({"categories": tags, "id": 2, "last_visit_date": null, "sold_amount": 125, "visit_count": 0})
    );
}

#[testkit::test]
async fn pages_tile_the_clients_in_every_order(app: App) {
    app.exec("UPDATE clients SET visits = id % 3, spent = (id % 4) * 100, discount = (id % 2) * 100", &[])
        .await;
    app.exec(
        "UPDATE clients SET first_visit_at = id * 1000, last_visit_at = 9000 - id * 100 WHERE id % 2 = 0",
        &[],
    )
    .await;
    let owner = app.owner();
    for (order, column) in [
        ("id", "id"),
        ("name", "name_key"),
        ("phone", "phone"),
        ("email", "LOWER(email)"),
        ("discount", "discount"),
        ("first_visit_date", "COALESCE(first_visit_at, 0)"),
        ("last_visit_date", "COALESCE(last_visit_at, 0)"),
        ("sold_amount", "spent"),
        ("visit_count", "visits"),
    ] {
        for direction in ["ASC", "desc"] {
            let mut tiled = Vec::new();
            for page in 1..=4 {
                let body =
                    json!({"order_by": order, "order_by_direction": direction, "page": page, "page_size": 4});
                tiled.extend(owner.post(SEARCH, body).await.status(200).ids());
            }
            let sql = format!(
                "SELECT id FROM clients WHERE location_id = $1 ORDER BY {column} {direction}, surname_key {direction}, id {direction}"
            );
            let sql =
                if order == "name" { sql } else { sql.replace(&format!(", surname_key {direction}"), "") };
            let mut conn = app.db().conn().await.expect("a connection");
            let expected: Vec<i64> = conn.all(&sql, params![LOCATION]).await.expect("rows");
            assert_eq!(tiled, expected, "{order} {direction}");
        }
    }
}

#[testkit::test]
async fn each_filter_narrows(app: App) {
    assert_eq!(by(&app, "id", json!({"value": [3, "1", 99]})).await, [1, 3]);
    assert_eq!(by(&app, "sold_amount", json!({"from": 500, "to": 900.5})).await, [5, 8]);
    assert_eq!(by(&app, "sold_amount", json!({"from": 500.001})).await, [8, 11]);
    assert_eq!(by(&app, "importance", json!({"value": [2, 3]})).await, [2, 5, 8, 11]);
    assert_eq!(by(&app, "gender", json!({"value": [0]})).await, [12]);
    assert_eq!(by(&app, "gender", json!({"value": [70_000]})).await, Vec::<i64>::new());
    assert_eq!(by(&app, "category", json!({"value": [2]})).await, [2, 6]);
    assert_eq!(by(&app, "category", json!({"value": [1, 2]})).await, [2, 4, 6, 10, 11]);
    let born = json!({"from": "1979-01-30 00:00:00", "to": "1991-04-12 23:59:59"});
    assert_eq!(by(&app, "birthday", born).await, [2, 3, 6, 10]);
    assert_eq!(by(&app, "birthday", json!({"to": "1970-01-01"})).await, [11]);
    assert_eq!(by(&app, "has_mobile_app", json!({"value": true})).await, Vec::<i64>::new());
    assert_eq!(by(&app, "has_mobile_app", json!({"value": false})).await.len(), 12);
    assert_eq!(by(&app, "has_passteam_card", json!({"value": 1})).await, Vec::<i64>::new());
    assert_eq!(
        by(&app, "passteam_card_ids", json!({"value": ["111122223333aaaabbbbcccc"]})).await,
        Vec::<i64>::new()
    );
    assert_eq!(by(&app, "sale", json!({"abonement_balance": {"from": 0, "to": 3}})).await, Vec::<i64>::new());
    let client = json!({"id": {"value": [2, 3, 4]}, "birthday": {"from": "1990-01-01 00:00:00"}});
    assert_eq!(by(&app, "client", client).await, [2, 4]);
    for (text, ids) in [
        ("emily carter", vec![2]),
        ("Carter Emily", vec![2]),
        ("carter sofia", vec![]),
        ("+1 (347) 555-01-13", vec![4]),
        ("555-0113", vec![4]),
        ("example.com", vec![1, 2, 3, 4, 6, 7, 9, 10, 12]),
        ("ramirez 0113", vec![4]),
        ("5558", vec![2, 7, 12]),
        ("", (1..=12).collect()),
        ("100%", vec![]),
    ] {
        assert_eq!(by(&app, "quick_search", json!({"value": text})).await, ids, "{text}");
    }
}

#[testkit::test]
async fn filters_are_joined_by_and_or_by_or(app: App) {
    let owner = app.owner();
    let filters =
        json!([{"type": "category", "state": {"value": [1]}}, {"type": "gender", "state": {"value": [1]}}]);
    let asked = async |operation: Value| {
        let body = json!({"filters": filters, "operation": operation, "page_size": 200});
        let answer = owner.post(SEARCH, body).await.status(200);
        assert_eq!(answer.body["meta"]["total_count"], json!(answer.items().len()));
        answer.ids()
    };
    assert_eq!(asked(json!("AND")).await, [11]);
    assert_eq!(asked(json!(null)).await, [11]);
    assert_eq!(asked(json!("or")).await, [2, 3, 4, 5, 6, 7, 9, 10, 11]);
    assert_eq!(search(&app, json!([])).await.len(), 12);
}

/// An appointment with one service: of whom, with whom, attendance, cost, when it was made.
async fn appointment(app: &App, client: i64, member: i64, attendance: i64, cost: i64, made: &str) -> i64 {
    let zone = calc::zone::Zone::parse("America/New_York").expect("a zone");
    let made = calc::zone::parse_instant(made, &zone).expect("an instant");
    let id: i64 = app.one("SELECT COALESCE(MAX(id), 0) + 1 FROM appointments", &[]).await;
    app.exec(
        "INSERT INTO appointments (location_id, id, team_member_id, client_id, starts_at, length, attendance, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $6, 3600, $5, $6, $6)",
        params![LOCATION, id, member, client, attendance, made],
    )
    .await;
    let service = if member == 1001 { 83169i64 } else { 83193 };
    app.exec(
        "INSERT INTO appointment_services (location_id, appointment_id, position, service_id, cost) VALUES ($1, $2, 0, $3, $4)",
        params![LOCATION, id, service, cost],
    )
    .await;
    id
}

#[testkit::test]
async fn clients_are_found_by_their_appointments(app: App) {
    appointment(&app, 2, 1001, 1, 5000, "2026-01-01 00:00:00").await;
    appointment(&app, 2, 1001, -1, 2500, "2026-01-01 23:59:59").await;
    appointment(&app, 3, 1002, 1, 9900, "2026-01-02 00:00:00").await;
    let deleted = appointment(&app, 4, 1001, 1, 100, "2026-01-01 12:00:00").await;
    app.exec("UPDATE appointments SET is_deleted = 1 WHERE id = $1", params![deleted]).await;
    let category: i64 = app
        .one("SELECT category_id FROM services WHERE location_id = $1 AND id = 83169", params![LOCATION])
        .await;
    let other: i64 = app
        .one("SELECT category_id FROM services WHERE location_id = $1 AND id = 83193", params![LOCATION])
        .await;
    assert_ne!(category, other);
    for (state, ids) in [
        (json!({"staff": {"value": [1001]}}), vec![2]),
        (json!({"staff": {"value": [1001, 1002]}}), vec![2, 3]),
        (json!({"service": {"value": [83193]}}), vec![3]),
        (json!({"service_category": {"value": [category]}}), vec![2]),
        (json!({"status": {"value": [1]}}), vec![2, 3]),
        (json!({"status": {"value": [-1]}}), vec![2]),
        (json!({"status": {"value": [1]}, "staff": {"value": [1001]}, "records_count": {"from": 2}}), vec![]),
        (json!({"created": {"from": "2026-01-01 00:00:00", "to": "2026-01-01 23:59:59"}}), vec![2]),
        (json!({"created": {"from": "2026-01-02"}}), vec![3]),
        (json!({"created": {"to": "2026-01-02"}}), vec![2, 3]),
        (json!({"records_count": {"from": 2, "to": 99999}}), vec![2]),
        (json!({"records_count": {"from": 1, "to": 1}}), vec![3]),
        (json!({"records_count": {"to": 0}}), vec![1, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        (
            json!({"records_count": {"from": 0, "to": 1}, "staff": {"value": [1001]}}),
            vec![1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        ),
        (json!({"sold_amount": {"from": 75, "to": 75}}), vec![2]),
        (json!({"sold_amount": {"from": 75.01, "to": 99999.09}}), vec![3]),
        (
            json!({"staff": {"value": [1001]}, "status": {"value": [1]}, "sold_amount": {"from": 50, "to": 50}}),
            vec![2],
        ),
    ] {
        assert_eq!(by(&app, "record", state.clone()).await, ids, "{state}");
    }
}

fn refusal(answer: &Answer, field: &str) -> String {
    assert_eq!(answer.body["success"], false);
    answer.body["meta"]["errors"][field][0].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

#[testkit::test]
async fn a_wrong_search_is_told_by_field_with_400(app: App) {
    let owner = app.owner();
    for (filter, word) in [
        (json!({"type": "shoe_size", "state": {"value": [1]}}), "There is no filter of the type shoe_size."),
        (json!({"type": "id", "state": {"value": []}}), "The state of the filter id is not valid."),
        (json!({"type": "id"}), "The state of the filter id is not valid."),
        (json!({"state": {"value": [1]}}), "There is no filter of the type ."),
        (json!({"type": "record", "state": {"colour": 1}}), "The state of the filter record is not valid."),
        (
            json!({"type": "birthday", "state": {"from": "1990-02-30"}}),
            "The state of the filter birthday is not valid.",
        ),
    ] {
        let answer = owner.post(SEARCH, json!({"filters": [filter]})).await.status(400);
        assert_eq!(answer.message(), "A filter is not valid.");
        assert_eq!(refusal(&answer, "filters"), word);
    }
    for (body, field) in [
        (json!({"order_by": "shoe_size"}), "order_by"),
        (json!({"order_by_direction": "sideways"}), "order_by_direction"),
        (json!({"operation": "XOR"}), "operation"),
        (json!({"page": "first"}), "page"),
        (json!({"filters": "x"}), "filters.0"),
    ] {
        let answer = owner.post(SEARCH, body.clone()).await.status(400);
        assert!(!answer.body["meta"]["errors"].is_null(), "{}", answer.text());
        if field != "filters.0" {
            refusal(&answer, field);
        }
    }
    let many: Vec<Value> = (0..51).map(|n| json!({"type": "id", "state": {"value": [n]}})).collect();
    refusal(&owner.post(SEARCH, json!({"filters": many})).await.status(400), "filters");
    let ids: Vec<i64> = (0..10_001).collect();
    let many = json!({"filters": [{"type": "id", "state": {"value": ids}}]});
    refusal(&owner.post(SEARCH, many).await.status(400), "filters");
    let most: Vec<i64> = (0..10_000).collect();
    let most = json!({"filters": [{"type": "id", "state": {"value": most}}]});
    assert_eq!(owner.post(SEARCH, most).await.status(200).items().len(), 12);
    owner.raw(http::Method::POST, SEARCH, &[("content-type", "application/json")], "{").await.status(400);
    owner.post("/api/v1/company/x/clients/search", json!({})).await.status(404);
    app.stranger().post(SEARCH, json!({})).await.status(404);
}
