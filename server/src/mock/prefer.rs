//! The `Prefer` header, by which a caller chooses among an operation's answers.

use axum::http::{HeaderMap, StatusCode};

/// What the caller would rather have.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Preference {
    /// `code=404`: the answer of this status, whatever the request looks like.
    pub(super) code: Option<StatusCode>,
    /// `example=NAME`: the example of this name among those of the answer.
    pub(super) example: Option<String>,
}

impl Preference {
    /// Reads every `Prefer` header; what isn't known or can't be read is not a preference.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut preference = Self::default();
        let values = headers.get_all("prefer").into_iter().filter_map(|value| value.to_str().ok());
        for (name, value) in values
            .flat_map(|value| value.split([',', ';']))
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| (name.trim(), value.trim().trim_matches('"')))
        {
            if name.eq_ignore_ascii_case("code") {
                preference.code = value.parse().ok();
            } else if name.eq_ignore_ascii_case("example") {
                preference.example = Some(value.to_owned());
            }
        }
        preference
    }
}
