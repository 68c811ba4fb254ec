//! From events to what follows from them, outside of the house: webhooks and notifications.

use std::collections::HashSet;

use kernel::{App, Result};

use crate::notifications::{self, Told};
use crate::webhooks;
use crate::webhooks::rules::DELAY;
use crate::webhooks::store::{self, Draft};

/// Events taken at once.
const BATCH: i64 = 500;

/// Does what follows from the events that wait; gives how many there were.
///
/// What is told is read after the change is durable, and so as it is then or later. Events and what follows from them
/// change hands in one transaction: none is lost, and of two servers one has them.
pub async fn dispatch(app: &App) -> Result<usize> {
    let mut conn = app.db().conn().await?;
    let events = store::waiting_events(&mut conn, BATCH).await?;
    if events.is_empty() {
        return Ok(0);
    }
    let drafts = webhooks::drafts(app, &mut conn, &events).await?;
    let told = notifications::prepare(app, &mut conn, &events).await?;
    drop(conn);
    let now = app.now();
    let mut tx = app.db().begin_beside().await?;
    let taken: HashSet<i64> = store::take_events(&mut tx, &events, now).await?.into_iter().collect();
    let drafts: Vec<Draft> =
        drafts.into_iter().filter(|d| d.event_id.is_some_and(|id| taken.contains(&id))).collect();
    store::insert(&mut tx, &drafts, "event", DELAY, now).await?;
    for told in told.iter().filter(|told: &&Told| taken.contains(&told.event_id)) {
        told.write(&mut tx, now).await?;
    }
    tx.commit().await?;
    Ok(events.len())
}
