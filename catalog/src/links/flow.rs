//! Writes of links, and what other rooms ask about team members.

use db::Conn;
use kernel::{Answer, Change, Error, Kind, Message, NoContent, Problems, Result};
use org::access::{At, perm};
use org::rights::Grants;

use super::rules::{self, Assigned, RESOURCES, Setting};
use super::store::{self, Link};
use crate::resources;
use crate::services::store::Service;
use crate::services::{self, shown};

/// There is no such service.
pub(crate) fn no_service() -> Error {
    Error::new(Kind::NotFound, "service-not-found")
}

/// Names the ids that are no team members of the location; `field` gives the name of each place.
pub(crate) async fn known(
    conn: &mut Conn,
    location_id: i64,
    ids: &[i64],
    field: impl Fn(usize) -> String,
    problems: &mut Problems,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let there = store::team_members(conn, location_id, ids).await?;
    for (at, _) in ids.iter().enumerate().filter(|(_, id)| !there.contains(id)) {
        problems.add(field(at), "field-not-found");
    }
    Ok(())
}

/// 404 unless this is a team member of the location.
pub(crate) async fn exists(conn: &mut Conn, location_id: i64, id: i64) -> Result<()> {
    let there = store::team_members(conn, location_id, &[id]).await?;
    if there.is_empty() { Err(Error::new(Kind::NotFound, "team-member-not-found")) } else { Ok(()) }
}

/// 403 unless the location's licence is in force: some operations of version 1 say so.
pub(crate) async fn licensed(conn: &mut Conn, location_id: i64, now: i64) -> Result<()> {
    if org::licenses::store::of_location(conn, location_id).await?.in_force(now) {
        return Ok(());
    }
    let message = Message::new("license-needs-renewal").with("location", location_id);
    Err(Error::new(Kind::Forbidden, message))
}

/// 422 for an id below 1.
pub(crate) fn positive(id: Option<i64>, field: &str) -> Result<()> {
    match id {
        Some(id) if id < 1 => {
            let range = Message::new("field-range").with("min", 1).with("max", i64::MAX);
            Err(Error::invalid(field, range))
        }
        _ => Ok(()),
    }
}

/// 403 unless all of these rights are there.
pub(crate) fn demand(grants: &Grants, rights: &[&'static str]) -> Result<()> {
    if rights.iter().all(|right| grants.allows(right)) { Ok(()) } else { Err(Error::denied()) }
}

/// Links a service with a team member, or sets the link anew. `create` says whether it may be a new one.
pub(super) async fn assign<A: Answer>(
    at: &At<perm::ServicesTeam>,
    service_id: i64,
    team_member_id: Option<i64>,
    sent: Assigned,
    create: bool,
    answer: impl FnOnce(Link) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    let service =
        services::store::lock(&mut unit, at.location_id, service_id).await?.ok_or_else(no_service)?;
    let mut problems = Problems::new();
    if team_member_id.is_none() {
        problems.add("master_id", "field-required");
    }
    let member = team_member_id.unwrap_or_default();
    let before = store::lock(&mut unit, at.location_id, service_id, member).await?;
    if create {
        let named = team_member_id.as_slice();
        known(&mut unit, at.location_id, named, |_| "master_id".to_owned(), &mut problems).await?;
    } else if before.is_none() {
        return Err(Error::not_found());
    }
    let link = rules::assigned(
        before.clone().unwrap_or_else(|| rules::fresh(&service, member)),
        &sent,
        &mut problems,
    );
    problems.done()?;
    let link = [link];
    demand(&at.membership.grants, &rules::rights(before.as_slice(), &link))?;
    store::put(&mut unit, at.location_id, &link).await?;
    services::store::touch(&mut unit, at.location_id, service_id, at.now).await?;
    unit.emit("service", service_id, Change::Update).await?;
    let [link] = link;
    unit.commit(answer(link)).await
}

/// Takes a service away from a team member.
pub(super) async fn remove(
    at: &At<perm::ServicesTeam>,
    service_id: i64,
    team_member_id: i64,
) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    services::store::lock(&mut unit, at.location_id, service_id).await?.ok_or_else(no_service)?;
    let there = store::lock(&mut unit, at.location_id, service_id, team_member_id).await?;
    there.ok_or_else(Error::not_found)?;
    store::delete(&mut unit, at.location_id, service_id, team_member_id).await?;
    services::store::touch(&mut unit, at.location_id, service_id, at.now).await?;
    unit.emit("service", service_id, Change::Update).await?;
    unit.commit(NoContent::new()).await
}

/// What a request sets around a service; what is left out stays.
#[derive(Debug, Default)]
pub(super) struct Around {
    pub service_id: Option<i64>,
    /// With the name of the list it came in.
    pub settings: Option<(&'static str, Vec<Setting>)>,
    pub resources: Option<Vec<i64>>,
    pub translations: Option<Vec<(Option<i64>, Option<String>)>>,
}

/// Sets who does a service, what it takes up and what else it is called, at once.
pub(super) async fn around<A: Answer>(
    at: &At<perm::ServicesEdit>,
    sent: Around,
    answer: impl FnOnce(Service, shown::Around) -> A,
) -> Result<A> {
    let service_id = sent.service_id.ok_or_else(|| Error::invalid("service_id", "field-required"))?;
    let (mut unit, grants) = (at.begin().await?, &at.membership.grants);
    let service =
        services::store::lock(&mut unit, at.location_id, service_id).await?.ok_or_else(no_service)?;
    let mut problems = Problems::new();

    let before = store::of_services(&mut unit, at.location_id, Some(&[service_id])).await?;
    let links = sent
        .settings
        .map(|(list, settings)| (list, rules::settings(&service, &before, &settings, list, &mut problems)));
    if let Some((list, links)) = &links {
        let ids: Vec<i64> = links.iter().map(|link| link.team_member_id).collect();
        known(&mut unit, at.location_id, &ids, |i| format!("{list}.{i}.team_member_id"), &mut problems)
            .await?;
    }
    let wanted = sent.resources.map(|mut ids| {
        ids.sort_unstable();
        ids.dedup();
        ids
    });
    if let Some(ids) = &wanted {
        if ids.len() > RESOURCES {
            problems.add("resource_ids", Message::new("field-too-many").with("limit", RESOURCES));
        } else if resources::store::by_ids(&mut unit, at.location_id, ids).await?.len() != ids.len() {
            problems.add("resource_ids", "field-not-found");
        }
    }
    let titles = sent.translations.map(|sent| rules::translations(&sent, &mut problems));
    problems.done()?;

    if let Some((_, links)) = &links {
        let mut sorted = links.clone();
        sorted.sort_by_key(|link| link.team_member_id);
        if sorted != before {
            demand(grants, &["edit_master_service_and_duration"])?;
            demand(grants, &rules::rights(&before, links))?;
        }
        let members: Vec<i64> = links.iter().map(|link| link.team_member_id).collect();
        store::keep(&mut unit, at.location_id, service_id, &members).await?;
        store::put(&mut unit, at.location_id, links).await?;
    }
    if let Some(ids) = &wanted {
        let needed = resources::store::needed(&mut unit, at.location_id, Some(&[service_id])).await?;
        if needed.iter().map(|(_, id, _)| *id).ne(ids.iter().copied()) {
            demand(grants, &["settings_services_edit_services_related_resource_access"])?;
            resources::store::set_needed(&mut unit, at.location_id, service_id, ids).await?;
        }
    }
    if let Some(titles) = titles.filter(|titles| !titles.is_empty()) {
        demand(grants, &["settings_services_edit_title_access"])?;
        store::put_translations(&mut unit, at.location_id, service_id, &titles).await?;
    }
    services::store::touch(&mut unit, at.location_id, service_id, at.now).await?;
    unit.emit("service", service_id, Change::Update).await?;
    let around = shown::around(&mut unit, at.location_id, Some(&[service_id])).await?;
    unit.commit(answer(service, around)).await
}
