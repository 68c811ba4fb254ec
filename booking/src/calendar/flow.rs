//! Changes of a calendar's settings.

use kernel::{Answer, Change as Happened, Problems, Result};
use org::access::{At, perm};

use super::rules::{self, Change};
use super::store::{self, Settings};

/// Changes the settings and answers as the face says.
pub(super) async fn update<A: Answer>(
    at: &At<perm::SettingsBasis>,
    change: Change,
    answer: impl FnOnce(Settings) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    // One after the other: what a change leaves out stays as it is then.
    org::locations::store::lock(&mut unit, at.location_id).await?;
    let before = store::get(&mut unit, at.location_id).await?;
    let mut problems = Problems::new();
    let after = rules::change(&before, change, &mut problems);
    problems.done()?;
    store::put(&mut unit, at.location_id, &after, at.now).await?;
    unit.emit("timetable_settings", at.location_id, Happened::Update).await?;
    unit.commit(answer(after)).await
}
