//! Services that can be booked.

use std::collections::BTreeSet;

use calc::zone::{local_date, parse_instant};
use catalog::categories::store::{self as categories, Category};
use catalog::composites::store::{self as composites, Part};
use catalog::services::store::{self as services, Filter, Service};
use db::Conn;
use kernel::{Data, Money, Path, Query, Result};
use org::access::AnyPartner;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::slots::look::{Asked, Look, is_offered};

/// Which services.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct BookServicesFilter {
    /// Of this team member; 0 for anybody's.
    #[param(nullable = false, example = 0)]
    staff_id: Option<i64>,
    /// That can begin then.
    #[param(nullable = false, example = "2026-09-21T18:30")]
    datetime: Option<String>,
    /// What is chosen already: with a moment, those that still fit behind it.
    #[param(example = json!([331]))]
    service_ids: Vec<i64>,
}

/// How a service is paid in advance.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookPrepaidOut {
    /// `forbidden`, `optional` or `required`.
    #[schema(example = "forbidden")]
    status: String,
    /// Part of the price, percent.
    #[schema(example = 100)]
    prepaid_full: i64,
    /// Percent, 0 for an amount.
    #[schema(example = 0)]
    prepaid_percent: i64,
}

/// A service.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookServiceOut {
    /// Its id.
    #[schema(example = 1_896_208)]
    id: i64,
    /// Its name on booking pages.
    #[schema(example = "hair wash")]
    title: String,
    /// Its category.
    #[schema(example = 1_895_571)]
    category_id: i64,
    /// From.
    #[schema(value_type = f64, example = 10)]
    price_min: Money,
    /// To.
    #[schema(value_type = f64, example = 15)]
    price_max: Money,
    /// Percent.
    #[schema(value_type = f64, example = 0)]
    discount: Money,
    /// What is said of it.
    #[schema(example = "")]
    comment: String,
    /// The heavier, the earlier.
    #[schema(example = 0)]
    weight: i64,
    /// 1 when it can be booked.
    #[schema(example = 1)]
    active: i64,
    /// For whom: 0 everybody.
    #[schema(example = 0)]
    gender: i64,
    /// The address of its picture, or empty.
    #[schema(example = "")]
    image: String,
    /// The addresses of its pictures.
    #[schema(example = json!([]))]
    images: Vec<String>,
    /// Whether it is paid in advance: `forbidden`, `optional` or `required`.
    #[schema(example = "forbidden")]
    prepaid: String,
    /// How.
    prepaid_settings: BookPrepaidOut,
    /// Seconds; only with a team member.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 3600)]
    seance_length: Option<i64>,
    /// Which memberships pay for it.
    #[schema(example = 0)]
    abonement_restriction: i64,
    /// Whether it is several in one.
    #[schema(example = false)]
    is_composite: bool,
    /// Whether it is the chain's.
    #[schema(example = false)]
    is_chain: bool,
    /// Its parts, for one that is several in one; they are booked with it.
    composite_details: Option<BookCompositeOut>,
}

/// What a service consists of that is several in one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookCompositeOut {
    /// Its parts, in the order in which they are done.
    services: Vec<BookPartOut>,
}

/// A part of a service that is several in one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookPartOut {
    /// The service.
    #[schema(example = 83167)]
    id: i64,
    /// Its name.
    #[schema(example = "Haircut")]
    title: String,
    /// Who does it; null for whoever does the whole.
    #[schema(example = json!(null))]
    staff_id: Option<i64>,
    /// Seconds.
    #[schema(example = 3600)]
    seance_length: i64,
    /// The lowest price.
    #[schema(value_type = f64, example = 20)]
    price_min: Money,
    /// The highest price.
    #[schema(value_type = f64, example = 20)]
    price_max: Money,
}

/// The parts of the services that are several in one, and the services that they are.
#[derive(Debug, Default)]
struct Parts {
    parts: Vec<Part>,
    services: Vec<Service>,
}

impl Parts {
    async fn of(conn: &mut Conn, location_id: i64, all: &[Service]) -> Result<Self> {
        let ids: Vec<i64> = all.iter().filter(|s| s.is_composite && is_offered(s)).map(|s| s.id).collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let parts = composites::parts(conn, location_id, &ids).await?;
        let ids: BTreeSet<i64> = parts.iter().map(|part| part.service_id).collect();
        let ids: Vec<i64> = ids.into_iter().collect();
        Ok(Self { parts, services: services::by_ids(conn, location_id, &ids).await? })
    }

    fn shown(&self, service: &Service) -> Option<BookCompositeOut> {
        let title = |id: i64| self.services.iter().find(|s| s.id == id).map(|s| s.booking_title().to_owned());
        let part = |part: &Part| BookPartOut {
            id: part.service_id,
            title: title(part.service_id).unwrap_or_default(),
            staff_id: part.team_member_id,
            seance_length: part.duration,
            price_min: Money(part.price_min),
            price_max: Money(part.price_max),
        };
        let own = self.parts.iter().filter(|part| part.composite_service_id == service.id);
        service.is_composite.then(|| BookCompositeOut { services: own.map(part).collect() })
    }
}

/// A category.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookCategoryOut {
    /// Its id.
    #[schema(example = 1_895_571)]
    id: i64,
    /// Its name.
    #[schema(example = "Hair care")]
    title: String,
    /// For whom: 0 everybody.
    #[schema(example = 0)]
    gender: i64,
    /// Its id elsewhere, or empty.
    #[schema(example = "")]
    api_id: String,
    /// The heavier, the earlier.
    #[schema(example = 60)]
    weight: i64,
}

impl From<Category> for BookCategoryOut {
    fn from(c: Category) -> Self {
        Self { id: c.id, title: c.title, gender: 0, api_id: c.api_id, weight: c.weight }
    }
}

/// What can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookServicesOut {
    /// Promotions; the location has none.
    #[schema(value_type = Vec<Object>)]
    events: [(); 0],
    /// Services, heavier first.
    services: Vec<BookServiceOut>,
    /// Their categories, heavier first.
    category: Vec<BookCategoryOut>,
}

/// List services open for booking
///
/// Those that somebody who can be booked does, or the team member asked for; with a moment, those that can begin then,
/// behind what is chosen already.
#[utoipa::path(
    get, path = "/book_services/{location_id}", operation_id = "get_services_available_for_booking",
    tag = "Online Booking",
    params(("location_id" = i64, Path, description = "The location"), BookServicesFilter),
    responses((status = 200, description = "The services", body = Data<BookServicesOut>))
)]
pub async fn get_services_available_for_booking(
    by: AnyPartner,
    Path(location_id): Path<i64>,
    query: Query<BookServicesFilter>,
) -> Result<Data<BookServicesOut>> {
    let filter = query.0;
    let mut conn = by.conn().await?;
    let zone = org::locations::store::zone(&mut conn, location_id).await?;
    let text = filter.datetime.as_deref().unwrap_or_default().trim();
    let moment = parse_instant(text, &zone).filter(|_| text.len() > 10);
    let day = local_date(moment.unwrap_or(by.now), &zone);
    let all = services::list(&mut conn, location_id, &Filter::default()).await?;
    let parts = Parts::of(&mut conn, location_id, &all).await?;
    let all: Vec<Service> = all.into_iter().filter(is_offered).collect();
    let ids: Vec<i64> = all.iter().map(|service| service.id).collect();
    let member = filter.staff_id.filter(|id| *id != 0);
    let asked = Asked { member, services: &ids, each: true, first: day, last: day, but: None, now: by.now };
    let look = Look::recall(&by.app, location_id, &asked).await?;
    let chosen: Vec<&Service> =
        filter.service_ids.iter().filter_map(|id| all.iter().find(|service| service.id == *id)).collect();
    let can = |service: &Service, member: i64| {
        look.link(service.id, member).is_some()
            && moment.is_none_or(|at| {
                let row: Vec<&Service> = chosen.iter().copied().chain([service]).collect();
                look.fits(member, &row, at)
            })
    };
    let offered: Vec<&Service> =
        all.iter().filter(|service| look.team.iter().any(|m| can(service, m.id))).collect();
    let shots = org::images::store::latest(&mut conn, location_id, "service", Some(&ids)).await?;
    let picture = |id: i64| {
        let shot = shots.iter().find(|shot| shot.entity_id == id && shot.version == "basic");
        shot.map(|shot| format!("{}{}", by.app.public_url(), shot.path))
    };
    let shown = |service: &&Service| BookServiceOut {
        composite_details: parts.shown(service),
        ..shown(service, &look, member, picture(service.id))
    };
    let out = offered.iter().map(shown).collect();
    let used: BTreeSet<i64> = offered.iter().map(|service| service.category_id).collect();
    let category = categories::list(&mut conn, location_id).await?;
    let category = category.into_iter().filter(|c| used.contains(&c.id)).map(Into::into).collect();
    Ok(Data::new(BookServicesOut { events: [], services: out, category }))
}

fn shown(service: &Service, look: &Look, member: Option<i64>, image: Option<String>) -> BookServiceOut {
    let link = member.and_then(|member| look.link(service.id, member));
    let (price_min, price_max) = link
        .and_then(|link| link.price_min.zip(link.price_max))
        .unwrap_or((service.price_min, service.price_max));
    BookServiceOut {
        id: service.id,
        title: service.booking_title().to_owned(),
        category_id: service.category_id,
        price_min: Money(price_min),
        price_max: Money(price_max),
        discount: Money(service.discount),
        comment: service.comment.clone(),
        weight: service.weight,
        active: i64::from(service.active),
        gender: 0,
        images: image.iter().cloned().collect(),
        image: image.unwrap_or_default(),
        prepaid: service.prepaid.clone(),
        prepaid_settings: BookPrepaidOut {
            status: service.prepaid.clone(),
            prepaid_full: service.price_prepaid_amount,
            prepaid_percent: service.price_prepaid_percent,
        },
        seance_length: link.map(|link| link.seance_length),
        abonement_restriction: service.abonement_restriction_value,
        is_composite: service.is_composite,
        is_chain: service.chain_service_id.is_some(),
        composite_details: None,
    }
}
