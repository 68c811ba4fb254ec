//! What clients agree to, set by the location: an addition of our own.

use kernel::{Change, Data, Problems, Result, Strict};
use org::access::{At, perm};
use org::locations::store as locations;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store;

/// What clients agree to.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivacyPolicyIn {
    /// The text, up to 100,000 characters; empty for none.
    #[schema(
        required,
        nullable = false,
        example = "We keep your name and phone to remind you of your visit."
    )]
    #[serde(default)]
    content: Option<String>,
}

/// What clients agree to.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrivacyPolicySetOut {
    /// The text; empty for none.
    #[schema(example = "We keep your name and phone to remind you of your visit.")]
    content: String,
}

/// Set the privacy policy
///
/// The booking page shows it and asks clients to agree; an empty text takes it away.
#[utoipa::path(
    put, path = "/locations/{location_id}/privacy_policy", operation_id = "update_location_privacy_policy",
    tag = "Online Booking Settings",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = PrivacyPolicyIn,
    responses((status = 200, description = "The policy after it", body = Data<PrivacyPolicySetOut>))
)]
pub async fn update_location_privacy_policy(
    at: At<perm::OnlineBooking>,
    input: Strict<PrivacyPolicyIn>,
) -> Result<Data<PrivacyPolicySetOut>> {
    let mut problems = Problems::new();
    problems.check(input.0.content.is_some(), "content", "field-required");
    let content = input.0.content.unwrap_or_default().trim().to_owned();
    problems.length(&content, store::LONGEST, "content");
    problems.done()?;
    let mut unit = at.begin().await?;
    locations::lock(&mut unit, at.location_id).await?;
    store::put_policy(&mut unit, at.location_id, &content, at.now).await?;
    unit.emit("privacy_policy", at.location_id, Change::Update).await?;
    unit.commit(Data::new(PrivacyPolicySetOut { content })).await
}
