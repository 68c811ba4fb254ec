//! Saved ways to repeat an event.

use kernel::{Count, Data, Lenient, List, Message, Path, Result};
use org::access::{AnyPartner, At, perm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::events::rules::mode_title;
use crate::events::strategies::{self, Strategy, Wanted};

/// A way to repeat.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepeatModeOut {
    /// 1 daily, 2 weekdays, 3 Monday Wednesday Friday, 4 Tuesday Thursday, 5 weekly, 6 monthly, 7 yearly.
    #[schema(example = 1)]
    id: i64,
    /// Its name.
    #[schema(example = "Daily")]
    title: String,
}

/// A way to repeat an event, saved under a name.
#[derive(Debug, Serialize, ToSchema)]
pub struct StrategyOut {
    /// Its id.
    #[schema(example = 2)]
    id: i64,
    /// The location.
    #[schema(example = 4564)]
    company_id: i64,
    /// Its name.
    #[schema(example = "Every third week")]
    title: String,
    /// The way to repeat.
    #[schema(example = 5)]
    repeat_mode_id: i64,
    /// The same with its name.
    repeat_mode: RepeatModeOut,
    /// Weekdays of the weekly way, 0 Sunday to 6.
    #[schema(example = json!([1, 4]))]
    days: Vec<i64>,
    /// Days, weeks, months or years left out in between.
    #[schema(example = 2)]
    interval: i64,
    /// 1 without the clients' appointments, 2 with them.
    #[schema(example = 1)]
    content_type: i64,
}

impl StrategyOut {
    fn of(location_id: i64, strategy: Strategy, language: &kernel::Language) -> Self {
        let mode = strategy.repeat.mode;
        Self {
            id: strategy.id,
            company_id: location_id,
            title: strategy.title,
            repeat_mode_id: mode,
            repeat_mode: RepeatModeOut { id: mode, title: Message::new(mode_title(mode)).text(language) },
            days: strategy.repeat.days,
            interval: strategy.repeat.skipped,
            content_type: if strategy.repeat.with_appointments { 2 } else { 1 },
        }
    }
}

/// List the saved ways to repeat an event
#[utoipa::path(
    get, path = "/activity/{location_id}/duplication_strategy",
    operation_id = "list_event_duplication_strategies", tag = "Events",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The ways, 200 at the most", body = Data<Vec<StrategyOut>, Count>))
)]
pub async fn list_event_duplication_strategies(
    by: AnyPartner,
    Path(location_id): Path<i64>,
) -> Result<List<StrategyOut>> {
    let mut conn = by.conn().await?;
    org::locations::store::zone(&mut conn, location_id).await?;
    let all = strategies::store::list(&mut conn, location_id).await?;
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    Ok(List::counted(all.into_iter().map(|s| StrategyOut::of(location_id, s, &by.language)).collect(), count))
}

/// A way to repeat an event; what a change leaves out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct StrategyIn {
    /// Its name.
    #[schema(required, nullable = false, example = "Every third week")]
    title: Option<String>,
    /// 1 daily, 2 weekdays, 3 Monday Wednesday Friday, 4 Tuesday Thursday, 5 weekly, 6 monthly, 7 yearly.
    #[schema(required, nullable = false, example = 5)]
    repeat_mode_id: Option<i64>,
    /// Weekdays of the weekly way, 0 Sunday to 6; none: that of the event.
    #[schema(nullable = false, example = json!([1, 4]))]
    days: Option<Vec<i64>>,
    /// Days, weeks, months or years left out in between.
    #[schema(nullable = false, example = 2)]
    interval: Option<i64>,
    /// 1 without the clients' appointments, 2 with them.
    #[schema(nullable = false, example = 1)]
    content_type: Option<i64>,
}

impl From<StrategyIn> for Wanted {
    fn from(i: StrategyIn) -> Self {
        Self {
            title: i.title,
            mode: i.repeat_mode_id,
            days: i.days,
            skipped: i.interval,
            content: i.content_type,
        }
    }
}

/// Save a way to repeat an event
#[utoipa::path(
    post, path = "/activity/{location_id}/duplication_strategy",
    operation_id = "create_event_duplication_strategy", tag = "Events",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = StrategyIn,
    responses((status = 200, description = "The way", body = Data<StrategyOut>))
)]
pub async fn create_event_duplication_strategy(
    at: At<perm::AppointmentsCreate>,
    input: Lenient<StrategyIn>,
) -> Result<Data<StrategyOut>> {
    let answer = |made| Data::new(StrategyOut::of(at.location_id, made, &at.language));
    strategies::save(&at, None, input.0.into(), answer).await
}

/// Change a saved way to repeat an event
#[utoipa::path(
    post, path = "/activity/{location_id}/duplication_strategy/{strategy_id}",
    operation_id = "update_event_duplication_strategy", tag = "Events",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("strategy_id" = i64, Path, description = "The way")
    ),
    request_body = StrategyIn,
    responses((status = 200, description = "The way after it", body = Data<StrategyOut>))
)]
pub async fn update_event_duplication_strategy(
    at: At<perm::AppointmentsEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<StrategyIn>,
) -> Result<Data<StrategyOut>> {
    let answer = |made| Data::new(StrategyOut::of(at.location_id, made, &at.language));
    strategies::save(&at, Some(id), input.0.into(), answer).await
}
