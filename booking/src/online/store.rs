//! Rows of the settings of online booking.

use std::collections::BTreeMap;

use db::{Conn, FromRow, Row, Sql, Tx, Value, params};
use kernel::{Error, Result};

use super::settings::{Ask, Asks, Grid, Kind, OwnField, Settings};

db::row! {
    struct Stored {
        any_team_member: bool,
        event_seats_max: i64,
        lead_time: i64,
        horizon: i64,
        cancel_deadline: i64,
        change_deadline: i64,
        asks_name: String,
        asks_phone: String,
        asks_email: String,
        asks_surname: String,
        asks_patronymic: String,
        asks_comment: String,
        has_timeslots: bool,
        grid_kind: String,
        grid_first: i64,
        grid_last: i64,
        grid_step: i64,
        grid_flexible: bool,
        grid_times: String,
    }
}

/// A day's grid as it is stored, the day first.
const GRID: &str = "grid_kind, grid_first, grid_last, grid_step, grid_delay, grid_flexible, grid_times";

struct OfDay<D>(D, Grid);

impl<D: db::Cell> FromRow for OfDay<D> {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let (kind, times): (String, String) = (row.get(1)?, row.get(7)?);
        let grid = Grid {
            kind: kind_of(&kind)?,
            first: row.get(2)?,
            last: row.get(3)?,
            step: row.get(4)?,
            delay: row.get(5)?,
            is_flexible: row.get(6)?,
            times: times_of(&times)?,
        };
        Ok(Self(row.get(0)?, grid))
    }
}

fn kind_of(name: &str) -> db::Result<Kind> {
    Kind::parse(name).ok_or_else(|| db::Error::Other(format!("a grid of the kind {name}")))
}

fn times_of(text: &str) -> db::Result<Vec<i64>> {
    serde_json::from_str(text).map_err(|e| db::Error::Other(e.to_string()))
}

fn ask(name: &str) -> db::Result<Ask> {
    Ask::parse(name).ok_or_else(|| db::Error::Other(format!("a field that is {name}")))
}

fn text(times: &[i64]) -> String {
    // A list of numbers always serialises.
    serde_json::to_string(times).unwrap_or_default()
}

/// A location's settings, in five queries.
pub async fn get(conn: &mut Conn, location_id: i64) -> Result<Settings> {
    let (phone_confirmation, can_cancel, can_change): (bool, bool, bool) = conn
        .maybe(
            "SELECT phone_confirmation, allow_delete_record, allow_change_record FROM locations
             WHERE id = $1 AND deleted_at IS NULL",
            params![location_id],
        )
        .await?
        .ok_or_else(Error::not_found)?;
    let mut settings = Settings { phone_confirmation, can_cancel, can_change, ..Settings::default() };
    let sql = format!("SELECT {} FROM online_booking_settings WHERE location_id = $1", Stored::COLUMNS);
    let stored: Option<Stored> = conn.maybe(&sql, params![location_id]).await?;
    if let Some(stored) = stored {
        read(stored, &mut settings)?;
    }
    settings.own_fields = own_fields(conn, location_id).await?;
    settings.weekdays = days(conn, location_id, "weekday", "online_booking_weekdays").await?;
    settings.dates = days(conn, location_id, "day", "online_booking_dates").await?;
    Ok(settings)
}

/// Whether the booking page demands (a comment, an e-mail address).
pub async fn demands(conn: &mut Conn, location_id: i64) -> Result<(bool, bool)> {
    let sql = "SELECT asks_comment, asks_email FROM online_booking_settings WHERE location_id = $1";
    let stored: Option<(String, String)> = conn.maybe(sql, params![location_id]).await?;
    let asks = match stored {
        Some((comment, email)) => (ask(&comment)?, ask(&email)?),
        None => {
            let asks = Settings::default().asks;
            (asks.comment, asks.email)
        }
    };
    Ok((asks.0 == Ask::Required, asks.1 == Ask::Required))
}

fn read(stored: Stored, settings: &mut Settings) -> Result<()> {
    settings.any_team_member = stored.any_team_member;
    settings.event_seats_max = stored.event_seats_max;
    settings.lead_time = stored.lead_time;
    settings.horizon = stored.horizon;
    settings.cancel_deadline = stored.cancel_deadline;
    settings.change_deadline = stored.change_deadline;
    settings.asks = Asks {
        name: ask(&stored.asks_name)?,
        phone: ask(&stored.asks_phone)?,
        email: ask(&stored.asks_email)?,
        surname: ask(&stored.asks_surname)?,
        patronymic: ask(&stored.asks_patronymic)?,
        comment: ask(&stored.asks_comment)?,
    };
    settings.has_timeslots = stored.has_timeslots;
    settings.grid = Grid {
        kind: kind_of(&stored.grid_kind)?,
        first: stored.grid_first,
        last: stored.grid_last,
        step: stored.grid_step,
        delay: stored.lead_time * 60,
        is_flexible: stored.grid_flexible,
        times: times_of(&stored.grid_times)?,
    };
    Ok(())
}

/// The fields of the location's own that the page asks for; those deleted since are left out.
async fn own_fields(conn: &mut Conn, location_id: i64) -> Result<Vec<OwnField>> {
    let rows: Vec<(i64, String, String, bool)> = conn
        .all(
            "SELECT f.id, f.entity, f.code, o.is_required FROM online_booking_fields o
             JOIN custom_fields f ON f.location_id = o.location_id AND f.id = o.custom_field_id
             WHERE o.location_id = $1 AND f.is_deleted = 0 ORDER BY f.weight, f.id",
            params![location_id],
        )
        .await?;
    let field = |(id, entity, code, is_required)| OwnField { id, entity, code, is_required };
    Ok(rows.into_iter().map(field).collect())
}

async fn days<D: db::Cell + Ord + Send>(
    conn: &mut Conn,
    location_id: i64,
    day: &str,
    table: &str,
) -> Result<BTreeMap<D, Grid>> {
    let sql = format!("SELECT {day}, {GRID} FROM {table} WHERE location_id = $1 ORDER BY {day}");
    let rows: Vec<OfDay<D>> = conn.all(&sql, params![location_id]).await?;
    Ok(rows.into_iter().map(|OfDay(day, grid)| (day, grid)).collect())
}

/// Writes a location's settings, but for the grids of weekdays and dates and the fields of its own.
pub async fn put(tx: &mut Tx, location_id: i64, settings: &Settings, now: i64) -> Result<()> {
    let Settings { asks, grid, .. } = settings;
    let values: Vec<Value> = vec![
        settings.any_team_member.into(),
        settings.event_seats_max.into(),
        settings.lead_time.into(),
        settings.horizon.into(),
        settings.cancel_deadline.into(),
        settings.change_deadline.into(),
        asks.name.name().into(),
        asks.phone.name().into(),
        asks.email.name().into(),
        asks.surname.name().into(),
        asks.patronymic.name().into(),
        asks.comment.name().into(),
        settings.has_timeslots.into(),
        grid.kind.name().into(),
        grid.first.into(),
        grid.last.into(),
        grid.step.into(),
        grid.is_flexible.into(),
        text(&grid.times).into(),
    ];
    let mut sql =
        Sql::new(format!("INSERT INTO online_booking_settings ({}, location_id) VALUES ", Stored::COLUMNS));
    sql.list(values.into_iter().chain([location_id.into()]))
        .push(" ON CONFLICT (location_id) DO UPDATE SET ");
    let set: Vec<String> = Stored::COLUMNS.split(", ").map(|c| format!("{c} = excluded.{c}")).collect();
    sql.push(&set.join(", "));
    sql.exec(tx).await?;
    let Settings { phone_confirmation, can_cancel, can_change, .. } = *settings;
    org::locations::store::set_online(tx, location_id, phone_confirmation, can_cancel, can_change, now).await
}

/// Writes which fields of the location's own the page asks for, in place of those before.
pub async fn put_own_fields(tx: &mut Tx, location_id: i64, fields: &[OwnField]) -> Result<()> {
    tx.exec("DELETE FROM online_booking_fields WHERE location_id = $1", params![location_id]).await?;
    if fields.is_empty() {
        return Ok(());
    }
    let mut sql =
        Sql::new("INSERT INTO online_booking_fields (location_id, custom_field_id, is_required) VALUES ");
    sql.rows(fields.iter().map(|f| [location_id.into(), f.id.into(), Value::from(f.is_required)]));
    sql.exec(tx).await?;
    Ok(())
}

/// Writes the grids of weekdays and dates, in place of those before.
pub async fn put_days(tx: &mut Tx, location_id: i64, settings: &Settings) -> Result<()> {
    tx.exec("DELETE FROM online_booking_weekdays WHERE location_id = $1", params![location_id]).await?;
    tx.exec("DELETE FROM online_booking_dates WHERE location_id = $1", params![location_id]).await?;
    let row = |day: Value, grid: &Grid| {
        [
            location_id.into(),
            day,
            grid.kind.name().into(),
            grid.first.into(),
            grid.last.into(),
            grid.step.into(),
            grid.delay.into(),
            grid.is_flexible.into(),
            Value::from(text(&grid.times)),
        ]
    };
    let weekdays: Vec<_> = settings.weekdays.iter().map(|(day, grid)| row((*day).into(), grid)).collect();
    let dates: Vec<_> = settings.dates.iter().map(|(day, grid)| row(day.into(), grid)).collect();
    for (head, rows) in [
        ("online_booking_weekdays (location_id, weekday", weekdays),
        ("online_booking_dates (location_id, day", dates),
    ] {
        for part in rows.chunks(500) {
            let mut sql = Sql::new(format!("INSERT INTO {head}, {GRID}) VALUES "));
            sql.rows(part.iter().cloned());
            sql.exec(tx).await?;
        }
    }
    Ok(())
}
