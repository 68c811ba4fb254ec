//! Storing, reading and removing files.

use axum::body::Bytes;
use kernel::{Answer, Change as Happened, Error, Message, Problems, Result};
use org::access::{At, perm};
use org::images::Files;

use super::own::Upload;
use super::rules;
use super::store::{self, File};
use crate::Shown;
use crate::clients::store as clients;
use crate::comments::store as comments;

/// Bytes of randomness in the name under which a content lies.
const NAME: usize = 18;
/// Characters of a description at the most.
const DESCRIPTION: usize = 1000;

/// Adds a file to a client, with a comment that notes it.
pub(super) async fn upload<A: Answer>(
    at: &At<perm::ClientFilesUpload>,
    client_id: i64,
    upload: Upload,
    answer: impl FnOnce(File) -> A,
) -> Result<A> {
    let mut problems = Problems::new();
    let name = rules::name(&upload.name);
    let description = upload.description.trim().to_owned();
    match (&upload.content, &name) {
        (None, _) => problems.add("file", "file-missing"),
        (Some(_), None) => problems.add("file", "file-name"),
        _ => {}
    }
    problems.length(&description, DESCRIPTION, "description");
    problems.done()?;
    let content = upload.content.unwrap_or_default();
    // Looked at before anything is stored for somebody who may not.
    clients::find(&mut at.conn().await?, at.location_id, client_id, &Shown::on_card(&at.membership)).await?;

    // The file goes first: a row never points to a file that is not there. Without an ending it is not among what is
    // served to everybody.
    let files = at.app.room::<Files>();
    let path = format!("client_files/{}/{}", at.location_id, at.app.token(NAME).reveal());
    let file = File {
        id: 0,
        client_id,
        name: name.unwrap_or_default(),
        description,
        path: path.clone(),
        mime: rules::mime(&content).to_owned(),
        size: i64::try_from(content.len()).unwrap_or(i64::MAX),
        user_id: at.user_id,
        created_at: at.now,
        user_name: String::new(),
    };
    files.put(&path, content).await?;
    let written = write(at, file, answer).await;
    if written.is_err() {
        remove(files, &path).await;
    }
    written
}

async fn write<A: Answer>(
    at: &At<perm::ClientFilesUpload>,
    file: File,
    answer: impl FnOnce(File) -> A,
) -> Result<A> {
    let (location_id, client_id) = (at.location_id, file.client_id);
    let mut unit = at.begin().await?;
    // Locked, so that those counted are all there are.
    clients::lock(&mut unit, location_id, client_id, &Shown::on_card(&at.membership)).await?;
    if store::count(&mut unit, location_id, client_id).await? >= store::MOST
        || comments::count(&mut unit, location_id, client_id).await? >= comments::MOST
    {
        return Err(Error::invalid("file", Message::new("field-too-many").with("limit", store::MOST)));
    }
    let id = store::insert(&mut unit, location_id, &file).await?;
    let note = comments::New { client_id, user_id: at.user_id, text: "", file_id: Some(id) };
    comments::insert(&mut unit, location_id, note, at.now).await?;
    let made = store::by_id(&mut unit, location_id, client_id, id).await?;
    unit.emit("client_file", id, Happened::Create).await?;
    unit.commit(answer(made)).await
}

/// A file with its content.
pub(super) async fn download(at: &At<perm::ClientFiles>, client_id: i64, id: i64) -> Result<(File, Bytes)> {
    let mut conn = at.conn().await?;
    clients::find(&mut conn, at.location_id, client_id, &Shown::on_card(&at.membership)).await?;
    let file = store::by_id(&mut conn, at.location_id, client_id, id).await?;
    drop(conn);
    let content = at.app.room::<Files>().get(&file.path).await?.ok_or_else(Error::not_found)?;
    Ok((file, content))
}

/// Removes a file, and the comment that noted it.
pub(super) async fn delete<A: Answer>(
    at: &At<perm::ClientFilesDelete>,
    client_id: i64,
    id: i64,
    answer: A,
) -> Result<A> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    clients::lock(&mut unit, location_id, client_id, &Shown::on_card(&at.membership)).await?;
    let file = store::by_id(&mut unit, location_id, client_id, id).await?;
    store::delete(&mut unit, location_id, id).await?;
    unit.emit("client_file", id, Happened::Delete).await?;
    let answer = unit.commit(answer).await?;
    remove(at.app.room::<Files>(), &file.path).await;
    Ok(answer)
}

async fn remove(files: &Files, path: &str) {
    if let Err(error) = files.delete(path).await {
        tracing::warn!(%error, path, "the content of a removed file stays");
    }
}
