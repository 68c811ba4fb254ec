//! Rows of reviews.

use db::{Conn, Sql, Tx, params};
use kernel::{Page, Result};

db::row! {
    /// A review.
    pub struct Review {
        pub id: i64,
        /// None: of the location.
        pub team_member_id: Option<i64>,
        pub appointment_id: Option<i64>,
        pub user_id: i64,
        pub name: String,
        pub text: String,
        /// Stars.
        pub rating: i64,
        pub created_at: i64,
    }
}

/// Which reviews; each narrows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this team member.
    pub team_member_id: Option<i64>,
    /// With so many stars.
    pub rating: Option<i64>,
    /// Left from then on.
    pub from: Option<i64>,
    /// Left before then.
    pub till: Option<i64>,
}

/// A page of them, the latest first.
pub async fn list(conn: &mut Conn, location_id: i64, filter: &Filter, page: Page) -> Result<Vec<Review>> {
    let mut sql = Sql::new(format!("SELECT {} FROM reviews WHERE location_id = ", Review::COLUMNS));
    sql.bind(location_id);
    for (value, column) in [
        (filter.team_member_id, " AND team_member_id = "),
        // Widened, so that PostgreSQL takes any number of stars to look for.
        (filter.rating, " AND CAST(rating AS BIGINT) = "),
        (filter.from, " AND created_at >= "),
        (filter.till, " AND created_at < "),
    ] {
        if let Some(value) = value {
            sql.push(column).bind(value);
        }
    }
    sql.push(" ORDER BY created_at DESC, id DESC LIMIT ").bind(page.limit).push(" OFFSET ").bind(page.offset);
    Ok(sql.all(conn).await?)
}

/// Whether the appointment was reviewed.
pub async fn is_reviewed(conn: &mut Conn, location_id: i64, appointment_id: i64) -> Result<bool> {
    let found: Option<i64> = conn
        .maybe(
            "SELECT id FROM reviews WHERE location_id = $1 AND appointment_id = $2",
            params![location_id, appointment_id],
        )
        .await?;
    Ok(found.is_some())
}

/// Writes a review; gives its id.
///
/// # Errors
/// 409 for a second one of an appointment.
pub async fn insert(tx: &mut Tx, location_id: i64, review: &Review) -> Result<i64> {
    Ok(tx
        .one(
            "INSERT INTO reviews (location_id, team_member_id, appointment_id, user_id, name, text, rating, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            params![
                location_id,
                review.team_member_id,
                review.appointment_id,
                review.user_id,
                &review.name,
                &review.text,
                review.rating,
                review.created_at
            ],
        )
        .await?)
}
