//! What clients are searched by, without I/O.

use calc::phone::Phone;
use calc::zone::{Zone, parse_day, parse_instant};
use serde_json::Value;

/// Filters at once at the most.
pub const FILTERS: usize = 50;
/// Values in all of them at the most.
pub const VALUES: usize = 10_000;
/// Words of a text that are looked for.
const WORDS: usize = 10;
/// Characters of a text that are looked for.
const TEXT: usize = 200;

/// From a number to another, both within; open where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub from: Option<i64>,
    /// The most.
    pub to: Option<i64>,
}

impl Range {
    fn has_zero(&self) -> bool {
        self.from.is_none_or(|from| from <= 0) && self.to.is_none_or(|to| to >= 0)
    }
}

/// A phone number, as somebody remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneText {
    /// All of it: E.164.
    Whole(String),
    /// Digits that are in it.
    Part(String),
}

impl PhoneText {
    /// None of a text without digits.
    pub fn read(text: &str) -> Option<Self> {
        if let Some(phone) = Phone::parse(text, None).filter(Phone::exists) {
            return Some(Self::Whole(phone.e164().to_owned()));
        }
        let digits: String = text.chars().filter_map(|c| c.to_digit(10)).map(|d| d.to_string()).collect();
        (!digits.is_empty()).then_some(Self::Part(digits))
    }
}

/// A word, and the phone number that it may be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// In lower case.
    pub text: String,
    /// Its digits, if it is nothing else.
    pub phone: Option<PhoneText>,
}

/// Appointments of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appointments {
    /// With one of these team members; empty for any.
    pub team: Vec<i64>,
    /// Of one of these services; empty for any.
    pub services: Vec<i64>,
    /// Of a service of one of these categories; empty for any.
    pub categories: Vec<i64>,
    /// -1 absent, 0 waiting, 1 came, 2 confirmed; empty for any.
    pub attendance: Vec<i64>,
    /// When they were made, milliseconds.
    pub created: Range,
    /// How many there are.
    pub count: Option<Range>,
    /// What they cost in all, hundredths.
    pub sold: Option<Range>,
}

impl Appointments {
    /// Whether clients without any such appointment are meant too.
    pub fn or_none(&self) -> bool {
        self.count.is_some_and(|count| count.has_zero()) && self.sold.is_none_or(|sold| sold.has_zero())
    }
}

/// Which clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// These.
    Ids(Vec<i64>),
    /// Of one of these importances.
    Importance(Vec<i64>),
    /// Of one of these genders.
    Gender(Vec<i64>),
    /// With one of these tags.
    Tags(Vec<i64>),
    /// Who spent so much, hundredths.
    Spent(Range),
    /// Who paid so much, hundredths.
    Paid(Range),
    /// Changed within, milliseconds.
    Changed(Range),
    /// Born within: days, ISO.
    Birthday(Option<String>, Option<String>),
    /// Whose name has these words, in lower case, in it.
    Name(Vec<String>),
    /// Whose phone it is, or has it in it.
    Phone(PhoneText),
    /// Whose e-mail address has it in it, in lower case.
    Email(String),
    /// Whose card's number has it in it, in lower case.
    Card(String),
    /// In whom each word is found somewhere: name, phone, e-mail address, card.
    Quick(Vec<Word>),
    /// Who has such appointments.
    Appointments(Box<Appointments>),
    /// For whom all of it holds.
    All(Vec<Filter>),
    /// Everybody.
    Anybody,
    /// Nobody.
    Nobody,
}

/// Why a filter was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is none of that type.
    Type,
    /// Its state is none of its own.
    State,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as the wire names them")]
pub enum Order {
    #[default]
    Id,
    Name,
    Phone,
    Email,
    Discount,
    FirstVisit,
    LastVisit,
    Spent,
    Visits,
}

impl Order {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Id,
        Self::Name,
        Self::Phone,
        Self::Email,
        Self::Discount,
        Self::FirstVisit,
        Self::LastVisit,
        Self::Spent,
        Self::Visits,
    ];

    /// By its name on the wire.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "id" => Self::Id,
            "name" => Self::Name,
            "phone" => Self::Phone,
            "email" => Self::Email,
            "discount" => Self::Discount,
            "first_visit_date" => Self::FirstVisit,
            "last_visit_date" => Self::LastVisit,
            "sold_amount" | "spent" => Self::Spent,
            "visit_count" | "visits_count" | "visits" => Self::Visits,
            _ => return None,
        })
    }
}

/// Words of a text, in lower case.
pub fn words(text: &str) -> Vec<String> {
    let text: String = text.chars().take(TEXT).collect();
    text.to_lowercase().split_whitespace().take(WORDS).map(ToOwned::to_owned).collect()
}

/// What a quick search looks for: words, or one phone number however it is spaced.
pub fn quick(text: &str) -> Filter {
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || " +-()./\u{a0}".contains(c));
    let word =
        |text: String| Word { phone: is_number(&text).then(|| PhoneText::read(&text)).flatten(), text };
    let all: Vec<Word> = if is_number(text) && text.chars().any(|c| c.is_ascii_digit()) {
        vec![word(text.trim().chars().take(TEXT).collect())]
    } else {
        words(text).into_iter().map(word).collect()
    };
    if all.is_empty() { Filter::Anybody } else { Filter::Quick(all) }
}

/// A filter by its type and state.
pub fn filter(kind: &str, state: &Value, zone: &Zone) -> Result<Filter, Wrong> {
    let value = &state["value"];
    Ok(match kind {
        "id" => Filter::Ids(ids(value)?),
        "importance" => Filter::Importance(ids(value)?),
        "gender" => Filter::Gender(ids(value)?),
        "category" => Filter::Tags(ids(value)?),
        "sold_amount" => Filter::Spent(money(state)?),
        "birthday" => birthday(state)?,
        "quick_search" => quick(&text(value)?),
        // No client has an application or a card in a wallet: there are none here.
        "has_mobile_app" | "has_passteam_card" => {
            if flag(value)? {
                Filter::Nobody
            } else {
                Filter::Anybody
            }
        }
        "passteam_card_ids" => {
            list(value)?;
            Filter::Nobody
        }
        "record" => Filter::Appointments(Box::new(appointments(state, zone)?)),
        "client" => Filter::All(of_parts(state, |name, part| match name {
            "client" | "record" | "sale" => Err(Wrong::State),
            name => filter(name, part, zone).map_err(|_| Wrong::State),
        })?),
        // Nothing is sold yet: nobody has a membership with a balance.
        "sale" => Filter::All(of_parts(state, |name, part| match name {
            "abonement_balance" => money(part).map(|_| Filter::Nobody),
            _ => Err(Wrong::State),
        })?),
        _ => return Err(Wrong::Type),
    })
}

/// How many values a filter has.
pub fn weight(filter: &Filter) -> usize {
    match filter {
        Filter::Ids(ids) | Filter::Importance(ids) | Filter::Gender(ids) | Filter::Tags(ids) => ids.len(),
        Filter::Appointments(a) => {
            a.team.len() + a.services.len() + a.categories.len() + a.attendance.len() + 10
        }
        Filter::All(filters) => filters.iter().map(weight).sum(),
        _ => WORDS,
    }
}

fn of_parts(
    state: &Value,
    read: impl Fn(&str, &Value) -> Result<Filter, Wrong>,
) -> Result<Vec<Filter>, Wrong> {
    let parts = state.as_object().filter(|parts| !parts.is_empty()).ok_or(Wrong::State)?;
    let said = parts.iter().filter(|(_, part)| !part.is_null());
    said.map(|(name, part)| read(name, part)).collect()
}

fn appointments(state: &Value, zone: &Zone) -> Result<Appointments, Wrong> {
    let mut out = Appointments::default();
    let parts = state.as_object().filter(|parts| !parts.is_empty()).ok_or(Wrong::State)?;
    for (name, part) in parts.iter().filter(|(_, part)| !part.is_null()) {
        let value = &part["value"];
        match name.as_str() {
            "staff" | "master" | "team_member" => out.team = ids(value)?,
            "service" => out.services = ids(value)?,
            "service_category" => out.categories = ids(value)?,
            "status" => out.attendance = ids(value)?,
            "created" => out.created = instants(part, zone)?,
            "records_count" => out.count = Some(numbers(part)?),
            "sold_amount" => out.sold = Some(money(part)?),
            _ => return Err(Wrong::State),
        }
    }
    Ok(out)
}

/// The members of a list that must have some: no value at all would be a question about nobody, or about everybody.
fn list(value: &Value) -> Result<Vec<Value>, Wrong> {
    let members = match value {
        Value::Array(members) => members.clone(),
        Value::String(text) => {
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Into::into).collect()
        }
        Value::Number(_) => vec![value.clone()],
        _ => Vec::new(),
    };
    if members.is_empty() { Err(Wrong::State) } else { Ok(members) }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn ids(value: &Value) -> Result<Vec<i64>, Wrong> {
    let mut ids = list(value)?.iter().map(whole).collect::<Option<Vec<i64>>>().ok_or(Wrong::State)?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn text(value: &Value) -> Result<String, Wrong> {
    match value {
        Value::String(text) if !text.contains('\0') => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(Wrong::State),
    }
}

fn flag(value: &Value) -> Result<bool, Wrong> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        Value::String(text) if text == "true" => Ok(true),
        Value::String(text) if text == "false" => Ok(false),
        other => match whole(other) {
            Some(0) => Ok(false),
            Some(1) => Ok(true),
            _ => Err(Wrong::State),
        },
    }
}

/// The two ends of a range, each read if it is said; one at least must be.
fn ends<T>(state: &Value, read: impl Fn(&Value, bool) -> Option<T>) -> Result<(Option<T>, Option<T>), Wrong> {
    let end = |name: &str, is_last: bool| match &state[name] {
        Value::Null => Ok(None),
        value => read(value, is_last).map(Some).ok_or(Wrong::State),
    };
    let (from, to) = (end("from", false)?, end("to", true)?);
    if from.is_none() && to.is_none() { Err(Wrong::State) } else { Ok((from, to)) }
}

fn numbers(state: &Value) -> Result<Range, Wrong> {
    ends(state, |value, _| whole(value)).map(|(from, to)| Range { from, to })
}

fn money(state: &Value) -> Result<Range, Wrong> {
    ends(state, |value, is_last| {
        let text = match value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_owned(),
            _ => return None,
        };
        hundredths(&text, is_last)
    })
    .map(|(from, to)| Range { from, to })
}

/// The hundredths of a decimal number; what is finer is left out of the range: from 1.001 on is from 1.01 on.
fn hundredths(text: &str, down: bool) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (units, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if units.is_empty() || !plain(units) || !plain(part) {
        return None;
    }
    let (part, finer) = part.split_at(part.len().min(2));
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    let whole = units.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part)?;
    let finer = i64::from(finer.bytes().any(|b| b != b'0'));
    // Cut off is towards zero: one step more where the range lies beyond.
    Some(match (negative, down) {
        (false, true) => whole,
        (false, false) => whole + finer,
        (true, true) => -whole - finer,
        (true, false) => -whole,
    })
}

fn birthday(state: &Value) -> Result<Filter, Wrong> {
    let day = |value: &Value, _| value.as_str().and_then(parse_day).map(|day| day.to_string());
    ends(state, day).map(|(from, to)| Filter::Birthday(from, to))
}

/// Instants; a last one is meant with its second, a last day with all of it.
pub fn instant(text: &str, is_last: bool, zone: &Zone) -> Option<i64> {
    let text = text.trim();
    if is_last && text.len() <= 10 {
        let day = parse_day(text)?.tomorrow().ok()?;
        return parse_instant(&day.to_string(), zone).map(|at| at - 1);
    }
    parse_instant(text, zone).map(|at| if is_last { at + 999 } else { at })
}

fn instants(state: &Value, zone: &Zone) -> Result<Range, Wrong> {
    let read = |value: &Value, is_last| instant(value.as_str()?, is_last, zone);
    ends(state, read).map(|(from, to)| Range { from, to })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(kind: &str, state: &Value) -> Result<Filter, Wrong> {
        filter(kind, state, &Zone::utc())
    }

    #[test]
    fn the_examples_filters_are_read() {
        assert_eq!(read("id", &json!({"value": [3, "1", 1]})), Ok(Filter::Ids(vec![1, 3])));
        let spent = Range { from: Some(0), to: Some(10_077) };
        assert_eq!(read("sold_amount", &json!({"from": 0, "to": 100.77})), Ok(Filter::Spent(spent)));
        assert_eq!(read("has_mobile_app", &json!({"value": true})), Ok(Filter::Nobody));
        assert_eq!(read("has_passteam_card", &json!({"value": "0"})), Ok(Filter::Anybody));
        assert_eq!(read("passteam_card_ids", &json!({"value": ["1111aaaa"]})), Ok(Filter::Nobody));
        let (from, to) = ("1990-01-01".to_owned(), "2000-01-01".to_owned());
        let born = json!({"from": "1990-01-01 00:00:00", "to": "2000-01-01 23:59:59"});
        assert_eq!(read("birthday", &born), Ok(Filter::Birthday(Some(from), Some(to))));
        let record = json!({
            "staff": {"value": [1, 2]}, "service": {"value": [2, 3]}, "service_category": {"value": [4, 5]},
            "status": {"value": [1]}, "created": {"from": "2026-01-01 00:00:00", "to": "2026-01-01 23:59:59"},
            "records_count": {"from": 1, "to": 99999}, "sold_amount": {"from": 1.001, "to": 99999.09}
        });
        let Ok(Filter::Appointments(found)) = read("record", &record) else { panic!("of appointments") };
        assert_eq!(
            (found.team.as_slice(), found.categories.as_slice()),
            ([1, 2].as_slice(), [4, 5].as_slice())
        );
        assert_eq!(found.created.to.map(|to| to - found.created.from.unwrap_or_default()), Some(86_399_999));
        assert_eq!(found.sold, Some(Range { from: Some(101), to: Some(9_999_909) }));
        assert!(!found.or_none());
        let client = json!({"id": {"value": [1]}, "birthday": born});
        assert!(matches!(read("client", &client), Ok(Filter::All(parts)) if parts.len() == 2));
        let sale = json!({"abonement_balance": {"from": 2, "to": 3}});
        assert_eq!(read("sale", &sale), Ok(Filter::All(vec![Filter::Nobody])));
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        assert_eq!(read("shoe_size", &json!({"value": [1]})), Err(Wrong::Type));
        for (kind, state) in [
            ("id", json!({})),
            ("id", json!({"value": []})),
            ("id", json!({"value": ["x"]})),
            ("sold_amount", json!({})),
            ("sold_amount", json!({"from": "much"})),
            ("birthday", json!({"from": "1990-02-30"})),
            ("has_mobile_app", json!({"value": 7})),
            ("record", json!({})),
            ("record", json!({"colour": {"value": [1]}})),
            ("record", json!({"staff": {"value": []}})),
            ("client", json!({"client": {"id": {"value": [1]}}})),
            ("client", json!({"shoe_size": {"value": [1]}})),
            ("sale", json!({"good": {"value": [1]}})),
            ("quick_search", json!({"value": ["a"]})),
        ] {
            assert_eq!(read(kind, &state), Err(Wrong::State), "{kind} {state}");
        }
    }

    #[test]
    fn finer_than_hundredths_is_outside() {
        for (text, from, to) in
            [("1.001", 101, 100), ("1.01", 101, 101), ("-1.001", -100, -101), ("7", 700, 700)]
        {
            assert_eq!((hundredths(text, false), hundredths(text, true)), (Some(from), Some(to)), "{text}");
        }
        for text in ["", "-", ".5", "1e5", "1.2.3", "99999999999999999999"] {
            assert_eq!(hundredths(text, false), None, "{text}");
        }
    }

    #[test]
    fn a_quick_search_knows_phones_from_words() {
        let whole = PhoneText::Whole("+13155550177".to_owned());
        for text in ["+1 315 555-0177", "13155550177", " +1 (315) 555 01 77"] {
            let Filter::Quick(found) = quick(text) else { panic!("{text}") };
            assert_eq!(
                found.iter().map(|word| word.phone.clone()).collect::<Vec<_>>(),
                [Some(whole.clone())]
            );
        }
        let Filter::Quick(found) = quick("James 0177") else { panic!("words") };
        assert_eq!(found[0], Word { text: "james".to_owned(), phone: None });
        assert_eq!(found[1].phone, Some(PhoneText::Part("0177".to_owned())));
        assert_eq!(quick("  "), Filter::Anybody);
    }

    #[test]
    fn who_has_no_appointment_is_meant_where_none_is_within() {
        let of = |state: Value| match read("record", &state) {
            Ok(Filter::Appointments(found)) => found.or_none(),
            other => panic!("{other:?}"),
        };
        assert!(of(json!({"records_count": {"from": 0, "to": 3}})));
        assert!(of(json!({"records_count": {"to": 3}})));
        assert!(!of(json!({"records_count": {"from": 1}})));
        assert!(!of(json!({"records_count": {"from": 0}, "sold_amount": {"from": 5}})));
        assert!(!of(json!({"staff": {"value": [1]}})));
    }

    #[test]
    fn a_last_day_is_meant_with_all_of_it() {
        let zone = Zone::utc();
        assert_eq!(instant("1970-01-01", true, &zone), Some(86_399_999));
        assert_eq!(instant("1970-01-01 00:00:01", true, &zone), Some(1999));
        assert_eq!(instant("1970-01-01", false, &zone), Some(0));
    }

    proptest! {
        #[test]
        fn any_text_is_searched_for(text in ".{0,60}") {
            let _ = quick(&text);
            let _ = words(&text);
            let _ = read("quick_search", &json!({"value": text}));
            let _ = read("birthday", &json!({"from": text}));
            let _ = read("record", &json!({"created": {"to": text}}));
        }
    }
}
