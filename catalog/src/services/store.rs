//! Rows of services.

use db::{Conn, Sql, Tx, Value, params};
use kernel::Result;

use super::rules::MOST;

db::row! {
    /// A service. Prices are hundredths, durations seconds, days ISO.
    pub struct Service {
        pub id: i64,
        /// A second number: of its binding to the location.
        pub salon_service_id: i64,
        pub category_id: i64,
        /// What it is of the chain's.
        pub chain_service_id: Option<i64>,
        pub title: String,
        /// For booking pages; empty: the title.
        pub booking_title: String,
        /// For receipts; empty: the title.
        pub print_title: String,
        pub comment: String,
        pub api_id: String,
        pub price_min: i64,
        pub price_max: i64,
        /// Hundredths of a percent.
        pub discount: i64,
        pub duration: i64,
        /// After it; none: as the location has it.
        pub technical_break: Option<i64>,
        pub weight: i64,
        /// Whether clients may book it online.
        pub active: bool,
        /// Whether it is for groups.
        pub is_multi: bool,
        pub is_composite: bool,
        /// Clients at once, for groups.
        pub capacity: i64,
        pub tax_variant: i64,
        pub vat_id: i64,
        pub service_type: i64,
        pub api_service_id: i64,
        pub repeat_visit_days_step: Option<i64>,
        /// Seconds of the day from which it can be booked.
        pub seance_search_start: i64,
        pub seance_search_finish: i64,
        /// 0: as the location has it.
        pub seance_search_step: i64,
        pub step: i64,
        pub is_need_limit_date: bool,
        pub date_from: Option<String>,
        pub date_to: Option<String>,
        pub schedule_template_type: i64,
        pub online_invoicing_status: i64,
        pub is_abonement_autopayment_enabled: bool,
        pub autopayment_before_visit_time: i64,
        pub abonement_restriction_value: i64,
        pub is_price_managed_only_in_chain: bool,
        pub is_comment_managed_only_in_chain: bool,
        pub price_prepaid_amount: i64,
        pub price_prepaid_percent: i64,
        /// `forbidden`, `optional` or `required`.
        pub prepaid: String,
        pub trial_price: Option<i64>,
        pub trial_duration: Option<i64>,
        pub revision: i64,
    }
}

impl Default for Service {
    fn default() -> Self {
        Self {
            id: 0,
            salon_service_id: 0,
            category_id: 0,
            chain_service_id: None,
            title: String::new(),
            booking_title: String::new(),
            print_title: String::new(),
            comment: String::new(),
            api_id: String::new(),
            price_min: 0,
            price_max: 0,
            discount: 0,
            duration: 3600,
            technical_break: None,
            weight: 0,
            active: true,
            is_multi: false,
            is_composite: false,
            capacity: 0,
            tax_variant: 0,
            vat_id: 0,
            service_type: 1,
            api_service_id: 0,
            repeat_visit_days_step: None,
            seance_search_start: 0,
            seance_search_finish: 86_400,
            seance_search_step: 0,
            step: 0,
            is_need_limit_date: false,
            date_from: None,
            date_to: None,
            schedule_template_type: 0,
            online_invoicing_status: 0,
            is_abonement_autopayment_enabled: false,
            autopayment_before_visit_time: 0,
            abonement_restriction_value: 0,
            is_price_managed_only_in_chain: false,
            is_comment_managed_only_in_chain: false,
            price_prepaid_amount: 0,
            price_prepaid_percent: 0,
            prepaid: "forbidden".to_owned(),
            trial_price: None,
            trial_duration: None,
            revision: 1,
        }
    }
}

/// Columns that are written, in the order of [`Service::values`].
const WRITTEN: &str = "salon_service_id, category_id, chain_service_id, title, booking_title, print_title, search, \
     comment, api_id, price_min, price_max, discount, duration, technical_break, weight, active, is_multi, \
     is_composite, capacity, tax_variant, vat_id, service_type, api_service_id, repeat_visit_days_step, \
     seance_search_start, seance_search_finish, seance_search_step, step, is_need_limit_date, date_from, date_to, \
     schedule_template_type, online_invoicing_status, is_abonement_autopayment_enabled, \
     autopayment_before_visit_time, abonement_restriction_value, is_price_managed_only_in_chain, \
     is_comment_managed_only_in_chain, price_prepaid_amount, price_prepaid_percent, prepaid, trial_price, \
     trial_duration";

impl Service {
    /// The title for booking pages.
    pub fn booking_title(&self) -> &str {
        if self.booking_title.is_empty() { &self.title } else { &self.booking_title }
    }

    /// The title for receipts.
    pub fn print_title(&self) -> &str {
        if self.print_title.is_empty() { &self.title } else { &self.print_title }
    }

    fn values(&self) -> Vec<Value> {
        let search = format!("{}\n{}", self.title, self.booking_title).to_lowercase();
        vec![
            self.salon_service_id.into(),
            self.category_id.into(),
            self.chain_service_id.into(),
            (&self.title).into(),
            (&self.booking_title).into(),
            (&self.print_title).into(),
            search.into(),
            (&self.comment).into(),
            (&self.api_id).into(),
            self.price_min.into(),
            self.price_max.into(),
            self.discount.into(),
            self.duration.into(),
            self.technical_break.into(),
            self.weight.into(),
            self.active.into(),
            self.is_multi.into(),
            self.is_composite.into(),
            self.capacity.into(),
            self.tax_variant.into(),
            self.vat_id.into(),
            self.service_type.into(),
            self.api_service_id.into(),
            self.repeat_visit_days_step.into(),
            self.seance_search_start.into(),
            self.seance_search_finish.into(),
            self.seance_search_step.into(),
            self.step.into(),
            self.is_need_limit_date.into(),
            (&self.date_from).into(),
            (&self.date_to).into(),
            self.schedule_template_type.into(),
            self.online_invoicing_status.into(),
            self.is_abonement_autopayment_enabled.into(),
            self.autopayment_before_visit_time.into(),
            self.abonement_restriction_value.into(),
            self.is_price_managed_only_in_chain.into(),
            self.is_comment_managed_only_in_chain.into(),
            self.price_prepaid_amount.into(),
            self.price_prepaid_percent.into(),
            (&self.prepaid).into(),
            self.trial_price.into(),
            self.trial_duration.into(),
        ]
    }
}

/// Which services to list; those deleted never are.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub ids: Option<Vec<i64>>,
    pub category_id: Option<i64>,
    /// Who does them.
    pub team_member_id: Option<i64>,
    /// A part of a title, in small letters.
    pub term: Option<String>,
    pub is_multi: Option<bool>,
    pub is_composite: Option<bool>,
    /// Whether somebody (that team member, where one is named) may be booked for it.
    pub is_bookable: Option<bool>,
    pub limit: Option<i64>,
    pub offset: i64,
}

/// Services of the location, the heaviest first.
pub async fn list(conn: &mut Conn, location_id: i64, filter: &Filter) -> Result<Vec<Service>> {
    let mut sql = Sql::new(format!("SELECT {} FROM services s WHERE location_id = ", Service::COLUMNS));
    sql.bind(location_id).push(" AND is_deleted = 0");
    if let Some(ids) = &filter.ids {
        sql.push(" AND id IN ").list(ids.iter().copied());
    }
    if let Some(category) = filter.category_id {
        sql.push(" AND category_id = ").bind(category);
    }
    let of_member = |sql: &mut Sql| {
        if let Some(member) = filter.team_member_id {
            sql.push(" AND l.team_member_id = ").bind(member);
        }
    };
    // Whoever is deleted does nothing; who is dismissed does what he did, and is not to be booked.
    const DONE: &str = "EXISTS (SELECT 1 FROM service_team_members l \
         JOIN team_members t ON t.location_id = l.location_id AND t.id = l.team_member_id AND t.is_deleted = 0 \
         WHERE l.location_id = s.location_id AND l.service_id = s.id";
    if filter.team_member_id.is_some() {
        sql.push(" AND ").push(DONE);
        of_member(&mut sql);
        sql.push(")");
    }
    if let Some(is_bookable) = filter.is_bookable {
        sql.push(if is_bookable { " AND " } else { " AND NOT " }).push(DONE);
        of_member(&mut sql);
        sql.push(" AND l.is_offline_records_allowed = 1 AND t.fired = 0)");
    }
    if let Some(term) = &filter.term {
        sql.push(" AND search").contains(&term.to_lowercase());
    }
    if let Some(is_multi) = filter.is_multi {
        sql.push(" AND is_multi = ").bind(is_multi);
    }
    if let Some(is_composite) = filter.is_composite {
        sql.push(" AND is_composite = ").bind(is_composite);
    }
    sql.push(" ORDER BY weight DESC, id LIMIT ").bind(filter.limit.unwrap_or(MOST));
    sql.push(" OFFSET ").bind(filter.offset);
    Ok(sql.all(conn).await?)
}

/// These services of the location, those deleted left out: for the rooms to the right.
pub async fn by_ids(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<Service>> {
    let filter = Filter { ids: Some(ids.to_vec()), ..Filter::default() };
    list(conn, location_id, &filter).await
}

/// These services of the location, those deleted with them.
pub async fn all_by_ids(conn: &mut Conn, location_id: i64, ids: &[i64]) -> Result<Vec<Service>> {
    let mut sql = Sql::new(format!("SELECT {} FROM services WHERE location_id = ", Service::COLUMNS));
    sql.bind(location_id).push(" AND id IN ").list(ids.iter().copied());
    Ok(sql.all(conn).await?)
}

fn one() -> String {
    format!("SELECT {} FROM services WHERE location_id = $1 AND id = $2 AND is_deleted = 0", Service::COLUMNS)
}

/// A service, unless deleted.
pub async fn find(conn: &mut Conn, location_id: i64, id: i64) -> Result<Option<Service>> {
    Ok(conn.maybe(&one(), params![location_id, id]).await?)
}

/// The same, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, location_id: i64, id: i64) -> Result<Option<Service>> {
    Ok(tx.lock(&one(), params![location_id, id]).await?)
}

/// Locks these services until the end of the transaction, always in the order of their ids.
pub async fn lock_all(tx: &mut Tx, location_id: i64, ids: &[i64]) -> Result<()> {
    let mut sql = Sql::new("SELECT id FROM services WHERE location_id = ");
    sql.bind(location_id).push(" AND id IN ").list(ids.iter().copied()).push(" ORDER BY id");
    sql.lock::<i64>(tx).await?;
    Ok(())
}

/// How many services the location has.
pub async fn count(conn: &mut Conn, location_id: i64) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM services WHERE location_id = $1 AND is_deleted = 0";
    Ok(conn.one(sql, params![location_id]).await?)
}

/// Makes so many bindings to the location; gives their ids, ascending.
pub async fn bind(tx: &mut Tx, location_id: i64, many: usize, now: i64) -> Result<Vec<i64>> {
    let mut sql = Sql::new("INSERT INTO service_bindings (location_id, created_at) VALUES ");
    sql.rows((0..many).map(|_| [Value::from(location_id), now.into()])).push(" RETURNING id");
    let mut ids: Vec<i64> = sql.all(tx).await?;
    ids.sort_unstable();
    Ok(ids)
}

/// Rows of one statement: with so many columns, few fit among its parameters.
const AT_ONCE: usize = 200;

/// Writes new services; gives them with their ids, in the order given. An id other than 0 is kept (the demo).
pub async fn insert(tx: &mut Tx, location_id: i64, mut new: Vec<Service>, now: i64) -> Result<Vec<Service>> {
    for part in new.chunks_mut(AT_ONCE) {
        let named = part.iter().all(|s| s.id != 0);
        let bindings = bind(tx, location_id, part.len(), now).await?;
        for (service, binding) in part.iter_mut().zip(bindings) {
            service.salon_service_id = binding;
        }
        let mut sql =
            Sql::new(format!("INSERT INTO services ({WRITTEN}, location_id, created_at, updated_at"));
        sql.push(if named { ", id) VALUES " } else { ") VALUES " });
        sql.rows(part.iter().map(|service| {
            let mut row = service.values();
            row.extend([Value::from(location_id), now.into(), now.into()]);
            row.extend(named.then(|| Value::from(service.id)));
            row
        }));
        sql.push(" RETURNING salon_service_id, id");
        let made: Vec<(i64, i64)> = sql.all(tx).await?;
        for service in part {
            let id = made.iter().find(|(binding, _)| *binding == service.salon_service_id).map(|(_, id)| *id);
            service.id = id.ok_or_else(|| kernel::Error::internal("an insert that gave no row"))?;
        }
    }
    Ok(new)
}

/// Writes a changed service; gives its new revision.
pub async fn update(tx: &mut Tx, location_id: i64, service: &Service, now: i64) -> Result<i64> {
    let mut sql = Sql::new("UPDATE services SET revision = revision + 1, updated_at = ");
    sql.bind(now);
    for (column, value) in WRITTEN.split(',').zip(service.values()) {
        sql.push(", ").push(column.trim()).push(" = ").bind(value);
    }
    sql.push(" WHERE location_id = ").bind(location_id).push(" AND id = ").bind(service.id);
    sql.push(" RETURNING revision");
    Ok(sql.one(tx).await?)
}

/// Counts the service's revision up, where only its surroundings changed; gives the new one.
pub async fn touch(tx: &mut Tx, location_id: i64, id: i64, now: i64) -> Result<i64> {
    let sql = "UPDATE services SET revision = revision + 1, updated_at = $3
         WHERE location_id = $1 AND id = $2 RETURNING revision";
    Ok(tx.one(sql, params![location_id, id, now]).await?)
}

/// Deletes a service softly; nobody does it any more, it takes up nothing and consists of nothing.
pub async fn delete(tx: &mut Tx, location_id: i64, id: i64, now: i64) -> Result<()> {
    for sql in [
        "DELETE FROM service_team_members WHERE location_id = $1 AND service_id = $2",
        "DELETE FROM service_resources WHERE location_id = $1 AND service_id = $2",
        "DELETE FROM composite_service_parts WHERE location_id = $1 AND composite_service_id = $2",
        "DELETE FROM service_popularity WHERE location_id = $1 AND service_id = $2",
    ] {
        tx.exec(sql, params![location_id, id]).await?;
    }
    let sql = "UPDATE services SET is_deleted = 1, revision = revision + 1, updated_at = $3
         WHERE location_id = $1 AND id = $2";
    tx.exec(sql, params![location_id, id, now]).await?;
    Ok(())
}

/// The single days of these services, or of all of the location's: (service, day), in order.
pub async fn dates(conn: &mut Conn, location_id: i64, of: Option<&[i64]>) -> Result<Vec<(i64, String)>> {
    let mut sql = Sql::new("SELECT service_id, day FROM service_dates WHERE location_id = ");
    sql.bind(location_id);
    if let Some(ids) = of {
        sql.push(" AND service_id IN ").list(ids.iter().copied());
    }
    sql.push(" ORDER BY service_id, day LIMIT 500000");
    Ok(sql.all(conn).await?)
}

/// Makes these the single days of a service.
pub async fn set_dates(tx: &mut Tx, location_id: i64, id: i64, days: &[String]) -> Result<()> {
    let sql = "DELETE FROM service_dates WHERE location_id = $1 AND service_id = $2";
    tx.exec(sql, params![location_id, id]).await?;
    if days.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO service_dates (location_id, service_id, day) VALUES ");
    sql.rows(days.iter().map(|day| [Value::from(location_id), id.into(), day.into()]));
    sql.exec(tx).await?;
    Ok(())
}
