//! What of a location goes into the ways to have its services.

use db::{Conn, params};
use kernel::Result;

db::row! {
    /// Where services are had.
    #[derive(Copy, Eq)]
    pub struct Place {
        pub location_id: i64,
        /// The pause after a service that has none of its own, seconds.
        pub technical_break: i64,
    }
}

/// The location. Its calendar's settings are written by the room of the calendar, to the right of here; the pause is
/// theirs, and only read.
pub async fn place(conn: &mut Conn, location_id: i64) -> Result<Place> {
    let sql = "SELECT l.id, COALESCE(c.technical_break, 0) FROM locations l
         LEFT JOIN calendar_settings c ON c.location_id = l.id WHERE l.id = $1";
    Ok(conn.one(sql, params![location_id]).await?)
}
