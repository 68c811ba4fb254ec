//! Writes of group events.

use calc::zone::{Zone, local_sql};
use kernel::{Change, Error, Message, Problems, Result, Unit};
use org::access::At;

use super::place::{self, Laid, Obstacle, With};
use super::rules::{self, Usual, Wanted};
use super::store::{self, Event};
use crate::calendar::{self, Shown};
use crate::occupancy::{Owner, store as occupancy};

/// How a face refuses what it can't know by itself.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    /// There is no such team member or service.
    pub(crate) missing: fn(&'static str) -> Error,
    /// Somebody or something is busy then.
    pub(crate) busy: fn(Message) -> Error,
}

/// Makes an event, or changes that of the id. Problems of the face with what was sent come along.
pub(crate) async fn save<P>(
    at: &At<P>,
    id: Option<i64>,
    wanted: &Wanted,
    mut problems: Problems,
    manner: Manner,
) -> Result<(Unit, Event)> {
    rules::check(wanted, &mut problems);
    problems.done()?;
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    let before = match id {
        Some(id) => Some(store::lock(&mut unit, location_id, id).await?),
        None => None,
    };
    if let Some(before) = &before {
        at.check_revision(before.revision)?;
    }
    let usual = usual(at, &mut unit, wanted, before.as_ref(), manner).await?;
    let mut problems = Problems::new();
    let with = with(&mut unit, location_id, wanted, before.as_ref(), &mut problems).await?;
    let mut event = rules::event(before.as_ref(), wanted, usual, &mut problems);
    problems.done()?;
    if let Some(before) = &before {
        let stays = stays(&mut unit, location_id, before, &event, &with).await?;
        let laid = Laid { event: event.clone(), with };
        let one = std::slice::from_ref(&laid);
        if !stays {
            free(&mut unit, location_id, one, wanted.force, manner).await?;
        }
        event.revision = store::update(&mut unit, location_id, &event, at.now).await?;
        if stays {
            place::has(&mut unit, location_id, &[&laid]).await?;
        } else {
            place::put(&mut unit, location_id, one, wanted.force, at.now).await?;
        }
        let moved = crate::appointments::store::follow(&mut unit, location_id, &[event.id], at.now).await?;
        unit.emit("activity", event.id, Change::Update).await?;
        unit.emit_all("record", &moved, Change::Update).await?;
    } else {
        let made = lay(&mut unit, location_id, vec![Laid { event, with }], wanted.force, manner).await?;
        event = made.into_iter().next().ok_or_else(Error::not_found)?;
    }
    Ok((unit, event))
}

/// Whether it takes up what it did, when it did: then it keeps its place, perhaps over another on purpose, and whatever
/// the hours have become since.
async fn stays(
    unit: &mut Unit,
    location_id: i64,
    before: &Event,
    after: &Event,
    with: &With,
) -> Result<bool> {
    let had = store::instances(unit, location_id, &[before.id]).await?;
    Ok(before.team_member_id == after.team_member_id
        && before.starts_at == after.starts_at
        && before.length == after.length
        && had.iter().map(|instance| instance.id).eq(with.instances.iter().copied()))
}

/// Makes new events; gives them with their ids.
async fn lay(
    unit: &mut Unit,
    location_id: i64,
    laid: Vec<Laid>,
    force: bool,
    manner: Manner,
) -> Result<Vec<Event>> {
    free(unit, location_id, &laid, force, manner).await?;
    let now = unit.now();
    let events = place::insert(unit, location_id, laid, force, now).await?;
    let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
    unit.emit_all("activity", &ids, Change::Create).await?;
    Ok(events)
}

/// Who holds it and what: both are there, and the user's calendar shows the one.
async fn usual<P>(
    at: &At<P>,
    unit: &mut Unit,
    wanted: &Wanted,
    before: Option<&Event>,
    manner: Manner,
) -> Result<Usual> {
    let (member, service) =
        (wanted.team_member_id.unwrap_or_default(), wanted.service_id.unwrap_or_default());
    let shown = Shown::of(&at.membership.grants);
    if shown.team(unit, at.location_id, Some(&[member])).await?.is_empty() {
        return Err((manner.missing)("staff_id"));
    }
    let held = store::held(unit, at.location_id, service, member).await?;
    let held = held.ok_or_else(|| (manner.missing)("service_id"))?;
    // What was held before may go on, even when the service is no longer offered to groups.
    if !held.is_multi && before.is_none_or(|before| before.service_id != service) {
        return Err(Error::invalid("service_id", "field-not-for-groups"));
    }
    let technical_break = match held.technical_break {
        Some(seconds) => seconds,
        None => calendar::store::get(unit, at.location_id).await?.technical_break,
    };
    Ok(Usual { duration: held.seance_length.unwrap_or(held.duration), technical_break })
}

/// Its resources and tags, each once; names those that are not there. What it had is kept where nothing is said.
async fn with(
    unit: &mut Unit,
    location_id: i64,
    wanted: &Wanted,
    before: Option<&Event>,
    problems: &mut Problems,
) -> Result<With> {
    let (mut instances, mut tags) = (wanted.instances.clone(), wanted.tags.clone());
    if let Some(before) = before {
        if instances.is_none() {
            let had = store::instances(unit, location_id, &[before.id]).await?;
            instances = Some(had.into_iter().map(|i| i.id).collect());
        }
        if tags.is_none() {
            let had = store::tags(unit, location_id, &[before.id]).await?;
            tags = Some(had.into_iter().map(|t| t.id).collect());
        }
    }
    let once = |ids: Option<Vec<i64>>| {
        let mut ids = ids.unwrap_or_default();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let with = With { instances: once(instances), tags: once(tags) };
    for (ids, sent, table, field) in [
        (&with.instances, &wanted.instances, "resource_instances", "resource_instance_ids"),
        (&with.tags, &wanted.tags, "tags", "label_ids"),
    ] {
        // What is only kept may be deleted since.
        if sent.is_some() && !ids.is_empty() {
            let known = store::known(unit, location_id, table, ids).await?;
            problems.check(known.len() == ids.len(), field, "field-not-found");
        }
    }
    Ok(with)
}

/// Refuses, unless forced, what is outside of the working hours or taken already.
async fn free(unit: &mut Unit, location_id: i64, laid: &[Laid], force: bool, manner: Manner) -> Result<()> {
    if force {
        return Ok(());
    }
    let now = unit.now();
    let obstacles = place::obstacles(unit, location_id, laid, now).await?;
    let Some((laid, obstacle)) = laid.iter().zip(obstacles).find_map(|(of, o)| Some((of, o?))) else {
        return Ok(());
    };
    let zone = org::locations::store::zone(unit, location_id).await?;
    let when = local_sql(laid.event.starts_at, &zone).get(..16).unwrap_or_default().to_owned();
    let message = match obstacle {
        Obstacle::Team => "busy-at",
        Obstacle::Resource => "resource-busy-at",
    };
    Err((manner.busy)(Message::new(message).with("when", when)))
}

/// Deletes an event, softly, with the appointments in it.
pub(crate) async fn delete<P, A: kernel::Answer>(at: &At<P>, id: i64, answer: A) -> Result<A> {
    let mut unit = at.begin().await?;
    let event = store::lock(&mut unit, at.location_id, id).await?;
    at.check_revision(event.revision)?;
    remove(&mut unit, at.location_id, &[id]).await?;
    unit.commit(answer).await
}

/// Deletes events, softly, with the appointments in them.
pub(crate) async fn remove(unit: &mut Unit, location_id: i64, ids: &[i64]) -> Result<()> {
    let now = unit.now();
    unit.emit_all("activity", ids, Change::Delete).await?;
    crate::appointments::emit_within(unit, location_id, ids, Change::Delete).await?;
    store::delete(unit, location_id, ids, now).await?;
    occupancy::release(unit, location_id, Owner::Event, ids).await?;
    crate::series::store::left(unit, location_id, ids, now).await?;
    Ok(())
}

/// Repeats an event at these instants; with its appointments where wanted. Gives the new events.
pub(crate) async fn copy<P>(
    at: &At<P>,
    id: i64,
    force: bool,
    with_appointments: bool,
    manner: Manner,
    starts: impl FnOnce(&Event, &Zone) -> Result<Vec<i64>>,
) -> Result<(Unit, Vec<Event>)> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    let event = store::lock(&mut unit, location_id, id).await?;
    let zone = org::locations::store::zone(&mut unit, location_id).await?;
    let starts = starts(&event, &zone)?;
    if org::team::store::calendars(&mut unit, location_id, &[event.team_member_id]).await?.is_empty() {
        return Err((manner.missing)("staff_id"));
    }
    let instances = store::instances(&mut unit, location_id, &[id]).await?;
    let tags = store::tags(&mut unit, location_id, &[id]).await?;
    let with = With {
        instances: instances.iter().map(|i| i.id).collect(),
        tags: tags.iter().map(|t| t.id).collect(),
    };
    let copies = starts
        .into_iter()
        .map(|starts_at| Laid { event: Event { starts_at, ..rules::again(&event) }, with: with.clone() })
        .collect();
    let mut made = lay(&mut unit, location_id, copies, force, manner).await?;
    if with_appointments {
        let now = unit.now();
        let seats = crate::appointments::store::copy(&mut unit, location_id, id, &made, now).await?;
        for event in &mut made {
            event.clients_count = seats;
        }
        let ids: Vec<i64> = made.iter().map(|event| event.id).collect();
        crate::appointments::emit_within(&mut unit, location_id, &ids, Change::Create).await?;
    }
    Ok((unit, made))
}
