//! Backup and restore, from either database to either.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use db::Value;
use flate2::Compression;
use flate2::write::GzEncoder;
use frontdesk::backup::{DERIVED, backup, restore};
use frontdesk::demo::LOCATION;
use http::Method;
use org::images::Files;
use serde_json::json;
use testkit::{App, Base, Part, Spot};

async fn make_appointments(app: &App) {
    for n in 1..=9i64 {
        let sql = "INSERT INTO appointments (location_id, team_member_id, starts_at, length, created_at, updated_at)
             VALUES ($1, 1001, $2, 3600, 0, 0)";
        app.exec(sql, db::params![LOCATION, n * 3_600_000]).await;
    }
}

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
    make_appointments(&app).await;
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
    for table in db::tables().iter().filter(|t| !DERIVED.contains(&t.name)) {
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

/// What the database keeps of how many appointments there are, and what there are.
async fn counts(app: &App) -> [Vec<(i64, i64)>; 2] {
    let mut conn = app.db().conn().await.expect("a connection");
    let kept = "SELECT location_id, CAST(SUM(n) AS BIGINT) FROM appointment_counts GROUP BY location_id
         HAVING SUM(n) <> 0 ORDER BY location_id";
    let there = "SELECT location_id, COUNT(*) FROM appointments WHERE is_deleted = 0 GROUP BY location_id
         ORDER BY location_id";
    [conn.all(kept, &[]).await.expect("kept"), conn.all(there, &[]).await.expect("there")]
}

#[testkit::test]
async fn appointments_are_counted_by_the_database(app: App) {
    make_appointments(&app).await;
    let held = async |n: i64| assert_eq!(counts(&app).await, [vec![(LOCATION, n)], vec![(LOCATION, n)]]);
    held(9).await;
    app.exec("UPDATE appointments SET is_deleted = 1 WHERE starts_at > 10800000", &[]).await;
    held(3).await;
    app.exec("UPDATE appointments SET is_deleted = 0 WHERE starts_at > 28800000", &[]).await;
    held(4).await;
    app.exec("UPDATE appointments SET comment = 'x', is_deleted = is_deleted", &[]).await;
    held(4).await;
    app.exec("DELETE FROM appointments WHERE starts_at < 10800000 OR starts_at = 14400000", &[]).await;
    held(2).await;
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
    let [kept, there] = counts(&restored).await;
    assert!(!there.is_empty());
    assert_eq!(kept, there);
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

/// What a program of schema 3 had: a location with one team member at work and one dismissed.
async fn older(spot: &Spot) -> PathBuf {
    let app = App::empty_at(spot, &spot.empty().await, 3).await;
    app.exec(
        "INSERT INTO locations (id, title, country_id, timezone, active_staff_count, created_at, updated_at)
         VALUES (71, 'Old Street', 7, 'UTC', 1, 5, 5)",
        &[],
    )
    .await;
    app.exec(
        "INSERT INTO team_members (location_id, id, name, active, created_at)
         VALUES (71, 801, 'Ann', 1, 6), (71, 802, 'Bob', 0, 7)",
        &[],
    )
    .await;
    app.exec(
        "INSERT INTO booking_forms (location_id, id, title, is_default)
         VALUES (71, 901, 'F', 1), (71, 902, 'G', 1)",
        &[],
    )
    .await;
    let file = spot.path(".backup");
    assert_eq!(backup(app.kernel(), &file).await.expect("a backup"), 5);
    file
}

async fn restored_from_older(spot: &Spot, app: &App) {
    assert_eq!(restore(app.kernel(), &older(spot).await).await.expect("restored"), 5);
    assert_eq!(app.db().schema_version().await.expect("a schema"), db::latest_schema());
    let mut conn = app.db().conn().await.expect("a connection");
    let sql =
        "SELECT id, fired, is_paid_staff, name_key FROM team_members WHERE location_id = 71 ORDER BY id";
    let team: Vec<(i64, i64, i64, String)> = conn.all(sql, &[]).await.expect("the team");
    assert_eq!(team, [(801, 0, 1, "ann".to_owned()), (802, 1, 0, "bob".to_owned())]);
    // Of two default forms, which that schema let be, the older one is left.
    let default: Vec<i64> =
        conn.all("SELECT id FROM booking_forms WHERE is_default = 1", &[]).await.expect("the forms");
    assert_eq!(default, [901]);
    drop(conn);
    // Counters go on after the ids restored.
    app.exec("INSERT INTO team_members (location_id, name, created_at) VALUES (71, 'Cid', 0)", &[]).await;
    assert_eq!(app.one::<i64>("SELECT id FROM team_members WHERE name = 'Cid'", &[]).await, 803);
    assert_eq!(app.one::<i64>("SELECT active_staff_count FROM locations", &[]).await, 1);
}

#[testkit::test]
async fn an_older_backup_is_brought_up_to_the_latest_schema(spot: Spot) {
    let app = App::empty(&spot, &spot.empty().await).await;
    restored_from_older(&spot, &app).await;
}

#[testkit::test]
async fn an_older_backup_goes_into_a_database_without_a_schema(spot: Spot) {
    let app = App::empty_at(&spot, &spot.empty().await, 0).await;
    restored_from_older(&spot, &app).await;
}

#[testkit::test]
async fn an_older_backup_that_fails_leaves_the_schema_as_it_was(spot: Spot) {
    let app = App::empty(&spot, &spot.empty().await).await;
    let whole = std::fs::read(older(&spot).await).expect("read");
    let cut = spot.path(".cut");
    std::fs::write(&cut, &whole[..whole.len() - 9]).expect("written");
    restore(app.kernel(), &cut).await.expect_err("cut off");
    assert_eq!(app.db().schema_version().await.expect("a schema"), db::latest_schema());
    for (table, rows) in content(&app).await {
        assert!(rows.is_empty(), "{table}");
    }
    restored_from_older(&spot, &app).await;
}

#[testkit::test]
async fn files_that_were_there_before_stay(spot: Spot) {
    let app = App::empty(&spot, &spot.empty().await).await;
    let files = app.kernel().room::<Files>();
    let (name, other) = ("company/1/a.png", "company/1/b.png");
    files.put(name, b"x".to_vec()).await.expect("a file");
    let head = json!({"frontdesk_backup": 1, "schema": db::latest_schema(), "at": 0});
    let same = json!({"file": name, "content": "eA=="});
    let new = json!({"file": other, "content": "eA=="});
    let cut = written(&spot, &[head.clone(), new.clone(), same.clone()]);
    restore(app.kernel(), &cut).await.expect_err("no end");
    assert_eq!(files.names().await.expect("names"), [name]);
    // Another file of that name is neither overwritten nor removed.
    files.put(name, b"precious".to_vec()).await.expect("a file");
    let whole = written(&spot, &[head.clone(), new, same.clone(), json!({"end": 0})]);
    let refused = restore(app.kernel(), &whole).await.expect_err("another file");
    assert!(refused.to_string().contains(name), "{refused}");
    assert_eq!(files.names().await.expect("names"), [name]);
    assert_eq!(files.get(name).await.expect("read").expect("there"), b"precious".as_slice());
    // The same file is fine.
    files.put(name, b"x".to_vec()).await.expect("a file");
    let whole = written(&spot, &[head, same, json!({"end": 0})]);
    restore(app.kernel(), &whole).await.expect("restored");
    assert_eq!(files.get(name).await.expect("read").expect("there"), b"x".as_slice());
}
