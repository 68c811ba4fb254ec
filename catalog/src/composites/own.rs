//! Writing composite services and trials: additions of ours.

use kernel::{Data, Lenient, Money, NoContent, Path, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow;
use super::rules::Sent;
use super::store::{self, Part};
use crate::links::flow::no_service;
use crate::services;

/// A part of a composite service.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServicePartOut {
    /// Its place, from 1.
    #[schema(example = 1)]
    position: i64,
    /// The service.
    #[schema(example = 83169)]
    service_id: i64,
    /// Who does it; null: anybody who does the service.
    #[schema(example = 1001)]
    team_member_id: Option<i64>,
    /// How long it takes, seconds.
    #[schema(example = 3600)]
    duration: i64,
    /// The lowest price.
    #[schema(value_type = f64, example = 50)]
    price_min: Money,
    /// The highest price.
    #[schema(value_type = f64, example = 50)]
    price_max: Money,
}

impl From<Part> for ServicePartOut {
    fn from(p: Part) -> Self {
        Self {
            position: p.position,
            service_id: p.service_id,
            team_member_id: p.team_member_id,
            duration: p.duration,
            price_min: Money(p.price_min),
            price_max: Money(p.price_max),
        }
    }
}

/// What a service consists of.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServicePartsOut {
    /// The service.
    #[schema(example = 83170)]
    service_id: i64,
    /// How long it takes, seconds.
    #[schema(example = 7200)]
    duration: i64,
    /// Its parts, in order; none for a simple service.
    parts: Vec<ServicePartOut>,
}

fn out(service_id: i64, duration: i64, parts: Vec<Part>) -> Data<ServicePartsOut> {
    Data::new(ServicePartsOut { service_id, duration, parts: parts.into_iter().map(Into::into).collect() })
}

/// A part; what it does not say itself is its team member's, else its service's, as it is now.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
pub struct ServicePartIn {
    /// The service.
    #[schema(required, nullable = false, example = 83169)]
    service_id: Option<i64>,
    /// Who does it; null: anybody who does the service.
    #[schema(example = 1001)]
    team_member_id: Option<i64>,
    /// How long it takes, seconds.
    #[schema(nullable = false, example = 3600)]
    duration: Option<i64>,
    /// The lowest price.
    #[schema(value_type = Option<f64>, nullable = false, example = 50)]
    price_min: Option<Money>,
    /// The highest price.
    #[schema(value_type = Option<f64>, nullable = false, example = 50)]
    price_max: Option<Money>,
}

/// What a service is to consist of.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ServicePartsIn {
    /// Two parts or more, in order; none makes it a simple service again.
    #[schema(required, nullable = false, example = json!([{"service_id": 83169}, {"service_id": 83172}]))]
    parts: Option<Vec<ServicePartIn>>,
}

/// See what a service consists of
#[utoipa::path(
    get, path = "/locations/{location_id}/services/{service_id}/parts", operation_id = "get_service_parts",
    tag = "Composite Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("service_id" = i64, Path, description = "The service")
    ),
    responses((status = 200, description = "Its parts", body = Data<ServicePartsOut>))
)]
pub async fn get_service_parts(
    at: At<perm::Member>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Data<ServicePartsOut>> {
    let mut conn = at.conn().await?;
    let service = services::store::find(&mut conn, at.location_id, id).await?.ok_or_else(no_service)?;
    let parts = store::parts(&mut conn, at.location_id, &[id]).await?;
    Ok(out(id, service.duration, parts))
}

/// Set what a service consists of
///
/// It takes as long as its parts together from then on; its price stays its own. A part is a simple service of the
/// location.
#[utoipa::path(
    put, path = "/locations/{location_id}/services/{service_id}/parts", operation_id = "update_service_parts",
    tag = "Composite Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("service_id" = i64, Path, description = "The service")
    ),
    request_body = ServicePartsIn,
    responses((status = 200, description = "Its parts", body = Data<ServicePartsOut>))
)]
pub async fn update_service_parts(
    at: At<perm::ServicesEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<ServicePartsIn>,
) -> Result<Data<ServicePartsOut>> {
    let sent = input.0.parts.map(|parts| {
        let sent = parts.into_iter().map(|p| Sent {
            service_id: p.service_id,
            team_member_id: p.team_member_id,
            duration: p.duration,
            price_min: p.price_min,
            price_max: p.price_max,
        });
        sent.collect()
    });
    flow::set_parts(&at, id, sent, |duration, parts| out(id, duration, parts)).await
}

/// The trial of a service.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct TrialIn {
    /// Its price.
    #[schema(value_type = Option<f64>, required, nullable = false, example = 10)]
    price: Option<Money>,
    /// How long it takes, seconds; as long as the service when left out.
    #[schema(nullable = false, example = 1800)]
    duration: Option<i64>,
}

/// The trial of a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialOut {
    /// The service.
    #[schema(example = 83169)]
    service_id: i64,
    /// Its price.
    #[schema(value_type = f64, example = 10)]
    price: Money,
    /// How long it takes, seconds.
    #[schema(example = 1800)]
    duration: i64,
}

/// Offer a trial of a service
///
/// For how much and how long a new client may try it.
#[utoipa::path(
    put, path = "/locations/{location_id}/services/{service_id}/trial", operation_id = "update_service_trial",
    tag = "Composite Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("service_id" = i64, Path, description = "The service")
    ),
    request_body = TrialIn,
    responses((status = 200, description = "The trial", body = Data<TrialOut>))
)]
pub async fn update_service_trial(
    at: At<perm::ServicesEdit>,
    Path((_location, service_id)): Path<(i64, i64)>,
    input: Lenient<TrialIn>,
) -> Result<Data<TrialOut>> {
    let TrialIn { price, duration } = input.0;
    let answer = |price, duration| Data::new(TrialOut { service_id, price, duration });
    flow::set_trial(&at, service_id, price, duration, answer).await
}

/// End the trial of a service
#[utoipa::path(
    delete, path = "/locations/{location_id}/services/{service_id}/trial", operation_id = "delete_service_trial",
    tag = "Composite Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("service_id" = i64, Path, description = "The service")
    ),
    responses((status = 204, description = "There is none any more"))
)]
pub async fn delete_service_trial(
    at: At<perm::ServicesEdit>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::end_trial(&at, id).await
}
