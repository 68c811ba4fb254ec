//! Visits and reviews, over HTTP.

use frontdesk::demo::STRANGER_LOCATION;
use serde_json::{Value, json};
use testkit::App;

use super::appointments::{HAIRCUT, at, make, with};
use super::events::working;

const CLIENTS: &str = "SELECT visits, no_shows, spent, balance FROM clients WHERE phone = '+13155550175'";

async fn visit_of(app: &App, id: i64) -> i64 {
    app.one("SELECT visit_id FROM appointments WHERE id = $1", db::params![id]).await
}

#[testkit::test]
async fn a_visit_is_read_changed_and_printed(app: App) {
    working(&app).await;
    let first = make(&app, at("2026-12-01 10:00")).await;
    let second = make(&app, with(at("2026-12-01 12:00"), json!({"staff_id": 1002}))).await;
    let visit = visit_of(&app, first).await;
    let path = format!("/api/v1/visits/{visit}");
    let read = app.owner().get(&path).await.status(200);
    assert_eq!((&read.data()["attendance"], &read.data()["comment"]), (&json!(0), &json!(0)));
    assert_eq!(read.data()["records"].as_array().expect("a list").len(), 2);
    assert_eq!(
        (&read.data()["records"][0]["deleted"], &read.data()["datetime"]),
        (&json!(0), &json!("2026-12-01T10:00:00-05:00"))
    );

    let services = json!([{"id": HAIRCUT, "record_id": first, "first_cost": 30, "discount": 50, "cost": 15}]);
    let body = json!({"attendance": 1, "comment": "Happy", "services": services, "fast_payment": 0});
    app.owner().put(&format!("{path}/{first}"), body).await.status(200);
    let read = app.owner().get(&path).await.status(200);
    assert_eq!((&read.data()["attendance"], &read.data()["comment"]), (&json!(1), &json!("Happy")));
    let details = format!("/api/v1/visit/details/37532/{first}/{visit}");
    let details = app.owner().get(&details).await.status(200);
    let items = details.data()["items"].as_array().expect("a list");
    assert_eq!((items.len(), &items[0]["cost"], &items[0]["first_cost"]), (2, &json!(15), &json!(30)));

    let refused = json!({"attendance": 5, "new_transactions": [{"amount": 1}], "services": [{"id": 1, "record_id": 9}]});
    let refused = app.owner().put(&format!("{path}/{first}"), refused).await.status(422);
    assert_eq!(refused.fields(), ["comment", "attendance", "new_transactions", "services.0.record_id"]);

    let pdf = app.owner().get(&format!("/api/v1/attendance/receipt_print/{visit}")).await.status(200);
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(pdf.bytes.starts_with(b"%PDF-") && pdf.bytes.len() > 2000);

    app.stranger().get(&path).await.status(404);
    app.staff(&[]).await.get(&path).await.status(403);
    app.staff(&["timetable_access"]).await.put(&format!("{path}/{second}"), json!({})).await.status(403);
    app.owner().get("/api/v1/visits/99").await.status(404);
}

#[testkit::test]
async fn what_visits_make_of_a_client_is_counted_by_the_database(app: App) {
    working(&app).await;
    let id = make(&app, at("2026-12-01 10:00")).await;
    let path = format!("/api/v1/record/37532/{id}");
    let counted = || app.one::<(i64, i64, i64, i64)>(CLIENTS, &[]);
    assert_eq!(counted().await, (0, 0, 0, 0));
    let come = |attendance: i64| {
        with(
            at("2026-12-01 10:00"),
            json!({"attendance": attendance, "services": [{"id": HAIRCUT, "first_cost": 40}]}),
        )
    };
    app.owner().put(&path, come(1)).await.status(201);
    assert_eq!(counted().await, (1, 0, 4000, -4000));
    // What is set by hand stays beside what is counted.
    let client: i64 = app.one("SELECT id FROM clients WHERE phone = '+13155550175'", &[]).await;
    let card = json!({"name": "Jane", "phone": "+13155550175", "spent": 140});
    app.owner().put(&format!("/api/v1/client/37532/{client}"), card).await.status(200);
    assert_eq!(counted().await.2, 14_000);
    app.owner().put(&path, come(-1)).await.status(201);
    assert_eq!((counted().await.0, counted().await.1, counted().await.2), (0, 1, 10_000));
    app.owner().put(&path, come(1)).await.status(201);
    app.owner().delete(&path).await.status(204);
    assert_eq!((counted().await.0, counted().await.1, counted().await.2), (0, 0, 10_000));
}

#[testkit::test]
async fn reviews_move_the_rating_and_are_listed(app: App) {
    let rated = || {
        app.one::<(i64, i64, i64)>(
            "SELECT rating_sum, votes_count, comments_count FROM team_members WHERE id = 1001",
            &[],
        )
    };
    let before = rated().await;
    let path = "/api/v1/comments/37532";
    let said = |mark: i64| json!({"mark": mark, "text": "Fine!", "name": "Victor"});
    let left = app.owner().post(&format!("{path}/1001"), said(4)).await.status(201);
    assert_eq!(
        (&left.data()["rating"], &left.data()["master_id"], &left.data()["user_name"]),
        (&json!(4), &json!(1001), &json!("Victor"))
    );
    let after = rated().await;
    assert_eq!((after.0 - before.0, after.1 - before.1, after.2 - before.2), (4, 1, 1));
    app.owner().post(&format!("{path}/1002"), said(5)).await.status(201);
    assert_eq!(app.owner().post(&format!("{path}/1001"), said(6)).await.status(422).fields(), ["mark"]);
    app.owner().post(&format!("{path}/1101"), said(5)).await.status(404);
    app.owner().post(&format!("/api/v1/comments/{STRANGER_LOCATION}/1001"), said(5)).await.status(404);
    for none in [i64::MIN, -1, 6, i64::from(i16::MAX) + 1, i64::MAX] {
        assert!(
            app.owner().get(&format!("{path}?rating={none}")).await.status(200).ids().is_empty(),
            "{none}"
        );
    }
    assert_eq!(app.owner().get(&format!("{path}?team_member_id=1001")).await.status(200).items().len(), 1);
    assert_eq!(
        app.owner()
            .get(&format!("{path}?rating=5&start_date=2026-03-23&end_date=2026-03-23"))
            .await
            .status(200)
            .items()
            .len(),
        1
    );
    assert_eq!(app.owner().get(&format!("{path}?end_date=2026-03-22")).await.status(200).items().len(), 0);
    assert_eq!(app.owner().get(&format!("{path}?count=1&page=2")).await.status(200).items().len(), 1);
}

#[testkit::test]
async fn a_visit_is_reviewed_once_by_its_link(app: App) {
    working(&app).await;
    let id = make(&app, at("2026-12-01 10:00")).await;
    let link = app.owner().get(&format!("/api/v1/record/37532/{id}")).await.status(200);
    let link = link.data()["short_link"].as_str().expect("a link").to_owned();
    let token = link.rsplit('/').next().expect("a word").to_owned();
    let path = format!("/api/v1/master_record_review/{token}");
    let form = app.partner().get(&path).await.status(200);
    assert_eq!(
        (&form.data()["is_review_submitted"], &form.data()["master"]["name"]),
        (&json!(false), &json!("Ann Lee"))
    );
    let said: Value = json!({"rating": 5, "text": "Excellent!"});
    app.partner().post(&path, said.clone()).await.status(409);
    app.owner()
        .put(&format!("/api/v1/record/37532/{id}"), with(at("2026-12-01 10:00"), json!({"attendance": 1})))
        .await
        .status(201);
    assert_eq!(
        app.partner().post(&path, json!({"rating": 5, "tips_amount": 3})).await.status(422).fields(),
        ["tips_amount"]
    );
    app.partner().post(&path, said.clone()).await.status(200);
    app.partner().post(&path, said).await.status(409);
    assert_eq!(app.partner().get(&path).await.status(200).data()["is_review_submitted"], true);
    app.partner().get("/api/v1/master_record_review/37532-1-00").await.status(404);
}

#[testkit::test]
async fn a_clients_history_comes_in_pages_that_end_with_a_day(app: App) {
    working(&app).await;
    let first = make(&app, with(at("2026-12-01 10:00"), json!({"attendance": 1}))).await;
    let second = make(&app, at("2026-12-02 10:00")).await;
    let path = "/api/v1/company/37532/clients/visits/search";
    let ask = |more: Value| {
        let body = with(
            json!({"client_id": null, "client_phone": "+13155550175", "from": null, "to": null, "payment_statuses": [], "attendance": null}),
            more,
        );
        let owner = app.owner();
        async move { owner.post(path, body).await.status(200) }
    };
    let ids = |answer: &testkit::Answer| -> Vec<i64> {
        answer.data()["records"].as_array().expect("a list").iter().filter_map(|r| r["id"].as_i64()).collect()
    };
    let all = ask(json!({})).await;
    assert_eq!(ids(&all), [second, first]);
    assert_eq!(
        all.body["meta"]["dateCursor"]["current"],
        json!({"to": "2026-12-02", "from": "2026-12-01", "count": 2})
    );
    assert_eq!(all.data()["records"][0]["services"][0]["payment_status"], "not_paid");
    assert_eq!(ids(&ask(json!({"attendance": 1})).await), [first]);
    assert_eq!(ids(&ask(json!({"to": "2026-12-01"})).await), [first]);
    assert_eq!(ids(&ask(json!({"from": "2026-12-02"})).await), [second]);
    assert!(ids(&ask(json!({"payment_statuses": ["paid_full"]})).await).is_empty());
    let wrong = json!({"from": "x", "payment_statuses": ["y"], "attendance": 7});
    assert_eq!(
        app.owner().post(path, wrong).await.status(422).fields(),
        ["from", "payment_statuses", "attendance", "client_id"]
    );
    app.owner().post(path, json!({"client_id": 99})).await.status(404);
}

#[testkit::test]
async fn a_partner_lists_what_was_made_through_it(app: App) {
    working(&app).await;
    let id = make(&app, at("2026-12-01 10:00")).await;
    let path = "/api/v1/records/partner";
    let listed =
        app.owner().get(&format!("{path}?start_date=01.12.2026&end_date='01.12.2026'")).await.status(200);
    assert_eq!((listed.ids(), &listed.body["meta"]), (vec![id], &json!({"count": 1})));
    assert_eq!(listed.items()[0]["company"]["id"], 37532);
    assert!(app.owner().get(&format!("{path}?start_date=02.12.2026")).await.status(200).ids().is_empty());
    assert!(app.stranger().get(path).await.status(200).ids().is_empty());
    assert_eq!(app.owner().get(&format!("{path}?start_date=x")).await.status(422).fields(), ["start_date"]);
}
