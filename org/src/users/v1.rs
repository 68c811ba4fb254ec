//! Users and their rights, version 1.

use kernel::{
    Accepted, Count, Data, Done, EmptyObject, Error, Lenient, List, NoContent, Page, Patch, Path, Query,
    Result,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::store::{self, LocationUser, Membership};
use super::{flow, rules};
use crate::access::{At, perm};
use crate::rights::{self, FlatValue, Grants, Node};

/// Users of a location given at once, at the most.
const MOST: i64 = 1000;

/// Which users to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct UsersFilter {
    // Published flat, as it is written in a query; see the operation.
    #[param(ignore)]
    filter: ApprovedFilter,
    /// Page, counted from 1.
    page: Option<i64>,
    /// Users on a page (at most 1000).
    count: Option<i64>,
}

/// `filter[…]` of the users' list.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ApprovedFilter {
    is_approved: Option<bool>,
}

/// A user of a location.
#[derive(Debug, Serialize, ToSchema)]
pub struct LocationUserOut {
    /// The user's id.
    #[schema(example = 10)]
    id: i64,
    /// Name.
    #[schema(example = "Bob Williams")]
    name: String,
    /// Phone number; empty when there is none.
    #[schema(example = "+13155550175")]
    phone: String,
    /// E-mail address; empty when there is none.
    #[schema(example = "b.williams@example.com")]
    email: String,
    /// What he does there.
    #[schema(example = "Manager")]
    information: String,
    /// Whether he has accepted the invitation.
    is_approved: bool,
    /// Whether he can't be removed.
    is_non_deletable: bool,
    /// Role.
    #[schema(example = "manager")]
    user_role_slug: String,
}

impl From<LocationUser> for LocationUserOut {
    fn from(user: LocationUser) -> Self {
        Self {
            id: user.membership.user_id,
            name: user.name,
            phone: user.phone,
            email: user.email,
            user_role_slug: user.membership.role().slug().to_owned(),
            information: user.membership.information,
            is_approved: user.membership.is_approved,
            is_non_deletable: user.membership.is_non_deletable,
        }
    }
}

/// List the users of a location
#[utoipa::path(
    get, path = "/company/{location_id}/users", operation_id = "get_location_users",
    tag = "Users & Permissions",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("filter[is_approved]" = Option<i64>, Query, example = 1,
            description = "1: those who have accepted their invitation, 0: those who have not"),
        UsersFilter
    ),
    responses((status = 200, description = "The users", body = Data<Vec<LocationUserOut>, Count>))
)]
pub async fn get_location_users(
    at: At<perm::Users>,
    query: Query<UsersFilter>,
) -> Result<List<LocationUserOut>> {
    let page = Page::of(query.0.page, query.0.count, MOST, MOST);
    let approved = query.0.filter.is_approved;
    let mut conn = at.conn().await?;
    let users = store::list(&mut conn, at.location_id, approved, page).await?;
    let count = store::count(&mut conn, at.location_id, approved).await?;
    Ok(List::counted(users.into_iter().map(Into::into).collect(), count))
}

/// A user as the old list shows him.
#[derive(Debug, Serialize, ToSchema)]
pub struct OldUserOut {
    /// The user's id.
    #[schema(example = 224_348)]
    id: i64,
    /// Name.
    #[schema(example = "James")]
    firstname: String,
    /// Login.
    #[schema(example = "j.smith")]
    login: String,
    /// E-mail address; empty when there is none.
    #[schema(example = "j.smith@example.com")]
    email: String,
    /// Phone number; empty when there is none.
    #[schema(example = "+13155550175")]
    phone: String,
    /// What he does there.
    #[schema(example = "Test user")]
    information: String,
    /// The rights that the old list knows.
    access: OldAccess,
}

/// The rights that the old list knows.
#[derive(Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the right of the same name")]
pub struct OldAccess {
    stat_access: bool,
    schedule_edit_access: bool,
    client_phones_access: bool,
    clients_access: bool,
    settings_access: bool,
    edit_records_access: bool,
    timetable_access: bool,
    billing_access: bool,
    users_access: bool,
    excel_access: bool,
    finances_access: bool,
    storages_access: bool,
    send_sms: bool,
    /// The one team member whose schedule he sees; 0 for all.
    #[schema(example = 0)]
    master_id: i64,
}

impl OldAccess {
    fn of(grants: &Grants) -> Self {
        let flag = |slug| grants.allows(slug);
        Self {
            stat_access: flag("stat_access"),
            schedule_edit_access: flag("schedule_edit_access"),
            client_phones_access: flag("client_phones_access"),
            clients_access: flag("clients_access"),
            settings_access: flag("settings_access"),
            edit_records_access: flag("edit_records_access"),
            timetable_access: flag("timetable_access"),
            billing_access: flag("billing_access"),
            users_access: flag("users_access"),
            excel_access: flag("excel_access"),
            finances_access: flag("finances_access"),
            storages_access: flag("storages_access"),
            send_sms: flag("send_sms"),
            master_id: grants.get("timetable_master_id").and_then(|v| v.to_json().as_i64()).unwrap_or(0),
        }
    }
}

/// List the users of a location, the old way
#[utoipa::path(
    get, path = "/company_users/{location_id}", operation_id = "deprecated_get_location_users",
    tag = "Users & Permissions",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The users", body = Data<Vec<OldUserOut>>))
)]
#[deprecated]
pub async fn deprecated_get_location_users(at: At<perm::Users>) -> Result<Data<Vec<OldUserOut>>> {
    let page = Page { limit: MOST, offset: 0 };
    let users = store::list(&mut at.conn().await?, at.location_id, Some(true), page).await?;
    let out = users.into_iter().map(|user| OldUserOut {
        id: user.membership.user_id,
        firstname: user.name,
        login: user.login,
        email: user.email,
        phone: user.phone,
        access: OldAccess::of(&user.membership.grants),
        information: user.membership.information,
    });
    Ok(Data::new(out.collect()))
}

/// The rights of a user in groups, each with its value.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct GroupsOut(Map<String, Value>);

impl utoipa::PartialSchema for GroupsOut {
    /// Made of the very value that is answered: every key of an owner's rights, with the type of its value.
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let owner = rights::wire_groups(&Grants::of_role(rights::Role::Owner));
        schema_of(&Value::Object(owner))
    }
}

impl ToSchema for GroupsOut {}

fn schema_of(value: &Value) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
    let plain = |kind: Type, example: &Value| {
        ObjectBuilder::new().schema_type(kind).examples([example.clone()]).into()
    };
    match value {
        Value::Object(map) => {
            let mut object = ObjectBuilder::new();
            for (key, value) in map {
                object = object.property(key, schema_of(value)).required(key);
            }
            object.into()
        }
        Value::Array(_) => ArrayBuilder::new()
            .items(utoipa::openapi::schema::Object::with_type(utoipa::openapi::schema::SchemaType::AnyValue))
            .into(),
        Value::Bool(_) => plain(Type::Boolean, value),
        Value::Number(_) => plain(Type::Integer, value),
        _ => plain(Type::String, value),
    }
}

/// Get the own rights at a location
#[utoipa::path(
    get, path = "/user/permissions/{location_id}", operation_id = "get_permission_list",
    tag = "Users & Permissions",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The rights in groups", body = Data<GroupsOut>))
)]
pub async fn get_permission_list(at: At<perm::Member>) -> Result<Data<GroupsOut>> {
    Ok(Data::new(GroupsOut(rights::wire_groups(&at.membership.grants))))
}

/// What to add to roles.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct RolesFilter {
    /// `user_permissions` adds the rights as a tree.
    include: Vec<String>,
}

impl RolesFilter {
    fn permissions(&self) -> bool {
        self.include.iter().any(|i| i == "user_permissions")
    }
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleOut {
    /// Its name on the wire.
    #[schema(example = "administrator")]
    slug: String,
    /// For people.
    #[schema(example = "Administrator")]
    title: String,
    /// What it is for.
    description: String,
    /// Rank: nobody gives a role above his own.
    #[schema(example = 3)]
    weight: i64,
    /// Its rights, when asked for.
    user_permissions: Option<Vec<Node>>,
}

/// The roles, with their rights (or, where the role is the user's own, with the user's) if asked for.
fn roles(editor: &Membership, user: Option<&Membership>, permissions: bool) -> Vec<RoleOut> {
    let tree = |slug: &str| {
        let role = rights::Role::parse(slug)?;
        let own = user.filter(|m| m.role() == role).map(|m| m.grants.clone());
        Some(rights::tree(&own.unwrap_or_else(|| Grants::of_role(role)), &editor.grants))
    };
    rights::roles()
        .into_iter()
        .map(|role| RoleOut {
            user_permissions: permissions.then(|| tree(role.slug)).flatten(),
            slug: role.slug.to_owned(),
            title: role.title.to_owned(),
            description: role.description.to_owned(),
            weight: role.weight,
        })
        .collect()
}

/// List the roles
#[utoipa::path(
    get, path = "/company/{location_id}/users/roles", operation_id = "list_roles",
    tag = "Users & Permissions",
    params(("location_id" = i64, Path, description = "The location"), RolesFilter),
    responses((status = 200, description = "The roles", body = Data<Vec<RoleOut>, EmptyObject>))
)]
pub async fn list_roles(
    at: At<perm::Users>,
    query: Query<RolesFilter>,
) -> Result<Data<Vec<RoleOut>, EmptyObject>> {
    Ok(Data::with_meta(roles(&at.membership, None, query.0.permissions()), EmptyObject {}))
}

/// List the roles for a user
///
/// As the list of roles; the user's own role shows his rights instead of the role's, and each right says
/// whether the asker may give it.
#[utoipa::path(
    get, path = "/company/{location_id}/users/{user_id}/roles", operation_id = "get_user_roles",
    tag = "Users & Permissions",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("user_id" = i64, Path, description = "The user"),
        RolesFilter
    ),
    responses((status = 200, description = "The roles", body = Data<Vec<RoleOut>, EmptyObject>))
)]
pub async fn get_user_roles(
    at: At<perm::Users>,
    Path((_location, user_id)): Path<(i64, i64)>,
    query: Query<RolesFilter>,
) -> Result<Data<Vec<RoleOut>, EmptyObject>> {
    let user = member(&at, user_id).await?;
    Ok(Data::with_meta(roles(&at.membership, Some(&user), query.0.permissions()), EmptyObject {}))
}

async fn member(at: &At<perm::Users>, user_id: i64) -> Result<Membership> {
    store::membership(&mut at.conn().await?, at.location_id, user_id).await?.ok_or_else(Error::not_found)
}

/// Role, rights and team member of a user.
#[derive(Debug, Serialize, ToSchema)]
pub struct RolePermissionsOut {
    /// Whether the asker may change them.
    is_editable: bool,
    /// The team member that the user is.
    #[schema(example = 12_345)]
    staff_id: Option<i64>,
    /// Role.
    #[schema(example = "owner")]
    user_role: String,
    /// Whether he has a right that only paid users have; null where the location does not tell them apart.
    has_any_paid_permission: Option<bool>,
    /// Every right with its value.
    user_permissions: Vec<FlatValue>,
}

impl RolePermissionsOut {
    pub(super) fn new(user: &Membership, editor: &Membership) -> Self {
        Self {
            is_editable: rules::is_editable(user, editor) && editor.grants.allows("edit_users_access"),
            staff_id: user.team_member_id,
            user_role: user.role().slug().to_owned(),
            has_any_paid_permission: None,
            user_permissions: rights::flat_values(&user.grants),
        }
    }
}

/// Get role and rights of a user
#[utoipa::path(
    get, path = "/company/{location_id}/users/{user_id}/permissions", operation_id = "get_user_permissions",
    tag = "Users & Permissions",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("user_id" = i64, Path, description = "The user")
    ),
    responses((status = 200, description = "Role and rights", body = Data<RolePermissionsOut, EmptyObject>))
)]
pub async fn get_user_permissions(
    at: At<perm::Users>,
    Path((_location, user_id)): Path<(i64, i64)>,
) -> Result<Data<RolePermissionsOut, EmptyObject>> {
    let user = member(&at, user_id).await?;
    let out = RolePermissionsOut::new(&user, &at.membership);
    Ok(Data::with_meta(out, EmptyObject {}).revision(user.revision))
}

/// A right with its value.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct PermissionIn {
    /// Which right.
    #[schema(required, nullable = false, example = "timetable_access")]
    pub slug: Option<String>,
    /// Its value: true or false, a number, a list of ids, as the right's type says.
    #[schema(value_type = Value, example = true)]
    pub value: Option<Value>,
}

/// New role, rights and team member of a user; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct UpdateIn {
    /// Role. Another role than before begins with that role's rights.
    #[schema(nullable = false, example = "administrator")]
    pub user_role: Option<String>,
    /// Rights to set.
    #[schema(nullable = false)]
    pub user_permissions: Option<Vec<PermissionIn>>,
    /// The team member that the user is; null or 0 for none.
    #[schema(value_type = Option<i64>, example = 12)]
    #[serde(default)]
    pub staff_id: Patch<i64>,
}

/// Change role and rights of a user
///
/// Nobody gives a role above his own, nor a right he has not himself.
#[utoipa::path(
    put, path = "/company/{location_id}/users/{user_id}/permissions",
    operation_id = "update_user_permissions", tag = "Users & Permissions",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("user_id" = i64, Path, description = "The user")
    ),
    request_body = UpdateIn,
    responses((status = 200, description = "Role and rights", body = Data<RolePermissionsOut, EmptyObject>))
)]
pub async fn update_user_permissions(
    at: At<perm::UsersEdit>,
    Path((_location, user_id)): Path<(i64, i64)>,
    input: Lenient<UpdateIn>,
) -> Result<Data<RolePermissionsOut, EmptyObject>> {
    flow::update(&at, user_id, input.0).await
}

/// Remove a user from a location
#[utoipa::path(
    delete, path = "/company/{location_id}/users/{user_id}", operation_id = "remove_user_from_location",
    tag = "Users & Permissions",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("user_id" = i64, Path, description = "The user")
    ),
    responses((status = 204, description = "Removed"))
)]
pub async fn remove_user_from_location(
    at: At<perm::UsersDelete>,
    Path((_location, user_id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::remove(&at, user_id).await
}

/// Users to invite.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct InvitesIn {
    /// One entry a user, at most 50.
    #[schema(required)]
    #[serde(default)]
    pub invites: Vec<InviteIn>,
}

/// A user to invite.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct InviteIn {
    /// Name.
    #[schema(required, nullable = false, example = "Olivia")]
    pub name: Option<String>,
    /// E-mail address or phone number: there the link is sent.
    #[schema(required, nullable = false, example = "olivia@example.com")]
    pub search: Option<String>,
    /// What the user does there.
    #[schema(example = "Administrator")]
    pub position: Option<String>,
    /// Role; `worker` when left out.
    #[schema(example = "administrator")]
    pub user_role: Option<String>,
    /// Rights that differ from the role's.
    pub user_permissions: Option<Vec<PermissionIn>>,
    /// The team member that the user is.
    #[schema(example = 12)]
    pub staff_id: Option<i64>,
}

/// Invite users to a location
///
/// Each gets a link by e-mail or SMS, good for a week; inviting again sends a new one.
#[utoipa::path(
    post, path = "/user/invite/{location_id}", operation_id = "create_user_invitation",
    tag = "Users & Permissions",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = InvitesIn,
    responses((status = 202, description = "The invitations are on their way", body = Accepted))
)]
pub async fn create_user_invitation(
    at: At<perm::UsersCreate>,
    input: Lenient<InvitesIn>,
) -> Result<Accepted> {
    flow::invite(&at, input.0.invites).await
}

/// Locations to copy a user to.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct CopyIn {
    /// One entry a location, each once, at most 200.
    #[schema(required)]
    #[serde(default)]
    pub user_company_links: Vec<LinkIn>,
}

/// A location to copy a user to.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct LinkIn {
    /// The location.
    #[schema(required, nullable = false, example = 37532)]
    pub company_id: Option<i64>,
    /// Rights that differ there.
    #[schema(nullable = false)]
    pub user_permissions: Option<Vec<PermissionIn>>,
}

/// Copy a user to other locations
///
/// The role and the rights come along, as far as the asker has them there himself. A user who was invited
/// there must still accept.
#[utoipa::path(
    post, path = "/company/{location_id}/users/{user_id}/copy_to_companies",
    operation_id = "copy_user_permissions_to_locations", tag = "Users & Permissions",
    params(
        ("location_id" = i64, Path, description = "The location to copy from"),
        ("user_id" = i64, Path, description = "The user")
    ),
    request_body = CopyIn,
    responses((status = 200, description = "Copied", body = Done))
)]
pub async fn copy_user_permissions_to_locations(
    at: At<perm::UsersEdit>,
    Path((_location, user_id)): Path<(i64, i64)>,
    input: Lenient<CopyIn>,
) -> Result<Done> {
    flow::copy(&at, user_id, input.0.user_company_links).await
}

/// Locations to remove a user from.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct RemoveIn {
    /// One entry a location, each once, at most 200.
    #[schema(required)]
    #[serde(default)]
    pub user_company_links: Vec<UnlinkIn>,
}

/// A location to remove a user from.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct UnlinkIn {
    /// The location.
    #[schema(required, nullable = false, example = 37532)]
    pub company_id: Option<i64>,
}

/// Remove a user from several locations
#[utoipa::path(
    post, path = "/company/{location_id}/users/{user_id}/remove_from_companies",
    operation_id = "remove_user_from_locations", tag = "Users & Permissions",
    params(
        ("location_id" = i64, Path, description = "A location of the user"),
        ("user_id" = i64, Path, description = "The user")
    ),
    request_body = RemoveIn,
    responses((status = 200, description = "Removed", body = Done))
)]
pub async fn remove_user_from_locations(
    at: At<perm::UsersDelete>,
    Path((_location, user_id)): Path<(i64, i64)>,
    input: Lenient<RemoveIn>,
) -> Result<Done> {
    let ids = input.0.user_company_links.into_iter().map(|l| l.company_id).collect();
    flow::remove_from(&at, user_id, ids).await
}
