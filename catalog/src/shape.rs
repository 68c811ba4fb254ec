//! Answers that the contract draws in two ways: an object in its schema and a list in its example, or the other
//! way round. What the example shows is sent, both are published.

use utoipa::openapi::schema::{ArrayBuilder, OneOfBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Either: a thing, or a list of them.
pub(crate) fn both<T: ToSchema>() -> RefOr<Schema> {
    let one = || Ref::from_schema_name(T::name());
    OneOfBuilder::new().item(one()).item(ArrayBuilder::new().items(one())).into()
}

/// Enters the thing itself among the schemas.
pub(crate) fn enter<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

/// `either!(/// Doc. Name(Vec<Thing>) of Thing)`: sends what stands in the brackets, and publishes a thing or a list
/// of them.
macro_rules! either {
    ($(#[$doc:meta])* $name:ident($sent:ty) of $thing:ty) => {
        $(#[$doc])*
        #[derive(Debug, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name($sent);

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::shape::both::<$thing>()
            }
        }

        impl utoipa::ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                $crate::shape::enter::<$thing>(schemas);
            }
        }
    };
}
pub(crate) use either;

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

/// `meta` where the contract's example has the empty list, and its schema that or a total.
#[derive(Clone, Copy, Debug, serde::Serialize)]
#[serde(transparent)]
pub struct NoTotal(kernel::Empty);

impl NoTotal {
    /// The empty list.
    pub(crate) const NONE: Self = Self(kernel::Empty);
}

impl PartialSchema for NoTotal {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new().item(kernel::Empty::schema()).item(Ref::from_schema_name(Total::name())).into()
    }
}

impl ToSchema for NoTotal {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        enter::<Total>(schemas);
    }
}
