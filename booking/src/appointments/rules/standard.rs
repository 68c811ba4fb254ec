//! What an appointment of its own, outside of events, may be.

use calc::intervals::Interval;
use kernel::{Message, Money, Problems};

use crate::appointments::store::with::Offer;
use crate::appointments::store::{Appointment, Item};
use crate::occupancy::{Subject, Taken};

/// Services of one appointment at the most.
pub(crate) const SERVICES: usize = 50;
/// Tags of one appointment at the most.
pub(crate) const TAGS: usize = 50;
/// How often one service is had in one appointment at the most.
const AMOUNT: i64 = 1000;
/// The longest appointment, seconds.
const LENGTH: i64 = 86_400;
/// Hours ahead that a reminder may be sent at the most.
const REMINDER: i64 = 720;
/// Hundredths of a percent.
const WHOLE: i64 = 10_000;

/// A service as wanted; what is none is as the team member does it. Money in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub service_id: Option<i64>,
    /// How often.
    pub amount: Option<i64>,
    /// Of one.
    pub cost_per_unit: Option<i64>,
    /// Of all, before the discount.
    pub first_cost: Option<i64>,
    /// Hundredths of a percent.
    pub discount: Option<i64>,
    /// Of all, after the discount.
    pub cost: Option<i64>,
}

/// An appointment as wanted. What is none stays as it was.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// With whom.
    pub team_member_id: Option<i64>,
    /// What for.
    pub services: Option<Vec<Line>>,
    /// When: an instant, milliseconds.
    pub starts_at: Option<i64>,
    /// Seconds, with the break.
    pub length: Option<i64>,
    /// Seconds of it at its end; none: as the services or the location have it.
    pub technical_break: Option<i64>,
    /// Instances of resources; none: those that the services need, whichever are free.
    pub instances: Option<Vec<i64>>,
    /// Take place even where the team member or a resource is not free.
    pub force: bool,
    /// What is said of it beside.
    pub details: Details,
}

/// What is said of an appointment beside who, what and when. What is none stays as it was.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "named as the rows are")]
pub struct Details {
    pub comment: Option<String>,
    pub color: Option<String>,
    pub api_id: Option<String>,
    pub attendance: Option<i64>,
    pub confirmed: Option<bool>,
    pub sms_before: Option<i64>,
    pub email_before: Option<i64>,
    pub sms_now: Option<bool>,
    pub email_now: Option<bool>,
    pub tags: Option<Vec<i64>>,
    /// Values of custom fields by code.
    pub values: Vec<(String, serde_json::Value)>,
}

/// What is wrong with it by itself, by the names of version 1.
pub fn check(wanted: &Wanted, problems: &mut Problems) {
    for (there, field) in [
        (wanted.team_member_id.is_some(), "staff_id"),
        (wanted.services.is_some(), "services"),
        (wanted.starts_at.is_some(), "datetime"),
        (wanted.length.is_some(), "seance_length"),
    ] {
        problems.check(there, field, "field-required");
    }
    if let Some(length) = wanted.length {
        problems.range(length, 60..=LENGTH, "seance_length");
    }
    if let Some(pause) = wanted.technical_break {
        problems.range(pause, 0..=3600, "technical_break_duration");
        problems.check(pause % 300 == 0, "technical_break_duration", "field-five-minutes");
    }
    let services = wanted.services.as_deref().unwrap_or_default();
    for (ids, most, field) in [
        (services.len(), SERVICES, "services"),
        (wanted.instances.as_ref().map_or(0, Vec::len), TAGS, "resource_instance_ids"),
    ] {
        if ids > most {
            problems.add(field, Message::new("field-too-many").with("limit", most));
        }
    }
    for (at, line) in services.iter().enumerate() {
        let field = |name: &str| format!("services.{at}.{name}");
        problems.check(line.service_id.is_some(), &field("id"), "field-required");
        problems.range(line.amount.unwrap_or(1), 1..=AMOUNT, &field("amount"));
        problems.range(line.discount.unwrap_or(0), 0..=WHOLE, &field("discount"));
        for (money, name) in
            [(line.cost_per_unit, "cost_per_unit"), (line.first_cost, "first_cost"), (line.cost, "cost")]
        {
            problems.range(money.unwrap_or(0), 0..=Money::MOST, &field(name));
        }
    }
    details(&wanted.details, problems);
}

/// What is wrong with what is said beside.
pub fn details(details: &Details, problems: &mut Problems) {
    problems.length(details.comment.as_deref().unwrap_or_default(), 2000, "comment");
    problems.length(details.api_id.as_deref().unwrap_or_default(), 255, "api_id");
    if let Some(color) = details.color.as_deref().filter(|color| !color.is_empty()) {
        let bare = color.trim_start_matches('#');
        let hex = bare.len() == 6 && bare.bytes().all(|b| b.is_ascii_hexdigit());
        problems.check(hex, "custom_color", "field-color");
    }
    if let Some(attendance) = details.attendance {
        problems.range(attendance, -1..=2, "attendance");
    }
    for (hours, field) in
        [(details.sms_before, "sms_remain_hours"), (details.email_before, "email_remain_hours")]
    {
        problems.range(hours.unwrap_or(0), 0..=REMINDER, field);
    }
    if details.tags.as_ref().is_some_and(|tags| tags.len() > TAGS) {
        problems.add("record_labels", Message::new("field-too-many").with("limit", TAGS));
    }
}

/// The services wanted, with what is left out as the team member does them. `offers` has each that is there.
pub fn items(lines: &[Line], offers: &[Offer], problems: &mut Problems) -> Vec<Item> {
    let mut out = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        match offers.iter().find(|offer| Some(offer.id) == line.service_id) {
            Some(offer) => out.push(item(line, offer.price, offer.id)),
            None => problems.add(format!("services.{at}.id"), "field-not-found"),
        }
    }
    out
}

fn item(line: &Line, price: i64, service_id: i64) -> Item {
    let amount = line.amount.unwrap_or(1).max(1);
    let cost_per_unit = line.cost_per_unit.or(line.first_cost.map(|all| all / amount)).unwrap_or(price);
    let first_cost = cost_per_unit.saturating_mul(amount);
    let discount = line.discount.unwrap_or(0);
    let cost = line.cost.unwrap_or_else(|| reduced(first_cost, discount));
    Item { service_id, cost_per_unit, amount, discount, cost }
}

/// What is left of an amount after so many hundredths of a percent; half a hundredth goes up.
pub fn reduced(amount: i64, discount: i64) -> i64 {
    let left = i128::from(amount) * i128::from(WHOLE - discount);
    i64::try_from((left + i128::from(WHOLE) / 2).div_euclid(i128::from(WHOLE))).unwrap_or(amount)
}

/// Whether costs are others than those before or, for what is new, than the price; and whether discounts are.
pub fn differs(items: &[Item], before: &[Item], offers: &[Offer]) -> (bool, bool) {
    let usual = |item: &Item| -> (i64, i64, i64) {
        let whole = |unit: i64| reduced(unit.saturating_mul(item.amount), item.discount);
        match before.iter().find(|had| had.service_id == item.service_id) {
            Some(had) if had.amount == item.amount && had.discount == item.discount => {
                (had.cost_per_unit, had.cost, had.discount)
            }
            Some(had) => (had.cost_per_unit, whole(had.cost_per_unit), had.discount),
            None => {
                let price = offers.iter().find(|offer| offer.id == item.service_id).map_or(0, |o| o.price);
                (price, whole(price), 0)
            }
        }
    };
    let cost = |item: &Item| (item.cost_per_unit, item.cost) != (usual(item).0, usual(item).1);
    (items.iter().any(cost), items.iter().any(|item| item.discount != usual(item).2))
}

/// The break after these services where nothing is said of it: the longest of their own, else the location's.
pub fn usual_break(offers: &[Offer], location: i64) -> i64 {
    offers.iter().filter_map(|offer| offer.technical_break).max().unwrap_or(location)
}

/// The appointment that is wanted in place of `before`. What does not fit together is named.
pub fn appointment(
    before: &Appointment,
    wanted: &Wanted,
    usual_break: i64,
    problems: &mut Problems,
) -> Appointment {
    let length = wanted.length.unwrap_or(before.length);
    let technical_break = match wanted.technical_break {
        Some(pause) => {
            problems.check(pause < length, "technical_break_duration", "field-break-too-long");
            pause
        }
        None if usual_break < length => usual_break,
        None => 0,
    };
    let mut after = Appointment {
        team_member_id: wanted.team_member_id.unwrap_or(before.team_member_id),
        starts_at: wanted.starts_at.unwrap_or(before.starts_at),
        length,
        technical_break,
        ..before.clone()
    };
    detail(&mut after, &wanted.details);
    after
}

/// Writes what is said beside into an appointment.
pub fn detail(of: &mut Appointment, said: &Details) {
    if let Some(comment) = &said.comment {
        of.comment.clone_from(comment);
    }
    if let Some(color) = &said.color {
        of.color = color.trim_start_matches('#').to_ascii_lowercase();
    }
    if let Some(api_id) = &said.api_id {
        of.api_id.clone_from(api_id);
    }
    of.attendance = said.attendance.unwrap_or(of.attendance);
    of.confirmed = said.confirmed.unwrap_or(of.confirmed);
    of.sms_before = said.sms_before.unwrap_or(of.sms_before);
    of.email_before = said.email_before.unwrap_or(of.email_before);
    of.sms_now = said.sms_now.unwrap_or(of.sms_now);
    of.email_now = said.email_now.unwrap_or(of.email_now);
}

/// When each resource is needed, in milliseconds after the beginning. Services follow each other in the order given;
/// the last goes on to the end. `needs` has what each service needs.
pub fn needed(offers: &[&Offer], length: i64, needs: &[(i64, i64)]) -> Vec<(i64, Interval)> {
    let mut out: Vec<(i64, Interval)> = Vec::new();
    let mut from = 0;
    for (at, offer) in offers.iter().enumerate() {
        let is_last = at + 1 == offers.len();
        let to = if is_last { length } else { (from + offer.length).min(length) };
        if from >= to {
            break;
        }
        for (_, resource) in needs.iter().filter(|(service, _)| *service == offer.id) {
            let during = Interval::new(from * 1000, to * 1000);
            match out.iter_mut().find(|(id, last)| id == resource && last.end == during.start) {
                Some((_, last)) => last.end = during.end,
                None => out.push((*resource, during)),
            }
        }
        from = to;
    }
    out
}

/// What an appointment takes up: its team member all the while, and instances when they are needed.
pub fn takes(of: &Appointment, instances: &[(i64, Interval)]) -> Vec<Taken> {
    let team = Taken {
        subject: Subject::Team,
        subject_id: of.team_member_id,
        starts_at: of.starts_at,
        ends_at: of.ends_at(),
    };
    let instance = |(id, during): &(i64, Interval)| Taken {
        subject: Subject::Resource,
        subject_id: *id,
        starts_at: of.starts_at + during.start,
        ends_at: of.starts_at + during.end,
    };
    std::iter::once(team).chain(instances.iter().map(instance)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn offer(id: i64, price: i64, length: i64) -> Offer {
        Offer { id, price, length, technical_break: None }
    }

    #[test]
    fn what_is_left_out_of_a_service_is_as_it_is_done() {
        let offers = [offer(1, 9000, 3600)];
        let mut problems = Problems::new();
        let line = Line { service_id: Some(1), ..Line::default() };
        let cost = |line: Line| {
            let made = items(&[line], &offers, &mut Problems::new());
            (made[0].cost_per_unit, made[0].amount, made[0].cost)
        };
        assert_eq!(cost(line), (9000, 1, 9000));
        assert_eq!(cost(Line { discount: Some(5000), ..line }), (9000, 1, 4500));
        assert_eq!(cost(Line { amount: Some(2), ..line }), (9000, 2, 18_000));
        assert_eq!(cost(Line { first_cost: Some(10_000), amount: Some(2), ..line }), (5000, 2, 10_000));
        assert_eq!(cost(Line { cost: Some(1), discount: Some(5000), ..line }), (9000, 1, 1));
        assert!(items(&[Line { service_id: Some(2), ..line }], &offers, &mut problems).is_empty());
        assert!(!problems.is_empty());
    }

    #[test]
    fn a_change_of_costs_or_discounts_is_told() {
        let offers = [offer(1, 9000, 3600)];
        let line = Line { service_id: Some(1), ..Line::default() };
        let made = |line: Line| items(&[line], &offers, &mut Problems::new());
        assert_eq!(differs(&made(line), &[], &offers), (false, false));
        assert_eq!(differs(&made(Line { discount: Some(1000), ..line }), &[], &offers), (false, true));
        assert_eq!(differs(&made(Line { first_cost: Some(1), ..line }), &[], &offers), (true, false));
        let before = made(Line { first_cost: Some(100), discount: Some(1000), ..line });
        let again = Line { first_cost: Some(100), discount: Some(1000), cost: Some(90), ..line };
        assert_eq!(differs(&made(again), &before, &offers), (false, false));
        assert_eq!(differs(&made(Line { cost: Some(80), ..again }), &before, &offers), (true, false));
    }

    #[test]
    fn services_follow_each_other_and_share_a_resource_that_both_need() {
        let (cut, colour, wash) = (offer(1, 0, 1800), offer(2, 0, 3600), offer(3, 0, 600));
        let needs = [(1, 70), (2, 70), (2, 80), (3, 80)];
        let ms = |from: i64, to: i64| Interval::new(from * 1000, to * 1000);
        assert_eq!(
            needed(&[&cut, &colour, &wash], 6900, &needs),
            [(70, ms(0, 5400)), (80, ms(1800, 6900))],
            "and the last goes on to the end, with the break"
        );
        assert_eq!(needed(&[&cut, &colour], 1800, &needs), [(70, ms(0, 1800))]);
        assert_eq!(needed(&[&cut], 3600, &needs), [(70, ms(0, 3600))]);
        assert!(needed(&[], 3600, &needs).is_empty());
    }

    proptest! {
        #[test]
        fn a_discount_never_makes_more_of_it(amount in 0..=Money::MOST, discount in 0..=WHOLE) {
            let left = reduced(amount, discount);
            prop_assert!((0..=amount).contains(&left));
            prop_assert_eq!(reduced(amount, 0), amount);
            prop_assert_eq!(reduced(amount, WHOLE), 0);
        }
    }
}
