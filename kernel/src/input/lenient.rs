//! Reading a tree into a type that decides how each value is understood.

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};
use serde_json::Value;

use super::alias;
use crate::{Error, Message, Problems, Result};

/// Fields reported at once, at the most.
const PROBLEMS: usize = 50;

/// Reads a tree into a type. Every field that can't be read is named; one look at the input serves the client
/// for all of them.
///
/// # Errors
/// 422 with the fields' paths.
pub fn from_value<T: DeserializeOwned>(mut tree: Value) -> Result<T> {
    let mut problems = Problems::new();
    for _ in 0..PROBLEMS {
        match T::deserialize(Lens { value: &tree }) {
            Ok(read) => return problems.done().map(|()| read),
            Err(problem) => {
                problems.add(problem.field(), problem.message.clone());
                // Reading goes on without the bad value, to find the next one.
                if !remove(&mut tree, &problem.path) {
                    break;
                }
            }
        }
    }
    Err(problems.done().err().unwrap_or_else(|| Error::internal("an input that reads and does not")))
}

fn remove(tree: &mut Value, path: &[String]) -> bool {
    let Some((last, parents)) = path.split_last() else { return false };
    let mut at = tree;
    for step in parents {
        let next = match at {
            Value::Object(map) => map.get_mut(step),
            Value::Array(items) => step.parse::<usize>().ok().and_then(|i| items.get_mut(i)),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => return false,
        }
    }
    match at {
        Value::Object(map) => map.remove(last).is_some(),
        Value::Array(items) => {
            last.parse::<usize>().ok().filter(|i| *i < items.len()).map(|i| items.remove(i)).is_some()
        }
        _ => false,
    }
}

/// What can't be read, and where.
#[derive(Debug)]
struct Problem {
    path: Vec<String>,
    message: Message,
}

impl Problem {
    fn new(message: &'static str) -> Self {
        Self { path: Vec::new(), message: Message::new(message) }
    }

    fn within(mut self, step: &str) -> Self {
        self.path.insert(0, step.to_owned());
        self
    }

    fn field(&self) -> String {
        let field = self.path.join(".");
        // A field may be named "", which nobody could tell from no field at all.
        if field.is_empty() { "body".to_owned() } else { field }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message.name())
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    fn custom<M: std::fmt::Display>(_: M) -> Self {
        Problem::new("field-invalid")
    }

    fn missing_field(field: &'static str) -> Self {
        Problem::new("field-required").within(field)
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Problem::new("field-choice")
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Problem::new("field-unknown").within(field)
    }
}

/// A value, seen as whatever the type asks for.
struct Lens<'a> {
    value: &'a Value,
}

impl Lens<'_> {
    fn integer(&self) -> std::result::Result<i64, Problem> {
        let problem = || Problem::new("field-integer");
        match self.value {
            Value::Number(n) => n.as_i64().or_else(|| whole(n.as_f64()?)).ok_or_else(problem),
            Value::String(s) => {
                let s = s.trim();
                s.parse().ok().or_else(|| whole(s.parse().ok()?)).ok_or_else(problem)
            }
            Value::Bool(b) => Ok(i64::from(*b)),
            _ => Err(problem()),
        }
    }
}

/// A whole number written with a fraction of zero.
#[allow(clippy::cast_possible_truncation, reason = "checked to be whole and well within range")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9.0e15).then_some(number as i64)
}

macro_rules! integers {
    ($($method:ident $visit:ident $type:ty),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
            let number = <$type>::try_from(self.integer()?).map_err(|_| Problem::new("field-integer"))?;
            visitor.$visit(number)
        }
    )*};
}

impl<'de> Deserializer<'de> for Lens<'de> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(b) => visitor.visit_bool(*b),
            Value::Number(n) => match (n.as_i64(), n.as_f64()) {
                (Some(n), _) => visitor.visit_i64(n),
                (None, Some(n)) => visitor.visit_f64(n),
                (None, None) => Err(Problem::new("field-number")),
            },
            Value::String(_) => self.deserialize_str(visitor),
            Value::Array(items) => visitor.visit_seq(Items { items: items.iter(), at: 0 }),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        let flag = match self.value {
            Value::Bool(b) => Some(*b),
            Value::Number(n) => match n.as_f64() {
                Some(0.0) => Some(false),
                Some(1.0) => Some(true),
                _ => None,
            },
            Value::String(s) => match s.trim().to_ascii_lowercase().as_str() {
                "1" | "true" | "yes" | "on" => Some(true),
                "0" | "false" | "no" | "off" | "" => Some(false),
                _ => None,
            },
            _ => None,
        };
        visitor.visit_bool(flag.ok_or_else(|| Problem::new("field-boolean"))?)
    }

    integers!(
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64
    );

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        let number = match self.value {
            Value::Number(n) => n.as_f64(),
            Value::String(s) => s.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|n: &f64| n.is_finite()).ok_or_else(|| Problem::new("field-number"))?;
        visitor.visit_f64(number)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        match self.value {
            // PostgreSQL takes no NUL in text, and no person types one.
            Value::String(s) if s.contains('\0') => Err(Problem::new("field-text")),
            Value::String(s) => visitor.visit_borrowed_str(s),
            Value::Number(n) => visitor.visit_string(n.to_string()),
            Value::Bool(b) => visitor.visit_str(if *b { "1" } else { "0" }),
            _ => Err(Problem::new("field-text")),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> std::result::Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        match self.value {
            Value::Array(items) => visitor.visit_seq(Items { items: items.iter(), at: 0 }),
            // `ids[0]=1&ids[1]=2`, or one thing where a list of them is meant.
            Value::Object(map) => {
                let numbered = map.iter().map(|(key, value)| key.parse::<u32>().map(|at| (at, value)));
                let Ok(mut numbered) = numbered.collect::<std::result::Result<Vec<_>, _>>() else {
                    return visitor.visit_seq(Items { items: std::iter::once(self.value), at: 0 }).map_err(
                        |mut problem| {
                            // It was sent without a place in a list.
                            if !problem.path.is_empty() {
                                problem.path.remove(0);
                            }
                            if problem.path.is_empty() { Problem::new("field-list") } else { problem }
                        },
                    );
                };
                numbered.sort_by_key(|(at, _)| *at);
                let items: Vec<&Value> = numbered.into_iter().map(|(_, value)| value).collect();
                visitor.visit_seq(Items { items: items.into_iter(), at: 0 })
            }
            // `ids=1,2`
            Value::String(text) if text.contains('\0') => Err(Problem::new("field-text")),
            Value::String(text) => {
                let parts: Vec<Value> = text
                    .split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(|part| Value::String(part.to_owned()))
                    .collect();
                visitor.visit_seq(Owned { items: parts.into_iter() })
            }
            Value::Null => visitor.visit_seq(Items { items: [].iter(), at: 0 }),
            one => visitor.visit_seq(Items { items: std::iter::once(one), at: 0 }).map_err(|mut problem| {
                if !problem.path.is_empty() {
                    problem.path.remove(0);
                }
                problem
            }),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        match self.value {
            Value::Object(map) if map.keys().any(|key| key.contains('\0')) => Err(Problem::new("field-text")),
            Value::Object(map) => {
                let fields: Vec<(&str, &str, &Value)> =
                    map.iter().map(|(k, v)| (k.as_str(), k.as_str(), v)).collect();
                visitor.visit_map(Fields { fields: fields.into_iter(), next: None })
            }
            // Languages without a type for it send an empty object as an empty list.
            Value::Array(items) if items.is_empty() => {
                visitor.visit_map(Fields { fields: Vec::new().into_iter(), next: None })
            }
            _ => Err(Problem::new("field-object")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        expected: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Problem> {
        let Value::Object(map) = self.value else { return self.deserialize_map(visitor) };
        let mut fields: Vec<(&str, &str, &Value)> = Vec::with_capacity(map.len());
        // What is named as expected comes first: an alias never overwrites it.
        for (key, value) in map {
            if expected.contains(&key.as_str()) {
                fields.push((key, key, value));
            }
        }
        for (key, value) in map {
            if expected.contains(&key.as_str()) {
                continue;
            }
            let meant = expected
                .iter()
                .find(|name| !fields.iter().any(|(n, ..)| n == *name) && alias::same(key, name));
            fields.push((meant.copied().unwrap_or(key), key, value));
        }
        visitor.visit_map(Fields { fields: fields.into_iter(), next: None })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Problem> {
        match self.value {
            Value::String(name) => visitor.visit_enum(Unit { name: name.clone() }),
            Value::Number(name) => visitor.visit_enum(Unit { name: name.to_string() }),
            _ => Err(Problem::new("field-choice")),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { i128 u128 bytes byte_buf unit_struct tuple tuple_struct identifier }
}

impl<'de> IntoDeserializer<'de, Problem> for Lens<'de> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

struct Items<I> {
    items: I,
    at: usize,
}

impl<'de, I: Iterator<Item = &'de Value>> SeqAccess<'de> for Items<I> {
    type Error = Problem;
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> std::result::Result<Option<T::Value>, Problem> {
        let Some(value) = self.items.next() else { return Ok(None) };
        let at = self.at;
        self.at += 1;
        seed.deserialize(Lens { value }).map(Some).map_err(|p| p.within(&at.to_string()))
    }
}

/// Items cut out of a text.
struct Owned {
    items: std::vec::IntoIter<Value>,
}

impl<'de> SeqAccess<'de> for Owned {
    type Error = Problem;
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> std::result::Result<Option<T::Value>, Problem> {
        let Some(value) = self.items.next() else { return Ok(None) };
        // The list as a whole is at fault: the part has no place of its own in the input.
        seed.deserialize(OwnedLens { value }).map(Some)
    }
}

struct OwnedLens {
    value: Value,
}

impl<'de> Deserializer<'de> for OwnedLens {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        visitor.visit_str(self.value.as_str().unwrap_or_default())
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        visitor.visit_i64(Lens { value: &self.value }.integer()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Problem> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Problem> {
        visitor.visit_enum(Unit { name: self.value.as_str().unwrap_or_default().to_owned() })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> std::result::Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// Fields of an object: the name expected, the name sent (for errors), the value.
struct Fields<'de> {
    fields: std::vec::IntoIter<(&'de str, &'de str, &'de Value)>,
    next: Option<(&'de str, &'de Value)>,
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> std::result::Result<Option<K::Value>, Problem> {
        let Some((name, sent, value)) = self.fields.next() else { return Ok(None) };
        self.next = Some((sent, value));
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> std::result::Result<V::Value, Problem> {
        let Some((sent, value)) = self.next.take() else { return Err(Problem::new("field-invalid")) };
        seed.deserialize(Lens { value }).map_err(|p| p.within(sent))
    }
}

/// An enum's variant without content.
struct Unit {
    name: String,
}

impl<'de> EnumAccess<'de> for Unit {
    type Error = Problem;
    type Variant = Self;
    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> std::result::Result<(V::Value, Self), Problem> {
        let variant = seed.deserialize(StrDeserializer::new(&self.name))?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Unit {
    type Error = Problem;
    fn unit_variant(self) -> std::result::Result<(), Problem> {
        Ok(())
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> std::result::Result<T::Value, Problem> {
        Err(Problem::new("field-choice"))
    }
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> std::result::Result<V::Value, Problem> {
        Err(Problem::new("field-choice"))
    }
    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> std::result::Result<V::Value, Problem> {
        Err(Problem::new("field-choice"))
    }
}

#[cfg(test)]
mod tests;
