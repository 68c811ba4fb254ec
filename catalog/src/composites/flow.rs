//! Writes of composite services and trials.

use kernel::{Answer, Change, Error, Money, NoContent, Problems, Result};
use org::access::{At, perm};

use super::rules::{self, Sent};
use super::store::{self, Part};
use crate::links::flow::{demand, no_service};
use crate::services::rules::DURATION;
use crate::{links, services};

/// Makes a service consist of others; of none, it is a simple one again.
pub(super) async fn set_parts<A: Answer>(
    at: &At<perm::ServicesEdit>,
    id: i64,
    sent: Option<Vec<Sent>>,
    answer: impl FnOnce(i64, Vec<Part>) -> A,
) -> Result<A> {
    let sent = sent.ok_or_else(|| Error::invalid("parts", "field-required"))?;
    let mut unit = at.begin().await?;
    let mut ids: Vec<i64> = sent.iter().filter_map(|part| part.service_id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(rules::MOST + 1);
    // Parts are locked with it: none is deleted, or made a composite one, meanwhile.
    let mut locked = ids.clone();
    locked.push(id);
    services::store::lock_all(&mut unit, at.location_id, &locked).await?;
    let composite = services::store::find(&mut unit, at.location_id, id).await?.ok_or_else(no_service)?;
    let there = services::store::by_ids(&mut unit, at.location_id, &ids).await?;
    let links = links::store::of_services(&mut unit, at.location_id, Some(&ids)).await?;
    let mut problems = Problems::new();
    let parts = rules::parts(&composite, &sent, &there, &links, &mut problems);
    let nested = !parts.is_empty() && store::is_part(&mut unit, at.location_id, id).await?;
    problems.check(!nested, "parts", "part-is-composite");
    problems.done()?;
    let duration = if parts.is_empty() { composite.duration } else { parts.iter().map(|p| p.duration).sum() };
    if duration != composite.duration {
        demand(&at.membership.grants, &["edit_master_service_and_duration"])?;
    }
    store::set_parts(&mut unit, at.location_id, id, &parts, duration).await?;
    services::store::touch(&mut unit, at.location_id, id, at.now).await?;
    unit.emit("service", id, Change::Update).await?;
    unit.commit(answer(duration, parts)).await
}

/// Sets or ends a service's trial.
pub(super) async fn set_trial<A: Answer>(
    at: &At<perm::ServicesEdit>,
    id: i64,
    price: Option<Money>,
    duration: Option<i64>,
    answer: impl FnOnce(Money, i64) -> A,
) -> Result<A> {
    let mut problems = Problems::new();
    problems.check(price.is_some(), "price", "field-required");
    let price = price.unwrap_or_default();
    problems.range(price.0, 0..=Money::MOST, "price");
    let mut unit = at.begin().await?;
    let service = services::store::lock(&mut unit, at.location_id, id).await?.ok_or_else(no_service)?;
    let duration = duration.unwrap_or(service.duration);
    problems.range(duration, DURATION, "duration");
    problems.done()?;
    demand(&at.membership.grants, &["settings_services_edit_price_access"])?;
    store::set_trial(&mut unit, at.location_id, id, Some((price.0, duration))).await?;
    services::store::touch(&mut unit, at.location_id, id, at.now).await?;
    unit.emit("service", id, Change::Update).await?;
    unit.commit(answer(price, duration)).await
}

/// Ends a service's trial.
pub(super) async fn end_trial(at: &At<perm::ServicesEdit>, id: i64) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    let service = services::store::lock(&mut unit, at.location_id, id).await?.ok_or_else(no_service)?;
    service.trial_price.ok_or_else(Error::not_found)?;
    demand(&at.membership.grants, &["settings_services_edit_price_access"])?;
    store::set_trial(&mut unit, at.location_id, id, None).await?;
    services::store::touch(&mut unit, at.location_id, id, at.now).await?;
    unit.emit("service", id, Change::Update).await?;
    unit.commit(NoContent::new()).await
}
