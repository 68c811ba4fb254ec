//! Answers that the contract draws in two ways: an object in its schema and a list in its example, or the other
//! way round. What the example shows is sent, both are published.

use utoipa::openapi::schema::{ArrayBuilder, OneOfBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The thing alone is sent; the schema has it alone or in a list.
#[derive(Debug, serde::Serialize)]
#[serde(transparent)]
pub(crate) struct One<T>(pub T);

/// A list is sent; the schema has it so, or one thing alone.
#[derive(Debug, serde::Serialize)]
#[serde(transparent)]
pub(crate) struct Many<T>(pub Vec<T>);

fn either<T: ToSchema>() -> RefOr<Schema> {
    let one = || Ref::from_schema_name(T::name());
    OneOfBuilder::new().item(one()).item(ArrayBuilder::new().items(one())).into()
}

fn enter<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

macro_rules! either {
    ($($type:ident),*) => {$(
        impl<T: ToSchema> PartialSchema for $type<T> {
            fn schema() -> RefOr<Schema> {
                either::<T>()
            }
        }

        impl<T: ToSchema> ToSchema for $type<T> {
            fn name() -> std::borrow::Cow<'static, str> {
                format!("{}Or{}List", T::name(), T::name()).into()
            }

            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                enter::<T>(schemas);
            }
        }
    )*};
}
either!(One, Many);

/// `meta` of a list.
#[derive(Clone, Copy, Debug, serde::Serialize, ToSchema)]
pub struct Total {
    /// How many there are.
    #[schema(example = 2)]
    total_count: usize,
}

impl Total {
    /// That many.
    pub(crate) fn of<T>(items: &[T]) -> Self {
        Self { total_count: items.len() }
    }
}

/// An integer within bounds.
pub(crate) fn range(
    number: i64,
    bounds: std::ops::RangeInclusive<i64>,
    field: &str,
    problems: &mut kernel::Problems,
) {
    if !bounds.contains(&number) {
        let message = kernel::Message::new("field-range");
        problems.add(field, message.with("min", *bounds.start()).with("max", *bounds.end()));
    }
}
