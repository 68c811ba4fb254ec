//! The schema: what Citus could spread, and what the database itself refuses.

use std::collections::BTreeSet;

use db::{Error, params};
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use testkit::{App, Spot, make};

/// Lookups that come without a location, and so ask every machine.
const LOOKUPS: &[&str] = &[
    "appointment_reminders_due",
    // Ids of appointments and visits stand alone in some paths of the wire; a partner's and a client's are at many locations.
    "appointments_by_id",
    "appointments_of_booking_user",
    "appointments_of_partner",
    "booking_forms_by_id",
    "clients_by_phone_anywhere",
    "events_dispatched",
    "image_groups_by_id",
    "invitations_by_token",
    "location_chains_by_chain",
    "locations_by_business_type",
    "locations_by_city",
    "memberships_by_user",
    "outbox_due",
    "outbox_old",
    "team_members_by_id",
    "visits_by_id",
    "webhook_messages_old",
    "webhooks_due",
];

fn distribution(table: &str) -> Option<&'static str> {
    db::tables().iter().find(|t| t.name == table).and_then(|t| t.by)
}

#[testkit::test]
async fn every_table_is_listed(app: App) {
    let sql = match app.db().dialect() {
        db::Dialect::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        db::Dialect::Postgres => "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public'",
    };
    let mut conn = app.db().conn().await.expect("a connection");
    let there: Vec<String> = conn.all(sql, &[]).await.expect("the catalogue");
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    let mut listed: BTreeSet<&str> = db::tables().iter().map(|t| t.name).collect();
    assert_eq!(listed.len(), db::tables().len(), "a table is listed twice");
    listed.insert("schema_migrations");
    assert_eq!(there, listed);
}

/// Columns of an index or a key, in their order.
const COLUMNS: &str = "(SELECT string_agg(CAST(a.attname AS TEXT), ',' ORDER BY k.at) \
     FROM unnest(CAST({numbers} AS INT2[])) WITH ORDINALITY AS k (number, at) \
     JOIN pg_attribute a ON a.attrelid = {table} AND a.attnum = k.number)";

fn columns(numbers: &str, table: &str) -> String {
    COLUMNS.replace("{numbers}", numbers).replace("{table}", table)
}

#[testkit::test(postgres)]
async fn keys_of_spread_tables_begin_with_their_column(app: App) {
    let sql = format!(
        "SELECT CAST(t.relname AS TEXT), CAST(x.relname AS TEXT), i.indisunique, {}
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
         JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = 'public' ORDER BY 1, 2",
        columns("i.indkey", "t.oid")
    );
    let mut conn = app.db().conn().await.expect("a connection");
    let indexes: Vec<(String, String, bool, String)> = conn.all(&sql, &[]).await.expect("the catalogue");
    assert!(indexes.len() > 30, "{}", indexes.len());
    let mut lookups = Vec::new();
    for (table, index, unique, columns) in &indexes {
        let Some(by) = distribution(table) else { continue };
        let first = columns.split(',').next().unwrap_or_default();
        if *unique {
            assert_eq!(first, by, "{index} on {table} ({columns})");
        } else if first != by {
            lookups.push(index.as_str());
        }
    }
    lookups.sort_unstable();
    assert_eq!(lookups, LOOKUPS, "the list may only shrink");
    for table in db::tables() {
        let has_key = indexes.iter().any(|(name, index, ..)| name == table.name && index.ends_with("_pkey"));
        assert!(has_key, "{} has no primary key", table.name);
    }
    let sql = format!(
        "SELECT CAST(t.relname AS TEXT), {} FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
         WHERE c.contype = 'x'",
        columns("c.conkey", "t.oid")
    );
    let exclusions: Vec<(String, String)> = conn.all(&sql, &[]).await.expect("the catalogue");
    assert!(!exclusions.is_empty());
    for (table, columns) in &exclusions {
        let first = columns.split(',').next();
        assert_eq!(first, distribution(table), "an exclusion constraint of {table}");
    }
}

#[testkit::test(postgres)]
async fn references_stay_within_a_location(app: App) {
    let sql = format!(
        "SELECT CAST(s.relname AS TEXT), {}, CAST(t.relname AS TEXT), {}
         FROM pg_constraint c JOIN pg_class s ON s.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
         WHERE c.contype = 'f' ORDER BY 1, 2",
        columns("c.conkey", "s.oid"),
        columns("c.confkey", "t.oid")
    );
    let mut conn = app.db().conn().await.expect("a connection");
    let keys: Vec<(String, String, String, String)> = conn.all(&sql, &[]).await.expect("the catalogue");
    assert!(keys.len() > 15, "{}", keys.len());
    for (from, own, to, theirs) in &keys {
        let said = format!("{from} ({own}) refers to {to} ({theirs})");
        match (distribution(from), distribution(to)) {
            (None, Some(_)) => panic!("{said}: a table held whole refers to one that is spread"),
            (Some(own_by), Some(their_by)) => {
                let at = own.split(',').position(|column| column == own_by);
                let there = theirs.split(',').position(|column| column == their_by);
                assert!(at.is_some() && at == there, "{said}: not by the location");
            }
            (_, None) => {}
        }
    }
}

#[testkit::test]
async fn a_row_never_refers_to_another_locations(app: App) {
    let (user, _) = make::user(&app, "Somebody").await;
    app.exec(
        "INSERT INTO image_groups (location_id, id, entity, created_at) VALUES ($1, 500, 'company', 0)",
        params![STRANGER_LOCATION],
    )
    .await;
    let member = "INSERT INTO memberships (location_id, user_id, role, team_member_id, is_approved, created_at) VALUES ($1, $2, 'worker', $3, 1, 0)";
    let image = "INSERT INTO images (location_id, image_group_id, version, path, width, height, type) VALUES ($1, $2, 'basic', '/x', 1, 1, 'png')";
    let invitation =
        "INSERT INTO invitations (location_id, user_id, token_hash, expires_at) VALUES ($1, $2, $3, 0)";
    let hash = db::Value::Blob(vec![1]);
    let stranger = make::user_id(&app, frontdesk::demo::STRANGER_LOGIN).await;
    for (sql, theirs, own) in [
        (member, params![LOCATION, user, 1101i64].to_vec(), params![LOCATION, user, 1001i64].to_vec()),
        (image, params![LOCATION, 500i64].to_vec(), params![STRANGER_LOCATION, 500i64].to_vec()),
        (
            invitation,
            vec![LOCATION.into(), stranger.into(), hash.clone()],
            vec![STRANGER_LOCATION.into(), stranger.into(), hash.clone()],
        ),
    ] {
        let mut tx = app.db().begin().await.expect("a transaction");
        let refused = tx.exec(sql, &theirs).await.expect_err("the database refuses");
        assert!(matches!(refused, Error::Foreign(_)), "{refused}");
        tx.rollback().await;
        // The same row within its own location is fine: it was the location that was refused.
        app.exec(sql, &own).await;
    }
    let mut tx = app.db().begin().await.expect("a transaction");
    let moved =
        tx.exec("UPDATE team_members SET location_id = $1 WHERE id = 1001", params![STRANGER_LOCATION]).await;
    assert!(matches!(moved, Err(Error::Foreign(_))), "{moved:?}");
}

#[testkit::test(sqlite)]
async fn sqlite_is_set_to_be_durable(app: App) {
    let mut conn = app.db().conn().await.expect("a connection");
    assert_eq!(conn.one::<String>("PRAGMA journal_mode", &[]).await.expect("a pragma"), "wal");
    assert_eq!(conn.one::<i64>("PRAGMA query_only", &[]).await.expect("a pragma"), 1);
    let wrong: Option<String> = conn.maybe("PRAGMA foreign_key_check", &[]).await.expect("a pragma");
    assert_eq!(wrong, None);
    let mut tx = app.db().begin().await.expect("a transaction");
    // 2 is FULL: a commit is on the disk before it is acknowledged.
    assert_eq!(tx.one::<i64>("PRAGMA synchronous", &[]).await.expect("a pragma"), 2);
    assert_eq!(tx.one::<i64>("PRAGMA foreign_keys", &[]).await.expect("a pragma"), 1);
}

#[testkit::test]
async fn migrating_twice_does_nothing_and_a_newer_schema_is_refused(spot: Spot) {
    let db = db::Db::open(&spot.empty().await).await.expect("opened");
    assert_eq!(db.schema_version().await.expect("a version"), 0);
    assert!(db.migrate(5).await.expect("migrated") > 0);
    assert_eq!(db.schema_version().await.expect("a version"), db::latest_schema());
    assert_eq!(db.migrate(6).await.expect("migrated"), 0);
    let mut tx = db.begin().await.expect("a transaction");
    let newer = params![db::latest_schema() + 1];
    tx.exec("INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, 'later', 0)", newer)
        .await
        .expect("a row");
    tx.commit().await.expect("committed");
    let refused = db.migrate(7).await.expect_err("refused");
    assert!(matches!(refused, Error::Newer { found, known } if found == known + 1), "{refused}");
    db.close().await;
}

#[testkit::test]
async fn two_servers_may_start_at_once(spot: Spot) {
    let url = spot.empty().await;
    let start = |url: String| async move {
        let db = db::Db::open(&url).await.expect("opened");
        let applied = db.migrate(1).await.expect("migrated");
        db.close().await;
        applied
    };
    let (first, second) = (tokio::spawn(start(url.clone())), tokio::spawn(start(url)));
    let applied = first.await.expect("ended") + second.await.expect("ended");
    let known = (1..=db::latest_schema()).filter(|version| db::is_schema(*version)).count();
    assert_eq!(applied, known, "each migration once");
}

#[testkit::test]
async fn a_team_member_of_two_users_becomes_one_users(spot: Spot) {
    let db = db::Db::open(&spot.empty().await).await.expect("opened");
    db.migrate_to(12, 1).await.expect("migrated");
    let mut tx = db.begin().await.expect("a transaction");
    for sql in [
        "INSERT INTO locations (id, title, country_id, timezone, created_at, updated_at) VALUES (1, 'A', 1, 'UTC', 0, 0)",
        "INSERT INTO team_members (location_id, id, name, created_at) VALUES (1, 5, 'Ann', 0)",
        "INSERT INTO users (id, name, login, phone, is_approved, created_at)
         VALUES (2, 'A', 'a', '1', 1, 0), (3, 'B', 'b', '2', 1, 0), (4, 'C', 'c', '3', 1, 0)",
        "INSERT INTO memberships (location_id, user_id, role, team_member_id, is_approved, created_at)
         VALUES (1, 2, 'worker', NULL, 1, 0), (1, 3, 'worker', 5, 1, 0), (1, 4, 'worker', 5, 1, 0)",
    ] {
        tx.exec(sql, &[]).await.expect(sql);
    }
    tx.commit().await.expect("committed");
    db.migrate(2).await.expect("migrated");
    let mut conn = db.conn().await.expect("a connection");
    let sql = "SELECT user_id FROM memberships WHERE team_member_id = 5";
    assert_eq!(conn.all::<i64>(sql, &[]).await.expect("rows"), [3]);
    drop(conn);
    db.close().await;
}

#[testkit::test]
async fn clients_of_an_older_schema_have_their_visits_counted(spot: Spot) {
    let db = db::Db::open(&spot.empty().await).await.expect("opened");
    db.migrate_to(13, 1).await.expect("migrated");
    let mut tx = db.begin().await.expect("a transaction");
    for sql in [
        "INSERT INTO locations (id, title, country_id, timezone, created_at, updated_at) VALUES (1, 'A', 1, 'UTC', 0, 0)",
        "INSERT INTO team_members (location_id, id, name, created_at) VALUES (1, 5, 'Ann', 0)",
        "INSERT INTO clients (location_id, id, name, surname, patronymic, phone, created_at)
         VALUES (1, 7, 'Jane', 'Doe', 'Rose', '+13155550175', 3), (1, 8, 'Jim', '', '', '', 4)",
        "INSERT INTO appointments (location_id, team_member_id, client_id, starts_at, length, attendance, is_deleted, created_at, updated_at)
         VALUES (1, 5, 7, 1000, 1, 1, 0, 0, 0), (1, 5, 7, 3000, 1, 1, 0, 0, 0), (1, 5, 7, 9000, 1, 1, 1, 0, 0),
             (1, 5, 7, 500, 1, -1, 0, 0, 0), (1, 5, 7, 9500, 1, 2, 0, 0, 0)",
    ] {
        tx.exec(sql, &[]).await.expect(sql);
    }
    tx.commit().await.expect("committed");
    db.migrate(2).await.expect("migrated");
    let mut conn = db.conn().await.expect("a connection");
    let sql = "SELECT visits, no_shows, COALESCE(first_visit_at, -1), COALESCE(last_visit_at, -1), updated_at
         FROM clients ORDER BY id";
    let counted: Vec<(i64, i64, i64, i64, i64)> = conn.all(sql, &[]).await.expect("rows");
    assert_eq!(counted, [(2, 1, 1000, 3000, 3), (0, 0, -1, -1, 4)]);
    let keys: Vec<(String, String)> =
        conn.all("SELECT name_key, surname_key FROM clients ORDER BY id", &[]).await.expect("rows");
    assert_eq!(keys[0], ("jane".to_owned(), "doe rose".to_owned()));
    assert_eq!(keys[1], ("jim".to_owned(), String::new()));
    drop(conn);
    db.close().await;
}
