//! Leaving reviews.

use kernel::{Call, Change, Error, Problems, Result, Unit};

use super::store::{self, Review};

/// What is said.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) rating: Option<i64>,
    pub(super) text: String,
    pub(super) name: String,
}

/// Leaves a review of a team member, or of the location for none.
pub(super) async fn leave(
    call: &Call,
    location_id: i64,
    team_member_id: Option<i64>,
    appointment_id: Option<i64>,
    said: Said,
    field: &'static str,
) -> Result<(Unit, Review)> {
    let mut problems = Problems::new();
    problems.check(said.rating.is_some(), field, "field-required");
    let rating = said.rating.unwrap_or(1);
    problems.range(rating, 1..=5, field);
    problems.length(&said.text, 4000, "text");
    problems.length(&said.name, 255, "name");
    problems.done()?;
    let mut unit = call.begin().await?;
    unit.at_location(location_id);
    org::locations::store::by_id(&mut unit, location_id).await?;
    if let Some(id) = team_member_id {
        org::team::store::lock(&mut unit, location_id, id).await?;
    }
    let mut review = Review {
        id: 0,
        team_member_id,
        appointment_id,
        user_id: call.user_id,
        name: said.name.trim().to_owned(),
        text: said.text.trim().to_owned(),
        rating,
        created_at: call.now,
    };
    review.id = store::insert(&mut unit, location_id, &review).await?;
    if let Some(id) = team_member_id {
        let comments = i64::from(!review.text.is_empty());
        org::team::store::rate(&mut unit, location_id, id, rating, 1, comments).await?;
        unit.emit("staff", id, Change::Update).await?;
    }
    unit.emit("review", review.id, Change::Create).await?;
    Ok((unit, review))
}

/// Whether an appointment can be reviewed: it was not cancelled, nobody stayed away, and it has begun.
pub(super) fn is_over(of: &crate::appointments::store::Appointment, now: i64) -> Result<()> {
    if of.is_deleted || of.attendance == -1 || (of.attendance != 1 && of.starts_at > now) {
        return Err(Error::conflict("review-too-early"));
    }
    Ok(())
}
