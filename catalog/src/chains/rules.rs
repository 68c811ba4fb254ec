//! Decisions about a chain's services, without I/O.

use kernel::{Money, Problems};

use super::store::{ChainCategory, ChainService};
use crate::categories::rules::WEIGHT;
use crate::services::rules::DURATION;

/// A chain's categories at the most.
pub const CATEGORIES: i64 = 500;
/// A chain's services at the most.
pub const SERVICES: i64 = 3000;

/// What a request says of a category; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct CategoryChange {
    pub title: Option<String>,
    pub weight: Option<i64>,
}

/// What a request says of a service; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub title: Option<String>,
    pub category_id: Option<i64>,
    pub price_min: Option<Money>,
    pub price_max: Option<Money>,
    pub duration: Option<i64>,
    pub comment: Option<String>,
    pub weight: Option<i64>,
    pub is_price_managed_only_in_chain: Option<bool>,
    pub is_comment_managed_only_in_chain: Option<bool>,
}

fn title(sent: Option<String>, is_new: bool, field: &mut String, problems: &mut Problems) {
    problems.check(sent.is_some() || !is_new, "title", "field-required");
    let Some(title) = sent else { return };
    problems.check(!title.trim().is_empty(), "title", "field-empty");
    problems.length(&title, 255, "title");
    title.trim().clone_into(field);
}

/// The category as it becomes; names what is wrong.
pub fn category(before: &ChainCategory, change: CategoryChange, problems: &mut Problems) -> ChainCategory {
    let mut after = before.clone();
    title(change.title, before.id == 0, &mut after.title, problems);
    after.weight = change.weight.unwrap_or(after.weight);
    problems.range(after.weight, WEIGHT, "weight");
    after
}

/// The service as it becomes; names what is wrong. A highest price of 0, or none with a new lowest, means that
/// there is but one.
pub fn service(before: &ChainService, change: Change, problems: &mut Problems) -> ChainService {
    let mut after = before.clone();
    title(change.title, before.id == 0, &mut after.title, problems);
    problems.check(change.category_id.is_some() || before.id != 0, "chain_category_id", "field-required");
    after.category_id = change.category_id.unwrap_or(after.category_id);
    after.price_min = change.price_min.map_or(after.price_min, |m| m.0);
    match change.price_max {
        Some(Money(max)) if max != 0 => after.price_max = max,
        Some(_) => after.price_max = after.price_min,
        None if change.price_min.is_some() && before.price_min == before.price_max => {
            after.price_max = after.price_min;
        }
        None => {}
    }
    problems.range(after.price_min, 0..=Money::MOST, "price_min");
    problems.range(after.price_max, 0..=Money::MOST, "price_max");
    problems.check(after.price_max >= after.price_min, "price_max", "field-price-order");
    if let Some(duration) = change.duration {
        problems.range(duration, DURATION, "duration");
        after.duration = duration;
    }
    if let Some(comment) = change.comment {
        problems.length(&comment, 20_000, "comment");
        after.comment = comment;
    }
    after.weight = change.weight.unwrap_or(after.weight);
    problems.range(after.weight, WEIGHT, "weight");
    after.is_price_managed_only_in_chain =
        change.is_price_managed_only_in_chain.unwrap_or(after.is_price_managed_only_in_chain);
    after.is_comment_managed_only_in_chain =
        change.is_comment_managed_only_in_chain.unwrap_or(after.is_comment_managed_only_in_chain);
    after
}

#[cfg(test)]
mod tests {
    use super::{Change, service};
    use crate::chains::store::ChainService;
    use kernel::{Money, Problems};

    #[test]
    fn prices_of_a_chain_are_in_order() {
        let before = ChainService { id: 1, price_min: 100, price_max: 100, ..ChainService::default() };
        let mut problems = Problems::new();
        let after =
            service(&before, Change { price_min: Some(Money(300)), ..Change::default() }, &mut problems);
        assert_eq!((after.price_min, after.price_max, problems.is_empty()), (300, 300, true));
        let wrong = Change { price_min: Some(Money(300)), price_max: Some(Money(200)), ..Change::default() };
        service(&before, wrong, &mut problems);
        service(&ChainService::default(), Change::default(), &mut problems);
        let error = problems.done().expect_err("refused");
        let fields: Vec<_> = error.fields().iter().map(|(f, _)| f.as_str()).collect();
        assert_eq!(fields, ["price_max", "title", "chain_category_id"]);
    }
}
