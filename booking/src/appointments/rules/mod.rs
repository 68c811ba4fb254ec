//! What an appointment in an event may be.

pub mod standard;

use calc::phone::Phone;
use calc::zone::parse_day;
use clients::clients::store::Details;
use kernel::{Message, Problems};
use org::custom_fields::rules::value;
use org::custom_fields::store::Field;

use super::store::{Item, Price};

/// A client to book: a known one by the id, else a new one.
#[derive(Clone, Debug, Default)]
pub struct Booked {
    /// A known one.
    pub id: Option<i64>,
    /// A new one, as sent.
    pub new: Details,
    /// Values of custom fields: (code, value).
    pub values: Vec<(String, serde_json::Value)>,
}

/// The new client, with the phone in its one form; names what is wrong.
pub fn client(sent: Details, country: Option<&str>, problems: &mut Problems) -> Details {
    let mut client = sent;
    problems.check(!client.name.trim().is_empty(), "client.name", "field-required");
    for (text, most, field) in [
        (&client.name, 255, "client.name"),
        (&client.surname, 255, "client.surname"),
        (&client.patronymic, 255, "client.patronymic"),
        (&client.comment, 2000, "client.comment"),
        (&client.national_id, 64, "client.national_id"),
    ] {
        problems.length(text, most, field);
    }
    if !client.phone.is_empty() {
        match Phone::parse(&client.phone, country) {
            Some(phone) => phone.e164().clone_into(&mut client.phone),
            None => problems.add("client.phone", "field-phone"),
        }
    }
    let fine = client.email.is_empty() || org::users::rules::is_email(&client.email);
    problems.check(fine, "client.email", "field-email");
    problems.range(client.gender, 0..=2, "client.gender");
    if !client.birthday.is_empty() {
        match parse_day(&client.birthday) {
            Some(day) => client.birthday = day.to_string(),
            None => problems.add("client.birthday", "field-date"),
        }
    }
    client
}

/// Values as their fields store them: (field, value); names those that are none.
pub fn values(
    sent: &[(String, serde_json::Value)],
    fields: &[Field],
    problems: &mut Problems,
) -> Vec<(i64, String)> {
    let mut out: Vec<(i64, String)> = Vec::with_capacity(sent.len());
    for (at, (code, sent)) in sent.iter().enumerate() {
        let place = |name: &str| format!("client.custom_field_values.{at}.{name}");
        let Some(field) = fields.iter().find(|field| field.code == *code) else {
            problems.add(place("code"), "field-not-found");
            continue;
        };
        problems.check(out.iter().all(|(id, _)| *id != field.id), &place("code"), "field-duplicate");
        match value(field, sent) {
            Ok(Some(stored)) => out.push((field.id, stored)),
            Ok(None) => problems.add(place("value"), "field-empty"),
            Err(message) => problems.add(place("value"), message),
        }
    }
    out
}

/// What so many seats cost.
pub fn item(price: &Price, is_trial: bool, seats: i64) -> Item {
    let cost_per_unit = if is_trial { price.trial_price.unwrap_or(price.price) } else { price.price };
    Item {
        service_id: price.service_id,
        cost_per_unit,
        amount: seats,
        discount: 0,
        cost: cost_per_unit.saturating_mul(seats),
    }
}

/// How many seats one appointment may take.
pub fn seats(wanted: i64, most: i64, problems: &mut Problems) {
    problems.range(wanted, 1..=most.max(1), "clients_count");
}

/// What is noted of it.
pub fn comment(text: &str, problems: &mut Problems) {
    problems.length(text, 255, "comment");
}

/// `rrggbb`, without the sign.
pub fn color(text: &str, problems: &mut Problems) {
    let hex = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    problems.check(hex, "color", Message::new("field-color-bare"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details() -> Details {
        Details { name: "John".to_owned(), phone: "13155550175".to_owned(), ..Details::default() }
    }

    fn fields(problems: Problems) -> Vec<String> {
        problems.done().err().map_or_else(Vec::new, |e| e.fields().iter().map(|(f, _)| f.clone()).collect())
    }

    #[test]
    fn a_new_client_is_written_in_one_form() {
        let mut problems = Problems::new();
        let sent = Details { birthday: "19900101".to_owned(), ..details() };
        let new = client(sent, Some("US"), &mut problems);
        assert_eq!((new.phone.as_str(), new.birthday.as_str()), ("+13155550175", "1990-01-01"));
        assert!(problems.is_empty());
    }

    #[test]
    fn what_is_wrong_with_a_client_is_named() {
        let mut problems = Problems::new();
        let sent = Details {
            phone: "x".to_owned(),
            email: "y".to_owned(),
            gender: 3,
            birthday: "2026-02-30".to_owned(),
            ..Details::default()
        };
        client(sent, None, &mut problems);
        assert_eq!(
            fields(problems),
            ["client.name", "client.phone", "client.email", "client.gender", "client.birthday"]
        );
    }

    #[test]
    fn values_fit_their_fields() {
        let shoe =
            Field { id: 7, code: "shoe_size".to_owned(), kind: "number".to_owned(), ..Field::default() };
        let sent = |pairs: &[(&str, &str)]| -> Vec<(String, serde_json::Value)> {
            pairs.iter().map(|(code, text)| ((*code).to_owned(), (*text).into())).collect()
        };
        let mut problems = Problems::new();
        assert_eq!(
            values(&sent(&[("shoe_size", "44")]), std::slice::from_ref(&shoe), &mut problems),
            [(7, "44".to_owned())]
        );
        values(&sent(&[("shoe_size", "big"), ("hat", "1")]), &[shoe], &mut problems);
        assert_eq!(
            fields(problems),
            ["client.custom_field_values.0.value", "client.custom_field_values.1.code"]
        );
    }

    #[test]
    fn seats_cost_what_the_service_does() {
        let price = Price { service_id: 1, team_member_id: 1001, price: 2050, trial_price: Some(500) };
        assert_eq!(item(&price, false, 3).cost, 6150);
        assert_eq!(item(&price, true, 2).cost, 1000);
        assert_eq!(item(&Price { trial_price: None, ..price }, true, 2).cost, 4100);
    }

    #[test]
    fn colors_come_bare() {
        for (text, fine) in [("9c27b0", true), ("#9c27b", false), ("9C27B0", false), ("", false)] {
            let mut problems = Problems::new();
            color(text, &mut problems);
            assert_eq!(problems.is_empty(), fine, "{text}");
        }
    }
}
