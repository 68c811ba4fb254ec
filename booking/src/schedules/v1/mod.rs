//! Schedules, version 1.

pub mod days;
pub mod team;
pub mod timetable;

use axum::response::{IntoResponse, Response};
use calc::intervals::{Interval, clock};
use calc::zone::parse_day;
use jiff::civil::Date;
use kernel::{Data, Error, Problems, Result};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::rules;

/// Working hours.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotOut {
    /// From, by the location's clock.
    #[schema(example = "10:00")]
    from: String,
    /// To; past midnight it goes on counting, 26:00 is two in the morning.
    #[schema(example = "14:00")]
    to: String,
}

impl From<Interval> for SlotOut {
    fn from(i: Interval) -> Self {
        Self { from: clock(i.start), to: clock(i.end) }
    }
}

/// Working hours to set.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct SlotIn {
    /// From, by the location's clock.
    #[schema(required, nullable = false, example = "10:00")]
    from: Option<String>,
    /// To; past midnight it goes on counting, to the next noon: 26:00 is two in the morning.
    #[schema(required, nullable = false, example = "14:00")]
    to: Option<String>,
}

/// A list in the envelope, as the contract's examples show it; its schema draws one item alone, which is published
/// beside it.
#[derive(Debug)]
pub struct Listed<T>(Data<Vec<T>>);

impl<T> Listed<T> {
    /// With these items.
    fn new(items: Vec<T>) -> Self {
        Self(Data::new(items))
    }
}

impl<T: Serialize> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl<T: ToSchema> PartialSchema for Listed<T> {
    fn schema() -> RefOr<Schema> {
        let item = || Ref::from_schema_name(T::name());
        let envelope = ObjectBuilder::new()
            .property("success", ObjectBuilder::new().schema_type(Type::Boolean))
            .property("data", ArrayBuilder::new().items(item()))
            .property("meta", kernel::Empty::schema())
            .required("success")
            .required("data")
            .required("meta");
        OneOfBuilder::new().item(envelope).item(item()).into()
    }
}

impl<T: ToSchema> ToSchema for Listed<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Listed{}", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

fn slots(sent: Vec<SlotIn>, field: &str, problems: &mut Problems) -> Vec<Interval> {
    let sent: Vec<_> = sent.into_iter().map(|slot| (slot.from, slot.to)).collect();
    rules::slots(&sent, field, problems)
}

/// The days of a path, both included.
fn path_range(first: &str, last: &str) -> Result<(Date, Date)> {
    let (first, last) = match (parse_day(first), parse_day(last)) {
        (Some(first), Some(last)) => (first, last),
        (None, _) => return Err(Error::invalid("start_date", "field-date")),
        (_, None) => return Err(Error::invalid("end_date", "field-date")),
    };
    let mut problems = Problems::new();
    rules::range(first, last, "end_date", &mut problems);
    problems.done().map(|()| (first, last))
}
