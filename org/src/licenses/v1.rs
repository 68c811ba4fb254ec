//! Licences and the check of phone numbers, version 1.

use calc::zone::{Zone, date_dmy};
use kernel::{Data, Empty, Path, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::{self, License};
use crate::access::AnyPartner;

/// An option of a licence.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct LicenseOptionOut {
    /// Its id.
    #[schema(example = 3)]
    id: i64,
    /// Its name.
    #[schema(example = "Online payment")]
    title: String,
}

/// A licence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LicenseOut {
    /// Its id.
    #[schema(example = 1)]
    id: i64,
    /// The location.
    #[schema(example = 37532)]
    salon_id: i64,
    /// How many team members it allows.
    #[schema(example = 5)]
    staff_limit: i64,
    /// Last day, dd.mm.yyyy.
    #[schema(example = "08.11.2029")]
    deactivation_date: String,
    /// First day, dd.mm.yyyy.
    #[schema(example = "07.05.2025")]
    start_date: String,
    /// Name.
    #[schema(example = "Self-hosted")]
    name: String,
    /// 1 while it is in force.
    #[schema(example = 1)]
    active: i64,
    /// Whether only paid users have certain rights.
    is_paid_rights_model: bool,
    /// Options.
    options: Vec<LicenseOptionOut>,
}

impl LicenseOut {
    fn of(row: License, now: i64) -> Self {
        let zone = Zone::parse(&row.timezone).unwrap_or_else(Zone::utc);
        let in_force = row.in_force(now);
        Self {
            id: row.id,
            salon_id: row.location_id,
            staff_limit: row.staff_limit,
            deactivation_date: date_dmy(row.ends_at, &zone),
            start_date: date_dmy(row.starts_at, &zone),
            name: row.name,
            active: in_force.into(),
            is_paid_rights_model: row.is_paid_rights_model,
            options: serde_json::from_str(&row.options).unwrap_or_default(),
        }
    }
}

/// A licence in the envelope, and once more beside it: the contract's example shows the one, its schema the
/// other.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenseAnswer {
    success: bool,
    data: LicenseOut,
    meta: Empty,
    id: i64,
    salon_id: i64,
    staff_limit: i64,
    deactivation_date: String,
    start_date: String,
    name: String,
    active: i64,
    is_paid_rights_model: bool,
    options: Vec<LicenseOptionOut>,
    /// The first option.
    #[serde(rename = "LicenseOption", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    license_option: Option<LicenseOptionOut>,
}

impl From<LicenseOut> for LicenseAnswer {
    fn from(data: LicenseOut) -> Self {
        Self {
            success: true,
            meta: Empty,
            id: data.id,
            salon_id: data.salon_id,
            staff_limit: data.staff_limit,
            deactivation_date: data.deactivation_date.clone(),
            start_date: data.start_date.clone(),
            name: data.name.clone(),
            active: data.active,
            is_paid_rights_model: data.is_paid_rights_model,
            options: data.options.clone(),
            license_option: data.options.first().cloned(),
            data,
        }
    }
}

/// Get the licence of a location
#[utoipa::path(
    get, path = "/license/{location_id}", operation_id = "get_location_subscription_information",
    tag = "Utilities",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The licence", body = LicenseAnswer))
)]
pub async fn get_location_subscription_information(
    at: AnyPartner,
    Path(id): Path<i64>,
) -> Result<axum::Json<LicenseAnswer>> {
    let row = store::of_location(&mut at.conn().await?, id).await?;
    Ok(axum::Json(LicenseOut::of(row, at.now).into()))
}

/// Whether a phone number is well formed.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhoneOut {
    /// Whether it is.
    is_valid: bool,
}

/// Check a phone number
///
/// A number with its country code, with or without the plus.
#[utoipa::path(
    get, path = "/validation/validate_phone/{phone}", operation_id = "phone_number_format_check",
    tag = "Utilities",
    params(("phone" = String, Path, description = "The number", example = "13155550175")),
    responses((status = 200, description = "Whether it is well formed", body = Data<PhoneOut>))
)]
pub async fn phone_number_format_check(_at: AnyPartner, Path(phone): Path<String>) -> Result<Data<PhoneOut>> {
    Ok(Data::new(PhoneOut { is_valid: calc::phone::is_valid(&phone, None) }))
}
