use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

/// The keys of the contract's flat form: group (a dash for none), key, type.
const FLAT_KEYS: &str = include_str!("flat_keys.txt");

fn grants(role: Role, values: &[(&str, Json)]) -> Grants {
    let mut grants = Grants::of_role(role);
    for (slug, value) in values {
        grants.set(slug, value).unwrap();
    }
    grants
}

#[test]
fn the_flat_form_has_every_key_and_no_other() {
    let mut expected = BTreeMap::new();
    for line in FLAT_KEYS.lines() {
        let words: Vec<_> = line.split(' ').collect();
        expected.insert((words[0].to_owned(), words[1].to_owned()), words[2].to_owned());
    }
    assert_eq!(expected.len(), FLAT_KEYS.lines().count());
    for role in Role::ALL {
        let mut shown = BTreeMap::new();
        let mut show = |group: &str, key: &str, value: &Json| {
            let kind = match value {
                Json::Bool(_) => "flag",
                Json::Number(_) => "number",
                _ => "list",
            };
            shown.insert((group.to_owned(), key.to_owned()), kind.to_owned());
        };
        for (key, value) in wire_groups(&Grants::of_role(role)) {
            match value {
                Json::Object(group) => group.iter().for_each(|(inner, value)| show(&key, inner, value)),
                value => show("-", &key, &value),
            }
        }
        assert_eq!(shown, expected, "{role:?}");
    }
}

#[test]
fn the_owner_sees_what_the_contract_prints() {
    let shown = wire_groups(&Grants::of_role(Role::Owner));
    for (group, key, value) in [
        ("timetable", "timetable_access", json!(true)),
        ("timetable", "master_id", json!(0)),
        ("timetable", "last_days_count", json!(0)),
        ("record_form", "records_goods_create_last_days_count", json!(-1)),
        ("finances", "finances_accounts_ids", json!([])),
        ("finances", "finances_accounts_limited_access", json!(false)),
        ("finances", "finances_accounts_banalce_access", json!(true)),
        ("finances", "kkm_settings_reed_access", json!(true)),
        ("settings", "limited_users_access", json!(false)),
        ("storages", "storages_limited_access", json!(false)),
        ("other", "auth_enable_check_ip", json!(false)),
        ("other", "auth_list_allowed_ip", json!([])),
    ] {
        assert_eq!(shown[group][key], value, "{group}.{key}");
    }
}

#[test]
fn declarations_are_sound() {
    let mut names = BTreeSet::new();
    for id in RightId::all() {
        let right = id.right();
        for name in right.names() {
            assert!(names.insert(name), "{name} is declared twice");
            assert_eq!(RightId::of(name), Some(id), "{name}");
        }
        assert!(!right.title.is_empty(), "{}", right.slug);
        if let Some(parent) = right.parent {
            let parent = RightId::of(parent).unwrap_or_else(|| panic!("{}: no {parent}", right.slug));
            assert!(parent < id, "{}: its parent comes later", right.slug);
            assert!(parent.right().kind.is_flag(), "{}: its parent is no flag", right.slug);
            let group = parent.right().kind != Kind::HasAccess;
            assert!(group, "{}: its parent is no group", right.slug);
        }
        for role in Role::ALL {
            for value in [right.default_of(role), right.all_access(), right.no_access()] {
                assert_eq!(Value::parse(right.kind, &value.to_json()).as_ref(), Ok(&value), "{}", right.slug);
            }
        }
    }
    for id in RightId::all().filter(|id| id.right().kind == Kind::HasGroupAccess) {
        assert!(RightId::all().any(|child| child.parent() == Some(id)), "{}: empty group", id.right().slug);
    }
    assert!(right("no_such_access").is_none());
    const { assert!(COUNT > 190) };
    const { assert!(RightId::known("excel_access").index() == RightId::known("clients_excel_access").index()) };
}

#[test]
fn twins_and_spellings() {
    for (one, other) in [
        ("expenses_read_access", "finances_expenses_read_access"),
        ("get_visit_master_id", "clients_visit_master_id"),
        ("get_salary_access_master_id", "finances_salary_access_master_id"),
        ("excel_access", "clients_excel_access"),
        ("dash_access", "dashboard_access"),
        ("has_loyalty_access", "loyalty_access"),
        ("clients_surname_patronymic_access", "clients_surname_middle_name_access"),
        ("clients_surname_patronymic_edit_access", "clients_surname_middle_name_edit_access"),
        ("finances_accounts_balance_access", "finances_accounts_banalce_access"),
        ("kkm_settings_read_access", "kkm_settings_reed_access"),
        ("kkm_settings_reed_access", "finances_kkm_settings_read_access"),
        ("master_id", "timetable_master_id"),
        ("position_id", "timetable_position_id"),
        ("last_days_count", "timetable_last_days_count"),
    ] {
        assert!(RightId::of(one).is_some(), "{one}");
        assert_eq!(RightId::of(one), RightId::of(other), "{one}");
    }
}

#[test]
fn a_child_is_off_with_its_parent() {
    let mut grants = grants(Role::Manager, &[]);
    assert!(grants.allows("finances_create_transactions_access"));
    grants.set("finances_access", &json!(false)).unwrap();
    assert!(!grants.allows("finances_transactions_access"));
    assert!(!grants.allows("finances_create_transactions_access"));
    assert!(!grants.allows("finances_last_days_count"));
    assert_eq!(wire_groups(&grants)["finances"]["finances_create_transactions_access"], json!(false));
    // What was stored is still there for when the parent is on again.
    assert_eq!(grants.get("finances_create_transactions_access"), Some(Value::Flag(true)));
    grants.set("finances_access", &json!(1)).unwrap();
    assert!(grants.allows("finances_create_transactions_access"));
    assert!(!grants.allows("no_such_access"));
}

#[test]
fn the_owner_keeps_every_right() {
    let mut owner = Grants::of_role(Role::Owner);
    for id in RightId::all().filter(|id| id.right().sense == Sense::Grants) {
        owner.set(id.right().slug, &id.right().no_access().to_json()).unwrap();
        assert!(owner.has(id), "{}", id.right().slug);
    }
    assert_eq!(owner, Grants::of_role(Role::Owner));
    assert!(owner.set("clients_access", &json!("maybe")).is_err());
    // Preferences are his own.
    owner.set("web_push", &json!(false)).unwrap();
    owner.set("auth_enable_check_ip", &json!(true)).unwrap();
    assert!(!owner.allows("web_push") && owner.allows("auth_enable_check_ip"));
    assert_eq!(Grants::from_json(Role::Owner, &owner.to_json()).unwrap(), owner);
}

#[test]
fn scopes() {
    let account = RightId::known("finances_accounts_ids");
    let mut user = grants(Role::Manager, &[]);
    assert_eq!(user.scope(account), Scope::All);
    user.set("finances_accounts_limited_access", &json!(true)).unwrap();
    assert!(!user.scope(account).has(7));
    user.set("finances_accounts_ids", &json!(["7", {"id": 9}, 7])).unwrap();
    assert!(user.scope(account).has(7) && user.scope(account).has(9) && !user.scope(account).has(8));
    user.set("finances_accounts_limited_access", &json!(false)).unwrap();
    assert!(!user.scope(account).has(8));
    user.set("master_id", &json!("12")).unwrap();
    assert_eq!(user.scope(RightId::known("timetable_master_id")), Scope::Only([12].as_slice().into()));
    assert_eq!(user.days(RightId::known("timetable_last_days_count")), None);
    user.set("last_days_count", &json!(1000)).unwrap();
    assert_eq!(user.days(RightId::known("timetable_last_days_count")), Some(1000));
    assert_eq!(Grants::of_role(Role::Worker).days(RightId::known("finances_last_days_count")), Some(0));
}

#[test]
fn leniency() {
    let mut user = Grants::of_role(Role::Manager);
    for (json, on) in [
        (json!(0), false),
        (json!("1"), true),
        (json!("false"), false),
        (json!("TRUE"), true),
        (json!(""), false),
        (json!(1.0), true),
        (json!(null), true),
    ] {
        user.set("clients_access", &json).unwrap();
        assert_eq!(user.get("clients_access"), Some(Value::Flag(on)), "{json}");
    }
    for (json, ids) in [
        (json!(""), vec![]),
        (json!("3, 1,2"), vec![1, 2, 3]),
        (json!(5), vec![5]),
        (json!(0), vec![]),
        (json!([]), vec![]),
        (json!({}), vec![]),
        (json!([{"id": "4"}]), vec![4]),
    ] {
        user.set("storages_ids", &json).unwrap();
        assert_eq!(user.get("storages_ids"), Some(Value::Ids(ids)), "{json}");
    }
    user.set("auth_list_allowed_ip", &json!("192.0.2.1, 2001:db8::/32")).unwrap();
    assert_eq!(
        user.get("auth_list_allowed_ip").map(|value| value.to_listed_json()),
        Some(json!("192.0.2.1,2001:db8::/32"))
    );
    for (slug, json) in [
        ("clients_access", json!(2)),
        ("clients_access", json!([])),
        ("timetable_last_days_count", json!("many")),
        ("finances_last_days_count", json!(-2)),
        ("timetable_master_id", json!(-1)),
        ("timetable_master_id", json!(true)),
        ("storages_ids", json!("1,x")),
        ("storages_ids", json!([-1])),
        ("auth_list_allowed_ip", json!("192.0.2.1/99")),
        ("auth_list_allowed_ip", json!(["localhost"])),
    ] {
        let expected = user.get(slug);
        let error = user.set(slug, &json).unwrap_err();
        assert!(error.to_string().starts_with(slug), "{error}");
        assert_eq!(user.get(slug), expected, "{slug} {json}");
    }
    let unknown = user.set("fly_access", &json!(true)).unwrap_err();
    assert_eq!(unknown.to_string(), "fly_access: no such permission");
}

#[test]
fn storage_is_the_difference() {
    assert_eq!(Grants::of_role(Role::Manager).to_json(), "{}");
    let user = grants(Role::Worker, &[("clients_access", json!(1)), ("storages_ids", json!([3]))]);
    assert_eq!(user.to_json(), r#"{"clients_access":true,"storages_ids":[3]}"#);
    let text = r#"{"fly_access":true,"send_sms":true,"storages_ids":"x"}"#;
    let read = Grants::from_json(Role::Administrator, text).unwrap();
    assert_eq!(read, Grants::of_role(Role::Administrator));
    let read = Grants::from_json(Role::Manager, r#"{"clients_access":"?"}"#).unwrap();
    assert!(!read.allows("clients_access"));
    assert!(Grants::from_json(Role::Manager, "[]").is_err());
    assert!(Grants::from_json(Role::Manager, "").is_err());
}

#[test]
fn nobody_gives_more_than_he_has() {
    let manager = grants(Role::Manager, &[]);
    let administrator = Grants::of_role(Role::Administrator);
    assert!(Grants::of_role(Role::FreeReadonly).within(&manager).is_empty());
    assert!(administrator.within(&manager).is_empty(), "{:?}", administrator.within(&manager));
    assert!(manager.within(&administrator).contains(&"clients_delete_access"));
    assert!(!Grants::of_role(Role::Owner).within(&manager).is_empty());

    let limits = |slug, own: Json, others: Json| {
        let (own, others) = (grants(Role::Manager, &[(slug, own)]), grants(Role::Manager, &[(slug, others)]));
        own.within(&others)
    };
    assert_eq!(limits("finances_last_days_count", json!(-1), json!(30)), ["finances_last_days_count"]);
    assert_eq!(limits("finances_last_days_count", json!(31), json!(30)), ["finances_last_days_count"]);
    assert!(limits("finances_last_days_count", json!(30), json!(30)).is_empty());
    assert!(limits("finances_last_days_count", json!(30), json!(-1)).is_empty());
    assert_eq!(limits("timetable_last_days_count", json!(0), json!(30)), ["timetable_last_days_count"]);
    assert_eq!(limits("timetable_master_id", json!(0), json!(5)), ["timetable_master_id"]);
    assert!(limits("timetable_master_id", json!(5), json!(0)).is_empty());
    assert_eq!(limits("storages_ids", json!([1, 2]), json!([1])), ["storages_ids"]);
    assert!(limits("storages_ids", json!([1]), json!([1, 2])).is_empty());
    assert_eq!(limits("limited_users_access", json!(false), json!(true)), ["limited_users_access"]);
    assert_eq!(limits("auth_enable_check_ip", json!(false), json!(true)), ["auth_enable_check_ip"]);
    // A restriction with its own small rights is no more than no restriction.
    let restricted = [
        ("finances_salary_access_master_checkbox", json!(true)),
        ("finances_salary_access_master_id", json!(4)),
        ("finances_salary_master_not_limitation_today_access", json!(true)),
    ];
    assert!(grants(Role::Manager, &restricted).within(&manager).is_empty());
}

#[test]
fn the_tree() {
    let manager = Grants::of_role(Role::Manager);
    let tree = tree(&manager, &Grants::of_role(Role::Owner));
    let calendar = serde_json::to_value(&tree[0]).unwrap();
    assert_eq!(calendar["slug"], "timetable_access");
    assert_eq!(
        calendar["type"],
        json!({"slug": "has_group_access", "all_access_value": true, "no_access_value": false})
    );
    assert_eq!(calendar["default_value"], true);
    assert_eq!(calendar["options"], json!(null));
    let children = calendar["children"].as_array().unwrap();
    let position = children.iter().find(|child| child["slug"] == "timetable_position_id").unwrap();
    assert_eq!(
        position["type"],
        json!({"slug": "allowed_id", "all_access_value": "0", "no_access_value": "0"})
    );
    assert_eq!(position["options"], json!([{"title": "All positions", "value": 0, "is_disabled": false}]));
    assert_eq!(position["entity_name"], "position");
    assert_eq!(position["default_value"], json!(null));
    assert_eq!(position["children"], json!(null));
    assert_eq!(position["is_editable"], true);

    fn walk(nodes: &[Node], seen: &mut Vec<&'static str>) {
        for node in nodes {
            seen.push(node.slug);
            walk(node.children.as_deref().unwrap_or_default(), seen);
        }
    }
    let mut seen = Vec::new();
    walk(&tree, &mut seen);
    assert_eq!(seen.len(), COUNT);
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>().len(), COUNT);
}

#[test]
fn only_what_the_editor_has_is_editable() {
    let editor =
        grants(Role::Manager, &[("clients_access", json!(false)), ("storages_limited_access", json!(true))]);
    fn find<'a>(nodes: &'a [Node], slug: &str) -> Option<&'a Node> {
        nodes.iter().find_map(|node| match &node.children {
            _ if node.slug == slug => Some(node),
            Some(children) => find(children, slug),
            None => None,
        })
    }
    let tree = tree(&Grants::of_role(Role::Worker), &editor);
    let editable = |slug| find(&tree, slug).unwrap().is_editable;
    assert!(editable("timetable_access") && editable("timetable_master_id") && editable("web_push"));
    assert!(!editable("clients_access") && !editable("clients_delete_access"));
    assert!(!editable("storages_limited_access") && editable("storages_ids"));
    assert!(!editable("security_access"));
}

#[test]
fn old_and_flat_lists() {
    let manager = Grants::of_role(Role::Manager);
    let keys: Vec<_> = legacy_access(&manager).keys().cloned().collect();
    assert_eq!(
        keys,
        [
            "stat_access",
            "schedule_edit_access",
            "client_phones_access",
            "clients_access",
            "settings_access",
            "edit_records_access",
            "timetable_access",
            "billing_access",
            "users_access",
            "excel_access",
            "finances_access",
            "storages_access",
            "send_sms",
            "master_id"
        ]
    );
    let values = flat_values(&manager);
    assert_eq!(values.len(), COUNT);
    let value = |slug: &str| values.iter().find(|flat| flat.slug == slug).map(|flat| flat.value.clone());
    assert_eq!(value("timetable_access"), Some(json!(true)));
    assert_eq!(value("timetable_position_id"), Some(json!(0)));
    assert_eq!(value("auth_list_allowed_ip"), Some(json!("")));
    assert_eq!(value("storages_ids"), Some(json!([])));
}

#[test]
fn roles_by_name() {
    for role in Role::ALL {
        assert_eq!(Role::parse(role.slug()), Some(role));
    }
    assert_eq!(Role::parse("staff_member"), Some(Role::Worker));
    assert_eq!(Role::parse("team_member"), Some(Role::Worker));
    assert_eq!(Role::parse("king"), None);
    let weights: BTreeSet<_> = roles().iter().map(|role| role.weight).collect();
    assert_eq!(weights.len(), 7);
    assert_eq!(roles()[0].weight, 1);
}

fn any_role() -> impl Strategy<Value = Role> {
    prop::sample::select(Role::ALL.to_vec())
}

fn any_value(kind: Kind) -> BoxedStrategy<Json> {
    match kind {
        Kind::LastDaysCount => (-1..400_i64).prop_map(|days| json!(days)).boxed(),
        Kind::AllowedId => (0..5_i64).prop_map(|id| json!(id)).boxed(),
        Kind::AllowedIds => prop::collection::vec(1..6_i64, 0..4).prop_map(|ids| json!(ids)).boxed(),
        Kind::AllowedIp => {
            let address = (1..6_u8).prop_map(|last| format!("192.0.2.{last}"));
            prop::collection::vec(address, 0..3).prop_map(|list| json!(list)).boxed()
        }
        _ => any::<bool>().prop_map(|on| json!(on)).boxed(),
    }
}

/// Any name of any right with a value that fits it.
fn any_setting() -> impl Strategy<Value = (&'static str, Json)> {
    let names: Vec<_> =
        RightId::all().flat_map(|id| id.right().names().map(move |name| (name, id))).collect();
    prop::sample::select(names)
        .prop_flat_map(|(name, id)| any_value(id.right().kind).prop_map(move |json| (name, json)))
}

fn any_grants() -> impl Strategy<Value = Grants> {
    (any_role(), prop::collection::vec(any_setting(), 0..60)).prop_map(|(role, set)| grants(role, &set))
}

proptest! {
    #[test]
    fn storage_is_read_back(grants in any_grants()) {
        prop_assert_eq!(Grants::from_json(grants.role(), &grants.to_json()).unwrap(), grants);
    }

    #[test]
    fn the_listed_values_set_the_same_grants(grants in any_grants()) {
        let mut copy = Grants::of_role(grants.role());
        for flat in flat_values(&grants) {
            copy.set(flat.slug, &flat.value).unwrap();
        }
        prop_assert_eq!(copy, grants);
    }

    #[test]
    fn the_flat_form_agrees(grants in any_grants()) {
        let shown = wire_groups(&grants);
        for id in RightId::all() {
            for (section, key) in id.right().places() {
                let value = match section.key() {
                    Some(group) => &shown[group][key],
                    None => &shown[key],
                };
                prop_assert_eq!(value, &grants.counting_value(id).to_json());
                if id.right().kind.is_flag() {
                    prop_assert_eq!(value, &json!(grants.allows(key)));
                }
            }
        }
    }

    #[test]
    fn nothing_is_on_below_what_is_off(grants in any_grants()) {
        for id in RightId::all().filter(|id| id.right().kind.is_flag()) {
            let off = id.parent().is_some_and(|parent| !grants.has(parent));
            if off && grants.role() != Role::Owner {
                prop_assert!(!grants.has(id));
            }
        }
    }

    #[test]
    fn twins_change_together(role in any_role(), (slug, json) in any_setting()) {
        let right = right(slug).unwrap();
        prop_assume!(role != Role::Owner || right.is_personal);
        let grants = grants(role, &[(slug, json.clone())]);
        let expected = Value::parse(right.kind, &json).ok();
        for name in right.names() {
            prop_assert_eq!(grants.get(name), expected.clone());
        }
    }

    #[test]
    fn nobody_exceeds_himself_or_an_owner(own in any_grants(), others in any_grants()) {
        prop_assert!(own.within(&own).is_empty());
        prop_assert!(own.within(&Grants::of_role(Role::Owner)).is_empty());
        // Whoever does not exceed another has no flag that the other lacks.
        if others.role() != Role::Owner && own.within(&others).is_empty() {
            for id in RightId::all().filter(|id| id.right().kind == Kind::HasAccess) {
                let right = id.right();
                let free = right.parent.is_some_and(|parent| {
                    RightId::of(parent).is_some_and(|parent| parent.right().sense == Sense::Restricts)
                });
                if right.sense == Sense::Grants && !free {
                    prop_assert!(!own.has(id) || others.has(id), "{}", right.slug);
                }
            }
        }
    }

    #[test]
    fn no_json_panics(slug in any::<String>(), text in any::<String>(), number in any::<f64>(), role in any_role()) {
        let mut grants = Grants::of_role(role);
        let _ = grants.set(&slug, &json!(text));
        for id in RightId::all() {
            for json in [json!(text), json!(number), json!([text]), json!({"id": number})] {
                let _ = grants.set(id.right().slug, &json);
            }
        }
        let _ = Grants::from_json(role, &text);
    }
}
