//! What is declared of a right, and how it is found by name.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::role::Role;
use super::table::{ALL, COUNT, ROWS};
use super::value::Value;

/// The groups of the flat form, in its order. A right may be shown in several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// `timetable`
    Timetable,
    /// `record_form`
    RecordForm,
    /// `finances`
    Finances,
    /// `clients`
    Clients,
    /// `dashboard`
    Dashboard,
    /// `notification`
    Notification,
    /// `loyalty`
    Loyalty,
    /// `storages`
    Storages,
    /// `settings`
    Settings,
    /// `security`
    Security,
    /// `comers`
    Comers,
    /// `other`
    Other,
    /// `online_record`
    OnlineRecord,
    /// No group: beside the groups.
    Top,
}

impl Section {
    /// Every section, in the order of the flat form.
    pub const ALL: [Self; 14] = [
        Self::Timetable,
        Self::RecordForm,
        Self::Finances,
        Self::Clients,
        Self::Dashboard,
        Self::Notification,
        Self::Loyalty,
        Self::Storages,
        Self::Settings,
        Self::Security,
        Self::Comers,
        Self::Other,
        Self::OnlineRecord,
        Self::Top,
    ];

    /// The group's key; `None` for what stands beside the groups.
    pub const fn key(self) -> Option<&'static str> {
        Some(match self {
            Self::Timetable => "timetable",
            Self::RecordForm => "record_form",
            Self::Finances => "finances",
            Self::Clients => "clients",
            Self::Dashboard => "dashboard",
            Self::Notification => "notification",
            Self::Loyalty => "loyalty",
            Self::Storages => "storages",
            Self::Settings => "settings",
            Self::Security => "security",
            Self::Comers => "comers",
            Self::Other => "other",
            Self::OnlineRecord => "online_record",
            Self::Top => return None,
        })
    }
}

/// The contract's types of rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A flag.
    HasAccess,
    /// A flag with rights below it.
    HasGroupAccess,
    /// A flag that restricts the user to a list.
    HasLimitedAccess,
    /// A flag that restricts the user to one chosen thing.
    HasAllowedIds,
    /// A flag that lifts the restriction to today.
    HasLimitedToday,
    /// A flag about the user's own things.
    HasLimitedByOwnAccess,
    /// A number of past days.
    LastDaysCount,
    /// A list of ids; empty means all.
    AllowedIds,
    /// One id; 0 means all.
    AllowedId,
    /// A list of IP addresses and networks.
    AllowedIp,
}

impl Kind {
    /// The type's name on the wire.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::HasAccess => "has_access",
            Self::HasGroupAccess => "has_group_access",
            Self::HasLimitedAccess => "has_limited_access",
            Self::HasAllowedIds => "has_allowed_ids",
            Self::HasLimitedToday => "has_limited_today",
            Self::HasLimitedByOwnAccess => "has_limited_by_own_access",
            Self::LastDaysCount => "last_days_count",
            Self::AllowedIds => "allowed_ids",
            Self::AllowedId => "allowed_id",
            Self::AllowedIp => "allowed_ip",
        }
    }

    /// Whether the value is yes or no.
    pub const fn is_flag(self) -> bool {
        !matches!(self, Self::LastDaysCount | Self::AllowedIds | Self::AllowedId | Self::AllowedIp)
    }
}

/// What a set flag means for the user's power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// On is more.
    Grants,
    /// On is less.
    Restricts,
    /// A preference: neither.
    Neutral,
}

/// One of the values a right offers for choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// For people.
    pub title: &'static str,
    /// To be sent.
    pub value: i64,
}

/// A right, as declared.
#[derive(Debug, Clone, Copy)]
pub struct Right {
    /// Its name in lists of rights, and in storage.
    pub slug: &'static str,
    /// Its type.
    pub kind: Kind,
    /// What a set flag means.
    pub sense: Sense,
    /// Its group in the flat form.
    pub section: Section,
    /// The slug of the right it depends on.
    pub parent: Option<&'static str>,
    /// For people; may be empty only in `hint`.
    pub title: &'static str,
    /// What it does, where the title does not say.
    pub hint: &'static str,
    /// Worth a look whenever rights are given.
    pub is_recommended: bool,
    /// What the ids are ids of.
    pub entity_name: Option<&'static str>,
    /// Given only to users who are paid for. Nothing is, here.
    pub is_paid: bool,
    /// Values offered for choice, besides the location's own things.
    pub options: &'static [Choice],
    /// The key in the flat form, if it is not the slug.
    pub key: Option<&'static str>,
    /// Other keys of the same section that always have the same value.
    pub twins: &'static [&'static str],
    /// Other sections where it is shown too.
    pub also: &'static [Section],
    /// Names that are understood, but never shown.
    pub spellings: &'static [&'static str],
    /// For a count of days: the count that means no limit.
    pub unlimited: i64,
    /// The owner too sets it as he likes.
    pub is_personal: bool,
    /// Roles that have it at first: one bit each, in the order of [`Role::ALL`].
    roles: u8,
}

impl Right {
    /// The key in the flat form.
    pub const fn wire_key(&self) -> &'static str {
        match self.key {
            Some(key) => key,
            None => self.slug,
        }
    }

    /// Every name by which the right is understood.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [self.slug].into_iter().chain(self.key).chain(self.twins.iter().chain(self.spellings).copied())
    }

    /// Every place in the flat form where the right is shown.
    pub fn places(&self) -> impl Iterator<Item = (Section, &'static str)> {
        let key = self.wire_key();
        let own = [key].into_iter().chain(self.twins.iter().copied()).map(|key| (self.section, key));
        own.chain(self.also.iter().map(move |section| (*section, key)))
    }

    /// The value that binds nobody.
    pub fn all_access(&self) -> Value {
        match self.kind {
            Kind::LastDaysCount => Value::Number(self.unlimited),
            Kind::AllowedId => Value::Number(0),
            Kind::AllowedIds => Value::Ids(Vec::new()),
            Kind::AllowedIp => Value::Texts(Vec::new()),
            _ => Value::Flag(!matches!(self.sense, Sense::Restricts)),
        }
    }

    /// The value that binds most, among those that fit everybody.
    pub fn no_access(&self) -> Value {
        match self.kind {
            Kind::LastDaysCount => Value::Number(0),
            Kind::AllowedId | Kind::AllowedIds | Kind::AllowedIp => self.all_access(),
            _ => Value::Flag(matches!(self.sense, Sense::Restricts)),
        }
    }

    /// The value that a role starts with.
    pub fn default_of(&self, role: Role) -> Value {
        let named = self.roles & (1 << role as u8) != 0;
        match self.kind {
            _ if role == Role::Owner => self.all_access(),
            Kind::LastDaysCount if named => self.all_access(),
            kind if kind.is_flag() => Value::Flag(named),
            _ => self.no_access(),
        }
    }
}

/// An index into [`ALL`]. Not stable from one version of the server to the next: store slugs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RightId(u16);

impl RightId {
    /// The right of that name, for names written in code: `const CLIENTS: RightId = RightId::known("clients_access")`.
    /// Use it in constants only, where a wrong name does not compile.
    ///
    /// # Panics
    /// If there is no right of that name.
    pub const fn known(slug: &str) -> Self {
        let mut at = 0;
        while at < COUNT {
            let row = &ROWS[at];
            let key = match row.key {
                Some(key) => same(key, slug),
                None => false,
            };
            if same(row.slug, slug) || key || any(row.twins, slug) || any(row.spellings, slug) {
                #[expect(clippy::cast_possible_truncation, reason = "COUNT is far below 65536")]
                return Self(at as u16);
            }
            at += 1;
        }
        panic!("no right has this name")
    }

    /// The right of that name, whichever of its names it is.
    pub fn of(slug: &str) -> Option<Self> {
        static NAMES: LazyLock<HashMap<&'static str, RightId>> = LazyLock::new(|| {
            RightId::all().flat_map(|id| id.right().names().map(move |name| (name, id))).collect()
        });
        NAMES.get(slug).copied()
    }

    /// Every right, parents before their children.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..u16::try_from(COUNT).unwrap_or(u16::MAX)).map(Self)
    }

    /// The declaration.
    pub fn right(self) -> &'static Right {
        &ALL[self.index()]
    }

    /// The right it depends on.
    pub fn parent(self) -> Option<Self> {
        static PARENTS: LazyLock<Vec<Option<RightId>>> =
            LazyLock::new(|| ALL.iter().map(|right| right.parent.and_then(RightId::of)).collect());
        PARENTS[self.index()]
    }

    /// Its place in [`ALL`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The right of that name, whichever of its names it is.
pub fn right(slug: &str) -> Option<&'static Right> {
    RightId::of(slug).map(RightId::right)
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    // From the end: slugs of a group begin alike.
    let mut at = a.len();
    while at > 0 {
        at -= 1;
        if a[at] != b[at] {
            return false;
        }
    }
    true
}

const fn any(names: &[&str], slug: &str) -> bool {
    let mut at = 0;
    while at < names.len() {
        if same(names[at], slug) {
            return true;
        }
        at += 1;
    }
    false
}

// The words of the tables.

/// Rights of one section that depend on the same right.
pub(super) struct Branch {
    pub(super) section: Section,
    pub(super) parent: Option<&'static str>,
    pub(super) rights: &'static [Right],
}

pub(super) const fn root(section: Section, rights: &'static [Right]) -> Branch {
    Branch { section, parent: None, rights }
}

pub(super) const fn under(section: Section, parent: &'static str, rights: &'static [Right]) -> Branch {
    Branch { section, parent: Some(parent), rights }
}

const fn new(kind: Kind, slug: &'static str, roles: &str, title: &'static str, hint: &'static str) -> Right {
    Right {
        slug,
        kind,
        sense: Sense::Grants,
        section: Section::Top,
        parent: None,
        title,
        hint,
        is_recommended: false,
        entity_name: None,
        is_paid: false,
        options: &[],
        key: None,
        twins: &[],
        also: &[],
        spellings: &[],
        unlimited: -1,
        is_personal: false,
        roles: mask(roles),
    }
}

/// Reads the six letters of a table line.
const fn mask(roles: &str) -> u8 {
    const LETTERS: &[u8] = b"wacmrf";
    const ROLES: [Role; 6] = [
        Role::Worker,
        Role::Administrator,
        Role::Accountant,
        Role::Manager,
        Role::FreeReadonly,
        Role::FreeReadonlyAdmin,
    ];
    let roles = roles.as_bytes();
    assert!(roles.len() == LETTERS.len(), "six letters");
    let (mut mask, mut at) = (0, 0);
    while at < LETTERS.len() {
        if roles[at] == LETTERS[at] {
            mask |= 1 << ROLES[at] as u8;
        } else {
            assert!(roles[at] == b'-', "its letter or a dash");
        }
        at += 1;
    }
    mask
}

pub(super) const fn flag(slug: &'static str, roles: &str, title: &'static str, hint: &'static str) -> Right {
    new(Kind::HasAccess, slug, roles, title, hint)
}

pub(super) const fn group(slug: &'static str, roles: &str, title: &'static str, hint: &'static str) -> Right {
    new(Kind::HasGroupAccess, slug, roles, title, hint)
}

pub(super) const fn today(slug: &'static str, roles: &str, title: &'static str, hint: &'static str) -> Right {
    new(Kind::HasLimitedToday, slug, roles, title, hint)
}

pub(super) const fn own(slug: &'static str, roles: &str, title: &'static str, hint: &'static str) -> Right {
    new(Kind::HasLimitedByOwnAccess, slug, roles, title, hint)
}

pub(super) const fn limited(
    slug: &'static str,
    roles: &str,
    title: &'static str,
    hint: &'static str,
) -> Right {
    Right { sense: Sense::Restricts, ..new(Kind::HasLimitedAccess, slug, roles, title, hint) }
}

pub(super) const fn picks(slug: &'static str, roles: &str, title: &'static str, hint: &'static str) -> Right {
    Right { sense: Sense::Restricts, ..new(Kind::HasAllowedIds, slug, roles, title, hint) }
}

pub(super) const fn days(slug: &'static str, roles: &str, title: &'static str, hint: &'static str) -> Right {
    const DAYS: &[Choice] = &[
        Choice { title: "No limit", value: -1 },
        Choice { title: "Today only", value: 0 },
        Choice { title: "One day", value: 1 },
        Choice { title: "One week", value: 7 },
        Choice { title: "One month", value: 31 },
        Choice { title: "One year", value: 366 },
    ];
    Right { options: DAYS, ..new(Kind::LastDaysCount, slug, roles, title, hint) }
}

pub(super) const fn ids(
    slug: &'static str,
    title: &'static str,
    hint: &'static str,
    entity: &'static str,
) -> Right {
    Right { entity_name: Some(entity), ..new(Kind::AllowedIds, slug, "------", title, hint) }
}

pub(super) const fn ips(slug: &'static str, title: &'static str, hint: &'static str) -> Right {
    new(Kind::AllowedIp, slug, "------", title, hint)
}

pub(super) const fn id(
    slug: &'static str,
    title: &'static str,
    hint: &'static str,
    entity: &'static str,
    options: &'static [Choice],
) -> Right {
    Right { entity_name: Some(entity), options, ..new(Kind::AllowedId, slug, "------", title, hint) }
}

/// The only fixed choice of a single id: 0.
pub(super) const ALL_TEAM: &[Choice] = &[Choice { title: "All team members", value: 0 }];
pub(super) const ALL_POSITIONS: &[Choice] = &[Choice { title: "All positions", value: 0 }];
pub(super) const ALL_CLIENTS: &[Choice] = &[Choice { title: "All clients", value: 0 }];
pub(super) const NOBODY: &[Choice] = &[Choice { title: "Nobody", value: 0 }];
pub(super) const NO_TAG: &[Choice] = &[Choice { title: "No tag", value: 0 }];

impl Right {
    pub(super) const fn recommended(mut self) -> Self {
        self.is_recommended = true;
        self
    }

    pub(super) const fn key(mut self, key: &'static str) -> Self {
        self.key = Some(key);
        self
    }

    pub(super) const fn twins(mut self, twins: &'static [&'static str]) -> Self {
        self.twins = twins;
        self
    }

    pub(super) const fn spelt(mut self, spellings: &'static [&'static str]) -> Self {
        self.spellings = spellings;
        self
    }

    pub(super) const fn also(mut self, sections: &'static [Section]) -> Self {
        self.also = sections;
        self
    }

    pub(super) const fn personal(mut self) -> Self {
        self.is_personal = true;
        self
    }

    pub(super) const fn neutral(mut self) -> Self {
        self.sense = Sense::Neutral;
        self.personal()
    }

    pub(super) const fn zero_is_all(mut self) -> Self {
        const DAYS: &[Choice] = &[
            Choice { title: "No limit", value: 0 },
            Choice { title: "One day", value: 1 },
            Choice { title: "One week", value: 7 },
            Choice { title: "One month", value: 31 },
            Choice { title: "One year", value: 366 },
        ];
        self.unlimited = 0;
        self.options = DAYS;
        self
    }
}
