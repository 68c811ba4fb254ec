//! Rows of licences.

use db::{Conn, Tx, params};
use kernel::Result;

/// Name of the licence that a new location gets.
const NAME: &str = "Self-hosted";
/// Team members it allows.
const STAFF: i64 = 10_000;
/// How long it lasts, milliseconds: fifty years of 365.25 days.
const LASTS: i64 = 50 * 31_557_600_000;

db::row! {
    /// A licence.
    pub struct License {
        pub id: i64,
        pub location_id: i64,
        pub name: String,
        pub staff_limit: i64,
        pub starts_at: i64,
        pub ends_at: i64,
        pub active: bool,
        pub is_paid_rights_model: bool,
        pub options: String,
        pub timezone: String,
    }
}

impl License {
    /// Whether it is in force at that instant.
    pub fn in_force(&self, now: i64) -> bool {
        self.active && (self.starts_at..self.ends_at).contains(&now)
    }
}

/// The licence of a location, unless that is deleted.
pub async fn of_location(conn: &mut Conn, location_id: i64) -> Result<License> {
    Ok(conn
        .one(
            "SELECT x.id, x.location_id, x.name, x.staff_limit, x.starts_at, x.ends_at, x.active,
                    x.is_paid_rights_model, x.options, l.timezone
             FROM licenses x JOIN locations l ON l.id = x.location_id
             WHERE x.location_id = $1 AND l.deleted_at IS NULL",
            params![location_id],
        )
        .await?)
}

/// Gives a new location its licence.
pub async fn insert(tx: &mut Tx, location_id: i64, now: i64) -> Result<()> {
    tx.exec(
        "INSERT INTO licenses (location_id, name, staff_limit, starts_at, ends_at, active, options)
         VALUES ($1, $2, $3, $4, $5, 1, $6)",
        params![
            location_id,
            NAME,
            STAFF,
            now,
            now + LASTS,
            r#"[{"id":1,"title":"Online booking"},{"id":2,"title":"API access"}]"#
        ],
    )
    .await?;
    Ok(())
}
