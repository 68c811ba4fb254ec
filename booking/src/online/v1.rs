//! The settings of online booking, version 1.

use kernel::{Data, Lenient, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow;
use super::rules::V1Change;
use super::settings::{Grid, Settings};
use super::store;

/// How clients book online.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnlineSettingsOut {
    /// Whether clients confirm their phone number by a code.
    #[schema(example = false)]
    confirm_number: bool,
    /// Whether they may book without naming a team member.
    #[schema(example = true)]
    any_master: bool,
    /// Minutes before its beginning until which a time can be booked.
    #[schema(example = 90)]
    seance_delay_step: i64,
    /// Seats of an event that one booking may take, 1 to 255.
    #[schema(example = 1)]
    activity_online_record_clients_count_max: i64,
}

impl From<Settings> for OnlineSettingsOut {
    fn from(s: Settings) -> Self {
        Self {
            confirm_number: s.phone_confirmation,
            any_master: s.any_team_member,
            seance_delay_step: s.lead_time,
            activity_online_record_clients_count_max: s.event_seats_max,
        }
    }
}

/// A change of how clients book online; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct OnlineSettingsIn {
    /// Whether clients confirm their phone number by a code.
    #[schema(required, nullable = false, example = false)]
    confirm_number: Option<bool>,
    /// Whether they may book without naming a team member.
    #[schema(required, nullable = false, example = true)]
    any_master: Option<bool>,
    /// Minutes before its beginning until which a time can be booked: 0 to 1380, a multiple of 30.
    #[schema(required, nullable = false, minimum = 0, maximum = 1380, example = 90)]
    seance_delay_step: Option<i64>,
    /// Seats of an event that one booking may take, 1 to 255.
    #[schema(required, nullable = false, minimum = 1, maximum = 255, example = 1)]
    activity_online_record_clients_count_max: Option<i64>,
}

impl From<OnlineSettingsIn> for V1Change {
    fn from(i: OnlineSettingsIn) -> Self {
        Self {
            phone_confirmation: i.confirm_number,
            any_team_member: i.any_master,
            lead_time: i.seance_delay_step,
            event_seats_max: i.activity_online_record_clients_count_max,
        }
    }
}

/// Get the settings of online booking
#[utoipa::path(
    get, path = "/company/{location_id}/settings/online", operation_id = "get_online_booking_settings",
    tag = "Online Booking Settings",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The settings", body = Data<OnlineSettingsOut>))
)]
pub async fn get_online_booking_settings(at: At<perm::OnlineBooking>) -> Result<Data<OnlineSettingsOut>> {
    let settings = store::get(&mut at.conn().await?, at.location_id).await?;
    Ok(Data::new(settings.into()))
}

/// Change the settings of online booking
#[utoipa::path(
    patch, path = "/company/{location_id}/settings/online", operation_id = "update_online_booking_settings",
    tag = "Online Booking Settings",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = OnlineSettingsIn,
    responses((status = 200, description = "The settings after it", body = Data<OnlineSettingsOut>))
)]
pub async fn update_online_booking_settings(
    at: At<perm::OnlineBooking>,
    input: Lenient<OnlineSettingsIn>,
) -> Result<Data<OnlineSettingsOut>> {
    flow::update_v1(&at, input.0.into(), |after| Data::new(after.into())).await
}

/// A grid of times of the clock, in seconds.
#[derive(Debug, Serialize, ToSchema)]
pub struct GridSettingOut {
    /// No time is earlier.
    #[schema(example = 0)]
    grid_first_timeslot: i64,
    /// No time is later.
    #[schema(example = 85_800)]
    grid_last_timeslot: i64,
    /// From one time to the next.
    #[schema(example = 7200)]
    grid_display_step: i64,
    /// How long before its beginning a time must be booked.
    #[schema(example = 1800)]
    grid_nearest_timeslot_delay: i64,
    /// `predefined`: the times listed; `schedule`: every step from the beginning of the working hours; `timeslots`:
    /// every step from the first.
    #[schema(example = "predefined")]
    grid_base_type: &'static str,
    /// Whether times right behind what is booked already are offered too.
    #[schema(example = false)]
    is_grid_flexible: bool,
}

impl From<&Grid> for GridSettingOut {
    fn from(grid: &Grid) -> Self {
        Self {
            grid_first_timeslot: grid.first,
            grid_last_timeslot: grid.last,
            grid_display_step: grid.step,
            grid_nearest_timeslot_delay: grid.delay,
            grid_base_type: grid.kind.name(),
            is_grid_flexible: grid.is_flexible,
        }
    }
}

/// A weekday's grid.
#[derive(Debug, Serialize, ToSchema)]
pub struct WeekdaySettingOut {
    /// 1 Monday to 7 Sunday.
    #[schema(example = 1)]
    weekday: i64,
    /// Times to begin at, seconds after midnight; they count for `predefined`.
    #[schema(example = json!([7200]))]
    timeslots: Vec<i64>,
    /// The grid.
    setting: GridSettingOut,
}

/// A date's grid, which goes before its weekday's.
#[derive(Debug, Serialize, ToSchema)]
pub struct DateSettingOut {
    /// The date.
    #[schema(example = "2026-12-25")]
    date: String,
    /// Times to begin at, seconds after midnight; they count for `predefined`, where none means that the date can't be
    /// booked.
    #[schema(example = json!([]))]
    timeslots: Vec<i64>,
    /// The grid.
    setting: GridSettingOut,
}

/// The grids of weekdays and dates.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeslotSettingsOut {
    /// Whether they count; the location's default grid does otherwise.
    #[schema(example = true)]
    is_enabled: bool,
    /// Those of weekdays.
    weekdays_settings: Vec<WeekdaySettingOut>,
    /// Those of dates.
    dates_settings: Vec<DateSettingOut>,
}

impl From<Settings> for TimeslotSettingsOut {
    fn from(s: Settings) -> Self {
        let weekday = |(weekday, grid): (i64, Grid)| WeekdaySettingOut {
            weekday,
            setting: (&grid).into(),
            timeslots: grid.times,
        };
        let date = |(date, grid): (String, Grid)| DateSettingOut {
            date,
            setting: (&grid).into(),
            timeslots: grid.times,
        };
        Self {
            is_enabled: s.has_timeslots,
            weekdays_settings: s.weekdays.into_iter().map(weekday).collect(),
            dates_settings: s.dates.into_iter().map(date).collect(),
        }
    }
}

/// Get the timeslot settings of online booking
#[utoipa::path(
    get, path = "/company/{location_id}/settings/timeslots", operation_id = "get_timeslot_settings",
    tag = "Online Booking Settings",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The settings", body = Data<TimeslotSettingsOut>))
)]
pub async fn get_timeslot_settings(at: At<perm::OnlineBooking>) -> Result<Data<TimeslotSettingsOut>> {
    let settings = store::get(&mut at.conn().await?, at.location_id).await?;
    Ok(Data::new(settings.into()))
}
