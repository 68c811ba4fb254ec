//! Team members on the wire of version 1, whose operations each show them in a way of their own.

use serde::Serialize;
use utoipa::openapi::schema::{ArrayBuilder, OneOfBuilder};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::parts::{
    Rating, TeamPictureOut, TeamPositionOut, TeamUserOut, api_id, digit, image_group, position,
    text_or_number,
};
use crate::positions::StaffPositionOut;
use crate::team::store::Member;
use crate::team::view::View;

/// A team member in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedTeamMemberOut {
    /// His id.
    #[schema(example = 1001)]
    id: i64,
    /// Your own id of him, a text; null when none.
    #[schema(schema_with = text_or_number)]
    api_id: Option<String>,
    /// Name.
    #[schema(example = "Ann Lee")]
    name: String,
    /// What he does.
    #[schema(example = "Hairdresser")]
    specialization: String,
    /// Rating, up to 5; 0 without votes.
    #[schema(value_type = f64, example = 4.8)]
    rating: Rating,
    /// 1 when clients see the rating.
    #[schema(example = 1)]
    show_rating: i64,
    /// The user he is; null for none.
    #[schema(example = 10)]
    user_id: Option<i64>,
    /// Whether he has a schedule in the calendar.
    has_access_timetable: bool,
    /// The address of the small picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master-sm.svg")]
    avatar: String,
    /// The address of the large picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master.svg")]
    avatar_big: String,
    /// Comments of clients.
    #[schema(example = 15)]
    comments_count: i64,
    /// Votes of clients.
    #[schema(example = 20)]
    votes_count: i64,
    /// Whether clients can book him: neither hidden nor dismissed, with a schedule today or later.
    bookable: bool,
    /// His picture; an empty list where there is none.
    image_group: TeamPictureOut,
    /// About him, HTML.
    #[schema(example = "Ten years of experience")]
    information: String,
    /// The position; 0 for none.
    #[schema(example = 301)]
    position_id: i64,
    /// The last day with a schedule; empty for none.
    #[schema(example = "2026-12-31")]
    schedule_till: String,
    /// The heavier, the earlier in lists.
    #[schema(example = 10)]
    weight: i64,
    /// 1 when dismissed.
    #[schema(example = 0)]
    fired: i64,
    /// 1 when deleted.
    #[schema(example = 0)]
    status: i64,
    /// 1 when hidden from online booking.
    #[schema(example = 0)]
    hidden: i64,
    /// The user he is, in a list; an empty one for none.
    user: Vec<TeamUserOut>,
    /// How clients pay in advance: `forbidden`, `allowed` or `required`.
    #[schema(example = "forbidden")]
    prepaid: String,
    /// The position; an empty list for none.
    position: TeamPositionOut,
}

impl ListedTeamMemberOut {
    pub(super) fn of(m: Member, user: Vec<TeamUserOut>, view: &View) -> Self {
        Self {
            id: m.id,
            api_id: api_id(&m),
            rating: Rating::of(&m),
            show_rating: m.show_rating.into(),
            user_id: m.user_id,
            has_access_timetable: m.has_access_timetable,
            avatar: view.avatar(m.id),
            avatar_big: view.avatar_big(m.id),
            comments_count: m.comments_count,
            votes_count: m.votes_count,
            bookable: view.bookable(&m),
            image_group: image_group(view, m.id),
            position_id: m.position_id.unwrap_or_default(),
            position: position(&m),
            name: m.name,
            specialization: m.specialization,
            information: m.information,
            schedule_till: m.schedule_till,
            weight: m.weight,
            fired: m.fired.into(),
            status: m.is_deleted.into(),
            hidden: m.hidden.into(),
            user,
            prepaid: m.prepaid,
        }
    }
}

/// A team member by himself. Weight and flags are texts here.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamMemberOut {
    /// His id.
    #[schema(example = 1001)]
    id: i64,
    /// Your own id of him; left out when none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "42")]
    api_id: Option<String>,
    /// Name.
    #[schema(example = "Ann Lee")]
    name: String,
    /// The location.
    #[schema(example = 37532)]
    company_id: i64,
    /// What he does.
    #[schema(example = "Hairdresser")]
    specialization: String,
    /// The position; an empty list for none.
    position: TeamPositionOut,
    /// 1 when clients see the rating.
    #[schema(example = 0)]
    show_rating: i64,
    /// Rating, up to 5; 0 without votes.
    #[schema(value_type = f64, example = 4.8)]
    rating: Rating,
    /// Votes of clients.
    #[schema(example = 0)]
    votes_count: i64,
    /// The user he is; null for none.
    #[schema(example = 10)]
    user_id: Option<i64>,
    /// The address of the small picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master-sm.svg")]
    avatar: String,
    /// The address of the large picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master.svg")]
    avatar_big: String,
    /// Comments of clients.
    #[schema(example = 0)]
    comments_count: i64,
    /// The heavier, the earlier in lists.
    #[schema(example = "10")]
    weight: String,
    /// About him, HTML.
    #[schema(example = "Ten years of experience")]
    information: String,
    /// `1` when hidden from online booking.
    #[schema(example = "0")]
    hidden: String,
    /// `1` when dismissed.
    #[schema(example = "0")]
    fired: String,
    /// `1` when deleted.
    #[schema(example = "0")]
    status: String,
    /// His picture; an empty list where there is none.
    image_group: TeamPictureOut,
    /// Whether he has a schedule in the calendar.
    has_access_timetable: bool,
    /// Whether he counts as paid staff.
    is_paid_staff: bool,
    /// Whether the location's payment policy counts for him; true where it has none.
    is_included_in_payment_policy: bool,
}

impl TeamMemberOut {
    pub(super) fn of(m: Member, view: &View) -> Self {
        Self {
            id: m.id,
            api_id: api_id(&m),
            company_id: view.location_id,
            position: position(&m),
            show_rating: m.show_rating.into(),
            rating: Rating::of(&m),
            votes_count: m.votes_count,
            user_id: m.user_id,
            avatar: view.avatar(m.id),
            avatar_big: view.avatar_big(m.id),
            comments_count: m.comments_count,
            weight: m.weight.to_string(),
            hidden: digit(m.hidden),
            fired: digit(m.fired),
            status: digit(m.is_deleted),
            image_group: image_group(view, m.id),
            has_access_timetable: m.has_access_timetable,
            is_paid_staff: m.is_paid_staff,
            is_included_in_payment_policy: view.in_policy(&m),
            name: m.name,
            specialization: m.specialization,
            information: m.information,
        }
    }
}

/// A new team member.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewTeamMemberOut {
    /// His id.
    #[schema(example = 1001)]
    id: i64,
    /// Your own id of him; left out when none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "42")]
    api_id: Option<String>,
    /// Name.
    #[schema(example = "Ann Lee")]
    name: String,
    /// The location.
    #[schema(example = 37532)]
    company_id: i64,
    /// What he does.
    #[schema(example = "Hairdresser")]
    specialization: String,
    /// The position; an empty list for none.
    position: TeamPositionOut,
    /// Whether clients see the rating.
    show_rating: bool,
    /// Rating; 0 without votes.
    #[schema(value_type = f64, example = 0)]
    rating: Rating,
    /// Votes of clients.
    #[schema(example = 0)]
    votes_count: i64,
    /// The user he is; null for none.
    #[schema(example = 10)]
    user_id: Option<i64>,
    /// The address of the small picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master-sm.svg")]
    avatar: String,
    /// The address of the large picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master.svg")]
    avatar_big: String,
    /// Comments of clients.
    #[schema(example = 0)]
    comments_count: i64,
    /// The heavier, the earlier in lists.
    #[schema(example = 10)]
    weight: i64,
    /// About him, HTML.
    #[schema(example = "Ten years of experience")]
    information: String,
    /// 1 when hidden from online booking.
    #[schema(example = 0)]
    hidden: i64,
    /// 1 when dismissed.
    #[schema(example = 0)]
    fired: i64,
    /// 1 when deleted.
    #[schema(example = 0)]
    status: i64,
    /// Whether he has a schedule in the calendar.
    has_access_timetable: bool,
    /// Whether he counts as paid staff.
    is_paid_staff: bool,
    /// Whether the location's payment policy counts for him; true where it has none.
    is_included_in_payment_policy: bool,
}

impl NewTeamMemberOut {
    pub(super) fn of(m: Member, view: &View) -> Self {
        Self {
            id: m.id,
            api_id: api_id(&m),
            company_id: view.location_id,
            position: position(&m),
            show_rating: m.show_rating,
            rating: Rating::of(&m),
            votes_count: m.votes_count,
            user_id: m.user_id,
            avatar: view.avatar(m.id),
            avatar_big: view.avatar_big(m.id),
            comments_count: m.comments_count,
            weight: m.weight,
            hidden: m.hidden.into(),
            fired: m.fired.into(),
            status: m.is_deleted.into(),
            has_access_timetable: m.has_access_timetable,
            is_paid_staff: m.is_paid_staff,
            is_included_in_payment_policy: view.in_policy(&m),
            name: m.name,
            specialization: m.specialization,
            information: m.information,
        }
    }
}

/// A team member, as the older path shows him.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyTeamMemberOut {
    /// His id.
    #[schema(example = 1001)]
    id: i64,
    /// Name.
    #[schema(example = "Ann Lee")]
    name: String,
    /// The location.
    #[schema(example = 37532)]
    company_id: i64,
    /// What he does.
    #[schema(example = "Hairdresser")]
    specialization: String,
    /// The position; an empty list for none.
    position: TeamPositionOut,
    /// The address of the small picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master-sm.svg")]
    avatar: String,
    /// The address of the large picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master.svg")]
    avatar_big: String,
    /// 1 when dismissed.
    #[schema(example = 0)]
    fired: i64,
    /// 1 when deleted.
    #[schema(example = 0)]
    status: i64,
    /// 1 when hidden from online booking.
    #[schema(example = 0)]
    hidden: i64,
    /// The user he is; null for none.
    #[schema(example = 10)]
    user_id: Option<i64>,
    /// Whether he counts as paid staff.
    is_paid_staff: bool,
    /// Whether the location's payment policy counts for him; true where it has none.
    is_included_in_payment_policy: bool,
}

impl CompanyTeamMemberOut {
    pub(super) fn of(m: Member, view: &View) -> Self {
        Self {
            id: m.id,
            company_id: view.location_id,
            position: position(&m),
            avatar: view.avatar(m.id),
            avatar_big: view.avatar_big(m.id),
            fired: m.fired.into(),
            status: m.is_deleted.into(),
            hidden: m.hidden.into(),
            user_id: m.user_id,
            is_paid_staff: m.is_paid_staff,
            is_included_in_payment_policy: view.in_policy(&m),
            name: m.name,
            specialization: m.specialization,
        }
    }
}

/// A list of team members, as the contract's example has it; its schema has one by himself there.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct CompanyTeamOut(pub(super) Vec<CompanyTeamMemberOut>);

impl PartialSchema for CompanyTeamOut {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .item(ArrayBuilder::new().items(CompanyTeamMemberOut::schema()))
            .item(CompanyTeamMemberOut::schema())
            .description(Some("A list, of one where one was asked for."))
            .into()
    }
}

impl ToSchema for CompanyTeamOut {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        CompanyTeamMemberOut::schemas(schemas);
    }
}

/// How many there are.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct TotalCount {
    /// How many there are.
    #[schema(example = 1)]
    pub total_count: usize,
}

/// A team member made from few fields.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuickTeamMemberOut {
    /// His id.
    #[schema(example = 1001)]
    id: i64,
    /// Name.
    #[schema(example = "John Johnson")]
    name: String,
    /// The location.
    #[schema(example = 37532)]
    company_id: i64,
    /// What he does.
    #[schema(example = "Cosmetologist")]
    specialization: String,
    /// The address of the small picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master-sm.svg")]
    avatar: String,
    /// The address of the large picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master.svg")]
    avatar_big: String,
    /// The position; null for none.
    position: Option<StaffPositionOut>,
    /// Whether he counts as paid staff.
    is_paid_staff: bool,
}

impl QuickTeamMemberOut {
    pub(super) fn of(m: Member, view: &View) -> Self {
        Self {
            id: m.id,
            company_id: view.location_id,
            avatar: view.avatar(m.id),
            avatar_big: view.avatar_big(m.id),
            position: position(&m).into_inner(),
            is_paid_staff: m.is_paid_staff,
            name: m.name,
            specialization: m.specialization,
        }
    }
}
