//! Schedules, version 1.

pub mod days;
pub mod team;
pub mod timetable;

use calc::intervals::{Interval, clock};
use calc::zone::parse_day;
use jiff::civil::Date;
use kernel::{Error, Problems, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
