//! Rows of users, memberships and invitations.

use std::net::IpAddr;

use db::{Conn, FromRow, Row, Sql, Tx, Value, params};
use ipnet::IpNet;
use kernel::{Hash, Page, Result};

use crate::rights::{Grants, Role, Value as Right};

db::row! {
    /// A user.
    pub struct User {
        /// Id.
        pub id: i64,
        /// Name.
        pub name: String,
        /// Login, in lower case.
        pub login: String,
        /// E-mail address, in lower case.
        pub email: Option<String>,
        /// Phone number, E.164.
        pub phone: Option<String>,
        /// Argon2id; none until an invitation is accepted.
        pub password_hash: Option<String>,
        /// Address of the portrait.
        pub avatar: String,
        /// Whether he has accepted an invitation or signed up.
        pub is_approved: bool,
        /// Whether the e-mail address is confirmed.
        pub is_email_confirmed: bool,
    }
}

/// What a user is at a location.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    /// The location.
    pub location_id: i64,
    /// The user.
    pub user_id: i64,
    /// Role and rights.
    pub grants: Grants,
    /// The team member he is.
    pub team_member_id: Option<i64>,
    /// What he does there, in words.
    pub information: String,
    /// Whether he has accepted the invitation.
    pub is_approved: bool,
    /// Whether he can't be removed (who made the location).
    pub is_non_deletable: bool,
    /// Counted up with each change.
    pub revision: i64,
}

impl Membership {
    const COLUMNS: &'static str = "m.location_id, m.user_id, m.role, m.rights, m.team_member_id, \
         m.information, m.is_approved, m.is_non_deletable, m.revision";

    /// The role.
    pub fn role(&self) -> Role {
        self.grants.role()
    }

    /// Whether the user may enter the location from this address: from any, unless his rights name those from
    /// which alone he may.
    pub fn may_enter_from(&self, address: &str) -> bool {
        if !self.grants.allows("auth_enable_check_ip") {
            return true;
        }
        let (Ok(address), Some(Right::Texts(allowed))) =
            (address.parse::<IpAddr>(), self.grants.get("auth_list_allowed_ip"))
        else {
            return false;
        };
        allowed.iter().any(|one| match (one.parse::<IpAddr>(), one.parse::<IpNet>()) {
            (Ok(one), _) => one == address,
            (_, Ok(net)) => net.contains(&address),
            _ => false,
        })
    }
}

impl FromRow for Membership {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let role: String = row.get(2)?;
        let role = Role::parse(&role).ok_or_else(|| db::Error::Other(format!("unknown role {role}")))?;
        let rights: String = row.get(3)?;
        let grants = Grants::from_json(role, &rights).map_err(|e| db::Error::Other(e.to_string()))?;
        Ok(Self {
            location_id: row.get(0)?,
            user_id: row.get(1)?,
            grants,
            team_member_id: row.get(4)?,
            information: row.get(5)?,
            is_approved: row.get(6)?,
            is_non_deletable: row.get(7)?,
            revision: row.get(8)?,
        })
    }
}

/// A user of a location with what he is there.
#[derive(Clone, Debug)]
pub struct LocationUser {
    /// What he is there.
    pub membership: Membership,
    /// Name.
    pub name: String,
    /// Login.
    pub login: String,
    /// E-mail address; empty when none.
    pub email: String,
    /// Phone number; empty when none.
    pub phone: String,
}

impl FromRow for LocationUser {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            membership: Membership::from_row(row)?,
            name: row.get(9)?,
            login: row.get(10)?,
            email: row.get::<Option<String>>(11)?.unwrap_or_default(),
            phone: row.get::<Option<String>>(12)?.unwrap_or_default(),
        })
    }
}

/// The user with this login, e-mail address or phone number, normalised.
pub async fn by_login(conn: &mut Conn, login: &str) -> Result<Option<User>> {
    // Each of the three has its unique index; a login never equals another's e-mail or phone (they are
    // checked against each other when a user is made).
    let columns = User::COLUMNS;
    let sql = format!(
        "SELECT {columns} FROM users WHERE login = $1
         UNION SELECT {columns} FROM users WHERE email = $1
         UNION SELECT {columns} FROM users WHERE phone = $1 LIMIT 1"
    );
    Ok(conn.maybe(&sql, params![login]).await?)
}

/// The user with this id.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<User> {
    let sql = format!("SELECT {} FROM users WHERE id = $1", User::COLUMNS);
    Ok(conn.one(&sql, params![id]).await?)
}

/// The users with any of these e-mail addresses or phone numbers.
pub async fn by_contacts(conn: &mut Conn, contacts: &[String]) -> Result<Vec<User>> {
    let mut sql = Sql::new(format!("SELECT {} FROM users WHERE email IN ", User::COLUMNS));
    sql.list(contacts).push(" OR phone IN ").list(contacts).push(" OR login IN ").list(contacts);
    Ok(sql.all(conn).await?)
}

/// A user to be written.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// Name.
    pub name: String,
    /// Login, normalised.
    pub login: String,
    /// E-mail address, normalised.
    pub email: Option<String>,
    /// Phone number, E.164.
    pub phone: Option<String>,
    /// Whether he may sign in without accepting an invitation.
    pub is_approved: bool,
}

/// Writes users; gives (login, id).
pub async fn insert(tx: &mut Tx, users: &[NewRow], now: i64) -> Result<Vec<(String, i64)>> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("INSERT INTO users (name, login, email, phone, is_approved, created_at) VALUES ");
    sql.rows(users.iter().map(|u| {
        [
            Value::from(&u.name),
            Value::from(&u.login),
            Value::from(&u.email),
            Value::from(&u.phone),
            Value::from(u.is_approved),
            Value::from(now),
        ]
    }));
    sql.push(" RETURNING login, id");
    Ok(sql.all(tx).await?)
}

/// Sets the password; the user counts as approved from then on.
pub async fn set_password(tx: &mut Tx, user_id: i64, hash: &str, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE users SET password_hash = $2, password_changed_at = $3, is_approved = 1 WHERE id = $1",
        params![user_id, hash, now],
    )
    .await?;
    Ok(())
}

/// Locations of a user read at once at the most.
const LOCATIONS: i64 = 5000;

/// What the user is at all locations, as far as accepted.
pub async fn memberships_of_user(conn: &mut Conn, user_id: i64) -> Result<Vec<Membership>> {
    let sql = format!(
        "SELECT {} FROM memberships m JOIN locations l ON l.id = m.location_id
         WHERE m.user_id = $1 AND m.is_approved = 1 AND l.deleted_at IS NULL ORDER BY m.location_id LIMIT $2",
        Membership::COLUMNS
    );
    Ok(conn.all(&sql, params![user_id, LOCATIONS]).await?)
}

/// The phone that the user proved by a code.
pub async fn proven_phone(conn: &mut Conn, user_id: i64) -> Result<Option<String>> {
    let phone: Option<Option<String>> =
        conn.maybe("SELECT phone FROM users WHERE id = $1 AND phone_confirmed = 1", params![user_id]).await?;
    Ok(phone.flatten())
}

/// Notes that a phone is the user's, as a code proved.
pub async fn confirm_phone(tx: &mut Tx, user_id: i64, phone: &str) -> Result<()> {
    tx.exec(
        "UPDATE users SET phone = $2, phone_confirmed = 1, is_approved = 1 WHERE id = $1",
        params![user_id, phone],
    )
    .await?;
    Ok(())
}

/// Writes name, e-mail address and, where it is another, a phone that a code proved. A login that was the old phone or
/// address goes with it.
pub async fn set_contacts(
    tx: &mut Tx,
    user: &User,
    name: &str,
    email: Option<&str>,
    phone: Option<&str>,
) -> Result<()> {
    let login = if user.phone.as_deref() == Some(user.login.as_str()) {
        phone.unwrap_or(&user.login)
    } else if user.email.as_deref() == Some(user.login.as_str()) {
        email.or(phone).or(user.phone.as_deref()).unwrap_or(&user.login)
    } else {
        &user.login
    };
    let same = user.email.as_deref() == email;
    tx.exec(
        "UPDATE users SET name = $2, email = $3, login = $4, phone = COALESCE($5, phone),
            phone_confirmed = CASE WHEN $6 = 1 THEN 1 ELSE phone_confirmed END,
            is_email_confirmed = CASE WHEN $7 = 1 THEN is_email_confirmed ELSE 0 END
         WHERE id = $1",
        params![user.id, name, email, login, phone, i64::from(phone.is_some()), i64::from(same)],
    )
    .await?;
    Ok(())
}

/// Sets the name.
pub async fn set_name(tx: &mut Tx, user_id: i64, name: &str) -> Result<()> {
    tx.exec("UPDATE users SET name = $2 WHERE id = $1", params![user_id, name]).await?;
    Ok(())
}

/// What the user is at the location: approved, and the location not deleted.
pub async fn active_membership(
    conn: &mut Conn,
    location_id: i64,
    user_id: i64,
) -> Result<Option<Membership>> {
    let sql = format!(
        "SELECT {} FROM memberships m JOIN locations l ON l.id = m.location_id
         WHERE m.location_id = $1 AND m.user_id = $2 AND m.is_approved = 1 AND l.deleted_at IS NULL",
        Membership::COLUMNS
    );
    Ok(conn.maybe(&sql, params![location_id, user_id]).await?)
}

/// What the user is at the location, approved or not.
pub async fn membership(conn: &mut Conn, location_id: i64, user_id: i64) -> Result<Option<Membership>> {
    Ok(conn.maybe(&one_membership(), params![location_id, user_id]).await?)
}

/// The same, locked until the end of the transaction.
pub async fn lock_membership(tx: &mut Tx, location_id: i64, user_id: i64) -> Result<Option<Membership>> {
    Ok(tx.lock(&one_membership(), params![location_id, user_id]).await?)
}

fn one_membership() -> String {
    format!("SELECT {} FROM memberships m WHERE m.location_id = $1 AND m.user_id = $2", Membership::COLUMNS)
}

/// What the user is at these locations, those deleted left out.
pub async fn memberships_at(conn: &mut Conn, user_id: i64, locations: &[i64]) -> Result<Vec<Membership>> {
    let mut sql = Sql::new(format!(
        "SELECT {} FROM memberships m JOIN locations l ON l.id = m.location_id
         WHERE l.deleted_at IS NULL AND m.user_id = ",
        Membership::COLUMNS
    ));
    sql.bind(user_id).push(" AND m.location_id IN ").list(locations.iter().copied());
    Ok(sql.all(conn).await?)
}

/// What these users are at the location.
pub async fn memberships_of(conn: &mut Conn, location_id: i64, users: &[i64]) -> Result<Vec<Membership>> {
    let mut sql =
        Sql::new(format!("SELECT {} FROM memberships m WHERE m.location_id = ", Membership::COLUMNS));
    sql.bind(location_id).push(" AND m.user_id IN ").list(users.iter().copied());
    Ok(sql.all(conn).await?)
}

/// A page of a location's users, by id.
pub async fn list(
    conn: &mut Conn,
    location_id: i64,
    is_approved: Option<bool>,
    page: Page,
) -> Result<Vec<LocationUser>> {
    let mut sql = Sql::new(format!(
        "SELECT {}, u.name, u.login, u.email, u.phone
         FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.location_id = ",
        Membership::COLUMNS
    ));
    sql.bind(location_id);
    if let Some(approved) = is_approved {
        sql.push(" AND m.is_approved = ").bind(approved);
    }
    sql.push(" ORDER BY m.user_id LIMIT ").bind(page.limit).push(" OFFSET ").bind(page.offset);
    Ok(sql.all(conn).await?)
}

/// How many users the location has.
pub async fn count(conn: &mut Conn, location_id: i64, is_approved: Option<bool>) -> Result<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM memberships m WHERE m.location_id = ");
    sql.bind(location_id);
    if let Some(approved) = is_approved {
        sql.push(" AND m.is_approved = ").bind(approved);
    }
    Ok(sql.one(conn).await?)
}

/// Writes memberships, or their role and rights where they are there already.
pub async fn put_memberships(tx: &mut Tx, memberships: &[Membership], now: i64) -> Result<()> {
    if memberships.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(
        "INSERT INTO memberships (location_id, user_id, role, rights, team_member_id, information, is_approved,
         is_non_deletable, created_at) VALUES ",
    );
    sql.rows(memberships.iter().map(|m| {
        [
            Value::from(m.location_id),
            Value::from(m.user_id),
            Value::from(m.role().slug()),
            Value::from(m.grants.to_json()),
            Value::from(m.team_member_id),
            Value::from(&m.information),
            Value::from(m.is_approved),
            Value::from(m.is_non_deletable),
            Value::from(now),
        ]
    }));
    sql.push(
        " ON CONFLICT (location_id, user_id) DO UPDATE SET role = excluded.role, rights = excluded.rights,
         team_member_id = excluded.team_member_id, information = excluded.information,
         revision = memberships.revision + 1",
    );
    sql.exec(tx).await?;
    Ok(())
}

/// Approves an invited membership.
pub async fn approve(tx: &mut Tx, location_id: i64, user_id: i64) -> Result<()> {
    tx.exec(
        "UPDATE memberships SET is_approved = 1, revision = revision + 1 WHERE location_id = $1 AND user_id = $2",
        params![location_id, user_id],
    )
    .await?;
    tx.exec("DELETE FROM invitations WHERE location_id = $1 AND user_id = $2", params![location_id, user_id])
        .await?;
    Ok(())
}

/// Removes the user from these locations; gives from how many.
pub async fn remove(tx: &mut Tx, user_id: i64, locations: &[i64]) -> Result<u64> {
    let mut sql = Sql::new("DELETE FROM memberships WHERE user_id = ");
    sql.bind(user_id).push(" AND location_id IN ").list(locations.iter().copied());
    Ok(sql.exec(tx).await?)
}

/// An invitation to be written.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// Who is invited.
    pub user_id: i64,
    /// Of the secret in the link.
    pub hash: Hash,
}

/// Writes invitations; an earlier link of the same user is void from then on.
pub async fn put_invitations(
    tx: &mut Tx,
    location_id: i64,
    invitations: &[NewInvitation],
    expires_at: i64,
) -> Result<()> {
    if invitations.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO invitations (location_id, user_id, token_hash, expires_at) VALUES ");
    sql.rows(invitations.iter().map(|i| {
        [
            Value::from(location_id),
            Value::from(i.user_id),
            Value::from(i.hash.bytes()),
            Value::from(expires_at),
        ]
    }));
    sql.push(
        " ON CONFLICT (location_id, user_id) DO UPDATE SET token_hash = excluded.token_hash,
         expires_at = excluded.expires_at",
    );
    sql.exec(tx).await?;
    Ok(())
}

db::row! {
    /// An open invitation.
    pub struct Invitation {
        /// To which location.
        pub location_id: i64,
        /// Its name.
        pub title: String,
        /// Who is invited.
        pub user_id: i64,
        /// Under which name.
        pub name: String,
        /// Whether he has a password already.
        pub has_password: bool,
    }
}

/// The open invitation whose link has this secret.
pub async fn invitation(conn: &mut Conn, hash: &Hash, now: i64) -> Result<Option<Invitation>> {
    Ok(conn
        .maybe(
            "SELECT i.location_id, l.title, i.user_id, u.name,
                    CASE WHEN u.password_hash IS NULL THEN 0 ELSE 1 END
             FROM invitations i JOIN locations l ON l.id = i.location_id JOIN users u ON u.id = i.user_id
             WHERE i.token_hash = $1 AND i.expires_at > $2 AND l.deleted_at IS NULL",
            params![hash.bytes(), now],
        )
        .await?)
}

/// Which users these team members are: (team member, user).
pub async fn of_team_members(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let mut sql = Sql::new("SELECT team_member_id, user_id FROM memberships WHERE location_id = ");
    sql.bind(location_id).push(" AND team_member_id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

/// Makes this user, or none, the one that the team member is. A user is one team member at the most, and a team
/// member one user.
pub async fn link_team_member(
    tx: &mut Tx,
    location_id: i64,
    team_member_id: i64,
    user_id: Option<i64>,
) -> Result<()> {
    let user_id = user_id.unwrap_or_default();
    tx.exec(
        "UPDATE memberships SET team_member_id = NULL, revision = revision + 1
         WHERE location_id = $1 AND team_member_id = $2 AND user_id <> $3",
        params![location_id, team_member_id, user_id],
    )
    .await?;
    tx.exec(
        "UPDATE memberships SET team_member_id = $2, revision = revision + 1
         WHERE location_id = $1 AND user_id = $3 AND (team_member_id IS NULL OR team_member_id <> $2)",
        params![location_id, team_member_id, user_id],
    )
    .await?;
    Ok(())
}

/// Which of these are team members of the location, not deleted.
pub async fn team_members(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<i64>> {
    let mut sql = Sql::new("SELECT id FROM team_members WHERE is_deleted = 0 AND location_id = ");
    sql.bind(location_id).push(" AND id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}
