//! A large client base is read off indexes.

use clients::Shown;
use clients::search::rules::{Filter, Order, PhoneText};
use clients::search::store::Search;
use db::params;
use frontdesk::demo::LOCATION;
use kernel::Page;
use serde_json::json;
use testkit::App;

const CLIENTS: i64 = 200_000;
const PAGE: Page = Page { limit: 25, offset: 0 };

async fn lay(app: &App) {
    app.exec(
        &format!(
            "INSERT INTO clients (location_id, id, name, name_key, surname_key, phone, email, discount, spent, visits, first_visit_at,
                last_visit_at, created_at, updated_at)
             WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < {CLIENTS})
             SELECT $1, 1000 + n, 'Client', 'client', CAST(n * 7919 % 100003 AS TEXT), '+1999' || CAST(1000000 + n AS TEXT),
                'c' || CAST(n AS TEXT) || '@example.com', n % 10000, n * 13 % 99991, n % 97, n * 31 % 88883, n * 37 % 77773,
                0, n FROM n"
        ),
        params![LOCATION],
    )
    .await;
    app.analyze(&["clients"]).await;
}

#[testkit::test]
async fn two_hundred_thousand_clients_are_listed_off_an_index_in_every_order(app: App) {
    lay(&app).await;
    let shown = Shown::everything();
    for order in Order::ALL {
        for descending in [false, true] {
            let search = Search { order, descending, ..Search::default() };
            let plan = app.plan(&search.page(LOCATION, &shown, PAGE)).await;
            // PostgreSQL goes to the table for what an expression is of, and to its primary key for ids.
            let own = match app.db().dialect() {
                db::Dialect::Sqlite => plan.contains("COVERING INDEX clients_by_"),
                db::Dialect::Postgres => {
                    plan.contains("using clients_by_") || plan.contains("using clients_pkey")
                }
            };
            assert!(own, "{order:?}: {plan}");
            // Neither sorted nor read whole.
            for slow in ["TEMP B-TREE", "SCAN", "Sort", "Seq Scan", "Bitmap"] {
                assert!(!plan.contains(slow), "{order:?}: {plan}");
            }
        }
    }
    // PostgreSQL counts in the table where nearly all of it is this one location's, as here.
    if app.db().dialect() == db::Dialect::Sqlite {
        let total = app.plan(&Search::default().total(LOCATION, &shown)).await;
        assert!(total.contains("COVERING INDEX clients_by_"), "{total}");
    }

    let whole = Filter::Phone(PhoneText::Whole("+19991000042".to_owned()));
    let search = Search { filters: vec![whole], ..Search::default() };
    let found = app.plan(&search.total(LOCATION, &shown)).await;
    assert!(found.contains("clients_by_phone") || found.contains("clients_phone_once"), "{found}");
    assert!(!found.contains("Seq Scan"), "{found}");

    // Over HTTP: the same few statements for one page as for any other, and the right ones.
    let owner = app.owner();
    let asked = async |body: serde_json::Value| {
        let before = app.queries();
        let answer = owner.post("/api/v1/company/37532/clients/search", body).await.status(200);
        (answer, app.queries() - before)
    };
    let everything = json!(["id", "name", "phone", "categories", "custom_fields"]);
    asked(json!({})).await;
    let (small, few) = asked(json!({"page_size": 1, "fields": everything, "order_by": "sold_amount"})).await;
    let (large, many) =
        asked(json!({"page_size": 200, "page": 500, "fields": everything, "order_by": "sold_amount"})).await;
    // One less while the number of them is remembered.
    assert!((5..=6).contains(&few) && (5..=6).contains(&many), "{few}, {many}");
    assert_eq!((small.items().len(), large.items().len()), (1, 200));
    assert_eq!(large.body["meta"]["total_count"], json!(CLIENTS + 12));

    // It is forgotten with every write, before that is acknowledged.
    for more in 1..=3 {
        let new = json!({"name": "New", "phone": format!("+1312555018{more}")});
        owner.post("/api/v1/clients/37532", new).await.status(201);
        let (found, _) = asked(json!({"page_size": 1})).await;
        assert_eq!(found.body["meta"]["total_count"], json!(CLIENTS + 12 + more));
    }
}
