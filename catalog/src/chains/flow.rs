//! Writes of a chain's services.

use kernel::{Answer, Change as Happened, Error, Message, NoContent, Problems, Result};
use org::access::{At, InChain, perm};
use org::locations::store as locations;

use super::rules::{self, CATEGORIES, CategoryChange, Change, SERVICES};
use super::store::{self, ChainCategory, ChainService};
use crate::categories::store::Category;
use crate::services::shown::Around;
use crate::services::store::Service;
use crate::{categories, services};

type Editor = InChain<perm::ChainServices>;

fn too_many(limit: i64) -> Error {
    Error::invalid("title", Message::new("field-too-many").with("limit", limit))
}

/// Makes a category, or changes one.
pub(super) async fn put_category<A: Answer>(
    at: &Editor,
    id: Option<i64>,
    change: CategoryChange,
    answer: impl FnOnce(ChainCategory) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    let before = match id {
        Some(id) => {
            store::lock_category(&mut unit, at.chain_id, id).await?.ok_or_else(categories::not_found)?
        }
        None => ChainCategory::default(),
    };
    let mut problems = Problems::new();
    let mut after = rules::category(&before, change, &mut problems);
    problems.done()?;
    let happened = if id.is_some() {
        store::update_category(&mut unit, at.chain_id, &after, false).await?;
        Happened::Update
    } else {
        if store::lock_count(&mut unit, at.chain_id).await?.0 >= CATEGORIES {
            return Err(too_many(CATEGORIES));
        }
        after.id = store::insert_category(&mut unit, at.chain_id, &after, at.now).await?;
        Happened::Create
    };
    unit.emit("chain_service_category", after.id, happened).await?;
    unit.commit(answer(after)).await
}

/// Deletes a category softly; locations keep theirs.
pub(super) async fn delete_category(at: &Editor, id: i64) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    let before = store::lock_category(&mut unit, at.chain_id, id).await?.ok_or_else(categories::not_found)?;
    if store::count_services(&mut unit, at.chain_id, id).await? > 0 {
        return Err(Error::conflict("service-category-not-empty"));
    }
    store::update_category(&mut unit, at.chain_id, &before, true).await?;
    store::let_go_category(&mut unit, at.chain_id, id).await?;
    unit.emit("chain_service_category", id, Happened::Delete).await?;
    unit.commit(NoContent::new()).await
}

/// Makes a service, or changes one, also at the locations that took it over.
pub(super) async fn put_service<A: Answer>(
    at: &Editor,
    id: Option<i64>,
    change: Change,
    answer: impl FnOnce(ChainService) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    let before = match id {
        Some(id) => store::lock_service(&mut unit, at.chain_id, id)
            .await?
            .ok_or_else(crate::links::flow::no_service)?,
        None => ChainService::default(),
    };
    let mut problems = Problems::new();
    let mut after = rules::service(&before, change, &mut problems);
    if after.category_id != before.category_id
        && store::lock_category(&mut unit, at.chain_id, after.category_id).await?.is_none()
    {
        problems.add("chain_category_id", "field-not-found");
    }
    problems.done()?;
    let happened = if id.is_some() {
        store::update_service(&mut unit, at.chain_id, &after, false).await?;
        store::carry(&mut unit, at.chain_id, &after, at.now).await?;
        Happened::Update
    } else {
        if store::lock_count(&mut unit, at.chain_id).await?.1 >= SERVICES {
            return Err(too_many(SERVICES));
        }
        after.id = store::insert_service(&mut unit, at.chain_id, &after, at.now).await?;
        Happened::Create
    };
    unit.emit("chain_service", after.id, happened).await?;
    unit.commit(answer(after)).await
}

/// Deletes a service softly; locations keep theirs, as their own.
pub(super) async fn delete_service(at: &Editor, id: i64) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    let before =
        store::lock_service(&mut unit, at.chain_id, id).await?.ok_or_else(crate::links::flow::no_service)?;
    store::update_service(&mut unit, at.chain_id, &before, true).await?;
    store::let_go(&mut unit, at.chain_id, id, at.now).await?;
    unit.emit("chain_service", id, Happened::Delete).await?;
    unit.commit(NoContent::new()).await
}

fn own(of: &ChainService, category_id: i64) -> Service {
    Service {
        category_id,
        chain_service_id: Some(of.id),
        title: of.title.clone(),
        price_min: of.price_min,
        price_max: of.price_max,
        duration: of.duration,
        comment: of.comment.clone(),
        weight: of.weight,
        is_price_managed_only_in_chain: of.is_price_managed_only_in_chain,
        is_comment_managed_only_in_chain: of.is_comment_managed_only_in_chain,
        ..Service::default()
    }
}

/// Takes services of the location's chains over, with their categories. Those that are there already stay as they
/// are; the new ones are given.
pub(super) async fn take<A: Answer>(
    at: &At<perm::ServicesCreate>,
    ids: Option<Vec<i64>>,
    answer: impl FnOnce(Vec<Service>, Around) -> A,
) -> Result<A> {
    let mut ids = ids.unwrap_or_default();
    ids.sort_unstable();
    ids.dedup();
    let many = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    if ids.is_empty() {
        return Err(Error::invalid("chain_service_ids", "field-required"));
    }
    if many > SERVICES {
        return Err(Error::invalid(
            "chain_service_ids",
            Message::new("field-too-many").with("limit", SERVICES),
        ));
    }
    let mut unit = at.begin().await?;
    // One after the other: what is counted and what was taken over stays so.
    locations::lock(&mut unit, at.location_id).await?;
    // What the chain changes meanwhile waits, and is carried to these too.
    let mut wanted = store::lock_of_location(&mut unit, at.location_id, &ids).await?;
    if wanted.len() != ids.len() {
        return Err(Error::invalid("chain_service_ids", "field-not-found"));
    }
    let there = store::taken_services(&mut unit, at.location_id, &ids).await?;
    wanted.retain(|s| !there.contains(&s.id));
    let mut of_chain: Vec<i64> = wanted.iter().map(|s| s.category_id).collect();
    of_chain.sort_unstable();
    of_chain.dedup();
    let mut known = store::taken_categories(&mut unit, at.location_id, &of_chain).await?;
    let missing: Vec<i64> =
        of_chain.into_iter().filter(|id| known.iter().all(|(chain, _)| chain != id)).collect();
    let missing = store::categories_by_ids(&mut unit, &missing).await?;
    let new = missing.into_iter().map(|c| Category {
        chain_category_id: Some(c.id),
        title: c.title,
        weight: c.weight,
        ..Category::default()
    });
    let new: Vec<Category> = new.collect();
    let fits = |there: i64, new: usize, most: i64| there + i64::try_from(new).unwrap_or(i64::MAX / 2) <= most;
    let categories_there = categories::store::count(&mut unit, at.location_id).await?;
    let services_there = services::store::count(&mut unit, at.location_id).await?;
    if !fits(categories_there, new.len(), categories::rules::MOST)
        || !fits(services_there, wanted.len(), services::rules::MOST)
    {
        let most = Message::new("field-too-many").with("limit", services::rules::MOST);
        return Err(Error::invalid("chain_service_ids", most));
    }
    let made = categories::store::insert(&mut unit, at.location_id, new, at.now).await?;
    known.extend(made.iter().filter_map(|c| Some((c.chain_category_id?, c.id))));
    let category = |of: i64| known.iter().find(|(chain, _)| *chain == of).map(|(_, id)| *id);
    let new: Vec<Service> = wanted.iter().filter_map(|s| Some(own(s, category(s.category_id)?))).collect();
    let made = services::store::insert(&mut unit, at.location_id, new, at.now).await?;
    let new: Vec<i64> = made.iter().map(|s| s.id).collect();
    unit.emit_all("service", &new, Happened::Create).await?;
    unit.commit(answer(made, Around::default())).await
}
