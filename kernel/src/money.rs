//! Money on the wire: a number with at most two digits behind the point. Within it is a count of hundredths, so
//! that nothing is ever lost to rounding.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// An amount in hundredths of a currency; also a percentage in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(pub i64);

impl Money {
    /// Hundredths at the most: every amount up to it is written as a JSON number without loss.
    pub const MOST: i64 = 100_000_000_000_000;

    /// Reads a decimal number: digits, a point or comma, at most two digits that count behind it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, part) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
        let part = part.trim_end_matches('0');
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && part.is_empty()) || !plain(whole) || !plain(part) || part.len() > 2 {
            return None;
        }
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let part: i64 = format!("{part:0<2}").parse().ok()?;
        let hundredths = whole.checked_mul(100)?.checked_add(part)?;
        (hundredths <= Self::MOST).then_some(Self(if negative { -hundredths } else { hundredths }))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        if part == 0 { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{part:02}") }
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 {
            return serializer.serialize_i64(self.0 / 100);
        }
        // The nearest double of a number with so few digits is written with just these digits again.
        serializer.serialize_f64(self.to_string().parse().map_err(serde::ser::Error::custom)?)
    }
}

struct Reader;

impl Visitor<'_> for Reader {
    type Value = Money;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount of money")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Money, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Money, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Money, E> {
        // The shortest digits that mean this number: those that were sent.
        self.visit_str(&number.to_string())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Money, E> {
        Money::parse(text).ok_or_else(|| E::custom("not an amount"))
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::Money;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn amounts_are_read_exactly() {
        for (text, hundredths) in
            [("999.99", 99_999), ("0.1", 10), ("-3", -300), (".5", 50), ("1300.00", 130_000), ("7,25", 725)]
        {
            assert_eq!(Money::parse(text), Some(Money(hundredths)), "{text}");
        }
        for text in ["", "-", ".", "1.234", "1e3", "a", "9999999999999999999", "1000000000000.01", "1.2.3"] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
        assert_eq!(serde_json::from_value::<Money>(json!(0.29)).ok(), Some(Money(29)));
        assert_eq!(serde_json::to_string(&Money(99_999)).ok().as_deref(), Some("999.99"));
        assert_eq!(serde_json::to_string(&Money(130_000)).ok().as_deref(), Some("1300"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(hundredths in -Money::MOST..=Money::MOST) {
            let written = serde_json::to_string(&Money(hundredths)).expect("a number");
            prop_assert_eq!(serde_json::from_str::<Money>(&written).ok(), Some(Money(hundredths)));
        }
    }
}
