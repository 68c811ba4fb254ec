//! What a client's visits come to.

use ::clients::Shown;
use ::clients::clients::store;
use calc::zone::{Zone, local_sql};
use kernel::{Compound, Error, Linked, Money, Path, Resource, Result, ToMany};
use org::access::perm::{ChainClients, ChainRight};
use org::access::{At, perm};
use serde::Serialize;
use utoipa::ToSchema;

use super::id;

/// What a client's visits come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttendanceStatistics {
    /// The location; not of a chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 720_441)]
    company_id: Option<i64>,
    /// Visits that took place.
    #[schema(minimum = 0, example = 12)]
    successful_attendances_count: i64,
    /// Those to which he did not come.
    #[schema(minimum = 0, example = 1)]
    failed_attendances_count: i64,
    /// Paid less spent: negative when he owes.
    #[schema(value_type = f64, example = 40)]
    balance_amount: Money,
    /// What he has bought for.
    #[schema(value_type = f64, example = 520)]
    spent_amount: Money,
    /// What he has paid.
    #[schema(value_type = f64, example = 560)]
    paid_amount: Money,
    /// When the last visit that took place began, by the location's clock; null without any.
    #[schema(example = "2026-07-15 16:30:00")]
    last_successful_attendance_datetime: Option<String>,
}

/// What a client's visits to the locations of a chain come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChainStatisticsAttributes {
    /// The chain.
    #[schema(example = 706_028)]
    chain_id: i64,
    #[serde(flatten)]
    kept: AttendanceStatistics,
}

/// What figures belong with.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatisticsRelationships {
    /// The client's deposits: locations take none yet.
    deposits: ToMany,
}

impl StatisticsRelationships {
    fn none() -> Self {
        Self { deposits: ToMany::new("timetable_deposit", Vec::<i64>::new()) }
    }
}

/// A client's deposit.
#[derive(Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "named as the wire names them")]
pub struct DepositAttributes {
    pub title: String,
    #[schema(value_type = f64)]
    pub balance: Money,
    #[schema(value_type = f64)]
    pub reserved_balance: Money,
    /// Without what is reserved.
    #[schema(value_type = f64)]
    pub available_balance: Money,
}

type Answer<T> = Compound<Linked<T, StatisticsRelationships>, Resource<DepositAttributes>>;

fn local(at: Option<i64>, zone: &Zone) -> Option<String> {
    at.map(|at| local_sql(at, zone))
}

/// Get what a client's visits to a location come to
///
/// Of a deleted client too.
#[utoipa::path(
    get, path = "/locations/{location_id}/clients/{client_id}/attendances_statistic",
    operation_id = "get_booking_user_location_attendance_statistics", tag = "Booking Users",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("client_id" = i64, Path, description = "The client", minimum = 1)
    ),
    responses((status = 200, description = "The figures", body = Compound<Linked<AttendanceStatistics, StatisticsRelationships>, Resource<DepositAttributes>>))
)]
pub async fn get_booking_user_location_attendance_statistics(
    at: At<perm::ClientHistory>,
    Path((_location, client)): Path<(i64, String)>,
) -> Result<Answer<AttendanceStatistics>> {
    let id = id(&client, "client_id")?;
    let location_id = at.location_id;
    let mut conn = at.conn().await?;
    let c = store::find_any(&mut conn, location_id, id, &Shown::of(&at.membership)).await?;
    let zone = org::locations::store::zone(&mut conn, location_id).await?;
    let attributes = AttendanceStatistics {
        company_id: Some(location_id),
        successful_attendances_count: c.visits,
        failed_attendances_count: c.no_shows,
        balance_amount: Money(c.balance),
        spent_amount: Money(c.spent),
        paid_amount: Money(c.paid),
        last_successful_attendance_datetime: local(c.last_visit_at, &zone),
    };
    let name = format!("{id}_{location_id}");
    let resource =
        Linked::new("client_attendances_statistic", name, attributes, Some(StatisticsRelationships::none()));
    Ok(Compound::new(resource, None))
}

/// Get what a client's visits to the locations of a chain come to
///
/// Clients with the same phone at different locations of the chain are one. The client may be of any of them; the location
/// is one of them too, and asks for the right. Needs the chain's right to clients beside.
#[utoipa::path(
    get, path = "/locations/{location_id}/clients/{client_id}/chain_attendances_statistic/{chain_id}",
    operation_id = "get_booking_user_chain_attendance_statistics", tag = "Booking Users",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("client_id" = i64, Path, description = "The client", minimum = 1),
        ("chain_id" = i64, Path, description = "The chain", minimum = 1)
    ),
    responses((status = 200, description = "The figures", body = Compound<Linked<ChainStatisticsAttributes, StatisticsRelationships>, Resource<DepositAttributes>>))
)]
pub async fn get_booking_user_chain_attendance_statistics(
    at: At<perm::AppointmentForm>,
    Path((_location, client, chain)): Path<(i64, String, String)>,
) -> Result<Answer<ChainStatisticsAttributes>> {
    let (id, chain_id) = (id(&client, "client_id")?, id(&chain, "chain_id")?);
    let location_id = at.location_id;
    let mut conn = at.conn().await?;
    let rights = org::chains::store::rights_at(&mut conn, chain_id, location_id, at.user_id).await?;
    let rights = rights.ok_or_else(Error::not_found)?;
    if !org::chains::rules::allows(&rights.unwrap_or_default(), ChainClients::SLUG) {
        return Err(Error::denied());
    }
    let shown = Shown::of(&at.membership);
    if !shown.is_all() {
        store::find_any(&mut conn, location_id, id, &shown).await?;
    }
    let sum = store::in_chain(&mut conn, chain_id, id).await?;
    if sum.clients == 0 {
        return Err(Error::not_found());
    }
    let zone = org::locations::store::zone(&mut conn, location_id).await?;
    let kept = AttendanceStatistics {
        company_id: None,
        successful_attendances_count: sum.visits,
        failed_attendances_count: sum.no_shows,
        balance_amount: Money(sum.balance),
        spent_amount: Money(sum.spent),
        paid_amount: Money(sum.paid),
        last_successful_attendance_datetime: local(sum.last_visit_at, &zone),
    };
    let name = format!("{id}_{chain_id}");
    let attributes = ChainStatisticsAttributes { chain_id, kept };
    let resource = Linked::new(
        "client_chain_attendances_statistic",
        name,
        attributes,
        Some(StatisticsRelationships::none()),
    );
    Ok(Compound::new(resource, None))
}
