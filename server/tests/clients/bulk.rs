//! Many clients at once.

use db::params;
use frontdesk::demo::LOCATION;
use serde_json::{Value, json};
use testkit::App;

const BULK: &str = "/api/v1/clients/37532/bulk";

fn line(n: i64) -> Value {
    json!({"name": format!("Client {n}"), "phone": format!("+1212{:07}", 5_560_000 + n), "categories": [1]})
}

#[testkit::test]
async fn each_line_has_its_fate(app: App) {
    let owner = app.owner();
    let lines = json!([
        line(1),
        {"name": "Jane", "surname": "Doe", "phone": 14_264_037_640_i64},
        {"phone": "+12125559999"},
        {"name": "Short", "phone": "12"},
        {"name": "None"},
        {"name": "Twin", "phone": "(212) 556-0001"},
        {"name": "Odd", "phone": "+12125559998", "gender_id": "x"},
        {"name": "Tagged", "phone": "+12125559997", "categories": [999]},
        "nothing",
        {"name": "Late", "surname": "Smith", "phone": "+12125559996", "sms_not": 1, "spent": 1000, "balance": -200},
    ]);
    let before = app.count("clients").await;
    let made = owner.post(BULK, lines).await.status(200);
    let data = made.data();
    let names = |list: &str, field: &str| -> Vec<String> {
        let items = data[list].as_array().expect("a list");
        items.iter().map(|item| item[field].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(names("created", "name"), ["Client 1", "Late"]);
    assert_eq!(data["created"][0]["categories"][0]["title"], "Regular");
    let late = &data["created"][1];
    assert_eq!((&late["sms_bot"], &late["sms_not"], &late["balance"]), (&json!(1), &json!(1), &json!(-1200)));
    let mut refused: Vec<(String, String)> =
        names("errors", "name").into_iter().zip(names("errors", "phone")).collect();
    refused.sort();
    let expected = [
        ("", ""),
        ("", "+12125559999"),
        ("Jane Doe", "14264037640"),
        ("None", ""),
        ("Odd", "+12125559998"),
        ("Short", "12"),
        ("Tagged", "+12125559997"),
        ("Twin", "(212) 556-0001"),
    ];
    assert_eq!(refused, expected.map(|(name, phone)| (name.to_owned(), phone.to_owned())));
    assert!(names("errors", "error").iter().all(|error| !error.is_empty()));
    let taken = "A client with this phone number is here already.";
    assert_eq!(names("errors", "error").iter().filter(|error| *error == taken).count(), 2);
    assert_eq!(app.count("clients").await, before + 2);
    let told: i64 = app
        .one(
            "SELECT COUNT(*) FROM events WHERE entity = 'client' AND change = 'create' AND location_id = $1",
            params![LOCATION],
        )
        .await;
    assert_eq!(told, 2);
}

#[testkit::test]
async fn five_hundred_are_made_by_few_statements_and_no_more_are_taken(app: App) {
    let owner = app.owner();
    let many: Vec<Value> = (0..500).map(line).collect();
    let before = app.queries();
    let made = owner.post(BULK, json!(many)).await.status(200);
    let cost = app.queries() - before;
    assert!(cost <= 16, "{cost} statements");
    assert_eq!(made.data()["created"].as_array().map(Vec::len), Some(500));
    assert_eq!(made.data()["errors"], json!([]));
    // In the order given.
    let ids: Vec<i64> = made.data()["created"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|client| client["id"].as_i64())
        .collect();
    let names: Vec<&str> =
        made.data()["created"].as_array().into_iter().flatten().filter_map(|c| c["name"].as_str()).collect();
    assert_eq!((names[0], names[499], ids.len()), ("Client 0", "Client 499", 500));
    let count = app.count("clients").await;
    let many: Vec<Value> = (1000..1501).map(line).collect();
    assert_eq!(owner.post(BULK, json!(many)).await.status(422).fields(), ["body"]);
    assert_eq!(app.count("clients").await, count);
    // One by itself is a list of one; none is none.
    let one = owner.post(BULK, line(900)).await.status(200);
    assert_eq!(one.data()["created"].as_array().map(Vec::len), Some(1));
    assert_eq!(owner.post(BULK, json!([])).await.status(200).data(), &json!({"created": [], "errors": []}));
    // The same again: each is there already.
    let again = owner.post(BULK, json!((0..500).map(line).collect::<Vec<_>>())).await.status(200);
    assert_eq!(again.data()["errors"].as_array().map(Vec::len), Some(500));
}
