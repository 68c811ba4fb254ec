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

/// What clients mean, and how each field of it may look on its way.
#[derive(Clone, Debug)]
struct Sent {
    meant: Value,
    disguised: Value,
    form: String,
}

/// As it would stand in a form: percent-encoded, a blank as a plus.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn id_names() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["location_id", "company_id", "salon_id", "locationId", "companyId", "salonId"])
}

fn integers(number: i64, disguise: u8) -> Value {
    match disguise % 4 {
        0 => json!(number),
        1 => json!(number.to_string()),
        2 => json!(format!(" {number}\t")),
        _ if number.abs() < 1 << 52 => json!(format!("{number}.0")),
        _ => json!(number.to_string()),
    }
}

fn flags(flag: bool, disguise: u8) -> Value {
    let words = if flag { ["1", "true", "YES", "on"] } else { ["0", "False", "no", "off"] };
    match disguise % 7 {
        0 => json!(flag),
        1 => json!(i64::from(flag)),
        2 => json!(f64::from(u8::from(flag))),
        word => json!(words[usize::from(word - 3)]),
    }
}

fn lists(ids: &[i64], disguise: u8) -> Value {
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    match disguise % 5 {
        0 => json!(ids),
        1 => json!(texts),
        2 => json!(texts.join(" , ")),
        3 if !ids.is_empty() => {
            // By their places, which may come in any order.
            texts.iter().enumerate().rev().map(|(at, id)| (at.to_string(), json!(id))).collect()
        }
        4 if ids.len() == 1 => json!(ids[0]),
        _ => json!(texts.join(",")),
    }
}

prop_compose! {
    fn sent()(
        location in prop::option::of(any::<i64>()), location_name in id_names(),
        title in prop::option::of("[^\\x00]{1,12}"),
        active in prop::option::of(any::<bool>()),
        ids in prop::collection::vec(any::<i64>(), 0..12),
        price in prop::option::of(-1.0e9..1.0e9f64),
        note in prop::option::of("[^\\x00]{0,12}"),
        kind in prop::option::of(prop::sample::select(vec!["one", "two"])),
        staff in prop::option::of(any::<i64>()), staff_name in prop::sample::select(vec!["staff_id", "master_id", "masterId", "teamMemberId"]),
        d in prop::array::uniform5(any::<u8>()),
    ) -> Sent {
        let (mut meant, mut disguised) = (serde_json::Map::new(), serde_json::Map::new());
        let mut form = Vec::new();
        let flat = |value: &Value| encoded(&value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned));
        let mut put = |name: &str, other: &str, value: Value, disguise: Value| {
            // 0.0 is a number of JSON; nobody writes a flag so in a form.
            let written = if name == "active" && disguise.is_f64() { json!(disguise == json!(1.0)) } else { disguise.clone() };
            form.push(format!("{}={}", encoded(other), flat(&written)));
            meant.insert(name.to_owned(), value);
            disguised.insert(other.to_owned(), disguise);
        };
        if let Some(id) = location {
            put("location_id", location_name, json!(id), integers(id, d[0]));
        }
        if let Some(title) = title {
            put("title", "title", json!(title), json!(title));
        }
        if let Some(active) = active {
            put("active", "active", json!(active), flags(active, d[1]));
        }
        if let Some(price) = price {
            put("price", "price", json!(price), if d[2] % 2 == 0 { json!(price) } else { json!(format!(" {price} ")) });
        }
        if let Some(note) = note {
            put("note", "note", json!(note), json!(note));
        }
        if let Some(kind) = kind {
            put("kind", "kind", json!(kind), json!(kind));
        }
        for (at, id) in ids.iter().enumerate() {
            form.push(if d[3] % 2 == 0 { format!("ids[]={id}") } else { format!("ids[{at}]={id}") });
        }
        meant.insert("ids".to_owned(), json!(ids));
        disguised.insert("ids".to_owned(), lists(&ids, d[3]));
        if let Some(id) = staff {
            form.push(format!("inner[{staff_name}]={id}"));
            meant.insert("inner".to_owned(), json!({"staff_id": id}));
            disguised.insert("inner".to_owned(), json!({staff_name: integers(id, d[4])}));
        }
        Sent { meant: Value::Object(meant), disguised: Value::Object(disguised), form: form.join("&") }
    }
}

proptest! {
    #[test]
    fn a_lenient_body_and_its_canonical_form_read_the_same(sent in sent()) {
        let plain = serde_json::from_value::<In>(sent.meant.clone()).expect("the canonical form is plain JSON");
        let body = |kind: &str, body: &str| from_value::<In>(super::super::body_tree(Some(kind), body.as_bytes())?);
        let json_type = "application/json";
        prop_assert_eq!(&body(json_type, &sent.meant.to_string()).unwrap(), &plain);
        prop_assert_eq!(&body(json_type, &sent.disguised.to_string()).unwrap(), &plain, "{}", &sent.disguised);
        let form = body("application/x-www-form-urlencoded", &sent.form);
        prop_assert_eq!(&form.unwrap(), &plain, "{}", &sent.form);
        // A query says the same, but for texts without a letter, of which it says nothing.
        let query = from_value::<In>(super::super::query_tree(&sent.form)).unwrap();
        let note = if plain.note == Patch::Set(String::new()) { Patch::Absent } else { plain.note.clone() };
        prop_assert_eq!(query, In { note, ..plain });
    }

    #[test]
    fn one_bad_field_is_named_whatever_stands_beside_it(sent in sent(), at in 0usize..4) {
        let mut tree = sent.disguised;
        let (field, bad) = [
            ("title", json!({})), ("active", json!("perhaps")), ("price", json!("dear")), ("kind", json!("three")),
        ][at].clone();
        tree[field] = bad;
        let error = from_value::<In>(tree).expect_err("one field is wrong");
        let named: Vec<_> = error.fields().iter().map(|(field, _)| field.as_str()).collect();
        prop_assert_eq!(named, [field]);
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
    // Nor has one that can't be read a place in it.
    assert_eq!(fields(serde_json::json!({"slots": false})), "slots");
    let error = super::from_value::<Vec<Day>>(serde_json::json!(false)).unwrap_err();
    assert_eq!(error.fields()[0].0, "body");
}

#[test]
fn a_field_without_a_name_is_the_body() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read into")]
    struct Few {
        title: String,
    }
    let error = from_value::<Few>(json!({"title": "x", "": 1})).expect_err("is refused");
    let fields: Vec<_> = error.fields().iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["body"]);
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
