//! Decisions about categories, without I/O.

use kernel::{Message, Problems};

use super::store::Category;

/// A location's categories at the most: a list of them is given whole.
pub const MOST: i64 = 500;
/// The heaviest and lightest that a thing may be.
pub const WEIGHT: std::ops::RangeInclusive<i64> = -1_000_000_000..=1_000_000_000;
/// Team members named for a category or a service at the most.
pub const STAFF: usize = 1000;

/// What a request says of a category. It says all: what is left out is emptied.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pub title: Option<String>,
    pub api_id: Option<String>,
    pub weight: Option<i64>,
    pub staff: Option<Vec<i64>>,
}

/// The category as it becomes, with the team members named for it; names what is wrong.
pub fn replaced(before: &Category, content: Content, problems: &mut Problems) -> (Category, Vec<i64>) {
    let title = content.title.unwrap_or_default();
    problems.check(!title.trim().is_empty(), "title", "field-required");
    problems.length(&title, 255, "title");
    let api_id = content.api_id.unwrap_or_default();
    problems.length(&api_id, 255, "api_id");
    let weight = content.weight.unwrap_or_default();
    problems.range(weight, WEIGHT, "weight");
    let mut staff = content.staff.unwrap_or_default();
    if staff.len() > STAFF {
        problems.add("staff", Message::new("field-too-many").with("limit", STAFF));
        staff.clear();
    }
    staff.sort_unstable();
    staff.dedup();
    (Category { title: title.trim().to_owned(), api_id, weight, ..before.clone() }, staff)
}

#[cfg(test)]
mod tests {
    use super::{Content, replaced};
    use crate::categories::store::Category;
    use kernel::Problems;

    #[test]
    fn a_category_is_replaced_whole() {
        let before = Category { id: 3, api_id: "x".to_owned(), weight: 7, ..Category::default() };
        let content =
            Content { title: Some(" Hair ".to_owned()), staff: Some(vec![2, 1, 2]), ..Content::default() };
        let mut problems = Problems::new();
        let (after, staff) = replaced(&before, content, &mut problems);
        assert!(problems.is_empty());
        assert_eq!((after.id, after.title.as_str(), after.api_id.as_str(), after.weight), (3, "Hair", "", 0));
        assert_eq!(staff, [1, 2]);
    }

    #[test]
    fn all_that_is_wrong_is_named() {
        let content = Content {
            api_id: Some("x".repeat(300)),
            weight: Some(i64::MAX),
            staff: Some(vec![1; 1001]),
            ..Content::default()
        };
        let mut problems = Problems::new();
        replaced(&Category::default(), content, &mut problems);
        let error = problems.done().expect_err("refused");
        let fields: Vec<_> = error.fields().iter().map(|(f, _)| f.as_str()).collect();
        assert_eq!(fields, ["title", "api_id", "weight", "staff"]);
    }
}
