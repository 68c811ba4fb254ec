//! Who did what, when and from where. Table `audit`, written by every unit of work; read by owners.

use calc::zone::{Zone, local_iso};
use db::{Conn, Sql};
use kernel::{Api, Count, Data, List, Page, Query, Result, op};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::access::{At, perm};

/// Our additions.
pub fn own() -> Api {
    Api::new().op(op!(list_audit))
}

db::row! {
    struct Entry {
        id: i64,
        at: i64,
        user_id: i64,
        partner_id: i64,
        operation: String,
        entity: String,
        entity_id: i64,
        details: String,
        ip: String,
        program: String,
        request_id: String,
    }
}

/// Which entries to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct AuditFilter {
    /// Only this user's.
    user_id: Option<i64>,
    /// Only of this operation, by its operationId.
    operation: Option<String>,
    /// Page, counted from 1.
    page: Option<i64>,
    /// Entries on a page (50; at most 200).
    count: Option<i64>,
}

/// A write that was carried out.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditOut {
    /// Its id.
    id: i64,
    /// When, in the location's zone.
    #[schema(example = "2026-03-23T10:10:00-04:00")]
    at: String,
    /// By which user; 0 for none.
    user_id: i64,
    /// Through which partner; 0 for none.
    partner_id: i64,
    /// The operation's operationId.
    #[schema(example = "update_location")]
    operation: String,
    /// What it was about.
    #[schema(example = "salon")]
    entity: String,
    /// Which one.
    entity_id: i64,
    /// More.
    #[schema(value_type = Object)]
    details: Value,
    /// From which address.
    #[schema(example = "127.0.0.1")]
    ip: String,
    /// By which program (User-Agent).
    program: String,
    /// The request's id.
    request_id: String,
}

fn sql(columns: &str, location_id: i64, filter: &AuditFilter) -> Sql {
    let mut sql = Sql::new(format!("SELECT {columns} FROM audit WHERE location_id = "));
    sql.bind(location_id);
    if let Some(user) = filter.user_id {
        sql.push(" AND user_id = ").bind(user);
    }
    if let Some(operation) = &filter.operation {
        sql.push(" AND operation = ").bind(operation);
    }
    sql
}

async fn list(conn: &mut Conn, location_id: i64, filter: &AuditFilter, page: Page) -> Result<Vec<Entry>> {
    let mut sql = sql(Entry::COLUMNS, location_id, filter);
    sql.push(" ORDER BY id DESC LIMIT ").bind(page.limit).push(" OFFSET ").bind(page.offset);
    Ok(sql.all(conn).await?)
}

/// List what was done at a location
///
/// For its owners; the latest first.
#[utoipa::path(
    get, path = "/locations/{location_id}/audit", operation_id = "list_audit", tag = "Audit",
    params(("location_id" = i64, Path, description = "The location"), AuditFilter),
    responses((status = 200, description = "The entries", body = Data<Vec<AuditOut>, Count>))
)]
pub async fn list_audit(at: At<perm::Owner>, query: Query<AuditFilter>) -> Result<List<AuditOut>> {
    let page = Page::of(query.0.page, query.0.count, 50, 200);
    let mut conn = at.conn().await?;
    let zone = crate::locations::store::by_id(&mut conn, at.location_id).await?.timezone;
    let zone = Zone::parse(&zone).unwrap_or_else(Zone::utc);
    let count: i64 = sql("COUNT(*)", at.location_id, &query.0).one(&mut conn).await?;
    let rows = list(&mut conn, at.location_id, &query.0, page).await?;
    let out = rows.into_iter().map(|e| AuditOut {
        id: e.id,
        at: local_iso(e.at, &zone),
        user_id: e.user_id,
        partner_id: e.partner_id,
        operation: e.operation,
        entity: e.entity,
        entity_id: e.entity_id,
        details: serde_json::from_str(&e.details).unwrap_or_default(),
        ip: e.ip,
        program: e.program,
        request_id: e.request_id,
    });
    Ok(List::counted(out.collect(), count))
}
