//! Series: group events that come again on weekdays, until a day.
//!
//! Tables `event_series`, `event_series_days` with their tags and resources, `event_series_entries`.

pub mod store;
