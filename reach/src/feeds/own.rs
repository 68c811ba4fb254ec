//! The operations, additions of our own.

use calc::zone::{Zone, local_iso};
use kernel::{App, Count, Data, Lenient, List, NoContent, Page, Path, Query, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store::{self, Feed};
use super::{flow, rules};

/// A calendar to subscribe to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarFeedOut {
    /// Its id.
    #[schema(example = 1)]
    id: i64,
    /// Its title; empty for that of the team member and the location.
    #[schema(example = "My week")]
    title: String,
    /// Whose appointments and events it has; null for all that its maker sees.
    #[schema(example = 1001)]
    team_member_id: Option<i64>,
    /// Its secret address, shown to its maker alone.
    #[schema(example = "https://desk.example.com/calendar/37532-1-9f3c1f0d5f0b4b6ea1c7d2c8b4a6e0f1.ics")]
    url: Option<String>,
    /// The user who made it.
    #[schema(example = 10)]
    user_id: i64,
    /// When it was made, in the location's zone.
    #[schema(example = "2026-03-23T10:00:00-04:00")]
    created_at: String,
}

impl CalendarFeedOut {
    fn of(feed: Feed, at: &At<perm::Calendar>, zone: &Zone) -> Self {
        let app: &App = &at.app;
        let is_own = feed.user_id == at.user_id;
        Self {
            url: is_own.then(|| rules::address(app, at.location_id, feed.id, feed.nonce)),
            id: feed.id,
            title: feed.title,
            team_member_id: feed.team_member_id,
            user_id: feed.user_id,
            created_at: local_iso(feed.created_at, zone),
        }
    }
}

/// Which feeds to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct CalendarFeedsFilter {
    /// Page, counted from 1.
    page: Option<i64>,
    /// Feeds on a page (50; at most 200).
    count: Option<i64>,
}

/// List calendar feeds
///
/// One's own; with the right `settings_master_access` those of the location's other users too.
#[utoipa::path(
    get, path = "/locations/{location_id}/calendar_feeds", operation_id = "list_calendar_feeds",
    tag = "Calendar Feeds",
    params(("location_id" = i64, Path, description = "The location"), CalendarFeedsFilter),
    responses((status = 200, description = "The feeds", body = Data<Vec<CalendarFeedOut>, Count>))
)]
pub async fn list_calendar_feeds(
    at: At<perm::Calendar>,
    query: Query<CalendarFeedsFilter>,
) -> Result<List<CalendarFeedOut>> {
    let mut conn = at.conn().await?;
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let page = Page::of(query.0.page, query.0.count, 50, 200);
    let whose = (!flow::manages(&at)).then_some(at.user_id);
    let (feeds, count) = store::list(&mut conn, at.location_id, whose, page).await?;
    Ok(List::counted(feeds.into_iter().map(|feed| CalendarFeedOut::of(feed, &at, &zone)).collect(), count))
}

/// A feed to make.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct CalendarFeedIn {
    /// Whose appointments and events; of everybody whom the user sees when left out.
    #[schema(nullable = true, example = 1001)]
    team_member_id: Option<i64>,
    /// Its title, up to 100 characters; the team member's and the location's name when left out.
    #[schema(nullable = false, example = "My week")]
    title: Option<String>,
}

/// Make a calendar feed
///
/// Whoever has its address reads what the maker may see of the calendar, without signing in. A user has up to 50.
#[utoipa::path(
    post, path = "/locations/{location_id}/calendar_feeds", operation_id = "create_calendar_feed",
    tag = "Calendar Feeds",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = CalendarFeedIn,
    responses((status = 201, description = "The feed", body = Data<CalendarFeedOut>))
)]
pub async fn create_calendar_feed(
    at: At<perm::Calendar>,
    input: Lenient<CalendarFeedIn>,
) -> Result<Data<CalendarFeedOut>> {
    let title = input.0.title.unwrap_or_default();
    let (mut unit, feed) = flow::create(&at, input.0.team_member_id, title.trim()).await?;
    let zone = org::locations::store::zone(&mut unit, at.location_id).await?;
    unit.commit(Data::new(CalendarFeedOut::of(feed, &at, &zone)).created()).await
}

/// Give a calendar feed another address
///
/// The one before ends at once. Only its maker can.
#[utoipa::path(
    post, path = "/locations/{location_id}/calendar_feeds/{feed_id}/renew", operation_id = "renew_calendar_feed",
    tag = "Calendar Feeds",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("feed_id" = i64, Path, description = "The feed", example = 1)
    ),
    responses((status = 200, description = "The feed", body = Data<CalendarFeedOut>))
)]
pub async fn renew_calendar_feed(
    at: At<perm::Calendar>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Data<CalendarFeedOut>> {
    let (mut unit, feed) = flow::renew(&at, id).await?;
    let zone = org::locations::store::zone(&mut unit, at.location_id).await?;
    unit.commit(Data::new(CalendarFeedOut::of(feed, &at, &zone))).await
}

/// Delete a calendar feed
///
/// Its address ends at once. One's own; with the right `settings_master_access` any.
#[utoipa::path(
    delete, path = "/locations/{location_id}/calendar_feeds/{feed_id}", operation_id = "delete_calendar_feed",
    tag = "Calendar Feeds",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("feed_id" = i64, Path, description = "The feed", example = 1)
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_calendar_feed(
    at: At<perm::Calendar>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, id).await
}
