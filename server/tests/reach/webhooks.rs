//! Settings of webhooks, and what they tell.

use frontdesk::demo::LOCATION;
use org::rights::Role;
use serde_json::{Value, json};
use testkit::{App, Client, make};

use super::receiver::Receiver;

/// What the flags are called, in the order of the wire.
const FLAGS: [&str; 15] = [
    "salon",
    "service_category",
    "service",
    "good",
    "master",
    "client",
    "record",
    "goods_operations_sale",
    "goods_operations_receipt",
    "goods_operations_consumable",
    "goods_operations_stolen",
    "goods_operations_move",
    "finances_operation",
    "loyalty_card",
    "schedule",
];

pub fn settings() -> String {
    format!("/api/v1/hooks_settings/{LOCATION}")
}

/// Everything to these addresses.
pub fn all(urls: &[&str]) -> Value {
    let mut body = json!({"urls": urls, "active": 1});
    for flag in FLAGS {
        body[flag] = json!(1);
    }
    body
}

/// Somebody else who may do everything.
pub async fn other(app: &App) -> Client {
    make::in_role(app, LOCATION, Role::Owner).await.1
}

/// Past the delay.
pub const DELAY: i64 = 5_000;

#[testkit::test]
async fn a_location_without_webhooks_has_one_empty_address(app: App) {
    let answer = app.owner().get(&settings()).await.status(200);
    let data = answer.data();
    assert_eq!(data["urls"], json!([""]));
    assert_eq!(data["url_settings"], json!([]));
    for field in FLAGS.iter().chain(&["active", "self_sending"]) {
        assert_eq!(data[field], json!(0), "{field}");
    }
    assert_eq!(answer.body["meta"], json!([]));
    // What was read may be sent back.
    app.owner().post(&settings(), data.clone()).await.status(201);
    assert_eq!(app.count("webhooks").await, 0);
}

#[testkit::test]
async fn settings_take_the_place_of_those_before(app: App) {
    let (a, b, c) = ("https://example.com/a?secret=1", "https://example.com/b", "https://example.com/c");
    let body = json!({"urls": [a, " ", b, a], "active": "1", "record": 1, "master": true, "self_sending": 1});
    let set = app.owner().post(&settings(), body).await.status(201);
    let data = set.data();
    assert_eq!(data["urls"], json!([a, b]));
    assert_eq!((&data["record"], &data["master"], &data["client"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!((&data["active"], &data["self_sending"]), (&json!(1), &json!(1)));
    let one = &data["url_settings"][1];
    assert_eq!((&one["url"], &one["master"], &one["salon"]), (&json!(b), &json!(1), &json!(0)));
    assert_eq!(app.owner().get(&settings()).await.data(), data);

    // Another's go with it, and flags that are left out are 0.
    let set = other(&app)
        .await
        .post(&settings(), json!({"urls": [b, c], "active": 0, "salon": 1}))
        .await
        .status(201);
    assert_eq!(set.data()["urls"], json!([b, c]));
    assert_eq!((&set.data()["salon"], &set.data()["record"]), (&json!(1), &json!(0)));
    assert_eq!((&set.data()["active"], &set.data()["self_sending"]), (&json!(0), &json!(0)));
    let kept: i64 = app.one("SELECT MIN(id) FROM webhooks WHERE deleted_at IS NULL", &[]).await;
    let first: i64 = app.one("SELECT MIN(id) FROM webhooks", &[]).await;
    assert_eq!(kept, first + 1, "an address that stays is the same webhook");

    app.owner().post(&settings(), json!({"urls": [], "active": 1})).await.status(201);
    assert_eq!(app.owner().get(&settings()).await.data()["urls"], json!([""]));
    // The audit tells where to, and no secret.
    let details: String =
        app.one("SELECT details FROM audit WHERE entity = 'webhook' ORDER BY id LIMIT 1", &[]).await;
    assert!(details.contains("example.com") && !details.contains("secret=1"), "{details}");
}

#[testkit::test]
async fn what_is_wrong_is_named_and_nothing_is_kept(app: App) {
    let owner = app.owner();
    let refused = owner.post(&settings(), json!({})).await.status(422);
    assert_eq!(refused.fields(), ["urls", "active"]);
    let urls =
        ["https://example.com/", "nonsense", "http://10.0.0.1/", "http://[::1]/", "ftp://example.com/"];
    let refused = owner.post(&settings(), all(&urls)).await.status(422);
    assert_eq!(refused.fields(), ["urls.1", "urls.2", "urls.3", "urls.4"]);
    let many: Vec<String> = (0..11).map(|n| format!("https://example.com/{n}")).collect();
    let refused = owner.post(&settings(), json!({"urls": many, "active": 1})).await.status(422);
    assert_eq!(refused.fields(), ["urls"]);
    assert_eq!(app.count("webhooks").await, 0);
    owner.post(&settings(), json!({"urls": &many[..10], "active": 1})).await.status(201);
}

#[testkit::test]
async fn who_may_only_see_them_may_not_set_them(app: App) {
    let reader = app.staff(&["webhook_read_access"]).await;
    reader.get(&settings()).await.status(200);
    reader.post(&settings(), all(&["https://example.com/"])).await.status(403);
    app.staff(&["settings_basis_access"]).await.get(&settings()).await.status(403);
    app.stranger().get(&settings()).await.status(404);
    let both = app.staff(&["webhook_read_access", "settings_basis_access"]).await;
    both.post(&settings(), all(&["https://example.com/"])).await.status(201);
}

#[testkit::test]
async fn every_change_is_told_once_with_the_whole_thing(app: App) {
    let receiver = Receiver::new().await;
    app.owner().post(&settings(), all(&[receiver.url()])).await.status(201);
    let other = other(&app).await;
    let v1 = |path: &str| format!("/api/v1/{path}");

    let staff =
        other.post(&v1(&format!("staff/{LOCATION}")), json!({"name": "New One", "weight": 7})).await.ok();
    let staff = staff.data()["id"].as_i64().expect("an id");
    other.put(&v1(&format!("staff/{LOCATION}/{staff}")), json!({"name": "Newer One"})).await.ok();
    other.delete(&v1(&format!("staff/{LOCATION}/{staff}"))).await.ok();
    let category =
        other.post(&v1(&format!("service_categories/{LOCATION}")), json!({"title": "Nails"})).await.ok();
    let category = category.data()["id"].as_i64().expect("an id");
    let service = json!({"title": "Polish", "category_id": category, "price_min": 10, "price_max": 12.5, "duration": 1800});
    let service = other.post(&v1(&format!("services/{LOCATION}")), service).await.ok();
    let service = service.data()["id"].as_i64().expect("an id");
    other.delete(&v1(&format!("services/{LOCATION}/{service}"))).await.ok();
    let day =
        json!([{"date": "2026-12-01", "is_working": true, "slots": [{"from": "10:00", "to": "18:00"}]}]);
    other.put(&v1(&format!("schedule/{LOCATION}/1001/2026-12-01/2026-12-01")), day).await.ok();
    other.put(&v1(&format!("company/{LOCATION}")), json!({"title": "Renamed"})).await.ok();

    // Not before its time.
    app.webhooks().await;
    assert_eq!(receiver.count(), 0);
    app.advance(DELAY);
    app.webhooks().await;
    assert_eq!(
        receiver.told(),
        [
            format!("staff create {staff}"),
            format!("staff update {staff}"),
            format!("staff delete {staff}"),
            format!("service_category create {category}"),
            format!("service create {service}"),
            format!("service delete {service}"),
            "schedule update 1001".to_owned(),
            format!("salon update {LOCATION}"),
        ]
    );
    let came = receiver.came();
    for request in &came {
        assert_eq!(request.headers["content-type"], "application/json");
        assert!(!request.headers.contains_key("webhook-signature"), "signed without being asked");
        assert_eq!(request.body["company_id"], json!(LOCATION));
        let keys: Vec<&String> = request.body.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["company_id", "resource", "resource_id", "status", "data"]);
    }
    // By the time it was loaded the team member was gone already: the thing is as it was then or later.
    let data = &came[2].body["data"];
    assert_eq!(
        (&data["id"], &data["name"], &data["weight"]),
        (&json!(staff), &json!("Newer One"), &json!(7))
    );
    assert_eq!((&data["deleted"], &data["status"], &data["fired"]), (&json!(true), &json!(1), &json!(0)));
    assert_eq!((&data["position"], &data["user"]), (&json!([]), &Value::Null));
    let data = &came[5].body["data"];
    assert_eq!(
        (&data["title"], &data["price_max"], &data["deleted"]),
        (&json!("Polish"), &json!(12.5), &json!(true))
    );
    assert_eq!(data["duration"], json!(1800));
    assert_eq!(came[6].body["data"], json!([]));
    let data = &came[7].body["data"];
    assert_eq!((&data["title"], &data["timezone"]), (&json!("Renamed"), &json!("-4")));
    assert_eq!(
        (&data["timezone_name"], &data["currency_short_title"]),
        (&json!("America/New_York"), &json!("USD"))
    );
    assert_eq!(data["main_group"]["id"], json!(9206));

    app.advance(DELAY);
    app.webhooks().await;
    assert_eq!(receiver.count(), came.len(), "told twice");
}

/// Working hours of Ann on the first of December.
pub async fn working(app: &App) {
    let day =
        json!([{"date": "2026-12-01", "is_working": true, "slots": [{"from": "10:00", "to": "18:00"}]}]);
    app.owner().put(&format!("/api/v1/schedule/{LOCATION}/1001/2026-12-01/2026-12-01"), day).await.ok();
}

/// An appointment with Ann then.
pub fn appointment(time: &str) -> Value {
    json!({"staff_id": 1001, "services": [{"id": 83169}], "client": {"name": "Jane", "phone": "+1 315 555 0175"},
           "datetime": format!("2026-12-01 {time}"), "seance_length": 3600, "save_if_busy": false})
}

#[testkit::test]
async fn an_appointment_is_told_from_its_making_to_its_end(app: App) {
    let receiver = Receiver::new().await;
    working(&app).await;
    let body = json!({"urls": [receiver.url()], "active": 1, "record": 1});
    app.owner().post(&settings(), body).await.status(201);
    let other = other(&app).await;
    let send = async || {
        app.advance(DELAY);
        app.webhooks().await;
    };
    let made = other.post(&format!("/api/v1/records/{LOCATION}"), appointment("10:00")).await.status(201);
    let id = made.items()[0]["id"].as_i64().expect("an id");
    send().await;
    let one = format!("/api/v1/record/{LOCATION}/{id}");
    other.put(&one, appointment("11:00")).await.ok();
    send().await;
    other.delete(&one).await.status(204);
    send().await;
    let told: Vec<String> = ["create", "update", "delete"].map(|how| format!("record {how} {id}")).to_vec();
    assert_eq!(receiver.told(), told);
    let came = receiver.came();
    let data = |at: usize| &came[at].body["data"];
    assert_eq!(data(0)["datetime"], json!("2026-12-01T10:00:00-05:00"));
    assert_eq!(data(1)["datetime"], json!("2026-12-01T11:00:00-05:00"));
    assert_eq!((&data(1)["deleted"], &data(2)["deleted"]), (&json!(false), &json!(true)));
    // Whole, with what only some users may see.
    assert_eq!(data(2)["client"]["phone"], json!("+13155550175"));
    let read = other.get(&one).await.ok();
    assert_eq!(data(2), read.data());
}

/// What a server keeps in memory may be a second behind another's writes; what it tells of them is not.
#[testkit::test]
async fn what_another_server_has_just_written_is_told_whole(app: App) {
    let receiver = Receiver::new().await;
    working(&app).await;
    let body = json!({"urls": [receiver.url()], "active": 1, "record": 1});
    app.owner().post(&settings(), body).await.status(201);
    let path = format!("/api/v1/records/{LOCATION}");
    let made = app.owner().post(&path, appointment("10:00")).await.status(201);
    let one = format!("/api/v1/record/{LOCATION}/{}", made.items()[0]["id"]);
    let tag = "INSERT INTO tags (location_id, id, title, color, entity, icon, created_at)
         VALUES ($1, 61, 'Regular', '#009800', 2, 'star', 0)";
    app.exec(tag, db::params![LOCATION]).await;
    let sibling = app.sibling().await;
    let read = sibling.owner().get(&one).await.ok();
    assert_eq!(read.data()["record_labels"], json!([]));
    // The first label that any appointment of the location has.
    let mut labelled = appointment("10:00");
    labelled["record_labels"] = json!(["61"]);
    other(&app).await.put(&one, labelled).await.ok();
    app.advance(DELAY);
    sibling.webhooks().await;
    let came = receiver.came();
    let last = &came.last().expect("a webhook").body["data"];
    assert_eq!(last["record_labels"][0]["title"], "Regular", "{last}");
}

#[testkit::test]
async fn what_is_sent_is_what_the_document_draws(app: App) {
    let receiver = Receiver::new().await;
    app.owner().post(&settings(), all(&[receiver.url()])).await.status(201);
    let other = other(&app).await;
    working(&app).await;
    other.post(&format!("/api/v1/records/{LOCATION}"), appointment("10:00")).await.status(201);
    app.exec("DELETE FROM events WHERE entity = 'schedule'", &[]).await;
    for (path, body) in [
        (format!("staff/{LOCATION}/1001"), json!({"name": "Ann Lee"})),
        (format!("company/{LOCATION}"), json!({"title": "T"})),
        (format!("service_category/{LOCATION}/83167"), json!({"title": "T"})),
    ] {
        other.put(&format!("/api/v1/{path}"), body).await.ok();
    }
    other.patch(&format!("/api/v1/services/{LOCATION}/83181"), json!({"title": "T"})).await.ok();
    app.advance(DELAY);
    app.webhooks().await;
    let document = frontdesk::documents::by_name("developers").expect("the document").json();
    assert_eq!(document["webhooks"].as_object().expect("webhooks").len(), 11);
    for request in receiver.came() {
        let resource = request.body["resource"].as_str().expect("a resource");
        let webhooks = document["webhooks"].as_object().expect("webhooks");
        let schema = webhooks
            .values()
            .map(|w| &w["post"]["requestBody"]["content"]["application/json"]["schema"])
            .find(|s| {
                s["properties"]["resource"]["enum"].as_array().is_some_and(|e| e.contains(&json!(resource)))
            })
            .expect("it is drawn");
        let mut whole = schema.clone();
        whole["components"] = document["components"].clone();
        let validator = jsonschema::validator_for(&whole).expect("a schema");
        let wrong: Vec<String> = validator.iter_errors(&request.body).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{resource}: {wrong:?} {}", request.body);
        let drawn =
            schema["properties"]["data"]["$ref"].as_str().expect("a reference").trim_start_matches('#');
        let drawn = document.pointer(drawn).expect("a schema")["properties"].as_object().expect("properties");
        let sent = request.body["data"].as_object().expect("an object");
        let unknown: Vec<&String> = sent.keys().filter(|key| !drawn.contains_key(*key)).collect();
        assert!(unknown.is_empty(), "{resource}: {unknown:?} is not drawn");
    }
    assert_eq!(receiver.count(), 6);
}

#[testkit::test]
async fn own_deeds_are_told_only_when_asked_for(app: App) {
    let receiver = Receiver::new().await;
    let rename = async |client: &Client, name: &str| {
        client.put(&format!("/api/v1/staff/{LOCATION}/1001"), json!({"name": name})).await.ok();
        app.advance(DELAY);
        app.webhooks().await;
    };
    let (owner, other) = (app.owner(), other(&app).await);
    owner.post(&settings(), all(&[receiver.url()])).await.status(201);
    rename(&owner, "A").await;
    assert_eq!(receiver.count(), 0);
    rename(&other, "B").await;
    assert_eq!(receiver.count(), 1);
    // Whoever sets it again does not become its creator; whoever asks for it hears of himself.
    let mut body = all(&[receiver.url()]);
    other.post(&settings(), body.clone()).await.status(201);
    rename(&owner, "C").await;
    assert_eq!(receiver.count(), 1);
    body["self_sending"] = json!(1);
    owner.post(&settings(), body).await.status(201);
    rename(&owner, "D").await;
    assert_eq!(receiver.count(), 2);
    assert_eq!(receiver.came()[1].body["data"]["name"], json!("D"));
}

#[testkit::test]
async fn only_what_is_asked_for_is_sent_and_only_from_then_on(app: App) {
    let (receiver, quiet) = (Receiver::new().await, Receiver::new().await);
    let other = other(&app).await;
    let rename = |name: &'static str| {
        let other = other.clone();
        async move { other.put(&format!("/api/v1/staff/{LOCATION}/1001"), json!({"name": name})).await.ok() }
    };
    rename("before").await;
    app.advance(1000);
    let body = json!({"urls": [receiver.url(), quiet.url()], "active": 1, "master": 1});
    app.owner().post(&settings(), body).await.status(201);
    let webhooks = format!("/api/frontdesk/v1/locations/{LOCATION}/webhooks");
    let listed = app.owner().get(&webhooks).await.ok();
    let second = listed.items()[1]["id"].as_i64().expect("an id");
    let changed = app.owner().patch(&format!("{webhooks}/{second}"), json!({"events": ["salon"]})).await.ok();
    assert_eq!(changed.data()["events"], json!(["salon"]));
    rename("after").await;
    other.put(&format!("/api/v1/service_category/{LOCATION}/83167"), json!({"title": "T"})).await.ok();
    app.advance(DELAY);
    app.webhooks().await;
    assert_eq!(receiver.told(), ["staff update 1001"]);
    assert_eq!(receiver.came()[0].body["data"]["name"], json!("after"));
    assert_eq!(quiet.count(), 0);

    // What waits when a webhook is switched off, or removed, is not sent any more.
    receiver.forget();
    rename("unsent").await;
    app.webhooks().await;
    app.owner()
        .post(&settings(), json!({"urls": [receiver.url()], "active": 0, "master": 1}))
        .await
        .status(201);
    rename("while inactive").await;
    app.webhooks().await;
    app.owner()
        .post(&settings(), json!({"urls": [receiver.url()], "active": 1, "master": 1}))
        .await
        .status(201);
    rename("to be removed").await;
    app.webhooks().await;
    app.owner().post(&settings(), json!({"urls": [""], "active": 1})).await.status(201);
    app.advance(DELAY);
    app.webhooks().await;
    assert_eq!(receiver.count(), 0);
    assert_eq!(app.one::<i64>("SELECT COUNT(*) FROM webhook_deliveries WHERE state = 3", &[]).await, 2);
    assert_eq!(app.one::<i64>("SELECT COUNT(*) FROM webhook_deliveries WHERE state = 0", &[]).await, 0);
}
