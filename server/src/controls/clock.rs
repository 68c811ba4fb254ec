//! The demo's clock: read, set, moved, stopped.

use calc::zone::{Zone, local_iso, parse_instant};
use kernel::{Clock, Data, Error, Lenient, Problems, Result};
use org::access::Anybody;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Controls;

/// The first and the last instant to which the clock is set: 2000 and 2100.
const SPAN: std::ops::Range<i64> = 946_684_800_000..4_102_444_800_000;

/// The clock.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClockOut {
    /// The instant, UTC.
    #[schema(example = "2026-12-01T15:00:00+00:00")]
    now: String,
    /// Whether it stands.
    frozen: bool,
    /// Seconds before the machine's own.
    #[schema(example = 3600)]
    ahead: i64,
}

fn shown(clock: &Clock) -> Data<ClockOut> {
    Data::new(ClockOut {
        now: local_iso(clock.now(), &Zone::utc()),
        frozen: clock.is_frozen(),
        ahead: clock.ahead().div_euclid(1000),
    })
}

/// Sets the clock.
fn set(at: &Anybody, instant: i64, frozen: bool) -> Result<Data<ClockOut>> {
    if !SPAN.contains(&instant) {
        return Err(Error::invalid("at", "demo-clock-span"));
    }
    at.app.clock().set(instant, frozen);
    Ok(moved(at))
}

/// What is kept in memory is of another time, and the background work looks what is due by now.
fn moved(at: &Anybody) -> Data<ClockOut> {
    at.app.forget();
    at.app.room::<Controls>().nudge.notify_waiters();
    shown(at.app.clock())
}

/// Read the clock
#[utoipa::path(
    get, path = "/clock", operation_id = "get_clock", tag = "Demo",
    responses((status = 200, description = "The clock", body = Data<ClockOut>))
)]
pub async fn get_clock(at: Anybody) -> Result<Data<ClockOut>> {
    Ok(shown(at.app.clock()))
}

/// Where to set the clock.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ClockIn {
    /// An instant, ISO 8601; UTC where no offset is said.
    #[schema(required, nullable = false, example = "2026-12-01T10:00:00-05:00")]
    at: Option<String>,
    /// Whether it stands there; as before when left out.
    #[schema(nullable = false, example = true)]
    frozen: Option<bool>,
}

/// Set the clock
#[utoipa::path(
    put, path = "/clock", operation_id = "set_clock", tag = "Demo", request_body = ClockIn,
    responses((status = 200, description = "The clock", body = Data<ClockOut>))
)]
pub async fn set_clock(at: Anybody, input: Lenient<ClockIn>) -> Result<Data<ClockOut>> {
    let mut problems = Problems::new();
    let instant = input.0.at.as_deref().and_then(|text| parse_instant(text, &Zone::utc()));
    let message = if input.0.at.is_some() { "field-moment" } else { "field-required" };
    problems.check(instant.is_some(), "at", message);
    problems.done()?;
    set(&at, instant.unwrap_or_default(), input.0.frozen.unwrap_or_else(|| at.app.clock().is_frozen()))
}

/// Set the clock to the machine's
#[utoipa::path(
    delete, path = "/clock", operation_id = "reset_clock", tag = "Demo",
    responses((status = 200, description = "The clock", body = Data<ClockOut>))
)]
pub async fn reset_clock(at: Anybody) -> Result<Data<ClockOut>> {
    at.app.clock().reset();
    Ok(moved(&at))
}

/// How far to move the clock: the sum; back where it is negative.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct AdvanceIn {
    /// Days of 24 hours.
    #[schema(nullable = false, example = 0)]
    days: Option<i64>,
    /// Hours.
    #[schema(nullable = false, example = 2)]
    hours: Option<i64>,
    /// Minutes.
    #[schema(nullable = false, example = 30)]
    minutes: Option<i64>,
    /// Seconds.
    #[schema(nullable = false, example = 0)]
    seconds: Option<i64>,
}

impl AdvanceIn {
    fn milliseconds(&self) -> Option<i64> {
        let parts = [(self.days, 86_400), (self.hours, 3600), (self.minutes, 60), (self.seconds, 1)];
        parts.into_iter().try_fold(0i64, |sum, (count, unit)| {
            count.unwrap_or_default().checked_mul(unit * 1000).and_then(|part| sum.checked_add(part))
        })
    }
}

/// Move the clock
#[utoipa::path(
    post, path = "/clock/advance", operation_id = "advance_clock", tag = "Demo", request_body = AdvanceIn,
    responses((status = 200, description = "The clock", body = Data<ClockOut>))
)]
pub async fn advance_clock(at: Anybody, input: Lenient<AdvanceIn>) -> Result<Data<ClockOut>> {
    let clock = at.app.clock();
    let there = input.0.milliseconds().and_then(|by| clock.now().checked_add(by));
    let there = there.ok_or_else(|| Error::invalid("seconds", "demo-clock-span"))?;
    set(&at, there, clock.is_frozen())
}

/// Stop the clock
#[utoipa::path(
    post, path = "/clock/freeze", operation_id = "freeze_clock", tag = "Demo",
    responses((status = 200, description = "The clock", body = Data<ClockOut>))
)]
pub async fn freeze_clock(at: Anybody) -> Result<Data<ClockOut>> {
    set(&at, at.app.clock().now(), true)
}

/// Let the clock run on from where it stands
#[utoipa::path(
    post, path = "/clock/release", operation_id = "release_clock", tag = "Demo",
    responses((status = 200, description = "The clock", body = Data<ClockOut>))
)]
pub async fn release_clock(at: Anybody) -> Result<Data<ClockOut>> {
    set(&at, at.app.clock().now(), false)
}
