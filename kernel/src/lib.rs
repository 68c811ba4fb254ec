//! The small still kernel: errors, envelope, lenient input, clock, unit of work.
