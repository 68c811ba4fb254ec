//! Migrations: one set for both databases, with the tokens of [`Dialect::expand`](crate::Dialect).
//!
//! A landed migration is never edited. Our own small runner, since the well-kept libraries for it tie down the
//! version of the SQLite driver.

use crate::{Conn, Db, Dialect, Error, Result, Tx, params};

struct Migration {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// `both` of one text, or `each` of its own.
macro_rules! migration {
    (both $version:literal $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../migrations/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/", $name, ".sql")),
        }
    };
    (each $version:literal $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../migrations/", $name, ".sqlite.sql")),
            postgres: include_str!(concat!("../migrations/", $name, ".pg.sql")),
        }
    };
}

/// In order.
const MIGRATIONS: &[Migration] = &[
    migration!(both 1 "0001_base"),
    migration!(both 2 "0002_tags"),
    migration!(both 3 "0003_custom_fields"),
    migration!(both 4 "0004_team"),
    migration!(both 5 "0005_services"),
    migration!(both 6 "0006_resources"),
    migration!(both 7 "0007_schedules"),
    migration!(each 8 "0008_no_overlap"),
    migration!(both 9 "0009_group_events"),
    migration!(both 10 "0010_event_series"),
    migration!(both 11 "0011_online_booking"),
    migration!(both 12 "0012_client_details"),
    migration!(both 13 "0013_one_user"),
    migration!(both 14 "0014_client_base"),
    migration!(both 15 "0015_client_things"),
    migration!(both 16 "0016_visits"),
    migration!(each 17 "0017_visits_kept"),
    migration!(both 18 "0018_online_booking"),
    migration!(each 19 "0019_client_counters"),
    migration!(both 20 "0020_webhooks"),
    migration!(both 21 "0021_notifications"),
    migration!(both 22 "0022_calendar_feeds"),
    migration!(both 23 "0023_series_regulars"),
    migration!(each 24 "0024_counted_in_turn"),
    migration!(each 25 "0025_appointment_counts"),
    migration!(each 26 "0026_fewer_indexes"),
];

/// The latest schema this program knows.
pub fn latest() -> i64 {
    MIGRATIONS.last().map_or(0, |m| m.version)
}

/// Whether this program knows the schema of that version.
pub fn known(version: i64) -> bool {
    MIGRATIONS.iter().any(|m| m.version == version)
}

/// How PostgreSQL's Citus would spread a table over machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// The table's name.
    pub name: &'static str,
    /// Its distribution column; none for a reference table, which every machine holds whole.
    pub by: Option<&'static str>,
}

/// Every table, in an order in which each refers only to earlier ones: backups are restored in it.
pub fn tables() -> &'static [Table] {
    const fn reference(name: &'static str) -> Table {
        Table { name, by: None }
    }
    const fn by(name: &'static str, column: &'static str) -> Table {
        Table { name, by: Some(column) }
    }
    const TABLES: &[Table] = &[
        reference("cache_epoch"),
        reference("partners"),
        reference("users"),
        reference("sessions"),
        reference("second_factors"),
        reference("sign_in_challenges"),
        reference("chains"),
        reference("chain_users"),
        reference("idempotency"),
        reference("contact_codes"),
        by("locations", "id"),
        by("location_phones", "location_id"),
        by("location_chains", "location_id"),
        by("licenses", "location_id"),
        by("team_members", "location_id"),
        by("positions", "location_id"),
        by("team_member_positions", "location_id"),
        by("employment_profiles", "location_id"),
        by("memberships", "location_id"),
        by("invitations", "location_id"),
        by("booking_forms", "location_id"),
        by("image_groups", "location_id"),
        by("images", "location_id"),
        by("tags", "location_id"),
        by("custom_fields", "location_id"),
        reference("chain_service_categories"),
        reference("chain_services"),
        by("service_bindings", "location_id"),
        by("service_categories", "location_id"),
        by("service_category_team_members", "location_id"),
        by("services", "location_id"),
        by("service_team_members", "location_id"),
        by("service_translations", "location_id"),
        by("service_dates", "location_id"),
        by("composite_service_parts", "location_id"),
        by("service_popularity", "location_id"),
        by("resources", "location_id"),
        by("resource_instances", "location_id"),
        by("service_resources", "location_id"),
        by("clients", "location_id"),
        by("client_custom_values", "location_id"),
        by("client_tags", "location_id"),
        by("client_files", "location_id"),
        by("client_comments", "location_id"),
        by("schedule_days", "location_id"),
        by("calendar_settings", "location_id"),
        by("occupancy", "location_id"),
        by("group_events", "location_id"),
        by("group_event_resources", "location_id"),
        by("group_event_tags", "location_id"),
        by("event_duplication_strategies", "location_id"),
        by("comers", "location_id"),
        by("visits", "location_id"),
        by("appointments", "location_id"),
        by("appointment_counts", "location_id"),
        by("appointment_services", "location_id"),
        by("appointment_tags", "location_id"),
        by("appointment_custom_values", "location_id"),
        by("documents", "location_id"),
        by("slot_holds", "location_id"),
        by("reviews", "location_id"),
        by("privacy_policies", "location_id"),
        by("event_series", "location_id"),
        by("event_series_days", "location_id"),
        by("event_series_day_tags", "location_id"),
        by("event_series_day_resources", "location_id"),
        by("event_series_entries", "location_id"),
        by("event_series_regulars", "location_id"),
        by("event_series_regular_days", "location_id"),
        by("event_series_regular_appointments", "location_id"),
        by("online_booking_settings", "location_id"),
        by("online_booking_fields", "location_id"),
        by("online_booking_weekdays", "location_id"),
        by("online_booking_dates", "location_id"),
        by("booking_form_settings", "location_id"),
        by("events", "location_id"),
        by("webhooks", "location_id"),
        by("webhook_messages", "location_id"),
        by("webhook_deliveries", "location_id"),
        by("webhook_attempts", "location_id"),
        by("audit", "location_id"),
        by("outbox", "location_id"),
        by("notification_types", "location_id"),
        by("user_notification_types", "location_id"),
        by("appointment_notices", "location_id"),
        by("appointment_reminders", "location_id"),
        by("calendar_feeds", "location_id"),
    ];
    TABLES
}

const BOOKKEEPING: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)";

pub(crate) async fn version(conn: &mut Conn) -> Result<i64> {
    let there: i64 = match conn.dialect() {
        Dialect::Sqlite => {
            conn.one("SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_migrations'", &[]).await?
        }
        Dialect::Postgres => {
            conn.one("SELECT COUNT(*) FROM pg_tables WHERE tablename = 'schema_migrations' AND schemaname = ANY (current_schemas(false))", &[]).await?
        }
    };
    if there == 0 {
        return Ok(0);
    }
    conn.one("SELECT COALESCE(MAX(version), 0) FROM schema_migrations", &[]).await
}

pub(crate) async fn run(db: &Db, last: i64, now_ms: i64) -> Result<usize> {
    let found = version(&mut db.conn().await?).await?;
    if found > latest() {
        return Err(Error::Newer { found, known: latest() });
    }
    if found >= last {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    let applied = apply(&mut tx, last, now_ms).await?;
    tx.commit().await?;
    Ok(applied)
}

/// Applies what the schema lacks, up to `last` with it.
pub(crate) async fn apply(tx: &mut Tx, last: i64, now_ms: i64) -> Result<usize> {
    if tx.dialect() == Dialect::Postgres {
        // Several servers may start at once on one database; "fdmg" in ASCII names the lock.
        tx.script("SELECT pg_advisory_xact_lock(1717857639)").await?;
    }
    tx.script(BOOKKEEPING).await?;
    let found: i64 = tx.one("SELECT COALESCE(MAX(version), 0) FROM schema_migrations", &[]).await?;
    let mut applied = 0;
    for migration in MIGRATIONS.iter().filter(|m| m.version > found && m.version <= last) {
        let dialect = tx.dialect();
        let text = match dialect {
            Dialect::Sqlite => migration.sqlite,
            Dialect::Postgres => migration.postgres,
        };
        tx.script(&dialect.expand(text)).await?;
        tx.exec(
            "INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, $2, $3)",
            params![migration.version, migration.name, now_ms],
        )
        .await?;
        applied += 1;
    }
    Ok(applied)
}

/// Which of [`tables`] are there, in their order: an older schema has fewer.
pub(crate) async fn there(conn: &mut Conn) -> Result<Vec<&'static str>> {
    let names: Vec<String> = match conn.dialect() {
        Dialect::Sqlite => conn.all("SELECT name FROM sqlite_master WHERE type = 'table'", &[]).await?,
        Dialect::Postgres => {
            let sql = "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = ANY (current_schemas(false))";
            conn.all(sql, &[]).await?
        }
    };
    Ok(tables().iter().map(|t| t.name).filter(|name| names.iter().any(|n| n == name)).collect())
}

/// Takes every table away.
pub(crate) async fn undo(tx: &mut Tx) -> Result<()> {
    let there = there(tx).await?;
    for table in there.iter().rev().chain(&["schema_migrations"]) {
        tx.script(&format!("DROP TABLE IF EXISTS {table}")).await?;
    }
    Ok(())
}
