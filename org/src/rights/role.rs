//! Roles: the starting points from which a user's rights are set.

use serde::Serialize;
use utoipa::ToSchema;

/// What a user is at a location. The contract's names are [`Role::slug`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Serves clients.
    Worker,
    /// Books and receives clients.
    Administrator,
    /// Keeps the books.
    Accountant,
    /// Runs the location.
    Manager,
    /// Owns it: every right, always.
    Owner,
    /// Looks at the calendar, free of charge where users are charged for.
    FreeReadonly,
    /// Looks at everything, likewise.
    FreeReadonlyAdmin,
}

impl Role {
    /// Every role, in the order of the contract.
    pub const ALL: [Self; 7] = [
        Self::Worker,
        Self::Administrator,
        Self::Accountant,
        Self::Manager,
        Self::Owner,
        Self::FreeReadonly,
        Self::FreeReadonlyAdmin,
    ];

    /// The role's name on the wire.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Administrator => "administrator",
            Self::Accountant => "accountant",
            Self::Manager => "manager",
            Self::Owner => "owner",
            Self::FreeReadonly => "free_readonly",
            Self::FreeReadonlyAdmin => "free_readonly_admin",
        }
    }

    /// The role of that name; `staff_member` and `team_member` are other names of the worker.
    pub fn parse(slug: &str) -> Option<Self> {
        match slug {
            "staff_member" | "team_member" => Some(Self::Worker),
            _ => Self::ALL.into_iter().find(|role| role.slug() == slug),
        }
    }

    /// Rank: nobody may give a role that weighs more than his own. 0 to 6.
    pub const fn weight(self) -> i64 {
        match self {
            Self::FreeReadonly => 0,
            Self::Worker => 1,
            Self::FreeReadonlyAdmin => 2,
            Self::Accountant => 3,
            Self::Administrator => 4,
            Self::Manager => 5,
            Self::Owner => 6,
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Worker => ("Team member", "Serves clients and sees the calendar."),
            Self::Administrator => ("Administrator", "Books and receives clients, takes payments."),
            Self::Accountant => ("Accountant", "Keeps payments, payroll and inventory."),
            Self::Manager => ("Manager", "Runs the location and its settings."),
            Self::Owner => ("Owner", "Has every right."),
            Self::FreeReadonly => ("Viewer", "Sees the calendar and changes nothing."),
            Self::FreeReadonlyAdmin => {
                ("Viewer of everything", "Sees the whole location and changes nothing.")
            }
        }
    }
}

/// A role as `list_roles` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoleInfo {
    /// The role's name on the wire.
    pub slug: &'static str,
    /// The role's name for people.
    pub title: &'static str,
    /// What the role is for.
    pub description: &'static str,
    /// Rank, 0 to 6.
    pub weight: i64,
}

impl From<Role> for RoleInfo {
    fn from(role: Role) -> Self {
        let (title, description) = role.words();
        Self { slug: role.slug(), title, description, weight: role.weight() }
    }
}

/// Every role, in the order of the contract.
pub fn roles() -> [RoleInfo; 7] {
    Role::ALL.map(RoleInfo::from)
}
