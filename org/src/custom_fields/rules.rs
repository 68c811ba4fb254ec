//! Decisions about custom fields and their values, without I/O.

use jiff::civil::{Date, DateTime};
use kernel::{Message, Problems};
use serde_json::Value;

use super::store::Field;
use crate::rights::Grants;

/// What a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// Appointments.
    Appointment,
    /// Clients.
    Client,
}

impl Entity {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Appointment, Self::Client];

    /// By its name on the wire.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "record" | "appointment" => Some(Self::Appointment),
            "client" => Some(Self::Client),
            _ => None,
        }
    }

    /// Its name on the wire and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Appointment => "record",
            Self::Client => "client",
        }
    }

    /// Whether these rights let see its values.
    pub fn readable(self, grants: &Grants) -> bool {
        grants.allows(match self {
            Self::Appointment => "custom_fields_record_values_read_access",
            Self::Client => "custom_fields_client_values_read_access",
        })
    }
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Number,
    /// A text.
    Text,
    /// One of the field's values.
    List,
    /// A day.
    Date,
    /// A day with a time.
    DateTime,
}

impl Kind {
    const ALL: [(Kind, i64, &'static str, &'static str); 5] = [
        (Kind::Number, 1, "number", "Number"),
        (Kind::Text, 2, "text", "Text"),
        (Kind::List, 3, "list", "List"),
        (Kind::Date, 4, "date", "Date"),
        (Kind::DateTime, 5, "datetime", "Date and time"),
    ];

    /// By its code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(.., c, _)| *c == code).map(|(kind, ..)| *kind)
    }

    fn row(self) -> (i64, &'static str, &'static str) {
        let found = Self::ALL.iter().find(|(kind, ..)| *kind == self);
        found.map_or((2, "text", "Text"), |(_, id, code, title)| (*id, code, title))
    }

    /// Its id in version 2.
    pub fn id(self) -> i64 {
        self.row().0
    }

    /// Its code.
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// For people.
    pub fn title(self) -> &'static str {
        self.row().2
    }
}

/// A location's fields of one entity at the most.
pub const MOST: i64 = 100;
/// Values of a list at the most.
const OPTIONS: usize = 200;
/// Characters of a stored text at the most.
const TEXT: usize = 4000;

/// What a request says of a field; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub kind: Option<String>,
    pub code: Option<String>,
    pub title: Option<String>,
    pub user_can_edit: Option<bool>,
    pub show_in_ui: Option<bool>,
    pub options: Option<Vec<String>>,
}

/// The field as it becomes; names what is wrong. The kind stays what it was made as: stored values are of it.
pub fn change(before: Option<&Field>, change: Change, problems: &mut Problems) -> Field {
    let mut field = before.cloned().unwrap_or_default();
    if before.is_none() {
        problems.check(change.kind.is_some(), "type", "field-required");
        problems.check(change.code.is_some(), "code", "field-required");
        problems.check(change.title.is_some(), "title", "field-required");
    }
    if let Some(kind) = change.kind {
        let known = Kind::parse(&kind).is_some();
        problems.check(known, "type", "field-choice");
        let same = before.is_none_or(|b| b.kind == kind);
        problems.check(!known || same, "type", "custom-field-kind");
        field.kind = kind;
    }
    if let Some(code) = change.code {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        problems.check(!code.is_empty() && code.chars().all(plain), "code", "field-code");
        problems.length(&code, 64, "code");
        field.code = code;
    }
    if let Some(title) = change.title {
        problems.check(!title.trim().is_empty(), "title", "field-empty");
        problems.length(&title, 255, "title");
        title.trim().clone_into(&mut field.title);
    }
    // Only a list has values; what is sent with another kind means nothing.
    if let Some(options) = change.options.filter(|_| field.kind == "list") {
        if options.len() > OPTIONS {
            problems.add("values", Message::new("field-too-many").with("limit", OPTIONS));
        }
        for (at, option) in options.iter().enumerate() {
            let place = format!("values.{at}");
            problems.check(!option.trim().is_empty(), &place, "field-empty");
            problems.length(option, 255, &place);
            problems.check(!options[..at].contains(option), &place, "field-duplicate");
        }
        field.options = options;
    }
    field.show_in_ui = change.show_in_ui.unwrap_or(field.show_in_ui);
    field.user_can_edit = change.user_can_edit.unwrap_or(field.user_can_edit);
    if field.kind == "list" {
        problems.check(!field.options.is_empty(), "values", "field-required");
    } else {
        field.options.clear();
    }
    field
}

/// A value as it is stored in the field: numbers and texts as text, days `YYYY-MM-DD`, days with times
/// `YYYY-MM-DDTHH:MM:SS` of the location's clock; none for an emptied one.
///
/// # Errors
/// The message's name, where the value is none of the field's.
pub fn value(field: &Field, sent: &Value) -> Result<Option<String>, &'static str> {
    let text = match sent {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        // A choice out of a list comes as a list of one.
        Value::Array(one) if one.len() == 1 && !one[0].is_array() => return value(field, &one[0]),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => return Err("field-text"),
    };
    if text.is_empty() {
        return Ok(None);
    }
    match Kind::parse(&field.kind).unwrap_or(Kind::Text) {
        Kind::Number => {
            let fine = text.parse::<f64>().is_ok_and(f64::is_finite);
            if fine { Ok(Some(text)) } else { Err("field-number") }
        }
        Kind::Text => {
            if text.chars().count() <= TEXT {
                Ok(Some(text))
            } else {
                Err("field-invalid")
            }
        }
        Kind::List => {
            if field.options.contains(&text) {
                Ok(Some(text))
            } else {
                Err("field-choice")
            }
        }
        Kind::Date => text.parse::<Date>().map(|d| Some(d.to_string())).map_err(|_| "field-date"),
        Kind::DateTime => text.parse::<DateTime>().map(|d| Some(d.to_string())).map_err(|_| "field-date"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Field, change, value};
    use kernel::Problems;
    use proptest::prelude::*;
    use serde_json::json;

    fn field(kind: &str) -> Field {
        Field { kind: kind.to_owned(), options: vec!["red".to_owned()], ..Field::default() }
    }

    #[test]
    fn values_are_held_against_their_field() {
        assert_eq!(value(&field("number"), &json!("1.50")), Ok(Some("1.50".to_owned())));
        assert_eq!(value(&field("number"), &json!(7)), Ok(Some("7".to_owned())));
        assert_eq!(value(&field("number"), &json!("seven")), Err("field-number"));
        assert_eq!(value(&field("number"), &json!("inf")), Err("field-number"));
        assert_eq!(value(&field("list"), &json!("red")), Ok(Some("red".to_owned())));
        assert_eq!(value(&field("list"), &json!("blue")), Err("field-choice"));
        assert_eq!(value(&field("date"), &json!("2026-02-28")), Ok(Some("2026-02-28".to_owned())));
        assert_eq!(value(&field("date"), &json!("2026-02-30")), Err("field-date"));
        let stored = Ok(Some("2026-02-28T10:30:00".to_owned()));
        assert_eq!(value(&field("datetime"), &json!("2026-02-28 10:30:00")), stored);
        assert_eq!(value(&field("text"), &json!("")), Ok(None));
        assert_eq!(value(&field("text"), &json!(null)), Ok(None));
        assert_eq!(value(&field("list"), &json!(["red"])), Ok(Some("red".to_owned())));
        assert_eq!(value(&field("list"), &json!(["blue"])), Err("field-choice"));
        for other in [json!([1, 2]), json!([[1]]), json!([]), json!({})] {
            assert_eq!(value(&field("text"), &other), Err("field-text"));
        }
    }

    #[test]
    fn a_list_needs_values_and_a_kind_stays() {
        let mut problems = Problems::new();
        change(Some(&Field { options: Vec::new(), ..field("list") }), Change::default(), &mut problems);
        change(
            Some(&field("text")),
            Change { kind: Some("date".to_owned()), ..Change::default() },
            &mut problems,
        );
        let error = problems.done().expect_err("refused");
        let fields: Vec<_> = error.fields().iter().map(|(f, _)| f.as_str()).collect();
        assert_eq!(fields, ["values", "type"]);
    }

    proptest! {
        #[test]
        fn any_text_is_taken_or_refused(text in ".{0,40}") {
            for kind in ["number", "text", "list", "date", "datetime"] {
                if let Ok(Some(stored)) = value(&field(kind), &json!(text)) {
                    // What is stored is taken again as it is.
                    prop_assert_eq!(value(&field(kind), &json!(stored.clone())), Ok(Some(stored)));
                }
            }
        }
    }
}
