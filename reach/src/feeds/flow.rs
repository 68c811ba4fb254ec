//! Making, renewing and deleting feeds.

use booking::calendar::Shown;
use kernel::{App, Change, Error, Message, NoContent, Problems, Result, Unit};
use org::access::perm::Right as _;
use org::access::{At, perm};
use org::users::store as users;

use super::rules;
use super::store::{self, Feed};

/// Whether the user sees the feeds of others, and may delete them.
pub(super) fn manages(at: &At<perm::Calendar>) -> bool {
    perm::Team::allowed(&at.membership)
}

fn nonce(app: &App) -> i64 {
    i64::from_be_bytes(app.random())
}

/// Makes a feed of all that the user sees of the calendar, or of one team member.
pub(super) async fn create(
    at: &At<perm::Calendar>,
    team_member_id: Option<i64>,
    title: &str,
) -> Result<(Unit, Feed)> {
    let mut unit = at.begin().await?;
    let mut problems = Problems::new();
    problems.length(title, rules::TITLE, "title");
    if let Some(id) = team_member_id {
        let shown = Shown::of(&at.membership.grants);
        let there = shown.team(&mut unit, at.location_id, Some(&[id])).await?;
        problems.check(there.contains(&id), "team_member_id", "field-not-found");
    }
    problems.done()?;
    // One after the other, so that they stay as many as they may be.
    users::lock_membership(&mut unit, at.location_id, at.user_id).await?.ok_or_else(Error::not_found)?;
    let count = store::count(&mut unit, at.location_id, at.user_id).await?;
    if usize::try_from(count).unwrap_or_default() >= rules::MOST {
        return Err(Error::conflict(Message::new("field-too-many").with("limit", rules::MOST)));
    }
    let mut feed = Feed {
        id: 0,
        user_id: at.user_id,
        team_member_id,
        title: title.to_owned(),
        nonce: nonce(&at.app),
        created_at: at.now,
    };
    feed.id = store::insert(&mut unit, at.location_id, &feed).await?;
    unit.emit("calendar_feed", feed.id, Change::Create).await?;
    Ok((unit, feed))
}

/// A feed that the user may see, locked.
async fn seen(at: &At<perm::Calendar>, unit: &mut Unit, id: i64) -> Result<Feed> {
    let feed = store::lock(unit, at.location_id, id).await?;
    if feed.user_id == at.user_id || manages(at) { Ok(feed) } else { Err(Error::not_found()) }
}

/// Gives the user's own feed another address; the one before ends.
pub(super) async fn renew(at: &At<perm::Calendar>, id: i64) -> Result<(Unit, Feed)> {
    let mut unit = at.begin().await?;
    let mut feed = seen(at, &mut unit, id).await?;
    // What another sees is his alone to hand out.
    if feed.user_id != at.user_id {
        return Err(Error::denied());
    }
    feed.nonce = nonce(&at.app);
    store::set_nonce(&mut unit, at.location_id, id, feed.nonce).await?;
    unit.emit("calendar_feed", id, Change::Update).await?;
    Ok((unit, feed))
}

/// Deletes a feed: its address ends.
pub(super) async fn delete(at: &At<perm::Calendar>, id: i64) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    seen(at, &mut unit, id).await?;
    store::delete(&mut unit, at.location_id, id).await?;
    unit.emit("calendar_feed", id, Change::Delete).await?;
    unit.commit(NoContent::new()).await
}
