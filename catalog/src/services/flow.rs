//! Writes of services.

use kernel::{Answer, Change as Happened, Error, Message, NoContent, Problems, Result, Unit};
use org::access::{At, perm};
use org::locations::store as locations;

use super::rules::{self, Change, MOST};
use super::shown::{self, Around};
use super::store::{self, Service};
use crate::links::flow::{demand, known, no_service};
use crate::{categories, composites, links};

/// Names a category that is not the location's.
async fn check_category(unit: &mut Unit, location_id: i64, id: i64, problems: &mut Problems) -> Result<()> {
    // Locked, so that nobody deletes it meanwhile.
    if categories::store::lock(unit, location_id, id).await?.is_none() {
        problems.add("category_id", "field-not-found");
    }
    Ok(())
}

/// Makes a service.
pub(super) async fn create<A: Answer>(
    at: &At<perm::ServicesCreate>,
    change: Change,
    answer: impl FnOnce(Service, Around) -> A,
) -> Result<A> {
    let mut problems = Problems::new();
    let service = rules::change(None, &change, &mut problems);
    let staff = change.staff.unwrap_or_default();
    let mut links = links::rules::listed(&service, &[], &staff, &mut problems);
    let dates = rules::dates(&change.dates.unwrap_or_default(), &mut problems);
    rules::within(&service, &dates, &mut problems);
    let mut unit = at.begin().await?;
    if change.category_id.is_some() {
        check_category(&mut unit, at.location_id, service.category_id, &mut problems).await?;
    }
    let ids: Vec<i64> = links.iter().map(|link| link.team_member_id).collect();
    known(&mut unit, at.location_id, &ids, |i| format!("staff.{i}.id"), &mut problems).await?;
    problems.done()?;
    // So that what is counted stays as counted.
    locations::lock(&mut unit, at.location_id).await?;
    if store::count(&mut unit, at.location_id).await? >= MOST {
        return Err(Error::invalid("title", Message::new("field-too-many").with("limit", MOST)));
    }
    let made = store::insert(&mut unit, at.location_id, vec![service], at.now).await?;
    let made = made.into_iter().next().ok_or_else(|| Error::internal("an insert that gave no row"))?;
    for link in &mut links {
        link.service_id = made.id;
    }
    links::store::put(&mut unit, at.location_id, &links).await?;
    if !dates.is_empty() {
        store::set_dates(&mut unit, at.location_id, made.id, &dates).await?;
    }
    unit.emit("service", made.id, Happened::Create).await?;
    let around = shown::around(&mut unit, at.location_id, Some(&[made.id])).await?;
    unit.commit(answer(made, around)).await
}

/// Changes a service; what the change does not say stays.
pub(super) async fn update<A: Answer>(
    at: &At<perm::ServicesEdit>,
    id: i64,
    change: Change,
    answer: impl FnOnce(Service, Around) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, at.location_id, id).await?.ok_or_else(no_service)?;
    at.check_revision(before.revision)?;
    let mut problems = Problems::new();
    let mut after = rules::change(Some(&before), &change, &mut problems);
    rules::chains_own(&before, &after, &mut problems);
    if before.is_composite {
        // As long as its parts are.
        after.duration = before.duration;
    }
    if after.category_id != before.category_id {
        check_category(&mut unit, at.location_id, after.category_id, &mut problems).await?;
    }
    let dates = change.dates.map(|sent| rules::dates(&sent, &mut problems));
    let period = |s: &Service| (s.is_need_limit_date, s.date_from.clone(), s.date_to.clone());
    match &dates {
        Some(dates) => rules::within(&after, dates, &mut problems),
        // Another period must have room for the days that stay.
        None if period(&before) != period(&after) => {
            let there = store::dates(&mut unit, at.location_id, Some(&[id])).await?;
            let there: Vec<String> = there.into_iter().map(|(_, day)| day).collect();
            rules::within(&after, &there, &mut problems);
        }
        None => {}
    }
    let grants = &at.membership.grants;
    let mut needed = rules::rights(&before, &after, dates.is_some());
    let links = match &change.staff {
        Some(sent) => {
            let there = links::store::of_services(&mut unit, at.location_id, Some(&[id])).await?;
            let links = links::rules::listed(&after, &there, sent, &mut problems);
            let ids: Vec<i64> = links.iter().map(|link| link.team_member_id).collect();
            known(&mut unit, at.location_id, &ids, |i| format!("staff.{i}.id"), &mut problems).await?;
            let mut sorted = links.clone();
            sorted.sort_by_key(|link| link.team_member_id);
            if sorted != there {
                needed.push("edit_master_service_and_duration");
            }
            Some(links)
        }
        None => None,
    };
    problems.done()?;
    demand(grants, &needed)?;
    after.revision = store::update(&mut unit, at.location_id, &after, at.now).await?;
    if let Some(links) = links {
        let members: Vec<i64> = links.iter().map(|link| link.team_member_id).collect();
        links::store::keep(&mut unit, at.location_id, id, &members).await?;
        links::store::put(&mut unit, at.location_id, &links).await?;
    }
    if let Some(dates) = dates {
        store::set_dates(&mut unit, at.location_id, id, &dates).await?;
    }
    unit.emit("service", id, Happened::Update).await?;
    let around = shown::around(&mut unit, at.location_id, Some(&[id])).await?;
    unit.commit(answer(after, around)).await
}

/// Deletes a service, softly.
pub(super) async fn delete(at: &At<perm::ServicesDelete>, id: i64) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, at.location_id, id).await?.ok_or_else(no_service)?;
    at.check_revision(before.revision)?;
    if composites::store::is_part(&mut unit, at.location_id, id).await? {
        return Err(Error::conflict("service-in-composite"));
    }
    store::delete(&mut unit, at.location_id, id, at.now).await?;
    unit.emit("service", id, Happened::Delete).await?;
    unit.commit(NoContent::new()).await
}
