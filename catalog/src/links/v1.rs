//! Links of services, version 1.

use kernel::{Data, Lenient, Money, NoContent, Nothing, Patch, Path, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow;
use super::rules::{Assigned, Price, Setting};
use super::store::Link;
use crate::services::v1::wire::{LinkPriceOut, TranslationOut};

/// A team member does a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct MasterServiceLink {
    /// The service.
    #[schema(example = 123)]
    service_id: i64,
    /// The team member.
    #[schema(example = 123)]
    master_id: i64,
    /// How long he takes, seconds.
    #[schema(example = 3600)]
    length: i64,
    /// His list of consumables; 0 for none.
    #[schema(example = 123)]
    technological_card_id: i64,
    /// Its id elsewhere.
    #[schema(example = "")]
    api_id: String,
    /// Whether clients may book it with him.
    #[schema(example = true)]
    is_online: bool,
    /// Whether the location may.
    #[schema(example = true)]
    is_offline_records_allowed: bool,
    /// His lowest price, where it is not the service's.
    #[schema(value_type = Option<f64>)]
    price: Option<Money>,
    /// His highest price, where it is not the service's.
    #[schema(value_type = Option<f64>)]
    price_max: Option<Money>,
}

impl From<Link> for MasterServiceLink {
    fn from(link: Link) -> Self {
        Self {
            service_id: link.service_id,
            master_id: link.team_member_id,
            length: link.seance_length,
            technological_card_id: link.technological_card_id,
            api_id: link.api_id,
            is_online: link.is_online,
            is_offline_records_allowed: link.is_offline_records_allowed,
            price: link.price_min.map(Money),
            price_max: link.price_max.map(Money),
        }
    }
}

/// How a team member does a service; what may be left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct AssignmentIn {
    /// How long he takes: 300 to 86100 seconds.
    #[schema(required, nullable = false, example = 3600)]
    seance_length: Option<i64>,
    /// His list of consumables; null or 0 for none.
    #[schema(value_type = Option<i64>, example = 123)]
    #[serde(default)]
    technological_card_id: Patch<i64>,
    /// Its id elsewhere.
    #[schema(nullable = false, example = "")]
    api_id: Option<String>,
    /// Whether clients may book it with him.
    #[schema(nullable = false, example = true)]
    is_online: Option<bool>,
    /// Whether the location may.
    #[schema(nullable = false, example = true)]
    is_offline_records_allowed: Option<bool>,
}

impl From<AssignmentIn> for Assigned {
    fn from(i: AssignmentIn) -> Self {
        Self {
            seance_length: i.seance_length,
            technological_card_id: i.technological_card_id,
            api_id: i.api_id,
            is_online: i.is_online,
            is_offline_records_allowed: i.is_offline_records_allowed,
        }
    }
}

/// Who does a service, and how.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct NewAssignmentIn {
    /// The team member.
    #[schema(required, nullable = false, example = 1001)]
    master_id: Option<i64>,
    /// How long he takes: 300 to 86100 seconds.
    #[schema(required, nullable = false, example = 3600)]
    seance_length: Option<i64>,
    /// His list of consumables; null or 0 for none.
    #[schema(value_type = Option<i64>, example = 123)]
    #[serde(default)]
    technological_card_id: Patch<i64>,
    /// Its id elsewhere.
    #[schema(nullable = false, example = "")]
    api_id: Option<String>,
    /// Whether clients may book it with him.
    #[schema(nullable = false, example = true)]
    is_online: Option<bool>,
    /// Whether the location may.
    #[schema(nullable = false, example = true)]
    is_offline_records_allowed: Option<bool>,
}

/// Assign a service to a team member
///
/// Where he does it already, it is set anew.
#[utoipa::path(
    post, path = "/company/{location_id}/services/{service_id}/staff",
    operation_id = "assign_service_to_team_member", tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("service_id" = i64, Path, description = "The service")
    ),
    request_body = NewAssignmentIn,
    responses((status = 201, description = "The link", body = Data<MasterServiceLink>))
)]
pub async fn assign_service_to_team_member(
    at: At<perm::ServicesTeam>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<NewAssignmentIn>,
) -> Result<Data<MasterServiceLink>> {
    let i = input.0;
    let sent = Assigned {
        seance_length: i.seance_length,
        technological_card_id: i.technological_card_id,
        api_id: i.api_id,
        is_online: i.is_online,
        is_offline_records_allowed: i.is_offline_records_allowed,
    };
    flow::assign(&at, id, i.master_id, sent, true, |link| Data::new(link.into()).created()).await
}

/// Change how a team member does a service
#[utoipa::path(
    put, path = "/company/{location_id}/services/{service_id}/staff/{team_member_id}",
    operation_id = "update_service_team_member_assignment", tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("service_id" = i64, Path, description = "The service"),
        ("team_member_id" = i64, Path, description = "The team member")
    ),
    request_body = AssignmentIn,
    responses((status = 200, description = "The link", body = Data<MasterServiceLink>))
)]
pub async fn update_service_team_member_assignment(
    at: At<perm::ServicesTeam>,
    Path((_location, id, member)): Path<(i64, i64, i64)>,
    input: Lenient<AssignmentIn>,
) -> Result<Data<MasterServiceLink>> {
    flow::assign(&at, id, Some(member), input.0.into(), false, |link| Data::new(link.into())).await
}

/// Take a service away from a team member
#[utoipa::path(
    delete, path = "/company/{location_id}/services/{service_id}/staff/{team_member_id}",
    operation_id = "remove_service_from_team_member", tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("service_id" = i64, Path, description = "The service"),
        ("team_member_id" = i64, Path, description = "The team member")
    ),
    responses((status = 204, description = "He does it no more; no body", body = Data<Nothing>))
)]
pub async fn remove_service_from_team_member(
    at: At<perm::ServicesTeam>,
    Path((_location, id, member)): Path<(i64, i64, i64)>,
) -> Result<NoContent> {
    flow::remove(&at, id, member).await
}

/// Prices of one team member.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
pub struct LinkPriceIn {
    /// The lowest.
    #[schema(value_type = f64, example = 999.99)]
    min: Option<Money>,
    /// The highest; null: there is but one.
    #[schema(value_type = Option<f64>, example = 1200)]
    max: Option<Money>,
}

/// How a team member does a service; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct TeamMemberSettingIn {
    /// The team member.
    #[schema(required, nullable = false, example = 1001)]
    team_member_id: Option<i64>,
    /// His list of consumables; null or 0 for none.
    #[schema(value_type = Option<i64>, example = 291_341)]
    #[serde(default, alias = "technological_card_id")]
    tech_card_id: Patch<i64>,
    /// How long he takes: hours.
    #[schema(nullable = false, example = 0)]
    hours: Option<i64>,
    /// And minutes, 0 to 59.
    #[schema(nullable = false, example = 45)]
    minutes: Option<i64>,
    /// His prices; null: the service's.
    #[schema(value_type = Option<LinkPriceIn>)]
    #[serde(default)]
    price: Patch<LinkPriceIn>,
}

/// The same by older names.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct MasterSettingIn {
    /// The team member.
    #[schema(required, nullable = false, example = 1001)]
    master_id: Option<i64>,
    /// His list of consumables; null or 0 for none.
    #[schema(value_type = Option<i64>, example = 291_341)]
    #[serde(default, alias = "tech_card_id")]
    technological_card_id: Patch<i64>,
    /// How long he takes: hours.
    #[schema(nullable = false, example = 0)]
    hours: Option<i64>,
    /// And minutes, 0 to 59.
    #[schema(nullable = false, example = 45)]
    minutes: Option<i64>,
    /// His prices; null: the service's.
    #[schema(value_type = Option<LinkPriceIn>)]
    #[serde(default)]
    price: Patch<LinkPriceIn>,
}

fn price(sent: Patch<LinkPriceIn>) -> Patch<Price> {
    match sent {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Set(LinkPriceIn { min, max }) => Patch::Set(Price { min, max }),
    }
}

impl From<TeamMemberSettingIn> for Setting {
    fn from(i: TeamMemberSettingIn) -> Self {
        Self {
            team_member_id: i.team_member_id,
            technological_card_id: i.tech_card_id,
            hours: i.hours,
            minutes: i.minutes,
            price: price(i.price),
        }
    }
}

impl From<MasterSettingIn> for Setting {
    fn from(i: MasterSettingIn) -> Self {
        Self {
            team_member_id: i.master_id,
            technological_card_id: i.technological_card_id,
            hours: i.hours,
            minutes: i.minutes,
            price: price(i.price),
        }
    }
}

/// A service's name in a language.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct TranslationIn {
    /// The language.
    #[schema(required, nullable = false, example = 2)]
    language_id: Option<i64>,
    /// The name; an empty one takes it away.
    #[schema(required, nullable = false, example = "Massage")]
    translation: Option<String>,
}

/// What to set around a service. What is left out stays, and so does everything else of it.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ServiceLinksIn {
    /// The service.
    #[schema(required, nullable = false, example = 83169)]
    service_id: Option<i64>,
    /// Who does it; replaces those before.
    #[schema(nullable = false)]
    team_member_settings: Option<Vec<TeamMemberSettingIn>>,
    /// The same by older names, where that is left out.
    #[schema(nullable = false)]
    master_settings: Option<Vec<MasterSettingIn>>,
    /// What it takes up; replaces those before.
    #[schema(nullable = false, example = json!([70]))]
    resource_ids: Option<Vec<i64>>,
    /// Its names in other languages; those of languages that are not named stay.
    #[schema(nullable = false)]
    translations: Option<Vec<TranslationIn>>,
}

/// How a team member does a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamMemberSettingOut {
    /// The team member.
    #[schema(example = 1001)]
    team_member_id: i64,
    /// His list of consumables; 0 for none.
    #[schema(example = 291_341)]
    tech_card_id: i64,
    /// How long he takes: hours.
    #[schema(example = 0)]
    hours: i64,
    /// And minutes.
    #[schema(example = 45)]
    minutes: i64,
    /// His prices; null: the service's.
    price: Option<LinkPriceOut>,
}

impl From<Link> for TeamMemberSettingOut {
    fn from(link: Link) -> Self {
        Self {
            team_member_id: link.team_member_id,
            tech_card_id: link.technological_card_id,
            hours: link.seance_length / 3600,
            minutes: link.seance_length % 3600 / 60,
            price: LinkPriceOut::of(&link),
        }
    }
}

/// What stands around a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceLinksOut {
    /// The service.
    #[schema(example = 83169)]
    service_id: i64,
    /// Who does it.
    team_member_settings: Vec<TeamMemberSettingOut>,
    /// What it takes up.
    #[schema(example = json!([70]))]
    resource_ids: Vec<i64>,
    /// Its names in other languages.
    translations: Vec<TranslationOut>,
}

/// Set who does a service, what it takes up and its names in other languages
///
/// Team members and resources replace those before; with an empty name a language's name is taken away. What the
/// request leaves out stays.
#[utoipa::path(
    post, path = "/company/{location_id}/services/links", operation_id = "update_service_links",
    tag = "Services",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = ServiceLinksIn,
    responses(
        (status = 200, description = "What stands around the service", body = Data<ServiceLinksOut>)
    )
)]
pub async fn update_service_links(
    at: At<perm::ServicesEdit>,
    input: Lenient<ServiceLinksIn>,
) -> Result<Data<ServiceLinksOut>> {
    let i = input.0;
    let newer =
        i.team_member_settings.map(|s| ("team_member_settings", s.into_iter().map(Into::into).collect()));
    let older = i.master_settings.map(|s| ("master_settings", s.into_iter().map(Into::into).collect()));
    let translations =
        i.translations.map(|t| t.into_iter().map(|t| (t.language_id, t.translation)).collect());
    let sent = flow::Around {
        service_id: i.service_id,
        settings: newer.or(older),
        resources: i.resource_ids,
        translations,
    };
    let answer = |service: crate::services::store::Service, mut around: crate::services::shown::Around| {
        let id = service.id;
        Data::new(ServiceLinksOut {
            service_id: id,
            team_member_settings: around
                .links
                .remove(&id)
                .unwrap_or_default()
                .into_iter()
                .map(Into::into)
                .collect(),
            resource_ids: around
                .resources
                .remove(&id)
                .unwrap_or_default()
                .into_iter()
                .map(|(id, _)| id)
                .collect(),
            translations: around
                .translations
                .remove(&id)
                .unwrap_or_default()
                .into_iter()
                .map(Into::into)
                .collect(),
        })
    };
    flow::around(&at, sent, answer).await
}
