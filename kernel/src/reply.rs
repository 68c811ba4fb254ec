//! The envelope `{success, data, meta}` and its variants.

use std::cell::Cell;
use std::hash::{DefaultHasher, Hasher};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::Message;

/// A thread keeps so much room for writing answers down, bytes; a larger one is given back.
const ROOM: usize = 1024 * 1024;

thread_local! {
    static WRITING: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// JSON in a body of just its size. It is written where there is room already: one that grows is copied again and again.
/// Letter for letter as `serde_json` writes it, in less time.
fn written<T: Serialize + ?Sized>(what: &T) -> Vec<u8> {
    let mut room = WRITING.take();
    room.clear();
    // Our own types always serialise: string keys, no failing implementations.
    let body =
        if sonic_rs::to_writer(&mut room, what).is_ok() { room.as_slice().to_vec() } else { Vec::new() };
    if room.capacity() <= ROOM {
        WRITING.set(room);
    }
    body
}

/// What a handler answers: it can be written down whole before the commit (idempotent writes keep it).
pub trait Answer: IntoResponse {
    /// Its status.
    fn status(&self) -> StatusCode;
    /// Its body.
    fn body(&self) -> Vec<u8>;
}

/// One thing in the envelope. `M` is the shape of `meta`: by default the wire's empty list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Data<T, M = Empty> {
    /// Whether the request was carried out.
    success: bool,
    /// What was asked for.
    data: T,
    /// About the answer.
    meta: M,
    #[serde(skip)]
    #[schema(ignore)]
    status: u16,
    #[serde(skip)]
    #[schema(ignore)]
    revision: Option<i64>,
}

impl<T> Data<T> {
    /// The thing, with `meta` empty.
    pub fn new(data: T) -> Self {
        Self::with_meta(data, Empty)
    }
}

impl<T, M> Data<T, M> {
    /// The thing, with this `meta`.
    pub fn with_meta(data: T, meta: M) -> Self {
        Self { success: true, data, meta, status: 200, revision: None }
    }

    /// Answered as 201.
    #[must_use]
    pub fn created(mut self) -> Self {
        self.status = 201;
        self
    }

    /// Answered as 202.
    #[must_use]
    pub fn accepted(mut self) -> Self {
        self.status = 202;
        self
    }

    /// Names the row's revision, from which the ETag is made.
    #[must_use]
    pub fn revision(mut self, revision: i64) -> Self {
        self.revision = Some(revision);
        self
    }

    /// What it holds.
    pub fn into_inner(self) -> T {
        self.data
    }
}

/// A list in the envelope, with its count.
pub type List<T> = Data<Vec<T>, Count>;

impl<T> List<T> {
    /// The items; `count` is how many there are in all (not on this page).
    pub fn counted(items: Vec<T>, count: i64) -> Self {
        Self::with_meta(items, Count { count })
    }
}

/// The wire's empty `meta`: a list without anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Empty;

impl Serialize for Empty {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [(); 0].serialize(serializer)
    }
}

impl PartialSchema for Empty {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(ObjectBuilder::new()).max_items(Some(0)).description(Some("Empty.")).into()
    }
}

/// Types that stand behind an alias or a default (`Done`, `Data<T>`) enter themselves among the components: the
/// generator sees only what is written out.
macro_rules! enters_itself {
    ($($type:ty),*) => {$(
        impl ToSchema for $type {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                schemas.push((Self::name().into_owned(), Self::schema()));
            }
        }
    )*};
}
enters_itself!(Empty, EmptyObject, Nothing);

/// The wire's other empty `meta`: an object without anything.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct EmptyObject {}

impl PartialSchema for EmptyObject {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Object)
            .description(Some("The wire's other empty `meta`: an object without anything."))
            .into()
    }
}

/// `data` where there is nothing to give.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing;

impl Serialize for Nothing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl PartialSchema for Nothing {
    fn schema() -> RefOr<Schema> {
        use utoipa::openapi::schema::{SchemaType, Type};
        ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::Object, Type::Null]))
            .description(Some("Always null."))
            .into()
    }
}

/// A thing, or the wire's empty list where there is none.
#[derive(Clone, Debug)]
pub struct OrEmpty<T>(pub Option<T>);

impl<T: Serialize> Serialize for OrEmpty<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(thing) => thing.serialize(serializer),
            None => Empty.serialize(serializer),
        }
    }
}

impl<T: PartialSchema> PartialSchema for OrEmpty<T> {
    fn schema() -> RefOr<Schema> {
        use utoipa::openapi::schema::OneOfBuilder;
        OneOfBuilder::new().item(T::schema()).item(Empty::schema()).into()
    }
}

/// Carried out, with nothing to give: `{success: true, data: null, meta: {}}`.
pub type Done = Data<Nothing, EmptyObject>;

impl Done {
    /// It is done.
    pub fn done() -> Self {
        Self::with_meta(Nothing, EmptyObject {})
    }
}

/// `meta` of a list.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Count {
    /// How many there are.
    #[schema(example = 2)]
    pub count: i64,
}

/// `meta` with a word to the client.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MetaMessage {
    /// What was done.
    #[schema(example = "Saved")]
    pub message: String,
}

impl MetaMessage {
    /// In English, which is what stored answers hold.
    pub fn new(message: &Message) -> Self {
        Self { message: message.text(&crate::Language::default()) }
    }
}

impl<T: Serialize, M: Serialize> Answer for Data<T, M> {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK)
    }

    fn body(&self) -> Vec<u8> {
        written(self)
    }
}

/// Marks an answer that stands for one revision of a row, for the face.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Revised;

impl<T: Serialize, M: Serialize> IntoResponse for Data<T, M> {
    fn into_response(self) -> Response {
        let body = self.body();
        let tag = self.revision.map(|revision| etag(revision, &body));
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status();
        // With room for what the layers around add.
        let mut headers = HeaderMap::with_capacity(16);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(tag) = tag {
            headers.insert(header::ETAG, tag);
            response.extensions_mut().insert(Revised);
        }
        *response.headers_mut() = headers;
        response
    }
}

/// A thing by itself, without the envelope, where the wire has none.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Bare<T> {
    data: T,
    #[serde(skip)]
    status: u16,
}

impl<T> Bare<T> {
    /// The thing.
    pub fn new(data: T) -> Self {
        Self { data, status: 200 }
    }

    /// Answered as 201.
    #[must_use]
    pub fn created(mut self) -> Self {
        self.status = 201;
        self
    }
}

impl<T: Serialize> Answer for Bare<T> {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK)
    }

    fn body(&self) -> Vec<u8> {
        written(self)
    }
}

impl<T: Serialize> IntoResponse for Bare<T> {
    fn into_response(self) -> Response {
        (self.status(), [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], self.body())
            .into_response()
    }
}

/// `"7-9f3c…"`: the row's revision, which a conditional update compares, and a digest of this very
/// representation, which a conditional read compares.
fn etag(revision: i64, body: &[u8]) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    let text = format!("\"{revision}-{:016x}\"", hasher.finish());
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("\"0\""))
}

/// Carried out, with nothing to say: 204, or the status given.
#[derive(Clone, Copy, Debug)]
pub struct NoContent(StatusCode);

impl NoContent {
    /// 204.
    pub fn new() -> Self {
        Self(StatusCode::NO_CONTENT)
    }

    /// 200; no body.
    pub fn ok() -> Self {
        Self(StatusCode::OK)
    }

    /// 201; no body.
    pub fn created() -> Self {
        Self(StatusCode::CREATED)
    }

    /// 202: taken; no body.
    pub fn accepted() -> Self {
        Self(StatusCode::ACCEPTED)
    }
}

impl Default for NoContent {
    fn default() -> Self {
        Self::new()
    }
}

impl Answer for NoContent {
    fn status(&self) -> StatusCode {
        self.0
    }

    fn body(&self) -> Vec<u8> {
        Vec::new()
    }
}

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// Taken, with a word to the client: 202 `{success, data: null, meta: {message}}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Accepted {
    success: bool,
    /// Always null.
    #[schema(schema_with = null_or_text)]
    data: Option<String>,
    meta: MetaMessage,
    #[serde(skip)]
    #[schema(ignore)]
    status: u16,
}

fn null_or_text() -> ObjectBuilder {
    use utoipa::openapi::schema::{SchemaType, Type};
    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]))
}

impl Accepted {
    /// With this word.
    pub fn new(message: impl Into<Message>) -> Self {
        Self { success: true, data: None, meta: MetaMessage::new(&message.into()), status: 202 }
    }

    /// Answered as 200.
    #[must_use]
    pub fn ok(mut self) -> Self {
        self.status = 200;
        self
    }

    /// Answered as 201.
    #[must_use]
    pub fn created(mut self) -> Self {
        self.status = 201;
        self
    }
}

impl Answer for Accepted {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::ACCEPTED)
    }

    fn body(&self) -> Vec<u8> {
        written(self)
    }
}

impl IntoResponse for Accepted {
    fn into_response(self) -> Response {
        (self.status(), [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], self.body())
            .into_response()
    }
}

/// The schema of what the contract has as a number in one place and as a text in another: one of them is sent, and both
/// are declared.
pub fn number_or_text() -> utoipa::openapi::schema::ObjectBuilder {
    use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Integer, Type::String]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            (any::<i32>(), 0..=4i32).prop_map(|(n, places)| Value::from(f64::from(n) / 10f64.powi(places))),
            any::<String>().prop_map(Value::from),
            "[\\u{0}-\\u{7f}]*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..8)
                    .prop_map(|all| Value::Object(all.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn answers_are_written_letter_for_letter_as_usual(value in any_json()) {
            let usual = serde_json::to_string(&value).expect("a value has its text");
            prop_assert_eq!(String::from_utf8(super::written(&value)), Ok(usual));
        }
    }
}
