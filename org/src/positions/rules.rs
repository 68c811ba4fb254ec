//! Decisions about positions, without I/O.

use kernel::Problems;

use super::store::Position;

/// Fields of the employment profile that a position may ask for.
pub const REQUIRABLE: [&str; 11] = [
    "employee_name",
    "surname",
    "middle_name",
    "date_admission",
    "date_registration_end",
    "phone_number",
    "citizenship",
    "sex",
    "identity_document",
    "tax_id",
    "number_insurance_certificates",
];

/// What a request says of a position; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub title: Option<String>,
    pub description: Option<String>,
    pub api_id: Option<String>,
    /// 0 off, 1 soft, 2 strict.
    pub services_binding_type: Option<i64>,
    pub rules_required_fields: Option<Vec<String>>,
    pub only_chain_appointment: Option<bool>,
    /// Whether the title must be there, as it must for a new position.
    pub whole: bool,
}

/// The position as it becomes; names what is wrong.
pub fn change(before: Option<&Position>, change: Change, problems: &mut Problems) -> Position {
    let mut position = before.cloned().unwrap_or_default();
    match change.title {
        Some(title) => {
            title.trim().clone_into(&mut position.title);
            problems.check(!position.title.is_empty(), "title", "field-empty");
            problems.length(&position.title, 100, "title");
        }
        None if change.whole || before.is_none() => problems.add("title", "field-required"),
        None => {}
    }
    if let Some(description) = change.description {
        problems.length(&description, 1000, "description");
        position.description = description;
    }
    if let Some(api_id) = change.api_id {
        problems.length(&api_id, 100, "api_id");
        position.api_id = api_id;
    }
    if let Some(binding) = change.services_binding_type {
        problems.check((0..=2).contains(&binding), "services_binding_type", "field-choice");
        position.services_binding_type = binding;
    }
    if let Some(fields) = change.rules_required_fields {
        position.rules_required_fields.clear();
        for (at, field) in fields.into_iter().enumerate().take(REQUIRABLE.len() * 4) {
            let known = REQUIRABLE.contains(&field.as_str());
            problems.check(known, &format!("rules_required_fields.{at}"), "field-choice");
            if !position.rules_required_fields.contains(&field) {
                position.rules_required_fields.push(field);
            }
        }
    }
    position.only_chain_appointment =
        change.only_chain_appointment.unwrap_or(position.only_chain_appointment);
    position
}

#[cfg(test)]
mod tests {
    use super::{Change, change};
    use crate::positions::Position;
    use kernel::Problems;

    fn fields(before: Option<&Position>, sent: Change) -> Vec<String> {
        let mut problems = Problems::new();
        change(before, sent, &mut problems);
        let error = problems.done().expect_err("refused");
        error.fields().iter().map(|(field, _)| field.clone()).collect()
    }

    #[test]
    fn a_new_position_needs_its_title_and_a_whole_one_too() {
        assert_eq!(fields(None, Change::default()), ["title"]);
        let there = Position { title: "Barber".into(), ..Position::default() };
        assert_eq!(fields(Some(&there), Change { whole: true, ..Change::default() }), ["title"]);
        let mut problems = Problems::new();
        let after = change(Some(&there), Change::default(), &mut problems);
        assert!(problems.is_empty());
        assert_eq!(after, there);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = Change {
            title: Some("x".repeat(101)),
            description: Some("x".repeat(1001)),
            services_binding_type: Some(3),
            rules_required_fields: Some(vec!["surname".into(), "shoe_size".into()]),
            ..Change::default()
        };
        assert_eq!(
            fields(None, wrong),
            ["title", "description", "services_binding_type", "rules_required_fields.1"]
        );
    }
}
