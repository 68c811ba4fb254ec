//! Decisions about services, without I/O.

use calc::zone::parse_day;
use kernel::{Message, Money, Patch, Problems};

use super::store::Service;
use crate::categories::rules::WEIGHT;
use crate::links::rules::Sent;

/// A location's services at the most: version 1 gives them whole.
pub const MOST: i64 = 3000;
/// Single days of a service at the most: two years of them.
const DATES: usize = 732;
/// A service's shortest and longest duration, seconds.
pub const DURATION: std::ops::RangeInclusive<i64> = 300..=86_100;
/// Seconds of a day.
const DAY: i64 = 86_400;
/// Hundredths of 100 percent.
const WHOLE: i64 = 10_000;

/// What a request says of a service; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub title: Option<String>,
    pub booking_title: Option<String>,
    pub print_title: Option<String>,
    pub category_id: Option<i64>,
    pub price_min: Option<Money>,
    pub price_max: Option<Money>,
    pub discount: Option<Money>,
    pub duration: Option<i64>,
    pub technical_break: Patch<i64>,
    pub comment: Option<String>,
    pub weight: Option<i64>,
    pub active: Option<bool>,
    pub api_id: Option<String>,
    pub service_type: Option<i64>,
    pub api_service_id: Option<i64>,
    pub is_multi: Option<bool>,
    pub capacity: Option<i64>,
    pub tax_variant: Option<i64>,
    pub vat_id: Option<i64>,
    pub repeat_visit_days_step: Patch<i64>,
    pub seance_search_start: Option<i64>,
    pub seance_search_finish: Option<i64>,
    pub seance_search_step: Option<i64>,
    pub step: Option<i64>,
    pub is_need_limit_date: Option<bool>,
    pub date_from: Patch<String>,
    pub date_to: Patch<String>,
    pub dates: Option<Vec<String>>,
    pub schedule_template_type: Option<i64>,
    pub online_invoicing_status: Option<i64>,
    pub is_abonement_autopayment_enabled: Option<bool>,
    pub autopayment_before_visit_time: Option<i64>,
    pub abonement_restriction_value: Option<i64>,
    pub price_prepaid_amount: Option<Money>,
    pub price_prepaid_percent: Option<i64>,
    pub prepaid: Option<String>,
    /// Who does it; replaces those before.
    pub staff: Option<Vec<Sent>>,
}

impl Change {
    /// As a replacement: what such a request can carry and does not is set back to what a new service has. What it
    /// can't carry stays.
    #[must_use]
    pub fn whole(mut self) -> Self {
        let new = Service::default();
        self.title.get_or_insert_default();
        self.category_id.get_or_insert(0);
        self.price_min.get_or_insert_default();
        self.price_max.get_or_insert_default();
        self.discount.get_or_insert_default();
        self.duration.get_or_insert(new.duration);
        if self.technical_break == Patch::Absent {
            self.technical_break = Patch::Null;
        }
        self.comment.get_or_insert_default();
        self.weight.get_or_insert_default();
        self.active.get_or_insert(new.active);
        self.api_id.get_or_insert_default();
        self.service_type.get_or_insert(new.service_type);
        self.api_service_id.get_or_insert_default();
        self.staff.get_or_insert_default();
        self
    }
}

/// The service as it becomes; names what is wrong. A new one needs title and category.
pub fn change(before: Option<&Service>, change: &Change, problems: &mut Problems) -> Service {
    let mut after = before.cloned().unwrap_or_default();
    if before.is_none() {
        problems.check(change.title.is_some(), "title", "field-required");
        problems.check(change.category_id.is_some(), "category_id", "field-required");
    }
    if let Some(title) = &change.title {
        problems.check(!title.trim().is_empty(), "title", "field-empty");
    }
    for (field, sent, limit, name) in [
        (&mut after.title, &change.title, 255, "title"),
        (&mut after.booking_title, &change.booking_title, 255, "booking_title"),
        (&mut after.print_title, &change.print_title, 255, "print_title"),
        (&mut after.comment, &change.comment, 20_000, "comment"),
        (&mut after.api_id, &change.api_id, 255, "api_id"),
    ] {
        if let Some(text) = sent {
            problems.length(text, limit, name);
            text.trim().clone_into(field);
        }
    }
    // A title sent that only repeats the first is none of its own, and follows when that changes.
    for (title, sent) in
        [(&mut after.booking_title, &change.booking_title), (&mut after.print_title, &change.print_title)]
    {
        if sent.is_some() && *title == after.title {
            title.clear();
        }
    }
    after.category_id = change.category_id.unwrap_or(after.category_id);
    after.active = change.active.unwrap_or(after.active);
    after.is_multi = change.is_multi.unwrap_or(after.is_multi);
    after.is_need_limit_date = change.is_need_limit_date.unwrap_or(after.is_need_limit_date);
    after.is_abonement_autopayment_enabled =
        change.is_abonement_autopayment_enabled.unwrap_or(after.is_abonement_autopayment_enabled);
    if let Some(duration) = change.duration.filter(|d| Some(*d) != before.map(|b| b.duration)) {
        problems.range(duration, DURATION, "duration");
        after.duration = duration;
    }
    let limit = i64::from(i32::MAX);
    for (field, sent, bounds, name) in [
        (&mut after.weight, change.weight, WEIGHT, "weight"),
        (&mut after.capacity, change.capacity, 0..=10_000, "capacity"),
        (&mut after.tax_variant, change.tax_variant, 0..=limit, "tax_variant"),
        (&mut after.vat_id, change.vat_id, 0..=limit, "vat_id"),
        (&mut after.service_type, change.service_type, 0..=limit, "service_type"),
        (&mut after.api_service_id, change.api_service_id, 0..=i64::MAX, "api_service_id"),
        (&mut after.seance_search_start, change.seance_search_start, 0..=DAY - 1, "seance_search_start"),
        (&mut after.seance_search_finish, change.seance_search_finish, 1..=DAY, "seance_search_finish"),
        (&mut after.seance_search_step, change.seance_search_step, 0..=DAY, "seance_search_step"),
        (&mut after.step, change.step, 0..=DAY, "step"),
        (&mut after.schedule_template_type, change.schedule_template_type, 0..=100, "schedule_template_type"),
        (
            &mut after.online_invoicing_status,
            change.online_invoicing_status,
            0..=100,
            "online_invoicing_status",
        ),
        (
            &mut after.autopayment_before_visit_time,
            change.autopayment_before_visit_time,
            0..=366 * DAY,
            "autopayment_before_visit_time",
        ),
        (
            &mut after.abonement_restriction_value,
            change.abonement_restriction_value,
            0..=100,
            "abonement_restriction_value",
        ),
        (&mut after.price_prepaid_percent, change.price_prepaid_percent, 0..=100, "price_prepaid_percent"),
    ] {
        if let Some(number) = sent {
            problems.range(number, bounds, name);
            *field = number;
        }
    }
    window(&after, change, problems);
    prices(before, &mut after, change, problems);
    let message = || Message::new("field-range").with("min", 0).with("max", 3600);
    match change.technical_break {
        Patch::Absent => {}
        Patch::Null => after.technical_break = None,
        Patch::Set(seconds) => {
            let fine = (0..=3600).contains(&seconds);
            problems.check(fine, "technical_break_duration", message());
            let step = Message::new("field-multiple").with("of", 300);
            problems.check(!fine || seconds % 300 == 0, "technical_break_duration", step);
            after.technical_break = Some(seconds);
        }
    }
    match change.repeat_visit_days_step {
        Patch::Absent => {}
        Patch::Null | Patch::Set(0) => after.repeat_visit_days_step = None,
        Patch::Set(days) => {
            problems.range(days, 1..=3660, "repeat_visit_days_step");
            after.repeat_visit_days_step = Some(days);
        }
    }
    if let Some(prepaid) = &change.prepaid {
        let known = ["forbidden", "optional", "required"].contains(&prepaid.as_str());
        problems.check(known, "prepaid", "field-choice");
        after.prepaid.clone_from(prepaid);
    }
    period(&mut after, change, problems);
    after
}

fn window(after: &Service, change: &Change, problems: &mut Problems) {
    let sent = change.seance_search_start.is_some() || change.seance_search_finish.is_some();
    if sent && after.seance_search_start >= after.seance_search_finish {
        problems.add("seance_search_finish", "field-not-after");
    }
}

/// A highest price of 0, or none, means that there is but one.
fn prices(before: Option<&Service>, after: &mut Service, change: &Change, problems: &mut Problems) {
    let mut amount = |sent: Option<Money>, field: &mut i64, most: i64, name: &str| {
        if let Some(Money(sent)) = sent {
            if sent < 0 || sent > most {
                let most = Money(most);
                problems.add(name, Message::new("field-range").with("min", 0).with("max", most));
            }
            *field = sent;
        }
    };
    amount(change.price_min, &mut after.price_min, Money::MOST, "price_min");
    amount(change.price_max, &mut after.price_max, Money::MOST, "price_max");
    amount(change.discount, &mut after.discount, WHOLE, "discount");
    amount(change.price_prepaid_amount, &mut after.price_prepaid_amount, Money::MOST, "price_prepaid_amount");
    let was_one = before.is_none_or(|b| b.price_min == b.price_max);
    let one = match change.price_max {
        Some(max) => max == Money(0),
        None => change.price_min.is_some() && was_one,
    };
    if one {
        after.price_max = after.price_min;
    }
    if after.price_max < after.price_min {
        let field = if change.price_max.is_some() { "price_max" } else { "price_min" };
        problems.add(field, "field-price-order");
    }
}

fn day(sent: &str, field: &str, problems: &mut Problems) -> Option<String> {
    match parse_day(sent) {
        Some(day) => Some(day.to_string()),
        None => {
            problems.add(field, "field-date");
            None
        }
    }
}

fn period(after: &mut Service, change: &Change, problems: &mut Problems) {
    for (field, sent, name) in [
        (&mut after.date_from, &change.date_from, "date_from"),
        (&mut after.date_to, &change.date_to, "date_to"),
    ] {
        match sent {
            Patch::Absent => {}
            Patch::Null => *field = None,
            Patch::Set(text) if text.trim().is_empty() => *field = None,
            Patch::Set(text) => *field = day(text, name, problems),
        }
    }
    // ISO days are in the order of their text.
    if let (Some(from), Some(to)) = (&after.date_from, &after.date_to) {
        problems.check(from <= to, "date_to", "field-not-after");
    }
}

/// The single days that were sent, in order and each once; names what is wrong with them.
pub fn dates(sent: &[String], problems: &mut Problems) -> Vec<String> {
    if sent.len() > DATES {
        problems.add("dates", Message::new("field-too-many").with("limit", DATES));
        return Vec::new();
    }
    let numbered = sent.iter().enumerate();
    let mut days: Vec<String> =
        numbered.filter_map(|(at, text)| day(text, &format!("dates.{at}"), problems)).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// Names the single days that lie outside of the period, where the service is bound to one: `days` are those of the
/// service as it becomes.
pub fn within(after: &Service, days: &[String], problems: &mut Problems) {
    if !after.is_need_limit_date {
        return;
    }
    // ISO days are in the order of their text.
    let early = |day: &&String| after.date_from.as_ref().is_some_and(|from| *day < from);
    let late = |day: &&String| after.date_to.as_ref().is_some_and(|to| *day > to);
    if let Some(day) = days.iter().find(|day| early(day) || late(day)) {
        problems.add("dates", Message::new("field-outside-period").with("day", day.clone()));
    }
}

/// Rights that a change needs beyond that to change services at all.
pub fn rights(before: &Service, after: &Service, dates: bool) -> Vec<&'static str> {
    let booking = |s: &Service| {
        (
            (s.seance_search_start, s.seance_search_finish, s.seance_search_step, s.step),
            (s.is_need_limit_date, s.date_from.clone(), s.date_to.clone(), s.schedule_template_type),
        )
    };
    let titles = |s: &Service| (s.title.clone(), s.booking_title.clone(), s.print_title.clone());
    let prices = |s: &Service| (s.price_min, s.price_max, s.discount);
    let paid = |s: &Service| {
        (
            (s.prepaid.clone(), s.price_prepaid_amount, s.price_prepaid_percent, s.online_invoicing_status),
            (s.is_abonement_autopayment_enabled, s.autopayment_before_visit_time),
        )
    };
    [
        (titles(before) != titles(after), "settings_services_edit_title_access"),
        (before.category_id != after.category_id, "settings_services_relation_category_access"),
        (prices(before) != prices(after), "settings_services_edit_price_access"),
        (dates || booking(before) != booking(after), "settings_services_edit_online_seance_date_time_access"),
        (paid(before) != paid(after), "settings_services_edit_online_pay_access"),
        (before.duration != after.duration, "edit_master_service_and_duration"),
    ]
    .into_iter()
    .filter_map(|(needed, right)| needed.then_some(right))
    .collect()
}

/// What the chain alone decides may not become another thing here.
pub fn chains_own(before: &Service, after: &Service, problems: &mut Problems) {
    if before.is_price_managed_only_in_chain {
        problems.check(before.price_min == after.price_min, "price_min", "managed-in-chain");
        problems.check(before.price_max == after.price_max, "price_max", "managed-in-chain");
    }
    if before.is_comment_managed_only_in_chain {
        problems.check(before.comment == after.comment, "comment", "managed-in-chain");
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, chains_own, change, dates, rights};
    use crate::services::store::Service;
    use kernel::{Money, Patch, Problems};
    use proptest::prelude::*;

    fn fields(problems: Problems) -> Vec<String> {
        problems.done().err().map(|e| e.fields().iter().map(|(f, _)| f.clone()).collect()).unwrap_or_default()
    }

    fn changed(before: &Service, sent: &Change) -> (Service, Vec<String>) {
        let mut problems = Problems::new();
        let after = change(Some(before), sent, &mut problems);
        (after, fields(problems))
    }

    fn cut() -> Service {
        Service {
            id: 7,
            category_id: 3,
            title: "Cut".to_owned(),
            price_min: 1000,
            price_max: 2000,
            comment: "c".to_owned(),
            technical_break: Some(300),
            ..Service::default()
        }
    }

    #[test]
    fn a_new_service_needs_title_and_category() {
        let mut problems = Problems::new();
        change(None, &Change::default(), &mut problems);
        assert_eq!(fields(problems), ["title", "category_id"]);
    }

    #[test]
    fn the_highest_price_follows_or_is_held() {
        let price = |min, max| Change { price_min: min, price_max: max, ..Change::default() };
        let (after, wrong) = changed(&cut(), &price(Some(Money(500)), Some(Money(0))));
        assert_eq!((after.price_min, after.price_max, wrong.len()), (500, 500, 0));
        let (_, wrong) = changed(&cut(), &price(Some(Money(2500)), None));
        assert_eq!(wrong, ["price_min"]);
        let (_, wrong) = changed(&cut(), &price(Some(Money(2500)), Some(Money(2400))));
        assert_eq!(wrong, ["price_max"]);
        let one = Service { price_max: 1000, ..cut() };
        let (after, wrong) = changed(&one, &price(Some(Money(2500)), None));
        assert_eq!((after.price_max, wrong.len()), (2500, 0));
        let (_, wrong) = changed(&cut(), &price(Some(Money(-1)), None));
        assert_eq!(wrong, ["price_min"]);
    }

    #[test]
    fn a_replacement_sets_back_what_it_does_not_say() {
        let sent = Change { title: Some("Cut".to_owned()), category_id: Some(3), ..Change::default() };
        let before = Service { seance_search_start: 36_000, ..cut() };
        let (after, wrong) = changed(&before, &sent.whole());
        assert!(wrong.is_empty());
        assert_eq!((after.comment.as_str(), after.technical_break, after.price_max), ("", None, 0));
        // What such a request can't carry stays.
        assert_eq!(after.seance_search_start, 36_000);
    }

    #[test]
    fn all_that_is_wrong_is_named() {
        let sent = Change {
            title: Some(" ".to_owned()),
            duration: Some(10),
            technical_break: Patch::Set(301),
            capacity: Some(-1),
            seance_search_start: Some(7200),
            seance_search_finish: Some(3600),
            date_from: Patch::Set("2026-02-30".to_owned()),
            prepaid: Some("maybe".to_owned()),
            discount: Some(Money(10_001)),
            ..Change::default()
        };
        assert_eq!(
            changed(&cut(), &sent).1,
            [
                "title",
                "duration",
                "capacity",
                "seance_search_finish",
                "discount",
                "technical_break_duration",
                "prepaid",
                "date_from"
            ]
        );
    }

    #[test]
    fn titles_of_their_own_are_kept_and_repetitions_are_not() {
        let sent = Change {
            booking_title: Some("Cut".to_owned()),
            print_title: Some("Haircut".to_owned()),
            ..Change::default()
        };
        let (after, _) = changed(&cut(), &sent);
        assert_eq!((after.booking_title.as_str(), after.print_title.as_str()), ("", "Haircut"));
    }

    #[test]
    fn single_days_lie_within_the_period() {
        let days = ["2026-09-19".to_owned(), "2026-10-01".to_owned()];
        let bound = |limited: bool, from: Option<&str>, to: Option<&str>| {
            let service = Service {
                is_need_limit_date: limited,
                date_from: from.map(str::to_owned),
                date_to: to.map(str::to_owned),
                ..cut()
            };
            let mut problems = Problems::new();
            super::within(&service, &days, &mut problems);
            fields(problems)
        };
        assert!(bound(true, Some("2026-09-19"), Some("2026-10-01")).is_empty());
        assert!(bound(true, None, None).is_empty());
        assert!(bound(false, Some("2027-01-01"), None).is_empty());
        assert_eq!(bound(true, Some("2026-09-20"), None), ["dates"]);
        assert_eq!(bound(true, None, Some("2026-09-30")), ["dates"]);
    }

    #[test]
    fn each_part_of_a_change_needs_its_right() {
        assert!(rights(&cut(), &cut(), false).is_empty());
        let after = Service { title: "Other".to_owned(), price_min: 1, ..cut() };
        assert_eq!(
            rights(&cut(), &after, false),
            ["settings_services_edit_title_access", "settings_services_edit_price_access"]
        );
        assert_eq!(rights(&cut(), &cut(), true), ["settings_services_edit_online_seance_date_time_access"]);
    }

    #[test]
    fn what_the_chain_decides_stays() {
        let before = Service { is_price_managed_only_in_chain: true, ..cut() };
        let mut problems = Problems::new();
        chains_own(
            &before,
            &Service { price_min: 1, comment: String::new(), ..before.clone() },
            &mut problems,
        );
        assert_eq!(fields(problems), ["price_min"]);
    }

    proptest! {
        #[test]
        fn prices_are_always_in_order(
            min in proptest::option::of(0i64..5000), max in proptest::option::of(0i64..5000), whole: bool
        ) {
            let mut sent = Change { price_min: min.map(Money), price_max: max.map(Money), ..Change::default() };
            if whole {
                sent = sent.whole();
            }
            let (after, wrong) = changed(&cut(), &sent);
            let priced = wrong.iter().any(|f| f.starts_with("price"));
            prop_assert!(priced || after.price_min <= after.price_max);
        }

        #[test]
        fn any_days_are_read_or_refused(texts in proptest::collection::vec(".{0,12}", 0..5)) {
            let mut problems = Problems::new();
            let days = dates(&texts, &mut problems);
            prop_assert!(days.windows(2).all(|w| w[0] < w[1]));
        }
    }
}
