//! Writes of booking forms.

use kernel::{Answer, Change as Happened, Message, Problems, Result, Unit};
use org::access::{At, perm};

use super::rules::{self, Change};
use super::store::{self, Form};

/// Makes a form.
pub(super) async fn create<A: Answer>(
    at: &At<perm::OnlineBooking>,
    change: Change,
    answer: impl FnOnce(Form) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    store::lock(&mut unit, at.location_id).await?;
    let mut problems = Problems::new();
    let before = Form::default();
    let mut form = rules::change(&before, change, &mut problems);
    refer(&mut unit, at.location_id, &before, &mut form, &mut problems).await?;
    if store::count(&mut unit, at.location_id).await? >= store::MOST {
        problems.add("title", Message::new("field-too-many").with("limit", store::MOST));
    }
    problems.done()?;
    if form.is_default {
        store::clear_default(&mut unit, at.location_id, 0).await?;
    }
    form.id = store::insert(&mut unit, at.location_id, &form, at.now).await?;
    unit.emit("booking_form", form.id, Happened::Create).await?;
    unit.commit(answer(form)).await
}

/// Changes a form; one that becomes the default takes the place of that before.
pub(super) async fn update<A: Answer>(
    at: &At<perm::OnlineBooking>,
    id: i64,
    change: Change,
    answer: impl FnOnce(Form) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    store::lock(&mut unit, at.location_id).await?;
    let before = store::by_id(&mut unit, at.location_id, id).await?;
    let mut problems = Problems::new();
    let mut form = rules::change(&before, change, &mut problems);
    refer(&mut unit, at.location_id, &before, &mut form, &mut problems).await?;
    problems.done()?;
    if form.is_default {
        store::clear_default(&mut unit, at.location_id, id).await?;
    }
    store::update(&mut unit, at.location_id, &form, at.now).await?;
    unit.emit("booking_form", id, Happened::Update).await?;
    unit.commit(answer(form)).await
}

/// Looks up what the form refers to, where that is not as it was.
async fn refer(
    unit: &mut Unit,
    location_id: i64,
    before: &Form,
    form: &mut Form,
    problems: &mut Problems,
) -> Result<()> {
    if form.service_id != before.service_id {
        form.has_service = match form.service_id {
            Some(id) => store::has_service(unit, location_id, id).await?,
            None => false,
        };
        let fine = form.has_service || form.service_id.is_none();
        problems.check(fine, "service_step_default", "field-not-found");
    }
    if form.team_member_id != before.team_member_id {
        form.has_team_member = match form.team_member_id {
            Some(id) => store::has_team_member(unit, location_id, id).await?,
            None => false,
        };
        let fine = form.has_team_member || form.team_member_id.is_none();
        problems.check(fine, "master_step_default", "field-not-found");
    }
    if let Some(id) = form.chain_id.filter(|_| form.chain_id != before.chain_id) {
        let fine = store::is_in_chain(unit, location_id, id).await?;
        problems.check(fine, "group_id", "field-chain");
    }
    let weekly = form.weekly_view_location_id;
    if let Some(id) = weekly.filter(|_| weekly != before.weekly_view_location_id) {
        let fine = store::is_beside(unit, location_id, id).await?;
        problems.check(fine, "weekly_view_default_salon_id", "field-not-found");
    }
    Ok(())
}

/// Deletes a form, softly. Where it was the default, the oldest of the others is that from then on.
pub(super) async fn delete<A: Answer>(at: &At<perm::OnlineBooking>, id: i64, answer: A) -> Result<A> {
    let mut unit = at.begin().await?;
    store::lock(&mut unit, at.location_id).await?;
    let form = store::by_id(&mut unit, at.location_id, id).await?;
    store::delete(&mut unit, at.location_id, id, at.now).await?;
    if form.is_default {
        store::default_to_oldest(&mut unit, at.location_id).await?;
    }
    unit.emit("booking_form", id, Happened::Delete).await?;
    unit.commit(answer).await
}
