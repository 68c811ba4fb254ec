//! What version 1 is sent of team members.

use kernel::Patch;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::team::flow::Quick;
use crate::team::rules::Change;

/// A team member to make or change; what a change leaves out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct TeamMemberIn {
    /// Name.
    #[schema(required, value_type = String, example = "Ann Lee")]
    #[serde(default)]
    name: Patch<String>,
    /// What he does.
    #[schema(value_type = String, example = "Hairdresser")]
    #[serde(default)]
    specialization: Patch<String>,
    /// The heavier, the earlier in lists.
    #[schema(value_type = i64, example = 10)]
    #[serde(default)]
    weight: Patch<i64>,
    /// About him, HTML.
    #[schema(value_type = String, example = "Ten years of experience")]
    #[serde(default)]
    information: Patch<String>,
    /// Your own id of him.
    #[schema(value_type = String, example = "42")]
    #[serde(default)]
    api_id: Patch<String>,
    /// 1 hides him from online booking.
    #[schema(value_type = i64, example = 0)]
    #[serde(default)]
    hidden: Patch<bool>,
    /// 1 dismisses him, 0 takes him back.
    #[schema(value_type = i64, example = 0)]
    #[serde(default)]
    fired: Patch<bool>,
    /// The user he is, one of the location's; 0 for none.
    #[schema(value_type = i64, example = 0)]
    #[serde(default)]
    user_id: Patch<i64>,
    /// Whether he has a schedule in the calendar.
    #[schema(value_type = bool, example = true)]
    #[serde(default)]
    has_access_timetable: Patch<bool>,
    /// Whether he counts as paid staff.
    #[schema(value_type = bool, example = false)]
    #[serde(default)]
    is_paid_staff: Patch<bool>,
    /// Whether the location's payment policy counts for him; means nothing where it has none.
    #[schema(value_type = bool, example = true)]
    #[serde(default)]
    is_included_in_payment_policy: Patch<bool>,
    /// The position, one of the location's; 0 for none.
    #[schema(value_type = i64, example = 301)]
    #[serde(default)]
    position_id: Patch<i64>,
    /// 1 shows the rating to clients.
    #[schema(value_type = i64, example = 0)]
    #[serde(default)]
    show_rating: Patch<bool>,
    /// How clients pay in advance: `forbidden`, `allowed` or `required`.
    #[schema(value_type = String, example = "forbidden")]
    #[serde(default)]
    prepaid: Patch<String>,
    /// Phone number: 9 to 15 digits, without a plus.
    #[schema(value_type = String, example = "12125550101")]
    #[serde(default)]
    phone_number: Patch<String>,
    /// Step of his calendar's grid, minutes.
    #[schema(value_type = i64, example = 15)]
    #[serde(default)]
    tt_markup: Patch<i64>,
    /// Whether he can be had as an assistant.
    #[schema(value_type = bool, example = false)]
    #[serde(default)]
    is_available_as_assistant: Patch<bool>,
}

impl From<TeamMemberIn> for Change {
    fn from(i: TeamMemberIn) -> Self {
        Self {
            name: i.name,
            specialization: i.specialization,
            weight: i.weight,
            information: i.information,
            api_id: i.api_id,
            hidden: i.hidden,
            fired: i.fired,
            has_access_timetable: i.has_access_timetable,
            is_paid_staff: i.is_paid_staff,
            is_in_payment_policy: i.is_included_in_payment_policy,
            show_rating: i.show_rating,
            prepaid: i.prepaid,
            phone: i.phone_number,
            tt_markup: i.tt_markup,
            is_assistant: i.is_available_as_assistant,
            position_id: i.position_id,
            user_id: i.user_id,
        }
    }
}

/// A team member to make from few fields, with his user.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct QuickTeamMemberIn {
    /// Name.
    #[schema(required, value_type = String, example = "John Johnson")]
    #[serde(default)]
    name: Patch<String>,
    /// What he does.
    #[schema(required, value_type = String, example = "Cosmetologist")]
    #[serde(default)]
    specialization: Patch<String>,
    /// The position, one of the location's; null for none.
    #[schema(required, value_type = Option<i64>, example = 301)]
    #[serde(default)]
    position_id: Patch<i64>,
    /// The team member's phone number: 9 to 15 digits, without a plus.
    #[schema(required, value_type = Option<String>, example = "11234567890")]
    #[serde(default)]
    phone_number: Patch<String>,
    /// The user's e-mail address: he is found by it, or made. Empty for no user.
    #[schema(required, nullable = false, example = "john.johnson@example.com")]
    user_email: Option<String>,
    /// A new user's phone number: 9 to 15 digits, without a plus.
    #[schema(required, nullable = false, example = "11234567890")]
    user_phone: Option<String>,
    /// Whether the user gets an invitation by e-mail.
    #[schema(required, nullable = false, example = false)]
    is_user_invite: Option<bool>,
    /// Whether he counts as paid staff.
    #[schema(value_type = bool, example = false)]
    #[serde(default)]
    is_paid_staff: Patch<bool>,
}

impl From<QuickTeamMemberIn> for Quick {
    fn from(i: QuickTeamMemberIn) -> Self {
        Self {
            change: Change {
                name: i.name,
                specialization: i.specialization,
                phone: i.phone_number,
                is_paid_staff: i.is_paid_staff,
                position_id: i.position_id,
                ..Change::default()
            },
            user_email: i.user_email.unwrap_or_default().trim().to_owned(),
            user_phone: i.user_phone.unwrap_or_default().trim().to_owned(),
            is_user_invite: i.is_user_invite.unwrap_or_default(),
        }
    }
}
