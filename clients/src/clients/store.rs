//! Rows of clients.

use db::{Conn, FromRow, Sql, Tx, Value, params};
use kernel::{Error, Result};

use crate::Shown;

db::row! {
    /// A client, in short.
    pub struct OfChain {
        pub id: i64,
        pub location_id: i64,
        pub name: String,
        pub email: String,
    }
}

/// The clients with this phone (E.164) at the chain's locations, those deleted left out.
pub async fn in_chain_by_phone(
    conn: &mut Conn,
    chain_id: i64,
    phone: &str,
    limit: i64,
) -> Result<Vec<OfChain>> {
    Ok(conn
        .all(
            "SELECT c.id, c.location_id, c.name, c.email
             FROM location_chains lc
             JOIN locations l ON l.id = lc.location_id
             JOIN clients c ON c.location_id = lc.location_id
             WHERE lc.chain_id = $1 AND c.phone = $2 AND c.deleted_at IS NULL AND l.deleted_at IS NULL
             ORDER BY c.location_id, c.id LIMIT $3",
            params![chain_id, phone, limit],
        )
        .await?)
}

db::row! {
    /// What somebody's visits to the locations of a chain come to.
    pub struct InChain {
        /// Whether he is a client of any of them.
        pub clients: i64,
        pub visits: i64,
        pub no_shows: i64,
        /// Hundredths, as what follows.
        pub spent: i64,
        pub paid: i64,
        pub balance: i64,
        pub last_visit_at: Option<i64>,
    }
}

/// Adds up what is kept of a client, also a deleted one, and of those with his phone at the other locations of the
/// chain. He may be of any of its locations; none of them: no clients.
pub async fn in_chain(conn: &mut Conn, chain_id: i64, id: i64) -> Result<InChain> {
    Ok(conn
        .one(
            "WITH own AS (
                SELECT c.location_id, c.id, c.phone FROM location_chains lc
                JOIN locations l ON l.id = lc.location_id AND l.deleted_at IS NULL
                JOIN clients c ON c.location_id = lc.location_id AND c.id = $2 WHERE lc.chain_id = $1
             ), same AS (
                SELECT location_id, id FROM own
                UNION
                SELECT c.location_id, c.id FROM own
                JOIN clients c ON c.phone = own.phone AND c.phone <> '' AND c.deleted_at IS NULL
                    AND c.location_id <> own.location_id
                JOIN location_chains lc ON lc.location_id = c.location_id AND lc.chain_id = $1
                JOIN locations l ON l.id = c.location_id AND l.deleted_at IS NULL
             )
             SELECT COUNT(*), CAST(COALESCE(SUM(c.visits), 0) AS BIGINT),
                CAST(COALESCE(SUM(c.no_shows), 0) AS BIGINT), CAST(COALESCE(SUM(c.spent), 0) AS BIGINT),
                CAST(COALESCE(SUM(c.paid), 0) AS BIGINT), CAST(COALESCE(SUM(c.balance), 0) AS BIGINT),
                MAX(c.last_visit_at)
             FROM same s JOIN clients c ON c.location_id = s.location_id AND c.id = s.id",
            params![chain_id, id],
        )
        .await?)
}

db::row! {
    /// A client of a location.
    #[derive(Default)]
    pub struct Client {
        pub id: i64,
        pub name: String,
        pub surname: String,
        pub patronymic: String,
        /// E.164, or empty. One client's at a location.
        pub phone: String,
        pub email: String,
        /// 0 not said, 1 male, 2 female.
        pub gender: i64,
        /// A day, ISO, or empty.
        pub birthday: String,
        pub comment: String,
        pub national_id: String,
        pub newsletter_allowed: bool,
        pub personal_data_allowed: bool,
        pub card: String,
        /// Hundredths of a percent.
        pub discount: i64,
        /// 0 none, 1 bronze, 2 silver, 3 gold.
        pub importance: i64,
        /// Whether he gets a message on his birthday.
        pub sms_check: bool,
        /// Whether he is left out of mailings.
        pub sms_not: bool,
        /// Hundredths.
        pub spent: i64,
        /// Hundredths.
        pub paid: i64,
        /// Hundredths: paid less spent, with what was set by hand.
        pub balance: i64,
        /// Appointments to which he came; kept by the database.
        pub visits: i64,
        /// Appointments to which he did not come; kept by the database.
        pub no_shows: i64,
        /// When the first visit began, milliseconds.
        pub first_visit_at: Option<i64>,
        /// When the last visit began, milliseconds.
        pub last_visit_at: Option<i64>,
        pub updated_at: i64,
        pub deleted_at: Option<i64>,
        pub revision: i64,
    }
}

db::row! {
    /// What of a client stands on his card, as in [`Client`].
    pub struct OnCard {
        pub id: i64,
        pub name: String,
        pub surname: String,
        pub patronymic: String,
        pub phone: String,
        pub email: String,
        pub gender: i64,
        pub birthday: String,
        pub comment: String,
        pub card: String,
        pub discount: i64,
        pub visits: i64,
        pub no_shows: i64,
    }
}

/// As much of a client as is read, of which something may be hidden.
pub trait Told {
    /// Columns of `clients`, as they are read.
    const READ: &str;

    /// His id.
    fn id(&self) -> i64;

    /// What of it somebody may not be shown.
    fn private(&mut self) -> Private<'_>;
}

/// What of a client somebody may not be shown.
pub struct Private<'a> {
    pub phone: &'a mut String,
    pub email: &'a mut String,
    pub card: &'a mut String,
    pub names: [&'a mut String; 2],
    pub comment: &'a mut String,
}

macro_rules! told {
    ($row:ty) => {
        impl Told for $row {
            const READ: &str = Self::COLUMNS;

            fn id(&self) -> i64 {
                self.id
            }

            fn private(&mut self) -> Private<'_> {
                Private {
                    phone: &mut self.phone,
                    email: &mut self.email,
                    card: &mut self.card,
                    names: [&mut self.surname, &mut self.patronymic],
                    comment: &mut self.comment,
                }
            }
        }
    };
}

told!(Client);
told!(OnCard);

/// What is known of a client who is to be booked.
pub type Details = Client;

impl Client {
    /// What a request sets, in the order of [`WRITTEN`].
    fn values(&self) -> Vec<Value> {
        let surname_key = format!("{} {}", self.surname, self.patronymic).trim().to_lowercase();
        params![
            &self.name,
            self.name.to_lowercase(),
            &self.surname,
            &self.patronymic,
            surname_key,
            &self.phone,
            &self.email,
            self.gender,
            &self.birthday,
            &self.comment,
            &self.national_id,
            self.newsletter_allowed,
            self.personal_data_allowed,
            &self.card,
            self.discount,
            self.importance,
            self.sms_check,
            self.sms_not,
            self.spent,
            self.paid,
            self.balance
        ]
        .to_vec()
    }
}

const WRITTEN: &[&str] = &[
    "name",
    "name_key",
    "surname",
    "patronymic",
    "surname_key",
    "phone",
    "email",
    "gender",
    "birthday",
    "comment",
    "national_id",
    "newsletter_allowed",
    "personal_data_allowed",
    "card",
    "discount",
    "importance",
    "sms_check",
    "sms_not",
    "spent",
    "paid",
    "balance",
];

/// Clients written by one statement.
const BATCH: usize = 500;

/// These clients of the location, also those deleted: what pointed to them still does.
pub async fn by_ids<C: Told + FromRow>(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<C>> {
    let mut sql = Sql::new(format!("SELECT {} FROM clients WHERE location_id = ", C::READ));
    sql.bind(location_id).push(" AND id").among(ids);
    Ok(sql.all(conn).await?)
}

/// The location's client of this id, unless deleted.
pub async fn by_id(conn: &mut Conn, location_id: i64, id: i64) -> Result<Option<Client>> {
    let sql = format!(
        "SELECT {} FROM clients WHERE location_id = $1 AND id = $2 AND deleted_at IS NULL",
        Client::COLUMNS
    );
    Ok(conn.maybe(&sql, params![location_id, id]).await?)
}

/// The location's client with this phone (E.164), unless deleted.
pub async fn by_phone(conn: &mut Conn, location_id: i64, phone: &str) -> Result<Option<Client>> {
    let sql = format!(
        "SELECT {} FROM clients WHERE location_id = $1 AND phone = $2 AND deleted_at IS NULL",
        Client::COLUMNS
    );
    Ok(conn.maybe(&sql, params![location_id, phone]).await?)
}

fn seen(location_id: i64, id: i64, shown: &Shown, with_deleted: bool) -> Sql {
    let mut sql = Sql::new(format!("SELECT {} FROM clients c WHERE c.location_id = ", Client::COLUMNS));
    sql.bind(location_id).push(" AND c.id = ").bind(id);
    if !with_deleted {
        sql.push(" AND c.deleted_at IS NULL");
    }
    shown.narrow(&mut sql, location_id);
    sql
}

/// A client whom the user sees.
///
/// # Errors
/// 404 for any other.
pub async fn find(conn: &mut Conn, location_id: i64, id: i64, shown: &Shown) -> Result<Client> {
    let found: Vec<Client> = seen(location_id, id, shown, false).all(conn).await?;
    found.into_iter().next().ok_or_else(Error::not_found)
}

/// The same, also when deleted.
pub async fn find_any(conn: &mut Conn, location_id: i64, id: i64, shown: &Shown) -> Result<Client> {
    let found: Vec<Client> = seen(location_id, id, shown, true).all(conn).await?;
    found.into_iter().next().ok_or_else(Error::not_found)
}

/// The same, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, id: i64, shown: &Shown) -> Result<Client> {
    let found: Vec<Client> = seen(location_id, id, shown, false).lock(tx).await?;
    found.into_iter().next().ok_or_else(Error::not_found)
}

/// Makes a client. `phone` is E.164.
pub async fn insert(
    tx: &mut Tx,
    location_id: i64,
    name: &str,
    phone: &str,
    email: &str,
    now: i64,
) -> Result<i64> {
    let client = Client {
        name: name.to_owned(),
        phone: phone.to_owned(),
        email: email.to_owned(),
        ..Client::default()
    };
    insert_details(tx, location_id, &client, now).await
}

/// Makes a client of all that is known; gives the id.
pub async fn insert_details(tx: &mut Tx, location_id: i64, client: &Client, now: i64) -> Result<i64> {
    let made = insert_all(tx, location_id, std::slice::from_ref(client), now).await?;
    made.first().copied().ok_or_else(Error::not_found)
}

fn inserting(location_id: i64, clients: &[Client], now: i64) -> Sql {
    let mut sql = Sql::new(format!(
        "INSERT INTO clients (location_id, created_at, updated_at, spent_by_hand, balance_by_hand, {}) VALUES ",
        WRITTEN.join(", ")
    ));
    sql.rows(clients.iter().map(|client| {
        let mut row = params![location_id, now, now, client.spent, client.balance].to_vec();
        row.extend(client.values());
        row
    }));
    sql
}

/// Makes clients; gives their ids in the order given. A phone that is another's is a conflict.
pub async fn insert_all(tx: &mut Tx, location_id: i64, clients: &[Client], now: i64) -> Result<Vec<i64>> {
    let mut ids = Vec::with_capacity(clients.len());
    for part in clients.chunks(BATCH) {
        let mut made: Vec<i64> = inserting(location_id, part, now).push(" RETURNING id").all(tx).await?;
        // Counted up in the order given, whatever the order of the answer.
        made.sort_unstable();
        ids.extend(made);
    }
    Ok(ids)
}

/// Makes those of these clients, all with a phone, whose phone is nobody else's; gives them as (phone, id). Of two with
/// the same phone the first is made.
pub async fn insert_new(
    tx: &mut Tx,
    location_id: i64,
    clients: &[Client],
    now: i64,
) -> Result<Vec<(String, i64)>> {
    let mut made = Vec::with_capacity(clients.len());
    for part in clients.chunks(BATCH) {
        let mut sql = inserting(location_id, part, now);
        sql.push(
            " ON CONFLICT (location_id, phone) WHERE phone <> '' AND deleted_at IS NULL DO NOTHING
              RETURNING phone, id",
        );
        made.extend(sql.all(tx).await?);
    }
    Ok(made)
}

/// Writes a changed client.
pub async fn update(tx: &mut Tx, location_id: i64, client: &Client, now: i64) -> Result<()> {
    let mut sql = Sql::new("UPDATE clients SET revision = revision + 1, updated_at = ");
    sql.bind(now);
    // What visits made of both is kept apart: it goes on counting beside what is set.
    sql.push(", spent_by_hand = spent_by_hand - spent + ").bind(client.spent);
    sql.push(", balance_by_hand = balance_by_hand - balance + ").bind(client.balance);
    for (column, value) in WRITTEN.iter().zip(client.values()) {
        sql.push(", ").push(column).push(" = ").bind(value);
    }
    sql.push(" WHERE location_id = ").bind(location_id).push(" AND id = ").bind(client.id);
    sql.exec(tx).await?;
    Ok(())
}

/// Deletes a client, softly: appointments still point to him, his phone is free.
pub async fn delete(tx: &mut Tx, location_id: i64, id: i64, now: i64) -> Result<()> {
    tx.exec(
        "UPDATE clients SET deleted_at = $3, updated_at = $3, revision = revision + 1
         WHERE location_id = $1 AND id = $2",
        params![location_id, id, now],
    )
    .await?;
    Ok(())
}

pub use org::tags::store::Worn as Tag;

/// The tags of these clients, also those deleted since.
pub async fn tags(conn: &mut Conn, location_id: i64, clients: &[i64]) -> Result<Vec<Tag>> {
    org::tags::store::worn(conn, location_id, org::tags::store::Wearer::Client, clients).await
}

/// Gives clients tags, each as (client, tag). One he has already stays.
pub async fn put_tags(tx: &mut Tx, location_id: i64, pairs: &[(i64, i64)]) -> Result<()> {
    for part in pairs.chunks(5000) {
        let mut sql = Sql::new("INSERT INTO client_tags (location_id, client_id, tag_id) VALUES ");
        sql.rows(part.iter().map(|(client, tag)| params![location_id, *client, *tag].to_vec()));
        sql.push(" ON CONFLICT (location_id, client_id, tag_id) DO NOTHING");
        sql.exec(tx).await?;
    }
    Ok(())
}

/// Takes from a client all tags but these.
pub async fn keep_tags(tx: &mut Tx, location_id: i64, client_id: i64, tags: &[i64]) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM client_tags WHERE location_id = ");
    sql.bind(location_id).push(" AND client_id = ").bind(client_id);
    if !tags.is_empty() {
        sql.push(" AND tag_id NOT IN ").list(tags.iter().copied());
    }
    sql.exec(tx).await?;
    Ok(())
}

/// Writes values of custom fields, each as (field, value).
pub async fn put_custom_values(
    tx: &mut Tx,
    location_id: i64,
    client_id: i64,
    values: &[(i64, String)],
) -> Result<()> {
    let rows: Vec<(i64, i64, &str)> =
        values.iter().map(|(field, value)| (client_id, *field, value.as_str())).collect();
    put_values(tx, location_id, &rows).await
}

/// Writes values of custom fields, each as (client, field, value).
pub async fn put_values(tx: &mut Tx, location_id: i64, values: &[(i64, i64, &str)]) -> Result<()> {
    for part in values.chunks(5000) {
        let mut sql =
            Sql::new("INSERT INTO client_custom_values (location_id, client_id, field_id, value) VALUES ");
        sql.rows(
            part.iter().map(|(client, field, value)| params![location_id, *client, *field, *value].to_vec()),
        );
        sql.push(" ON CONFLICT (location_id, client_id, field_id) DO UPDATE SET value = excluded.value");
        sql.exec(tx).await?;
    }
    Ok(())
}

/// Empties custom fields of a client.
pub async fn drop_values(tx: &mut Tx, location_id: i64, client_id: i64, fields: &[i64]) -> Result<()> {
    if fields.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("DELETE FROM client_custom_values WHERE location_id = ");
    sql.bind(location_id).push(" AND client_id = ").bind(client_id);
    sql.push(" AND field_id IN ").list(fields.iter().copied());
    sql.exec(tx).await?;
    Ok(())
}

db::row! {
    /// A value of a client's custom field.
    pub struct CustomValue {
        pub client_id: i64,
        pub field_id: i64,
        pub code: String,
        pub value: String,
    }
}

/// The values of these clients' custom fields.
pub async fn custom_values(conn: &mut Conn, location_id: i64, clients: &[i64]) -> Result<Vec<CustomValue>> {
    let mut sql = Sql::new(
        "SELECT v.client_id, v.field_id, f.code, v.value FROM client_custom_values v
         JOIN custom_fields f ON f.location_id = v.location_id AND f.id = v.field_id
         WHERE f.is_deleted = 0 AND v.location_id = ",
    );
    sql.bind(location_id).push(" AND v.client_id IN ").list(clients.iter().copied());
    sql.push(" ORDER BY v.client_id, f.weight, f.id");
    Ok(sql.all(conn).await?)
}
