//! What went wrong is told the same by both databases.

use db::{Db, Error, params};
use frontdesk::demo::LOCATION;
use testkit::{App, Base};

async fn failure(app: &App, sql: &str, values: &[db::Value]) -> Error {
    let mut tx = app.db().begin().await.expect("a transaction");
    tx.exec(sql, values).await.expect_err(sql)
}

#[testkit::test]
async fn violations_are_told_apart(app: App) {
    let chain = "INSERT INTO chains (id, title, created_at) VALUES ($1, $2, $3)";
    assert!(matches!(failure(&app, chain, params![9206i64, "Again", 0i64]).await, Error::Unique(_)));
    let none: Option<String> = None;
    assert!(matches!(failure(&app, chain, params![1i64, none, 0i64]).await, Error::Refused(_)));
    let login = "UPDATE users SET login = $1";
    assert!(matches!(failure(&app, login, params!["same"]).await, Error::Unique(_)));
    let phone = "INSERT INTO location_phones (location_id, position, phone) VALUES ($1, $2, 'x')";
    assert!(matches!(failure(&app, phone, params![1i64, 0i64]).await, Error::Foreign(_)));
    assert!(matches!(failure(&app, phone, params![LOCATION, 0i64]).await, Error::Unique(_)));
    assert!(matches!(
        failure(&app, "DELETE FROM chains WHERE id = $1", params![9206i64]).await,
        Error::Foreign(_)
    ));
    let flag = "UPDATE locations SET active = 2 WHERE id = $1";
    assert!(matches!(failure(&app, flag, params![LOCATION]).await, Error::Refused(_)));
    assert!(matches!(failure(&app, "UPDATE nothing SET x = 1", &[]).await, Error::Other(_)));

    let mut conn = app.db().conn().await.expect("a connection");
    let none = conn.one::<i64>("SELECT id FROM chains WHERE id = $1", params![1i64]).await;
    assert!(matches!(none, Err(Error::NoRow)), "{none:?}");
    let null = conn.one::<i64>("SELECT main_chain_id FROM locations WHERE main_chain_id IS NULL", &[]).await;
    assert!(null.is_err(), "{null:?}");
    let text = conn.one::<i64>("SELECT title FROM chains", &[]).await;
    assert!(text.is_err(), "{text:?}");
    // The connection serves on after all that.
    assert_eq!(conn.one::<i64>("SELECT COUNT(*) FROM chains", &[]).await.expect("a count"), 3);
}

#[testkit::test]
async fn values_come_back_as_they_went(app: App) {
    let mut conn = app.db().conn().await.expect("a connection");
    let most = (i64::MAX, i64::MIN);
    let back: (i64, i64) = conn
        .one("SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT)", params![most.0, most.1])
        .await
        .expect("a row");
    assert_eq!(back, most);
    let text = "ő🙂\"'\\%_$1 ?1 \u{202e}\n";
    let back: String = conn.one("SELECT CAST($1 AS TEXT)", params![text]).await.expect("a row");
    assert_eq!(back, text);
    app.exec("UPDATE locations SET coordinate_lat = $2 WHERE id = $1", params![LOCATION, -73.935_242]).await;
    let real: f64 = app.one("SELECT coordinate_lat FROM locations WHERE id = $1", params![LOCATION]).await;
    assert_eq!(real.to_bits(), (-73.935_242_f64).to_bits());
}

#[testkit::test]
async fn addresses_that_lead_nowhere_are_told(spot: testkit::Spot) {
    let folder = spot.folder().join("no/such/folder/x.db");
    let url = match spot.base() {
        Base::Sqlite => format!("sqlite:{}", folder.display()),
        Base::Postgres => spot.empty().await.replace("frontdesk_test_", "no_such_"),
    };
    for url in [url.as_str(), "mysql://x", ""] {
        let refused = Db::open(url).await.expect_err("there is nothing");
        assert!(matches!(refused, Error::Unavailable(_)), "{url}: {refused:?}");
    }
}

/// As a list, as an array, on both sides of where one becomes the other.
#[testkit::test]
async fn any_number_of_ids_finds_those_and_no_others(app: App) {
    let mut conn = app.db().conn().await.expect("a connection");
    let numbers =
        "WITH RECURSIVE t (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM t WHERE n < 3000)
        SELECT n FROM t WHERE n";
    for many in [0, 1, 2, 9, 10, 11, 12, 2000] {
        let wanted: Vec<i64> = (0..many).map(|n| n + 7).collect();
        // One of them twice, and one that is nowhere.
        let given: Vec<i64> = wanted.iter().copied().chain(wanted.first().copied()).chain([-1]).collect();
        for ids in [&wanted, &given] {
            let mut sql = db::Sql::new(numbers);
            sql.among(ids).push(" ORDER BY n");
            let found: Vec<i64> = sql.all(&mut conn).await.expect("found");
            assert_eq!(found, wanted, "{many}");
        }
    }
}
