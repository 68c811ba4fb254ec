//! Writes of resources.

use kernel::{Answer, Change, Error, Message, NoContent, Problems, Result};
use org::access::{At, perm};
use org::locations::store as locations;

use super::rules::{self, INSTANCES, MOST};
use super::store::{self, Instance, Resource};

type Editor = At<perm::ServicesResources>;

/// Makes a resource with its first instances.
pub(super) async fn create<A: Answer>(
    at: &Editor,
    title: Option<String>,
    instances: Option<Vec<String>>,
    answer: impl FnOnce(Resource, Vec<Instance>) -> A,
) -> Result<A> {
    let mut problems = Problems::new();
    let title = rules::title(title, "title", &mut problems);
    let titles = rules::instances(instances, &title, &mut problems);
    problems.done()?;
    let mut unit = at.begin().await?;
    // So that what is counted stays as counted.
    locations::lock(&mut unit, at.location_id).await?;
    if store::count(&mut unit, at.location_id).await? >= MOST {
        return Err(Error::invalid("title", Message::new("field-too-many").with("limit", MOST)));
    }
    let id = store::insert(&mut unit, at.location_id, None, &title, at.now).await?;
    let made = store::insert_instances(&mut unit, at.location_id, id, None, &titles, at.now).await?;
    unit.emit("resource", id, Change::Create).await?;
    unit.commit(answer(Resource { id, title }, made)).await
}

/// Gives a resource another title.
pub(super) async fn update<A: Answer>(
    at: &Editor,
    id: i64,
    title: Option<String>,
    answer: impl FnOnce(Resource, Vec<Instance>) -> A,
) -> Result<A> {
    let mut problems = Problems::new();
    let title = rules::title(title, "title", &mut problems);
    problems.done()?;
    let mut unit = at.begin().await?;
    store::lock(&mut unit, at.location_id, id).await?;
    store::rename(&mut unit, at.location_id, id, &title).await?;
    let instances = store::instances(&mut unit, at.location_id, Some(&[id])).await?;
    unit.emit("resource", id, Change::Update).await?;
    unit.commit(answer(Resource { id, title }, instances)).await
}

/// Deletes a resource, softly.
pub(super) async fn delete(at: &Editor, id: i64) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    store::lock(&mut unit, at.location_id, id).await?;
    store::delete(&mut unit, at.location_id, id).await?;
    unit.emit("resource", id, Change::Delete).await?;
    unit.commit(NoContent::new()).await
}

/// Makes an instance of a resource.
pub(super) async fn create_instance<A: Answer>(
    at: &Editor,
    resource_id: i64,
    title: Option<String>,
    answer: impl FnOnce(Instance) -> A,
) -> Result<A> {
    let mut problems = Problems::new();
    let title = rules::title(title, "title", &mut problems);
    problems.done()?;
    let mut unit = at.begin().await?;
    store::lock(&mut unit, at.location_id, resource_id).await?;
    if store::count_instances(&mut unit, at.location_id, resource_id).await? >= INSTANCES {
        return Err(Error::invalid("title", Message::new("field-too-many").with("limit", INSTANCES)));
    }
    let made =
        store::insert_instances(&mut unit, at.location_id, resource_id, None, &[title], at.now).await?;
    let made = made.into_iter().next().ok_or_else(|| Error::internal("an insert that gave no row"))?;
    unit.emit("resource_instance", made.id, Change::Create).await?;
    unit.commit(answer(made)).await
}

/// Gives an instance another title.
pub(super) async fn update_instance<A: Answer>(
    at: &Editor,
    (resource_id, id): (i64, i64),
    title: Option<String>,
    answer: impl FnOnce(Instance) -> A,
) -> Result<A> {
    let mut problems = Problems::new();
    let title = rules::title(title, "title", &mut problems);
    problems.done()?;
    let mut unit = at.begin().await?;
    let before = store::lock_instance(&mut unit, at.location_id, resource_id, id).await?;
    store::rename_instance(&mut unit, at.location_id, id, &title).await?;
    unit.emit("resource_instance", id, Change::Update).await?;
    unit.commit(answer(Instance { title, ..before })).await
}

/// Deletes an instance, softly.
pub(super) async fn delete_instance(at: &Editor, (resource_id, id): (i64, i64)) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    store::lock_instance(&mut unit, at.location_id, resource_id, id).await?;
    store::delete_instance(&mut unit, at.location_id, id).await?;
    unit.emit("resource_instance", id, Change::Delete).await?;
    unit.commit(NoContent::new()).await
}
