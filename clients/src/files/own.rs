//! Adding files to clients and downloading them: additions of ours.

use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use kernel::{App, Data, Error, Kind, Path, Result};
use org::access::{At, perm};
use utoipa::ToSchema;

use super::v1::FileOut;
use super::{flow, rules};

/// A description at the most, bytes.
const TEXT: usize = 8192;

/// A form with a file.
#[derive(Debug, Default)]
pub struct Upload {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) content: Option<Vec<u8>>,
}

impl FromRequest<App> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let unread = |_| Error::new(Kind::UnsupportedMedia, "unsupported-media");
        let mut form = Multipart::from_request(request, app).await.map_err(unread)?;
        let mut out = Self::default();
        while let Some(mut field) = form.next_field().await.map_err(|e| refused(&e))? {
            let is_file = field.name() == Some("file");
            let is_description = field.name() == Some("description");
            if is_file {
                out.name = field.file_name().unwrap_or_default().to_owned();
            }
            let most = if is_file { rules::LARGEST } else { TEXT };
            let mut content = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(|e| refused(&e))? {
                if content.len() + chunk.len() > most {
                    return Err(Error::new(Kind::TooLarge, "too-large"));
                }
                content.extend_from_slice(&chunk);
            }
            if is_file {
                out.content = Some(content);
            } else if is_description {
                out.description = String::from_utf8_lossy(&content).replace('\0', "");
            }
        }
        Ok(out)
    }
}

fn refused(error: &MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::new(Kind::TooLarge, "too-large")
    } else {
        Error::new(Kind::BadRequest, "bad-request")
    }
}

/// A file to add.
#[derive(Debug, ToSchema)]
#[schema(as = ClientFileIn)]
#[allow(dead_code, reason = "describes the form; it is read by hand, as a stream")]
pub struct UploadIn {
    /// The file, of at most 10 MB; its name is that of the part.
    #[schema(format = Binary)]
    file: String,
    /// What it is, in words.
    #[schema(nullable = false, example = "Consent form")]
    description: Option<String>,
}

/// Add a file to a client
///
/// Its type is told by its content. A comment on the client notes the addition.
#[utoipa::path(
    post, path = "/locations/{location_id}/clients/{client_id}/files", operation_id = "upload_client_file",
    tag = "Client Files",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("client_id" = i64, Path, description = "The client", example = 1)
    ),
    request_body(content = UploadIn, content_type = "multipart/form-data"),
    responses((status = 201, description = "The file", body = Data<FileOut>))
)]
pub async fn upload_client_file(
    at: At<perm::ClientFilesUpload>,
    Path((_location, client_id)): Path<(i64, i64)>,
    upload: Upload,
) -> Result<Data<FileOut>> {
    let zone = org::locations::store::zone(&mut at.conn().await?, at.location_id).await?;
    let grants = &at.membership.grants;
    flow::upload(&at, client_id, upload, |file| {
        Data::new(FileOut::of(file, at.location_id, grants, &zone)).created()
    })
    .await
}

/// Download a file of a client
///
/// To be saved, never to be shown: a browser runs nothing of it.
#[utoipa::path(
    get, path = "/locations/{location_id}/clients/{client_id}/files/{file_id}",
    operation_id = "download_client_file", tag = "Client Files",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("client_id" = i64, Path, description = "The client", example = 1),
        ("file_id" = i64, Path, description = "The file", example = 1)
    ),
    responses((status = 200, description = "The content", body = Vec<u8>, content_type = "*/*"))
)]
pub async fn download_client_file(
    at: At<perm::ClientFiles>,
    Path((_location, client_id, id)): Path<(i64, i64, i64)>,
) -> Result<Response> {
    const POLICY: &str = "default-src 'none'; sandbox";
    let (file, content) = flow::download(&at, client_id, id).await?;
    let value = |text: &str| HeaderValue::try_from(text).map_err(Error::internal);
    let headers = [
        (header::CONTENT_TYPE, value(&file.mime)?),
        (header::CONTENT_DISPOSITION, value(&rules::disposition(&file.name))?),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, content).into_response())
}
