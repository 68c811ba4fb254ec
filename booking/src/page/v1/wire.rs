//! A form's settings on the wire.

use kernel::OrEmpty;
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::page::texts;

/// A step of the page.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct FormStepOut {
    /// `company`, `service`, `master`, `datetime`, `contact` or `confirm`.
    #[schema(example = "master")]
    pub(super) step: &'static str,
    /// Its title; empty for the usual one.
    #[schema(example = "Choose a team member")]
    pub(super) title: String,
    /// Its place, from 1.
    #[schema(example = 1)]
    pub(super) num: i64,
    /// Whether it is left out.
    #[schema(example = false)]
    pub(super) hidden: bool,
    /// What is chosen to begin with: an id, -1 for nothing; not for the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = -1)]
    pub(super) default: Option<i64>,
    /// Of the time: the day to begin with, empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "")]
    pub(super) date_default: Option<&'static str>,
    /// Of the time: the time to begin with, 0 for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 0)]
    pub(super) time_default: Option<i64>,
    /// Of the time: whether the day is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = false)]
    pub(super) date_hidden: Option<bool>,
    /// Of the time: whether the time of the day is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = false)]
    pub(super) time_hidden: Option<bool>,
    /// Whether the title is the usual one.
    #[schema(example = true)]
    pub(super) is_title_default: bool,
    /// How categories of services are shown.
    #[schema(example = "horizontal_tags")]
    pub(super) category_view_type: String,
}

/// How the page looks.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormStyleOut {
    /// Whether it has a head.
    #[schema(example = true)]
    pub(super) show_header: bool,
    /// Address of the location's logo, or empty.
    #[schema(example = "")]
    pub(super) logo: String,
    /// Address of the picture behind the head, or empty.
    #[schema(example = "")]
    pub(super) header_background: String,
    /// Address of the picture behind the menu, or empty.
    #[schema(example = "")]
    pub(super) menu_background: &'static str,
    /// The form's colour.
    #[schema(example = "#1c84c6")]
    pub(super) main_color: String,
    /// Of what stands back.
    #[schema(example = "#64748b")]
    pub(super) secondary_color: &'static str,
    /// Of texts on the form's colour.
    #[schema(example = "#ffffff")]
    pub(super) buttons_color: &'static str,
    /// Address of the whole logo, or empty.
    #[schema(example = "")]
    pub(super) logo_full: String,
    /// Address of the whole picture behind the head, or empty.
    #[schema(example = "")]
    pub(super) header_background_full: String,
    /// Address of the whole picture behind the menu, or empty.
    #[schema(example = "")]
    pub(super) menu_background_full: &'static str,
    /// The named colour nearest to the form's.
    #[schema(example = "blue")]
    #[serde(rename = "primaryPalette")]
    pub(super) primary_palette: &'static str,
    /// The same, for what stands out.
    #[schema(example = "blue")]
    #[serde(rename = "accentPalette")]
    pub(super) accent_palette: &'static str,
    /// For warnings.
    #[schema(example = "red")]
    #[serde(rename = "warnPalette")]
    pub(super) warn_palette: &'static str,
    /// For the ground.
    #[schema(example = "grey")]
    #[serde(rename = "backgroundPalette")]
    pub(super) background_palette: &'static str,
    /// `light` or `dark`: what the form's colour is.
    #[schema(example = "dark")]
    pub(super) main_color_theme: &'static str,
    /// The picture behind the head in its sizes, or an empty list.
    #[schema(schema_with = or_empty_background)]
    pub(super) header_background_new: OrEmpty<FormBackgroundOut>,
}

/// The picture behind the head; a picture of that size where there is none is the only one there is.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormBackgroundOut {
    /// For phones.
    #[schema(example = "https://example.com/head.jpg")]
    pub(super) sm: String,
    /// For desktops.
    #[schema(example = "https://example.com/head.jpg")]
    pub(super) norm: String,
    /// Whole.
    #[schema(example = "https://example.com/head.jpg")]
    pub(super) origin: String,
}

fn or_empty_background() -> RefOr<Schema> {
    OrEmpty::<FormBackgroundOut>::schema()
}

/// A language.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormLanguageOut {
    /// Its id.
    #[schema(example = 2)]
    pub(super) id: i64,
    /// Its code.
    #[schema(example = "en-US")]
    pub(super) code: &'static str,
    /// Its own name.
    #[schema(example = "English")]
    pub(super) title: &'static str,
}

impl From<texts::Language> for FormLanguageOut {
    fn from(l: texts::Language) -> Self {
        Self { id: l.id, code: l.code, title: l.title }
    }
}

/// A field of the location's own that the page asks for.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedFieldOut {
    /// Of what it is: `client` or `record`.
    #[schema(example = "record")]
    pub(super) entity: String,
    /// Its code, as bookings send it in `custom_fields`.
    #[schema(example = "drink")]
    pub(super) code: String,
    /// Its name.
    #[schema(example = "Drink")]
    pub(super) title: String,
    /// `number`, `text`, `list`, `date` or `datetime`.
    #[schema(example = "list")]
    pub(super) r#type: String,
    /// What a list takes.
    #[schema(example = json!(["Tea"]))]
    pub(super) values: Vec<String>,
    /// Whether it must be filled.
    #[schema(example = false)]
    pub(super) is_required: bool,
}

/// What the page asks clients for, each `hidden`, `optional` or `required`: an addition of ours.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedOut {
    /// First name.
    #[schema(example = "required")]
    pub(super) name: &'static str,
    /// Phone number.
    #[schema(example = "required")]
    pub(super) phone: &'static str,
    /// E-mail address.
    #[schema(example = "optional")]
    pub(super) email: &'static str,
    /// Surname.
    #[schema(example = "hidden")]
    pub(super) surname: &'static str,
    /// Middle name or patronymic.
    #[schema(example = "hidden")]
    pub(super) patronymic: &'static str,
    /// A comment.
    #[schema(example = "optional")]
    pub(super) comment: &'static str,
    /// Fields of the location's own.
    pub(super) custom_fields: Vec<AskedFieldOut>,
}

/// A form's settings, as a page needs them.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormConfigOut {
    /// Its id.
    #[schema(example = 19_203)]
    pub(super) id: i64,
    /// Its page.
    #[schema(example = "https://example.com/book/19203")]
    pub(super) url: String,
    /// The steps, in order.
    pub(super) steps: Vec<FormStepOut>,
    /// How it looks.
    pub(super) style: FormStyleOut,
    /// The chain of a form for all of its locations, 0 for a form of one location.
    #[schema(example = 0)]
    pub(super) group_id: i64,
    /// The location.
    #[schema(example = 37_532)]
    pub(super) company_id: i64,
    /// Whether clients confirm their phone by a code.
    #[schema(example = false)]
    pub(super) phone_confirmation: bool,
    /// Code of the language to begin with.
    #[schema(example = "en-US")]
    pub(super) lang: &'static str,
    /// Whether that is the form's own wish; else the client's language goes first. An addition of ours.
    #[schema(example = false)]
    pub(super) is_lang_fixed: bool,
    /// The languages there are.
    pub(super) langs: Vec<FormLanguageOut>,
    /// Whether a comment must be given.
    #[schema(example = false)]
    pub(super) comment_required: bool,
    /// Id at Google Analytics; always empty, since the page calls nobody.
    #[schema(example = "")]
    pub(super) google_analytics_id: &'static str,
    /// Id of a Facebook pixel, for pages of others.
    #[schema(example = "")]
    pub(super) facebook_pixel_id: String,
    /// Whether reminders by SMS can be asked for.
    #[schema(example = true)]
    pub(super) sms_enabled: bool,
    /// Whether it has no menu.
    #[schema(example = false)]
    pub(super) without_menu: bool,
    /// How it leads through the steps.
    #[schema(example = "steps")]
    pub(super) sequence_type: String,
    /// How locations are chosen among.
    #[schema(example = "list")]
    pub(super) salon_select_type_code: String,
    /// Whether clients agree to a privacy policy.
    #[schema(example = false)]
    pub(super) is_show_privacy_policy: bool,
    /// What is shown of team members: 0 specialization, 1 position.
    #[schema(example = 0)]
    pub(super) specialization_display_mode: i64,
    /// Whether it takes part in a comparison of forms.
    #[schema(example = false)]
    pub(super) ab_test_enabled: bool,
    /// Which events are shown.
    #[schema(example = "all")]
    pub(super) display_activity_type: String,
    /// Whether several events may be booked at once.
    #[schema(example = false)]
    pub(super) is_multiple_activity_record: bool,
    /// How many.
    #[schema(example = 1)]
    pub(super) activity_record_count: i64,
    /// Whether it shows the week.
    #[schema(example = false)]
    pub(super) weekly_view_enabled: bool,
    /// Whether the week is shown where nothing can be booked online.
    #[schema(example = false)]
    pub(super) show_weekly_view_without_online_booking: bool,
    /// The location that the week begins with, if any.
    #[schema(value_type = Option<i64>, example = json!(null))]
    pub(super) weekly_view_default_salon_id: Option<i64>,
    /// What is booked: 0 both, 1 appointments, 2 events; null as the location has it.
    #[schema(value_type = Option<i64>, example = json!(null))]
    pub(super) record_type_id: Option<i64>,
    /// Whether clients may book without naming a team member: an addition of ours.
    #[schema(example = true)]
    pub(super) is_any_master_allowed: bool,
    /// Seats of an event that one booking may take: an addition of ours.
    #[schema(example = 1)]
    pub(super) activity_seats_max: i64,
    /// Days after today that can be booked: an addition of ours.
    #[schema(example = 90)]
    pub(super) booking_horizon: i64,
    /// What clients are asked for.
    pub(super) client_fields: AskedOut,
    /// Id at a counter of visits; always null, since the page calls nobody.
    #[schema(value_type = Option<i64>, example = json!(null))]
    pub(super) metrika_counter_id: Option<()>,
    /// The same of an application.
    #[schema(value_type = Option<String>, example = json!(null))]
    pub(super) app_metrika_id: Option<()>,
    /// The same of clients at Google Analytics.
    #[schema(value_type = Option<String>, example = json!(null))]
    pub(super) google_analytics_client_id_index: Option<()>,
    /// What team members are called; empty for the usual.
    #[schema(value_type = Object, example = json!({}))]
    pub(super) staff_name: Nothing,
    /// Scripts of others; always empty, since the page takes none.
    #[schema(example = "")]
    pub(super) client_scripts: &'static str,
    /// The same.
    #[schema(example = "")]
    pub(super) y_injection: &'static str,
    /// The same.
    #[schema(value_type = Object, example = json!({}))]
    pub(super) injection: Nothing,
    /// Whether the first category of services begins closed.
    #[schema(example = false)]
    pub(super) first_service_category_close: bool,
    /// Which map is shown, by `type`.
    pub(super) map: FormMapOut,
    /// Whether clients can agree to more than the privacy policy.
    #[schema(example = false)]
    pub(super) is_client_agreements_feature_enabled: bool,
    /// Part of the visitors of a comparison of forms, percent.
    #[schema(example = 0)]
    pub(super) ab_test_percentage: i64,
    /// Whether something is sold online.
    #[schema(example = false)]
    pub(super) is_online_sale_available: bool,
    /// What the law wants told of the business; null for nothing.
    #[schema(value_type = Option<Object>, example = json!(null))]
    pub(super) legal_info: Option<()>,
    /// Where something is sold online.
    #[schema(value_type = Vec<Object>, example = json!([]))]
    pub(super) online_sales_links: [(); 0],
    /// Whose page it is.
    pub(super) brand: FormBrandOut,
    /// The main location of the form's chain, 0 for none.
    #[schema(example = 0)]
    pub(super) chain_main_salon_id: i64,
    /// What else is switched on.
    #[schema(value_type = Object, example = json!({}))]
    pub(super) features: Nothing,
    /// Kinds of gift cards sold online.
    #[schema(example = 0)]
    pub(super) certificate_count: i64,
    /// Kinds of memberships sold online.
    #[schema(example = 0)]
    pub(super) abonement_count: i64,
}

/// Nothing said: an empty object.
#[derive(Debug, Default, Serialize)]
pub struct Nothing {}

/// Which map is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormMapOut {
    /// 0 to 9, as the form has it.
    #[schema(example = 0)]
    pub(super) r#type: i64,
}

/// Whose page it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormBrandOut {
    /// The location's name for clients.
    #[schema(example = "James Smith LLC")]
    pub(super) title: String,
}
