//! The texts of a booking page by language, kept as JSON beside this file.

use std::sync::LazyLock;

use serde_json::Value;

/// A language that there are texts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// Its id, as in the dictionary of languages.
    pub id: i64,
    /// Its code on the wire.
    pub code: &'static str,
    /// Its own name.
    pub title: &'static str,
}

/// Those there are, English first.
pub const LANGUAGES: [Language; 3] = [
    Language { id: 2, code: "en-US", title: "English" },
    Language { id: 3, code: "de-DE", title: "Deutsch" },
    Language { id: 22, code: "uk-UK", title: "Українська" },
];

/// Those that a client may ask for without there being texts: English stands for them.
const OTHERS: [&str; 3] = ["lv", "ee", "lt"];

static TEXTS: LazyLock<[Value; 3]> = LazyLock::new(|| {
    // The files are part of the program, and a test reads each.
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let english = read(include_str!("texts/en-US.json"));
    let over = |text: &str| {
        let mut whole = english.clone();
        lay_over(&mut whole, read(text));
        whole
    };
    let (german, ukrainian) =
        (over(include_str!("texts/de-DE.json")), over(include_str!("texts/uk-UK.json")));
    [english, german, ukrainian]
});

/// Puts the texts of `over` in place of those of `whole`.
fn lay_over(whole: &mut Value, over: Value) {
    match (whole, over) {
        (Value::Object(whole), Value::Object(over)) => {
            for (key, value) in over {
                lay_over(whole.entry(key).or_insert(Value::Null), value);
            }
        }
        (whole, over) => *whole = over,
    }
}

/// The language by its id; English for all others.
pub fn language(id: i64) -> Language {
    LANGUAGES.into_iter().find(|language| language.id == id).unwrap_or(LANGUAGES[0])
}

/// The texts in the language of that code (`de-DE`, `de`); none for a code that is not known.
pub fn texts(code: &str) -> Option<&'static Value> {
    let code = code.to_ascii_lowercase().replace('_', "-");
    let short = |code: &str| code.split('-').next().unwrap_or_default().to_owned();
    let found = LANGUAGES.iter().position(|l| short(&l.code.to_ascii_lowercase()) == short(&code));
    let at = found.or_else(|| OTHERS.contains(&short(&code).as_str()).then_some(0))?;
    TEXTS.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(value: &Value, at: &str, out: &mut Vec<String>) {
        match value {
            Value::Object(all) => {
                for (key, value) in all {
                    leaves(value, &format!("{at}/{key}"), out);
                }
            }
            Value::String(_) => out.push(at.to_owned()),
            other => panic!("{at} is {other}"),
        }
    }

    #[test]
    fn each_language_has_texts_for_the_same_places() {
        let of = |text: &str| {
            let mut out = Vec::new();
            leaves(&serde_json::from_str(text).expect("JSON"), "", &mut out);
            out.sort();
            out
        };
        let english = of(include_str!("texts/en-US.json"));
        assert!(english.len() > 400, "{}", english.len());
        assert_eq!(of(include_str!("texts/de-DE.json")), english, "German");
        assert_eq!(of(include_str!("texts/uk-UK.json")), english, "Ukrainian");
    }

    #[test]
    fn a_language_without_texts_is_answered_in_english() {
        assert_eq!(texts("de-DE").expect("German")["back"], "Zurück");
        assert_eq!(texts("uk").expect("Ukrainian")["back"], "Назад");
        for code in ["en-US", "lv-LV", "ee-EE", "lt-LT", "EN_us"] {
            assert_eq!(texts(code).expect("English")["back"], "Back", "{code}");
        }
        assert_eq!(texts("xx-XX"), None);
        assert_eq!((language(3).code, language(0).code, language(99).code), ("de-DE", "en-US", "en-US"));
    }
}
