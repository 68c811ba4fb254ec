//! A booking page's settings, texts and policy, version 1.

use axum::Json;
use db::Conn;
use kernel::{Data, Error, OrEmpty, Path, Query, Result};
use org::access::AnyPartner;
use org::custom_fields::rules::Entity;
use org::custom_fields::store as custom_fields;
use org::locations::store as locations;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

mod wire;

use super::{store, texts};
use crate::calendar;
use crate::forms::{Form, store as forms};
use crate::online::Settings;
use crate::online::settings::Ask;
use wire::{
    AskedFieldOut, AskedOut, FormBackgroundOut, FormBrandOut, FormConfigOut, FormMapOut, FormStepOut,
    FormStyleOut, Nothing,
};

/// The named colours of a form, each by one of its kind.
const PALETTES: [(&str, [i64; 3]); 21] = [
    ("red", [244, 67, 54]),
    ("pink", [233, 30, 99]),
    ("purple", [156, 39, 176]),
    ("deep-purple", [103, 58, 183]),
    ("indigo", [63, 81, 181]),
    ("blue", [33, 150, 243]),
    ("light-blue", [3, 169, 244]),
    ("cyan", [0, 188, 212]),
    ("teal", [0, 150, 136]),
    ("green", [76, 175, 80]),
    ("light-green", [139, 195, 74]),
    ("lime", [205, 220, 57]),
    ("yellow", [255, 235, 59]),
    ("amber", [255, 193, 7]),
    ("orange", [255, 152, 0]),
    ("deep-orange", [255, 87, 34]),
    ("brown", [121, 85, 72]),
    ("grey", [158, 158, 158]),
    ("blue-grey", [96, 125, 139]),
    ("white", [255, 255, 255]),
    ("black", [0, 0, 0]),
];

fn rgb(color: &str) -> [i64; 3] {
    [1, 3, 5].map(|at| color.get(at..at + 2).and_then(|hex| i64::from_str_radix(hex, 16).ok()).unwrap_or(0))
}

/// Whether dark text reads better on that colour than white.
fn is_light(color: &str) -> bool {
    let [r, g, b] = rgb(color);
    // The weights are those of sRGB's luminance.
    (r * 2126 + g * 7152 + b * 722) / 10_000 > 150
}

/// The named colour nearest to that one.
fn palette(color: &str) -> &'static str {
    let distance = |other: &[i64; 3]| rgb(color).iter().zip(other).map(|(a, b)| (a - b).pow(2)).sum::<i64>();
    PALETTES.iter().min_by_key(|(_, other)| distance(other)).map_or("blue", |(name, _)| name)
}

fn style(form: &Form, logo: &str) -> FormStyleOut {
    let images = form.header_images.as_ref();
    let image =
        |key: &str| images.and_then(|images| images.get(key).or_else(|| images.values().next()).cloned());
    let background = image("desktop");
    let light = is_light(&form.button_color);
    FormStyleOut {
        show_header: true,
        logo: logo.to_owned(),
        logo_full: logo.to_owned(),
        header_background: background.clone().unwrap_or_default(),
        header_background_full: background.clone().unwrap_or_default(),
        header_background_new: OrEmpty(background.map(|norm| FormBackgroundOut {
            sm: image("mobile").unwrap_or_default(),
            origin: norm.clone(),
            norm,
        })),
        menu_background: "",
        menu_background_full: "",
        primary_palette: palette(&form.button_color),
        accent_palette: palette(&form.button_color),
        warn_palette: "red",
        background_palette: "grey",
        main_color_theme: if light { "light" } else { "dark" },
        buttons_color: if light { "#111827" } else { "#ffffff" },
        main_color: form.button_color.clone(),
        secondary_color: "#64748b",
    }
}

fn steps(form: &Form) -> Vec<FormStepOut> {
    let titled = |title: &str| FormStepOut {
        title: title.to_owned(),
        is_title_default: title.is_empty(),
        category_view_type: form.service_step_category_view_type.clone(),
        ..FormStepOut::default()
    };
    let (service, member) =
        (form.service_id.filter(|_| form.has_service), form.team_member_id.filter(|_| form.has_team_member));
    let chain = form.is_chain && form.chain_id.is_some();
    let before = i64::from(chain);
    let mut out = vec![
        FormStepOut {
            step: "service",
            num: form.service_step_num + before,
            // Nobody can be led past a choice that is not made for him.
            hidden: form.service_step_hide && service.is_some(),
            default: Some(service.unwrap_or(-1)),
            ..titled(&form.service_step_title)
        },
        FormStepOut {
            step: "master",
            num: form.team_step_num + before,
            hidden: form.team_step_hide,
            default: Some(member.unwrap_or(-1)),
            ..titled(&form.team_step_title)
        },
        FormStepOut {
            step: "datetime",
            num: form.datetime_step_num + before,
            date_default: Some(""),
            time_default: Some(0),
            date_hidden: Some(false),
            time_hidden: Some(false),
            ..titled(&form.datetime_step_title)
        },
        FormStepOut { step: "contact", num: 4 + before, default: Some(0), ..titled("") },
        FormStepOut { step: "confirm", num: 5 + before, default: Some(0), ..titled("") },
    ];
    if chain {
        out.push(FormStepOut { step: "company", num: 1, default: Some(-1), ..titled("") });
    }
    out.sort_by_key(|step| step.num);
    out
}

async fn asked(conn: &mut Conn, location_id: i64, settings: &Settings) -> Result<AskedOut> {
    let known = if settings.own_fields.is_empty() {
        Vec::new()
    } else {
        custom_fields::list(conn, location_id, &Entity::ALL).await?
    };
    let field = |own: &crate::online::settings::OwnField| {
        let field = known.iter().find(|field| field.id == own.id)?;
        Some(AskedFieldOut {
            entity: own.entity.clone(),
            code: own.code.clone(),
            title: field.title.clone(),
            r#type: field.kind.clone(),
            values: field.options.clone(),
            is_required: own.is_required,
        })
    };
    let asks = settings.asks;
    Ok(AskedOut {
        name: asks.name.name(),
        phone: asks.phone.name(),
        email: asks.email.name(),
        surname: asks.surname.name(),
        patronymic: asks.patronymic.name(),
        comment: asks.comment.name(),
        custom_fields: settings.own_fields.iter().filter_map(field).collect(),
    })
}

/// For which location.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct FormConfigFilter {
    /// Of a chain's form: the location whose rules are wanted (the form's own). An addition of ours.
    #[param(nullable = false, example = 37_532)]
    company_id: Option<i64>,
}

/// The location whose form it is, or another of the form's chain.
async fn wanted(conn: &mut Conn, form: &Form, own: i64, company_id: Option<i64>) -> Result<i64> {
    let Some(other) = company_id.filter(|id| *id != own) else { return Ok(own) };
    let chain = form.chain_id.filter(|_| form.is_chain).ok_or_else(Error::not_found)?;
    if forms::is_in_chain(conn, other, chain).await? { Ok(other) } else { Err(Error::not_found()) }
}

/// Get a booking form's settings
#[utoipa::path(
    get, path = "/bookform/{id}", operation_id = "get_booking_form_config", tag = "Online Booking",
    params(("id" = i64, Path, description = "The form", example = 19_203), FormConfigFilter),
    responses((status = 200, description = "The settings", body = Data<FormConfigOut>))
)]
pub async fn get_booking_form_config(
    by: AnyPartner,
    Path(id): Path<i64>,
    query: Query<FormConfigFilter>,
) -> Result<Data<FormConfigOut>> {
    let mut conn = by.conn().await?;
    let (own, _) = locations::of_form(&mut conn, id).await?.ok_or_else(Error::not_found)?;
    let form = forms::by_id(&mut conn, own, id).await?;
    let location_id = wanted(&mut conn, &form, own, query.0.company_id).await?;
    let location = locations::by_id(&mut conn, location_id).await?;
    let settings = crate::online::store::get(&mut conn, location_id).await?;
    let policy = store::policy(&mut conn, location_id).await?;
    let client_fields = asked(&mut conn, location_id, &settings).await?;
    let seats_max = calendar::store::get(&mut conn, location_id).await?.seats_max;
    let group_id = form.chain_id.filter(|_| form.is_chain).unwrap_or_default();
    Ok(Data::new(FormConfigOut {
        id,
        url: format!("{}/book/{id}", by.app.public_url()),
        steps: steps(&form),
        style: style(&form, &location.logo),
        group_id,
        company_id: location_id,
        phone_confirmation: settings.phone_confirmation,
        lang: texts::language(form.default_language_id).code,
        is_lang_fixed: form.default_language_id != 0,
        langs: texts::LANGUAGES.into_iter().map(Into::into).collect(),
        comment_required: settings.asks.comment == Ask::Required,
        google_analytics_id: "",
        facebook_pixel_id: form.facebook_pixel_id,
        sms_enabled: true,
        without_menu: form.without_menu,
        sequence_type: form.sequence_type,
        salon_select_type_code: form.location_select_type_code,
        is_show_privacy_policy: !policy.is_empty(),
        specialization_display_mode: form.specialization_display_mode,
        ab_test_enabled: form.ab_test_enabled,
        display_activity_type: form.display_event_type,
        is_multiple_activity_record: form.is_multiple_event_booking,
        activity_record_count: form.event_booking_count,
        weekly_view_enabled: form.is_weekly_view_enabled,
        show_weekly_view_without_online_booking: form.weekly_view_without_booking,
        weekly_view_default_salon_id: form.weekly_view_location_id,
        record_type_id: form.record_type_id,
        is_any_master_allowed: settings.any_team_member,
        activity_seats_max: settings.event_seats_max.min(seats_max).max(1),
        booking_horizon: settings.horizon,
        client_fields,
        metrika_counter_id: None,
        app_metrika_id: None,
        google_analytics_client_id_index: None,
        staff_name: Nothing {},
        client_scripts: "",
        y_injection: "",
        injection: Nothing {},
        first_service_category_close: false,
        map: FormMapOut { r#type: form.map_type },
        is_client_agreements_feature_enabled: false,
        ab_test_percentage: 0,
        is_online_sale_available: false,
        legal_info: None,
        online_sales_links: [],
        brand: FormBrandOut { title: org::locations::public_title(&location) },
        chain_main_salon_id: if group_id == 0 { 0 } else { own },
        features: Nothing {},
        certificate_count: 0,
        abonement_count: 0,
    }))
}

/// Texts by name, some within others.
#[derive(Debug, Serialize, ToSchema)]
#[schema(value_type = Object, example = json!({"back": "Back", "record": {"date": "date"}}))]
pub struct TextsOut(&'static Value);

/// Get the texts of a booking page
///
/// `en-US`, `de-DE` and `uk-UK`; `lv-LV`, `ee-EE` and `lt-LT` are answered in English. An object by itself, without the
/// envelope.
#[utoipa::path(
    get, path = "/i18n/{lang_code}", operation_id = "get_i18n_options", tag = "Online Booking",
    params(("lang_code" = String, Path, description = "The language", example = "en-US")),
    responses((status = 200, description = "The texts", body = TextsOut))
)]
pub async fn get_i18n_options(_by: AnyPartner, Path(code): Path<String>) -> Result<Json<TextsOut>> {
    Ok(Json(TextsOut(texts::texts(&code).ok_or_else(Error::not_found)?)))
}

/// A text to agree to.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementOut {
    /// The text; empty for none.
    #[schema(example = "We keep your name and phone to remind you of your visit.")]
    content: String,
}

/// What clients agree to.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrivacyPolicyOut {
    /// The location's own policy.
    agreement: AgreementOut,
}

/// Get a location's privacy policy
///
/// Empty for none: then clients need not agree to anything.
#[utoipa::path(
    get, path = "/privacy_policy/{location_id}", operation_id = "get_location_privacy_policy", tag = "Online Booking",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The policy", body = Data<PrivacyPolicyOut>))
)]
pub async fn get_location_privacy_policy(
    by: AnyPartner,
    Path(location_id): Path<i64>,
) -> Result<Data<PrivacyPolicyOut>> {
    let mut conn = by.conn().await?;
    locations::by_id(&mut conn, location_id).await?;
    let content = store::policy(&mut conn, location_id).await?;
    Ok(Data::new(PrivacyPolicyOut { agreement: AgreementOut { content } }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_step_has_its_choice_made() {
        let form = Form { service_step_hide: true, service_id: Some(7), ..Form::default() };
        let of =
            |form: &Form| steps(form).into_iter().map(|s| (s.step, s.hidden, s.default)).collect::<Vec<_>>();
        assert_eq!(of(&form)[1], ("service", false, Some(-1)), "the service is gone");
        let form = Form { has_service: true, is_chain: true, chain_id: Some(1), ..form };
        assert_eq!(of(&form)[0].0, "company");
        assert_eq!(of(&form)[2], ("service", true, Some(7)));
    }

    #[test]
    fn texts_on_the_forms_colour_can_be_read() {
        assert_eq!((is_light("#1c84c6"), is_light("#ffcb00"), is_light("#00ff7f")), (false, true, true));
        assert_eq!((palette("#1c84c6"), palette("#ffcb00"), palette("#000000")), ("blue", "amber", "black"));
    }
}
