//! Messages to clients, in the language they ask for.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid};

fluent_templates::static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // Isolation marks around arguments are for mixed scripts on a screen; clients compare plain text.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A message by its name in `locales/*/messages.ftl`, with its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    name: &'static str,
    arguments: Vec<(&'static str, Cow<'static, str>)>,
}

impl Message {
    /// A message without arguments.
    pub const fn new(name: &'static str) -> Self {
        Self { name, arguments: Vec::new() }
    }

    /// The message with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.arguments.push((name, Cow::Owned(value.to_string())));
        self
    }

    /// The name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The text in that language, else in English.
    pub fn text(&self, language: &Language) -> String {
        let arguments: HashMap<Cow<'static, str>, FluentValue<'_>> = self
            .arguments
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(value.as_ref())))
            .collect();
        LOCALES.lookup_with_args(&language.0, self.name, &arguments)
    }
}

impl From<&'static str> for Message {
    fn from(name: &'static str) -> Self {
        Self::new(name)
    }
}

/// A language of answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Language(LanguageIdentifier);

impl Default for Language {
    fn default() -> Self {
        Self(langid!("en"))
    }
}

impl Language {
    /// The best of ours for an Accept-Language header.
    pub fn negotiate(accept: Option<&str>) -> Self {
        let Some(accept) = accept else { return Self::default() };
        let wanted = fluent_langneg::accepted_languages::parse(accept);
        let ours: Vec<LanguageIdentifier> = LOCALES.locales().cloned().collect();
        fluent_langneg::negotiate_languages(&wanted, &ours, None, fluent_langneg::NegotiationStrategy::Lookup)
            .first()
            .map_or_else(Self::default, |found| Self((*found).clone()))
    }

    /// Its tag, for Content-Language.
    pub fn tag(&self) -> String {
        self.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, Message};

    #[test]
    fn an_unknown_language_is_answered_in_english() {
        let language = Language::negotiate(Some("xx-YY, de;q=0.3"));
        assert_eq!(Message::new("not-found").text(&language), "Not found");
        assert_eq!(
            Message::new("too-many").with("seconds", 3).text(&language),
            "Too many requests, try again in 3 s."
        );
    }
}
