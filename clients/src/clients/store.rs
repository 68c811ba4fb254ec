//! Rows of clients.

use db::{Conn, Sql, Tx, params};
use kernel::Result;

db::row! {
    /// A client, in short.
    pub struct Client {
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
) -> Result<Vec<Client>> {
    Ok(conn
        .all(
            "SELECT c.id, c.location_id, c.name, c.email
             FROM location_chains lc
             JOIN locations l ON l.id = lc.location_id
             JOIN clients c ON c.location_id = lc.location_id
             WHERE lc.chain_id = $1 AND c.phone = $2 AND l.deleted_at IS NULL
             ORDER BY c.location_id, c.id LIMIT $3",
            params![chain_id, phone, limit],
        )
        .await?)
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
    Ok(tx
        .one(
            "INSERT INTO clients (location_id, name, phone, email, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
            params![location_id, name, phone, email, now],
        )
        .await?)
}

db::row! {
    /// What is known of a client.
    #[derive(Default)]
    pub struct Details {
        pub id: i64,
        pub name: String,
        pub surname: String,
        pub patronymic: String,
        /// E.164, or empty.
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
    }
}

/// These clients of the location.
pub async fn by_ids(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<Details>> {
    let mut sql = Sql::new(format!("SELECT {} FROM clients WHERE location_id = ", Details::COLUMNS));
    sql.bind(location_id).push(" AND id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

/// The location's client with this phone (E.164).
pub async fn by_phone(conn: &mut Conn, location_id: i64, phone: &str) -> Result<Option<Details>> {
    let sql = format!("SELECT {} FROM clients WHERE location_id = $1 AND phone = $2", Details::COLUMNS);
    Ok(conn.maybe(&sql, params![location_id, phone]).await?)
}

/// Makes a client of all that is known; gives the id.
pub async fn insert_details(tx: &mut Tx, location_id: i64, client: &Details, now: i64) -> Result<i64> {
    let made = insert_all(tx, location_id, std::slice::from_ref(client), now).await?;
    made.first().copied().ok_or_else(kernel::Error::not_found)
}

/// Makes clients; gives their ids in the order given.
pub async fn insert_all(tx: &mut Tx, location_id: i64, clients: &[Details], now: i64) -> Result<Vec<i64>> {
    let mut ids = Vec::with_capacity(clients.len());
    for part in clients.chunks(500) {
        let mut sql = Sql::new(
            "INSERT INTO clients (location_id, name, surname, patronymic, phone, email, gender, birthday, comment,
             national_id, newsletter_allowed, personal_data_allowed, created_at) VALUES ",
        );
        sql.rows(part.iter().map(|client| {
            params![
                location_id,
                &client.name,
                &client.surname,
                &client.patronymic,
                &client.phone,
                &client.email,
                client.gender,
                &client.birthday,
                &client.comment,
                &client.national_id,
                client.newsletter_allowed,
                client.personal_data_allowed,
                now
            ]
            .to_vec()
        }));
        let mut made: Vec<i64> = sql.push(" RETURNING id").all(tx).await?;
        // Counted up in the order given, whatever the order of the answer.
        made.sort_unstable();
        ids.extend(made);
    }
    Ok(ids)
}

/// Writes values of custom fields, each as (field, value).
pub async fn put_custom_values(
    tx: &mut Tx,
    location_id: i64,
    client_id: i64,
    values: &[(i64, String)],
) -> Result<()> {
    if values.is_empty() {
        return Ok(());
    }
    let mut sql =
        Sql::new("INSERT INTO client_custom_values (location_id, client_id, field_id, value) VALUES ");
    sql.rows(values.iter().map(|(field, value)| params![location_id, client_id, *field, value].to_vec()));
    sql.push(" ON CONFLICT (location_id, client_id, field_id) DO UPDATE SET value = excluded.value");
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
