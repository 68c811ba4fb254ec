//! Rows of locations, their phones, chains and booking forms.

use std::sync::LazyLock;

use calc::zone::Zone;
use db::{Conn, FromRow, Row, Sql, Tx, Value, params};
use kernel::{Page, Result};

use super::rules::Social;

/// A location.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "named as the columns, which are named as people name them")]
pub struct Location {
    pub id: i64,
    pub title: String,
    pub public_title: String,
    pub short_descr: String,
    pub description: String,
    pub country_id: i64,
    /// 0 for a city that the dictionary does not have.
    pub city_id: i64,
    pub city: String,
    /// IANA name.
    pub timezone: String,
    pub address: String,
    pub zip: String,
    pub latitude: f64,
    pub longitude: f64,
    pub site: String,
    pub email: String,
    /// Address of the logo; empty when none.
    pub logo: String,
    pub schedule: String,
    pub social: Social,
    pub business_type_id: i64,
    pub active: bool,
    pub phone_confirmation: bool,
    pub push_notification_phone_confirm: bool,
    pub payment_policy: String,
    pub group_priority: i64,
    pub bookform_group_priority: i64,
    pub reminds_sms_disabled: bool,
    pub reminds_sms_default: i64,
    pub allow_delete_record: bool,
    pub allow_change_record: bool,
    pub app_ios: String,
    pub app_android: String,
    pub active_staff_count: i64,
    pub main_chain_id: Option<i64>,
    pub main_chain_title: Option<String>,
    pub revision: i64,
}

/// Columns that a request writes, in the order of `values`.
const WRITTEN: &[&str] = &[
    "title",
    "public_title",
    "short_descr",
    "description",
    "country_id",
    "city_id",
    "city",
    "timezone",
    "address",
    "zip",
    "coordinate_lat",
    "coordinate_lon",
    "site",
    "email",
    "logo",
    "schedule",
    "social",
    "business_type_id",
    "active",
    "phone_confirmation",
    "push_notification_phone_confirm",
    "payment_policy",
    "group_priority",
    "bookform_group_priority",
    "reminds_sms_disabled",
    "reminds_sms_default",
    "allow_delete_record",
    "allow_change_record",
    "app_ios",
    "app_android",
    "main_chain_id",
];

const COLUMNS: &str = "l.id, l.title, l.public_title, l.short_descr, l.description, l.country_id, l.city_id, \
     l.city, l.timezone, l.address, l.zip, l.coordinate_lat, l.coordinate_lon, l.site, l.email, l.logo, \
     l.schedule, l.social, l.business_type_id, l.active, l.phone_confirmation, \
     l.push_notification_phone_confirm, l.payment_policy, l.group_priority, l.bookform_group_priority, \
     l.reminds_sms_disabled, l.reminds_sms_default, l.allow_delete_record, l.allow_change_record, l.app_ios, \
     l.app_android, l.active_staff_count, l.main_chain_id, c.title, l.revision";

const FROM: &str = "FROM locations l LEFT JOIN chains c ON c.id = l.main_chain_id";

impl FromRow for Location {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let social: String = row.get(17)?;
        Ok(Self {
            id: row.get(0)?,
            title: row.get(1)?,
            public_title: row.get(2)?,
            short_descr: row.get(3)?,
            description: row.get(4)?,
            country_id: row.get(5)?,
            city_id: row.get(6)?,
            city: row.get(7)?,
            timezone: row.get(8)?,
            address: row.get(9)?,
            zip: row.get(10)?,
            latitude: row.get(11)?,
            longitude: row.get(12)?,
            site: row.get(13)?,
            email: row.get(14)?,
            logo: row.get(15)?,
            schedule: row.get(16)?,
            social: serde_json::from_str(&social).map_err(|e| db::Error::Other(e.to_string()))?,
            business_type_id: row.get(18)?,
            active: row.get(19)?,
            phone_confirmation: row.get(20)?,
            push_notification_phone_confirm: row.get(21)?,
            payment_policy: row.get(22)?,
            group_priority: row.get(23)?,
            bookform_group_priority: row.get(24)?,
            reminds_sms_disabled: row.get(25)?,
            reminds_sms_default: row.get(26)?,
            allow_delete_record: row.get(27)?,
            allow_change_record: row.get(28)?,
            app_ios: row.get(29)?,
            app_android: row.get(30)?,
            active_staff_count: row.get(31)?,
            main_chain_id: row.get(32)?,
            main_chain_title: row.get(33)?,
            revision: row.get(34)?,
        })
    }
}

impl Location {
    /// One with nothing set yet.
    pub fn new(country_id: i64) -> Self {
        Self {
            id: 0,
            title: String::new(),
            public_title: String::new(),
            short_descr: String::new(),
            description: String::new(),
            country_id,
            city_id: 0,
            city: String::new(),
            timezone: "UTC".to_owned(),
            address: String::new(),
            zip: String::new(),
            latitude: 0.0,
            longitude: 0.0,
            site: String::new(),
            email: String::new(),
            logo: String::new(),
            schedule: String::new(),
            social: Social::default(),
            business_type_id: 0,
            active: true,
            phone_confirmation: false,
            push_notification_phone_confirm: false,
            payment_policy: "none".to_owned(),
            group_priority: 0,
            bookform_group_priority: 0,
            reminds_sms_disabled: false,
            reminds_sms_default: 1,
            allow_delete_record: true,
            allow_change_record: true,
            app_ios: String::new(),
            app_android: String::new(),
            active_staff_count: 0,
            main_chain_id: None,
            main_chain_title: None,
            revision: 1,
        }
    }

    fn values(&self) -> Vec<Value> {
        // A struct of texts always serialises.
        let social = serde_json::to_string(&self.social).unwrap_or_default();
        vec![
            (&self.title).into(),
            (&self.public_title).into(),
            (&self.short_descr).into(),
            (&self.description).into(),
            self.country_id.into(),
            self.city_id.into(),
            (&self.city).into(),
            (&self.timezone).into(),
            (&self.address).into(),
            (&self.zip).into(),
            self.latitude.into(),
            self.longitude.into(),
            (&self.site).into(),
            (&self.email).into(),
            (&self.logo).into(),
            (&self.schedule).into(),
            social.into(),
            self.business_type_id.into(),
            self.active.into(),
            self.phone_confirmation.into(),
            self.push_notification_phone_confirm.into(),
            (&self.payment_policy).into(),
            self.group_priority.into(),
            self.bookform_group_priority.into(),
            self.reminds_sms_disabled.into(),
            self.reminds_sms_default.into(),
            self.allow_delete_record.into(),
            self.allow_change_record.into(),
            (&self.app_ios).into(),
            (&self.app_android).into(),
            self.main_chain_id.into(),
        ]
    }
}

/// The location, unless deleted.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Location> {
    static SQL: LazyLock<String> =
        LazyLock::new(|| format!("SELECT {COLUMNS} {FROM} WHERE l.id = $1 AND l.deleted_at IS NULL"));
    Ok(conn.one(&SQL, params![id]).await?)
}

/// The locations with these ids, those deleted left out.
pub async fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Location>> {
    let mut sql = Sql::new(format!("SELECT {COLUMNS} {FROM} WHERE l.deleted_at IS NULL AND l.id IN "));
    sql.list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

/// The locations with these ids, those deleted with them.
pub async fn all_by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Location>> {
    let mut sql = Sql::new(format!("SELECT {COLUMNS} {FROM} WHERE l.id IN "));
    sql.list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

/// What these locations book: (location, `single`, `activity` or `mixed`).
pub async fn record_types(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let mut sql = Sql::new("SELECT id, record_type FROM locations WHERE id IN ");
    sql.list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

/// The zone whose clock hangs on the location's wall.
pub async fn zone(conn: &mut Conn, id: i64) -> Result<Zone> {
    let name: String =
        conn.one("SELECT timezone FROM locations WHERE id = $1 AND deleted_at IS NULL", params![id]).await?;
    Ok(Zone::parse(&name).unwrap_or_else(Zone::utc))
}

/// The same, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, id: i64) -> Result<Location> {
    // The lock is taken on the location alone: PostgreSQL locks no nullable side of a join.
    let there: Option<i64> =
        tx.lock("SELECT id FROM locations WHERE id = $1 AND deleted_at IS NULL", params![id]).await?;
    match there {
        Some(id) => by_id(tx, id).await,
        None => Err(kernel::Error::not_found()),
    }
}

/// Which locations to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub id: Option<i64>,
    pub chain_id: Option<i64>,
    /// Only those that this user belongs to; with `deleted` also deleted ones.
    pub member: Option<i64>,
    pub deleted: bool,
    pub active: Option<bool>,
    pub city_id: Option<i64>,
    pub min_id: Option<i64>,
    /// Kinds of appointments whose locations are left out.
    pub hidden_kinds: Vec<&'static str>,
    /// Business types; any when none.
    pub business_types: Option<Vec<i64>>,
}

/// A page of locations, by id.
pub async fn list(conn: &mut Conn, filter: &Filter, page: Page) -> Result<Vec<Location>> {
    let mut sql = Sql::new(format!("SELECT {COLUMNS} {FROM} WHERE l.id >= "));
    sql.bind(filter.min_id.unwrap_or_default());
    if !(filter.deleted && filter.member.is_some()) {
        sql.push(" AND l.deleted_at IS NULL");
    }
    if let Some(id) = filter.id {
        sql.push(" AND l.id = ").bind(id);
    }
    if let Some(chain) = filter.chain_id {
        sql.push(" AND l.id IN (SELECT location_id FROM location_chains WHERE chain_id = ")
            .bind(chain)
            .push(")");
    }
    if let Some(user) = filter.member {
        sql.push(" AND l.id IN (SELECT location_id FROM memberships WHERE is_approved = 1 AND user_id = ")
            .bind(user)
            .push(")");
    }
    if let Some(active) = filter.active {
        sql.push(" AND l.active = ").bind(active);
    }
    if let Some(city) = filter.city_id {
        sql.push(" AND l.city_id = ").bind(city);
    }
    if !filter.hidden_kinds.is_empty() {
        sql.push(" AND l.record_type NOT IN ").list(filter.hidden_kinds.iter().copied());
    }
    if let Some(types) = &filter.business_types {
        sql.push(" AND l.business_type_id IN ").list(types.iter().copied());
    }
    sql.push(" ORDER BY l.id LIMIT ").bind(page.limit).push(" OFFSET ").bind(page.offset);
    Ok(sql.all(conn).await?)
}

/// Writes a new location; gives its id. `id` names one (the demo).
pub async fn insert(tx: &mut Tx, location: &Location, now: i64) -> Result<i64> {
    let mut sql = Sql::new(format!("INSERT INTO locations ({}, created_at, updated_at", WRITTEN.join(", ")));
    let mut values = location.values();
    values.extend([now.into(), now.into()]);
    if location.id != 0 {
        sql.push(", id");
        values.push(location.id.into());
    }
    sql.push(") VALUES ").list(values).push(" RETURNING id");
    Ok(sql.one(tx).await?)
}

/// Writes a changed location; gives its new revision.
pub async fn update(tx: &mut Tx, location: &Location, now: i64) -> Result<i64> {
    let mut sql = Sql::new("UPDATE locations SET revision = revision + 1, updated_at = ");
    sql.bind(now);
    for (column, value) in WRITTEN.iter().zip(location.values()) {
        sql.push(", ").push(column).push(" = ").bind(value);
    }
    sql.push(" WHERE id = ").bind(location.id).push(" RETURNING revision");
    Ok(sql.one(tx).await?)
}

/// Writes what the location books: `single`, `activity` or `mixed`.
pub async fn set_record_type(tx: &mut Tx, id: i64, kind: &str, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE locations SET record_type = $2, updated_at = $3, revision = revision + 1
         WHERE id = $1 AND record_type <> $2",
        params![id, kind, now],
    )
    .await?;
    Ok(())
}

/// Writes what of online booking stands with the location.
pub async fn set_online(
    tx: &mut Tx,
    id: i64,
    phone_confirmation: bool,
    can_cancel: bool,
    can_change: bool,
    now: i64,
) -> Result<()> {
    tx.exec(
        "UPDATE locations SET phone_confirmation = $2, allow_delete_record = $3, allow_change_record = $4,
            updated_at = $5, revision = revision + 1
         WHERE id = $1 AND (phone_confirmation <> $2 OR allow_delete_record <> $3 OR allow_change_record <> $4)",
        params![id, phone_confirmation, can_cancel, can_change, now],
    )
    .await?;
    Ok(())
}

/// Deletes the location, softly.
pub async fn delete(tx: &mut Tx, id: i64, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE locations SET deleted_at = $2, updated_at = $2, revision = revision + 1 WHERE id = $1",
        params![id, now],
    )
    .await?;
    Ok(())
}

/// Undoes the deletion; false when it is not deleted or does not exist.
pub async fn undelete(tx: &mut Tx, id: i64, now: i64) -> Result<bool> {
    Ok(tx
        .exec(
            "UPDATE locations SET deleted_at = NULL, updated_at = $2, revision = revision + 1
             WHERE id = $1 AND deleted_at IS NOT NULL",
            params![id, now],
        )
        .await?
        == 1)
}

/// Phones of these locations, in their order.
pub async fn phones(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let mut sql = Sql::new("SELECT location_id, phone FROM location_phones WHERE location_id IN ");
    sql.list(ids.iter().copied()).push(" ORDER BY location_id, position");
    Ok(sql.all(conn).await?)
}

/// Replaces the location's phones.
pub async fn set_phones(tx: &mut Tx, id: i64, phones: &[String]) -> Result<()> {
    tx.exec("DELETE FROM location_phones WHERE location_id = $1", params![id]).await?;
    if phones.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO location_phones (location_id, position, phone) VALUES ");
    sql.rows((0i64..).zip(phones).map(|(at, phone)| [id.into(), at.into(), Value::from(phone)]));
    sql.exec(tx).await?;
    Ok(())
}

/// Chains of these locations: (location, chain, title).
pub async fn chains(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, i64, String)>> {
    let mut sql = Sql::new(
        "SELECT lc.location_id, c.id, c.title FROM location_chains lc JOIN chains c ON c.id = lc.chain_id
         WHERE lc.location_id IN ",
    );
    sql.list(ids.iter().copied()).push(" ORDER BY lc.location_id, c.id");
    Ok(sql.all(conn).await?)
}

/// The first location of a chain.
pub async fn first_of_chain(conn: &mut Conn, chain_id: i64) -> Result<Option<i64>> {
    Ok(conn
        .maybe(
            "SELECT l.id FROM location_chains c JOIN locations l ON l.id = c.location_id
             WHERE c.chain_id = $1 AND l.deleted_at IS NULL ORDER BY l.id LIMIT 1",
            params![chain_id],
        )
        .await?)
}

/// Puts the location into a chain.
pub async fn join_chain(tx: &mut Tx, id: i64, chain_id: i64) -> Result<()> {
    tx.exec("INSERT INTO location_chains (location_id, chain_id) VALUES ($1, $2)", params![id, chain_id])
        .await?;
    Ok(())
}

/// Booking forms of these locations, deleted ones left out: (location, form, title, whether it is the default).
pub async fn forms(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, i64, String, bool)>> {
    let mut sql = Sql::new(
        "SELECT location_id, id, title, is_default FROM booking_forms WHERE deleted_at IS NULL AND location_id IN ",
    );
    sql.list(ids.iter().copied()).push(" ORDER BY location_id, id");
    Ok(sql.all(conn).await?)
}

/// The location of a booking form and the form's title, unless either is deleted.
pub async fn of_form(conn: &mut Conn, form_id: i64) -> Result<Option<(i64, String)>> {
    Ok(conn
        .maybe(
            "SELECT f.location_id, f.title FROM booking_forms f JOIN locations l ON l.id = f.location_id
             WHERE f.id = $1 AND f.deleted_at IS NULL AND l.deleted_at IS NULL",
            params![form_id],
        )
        .await?)
}

/// Makes a booking form. `form_id` names one (the demo).
pub async fn insert_form(
    tx: &mut Tx,
    id: i64,
    form_id: Option<i64>,
    title: &str,
    is_default: bool,
) -> Result<()> {
    match form_id {
        Some(form) => {
            tx.exec(
                "INSERT INTO booking_forms (location_id, id, title, is_default) VALUES ($1, $2, $3, $4)",
                params![id, form, title, is_default],
            )
            .await?
        }
        None => {
            tx.exec(
                "INSERT INTO booking_forms (location_id, title, is_default) VALUES ($1, $2, $3)",
                params![id, title, is_default],
            )
            .await?
        }
    };
    Ok(())
}
