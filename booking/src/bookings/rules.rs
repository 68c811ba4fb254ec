//! What a client may book, and how it is refused, without I/O.

use calc::phone::Phone;
use kernel::{Error, Kind, Message};
use org::custom_fields::store::Field;
use serde_json::Value;

use crate::online::settings::{Ask, OwnField, Settings};

/// Appointments of one request at the most.
pub const MOST: usize = 20;
/// How long a time is held for who is about to book, milliseconds.
pub const HOLD: i64 = 5 * 60_000;
/// Times held from one address at once at the most.
pub const HOLDS: i64 = 10;

/// How the wire names the source of what was booked without a form: its number and words (the contract's example).
pub const API: (i64, &str) = (12, "API");

/// No services were named.
pub fn no_services() -> Error {
    Error::coded(Kind::Invalid, 422, "book-no-services")
}

/// The phone can't be read.
pub fn bad_phone() -> Error {
    Error::coded(Kind::Invalid, 431, "field-phone")
}

/// The code is wrong, or has ended.
pub fn wrong_code() -> Error {
    Error::coded(Kind::Invalid, 432, "wrong-code")
}

/// The time is taken, or outside of the hours.
pub fn taken() -> Error {
    Error::coded(Kind::Invalid, 433, "book-taken")
}

/// [`taken`], for what refuses with a message of its own.
pub fn taken_by(_: Message) -> Error {
    taken()
}

/// The location does not take bookings from this client.
pub fn unwanted() -> Error {
    Error::coded(Kind::Forbidden, 434, "book-unwanted")
}

/// The name is missing.
pub fn no_name() -> Error {
    Error::coded(Kind::Invalid, 435, "book-no-name")
}

/// Nobody is free then.
pub fn nobody_free() -> Error {
    Error::coded(Kind::Invalid, 436, "book-nobody-free")
}

/// Two of the request's own are at the same time.
pub fn overlaps_own() -> Error {
    Error::coded(Kind::Invalid, 437, "book-overlaps-own")
}

/// The service can't be booked.
pub fn not_offered() -> Error {
    Error::coded(Kind::Invalid, 438, "book-not-offered")
}

/// Whether a tag of this title keeps its clients from booking online.
pub fn keeps_away(title: &str) -> bool {
    let plain: String = title.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    plain == "blacklist" || plain == "blacklisted"
}

/// Who books, as sent.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "named as people name them")]
pub struct Person {
    pub name: String,
    pub surname: String,
    pub patronymic: String,
    pub phone: String,
    pub email: String,
    pub comment: String,
}

impl Person {
    /// By what the client is known and told of a code: the phone, else the e-mail address.
    pub fn contact(&self) -> String {
        if self.phone.is_empty() { self.email.to_lowercase() } else { self.phone.clone() }
    }
}

/// Who books, with the phone in its one form.
///
/// # Errors
/// What the location asks for and was not given.
pub fn person(sent: Person, settings: &Settings, country: Option<&str>) -> Result<Person, Error> {
    let mut person = sent;
    for text in
        [&mut person.name, &mut person.surname, &mut person.patronymic, &mut person.phone, &mut person.email]
    {
        *text = text.trim().to_owned();
    }
    if person.phone.is_empty() {
        if settings.needs_phone() {
            return Err(bad_phone());
        }
    } else {
        person.phone = Phone::parse(&person.phone, country).ok_or_else(bad_phone)?.e164().to_owned();
    }
    if settings.asks.name == Ask::Required && person.name.is_empty() {
        return Err(no_name());
    }
    if person.name.is_empty() {
        // A client has some name: what is known stands for it.
        person.name =
            [&person.phone, &person.email].into_iter().find(|t| !t.is_empty()).cloned().unwrap_or_default();
    }
    let mut problems = kernel::Problems::new();
    for (ask, text, field) in [
        (settings.asks.email, &person.email, "email"),
        (settings.asks.surname, &person.surname, "surname"),
        (settings.asks.patronymic, &person.patronymic, "patronymic"),
        (settings.asks.comment, &person.comment, "comment"),
    ] {
        problems.check(ask != Ask::Required || !text.trim().is_empty(), field, "field-required");
    }
    let fine = person.email.is_empty() || org::users::rules::is_email(&person.email);
    problems.check(fine, "email", "field-email");
    for (text, most, field) in [
        (&person.name, 255, "fullname"),
        (&person.surname, 255, "surname"),
        (&person.patronymic, 255, "patronymic"),
        (&person.comment, 2000, "comment"),
    ] {
        problems.length(text, most, field);
    }
    problems.done().map(|()| person)
}

/// Values by the codes of their fields.
pub type Values = Vec<(String, Value)>;

/// Sorts the values that a client filled in for one appointment: to the client go those of fields that the location asks
/// of clients, the rest stays with the appointment. Names what is wrong with the former and what is missing of both.
pub fn sort_values(
    sent: Values,
    asked: &[OwnField],
    fields: &[Field],
    problems: &mut kernel::Problems,
) -> (Values, Values) {
    let open = |own: &&OwnField| fields.iter().find(|field| field.id == own.id && field.user_can_edit);
    let named = |entity: &str, code: &str| asked.iter().find(|own| own.entity == entity && own.code == code);
    // A code that is of both is the appointment's.
    let of_client = |code: &str| match named("record", code) {
        Some(_) => None,
        None => named("client", code).as_ref().and_then(open),
    };
    for own in asked.iter().filter(|own| own.is_required && open(own).is_some()) {
        let is_filled = |value: &Value| match value {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            _ => true,
        };
        let filled = sent.iter().any(|(code, value)| *code == own.code && is_filled(value));
        problems.check(filled, &format!("custom_fields.{}", own.code), "field-required");
    }
    let (mut client, mut appointment) = (Vec::new(), Vec::new());
    for (code, sent) in sent {
        let Some(field) = of_client(&code) else {
            appointment.push((code, sent));
            continue;
        };
        match org::custom_fields::rules::value(field, &sent) {
            Ok(Some(_)) => client.push((code, sent)),
            Ok(None) => {}
            Err(message) => problems.add(format!("custom_fields.{code}"), message),
        }
    }
    (client, appointment)
}

/// From which kind of device, by what the request says of itself: 1 a phone, 2 a desktop.
pub fn device(said: &str, program: &str) -> i64 {
    let on_phone = said.eq_ignore_ascii_case("mobile")
        || ["Mobi", "Android", "iPhone"].iter().any(|w| program.contains(w));
    if on_phone { 1 } else { 2 }
}

/// Whether what begins then may still be changed: `allowed` at all, and until so many minutes before.
pub fn in_time(allowed: bool, deadline: i64, starts_at: i64, now: i64) -> bool {
    allowed && now <= starts_at - deadline * 60_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(error: &Error) -> i64 {
        error.codes().first().map_or(0, |code| code.code)
    }

    #[test]
    fn what_the_location_asks_for_must_be_there() {
        let jane = Person { name: " Jane ".into(), phone: "315 555 0175".into(), ..Person::default() };
        let settings = Settings::default();
        let read = person(jane.clone(), &settings, Some("US")).expect("fine");
        assert_eq!((read.name.as_str(), read.phone.as_str()), ("Jane", "+13155550175"));
        let refused = |sent: Person, settings: &Settings| {
            code(&person(sent, settings, Some("US")).expect_err("refused"))
        };
        assert_eq!(refused(Person { phone: "12".into(), ..jane.clone() }, &settings), 431);
        assert_eq!(refused(Person { phone: String::new(), ..jane.clone() }, &settings), 431);
        assert_eq!(refused(Person { name: " ".into(), ..jane.clone() }, &settings), 435);
        let mut settings = settings;
        settings.asks.email = Ask::Required;
        let error = person(jane.clone(), &settings, Some("US")).expect_err("refused");
        assert_eq!(error.fields()[0].0, "email");
        settings.asks.email = Ask::Optional;
        settings.asks.name = Ask::Optional;
        let nameless = person(Person { name: String::new(), ..jane }, &settings, Some("US")).expect("fine");
        assert_eq!(nameless.name, "+13155550175");
    }

    #[test]
    fn a_deadline_counts_back_from_the_beginning() {
        let start = 10 * 3_600_000;
        assert!(in_time(true, 0, start, start) && !in_time(true, 0, start, start + 1));
        assert!(in_time(true, 60, start, start - 3_600_000) && !in_time(true, 60, start, start - 3_599_999));
        assert!(!in_time(false, 0, start, 0));
    }

    #[test]
    fn clients_on_a_black_list_are_kept_away() {
        for title in ["Black list", "blacklist", "BLACK-LIST"] {
            assert!(keeps_away(title), "{title}");
        }
        assert!(!keeps_away("Black hair") && !keeps_away(""));
    }
}
