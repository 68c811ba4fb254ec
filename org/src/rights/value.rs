//! Values of rights: read leniently, written exactly.

use std::fmt;
use std::net::IpAddr;

use serde_json::{Value as Json, json};

use super::right::Kind;

/// Most ids in one list.
const MAX_IDS: usize = 10_000;
/// Most addresses in one list.
const MAX_TEXTS: usize = 200;
/// Most past days that can be asked for: a hundred years.
const MAX_DAYS: i64 = 36_525;

/// The value of a right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Of a flag.
    Flag(bool),
    /// A count of days, or one id.
    Number(i64),
    /// Ids, ascending, each once.
    Ids(Vec<i64>),
    /// Addresses, as they were given.
    Texts(Vec<String>),
}

/// Why a value was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadValue {
    /// No right has this name. Long names are cut.
    UnknownRight(String),
    /// The right takes other values.
    Expected {
        /// The right.
        slug: &'static str,
        /// What it takes.
        what: &'static str,
    },
}

impl fmt::Display for BadValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownRight(slug) => write!(f, "{slug}: no such permission"),
            Self::Expected { slug, what } => write!(f, "{slug}: {what} expected"),
        }
    }
}

impl std::error::Error for BadValue {}

impl Value {
    /// Reads a value as clients send it: a flag as `true`, `1`, `"1"`, `"true"`; a number in quotes; a list as
    /// such, as a single value, as text with commas, as `""` when empty, its ids also as `{"id": 1}`.
    ///
    /// The error says what is expected instead.
    pub fn parse(kind: Kind, json: &Json) -> Result<Self, &'static str> {
        match kind {
            Kind::LastDaysCount => {
                let days = number(json).filter(|days| (-1..=MAX_DAYS).contains(days));
                days.map(Self::Number).ok_or("a number of days, or -1,")
            }
            Kind::AllowedId => {
                let id = number(json).filter(|id| *id >= 0);
                id.map(Self::Number).ok_or("an id")
            }
            Kind::AllowedIds => ids(json).map(Self::Ids).ok_or("a list of ids"),
            Kind::AllowedIp => texts(json).map(Self::Texts).ok_or("a list of IP addresses"),
            _ => flag(json).map(Self::Flag).ok_or("true or false"),
        }
    }

    /// The value as the flat form shows it.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Flag(on) => json!(on),
            Self::Number(number) => json!(number),
            Self::Ids(ids) => json!(ids),
            Self::Texts(texts) => json!(texts),
        }
    }

    /// The value as lists of slugs and values show it: addresses are one text with commas there.
    pub fn to_listed_json(&self) -> Json {
        match self {
            Self::Texts(texts) => json!(texts.join(",")),
            _ => self.to_json(),
        }
    }
}

fn flag(json: &Json) -> Option<bool> {
    match json {
        Json::Bool(on) => Some(*on),
        Json::Number(_) => match number(json)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
        Json::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Some(true),
            "" | "0" | "false" | "no" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn number(json: &Json) -> Option<i64> {
    match json {
        Json::Number(number) => number.as_i64().or_else(|| {
            // 5.0 is what some languages write for 5.
            let text = number.to_string();
            text.strip_suffix(".0")?.parse().ok()
        }),
        Json::String(text) if text.trim().is_empty() => Some(0),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The members of a list, whatever form it came in.
fn members(json: &Json) -> Option<Vec<Json>> {
    match json {
        Json::Array(members) => Some(members.clone()),
        // What PHP makes of an empty list.
        Json::Object(none) if none.is_empty() => Some(Vec::new()),
        Json::String(text) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Some(parts.map(|part| json!(part)).collect())
        }
        Json::Number(_) => Some(vec![json.clone()]),
        _ => None,
    }
}

fn ids(json: &Json) -> Option<Vec<i64>> {
    let id = |member: &Json| number(member.get("id").unwrap_or(member)).filter(|id| *id >= 0);
    let mut ids: Vec<i64> = members(json)?.iter().map(id).collect::<Option<_>>()?;
    // 0 stands for all, as does the empty list.
    ids.retain(|id| *id != 0);
    ids.sort_unstable();
    ids.dedup();
    (ids.len() <= MAX_IDS).then_some(ids)
}

fn texts(json: &Json) -> Option<Vec<String>> {
    let text =
        |member: &Json| member.as_str().map(|text| text.trim().to_owned()).filter(|text| is_network(text));
    let mut texts: Vec<String> = Vec::new();
    for member in members(json)? {
        let text = text(&member)?;
        if !texts.contains(&text) {
            texts.push(text);
        }
        if texts.len() > MAX_TEXTS {
            return None;
        }
    }
    Some(texts)
}

/// An address (`192.0.2.7`), or a network (`192.0.2.0/24`).
fn is_network(text: &str) -> bool {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let most = if address.is_ipv4() { 32 } else { 128 };
    bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= most))
}
