//! Writes of categories.

use kernel::{Answer, Change, Error, Kind, Message, NoContent, Problems, Result};
use org::access::{At, perm};
use org::locations::store as locations;

use super::rules::{self, Content, MOST};
use super::store::{self, Category};
use crate::links;

/// There is no such category.
pub(crate) fn not_found() -> Error {
    Error::new(Kind::NotFound, "service-category-not-found")
}

/// Makes a category.
pub(super) async fn create<A: Answer>(
    at: &At<perm::ServicesCreate>,
    content: Content,
    answer: impl FnOnce(Category, Vec<i64>) -> A,
) -> Result<A> {
    let mut problems = Problems::new();
    let (category, staff) = rules::replaced(&Category::default(), content, &mut problems);
    let mut unit = at.begin().await?;
    links::flow::known(&mut unit, at.location_id, &staff, |_| "staff".to_owned(), &mut problems).await?;
    problems.done()?;
    // So that what is counted stays as counted.
    locations::lock(&mut unit, at.location_id).await?;
    if store::count(&mut unit, at.location_id).await? >= MOST {
        return Err(Error::invalid("title", Message::new("field-too-many").with("limit", MOST)));
    }
    let made = store::insert(&mut unit, at.location_id, vec![category], at.now).await?;
    let made = made.into_iter().next().ok_or_else(|| Error::internal("an insert that gave no row"))?;
    store::set_staff(&mut unit, at.location_id, made.id, &staff).await?;
    unit.emit("service_category", made.id, Change::Create).await?;
    unit.commit(answer(made, staff)).await
}

/// Replaces what is said of a category.
pub(super) async fn update<A: Answer>(
    at: &At<perm::ServicesEdit>,
    id: i64,
    content: Content,
    answer: impl FnOnce(Category, Vec<i64>) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, at.location_id, id).await?.ok_or_else(not_found)?;
    let mut problems = Problems::new();
    let (after, staff) = rules::replaced(&before, content, &mut problems);
    links::flow::known(&mut unit, at.location_id, &staff, |_| "staff".to_owned(), &mut problems).await?;
    problems.done()?;
    if after.title != before.title && !at.membership.grants.allows("settings_services_edit_title_access") {
        return Err(Error::denied());
    }
    store::update(&mut unit, at.location_id, &after).await?;
    store::set_staff(&mut unit, at.location_id, id, &staff).await?;
    let staff = store::staff(&mut unit, at.location_id, Some(&[id])).await?;
    unit.emit("service_category", id, Change::Update).await?;
    unit.commit(answer(after, staff.into_iter().map(|(_, member)| member).collect())).await
}

/// Deletes a category, softly.
pub(super) async fn delete(at: &At<perm::ServicesDelete>, id: i64) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    store::lock(&mut unit, at.location_id, id).await?.ok_or_else(not_found)?;
    if store::count_services(&mut unit, at.location_id, id).await? > 0 {
        return Err(Error::conflict("service-category-not-empty"));
    }
    store::delete(&mut unit, at.location_id, id).await?;
    unit.emit("service_category", id, Change::Delete).await?;
    unit.commit(NoContent::new()).await
}
