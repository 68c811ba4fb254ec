//! Writes of positions, the same behind all faces.

use kernel::{Answer, Change as Happened, Error, Message, Problems, Result};

use super::rules::{self, Change};
use super::store::{self, Position};
use crate::access::{At, perm};
use crate::locations;

/// Makes a position and answers as the face says; the answer gets the location's chain too.
pub(super) async fn create<A: Answer>(
    at: &At<perm::PositionsEdit>,
    change: Change,
    answer: impl FnOnce(Position, i64) -> A,
) -> Result<A> {
    let mut problems = Problems::new();
    let mut position = rules::change(None, change, &mut problems);
    problems.done()?;
    let mut unit = at.begin().await?;
    // So that what is counted stays as counted.
    locations::store::lock(&mut unit, at.location_id).await?;
    if store::count(&mut unit, at.location_id).await? >= store::MOST {
        return Err(Error::invalid("title", Message::new("field-too-many").with("limit", store::MOST)));
    }
    position.id = store::insert(&mut unit, at.location_id, &position, at.now).await?;
    let chain = store::chain(&mut unit, at.location_id).await?;
    unit.emit("position", position.id, Happened::Create).await?;
    unit.commit(answer(position, chain)).await
}

/// Changes a position.
pub(super) async fn update<A: Answer>(
    at: &At<perm::PositionsEdit>,
    id: i64,
    change: Change,
    answer: impl FnOnce(Position) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, at.location_id, id).await?;
    let mut problems = Problems::new();
    let after = rules::change(Some(&before), change, &mut problems);
    problems.done()?;
    store::update(&mut unit, at.location_id, &after, at.now).await?;
    unit.emit("position", id, Happened::Update).await?;
    unit.commit(answer(after)).await
}

/// Deletes a position, softly.
pub(super) async fn delete<A: Answer>(at: &At<perm::PositionsDelete>, id: i64, answer: A) -> Result<A> {
    let mut unit = at.begin().await?;
    store::lock(&mut unit, at.location_id, id).await?;
    store::delete(&mut unit, at.location_id, id, at.now).await?;
    unit.emit("position", id, Happened::Delete).await?;
    unit.commit(answer).await
}
