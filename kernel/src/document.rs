//! JSON:API documents, the face of version 2: `{data: {type, id, attributes}}`, with `relationships` and
//! `included` where they are asked for.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Answer, Empty, Page, Problems, Result};

/// Resources on one page at the most, and where nothing is said.
const PAGE: i64 = 250;

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
    pub fn new(kind: &'static str, id: impl ToString, attributes: T) -> Self {
        Self { r#type: kind, id: id.to_string(), attributes }
    }

    /// The same with what is known of it as another type (one of several kinds of resource).
    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> Resource<U> {
        Resource { r#type: self.r#type, id: self.id, attributes: with(self.attributes) }
    }

    /// The same with what it belongs with.
    pub fn linked<R>(self, relationships: R) -> Linked<T, R> {
        let relationships = Some(relationships);
        Linked { r#type: self.r#type, id: self.id, attributes: self.attributes, relationships }
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

/// Names a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResourceIdentifier {
    /// What it is.
    #[schema(example = "staff")]
    r#type: &'static str,
    /// Its id.
    #[schema(example = "42")]
    id: String,
}

impl ResourceIdentifier {
    /// The name of that kind and id.
    pub fn new(kind: &'static str, id: impl ToString) -> Self {
        Self { r#type: kind, id: id.to_string() }
    }
}

/// A relationship to one resource, or to none.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ToOne {
    /// Which.
    #[schema(required)]
    data: Option<ResourceIdentifier>,
}

impl ToOne {
    /// To one whose id is more than a number.
    pub fn of(to: ResourceIdentifier) -> Self {
        Self { data: Some(to) }
    }

    /// To that one.
    pub fn new(kind: &'static str, id: impl Into<Option<i64>>) -> Self {
        Self { data: id.into().map(|id| ResourceIdentifier::new(kind, id)) }
    }
}

/// A relationship to several resources.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ToMany {
    /// Which.
    data: Vec<ResourceIdentifier>,
}

impl ToMany {
    /// To those.
    pub fn new(kind: &'static str, ids: impl IntoIterator<Item = impl ToString>) -> Self {
        Self { data: ids.into_iter().map(|id| ResourceIdentifier::new(kind, id)).collect() }
    }
}

/// A resource that names what it belongs with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Linked<T, R> {
    /// What it is.
    r#type: &'static str,
    /// Its id.
    #[schema(example = "42")]
    id: String,
    /// What is known of it.
    attributes: T,
    /// What it belongs with, as far as asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    relationships: Option<R>,
}

impl<T, R> Linked<T, R> {
    /// The resource of that kind and id; `relationships` when any were asked for.
    pub fn new(kind: &'static str, id: impl ToString, attributes: T, relationships: Option<R>) -> Self {
        Self { r#type: kind, id: id.to_string(), attributes, relationships }
    }
}

/// A document with one resource and what was asked for beside it. `D` is the resource, `I` what may be included.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Compound<D, I> {
    /// The resource.
    data: D,
    /// What was asked for beside it, each once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    included: Option<Vec<I>>,
    /// About the answer.
    meta: Empty,
    #[serde(skip)]
    #[schema(ignore)]
    status: u16,
}

impl<D, I> Compound<D, I> {
    /// With this resource; `included` when anything was asked for.
    pub fn new(data: D, included: Option<Vec<I>>) -> Self {
        Self { data, included, meta: Empty, status: 200 }
    }

    /// Answered as 201.
    #[must_use]
    pub fn created(mut self) -> Self {
        self.status = 201;
        self
    }
}

/// A document with a list of resources and what was asked for beside them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Collection<D, I> {
    /// The resources.
    data: Vec<D>,
    /// What was asked for beside them, each once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    included: Option<Vec<I>>,
}

impl<D, I> Collection<D, I> {
    /// With these resources; `included` when anything was asked for.
    pub fn new(data: Vec<D>, included: Option<Vec<I>>) -> Self {
        Self { data, included }
    }
}

/// Where in a list a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Pagination {
    /// The page, from 1.
    #[schema(example = 1)]
    page: i64,
    /// Resources before it.
    #[schema(example = 0)]
    offset: i64,
    /// Resources on it at the most.
    #[schema(example = 250)]
    limit: i64,
}

impl From<Pagination> for Page {
    fn from(of: Pagination) -> Self {
        Self { limit: of.limit, offset: of.offset }
    }
}

impl Pagination {
    /// Reads `page` (from 1) and `limit` (1 to 250).
    ///
    /// # Errors
    /// 422 with the fields at fault.
    pub fn read(page: Option<i64>, limit: Option<i64>) -> Result<Self> {
        let (page, limit) = (page.unwrap_or(1), limit.unwrap_or(PAGE));
        let mut problems = Problems::new();
        problems.range(page, 1..=i64::from(i32::MAX), "page");
        problems.range(limit, 1..=PAGE, "limit");
        problems.done().map(|()| Self { page, offset: (page - 1) * limit, limit })
    }

    /// Resources before the page.
    pub fn offset(self) -> i64 {
        self.offset
    }

    /// Resources on the page at the most.
    pub fn limit(self) -> i64 {
        self.limit
    }
}

/// `meta` of a page of resources.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct PageMeta {
    /// Where in the list it is.
    pub pagination: Pagination,
}

/// A document with one page of a list of resources.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Paged<D> {
    /// The resources.
    data: Vec<D>,
    /// About the answer.
    meta: PageMeta,
}

impl<D> Paged<D> {
    /// These resources, as that page.
    pub fn new(data: Vec<D>, pagination: Pagination) -> Self {
        Self { data, meta: PageMeta { pagination } }
    }
}

/// A document with one page of a list of resources, and what was asked for beside them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PagedCollection<D, I> {
    /// The resources.
    data: Vec<D>,
    /// What was asked for beside them, each once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    included: Option<Vec<I>>,
    /// About the answer.
    meta: PageMeta,
}

impl<D, I> PagedCollection<D, I> {
    /// These resources, as that page; `included` when anything was asked for.
    pub fn new(data: Vec<D>, included: Option<Vec<I>>, pagination: Pagination) -> Self {
        Self { data, included, meta: PageMeta { pagination } }
    }
}

/// The words of `include=`, each of which must be known. Fills `problems` for the others.
pub fn includes(asked: &[String], known: &[&str], problems: &mut Problems) {
    if asked.iter().any(|name| !known.contains(&name.as_str())) {
        problems.add("include", "field-choice");
    }
}

impl<D: Serialize, I: Serialize> Answer for Compound<D, I> {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK)
    }

    fn body(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl<D: Serialize, I: Serialize> IntoResponse for Compound<D, I> {
    fn into_response(self) -> Response {
        let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        (self.status(), json, self.body()).into_response()
    }
}

impl<D: Serialize, I: Serialize> Answer for Collection<D, I> {
    fn status(&self) -> StatusCode {
        StatusCode::OK
    }

    fn body(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl<D: Serialize, I: Serialize> IntoResponse for Collection<D, I> {
    fn into_response(self) -> Response {
        axum::Json(self).into_response()
    }
}

impl<D: Serialize, I: Serialize> IntoResponse for PagedCollection<D, I> {
    fn into_response(self) -> Response {
        axum::Json(self).into_response()
    }
}

impl<D: Serialize> IntoResponse for Paged<D> {
    fn into_response(self) -> Response {
        axum::Json(self).into_response()
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

#[cfg(test)]
mod tests {
    use super::{Pagination, ToOne};

    #[test]
    fn a_page_is_read_and_bounded() {
        let page = Pagination::read(Some(3), Some(20)).unwrap();
        assert_eq!((page.offset(), page.limit()), (40, 20));
        assert_eq!(Pagination::read(None, None).unwrap(), Pagination { page: 1, offset: 0, limit: 250 });
        for (page, limit, field) in
            [(0, 1, "page"), (1, 0, "limit"), (1, 251, "limit"), (i64::MAX, 9, "page")]
        {
            let error = Pagination::read(Some(page), Some(limit)).unwrap_err();
            assert_eq!(error.fields()[0].0, field);
        }
    }

    #[test]
    fn a_relationship_may_lead_nowhere() {
        assert_eq!(
            serde_json::to_value(ToOne::new("staff", None)).unwrap(),
            serde_json::json!({"data": null})
        );
        assert_eq!(
            serde_json::to_value(ToOne::new("staff", 4)).unwrap(),
            serde_json::json!({"data": {"type": "staff", "id": "4"}})
        );
    }
}
