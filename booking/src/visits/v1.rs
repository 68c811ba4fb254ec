//! Visits, version 1.

use axum::response::{IntoResponse, Response};
use calc::zone::local_iso;
use http::header;
use kernel::{Data, Error, Lenient, Money, NoContent, Path, Result};
use org::access::{At, Signed, perm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{flow, receipt, store};
use crate::appointments::rules::standard::Line;
use crate::appointments::shapes::{FinanceTransactionOut, LoyaltyTransactionOut, ReceiptsOut};
use crate::appointments::v1::wire::AppointmentOut;
use crate::appointments::view::{Seen, View};
use crate::calendar::Shown;

/// A visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitOut {
    /// -1 absent, 0 waiting, 1 came, 2 confirmed.
    #[schema(example = 1)]
    attendance: i64,
    /// When its first appointment begins.
    #[schema(example = "2026-09-21T23:00:00-05:00")]
    datetime: String,
    /// What is noted of it; 0 for nothing.
    #[schema(schema_with = comment)]
    comment: serde_json::Value,
    /// Its appointments.
    records: Vec<AppointmentOut>,
}

fn comment() -> utoipa::openapi::schema::ObjectBuilder {
    kernel::number_or_text().description(Some("What is noted of it; 0 for nothing."))
}

/// Read a visit
#[utoipa::path(
    get, path = "/visits/{visit_id}", operation_id = "get_visit", tag = "Appointments",
    params(("visit_id" = i64, Path, description = "The visit")),
    responses(
        (status = 200, description = "The visit", body = Data<VisitOut>),
        (status = 403, description = "The right to the calendar is missing")
    )
)]
pub async fn get_visit(by: Signed, Path(id): Path<i64>) -> Result<Data<VisitOut>> {
    let mut conn = by.conn().await?;
    let visit = store::find(&mut conn, id).await?.ok_or_else(Error::not_found)?;
    let membership = by.require::<perm::Calendar>(visit.location_id).await?;
    let shown = Shown::of(&membership.grants);
    let all = flow::appointments(&mut conn, visit.location_id, id, &shown).await?;
    let first = all.first().ok_or_else(Error::not_found)?.starts_at;
    let view = View::of(&by.app, &mut conn, visit.location_id, &all, Seen::of(&membership)).await?;
    Ok(Data::new(VisitOut {
        attendance: visit.attendance,
        datetime: local_iso(visit.starts_at.unwrap_or(first), view.zone()),
        comment: if visit.comment.is_empty() { 0.into() } else { visit.comment.into() },
        records: all.iter().map(|a| AppointmentOut::of(a, &view).in_visit()).collect(),
    }))
}

/// A part of a visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitItemOut {
    /// Its number within the appointment.
    #[schema(example = 0)]
    id: i64,
    /// The service or product.
    #[schema(example = 1_162_679)]
    item_id: i64,
    /// 1 for a service, 7 for a product sold.
    #[schema(example = 1)]
    item_type_id: i64,
    /// The appointment.
    #[schema(example = 13_136_569)]
    record_id: i64,
    /// Its name.
    #[schema(example = "Haircut")]
    item_title: String,
    /// How often.
    #[schema(example = 2)]
    amount: i64,
    /// What it costs before the discount.
    #[schema(value_type = f64, example = 20)]
    first_cost: Money,
    /// The cost as it was set.
    #[schema(value_type = f64, example = 10)]
    manual_cost: Money,
    /// Percent.
    #[schema(value_type = f64, example = 50)]
    discount: Money,
    /// What it costs in the end.
    #[schema(value_type = f64, example = 10)]
    cost: Money,
    /// The team member.
    #[schema(example = 55436)]
    master_id: i64,
    /// The product, 0 for a service.
    #[schema(example = 0)]
    good_id: i64,
    /// The service, 0 for a product.
    #[schema(example = 1_162_679)]
    service_id: i64,
    /// The promotion, 0 for none.
    #[schema(example = 0)]
    event_id: i64,
    /// Whether it is a service.
    #[schema(example = true)]
    is_service: bool,
    /// Whether it is a promotion.
    #[schema(example = false)]
    is_event: bool,
    /// Whether it is a product.
    #[schema(example = false)]
    is_good: bool,
}

/// What a visit is made of.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitDetailsOut {
    /// Payments.
    payment_transactions: Vec<FinanceTransactionOut>,
    /// What loyalty programs did.
    loyalty_transactions: Vec<LoyaltyTransactionOut>,
    /// Receipts.
    kkm_transaction_details_container: ReceiptsOut,
    /// Services and products.
    items: Vec<VisitItemOut>,
}

/// Read what a visit is made of
#[utoipa::path(
    get, path = "/visit/details/{location_id}/{record_id}/{visit_id}", operation_id = "get_visit_details",
    tag = "Appointments",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("record_id" = i64, Path, description = "One of its appointments"),
        ("visit_id" = i64, Path, description = "The visit")
    ),
    responses((status = 200, description = "Its parts", body = Data<VisitDetailsOut>))
)]
pub async fn get_visit_details(
    at: At<perm::Calendar>,
    Path((_location, record_id, visit_id)): Path<(i64, i64, i64)>,
) -> Result<Data<VisitDetailsOut>> {
    let mut conn = at.conn().await?;
    let shown = Shown::of(&at.membership.grants);
    let all = flow::appointments(&mut conn, at.location_id, visit_id, &shown).await?;
    if !all.iter().any(|a| a.id == record_id) {
        return Err(Error::not_found());
    }
    let view = View::of(&at.app, &mut conn, at.location_id, &all, Seen::of(&at.membership)).await?;
    let mut items = Vec::new();
    for a in &all {
        items.extend((0i64..).zip(view.lines(a)).map(|(id, line)| VisitItemOut {
            id,
            item_id: line.service_id,
            item_type_id: 1,
            record_id: a.id,
            item_title: line.title.clone(),
            amount: line.amount,
            first_cost: Money(line.cost_per_unit.saturating_mul(line.amount)),
            manual_cost: Money(line.cost),
            discount: Money(line.discount),
            cost: Money(line.cost),
            master_id: a.team_member_id,
            good_id: 0,
            service_id: line.service_id,
            event_id: 0,
            is_service: true,
            is_event: false,
            is_good: false,
        }));
    }
    Ok(Data::new(VisitDetailsOut {
        payment_transactions: Vec::new(),
        loyalty_transactions: Vec::new(),
        kkm_transaction_details_container: ReceiptsOut { last_operation_type: 0, transactions: Vec::new() },
        items,
    }))
}

/// A service of one of the visit's appointments.
#[derive(Debug, Deserialize, ToSchema)]
pub struct VisitServiceIn {
    /// The appointment.
    #[schema(required, nullable = false, example = 10_403_702)]
    record_id: Option<i64>,
    /// Which.
    #[schema(required, nullable = false, example = 389_045)]
    id: Option<i64>,
    /// Its name; of no account.
    #[allow(dead_code, reason = "sent along by clients; the service's own name counts")]
    #[schema(nullable = false, example = "Hand massage")]
    title: Option<String>,
    /// What all of it costs after the discount.
    #[schema(value_type = Option<f64>, nullable = false, example = 255)]
    cost: Option<Money>,
    /// What one costs.
    #[schema(value_type = Option<f64>, nullable = false, example = 300)]
    cost_per_unit: Option<Money>,
    /// Percent.
    #[schema(value_type = Option<f64>, nullable = false, example = 15)]
    discount: Option<Money>,
    /// What all of it costs before the discount.
    #[schema(value_type = Option<f64>, nullable = false, example = 300)]
    first_cost: Option<Money>,
    /// How often.
    #[schema(nullable = false, example = 1)]
    amount: Option<i64>,
}

impl VisitServiceIn {
    fn line(&self) -> Line {
        let of = |money: Option<Money>| money.map(|money| money.0);
        Line {
            service_id: self.id,
            amount: self.amount,
            cost_per_unit: of(self.cost_per_unit),
            first_cost: of(self.first_cost),
            discount: of(self.discount),
            cost: of(self.cost),
        }
    }
}

/// A payment.
#[derive(Debug, Deserialize, ToSchema)]
#[allow(dead_code, reason = "refused by name until the location takes payments here")]
pub struct VisitPaymentIn {
    /// Its id.
    #[schema(nullable = false, example = 12345)]
    id: Option<i64>,
    /// How much.
    #[schema(nullable = false, example = 100)]
    amount: Option<f64>,
    /// Into which account.
    #[schema(nullable = false, example = 23322)]
    account_id: Option<i64>,
}

/// A product.
#[derive(Debug, Deserialize, ToSchema)]
#[allow(dead_code, reason = "refused by name until the location has products")]
pub struct VisitProductIn {
    id: Option<i64>,
    title: Option<String>,
    barcode: Option<String>,
    article: Option<String>,
    amount: Option<String>,
    cost_per_unit: Option<String>,
    price: Option<String>,
    cost: Option<String>,
    operation_unit_type: Option<i64>,
    master_id: Option<String>,
    storage_id: Option<String>,
    good_id: Option<String>,
    discount: Option<String>,
}

/// A change of a visit.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct VisitIn {
    /// Of all its appointments: -1 absent, 0 waiting, 1 came, 2 confirmed.
    #[schema(required, nullable = false, example = 1)]
    attendance: Option<i64>,
    /// What is noted of the visit.
    #[schema(required, nullable = false, example = "")]
    comment: Option<String>,
    /// Payments; refused until the location takes payments here.
    #[schema(nullable = false)]
    new_transactions: Option<Vec<VisitPaymentIn>>,
    /// Payments to take back; refused likewise.
    #[schema(nullable = false, value_type = Option<Vec<Object>>)]
    deleted_transaction_ids: Option<Vec<serde_json::Value>>,
    /// Products; refused until the location has products.
    #[schema(nullable = false)]
    goods_transactions: Option<Vec<VisitProductIn>>,
    /// Services with their costs, in place of those of the appointments named.
    #[schema(nullable = false)]
    services: Option<Vec<VisitServiceIn>>,
    /// A payment of all of it at once: 1 in cash, 2 cashless, with 128 more a receipt; refused likewise.
    #[schema(nullable = false, example = 0)]
    fast_payment: Option<i64>,
}

impl From<VisitIn> for flow::Change {
    fn from(sent: VisitIn) -> Self {
        let services = sent.services.unwrap_or_default();
        Self {
            attendance: sent.attendance,
            comment: sent.comment,
            services: services.iter().map(|s| (s.record_id, s.line())).collect(),
            not_taken: [
                (!sent.new_transactions.unwrap_or_default().is_empty(), "new_transactions"),
                (!sent.deleted_transaction_ids.unwrap_or_default().is_empty(), "deleted_transaction_ids"),
                (!sent.goods_transactions.unwrap_or_default().is_empty(), "goods_transactions"),
                (sent.fast_payment.unwrap_or_default() != 0, "fast_payment"),
            ]
            .into_iter()
            .filter(|(sent, _)| *sent)
            .map(|(_, field)| field)
            .collect(),
        }
    }
}

/// Change a visit
///
/// The attendance is that of all its appointments.
#[utoipa::path(
    put, path = "/visits/{visit_id}/{record_id}", operation_id = "update_visit", tag = "Appointments",
    params(
        ("visit_id" = i64, Path, description = "The visit"),
        ("record_id" = i64, Path, description = "One of its appointments")
    ),
    request_body = VisitIn,
    responses(
        (status = 200, description = "Changed"),
        (status = 403, description = "The right to change appointments is missing")
    )
)]
pub async fn update_visit(
    by: Signed,
    Path((visit_id, record_id)): Path<(i64, i64)>,
    input: Lenient<VisitIn>,
) -> Result<NoContent> {
    let unit = flow::update(&by, visit_id, record_id, input.0.into()).await?;
    unit.commit(NoContent::ok()).await
}

/// Print a visit's receipt
///
/// As a PDF: what was done, by whom, and what it costs.
#[utoipa::path(
    get, path = "/attendance/receipt_print/{visit_id}", operation_id = "get_visit_receipt_pdf", tag = "Appointments",
    params(("visit_id" = i64, Path, description = "The visit")),
    responses(
        (status = 200, description = "The receipt", body = Vec<u8>, content_type = "application/pdf"),
        (status = 403, description = "The right to the calendar is missing")
    )
)]
pub async fn get_visit_receipt_pdf(by: Signed, Path(id): Path<i64>) -> Result<Response> {
    let mut conn = by.conn().await?;
    let visit = store::find(&mut conn, id).await?.ok_or_else(Error::not_found)?;
    let membership = by.require::<perm::Calendar>(visit.location_id).await?;
    let shown = Shown::of(&membership.grants);
    let all = flow::appointments(&mut conn, visit.location_id, id, &shown).await?;
    let view = View::of(&by.app, &mut conn, visit.location_id, &all, Seen::of(&membership)).await?;
    let location = org::locations::store::by_id(&mut conn, visit.location_id).await?;
    drop(conn);
    let receipt = receipt::Receipt::of(&visit, &location, &all, &view, &by.language);
    let pdf = receipt::pdf(receipt).await?;
    let name = format!("inline; filename=\"visit-{id}.pdf\"");
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], pdf)
        .into_response())
}
