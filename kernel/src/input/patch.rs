//! Absent is not null.

use serde::{Deserialize, Deserializer};

/// A field of a change: left out, set to nothing, or set. Needs `#[serde(default)]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Patch<T> {
    /// Not sent: stays.
    #[default]
    Absent,
    /// Sent as null: emptied.
    Null,
    /// Sent.
    Set(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Patch::Null, Patch::Set))
    }
}

impl<T> Patch<T> {
    /// The value sent, if any.
    pub fn as_ref(&self) -> Option<&T> {
        match self {
            Patch::Set(value) => Some(value),
            Patch::Absent | Patch::Null => None,
        }
    }

    /// What the field becomes: `old` when absent, the default when null.
    pub fn apply(self, old: T) -> T
    where
        T: Default,
    {
        match self {
            Patch::Absent => old,
            Patch::Null => T::default(),
            Patch::Set(value) => value,
        }
    }
}
