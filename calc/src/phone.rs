//! Phone numbers as people type them, kept in one form: E.164.
//!
//! Two questions are kept apart. [`Phone::parse`] asks "can this be stored, and in which form?": it takes
//! every number that begins with an assigned calling code and has a sensible length, because test numbers,
//! fresh numbering plans and callers' typing errors must not lose a booking. [`is_valid`] asks "does such a
//! number exist in that country's numbering plan?", which is what to check before sending a message.

use phonenumber::metadata::{DATABASE, Descriptor, Metadata};

/// Longest raw text looked at, in bytes; anything longer is not a phone number.
const MAX_RAW: usize = 64;
/// Most digits in an E.164 number, calling code included.
const MAX_DIGITS: usize = 15;
/// Fewest digits of a number that no numbering plan knows; the contract's own bounds are 9 to 15.
const MIN_UNKNOWN: usize = 9;
/// Fewest digits of any number; the smallest plans (Niue: 683 and four digits) have seven.
const MIN_DIGITS: usize = 7;
/// Digits that may stand before the number proper: `00`, and a trunk zero as in `+44 (0)20`.
const MAX_EXTRA: usize = 4;

/// A phone number in E.164 form: a plus, an assigned calling code, 7 to 15 digits in all.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone {
    e164: String,
    code_len: usize,
}

impl Phone {
    /// Reads what a person typed: with or without plus, with `00` before it, with blanks, dashes, dots,
    /// slashes or brackets, in digits of any script. `country_iso` (ISO 3166 alpha-2, any case) is the country
    /// whose local numbers are meant when no calling code is given; an unknown one counts as none.
    ///
    /// `None` for anything else: letters, extensions, two numbers in one text, an unassigned calling code, fewer
    /// digits than any plan has or more than E.164 allows.
    pub fn parse(raw: &str, country_iso: Option<&str>) -> Option<Self> {
        let typed = Typed::read(raw)?;
        let digits = typed.digits.as_str();
        if typed.plus {
            // People write +00 44 …; no calling code begins with a zero.
            return international(digits.strip_prefix("00").unwrap_or(digits));
        }
        if let Some(rest) = digits.strip_prefix("00") {
            return international(rest);
        }
        let home = country_iso.and_then(home);
        let abroad = international(digits);
        let exists = abroad.as_ref().is_some_and(Self::exists);
        // Many send the international form without its plus, so the country's own calling code comes first.
        if exists && home.is_some_and(|home| digits.starts_with(&home.country_code().to_string())) {
            return abroad;
        }
        let local = home.and_then(|home| Local::read(digits, home));
        // Then a number that exists beats one that does not, and the country's own numbers come before others'.
        if let Some(known) = local.as_ref().and_then(Local::known) {
            return Some(known);
        }
        if exists {
            return abroad;
        }
        local.and_then(Local::possible).or(abroad)
    }

    /// The number with its plus: `+12125357710`.
    pub fn e164(&self) -> &str {
        &self.e164
    }

    /// The number without its plus: `12125357710`.
    pub fn digits(&self) -> &str {
        &self.e164[1..]
    }

    /// The number for logs: calling code and the last two digits, `+1******10`. The length is hidden too.
    pub fn masked(&self) -> String {
        let (code, national) = self.split();
        format!("+{code}******{}", &national[national.len().saturating_sub(2)..])
    }

    /// The calling code, without plus: `1`, `44`, `380`.
    pub fn calling_code(&self) -> &str {
        self.split().0
    }

    /// Whether such a number exists in its country's numbering plan.
    pub fn exists(&self) -> bool {
        let (code, national) = self.split();
        code.parse().is_ok_and(|code| in_plan(code, national))
    }

    fn split(&self) -> (&str, &str) {
        self.digits().split_at(self.code_len)
    }

    /// Wraps digits that begin with an assigned calling code.
    fn from_digits(digits: &str) -> Option<Self> {
        let code_len = code_len(digits)?;
        let fits = (MIN_DIGITS..=MAX_DIGITS).contains(&digits.len());
        fits.then(|| Self { e164: format!("+{digits}"), code_len })
    }
}

/// Masked, since values are printed into logs far more often than anyone intends.
impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

/// Whether the text is a number that exists in a numbering plan; `country_iso` as in [`Phone::parse`].
pub fn is_valid(raw: &str, country_iso: Option<&str>) -> bool {
    Phone::parse(raw, country_iso).is_some_and(|phone| phone.exists())
}

/// What is left of the raw text once its formatting is gone.
struct Typed {
    plus: bool,
    digits: String,
}

impl Typed {
    fn read(raw: &str) -> Option<Self> {
        if raw.len() > MAX_RAW {
            return None;
        }
        let raw = raw.trim();
        let raw = match raw.get(..4) {
            Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => &raw[4..],
            _ => raw,
        };
        let mut typed = Self { plus: false, digits: String::with_capacity(MAX_DIGITS) };
        for c in raw.chars() {
            if let Some(digit) = ascii_digit(c) {
                typed.digits.push(digit);
            } else if matches!(c, '+' | '\u{FF0B}') && typed.digits.is_empty() && !typed.plus {
                typed.plus = true;
            } else if !is_noise(c) {
                return None;
            }
        }
        (typed.digits.len() <= MAX_DIGITS + MAX_EXTRA).then_some(typed)
    }
}

/// The ASCII digit a character stands for: phones type in the script of their keyboard.
fn ascii_digit(c: char) -> Option<char> {
    const ZEROS: [u32; 10] = [0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xE50, 0xFF10];
    let zero = ZEROS.into_iter().find(|zero| (*zero..zero + 10).contains(&u32::from(c)))?;
    char::from_digit(u32::from(c) - zero, 10)
}

/// Characters that only format a number: blanks of any width, dashes, brackets, dots, slashes, and the
/// invisible marks that copying from an address book brings along.
fn is_noise(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '(' | ')' | '[' | ']' | '.' | '/' | '~' | '\u{AD}' | '\u{B7}' | '\u{2212}')
        || matches!(c, '\u{2010}'..='\u{2015}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{30FC}' | '\u{FEFF}' | '\u{FF08}'..='\u{FF0F}')
}

/// Reads digits that begin with a calling code. Reading its own result gives that result again: a number
/// that exists stays as it is, and what is changed is changed only into one that exists.
fn international(digits: &str) -> Option<Phone> {
    let code_len = code_len(digits)?;
    let (code, national) = digits.split_at(code_len);
    if digits.len() <= MAX_DIGITS && in_plan(code.parse().ok()?, national) {
        return Phone::from_digits(digits);
    }
    // Drops a trunk prefix, as in +44 (0)20 7946 0958.
    let trimmed = phonenumber::parse(None, format!("+{digits}")).ok();
    if let Some(trimmed) = trimmed.and_then(|number| from_parsed(&number)).filter(Phone::exists) {
        return Some(trimmed);
    }
    (digits.len() >= MIN_UNKNOWN).then(|| Phone::from_digits(digits)).flatten()
}

/// A number read by one country's rules.
struct Local {
    phone: Option<Phone>,
    national_len: usize,
    home: &'static Metadata,
}

impl Local {
    fn read(digits: &str, home: &'static Metadata) -> Option<Self> {
        // The parser takes leading digits for the calling code where they are not: Kazakhstan's 771 000 9998.
        if in_plan(home.country_code(), digits) {
            let phone = Phone::from_digits(&format!("{}{digits}", home.country_code()));
            return Some(Self { phone, national_len: digits.len(), home });
        }
        let number = phonenumber::parse(Some(home.id().parse().ok()?), digits).ok()?;
        let national_len = number.national().to_string().len();
        Some(Self { phone: from_parsed(&number), national_len, home })
    }

    fn known(&self) -> Option<Phone> {
        self.phone.clone().filter(Phone::exists)
    }

    /// The number if its length is one the country uses, though the plan does not know it.
    fn possible(self) -> Option<Phone> {
        let general = self.home.descriptors().general().possible_length();
        let fits = general.iter().any(|len| usize::from(*len) == self.national_len);
        self.phone.filter(|_| fits)
    }
}

fn from_parsed(number: &phonenumber::PhoneNumber) -> Option<Phone> {
    Phone::from_digits(&format!("{}{}", number.code().value(), number.national()))
}

/// The numbering plan of a country. Asked before parsing, because the parser panics on a country it has a
/// name for but no plan (Antarctica).
fn home(iso: &str) -> Option<&'static Metadata> {
    if iso.len() != 2 {
        return None;
    }
    DATABASE.by_id(iso.to_ascii_uppercase().as_str())
}

/// Length of the assigned calling code that the digits begin with; no code is the beginning of another.
fn code_len(digits: &str) -> Option<usize> {
    (1..=3).find(|len| {
        digits.get(..*len).is_some_and(|head| {
            !head.starts_with('0') && head.parse::<u16>().is_ok_and(|code| DATABASE.by_code(&code).is_some())
        })
    })
}

/// Whether one of the plans under a calling code knows the national number, whatever kind of line it is.
fn in_plan(code: u16, national: &str) -> bool {
    let plans = DATABASE.by_code(&code).unwrap_or_default();
    for plan in plans {
        if let Some(leading) = plan.leading_digits() {
            // Plans that share a code (1, 7, 44 …) tell themselves apart by their first digits.
            if leading.find(national).is_some_and(|found| found.start() == 0) {
                return plan_knows(plan, national);
            }
        } else if plan_knows(plan, national) {
            return true;
        }
    }
    false
}

fn plan_knows(plan: &Metadata, national: &str) -> bool {
    let kinds = plan.descriptors();
    let matches = |kind: Option<&Descriptor>| kind.is_some_and(|kind| kind.is_match(national));
    kinds.general().is_match(national)
        && (matches(kinds.mobile())
            || matches(kinds.fixed_line())
            || matches(kinds.toll_free())
            || matches(kinds.shared_cost())
            || matches(kinds.premium_rate())
            || matches(kinds.voip())
            || matches(kinds.personal_number())
            || matches(kinds.pager())
            || matches(kinds.uan())
            || matches(kinds.voicemail()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn e164(raw: &str, country: Option<&str>) -> Option<String> {
        Phone::parse(raw, country).map(|phone| phone.e164().to_owned())
    }

    #[test]
    fn reads_what_people_type() {
        for (raw, country, expected) in [
            ("+1 (212) 535-7710", None, "+12125357710"),
            ("12125357710", None, "+12125357710"),
            ("12125357710", Some("US"), "+12125357710"),
            ("12125357710", Some("FR"), "+12125357710"),
            ("212-535-7710", Some("us"), "+12125357710"),
            ("1 212 535 7710", Some("US"), "+12125357710"),
            ("011 44 20 7946 0958", Some("US"), "+442079460958"),
            ("0012125357710", Some("DE"), "+12125357710"),
            ("00 1 212 535 7710", None, "+12125357710"),
            ("+00 44 20 7946 0958", None, "+442079460958"),
            ("+44 (0)20 7946 0958", None, "+442079460958"),
            ("020 7946 0958", Some("GB"), "+442079460958"),
            ("01 23 45 67 89", Some("FR"), "+33123456789"),
            ("06 20 123 4567", Some("HU"), "+36201234567"),
            ("0722.123.456", Some("RO"), "+40722123456"),
            ("06 698 12345", Some("IT"), "+390669812345"),
            ("tel:+1-315-555-0175", None, "+13155550175"),
            ("\u{202A}+1\u{A0}315\u{2011}555\u{2011}0175\u{202C}", None, "+13155550175"),
            ("\u{FF0B}\u{FF11}\u{FF13}\u{FF11}\u{FF15}5550175", None, "+13155550175"),
            ("+683 4002", None, "+6834002"),
            ("771 000 9998", Some("KZ"), "+77710009998"),
            ("8 (771) 000-99-98", Some("KZ"), "+77710009998"),
            ("77710009998", Some("KZ"), "+77710009998"),
            ("62811234567", Some("ID"), "+62811234567"),
            ("393298888888", Some("IT"), "+393298888888"),
            ("447911123456", Some("US"), "+447911123456"),
        ] {
            assert_eq!(e164(raw, country).as_deref(), Some(expected), "{raw} in {country:?}");
        }
    }

    #[test]
    fn keeps_numbers_no_plan_knows() {
        for (raw, country, expected) in [
            ("+1 (212) 573-57710", None, "+121257357710"),
            ("+1234567890", None, "+1234567890"),
            ("11234567890", Some("US"), "+11234567890"),
            ("1234567890", Some("US"), "+1234567890"),
            ("212 535 7710", Some("США"), "+2125357710"),
        ] {
            assert_eq!(e164(raw, country).as_deref(), Some(expected), "{raw} in {country:?}");
            assert!(!is_valid(raw, country), "{raw}");
        }
    }

    #[test]
    fn refuses_what_is_no_number() {
        let long = "1".repeat(2_000_000);
        for raw in [
            "",
            " ",
            "+",
            "1",
            "abc",
            "j.smith@example.com",
            "1-800-FLOWERS",
            "+1 212 535 7710 ext. 5",
            "+1 212 535 7710, +1 212 535 7711",
            "+1+2125357710",
            "+0 212 535 7710",
            "+999 212 535 7710",
            "+1234567890123456",
            "12345678901234567890",
            long.as_str(),
        ] {
            assert_eq!(e164(raw, None), None, "{raw:.40}");
        }
        assert_eq!(e164("+1 212 535 7710", Some("AQ")).as_deref(), Some("+12125357710"));
        assert_eq!(e164("535 7710", Some("AQ")), None);
    }

    #[test]
    fn valid_is_what_a_plan_knows() {
        assert!(is_valid("+13155550175", None));
        assert!(is_valid("2125357710", Some("US")));
        assert!(!is_valid("+10000000000", None));
        assert!(!is_valid("nobody", Some("US")));
    }

    #[test]
    fn shows_little_in_logs() {
        let phone = Phone::parse("+12125357710", None).unwrap();
        assert_eq!(phone.digits(), "12125357710");
        assert_eq!(phone.calling_code(), "1");
        assert_eq!(phone.masked(), "+1******10");
        assert_eq!(format!("{phone:?}"), "Phone(+1******10)");
        assert_eq!(Phone::parse("+380501234567", None).unwrap().masked(), "+380******67");
    }

    /// Countries that have a numbering plan, and some that have none.
    fn country() -> impl Strategy<Value = Option<String>> {
        let mut all: Vec<_> = DATABASE.iter().map(|plan| Some(plan.id().to_owned())).collect();
        all.sort();
        all.extend([None, Some("AQ".into()), Some("xx".into()), Some("é".into())]);
        prop::sample::select(all)
    }

    /// Example numbers of every plan, as E.164 digits.
    fn example() -> impl Strategy<Value = String> {
        let mut all: Vec<_> = DATABASE
            .iter()
            .flat_map(|plan| {
                let kinds = plan.descriptors();
                [kinds.mobile(), kinds.fixed_line(), kinds.toll_free()]
                    .into_iter()
                    .filter_map(|kind| kind?.example())
                    .map(|national| format!("{}{national}", plan.country_code()))
            })
            .filter(|digits| digits.len() <= MAX_DIGITS)
            .collect();
        all.sort();
        prop::sample::select(all)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn its_own_form_is_read_back(raw in "[+]?[0-9]{5,17}", country in country(), other in country()) {
            if let Some(phone) = Phone::parse(&raw, country.as_deref()) {
                let again = Phone::parse(phone.e164(), other.as_deref());
                prop_assert_eq!(again.map(|phone| phone.e164), Some(phone.e164));
            }
        }

        #[test]
        fn examples_stay_as_they_are(digits in example(), other in country()) {
            let plus = format!("+{digits}");
            prop_assert_eq!(e164(&plus, other.as_deref()), Some(plus));
        }

        #[test]
        fn formatting_changes_nothing(
            digits in example(),
            noise in prop::collection::vec("[ ().\u{A0}/\u{2013}-]{0,2}", 16),
            country in country(),
        ) {
            let mut typed = noise[15].clone();
            typed.push('+');
            for (digit, noise) in digits.chars().zip(&noise) {
                typed.push(digit);
                typed.push_str(noise);
            }
            if typed.len() <= MAX_RAW {
                prop_assert_eq!(e164(&typed, country.as_deref()), e164(&format!("+{digits}"), None));
            }
        }

        #[test]
        fn a_number_that_was_read_is_read_the_same_ever_after(
            head in "(\\+|00|011|tel:|\u{FF0B})?",
            body in "[0-9٠-٩०-९０-９ ()./\u{2013}\u{A0}-]{4,22}",
            country in country(),
            other in country(),
        ) {
            if let Some(phone) = Phone::parse(&format!("{head}{body}"), country.as_deref()) {
                prop_assert!(phone.e164().strip_prefix('+').is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit())));
                prop_assert!(phone.digits().starts_with(phone.calling_code()));
                for again in [country.as_deref(), other.as_deref(), None] {
                    prop_assert_eq!(e164(phone.e164(), again), Some(phone.e164().to_owned()));
                }
            }
        }

        #[test]
        fn a_countrys_own_number_is_read_with_its_code_or_without(digits in example(), other in country()) {
            let phone = Phone::parse(&format!("+{digits}"), None).unwrap();
            prop_assume!(phone.exists());
            let written = [format!("00{digits}"), format!("tel:+{digits}"), format!(" + {digits}")];
            for raw in written {
                prop_assert_eq!(e164(&raw, other.as_deref()), Some(format!("+{digits}")));
            }
            prop_assert_eq!(e164(&digits, None), Some(format!("+{digits}")));
        }

        #[test]
        fn never_panics(raw in any::<String>(), country in country()) {
            let _ = Phone::parse(&raw, country.as_deref());
        }

        #[test]
        fn never_panics_on_digits(raw in "(\\+|00|011|tel:)?[0-9 ()+-]{0,20}", country in country()) {
            if let Some(phone) = Phone::parse(&raw, country.as_deref()) {
                prop_assert!((MIN_DIGITS..=MAX_DIGITS).contains(&phone.digits().len()));
                let _ = (phone.masked(), phone.exists());
            }
        }
    }
}
