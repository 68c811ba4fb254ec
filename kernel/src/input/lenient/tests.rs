use super::from_value;
use crate::Patch;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct In {
    location_id: Option<i64>,
    title: Option<String>,
    active: Option<bool>,
    ids: Vec<i64>,
    price: Option<f64>,
    note: Patch<String>,
    kind: Option<Sort>,
    inner: Option<Inner>,
    any: Option<Value>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Sort {
    One,
    Two,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Inner {
    staff_id: Option<i64>,
}

fn read(tree: Value) -> In {
    from_value(tree).expect("reads")
}

#[test]
fn what_clients_send_is_understood() {
    let seen = read(json!({
        "companyId": "37532", "title": 5, "active": "1", "ids": "1, 2", "price": "3.5", "note": null,
        "kind": "two", "inner": {"masterId": 7.0}, "any": {"x": [1]}
    }));
    assert_eq!(
        seen,
        In {
            location_id: Some(37532),
            title: Some("5".into()),
            active: Some(true),
            ids: vec![1, 2],
            price: Some(3.5),
            note: Patch::Null,
            kind: Some(Sort::Two),
            inner: Some(Inner { staff_id: Some(7) }),
            any: Some(json!({"x": [1]})),
        }
    );
    assert_eq!(read(json!({"ids": {"1": 5, "0": "4"}})).ids, [4, 5]);
    assert_eq!(read(json!({"ids": 9})).ids, [9]);
    assert_eq!(read(json!([])), In::default());
    assert_eq!(read(json!({"inner": []})).inner, Some(Inner::default()));
}

#[test]
fn an_explicit_name_is_never_overwritten_by_an_alias() {
    assert_eq!(read(json!({"salon_id": 2, "location_id": 1})).location_id, Some(1));
    assert_eq!(read(json!({"location_id": 1, "salon_id": 2})).location_id, Some(1));
    assert_eq!(read(json!({"salon_id": 2, "company_id": 3})).location_id, Some(2));
}

#[test]
fn every_bad_field_is_named_by_what_was_sent() {
    let error = from_value::<In>(
        json!({"salon_id": "x", "ids": [1, "y"], "inner": {"staff_id": []}, "kind": "three", "title": {}}),
    )
    .expect_err("is refused");
    let mut fields: Vec<_> =
        error.fields().iter().map(|(field, message)| (field.as_str(), message.name())).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            ("ids.1", "field-integer"),
            ("inner.staff_id", "field-integer"),
            ("kind", "field-choice"),
            ("salon_id", "field-integer"),
            ("title", "field-text"),
        ]
    );
}

fn trees() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|f| json!(f)),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(
                (
                    prop_oneof![
                        Just("ids"),
                        Just("title"),
                        Just("inner"),
                        Just("salonId"),
                        Just("0"),
                        Just("kind")
                    ],
                    inner
                ),
                0..5
            )
            .prop_map(|fields| fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_input_is_read_or_refused_with_a_field(tree in trees()) {
        if let Err(error) = from_value::<In>(tree) {
            prop_assert!(!error.fields().is_empty());
        }
    }
}

#[test]
fn one_thing_is_a_list_of_it() {
    #[derive(Debug, serde::Deserialize, PartialEq)]
    struct Slot {
        from: i64,
    }
    #[derive(Debug, serde::Deserialize, PartialEq)]
    struct Day {
        slots: Vec<Slot>,
    }
    let read = |tree| super::from_value::<Day>(tree);
    assert_eq!(
        read(serde_json::json!({"slots": {"from": "7"}})).unwrap(),
        Day { slots: vec![Slot { from: 7 }] }
    );
    let fields = |tree| read(tree).unwrap_err().fields()[0].0.clone();
    assert_eq!(fields(serde_json::json!({"slots": {"from": "x"}})), "slots.from");
    assert_eq!(fields(serde_json::json!({"slots": {"from": [1, 2]}})), "slots.from");
}

#[test]
fn no_text_with_a_nul_comes_through() {
    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    #[allow(dead_code, reason = "only read into")]
    struct Texts {
        many: Vec<String>,
        any: Option<Value>,
        map: std::collections::BTreeMap<String, String>,
    }
    for (tree, field) in [
        (json!({"many": "a\u{0}b"}), "many"),
        (json!({"many": ["a\u{0}b"]}), "many.0"),
        (json!({"any": "a\u{0}b"}), "any"),
        (json!({"any": {"x": ["a\u{0}b"]}}), "any.x.0"),
        (json!({"map": {"x": "a\u{0}b"}}), "map.x"),
        (json!({"map": {"a\u{0}b": "x"}}), "map"),
    ] {
        let error = from_value::<Texts>(tree.clone()).expect_err(&tree.to_string());
        let fields: Vec<_> = error.fields().iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, [field], "{tree}");
    }
}
