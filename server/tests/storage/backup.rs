//! Backup and restore, from either database to either.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use db::Value;
use flate2::Compression;
use flate2::write::GzEncoder;
use frontdesk::backup::{backup, restore};
use frontdesk::demo::LOCATION;
use http::Method;
use org::images::Files;
use serde_json::json;
use testkit::{App, Base, Part, Spot};

/// A server with the demo's data and some more: a picture, rights, an invitation, a stored answer.
async fn lived_in(spot: &Spot) -> (App, String) {
    let app = App::fresh(spot).await;
    // Coordinates of every digit: they must come back to the last bit.
    let mut sql = db::Sql::new(
        "INSERT INTO locations (title, country_id, timezone, created_at, updated_at, coordinate_lat) VALUES ",
    );
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    sql.rows((0..300).map(|n| {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let real = f64::from_bits(0x4040_0000_0000_0000 | (bits >> 13));
        [format!("L{n}").into(), 7i64.into(), "UTC".into(), 0i64.into(), 0i64.into(), Value::Real(real)]
    }));
    let mut tx = app.db().begin().await.expect("a transaction");
    sql.exec(&mut tx).await.expect("rows");
    tx.commit().await.expect("committed");
    let owner = app.owner().header("idempotency-key", "k");
    owner.post("/api/v1/companies", json!({"title": "Ő\u{1f642}", "country_id": 7})).await.status(201);
    let invite = json!({"invites": [{"name": "N", "search": "new@example.com"}]});
    app.owner().post("/api/v1/user/invite/37532", invite).await.status(202);
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(3, 2).write_to(&mut png, image::ImageFormat::Png).expect("encodes");
    let parts = [Part::field("company_id", LOCATION), Part::file("image", "a.png", png.into_inner())];
    let stored = app.owner().multipart(Method::POST, "/api/v1/images/company", &parts).await.status(200);
    let address =
        stored.data()["image_group"]["images"]["basic"]["path"].as_str().expect("an address").to_owned();
    (app, address.trim_start_matches("http://desk.test").to_owned())
}

type Rows = Vec<BTreeMap<String, String>>;

/// Every table's rows, in a steady order.
async fn content(app: &App) -> BTreeMap<&'static str, Rows> {
    let mut out = BTreeMap::new();
    let mut conn = app.db().conn().await.expect("a connection");
    for table in db::tables().iter().filter(|t| t.name != "cache_epoch") {
        let mut rows: Rows = Vec::new();
        conn.each(&format!("SELECT * FROM {}", table.name), |columns, values: Vec<Value>| {
            rows.push(columns.iter().cloned().zip(values.iter().map(|v| format!("{v:?}"))).collect());
            Ok(())
        })
        .await
        .expect("the table");
        rows.sort();
        out.insert(table.name, rows);
    }
    out
}

async fn round_trip(spot: Spot, to: Base) {
    let Some(url) = spot.empty_on(to).await else { return };
    let (app, picture) = lived_in(&spot).await;
    let file = spot.path(".backup");
    let rows = backup(app.kernel(), &file).await.expect("a backup");
    let restored = App::empty(&spot, &url).await;
    assert_eq!(restore(restored.kernel(), &file).await.expect("restored"), rows);
    let (before, after) = (content(&app).await, content(&restored).await);
    let counted: usize = before.values().map(Vec::len).sum();
    assert_eq!(u64::try_from(counted).expect("few"), rows);
    for (table, rows) in &before {
        assert_eq!(rows, &after[table], "{table}");
    }
    // Tokens, pictures and stored answers are good there, and counters go on.
    restored.nobody().get(&picture).await.status(200);
    let again = restored.owner().header("idempotency-key", "k");
    let replayed =
        again.post("/api/v1/companies", json!({"title": "Ő\u{1f642}", "country_id": 7})).await.status(201);
    assert_eq!(replayed.header("idempotent-replayed"), "true");
    let made = restored
        .owner()
        .post("/api/v1/companies", json!({"title": "Next", "country_id": 7}))
        .await
        .status(201);
    assert_eq!(made.data()["id"].as_i64(), replayed.data()["id"].as_i64().map(|id| id + 1));
    let invite = json!({"invites": [{"name": "M", "search": "more@example.com"}]});
    restored.owner().post("/api/v1/user/invite/37532", invite).await.status(202);
    let full = restore(restored.kernel(), &file).await.expect_err("not empty");
    assert!(full.to_string().contains("not empty"), "{full}");
}

#[testkit::test]
async fn a_backup_is_restored_into_sqlite(spot: Spot) {
    round_trip(spot, Base::Sqlite).await;
}

#[testkit::test]
async fn a_backup_is_restored_into_postgres(spot: Spot) {
    round_trip(spot, Base::Postgres).await;
}

#[testkit::test(sqlite)]
async fn a_backup_overwrites_nothing(spot: Spot) {
    let app = App::fresh(&spot).await;
    let file = spot.path(".backup");
    std::fs::write(&file, "precious").expect("written");
    backup(app.kernel(), &file).await.expect_err("there already");
    assert_eq!(std::fs::read_to_string(&file).expect("read"), "precious");
}

async fn nothing_restored(spot: &Spot, file: &Path, why: &str) {
    let url = spot.empty().await;
    let app = App::empty(spot, &url).await;
    let refused = restore(app.kernel(), file).await.expect_err(why);
    for (table, rows) in content(&app).await {
        assert!(rows.is_empty(), "{why}: {table} has rows after {refused}");
    }
    let files = app.kernel().room::<Files>().names().await.expect("names");
    assert!(files.is_empty(), "{why}: {files:?} stay after {refused}");
}

#[testkit::test]
async fn a_file_that_was_cut_off_restores_nothing(spot: Spot) {
    let (app, _) = lived_in(&spot).await;
    let file = spot.path(".backup");
    backup(app.kernel(), &file).await.expect("a backup");
    let whole = std::fs::read(&file).expect("read");
    for length in [0, 5, whole.len() / 2, whole.len() * 9 / 10, whole.len() - 20, whole.len() - 9] {
        let cut = spot.path(".cut");
        std::fs::write(&cut, &whole[..length]).expect("written");
        nothing_restored(&spot, &cut, &format!("{length} of {} bytes", whole.len())).await;
    }
}

fn written(spot: &Spot, lines: &[serde_json::Value]) -> PathBuf {
    let file = spot.path(".written");
    let mut out = GzEncoder::new(std::fs::File::create(&file).expect("made"), Compression::default());
    for line in lines {
        writeln!(out, "{line}").expect("written");
    }
    out.finish().expect("written");
    file
}

#[testkit::test]
async fn files_that_are_no_backup_restore_nothing(spot: Spot) {
    let head = json!({"frontdesk_backup": 1, "schema": 1, "at": 0});
    let chains = json!({"table": "chains", "columns": ["id", "title", "created_at"]});
    let row = json!([1, "T", 0]);
    let picture = json!({"file": "company/1/a.png", "content": "eA=="});
    for (lines, why) in [
        (vec![json!({"other": 1})], "another format"),
        (vec![json!({"frontdesk_backup": 2, "schema": 1})], "a newer format"),
        (vec![json!({"frontdesk_backup": 1, "schema": 9999}), json!({"end": 0})], "a newer schema"),
        (vec![head.clone(), chains.clone(), row.clone()], "no end"),
        (vec![head.clone(), chains.clone(), row.clone(), picture.clone()], "no end after a file"),
        (vec![head.clone(), chains.clone(), row.clone(), json!({"end": 2})], "a row is missing"),
        (vec![head.clone(), chains, json!([1, true, 0]), json!({"end": 1})], "a wrong value"),
        (
            vec![
                head.clone(),
                json!({"table": "schema_migrations", "columns": ["version"]}),
                json!([7]),
                json!({"end": 1}),
            ],
            "a table that is not ours",
        ),
        (
            vec![
                head.clone(),
                json!({"table": "chains", "columns": ["id) VALUES (1); --"]}),
                json!([7]),
                json!({"end": 1}),
            ],
            "a column that is none",
        ),
        (
            vec![head, json!({"file": "../out.png", "content": "eA=="}), json!({"end": 5})],
            "a file outside of the store",
        ),
    ] {
        nothing_restored(&spot, &written(&spot, &lines), why).await;
    }
    let text = spot.path(".txt");
    std::fs::write(&text, "plain text").expect("written");
    nothing_restored(&spot, &text, "not packed").await;
}
