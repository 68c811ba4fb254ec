//! One error type; the face maps it to the wire in one place.

use std::fmt::Display;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::i18n::Message;

/// A result of ours.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a request is refused.
#[derive(Clone, Debug)]
pub struct Error(Arc<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: Kind,
    message: Message,
    fields: Vec<(String, Message)>,
    codes: Vec<Code>,
    /// Seconds until it makes sense to try again.
    retry_after: Option<u64>,
    /// For the log, never for the client.
    cause: Option<String>,
    replay: Option<(u16, Vec<u8>)>,
    /// The database gave the transaction up for another's sake.
    given_up: bool,
    /// More that `meta` says, beside the message.
    flags: Vec<(&'static str, bool)>,
}

/// A numbered reason, where the contract numbers them.
#[derive(Clone, Debug)]
pub struct Code {
    /// Its number.
    pub code: i64,
    /// In words.
    pub message: Message,
    /// Which of several things asked for is meant, by the asker's own number.
    pub id: Option<i64>,
}

/// The kinds of refusal, each with its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as HTTP names them")]
pub enum Kind {
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    Conflict,
    PreconditionFailed,
    TooLarge,
    UnsupportedMedia,
    Invalid,
    TooMany,
    Internal,
    Unavailable,
    Timeout,
    /// Not a refusal: the stored answer to the same request.
    Replay,
}

impl Kind {
    /// Its status.
    pub fn status(self) -> StatusCode {
        match self {
            Kind::BadRequest => StatusCode::BAD_REQUEST,
            Kind::Unauthorized => StatusCode::UNAUTHORIZED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Timeout => StatusCode::REQUEST_TIMEOUT,
            Kind::Replay => StatusCode::OK,
        }
    }
}

impl Error {
    /// An error of this kind with this message.
    pub fn new(kind: Kind, message: impl Into<Message>) -> Self {
        Self(Arc::new(Inner {
            kind,
            message: message.into(),
            fields: Vec::new(),
            codes: Vec::new(),
            retry_after: None,
            cause: None,
            replay: None,
            given_up: false,
            flags: Vec::new(),
        }))
    }

    /// It does not exist, or not for the asker.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "not-found")
    }

    /// The asker lacks the right.
    pub fn denied() -> Self {
        Self::new(Kind::Forbidden, "access-denied")
    }

    /// A user token is needed.
    pub fn sign_in_needed() -> Self {
        Self::new(Kind::Unauthorized, "sign-in-needed")
    }

    /// A valid partner token is needed.
    pub fn partner_missing() -> Self {
        Self::new(Kind::Unauthorized, "partner-missing")
    }

    /// In conflict with what is there.
    pub fn conflict(message: impl Into<Message>) -> Self {
        Self::new(Kind::Conflict, message)
    }

    /// One field is wrong.
    pub fn invalid(field: impl Into<String>, message: impl Into<Message>) -> Self {
        Self::invalid_fields(vec![(field.into(), message.into())])
    }

    /// Several fields are wrong.
    pub fn invalid_fields(fields: Vec<(String, Message)>) -> Self {
        Self::new(Kind::Invalid, "invalid").change(|inner| inner.fields = fields)
    }

    /// The same for an operation that has another name for a field.
    #[must_use]
    pub fn naming(self, field: &str, otherwise: &str) -> Self {
        self.change(|inner| {
            for (name, _) in inner.fields.iter_mut().filter(|(name, _)| name == field) {
                otherwise.clone_into(name);
            }
        })
    }

    /// The same with more to say in `meta.errors`, of no field in particular.
    #[must_use]
    pub fn detail(self, message: impl Into<Message>) -> Self {
        let message = message.into();
        self.change(|inner| inner.fields.push((String::new(), message)))
    }

    /// Refused for a reason that has a number.
    pub fn coded(kind: Kind, code: i64, message: impl Into<Message>) -> Self {
        let code = Code { code, message: message.into(), id: None };
        Self::new(kind, "invalid").change(|inner| inner.codes.push(code))
    }

    /// Says which of several things asked for the numbered reasons are about.
    #[must_use]
    pub fn about(self, id: i64) -> Self {
        self.change(|inner| inner.codes.iter_mut().for_each(|code| code.id = Some(id)))
    }

    /// Says in what the fields lie: `appointments.0`.
    #[must_use]
    pub fn within(self, path: &str) -> Self {
        self.change(|inner| {
            for (field, _) in inner.fields.iter_mut().filter(|(field, _)| !field.is_empty()) {
                *field = format!("{path}.{field}");
            }
        })
    }

    /// The numbered reasons.
    pub fn codes(&self) -> &[Code] {
        &self.0.codes
    }

    /// Our fault; the cause goes to the log.
    pub fn internal(cause: impl Display) -> Self {
        Self::new(Kind::Internal, "internal").change(|inner| inner.cause = Some(cause.to_string()))
    }

    /// Not now.
    pub fn unavailable(cause: impl Display) -> Self {
        Self::new(Kind::Unavailable, "unavailable").change(|inner| {
            inner.cause = Some(cause.to_string());
            inner.retry_after = Some(1);
        })
    }

    /// Too much for now; nothing for the log, which would grow as fast as the load.
    pub fn overloaded() -> Self {
        Self::new(Kind::Unavailable, "unavailable").change(|inner| inner.retry_after = Some(1))
    }

    /// Too often; `message` takes `$seconds`.
    pub fn too_many(message: &'static str, seconds: u64) -> Self {
        Self::new(Kind::TooMany, Message::new(message).with("seconds", seconds))
            .change(|inner| inner.retry_after = Some(seconds))
    }

    pub(crate) fn replay(status: u16, body: Vec<u8>) -> Self {
        Self::new(Kind::Replay, "invalid").change(|inner| inner.replay = Some((status, body)))
    }

    fn change(mut self, with: impl FnOnce(&mut Inner)) -> Self {
        with(Arc::make_mut(&mut self.0));
        self
    }

    /// The same, of another kind.
    #[must_use]
    pub fn with_kind(self, kind: Kind) -> Self {
        self.change(|inner| inner.kind = kind)
    }

    /// The same, in other words.
    #[must_use]
    pub fn with_message(self, message: impl Into<Message>) -> Self {
        let message = message.into();
        self.change(|inner| inner.message = message)
    }

    /// Says more in `meta`.
    #[must_use]
    pub fn flag(self, name: &'static str, value: bool) -> Self {
        self.change(|inner| inner.flags.push((name, value)))
    }

    /// What it says more in `meta`.
    pub fn flags(&self) -> &[(&'static str, bool)] {
        &self.0.flags
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Its message.
    pub fn message(&self) -> &Message {
        &self.0.message
    }

    /// The fields at fault, by their path (`invites.0.search`).
    pub fn fields(&self) -> &[(String, Message)] {
        &self.0.fields
    }

    /// Seconds until it makes sense to try again.
    pub fn retry_after(&self) -> Option<u64> {
        self.0.retry_after
    }

    /// Whether the database gave the transaction up for another's sake: tried again, it may well do.
    pub fn is_given_up(&self) -> bool {
        self.0.given_up
    }

    /// What to write into the log.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    pub(crate) fn replayed(&self) -> Option<&(u16, Vec<u8>)> {
        self.0.replay.as_ref()
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.0.kind.status(), self.0.message.text(&crate::Language::default()))?;
        for (field, message) in &self.0.fields {
            write!(f, "; {field}: {}", message.text(&crate::Language::default()))?;
        }
        match &self.0.cause {
            Some(cause) => write!(f, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::NoRow => Error::not_found(),
            db::Error::Unique(_) | db::Error::Foreign(_) | db::Error::Refused(_) => {
                Error::conflict("conflict").change(|inner| inner.cause = Some(error.to_string()))
            }
            db::Error::Busy(_) => Error::unavailable(error).change(|inner| inner.given_up = true),
            db::Error::Unavailable(_) => Error::unavailable(error),
            db::Error::Newer { .. } | db::Error::Other(_) => Error::internal(error),
        }
    }
}

/// The error travels to the face as an extension of an empty answer; there it is put into words.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.kind().status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gathers what is wrong with an input, so that the client hears all of it at once.
#[derive(Clone, Debug, Default)]
pub struct Problems(Vec<(String, Message)>);

impl Problems {
    /// None so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<Message>) {
        self.0.push((field.into(), message.into()));
    }

    /// One more unless `fine`.
    pub fn check(&mut self, fine: bool, field: &str, message: impl Into<Message>) {
        if !fine {
            self.add(field, message);
        }
    }

    /// Text of at most so many characters.
    pub fn length(&mut self, text: &str, limit: usize, field: &str) {
        self.check(text.chars().count() <= limit, field, Message::new("field-too-long").with("limit", limit));
    }

    /// A number within bounds.
    pub fn range(&mut self, number: i64, range: std::ops::RangeInclusive<i64>, field: &str) {
        let message = || Message::new("field-range").with("min", *range.start()).with("max", *range.end());
        if !range.contains(&number) {
            self.add(field, message());
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All is well, or the error that names them.
    pub fn done(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid_fields(self.0)) }
    }

    /// What was read beside, when all is well; else the error that names what is wrong with either.
    pub fn done_with<T>(mut self, read: Result<T>) -> Result<T> {
        if let Err(error) = &read {
            self.0.extend(error.fields().iter().cloned());
        }
        self.done().and(read)
    }
}
