//! Saved ways to repeat an event: rows and writes.

use db::{Conn, Tx, params};
use kernel::{Answer, Change, Error, Message, Problems, Result};
use org::access::At;

use super::rules::Repeat;

db::row! {
    struct Row {
        id: i64,
        title: String,
        mode: i64,
        days: String,
        skipped: i64,
        with_appointments: bool,
    }
}

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

impl From<Row> for Strategy {
    fn from(row: Row) -> Self {
        let days = serde_json::from_str(&row.days).unwrap_or_default();
        let repeat =
            Repeat { mode: row.mode, days, skipped: row.skipped, with_appointments: row.with_appointments };
        Self { id: row.id, title: row.title, repeat }
    }
}

/// Strategies of a location at the most.
pub const MOST: i64 = 200;

/// A location's strategies, in order.
pub async fn list(conn: &mut Conn, location_id: i64) -> Result<Vec<Strategy>> {
    let sql = format!(
        "SELECT {} FROM event_duplication_strategies WHERE location_id = $1 ORDER BY id LIMIT $2",
        Row::COLUMNS
    );
    let rows: Vec<Row> = conn.all(&sql, params![location_id, MOST]).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// One of them.
pub async fn by_id(conn: &mut Conn, location_id: i64, id: i64) -> Result<Option<Strategy>> {
    let sql = format!(
        "SELECT {} FROM event_duplication_strategies WHERE location_id = $1 AND id = $2",
        Row::COLUMNS
    );
    let row: Option<Row> = conn.maybe(&sql, params![location_id, id]).await?;
    Ok(row.map(Into::into))
}

/// Writes a strategy, a new one for id 0; gives its id.
pub async fn put(tx: &mut Tx, location_id: i64, strategy: &Strategy, now: i64) -> Result<i64> {
    let days = serde_json::to_string(&strategy.repeat.days).unwrap_or_else(|_| "[]".to_owned());
    let repeat = &strategy.repeat;
    if strategy.id == 0 {
        return Ok(tx
            .one(
                "INSERT INTO event_duplication_strategies
                    (location_id, title, mode, days, skipped, with_appointments, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
                params![
                    location_id,
                    &strategy.title,
                    repeat.mode,
                    days,
                    repeat.skipped,
                    repeat.with_appointments,
                    now
                ],
            )
            .await?);
    }
    tx.maybe(
        "UPDATE event_duplication_strategies SET title = $3, mode = $4, days = $5, skipped = $6, with_appointments = $7
         WHERE location_id = $1 AND id = $2 RETURNING id",
        params![
            location_id,
            strategy.id,
            &strategy.title,
            repeat.mode,
            days,
            repeat.skipped,
            repeat.with_appointments
        ],
    )
    .await?
    .ok_or_else(Error::not_found)
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

/// Makes a strategy, or changes that of the id.
pub(super) async fn save<P, A: Answer>(
    at: &At<P>,
    id: Option<i64>,
    wanted: Wanted,
    answer: impl FnOnce(Strategy) -> A,
) -> Result<A> {
    let mut unit = at.begin().await?;
    let before = match id {
        Some(id) => Some(by_id(&mut unit, at.location_id, id).await?.ok_or_else(Error::not_found)?),
        None => None,
    };
    let mut problems = Problems::new();
    let mut after = strategy(before, wanted, &mut problems);
    problems.done()?;
    let there: i64 = unit
        .one(
            "SELECT COUNT(*) FROM event_duplication_strategies WHERE location_id = $1",
            params![at.location_id],
        )
        .await?;
    if id.is_none() && there >= MOST {
        return Err(Error::invalid("title", Message::new("field-too-many").with("limit", MOST)));
    }
    after.id = put(&mut unit, at.location_id, &after, at.now).await?;
    let change = if id.is_some() { Change::Update } else { Change::Create };
    unit.emit("activity_duplication_strategy", after.id, change).await?;
    unit.commit(answer(after)).await
}
