//! Rows of occupancy.

use std::collections::{BTreeSet, HashMap};

use db::{Conn, Sql, Tx, Value, params};
use kernel::{Error, Result};

/// What can be taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A team member.
    Team,
    /// An instance of a resource.
    Resource,
}

impl Subject {
    fn name(self) -> &'static str {
        match self {
            Subject::Team => "team",
            Subject::Resource => "resource",
        }
    }

    fn of(name: &str) -> Self {
        if name == "team" { Subject::Team } else { Subject::Resource }
    }
}

/// What takes it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A group event.
    Event,
    /// An appointment.
    Appointment,
    /// Somebody who is about to book: ends by itself.
    Hold,
}

impl Owner {
    fn name(self) -> &'static str {
        match self {
            Owner::Event => "event",
            Owner::Appointment => "appointment",
            Owner::Hold => "hold",
        }
    }
}

db::row! {
    /// Something that is taken up.
    pub struct Busy {
        pub subject_id: i64,
        /// `event` or `appointment`
        pub owner: String,
        pub owner_id: i64,
        /// Instants, in milliseconds.
        pub starts_at: i64,
        pub ends_at: i64,
    }
}

/// Something to take up: instants in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// A team member or a resource's instance.
    pub subject: Subject,
    /// Its id.
    pub subject_id: i64,
    /// From.
    pub starts_at: i64,
    /// Up to, not with.
    pub ends_at: i64,
}

impl Taken {
    /// Whether both want the same at the same time.
    pub fn overlaps(self, other: Self) -> bool {
        self.subject == other.subject
            && self.subject_id == other.subject_id
            && self.starts_at < other.ends_at
            && other.starts_at < self.ends_at
    }
}

/// The longest that anything is taken up in one row, milliseconds; the table says so too.
const LONGEST: i64 = 172_800_000;
/// Rows read at once at the most.
const MOST: i64 = 100_000;
/// The same where free times are looked for: a year of a hundred team members.
const MOST_TAKEN: i64 = 1_000_000;

/// What takes up these subjects at some moment from `from` up to `to`, in order. Holds are not among it.
pub async fn busy(
    conn: &mut Conn,
    location_id: i64,
    subject: Subject,
    ids: &[i64],
    from: i64,
    to: i64,
) -> Result<Vec<Busy>> {
    let mut sql = Sql::new(format!("SELECT {} FROM occupancy WHERE location_id = ", Busy::COLUMNS));
    sql.bind(location_id).push(" AND subject = ").bind(subject.name());
    sql.push(" AND subject_id IN ").list(ids.iter().copied());
    sql.push(" AND starts_at > ").bind(from - LONGEST).push(" AND starts_at < ").bind(to);
    sql.push(" AND ends_at > ").bind(from).push(" AND owner <> 'hold'");
    sql.push(" ORDER BY starts_at, subject_id LIMIT ").bind(MOST);
    Ok(sql.all(conn).await?)
}

db::row! {
    /// When an instance of a resource is taken up.
    pub struct Occupied {
        pub resource_id: i64,
        pub instance_id: i64,
        /// `event` or `appointment`
        pub owner: String,
        pub owner_id: i64,
        /// Instants, in milliseconds.
        pub starts_at: i64,
        pub ends_at: i64,
    }
}

/// When the location's resources (those that one of these services needs, where services are given) are taken up at
/// some moment from `from` up to `to`, in order. Holds are not among it.
pub async fn of_resources(
    conn: &mut Conn,
    location_id: i64,
    services: Option<&[i64]>,
    from: i64,
    to: i64,
) -> Result<Vec<Occupied>> {
    Ok(occupying(location_id, services, from, to).all(conn).await?)
}

/// The statement of [`of_resources`].
pub fn occupying(location_id: i64, services: Option<&[i64]>, from: i64, to: i64) -> Sql {
    let mut sql = Sql::new(
        "SELECT i.resource_id, i.id, o.owner, o.owner_id, o.starts_at, o.ends_at FROM resource_instances i
         JOIN resources r ON r.location_id = i.location_id AND r.id = i.resource_id AND r.is_deleted = 0
         JOIN occupancy o ON o.location_id = i.location_id AND o.subject = 'resource' AND o.subject_id = i.id
         WHERE i.is_deleted = 0 AND i.location_id = ",
    );
    sql.bind(location_id);
    sql.push(" AND o.starts_at > ").bind(from - LONGEST).push(" AND o.starts_at < ").bind(to);
    sql.push(" AND o.ends_at > ").bind(from).push(" AND o.owner <> 'hold'");
    if let Some(services) = services {
        sql.push(
            " AND i.resource_id IN (SELECT n.resource_id FROM service_resources n WHERE n.location_id = ",
        );
        sql.bind(location_id).push(" AND n.service_id IN ").list(services.iter().copied()).push(")");
    }
    sql.push(" ORDER BY o.starts_at, i.id, o.owner_id LIMIT ").bind(MOST);
    sql
}

db::row! {
    struct Way {
        subject_id: i64,
        starts_at: i64,
        ends_at: i64,
        expires_at: Option<i64>,
    }
}

/// Something that is in the way.
#[derive(Clone, Copy, Debug)]
pub struct InTheWay {
    /// A team member or a resource's instance.
    pub subject: Subject,
    /// Its id.
    pub subject_id: i64,
    /// From, milliseconds.
    pub starts_at: i64,
    /// Up to, not with.
    pub ends_at: i64,
    /// It is a hold, and ends then by itself.
    pub expires_at: Option<i64>,
}

/// What is in the way of whoever books: rows of team members and of instances, live holds among them. `but` is not in
/// its own way.
pub async fn in_the_way(
    conn: &mut Conn,
    location_id: i64,
    of: (&[i64], &[i64]),
    span: (i64, i64),
    but: Option<(Owner, i64)>,
    now: i64,
) -> Result<Vec<Taken>> {
    let all = all_in_the_way(conn, location_id, of, span, but).await?;
    let live = all.into_iter().filter(|way| way.expires_at.is_none_or(|at| at > now));
    let taken = |InTheWay { subject, subject_id, starts_at, ends_at, .. }| Taken {
        subject,
        subject_id,
        starts_at,
        ends_at,
    };
    Ok(live.map(taken).collect())
}

/// The same with holds that have ended.
pub async fn all_in_the_way(
    conn: &mut Conn,
    location_id: i64,
    (team, instances): (&[i64], &[i64]),
    span: (i64, i64),
    but: Option<(Owner, i64)>,
) -> Result<Vec<InTheWay>> {
    let mut out = Vec::new();
    for (subject, ids) in [(Subject::Team, team), (Subject::Resource, instances)] {
        if ids.is_empty() {
            continue;
        }
        let rows: Vec<Way> = within(location_id, subject, ids, span, but).all(conn).await?;
        out.extend(rows.into_iter().map(|Way { subject_id, starts_at, ends_at, expires_at }| InTheWay {
            subject,
            subject_id,
            starts_at,
            ends_at,
            expires_at,
        }));
    }
    Ok(out)
}

/// The statement behind [`all_in_the_way`], for one kind of subject.
pub fn within(
    location_id: i64,
    subject: Subject,
    ids: &[i64],
    (from, to): (i64, i64),
    but: Option<(Owner, i64)>,
) -> Sql {
    let mut sql = Sql::new(format!("SELECT {} FROM occupancy WHERE location_id = ", Way::COLUMNS));
    sql.bind(location_id).push(" AND subject = ").bind(subject.name());
    sql.push(" AND subject_id IN ").list(ids.iter().copied());
    sql.push(" AND starts_at > ").bind(from - LONGEST).push(" AND starts_at < ").bind(to);
    sql.push(" AND ends_at > ").bind(from);
    if let Some((owner, id)) = but {
        sql.push(" AND NOT (owner = ").bind(owner.name()).push(" AND owner_id = ").bind(id).push(")");
    }
    sql.push(" LIMIT ").bind(MOST_TAKEN);
    sql
}

db::row! {
    struct Found {
        subject: String,
        subject_id: i64,
        owner: String,
        owner_id: i64,
        starts_at: i64,
        ends_at: i64,
    }
}

/// Of each thing wanted, whether something else takes it up already. It is wanted for an owner (0 for a new one), who
/// is not in his own way.
pub async fn clashes(
    conn: &mut Conn,
    location_id: i64,
    owner: Owner,
    wanted: &[(i64, Taken)],
    now: i64,
) -> Result<Vec<bool>> {
    let (Some(from), Some(to)) =
        (wanted.iter().map(|(_, t)| t.starts_at).min(), wanted.iter().map(|(_, t)| t.ends_at).max())
    else {
        return Ok(Vec::new());
    };
    let ids = |subject| -> BTreeSet<i64> {
        wanted.iter().filter(|(_, t)| t.subject == subject).map(|(_, t)| t.subject_id).collect()
    };
    let mut sql = Sql::new(format!("SELECT {} FROM occupancy WHERE location_id = ", Found::COLUMNS));
    sql.bind(location_id).push(" AND ((subject = 'team' AND subject_id IN ").list(ids(Subject::Team));
    sql.push(") OR (subject = 'resource' AND subject_id IN ").list(ids(Subject::Resource));
    sql.push(")) AND starts_at > ").bind(from - LONGEST).push(" AND starts_at < ").bind(to);
    sql.push(" AND ends_at > ").bind(from);
    sql.push(" AND (expires_at IS NULL OR expires_at > ").bind(now).push(") ORDER BY starts_at");
    let found: Vec<Found> = sql.all(conn).await?;
    let mut of: HashMap<(Subject, i64), Vec<Found>> = HashMap::new();
    for row in found {
        of.entry((Subject::of(&row.subject), row.subject_id)).or_default().push(row);
    }
    let clash = |(id, taken): &(i64, Taken)| {
        let Some(rows) = of.get(&(taken.subject, taken.subject_id)) else { return false };
        let before = rows.partition_point(|row| row.starts_at < taken.ends_at);
        let near = rows[..before].iter().rev().take_while(|row| row.starts_at > taken.starts_at - LONGEST);
        let own = |row: &Found| row.owner == owner.name() && row.owner_id == *id;
        near.filter(|row| !own(row)).any(|row| row.ends_at > taken.starts_at)
    };
    Ok(wanted.iter().map(clash).collect())
}

/// Takes up what is wanted for one owner each, in place of all that those owners had. What is wanted with others is
/// refused by the database, unless `force`: then it is marked as a deliberate overlap.
///
/// # Errors
/// 409 when somebody was quicker; the whole transaction is to be given up.
pub async fn take(
    tx: &mut Tx,
    location_id: i64,
    owner: Owner,
    wanted: &[(i64, Vec<Taken>)],
    force: bool,
    now: i64,
) -> Result<()> {
    let owners: Vec<i64> = wanted.iter().map(|(id, _)| *id).collect();
    release(tx, location_id, owner, &owners).await?;
    add(tx, location_id, owner, wanted, force, now).await
}

/// The same for owners that are new.
///
/// # Errors
/// Those of [`take`].
pub async fn add(
    tx: &mut Tx,
    location_id: i64,
    owner: Owner,
    wanted: &[(i64, Vec<Taken>)],
    force: bool,
    now: i64,
) -> Result<()> {
    lapse(tx, location_id, now).await?;
    let flat: Vec<(i64, Taken)> =
        wanted.iter().flat_map(|(id, taken)| taken.iter().map(|t| (*id, *t))).collect();
    let marks = if force {
        let outside = clashes(tx, location_id, owner, &flat, now).await?;
        // Among themselves too: a series may be forced over its own dates.
        let within = |at: usize| {
            flat.iter().enumerate().any(|(other, (_, t))| {
                let one = flat[at].1;
                other != at && one.overlaps(*t)
            })
        };
        outside.into_iter().enumerate().map(|(at, clash)| clash || within(at)).collect()
    } else {
        vec![false; flat.len()]
    };
    let rows: Vec<Vec<Value>> = flat
        .iter()
        .zip(marks)
        .map(|((id, t), overlapping)| {
            let subject = t.subject.name();
            params![
                location_id,
                subject,
                t.subject_id,
                owner.name(),
                *id,
                t.starts_at,
                t.ends_at,
                overlapping
            ]
            .to_vec()
        })
        .collect();
    for part in rows.chunks(1000) {
        let mut sql = Sql::new(
            "INSERT INTO occupancy (location_id, subject, subject_id, owner, owner_id, starts_at, ends_at, overlapping) VALUES ",
        );
        sql.rows(part.iter().cloned());
        sql.exec(tx).await.map_err(refused)?;
    }
    Ok(())
}

/// What the database says of two that overlap.
fn refused(error: db::Error) -> Error {
    match error {
        db::Error::Refused(_) => Error::conflict("busy"),
        other => other.into(),
    }
}

/// Takes away the holds that have ended.
async fn lapse(tx: &mut Tx, location_id: i64, now: i64) -> Result<()> {
    tx.exec(
        "DELETE FROM occupancy WHERE location_id = $1 AND owner = 'hold' AND expires_at <= $2",
        params![location_id, now],
    )
    .await?;
    Ok(())
}

/// Holds this until then.
///
/// # Errors
/// 409 when somebody was quicker; the whole transaction is to be given up.
pub async fn hold(
    tx: &mut Tx,
    location_id: i64,
    id: i64,
    wanted: &[Taken],
    expires_at: i64,
    now: i64,
) -> Result<()> {
    lapse(tx, location_id, now).await?;
    let mut sql = Sql::new(
        "INSERT INTO occupancy (location_id, subject, subject_id, owner, owner_id, starts_at, ends_at, expires_at) VALUES ",
    );
    sql.rows(wanted.iter().map(|t| {
        params![location_id, t.subject.name(), t.subject_id, "hold", id, t.starts_at, t.ends_at, expires_at]
            .to_vec()
    }));
    sql.exec(tx).await.map_err(refused)?;
    Ok(())
}

/// What an owner has taken.
pub async fn of_owner(conn: &mut Conn, location_id: i64, owner: Owner, id: i64) -> Result<Vec<Taken>> {
    let rows: Vec<(String, i64, i64, i64)> = conn
        .all(
            "SELECT subject, subject_id, starts_at, ends_at FROM occupancy
             WHERE location_id = $1 AND owner = $2 AND owner_id = $3 ORDER BY subject, subject_id, starts_at",
            params![location_id, owner.name(), id],
        )
        .await?;
    let taken = |(subject, subject_id, starts_at, ends_at): (String, i64, i64, i64)| Taken {
        subject: Subject::of(&subject),
        subject_id,
        starts_at,
        ends_at,
    };
    Ok(rows.into_iter().map(taken).collect())
}

/// Gives up all that these owners had taken.
pub async fn release(tx: &mut Tx, location_id: i64, owner: Owner, owners: &[i64]) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM occupancy WHERE location_id = ");
    sql.bind(location_id).push(" AND owner = ").bind(owner.name()).push(" AND owner_id IN ");
    sql.list(owners.iter().copied());
    sql.exec(tx).await?;
    Ok(())
}
