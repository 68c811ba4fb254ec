//! Files of clients, version 1.

use calc::zone::{Zone, local_iso_basic};
use kernel::{Accepted, Count, Data, List, Path, Result};
use org::access::{At, perm};
use org::rights::Grants;
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, File};
use super::{NO_PICTURE, flow, link, rules};
use crate::Shown;
use crate::clients::store as clients;

/// A file of a client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientFile)]
pub struct FileOut {
    /// Its id.
    #[schema(example = 123)]
    id: i64,
    /// The client.
    #[schema(example = 123_456)]
    client_id: i64,
    /// Its name.
    #[schema(example = "test.txt")]
    name: String,
    /// What it is, in words.
    #[schema(example = "")]
    description: String,
    /// When it was added.
    #[schema(example = "2026-01-01T12:00:00-0500")]
    date_create: String,
    /// The ending of its name.
    #[schema(example = "txt")]
    extension: String,
    /// Its type, by its content.
    #[schema(example = "text/plain")]
    mime: String,
    /// Where it is downloaded, with the same tokens.
    #[schema(example = "/api/frontdesk/v1/locations/37532/clients/1/files/1")]
    link: String,
    /// Who added it.
    #[schema(example = "Viktor Sitnikov")]
    user_name: String,
    /// The same, by its other name.
    #[schema(example = "Viktor Sitnikov")]
    username: String,
    /// His picture.
    #[schema(example = "/images/no-master.svg")]
    user_avatar: String,
    /// Its size, for people.
    #[schema(example = "9 B")]
    size: String,
    /// Whether the asker may delete it.
    #[schema(example = false)]
    can_edit: bool,
}

impl FileOut {
    pub(super) fn of(file: File, location_id: i64, grants: &Grants, zone: &Zone) -> Self {
        Self {
            id: file.id,
            client_id: file.client_id,
            extension: rules::extension(&file.name),
            name: file.name,
            description: file.description,
            date_create: local_iso_basic(file.created_at, zone),
            mime: file.mime,
            link: link(location_id, file.client_id, file.id),
            username: file.user_name.clone(),
            user_name: file.user_name,
            user_avatar: NO_PICTURE.to_owned(),
            size: rules::size(file.size),
            can_edit: grants.allows("client_files_delete_access"),
        }
    }
}

/// List the files of a client
///
/// The newest first.
#[utoipa::path(
    get, path = "/company/{location_id}/clients/files/{client_id}", operation_id = "get_client_file_list",
    tag = "Clients",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("client_id" = i64, Path, description = "The client", example = 1)
    ),
    responses((status = 200, description = "The files", body = Data<Vec<FileOut>, Count>))
)]
pub async fn get_client_file_list(
    at: At<perm::ClientFiles>,
    Path((_location, client_id)): Path<(i64, i64)>,
) -> Result<List<FileOut>> {
    let mut conn = at.conn().await?;
    clients::find(&mut conn, at.location_id, client_id, &Shown::on_card(&at.membership)).await?;
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let files = store::list(&mut conn, at.location_id, client_id).await?;
    let grants = &at.membership.grants;
    let out: Vec<FileOut> =
        files.into_iter().map(|file| FileOut::of(file, at.location_id, grants, &zone)).collect();
    let count = i64::try_from(out.len()).unwrap_or(i64::MAX);
    Ok(List::counted(out, count))
}

/// Delete a file of a client
///
/// With the comment that noted its addition.
#[utoipa::path(
    delete, path = "/company/{location_id}/clients/files/{client_id}/{file_id}",
    operation_id = "delete_client_file", tag = "Clients",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("client_id" = i64, Path, description = "The client", example = 1),
        ("file_id" = i64, Path, description = "The file", example = 1)
    ),
    responses((status = 202, description = "Deleted", body = Accepted))
)]
pub async fn delete_client_file(
    at: At<perm::ClientFilesDelete>,
    Path((_location, client_id, id)): Path<(i64, i64, i64)>,
) -> Result<Accepted> {
    flow::delete(&at, client_id, id, Accepted::new("accepted")).await
}
