//! A group event on the wire of version 1.

use calc::zone::local_iso;
use kernel::{Money, OrEmpty};
use org::tags::rules::font_color;
use org::team::rules::rating;
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::events::store::{Event, EventTag, Instance, MemberTold, ServiceTold};
use crate::events::view::View;

/// The category of an event's service.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventCategoryOut {
    /// Its id.
    #[schema(example = 5_092_305)]
    id: i64,
    /// 1 for a category.
    #[schema(example = 1)]
    category_id: i64,
    /// Its name.
    #[schema(example = "Psychoanalysis")]
    title: String,
    /// Whether it is a category; it is.
    #[schema(example = true)]
    is_category: bool,
    /// The number of its binding to the location.
    #[schema(example = 5_792_534)]
    salon_service_id: i64,
    /// Of the category: always `forbidden`; services say themselves.
    #[schema(example = "forbidden")]
    prepaid: &'static str,
    /// Of the category: always 0; services say themselves.
    #[schema(example = 0)]
    abonement_restriction: i64,
}

/// An event's service.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventServiceOut {
    /// Its id.
    #[schema(example = 5_243_360)]
    id: i64,
    /// Its category.
    #[schema(example = 5_092_305)]
    category_id: i64,
    /// Its name.
    #[schema(example = "Lecture on psychoanalysis")]
    title: String,
    /// From.
    #[schema(value_type = f64, example = 500)]
    price_min: Money,
    /// To.
    #[schema(value_type = f64, example = 500)]
    price_max: Money,
    /// What is said of it.
    #[schema(example = "")]
    comment: String,
    /// The address of its picture, or empty.
    #[schema(example = "")]
    image_url: String,
    /// The number of its binding to the location.
    #[schema(example = 5_792_535)]
    salon_service_id: i64,
    /// Whether it can or must be paid online: `forbidden`, `optional` or `required`.
    #[schema(example = "forbidden")]
    prepaid: String,
    /// Which memberships pay for it.
    #[schema(example = 0)]
    abonement_restriction: i64,
    /// Its category.
    category: EventCategoryOut,
    /// The event's tags, here too.
    labels: Vec<EventLabelOut>,
    /// What the event takes up, here too.
    resource_instances: Vec<EventInstanceOut>,
}

/// A position.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventPositionOut {
    /// Its id.
    #[schema(example = 123_340)]
    id: i64,
    /// Its name.
    #[schema(example = "Psychotherapist")]
    title: String,
}

/// An event's team member.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventStaffOut {
    /// Its id.
    #[schema(example = 921_105)]
    id: i64,
    /// Its id elsewhere, if it has one.
    #[schema(example = "42")]
    api_id: Option<String>,
    /// The name.
    #[schema(example = "Natalie")]
    name: String,
    /// The location.
    #[schema(example = 68570)]
    company_id: i64,
    /// What it does.
    #[schema(example = "Psychotherapist")]
    specialization: String,
    /// Mean of the votes.
    #[schema(example = 4.57)]
    rating: f64,
    /// 1 when clients see the rating.
    #[schema(example = 0)]
    show_rating: i64,
    /// The address of the small picture.
    #[schema(example = "https://example.com/images/no-master-sm.svg")]
    avatar: String,
    /// The address of the large picture.
    #[schema(example = "https://example.com/images/no-master.svg")]
    avatar_big: String,
    /// Comments.
    #[schema(example = 7)]
    comments_count: i64,
    /// Votes.
    #[schema(example = 0)]
    votes_count: i64,
    /// Mean of the votes, by its other name.
    #[schema(example = 4.57)]
    average_score: f64,
    /// Whether it can or must be paid online: `forbidden`, `allowed` or `required`.
    #[schema(example = "forbidden")]
    prepaid: String,
    /// The user that it is, if any.
    #[schema(example = 12345)]
    user_id: Option<i64>,
    /// The position, or an empty list.
    #[schema(schema_with = or_empty_position)]
    position: OrEmpty<EventPositionOut>,
}

fn or_empty_position() -> RefOr<Schema> {
    OrEmpty::<EventPositionOut>::schema()
}

/// An instance of a resource.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventInstanceOut {
    /// Its id.
    #[schema(example = 83030)]
    id: i64,
    /// Its name.
    #[schema(example = "Office #1")]
    title: String,
    /// Its resource.
    #[schema(example = 34895)]
    resource_id: i64,
}

/// A tag.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventLabelOut {
    /// Its id.
    #[schema(example = 123)]
    id: i64,
    /// Its text.
    #[schema(example = "Beginners")]
    title: String,
    /// Its colour.
    #[schema(example = "#ff2828")]
    color: String,
    /// Its icon.
    #[schema(example = "star")]
    icon: String,
    /// Colour of its text.
    #[schema(example = "#ffffff")]
    font_color: String,
}

/// What an event's time is made of.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventDurationOut {
    /// The event.
    #[schema(example = 108)]
    id: i64,
    /// The service, seconds.
    #[schema(example = 3300)]
    services_duration: i64,
    /// The break after it, seconds.
    #[schema(example = 300)]
    technical_break_duration: i64,
}

/// A group event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventOut {
    /// Its id.
    #[schema(example = 3_480_140)]
    id: i64,
    /// What is held.
    #[schema(example = 5_243_360)]
    service_id: i64,
    /// The location.
    #[schema(example = 68570)]
    company_id: i64,
    /// The location, by its older name.
    #[schema(example = 68570)]
    salon_id: i64,
    /// Who holds it.
    #[schema(example = 921_105)]
    staff_id: i64,
    /// When it begins, by the location's clock.
    #[schema(example = "2026-09-21T23:00:00-05:00")]
    date: String,
    /// The same as seconds since 1970.
    #[schema(example = 1_790_049_600)]
    timestamp: i64,
    /// How long it lasts with the break, seconds.
    #[schema(example = 3600)]
    length: i64,
    /// Seats.
    #[schema(example = 40)]
    capacity: i64,
    /// Seats taken.
    #[schema(example = 0)]
    records_count: i64,
    /// Its colour, `#rrggbb` or empty.
    #[schema(example = "")]
    color: String,
    /// For the clients.
    #[schema(example = "")]
    instructions: String,
    /// Where it is broadcast, or empty.
    #[schema(example = "")]
    stream_link: String,
    /// Colour of text on its colour, or empty.
    #[schema(example = "")]
    font_color: String,
    /// Whether its clients were told of it.
    #[schema(example = false)]
    notified: bool,
    /// For the staff; null for others.
    #[schema(example = "")]
    comment: Option<String>,
    /// Whether it can or must be paid online: `forbidden`, `optional` or `required`.
    #[schema(example = "forbidden")]
    prepaid: String,
    /// Whether it is deleted.
    #[schema(example = false)]
    is_deleted: bool,
    /// What its time is made of.
    duration_details: EventDurationOut,
    /// What is held.
    service: Option<EventServiceOut>,
    /// Who holds it.
    staff: Option<EventStaffOut>,
    /// What it takes up.
    resource_instances: Vec<EventInstanceOut>,
    /// Its tags.
    labels: Vec<EventLabelOut>,
}

impl From<&Instance> for EventInstanceOut {
    fn from(i: &Instance) -> Self {
        Self { id: i.id, title: i.title.clone(), resource_id: i.resource_id }
    }
}

impl From<&EventTag> for EventLabelOut {
    fn from(t: &EventTag) -> Self {
        Self {
            id: t.id,
            title: t.title.clone(),
            color: t.color.clone(),
            icon: t.icon.clone(),
            font_color: font_color(&t.color).to_owned(),
        }
    }
}

/// Colour of text on a colour; none for none.
pub(crate) fn text_color(color: &str) -> String {
    if color.is_empty() { String::new() } else { font_color(color).to_owned() }
}

impl EventStaffOut {
    /// The position's id.
    pub fn position_id(&self) -> Option<i64> {
        self.position.0.as_ref().map(|position| position.id)
    }

    /// As events show him.
    pub(crate) fn of(member: &MemberTold, view: &View) -> Self {
        Self::at(member, view.location_id, |large| view.avatar(member.id, large))
    }

    /// The same, with the addresses of his small and his large picture.
    pub(crate) fn at(member: &MemberTold, location_id: i64, avatar: impl Fn(bool) -> String) -> Self {
        let rating = rating(member.rating_sum, member.votes_count);
        let position = member.position_id.zip(member.position_title.clone());
        Self {
            id: member.id,
            api_id: Some(member.api_id.clone()).filter(|id| !id.is_empty()),
            name: member.name.clone(),
            company_id: location_id,
            specialization: member.specialization.clone(),
            rating,
            show_rating: member.show_rating.into(),
            avatar: avatar(false),
            avatar_big: avatar(true),
            comments_count: member.comments_count,
            votes_count: member.votes_count,
            average_score: rating,
            prepaid: member.prepaid.clone(),
            user_id: member.user_id,
            position: OrEmpty(position.map(|(id, title)| EventPositionOut { id, title })),
        }
    }
}

impl EventServiceOut {
    /// The category's id.
    pub fn category_id(&self) -> i64 {
        self.category_id
    }

    fn of(service: &ServiceTold, event: &Event, view: &View) -> Self {
        Self {
            id: service.id,
            category_id: service.category_id,
            title: service.title.clone(),
            price_min: Money(service.price_min),
            price_max: Money(service.price_max),
            comment: service.comment.clone(),
            image_url: view.image(service.id),
            salon_service_id: service.salon_service_id,
            prepaid: service.prepaid.clone(),
            abonement_restriction: service.abonement_restriction,
            category: EventCategoryOut {
                id: service.category_id,
                category_id: 1,
                title: service.category_title.clone(),
                is_category: true,
                salon_service_id: service.category_salon_service_id,
                prepaid: "forbidden",
                abonement_restriction: 0,
            },
            labels: view.tags(event).iter().map(Into::into).collect(),
            resource_instances: view.instances(event).iter().map(Into::into).collect(),
        }
    }
}

impl EventDurationOut {
    /// Of that event.
    pub fn of(event: &Event) -> Self {
        Self {
            id: event.id,
            services_duration: event.length - event.technical_break,
            technical_break_duration: event.technical_break,
        }
    }
}

impl EventOut {
    /// Its service alone.
    pub fn into_service(self) -> Option<EventServiceOut> {
        self.service
    }

    /// As the location's own people see it (`inside`) or as others do.
    pub fn of(event: &Event, view: &View, inside: bool) -> Self {
        let service = view.service(event);
        Self {
            id: event.id,
            service_id: event.service_id,
            company_id: view.location_id,
            salon_id: view.location_id,
            staff_id: event.team_member_id,
            date: local_iso(event.starts_at, &view.zone),
            timestamp: event.starts_at.div_euclid(1000),
            length: event.length,
            capacity: event.capacity,
            records_count: event.clients_count,
            color: event.color.clone(),
            instructions: event.instructions.clone(),
            stream_link: event.stream_link.clone(),
            font_color: text_color(&event.color),
            notified: event.is_notified,
            comment: inside.then(|| event.comment.clone()),
            prepaid: service.map_or_else(|| "forbidden".to_owned(), |s| s.prepaid.clone()),
            is_deleted: event.is_deleted,
            duration_details: EventDurationOut::of(event),
            service: service.map(|s| EventServiceOut::of(s, event, view)),
            staff: view.member(event).map(|m| EventStaffOut::of(m, view)),
            resource_instances: view.instances(event).iter().map(Into::into).collect(),
            labels: view.tags(event).iter().map(Into::into).collect(),
        }
    }
}
