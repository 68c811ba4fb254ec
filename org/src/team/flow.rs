//! Writes of team members, the same behind all faces. Rows are locked in one order: team member, position,
//! membership, location.

use kernel::{Answer, Call, Change as Happened, Error, Message, NoContent, Problems, Result, Unit};
use serde_json::json;

use super::rules::{self, Change, Employment};
use super::store::{self, Member, Profile};
use super::view::View;
use crate::access::perm::Right;
use crate::access::{At, perm};
use crate::positions;
use crate::users::{self, Membership, Person};

/// A new team member, with whom he is as a user.
#[derive(Debug, Default)]
pub(super) struct Quick {
    pub change: Change,
    pub user_email: String,
    pub user_phone: String,
    pub is_user_invite: bool,
}

/// Names a position that the location does not have; kept as it is until the end of the transaction.
async fn check_position(
    unit: &mut Unit,
    location_id: i64,
    before: Option<i64>,
    after: Option<i64>,
    problems: &mut Problems,
) -> Result<()> {
    if let Some(id) = after.filter(|_| before != after) {
        let there = positions::store::lock_if_there(unit, location_id, id).await?;
        problems.check(there.is_some(), "position_id", "field-not-found");
    }
    Ok(())
}

/// Names a user that the location does not have, or that the editor can't change.
async fn check_user(
    unit: &mut Unit,
    editor: &Membership,
    before: Option<i64>,
    after: Option<i64>,
    problems: &mut Problems,
) -> Result<()> {
    if before == after {
        return Ok(());
    }
    for (user, is_new) in [(before, false), (after, true)] {
        let Some(id) = user else { continue };
        match users::store::lock_membership(unit, editor.location_id, id).await? {
            None => problems.check(!is_new, "user_id", "field-not-found"),
            Some(target) => {
                let fine = users::rules::is_editable(&target, editor);
                problems.check(fine, "user_id", "access-denied");
            }
        }
    }
    Ok(())
}

async fn room_for_one(unit: &mut Unit, location_id: i64, problems: &mut Problems) -> Result<()> {
    if store::lock_count(unit, location_id).await? >= store::MOST {
        problems.add("name", Message::new("field-too-many").with("limit", store::MOST));
    }
    Ok(())
}

async fn shown(unit: &mut Unit, call: &Call, id: i64) -> Result<(Member, View)> {
    let member = store::by_id(unit, call.location_id, id).await?.ok_or_else(Error::not_found)?;
    Ok((member, View::of(call, unit, Some(id)).await?))
}

/// Whether the location's payment policy may be said not to count for a team member.
///
/// Hosted, this has a right of its own, which the tree of rights does not have: who changes the location's
/// settings decides on it. Where there is no policy, nothing is decided.
async fn policy(
    unit: &mut Unit,
    at: &Call,
    editor: &Membership,
    before: bool,
    after: &mut Member,
) -> Result<()> {
    if after.is_in_payment_policy == before {
        return Ok(());
    }
    let (_, policy) = store::setting(unit, at.location_id).await?;
    if policy == "none" {
        after.is_in_payment_policy = before;
    } else if !perm::SettingsBasis::allowed(editor) {
        return Err(Error::denied());
    }
    Ok(())
}

/// Makes a team member.
pub(super) async fn create<A: Answer>(
    at: &At<perm::TeamCreate>,
    change: Change,
    answer: impl FnOnce(Member, &View) -> A,
) -> Result<A> {
    let mut problems = Problems::new();
    let mut member = rules::change(None, change, at.now, &mut problems);
    let mut unit = at.begin().await?;
    check_position(&mut unit, at.location_id, None, member.position_id, &mut problems).await?;
    check_user(&mut unit, &at.membership, None, member.user_id, &mut problems).await?;
    room_for_one(&mut unit, at.location_id, &mut problems).await?;
    problems.done()?;
    policy(&mut unit, at, &at.membership, true, &mut member).await?;
    if member.fired && !perm::TeamDismiss::allowed(&at.membership) {
        return Err(Error::denied());
    }
    let id = store::insert(&mut unit, at.location_id, &member, at.now).await?;
    if member.user_id.is_some() {
        users::store::link_team_member(&mut unit, at.location_id, id, member.user_id).await?;
        unit.stale();
    }
    unit.about("staff", id, json!({"name": member.name}));
    unit.emit("staff", id, Happened::Create).await?;
    let (member, view) = shown(&mut unit, at, id).await?;
    unit.commit(answer(member, &view)).await
}

/// Makes a team member from few fields, with his user where an e-mail address is given.
pub(super) async fn create_quick<A: Answer>(
    at: &At<perm::TeamCreate>,
    quick: Quick,
    answer: impl FnOnce(Member, &View) -> A,
) -> Result<A> {
    let mut problems = Problems::new();
    let member = rules::change(None, quick.change, at.now, &mut problems);
    let phone = &quick.user_phone;
    problems.check(phone.is_empty() || rules::is_phone(phone), "user_phone", "field-phone-digits");
    // No user is made of a phone alone, and nobody is invited without an address.
    let alone = quick.user_email.is_empty() && (quick.is_user_invite || !phone.is_empty());
    problems.check(!alone, "user_email", "field-required");
    let mut unit = at.begin().await?;
    check_position(&mut unit, at.location_id, None, member.position_id, &mut problems).await?;
    room_for_one(&mut unit, at.location_id, &mut problems).await?;
    let found = if quick.user_email.is_empty() {
        None
    } else {
        let person = Person {
            name: member.name.chars().take(100).collect(),
            email: quick.user_email,
            phone: quick.user_phone,
            invite: quick.is_user_invite,
        };
        users::look_up(&mut unit, &at.membership, person, &mut problems).await?
    };
    problems.done()?;
    let id = store::insert(&mut unit, at.location_id, &member, at.now).await?;
    if let Some(found) = found {
        users::engage(&mut unit, at, &at.membership, found, id).await?;
    }
    unit.about("staff", id, json!({"name": member.name}));
    unit.emit("staff", id, Happened::Create).await?;
    let (member, view) = shown(&mut unit, at, id).await?;
    unit.commit(answer(member, &view)).await
}

/// Changes a team member: dismisses him and takes him back, too.
pub(super) async fn update<A: Answer>(
    at: &At<perm::TeamEdit>,
    id: i64,
    change: Change,
    answer: impl FnOnce(Member, &View) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, at.location_id, id).await?;
    at.check_revision(before.revision)?;
    let mut problems = Problems::new();
    let mut after = rules::change(Some(&before), change, at.now, &mut problems);
    check_position(&mut unit, at.location_id, before.position_id, after.position_id, &mut problems).await?;
    check_user(&mut unit, &at.membership, before.user_id, after.user_id, &mut problems).await?;
    problems.done()?;
    if before.fired != after.fired && !perm::TeamDismiss::allowed(&at.membership) {
        return Err(Error::denied());
    }
    policy(&mut unit, at, &at.membership, before.is_in_payment_policy, &mut after).await?;
    store::update(&mut unit, at.location_id, &before, &after, at.now).await?;
    if before.user_id != after.user_id {
        users::store::link_team_member(&mut unit, at.location_id, id, after.user_id).await?;
        unit.stale();
    }
    unit.about("staff", id, json!({"name": after.name, "fired": after.fired, "hidden": after.hidden}));
    unit.emit("staff", id, Happened::Update).await?;
    let (member, view) = shown(&mut unit, at, id).await?;
    unit.commit(answer(member, &view)).await
}

/// Deletes a team member, softly; the user he was is nobody of the team from then on.
pub(super) async fn delete(at: &At<perm::TeamDelete>, id: i64) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, at.location_id, id).await?;
    at.check_revision(before.revision)?;
    let after = Member { is_deleted: true, ..before.clone() };
    users::store::link_team_member(&mut unit, at.location_id, id, None).await?;
    unit.stale();
    store::update(&mut unit, at.location_id, &before, &after, at.now).await?;
    unit.about("staff", id, json!({"name": before.name}));
    unit.emit("staff", id, Happened::Delete).await?;
    unit.commit(NoContent::new()).await
}

/// Changes a team member's employment profile, and his phone.
pub(super) async fn employ<A: Answer>(
    at: &At<perm::TeamEdit>,
    id: i64,
    sent: Employment,
    answer: impl FnOnce(Member, Profile) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, at.location_id, id).await?;
    let profile = store::profile(&mut unit, &at.app, at.location_id, id).await?.unwrap_or_default();
    at.check_revision(profile.revision)?;
    let mut problems = Problems::new();
    let (mut profile, phone) = rules::employ(&profile, &before.phone, sent, &mut problems);
    problems.done()?;
    profile.team_member_id = id;
    profile.revision = store::put_profile(&mut unit, &at.app, at.location_id, &profile, at.now).await?;
    let after = Member { phone, ..before.clone() };
    if after.phone != before.phone {
        store::update(&mut unit, at.location_id, &before, &after, at.now).await?;
    }
    // What it says stays out of the audit.
    unit.about("staff", id, json!({"employment": profile.revision}));
    unit.emit("staff", id, Happened::Update).await?;
    unit.commit(answer(after, profile)).await
}
