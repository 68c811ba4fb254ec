//! When resources are taken up, version 2.

use std::collections::BTreeSet;

use calc::zone::{Zone, instant_of_clock, local_sql};
use kernel::{Documents, Message, Problems, Query, Resource, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store::{self, Occupied};
use crate::calendar::{Shown, rules::span};

/// Days between the two moments at the most.
const MOST_DAYS: i64 = 93;
/// Services named at once at the most.
const SERVICES: usize = 1000;

/// Which occupations.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct OccupationsQuery {
    // Published flat, as it is written in a query; see the operation.
    #[param(ignore)]
    filter: Narrow,
}

/// `filter[…]` of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Narrow {
    service_id: Option<i64>,
    service_ids: Option<Vec<i64>>,
    date_intersect_from_strict: Option<String>,
    date_intersect_to_strict: Option<String>,
}

/// What is read of the query: between which instants, and of which services.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    span: (i64, i64),
    services: Option<Vec<i64>>,
}

impl Narrow {
    fn read(self, zone: &Zone) -> Result<Wanted> {
        let mut problems = Problems::new();
        let sent = (self.date_intersect_from_strict.as_deref(), self.date_intersect_to_strict.as_deref());
        let fields = ("filter.date_intersect_from_strict", "filter.date_intersect_to_strict");
        let span = span(sent, fields, zone, &mut problems).unwrap_or_default();
        let long = Message::new("field-range-days").with("limit", MOST_DAYS);
        problems.check(span.1 - span.0 <= MOST_DAYS * 86_400_000, fields.1, long);
        problems.range(self.service_id.unwrap_or(1), 1..=i64::MAX, "filter.service_id");
        if let Some(ids) = &self.service_ids {
            let fine = !ids.is_empty() && ids.iter().all(|id| *id >= 1);
            problems.check(fine, "filter.service_ids", "field-ids");
            let many = Message::new("field-too-many").with("limit", SERVICES);
            problems.check(ids.len() <= SERVICES, "filter.service_ids", many);
        }
        problems.done()?;
        let asked = self.service_id.is_some() || self.service_ids.is_some();
        let services: BTreeSet<i64> = self.service_ids.into_iter().flatten().chain(self.service_id).collect();
        Ok(Wanted { span, services: asked.then(|| services.into_iter().collect()) })
    }
}

/// What is known of an occupation.
#[derive(Debug, Serialize, ToSchema)]
pub struct OccupationAttributes {
    /// What takes it up, by the older name.
    #[schema(example = "record")]
    source_type: &'static str,
    /// What takes it up: `record`, an appointment, or `activity`, an event.
    #[schema(example = "record")]
    source_type_slug: &'static str,
    /// Its id.
    #[schema(example = 7001)]
    source_id: i64,
    /// The resource.
    #[schema(example = 90)]
    resource_id: i64,
    /// Which of its instances.
    #[schema(example = 901)]
    resource_instance_id: i64,
    /// From, by the location's clock.
    #[schema(example = "2026-07-16 13:00:00")]
    from: String,
    /// Up to, by the location's clock.
    #[schema(example = "2026-07-16 13:30:00")]
    to: String,
}

fn resource(of: &Occupied, zone: &Zone) -> Resource<OccupationAttributes> {
    let source = if of.owner == "event" { "activity" } else { "record" };
    let attributes = OccupationAttributes {
        source_type: source,
        source_type_slug: source,
        source_id: of.owner_id,
        resource_id: of.resource_id,
        resource_instance_id: of.instance_id,
        from: local_sql(of.starts_at, zone),
        to: local_sql(of.ends_at, zone),
    };
    // Whatever takes the same instance up twice begins at two moments.
    let id = format!("{source}_{}_{}_{}", of.owner_id, of.instance_id, of.starts_at.div_euclid(1000));
    Resource::new("resource_occupation", id, attributes)
}

/// List when resources are taken up
///
/// At some moment between the two given, which are by the location's clock and at most 93 days apart, in order of their
/// beginning. With services only of resources that they need. As far back as the user's calendar goes, and whoever took
/// the resource up: it is taken all the same.
#[utoipa::path(
    get, path = "/locations/{location_id}/resource_occupations", operation_id = "list_resource_occupations",
    tag = "Appointments",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("filter[date_intersect_from_strict]" = String, Query, description = "That end after this moment", example = "2026-03-23T00:00:00"),
        ("filter[date_intersect_to_strict]" = String, Query, description = "That begin before this moment", example = "2026-03-30T00:00:00"),
        ("filter[service_id]" = Option<i64>, Query, description = "Of resources that this service needs", minimum = 1),
        ("filter[service_ids][]" = Option<Vec<i64>>, Query, description = "Of resources that these services need"),
        OccupationsQuery
    ),
    responses((status = 200, description = "The occupations", body = Documents<OccupationAttributes>))
)]
pub async fn list_resource_occupations(
    at: At<perm::Calendar>,
    query: Query<OccupationsQuery>,
) -> Result<Documents<OccupationAttributes>> {
    let location_id = at.location_id;
    let mut conn = at.conn().await?;
    let zone = org::locations::store::zone(&mut conn, location_id).await?;
    let Wanted { span: (mut from, to), services } = query.0.filter.read(&zone)?;
    let first = Shown::of(&at.membership.grants).first_day(at.now, &zone);
    if let Some(open) = first.and_then(|day| instant_of_clock(day, 0, &zone)) {
        from = from.max(open);
    }
    let taken = store::of_resources(&mut conn, location_id, services.as_deref(), from, to).await?;
    let out = taken.iter().map(|taken| resource(taken, &zone));
    Ok(Documents::new(out.collect()))
}
