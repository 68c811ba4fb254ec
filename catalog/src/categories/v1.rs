//! Categories, version 1.

use std::collections::HashMap;

use kernel::{Data, Lenient, NoContent, Path, Query, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::flow;
use super::rules::Content;
use super::store::{self, Category};
use crate::links;
use crate::shape::{NoTotal, Total, either};

/// A category of services.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ServiceCategory)]
pub struct CategoryOut {
    /// Its id.
    #[schema(example = 345)]
    id: i64,
    /// The id of its binding to the location.
    #[schema(example = 353)]
    salon_service_id: i64,
    /// Its name.
    #[schema(example = "Haircuts for men")]
    title: String,
    /// Its id elsewhere.
    #[schema(example = "adw322")]
    api_id: String,
    /// Its place, the heaviest first.
    #[schema(example = 10)]
    weight: i64,
    /// Team members: those named for it and those who do one of its services.
    #[schema(example = json!([1001]))]
    staff: Vec<i64>,
    /// Whether it is the chain's.
    is_chain: bool,
}

impl CategoryOut {
    fn of(c: Category, staff: Vec<i64>) -> Self {
        Self {
            id: c.id,
            salon_service_id: c.salon_service_id,
            title: c.title,
            api_id: c.api_id,
            weight: c.weight,
            staff,
            is_chain: c.chain_category_id.is_some(),
        }
    }
}

either! {
    /// A category: the contract's schema draws a list, its example the category.
    CategoryShown(CategoryOut) of CategoryOut
}

either! {
    /// Categories, in a list.
    CategoriesShown(Vec<CategoryOut>) of CategoryOut
}

/// What is said of a category; what is left out is emptied.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = ServiceCategoryIn)]
pub struct CategoryIn {
    /// Its name.
    #[schema(required, nullable = false, example = "Haircut very feminine")]
    title: Option<String>,
    /// Its id elsewhere.
    #[schema(nullable = false, example = "adw322")]
    api_id: Option<String>,
    /// Its place, the heaviest first.
    #[schema(nullable = false, example = 111)]
    weight: Option<i64>,
    /// Team members named for it.
    #[schema(nullable = false, example = json!([1001]))]
    staff: Option<Vec<i64>>,
}

impl From<CategoryIn> for Content {
    fn from(CategoryIn { title, api_id, weight, staff }: CategoryIn) -> Self {
        Self { title, api_id, weight, staff }
    }
}

/// Which categories to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CategoriesFilter {
    /// Those tied to this team member.
    #[param(example = 1001)]
    staff_id: Option<i64>,
}

/// The categories asked for: one or, for 0, all.
async fn shown(at: &At<perm::Member>, id: i64, team_member: Option<i64>) -> Result<Vec<CategoryOut>> {
    let mut conn = at.conn().await?;
    if let Some(member) = team_member {
        links::flow::exists(&mut conn, at.location_id, member).await?;
    }
    let (categories, only) = if id == 0 {
        (store::list(&mut conn, at.location_id).await?, None)
    } else {
        let one = store::find(&mut conn, at.location_id, id).await?.ok_or_else(flow::not_found)?;
        (vec![one], Some([id]))
    };
    let mut staff: HashMap<i64, Vec<i64>> = HashMap::new();
    for (category, member) in
        store::staff(&mut conn, at.location_id, only.as_ref().map(<[_; 1]>::as_slice)).await?
    {
        staff.entry(category).or_default().push(member);
    }
    let out = categories.into_iter().map(|c| {
        let staff = staff.remove(&c.id).unwrap_or_default();
        CategoryOut::of(c, staff)
    });
    Ok(out.filter(|c| team_member.is_none_or(|member| c.staff.contains(&member))).collect())
}

/// These categories as webhooks tell of them, by id, those deleted with them.
pub async fn details(conn: &mut db::Conn, location_id: i64, ids: &[i64]) -> Result<Vec<(i64, CategoryOut)>> {
    let mut staff: HashMap<i64, Vec<i64>> = HashMap::new();
    for (category, member) in store::staff(conn, location_id, Some(ids)).await? {
        staff.entry(category).or_default().push(member);
    }
    let categories = store::all_by_ids(conn, location_id, ids).await?;
    let out = categories.into_iter().map(|c| {
        let staff = staff.remove(&c.id).unwrap_or_default();
        (c.id, CategoryOut::of(c, staff))
    });
    Ok(out.collect())
}

/// Create a service category
#[utoipa::path(
    post, path = "/service_categories/{location_id}", operation_id = "create_service_category",
    tag = "Services",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = CategoryIn,
    responses((status = 201, description = "The category", body = Data<CategoryOut>))
)]
pub async fn create_service_category(
    at: At<perm::ServicesCreate>,
    input: Lenient<CategoryIn>,
) -> Result<Data<CategoryOut>> {
    flow::create(&at, input.0.into(), |c, staff| Data::new(CategoryOut::of(c, staff)).created()).await
}

/// Get a service category, in a list
///
/// 0 in place of the category asks for all of them.
#[utoipa::path(
    get, path = "/service_categories/{location_id}/{category_id}",
    operation_id = "deprecated_get_service_category_list", tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("category_id" = i64, Path, description = "The category")
    ),
    responses((status = 200, description = "The categories", body = Data<Vec<CategoryOut>, NoTotal>))
)]
pub async fn deprecated_get_service_category_list(
    at: At<perm::Member>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Data<Vec<CategoryOut>, NoTotal>> {
    Ok(Data::with_meta(shown(&at, id, None).await?, NoTotal::NONE))
}

/// Get a service category
#[utoipa::path(
    get, path = "/service_category/{location_id}/{category_id}", operation_id = "get_service_category",
    tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("category_id" = i64, Path, description = "The category")
    ),
    responses((status = 200, description = "The category", body = Data<CategoryShown, NoTotal>))
)]
pub async fn get_service_category(
    at: At<perm::Member>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<Data<CategoryShown, NoTotal>> {
    if id == 0 {
        return Err(flow::not_found());
    }
    let one = shown(&at, id, None).await?.into_iter().next().ok_or_else(flow::not_found)?;
    Ok(Data::with_meta(CategoryShown(one), NoTotal::NONE))
}

/// Replace a service category
///
/// Whole: without `api_id`, `weight` or `staff` the category has none any more. Those who do one of its services
/// stay among its team members.
#[utoipa::path(
    put, path = "/service_category/{location_id}/{category_id}", operation_id = "update_service_category",
    tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("category_id" = i64, Path, description = "The category")
    ),
    request_body = CategoryIn,
    responses((status = 200, description = "The category", body = Data<CategoryShown, NoTotal>))
)]
pub async fn update_service_category(
    at: At<perm::ServicesEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    input: Lenient<CategoryIn>,
) -> Result<Data<CategoryShown, NoTotal>> {
    flow::update(&at, id, input.0.into(), |c, staff| {
        Data::with_meta(CategoryShown(CategoryOut::of(c, staff)), NoTotal::NONE)
    })
    .await
}

/// Delete a service category
///
/// Only one without services; 409 as long as it has any.
#[utoipa::path(
    delete, path = "/service_category/{location_id}/{category_id}", operation_id = "delete_service_category",
    tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("category_id" = i64, Path, description = "The category")
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_service_category(
    at: At<perm::ServicesDelete>,
    Path((_location, id)): Path<(i64, i64)>,
) -> Result<NoContent> {
    flow::delete(&at, id).await
}

type Listed = Data<CategoriesShown, Total>;

fn listed(categories: Vec<CategoryOut>) -> Listed {
    let total = Total::of(&categories);
    Data::with_meta(CategoriesShown(categories), total)
}

/// List service categories, or one of them
///
/// 0 in place of the category, or nothing there at all, asks for all of them.
#[utoipa::path(
    get, path = "/company/{location_id}/service_categories/{category_id}",
    operation_id = "get_service_category_list", tag = "Services",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("category_id" = i64, Path, description = "The category"),
        CategoriesFilter
    ),
    responses(
        (status = 200, description = "The categories", body = Data<CategoriesShown, Total>),
        (status = 403, description = "The location's licence has ended")
    )
)]
pub async fn get_service_category_list(
    at: At<perm::Member>,
    Path((_location, id)): Path<(i64, i64)>,
    query: Query<CategoriesFilter>,
) -> Result<Listed> {
    links::flow::licensed(&mut at.conn().await?, at.location_id, at.now).await?;
    Ok(listed(shown(&at, id, query.0.staff_id).await?))
}

/// List all service categories
///
/// The heaviest first.
#[utoipa::path(
    get, path = "/company/{location_id}/service_categories", operation_id = "get_service_category_list_whole",
    tag = "Services",
    params(("location_id" = i64, Path, description = "The location"), CategoriesFilter),
    responses(
        (status = 200, description = "The categories", body = Data<CategoriesShown, Total>),
        (status = 403, description = "The location's licence has ended")
    )
)]
pub async fn get_service_category_list_whole(
    at: At<perm::Member>,
    query: Query<CategoriesFilter>,
) -> Result<Listed> {
    links::flow::licensed(&mut at.conn().await?, at.location_id, at.now).await?;
    Ok(listed(shown(&at, 0, query.0.staff_id).await?))
}
