//! Team members who can be booked.

use std::collections::BTreeSet;

use calc::zone::{local_date, parse_instant};
use kernel::{Data, OrEmpty, Path, Query, Result};
use org::access::AnyPartner;
use org::team::Member;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::days::{BookTimeOut, times};
use super::{DAYS, day, look};

/// For which services, free at which moment.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct BookStaffFilter {
    /// Who does these services.
    #[param(example = json!([331]))]
    service_ids: Vec<i64>,
    /// Who is free then; a day alone, or nothing, leaves that open.
    #[param(nullable = false, example = "2026-09-21T18:30")]
    datetime: Option<String>,
}

/// A position.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookPositionOut {
    /// Its id.
    #[schema(example = 1)]
    id: i64,
    /// Its name.
    #[schema(example = "Administrator")]
    title: String,
    /// How services are bound to it.
    #[schema(example = 0)]
    services_binding_type: i64,
}

/// The user that a team member is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookUserOut {
    /// Its id.
    #[schema(example = 10)]
    id: i64,
}

/// The addresses of a team member's picture.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookPictureOut {
    /// The small one.
    #[schema(example = "https://example.com/uploads/small.jpeg")]
    sm: String,
    /// The large one.
    #[schema(example = "https://example.com/uploads/basic.jpeg")]
    norm: String,
}

/// A team member.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookStaffOut {
    /// The id.
    #[schema(example = 16)]
    id: i64,
    /// The id elsewhere, if any.
    #[schema(example = "42")]
    api_id: Option<String>,
    /// The user, if any.
    #[schema(example = 10)]
    user_id: Option<i64>,
    /// The name.
    #[schema(example = "James")]
    name: String,
    /// Whether clients can book now.
    #[schema(example = true)]
    bookable: bool,
    /// What it does.
    #[schema(example = "Barber")]
    specialization: String,
    /// The position, or an empty list.
    #[schema(schema_with = or_empty_position)]
    position: OrEmpty<BookPositionOut>,
    /// The same, 0 for none.
    #[schema(example = 1)]
    position_id: i64,
    /// 1 when clients see the rating.
    #[schema(example = 1)]
    show_rating: i64,
    /// Mean of the votes.
    #[schema(example = 4.5)]
    rating: f64,
    /// Votes.
    #[schema(example = 12)]
    votes_count: i64,
    /// The address of the small picture.
    #[schema(example = "https://example.com/images/no-master-sm.svg")]
    avatar: String,
    /// The address of the large picture.
    #[schema(example = "https://example.com/images/no-master.svg")]
    avatar_big: String,
    /// Comments.
    #[schema(example = 0)]
    comments_count: i64,
    /// The heavier, the earlier.
    #[schema(example = 11)]
    weight: i64,
    /// About the team member, HTML.
    #[schema(example = "<span></span>")]
    information: String,
    /// The nearest day that is free; only for who can be booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "2026-09-21")]
    seance_date: Option<String>,
    /// The last day with a schedule, or empty.
    #[schema(example = "2026-12-31")]
    schedule_till: String,
    /// That day's free times; only for who can be booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    seances: Option<Vec<BookTimeOut>>,
    /// Whether there is a schedule in the calendar.
    #[schema(example = true)]
    has_access_timetable: bool,
    /// The picture, or an empty list.
    #[schema(schema_with = or_empty_picture)]
    image_group: OrEmpty<BookPictureOut>,
    /// 1 for who was dismissed; always 0 here.
    #[schema(example = 0)]
    fired: i64,
    /// 1 for who was deleted; always 0 here.
    #[schema(example = 0)]
    status: i64,
    /// 1 for who is hidden from clients; always 0 here.
    #[schema(example = 0)]
    hidden: i64,
    /// The user, if any.
    user: Option<BookUserOut>,
    /// Whether it can or must be paid online: `forbidden`, `allowed` or `required`.
    #[schema(example = "forbidden")]
    prepaid: String,
}

fn or_empty_position() -> RefOr<Schema> {
    OrEmpty::<BookPositionOut>::schema()
}

fn or_empty_picture() -> RefOr<Schema> {
    OrEmpty::<BookPictureOut>::schema()
}

/// List team members open for booking
///
/// Heavier first: those who do the services, and who are free at the moment asked for.
#[utoipa::path(
    get, path = "/book_staff/{location_id}", operation_id = "get_team_members_available_for_booking",
    tag = "Online Booking",
    params(("location_id" = i64, Path, description = "The location"), BookStaffFilter),
    responses((status = 200, description = "The team members", body = Data<Vec<BookStaffOut>>))
)]
pub async fn get_team_members_available_for_booking(
    by: AnyPartner,
    Path(location_id): Path<i64>,
    query: Query<BookStaffFilter>,
) -> Result<Data<Vec<BookStaffOut>>> {
    let filter = query.0;
    let zone = org::locations::store::zone(&mut by.conn().await?, location_id).await?;
    let today = local_date(by.now, &zone);
    let asked = day(filter.datetime.as_deref(), "datetime")?;
    // A day alone says nothing of the time.
    let text = filter.datetime.as_deref().unwrap_or_default().trim();
    let moment = parse_instant(text, &zone).filter(|_| text.len() > 10);
    let first = asked.unwrap_or(today).max(today);
    let look = look(&by, location_id, None, &filter.service_ids, first, DAYS).await?;
    let mut conn = by.conn().await?;
    let positions = bindings(&mut conn, location_id).await?;
    let ids: Vec<i64> = look.team.iter().map(|member| member.id).collect();
    let shots = org::images::store::latest(&mut conn, location_id, "team_member", Some(&ids)).await?;
    let address = |id: i64, large: bool| {
        let (version, none) = org::team::rules::picture(large);
        let shot = shots.iter().find(|shot| shot.entity_id == id && shot.version == version);
        format!("{}{}", by.app.public_url(), shot.map_or(none, |shot| shot.path.as_str()))
    };
    let does = |member: &&Member| filter.service_ids.is_empty() || look.job_of(member.id).is_some();
    let free = |member: &&Member| moment.is_none_or(|at| look.obstacle(member.id, at).is_none());
    let out = |member: &Member| {
        let binding = member.position_id.and_then(|id| positions.iter().find(|(of, _)| *of == id));
        let has_picture = shots.iter().any(|shot| shot.entity_id == member.id);
        let picture = BookPictureOut { sm: address(member.id, false), norm: address(member.id, true) };
        let position = member.position_id.zip(member.position_title.clone()).map(|(id, title)| {
            BookPositionOut { id, title, services_binding_type: binding.map_or(0, |(_, binding)| *binding) }
        });
        let seance = look.nearest(&BTreeSet::from([member.id]), first, DAYS);
        BookStaffOut {
            id: member.id,
            api_id: Some(member.api_id.clone()).filter(|id| !id.is_empty()),
            user_id: member.user_id,
            name: member.name.clone(),
            bookable: seance.is_some(),
            specialization: member.specialization.clone(),
            position: OrEmpty(position),
            position_id: member.position_id.unwrap_or_default(),
            show_rating: i64::from(member.show_rating),
            rating: org::team::rules::rating(member.rating_sum, member.votes_count),
            votes_count: member.votes_count,
            avatar: address(member.id, false),
            avatar_big: address(member.id, true),
            comments_count: member.comments_count,
            weight: member.weight,
            information: member.information.clone(),
            seance_date: seance.map(|day| day.to_string()),
            schedule_till: member.schedule_till.clone(),
            seances: seance.map(|day| times(&look, Some(member.id), day)),
            has_access_timetable: member.has_access_timetable,
            image_group: OrEmpty(has_picture.then_some(picture)),
            fired: i64::from(member.fired),
            status: i64::from(member.is_deleted),
            hidden: i64::from(member.hidden),
            user: member.user_id.map(|id| BookUserOut { id }),
            prepaid: member.prepaid.clone(),
        }
    };
    Ok(Data::new(look.team.iter().map(AsRef::as_ref).filter(does).filter(free).map(out).collect()))
}

/// How services are bound to positions: (position, binding).
async fn bindings(conn: &mut db::Conn, location_id: i64) -> Result<Vec<(i64, i64)>> {
    let all = org::positions::store::list(conn, location_id).await?;
    Ok(all.into_iter().map(|position| (position.id, position.services_binding_type)).collect())
}
