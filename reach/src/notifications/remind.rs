//! Reminders that are due.

use std::collections::BTreeMap;

use booking::appointments::store::{self as appointments, list};
use booking::appointments::view::{Seen, View};
use db::Conn;
use kernel::{App, Result};
use org::outbox::store::Noted;
use org::outbox::{self, Channel};

use super::rules::{self, Reminder};
use super::store;
use super::tell::{Words, language, noted, notice};

/// Reminders taken at once.
const BATCH: i64 = 200;

/// Sends the reminders that are due; gives how many there were.
pub async fn remind(app: &App) -> Result<usize> {
    let now = app.now();
    let mut conn = app.db().conn().await?;
    let due = store::due(&mut conn, now, BATCH).await?;
    let mut by_location: BTreeMap<i64, Vec<(i64, Reminder)>> = BTreeMap::new();
    for (location_id, id, reminder) in &due {
        by_location.entry(*location_id).or_default().push((*id, *reminder));
    }
    for (location_id, reminders) in by_location {
        let written = written(app, &mut conn, location_id, &reminders, now).await?;
        let mut tx = app.db().begin_beside().await?;
        for (id, reminder, message) in written {
            // Taken whether or not it is still to be sent.
            if store::take(&mut tx, location_id, id, reminder, now).await?
                && let Some(message) = message
            {
                outbox::store::insert_noted(&mut tx, location_id, &[message], now).await?;
                appointments::set_reminded(&mut tx, location_id, id).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(due.len())
}

type Written = Vec<(i64, Reminder, Option<Noted>)>;

/// The reminders of one location with their messages; none for those that are not to be sent any more.
async fn written(
    app: &App,
    conn: &mut Conn,
    location_id: i64,
    reminders: &[(i64, Reminder)],
    now: i64,
) -> Result<Written> {
    let none = || Ok(reminders.iter().map(|(id, reminder)| (*id, *reminder, None)).collect());
    let found = org::locations::store::by_ids(conn, &[location_id]).await?;
    let Some(location) = found.into_iter().next() else { return none() };
    let mut ids: Vec<i64> = reminders.iter().map(|(id, _)| *id).collect();
    ids.dedup();
    let found = list::by_ids(conn, location_id, &ids).await?;
    let view = View::fresh(app, conn, location_id, &found, Seen::everything()).await?;
    let language = language(&location);
    let message = |id: i64, reminder: Reminder| {
        let a = found.iter().find(|a| a.id == id)?;
        let by_sms = reminder.channel == Channel::Sms;
        if (by_sms && location.reminds_sms_disabled)
            || !rules::is_to_be_sent(reminder, notice(a), a.attendance, now)
        {
            return None;
        }
        let client = view.client(a)?;
        let recipient = if by_sms { &client.phone } else { &client.email };
        let words = Words::of(app, &location, &view, a);
        let subject = words.put("tell-subject-reminder", &language);
        let body = words.put("tell-client-reminder", &language);
        (!recipient.is_empty())
            .then(|| noted(reminder.channel, recipient, &subject, &body, Some(client.id), "reminder"))
    };
    Ok(reminders.iter().map(|(id, reminder)| (*id, *reminder, message(*id, *reminder))).collect())
}
