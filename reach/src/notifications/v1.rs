//! Settings of notifications, version 1.

use std::collections::HashMap;

use kernel::{Count, Data, Error, Lenient, List, Path, Problems, Result};
use org::access::{At, perm};
use org::users::{Membership, store as users};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::{Channels, Kind, Mode};
use super::store;

/// Ways by which somebody is told: 1 for those that are used.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = NotificationChannelsOut)]
pub struct ChannelsOut {
    /// On the phone.
    #[schema(example = 1)]
    push: i64,
    /// By SMS.
    #[schema(example = 0)]
    sms: i64,
    /// By e-mail.
    #[schema(example = 1)]
    email: i64,
}

impl From<Channels> for ChannelsOut {
    fn from(channels: Channels) -> Self {
        Self { push: channels.push.into(), sms: channels.sms.into(), email: channels.email.into() }
    }
}

/// A kind of notification, with the ways by which it goes.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = NotificationTypeOut)]
pub struct TypeOut {
    /// What is told.
    #[schema(example = "record_create_online_staff")]
    r#type: &'static str,
    /// By which ways.
    channels: ChannelsOut,
}

impl From<(Kind, Channels)> for TypeOut {
    fn from((kind, channels): (Kind, Channels)) -> Self {
        Self { r#type: kind.name(), channels: channels.into() }
    }
}

/// Get how a location tells its people of what happens
#[utoipa::path(
    get, path = "/notification_settings/{location_id}/notification_types",
    operation_id = "get_location_notification_settings", tag = "Notifications",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The settings", body = Data<Vec<TypeOut>, Count>))
)]
pub async fn get_location_notification_settings(at: At<perm::Notifications>) -> Result<List<TypeOut>> {
    let types = store::types(&mut at.conn().await?, at.location_id).await?;
    let out: Vec<TypeOut> = types.into_iter().map(Into::into).collect();
    let count = i64::try_from(out.len()).unwrap_or(i64::MAX);
    Ok(List::counted(out, count))
}

/// How a user is told of what happens.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserNotificationsOut {
    /// As what he is told: `admin` of all that happens, `staff` of what happens to himself, `disabled` of nothing.
    #[schema(example = "staff")]
    mode: &'static str,
    /// What he can be told of.
    notification_types: Vec<TypeOut>,
}

impl UserNotificationsOut {
    fn of(mode: Mode, types: Vec<(Kind, Channels)>, own: &HashMap<String, bool>) -> Self {
        let his = types.into_iter().filter(|(kind, _)| kind.is_for(mode)).map(|(kind, channels)| {
            let push = own.get(kind.name()).copied().unwrap_or(channels.push);
            (kind, Channels { push, ..channels }).into()
        });
        Self { mode: mode.name(), notification_types: his.collect() }
    }
}

async fn member(conn: &mut db::Conn, location_id: i64, user_id: i64) -> Result<Membership> {
    users::membership(conn, location_id, user_id).await?.ok_or_else(Error::not_found)
}

async fn shown(conn: &mut db::Conn, membership: &Membership) -> Result<UserNotificationsOut> {
    let types = store::types(conn, membership.location_id).await?;
    let own = store::of_user(conn, membership.location_id, membership.user_id).await?;
    Ok(UserNotificationsOut::of(Mode::of(membership), types, &own))
}

/// Get how a user is told of what happens
#[utoipa::path(
    get, path = "/notification_settings/{location_id}/users/{user_id}",
    operation_id = "get_user_notification_settings", tag = "Notifications",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("user_id" = i64, Path, description = "The user")
    ),
    responses((status = 200, description = "The settings", body = Data<UserNotificationsOut>))
)]
pub async fn get_user_notification_settings(
    at: At<perm::UserNotifications>,
    Path((_location, user)): Path<(i64, i64)>,
) -> Result<Data<UserNotificationsOut>> {
    let mut conn = at.conn().await?;
    let membership = member(&mut conn, at.location_id, user).await?;
    Ok(Data::new(shown(&mut conn, &membership).await?))
}

/// Ways to set; only `push` can be.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = NotificationChannelsIn)]
pub struct ChannelsIn {
    /// 1 to be told on the phone.
    #[schema(nullable = false, value_type = Option<i64>, example = 1)]
    push: Option<bool>,
}

/// A kind to set.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = NotificationTypeIn)]
pub struct TypeIn {
    /// What is told.
    #[schema(nullable = false, example = "license_expire")]
    r#type: Option<String>,
    /// By which ways.
    #[schema(nullable = false)]
    channels: Option<ChannelsIn>,
}

/// What to set for a user; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct UserNotificationsIn {
    /// Kinds of notifications.
    #[schema(nullable = false)]
    notification_types: Option<Vec<TypeIn>>,
}

impl UserNotificationsIn {
    fn read(self, mode: Mode) -> Result<Vec<(Kind, bool)>> {
        let mut problems = Problems::new();
        let mut out: Vec<(Kind, bool)> = Vec::new();
        for (at, line) in self.notification_types.unwrap_or_default().into_iter().enumerate() {
            let field = format!("notification_types.{at}.type");
            match line.r#type.as_deref().map(Kind::parse) {
                None => problems.add(field, "field-required"),
                Some(None) => problems.add(field, "field-choice"),
                Some(Some(kind)) if !kind.is_for(mode) => problems.add(field, "notification-not-his"),
                Some(Some(kind)) => {
                    out.retain(|(other, _)| *other != kind);
                    out.extend(line.channels.and_then(|c| c.push).map(|push| (kind, push)));
                }
            }
        }
        problems.done().map(|()| out)
    }
}

/// Set how a user is told of what happens
///
/// Whether on the phone; by SMS and e-mail as the location has it. A kind must be one that the user is told of.
#[utoipa::path(
    post, path = "/notification_settings/{location_id}/users/{user_id}",
    operation_id = "update_user_notification_settings", tag = "Notifications",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("user_id" = i64, Path, description = "The user")
    ),
    request_body = UserNotificationsIn,
    responses((status = 200, description = "The settings", body = Data<UserNotificationsOut>))
)]
pub async fn update_user_notification_settings(
    at: At<perm::UserNotifications>,
    Path((_location, user)): Path<(i64, i64)>,
    input: Lenient<UserNotificationsIn>,
) -> Result<Data<UserNotificationsOut>> {
    let mut unit = at.begin().await?;
    let membership = users::lock_membership(&mut unit, at.location_id, user).await?;
    let membership = membership.ok_or_else(Error::not_found)?;
    let set = input.0.read(Mode::of(&membership))?;
    store::set_of_user(&mut unit, at.location_id, user, &set).await?;
    unit.about("user", user, serde_json::json!({"notifications": set.len()}));
    let out = shown(&mut unit, &membership).await?;
    unit.commit(Data::new(out)).await
}
