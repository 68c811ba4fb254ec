//! Suggestions, version 2.

use std::collections::HashMap;

use kernel::{
    Collection, Error, Kind, Linked, Problems, Query, ResourceIdentifier, Result, ToMany, ToOne, includes,
};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::rules::{self, Suggestion};
use super::store;
use crate::attendance::{AttendanceServiceAttributes, id_of, of_service};
use crate::{attendance, links, services};

/// Why a service is suggested.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionAttributes {
    /// The service.
    #[schema(example = 13_245_586)]
    service_id: i64,
    /// `last_client_visit_attendance_service`, `client_popular_service` or `master_popular_service`.
    #[schema(example = "master_popular_service")]
    suggestion_type: &'static str,
    /// The appointment it comes from, where it comes from the last visit.
    record_id: Option<i64>,
}

/// What a suggestion belongs with, as far as asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionRelationships {
    /// The service as the team member does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    attendance_service: Option<ToOne>,
    /// The appointment it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    record: Option<ToOne>,
}

/// What suggestions tell of the appointment they come from.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestedRecordAttributes {
    /// The client.
    #[schema(example = 4_240_880)]
    client_id: i64,
    /// Services that were had.
    #[schema(example = json!([13_245_586]))]
    service_ids: Vec<i64>,
}

/// What is known of an included resource, by its kind.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum IncludedSuggestionAttributes {
    /// `attendance_service`.
    AttendanceService(AttendanceServiceAttributes),
    /// `record`.
    Record(SuggestedRecordAttributes),
}

/// What an included resource belongs with itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncludedSuggestionRelationships {
    /// The services.
    services: ToMany,
}

/// For whom to suggest.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct SuggestionsFilter {
    /// The team member who is to do it.
    #[param(required, nullable = false, minimum = 1, example = 1001)]
    staff_id: Option<i64>,
    /// The client for whom.
    #[param(minimum = 1)]
    client_id: Option<i64>,
    /// `attendance_service`, `record`.
    include: Vec<String>,
}

type Suggested = Linked<SuggestionAttributes, SuggestionRelationships>;
type Included = Linked<IncludedSuggestionAttributes, IncludedSuggestionRelationships>;

/// Suggest services of a team member
///
/// What the client had on his last visit, what he has most often, what the team member does most often: each
/// service once. Only what the team member does.
#[utoipa::path(
    get, path = "/locations/{location_id}/attendance_service_suggestions",
    operation_id = "list_attendance_service_suggestions", tag = "Services",
    params(("location_id" = i64, Path, description = "The location"), SuggestionsFilter),
    responses(
        (status = 200, description = "The suggestions", body = Collection<Linked<SuggestionAttributes, SuggestionRelationships>, Linked<IncludedSuggestionAttributes, IncludedSuggestionRelationships>>),
        (status = 403, description = "The user may not see clients")
    )
)]
pub async fn list_attendance_service_suggestions(
    at: At<perm::Member>,
    query: Query<SuggestionsFilter>,
) -> Result<Collection<Suggested, Included>> {
    let SuggestionsFilter { staff_id, client_id, include } = query.0;
    let mut problems = Problems::new();
    includes(&include, &["attendance_service", "record"], &mut problems);
    problems.check(staff_id.is_some(), "staff_id", "field-required");
    for (id, field) in [(staff_id, "staff_id"), (client_id, "client_id")] {
        problems.range(id.unwrap_or(1), 1..=i64::MAX, field);
    }
    problems.done()?;
    let staff = staff_id.unwrap_or_default();
    let mut conn = at.conn().await?;
    links::flow::exists(&mut conn, at.location_id, staff).await?;
    let mut client = Vec::new();
    if let Some(id) = client_id {
        if !at.membership.grants.allows("clients_access") {
            return Err(Error::denied());
        }
        if !store::has_client(&mut conn, at.location_id, id).await? {
            return Err(Error::new(Kind::NotFound, "client-not-found"));
        }
        client = store::popular(&mut conn, at.location_id, 0, id, staff).await?;
    }
    let member = store::popular(&mut conn, at.location_id, staff, 0, staff).await?;
    let suggestions = rules::suggest(&client, &member);

    let has = |name: &str| include.iter().any(|i| i == name);
    let (with_service, with_record) = (has("attendance_service"), has("record"));
    let mut included: Vec<Included> = Vec::new();
    if with_service {
        let ids: Vec<i64> = suggestions.iter().map(|s| s.service_id).collect();
        let found = services::store::by_ids(&mut conn, at.location_id, &ids).await?;
        let links = links::store::of_team_members(&mut conn, at.location_id, &[staff]).await?;
        let links: HashMap<i64, _> = links.into_iter().map(|link| (link.service_id, link)).collect();
        let place = attendance::store::place(&mut conn, at.location_id).await?;
        included.extend(found.iter().map(|s| {
            let belongs = IncludedSuggestionRelationships { services: ToMany::new("service", [s.id]) };
            of_service(place, s, links.get(&s.id))
                .map(IncludedSuggestionAttributes::AttendanceService)
                .linked(belongs)
        }));
    }
    if let Some(record) = suggestions.iter().find_map(|s| s.record_id).filter(|_| with_record) {
        let of = suggestions.iter().filter(|s| s.record_id == Some(record));
        let service_ids: Vec<i64> = of.map(|s| s.service_id).collect();
        let services = ToMany::new("service", service_ids.iter().copied());
        let attributes = SuggestedRecordAttributes { client_id: client_id.unwrap_or_default(), service_ids };
        let attributes = IncludedSuggestionAttributes::Record(attributes);
        let belongs = IncludedSuggestionRelationships { services };
        included.push(Linked::new("record", record, attributes, Some(belongs)));
    }
    let resource = |s: Suggestion| {
        let relationships = (with_service || with_record).then(|| SuggestionRelationships {
            attendance_service: with_service.then(|| {
                let id = id_of(at.location_id, s.service_id, staff);
                ToOne::of(ResourceIdentifier::new("attendance_service", id))
            }),
            record: with_record.then(|| ToOne::new("record", s.record_id)),
        });
        let attributes = SuggestionAttributes {
            service_id: s.service_id,
            suggestion_type: s.reason.name(),
            record_id: s.record_id,
        };
        Linked::new("attendance_service_suggestion", s.service_id, attributes, relationships)
    };
    let data = suggestions.into_iter().map(resource).collect();
    Ok(Collection::new(data, (with_service || with_record).then_some(included)))
}
