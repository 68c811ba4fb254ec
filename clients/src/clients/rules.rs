//! Decisions about clients, without I/O.

use calc::phone::Phone;
use calc::zone::{Zone, date_ymd, parse_day};
use kernel::{Error, Message, Money, Patch, Problems, Result};
use org::custom_fields::rules::value;
use org::custom_fields::store::Field;
use org::rights::Grants;
use serde_json::{Map, Value};

use super::store::{Client, CustomValue};
use crate::Shown;

/// Tags of one client at the most.
pub const TAGS: usize = 100;
/// Characters of the note on a client.
pub const NOTE: usize = 5000;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// What a client is called.
pub fn display_name(name: &str, surname: &str) -> String {
    format!("{name} {surname}").trim().to_owned()
}

/// A gender in words.
pub fn gender_name(gender: i64) -> &'static str {
    match gender {
        1 => "Male",
        2 => "Female",
        _ => "unknown",
    }
}

/// An importance in words.
pub fn importance_name(importance: i64) -> &'static str {
    match importance {
        1 => "Bronze",
        2 => "Silver",
        3 => "Gold",
        _ => "No importance class",
    }
}

/// A day of birth: a day, ISO, or the seconds since 1970 of an instant on it. Midnight in UTC stands for the day of that
/// date; any other instant for the day at the location.
pub fn birthday(text: &str, zone: &Zone) -> Option<String> {
    let text = text.trim();
    let day = parse_day(text).map(|day| day.to_string()).or_else(|| {
        let seconds: i64 = text.parse().ok().filter(|at: &i64| at.abs() < 100_000 * DAY)?;
        let utc = Zone::utc();
        Some(date_ymd(seconds * 1000, if seconds % DAY == 0 { &utc } else { zone }))
    })?;
    // Nobody alive is older, and nobody is born in four figures' time.
    ("1850-01-01".."2200-01-01").contains(&day.as_str()).then_some(day)
}

/// What a request says of a client; what is absent stays.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "named as the row's columns")]
pub struct Change {
    pub name: Patch<String>,
    pub surname: Patch<String>,
    pub patronymic: Patch<String>,
    pub phone: Patch<String>,
    pub email: Patch<String>,
    pub gender: Patch<i64>,
    pub importance: Patch<i64>,
    /// Percent.
    pub discount: Patch<Money>,
    pub card: Patch<String>,
    pub birthday: Patch<String>,
    pub comment: Patch<String>,
    pub spent: Patch<Money>,
    pub balance: Patch<Money>,
    pub sms_check: Patch<bool>,
    pub sms_not: Patch<bool>,
    pub newsletter_allowed: Option<bool>,
    pub personal_data_allowed: Option<bool>,
    pub tags: Patch<Vec<i64>>,
    /// By the keys of custom fields.
    pub values: Patch<Map<String, Value>>,
}

/// What a client is held against.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The location's clock.
    pub zone: &'a Zone,
    /// The country whose local numbers are meant, ISO.
    pub country: Option<&'a str>,
    /// Custom fields of clients.
    pub fields: &'a [Field],
}

/// A client as he becomes.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    /// The row.
    pub client: Client,
    /// His tags, where they are set; each once.
    pub tags: Option<Vec<i64>>,
    /// Values of custom fields that are set, by field; none empties.
    pub values: Vec<(i64, Option<String>)>,
}

impl Change {
    /// The same without what a user merely sends back as he was shown it: what is hidden from him is empty there.
    #[must_use]
    pub fn as_seen(mut self, shown: &Shown) -> Self {
        for (seen, text) in [
            (shown.phone(), &mut self.phone),
            (shown.email(), &mut self.email),
            (shown.card(), &mut self.card),
            (shown.names(), &mut self.surname),
            (shown.names(), &mut self.patronymic),
            (shown.note(), &mut self.comment),
        ] {
            if !seen && text.as_ref().is_none_or(|text| text.trim().is_empty()) {
                *text = Patch::Absent;
            }
        }
        self
    }

    /// The client as he becomes; names what is wrong by its name on the wire.
    pub fn apply(self, before: &Client, place: &Place<'_>, problems: &mut Problems) -> Changed {
        let mut client = before.clone();
        let given = |sent: Patch<String>, old: &str| sent.apply(old.to_owned()).trim().to_owned();
        client.name = given(self.name, &before.name);
        problems.check(!client.name.is_empty(), "name", "field-required");
        client.surname = given(self.surname, &before.surname);
        client.patronymic = given(self.patronymic, &before.patronymic);
        client.email = given(self.email, &before.email);
        client.card = given(self.card, &before.card);
        client.comment = given(self.comment, &before.comment);
        for (text, most, field) in [
            (&client.name, 255, "name"),
            (&client.surname, 255, "surname"),
            (&client.patronymic, 255, "middle_name"),
            (&client.card, 100, "card"),
            (&client.comment, NOTE, "comment"),
        ] {
            problems.length(text, most, field);
        }
        let fine = client.email.is_empty() || org::users::rules::is_email(&client.email);
        problems.check(fine, "email", "field-email");
        client.phone = phone(self.phone, before, place.country, problems);
        client.birthday = match self.birthday {
            Patch::Absent => before.birthday.clone(),
            Patch::Set(text) if !text.trim().is_empty() => {
                let day = birthday(&text, place.zone);
                problems.check(day.is_some(), "birth_date", "field-date");
                day.unwrap_or_default()
            }
            Patch::Null | Patch::Set(_) => String::new(),
        };
        client.gender = self.gender.apply(before.gender);
        problems.range(client.gender, 0..=2, "gender_id");
        client.importance = self.importance.apply(before.importance);
        problems.range(client.importance, 0..=3, "importance_id");
        client.discount = self.discount.apply(Money(before.discount)).0;
        let percent = Message::new("field-range").with("min", 0).with("max", 100);
        problems.check((0..=10_000).contains(&client.discount), "discount", percent);
        client.sms_check = self.sms_check.apply(before.sms_check);
        client.sms_not = self.sms_not.apply(before.sms_not);
        client.newsletter_allowed = self.newsletter_allowed.unwrap_or(before.newsletter_allowed);
        client.personal_data_allowed = self.personal_data_allowed.unwrap_or(before.personal_data_allowed);
        client.spent = self.spent.apply(Money(before.spent)).0;
        problems.check(client.spent >= 0, "spent", "field-not-negative");
        client.balance = balance(before, client.spent, &self.balance);
        let tags = match self.tags {
            Patch::Absent => None,
            Patch::Null => Some(Vec::new()),
            Patch::Set(mut tags) => {
                tags.sort_unstable();
                tags.dedup();
                let many = Message::new("field-too-many").with("limit", TAGS);
                problems.check(tags.len() <= TAGS, "categories", many);
                Some(tags)
            }
        };
        let values = match self.values {
            Patch::Set(sent) => custom_values(&sent, place.fields, problems),
            Patch::Absent | Patch::Null => Vec::new(),
        };
        Changed { client, tags, values }
    }
}

/// Whoever was booked without a phone may stay so; a phone that is there is not taken away.
fn phone(sent: Patch<String>, before: &Client, country: Option<&str>, problems: &mut Problems) -> String {
    let is_new = before.id == 0;
    match sent {
        Patch::Absent if !is_new => before.phone.clone(),
        Patch::Set(text) if !text.trim().is_empty() => match Phone::parse(&text, country) {
            Some(phone) => phone.e164().to_owned(),
            None => {
                problems.add("phone", "field-phone");
                String::new()
            }
        },
        _ => {
            problems.check(!is_new && before.phone.is_empty(), "phone", "field-required");
            String::new()
        }
    }
}

/// The balance shown is what is set, with what was paid, less what was spent. One that is sent back as it was shown sets
/// nothing anew.
fn balance(before: &Client, spent: i64, sent: &Patch<Money>) -> i64 {
    let kept = before.balance + before.spent - spent;
    match sent {
        Patch::Set(set) if set.0 != before.balance || before.id == 0 => set.0 + before.paid - spent,
        _ => kept,
    }
}

fn custom_values(
    sent: &Map<String, Value>,
    fields: &[Field],
    problems: &mut Problems,
) -> Vec<(i64, Option<String>)> {
    let mut out = Vec::with_capacity(sent.len());
    for (code, sent) in sent {
        let place = || format!("custom_fields.{code}");
        match fields.iter().find(|field| field.code == *code) {
            Some(field) => match value(field, sent) {
                Ok(stored) => out.push((field.id, stored)),
                Err(message) => problems.add(place(), message),
            },
            None => problems.add(place(), "field-not-found"),
        }
    }
    out
}

impl Changed {
    /// Leaves out values that are there already.
    pub fn only_new_values(&mut self, before: &[CustomValue]) {
        self.values.retain(|(field, value)| {
            let old = before.iter().find(|old| old.field_id == *field).map(|old| old.value.as_str());
            old != value.as_deref()
        });
    }

    /// Holds the change against the rights of whoever makes it.
    ///
    /// # Errors
    /// 403 when something was changed for which a right is missing.
    pub fn allowed(&self, before: &Client, grants: &Grants) -> Result<()> {
        let after = &self.client;
        let names = (&after.surname, &after.patronymic) != (&before.surname, &before.patronymic);
        for (changed, right) in [
            (names, "clients_surname_middle_name_edit_access"),
            (after.comment != before.comment, "clients_card_comment_edit_access"),
            (!self.values.is_empty(), "custom_fields_client_values_edit_access"),
        ] {
            if changed && !grants.allows(right) {
                return Err(Error::denied());
            }
        }
        Ok(())
    }
}

/// Names the tags that are neither known nor kept.
pub fn tags_known(tags: &[i64], known: &[i64], kept: &[i64], problems: &mut Problems) {
    for (at, tag) in tags.iter().enumerate() {
        let there = known.contains(tag) || kept.contains(tag);
        problems.check(there, &format!("categories.{at}"), "field-not-found");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use org::rights::Role;
    use proptest::prelude::*;
    use serde_json::json;

    fn new_york() -> Zone {
        Zone::parse("America/New_York").expect("a zone")
    }

    fn set(text: &str) -> Patch<String> {
        Patch::Set(text.to_owned())
    }

    fn new() -> Change {
        Change { name: set(" James "), phone: set("(315) 555-0177"), ..Change::default() }
    }

    fn applied(change: Change, before: &Client) -> (Client, Vec<String>) {
        let zone = new_york();
        let mut problems = Problems::new();
        let place = Place { zone: &zone, country: Some("US"), fields: &[] };
        let changed = change.apply(before, &place, &mut problems);
        let fields = problems
            .done()
            .err()
            .map_or_else(Vec::new, |error| error.fields().iter().map(|(field, _)| field.clone()).collect());
        (changed.client, fields)
    }

    #[test]
    fn a_day_of_birth_is_read_from_a_day_and_from_an_instant() {
        let zone = new_york();
        let day = |text: &str| birthday(text, &zone);
        assert_eq!(day("2000-03-03").as_deref(), Some("2000-03-03"));
        // Midnight in UTC, and midnight in New York.
        assert_eq!(day("952041600").as_deref(), Some("2000-03-03"));
        assert_eq!(day("952059600").as_deref(), Some("2000-03-03"));
        assert_eq!(day("-86400").as_deref(), Some("1969-12-31"));
        assert_eq!(day("20000303").as_deref(), Some("2000-03-03"));
        for text in ["", "x", "2000-02-30", "0000-00-00", "99999999999999", "1700-01-01"] {
            assert_eq!(day(text), None, "{text}");
        }
        let east = Zone::parse("Asia/Tokyo").expect("a zone");
        // Midnight in Tokyo is still the day before in UTC.
        assert_eq!(birthday("952009200", &east).as_deref(), Some("2000-03-03"));
    }

    #[test]
    fn a_new_client_is_written_in_one_form() {
        let (client, wrong) = applied(new(), &Client::default());
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!((client.name.as_str(), client.phone.as_str()), ("James", "+13155550177"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = Change {
            phone: set("12"),
            email: set("nobody"),
            gender: Patch::Set(3),
            importance: Patch::Set(4),
            discount: Patch::Set(Money(10_001)),
            birthday: set("tomorrow"),
            spent: Patch::Set(Money(-1)),
            card: set(&"1".repeat(101)),
            values: Patch::Set(json!({"hat": 1}).as_object().cloned().unwrap_or_default()),
            ..Change::default()
        };
        let (_, fields) = applied(wrong, &Client::default());
        assert_eq!(
            fields,
            [
                "name",
                "card",
                "email",
                "phone",
                "birth_date",
                "gender_id",
                "importance_id",
                "discount",
                "spent",
                "custom_fields.hat"
            ]
        );
        assert_eq!(applied(Change { name: set("A"), ..Change::default() }, &Client::default()).1, ["phone"]);
    }

    #[test]
    fn a_phone_is_changed_and_never_taken_away() {
        let before =
            Client { id: 1, name: "A".to_owned(), phone: "+13155550177".to_owned(), ..Client::default() };
        assert_eq!(applied(Change::default(), &before), (before.clone(), Vec::new()));
        assert_eq!(applied(Change { phone: set(""), ..Change::default() }, &before).1, ["phone"]);
        let (after, wrong) = applied(Change { phone: set("+44 20 7946 0958"), ..Change::default() }, &before);
        assert_eq!((after.phone.as_str(), wrong.len()), ("+442079460958", 0));
    }

    #[test]
    fn the_balance_counts_what_was_spent() {
        let money = |whole: i64| Patch::Set(Money(whole * 100));
        let (made, _) =
            applied(Change { spent: money(1000), balance: money(-200), ..new() }, &Client::default());
        assert_eq!((made.spent, made.balance), (100_000, -120_000));
        let made = Client { id: 1, ..made };
        // The same again, and what was shown sent back: nothing moves.
        for sent in [-200, -1200] {
            let change = Change { spent: money(1000), balance: money(sent), ..Change::default() };
            assert_eq!(applied(change, &made).0.balance, -120_000, "{sent}");
        }
        let more = Change { spent: money(1500), ..Change::default() };
        assert_eq!(applied(more, &made).0.balance, -170_000);
        let paid = Client { paid: 50_000, balance: -70_000, ..made };
        let set = Change { balance: money(0), ..Change::default() };
        assert_eq!(applied(set, &paid).0.balance, -50_000);
    }

    #[test]
    fn what_is_hidden_and_sent_back_empty_stays() {
        let mut grants = Grants::of_role(Role::Administrator);
        for slug in ["clients_phones_email_access", "clients_surname_middle_name_access"] {
            grants.set(slug, &json!(false)).expect("a flag");
        }
        let membership = org::users::Membership {
            location_id: 1,
            user_id: 1,
            grants,
            team_member_id: None,
            information: String::new(),
            is_approved: true,
            is_non_deletable: false,
            revision: 1,
        };
        let shown = Shown::on_card(&membership);
        let sent =
            Change { phone: set(""), email: Patch::Null, surname: set(" "), comment: set(""), ..new() };
        let kept = Change { phone: set(""), ..sent.clone() }.as_seen(&shown);
        assert_eq!(
            (kept.phone, kept.email, kept.surname, kept.comment),
            (Patch::Absent, Patch::Absent, Patch::Absent, set(""))
        );
        let before = Client { id: 1, surname: "Smith".to_owned(), ..Client::default() };
        let renamed = Changed {
            client: Client { surname: "Jones".to_owned(), ..before.clone() },
            ..Changed::default()
        };
        assert!(renamed.allowed(&before, &membership.grants).is_err());
        assert!(renamed.allowed(&before, &Grants::of_role(Role::Administrator)).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_a_day_or_not(text in ".{0,14}") {
            if let Some(day) = birthday(&text, &new_york()) {
                prop_assert_eq!(birthday(&day, &new_york()), Some(day));
            }
        }

        #[test]
        fn a_client_sent_back_as_shown_stays(spent in 0i64..1_000_000, paid in 0i64..1_000_000, set in -1_000_000i64..1_000_000) {
            let before = Client {
                id: 1, name: "A".to_owned(), phone: "+13155550177".to_owned(), spent, paid, balance: set,
                ..Client::default()
            };
            let back = Change { spent: Patch::Set(Money(spent)), balance: Patch::Set(Money(set)), ..Change::default() };
            prop_assert_eq!(applied(back, &before).0, before);
        }
    }
}
