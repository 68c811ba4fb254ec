//! The rights of one user at one location.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::right::{Kind, RightId, Sense};
use super::role::Role;
use super::table::COUNT;
use super::value::{BadValue, Value};

/// A set of rights, asked on every request: one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Bits([u64; COUNT.div_ceil(64)]);

impl Bits {
    fn has(&self, id: RightId) -> bool {
        self.0[id.index() / 64] >> (id.index() % 64) & 1 == 1
    }

    fn put(&mut self, id: RightId, on: bool) {
        let bit = 1 << (id.index() % 64);
        if on {
            self.0[id.index() / 64] |= bit;
        } else {
            self.0[id.index() / 64] &= !bit;
        }
    }
}

/// What a list of ids, or a single id, lets a user see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Everything.
    All,
    /// These only; possibly none.
    Only(Cow<'a, [i64]>),
}

impl Scope<'_> {
    /// Whether a thing of that id is within.
    pub fn has(&self, id: i64) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(&id),
        }
    }

    fn is_within(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::All) => true,
            (Self::All, Self::Only(_)) => false,
            (Self::Only(ids), other) => ids.iter().all(|id| other.has(*id)),
        }
    }
}

/// The rights of one user at one location: a role, and what differs from the role's defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grants {
    role: Role,
    /// Flags as they are stored.
    stored: Bits,
    /// Flags as they count: on only if everything above is on.
    counting: Bits,
    /// Values of other rights than flags, where they differ from the role's default.
    values: BTreeMap<RightId, Value>,
}

impl Grants {
    /// The rights that a role starts with.
    pub fn of_role(role: Role) -> Self {
        let mut grants =
            Self { role, stored: Bits::default(), counting: Bits::default(), values: BTreeMap::new() };
        for id in RightId::all() {
            if let Value::Flag(on) = id.right().default_of(role) {
                grants.stored.put(id, on);
            }
        }
        grants.recount();
        grants
    }

    /// The role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Whether the user has the right: the flag is on, and so is every flag it depends on. The owner has every
    /// right. For a flag that restricts (`finances_accounts_limited_access`) it says whether the restriction
    /// holds; it never holds for the owner. For a right that is no flag: whether what it depends on is on.
    pub fn has(&self, id: RightId) -> bool {
        if id.right().kind.is_flag() { self.counting.has(id) } else { self.reaches(id) }
    }

    /// [`Grants::has`] by name; an unknown name is a right nobody has.
    pub fn allows(&self, slug: &str) -> bool {
        RightId::of(slug).is_some_and(|id| self.has(id))
    }

    /// The value as it is stored, whatever the right depends on.
    pub fn value(&self, id: RightId) -> Value {
        let right = id.right();
        match self.values.get(&id) {
            Some(value) => value.clone(),
            None if right.kind.is_flag() => Value::Flag(self.stored.has(id)),
            None => right.default_of(self.role),
        }
    }

    /// [`Grants::value`] by name.
    pub fn get(&self, slug: &str) -> Option<Value> {
        RightId::of(slug).map(|id| self.value(id))
    }

    /// The value as it counts: a flag is off when something it depends on is off.
    pub fn counting_value(&self, id: RightId) -> Value {
        if id.right().kind.is_flag() { Value::Flag(self.counting.has(id)) } else { self.value(id) }
    }

    /// How many past days a count lets the user see: `None` for no limit, `Some(0)` for today only.
    pub fn days(&self, id: RightId) -> Option<i64> {
        match self.value(id) {
            Value::Number(days) if days != id.right().unlimited && days >= 0 => Some(days),
            _ => None,
        }
    }

    /// Which ids a list, or a single id, lets the user see. Empty (0) means all, unless the right stands under a
    /// restriction that holds: then it means none.
    pub fn scope(&self, id: RightId) -> Scope<'_> {
        let ids: Cow<'_, [i64]> = match self.values.get(&id) {
            Some(Value::Ids(ids)) => Cow::Borrowed(ids),
            Some(Value::Number(one)) if *one != 0 => Cow::Owned(vec![*one]),
            _ => Cow::Borrowed(&[]),
        };
        let restricted = id.parent().is_some_and(|parent| restricts(parent) && self.has(parent));
        if ids.is_empty() && !restricted { Scope::All } else { Scope::Only(ids) }
    }

    /// Sets a value, read as leniently as [`Value::parse`] does; null is the role's default. A twin is the
    /// right itself. The owner's rights stay full: a value for them is checked and then left aside, except for
    /// preferences.
    pub fn set(&mut self, slug: &str, json: &Json) -> Result<(), BadValue> {
        let Some(id) = RightId::of(slug) else {
            return Err(BadValue::UnknownRight(slug.chars().take(80).collect()));
        };
        let right = id.right();
        let value = if json.is_null() {
            right.default_of(self.role)
        } else {
            Value::parse(right.kind, json).map_err(|what| BadValue::Expected { slug: right.slug, what })?
        };
        if self.role != Role::Owner || right.is_personal {
            self.put(id, value);
            self.recount();
        }
        Ok(())
    }

    fn put(&mut self, id: RightId, value: Value) {
        match value {
            Value::Flag(on) => self.stored.put(id, on),
            value if value == id.right().default_of(self.role) => drop(self.values.remove(&id)),
            value => drop(self.values.insert(id, value)),
        }
    }

    fn recount(&mut self) {
        // Parents come first in the table, so one pass is enough.
        for id in RightId::all() {
            let owned = self.role == Role::Owner && !id.right().is_personal;
            let above = || id.parent().is_none_or(|parent| self.counting.has(parent));
            let on = self.stored.has(id) && (owned || above());
            self.counting.put(id, on);
        }
    }

    /// Whether what a right depends on is on. Lists under a restriction are reached with the restriction off too.
    fn reaches(&self, id: RightId) -> bool {
        let Some(parent) = id.parent() else { return true };
        if !id.right().kind.is_flag() && restricts(parent) {
            return self.reaches(parent);
        }
        self.role == Role::Owner || self.has(parent)
    }

    /// The rights in which these grants exceed another's, by slug: nobody may give more than he has himself.
    /// Empty if there are none, as always when the other is an owner. Preferences do not count, roles
    /// are to be compared by [`Role::weight`].
    pub fn within(&self, other: &Self) -> Vec<&'static str> {
        if other.role == Role::Owner {
            return Vec::new();
        }
        RightId::all().filter(|id| self.exceeds(other, *id)).map(|id| id.right().slug).collect()
    }

    /// Takes away in which these grants exceed another's: each such right gets the other's own value.
    pub fn limit_to(&mut self, other: &Self) {
        for slug in self.within(other) {
            if let Some(value) = other.get(slug) {
                // A value that the other holds is a value of this right.
                let _ = self.set(slug, &value.to_json());
            }
        }
    }

    fn exceeds(&self, other: &Self, id: RightId) -> bool {
        let right = id.right();
        if right.sense == Sense::Neutral || !self.reaches(id) {
            return false;
        }
        match right.kind {
            Kind::LastDaysCount => match (self.days(id), other.days(id)) {
                _ if !other.reaches(id) => false,
                (_, None) => false,
                (None, Some(_)) => true,
                (Some(own), Some(others)) => own > others,
            },
            Kind::AllowedId | Kind::AllowedIds => {
                other.reaches(id) && !self.scope(id).is_within(&other.scope(id))
            }
            Kind::AllowedIp => {
                let restricted = |grants: &Self| id.parent().is_some_and(|parent| grants.has(parent));
                let (Value::Texts(own), Value::Texts(others)) = (self.value(id), other.value(id)) else {
                    return false;
                };
                restricted(self) && restricted(other) && own.iter().any(|address| !others.contains(address))
            }
            _ if right.sense == Sense::Restricts => other.has(id) && !self.has(id),
            _ => {
                // What is given under a restriction is no more than having no such restriction.
                let free = id
                    .parent()
                    .is_some_and(|parent| restricts(parent) && other.reaches(parent) && !other.has(parent));
                self.has(id) && !other.has(id) && !free
            }
        }
    }

    /// What differs from the role's defaults, as JSON text for storage; the role is stored beside it.
    pub fn to_json(&self) -> String {
        let differences = RightId::all().filter_map(|id| {
            let (value, right) = (self.value(id), id.right());
            (value != right.default_of(self.role)).then(|| (right.slug.to_owned(), value.to_json()))
        });
        Json::Object(differences.collect::<Map<_, _>>()).to_string()
    }

    /// Reads [`Grants::to_json`]. A name that is unknown (of a newer or older server) is passed over, a value that
    /// does not fit gives the least the right can give. An error only if the text is no JSON object.
    pub fn from_json(role: Role, text: &str) -> Result<Self, serde_json::Error> {
        let stored: Map<String, Json> = serde_json::from_str(text)?;
        let mut grants = Self::of_role(role);
        for (slug, json) in &stored {
            let Some(id) = RightId::of(slug) else { continue };
            let right = id.right();
            if role != Role::Owner || right.is_personal {
                let value = Value::parse(right.kind, json).unwrap_or_else(|_| right.no_access());
                grants.put(id, value);
            }
        }
        grants.recount();
        Ok(grants)
    }
}

fn restricts(id: RightId) -> bool {
    id.right().sense == Sense::Restricts
}
