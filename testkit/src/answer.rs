//! An answer, with the questions that tests ask of it.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was asked: method and path.
    pub asked: String,
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The body as JSON; null when it is none.
    pub body: Value,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The beginning of the body, for a test's complaint.
    fn start(&self) -> String {
        self.text().chars().take(2000).collect()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The answer, if it is of the 200s.
    #[track_caller]
    #[allow(
        clippy::must_use_candidate,
        clippy::return_self_not_must_use,
        reason = "often it is only the assertion"
    )]
    pub fn ok(self) -> Self {
        assert!(self.status.is_success(), "{}: {} {}", self.asked, self.status, self.start());
        self
    }

    /// The answer, if it has this status.
    #[track_caller]
    #[allow(
        clippy::must_use_candidate,
        clippy::return_self_not_must_use,
        reason = "often it is only the assertion"
    )]
    pub fn status(self, expected: u16) -> Self {
        assert_eq!(self.status.as_u16(), expected, "{}: {}", self.asked, self.start());
        self
    }

    /// What the envelope holds.
    #[track_caller]
    pub fn data(&self) -> &Value {
        self.body.get("data").unwrap_or_else(|| panic!("{}: no data in {}", self.asked, self.start()))
    }

    /// The items of a list in the envelope.
    #[track_caller]
    pub fn items(&self) -> &[Value] {
        let items = self.data().as_array();
        items.unwrap_or_else(|| panic!("{}: no list in {}", self.asked, self.start()))
    }

    /// The items' ids.
    #[track_caller]
    pub fn ids(&self) -> Vec<i64> {
        self.items().iter().filter_map(|item| item["id"].as_i64()).collect()
    }

    /// The word in `meta`.
    pub fn message(&self) -> &str {
        self.body["meta"]["message"].as_str().unwrap_or_default()
    }

    /// The names of the fields at fault.
    pub fn fields(&self) -> Vec<&str> {
        let errors = self.body["meta"]["errors"].as_array().into_iter().flatten();
        errors.filter_map(|error| error["field"].as_str()).collect()
    }

    /// A header, empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
