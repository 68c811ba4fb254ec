//! Decisions about resources, without I/O.

use kernel::{Message, Problems};

/// A location's resources at the most: a list of them is given whole.
pub const MOST: i64 = 500;
/// Instances of a resource at the most.
pub const INSTANCES: i64 = 200;
/// Characters of a title at the most.
const TITLE: usize = 255;

/// A title, trimmed; names what is wrong with it.
pub fn title(sent: Option<String>, field: &str, problems: &mut Problems) -> String {
    let Some(title) = sent else {
        problems.add(field, "field-required");
        return String::new();
    };
    problems.check(!title.trim().is_empty(), field, "field-empty");
    problems.length(&title, TITLE, field);
    title.trim().to_owned()
}

/// Titles of the instances that a new resource begins with. Without any it has one of its own name: a service
/// that needs it could never be booked otherwise.
pub fn instances(sent: Option<Vec<String>>, of: &str, problems: &mut Problems) -> Vec<String> {
    let sent = sent.unwrap_or_default();
    if i64::try_from(sent.len()).unwrap_or(i64::MAX) > INSTANCES {
        problems.add("instances", Message::new("field-too-many").with("limit", INSTANCES));
        return Vec::new();
    }
    if sent.is_empty() {
        return vec![of.to_owned()];
    }
    let numbered = sent.into_iter().enumerate();
    numbered.map(|(at, sent)| title(Some(sent), &format!("instances.{at}"), problems)).collect()
}

#[cfg(test)]
mod tests {
    use super::{instances, title};
    use kernel::Problems;

    #[test]
    fn titles_are_needed_and_bounded() {
        let mut problems = Problems::new();
        assert_eq!(title(Some(" Chair ".to_owned()), "title", &mut problems), "Chair");
        assert!(problems.is_empty());
        title(None, "a", &mut problems);
        title(Some("  ".to_owned()), "b", &mut problems);
        title(Some("x".repeat(256)), "c", &mut problems);
        let error = problems.done().expect_err("refused");
        assert_eq!(error.fields().iter().map(|(f, _)| f.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn a_resource_has_an_instance_from_the_start() {
        let mut problems = Problems::new();
        assert_eq!(instances(None, "Chair", &mut problems), ["Chair"]);
        let two = vec!["#1".to_owned(), "#2".to_owned()];
        assert_eq!(instances(Some(two), "Chair", &mut problems), ["#1", "#2"]);
        instances(Some(vec![String::new(); 201]), "Chair", &mut problems);
        instances(Some(vec!["a".to_owned(), String::new()]), "Chair", &mut problems);
        let error = problems.done().expect_err("refused");
        assert_eq!(
            error.fields().iter().map(|(f, _)| f.as_str()).collect::<Vec<_>>(),
            ["instances", "instances.1"]
        );
    }
}
