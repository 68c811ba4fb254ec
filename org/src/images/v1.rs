//! Pictures, version 1.

use std::collections::BTreeMap;

use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use kernel::{Answer, App, Done, Empty, Error, Kind, Lenient, Path, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::flow;
use super::rules::LARGEST;
use super::store::Image;
use crate::access::Signed;

/// Text fields of a form with a picture, at the most bytes each.
const FIELD: usize = 4096;

/// The fields beside a picture.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct UploadFields {
    pub company_id: Option<i64>,
    pub service_id: Option<i64>,
    pub master_id: Option<i64>,
    pub image_group_id: Option<i64>,
}

/// A form, with a picture if it has one. Multipart as it should be; JSON and form bodies as well.
#[derive(Debug, Default)]
pub struct Upload {
    pub fields: UploadFields,
    pub image: Option<Vec<u8>>,
}

impl FromRequest<App> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        if !kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data")) {
            let Lenient(fields) = Lenient::from_request(request, app).await?;
            return Ok(Self { fields, image: None });
        }
        let mut form = Multipart::from_request(request, app)
            .await
            .map_err(|_| Error::new(Kind::BadRequest, "bad-request"))?;
        let mut tree = Map::new();
        let mut image = None;
        while let Some(mut field) = form.next_field().await.map_err(|e| refused(&e))? {
            let name = field.name().unwrap_or_default().to_owned();
            let most = if name == "image" { LARGEST } else { FIELD };
            let mut content = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(|e| refused(&e))? {
                if content.len() + chunk.len() > most {
                    return Err(Error::new(Kind::TooLarge, "too-large"));
                }
                content.extend_from_slice(&chunk);
            }
            if name == "image" {
                image = Some(content);
            } else {
                tree.insert(name, Value::String(String::from_utf8_lossy(&content).into_owned()));
            }
        }
        Ok(Self { fields: kernel::input::from_value(Value::Object(tree))?, image })
    }
}

fn refused(error: &MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::new(Kind::TooLarge, "too-large")
    } else {
        Error::new(Kind::BadRequest, "bad-request")
    }
}

/// A picture to upload.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "describes the form; it is read by hand, as a stream")]
pub struct UploadIn {
    /// The location: for pictures of services and of the location itself.
    #[schema(example = 37532)]
    company_id: Option<i64>,
    /// The service.
    #[schema(example = 331)]
    service_id: Option<i64>,
    /// The team member.
    #[schema(example = 1001)]
    master_id: Option<i64>,
    /// A JPEG or PNG file of at most 10 MB.
    #[schema(format = Binary)]
    image: String,
}

/// One version of a picture.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImageOut {
    /// Its id.
    #[schema(example = 186_826)]
    id: i64,
    /// Its address.
    #[schema(example = "http://127.0.0.1:8080/uploads/service/37532/5f0e6c1b2a3948576a7b8c9d-basic.jpeg")]
    path: String,
    /// Pixels.
    #[schema(example = 373)]
    width: i64,
    /// Pixels.
    #[schema(example = 280)]
    height: i64,
    /// `jpeg` or `png`.
    #[schema(example = "jpeg")]
    r#type: String,
    /// Its group.
    #[schema(example = 72256)]
    image_group_id: i64,
    /// `basic` or `small`.
    #[schema(example = "basic")]
    version: String,
}

/// A picture in all its versions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImageGroupOut {
    /// Its id.
    #[schema(example = 72256)]
    id: i64,
    /// What it shows.
    #[schema(example = "service")]
    entity: String,
    /// Which one; 0 for none yet.
    #[schema(example = 0)]
    entity_id: i64,
    /// The versions by their names.
    images: BTreeMap<String, ImageOut>,
}

/// A stored picture.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UploadedOut {
    /// Whether it is bound to what it shows.
    image_binded: bool,
    /// The picture.
    image_group: ImageGroupOut,
}

/// A stored picture as the contract's schema draws it, with its basic version alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FlatImageGroupOut {
    /// Its id.
    id: i64,
    /// What it shows.
    entity: String,
    /// Which one; 0 for none yet.
    entity_id: i64,
    /// Whether it is bound to what it shows.
    image_binded: bool,
    /// The picture.
    image_group: ImageGroupOut,
    /// The basic version.
    images: ImageOut,
}

/// A stored picture in the envelope, and beside it as the contract's schema draws it.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadedAnswer {
    success: bool,
    data: UploadedOut,
    meta: Empty,
    image_group: Option<FlatImageGroupOut>,
    #[serde(rename = "ImageGroup")]
    same_group: Option<FlatImageGroupOut>,
}

impl UploadedAnswer {
    pub(super) fn of(
        public_url: &str,
        group: i64,
        entity: &str,
        entity_id: i64,
        bound: bool,
        images: Vec<Image>,
    ) -> Self {
        let images: BTreeMap<String, ImageOut> = images
            .into_iter()
            .map(|i| {
                let out = ImageOut {
                    id: i.id,
                    path: format!("{public_url}{}", i.path),
                    width: i.width,
                    height: i.height,
                    r#type: i.r#type,
                    image_group_id: i.image_group_id,
                    version: i.version.clone(),
                };
                (i.version, out)
            })
            .collect();
        let image_group = ImageGroupOut { id: group, entity: entity.to_owned(), entity_id, images };
        let flat = image_group.images.get("basic").cloned().map(|images| FlatImageGroupOut {
            id: group,
            entity: image_group.entity.clone(),
            entity_id,
            image_binded: bound,
            image_group: image_group.clone(),
            images,
        });
        Self {
            success: true,
            data: UploadedOut { image_binded: bound, image_group },
            meta: Empty,
            image_group: flat.clone(),
            same_group: flat,
        }
    }
}

impl Answer for UploadedAnswer {
    fn status(&self) -> StatusCode {
        StatusCode::OK
    }

    fn body(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl IntoResponse for UploadedAnswer {
    fn into_response(self) -> Response {
        axum::Json(self).into_response()
    }
}

/// Upload a picture
///
/// For a `service` (with `company_id` and `service_id`), a `team_member` (with `master_id`) or the `company`
/// itself (with `company_id`). The asker needs the right to change what it shows.
#[utoipa::path(
    post, path = "/images/{entity}", operation_id = "upload_image", tag = "Utilities",
    params(("entity" = String, Path, description = "What it shows", example = "service")),
    request_body(content = UploadIn, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "The stored picture", body = UploadedAnswer),
        (status = 403, description = "The right to change what it shows is missing")
    )
)]
pub async fn upload_image(at: Signed, Path(entity): Path<String>, upload: Upload) -> Result<UploadedAnswer> {
    flow::upload(&at, &entity, upload).await
}

/// A picture to remove.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "describes the form; it is read by hand, as a stream")]
pub struct DeleteIn {
    /// Its group.
    #[schema(example = 72256)]
    image_group_id: i64,
}

/// Remove a picture
///
/// In all its versions.
#[utoipa::path(
    delete, path = "/images/{entity}", operation_id = "delete_image", tag = "Utilities",
    params(("entity" = String, Path, description = "What it shows", example = "service")),
    request_body(content = DeleteIn, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "Removed", body = Done),
        (status = 403, description = "The right to change what it shows is missing")
    )
)]
pub async fn delete_image(at: Signed, Path(entity): Path<String>, upload: Upload) -> Result<Done> {
    flow::delete(&at, &entity, upload.fields.image_group_id).await
}
