//! Employment of team members: additions of ours, since the contract shows it and has no way to write it.

use kernel::{Data, Error, Lenient, Patch, Path, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow;
use super::rules::Employment;
use super::store::{self, Member, Profile};
use super::v2::EmployeeAttributes;
use crate::access::{At, perm};

/// How a team member is employed: as version 2 includes it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmploymentOut {
    /// The team member.
    #[schema(example = 1001)]
    team_member_id: i64,
    #[serde(flatten)]
    employee: EmployeeAttributes,
}

impl EmploymentOut {
    fn answer(member: &Member, profile: Profile) -> Data<Self> {
        let revision = profile.revision;
        let employee = EmployeeAttributes::of(member, profile);
        Data::new(Self { team_member_id: member.id, employee }).revision(revision)
    }
}

/// See how a team member is employed
#[utoipa::path(
    get, path = "/locations/{location_id}/team_members/{team_member_id}/employment",
    operation_id = "get_employment", tag = "Team Members",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("team_member_id" = i64, Path, description = "The team member")
    ),
    responses((status = 200, description = "The employment", body = Data<EmploymentOut>))
)]
pub async fn get_employment(
    at: At<perm::Team>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Data<EmploymentOut>> {
    let mut conn = at.conn().await?;
    let member = store::by_id(&mut conn, at.location_id, id).await?.ok_or_else(Error::not_found)?;
    let profile = store::profile(&mut conn, &at.app, at.location_id, id).await?;
    Ok(EmploymentOut::answer(&member, profile.unwrap_or_default()))
}

/// How a team member is employed; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct EmploymentIn {
    /// Phone number: 9 to 15 digits, without a plus.
    #[schema(value_type = Option<String>, example = "12125550101")]
    #[serde(default)]
    phone: Patch<String>,
    /// First name.
    #[schema(value_type = Option<String>, example = "Ann")]
    #[serde(default)]
    firstname: Patch<String>,
    /// Surname.
    #[schema(value_type = Option<String>, example = "Lee")]
    #[serde(default)]
    surname: Patch<String>,
    /// Middle name or patronymic.
    #[schema(value_type = Option<String>, example = "")]
    #[serde(default)]
    patronymic: Patch<String>,
    /// When he was taken on: a day, with or without a time.
    #[schema(value_type = Option<String>, example = "2025-02-03")]
    #[serde(default)]
    date_admission: Patch<String>,
    /// Until when he is registered: a day, with or without a time.
    #[schema(value_type = Option<String>, example = "2027-02-03")]
    #[serde(default)]
    date_registration_end: Patch<String>,
    /// Citizenship.
    #[schema(value_type = Option<String>, example = "United States")]
    #[serde(default)]
    citizenship: Patch<String>,
    /// 0 not said, 1 male, 2 female.
    #[schema(value_type = Option<i64>, example = 2)]
    #[serde(default)]
    gender: Patch<i64>,
    /// Identity document. Stored sealed, as are the two numbers below.
    #[schema(value_type = Option<String>, example = "A12345678")]
    #[serde(default)]
    passport_data: Patch<String>,
    /// Tax number.
    #[schema(value_type = Option<String>, example = "900-00-0001")]
    #[serde(default)]
    personal_tax_reference_number: Patch<String>,
    /// Number of the insurance certificate.
    #[schema(value_type = Option<String>, example = "INS-1")]
    #[serde(default)]
    number_insurance_certificates: Patch<String>,
}

impl From<EmploymentIn> for Employment {
    fn from(i: EmploymentIn) -> Self {
        Self {
            phone: i.phone,
            firstname: i.firstname,
            surname: i.surname,
            patronymic: i.patronymic,
            date_admission: i.date_admission,
            date_registration_end: i.date_registration_end,
            citizenship: i.citizenship,
            gender: i.gender,
            passport_data: i.passport_data,
            personal_tax_reference_number: i.personal_tax_reference_number,
            number_insurance_certificates: i.number_insurance_certificates,
        }
    }
}

/// Change how a team member is employed
#[utoipa::path(
    put, path = "/locations/{location_id}/team_members/{team_member_id}/employment",
    operation_id = "update_employment", tag = "Team Members",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("team_member_id" = i64, Path, description = "The team member")
    ),
    request_body = EmploymentIn,
    responses((status = 200, description = "The employment", body = Data<EmploymentOut>))
)]
pub async fn update_employment(
    at: At<perm::TeamEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<EmploymentIn>,
) -> Result<Data<EmploymentOut>> {
    flow::employ(&at, id, input.0.into(), |member, profile| EmploymentOut::answer(&member, profile)).await
}
