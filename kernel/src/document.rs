//! JSON:API documents, the face of version 2: `{data: {type, id, attributes}}`.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Answer, Empty};

/// A resource: ids are text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Resource<T> {
    /// What it is.
    r#type: &'static str,
    /// Its id.
    #[schema(example = "241625")]
    id: String,
    /// What is known of it.
    attributes: T,
}

impl<T> Resource<T> {
    /// The resource of that kind and id.
    pub fn new(kind: &'static str, id: i64, attributes: T) -> Self {
        Self { r#type: kind, id: id.to_string(), attributes }
    }
}

/// A document with one resource.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Document<T> {
    /// The resource.
    data: Resource<T>,
    /// About the answer.
    meta: Empty,
    #[serde(skip)]
    #[schema(ignore)]
    status: u16,
}

impl<T> Document<T> {
    /// With this resource.
    pub fn new(data: Resource<T>) -> Self {
        Self { data, meta: Empty, status: 200 }
    }

    /// Answered as 201.
    #[must_use]
    pub fn created(mut self) -> Self {
        self.status = 201;
        self
    }
}

/// A document with a list of resources.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Documents<T> {
    /// The resources.
    data: Vec<Resource<T>>,
}

impl<T> Documents<T> {
    /// With these resources.
    pub fn new(data: Vec<Resource<T>>) -> Self {
        Self { data }
    }
}

impl<T: Serialize> Answer for Document<T> {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK)
    }

    fn body(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl<T: Serialize> IntoResponse for Document<T> {
    fn into_response(self) -> Response {
        let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        (self.status(), json, self.body()).into_response()
    }
}

impl<T: Serialize> IntoResponse for Documents<T> {
    fn into_response(self) -> Response {
        axum::Json(self).into_response()
    }
}
