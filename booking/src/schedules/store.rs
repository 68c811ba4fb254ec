//! Rows of schedules.

use calc::intervals::Interval;
use db::{Conn, Sql, Tx, Value, params};
use jiff::civil::Date;
use kernel::Result;

use super::rules::Set;

db::row! {
    struct Row {
        team_member_id: i64,
        day: String,
        slots: String,
        off_day_type: i64,
    }
}

/// A team member's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Whose.
    pub team_member_id: i64,
    /// Which.
    pub day: Date,
    /// In order; none on a day off.
    pub hours: Vec<Interval>,
    /// Why it is a day off; 0 for no reason.
    pub off_day_type: i64,
}

impl Day {
    /// What a stored row says; none for a row that no version of this program wrote.
    fn of(row: Row) -> Option<Self> {
        let pairs: Vec<(i64, i64)> = serde_json::from_str(&row.slots).ok()?;
        Some(Self {
            team_member_id: row.team_member_id,
            day: row.day.parse().ok()?,
            hours: pairs.into_iter().map(|(start, end)| Interval::new(start, end)).collect(),
            off_day_type: row.off_day_type,
        })
    }
}

/// Days read at once at the most: 400 days of six hundred team members.
pub const MOST: i64 = 240_000;

/// The days from `first` to `last` of these team members (of all for none), in order of team member and day.
pub async fn days(
    conn: &mut Conn,
    location_id: i64,
    team: Option<&[i64]>,
    first: Date,
    last: Date,
) -> Result<Vec<Day>> {
    let rows: Vec<Row> = within(location_id, team, first, last).all(conn).await?;
    Ok(rows.into_iter().filter_map(Day::of).collect())
}

/// The statement behind [`days`].
pub fn within(location_id: i64, team: Option<&[i64]>, first: Date, last: Date) -> Sql {
    let mut sql = Sql::new(format!("SELECT {} FROM schedule_days WHERE location_id = ", Row::COLUMNS));
    sql.bind(location_id);
    if let Some(ids) = team {
        sql.push(" AND team_member_id IN ").list(ids.iter().copied());
    }
    sql.push(" AND day >= ").bind(first.to_string()).push(" AND day <= ").bind(last.to_string());
    sql.push(" ORDER BY team_member_id, day LIMIT ").bind(MOST);
    sql
}

/// The days from `first` to `last` on which one of these team members (anybody for none) works.
pub async fn working_days(
    conn: &mut Conn,
    location_id: i64,
    team: Option<&[i64]>,
    first: Date,
    last: Date,
) -> Result<Vec<String>> {
    let mut sql = Sql::new("SELECT DISTINCT day FROM schedule_days WHERE location_id = ");
    sql.bind(location_id).push(" AND day >= ").bind(first.to_string());
    sql.push(" AND day <= ").bind(last.to_string()).push(" AND slots <> '[]'");
    if let Some(ids) = team {
        sql.push(" AND team_member_id IN ").list(ids.iter().copied());
    }
    sql.push(" ORDER BY day LIMIT ").bind(MOST);
    Ok(sql.all(conn).await?)
}

/// Writes days, in place of what was there.
pub async fn put(tx: &mut Tx, location_id: i64, days: &[Set]) -> Result<()> {
    let rows: Vec<Vec<Value>> = days
        .iter()
        .map(|set| {
            let pairs: Vec<(i64, i64)> = set.hours.iter().map(|i| (i.start, i.end)).collect();
            let slots = serde_json::to_string(&pairs).unwrap_or_else(|_| "[]".to_owned());
            params![location_id, set.team_member_id, set.day.to_string(), slots, set.off_day_type].to_vec()
        })
        .collect();
    for part in rows.chunks(2000) {
        let mut sql = Sql::new(
            "INSERT INTO schedule_days (location_id, team_member_id, day, slots, off_day_type) VALUES ",
        );
        sql.rows(part.iter().cloned());
        sql.push(
            " ON CONFLICT (location_id, team_member_id, day)
              DO UPDATE SET slots = excluded.slots, off_day_type = excluded.off_day_type",
        );
        sql.exec(tx).await?;
    }
    Ok(())
}

/// The last working day of each of these team members who has one.
pub async fn last_days(conn: &mut Conn, location_id: i64, team: &[i64]) -> Result<Vec<(i64, String)>> {
    let mut sql = Sql::new("SELECT team_member_id, MAX(day) FROM schedule_days WHERE location_id = ");
    sql.bind(location_id).push(" AND slots <> '[]' AND team_member_id IN ").list(team.iter().copied());
    sql.push(" GROUP BY team_member_id");
    Ok(sql.all(conn).await?)
}
