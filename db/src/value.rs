//! A parameter's value.

use std::rc::Rc;

/// What goes into a statement. Booleans are 0/1 (SQLite has no other), instants milliseconds, money minor units.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// Any integer column.
    Int(i64),
    /// A coordinate or the like; never money.
    Real(f64),
    /// Text, also JSON.
    Text(String),
    /// Bytes (a hash).
    Blob(Vec<u8>),
    /// One parameter for any number of ids: [`Sql::among`](crate::Sql::among).
    Ids(Vec<i64>),
}

macro_rules! from {
    ($($type:ty => |$v:ident| $value:expr),* $(,)?) => {
        $(impl From<$type> for Value { fn from($v: $type) -> Self { $value } })*
    };
}

from! {
    i64 => |v| Value::Int(v),
    i32 => |v| Value::Int(v.into()),
    u32 => |v| Value::Int(v.into()),
    bool => |v| Value::Int(v.into()),
    f64 => |v| Value::Real(v),
    String => |v| Value::Text(v),
    &String => |v| Value::Text(v.clone()),
    &str => |v| Value::Text(v.to_owned()),
    Vec<u8> => |v| Value::Blob(v),
    &[u8] => |v| Value::Blob(v.to_vec()),
    &[u8; 32] => |v| Value::Blob(v.to_vec()),
    [u8; 32] => |v| Value::Blob(v.to_vec()),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl From<&Option<String>> for Value {
    fn from(value: &Option<String>) -> Self {
        value.as_deref().map_or(Value::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Ids(ids) => {
                let ids: Vec<rusqlite::types::Value> = ids.iter().map(|id| (*id).into()).collect();
                return Ok(ToSqlOutput::from_rc(Rc::new(ids), crate::sqlite::IDS));
            }
            Value::Null => ValueRef::Null,
            Value::Int(v) => ValueRef::Integer(*v),
            Value::Real(v) => ValueRef::Real(*v),
            Value::Text(v) => ValueRef::Text(v.as_bytes()),
            Value::Blob(v) => ValueRef::Blob(v),
        }))
    }
}

mod pg {
    use super::Value;
    use std::error::Error;
    use tokio_postgres::types::private::BytesMut;
    use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

    impl ToSql for Value {
        fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
            match self {
                Value::Null => Ok(IsNull::Yes),
                // The server infers the parameter's width from its place; an integer takes any of them.
                Value::Int(v) if *ty == Type::INT2 => i16::try_from(*v)?.to_sql(ty, out),
                Value::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
                #[allow(clippy::cast_precision_loss, reason = "an integer where the column is a coordinate")]
                Value::Int(v) if *ty == Type::FLOAT8 => (*v as f64).to_sql(ty, out),
                Value::Int(v) if *ty == Type::INT8 => v.to_sql(ty, out),
                Value::Real(v) if *ty == Type::FLOAT8 => v.to_sql(ty, out),
                Value::Text(v) if <&str as ToSql>::accepts(ty) => v.as_str().to_sql(ty, out),
                Value::Blob(v) if *ty == Type::BYTEA => v.as_slice().to_sql(ty, out),
                Value::Ids(v) if *ty == Type::INT8_ARRAY => v.as_slice().to_sql(ty, out),
                other => Err(format!("{other:?} does not fit a parameter of type {ty}").into()),
            }
        }

        fn accepts(_: &Type) -> bool {
            true
        }

        to_sql_checked!();
    }
}
