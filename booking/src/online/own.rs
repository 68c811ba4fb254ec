//! The settings of online booking, whole: an addition of our own.

use kernel::{Data, Result, Strict};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow;
use super::rules::{AsksSent, Change, DaySent, GridSent, OwnFieldSent, Timeslots};
use super::settings::Settings;
use super::store;
use super::v1::TimeslotSettingsOut;

/// What the booking page asks the client for: each `hidden`, `optional` or `required`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientFieldsOut {
    /// First name.
    #[schema(example = "required")]
    name: &'static str,
    /// Phone number.
    #[schema(example = "required")]
    phone: &'static str,
    /// E-mail address.
    #[schema(example = "optional")]
    email: &'static str,
    /// Surname.
    #[schema(example = "hidden")]
    surname: &'static str,
    /// Middle name or patronymic.
    #[schema(example = "hidden")]
    patronymic: &'static str,
    /// A comment on the appointment.
    #[schema(example = "optional")]
    comment: &'static str,
}

/// A field of the location's own that the page asks for.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingFieldOut {
    /// Of what the field is: `client` or `record`, an appointment.
    #[schema(example = "client")]
    entity: String,
    /// Its code.
    #[schema(example = "shoe_size")]
    code: String,
    /// Whether it must be filled.
    #[schema(example = false)]
    is_required: bool,
}

/// The grid of times where no weekday or date has its own. In seconds, by the location's clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct DefaultGridOut {
    /// `predefined`: the times listed; `schedule`: every step from the beginning of the working hours; `timeslots`:
    /// every step from the first.
    #[schema(example = "schedule")]
    kind: &'static str,
    /// No time is earlier.
    #[schema(example = 0)]
    first: i64,
    /// No time is later.
    #[schema(example = 85_800)]
    last: i64,
    /// From one time to the next.
    #[schema(example = 900)]
    step: i64,
    /// Dynamic: times right behind what is booked already are offered too.
    #[schema(example = false)]
    is_flexible: bool,
    /// Times to begin at; they count for `predefined`.
    #[schema(example = json!([]))]
    times: Vec<i64>,
}

/// How clients book online, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingRulesOut {
    /// Whether clients confirm their phone number by a code.
    #[schema(example = true)]
    phone_confirmation: bool,
    /// Whether they may book without naming a team member.
    #[schema(example = true)]
    any_team_member: bool,
    /// Seats of an event that one booking may take, 1 to 255.
    #[schema(example = 1)]
    event_seats_max: i64,
    /// Minutes before its beginning until which a time can be booked.
    #[schema(example = 90)]
    lead_time: i64,
    /// Days after today that can be booked.
    #[schema(example = 90)]
    horizon: i64,
    /// Whether clients may cancel what they booked.
    #[schema(example = true)]
    can_cancel: bool,
    /// Until how many minutes before the beginning they may.
    #[schema(example = 0)]
    cancel_deadline: i64,
    /// Whether clients may move what they booked.
    #[schema(example = true)]
    can_change: bool,
    /// Until how many minutes before the beginning they may.
    #[schema(example = 0)]
    change_deadline: i64,
    /// What the page asks for.
    client_fields: ClientFieldsOut,
    /// Fields of the location's own that it asks for.
    custom_fields: Vec<BookingFieldOut>,
    /// The default grid of times.
    grid: DefaultGridOut,
}

impl From<Settings> for BookingRulesOut {
    fn from(s: Settings) -> Self {
        Self {
            phone_confirmation: s.phone_confirmation,
            any_team_member: s.any_team_member,
            event_seats_max: s.event_seats_max,
            lead_time: s.lead_time,
            horizon: s.horizon,
            can_cancel: s.can_cancel,
            cancel_deadline: s.cancel_deadline,
            can_change: s.can_change,
            change_deadline: s.change_deadline,
            client_fields: ClientFieldsOut {
                name: s.asks.name.name(),
                phone: s.asks.phone.name(),
                email: s.asks.email.name(),
                surname: s.asks.surname.name(),
                patronymic: s.asks.patronymic.name(),
                comment: s.asks.comment.name(),
            },
            custom_fields: s
                .own_fields
                .into_iter()
                .map(|f| BookingFieldOut { entity: f.entity, code: f.code, is_required: f.is_required })
                .collect(),
            grid: DefaultGridOut {
                kind: s.grid.kind.name(),
                first: s.grid.first,
                last: s.grid.last,
                step: s.grid.step,
                is_flexible: s.grid.is_flexible,
                times: s.grid.times,
            },
        }
    }
}

/// What the booking page is to ask for: each `hidden`, `optional` or `required`. The phone or the e-mail must be
/// required.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientFieldsIn {
    /// First name.
    #[schema(nullable = false, example = "required")]
    #[serde(default)]
    name: Option<String>,
    /// Phone number.
    #[schema(nullable = false, example = "required")]
    #[serde(default)]
    phone: Option<String>,
    /// E-mail address.
    #[schema(nullable = false, example = "optional")]
    #[serde(default)]
    email: Option<String>,
    /// Surname.
    #[schema(nullable = false, example = "hidden")]
    #[serde(default)]
    surname: Option<String>,
    /// Middle name or patronymic.
    #[schema(nullable = false, example = "hidden")]
    #[serde(default)]
    patronymic: Option<String>,
    /// A comment on the appointment.
    #[schema(nullable = false, example = "optional")]
    #[serde(default)]
    comment: Option<String>,
}

/// A field of the location's own to ask for.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookingFieldIn {
    /// Of what the field is: `client` (the default) or `record`, an appointment.
    #[schema(nullable = false, example = "client")]
    #[serde(default)]
    entity: Option<String>,
    /// Its code.
    #[schema(required, nullable = false, example = "shoe_size")]
    #[serde(default)]
    code: Option<String>,
    /// Whether it must be filled (no).
    #[schema(nullable = false, example = false)]
    #[serde(default)]
    is_required: Option<bool>,
}

/// The default grid of times, in seconds; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DefaultGridIn {
    /// `predefined`, `schedule` or `timeslots`.
    #[schema(nullable = false, example = "schedule")]
    #[serde(default)]
    kind: Option<String>,
    /// No time is earlier: a multiple of 300.
    #[schema(nullable = false, minimum = 0, maximum = 86100, example = 0)]
    #[serde(default)]
    first: Option<i64>,
    /// No time is later: a multiple of 300.
    #[schema(nullable = false, minimum = 0, maximum = 86100, example = 85_800)]
    #[serde(default)]
    last: Option<i64>,
    /// From one time to the next: a multiple of 300.
    #[schema(nullable = false, minimum = 300, maximum = 86400, example = 900)]
    #[serde(default)]
    step: Option<i64>,
    /// Whether times right behind what is booked already are offered too.
    #[schema(nullable = false, example = false)]
    #[serde(default)]
    is_flexible: Option<bool>,
    /// Times to begin at for `predefined`: ascending multiples of 300.
    #[schema(nullable = false, example = json!([]))]
    #[serde(default)]
    times: Option<Vec<i64>>,
}

/// A change of how clients book online; what is left out stays, an unknown field is refused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookingRulesIn {
    /// Whether clients confirm their phone number by a code.
    #[schema(nullable = false, example = true)]
    #[serde(default)]
    phone_confirmation: Option<bool>,
    /// Whether they may book without naming a team member.
    #[schema(nullable = false, example = true)]
    #[serde(default)]
    any_team_member: Option<bool>,
    /// Seats of an event that one booking may take.
    #[schema(nullable = false, minimum = 1, maximum = 255, example = 1)]
    #[serde(default)]
    event_seats_max: Option<i64>,
    /// Minutes before its beginning until which a time can be booked.
    #[schema(nullable = false, minimum = 0, maximum = 43200, example = 90)]
    #[serde(default)]
    lead_time: Option<i64>,
    /// Days after today that can be booked.
    #[schema(nullable = false, minimum = 1, maximum = 730, example = 90)]
    #[serde(default)]
    horizon: Option<i64>,
    /// Whether clients may cancel what they booked.
    #[schema(nullable = false, example = true)]
    #[serde(default)]
    can_cancel: Option<bool>,
    /// Until how many minutes before the beginning they may.
    #[schema(nullable = false, minimum = 0, maximum = 43200, example = 120)]
    #[serde(default)]
    cancel_deadline: Option<i64>,
    /// Whether clients may move what they booked.
    #[schema(nullable = false, example = true)]
    #[serde(default)]
    can_change: Option<bool>,
    /// Until how many minutes before the beginning they may.
    #[schema(nullable = false, minimum = 0, maximum = 43200, example = 120)]
    #[serde(default)]
    change_deadline: Option<i64>,
    /// What the page asks for.
    #[schema(nullable = false)]
    #[serde(default)]
    client_fields: Option<ClientFieldsIn>,
    /// Fields of the location's own that it asks for, in place of those before; at most 50.
    #[schema(nullable = false, example = json!([]))]
    #[serde(default)]
    custom_fields: Option<Vec<BookingFieldIn>>,
    /// The default grid of times.
    #[schema(nullable = false)]
    #[serde(default)]
    grid: Option<DefaultGridIn>,
}

impl From<BookingRulesIn> for Change {
    fn from(i: BookingRulesIn) -> Self {
        let asks = i.client_fields.unwrap_or_default();
        let field =
            |f: BookingFieldIn| OwnFieldSent { entity: f.entity, code: f.code, is_required: f.is_required };
        let grid = |g: DefaultGridIn| GridSent {
            kind: g.kind,
            first: g.first,
            last: g.last,
            step: g.step,
            delay: None,
            is_flexible: g.is_flexible,
            times: g.times,
        };
        Self {
            phone_confirmation: i.phone_confirmation,
            any_team_member: i.any_team_member,
            event_seats_max: i.event_seats_max,
            lead_time: i.lead_time,
            horizon: i.horizon,
            can_cancel: i.can_cancel,
            cancel_deadline: i.cancel_deadline,
            can_change: i.can_change,
            change_deadline: i.change_deadline,
            asks: AsksSent {
                name: asks.name,
                phone: asks.phone,
                email: asks.email,
                surname: asks.surname,
                patronymic: asks.patronymic,
                comment: asks.comment,
            },
            own_fields: i.custom_fields.map(|fields| fields.into_iter().map(field).collect()),
            grid: i.grid.map(grid),
        }
    }
}

/// Get all settings of online booking
#[utoipa::path(
    get, path = "/locations/{location_id}/online_booking/settings", operation_id = "get_online_booking_rules",
    tag = "Online Booking Settings",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The settings", body = Data<BookingRulesOut>))
)]
pub async fn get_online_booking_rules(at: At<perm::OnlineBooking>) -> Result<Data<BookingRulesOut>> {
    let settings = store::get(&mut at.conn().await?, at.location_id).await?;
    Ok(Data::new(settings.into()))
}

/// Change the settings of online booking
///
/// What is left out stays; the custom fields are replaced whole.
#[utoipa::path(
    put, path = "/locations/{location_id}/online_booking/settings", operation_id = "update_online_booking_rules",
    tag = "Online Booking Settings",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = BookingRulesIn,
    responses((status = 200, description = "The settings after it", body = Data<BookingRulesOut>))
)]
pub async fn update_online_booking_rules(
    at: At<perm::OnlineBooking>,
    input: Strict<BookingRulesIn>,
) -> Result<Data<BookingRulesOut>> {
    flow::update(&at, input.0.into(), |after| Data::new(after.into())).await
}

/// A grid of times of the clock, in seconds.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GridSettingIn {
    /// No time is earlier: a multiple of 300.
    #[schema(required, nullable = false, minimum = 0, maximum = 86100, example = 0)]
    #[serde(default)]
    grid_first_timeslot: Option<i64>,
    /// No time is later: a multiple of 300.
    #[schema(required, nullable = false, minimum = 0, maximum = 86100, example = 85_800)]
    #[serde(default)]
    grid_last_timeslot: Option<i64>,
    /// From one time to the next: a multiple of 300.
    #[schema(required, nullable = false, minimum = 300, maximum = 86400, example = 7200)]
    #[serde(default)]
    grid_display_step: Option<i64>,
    /// How long before its beginning a time must be booked.
    #[schema(required, nullable = false, minimum = 0, maximum = 2_592_000, example = 1800)]
    #[serde(default)]
    grid_nearest_timeslot_delay: Option<i64>,
    /// `predefined`, `schedule` or `timeslots`.
    #[schema(required, nullable = false, example = "predefined")]
    #[serde(default)]
    grid_base_type: Option<String>,
    /// Whether times right behind what is booked already are offered too.
    #[schema(required, nullable = false, example = false)]
    #[serde(default)]
    is_grid_flexible: Option<bool>,
}

fn sent(setting: Option<GridSettingIn>, times: Option<Vec<i64>>) -> GridSent {
    let setting = setting.unwrap_or_default();
    GridSent {
        kind: setting.grid_base_type,
        first: setting.grid_first_timeslot,
        last: setting.grid_last_timeslot,
        step: setting.grid_display_step,
        delay: setting.grid_nearest_timeslot_delay,
        is_flexible: setting.is_grid_flexible,
        times,
    }
}

/// A weekday's grid.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WeekdaySettingIn {
    /// 1 Monday to 7 Sunday, each once.
    #[schema(required, nullable = false, minimum = 1, maximum = 7, example = 1)]
    #[serde(default)]
    weekday: Option<i64>,
    /// Times to begin at, seconds after midnight: ascending multiples of 300.
    #[schema(required, nullable = false, example = json!([7200]))]
    #[serde(default)]
    timeslots: Option<Vec<i64>>,
    /// The grid.
    #[schema(required, nullable = false)]
    #[serde(default)]
    setting: Option<GridSettingIn>,
}

/// A date's grid, which goes before its weekday's.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DateSettingIn {
    /// The date, each once.
    #[schema(required, nullable = false, example = "2026-12-25")]
    #[serde(default)]
    date: Option<String>,
    /// Times to begin at, seconds after midnight: ascending multiples of 300. For `predefined`, none means that the date
    /// can't be booked.
    #[schema(required, nullable = false, example = json!([]))]
    #[serde(default)]
    timeslots: Option<Vec<i64>>,
    /// The grid.
    #[schema(required, nullable = false)]
    #[serde(default)]
    setting: Option<GridSettingIn>,
}

/// The grids of weekdays and dates, whole: an unknown field is refused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeslotSettingsIn {
    /// Whether they count; the location's default grid does otherwise.
    #[schema(required, nullable = false, example = true)]
    #[serde(default)]
    is_enabled: Option<bool>,
    /// Those of weekdays, at most seven.
    #[schema(required, nullable = false)]
    #[serde(default)]
    weekdays_settings: Option<Vec<WeekdaySettingIn>>,
    /// Those of dates, at most 1000.
    #[schema(required, nullable = false)]
    #[serde(default)]
    dates_settings: Option<Vec<DateSettingIn>>,
}

impl From<TimeslotSettingsIn> for Timeslots {
    fn from(i: TimeslotSettingsIn) -> Self {
        let weekday = |w: WeekdaySettingIn| DaySent { day: w.weekday, grid: sent(w.setting, w.timeslots) };
        let date = |d: DateSettingIn| DaySent { day: d.date, grid: sent(d.setting, d.timeslots) };
        Self {
            is_enabled: i.is_enabled,
            weekdays: i.weekdays_settings.map(|all| all.into_iter().map(weekday).collect()),
            dates: i.dates_settings.map(|all| all.into_iter().map(date).collect()),
        }
    }
}

/// Get the grids of weekdays and dates
#[utoipa::path(
    get, path = "/locations/{location_id}/online_booking/timeslots", operation_id = "get_online_booking_timeslots",
    tag = "Online Booking Settings",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The grids", body = Data<TimeslotSettingsOut>))
)]
pub async fn get_online_booking_timeslots(at: At<perm::OnlineBooking>) -> Result<Data<TimeslotSettingsOut>> {
    let settings = store::get(&mut at.conn().await?, at.location_id).await?;
    Ok(Data::new(settings.into()))
}

/// Set the grids of weekdays and dates
///
/// All of them: those that are not sent are gone.
#[utoipa::path(
    put, path = "/locations/{location_id}/online_booking/timeslots",
    operation_id = "update_online_booking_timeslots", tag = "Online Booking Settings",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = TimeslotSettingsIn,
    responses((status = 200, description = "The grids after it", body = Data<TimeslotSettingsOut>))
)]
pub async fn update_online_booking_timeslots(
    at: At<perm::OnlineBooking>,
    input: Strict<TimeslotSettingsIn>,
) -> Result<Data<TimeslotSettingsOut>> {
    flow::put_timeslots(&at, input.0.into(), |after| Data::new(after.into())).await
}
