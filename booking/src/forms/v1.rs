//! Booking forms, version 1.

use std::collections::BTreeMap;

use kernel::{Count, Data, Lenient, List, NoContent, Patch, Path, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::Change;
use super::store::{self, Form};
use super::{flow, snippets};

/// A booking form.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingFormOut {
    /// Its id.
    #[schema(example = 19203)]
    id: i64,
    /// Its name.
    #[schema(example = "Name")]
    title: String,
    /// Whether it is the location's default form.
    #[schema(example = false)]
    is_default: bool,
    /// What it is for.
    #[schema(example = "Description")]
    description: String,
    /// Whether the steps follow each other without a menu.
    #[schema(example = false)]
    without_menu: bool,
    /// The service to begin with; 0 for none.
    #[schema(example = 0)]
    service_step_default: i64,
    /// Whether the step of the service is left out.
    #[schema(example = false)]
    service_step_hide: bool,
    /// The team member to begin with; 0 for none.
    #[schema(example = 0)]
    master_step_default: i64,
    /// Whether the step of the team member is left out.
    #[schema(example = false)]
    master_step_hide: bool,
    /// Which step that of the service is, 1 to 3.
    #[schema(example = 2)]
    service_step_num: i64,
    /// Which step that of the team member is, 1 to 3.
    #[schema(example = 1)]
    master_step_num: i64,
    /// Which step that of the date and time is, 1 to 3.
    #[schema(example = 3)]
    datetime_step_num: i64,
    /// Whether a button in the corner of the window opens it.
    #[schema(example = true)]
    show_button: bool,
    /// Where that button is: `bottom right`, `bottom left`, `top right` or `top left`.
    #[schema(example = "bottom right")]
    button_position: String,
    /// At which side of the window the form opens: `right` or `left`.
    #[schema(example = "right")]
    form_position: String,
    /// The button's colour, `#rrggbb`.
    #[schema(example = "#1c84c6")]
    button_color: String,
    /// Whether the button moves.
    #[schema(example = true)]
    button_animation: bool,
    /// Whether it takes part in a comparison of forms.
    #[schema(example = false)]
    ab_test_enabled: bool,
    /// Whether it is for the whole chain `group_id`.
    #[schema(example = false)]
    is_chain: bool,
    /// How it leads through the steps.
    #[schema(example = "steps")]
    sequence_type: String,
    /// Title of the step of the service; empty for the usual one.
    #[schema(example = "")]
    service_step_title: String,
    /// Title of the step of the team member; empty for the usual one.
    #[schema(example = "")]
    master_step_title: String,
    /// How specializations are shown, 0 to 9.
    #[schema(example = 0)]
    specialization_display_mode: i64,
    /// Title of the step of the date and time; empty for the usual one.
    #[schema(example = "")]
    datetime_step_title: String,
    /// Which map it shows, 0 to 9.
    #[schema(example = 0)]
    map_type: i64,
    /// The language it begins with; 0 for the client's own.
    #[schema(example = 0)]
    default_language_id: i64,
    /// The chain whose form it is, one of the location's; 0 for none.
    #[schema(example = 0)]
    group_id: i64,
    /// Id of a Facebook pixel.
    #[schema(example = "")]
    facebook_pixel_id: String,
    /// Id of a VK pixel.
    #[schema(example = "")]
    vk_pixel_id: String,
    /// The group of online sales; 0 for none.
    #[schema(example = 0)]
    online_sales_group_id: i64,
    /// How categories of services are shown.
    #[schema(example = "horizontal_tags")]
    service_step_category_view_type: String,
    /// How locations are chosen among.
    #[schema(example = "list")]
    salon_select_type_code: String,
    /// What is booked: 0 both, 1 appointments of one client, 2 group events; null as the location has it.
    #[schema(example = 1)]
    record_type_id: Option<i64>,
    /// Which events are shown.
    #[schema(example = "all")]
    display_activity_type: String,
    /// Whether several events may be booked at once.
    #[schema(example = false)]
    is_multiple_activity_record: bool,
    /// How many events may be booked at once.
    #[schema(example = 1)]
    activity_record_count: i64,
    /// Addresses of pictures for its head, by where they show; null for none.
    #[schema(example = json!({"desktop": "https://example.com/head.jpg"}))]
    header_images: Option<BTreeMap<String, String>>,
    /// Whether it shows the week.
    #[schema(example = false)]
    is_weekly_view_enabled: bool,
    /// Whether the week is shown where nothing can be booked online.
    #[schema(example = false)]
    show_weekly_view_without_online_booking: bool,
    /// The location that the week begins with: this one or another of its chains; null for none.
    #[schema(example = 37532)]
    weekly_view_default_salon_id: Option<i64>,
    /// For a site's pages: a link to the form, as a button where it has one.
    #[schema(example = "<a href=\"http://127.0.0.1:8080/book/19203\">Name</a>")]
    html_code: String,
    /// For a site's pages: opens the form within them.
    #[schema(example = "<script>…</script>")]
    html_code_v2: String,
}

impl BookingFormOut {
    fn of(public_url: &str, form: Form) -> Self {
        Self {
            id: form.id,
            html_code: snippets::link(public_url, &form),
            html_code_v2: snippets::script(public_url, &form),
            title: form.title,
            is_default: form.is_default,
            description: form.description,
            without_menu: form.without_menu,
            service_step_default: form.service_id.filter(|_| form.has_service).unwrap_or_default(),
            service_step_hide: form.service_step_hide,
            master_step_default: form.team_member_id.filter(|_| form.has_team_member).unwrap_or_default(),
            master_step_hide: form.team_step_hide,
            service_step_num: form.service_step_num,
            master_step_num: form.team_step_num,
            datetime_step_num: form.datetime_step_num,
            show_button: form.show_button,
            button_position: form.button_position,
            form_position: form.form_position,
            button_color: form.button_color,
            button_animation: form.button_animation,
            ab_test_enabled: form.ab_test_enabled,
            is_chain: form.is_chain,
            sequence_type: form.sequence_type,
            service_step_title: form.service_step_title,
            master_step_title: form.team_step_title,
            specialization_display_mode: form.specialization_display_mode,
            datetime_step_title: form.datetime_step_title,
            map_type: form.map_type,
            default_language_id: form.default_language_id,
            group_id: form.chain_id.unwrap_or_default(),
            facebook_pixel_id: form.facebook_pixel_id,
            vk_pixel_id: form.vk_pixel_id,
            online_sales_group_id: form.online_sales_group_id,
            service_step_category_view_type: form.service_step_category_view_type,
            salon_select_type_code: form.location_select_type_code,
            record_type_id: form.record_type_id,
            display_activity_type: form.display_event_type,
            is_multiple_activity_record: form.is_multiple_event_booking,
            activity_record_count: form.event_booking_count,
            header_images: form.header_images,
            is_weekly_view_enabled: form.is_weekly_view_enabled,
            show_weekly_view_without_online_booking: form.weekly_view_without_booking,
            weekly_view_default_salon_id: form.weekly_view_location_id,
        }
    }
}

/// A booking form to make or change; what is left out stays, or is as usual in a new one.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct BookingFormIn {
    /// Its name.
    #[schema(required, nullable = false, example = "Name")]
    #[serde(default)]
    title: Option<String>,
    /// Whether it is the location's default form.
    #[schema(nullable = false, example = false)]
    #[serde(default)]
    is_default: Option<bool>,
    /// What it is for.
    #[schema(nullable = false, example = "Description")]
    #[serde(default)]
    description: Option<String>,
    /// Whether the steps follow each other without a menu.
    #[schema(nullable = false, example = false)]
    #[serde(default)]
    without_menu: Option<bool>,
    /// The service to begin with; 0 for none.
    #[schema(nullable = false, example = 0)]
    #[serde(default)]
    service_step_default: Option<i64>,
    /// Whether the step of the service is left out.
    #[schema(nullable = false, example = false)]
    #[serde(default)]
    service_step_hide: Option<bool>,
    /// The team member to begin with; 0 for none.
    #[schema(nullable = false, example = 0)]
    #[serde(default)]
    master_step_default: Option<i64>,
    /// Whether the step of the team member is left out.
    #[schema(nullable = false, example = false)]
    #[serde(default)]
    master_step_hide: Option<bool>,
    /// Which step that of the service is, 1 to 3.
    #[schema(nullable = false, example = 2)]
    #[serde(default)]
    service_step_num: Option<i64>,
    /// Which step that of the team member is, 1 to 3.
    #[schema(nullable = false, example = 1)]
    #[serde(default)]
    master_step_num: Option<i64>,
    /// Which step that of the date and time is, 1 to 3.
    #[schema(nullable = false, example = 3)]
    #[serde(default)]
    datetime_step_num: Option<i64>,
    /// Whether a button in the corner of the window opens it.
    #[schema(nullable = false, example = true)]
    #[serde(default)]
    show_button: Option<bool>,
    /// Where that button is: `bottom right`, `bottom left`, `top right` or `top left`.
    #[schema(nullable = false, example = "bottom right")]
    #[serde(default)]
    button_position: Option<String>,
    /// At which side of the window the form opens: `right` or `left`.
    #[schema(nullable = false, example = "right")]
    #[serde(default)]
    form_position: Option<String>,
    /// The button's colour, `#rrggbb`.
    #[schema(nullable = false, example = "#1c84c6")]
    #[serde(default)]
    button_color: Option<String>,
    /// Whether the button moves.
    #[schema(nullable = false, example = true)]
    #[serde(default)]
    button_animation: Option<bool>,
    /// Whether it takes part in a comparison of forms.
    #[schema(nullable = false, example = false)]
    #[serde(default)]
    ab_test_enabled: Option<bool>,
    /// Whether it is for the whole chain `group_id`.
    #[schema(nullable = false, example = false)]
    #[serde(default)]
    is_chain: Option<bool>,
    /// How it leads through the steps.
    #[schema(nullable = false, example = "steps")]
    #[serde(default)]
    sequence_type: Option<String>,
    /// Title of the step of the service; empty for the usual one.
    #[schema(nullable = false, example = "")]
    #[serde(default)]
    service_step_title: Option<String>,
    /// Title of the step of the team member; empty for the usual one.
    #[schema(nullable = false, example = "")]
    #[serde(default)]
    master_step_title: Option<String>,
    /// How specializations are shown, 0 to 9.
    #[schema(nullable = false, example = 0)]
    #[serde(default)]
    specialization_display_mode: Option<i64>,
    /// Title of the step of the date and time; empty for the usual one.
    #[schema(nullable = false, example = "")]
    #[serde(default)]
    datetime_step_title: Option<String>,
    /// Which map it shows, 0 to 9.
    #[schema(nullable = false, example = 0)]
    #[serde(default)]
    map_type: Option<i64>,
    /// The language it begins with; 0 for the client's own.
    #[schema(nullable = false, example = 0)]
    #[serde(default)]
    default_language_id: Option<i64>,
    /// The chain whose form it is, one of the location's; 0 for none.
    #[schema(nullable = false, example = 0)]
    #[serde(default)]
    group_id: Option<i64>,
    /// Id of a Facebook pixel.
    #[schema(nullable = false, example = "")]
    #[serde(default)]
    facebook_pixel_id: Option<String>,
    /// Id of a VK pixel.
    #[schema(nullable = false, example = "")]
    #[serde(default)]
    vk_pixel_id: Option<String>,
    /// The group of online sales; 0 for none.
    #[schema(nullable = false, example = 0)]
    #[serde(default)]
    online_sales_group_id: Option<i64>,
    /// How categories of services are shown.
    #[schema(nullable = false, example = "horizontal_tags")]
    #[serde(default)]
    service_step_category_view_type: Option<String>,
    /// How locations are chosen among.
    #[schema(nullable = false, example = "list")]
    #[serde(default)]
    salon_select_type_code: Option<String>,
    /// What is booked: 0 both, 1 appointments of one client, 2 group events; null as the location has it.
    #[schema(value_type = Option<i64>, example = 1)]
    #[serde(default)]
    record_type_id: Patch<i64>,
    /// Which events are shown.
    #[schema(nullable = false, example = "all")]
    #[serde(default)]
    display_activity_type: Option<String>,
    /// Whether several events may be booked at once.
    #[schema(nullable = false, example = false)]
    #[serde(default)]
    is_multiple_activity_record: Option<bool>,
    /// How many events may be booked at once.
    #[schema(nullable = false, example = 1)]
    #[serde(default)]
    activity_record_count: Option<i64>,
    /// Addresses of pictures for its head, by where they show; null for none.
    #[schema(value_type = Option<BTreeMap<String, String>>, example = json!({"desktop": "https://example.com/head.jpg"}))]
    #[serde(default)]
    header_images: Patch<BTreeMap<String, String>>,
    /// Whether it shows the week.
    #[schema(nullable = false, example = false)]
    #[serde(default)]
    is_weekly_view_enabled: Option<bool>,
    /// Whether the week is shown where nothing can be booked online.
    #[schema(nullable = false, example = false)]
    #[serde(default)]
    show_weekly_view_without_online_booking: Option<bool>,
    /// The location that the week begins with: this one or another of its chains; null for none.
    #[schema(value_type = Option<i64>, example = 37532)]
    #[serde(default)]
    weekly_view_default_salon_id: Patch<i64>,
}

impl From<BookingFormIn> for Change {
    fn from(i: BookingFormIn) -> Self {
        Self {
            title: i.title,
            is_default: i.is_default,
            description: i.description,
            without_menu: i.without_menu,
            service_id: i.service_step_default,
            service_step_hide: i.service_step_hide,
            team_member_id: i.master_step_default,
            team_step_hide: i.master_step_hide,
            service_step_num: i.service_step_num,
            team_step_num: i.master_step_num,
            datetime_step_num: i.datetime_step_num,
            show_button: i.show_button,
            button_position: i.button_position,
            form_position: i.form_position,
            button_color: i.button_color,
            button_animation: i.button_animation,
            ab_test_enabled: i.ab_test_enabled,
            is_chain: i.is_chain,
            sequence_type: i.sequence_type,
            service_step_title: i.service_step_title,
            team_step_title: i.master_step_title,
            specialization_display_mode: i.specialization_display_mode,
            datetime_step_title: i.datetime_step_title,
            map_type: i.map_type,
            default_language_id: i.default_language_id,
            chain_id: i.group_id,
            facebook_pixel_id: i.facebook_pixel_id,
            vk_pixel_id: i.vk_pixel_id,
            online_sales_group_id: i.online_sales_group_id,
            service_step_category_view_type: i.service_step_category_view_type,
            location_select_type_code: i.salon_select_type_code,
            record_type_id: i.record_type_id,
            display_event_type: i.display_activity_type,
            is_multiple_event_booking: i.is_multiple_activity_record,
            event_booking_count: i.activity_record_count,
            header_images: i.header_images,
            is_weekly_view_enabled: i.is_weekly_view_enabled,
            weekly_view_without_booking: i.show_weekly_view_without_online_booking,
            weekly_view_location_id: i.weekly_view_default_salon_id,
        }
    }
}

/// List the booking forms
#[utoipa::path(
    get, path = "/company/{location_id}/booking_forms", operation_id = "get_booking_widget_list",
    tag = "Online Booking Settings",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The forms", body = Data<Vec<BookingFormOut>, Count>))
)]
pub async fn get_booking_widget_list(at: At<perm::OnlineBooking>) -> Result<List<BookingFormOut>> {
    let forms = store::list(&mut at.conn().await?, at.location_id).await?;
    let url = at.app.public_url();
    let out: Vec<_> = forms.into_iter().map(|form| BookingFormOut::of(url, form)).collect();
    let count = i64::try_from(out.len()).unwrap_or(store::MOST);
    Ok(List::counted(out, count))
}

/// Create a booking form
///
/// It has a page of its own at once. A new default takes the place of that before.
#[utoipa::path(
    post, path = "/company/{location_id}/booking_forms", operation_id = "create_booking_widget",
    tag = "Online Booking Settings",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = BookingFormIn,
    responses((status = 201, description = "The form", body = Data<BookingFormOut>))
)]
pub async fn create_booking_widget(
    at: At<perm::OnlineBooking>,
    input: Lenient<BookingFormIn>,
) -> Result<Data<BookingFormOut>> {
    let url = at.app.public_url();
    flow::create(&at, input.0.into(), |form| Data::new(BookingFormOut::of(url, form)).created()).await
}

/// Get a booking form
#[utoipa::path(
    get, path = "/company/{location_id}/booking_forms/{form_id}", operation_id = "get_booking_widget",
    tag = "Online Booking Settings",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("form_id" = i64, Path, description = "The form")
    ),
    responses((status = 200, description = "The form", body = Data<BookingFormOut>))
)]
pub async fn get_booking_widget(
    at: At<perm::OnlineBooking>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Data<BookingFormOut>> {
    let form = store::by_id(&mut at.conn().await?, at.location_id, id).await?;
    Ok(Data::new(BookingFormOut::of(at.app.public_url(), form)))
}

/// Change a booking form
#[utoipa::path(
    patch, path = "/company/{location_id}/booking_forms/{form_id}", operation_id = "update_booking_widget",
    tag = "Online Booking Settings",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("form_id" = i64, Path, description = "The form")
    ),
    request_body = BookingFormIn,
    responses((status = 200, description = "The form after it", body = Data<BookingFormOut>))
)]
pub async fn update_booking_widget(
    at: At<perm::OnlineBooking>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<BookingFormIn>,
) -> Result<Data<BookingFormOut>> {
    let url = at.app.public_url();
    flow::update(&at, id, input.0.into(), |form| Data::new(BookingFormOut::of(url, form))).await
}

/// Delete a booking form
///
/// Softly, and its page is gone. Where it was the default, the oldest of the others is that from then on.
#[utoipa::path(
    delete, path = "/company/{location_id}/booking_forms/{form_id}", operation_id = "delete_booking_widget",
    tag = "Online Booking Settings",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("form_id" = i64, Path, description = "The form")
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_booking_widget(
    at: At<perm::OnlineBooking>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, id, NoContent::new()).await
}
