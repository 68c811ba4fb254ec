//! What a saved way to repeat an event may be.

use kernel::Problems;

use crate::events::rules::Repeat;

/// A way to repeat, saved under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strategy {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub title: String,
    /// The way.
    pub repeat: Repeat,
}

/// A strategy as wanted; what a change leaves out stays.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Its name.
    pub title: Option<String>,
    /// As in [`Repeat`].
    pub mode: Option<i64>,
    /// As in [`Repeat`].
    pub days: Option<Vec<i64>>,
    /// As in [`Repeat`].
    pub skipped: Option<i64>,
    /// 1 without, 2 with appointments.
    pub content: Option<i64>,
}

/// The strategy that is wanted in place of `before`.
pub fn strategy(before: Option<Strategy>, wanted: Wanted, problems: &mut Problems) -> Strategy {
    let is_new = before.is_none();
    let before = before.unwrap_or_else(|| Strategy {
        id: 0,
        title: String::new(),
        repeat: Repeat { mode: 0, days: Vec::new(), skipped: 0, with_appointments: false },
    });
    problems.check(!is_new || wanted.mode.is_some(), "repeat_mode_id", "field-required");
    let after = Strategy {
        id: before.id,
        title: wanted.title.unwrap_or(before.title),
        repeat: Repeat {
            mode: wanted.mode.unwrap_or(before.repeat.mode),
            days: wanted.days.unwrap_or(before.repeat.days),
            skipped: wanted.skipped.unwrap_or(before.repeat.skipped),
            with_appointments: wanted.content.map_or(before.repeat.with_appointments, |c| c == 2),
        },
    };
    problems.check(!after.title.trim().is_empty(), "title", "field-required");
    problems.length(&after.title, 255, "title");
    problems.range(wanted.content.unwrap_or(1), 1..=2, "content_type");
    if !is_new || after.repeat.mode != 0 {
        after.repeat.check(problems);
    }
    after
}
