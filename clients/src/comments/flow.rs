//! Writes of comments.

use calc::zone::Zone;
use kernel::{Change as Happened, Data, EmptyObject, Error, Message, NoContent, Problems, Result};
use org::access::{At, perm};

use super::store::{self, New};
use super::v1::CommentOut;
use crate::Shown;
use crate::clients::rules::NOTE;
use crate::clients::store as clients;

/// Comments on a client.
pub(super) async fn create(
    at: &At<perm::ClientCommentsAdd>,
    client_id: i64,
    text: Option<String>,
) -> Result<Data<CommentOut, EmptyObject>> {
    let text = text.unwrap_or_default();
    let text = text.trim();
    let mut problems = Problems::new();
    problems.check(!text.is_empty(), "text", "field-required");
    problems.length(text, NOTE, "text");
    problems.done()?;
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    // Locked, so that those counted are all there are.
    clients::lock(&mut unit, location_id, client_id, &Shown::on_card(&at.membership)).await?;
    if store::count(&mut unit, location_id, client_id).await? >= store::MOST {
        return Err(Error::invalid("text", Message::new("field-too-many").with("limit", store::MOST)));
    }
    let new = New { client_id, user_id: at.user_id, text, file_id: None };
    let id = store::insert(&mut unit, location_id, new, at.now).await?;
    let made = store::by_id(&mut unit, location_id, client_id, id).await?;
    let zone: Zone = org::locations::store::zone(&mut unit, location_id).await?;
    unit.emit("client_comment", id, Happened::Create).await?;
    let out = CommentOut::of(made, client_id, at, &zone);
    unit.commit(Data::with_meta(out, EmptyObject {}).created()).await
}

/// Deletes a comment: one's own with the right to those, others' with the right to those.
pub(super) async fn delete(at: &At<perm::ClientComments>, client_id: i64, id: i64) -> Result<NoContent> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    clients::lock(&mut unit, location_id, client_id, &Shown::on_card(&at.membership)).await?;
    let comment = store::by_id(&mut unit, location_id, client_id, id).await?;
    let right = if comment.user_id == at.user_id {
        "client_comments_own_edit_access"
    } else {
        "client_comments_other_edit_access"
    };
    if !at.membership.grants.allows(right) {
        return Err(Error::denied());
    }
    store::delete(&mut unit, location_id, id).await?;
    unit.emit("client_comment", id, Happened::Delete).await?;
    unit.commit(NoContent::new()).await
}
