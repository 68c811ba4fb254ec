//! Writes of mailings and of reports.

use clients::Shown;
use kernel::{Answer, Call, Error, Kind, Result};
use org::access::{At, Signed, perm};
use serde_json::json;

use super::rules::{self, Letter, Report};
use super::store;

/// Writes a letter to these clients.
///
/// # Errors
/// 404 when there is none of them to whom it goes.
pub(super) async fn send<A: Answer>(
    at: &At<perm::SendMessages>,
    letter: &Letter,
    clients: Vec<i64>,
    answer: A,
) -> Result<A> {
    let shown = Shown::in_list(&at.membership);
    let mut unit = at.begin().await?;
    let written = store::write(&mut unit, at.location_id, letter, &clients, &shown, at.now).await?;
    if written == 0 {
        return Err(Error::new(Kind::NotFound, "mailing-nobody"));
    }
    unit.about("mailing", 0, json!({"channel": letter.channel.name(), "messages": written}));
    unit.commit(answer).await
}

/// Notes what is reported of messages at these locations.
pub(super) async fn report<A: Answer>(
    call: &Call,
    locations: &[i64],
    reports: Vec<Report>,
    answer: A,
) -> Result<A> {
    let ids: Vec<i64> = reports.iter().map(|report| report.id).collect();
    let mut unit = call.begin().await?;
    let known = store::known(&mut unit, locations, &ids).await?;
    rules::all_known(&reports, &known)?;
    store::report(&mut unit, locations, &reports, call.now).await?;
    unit.commit(answer).await
}

/// The same, at the locations where the user may write to clients.
pub(super) async fn report_by_user<A: Answer>(at: &Signed, reports: Vec<Report>, answer: A) -> Result<A> {
    let mut locations = Vec::new();
    for id in store::locations_of(&mut at.conn().await?, at.user_id).await? {
        // Kept in memory, as for any request of his.
        if at.require::<perm::SendMessages>(id).await.is_ok() {
            locations.push(id);
        }
    }
    report(at, &locations, reports, answer).await
}
