//! The wire types of services.

use std::collections::BTreeMap;

use kernel::{Money, Patch};
use org::images::store::Shot;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::links::rules::Sent;
use crate::links::store::Link;
use crate::services::rules::Change;
use crate::services::shown::Around;
use crate::services::store::Service;

/// Prices of one team member.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct LinkPriceOut {
    /// The lowest.
    #[schema(value_type = f64, example = 999.99)]
    min: Money,
    /// The highest.
    #[schema(value_type = f64, example = 1200)]
    max: Money,
}

impl LinkPriceOut {
    /// Of a link, if it has prices of its own.
    pub(crate) fn of(link: &Link) -> Option<Self> {
        Some(Self { min: Money(link.price_min?), max: Money(link.price_max?) })
    }
}

/// A team member who does a service.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServiceStaffOut {
    /// The team member.
    #[schema(example = 1001)]
    id: i64,
    /// How long he takes, seconds.
    #[schema(example = 2700)]
    seance_length: i64,
    /// His list of consumables; 0 for none.
    #[schema(example = 0)]
    technological_card_id: i64,
    /// His prices, where they are not the service's.
    price: Option<LinkPriceOut>,
}

impl From<Link> for ServiceStaffOut {
    fn from(link: Link) -> Self {
        Self {
            id: link.team_member_id,
            seance_length: link.seance_length,
            technological_card_id: link.technological_card_id,
            price: LinkPriceOut::of(&link),
        }
    }
}

/// A resource that a service takes up.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServiceResourceOut {
    /// The resource.
    #[schema(example = 70)]
    id: i64,
    /// Its name.
    #[schema(example = "Pedicure chair")]
    title: String,
}

/// A service's title in another language.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TranslationOut {
    /// The language.
    #[schema(example = 3)]
    language_id: i64,
    /// The title.
    #[schema(example = "Massage")]
    translation: String,
}

impl From<(i64, String)> for TranslationOut {
    fn from((language_id, translation): (i64, String)) -> Self {
        Self { language_id, translation }
    }
}

/// One version of a service's picture.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServiceImageOut {
    /// Its id.
    #[schema(example = 186_791)]
    id: i64,
    /// Its address.
    #[schema(example = "http://127.0.0.1:8080/uploads/service/37532/5f0e6c1b2a3948576a7b8c9d-basic.jpeg")]
    path: String,
    /// Pixels, as text.
    #[schema(example = "372")]
    width: String,
    /// Pixels, as text.
    #[schema(example = "280")]
    height: String,
    /// `jpeg` or `png`.
    #[schema(example = "jpeg")]
    r#type: String,
    /// Its group.
    #[schema(example = 72234)]
    image_group_id: i64,
    /// `basic` or `small`.
    #[schema(example = "basic")]
    version: String,
}

/// A service's picture in all its versions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServiceImageGroup {
    /// Its id.
    #[schema(example = 72234)]
    id: i64,
    /// `settings_service`.
    #[schema(example = "settings_service")]
    entity: &'static str,
    /// The service's binding to the location.
    #[schema(example = 389_927)]
    entity_id: i64,
    /// The versions by their names.
    images: BTreeMap<String, ServiceImageOut>,
}

/// The picture, or the wire's empty list where there is none.
#[derive(Clone, Debug)]
pub struct ServiceImages(Option<ServiceImageGroup>);

impl ServiceImages {
    fn of(public_url: &str, binding: i64, images: Vec<Shot>) -> Self {
        let Some(id) = images.first().map(|i| i.image_group_id) else { return Self(None) };
        let out = images.into_iter().map(|i| {
            let out = ServiceImageOut {
                id: i.id,
                path: format!("{public_url}{}", i.path),
                width: i.width.to_string(),
                height: i.height.to_string(),
                r#type: i.r#type,
                image_group_id: i.image_group_id,
                version: i.version.clone(),
            };
            (i.version, out)
        });
        let images = out.collect();
        Self(Some(ServiceImageGroup { id, entity: "settings_service", entity_id: binding, images }))
    }
}

impl Serialize for ServiceImages {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(group) => group.serialize(serializer),
            None => [(); 0].serialize(serializer),
        }
    }
}

impl PartialSchema for ServiceImages {
    fn schema() -> RefOr<Schema> {
        let none = ArrayBuilder::new().items(ObjectBuilder::new()).max_items(Some(0));
        OneOfBuilder::new().item(Ref::from_schema_name(ServiceImageGroup::name())).item(none).into()
    }
}

impl ToSchema for ServiceImages {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ServiceImageGroup::name().into_owned(), ServiceImageGroup::schema()));
        ServiceImageGroup::schemas(schemas);
    }
}

/// A service.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Service)]
pub struct ServiceOut {
    /// Its id.
    #[schema(example = 10_832_934)]
    id: i64,
    /// The id of its binding to the location.
    #[schema(example = 12_192_004)]
    salon_service_id: i64,
    /// Its name.
    #[schema(example = "Men's haircut")]
    title: String,
    /// Its name on booking pages.
    #[schema(example = "Men's haircut")]
    booking_title: String,
    /// Its name on receipts.
    #[schema(example = "Men's haircut")]
    print_title: String,
    /// Its category.
    #[schema(example = 10_832_928)]
    category_id: i64,
    /// The lowest price.
    #[schema(value_type = f64, example = 250)]
    price_min: Money,
    /// The highest price.
    #[schema(value_type = f64, example = 1200)]
    price_max: Money,
    /// Discount, percent.
    #[schema(value_type = f64, example = 0)]
    discount: Money,
    /// How long it takes, seconds.
    #[schema(example = 3600)]
    duration: i64,
    /// Break after it, seconds; null: as the location has it.
    technical_break_duration: Option<i64>,
    /// For people.
    #[schema(example = "")]
    comment: String,
    /// Its place, the heaviest first.
    #[schema(example = 6)]
    weight: i64,
    /// 1 when clients may book it online.
    #[schema(example = 1)]
    active: i64,
    /// Whether clients may book it online.
    is_online: bool,
    /// Its id elsewhere.
    #[schema(example = "00000000042")]
    api_id: String,
    /// Whether it is for groups.
    is_multi: bool,
    /// Clients at once, for groups.
    #[schema(example = 0)]
    capacity: i64,
    /// Kind of taxation.
    #[schema(example = 1)]
    tax_variant: i64,
    /// Rate of value added tax.
    #[schema(example = 3)]
    vat_id: i64,
    /// Its kind.
    #[schema(example = 1)]
    service_type: i64,
    /// Its number elsewhere.
    #[schema(example = 0)]
    api_service_id: i64,
    /// After how many days a client is asked to come again.
    #[schema(example = "30")]
    repeat_visit_days_step: Option<String>,
    /// Second of the day from which it can be booked.
    #[schema(example = 36000)]
    seance_search_start: i64,
    /// Second of the day until which it can be booked.
    #[schema(example = 84600)]
    seance_search_finish: i64,
    /// Seconds between times that are looked at; 0: as the location has it.
    #[schema(example = 900)]
    seance_search_step: i64,
    /// Seconds between times that are shown; 0: as the location has it.
    #[schema(example = 300)]
    step: i64,
    /// Whether it can be had for a period only.
    is_need_limit_date: bool,
    /// First day of the period.
    #[schema(format = Date, example = "2026-09-19")]
    date_from: Option<String>,
    /// Last day of the period.
    #[schema(format = Date, example = "2026-09-30")]
    date_to: Option<String>,
    /// Single days on which it can be had.
    #[schema(example = json!(["2026-09-19"]))]
    dates: Vec<String>,
    /// How its days are told.
    #[schema(example = 2)]
    schedule_template_type: i64,
    /// How invoices are made online.
    #[schema(example = 0)]
    online_invoicing_status: i64,
    /// 1 when a membership pays for it by itself.
    #[schema(example = 0)]
    is_abonement_autopayment_enabled: i64,
    /// How long before the visit that happens, seconds.
    #[schema(example = 0)]
    autopayment_before_visit_time: i64,
    /// How memberships are restricted.
    #[schema(example = 0)]
    abonement_restriction_value: i64,
    /// `forbidden`, `optional` or `required`.
    #[schema(example = "forbidden")]
    prepaid: String,
    /// Amount to pay beforehand.
    #[schema(value_type = f64, example = 0)]
    price_prepaid_amount: Money,
    /// Percent to pay beforehand.
    #[schema(example = 100)]
    price_prepaid_percent: i64,
    /// Whether it is the chain's.
    is_chain: bool,
    /// Whether the chain alone sets its price.
    is_price_managed_only_in_chain: bool,
    /// Whether the chain alone sets its comment.
    is_comment_managed_only_in_chain: bool,
    /// Whether it consists of other services.
    is_composite: bool,
    /// Who does it.
    staff: Vec<ServiceStaffOut>,
    /// What it takes up.
    resources: Vec<ServiceResourceOut>,
    /// Its names in other languages.
    translations: Vec<TranslationOut>,
    /// Its picture; an empty list when there is none.
    image_group: ServiceImages,
}

impl ServiceOut {
    /// With what stands around it, which is taken out of `around`.
    pub(crate) fn of(public_url: &str, s: Service, around: &mut Around) -> Self {
        let resources = around.resources.remove(&s.id).unwrap_or_default();
        let images = around.images.remove(&s.id).unwrap_or_default();
        Self {
            booking_title: s.booking_title().to_owned(),
            print_title: s.print_title().to_owned(),
            staff: around.links.remove(&s.id).unwrap_or_default().into_iter().map(Into::into).collect(),
            dates: around.dates.remove(&s.id).unwrap_or_default(),
            resources: resources.into_iter().map(|(id, title)| ServiceResourceOut { id, title }).collect(),
            translations: around
                .translations
                .remove(&s.id)
                .unwrap_or_default()
                .into_iter()
                .map(Into::into)
                .collect(),
            image_group: ServiceImages::of(public_url, s.salon_service_id, images),
            id: s.id,
            salon_service_id: s.salon_service_id,
            title: s.title,
            category_id: s.category_id,
            price_min: Money(s.price_min),
            price_max: Money(s.price_max),
            discount: Money(s.discount),
            duration: s.duration,
            technical_break_duration: s.technical_break,
            comment: s.comment,
            weight: s.weight,
            active: s.active.into(),
            is_online: s.active,
            api_id: s.api_id,
            is_multi: s.is_multi,
            capacity: s.capacity,
            tax_variant: s.tax_variant,
            vat_id: s.vat_id,
            service_type: s.service_type,
            api_service_id: s.api_service_id,
            repeat_visit_days_step: s.repeat_visit_days_step.map(|days| days.to_string()),
            seance_search_start: s.seance_search_start,
            seance_search_finish: s.seance_search_finish,
            seance_search_step: s.seance_search_step,
            step: s.step,
            is_need_limit_date: s.is_need_limit_date,
            date_from: s.date_from,
            date_to: s.date_to,
            schedule_template_type: s.schedule_template_type,
            online_invoicing_status: s.online_invoicing_status,
            is_abonement_autopayment_enabled: s.is_abonement_autopayment_enabled.into(),
            autopayment_before_visit_time: s.autopayment_before_visit_time,
            abonement_restriction_value: s.abonement_restriction_value,
            prepaid: s.prepaid,
            price_prepaid_amount: Money(s.price_prepaid_amount),
            price_prepaid_percent: s.price_prepaid_percent,
            is_chain: s.chain_service_id.is_some(),
            is_price_managed_only_in_chain: s.is_price_managed_only_in_chain,
            is_comment_managed_only_in_chain: s.is_comment_managed_only_in_chain,
            is_composite: s.is_composite,
        }
    }
}

/// A team member who does a service.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
pub struct ServiceStaffIn {
    /// The team member.
    #[schema(required, nullable = false, example = 1001)]
    id: Option<i64>,
    /// How long he takes, seconds, in quarters of an hour; as long as the service when left out.
    #[schema(nullable = false, example = 2700)]
    seance_length: Option<i64>,
}

/// What is said of a service.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ServiceIn {
    /// Its name.
    #[schema(nullable = false, example = "Men's haircut")]
    title: Option<String>,
    /// Its name on booking pages; empty: the same.
    #[schema(nullable = false, example = "Men's haircut")]
    booking_title: Option<String>,
    /// Its name on receipts; empty: the same.
    #[schema(nullable = false, example = "Men's haircut")]
    print_title: Option<String>,
    /// Its category.
    #[schema(nullable = false, example = 83167)]
    category_id: Option<i64>,
    /// The lowest price.
    #[schema(value_type = Option<f64>, nullable = false, example = 1300)]
    price_min: Option<Money>,
    /// The highest price; 0: there is but one.
    #[schema(value_type = Option<f64>, nullable = false, example = 1300)]
    price_max: Option<Money>,
    /// Discount, percent.
    #[schema(value_type = Option<f64>, nullable = false, example = 0)]
    discount: Option<Money>,
    /// How long it takes, seconds.
    #[schema(nullable = false, example = 3600)]
    duration: Option<i64>,
    /// Break after it: 0 to 3600 seconds, a multiple of 300; null: as the location has it.
    #[schema(value_type = Option<i64>, example = 300)]
    #[serde(default)]
    technical_break_duration: Patch<i64>,
    /// For people.
    #[schema(nullable = false, example = "")]
    comment: Option<String>,
    /// Its place, the heaviest first.
    #[schema(nullable = false, example = 6)]
    weight: Option<i64>,
    /// 1 when clients may book it online, else 0.
    #[schema(value_type = Option<i64>, nullable = false, example = 1)]
    active: Option<bool>,
    /// The same, where `active` is left out.
    #[schema(nullable = false, example = true)]
    is_online: Option<bool>,
    /// Its id elsewhere.
    #[schema(nullable = false, example = "00000000042")]
    api_id: Option<String>,
    /// Its kind.
    #[schema(nullable = false, example = 1)]
    service_type: Option<i64>,
    /// Its number elsewhere.
    #[schema(nullable = false, example = 0)]
    api_service_id: Option<i64>,
    /// Whether it is for groups.
    #[schema(nullable = false, example = false)]
    is_multi: Option<bool>,
    /// Clients at once, for groups.
    #[schema(nullable = false, example = 0)]
    capacity: Option<i64>,
    /// Kind of taxation.
    #[schema(nullable = false, example = 1)]
    tax_variant: Option<i64>,
    /// Rate of value added tax.
    #[schema(nullable = false, example = 3)]
    vat_id: Option<i64>,
    /// After how many days a client is asked to come again; null or 0: never.
    #[schema(value_type = Option<i64>, example = 30)]
    #[serde(default)]
    repeat_visit_days_step: Patch<i64>,
    /// Second of the day from which it can be booked.
    #[schema(nullable = false, example = 36000)]
    seance_search_start: Option<i64>,
    /// Second of the day until which it can be booked.
    #[schema(nullable = false, example = 84600)]
    seance_search_finish: Option<i64>,
    /// Seconds between times that are looked at; 0: as the location has it.
    #[schema(nullable = false, example = 900)]
    seance_search_step: Option<i64>,
    /// Seconds between times that are shown; 0: as the location has it.
    #[schema(nullable = false, example = 300)]
    step: Option<i64>,
    /// Whether it can be had for a period only.
    #[schema(nullable = false, example = true)]
    is_need_limit_date: Option<bool>,
    /// First day of the period.
    #[schema(value_type = Option<String>, format = Date, example = "2026-09-19")]
    #[serde(default)]
    date_from: Patch<String>,
    /// Last day of the period.
    #[schema(value_type = Option<String>, format = Date, example = "2026-09-30")]
    #[serde(default)]
    date_to: Patch<String>,
    /// Single days on which it can be had; replaces those before.
    #[schema(nullable = false, example = json!(["2026-09-19"]))]
    dates: Option<Vec<String>>,
    /// How its days are told.
    #[schema(nullable = false, example = 2)]
    schedule_template_type: Option<i64>,
    /// How invoices are made online.
    #[schema(nullable = false, example = 0)]
    online_invoicing_status: Option<i64>,
    /// 1 when a membership pays for it by itself.
    #[schema(value_type = Option<i64>, nullable = false, example = 0)]
    is_abonement_autopayment_enabled: Option<bool>,
    /// How long before the visit that happens, seconds.
    #[schema(nullable = false, example = 0)]
    autopayment_before_visit_time: Option<i64>,
    /// How memberships are restricted.
    #[schema(nullable = false, example = 0)]
    abonement_restriction_value: Option<i64>,
    /// `forbidden`, `optional` or `required`.
    #[schema(nullable = false, example = "forbidden")]
    prepaid: Option<String>,
    /// Amount to pay beforehand.
    #[schema(value_type = Option<f64>, nullable = false, example = 0)]
    price_prepaid_amount: Option<Money>,
    /// Percent to pay beforehand.
    #[schema(nullable = false, example = 100)]
    price_prepaid_percent: Option<i64>,
    /// Who does it; replaces those before.
    #[schema(nullable = false)]
    staff: Option<Vec<ServiceStaffIn>>,
}

impl From<ServiceIn> for Change {
    fn from(i: ServiceIn) -> Self {
        Self {
            title: i.title,
            booking_title: i.booking_title,
            print_title: i.print_title,
            category_id: i.category_id,
            price_min: i.price_min,
            price_max: i.price_max,
            discount: i.discount,
            duration: i.duration,
            technical_break: i.technical_break_duration,
            comment: i.comment,
            weight: i.weight,
            active: i.active.or(i.is_online),
            api_id: i.api_id,
            service_type: i.service_type,
            api_service_id: i.api_service_id,
            is_multi: i.is_multi,
            capacity: i.capacity,
            tax_variant: i.tax_variant,
            vat_id: i.vat_id,
            repeat_visit_days_step: i.repeat_visit_days_step,
            seance_search_start: i.seance_search_start,
            seance_search_finish: i.seance_search_finish,
            seance_search_step: i.seance_search_step,
            step: i.step,
            is_need_limit_date: i.is_need_limit_date,
            date_from: i.date_from,
            date_to: i.date_to,
            dates: i.dates,
            schedule_template_type: i.schedule_template_type,
            online_invoicing_status: i.online_invoicing_status,
            is_abonement_autopayment_enabled: i.is_abonement_autopayment_enabled,
            autopayment_before_visit_time: i.autopayment_before_visit_time,
            abonement_restriction_value: i.abonement_restriction_value,
            price_prepaid_amount: i.price_prepaid_amount,
            price_prepaid_percent: i.price_prepaid_percent,
            prepaid: i.prepaid,
            staff: i.staff.map(|staff| {
                staff.into_iter().map(|s| Sent { id: s.id, seance_length: s.seance_length }).collect()
            }),
        }
    }
}
