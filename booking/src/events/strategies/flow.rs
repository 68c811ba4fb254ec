//! Writes of saved ways to repeat an event.

use kernel::{Answer, Change, Error, Message, Problems, Result};
use org::access::At;

use super::rules::{self, Strategy, Wanted};
use super::store;

/// Makes a strategy, or changes that of the id.
pub(in crate::events) async fn save<P, A: Answer>(
    at: &At<P>,
    id: Option<i64>,
    wanted: Wanted,
    answer: impl FnOnce(Strategy) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    // One after the other: what a change leaves out is kept as it is then, and so is the count.
    org::locations::store::lock(&mut unit, at.location_id).await?;
    let before = match id {
        Some(id) => Some(store::by_id(&mut unit, at.location_id, id).await?.ok_or_else(Error::not_found)?),
        None => None,
    };
    let mut problems = Problems::new();
    let mut after = rules::strategy(before, wanted, &mut problems);
    problems.done()?;
    if id.is_none() && store::count(&mut unit, at.location_id).await? >= store::MOST {
        return Err(Error::invalid("title", Message::new("field-too-many").with("limit", store::MOST)));
    }
    after.id = store::put(&mut unit, at.location_id, &after, at.now).await?;
    let change = if id.is_some() { Change::Update } else { Change::Create };
    unit.emit("activity_duplication_strategy", after.id, change).await?;
    unit.commit(answer(after)).await
}
