//! Reading rows, the same from both databases.

use crate::{Error, Result};

/// One row of an answer, read by position.
#[derive(Debug)]
pub enum Row<'a> {
    /// From SQLite.
    #[doc(hidden)]
    Sqlite(&'a rusqlite::Row<'a>),
    /// From PostgreSQL.
    #[doc(hidden)]
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The value in column `at`, counted from 0.
    #[inline]
    pub fn get<T: Cell>(&self, at: usize) -> Result<T> {
        T::read(self, at)
    }
}

/// A type that a column can be read as.
pub trait Cell: Sized {
    /// Reads column `at`.
    fn read(row: &Row<'_>, at: usize) -> Result<Self>;
}

/// A type that a row can be read as. [`row!`](crate::row!) makes one of a struct.
pub trait FromRow: Sized {
    /// Reads the row.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

/// A PostgreSQL integer of any width.
struct AnyInt(i64);

impl<'a> tokio_postgres::types::FromSql<'a> for AnyInt {
    fn from_sql(
        ty: &tokio_postgres::types::Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        use tokio_postgres::types::Type;
        Ok(AnyInt(match *ty {
            Type::INT2 => i16::from_sql(ty, raw)?.into(),
            Type::INT4 => i32::from_sql(ty, raw)?.into(),
            Type::BOOL => bool::from_sql(ty, raw)?.into(),
            _ => i64::from_sql(ty, raw)?,
        }))
    }

    fn accepts(ty: &tokio_postgres::types::Type) -> bool {
        use tokio_postgres::types::Type;
        matches!(*ty, Type::INT2 | Type::INT4 | Type::INT8 | Type::BOOL)
    }
}

impl Cell for Option<i64> {
    #[inline]
    fn read(row: &Row<'_>, at: usize) -> Result<Self> {
        match row {
            Row::Sqlite(row) => Ok(row.get(at)?),
            Row::Postgres(row) => Ok(row.try_get::<_, Option<AnyInt>>(at)?.map(|v| v.0)),
        }
    }
}

impl Cell for Option<bool> {
    #[inline]
    fn read(row: &Row<'_>, at: usize) -> Result<Self> {
        Ok(Option::<i64>::read(row, at)?.map(|v| v != 0))
    }
}

macro_rules! cell {
    ($($type:ty),*) => {$(
        impl Cell for Option<$type> {
            #[inline]
            fn read(row: &Row<'_>, at: usize) -> Result<Self> {
                match row {
                    Row::Sqlite(row) => Ok(row.get(at)?),
                    Row::Postgres(row) => Ok(row.try_get(at)?),
                }
            }
        }
    )*};
}
cell!(String, f64, Vec<u8>);

macro_rules! never_null {
    ($($type:ty),*) => {$(
        impl Cell for $type {
            #[inline]
            fn read(row: &Row<'_>, at: usize) -> Result<Self> {
                Option::<$type>::read(row, at)?
                    .ok_or_else(|| Error::Other(format!("column {at} is NULL")))
            }
        }
        impl FromRow for $type {
            fn from_row(row: &Row<'_>) -> Result<Self> { row.get(0) }
        }
        impl FromRow for Option<$type> {
            fn from_row(row: &Row<'_>) -> Result<Self> { row.get(0) }
        }
    )*};
}
never_null!(i64, bool, String, f64, Vec<u8>);

macro_rules! tuples {
    ($($name:ident $at:tt),*) => {
        impl<$($name: Cell),*> FromRow for ($($name,)*) {
            fn from_row(row: &Row<'_>) -> Result<Self> { Ok(($(row.get::<$name>($at)?,)*)) }
        }
    };
}
tuples!(A 0);
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);

/// A struct that is a row: declares it, its column list `COLUMNS`, and how it is read.
///
/// ```
/// db::row! {
///     /// A chain of locations.
///     pub struct Chain {
///         pub id: i64,
///         pub title: String,
///     }
/// }
/// assert_eq!(Chain::COLUMNS, "id, title");
/// ```
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident : $type:ty),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type),* }

        impl $name {
            /// The columns, in the order in which they are read.
            $vis const COLUMNS: &'static str = $crate::columns!($($field),*);
        }

        impl $crate::FromRow for $name {
            fn from_row(row: &$crate::Row<'_>) -> $crate::Result<Self> {
                let mut at = 0..;
                // The range never ends, so the default never shows.
                let mut next = || at.next().unwrap_or_default();
                Ok(Self { $($field: row.get::<$type>(next())?),* })
            }
        }
    };
}

/// `columns!(a, b)` is `"a, b"`.
#[doc(hidden)]
#[macro_export]
macro_rules! columns {
    ($first:ident $(, $rest:ident)*) => { concat!(stringify!($first) $(, ", ", stringify!($rest))*) };
}
