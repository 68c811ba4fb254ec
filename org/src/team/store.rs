//! Rows of team members and of their employment profiles.

use db::{Conn, FromRow, Row, Sql, Tx, Value, params};
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};

db::row! {
    /// A team member.
    pub struct Member {
        pub id: i64,
        pub name: String,
        pub specialization: String,
        /// The partner's own id of him; empty when none.
        pub api_id: String,
        /// HTML.
        pub information: String,
        /// The heavier, the earlier in lists.
        pub weight: i64,
        /// Digits without a plus; empty when none.
        pub phone: String,
        /// Hidden from online booking.
        pub hidden: bool,
        /// Dismissed.
        pub fired: bool,
        pub fired_at: Option<i64>,
        pub is_deleted: bool,
        pub show_rating: bool,
        /// Of all votes, in stars.
        pub rating_sum: i64,
        pub votes_count: i64,
        pub comments_count: i64,
        /// Whether he has a schedule in the calendar.
        pub has_access_timetable: bool,
        pub is_paid_staff: bool,
        pub is_in_payment_policy: bool,
        pub is_assistant: bool,
        /// `forbidden`, `allowed` or `required`.
        pub prepaid: String,
        /// Minutes.
        pub tt_markup: i64,
        /// The last day with a schedule, ISO; empty for none.
        pub schedule_till: String,
        pub revision: i64,
        pub position_id: Option<i64>,
        pub position_title: Option<String>,
        /// The user he is.
        pub user_id: Option<i64>,
    }
}

impl Default for Member {
    fn default() -> Self {
        Self {
            id: 0,
            name: String::new(),
            specialization: String::new(),
            api_id: String::new(),
            information: String::new(),
            weight: 0,
            phone: String::new(),
            hidden: false,
            fired: false,
            fired_at: None,
            is_deleted: false,
            show_rating: false,
            rating_sum: 0,
            votes_count: 0,
            comments_count: 0,
            has_access_timetable: false,
            is_paid_staff: false,
            is_in_payment_policy: true,
            is_assistant: false,
            prepaid: "forbidden".to_owned(),
            tt_markup: 15,
            schedule_till: String::new(),
            revision: 1,
            position_id: None,
            position_title: None,
            user_id: None,
        }
    }
}

/// A location's team members at the most, those dismissed with them: a list of them is given whole.
pub const MOST: i64 = 5000;

/// In the order of [`Member`].
const SELECT: &str = "SELECT t.id, t.name, t.specialization, t.api_id, t.information, t.weight, t.phone, \
     t.hidden, t.fired, t.fired_at, t.is_deleted, t.show_rating, t.rating_sum, t.votes_count, \
     t.comments_count, t.has_access_timetable, t.is_paid_staff, t.is_in_payment_policy, t.is_assistant, \
     t.prepaid, t.tt_markup, t.schedule_till, t.revision, p.id, p.title, \
     (SELECT MIN(m.user_id) FROM memberships m WHERE m.location_id = t.location_id AND m.team_member_id = t.id) \
     FROM team_members t \
     LEFT JOIN team_member_positions tp ON tp.location_id = t.location_id AND tp.team_member_id = t.id \
     LEFT JOIN positions p ON p.location_id = tp.location_id AND p.id = tp.position_id \
     WHERE t.location_id = ";

const ORDER: &str = " ORDER BY t.weight DESC, t.id LIMIT ";

/// Which team members to list. `None` is any.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A part of the name.
    pub name: Option<String>,
    /// 0: without a position.
    pub position_id: Option<i64>,
    /// A part of the position's title.
    pub position_title: Option<String>,
    pub fired: Option<bool>,
    pub deleted: Option<bool>,
    pub user_linked: Option<bool>,
    pub is_paid: Option<bool>,
    /// With a schedule on this day (ISO) or later.
    pub has_schedule: Option<(bool, String)>,
    pub is_assistant: Option<bool>,
}

/// The location's team members that the filter lets through, the heaviest first.
pub async fn list(conn: &mut Conn, location_id: i64, filter: &Filter) -> Result<Vec<Member>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(location_id);
    let flags = [
        ("t.fired", filter.fired),
        ("t.is_deleted", filter.deleted),
        ("t.is_paid_staff", filter.is_paid),
        ("t.is_assistant", filter.is_assistant),
    ];
    for (column, flag) in flags {
        if let Some(flag) = flag {
            sql.push(" AND ").push(column).push(" = ").bind(flag);
        }
    }
    if let Some(name) = &filter.name {
        sql.push(" AND t.name_key").contains(&name.to_lowercase());
    }
    match filter.position_id {
        Some(0) => {
            sql.push(" AND p.id IS NULL");
        }
        Some(id) => {
            sql.push(" AND p.id = ").bind(id);
        }
        None => {}
    }
    if let Some(title) = &filter.position_title {
        sql.push(" AND p.title_key").contains(&title.to_lowercase());
    }
    if let Some(linked) = filter.user_linked {
        sql.push(if linked { " AND EXISTS" } else { " AND NOT EXISTS" }).push(
            " (SELECT 1 FROM memberships m WHERE m.location_id = t.location_id AND m.team_member_id = t.id)",
        );
    }
    if let Some((has, today)) = &filter.has_schedule {
        // No schedule is an empty text, which is before any day.
        sql.push(if *has { " AND t.schedule_till >= " } else { " AND t.schedule_till < " }).bind(today);
    }
    sql.push(ORDER).bind(MOST);
    Ok(sql.all(conn).await?)
}

/// One team member, deleted or not.
pub async fn by_id(conn: &mut Conn, location_id: i64, id: i64) -> Result<Option<Member>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(location_id).push(" AND t.id = ").bind(id);
    Ok(sql.all(conn).await?.into_iter().next())
}

/// These team members, those deleted with them.
pub async fn by_ids(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<Member>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(location_id).push(" AND t.id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

/// One team member, unless deleted, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, id: i64) -> Result<Member> {
    // The lock is taken on the row alone: PostgreSQL locks no nullable side of a join.
    let there: Option<i64> = tx
        .lock(
            "SELECT id FROM team_members WHERE location_id = $1 AND id = $2 AND is_deleted = 0",
            params![location_id, id],
        )
        .await?;
    match there {
        Some(id) => by_id(tx, location_id, id).await?.ok_or_else(Error::not_found),
        None => Err(Error::not_found()),
    }
}

/// Active team members of these locations, for those who book: (location, id, name, specialization).
pub async fn of_locations(
    conn: &mut Conn,
    ids: &[i64],
    limit: i64,
) -> Result<Vec<(i64, i64, String, String)>> {
    let mut sql = Sql::new(
        "SELECT location_id, id, name, specialization FROM team_members
         WHERE is_deleted = 0 AND fired = 0 AND hidden = 0 AND location_id IN ",
    );
    sql.list(ids.iter().copied()).push(" ORDER BY location_id, id LIMIT ").bind(limit);
    Ok(sql.all(conn).await?)
}

/// Of a location: its time zone and how its clients pay in advance.
pub async fn setting(conn: &mut Conn, location_id: i64) -> Result<(String, String)> {
    Ok(conn.one("SELECT timezone, payment_policy FROM locations WHERE id = $1", params![location_id]).await?)
}

db::row! {
    /// The user that a team member is.
    pub struct Linked {
        pub team_member_id: i64,
        pub user_id: i64,
        pub name: String,
        pub is_approved: bool,
    }
}

/// The users that the location's team members are, or that one of them is.
pub async fn users(conn: &mut Conn, location_id: i64, id: Option<i64>) -> Result<Vec<Linked>> {
    let mut sql = Sql::new(
        "SELECT m.team_member_id, m.user_id, u.name, m.is_approved FROM memberships m
         JOIN users u ON u.id = m.user_id WHERE m.location_id = ",
    );
    sql.bind(location_id);
    match id {
        Some(id) => sql.push(" AND m.team_member_id = ").bind(id),
        None => sql.push(" AND m.team_member_id IS NOT NULL"),
    };
    sql.push(" ORDER BY m.team_member_id, m.user_id LIMIT ").bind(2 * MOST);
    Ok(sql.all(conn).await?)
}

db::row! {
    /// How the user that a team member is can be reached.
    pub struct Contact {
        pub team_member_id: i64,
        pub user_id: i64,
        pub name: String,
        pub phone: Option<String>,
        pub email: Option<String>,
        pub avatar: String,
    }
}

/// The users that these team members are.
pub async fn contacts(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<Contact>> {
    let mut sql = Sql::new(
        "SELECT m.team_member_id, m.user_id, u.name, u.phone, u.email, u.avatar FROM memberships m
         JOIN users u ON u.id = m.user_id WHERE m.location_id = ",
    );
    sql.bind(location_id).push(" AND m.team_member_id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

/// Locks the location, so that what is counted there stays as counted; gives how many team members it has.
pub async fn lock_count(tx: &mut Tx, location_id: i64) -> Result<i64> {
    lock_location(tx, location_id).await?;
    Ok(tx
        .one(
            "SELECT COUNT(*) FROM team_members WHERE location_id = $1 AND is_deleted = 0",
            params![location_id],
        )
        .await?)
}

async fn lock_location(tx: &mut Tx, location_id: i64) -> Result<()> {
    let there: Option<i64> = tx.lock("SELECT id FROM locations WHERE id = $1", params![location_id]).await?;
    there.map(drop).ok_or_else(Error::not_found)
}

/// Columns that a request writes, in the order of [`Member::values`].
const WRITTEN: &[&str] = &[
    "name",
    "name_key",
    "specialization",
    "api_id",
    "information",
    "weight",
    "phone",
    "hidden",
    "fired",
    "fired_at",
    "is_deleted",
    "show_rating",
    "has_access_timetable",
    "is_paid_staff",
    "is_in_payment_policy",
    "is_assistant",
    "prepaid",
    "tt_markup",
];

impl Member {
    fn values(&self) -> Vec<Value> {
        vec![
            (&self.name).into(),
            self.name.to_lowercase().into(),
            (&self.specialization).into(),
            (&self.api_id).into(),
            (&self.information).into(),
            self.weight.into(),
            (&self.phone).into(),
            self.hidden.into(),
            self.fired.into(),
            self.fired_at.into(),
            self.is_deleted.into(),
            self.show_rating.into(),
            self.has_access_timetable.into(),
            self.is_paid_staff.into(),
            self.is_in_payment_policy.into(),
            self.is_assistant.into(),
            (&self.prepaid).into(),
            self.tt_markup.into(),
        ]
    }
}

/// Writes a new team member with his position; gives his id. An id of its own names one (the demo).
pub async fn insert(tx: &mut Tx, location_id: i64, member: &Member, now: i64) -> Result<i64> {
    let mut sql = Sql::new(format!(
        "INSERT INTO team_members (location_id, {}, created_at, updated_at",
        WRITTEN.join(", ")
    ));
    let mut values = vec![location_id.into()];
    values.extend(member.values());
    values.extend([now.into(), now.into()]);
    if member.id != 0 {
        sql.push(", id");
        values.push(member.id.into());
    }
    sql.push(") VALUES ").list(values).push(" RETURNING id");
    let id = sql.one(tx).await?;
    if member.position_id.is_some() {
        set_position(tx, location_id, id, member.position_id).await?;
    }
    if member.is_paid_staff {
        recount(tx, location_id).await?;
    }
    Ok(id)
}

/// Writes a changed team member with his position; gives his new revision.
pub async fn update(tx: &mut Tx, location_id: i64, before: &Member, after: &Member, now: i64) -> Result<i64> {
    let mut sql = Sql::new("UPDATE team_members SET revision = revision + 1, updated_at = ");
    sql.bind(now);
    for (column, value) in WRITTEN.iter().zip(after.values()) {
        sql.push(", ").push(column).push(" = ").bind(value);
    }
    sql.push(" WHERE location_id = ").bind(location_id).push(" AND id = ").bind(after.id);
    sql.push(" RETURNING revision");
    let revision = sql.one(tx).await?;
    if before.position_id != after.position_id {
        set_position(tx, location_id, after.id, after.position_id).await?;
    }
    let counts = |m: &Member| m.is_paid_staff && !m.fired && !m.is_deleted;
    if counts(before) != counts(after) {
        recount(tx, location_id).await?;
    }
    Ok(revision)
}

async fn set_position(tx: &mut Tx, location_id: i64, id: i64, position_id: Option<i64>) -> Result<()> {
    match position_id {
        Some(position) => {
            tx.exec(
                "INSERT INTO team_member_positions (location_id, team_member_id, position_id) VALUES ($1, $2, $3)
                 ON CONFLICT (location_id, team_member_id) DO UPDATE SET position_id = excluded.position_id",
                params![location_id, id, position],
            )
            .await?
        }
        None => {
            tx.exec(
                "DELETE FROM team_member_positions WHERE location_id = $1 AND team_member_id = $2",
                params![location_id, id],
            )
            .await?
        }
    };
    Ok(())
}

/// Counts the location's paid team members anew. The location is locked before, so that the count sees what
/// another transaction has just written.
async fn recount(tx: &mut Tx, location_id: i64) -> Result<()> {
    lock_location(tx, location_id).await?;
    tx.exec(
        "UPDATE locations SET active_staff_count =
             (SELECT COUNT(*) FROM team_members
              WHERE location_id = $1 AND is_paid_staff = 1 AND fired = 0 AND is_deleted = 0)
         WHERE id = $1",
        params![location_id],
    )
    .await?;
    Ok(())
}

/// Keeps the last days that these team members have a schedule on: (team member, ISO day or empty). For the room
/// of schedules, which calls it with every write that moves such a day.
pub async fn set_schedule_till(tx: &mut Tx, location_id: i64, days: &[(i64, String)]) -> Result<()> {
    const AT_ONCE: usize = 500;
    for days in days.chunks(AT_ONCE) {
        let mut sql = Sql::new("UPDATE team_members SET schedule_till = CASE id");
        for (id, day) in days {
            sql.push(" WHEN ").bind(*id).push(" THEN ").bind(day);
        }
        sql.push(" ELSE schedule_till END WHERE location_id = ").bind(location_id);
        sql.push(" AND id IN ").list(days.iter().map(|(id, _)| *id));
        sql.exec(tx).await?;
    }
    Ok(())
}

/// Adds to a team member's rating: stars of so many votes, and comments; all may be negative, where something
/// is taken back. For the room of comments.
pub async fn rate(
    tx: &mut Tx,
    location_id: i64,
    id: i64,
    stars: i64,
    votes: i64,
    comments: i64,
) -> Result<()> {
    tx.exec(
        "UPDATE team_members SET rating_sum = rating_sum + $3, votes_count = votes_count + $4,
         comments_count = comments_count + $5 WHERE location_id = $1 AND id = $2",
        params![location_id, id, stars, votes, comments],
    )
    .await?;
    Ok(())
}

/// What is sealed of an employment profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Secrets {
    pub passport: String,
    pub tax: String,
    pub insurance: String,
}

/// An employment profile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    pub team_member_id: i64,
    pub firstname: String,
    pub surname: String,
    pub patronymic: String,
    /// `YYYY-MM-DDTHH:MM:SS`, local; empty for none.
    pub date_admission: String,
    pub date_registration_end: String,
    pub citizenship: String,
    /// 0 not said, 1 male, 2 female.
    pub gender: i64,
    pub revision: i64,
    pub secrets: Secrets,
}

/// A profile as it is stored.
struct Stored(Profile, Option<Vec<u8>>);

impl FromRow for Stored {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let profile = Profile {
            team_member_id: row.get(0)?,
            firstname: row.get(1)?,
            surname: row.get(2)?,
            patronymic: row.get(3)?,
            date_admission: row.get(4)?,
            date_registration_end: row.get(5)?,
            citizenship: row.get(6)?,
            gender: row.get(7)?,
            revision: row.get(8)?,
            secrets: Secrets::default(),
        };
        Ok(Self(profile, row.get(9)?))
    }
}

impl Stored {
    fn open(self, app: &App) -> Result<Profile> {
        let Self(mut profile, sealed) = self;
        if let Some(sealed) = sealed {
            // Sealed with another key: said, never shown as if it were empty and then overwritten.
            let plain =
                app.open(&sealed).ok_or_else(|| Error::internal("an employment profile of another key"))?;
            profile.secrets = serde_json::from_slice(&plain).map_err(Error::internal)?;
        }
        Ok(profile)
    }
}

const PROFILE: &str = "SELECT team_member_id, firstname, surname, patronymic, date_admission, \
     date_registration_end, citizenship, gender, revision, sealed FROM employment_profiles WHERE location_id = ";

/// The employment profile of a team member, if he has one.
pub async fn profile(conn: &mut Conn, app: &App, location_id: i64, id: i64) -> Result<Option<Profile>> {
    let mut sql = Sql::new(PROFILE);
    sql.bind(location_id).push(" AND team_member_id = ").bind(id);
    let found: Option<Stored> = sql.all(conn).await?.into_iter().next();
    found.map(|stored| stored.open(app)).transpose()
}

/// The employment profiles of the location, by team member.
pub async fn profiles(conn: &mut Conn, app: &App, location_id: i64) -> Result<Vec<Profile>> {
    let mut sql = Sql::new(PROFILE);
    sql.bind(location_id).push(" ORDER BY team_member_id LIMIT ").bind(4 * MOST);
    let found: Vec<Stored> = sql.all(conn).await?;
    found.into_iter().map(|stored| stored.open(app)).collect()
}

/// Writes an employment profile; gives its new revision.
pub async fn put_profile(
    tx: &mut Tx,
    app: &App,
    location_id: i64,
    profile: &Profile,
    now: i64,
) -> Result<i64> {
    let sealed = if profile.secrets == Secrets::default() {
        None
    } else {
        // A struct of texts always serialises.
        Some(app.seal(&serde_json::to_vec(&profile.secrets).unwrap_or_default()))
    };
    Ok(tx
        .one(
            "INSERT INTO employment_profiles
                 (location_id, team_member_id, firstname, surname, patronymic, date_admission,
                  date_registration_end, citizenship, gender, sealed, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (location_id, team_member_id) DO UPDATE SET
                 firstname = excluded.firstname, surname = excluded.surname, patronymic = excluded.patronymic,
                 date_admission = excluded.date_admission,
                 date_registration_end = excluded.date_registration_end, citizenship = excluded.citizenship,
                 gender = excluded.gender, sealed = excluded.sealed, updated_at = excluded.updated_at,
                 revision = employment_profiles.revision + 1
             RETURNING revision",
            params![
                location_id,
                profile.team_member_id,
                &profile.firstname,
                &profile.surname,
                &profile.patronymic,
                &profile.date_admission,
                &profile.date_registration_end,
                &profile.citizenship,
                profile.gender,
                sealed,
                now
            ],
        )
        .await?)
}

/// Which team members to find; each list narrows, none means all.
#[derive(Clone, Debug, Default)]
pub struct Narrow<'a> {
    /// Of these ids.
    pub ids: Vec<&'a [i64]>,
    /// In one of these positions.
    pub positions: Option<&'a [i64]>,
}

/// Their ids, in order. Dismissed ones are among them, deleted ones are not.
pub async fn ids(conn: &mut Conn, location_id: i64, narrow: &Narrow<'_>) -> Result<Vec<i64>> {
    let mut sql = Sql::new(
        "SELECT t.id FROM team_members t
         LEFT JOIN team_member_positions p ON p.location_id = t.location_id AND p.team_member_id = t.id
         WHERE t.is_deleted = 0 AND t.location_id = ",
    );
    sql.bind(location_id);
    for ids in &narrow.ids {
        sql.push(" AND t.id IN ").list(ids.iter().copied());
    }
    if let Some(ids) = narrow.positions {
        sql.push(" AND p.position_id IN ").list(ids.iter().copied());
    }
    sql.push(" ORDER BY t.id LIMIT ").bind(MOST);
    Ok(sql.all(conn).await?)
}

fn calendars_of(location_id: i64, ids: &[i64]) -> Sql {
    let mut sql =
        Sql::new("SELECT id, has_access_timetable, tt_markup FROM team_members WHERE location_id = ");
    sql.bind(location_id).push(" AND is_deleted = 0 AND id IN ").list(ids.iter().copied());
    sql.push(" ORDER BY id");
    sql
}

/// Those of these who are there, each with whether he has a calendar and with its step in minutes.
pub async fn calendars(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<(i64, bool, i64)>> {
    Ok(calendars_of(location_id, ids).all(conn).await?)
}

/// The same, locked until the end of the transaction: whoever changes their schedules comes one after the other.
pub async fn lock_calendars(tx: &mut Tx, location_id: i64, ids: &[i64]) -> Result<Vec<(i64, bool, i64)>> {
    Ok(calendars_of(location_id, ids).lock(tx).await?)
}
