//! A team member as webhooks tell of him.

use std::collections::HashMap;

use kernel::{App, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::parts::{Rating, TeamPictureOut, TeamPositionOut, image_group, position};
use crate::team::store::{self, Contact, Member};
use crate::team::view::View;

/// The user that a team member is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeamMemberDataUserOut {
    /// His id.
    #[schema(example = 10)]
    id: i64,
    /// Name.
    #[schema(example = "Ann Lee")]
    name: String,
    /// Phone; empty for none.
    #[schema(example = "+13155550175")]
    phone: String,
    /// E-mail address; empty for none.
    #[schema(example = "ann@example.com")]
    email: String,
    /// The address of his picture; empty for none.
    #[schema(example = "")]
    avatar: String,
}

impl From<Contact> for TeamMemberDataUserOut {
    fn from(user: Contact) -> Self {
        Self {
            id: user.user_id,
            name: user.name,
            phone: user.phone.unwrap_or_default(),
            email: user.email.unwrap_or_default(),
            avatar: user.avatar,
        }
    }
}

/// A team member, as webhooks tell of him.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamMemberDataOut {
    /// His id.
    #[schema(example = 1001)]
    pub id: i64,
    /// Your own id of him; empty for none.
    #[schema(example = "42")]
    api_id: String,
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
    #[schema(example = 1)]
    show_rating: i64,
    /// Rating, up to 5; 0 without votes.
    #[schema(value_type = f64, example = 4.8)]
    rating: Rating,
    /// Votes of clients.
    #[schema(example = 20)]
    votes_count: i64,
    /// The address of the small picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master-sm.svg")]
    avatar: String,
    /// The address of the large picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master.svg")]
    avatar_big: String,
    /// Comments of clients.
    #[schema(example = 15)]
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
    /// Whether he is deleted.
    deleted: bool,
    /// The position; 0 for none.
    #[schema(example = 301)]
    position_id: i64,
    /// The last day with a schedule; empty for none.
    #[schema(example = "2026-12-31")]
    schedule_till: String,
    /// His picture; an empty list where there is none.
    image_group: TeamPictureOut,
    /// How clients pay in advance: `forbidden`, `allowed` or `required`.
    #[schema(example = "forbidden")]
    prepaid: String,
    /// The user he is; null for none.
    #[schema(example = 10)]
    user_id: Option<i64>,
    /// The user he is; null for none.
    user: Option<TeamMemberDataUserOut>,
    /// Whether he has a schedule in the calendar.
    has_access_timetable: bool,
    /// Whether he counts as paid staff.
    is_paid_staff: bool,
    /// Whether clients can book him: neither hidden nor dismissed, with a schedule today or later.
    bookable: bool,
    /// Whether the location's payment policy counts for him; true where it has none.
    is_included_in_payment_policy: bool,
}

impl TeamMemberDataOut {
    fn of(m: Member, user: Option<Contact>, view: &View) -> Self {
        Self {
            id: m.id,
            company_id: view.location_id,
            position: position(&m),
            show_rating: m.show_rating.into(),
            rating: Rating::of(&m),
            votes_count: m.votes_count,
            avatar: view.avatar(m.id),
            avatar_big: view.avatar_big(m.id),
            comments_count: m.comments_count,
            weight: m.weight,
            hidden: m.hidden.into(),
            fired: m.fired.into(),
            status: m.is_deleted.into(),
            deleted: m.is_deleted,
            position_id: m.position_id.unwrap_or_default(),
            image_group: image_group(view, m.id),
            user_id: m.user_id,
            user: user.map(Into::into),
            has_access_timetable: m.has_access_timetable,
            is_paid_staff: m.is_paid_staff,
            bookable: !m.is_deleted && view.bookable(&m),
            is_included_in_payment_policy: view.in_policy(&m),
            api_id: m.api_id,
            name: m.name,
            specialization: m.specialization,
            information: m.information,
            schedule_till: m.schedule_till,
            prepaid: m.prepaid,
        }
    }
}

/// These team members as webhooks tell of them, those deleted with them.
pub async fn details(
    app: &App,
    conn: &mut db::Conn,
    now: i64,
    location_id: i64,
    ids: &[i64],
) -> Result<Vec<TeamMemberDataOut>> {
    let view = View::at(app, conn, now, location_id, Some(ids)).await?;
    let users = store::contacts(conn, location_id, ids).await?;
    let mut users: HashMap<i64, Contact> = users.into_iter().map(|u| (u.team_member_id, u)).collect();
    let members = store::by_ids(conn, location_id, ids).await?;
    let out = members.into_iter().map(|m| {
        let user = users.remove(&m.id);
        TeamMemberDataOut::of(m, user, &view)
    });
    Ok(out.collect())
}
