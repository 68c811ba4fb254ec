//! Pure calculations: phone numbers, time zones.
