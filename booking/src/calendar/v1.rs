//! The calendar's settings, version 1.

use kernel::{Data, Lenient, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow;
use super::rules::Change;
use super::store::{self, Settings};

/// How the appointment calendar works.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarSettingsOut {
    /// What is booked: 0 both, 1 appointments of one client, 2 group events.
    #[schema(example = 0)]
    record_type: i64,
    /// Seats that one appointment of an event may take, 1 to 255.
    #[schema(example = 1)]
    activity_record_clients_count_max: i64,
    /// Whether the form asks for the consent to newsletters.
    #[schema(example = false)]
    is_show_newsletter_agreement: bool,
    /// Whether the form asks for the consent to the processing of personal data.
    #[schema(example = false)]
    is_show_personal_data_processing_agreement: bool,
    /// The pause after every appointment and event, seconds.
    #[schema(example = 0)]
    technical_break_duration: i64,
}

impl From<Settings> for CalendarSettingsOut {
    fn from(s: Settings) -> Self {
        Self {
            record_type: s.kind,
            activity_record_clients_count_max: s.seats_max,
            is_show_newsletter_agreement: s.asks_newsletter,
            is_show_personal_data_processing_agreement: s.asks_personal_data,
            technical_break_duration: s.technical_break,
        }
    }
}

/// A change of the calendar's settings; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct CalendarSettingsIn {
    /// What is booked: 0 both, 1 appointments of one client, 2 group events.
    #[schema(required, nullable = false, example = 0)]
    record_type: Option<i64>,
    /// Seats that one appointment of an event may take, 1 to 255.
    #[schema(required, nullable = false, example = 1)]
    activity_record_clients_count_max: Option<i64>,
    /// Whether the form asks for the consent to newsletters.
    #[schema(nullable = false, example = false)]
    is_show_newsletter_agreement: Option<bool>,
    /// Whether the form asks for the consent to the processing of personal data.
    #[schema(nullable = false, example = false)]
    is_show_personal_data_processing_agreement: Option<bool>,
    /// The pause after every appointment and event, seconds: 0 to 3600, a multiple of 300.
    #[schema(nullable = false, example = 0)]
    technical_break_duration: Option<i64>,
}

impl From<CalendarSettingsIn> for Change {
    fn from(i: CalendarSettingsIn) -> Self {
        Self {
            kind: i.record_type,
            seats_max: i.activity_record_clients_count_max,
            technical_break: i.technical_break_duration,
            asks_newsletter: i.is_show_newsletter_agreement,
            asks_personal_data: i.is_show_personal_data_processing_agreement,
        }
    }
}

/// Get the settings of the appointment calendar
#[utoipa::path(
    get, path = "/company/{location_id}/settings/timetable", operation_id = "get_appointment_calendar_settings",
    tag = "Schedule & Resources",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The settings", body = Data<CalendarSettingsOut>))
)]
pub async fn get_appointment_calendar_settings(at: At<perm::Calendar>) -> Result<Data<CalendarSettingsOut>> {
    let settings = store::get(&mut at.conn().await?, at.location_id).await?;
    Ok(Data::new(settings.into()))
}

/// Change the settings of the appointment calendar
#[utoipa::path(
    patch, path = "/company/{location_id}/settings/timetable",
    operation_id = "update_appointment_calendar_settings", tag = "Schedule & Resources",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = CalendarSettingsIn,
    responses((status = 200, description = "The settings after it", body = Data<CalendarSettingsOut>))
)]
pub async fn update_appointment_calendar_settings(
    at: At<perm::SettingsBasis>,
    input: Lenient<CalendarSettingsIn>,
) -> Result<Data<CalendarSettingsOut>> {
    flow::update(&at, input.0.into(), |after| Data::new(after.into())).await
}
