//! Searches of clients: which, in what order, how many.

use db::{Conn, Sql};
use kernel::{Page, Result};

use super::rules::{Appointments, Filter, Order, PhoneText, Range, Word};
use crate::Shown;

/// What is searched for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// By what.
    pub filters: Vec<Filter>,
    /// Whether one of them is enough.
    pub any: bool,
    /// In which order.
    pub order: Order,
    /// From the last to the first.
    pub descending: bool,
}

impl Order {
    /// The columns, each as its index has it.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Id => &["c.id"],
            Self::Name => &["c.name_key", "c.surname_key", "c.id"],
            Self::Phone => &["c.phone", "c.id"],
            Self::Email => &["LOWER(c.email)", "c.id"],
            Self::Discount => &["c.discount", "c.id"],
            Self::FirstVisit => &["COALESCE(c.first_visit_at, 0)", "c.id"],
            Self::LastVisit => &["COALESCE(c.last_visit_at, 0)", "c.id"],
            Self::Spent => &["c.spent", "c.id"],
            Self::Visits => &["c.visits", "c.id"],
        }
    }
}

impl Search {
    /// The statement for the ids of a page. An order that would tell what is hidden is that of ids.
    pub fn page(&self, location_id: i64, shown: &Shown, page: Page) -> Sql {
        let mut sql = Sql::new("SELECT c.id");
        self.narrowed(&mut sql, location_id, shown);
        let order = match self.order {
            Order::Phone if !shown.phone() => Order::Id,
            Order::Email if !shown.email() => Order::Id,
            order => order,
        };
        let direction = if self.descending { " DESC" } else { "" };
        let columns: Vec<String> =
            order.columns().iter().map(|column| format!("{column}{direction}")).collect();
        sql.push(" ORDER BY ").push(&columns.join(", "));
        sql.push(" LIMIT ").bind(page.limit).push(" OFFSET ").bind(page.offset);
        sql
    }

    /// The statement for how many there are.
    pub fn total(&self, location_id: i64, shown: &Shown) -> Sql {
        let mut sql = Sql::new("SELECT COUNT(*)");
        self.narrowed(&mut sql, location_id, shown);
        sql
    }

    fn narrowed(&self, sql: &mut Sql, location_id: i64, shown: &Shown) {
        sql.push(" FROM clients c WHERE c.deleted_at IS NULL AND c.location_id = ").bind(location_id);
        shown.narrow(sql, location_id);
        if self.filters.is_empty() {
            return;
        }
        sql.push(" AND (");
        joined(sql, &self.filters, if self.any { " OR " } else { " AND " }, |sql, filter| {
            narrow(sql, location_id, shown, filter);
        });
        sql.push(")");
    }
}

/// The ids of a page.
pub async fn ids(
    conn: &mut Conn,
    location_id: i64,
    search: &Search,
    shown: &Shown,
    page: Page,
) -> Result<Vec<i64>> {
    Ok(search.page(location_id, shown, page).all(conn).await?)
}

/// How many there are.
pub async fn count(conn: &mut Conn, location_id: i64, search: &Search, shown: &Shown) -> Result<i64> {
    Ok(search.total(location_id, shown).one(conn).await?)
}

fn joined<T>(sql: &mut Sql, parts: &[T], between: &str, mut each: impl FnMut(&mut Sql, &T)) {
    if parts.is_empty() {
        sql.push("1 = 1");
    }
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            sql.push(between);
        }
        sql.push("(");
        each(sql, part);
        sql.push(")");
    }
}

fn within(sql: &mut Sql, column: &str, range: Range) {
    sql.push("1 = 1");
    if let Some(from) = range.from {
        sql.push(" AND ").push(column).push(" >= ").bind(from);
    }
    if let Some(to) = range.to {
        sql.push(" AND ").push(column).push(" <= ").bind(to);
    }
}

fn narrow(sql: &mut Sql, location_id: i64, shown: &Shown, filter: &Filter) {
    match filter {
        Filter::Ids(ids) => {
            sql.push("c.id IN ").list(ids.iter().copied());
        }
        Filter::Importance(values) => {
            sql.push("c.importance IN ").list(small(values));
        }
        Filter::Gender(values) => {
            sql.push("c.gender IN ").list(small(values));
        }
        Filter::Tags(tags) => {
            sql.push("c.id IN (SELECT x.client_id FROM client_tags x WHERE x.location_id = ")
                .bind(location_id);
            sql.push(" AND x.tag_id IN ").list(tags.iter().copied()).push(")");
        }
        Filter::Spent(range) => within(sql, "c.spent", *range),
        Filter::Paid(range) => within(sql, "c.paid", *range),
        Filter::Changed(range) => within(sql, "c.updated_at", *range),
        Filter::Birthday(from, to) => {
            sql.push("c.birthday <> ''");
            if let Some(from) = from {
                sql.push(" AND c.birthday >= ").bind(from);
            }
            if let Some(to) = to {
                sql.push(" AND c.birthday <= ").bind(to);
            }
        }
        Filter::Name(words) => joined(sql, words, " AND ", |sql, word| name(sql, word, shown)),
        Filter::Phone(text) if shown.phone() => phone(sql, text),
        Filter::Email(part) if shown.email() => {
            sql.push("LOWER(c.email)").contains(part);
        }
        Filter::Card(part) if shown.card() => {
            sql.push("LOWER(c.card)").contains(part);
        }
        Filter::Quick(words) => joined(sql, words, " AND ", |sql, word| anywhere(sql, word, shown)),
        Filter::Appointments(wanted) => appointments(sql, location_id, wanted),
        Filter::All(filters) => {
            joined(sql, filters, " AND ", |sql, filter| narrow(sql, location_id, shown, filter));
        }
        Filter::Anybody => {
            sql.push("1 = 1");
        }
        // What is hidden finds nobody.
        Filter::Nobody | Filter::Phone(_) | Filter::Email(_) | Filter::Card(_) => {
            sql.push("1 = 0");
        }
    }
}

/// What fits the small columns; anything else is nobody's.
fn small(values: &[i64]) -> impl Iterator<Item = i64> {
    values.iter().copied().filter(|value| (-100..=100).contains(value))
}

fn name(sql: &mut Sql, word: &str, shown: &Shown) {
    sql.push("c.name_key").contains(word);
    if shown.names() {
        sql.push(" OR c.surname_key").contains(word);
    }
}

fn phone(sql: &mut Sql, text: &PhoneText) {
    match text {
        PhoneText::Whole(phone) => sql.push("c.phone = ").bind(phone),
        PhoneText::Part(digits) => sql.push("c.phone").contains(digits),
    };
}

fn anywhere(sql: &mut Sql, word: &Word, shown: &Shown) {
    name(sql, &word.text, shown);
    if let Some(text) = word.phone.as_ref().filter(|_| shown.phone()) {
        sql.push(" OR ");
        phone(sql, text);
    }
    if shown.email() {
        sql.push(" OR LOWER(c.email)").contains(&word.text);
    }
    if shown.card() {
        sql.push(" OR LOWER(c.card)").contains(&word.text);
    }
}

/// Appointments and their services are of rooms to the right of this one; which clients have some is a question of this
/// one.
fn appointments(sql: &mut Sql, location_id: i64, wanted: &Appointments) {
    let or_none = wanted.or_none();
    sql.push(if or_none { "c.id NOT IN (" } else { "c.id IN (" });
    sql.push("SELECT a.client_id FROM appointments a WHERE a.is_deleted = 0 AND a.client_id IS NOT NULL AND a.location_id = ");
    sql.bind(location_id);
    if !wanted.team.is_empty() {
        sql.push(" AND a.team_member_id IN ").list(wanted.team.iter().copied());
    }
    if !wanted.attendance.is_empty() {
        sql.push(" AND a.attendance IN ").list(small(&wanted.attendance));
    }
    sql.push(" AND ");
    within(sql, "a.created_at", wanted.created);
    if !wanted.services.is_empty() {
        sql.push(
            " AND EXISTS (SELECT 1 FROM appointment_services s
              WHERE s.location_id = a.location_id AND s.appointment_id = a.id AND s.service_id IN ",
        );
        sql.list(wanted.services.iter().copied()).push(")");
    }
    if !wanted.categories.is_empty() {
        sql.push(
            " AND EXISTS (SELECT 1 FROM appointment_services s
              JOIN services x ON x.location_id = s.location_id AND x.id = s.service_id
              WHERE s.location_id = a.location_id AND s.appointment_id = a.id AND x.category_id IN ",
        );
        sql.list(wanted.categories.iter().copied()).push(")");
    }
    sql.push(" GROUP BY a.client_id HAVING ").push(if or_none { "NOT (" } else { "(" });
    within(sql, "COUNT(*)", wanted.count.unwrap_or_default());
    if let Some(sold) = wanted.sold {
        const SOLD: &str = "CAST(SUM(COALESCE((SELECT SUM(s.cost) FROM appointment_services s
            WHERE s.location_id = a.location_id AND s.appointment_id = a.id), 0)) AS BIGINT)";
        sql.push(" AND ");
        within(sql, SOLD, sold);
    }
    sql.push("))");
}
