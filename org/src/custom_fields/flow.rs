//! Writes of custom fields.

use kernel::{Answer, Change as Happened, Error, Message, Problems, Result};

use super::rules::{self, Change, Entity, MOST};
use super::store::{self, Field};
use crate::access::{At, perm};

/// Makes a field.
pub(super) async fn create<A: Answer>(
    at: &At<perm::SettingsBasis>,
    entity: Entity,
    change: Change,
    answer: impl FnOnce(Field) -> A,
) -> Result<A> {
    let mut problems = Problems::new();
    let mut field = rules::change(None, change, &mut problems);
    problems.done()?;
    entity.name().clone_into(&mut field.entity);
    let mut unit = at.begin().await?;
    if store::taken(&mut unit, at.location_id, entity, &field.code, 0).await? {
        return Err(Error::invalid("code", "taken"));
    }
    field.weight = store::count(&mut unit, at.location_id, entity).await? + 1;
    if field.weight > MOST {
        return Err(Error::invalid("code", Message::new("field-too-many").with("limit", MOST)));
    }
    field.id = store::insert(&mut unit, at.location_id, &field, at.now).await?;
    unit.emit("custom_field", field.id, Happened::Create).await?;
    unit.commit(answer(field)).await
}

/// Changes a field.
pub(super) async fn update<A: Answer>(
    at: &At<perm::SettingsBasis>,
    entity: Entity,
    id: i64,
    change: Change,
    answer: A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, at.location_id, entity, id).await?;
    let mut problems = Problems::new();
    let after = rules::change(Some(&before), change, &mut problems);
    problems.done()?;
    if store::taken(&mut unit, at.location_id, entity, &after.code, id).await? {
        return Err(Error::invalid("code", "taken"));
    }
    store::update(&mut unit, at.location_id, &after).await?;
    unit.emit("custom_field", id, Happened::Update).await?;
    unit.commit(answer).await
}

/// Deletes a field, softly.
pub(super) async fn delete<A: Answer>(
    at: &At<perm::SettingsBasis>,
    entity: Entity,
    id: i64,
    answer: A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    store::lock(&mut unit, at.location_id, entity, id).await?;
    store::delete(&mut unit, at.location_id, id).await?;
    unit.emit("custom_field", id, Happened::Delete).await?;
    unit.commit(answer).await
}
