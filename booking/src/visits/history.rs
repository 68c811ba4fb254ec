//! What a client had at the location, version 1.

use calc::phone::Phone;
use calc::zone::{Zone, date_ymd, local_iso, parse_day};
use kernel::{Data, Error, Lenient, Money, OrEmpty, Problems, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::PartialSchema;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::rules::{Span, pages};
use super::store;
use crate::appointments::store::{Appointment, list};
use crate::appointments::view::{Seen, View};

/// Whose history, and which part of it.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct HistoryIn {
    /// The client.
    #[schema(required, example = 123)]
    client_id: Option<i64>,
    /// The client's phone, in place of the id.
    #[schema(required, example = "+13155550184")]
    client_phone: Option<String>,
    /// From this day on.
    #[schema(required, example = "2022-01-31")]
    from: Option<String>,
    /// Up to this day, with it.
    #[schema(required, example = "2022-02-01")]
    to: Option<String>,
    /// `not_paid`, `paid_not_full`, `paid_full`, `paid_over`; none or all for an empty list.
    #[schema(required, example = json!([]))]
    payment_statuses: Option<Vec<String>>,
    /// -1 absent, 0 waiting, 1 came, 2 confirmed.
    #[schema(required, example = 1)]
    attendance: Option<i64>,
}

macro_rules! shape {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty $(as $shown:ty)?,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, ToSchema)]
        #[allow(missing_docs, reason = "named as the wire names them")]
        pub struct $name { $($(#[schema(value_type = $shown)])? pub $field: $type,)* }
    };
}

shape! {
    /// A product sold.
    HistoryGoodOut {
        id: i64, title: String, amount: Money as f64, unit: String, cost_per_unit: Money as f64,
        first_cost: Money as f64, discount_percent: Money as f64, cost_to_pay: Money as f64, paid_sum: Money as f64,
        payment_status: String,
    }
}
shape! {
    /// A position.
    HistoryPositionOut { id: i64, title: String, }
}
shape! {
    /// The location.
    HistoryLocationOut { id: i64, title: String, }
}
shape! {
    /// A sale of products.
    HistorySaleOut {
        id: i64, comment: String, date: String, visit_id: i64, record_id: i64, goods: Vec<HistoryGoodOut>,
        staff: Option<HistoryStaffOut>, company: HistoryLocationOut,
    }
}
shape! {
    /// A consumable written off.
    HistoryConsumableOut { title: String, amount: Money as f64, cost_per_unit: Money as f64, unit: String, }
}
shape! {
    /// A service had.
    HistoryServiceOut {
        id: i64, title: String, first_cost: Money as f64, discount_percent: Money as f64,
        cost_to_pay: Money as f64, paid_sum: Money as f64, payment_status: &'static str,
        consumables: Vec<HistoryConsumableOut>,
    }
}
shape! {
    /// Tips.
    HistoryTipsOut { has_tips: bool, sum: Option<Money> as Option<f64>, }
}
shape! {
    /// A visitor.
    HistoryComerOut { id: i64, title: String, slug: &'static str, }
}

/// A team member.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "named as the wire names them")]
pub struct HistoryStaffOut {
    pub id: i64,
    pub name: String,
    pub company_id: i64,
    pub specialization: String,
    pub avatar: String,
    pub avatar_big: String,
    #[schema(schema_with = or_empty_position)]
    pub position: OrEmpty<HistoryPositionOut>,
    pub is_paid_staff: bool,
}

fn or_empty_position() -> RefOr<Schema> {
    OrEmpty::<HistoryPositionOut>::schema()
}

/// An appointment of the history.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "named as the wire names them")]
pub struct HistoryRecordOut {
    pub id: i64,
    pub comment: String,
    #[schema(example = "2026-01-31T12:34:56-05:00")]
    pub date: String,
    pub visit_id: i64,
    pub attendance: i64,
    pub services: Vec<HistoryServiceOut>,
    pub staff: Option<HistoryStaffOut>,
    pub company: HistoryLocationOut,
    pub tips: HistoryTipsOut,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub comer: Option<HistoryComerOut>,
}

/// A client's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryOut {
    /// Sales of products apart from appointments.
    goods_transactions: Vec<HistorySaleOut>,
    /// Appointments, the latest first.
    records: Vec<HistoryRecordOut>,
}

/// Days of a page.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct DateSpanOut {
    /// The latest day.
    #[schema(example = "2022-01-31")]
    to: Option<String>,
    /// The earliest.
    #[schema(example = "2022-01-20")]
    from: Option<String>,
    /// Appointments.
    #[schema(example = 25)]
    count: Option<i64>,
}

impl From<Span> for DateSpanOut {
    fn from(span: Span) -> Self {
        Self { to: span.to, from: span.from, count: span.count }
    }
}

/// The page, and those beside it.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct DateCursorOut {
    /// The later one.
    previous: DateSpanOut,
    /// This one.
    current: DateSpanOut,
    /// The earlier one.
    next: DateSpanOut,
}

/// `meta` with pages by days.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatePagesMeta {
    date_cursor: DateCursorOut,
}

const STATUSES: [&str; 4] = ["not_paid", "paid_not_full", "paid_full", "paid_over"];

/// Search a client's history
///
/// The latest first, in pages of 25 appointments, each ending with a day. The next page is asked for by its days.
#[utoipa::path(
    post, path = "/company/{location_id}/clients/visits/search", operation_id = "search_client_visits", tag = "Clients",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = HistoryIn,
    responses((status = 200, description = "The history", body = Data<HistoryOut, DatePagesMeta>))
)]
pub async fn search_client_visits(
    at: At<perm::ClientHistory>,
    input: Lenient<HistoryIn>,
) -> Result<Data<HistoryOut, DatePagesMeta>> {
    let sent = input.0;
    let mut problems = Problems::new();
    let mut day = |text: &Option<String>, field: &str| {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
        let day = parse_day(text);
        problems.check(day.is_some(), field, "field-date");
        day.map(|day| day.to_string())
    };
    let (from, to) = (day(&sent.from, "from"), day(&sent.to, "to"));
    let statuses = sent.payment_statuses.unwrap_or_default();
    problems.check(
        statuses.iter().all(|s| STATUSES.contains(&s.as_str())),
        "payment_statuses",
        "field-choice",
    );
    problems.range(sent.attendance.unwrap_or(0), -1..=2, "attendance");
    let mut conn = at.conn().await?;
    let client = match (
        sent.client_id.filter(|id| *id != 0),
        sent.client_phone.as_deref().and_then(|p| Phone::parse(p, None)),
    ) {
        (Some(id), _) => ::clients::clients::store::by_id(&mut conn, at.location_id, id).await?,
        (None, Some(phone)) => {
            ::clients::clients::store::by_phone(&mut conn, at.location_id, phone.e164()).await?
        }
        (None, None) => {
            problems.add("client_id", "field-required");
            None
        }
    };
    problems.done()?;
    let client = client.ok_or_else(Error::not_found)?;
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    // Nothing is paid here yet: what is asked for by another status is not there.
    let all = if statuses.is_empty() || statuses.iter().any(|s| s == "not_paid") {
        store::history(&mut conn, at.location_id, client.id, sent.attendance).await?
    } else {
        Vec::new()
    };
    let days: Vec<String> = all.iter().map(|(_, starts_at)| date_ymd(*starts_at, &zone)).collect();
    let (previous, current, next) = pages(&days, from.as_deref(), to.as_deref());
    let on_page = |day: &String| Some(day) <= current.to.as_ref() && Some(day) >= current.from.as_ref();
    let ids: Vec<i64> =
        all.iter().zip(&days).filter(|(_, day)| on_page(day)).map(|((id, _), _)| *id).collect();
    let mut rows = list::by_ids(&mut conn, at.location_id, &ids).await?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.starts_at, row.id)));
    let title = org::locations::store::by_id(&mut conn, at.location_id).await?.title;
    let view = View::of(&at.app, &mut conn, at.location_id, &rows, Seen::of(&at.membership)).await?;
    let records = rows.iter().map(|row| shown(row, &view, &zone, &title)).collect();
    let date_cursor = DateCursorOut { previous: previous.into(), current: current.into(), next: next.into() };
    Ok(Data::with_meta(HistoryOut { goods_transactions: Vec::new(), records }, DatePagesMeta { date_cursor }))
}

fn shown(a: &Appointment, view: &View, zone: &Zone, title: &str) -> HistoryRecordOut {
    let staff = view.member(a).map(|m| HistoryStaffOut {
        id: m.id,
        name: m.name.clone(),
        company_id: view.location_id,
        specialization: m.specialization.clone(),
        avatar: view.avatar(m.id, false),
        avatar_big: view.avatar(m.id, true),
        position: OrEmpty(
            m.position_id.zip(m.position_title.clone()).map(|(id, title)| HistoryPositionOut { id, title }),
        ),
        is_paid_staff: m.is_paid_staff,
    });
    let service = |line: &crate::appointments::store::with::Line| HistoryServiceOut {
        id: line.service_id,
        title: line.title.clone(),
        first_cost: Money(line.cost_per_unit.saturating_mul(line.amount)),
        discount_percent: Money(line.discount),
        cost_to_pay: Money(line.cost),
        paid_sum: Money(0),
        payment_status: "not_paid",
        consumables: Vec::new(),
    };
    HistoryRecordOut {
        id: a.id,
        comment: a.comment.clone(),
        date: local_iso(a.starts_at, zone),
        visit_id: a.visit_id.unwrap_or_default(),
        attendance: a.attendance,
        services: view.lines(a).iter().map(service).collect(),
        staff,
        company: HistoryLocationOut { id: view.location_id, title: title.to_owned() },
        tips: HistoryTipsOut { has_tips: false, sum: None },
        comer: a.comer_id.map(|id| HistoryComerOut {
            id,
            title: view.comer(a).unwrap_or_default().to_owned(),
            slug: "person",
        }),
    }
}
