//! Rows of settings, notices and reminders.

use std::collections::HashMap;

use db::{Conn, Sql, Tx, Value, params};
use kernel::Result;
use org::outbox::Channel;

use super::rules::{Channels, Kind, Notice, Reminder};

/// The ways of each kind at a location.
pub async fn types(conn: &mut Conn, location_id: i64) -> Result<Vec<(Kind, Channels)>> {
    let rows: Vec<(String, bool, bool, bool)> = conn
        .all(
            "SELECT kind, push, sms, email FROM notification_types WHERE location_id = $1",
            params![location_id],
        )
        .await?;
    let set = |kind: Kind| {
        let row = rows.iter().find(|(name, ..)| name == kind.name());
        row.map_or(kind.default_channels(), |(_, push, sms, email)| Channels {
            push: *push,
            sms: *sms,
            email: *email,
        })
    };
    Ok(Kind::ALL.iter().map(|kind| (*kind, set(*kind))).collect())
}

/// Sets the ways of one kind.
pub async fn set_type(tx: &mut Tx, location_id: i64, kind: Kind, channels: Channels) -> Result<()> {
    tx.exec(
        "INSERT INTO notification_types (location_id, kind, push, sms, email) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (location_id, kind) DO UPDATE SET push = excluded.push, sms = excluded.sms, email = excluded.email",
        params![location_id, kind.name(), channels.push, channels.sms, channels.email],
    )
    .await?;
    Ok(())
}

/// What a user himself has set: (kind, whether on the phone).
pub async fn of_user(conn: &mut Conn, location_id: i64, user_id: i64) -> Result<HashMap<String, bool>> {
    let sql = "SELECT kind, push FROM user_notification_types WHERE location_id = $1 AND user_id = $2";
    let rows: Vec<(String, bool)> = conn.all(sql, params![location_id, user_id]).await?;
    Ok(rows.into_iter().collect())
}

/// Sets for a user whether he is told on the phone.
pub async fn set_of_user(tx: &mut Tx, location_id: i64, user_id: i64, set: &[(Kind, bool)]) -> Result<()> {
    if set.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO user_notification_types (location_id, user_id, kind, push) VALUES ");
    sql.rows(
        set.iter().map(|(kind, push)| {
            [Value::from(location_id), user_id.into(), kind.name().into(), (*push).into()]
        }),
    );
    sql.push(" ON CONFLICT (location_id, user_id, kind) DO UPDATE SET push = excluded.push");
    sql.exec(tx).await?;
    Ok(())
}

/// What people were last told of these appointments.
pub async fn notices(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<HashMap<i64, Notice>> {
    let mut sql = Sql::new(
        "SELECT appointment_id, starts_at, team_member_id, is_over FROM appointment_notices WHERE location_id = ",
    );
    sql.bind(location_id).push(" AND appointment_id IN ").list(ids.iter().copied());
    let rows: Vec<(i64, i64, i64, bool)> = sql.all(conn).await?;
    let notice =
        |(id, starts_at, team_member_id, is_over)| (id, Notice { starts_at, team_member_id, is_over });
    Ok(rows.into_iter().map(notice).collect())
}

/// Notes what people know of an appointment.
pub async fn put_notice(tx: &mut Tx, location_id: i64, id: i64, notice: Notice) -> Result<()> {
    tx.exec(
        "INSERT INTO appointment_notices (location_id, appointment_id, starts_at, team_member_id, is_over)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (location_id, appointment_id) DO UPDATE SET starts_at = excluded.starts_at,
             team_member_id = excluded.team_member_id, is_over = excluded.is_over",
        params![location_id, id, notice.starts_at, notice.team_member_id, notice.is_over],
    )
    .await?;
    Ok(())
}

fn channel(name: &str) -> Channel {
    if name == "sms" { Channel::Sms } else { Channel::Email }
}

/// The reminders of these appointments that were not sent yet, each with its appointment.
pub async fn planned(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<(i64, Reminder)>> {
    let mut sql = Sql::new(
        "SELECT appointment_id, channel, due_at, starts_at FROM appointment_reminders
         WHERE sent_at IS NULL AND location_id = ",
    );
    sql.bind(location_id).push(" AND appointment_id IN ").list(ids.iter().copied());
    let rows: Vec<(i64, String, i64, i64)> = sql.all(conn).await?;
    let read = |(id, name, due_at, starts_at): (_, String, _, _)| {
        (id, Reminder { channel: channel(&name), due_at, starts_at })
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Makes these the reminders of an appointment that are to be sent. What was sent for the same beginning is not sent
/// again.
pub async fn plan(tx: &mut Tx, location_id: i64, id: i64, reminders: &[Reminder]) -> Result<()> {
    tx.exec(
        "DELETE FROM appointment_reminders WHERE location_id = $1 AND appointment_id = $2 AND sent_at IS NULL",
        params![location_id, id],
    )
    .await?;
    if reminders.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(
        "INSERT INTO appointment_reminders (location_id, appointment_id, channel, due_at, starts_at) VALUES ",
    );
    sql.rows(reminders.iter().map(|r| {
        [Value::from(location_id), id.into(), r.channel.name().into(), r.due_at.into(), r.starts_at.into()]
    }));
    sql.push(
        " ON CONFLICT (location_id, appointment_id, channel) DO UPDATE SET due_at = excluded.due_at,
             sent_at = CASE WHEN appointment_reminders.starts_at = excluded.starts_at
                 THEN appointment_reminders.sent_at END,
             starts_at = excluded.starts_at",
    );
    sql.exec(tx).await?;
    Ok(())
}

/// Reminders that are due, of all locations, the oldest first: (location, appointment, reminder).
pub async fn due(conn: &mut Conn, now: i64, limit: i64) -> Result<Vec<(i64, i64, Reminder)>> {
    let rows: Vec<(i64, i64, String, i64, i64)> = conn
        .all(
            "SELECT location_id, appointment_id, channel, due_at, starts_at FROM appointment_reminders
             WHERE sent_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT $2",
            params![now, limit],
        )
        .await?;
    let read = |(at, id, name, due_at, starts_at): (_, _, String, _, _)| {
        (at, id, Reminder { channel: channel(&name), due_at, starts_at })
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Takes a reminder; false when another server was first, or when it was planned anew.
pub async fn take(tx: &mut Tx, location_id: i64, id: i64, reminder: Reminder, now: i64) -> Result<bool> {
    let taken = tx
        .exec(
            "UPDATE appointment_reminders SET sent_at = $5
             WHERE location_id = $1 AND appointment_id = $2 AND channel = $3 AND due_at = $4 AND sent_at IS NULL",
            params![location_id, id, reminder.channel.name(), reminder.due_at, now],
        )
        .await?;
    Ok(taken == 1)
}

db::row! {
    /// A user of a location, and how he can be reached.
    pub struct Person {
        pub user_id: i64,
        pub email: Option<String>,
        pub phone: Option<String>,
    }
}

/// How these users can be reached.
pub async fn people(conn: &mut Conn, users: &[i64]) -> Result<Vec<Person>> {
    let mut sql = Sql::new("SELECT id, email, phone FROM users WHERE is_approved = 1 AND id IN ");
    sql.list(users.iter().copied());
    Ok(sql.all(conn).await?)
}

/// Users of a location who could be told: at the most so many.
pub async fn users(conn: &mut Conn, location_id: i64, limit: i64) -> Result<Vec<i64>> {
    let sql = "SELECT user_id FROM memberships WHERE location_id = $1 AND is_approved = 1 ORDER BY user_id LIMIT $2";
    Ok(conn.all(sql, params![location_id, limit]).await?)
}
