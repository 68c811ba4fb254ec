//! What spans users, memberships, invitations and the outbox.

use std::collections::HashMap;

use kernel::{Accepted, App, Call, Data, Done, Error, Message, NoContent, Problems, Result};
use serde_json::json;

use super::own::InvitationOut;
use super::rules::{self, Contact, Wanted};
use super::store::{self, Membership};
use super::v1::{InviteIn, LinkIn, RolePermissionsOut, UpdateIn};
use crate::access::perm::Right;
use crate::access::{At, perm};
use crate::outbox::{self, Channel};
use crate::rights::Role;

/// Random bytes of an invitation's secret.
const TOKEN: usize = 16;

/// A user made by the command line.
#[derive(Clone, Debug)]
pub struct NewUser<'a> {
    /// Name.
    pub name: &'a str,
    /// E-mail address or phone number; also the login.
    pub contact: &'a str,
    /// Password.
    pub password: &'a str,
}

/// Makes a user who can sign in at once.
///
/// # Errors
/// When the contact or the password won't do, or the contact is taken.
pub async fn create(app: &App, new: &NewUser<'_>) -> Result<i64> {
    let mut problems = Problems::new();
    let contact = Contact::parse(new.contact, None);
    problems.check(contact.is_some(), "login", "field-phone-or-email");
    problems.check(!new.name.trim().is_empty(), "name", "field-required");
    crate::sessions::rules::new_password(new.password, "password", &mut problems);
    problems.done()?;
    let Some(contact) = contact else { return Err(Error::invalid("login", "field-phone-or-email")) };
    let hash = crate::sessions::hash_password(app, new.password).await?;
    let now = app.now();
    app.write(async |tx| {
        if !store::by_contacts(tx, &[contact.text().to_owned()]).await?.is_empty() {
            return Err(Error::invalid("login", "taken"));
        }
        let made = store::insert(tx, &[row(new.name.trim(), &contact, true)], now).await?;
        let (_, id) = made.into_iter().next().ok_or_else(|| Error::internal("no row came back"))?;
        store::set_password(tx, id, &hash, now).await?;
        Ok(id)
    })
    .await
}

fn row(name: &str, contact: &Contact, is_approved: bool) -> store::NewRow {
    let (email, phone) = match contact {
        Contact::Email(email) => (Some(email.clone()), None),
        Contact::Phone(phone) => (None, Some(phone.clone())),
    };
    store::NewRow { name: name.to_owned(), login: contact.text().to_owned(), email, phone, is_approved }
}

fn wanted(values: Option<Vec<super::v1::PermissionIn>>) -> Vec<Wanted> {
    let values = values.unwrap_or_default().into_iter();
    values.map(|p| Wanted { slug: p.slug.unwrap_or_default(), value: p.value.unwrap_or_default() }).collect()
}

/// Role, rights and team member of a user.
pub(super) async fn update(
    at: &At<perm::UsersEdit>,
    user_id: i64,
    input: UpdateIn,
) -> Result<Data<RolePermissionsOut, kernel::EmptyObject>> {
    let mut unit = at.begin().await?;
    let before =
        store::lock_membership(&mut unit, at.location_id, user_id).await?.ok_or_else(Error::not_found)?;
    if !rules::is_editable(&before, &at.membership) {
        return Err(Error::denied());
    }
    at.check_revision(before.revision)?;
    let mut problems = Problems::new();
    let role = role(input.user_role.as_deref(), "user_role", &mut problems);
    let grants = rules::grant(
        Some(&before.grants),
        role,
        &wanted(input.user_permissions),
        &at.membership.grants,
        "",
        &mut problems,
    );
    let team_member_id = match input.staff_id {
        kernel::Patch::Absent => before.team_member_id,
        kernel::Patch::Null | kernel::Patch::Set(0) => None,
        kernel::Patch::Set(id) => Some(id),
    };
    if let Some(id) = team_member_id.filter(|id| before.team_member_id != Some(*id)) {
        let known = store::team_members(&mut unit, at.location_id, &[id]).await?;
        problems.check(!known.is_empty(), "staff_id", "field-not-found");
        let other = store::of_team_members(&mut unit, at.location_id, &[id]).await?;
        let free = other.iter().all(|(_, user)| *user == user_id);
        problems.check(free, "staff_id", "field-somebody-else");
    }
    problems.done()?;
    rules::keep_owner(&before, grants.role())?;
    let after = Membership { grants, team_member_id, revision: before.revision + 1, ..before.clone() };
    store::put_memberships(&mut unit, std::slice::from_ref(&after), at.now).await?;
    unit.about("user", user_id, json!({"role": after.role().slug(), "rights": after.grants.to_json()}));
    unit.stale();
    let out = RolePermissionsOut::new(&after, &at.membership);
    unit.commit(Data::with_meta(out, kernel::EmptyObject {}).revision(after.revision)).await
}

fn role(slug: Option<&str>, field: &str, problems: &mut Problems) -> Option<Role> {
    let role = slug.map(Role::parse)?;
    problems.check(role.is_some(), field, "field-choice");
    role
}

/// Removes a user from the location.
pub(super) async fn remove(at: &At<perm::UsersDelete>, user_id: i64) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    let target =
        store::lock_membership(&mut unit, at.location_id, user_id).await?.ok_or_else(Error::not_found)?;
    rules::may_remove(&target, &at.membership)?;
    store::remove(&mut unit, user_id, &[at.location_id]).await?;
    unit.about("user", user_id, json!({"removed": true}));
    unit.stale();
    unit.commit(NoContent::new()).await
}

/// One invitation, read and found in order.
struct Invite {
    name: String,
    contact: Contact,
    membership: Membership,
}

fn read_invites(
    at: &At<perm::UsersCreate>,
    invites: Vec<InviteIn>,
    country: Option<&str>,
    problems: &mut Problems,
) -> Vec<Invite> {
    let mut out: Vec<Invite> = Vec::with_capacity(invites.len());
    problems.check(!invites.is_empty(), "invites", "field-empty");
    if invites.len() > rules::INVITES {
        problems.add("invites", Message::new("field-too-many").with("limit", rules::INVITES));
        return out;
    }
    for (n, invite) in invites.into_iter().enumerate() {
        let field = |name: &str| format!("invites.{n}.{name}");
        let name = invite.name.unwrap_or_default().trim().to_owned();
        problems.check(!name.is_empty(), &field("name"), "field-required");
        problems.length(&name, 100, &field("name"));
        let information = invite.position.unwrap_or_default();
        problems.length(&information, 200, &field("position"));
        let role = role(invite.user_role.as_deref(), &field("user_role"), problems);
        let grants = rules::grant(
            None,
            Some(role.unwrap_or(Role::Worker)),
            &wanted(invite.user_permissions),
            &at.membership.grants,
            &format!("invites.{n}."),
            problems,
        );
        let search = invite.search.unwrap_or_default();
        let Some(contact) = Contact::parse(&search, country) else {
            let message = if search.is_empty() { "field-required" } else { "field-phone-or-email" };
            problems.add(field("search"), message);
            continue;
        };
        problems.check(!out.iter().any(|i| i.contact == contact), &field("search"), "field-duplicate");
        let membership = Membership {
            location_id: at.location_id,
            user_id: 0,
            grants,
            team_member_id: invite.staff_id.filter(|id| *id != 0),
            information,
            is_approved: false,
            is_non_deletable: false,
            revision: 1,
        };
        out.push(Invite { name, contact, membership });
    }
    out
}

/// Invites users to the location; each gets a link by e-mail or SMS.
pub(super) async fn invite(at: &At<perm::UsersCreate>, invites: Vec<InviteIn>) -> Result<Accepted> {
    let mut problems = Problems::new();
    let mut unit = at.begin().await?;
    let location = crate::locations::store::by_id(&mut unit, at.location_id).await?;
    let country = crate::dictionaries::country(location.country_id).map(|c| c.iso_code);
    let mut invites = read_invites(at, invites, country, &mut problems);

    let contacts: Vec<String> = invites.iter().map(|i| i.contact.text().to_owned()).collect();
    let known = store::by_contacts(&mut unit, &contacts).await?;
    let known: HashMap<&str, i64> = known
        .iter()
        .flat_map(|u| {
            [Some(u.login.as_str()), u.email.as_deref(), u.phone.as_deref()]
                .into_iter()
                .flatten()
                .zip(std::iter::repeat(u.id))
        })
        .collect();
    let ids: Vec<i64> = known.values().copied().collect();
    let members = store::memberships_of(&mut unit, at.location_id, &ids).await?;
    let staff: Vec<i64> = invites.iter().filter_map(|i| i.membership.team_member_id).collect();
    let staff_known = store::team_members(&mut unit, at.location_id, &staff).await?;
    let staff_users = store::of_team_members(&mut unit, at.location_id, &staff).await?;
    let mut nth = 0;
    for (n, invite) in invites.iter_mut().enumerate() {
        if let Some(id) = known.get(invite.contact.text()) {
            invite.membership.user_id = *id;
            let field = format!("invites.{n}.search");
            if let Some(member) = members.iter().find(|m| m.user_id == *id) {
                problems.check(!member.is_approved, &field, "taken");
                // Inviting again writes role and rights anew: not those of one above the asker.
                let reachable = member.is_approved || rules::is_editable(member, &at.membership);
                problems.check(reachable, &field, "access-denied");
            }
        }
        if let Some(id) = invite.membership.team_member_id {
            let field = format!("invites.{n}.staff_id");
            problems.check(staff_known.contains(&id), &field, "field-not-found");
            let user = invite.membership.user_id;
            let free = staff_users.iter().all(|(member, other)| *member != id || *other == user);
            problems.check(free, &field, "field-somebody-else");
            problems.check(!staff[..nth].contains(&id), &field, "field-duplicate");
            nth += 1;
        }
    }
    problems.done()?;

    let new: Vec<store::NewRow> = invites
        .iter()
        .filter(|i| i.membership.user_id == 0)
        .map(|i| row(&i.name, &i.contact, false))
        .collect();
    let made: HashMap<String, i64> = store::insert(&mut unit, &new, at.now).await?.into_iter().collect();
    for invite in &mut invites {
        if let Some(id) = made.get(invite.contact.text()) {
            invite.membership.user_id = *id;
        }
    }
    let memberships: Vec<Membership> = invites.iter().map(|i| i.membership.clone()).collect();
    store::put_memberships(&mut unit, &memberships, at.now).await?;
    let inviter = store::by_id(&mut unit, at.user_id).await?;
    let (rows, messages) = letters(at, &invites, &inviter.name, &location.title);
    store::put_invitations(&mut unit, at.location_id, &rows, at.now + rules::INVITATION).await?;
    outbox::store::insert(&mut unit, at.location_id, &messages, at.now).await?;
    unit.about("user", 0, json!({"invited": memberships.iter().map(|m| m.user_id).collect::<Vec<_>>()}));
    unit.stale();
    unit.commit(Accepted::new("saved")).await
}

fn letters(
    call: &Call,
    invites: &[Invite],
    inviter: &str,
    location: &str,
) -> (Vec<store::NewInvitation>, Vec<outbox::Message>) {
    let letter = |invite: &Invite| {
        let token = call.app.token(TOKEN);
        let link = format!("{}/invitation/{}", call.app.public_url(), token.reveal());
        let text = |name: &'static str| {
            Message::new(name)
                .with("inviter", inviter)
                .with("location", location)
                .with("name", &invite.name)
                .with("link", &link)
                .text(&call.language)
        };
        let row = store::NewInvitation { user_id: invite.membership.user_id, hash: token.hash() };
        let (channel, subject) = match invite.contact {
            Contact::Email(_) => (Channel::Email, text("mail-invitation-subject")),
            Contact::Phone(_) => (Channel::Sms, String::new()),
        };
        let recipient = invite.contact.text().to_owned();
        (row, outbox::Message { channel, recipient, subject, body: text("mail-invitation-body") })
    };
    invites.iter().map(letter).unzip()
}

/// Whom a new team member is to be, as a user.
#[derive(Debug)]
pub(crate) struct Person {
    /// Name.
    pub name: String,
    /// E-mail address, as sent.
    pub email: String,
    /// Phone number, digits without a plus; empty for none.
    pub phone: String,
    /// Whether to send an invitation.
    pub invite: bool,
}

/// A person, looked up.
#[derive(Debug)]
pub(crate) struct Found {
    name: String,
    contact: Contact,
    phone: Option<String>,
    user_id: Option<i64>,
    membership: Option<Membership>,
    invite: bool,
}

/// Looks a person up by the e-mail address; names what is wrong. To bring in one who is no user of the location
/// yet, or to invite him again, takes the right to invite users.
pub(crate) async fn look_up(
    conn: &mut db::Conn,
    editor: &Membership,
    person: Person,
    problems: &mut Problems,
) -> Result<Option<Found>> {
    let contact = Contact::parse(&person.email, None).filter(|c| matches!(c, Contact::Email(_)));
    problems.check(contact.is_some(), "user_email", "field-email");
    let phone = Some(person.phone).filter(|p| !p.is_empty()).map(|digits| format!("+{digits}"));
    // As other numbers are stored; one of no known plan is stored as it is.
    let phone = phone.map(|p| Contact::parse(&p, None).map_or(p, |known| known.text().to_owned()));
    let Some(contact) = contact else { return Ok(None) };
    let contacts: Vec<String> = std::iter::once(contact.text().to_owned()).chain(phone.clone()).collect();
    let known = store::by_contacts(conn, &contacts).await?;
    let is =
        |user: &&store::User| user.login == contact.text() || user.email.as_deref() == Some(contact.text());
    let user_id = known.iter().find(is).map(|user| user.id);
    // The phone of somebody else: the letter would go to an address that is not his.
    problems.check(user_id.is_some() || known.is_empty(), "user_phone", "taken");
    let ids: Vec<i64> = user_id.into_iter().collect();
    let membership = store::memberships_of(conn, editor.location_id, &ids).await?.into_iter().next();
    let invite = person.invite && membership.as_ref().is_none_or(|m| !m.is_approved);
    if (membership.is_none() || invite) && !perm::UsersCreate::allowed(editor) {
        return Err(Error::denied());
    }
    if let Some(member) = &membership {
        problems.check(rules::is_editable(member, editor), "user_email", "access-denied");
    }
    Ok(Some(Found { name: person.name, contact, phone, user_id, membership, invite }))
}

/// Makes the person a user of the location if he is none yet, and the user that this team member is; sends the
/// invitation if one was asked for. A new user is a worker, with what of a worker's rights the editor has too.
pub(crate) async fn engage(
    unit: &mut kernel::Unit,
    call: &Call,
    editor: &Membership,
    found: Found,
    team_member_id: i64,
) -> Result<()> {
    let user_id = match found.user_id {
        Some(id) => id,
        None => {
            let new = store::NewRow { phone: found.phone, ..row(&found.name, &found.contact, false) };
            let made = store::insert(unit, &[new], call.now).await?;
            made.first().map(|(_, id)| *id).ok_or_else(|| Error::internal("no row came back"))?
        }
    };
    let membership = match found.membership {
        Some(membership) => membership,
        None => {
            let mut grants = crate::rights::Grants::of_role(Role::Worker);
            grants.limit_to(&editor.grants);
            let new = Membership {
                location_id: call.location_id,
                user_id,
                grants,
                team_member_id: None,
                information: String::new(),
                is_approved: false,
                is_non_deletable: false,
                revision: 1,
            };
            store::put_memberships(unit, std::slice::from_ref(&new), call.now).await?;
            new
        }
    };
    store::link_team_member(unit, call.location_id, team_member_id, Some(user_id)).await?;
    if found.invite {
        let location = crate::locations::store::by_id(unit, call.location_id).await?;
        let inviter = store::by_id(unit, call.user_id).await?;
        let invite = Invite { name: found.name, contact: found.contact, membership };
        let (rows, messages) = letters(call, &[invite], &inviter.name, &location.title);
        store::put_invitations(unit, call.location_id, &rows, call.now + rules::INVITATION).await?;
        outbox::store::insert(unit, call.location_id, &messages, call.now).await?;
    }
    unit.stale();
    Ok(())
}

/// Copies a user with his rights to other locations.
pub(super) async fn copy(at: &At<perm::UsersEdit>, user_id: i64, links: Vec<LinkIn>) -> Result<Done> {
    let mut problems = Problems::new();
    let ids = rules::links(&links.iter().map(|l| l.company_id).collect::<Vec<_>>(), &mut problems);
    problems.done()?;
    let mut unit = at.begin().await?;
    let source = active(&mut unit, at.location_id, user_id).await?;
    let mut problems = Problems::new();
    let editors = editors::<perm::UsersCreate>(&mut unit, at, &ids, &mut problems).await?;
    let there = store::memberships_at(&mut unit, user_id, &ids).await?;
    let mut out = Vec::with_capacity(ids.len());
    for (n, link) in links.into_iter().enumerate() {
        let Some(editor) = editors.iter().find(|m| Some(m.location_id) == link.company_id) else { continue };
        let before = there.iter().find(|m| m.location_id == editor.location_id);
        if before.is_some_and(|b| !rules::is_editable(b, editor)) {
            problems.add(format!("user_company_links.{n}.company_id"), "access-denied");
            continue;
        }
        let field = format!("user_company_links.{n}.");
        if source.role().weight() > editor.role().weight() {
            problems.add(format!("{field}user_role"), "field-role-beyond");
        }
        // What the editor lacks at the target does not come along.
        let mut grants = source.grants.clone();
        grants.limit_to(&editor.grants);
        let wanted = wanted(link.user_permissions);
        let grants = rules::grant(Some(&grants), None, &wanted, &editor.grants, &field, &mut problems);
        if before.is_some_and(|b| rules::keep_owner(b, grants.role()).is_err()) {
            problems.add(format!("{field}company_id"), "user-not-deletable");
        }
        out.push(Membership {
            location_id: editor.location_id,
            user_id,
            grants,
            team_member_id: before.and_then(|b| b.team_member_id),
            information: before.map_or_else(|| source.information.clone(), |b| b.information.clone()),
            is_approved: before.is_none_or(|b| b.is_approved),
            is_non_deletable: before.is_some_and(|b| b.is_non_deletable),
            revision: 1,
        });
    }
    problems.done()?;
    store::put_memberships(&mut unit, &out, at.now).await?;
    unit.about("user", user_id, json!({"copied_to": ids}));
    unit.stale();
    unit.commit(Done::done()).await
}

/// Removes a user from several locations.
pub(super) async fn remove_from(
    at: &At<perm::UsersDelete>,
    user_id: i64,
    ids: Vec<Option<i64>>,
) -> Result<Done> {
    let mut problems = Problems::new();
    let ids = rules::links(&ids, &mut problems);
    problems.done()?;
    let mut unit = at.begin().await?;
    active(&mut unit, at.location_id, user_id).await?;
    let mut problems = Problems::new();
    let editors = editors::<perm::UsersDelete>(&mut unit, at, &ids, &mut problems).await?;
    problems.done()?;
    for target in store::memberships_at(&mut unit, user_id, &ids).await? {
        if let Some(editor) = editors.iter().find(|m| m.location_id == target.location_id) {
            rules::may_remove(&target, editor)?;
        }
    }
    store::remove(&mut unit, user_id, &ids).await?;
    unit.about("user", user_id, json!({"removed_from": ids}));
    unit.stale();
    unit.commit(Done::done()).await
}

async fn active(unit: &mut kernel::Unit, location_id: i64, user_id: i64) -> Result<Membership> {
    let source = store::membership(unit, location_id, user_id).await?.ok_or_else(Error::not_found)?;
    if source.is_approved { Ok(source) } else { Err(Error::conflict("user-not-active")) }
}

/// What the asker is at these locations; names those that are not his or where he lacks the right.
async fn editors<P: perm::Right>(
    unit: &mut kernel::Unit,
    call: &Call,
    ids: &[i64],
    problems: &mut Problems,
) -> Result<Vec<Membership>> {
    let mut found = store::memberships_at(unit, call.user_id, ids).await?;
    found.retain(|m| m.is_approved);
    for (n, id) in ids.iter().enumerate() {
        let field = format!("user_company_links.{n}.company_id");
        match found.iter().find(|m| m.location_id == *id) {
            None => problems.add(field, "field-not-found"),
            Some(m) => problems.check(P::allowed(m), &field, "access-denied"),
        }
    }
    Ok(found)
}

/// Accepts an invitation by its secret. A new user chooses his password; who has one keeps it.
pub(super) async fn accept(
    call: &Call,
    token: &str,
    name: &str,
    password: &str,
) -> Result<Data<InvitationOut>> {
    let hash = kernel::Hash::of(token);
    let invitation =
        store::invitation(&mut call.conn().await?, &hash, call.now).await?.ok_or_else(Error::not_found)?;
    let mut problems = Problems::new();
    problems.length(name, 100, "name");
    if !invitation.has_password {
        crate::sessions::rules::new_password(password, "password", &mut problems);
    }
    problems.done()?;
    let password_hash = if invitation.has_password {
        None
    } else {
        Some(crate::sessions::hash_password(&call.app, password).await?)
    };
    let mut unit = call.begin().await?;
    unit.by_user(invitation.user_id);
    unit.at_location(invitation.location_id);
    // Looked up again within the transaction: a link serves once.
    if store::invitation(&mut unit, &hash, call.now).await?.as_ref() != Some(&invitation) {
        return Err(Error::not_found());
    }
    if let Some(hash) = &password_hash {
        store::set_password(&mut unit, invitation.user_id, hash, call.now).await?;
        if !name.trim().is_empty() {
            store::set_name(&mut unit, invitation.user_id, name.trim()).await?;
        }
    }
    store::approve(&mut unit, invitation.location_id, invitation.user_id).await?;
    unit.about("invitation", invitation.user_id, json!({"accepted": true}));
    unit.stale();
    unit.commit(Data::new(invitation.into())).await
}
