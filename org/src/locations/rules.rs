//! Decisions about locations, without I/O.

use calc::phone::Phone;
use calc::zone::Zone;
use kernel::{Message, Patch, Problems};

use super::store::Location;
use crate::dictionaries;

/// A location's phones, at the most.
const PHONES: usize = 20;

/// What a request changes of a location.
#[derive(Debug, Default)]
pub struct Change {
    pub title: Patch<String>,
    pub country_id: Patch<i64>,
    pub country: Patch<String>,
    pub city_id: Patch<i64>,
    pub city: Patch<String>,
    pub timezone: Patch<String>,
    pub address: Patch<String>,
    pub zip: Patch<String>,
    pub site: Patch<String>,
    pub latitude: Patch<f64>,
    pub longitude: Patch<f64>,
    pub description: Patch<String>,
    pub short_descr: Patch<String>,
    pub business_type_id: Patch<i64>,
    pub social: Patch<Social>,
    pub phones: Patch<Vec<String>>,
}

/// Pages in social networks.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct Social {
    pub facebook: String,
    pub instagram: String,
    pub telegram: String,
    pub whatsapp: String,
    pub viber: String,
    pub vk: String,
}

/// The location as it becomes, with its phones if they were sent; names what is wrong.
///
/// An id goes before a name (country, city). A city by name that the dictionary does not have stays as it was
/// written: villages have salons too. The time zone follows the city unless it is named itself.
pub fn change(before: &Location, change: Change, problems: &mut Problems) -> (Location, Option<Vec<String>>) {
    let mut after = before.clone();
    if let Patch::Set(title) = &change.title {
        problems.check(!title.trim().is_empty(), "title", "field-empty");
    }
    problems.check(change.title != Patch::Null, "title", "field-empty");
    text(&mut after.title, change.title, 255, "title", problems);
    text(&mut after.address, change.address, 500, "address", problems);
    text(&mut after.zip, change.zip, 20, "zip", problems);
    text(&mut after.site, change.site, 255, "site", problems);
    text(&mut after.short_descr, change.short_descr, 255, "short_descr", problems);
    text(&mut after.description, change.description, 100_000, "description", problems);
    place(&mut after, change.country_id, change.country, change.city_id, change.city, problems);
    if after.city_id != before.city_id
        && let Some(city) = dictionaries::city(after.city_id)
    {
        city.timezone.clone_into(&mut after.timezone);
    }
    if let Patch::Set(name) = change.timezone {
        match Zone::parse(&name) {
            Some(_) => after.timezone = name,
            None => problems.add("timezone_name", "field-choice"),
        }
    }
    coordinate(&mut after.latitude, change.latitude, 90, "coordinate_lat", problems);
    coordinate(&mut after.longitude, change.longitude, 180, "coordinate_lon", problems);
    match change.business_type_id {
        Patch::Absent => {}
        Patch::Null | Patch::Set(0) => after.business_type_id = 0,
        Patch::Set(id) => {
            problems.check(
                dictionaries::business_type(id).is_some(),
                "business_type_id",
                "field-business-type",
            );
            after.business_type_id = id;
        }
    }
    if let Patch::Set(social) = change.social {
        for (name, page) in [
            ("facebook", &social.facebook),
            ("instagram", &social.instagram),
            ("telegram", &social.telegram),
            ("whatsapp", &social.whatsapp),
            ("viber", &social.viber),
            ("vk", &social.vk),
        ] {
            problems.length(page, 255, &format!("social.{name}"));
        }
        after.social = social;
    } else if change.social == Patch::Null {
        after.social = Social::default();
    }
    let phones = match change.phones {
        Patch::Absent => None,
        Patch::Null => Some(Vec::new()),
        Patch::Set(sent) => Some(phones(&sent, after.country_id, problems)),
    };
    (after, phones)
}

fn text(field: &mut String, sent: Patch<String>, limit: usize, name: &str, problems: &mut Problems) {
    if let Patch::Set(text) = &sent {
        problems.length(text, limit, name);
    }
    *field = sent.apply(std::mem::take(field));
}

fn coordinate(field: &mut f64, sent: Patch<f64>, most: i32, name: &str, problems: &mut Problems) {
    if let Patch::Set(at) = &sent {
        let range = Message::new("field-range").with("min", -most).with("max", most);
        problems.check(at.abs() <= f64::from(most), name, range);
    }
    *field = sent.apply(*field);
}

fn place(
    after: &mut Location,
    country_id: Patch<i64>,
    country: Patch<String>,
    city_id: Patch<i64>,
    city: Patch<String>,
    problems: &mut Problems,
) {
    let country_sent = match (country_id, country) {
        (Patch::Set(id), _) => Some((dictionaries::country(id), "country_id")),
        (_, Patch::Set(title)) => Some((dictionaries::country_by_title(&title), "country")),
        _ => None,
    };
    match country_sent {
        Some((Some(country), _)) => after.country_id = country.id,
        Some((None, field)) => problems.add(field, "field-country"),
        None => {}
    }
    match (city_id, city) {
        (Patch::Set(id), _) if id != 0 => match dictionaries::city(id) {
            Some(city) if city.country_id == after.country_id => set_city(after, city),
            Some(city) if country_sent.is_none() => {
                after.country_id = city.country_id;
                set_city(after, city);
            }
            _ => problems.add("city_id", "field-city"),
        },
        (_, Patch::Set(title)) => {
            problems.length(&title, 255, "city");
            match dictionaries::city_by_title(&title, Some(after.country_id)) {
                Some(city) => set_city(after, city),
                None => (after.city_id, after.city) = (0, title),
            }
        }
        (Patch::Set(_) | Patch::Null, _) | (_, Patch::Null) => {
            (after.city_id, after.city) = (0, String::new());
        }
        _ => {
            // Another country without another city: the city is a word from then on, not one of the country's.
            if dictionaries::city(after.city_id).is_some_and(|c| c.country_id != after.country_id) {
                after.city_id = 0;
            }
        }
    }
}

fn set_city(after: &mut Location, city: &dictionaries::City) {
    after.city_id = city.id;
    city.title.clone_into(&mut after.city);
}

fn phones(sent: &[String], country_id: i64, problems: &mut Problems) -> Vec<String> {
    if sent.len() > PHONES {
        problems.add("phones", Message::new("field-too-many").with("limit", PHONES));
    }
    let country = dictionaries::country(country_id).map(|c| c.iso_code);
    let mut out = Vec::with_capacity(sent.len());
    for (at, raw) in sent.iter().enumerate().take(PHONES) {
        match Phone::parse(raw, country) {
            Some(phone) if out.iter().any(|p| p == phone.e164()) => {}
            Some(phone) => out.push(phone.e164().to_owned()),
            None => problems.add(format!("phones.{at}"), "field-phone"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Change, change};
    use crate::locations::Location;
    use kernel::{Patch, Problems};

    fn new_york() -> Location {
        Location { country_id: 7, city_id: 181, city: "New York".into(), ..Location::new(0) }
    }

    fn apply(sent: Change) -> Result<Location, kernel::Error> {
        let mut problems = Problems::new();
        let (after, _) = change(&new_york(), sent, &mut problems);
        problems.done().map(|()| after)
    }

    #[test]
    fn the_zone_follows_the_city() {
        let budapest = apply(Change { city_id: Patch::Set(1334), ..Change::default() }).expect("fine");
        assert_eq!((budapest.country_id, budapest.timezone.as_str()), (31, "Europe/Budapest"));
        let by_name = apply(Change {
            country: Patch::Set("Hungary".into()),
            city: Patch::Set("budapest".into()),
            ..Change::default()
        })
        .expect("fine");
        assert_eq!((by_name.city_id, by_name.timezone.as_str()), (1334, "Europe/Budapest"));
    }

    #[test]
    fn a_village_keeps_its_name() {
        let village =
            apply(Change { city: Patch::Set("Nowhere Creek".into()), ..Change::default() }).expect("fine");
        assert_eq!((village.city_id, village.city.as_str()), (0, "Nowhere Creek"));
    }

    #[test]
    fn ids_go_before_names_and_must_agree() {
        let both = Change { country_id: Patch::Set(7), city_id: Patch::Set(1334), ..Change::default() };
        assert_eq!(apply(both).expect_err("refused").fields()[0].0, "city_id");
        let unknown = Change { country_id: Patch::Set(999_999), ..Change::default() };
        assert_eq!(apply(unknown).expect_err("refused").fields()[0].0, "country_id");
        let first =
            Change { country_id: Patch::Set(7), country: Patch::Set("France".into()), ..Change::default() };
        assert_eq!(apply(first).expect("fine").country_id, 7);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = Change {
            title: Patch::Set(" ".into()),
            latitude: Patch::Set(91.0),
            phones: Patch::Set(vec!["12125357710".into(), "no".into()]),
            business_type_id: Patch::Set(-1),
            ..Change::default()
        };
        let error = apply(wrong).expect_err("refused");
        let fields: Vec<&str> = error.fields().iter().map(|(f, _)| f.as_str()).collect();
        assert_eq!(fields, ["title", "coordinate_lat", "business_type_id", "phones.1"]);
    }
}
