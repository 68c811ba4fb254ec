//! What can be booked, version 1.

pub(crate) mod days;
pub(crate) mod locations;
pub(crate) mod services;
pub(crate) mod team;

use calc::zone::{local_date, parse_day};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Error, Result};
use org::access::AnyPartner;

use super::look::{Asked, Look};
use super::memory::Memory;

/// Days looked ahead for the nearest free one, and given at once, at the most.
const DAYS: i64 = 366;

/// The day of a date and time as sent; none for nothing sent.
fn day(text: Option<&str>, field: &str) -> Result<Option<Date>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    parse_day(text).map(Some).ok_or_else(|| Error::invalid(field, "field-date"))
}

/// The day it is at the location.
async fn today(by: &AnyPartner, location_id: i64) -> Result<Date> {
    let setup = by.app.room::<Memory>().setup(&by.app, location_id).await?;
    Ok(local_date(by.now, &setup.zone))
}

/// What is needed for days from `first`, as many as `days`, of a location that is there.
async fn look(
    by: &AnyPartner,
    location_id: i64,
    member: Option<i64>,
    services: &[i64],
    first: Date,
    days: i64,
) -> Result<Look> {
    let member = member.filter(|id| *id != 0);
    let last = first.saturating_add((days - 1).max(0).days());
    let asked = Asked { member, services, each: false, first, last, but: None, now: by.now };
    Look::recall(&by.app, location_id, &asked).await
}
