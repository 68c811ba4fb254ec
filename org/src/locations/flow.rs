//! Writes of locations.

use kernel::{App, Call, Change as Happened, Data, NoContent, Problems, Result};
use serde_json::json;

use super::rules::{self, Change};
use super::store::{self, Location};
use super::v1::{ListedOut, LocationOut, Shown};
use crate::access::{At, perm};
use crate::rights::{Grants, Role};
use crate::users::{self, Membership};

/// Makes a location; who makes it is its owner, for good.
pub(super) async fn create(call: &Call, change: Change) -> Result<Data<ListedOut>> {
    let mut problems = Problems::new();
    problems.check(change.title.as_ref().is_some(), "title", "field-required");
    problems.check(
        change.country_id.as_ref().is_some()
            || change.country.as_ref().is_some()
            || change.city_id.as_ref().is_some(),
        "country_id",
        "field-required",
    );
    let (mut location, phones) = rules::change(&Location::new(0), change, &mut problems);
    problems.done()?;
    if location.city_id == 0
        && location.timezone == "UTC"
        && let Some(zone) = crate::dictionaries::main_time_zone(location.country_id)
    {
        zone.clone_into(&mut location.timezone);
    }
    let mut unit = call.begin().await?;
    location.id = store::insert(&mut unit, &location, call.now).await?;
    unit.at_location(location.id);
    let phones = phones.unwrap_or_default();
    store::set_phones(&mut unit, location.id, &phones).await?;
    store::insert_form(&mut unit, location.id, None, &location.title, true).await?;
    crate::licenses::store::insert(&mut unit, location.id, call.now).await?;
    let owner = Membership {
        location_id: location.id,
        user_id: call.user_id,
        grants: Grants::of_role(Role::Owner),
        team_member_id: None,
        information: String::new(),
        is_approved: true,
        is_non_deletable: true,
        revision: 1,
    };
    users::store::put_memberships(&mut unit, &[owner], call.now).await?;
    unit.emit("salon", location.id, Happened::Create).await?;
    unit.stale();
    let revision = location.revision;
    let shown = Shown { phones: vec![phones], ..Shown::default() };
    let out = ListedOut::of(&call.app, call.now, location, &shown, 0);
    unit.commit(Data::new(out).created().revision(revision)).await
}

/// Changes a location.
pub(super) async fn update(
    at: &At<perm::SettingsBasis>,
    change: Change,
    out: impl AsyncFnOnce(&mut db::Conn, Location) -> Result<LocationOut>,
) -> Result<Data<LocationOut>> {
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, at.location_id).await?;
    at.check_revision(before.revision)?;
    let mut problems = Problems::new();
    let (mut after, phones) = rules::change(&before, change, &mut problems);
    problems.done()?;
    after.revision = store::update(&mut unit, &after, at.now).await?;
    if let Some(phones) = &phones {
        store::set_phones(&mut unit, after.id, phones).await?;
    }
    unit.about("salon", after.id, json!({"title": after.title, "revision": after.revision}));
    unit.emit("salon", after.id, Happened::Update).await?;
    let revision = after.revision;
    let out = out(&mut unit, after).await?;
    unit.commit(Data::new(out).revision(revision)).await
}

/// Deletes a location, softly: [`restore`] undoes it.
pub(super) async fn delete(at: &At<perm::Owner>) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, at.location_id).await?;
    at.check_revision(before.revision)?;
    store::delete(&mut unit, before.id, at.now).await?;
    unit.about("salon", before.id, json!({"title": before.title}));
    unit.emit("salon", before.id, Happened::Delete).await?;
    unit.stale();
    unit.commit(NoContent::accepted()).await
}

/// Undoes the deletion of a location; false when it is not deleted.
pub async fn restore(app: &App, id: i64) -> Result<bool> {
    let now = app.now();
    app.write(async |tx| store::undelete(tx, id, now).await).await
}
