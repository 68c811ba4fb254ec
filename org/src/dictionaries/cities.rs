//! Cities.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::countries::{Country, country_by_title};
use super::fold::fold;

/// A second id of New York: the contract's list of cities and its example of a new location say 2, its locations 181.
const SECOND_NEW_YORK: i64 = 2;
const NEW_YORK: i64 = 181;

/// A city, or any other place with people in it.
#[derive(Debug, Clone, PartialEq)]
pub struct City {
    /// Its id on the wire.
    pub id: i64,
    /// The [`Country`] it lies in.
    pub country_id: i64,
    /// Its title.
    pub title: &'static str,
    /// Its IANA time zone.
    pub timezone: &'static str,
    /// Degrees north, to a hundredth.
    pub lat: f64,
    /// Degrees east, to a hundredth.
    pub lon: f64,
    /// People who live there.
    pub population: i64,
    other: Option<&'static str>,
}

struct Cities {
    /// By country, then by title, then the largest first.
    all: Vec<City>,
    ids: HashMap<i64, u32>,
    countries: HashMap<i64, Range<usize>>,
    /// Folded titles, sorted, of cities with one title the largest first.
    titles: Vec<(Box<str>, u32)>,
}

static CITIES: LazyLock<Cities> = LazyLock::new(|| Cities::of(read(include_str!("../../data/cities.tsv"))));

/// A line that does not fit is passed over: the tests see to it that there is none.
fn read(text: &'static str) -> Vec<City> {
    let mut there: Option<(&'static Country, &'static str)> = None;
    let mut all = Vec::with_capacity(text.len() / 36);
    for line in text.lines() {
        let mut cells = line.split('\t');
        if let Some(head) = line.strip_prefix('#') {
            there = head.split_once('\t').and_then(|(iso, zone)| Some((country_by_title(iso)?, zone)));
        } else if let Some((country, timezone)) = there {
            let mut read = || {
                Some(City {
                    id: cells.next()?.parse().ok()?,
                    country_id: country.id,
                    title: cells.next()?,
                    timezone,
                    lat: cells.next()?.parse().ok()?,
                    lon: cells.next()?.parse().ok()?,
                    population: cells.next()?.parse().ok()?,
                    other: cells.next(),
                })
            };
            all.extend(read());
        }
    }
    all
}

impl Cities {
    fn of(mut all: Vec<City>) -> Self {
        all.sort_by_cached_key(|city| (city.country_id, fold(city.title), -city.population, city.id));
        let mut ids = HashMap::with_capacity(all.len());
        let mut countries: HashMap<i64, Range<usize>> = HashMap::new();
        let mut titles = Vec::with_capacity(all.len());
        for (at, (index, city)) in (0_u32..).zip(&all).enumerate() {
            ids.insert(city.id, index);
            countries.entry(city.country_id).or_insert(at..at).end = at + 1;
            for title in [Some(city.title), city.other].into_iter().flatten() {
                titles.push((fold(title).into_boxed_str(), index));
            }
        }
        if let Some(new_york) = ids.get(&NEW_YORK).copied() {
            ids.insert(SECOND_NEW_YORK, new_york);
        }
        let largest_first = |index: u32| -all[index as usize].population;
        titles.sort_by(|(a, one), (b, other)| {
            (a, largest_first(*one), one).cmp(&(b, largest_first(*other), other))
        });
        Self { all, ids, countries, titles }
    }
}

/// Every city: by country, then by title.
pub fn cities() -> &'static [City] {
    &CITIES.all
}

/// The cities of a country, by title; none if there is no such country.
pub fn cities_of(country_id: i64) -> &'static [City] {
    let range = CITIES.countries.get(&country_id).cloned().unwrap_or_default();
    &CITIES.all[range]
}

/// The thousand cities with the most people, by title.
pub fn largest_cities() -> &'static [&'static City] {
    static LARGEST: LazyLock<Vec<&'static City>> = LazyLock::new(|| {
        let mut all: Vec<&City> = CITIES.all.iter().collect();
        all.sort_by_key(|city| -city.population);
        all.truncate(1000);
        all.sort_by_cached_key(|city| (fold(city.title), city.id));
        all
    });
    &LARGEST
}

/// The time zone of a country's largest city.
pub fn main_time_zone(country_id: i64) -> Option<&'static str> {
    cities_of(country_id).iter().max_by_key(|city| city.population).map(|city| city.timezone)
}

/// The city of that id. Ids 181 and 2 are both New York; its row says 181.
pub fn city(id: i64) -> Option<&'static City> {
    CITIES.ids.get(&id).map(|index| &CITIES.all[*index as usize])
}

/// The city of that title, in any case, with or without accents; in that country, if one is given. The largest
/// of several.
pub fn city_by_title(title: &str, country_id: Option<i64>) -> Option<&'static City> {
    let folded = fold(title);
    let first = CITIES.titles.partition_point(|(title, _)| **title < *folded);
    CITIES.titles[first..]
        .iter()
        .take_while(|(title, _)| **title == *folded)
        .map(|(_, index)| &CITIES.all[*index as usize])
        .find(|city| country_id.is_none_or(|country| city.country_id == country))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use calc::zone::Zone;
    use proptest::prelude::*;

    use super::super::countries::{countries, country};
    use super::*;

    #[test]
    fn the_contracts_rows() {
        for (id, country, title, zone) in [
            (181, 7, "New York", "America/New_York"),
            (1040, 30, "Belfast", "Europe/London"),
            (1201, 38, "București", "Europe/Bucharest"),
            (1334, 31, "Budapest", "Europe/Budapest"),
        ] {
            let city = city(id).unwrap();
            assert_eq!((city.id, city.country_id, city.title, city.timezone), (id, country, title, zone));
            assert_eq!(city_by_title(title, None), Some(city));
        }
        assert_eq!(city(2), city(181));
        assert_eq!(cities_of(7).iter().filter(|city| city.title == "New York").count(), 1);
    }

    #[test]
    fn every_line_is_read() {
        let lines = include_str!("../../data/cities.tsv").lines();
        assert_eq!(cities().len(), lines.filter(|line| !line.starts_with('#')).count());
        assert!(cities().len() > 30_000);
    }

    #[test]
    fn rows_are_sound() {
        let mut ids = HashSet::new();
        let mut zones = HashSet::new();
        for city in cities() {
            assert!(ids.insert(city.id) && city.id != 2, "{city:?}");
            assert!(country(city.country_id).is_some(), "{city:?}");
            assert!(!city.title.is_empty() && city.population >= 0, "{city:?}");
            assert!(city.lat.abs() <= 90.0 && city.lon.abs() <= 180.0, "{city:?}");
            zones.insert(city.timezone);
        }
        for zone in zones {
            assert!(Zone::parse(zone).is_some(), "{zone}");
        }
    }

    #[test]
    fn countries_have_their_cities() {
        let mut count = 0;
        let mut without = Vec::new();
        for country in countries() {
            let cities = cities_of(country.id);
            count += cities.len();
            assert!(cities.iter().all(|city| city.country_id == country.id));
            assert!(cities.is_sorted_by_key(|city| fold(city.title)));
            if cities.is_empty() {
                without.push(country.iso_code);
            }
        }
        assert_eq!(count, cities().len());
        assert_eq!(without, ["AQ", "BV", "HM", "UM"]);
        assert!(cities_of(-1).is_empty());
    }

    #[test]
    fn by_title() {
        let found = |title, country| city_by_title(title, country).map(|city| (city.title, city.country_id));
        assert_eq!(found("new york city", None), Some(("New York", 7)));
        assert_eq!(found("BUCURESTI", None), Some(("București", 38)));
        assert_eq!(found("Bucharest", Some(38)), Some(("București", 38)));
        assert_eq!(found("Bucharest", Some(7)), None);
        assert_eq!(found("London", None), Some(("London", 30)));
        let canada = country_by_title("Canada").map(|country| country.id);
        assert_eq!(found("London", canada).map(|(_, country)| country), canada);
        assert_eq!(found("Paris", Some(7)), Some(("Paris", 7)));
        assert_eq!(found("sao paulo", None).map(|(title, _)| title), Some("São Paulo"));
        assert_eq!(found("", None), None);
        assert_eq!(found("Brigadoon", None), None);
    }

    proptest! {
        #[test]
        fn every_city_is_found(at in 0..cities().len()) {
            let one = &cities()[at];
            prop_assert_eq!(city(one.id), Some(one));
            let found = city_by_title(one.title, Some(one.country_id)).unwrap();
            prop_assert_eq!(fold(found.title), fold(one.title));
            prop_assert!(found.population >= one.population);
            let anywhere = city_by_title(one.title, None).unwrap();
            prop_assert!(anywhere.population >= found.population);
        }

        #[test]
        fn no_title_panics(title in any::<String>(), country in any::<Option<i64>>()) {
            let _ = city_by_title(&title, country);
        }
    }
}
