//! Countries and languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::fold::fold;

/// A country.
#[derive(Debug, Clone, PartialEq)]
pub struct Country {
    /// Its id on the wire.
    pub id: i64,
    /// Its short title: `USA`.
    pub title: &'static str,
    /// Its full title: `United States`. What a location shows as its country.
    pub full_title: &'static str,
    /// ISO 3166-1 alpha-2.
    pub iso_code: &'static str,
    /// ISO 3166-1 alpha-3.
    pub iso3_code: &'static str,
    /// The calling code, without plus.
    pub phone_code: &'static str,
    /// A number with `x` for each digit after the calling code; empty without a numbering plan.
    pub phone_template: &'static str,
    /// A number as people there write it, with the calling code; empty without a numbering plan.
    pub phone_example: &'static str,
    /// The sign of its currency, or the ISO code if it has none.
    pub currency: &'static str,
    /// ISO 4217.
    pub currency_iso: &'static str,
    /// Decimal digits of the currency's minor unit: 2 for cents, 0 for the yen.
    pub currency_digits: u8,
    /// Units of the currency for one US dollar when the data was made; opaque for the two rows that the contract
    /// prints. No rate to reckon money with.
    pub exchange: f64,
    /// The [`Language`] to begin with.
    pub lang_id: i64,
    /// 1.
    pub group_type: i64,
    /// A member of the European Union.
    pub is_eu: bool,
    others: &'static str,
}

/// A language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// Its id on the wire.
    pub id: i64,
    /// ISO 639: `en`.
    pub code: &'static str,
    /// Its English title.
    pub title: &'static str,
}

struct Countries {
    /// By title.
    all: Vec<Country>,
    ids: HashMap<i64, usize>,
    titles: HashMap<String, usize>,
    calling_codes: HashMap<&'static str, usize>,
}

static COUNTRIES: LazyLock<Countries> = LazyLock::new(|| {
    let mut all: Vec<_> =
        include_str!("../../data/countries.tsv").lines().filter_map(Country::read).collect();
    all.sort_by_cached_key(|country| fold(country.title));
    let ids = all.iter().enumerate().map(|(at, country)| (country.id, at)).collect();
    let mut titles = HashMap::new();
    for (at, country) in all.iter().enumerate() {
        for title in country.titles() {
            titles.entry(fold(title)).or_insert(at);
        }
    }
    // Of countries that share a calling code, the one of the lowest id stands for it.
    let mut calling_codes: HashMap<&'static str, usize> = HashMap::new();
    for (at, country) in all.iter().enumerate() {
        let known = calling_codes.entry(country.phone_code).or_insert(at);
        if country.id < all[*known].id {
            *known = at;
        }
    }
    Countries { all, ids, titles, calling_codes }
});

static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let read = |line: &'static str| {
        let mut cells = line.split('\t');
        Some(Language { id: cells.next()?.parse().ok()?, code: cells.next()?, title: cells.next()? })
    };
    include_str!("../../data/languages.tsv").lines().filter_map(read).collect()
});

impl Country {
    /// A line that does not fit is passed over: the tests see to it that there is none.
    fn read(line: &'static str) -> Option<Self> {
        let cells: Vec<&'static str> = line.split('\t').collect();
        let cells: [&'static str; 16] = cells.try_into().ok()?;
        Some(Self {
            id: cells[0].parse().ok()?,
            iso_code: cells[1],
            iso3_code: cells[2],
            title: cells[3],
            full_title: cells[4],
            phone_code: cells[5],
            phone_template: cells[6],
            phone_example: cells[7],
            currency: cells[8],
            currency_iso: cells[9],
            currency_digits: cells[10].parse().ok()?,
            exchange: cells[11].parse().ok()?,
            lang_id: cells[12].parse().ok()?,
            group_type: cells[13].parse().ok()?,
            is_eu: cells[14] == "1",
            others: cells[15],
        })
    }

    fn titles(&self) -> impl Iterator<Item = &'static str> {
        let others = self.others.split(';').filter(|title| !title.is_empty());
        [self.title, self.full_title, self.iso_code, self.iso3_code].into_iter().chain(others)
    }
}

/// Every country, by title.
pub fn countries() -> &'static [Country] {
    &COUNTRIES.all
}

/// The country of that id.
pub fn country(id: i64) -> Option<&'static Country> {
    COUNTRIES.ids.get(&id).map(|at| &COUNTRIES.all[*at])
}

/// The country of that title: short or full, a common other one (`UK`), or an ISO 3166 code; in any case, with or
/// without accents.
pub fn country_by_title(title: &str) -> Option<&'static Country> {
    COUNTRIES.titles.get(&fold(title)).map(|at| &COUNTRIES.all[*at])
}

/// The country of a phone number in E.164 form, by its calling code; where several share one, the first of them.
pub fn country_by_phone(e164: &str) -> Option<&'static Country> {
    let digits = e164.strip_prefix('+')?;
    let code = |long: usize| digits.get(..long).and_then(|code| COUNTRIES.calling_codes.get(code));
    (1..=4).rev().find_map(code).map(|at| &COUNTRIES.all[*at])
}

/// Every language, by id.
pub fn languages() -> &'static [Language] {
    &LANGUAGES
}

/// The language of that id.
pub fn language(id: i64) -> Option<&'static Language> {
    // Ids count from 1 without gaps; a test holds the file to it.
    let at = usize::try_from(id).ok()?.checked_sub(1)?;
    LANGUAGES.get(at)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use calc::phone;

    use super::*;

    #[test]
    fn the_contracts_rows() {
        let usa = country(7).unwrap();
        assert_eq!(
            *usa,
            Country {
                id: 7,
                title: "USA",
                full_title: "United States",
                iso_code: "US",
                iso3_code: "USA",
                phone_code: "1",
                phone_template: "+1 xxx-xxx-xxxx",
                phone_example: "+1 201-123-4567",
                currency: "$",
                currency_iso: "USD",
                currency_digits: 2,
                exchange: 32.99,
                lang_id: 2,
                group_type: 1,
                is_eu: false,
                others: usa.others,
            }
        );
        let france = country(56).unwrap();
        assert_eq!(
            *france,
            Country {
                id: 56,
                title: "France",
                full_title: "France",
                iso_code: "FR",
                iso3_code: "FRA",
                phone_code: "33",
                phone_template: "+33 x xx xx xx xx",
                phone_example: "+33 1 23 45 67 89",
                currency: "€",
                currency_iso: "EUR",
                currency_digits: 2,
                exchange: 11.18,
                lang_id: 8,
                group_type: 1,
                is_eu: true,
                others: france.others,
            }
        );
        for (id, title) in [(30, "United Kingdom"), (38, "Romania"), (31, "Hungary")] {
            assert_eq!(country(id).unwrap().title, title);
        }
        assert_eq!(language(2).unwrap().code, "en");
        assert_eq!(language(8).unwrap().code, "fr");
    }

    #[test]
    fn every_line_is_read() {
        assert_eq!(countries().len(), include_str!("../../data/countries.tsv").lines().count());
        assert_eq!(languages().len(), include_str!("../../data/languages.tsv").lines().count());
        assert_eq!(countries().len(), 250);
        for (at, language) in (1..).zip(languages()) {
            assert_eq!(language.id, at);
            assert!(!language.title.is_empty() && (2..=3).contains(&language.code.len()));
        }
        assert!(language(0).is_none() && language(-1).is_none() && language(i64::MAX).is_none());
    }

    #[test]
    fn rows_are_sound() {
        let mut seen = HashSet::new();
        for country in countries() {
            let name = country.title;
            assert!(seen.insert(country.id.to_string()), "{name}: id");
            assert!(seen.insert(country.iso_code.to_owned()), "{name}: code");
            assert_eq!((country.iso_code.len(), country.iso3_code.len()), (2, 3), "{name}");
            assert!(!name.is_empty() && !country.full_title.is_empty() && !country.currency.is_empty());
            assert_eq!(country.currency_iso.len(), 3, "{name}");
            assert!(country.exchange > 0.0 && country.currency_digits <= 4, "{name}");
            assert!(language(country.lang_id).is_some(), "{name}");
            assert!(country.phone_code.bytes().all(|digit| digit.is_ascii_digit()), "{name}");
        }
        assert_eq!(countries().iter().filter(|country| country.is_eu).count(), 27);
    }

    #[test]
    fn phone_examples_exist() {
        let mut without = Vec::new();
        for country in countries() {
            let Country { iso_code, phone_code, phone_template, phone_example, .. } = country;
            if phone_example.is_empty() {
                without.push(*iso_code);
                continue;
            }
            assert!(phone_example.starts_with(&format!("+{phone_code} ")), "{iso_code}");
            let digits = |text: &str| text.bytes().filter(|c| *c == b'x' || c.is_ascii_digit()).count();
            assert_eq!(digits(phone_template), digits(phone_example), "{iso_code}");
            if *iso_code == "US" {
                // The contract's own example has an exchange that begins with 1, which no American number has.
                assert!(phone::Phone::parse(phone_example, None).is_some());
                continue;
            }
            assert!(phone::is_valid(phone_example, None), "{iso_code}: {phone_example}");
            let local = phone_example.trim_start_matches(&format!("+{phone_code}"));
            let phone = phone::Phone::parse(local, Some(iso_code)).map(|phone| phone.e164().to_owned());
            let typed = phone::Phone::parse(phone_example, None).map(|phone| phone.e164().to_owned());
            assert_eq!(phone, typed, "{iso_code}");
        }
        assert_eq!(without, ["AQ", "BV", "TF", "HM", "PN", "GS", "UM"]);
    }

    #[test]
    fn by_title() {
        for (title, iso) in [
            ("USA", "US"),
            ("usa", "US"),
            ("United States", "US"),
            (" united  STATES ", "US"),
            ("us", "US"),
            ("UK", "GB"),
            ("gbr", "GB"),
            ("Côte d'Ivoire", "CI"),
            ("cote d’ivoire", "CI"),
            ("Türkiye", "TR"),
        ] {
            assert_eq!(country_by_title(title).map(|country| country.iso_code), Some(iso), "{title}");
        }
        assert!(country_by_title("").is_none());
        assert!(country_by_title("Atlantis").is_none());
        for country in countries() {
            for title in country.titles() {
                assert_eq!(country_by_title(title), Some(country), "{title}");
            }
        }
    }
}
