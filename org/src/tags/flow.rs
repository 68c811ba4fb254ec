//! Writes of tags, the same behind both faces.

use kernel::{Answer, Change as Happened, Error, Message, Problems, Result};

use super::rules::{self, Change};
use super::store::{self, Tag};
use crate::access::{At, perm};

/// Makes a tag and answers as the face says.
pub(super) async fn create<A: Answer>(
    at: &At<perm::TagsEdit>,
    change: Change,
    answer: impl FnOnce(Tag) -> A,
) -> Result<A> {
    let mut problems = Problems::new();
    let mut tag = rules::change(None, change, &mut problems);
    problems.done()?;
    let mut unit = at.begin().await?;
    if store::count(&mut unit, at.location_id).await? >= store::MOST {
        return Err(Error::invalid("title", Message::new("field-too-many").with("limit", store::MOST)));
    }
    tag.id = store::insert(&mut unit, at.location_id, &tag, at.now).await?;
    unit.emit("label", tag.id, Happened::Create).await?;
    unit.commit(answer(tag)).await
}

/// Changes a tag.
pub(super) async fn update<A: Answer>(
    at: &At<perm::TagsEdit>,
    id: i64,
    change: Change,
    answer: A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, at.location_id, id).await?;
    rules::editable(&before)?;
    let mut problems = Problems::new();
    let after = rules::change(Some(&before), change, &mut problems);
    problems.done()?;
    store::update(&mut unit, at.location_id, &after).await?;
    unit.emit("label", id, Happened::Update).await?;
    unit.commit(answer).await
}

/// Deletes a tag, softly.
pub(super) async fn delete<A: Answer>(at: &At<perm::TagsEdit>, id: i64, answer: A) -> Result<A> {
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, at.location_id, id).await?;
    rules::editable(&before)?;
    store::update(&mut unit, at.location_id, &Tag { is_deleted: true, ..before }).await?;
    unit.emit("label", id, Happened::Delete).await?;
    unit.commit(answer).await
}
