//! Comments on clients, version 1.

use calc::zone::{Zone, local_iso};
use kernel::{Call, Count, Data, Done, EmptyObject, Lenient, List, NoContent, Path, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow;
use super::store::{self, Comment};
use crate::Shown;
use crate::clients::store as clients;
use crate::files;

/// A file that a comment is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientCommentFile)]
pub struct CommentFileOut {
    /// Where it is downloaded.
    #[schema(example = "http://127.0.0.1:8080/api/frontdesk/v1/locations/37532/clients/1/files/1")]
    link: String,
    /// Its name.
    #[schema(example = "file.pdf")]
    filename: String,
}

/// Who wrote a comment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientCommentUser)]
pub struct CommentUserOut {
    /// The user.
    #[schema(example = 123)]
    id: i64,
    /// His name.
    #[schema(example = "John Johnson")]
    name: String,
    /// His picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master.svg")]
    avatar: String,
}

/// A comment on a client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientComment)]
pub struct CommentOut {
    /// Its id.
    #[schema(example = 123)]
    id: i64,
    /// When it was written.
    #[schema(example = "2026-01-01T12:12:12-05:00")]
    create_date: String,
    /// When it was last changed.
    #[schema(example = "2026-01-01T12:12:12-05:00")]
    update_date: String,
    /// `default`: a text; `file`: a file was added.
    #[schema(example = "default")]
    r#type: &'static str,
    /// The text; empty where a file was added.
    #[schema(example = "Comment for a client")]
    text: String,
    /// The file that was added.
    files: Vec<CommentFileOut>,
    /// Who wrote it.
    user: Option<CommentUserOut>,
}

impl CommentOut {
    pub(super) fn of(comment: Comment, client_id: i64, call: &Call, zone: &Zone) -> Self {
        let url = call.app.public_url();
        let file = comment.file_id.zip(comment.file_name).map(|(id, filename)| CommentFileOut {
            link: format!("{url}{}", files::link(call.location_id, client_id, id)),
            filename,
        });
        Self {
            id: comment.id,
            create_date: local_iso(comment.created_at, zone),
            update_date: local_iso(comment.updated_at, zone),
            r#type: if comment.file_id.is_some() { "file" } else { "default" },
            text: comment.text,
            files: file.into_iter().collect(),
            user: Some(CommentUserOut {
                id: comment.user_id,
                name: comment.user_name,
                avatar: format!("{url}{}", files::NO_PICTURE),
            }),
        }
    }
}

/// A comment to write.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = ClientCommentIn)]
pub struct CommentIn {
    /// The text.
    #[schema(required, nullable = false, example = "Comment for a client")]
    text: Option<String>,
}

async fn list(at: &At<perm::ClientComments>, client_id: i64) -> Result<List<CommentOut>> {
    let mut conn = at.conn().await?;
    clients::find(&mut conn, at.location_id, client_id, &Shown::on_card(&at.membership)).await?;
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let comments = store::list(&mut conn, at.location_id, client_id).await?;
    let out: Vec<CommentOut> =
        comments.into_iter().map(|comment| CommentOut::of(comment, client_id, at, &zone)).collect();
    let count = i64::try_from(out.len()).unwrap_or(i64::MAX);
    Ok(List::counted(out, count))
}

/// List the comments on a client
///
/// The newest first; files that were added are among them.
#[utoipa::path(
    get, path = "/clients/{location_id}/clients/{client_id}/comments", operation_id = "list_client_comments",
    tag = "Clients",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("client_id" = i64, Path, description = "The client", example = 1)
    ),
    responses((status = 200, description = "The comments", body = Data<Vec<CommentOut>, Count>))
)]
pub async fn list_client_comments(
    at: At<perm::ClientComments>,
    Path((_location, client_id)): Path<(i64, i64)>,
) -> Result<List<CommentOut>> {
    list(&at, client_id).await
}

/// Comment on a client
#[utoipa::path(
    post, path = "/clients/{location_id}/clients/{client_id}/comments", operation_id = "create_client_comment",
    tag = "Clients",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("client_id" = i64, Path, description = "The client", example = 1)
    ),
    request_body = CommentIn,
    responses((status = 201, description = "The comment", body = Data<CommentOut, EmptyObject>))
)]
pub async fn create_client_comment(
    at: At<perm::ClientCommentsAdd>,
    Path((_location, client_id)): Path<(i64, i64)>,
    input: Lenient<CommentIn>,
) -> Result<Data<CommentOut, EmptyObject>> {
    flow::create(&at, client_id, input.0.text).await
}

/// Delete a comment on a client
///
/// One's own, or another's with the right to those. A file whose addition it notes stays.
#[utoipa::path(
    delete, path = "/clients/{location_id}/clients/{client_id}/comments/{comment_id}",
    operation_id = "delete_client_comment", tag = "Clients",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("client_id" = i64, Path, description = "The client", example = 1),
        ("comment_id" = i64, Path, description = "The comment", example = 1)
    ),
    responses((status = 204, description = "Deleted", body = Done))
)]
pub async fn delete_client_comment(
    at: At<perm::ClientComments>,
    Path((_location, client_id, id)): Path<(i64, i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, client_id, id).await
}

/// List the comments on a client, by the older path
#[utoipa::path(
    get, path = "/company/{location_id}/clients/{client_id}/comments",
    operation_id = "get_older_client_comment_list", tag = "Clients",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("client_id" = i64, Path, description = "The client", example = 1)
    ),
    responses((status = 200, description = "The comments", body = Data<Vec<CommentOut>, Count>))
)]
pub async fn get_older_client_comment_list(
    at: At<perm::ClientComments>,
    Path((_location, client_id)): Path<(i64, i64)>,
) -> Result<List<CommentOut>> {
    list(&at, client_id).await
}

/// Comment on a client, by the older path
#[utoipa::path(
    post, path = "/company/{location_id}/clients/{client_id}/comments",
    operation_id = "create_older_client_comment", tag = "Clients",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("client_id" = i64, Path, description = "The client", example = 1)
    ),
    request_body = CommentIn,
    responses((status = 201, description = "The comment", body = Data<CommentOut, EmptyObject>))
)]
pub async fn create_older_client_comment(
    at: At<perm::ClientCommentsAdd>,
    Path((_location, client_id)): Path<(i64, i64)>,
    input: Lenient<CommentIn>,
) -> Result<Data<CommentOut, EmptyObject>> {
    flow::create(&at, client_id, input.0.text).await
}

/// Delete a comment on a client, by the older path
#[utoipa::path(
    delete, path = "/company/{location_id}/clients/{client_id}/comments/{comment_id}",
    operation_id = "delete_older_client_comment", tag = "Clients",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("client_id" = i64, Path, description = "The client", example = 1),
        ("comment_id" = i64, Path, description = "The comment", example = 1)
    ),
    responses((status = 204, description = "Deleted", body = Done))
)]
pub async fn delete_older_client_comment(
    at: At<perm::ClientComments>,
    Path((_location, client_id, id)): Path<(i64, i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, client_id, id).await
}
