//! Writes of the settings of online booking: the location is locked, so that they go one after the other.

use kernel::{Answer, Change as Happened, Problems, Result};
use org::access::{At, perm};
use org::custom_fields::rules::Entity;
use org::custom_fields::store as custom_fields;
use org::locations::store as locations;

use super::rules::{self, Change, Timeslots, V1Change};
use super::settings::{OwnField, Settings};
use super::store;

/// What of the settings is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Row,
    RowAndFields,
    RowAndDays,
}

async fn save<A: Answer>(
    at: &At<perm::OnlineBooking>,
    part: Part,
    change: impl FnOnce(&Settings, &[OwnField], &mut Problems) -> Settings,
    answer: impl FnOnce(Settings) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    locations::lock(&mut unit, at.location_id).await?;
    let before = store::get(&mut unit, at.location_id).await?;
    let known = if part == Part::RowAndFields {
        custom_fields::list(&mut unit, at.location_id, &Entity::ALL).await?
    } else {
        Vec::new()
    };
    let known: Vec<OwnField> = known
        .into_iter()
        .map(|f| OwnField { id: f.id, entity: f.entity, code: f.code, is_required: false })
        .collect();
    let mut problems = Problems::new();
    let after = change(&before, &known, &mut problems);
    problems.done()?;
    store::put(&mut unit, at.location_id, &after, at.now).await?;
    match part {
        Part::Row => {}
        Part::RowAndFields => store::put_own_fields(&mut unit, at.location_id, &after.own_fields).await?,
        Part::RowAndDays => store::put_days(&mut unit, at.location_id, &after).await?,
    }
    unit.emit("online_booking_settings", at.location_id, Happened::Update).await?;
    unit.commit(answer(after)).await
}

/// Changes what version 1 knows of the settings.
pub(super) async fn update_v1<A: Answer>(
    at: &At<perm::OnlineBooking>,
    change: V1Change,
    answer: impl FnOnce(Settings) -> A,
) -> Result<A> {
    save(at, Part::Row, |before, _, problems| rules::change_v1(before, change, problems), answer).await
}

/// Changes the settings, but for the grids of weekdays and dates.
pub(super) async fn update<A: Answer>(
    at: &At<perm::OnlineBooking>,
    change: Change,
    answer: impl FnOnce(Settings) -> A,
) -> Result<A> {
    let decide = |before: &Settings, known: &[OwnField], problems: &mut Problems| {
        rules::change(before, change, known, problems)
    };
    save(at, Part::RowAndFields, decide, answer).await
}

/// Puts the grids of weekdays and dates in place of those before.
pub(super) async fn put_timeslots<A: Answer>(
    at: &At<perm::OnlineBooking>,
    sent: Timeslots,
    answer: impl FnOnce(Settings) -> A,
) -> Result<A> {
    save(at, Part::RowAndDays, |before, _, problems| rules::timeslots(before, sent, problems), answer).await
}
