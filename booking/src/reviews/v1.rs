//! Reviews, version 1.

use calc::zone::{Zone, local_iso};
use kernel::{Data, Lenient, Page, Path, Problems, Query, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::openapi::schema::{ArrayBuilder, OneOfBuilder, Ref};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::flow::{self, Said};
use super::store::{self, Filter, Review};
use crate::appointments::v1::list::edge;

/// A review.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReviewOut {
    /// Its id.
    #[schema(example = 18437)]
    id: i64,
    /// The location.
    #[schema(example = 4564)]
    salon_id: i64,
    /// 1 of a team member, 0 of the location.
    #[schema(example = 1)]
    r#type: i64,
    /// The team member, 0 for none.
    #[schema(example = 8864)]
    master_id: i64,
    /// In words.
    #[schema(example = "Fine!")]
    text: String,
    /// When it was left, by the location's clock.
    #[schema(example = "2026-09-21T23:00:00-05:00")]
    date: String,
    /// In stars, 1 to 5.
    #[schema(example = 4)]
    rating: i64,
    /// The user who left it, 0 for none.
    #[schema(example = 157_169)]
    user_id: i64,
    /// Who left it.
    #[schema(example = "Victor Sitnikov")]
    user_name: String,
    /// The address of a portrait.
    #[schema(example = "/images/no-master.svg")]
    user_avatar: &'static str,
    /// The appointment that it is of, 0 for none.
    #[schema(example = 100_001)]
    record_id: i64,
}

impl ReviewOut {
    fn of(review: Review, location_id: i64, zone: &Zone) -> Self {
        Self {
            id: review.id,
            salon_id: location_id,
            r#type: i64::from(review.team_member_id.is_some()),
            master_id: review.team_member_id.unwrap_or_default(),
            text: review.text,
            date: local_iso(review.created_at, zone),
            rating: review.rating,
            user_id: review.user_id,
            user_name: review.name,
            user_avatar: "/images/no-master.svg",
            record_id: review.appointment_id.unwrap_or_default(),
        }
    }
}

/// Which reviews.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ReviewsFilter {
    /// Left from this day on.
    #[param(nullable = false, example = "2026-09-30")]
    start_date: Option<String>,
    /// Left up to this day, with it.
    #[param(nullable = false, example = "2026-09-30")]
    end_date: Option<String>,
    /// Of this team member.
    #[param(nullable = false)]
    team_member_id: Option<i64>,
    /// With so many stars.
    #[param(nullable = false)]
    rating: Option<i64>,
    /// The page, from 1.
    #[param(nullable = false, example = 1)]
    page: Option<i64>,
    /// Reviews of a page.
    #[param(nullable = false, example = 50)]
    count: Option<i64>,
}

/// List reviews
///
/// The latest first.
#[utoipa::path(
    get, path = "/comments/{location_id}", operation_id = "get_comments", tag = "Appointments",
    params(("location_id" = i64, Path, description = "The location"), ReviewsFilter),
    responses((status = 200, description = "The reviews", body = Data<Vec<ReviewOut>>))
)]
pub async fn get_comments(
    at: At<perm::Reviews>,
    query: Query<ReviewsFilter>,
) -> Result<Data<Vec<ReviewOut>>> {
    let mut conn = at.conn().await?;
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let mut problems = Problems::new();
    let filter = Filter {
        team_member_id: query.0.team_member_id.filter(|id| *id != 0),
        rating: query.0.rating.filter(|rating| *rating != 0),
        from: edge(query.0.start_date.as_deref(), false, "start_date", &zone, &mut problems),
        till: edge(query.0.end_date.as_deref(), true, "end_date", &zone, &mut problems),
    };
    problems.done()?;
    let page = Page::of(query.0.page, query.0.count, 50, 300);
    let all = store::list(&mut conn, at.location_id, &filter, page).await?;
    Ok(Data::new(all.into_iter().map(|review| ReviewOut::of(review, at.location_id, &zone)).collect()))
}

/// What is said of a team member.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ReviewIn {
    /// Stars, 1 to 5.
    #[schema(required, nullable = false, example = 4)]
    mark: Option<i64>,
    /// In words.
    #[schema(required, nullable = false, example = "Fine!")]
    text: Option<String>,
    /// Who says it.
    #[schema(required, nullable = false, example = "Victor")]
    name: Option<String>,
}

/// The review, as the contract's example shows it; its schema draws a list, which is published beside it.
#[derive(Clone, Debug)]
pub struct ReviewLeft(ReviewOut);

impl Serialize for ReviewLeft {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl PartialSchema for ReviewLeft {
    fn schema() -> RefOr<Schema> {
        let one = || Ref::from_schema_name(ReviewOut::name());
        OneOfBuilder::new().item(one()).item(ArrayBuilder::new().items(one())).into()
    }
}

impl ToSchema for ReviewLeft {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ReviewOut::name().into_owned(), ReviewOut::schema()));
        ReviewOut::schemas(schemas);
    }
}

/// Leave a review of a team member
#[utoipa::path(
    post, path = "/comments/{location_id}/{team_member_id}", operation_id = "leave_comment", tag = "Appointments",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("team_member_id" = i64, Path, description = "The team member")
    ),
    request_body = ReviewIn,
    responses((status = 201, description = "The review", body = Data<ReviewLeft>))
)]
pub async fn leave_comment(
    at: At<perm::Member>,
    Path((location_id, team_member_id)): Path<(i64, i64)>,
    input: Lenient<ReviewIn>,
) -> Result<Data<ReviewLeft>> {
    let ReviewIn { mark, text, name } = input.0;
    let said = Said { rating: mark, text: text.unwrap_or_default(), name: name.unwrap_or_default() };
    let (mut unit, review) = flow::leave(&at, location_id, Some(team_member_id), None, said, "mark").await?;
    let zone = org::locations::store::zone(&mut unit, location_id).await?;
    unit.commit(Data::new(ReviewLeft(ReviewOut::of(review, location_id, &zone))).created()).await
}
