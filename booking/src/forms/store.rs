//! Rows of booking forms.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use db::{Conn, FromRow, Row, Sql, Tx, Value, params};
use kernel::Result;

/// A booking form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as the columns, which are named as people name them")]
pub struct Form {
    pub id: i64,
    pub title: String,
    pub is_default: bool,
    /// Whether the service to begin with is offered still.
    pub has_service: bool,
    /// Whether the team member to begin with works there still.
    pub has_team_member: bool,
    pub description: String,
    pub without_menu: bool,
    /// The service to begin with. It may have been deleted since.
    pub service_id: Option<i64>,
    pub service_step_hide: bool,
    /// The team member to begin with. He may have left since.
    pub team_member_id: Option<i64>,
    pub team_step_hide: bool,
    pub service_step_num: i64,
    pub team_step_num: i64,
    pub datetime_step_num: i64,
    pub show_button: bool,
    pub button_position: String,
    pub form_position: String,
    pub button_color: String,
    pub button_animation: bool,
    pub ab_test_enabled: bool,
    pub is_chain: bool,
    pub sequence_type: String,
    pub service_step_title: String,
    pub team_step_title: String,
    pub specialization_display_mode: i64,
    pub datetime_step_title: String,
    pub map_type: i64,
    pub default_language_id: i64,
    /// The chain whose form it is.
    pub chain_id: Option<i64>,
    pub facebook_pixel_id: String,
    pub vk_pixel_id: String,
    pub online_sales_group_id: i64,
    pub service_step_category_view_type: String,
    pub location_select_type_code: String,
    pub record_type_id: Option<i64>,
    pub display_event_type: String,
    pub is_multiple_event_booking: bool,
    pub event_booking_count: i64,
    /// Addresses of pictures, by where they show.
    pub header_images: Option<BTreeMap<String, String>>,
    pub is_weekly_view_enabled: bool,
    pub weekly_view_without_booking: bool,
    /// The location that the weekly view begins with.
    pub weekly_view_location_id: Option<i64>,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            id: 0,
            title: String::new(),
            is_default: false,
            has_service: false,
            has_team_member: false,
            description: String::new(),
            without_menu: false,
            service_id: None,
            service_step_hide: false,
            team_member_id: None,
            team_step_hide: false,
            service_step_num: 2,
            team_step_num: 1,
            datetime_step_num: 3,
            show_button: true,
            button_position: "bottom right".to_owned(),
            form_position: "right".to_owned(),
            button_color: "#1c84c6".to_owned(),
            button_animation: true,
            ab_test_enabled: false,
            is_chain: false,
            sequence_type: "steps".to_owned(),
            service_step_title: String::new(),
            team_step_title: String::new(),
            specialization_display_mode: 0,
            datetime_step_title: String::new(),
            map_type: 0,
            default_language_id: 0,
            chain_id: None,
            facebook_pixel_id: String::new(),
            vk_pixel_id: String::new(),
            online_sales_group_id: 0,
            service_step_category_view_type: "horizontal_tags".to_owned(),
            location_select_type_code: "list".to_owned(),
            record_type_id: None,
            display_event_type: "all".to_owned(),
            is_multiple_event_booking: false,
            event_booking_count: 1,
            header_images: None,
            is_weekly_view_enabled: false,
            weekly_view_without_booking: false,
            weekly_view_location_id: None,
        }
    }
}

/// A location's forms at the most: a list of them is given whole.
pub const MOST: i64 = 300;

/// Columns of `booking_form_settings`, in the order of [`Form::values`].
const COLUMNS: &[&str] = &[
    "description",
    "without_menu",
    "service_id",
    "service_step_hide",
    "team_member_id",
    "team_step_hide",
    "service_step_num",
    "team_step_num",
    "datetime_step_num",
    "show_button",
    "button_position",
    "form_position",
    "button_color",
    "button_animation",
    "ab_test_enabled",
    "is_chain",
    "sequence_type",
    "service_step_title",
    "team_step_title",
    "specialization_display_mode",
    "datetime_step_title",
    "map_type",
    "default_language_id",
    "chain_id",
    "facebook_pixel_id",
    "vk_pixel_id",
    "online_sales_group_id",
    "service_step_category_view_type",
    "location_select_type_code",
    "record_type_id",
    "display_event_type",
    "is_multiple_event_booking",
    "event_booking_count",
    "header_images",
    "is_weekly_view_enabled",
    "weekly_view_without_booking",
    "weekly_view_location_id",
];

impl FromRow for Form {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let form = Self { id: row.get(0)?, title: row.get(1)?, is_default: row.get(2)?, ..Self::default() };
        // Whose settings were never written has the defaults.
        let has_settings: bool = row.get(3)?;
        if !has_settings {
            return Ok(form);
        }
        Ok(Self {
            has_service: row.get(4)?,
            has_team_member: row.get(5)?,
            description: row.get(6)?,
            without_menu: row.get(7)?,
            service_id: row.get(8)?,
            service_step_hide: row.get(9)?,
            team_member_id: row.get(10)?,
            team_step_hide: row.get(11)?,
            service_step_num: row.get(12)?,
            team_step_num: row.get(13)?,
            datetime_step_num: row.get(14)?,
            show_button: row.get(15)?,
            button_position: row.get(16)?,
            form_position: row.get(17)?,
            button_color: row.get(18)?,
            button_animation: row.get(19)?,
            ab_test_enabled: row.get(20)?,
            is_chain: row.get(21)?,
            sequence_type: row.get(22)?,
            service_step_title: row.get(23)?,
            team_step_title: row.get(24)?,
            specialization_display_mode: row.get(25)?,
            datetime_step_title: row.get(26)?,
            map_type: row.get(27)?,
            default_language_id: row.get(28)?,
            chain_id: row.get(29)?,
            facebook_pixel_id: row.get(30)?,
            vk_pixel_id: row.get(31)?,
            online_sales_group_id: row.get(32)?,
            service_step_category_view_type: row.get(33)?,
            location_select_type_code: row.get(34)?,
            record_type_id: row.get(35)?,
            display_event_type: row.get(36)?,
            is_multiple_event_booking: row.get(37)?,
            event_booking_count: row.get(38)?,
            header_images: images(&row.get::<String>(39)?)?,
            is_weekly_view_enabled: row.get(40)?,
            weekly_view_without_booking: row.get(41)?,
            weekly_view_location_id: row.get(42)?,
            ..form
        })
    }
}

fn images(text: &str) -> db::Result<Option<BTreeMap<String, String>>> {
    if text.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(text).map(Some).map_err(|e| db::Error::Other(e.to_string()))
}

impl Form {
    fn values(&self) -> Vec<Value> {
        // A map of texts always serialises.
        let text = |images| serde_json::to_string(images).unwrap_or_default();
        let images = self.header_images.as_ref().map(text).unwrap_or_default();
        vec![
            (&self.description).into(),
            self.without_menu.into(),
            self.service_id.into(),
            self.service_step_hide.into(),
            self.team_member_id.into(),
            self.team_step_hide.into(),
            self.service_step_num.into(),
            self.team_step_num.into(),
            self.datetime_step_num.into(),
            self.show_button.into(),
            (&self.button_position).into(),
            (&self.form_position).into(),
            (&self.button_color).into(),
            self.button_animation.into(),
            self.ab_test_enabled.into(),
            self.is_chain.into(),
            (&self.sequence_type).into(),
            (&self.service_step_title).into(),
            (&self.team_step_title).into(),
            self.specialization_display_mode.into(),
            (&self.datetime_step_title).into(),
            self.map_type.into(),
            self.default_language_id.into(),
            self.chain_id.into(),
            (&self.facebook_pixel_id).into(),
            (&self.vk_pixel_id).into(),
            self.online_sales_group_id.into(),
            (&self.service_step_category_view_type).into(),
            (&self.location_select_type_code).into(),
            self.record_type_id.into(),
            (&self.display_event_type).into(),
            self.is_multiple_event_booking.into(),
            self.event_booking_count.into(),
            images.into(),
            self.is_weekly_view_enabled.into(),
            self.weekly_view_without_booking.into(),
            self.weekly_view_location_id.into(),
        ]
    }
}

static SELECT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT f.id, f.title, f.is_default, CASE WHEN s.form_id IS NULL THEN 0 ELSE 1 END,
            CASE WHEN v.id IS NULL THEN 0 ELSE 1 END, CASE WHEN t.id IS NULL THEN 0 ELSE 1 END, s.{}
         FROM booking_forms f
         LEFT JOIN booking_form_settings s ON s.location_id = f.location_id AND s.form_id = f.id
         LEFT JOIN services v
            ON v.location_id = s.location_id AND v.id = s.service_id AND v.is_deleted = 0
         LEFT JOIN team_members t
            ON t.location_id = s.location_id AND t.id = s.team_member_id AND t.is_deleted = 0 AND t.fired = 0
         WHERE f.location_id = $1 AND f.deleted_at IS NULL",
        COLUMNS.join(", s.")
    )
});

/// The location's forms, by id; deleted ones are left out.
pub async fn list(conn: &mut Conn, location_id: i64) -> Result<Vec<Form>> {
    Ok(conn.all(&format!("{} ORDER BY f.id LIMIT $2", *SELECT), params![location_id, MOST]).await?)
}

/// One form, unless deleted.
pub async fn by_id(conn: &mut Conn, location_id: i64, id: i64) -> Result<Form> {
    Ok(conn.one(&format!("{} AND f.id = $2", *SELECT), params![location_id, id]).await?)
}

/// Locks the location, so that its forms change one after the other: which is the default is a matter of all of them.
pub async fn lock(tx: &mut Tx, location_id: i64) -> Result<()> {
    let there: Option<i64> = tx
        .lock("SELECT id FROM locations WHERE id = $1 AND deleted_at IS NULL", params![location_id])
        .await?;
    there.map(drop).ok_or_else(kernel::Error::not_found)
}

/// How many forms the location has.
pub async fn count(conn: &mut Conn, location_id: i64) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM booking_forms WHERE location_id = $1 AND deleted_at IS NULL";
    Ok(conn.one(sql, params![location_id]).await?)
}

/// Writes a new form; gives its id. An id of its own names one (the demo).
pub async fn insert(tx: &mut Tx, location_id: i64, form: &Form, now: i64) -> Result<i64> {
    let mut sql = Sql::new("INSERT INTO booking_forms (location_id, title, is_default");
    let mut values: Vec<Value> = vec![location_id.into(), (&form.title).into(), form.is_default.into()];
    if form.id != 0 {
        sql.push(", id");
        values.push(form.id.into());
    }
    sql.push(") VALUES ").list(values).push(" RETURNING id");
    let id = sql.one(tx).await?;
    put_settings(tx, location_id, id, form, now).await?;
    Ok(id)
}

/// Writes a changed form.
pub async fn update(tx: &mut Tx, location_id: i64, form: &Form, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE booking_forms SET title = $3, is_default = $4 WHERE location_id = $1 AND id = $2",
        params![location_id, form.id, &form.title, form.is_default],
    )
    .await?;
    put_settings(tx, location_id, form.id, form, now).await
}

async fn put_settings(tx: &mut Tx, location_id: i64, id: i64, form: &Form, now: i64) -> Result<()> {
    let mut sql = Sql::new(format!(
        "INSERT INTO booking_form_settings ({}, location_id, form_id, updated_at) VALUES ",
        COLUMNS.join(", ")
    ));
    let values = form.values().into_iter().chain([location_id.into(), id.into(), now.into()]);
    sql.list(values)
        .push(" ON CONFLICT (location_id, form_id) DO UPDATE SET updated_at = excluded.updated_at");
    for column in COLUMNS {
        sql.push(&format!(", {column} = excluded.{column}"));
    }
    sql.exec(tx).await?;
    Ok(())
}

/// No form but this one is the default.
pub async fn clear_default(tx: &mut Tx, location_id: i64, but: i64) -> Result<()> {
    tx.exec(
        "UPDATE booking_forms SET is_default = 0 WHERE location_id = $1 AND is_default = 1 AND id <> $2",
        params![location_id, but],
    )
    .await?;
    Ok(())
}

/// Deletes a form, softly.
pub async fn delete(tx: &mut Tx, location_id: i64, id: i64, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE booking_forms SET deleted_at = $3, is_default = 0 WHERE location_id = $1 AND id = $2",
        params![location_id, id, now],
    )
    .await?;
    Ok(())
}

/// Makes the oldest form the default.
pub async fn default_to_oldest(tx: &mut Tx, location_id: i64) -> Result<()> {
    tx.exec(
        "UPDATE booking_forms SET is_default = 1 WHERE location_id = $1 AND id =
            (SELECT MIN(id) FROM booking_forms WHERE location_id = $1 AND deleted_at IS NULL)",
        params![location_id],
    )
    .await?;
    Ok(())
}

/// Whether clients may be led to this service of the location: it must not be deleted.
pub async fn has_service(conn: &mut Conn, location_id: i64, id: i64) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM services WHERE location_id = $1 AND id = $2 AND is_deleted = 0";
    let found: i64 = conn.one(sql, params![location_id, id]).await?;
    Ok(found > 0)
}

/// Whether clients may be led to this team member of the location: he must work there.
pub async fn has_team_member(conn: &mut Conn, location_id: i64, id: i64) -> Result<bool> {
    let found: i64 = conn
        .one(
            "SELECT COUNT(*) FROM team_members WHERE location_id = $1 AND id = $2 AND is_deleted = 0 AND fired = 0",
            params![location_id, id],
        )
        .await?;
    Ok(found > 0)
}

/// Whether the location belongs to this chain.
pub async fn is_in_chain(conn: &mut Conn, location_id: i64, chain_id: i64) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM location_chains WHERE location_id = $1 AND chain_id = $2";
    let found: i64 = conn.one(sql, params![location_id, chain_id]).await?;
    Ok(found > 0)
}

/// Whether the other location is this one, or of one chain with it.
pub async fn is_beside(conn: &mut Conn, location_id: i64, other_id: i64) -> Result<bool> {
    if location_id == other_id {
        return Ok(true);
    }
    let found: i64 = conn
        .one(
            "SELECT COUNT(*) FROM location_chains a
             JOIN location_chains b ON b.chain_id = a.chain_id
             JOIN locations l ON l.id = b.location_id AND l.deleted_at IS NULL
             WHERE a.location_id = $1 AND b.location_id = $2",
            params![location_id, other_id],
        )
        .await?;
    Ok(found > 0)
}
