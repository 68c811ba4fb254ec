//! The shapes in which the contract shows rights.

use std::sync::LazyLock;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use utoipa::ToSchema;

use super::grants::Grants;
use super::right::{Choice, Kind, Right, RightId, Section, Sense};
use super::value::Value;

/// The flat form: groups of keys and values as they count, with every key of the contract, twins included.
pub fn wire_groups(grants: &Grants) -> Map<String, Json> {
    type Layout = Vec<(Section, Vec<(&'static str, RightId)>)>;
    static LAYOUT: LazyLock<Layout> = LazyLock::new(|| {
        let keys = |section| {
            let places = RightId::all().flat_map(|id| id.right().places().map(move |place| (place, id)));
            places.filter(move |((at, _), _)| *at == section).map(|((_, key), id)| (key, id)).collect()
        };
        Section::ALL.into_iter().map(|section| (section, keys(section))).collect()
    });
    let mut groups = Map::new();
    for (section, keys) in LAYOUT.iter() {
        let values = keys.iter().map(|(key, id)| ((*key).to_owned(), grants.counting_value(*id).to_json()));
        match section.key() {
            Some(group) => drop(groups.insert(group.to_owned(), Json::Object(values.collect()))),
            None => groups.extend(values),
        }
    }
    groups
}

/// A right with its value.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FlatValue {
    /// The right.
    pub slug: &'static str,
    /// Its value: true or false, a number, a list, or a text.
    pub value: Json,
}

/// Every right with its value as it is stored, in the order of the table; twins appear once.
pub fn flat_values(grants: &Grants) -> Vec<FlatValue> {
    RightId::all()
        .map(|id| FlatValue { slug: id.right().slug, value: grants.value(id).to_listed_json() })
        .collect()
}

/// The type of a right.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NodeType {
    /// The type's name.
    pub slug: &'static str,
    /// The value that binds nobody.
    pub all_access_value: Json,
    /// The value that binds most.
    pub no_access_value: Json,
}

/// A value offered for choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NodeOption {
    /// For people.
    pub title: &'static str,
    /// To be sent.
    pub value: i64,
    /// Shown, but not to be chosen.
    pub is_disabled: bool,
}

/// A right as a form shows it, with the rights that depend on it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Node {
    /// The right.
    pub slug: &'static str,
    /// For people.
    pub title: &'static str,
    /// What it does, where the title does not say; else empty.
    pub hint: &'static str,
    /// Worth a look whenever rights are given.
    pub is_recommended: bool,
    /// Whether the one who asks may give it.
    pub is_editable: bool,
    /// Given only to users who are paid for.
    pub is_paid: bool,
    /// Cannot be given to others.
    pub is_paid_only: bool,
    /// The value at first; null for a list or an id that sets no limit.
    pub default_value: Json,
    /// What the ids are ids of.
    pub entity_name: Option<&'static str>,
    /// The rights that depend on it.
    #[schema(no_recursion)]
    pub children: Option<Vec<Node>>,
    /// Values offered for choice.
    pub options: Option<Vec<NodeOption>>,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: NodeType,
}

/// All rights as a tree, with the values of `defaults` (a role's, or a user's), for `editor` to give.
pub fn tree(defaults: &Grants, editor: &Grants) -> Vec<Node> {
    static CHILDREN: LazyLock<Vec<Vec<RightId>>> = LazyLock::new(|| {
        RightId::all().map(|id| RightId::all().filter(|child| child.parent() == Some(id)).collect()).collect()
    });
    fn node(id: RightId, defaults: &Grants, editor: &Grants) -> Node {
        let right = id.right();
        let children: Vec<_> =
            CHILDREN[id.index()].iter().map(|child| node(*child, defaults, editor)).collect();
        let options: Vec<_> = right.options.iter().map(NodeOption::from).collect();
        Node {
            slug: right.slug,
            title: right.title,
            hint: right.hint,
            is_recommended: right.is_recommended,
            is_editable: is_editable(id, editor),
            is_paid: right.is_paid,
            is_paid_only: right.is_paid,
            default_value: default_value(&defaults.value(id), right.kind),
            entity_name: right.entity_name,
            children: (!children.is_empty()).then_some(children),
            options: (!options.is_empty()).then_some(options),
            kind: NodeType::from(right),
        }
    }
    RightId::all().filter(|id| id.parent().is_none()).map(|id| node(id, defaults, editor)).collect()
}

/// Whether the editor has the right himself, so that he can give it; the lifting of a restriction, only if it
/// does not bind him.
fn is_editable(id: RightId, editor: &Grants) -> bool {
    match id.right().sense {
        Sense::Neutral => true,
        Sense::Restricts => !editor.has(id) && id.parent().is_none_or(|parent| editor.has(parent)),
        Sense::Grants => editor.has(id),
    }
}

fn default_value(value: &Value, kind: Kind) -> Json {
    match value {
        Value::Number(0) if kind == Kind::AllowedId => Json::Null,
        Value::Ids(ids) if ids.is_empty() => Json::Null,
        Value::Texts(texts) if texts.is_empty() => Json::Null,
        value => value.to_listed_json(),
    }
}

impl From<&Choice> for NodeOption {
    fn from(choice: &Choice) -> Self {
        Self { title: choice.title, value: choice.value, is_disabled: false }
    }
}

impl From<&Right> for NodeType {
    fn from(right: &Right) -> Self {
        let json = |value: Value| match (right.kind, value) {
            // The contract has a single id in quotes here, and nothing that would stand for a list.
            (Kind::AllowedId, Value::Number(id)) => json!(id.to_string()),
            (Kind::AllowedIds | Kind::AllowedIp, _) => json!(""),
            (_, value) => value.to_json(),
        };
        Self {
            slug: right.kind.slug(),
            all_access_value: json(right.all_access()),
            no_access_value: json(right.no_access()),
        }
    }
}

/// The fourteen keys of the old list of users.
pub fn legacy_access(grants: &Grants) -> Map<String, Json> {
    const KEYS: [(&str, RightId); 14] = [
        ("stat_access", RightId::known("stat_access")),
        ("schedule_edit_access", RightId::known("schedule_edit_access")),
        ("client_phones_access", RightId::known("client_phones_access")),
        ("clients_access", RightId::known("clients_access")),
        ("settings_access", RightId::known("settings_access")),
        ("edit_records_access", RightId::known("edit_records_access")),
        ("timetable_access", RightId::known("timetable_access")),
        ("billing_access", RightId::known("billing_access")),
        ("users_access", RightId::known("users_access")),
        ("excel_access", RightId::known("excel_access")),
        ("finances_access", RightId::known("finances_access")),
        ("storages_access", RightId::known("storages_access")),
        ("send_sms", RightId::known("send_sms")),
        ("master_id", RightId::known("timetable_master_id")),
    ];
    KEYS.iter().map(|(key, id)| ((*key).to_owned(), grants.counting_value(*id).to_json())).collect()
}
