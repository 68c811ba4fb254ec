//! Team members, version 1.

pub(super) mod event;
mod input;
mod parts;
mod wire;

use kernel::{Data, EmptyObject, Error, Kind, Lenient, Message, NoContent, Path, Result};

use self::input::{QuickTeamMemberIn, TeamMemberIn};
use self::parts::TeamUserOut;
use self::wire::{
    CompanyTeamMemberOut, CompanyTeamOut, ListedTeamMemberOut, NewTeamMemberOut, QuickTeamMemberOut,
    TeamMemberOut, TotalCount,
};
use super::flow;
use super::store::{self, Filter, Member};
use super::view::View;
use crate::access::{At, perm};
use crate::licenses;

/// List the team members of a location
///
/// The heaviest first; those dismissed with them, those deleted not.
#[utoipa::path(
    get, path = "/staff/{location_id}", operation_id = "get_team_member_list", tag = "Team Members",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The team members", body = Data<Vec<ListedTeamMemberOut>>))
)]
pub async fn get_team_member_list(at: At<perm::Member>) -> Result<Data<Vec<ListedTeamMemberOut>>> {
    let mut conn = at.conn().await?;
    let view = View::of(&at, &mut conn, None).await?;
    let members = list(&mut conn, at.location_id).await?;
    let mut users = std::collections::HashMap::<i64, Vec<TeamUserOut>>::new();
    for user in store::users(&mut conn, at.location_id, None).await? {
        users.entry(user.team_member_id).or_default().push(user.into());
    }
    let out = members.into_iter().map(|m| {
        let user = users.remove(&m.id).unwrap_or_default();
        ListedTeamMemberOut::of(m, user, &view)
    });
    Ok(Data::new(out.collect()))
}

async fn list(conn: &mut db::Conn, location_id: i64) -> Result<Vec<Member>> {
    store::list(conn, location_id, &Filter { deleted: Some(false), ..Filter::default() }).await
}

/// Create a team member
#[utoipa::path(
    post, path = "/staff/{location_id}", operation_id = "deprecated_create_team_member",
    tag = "Team Members",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = TeamMemberIn,
    responses((status = 201, description = "The team member", body = Data<NewTeamMemberOut>))
)]
pub async fn deprecated_create_team_member(
    at: At<perm::TeamCreate>,
    input: Lenient<TeamMemberIn>,
) -> Result<Data<NewTeamMemberOut>> {
    let answer = |m, view: &View| Data::new(NewTeamMemberOut::of(m, view)).created();
    flow::create(&at, input.0.into(), answer).await
}

/// Get a team member
///
/// In a list of one. One who is deleted is still shown, with `status` 1.
#[utoipa::path(
    get, path = "/staff/{location_id}/{team_member_id}", operation_id = "get_team_member_by_id",
    tag = "Team Members",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("team_member_id" = i64, Path, description = "The team member")
    ),
    responses((status = 200, description = "The team member", body = Data<Vec<TeamMemberOut>>))
)]
pub async fn get_team_member_by_id(
    at: At<perm::Member>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Data<Vec<TeamMemberOut>>> {
    let mut conn = at.conn().await?;
    let member = store::by_id(&mut conn, at.location_id, id).await?.ok_or_else(Error::not_found)?;
    let revision = member.revision;
    let view = View::of(&at, &mut conn, Some(id)).await?;
    Ok(Data::new(vec![TeamMemberOut::of(member, &view)]).revision(revision))
}

/// Change a team member
///
/// `fired` dismisses him (1) and takes him back (0), for which the asker needs the right
/// `settings_master_dismiss_access` too. Where the location has a payment policy,
/// `is_included_in_payment_policy` is for those who may change its settings (`settings_basis_access`).
#[utoipa::path(
    put, path = "/staff/{location_id}/{team_member_id}", operation_id = "update_team_member",
    tag = "Team Members",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("team_member_id" = i64, Path, description = "The team member")
    ),
    request_body = TeamMemberIn,
    responses((status = 200, description = "The team member", body = Data<TeamMemberOut>))
)]
pub async fn update_team_member(
    at: At<perm::TeamEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<TeamMemberIn>,
) -> Result<Data<TeamMemberOut>> {
    let answer = |m: Member, view: &View| {
        let revision = m.revision;
        Data::new(TeamMemberOut::of(m, view)).revision(revision)
    };
    flow::update(&at, id, input.0.into(), answer).await
}

/// Delete a team member
///
/// Softly: he leaves the lists and stays for history. The user he was stays a user of the location.
#[utoipa::path(
    delete, path = "/staff/{location_id}/{team_member_id}", operation_id = "delete_team_member",
    tag = "Team Members",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("team_member_id" = i64, Path, description = "The team member")
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_team_member(
    at: At<perm::TeamDelete>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, id).await
}

/// Create a team member from few fields, with his user
///
/// With an e-mail address, the user is found by it or made, and becomes the team member's. One who is no user of
/// the location yet becomes a worker there once he accepts an invitation; to bring him in, the asker needs the
/// right `create_users_access` too. Without an address there is no user.
#[utoipa::path(
    post, path = "/company/{location_id}/staff/quick", operation_id = "create_team_member_quick",
    tag = "Team Members",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = QuickTeamMemberIn,
    responses((status = 201, description = "The team member", body = Data<QuickTeamMemberOut, EmptyObject>))
)]
pub async fn create_team_member_quick(
    at: At<perm::TeamCreate>,
    input: Lenient<QuickTeamMemberIn>,
) -> Result<Data<QuickTeamMemberOut, EmptyObject>> {
    let answer = |m, view: &View| Data::with_meta(QuickTeamMemberOut::of(m, view), EmptyObject {}).created();
    flow::create_quick(&at, input.0.into(), answer).await
}

/// Refuses where the location's licence is over.
async fn licensed(at: &At<perm::Member>, conn: &mut db::Conn) -> Result<()> {
    let license = licenses::store::of_location(conn, at.location_id).await?;
    if license.in_force(at.now) {
        return Ok(());
    }
    Err(Error::new(Kind::Forbidden, Message::new("license-over").with("location", at.location_id)))
}

/// Get a team member, the older way
///
/// In a list of one. Answers 403 where the location's licence is over.
#[utoipa::path(
    get, path = "/company/{location_id}/staff/{team_member_id}", operation_id = "get_team_member",
    tag = "Team Members",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("team_member_id" = i64, Path, description = "The team member")
    ),
    responses(
        (status = 200, description = "The team member", body = Data<CompanyTeamOut, TotalCount>),
        (status = 403, description = "The location's licence is over")
    )
)]
pub async fn get_team_member(
    at: At<perm::Member>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Data<CompanyTeamOut, TotalCount>> {
    let mut conn = at.conn().await?;
    licensed(&at, &mut conn).await?;
    let absent = || {
        let message = Message::new("team-member-not-here").with("id", id).with("location", at.location_id);
        Error::not_found().detail(message)
    };
    let member = store::by_id(&mut conn, at.location_id, id).await?.ok_or_else(absent)?;
    let revision = member.revision;
    let view = View::of(&at, &mut conn, Some(id)).await?;
    let out = CompanyTeamOut(vec![CompanyTeamMemberOut::of(member, &view)]);
    Ok(Data::with_meta(out, TotalCount { total_count: 1 }).revision(revision))
}

/// List the team members of a location, the older way
///
/// The path of one, with none named. Answers 403 where the location's licence is over.
#[utoipa::path(
    get, path = "/company/{location_id}/staff", operation_id = "get_location_team", tag = "Team Members",
    params(("location_id" = i64, Path, description = "The location")),
    responses(
        (status = 200, description = "The team members", body = Data<CompanyTeamOut, TotalCount>),
        (status = 403, description = "The location's licence is over")
    )
)]
pub async fn get_location_team(at: At<perm::Member>) -> Result<Data<CompanyTeamOut, TotalCount>> {
    let mut conn = at.conn().await?;
    licensed(&at, &mut conn).await?;
    let view = View::of(&at, &mut conn, None).await?;
    let members = list(&mut conn, at.location_id).await?.into_iter();
    let out: Vec<_> = members.map(|m| CompanyTeamMemberOut::of(m, &view)).collect();
    let meta = TotalCount { total_count: out.len() };
    Ok(Data::with_meta(CompanyTeamOut(out), meta))
}
