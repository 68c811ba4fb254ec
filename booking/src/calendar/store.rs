//! Rows of calendar settings.

use calc::zone::Zone;
use db::{Conn, Tx, params};
use kernel::{Error, Result};

use super::rules::{kind_name, kind_number};

/// How a location's calendar works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// 0 both, 1 appointments of one client, 2 group events. Kept with the location.
    pub kind: i64,
    /// Seats that one appointment of an event may take.
    pub seats_max: i64,
    /// The pause after every appointment, seconds.
    pub technical_break: i64,
    /// Whether the form asks for the consent to newsletters.
    pub asks_newsletter: bool,
    /// Whether the form asks for the consent to the processing of personal data.
    pub asks_personal_data: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { kind: 1, seats_max: 1, technical_break: 0, asks_newsletter: false, asks_personal_data: false }
    }
}

db::row! {
    struct Row {
        timezone: String,
        record_type: String,
        seats_max: Option<i64>,
        technical_break: Option<i64>,
        asks_newsletter: Option<i64>,
        asks_personal_data: Option<i64>,
    }
}

impl Row {
    async fn read(conn: &mut Conn, location_id: i64) -> Result<Self> {
        conn.maybe(SELECT, params![location_id]).await?.ok_or_else(Error::not_found)
    }

    fn settings(&self) -> Settings {
        let default = Settings::default();
        Settings {
            kind: kind_number(&self.record_type),
            seats_max: self.seats_max.unwrap_or(default.seats_max),
            technical_break: self.technical_break.unwrap_or(default.technical_break),
            asks_newsletter: self.asks_newsletter == Some(1),
            asks_personal_data: self.asks_personal_data == Some(1),
        }
    }
}

const SELECT: &str =
    "SELECT l.timezone, l.record_type, s.seats_max, s.technical_break, s.asks_newsletter, s.asks_personal_data
     FROM locations l LEFT JOIN calendar_settings s ON s.location_id = l.id
     WHERE l.id = $1 AND l.deleted_at IS NULL";

/// A location's settings.
pub async fn get(conn: &mut Conn, location_id: i64) -> Result<Settings> {
    Ok(Row::read(conn, location_id).await?.settings())
}

/// What an appointment's time depends on at a location.
#[derive(Clone, Debug)]
pub struct Clockwork {
    /// The location's zone.
    pub zone: Zone,
    /// The pause after every appointment, seconds.
    pub technical_break: i64,
}

/// A location's clockwork.
pub async fn clockwork(conn: &mut Conn, location_id: i64) -> Result<Clockwork> {
    let row = Row::read(conn, location_id).await?;
    let zone = Zone::parse(&row.timezone).unwrap_or_else(Zone::utc);
    Ok(Clockwork { zone, technical_break: row.settings().technical_break })
}

/// Writes a location's settings.
pub async fn put(tx: &mut Tx, location_id: i64, settings: &Settings, now: i64) -> Result<()> {
    tx.exec(
        "INSERT INTO calendar_settings (location_id, seats_max, technical_break, asks_newsletter, asks_personal_data)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (location_id) DO UPDATE SET seats_max = excluded.seats_max,
            technical_break = excluded.technical_break, asks_newsletter = excluded.asks_newsletter,
            asks_personal_data = excluded.asks_personal_data",
        params![
            location_id,
            settings.seats_max,
            settings.technical_break,
            settings.asks_newsletter,
            settings.asks_personal_data
        ],
    )
    .await?;
    let kind = kind_name(settings.kind).unwrap_or("single");
    org::locations::store::set_record_type(tx, location_id, kind, now).await
}
