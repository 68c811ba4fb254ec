//! What version 2 includes beside services.

use kernel::{Linked, Money, Problems, Result, ToMany, ToOne, includes};
use serde::Serialize;
use utoipa::ToSchema;

use super::store::Service;
use crate::composites::store::Part;
use crate::{composites, resources};

/// What can be included.
const KNOWN: &[&str] =
    &["resources", "service_composite", "resource_links", "company_links", "trial_settings"];

/// What is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wanted {
    resources: bool,
    composite: bool,
    resource_links: bool,
    company_links: bool,
    trial: bool,
}

impl Wanted {
    /// Reads `include`; names what it does not know.
    pub fn read(asked: &[String], problems: &mut Problems) -> Self {
        includes(asked, KNOWN, problems);
        let has = |name: &str| asked.iter().any(|a| a == name);
        Self {
            resources: has("resources"),
            composite: has("service_composite"),
            resource_links: has("resource_links"),
            company_links: has("company_links"),
            trial: has("trial_settings"),
        }
    }

    fn any(self) -> bool {
        self.resources || self.composite || self.resource_links || self.company_links || self.trial
    }
}

/// What is known of a service.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServiceAttributes {
    /// Its name.
    #[schema(example = "Haircut")]
    title: String,
    /// Its category.
    #[schema(example = 5)]
    category_id: i64,
}

/// What a service belongs with, as far as asked for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServiceRelationships {
    /// What it takes up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    resources: Option<ToMany>,
    /// What it consists of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    service_composite: Option<ToOne>,
    /// That it takes something up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    resource_links: Option<ToMany>,
    /// Its bindings to locations.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    company_links: Option<ToMany>,
    /// How it can be tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    trial_settings: Option<ToOne>,
}

/// A part of a composite service.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompositePartAttributes {
    /// Its place, from 1.
    #[schema(example = 1)]
    position: i64,
    /// The service.
    #[schema(example = 83169)]
    service_id: i64,
    /// Who does it; 0: anybody.
    #[schema(example = 0)]
    staff_id: i64,
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

/// What is known of a resource.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NeededResourceAttributes {
    /// Its name.
    #[schema(example = "Pedicure chair")]
    title: String,
}

/// What a service consists of.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompositeAttributes {
    /// How long it takes, seconds.
    #[schema(example = 7200)]
    duration: i64,
    /// Its parts, in order.
    parts: Vec<CompositePartAttributes>,
}

/// That a service takes a resource up.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResourceLinkAttributes {
    /// The service.
    #[schema(example = 83169)]
    service_id: i64,
    /// The resource.
    #[schema(example = 70)]
    resource_id: i64,
}

/// That a service is had at a location.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompanyLinkAttributes {
    /// The location.
    #[schema(example = 37532)]
    company_id: i64,
    /// The service.
    #[schema(example = 83169)]
    service_id: i64,
    /// The lowest price there.
    #[schema(value_type = f64, example = 50)]
    price_min: Money,
    /// The highest price there.
    #[schema(value_type = f64, example = 75)]
    price_max: Money,
    /// Whether clients may book it online.
    is_online: bool,
}

/// How a service can be tried.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrialAttributes {
    /// For how much.
    #[schema(value_type = f64, example = 10)]
    price: Money,
    /// For how long, seconds.
    #[schema(example = 1800)]
    duration: i64,
}

/// What is known of an included resource, by its kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum IncludedServiceAttributes {
    /// `resource`.
    Resource(NeededResourceAttributes),
    /// `service_composite`.
    Composite(CompositeAttributes),
    /// `service_resource_link`.
    ResourceLink(ResourceLinkAttributes),
    /// `service_company_link`.
    CompanyLink(CompanyLinkAttributes),
    /// `service_trial_settings`.
    Trial(TrialAttributes),
}

/// What an included resource belongs with itself.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct IncludedServiceRelationships {
    /// The service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    service: Option<ToOne>,
    /// The resource that is taken up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    resource: Option<ToOne>,
    /// The services of which it consists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    parts: Option<ToMany>,
}

impl IncludedServiceRelationships {
    fn of(service: i64) -> Self {
        Self { service: Some(ToOne::new("service", service)), ..Self::default() }
    }
}

/// An included resource.
pub(super) type Included = Linked<IncludedServiceAttributes, IncludedServiceRelationships>;
/// A service as a resource.
pub(super) type ServiceResource = Linked<ServiceAttributes, ServiceRelationships>;

const RESOURCE: &str = "resource";
const COMPOSITE: &str = "service_composite";
const RESOURCE_LINK: &str = "service_resource_link";
const COMPANY_LINK: &str = "service_company_link";
const TRIAL: &str = "service_trial_settings";

impl From<&Part> for CompositePartAttributes {
    fn from(p: &Part) -> Self {
        Self {
            position: p.position,
            service_id: p.service_id,
            staff_id: p.team_member_id.unwrap_or_default(),
            duration: p.duration,
            price_min: Money(p.price_min),
            price_max: Money(p.price_max),
        }
    }
}

/// Services as resources, with what was asked for beside them: two queries at the most, however many they are.
pub(super) async fn resources(
    conn: &mut db::Conn,
    location_id: i64,
    services: &[Service],
    wanted: Wanted,
) -> Result<(Vec<ServiceResource>, Option<Vec<Included>>)> {
    let ids: Vec<i64> = services.iter().map(|s| s.id).collect();
    let needed = if wanted.resources || wanted.resource_links {
        resources::store::needed(conn, location_id, Some(&ids)).await?
    } else {
        Vec::new()
    };
    let parts =
        if wanted.composite { composites::store::parts(conn, location_id, &ids).await? } else { Vec::new() };
    let mut included: Vec<Included> = Vec::new();
    let mut known: Vec<i64> = Vec::new();
    for (service, id, title) in &needed {
        if wanted.resources && !known.contains(id) {
            known.push(*id);
            let attributes = NeededResourceAttributes { title: title.clone() };
            included.push(Linked::new(RESOURCE, id, IncludedServiceAttributes::Resource(attributes), None));
        }
        if wanted.resource_links {
            let attributes = ResourceLinkAttributes { service_id: *service, resource_id: *id };
            let attributes = IncludedServiceAttributes::ResourceLink(attributes);
            let belongs = IncludedServiceRelationships {
                resource: Some(ToOne::new(RESOURCE, *id)),
                ..IncludedServiceRelationships::of(*service)
            };
            included.push(Linked::new(RESOURCE_LINK, format!("{service}_{id}"), attributes, Some(belongs)));
        }
    }
    let mut out = Vec::with_capacity(services.len());
    for s in services {
        let mine = || needed.iter().filter(|(service, ..)| *service == s.id).map(|(_, id, _)| *id);
        let trial = s.trial_price.zip(s.trial_duration);
        if wanted.composite && s.is_composite {
            let of: Vec<&Part> = parts.iter().filter(|p| p.composite_service_id == s.id).collect();
            let parts = of.iter().map(|p| (*p).into()).collect();
            let attributes = CompositeAttributes { duration: s.duration, parts };
            let attributes = IncludedServiceAttributes::Composite(attributes);
            let belongs = IncludedServiceRelationships {
                parts: Some(ToMany::new("service", of.iter().map(|p| p.service_id))),
                ..IncludedServiceRelationships::of(s.id)
            };
            included.push(Linked::new(COMPOSITE, s.id, attributes, Some(belongs)));
        }
        if wanted.company_links {
            let attributes = IncludedServiceAttributes::CompanyLink(CompanyLinkAttributes {
                company_id: location_id,
                service_id: s.id,
                price_min: Money(s.price_min),
                price_max: Money(s.price_max),
                is_online: s.active,
            });
            let belongs = Some(IncludedServiceRelationships::of(s.id));
            included.push(Linked::new(COMPANY_LINK, s.salon_service_id, attributes, belongs));
        }
        if let Some((price, duration)) = trial.filter(|_| wanted.trial) {
            let attributes =
                IncludedServiceAttributes::Trial(TrialAttributes { price: Money(price), duration });
            let belongs = Some(IncludedServiceRelationships::of(s.id));
            included.push(Linked::new(TRIAL, s.id, attributes, belongs));
        }
        let relationships = wanted.any().then(|| ServiceRelationships {
            resources: wanted.resources.then(|| ToMany::new(RESOURCE, mine())),
            service_composite: wanted
                .composite
                .then(|| ToOne::new(COMPOSITE, s.is_composite.then_some(s.id))),
            resource_links: wanted
                .resource_links
                .then(|| ToMany::new(RESOURCE_LINK, mine().map(|id| format!("{}_{id}", s.id)))),
            company_links: wanted.company_links.then(|| ToMany::new(COMPANY_LINK, [s.salon_service_id])),
            trial_settings: wanted.trial.then(|| ToOne::new(TRIAL, trial.map(|_| s.id))),
        });
        let attributes = ServiceAttributes { title: s.title.clone(), category_id: s.category_id };
        out.push(Linked::new("service", s.id, attributes, relationships));
    }
    Ok((out, wanted.any().then_some(included)))
}
