//! Team members, version 2.

use std::collections::{BTreeMap, HashMap};

use kernel::{Collection, Linked, Problems, Query, Resource, Result, ToOne, includes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store::{self, Filter, Member, Profile};
use super::view::View;
use crate::access::perm::Right;
use crate::access::{At, perm};

/// What to list and what to add.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct TeamFilter {
    // Published flat, as it is written in a query; see the operation.
    #[param(ignore)]
    filter: FilterIn,
    /// `position`, `employee` or both.
    #[param(example = json!(["position"]))]
    include: Vec<String>,
}

/// `filter[…]` of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FilterIn {
    name: Option<String>,
    position_id: Option<i64>,
    position_title: Option<String>,
    fired: Option<i64>,
    deleted: Option<i64>,
    user_linked: Option<i64>,
    is_paid: Option<i64>,
    has_schedule: Option<i64>,
    is_assistant: Option<i64>,
}

/// 0 no, 1 yes, 2 any.
fn flag(sent: Option<i64>, default: i64, field: &str, problems: &mut Problems) -> Option<bool> {
    match sent.unwrap_or(default) {
        0 => Some(false),
        1 => Some(true),
        2 => None,
        _ => {
            problems.add(format!("filter.{field}"), "field-choice");
            None
        }
    }
}

/// What the query asks for; names what it can't.
fn read(query: TeamFilter, today: &str) -> Result<(Filter, Wanted)> {
    let mut problems = Problems::new();
    let asked = query.filter;
    for (text, field) in [(&asked.name, "filter.name"), (&asked.position_title, "filter.position_title")] {
        if let Some(text) = text {
            problems.check(!text.is_empty(), field, "field-empty");
            problems.length(text, 255, field);
        }
    }
    if let Some(id) = asked.position_id {
        problems.range(id, 0..=i64::MAX, "filter.position_id");
    }
    let filter = Filter {
        name: asked.name,
        position_id: asked.position_id,
        position_title: asked.position_title,
        fired: flag(asked.fired, 2, "fired", &mut problems),
        deleted: flag(asked.deleted, 0, "deleted", &mut problems),
        user_linked: flag(asked.user_linked, 2, "user_linked", &mut problems),
        is_paid: flag(asked.is_paid, 2, "is_paid", &mut problems),
        has_schedule: flag(asked.has_schedule, 2, "has_schedule", &mut problems)
            .map(|has| (has, today.to_owned())),
        is_assistant: flag(asked.is_assistant, 2, "is_assistant", &mut problems),
    };
    includes(&query.include, &["position", "employee"], &mut problems);
    let wants = |name: &str| query.include.iter().any(|i| i == name);
    let wanted = Wanted { position: wants("position"), employee: wants("employee") };
    problems.done().map(|()| (filter, wanted))
}

/// Which related resources are asked for.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    position: bool,
    employee: bool,
}

impl Wanted {
    fn any(self) -> bool {
        self.position || self.employee
    }
}

/// What is known of a team member.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamMemberAttributes {
    /// Name.
    #[schema(example = "Ann Lee")]
    name: String,
    /// Step of his calendar's grid, minutes.
    #[schema(example = 15)]
    tt_markup: i64,
    /// What he does.
    #[schema(example = "Hairdresser")]
    specialization: String,
    /// The address of his picture.
    #[schema(example = "http://127.0.0.1:8080/images/no-master.svg")]
    image: String,
    /// The position; 0 for none.
    #[schema(example = 301)]
    position_id: i64,
    /// Whether he can be had as an assistant.
    is_available_as_assistant: bool,
}

/// What a team member belongs with, as far as asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamMemberRelationships {
    /// The position.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    position: Option<ToOne>,
    /// How he is employed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    employee: Option<ToOne>,
}

/// What is known of an included position.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffPositionAttributes {
    /// Its name.
    #[schema(example = "Hairdresser")]
    title: String,
}

/// What is known of how a team member is employed.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmployeeAttributes {
    /// Phone number, digits without a plus; empty for none.
    #[schema(example = "12125550101")]
    phone: String,
    /// The name he goes by.
    #[schema(example = "Ann Lee")]
    name: String,
    /// First name.
    #[schema(example = "Ann")]
    firstname: String,
    /// Surname.
    #[schema(example = "Lee")]
    surname: String,
    /// Middle name or patronymic.
    #[schema(example = "")]
    patronymic: String,
    /// When he was taken on, local; null for none.
    #[schema(example = "2025-02-03T00:00:00")]
    date_admission: Option<String>,
    /// Until when he is registered, local; null for none.
    #[schema(example = "2027-02-03T00:00:00")]
    date_registration_end: Option<String>,
    /// Citizenship.
    #[schema(example = "United States")]
    citizenship: String,
    /// 0 not said, 1 male, 2 female.
    #[schema(example = 2)]
    gender: i64,
    /// Identity document.
    #[schema(example = "A12345678")]
    passport_data: String,
    /// Tax number.
    #[schema(example = "900-00-0001")]
    personal_tax_reference_number: String,
    /// Number of the insurance certificate.
    #[schema(example = "INS-1")]
    number_insurance_certificates: String,
}

impl EmployeeAttributes {
    /// Of that team member.
    pub(super) fn of(member: &Member, profile: Profile) -> Self {
        let day = |day: String| Some(day).filter(|day| !day.is_empty());
        Self {
            phone: member.phone.clone(),
            name: member.name.clone(),
            firstname: profile.firstname,
            surname: profile.surname,
            patronymic: profile.patronymic,
            date_admission: day(profile.date_admission),
            date_registration_end: day(profile.date_registration_end),
            citizenship: profile.citizenship,
            gender: profile.gender,
            passport_data: profile.secrets.passport,
            personal_tax_reference_number: profile.secrets.tax,
            number_insurance_certificates: profile.secrets.insurance,
        }
    }
}

/// What may be included: positions and employments.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum TeamIncluded {
    /// A position.
    Position(Resource<StaffPositionAttributes>),
    /// How a team member is employed.
    Employee(Box<Resource<EmployeeAttributes>>),
}

type TeamMemberResource = Linked<TeamMemberAttributes, TeamMemberRelationships>;

/// List the team members of a location
///
/// The heaviest first. Filters by 0 (no), 1 (yes) and 2 (either). `include=employee` shows personal data and needs
/// the right `settings_master_access`; who has no employment written down has none.
#[utoipa::path(
    get, path = "/locations/{location_id}/team_members", operation_id = "list_team_members",
    tag = "Team Members",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("filter[name]" = Option<String>, Query, description = "A part of the name"),
        ("filter[position_id]" = Option<i64>, Query, description = "Only of this position; 0: of none"),
        ("filter[position_title]" = Option<String>, Query, description = "A part of the position's name"),
        ("filter[fired]" = Option<i64>, Query, description = "Dismissed (2)"),
        ("filter[deleted]" = Option<i64>, Query, description = "Deleted (0)"),
        ("filter[user_linked]" = Option<i64>, Query, description = "With a user (2)"),
        ("filter[is_paid]" = Option<i64>, Query, description = "Paid staff (2)"),
        ("filter[has_schedule]" = Option<i64>, Query, description = "With a schedule today or later (2)"),
        ("filter[is_assistant]" = Option<i64>, Query, description = "To be had as an assistant (2)"),
        TeamFilter
    ),
    responses(
        (status = 200, description = "The team members",
            body = Collection<Linked<TeamMemberAttributes, TeamMemberRelationships>, TeamIncluded>),
        (status = 403, description = "The right to see personal data is missing")
    )
)]
pub async fn list_team_members(
    at: At<perm::Member>,
    query: Query<TeamFilter>,
) -> Result<Collection<TeamMemberResource, TeamIncluded>> {
    let mut conn = at.conn().await?;
    let view = View::of(&at, &mut conn, None).await?;
    let (filter, wanted) = read(query.0, &view.today)?;
    if wanted.employee && !perm::Team::allowed(&at.membership) {
        return Err(kernel::Error::denied());
    }
    let members = store::list(&mut conn, at.location_id, &filter).await?;
    let mut profiles: HashMap<i64, Profile> = HashMap::new();
    if wanted.employee {
        let all = store::profiles(&mut conn, &at.app, at.location_id).await?;
        profiles = all.into_iter().map(|p| (p.team_member_id, p)).collect();
    }
    let data = members.iter().map(|m| resource(m, &view, wanted, &profiles)).collect();
    Ok(Collection::new(data, wanted.any().then(|| included(&members, wanted, profiles))))
}

fn resource(
    member: &Member,
    view: &View,
    wanted: Wanted,
    profiles: &HashMap<i64, Profile>,
) -> TeamMemberResource {
    let attributes = TeamMemberAttributes {
        name: member.name.clone(),
        tt_markup: member.tt_markup,
        specialization: member.specialization.clone(),
        image: view.avatar_big(member.id),
        position_id: member.position_id.unwrap_or_default(),
        is_available_as_assistant: member.is_assistant,
    };
    let relationships = wanted.any().then(|| TeamMemberRelationships {
        position: wanted.position.then(|| ToOne::new("staff_position", member.position_id)),
        employee: wanted
            .employee
            .then(|| ToOne::new("employee", profiles.contains_key(&member.id).then_some(member.id))),
    });
    Linked::new("staff", member.id, attributes, relationships)
}

/// Each related resource once.
fn included(members: &[Member], wanted: Wanted, mut profiles: HashMap<i64, Profile>) -> Vec<TeamIncluded> {
    let mut out = Vec::new();
    if wanted.position {
        let titles: BTreeMap<i64, &String> =
            members.iter().filter_map(|m| m.position_id.zip(m.position_title.as_ref())).collect();
        out.extend(titles.into_iter().map(|(id, title)| {
            let attributes = StaffPositionAttributes { title: title.clone() };
            TeamIncluded::Position(Resource::new("staff_position", id, attributes))
        }));
    }
    for member in members {
        if let Some(profile) = profiles.remove(&member.id) {
            let attributes = EmployeeAttributes::of(member, profile);
            out.push(TeamIncluded::Employee(Box::new(Resource::new("employee", member.id, attributes))));
        }
    }
    out
}
