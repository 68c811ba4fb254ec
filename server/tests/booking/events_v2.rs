//! Group events and the appointments in them, version 2.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::{App, Client, make as made};

use super::events::{STRETCHING, working};

const PATH: &str = "/api/v2/locations/37532/events";

pub fn v2(client: Client) -> Client {
    client.header("accept", "application/vnd.api.v2+json")
}

fn body(date: &str) -> Value {
    json!({
        "staff_id": 1001, "service_id": STRETCHING, "resource_instance_ids": [], "label_ids": [], "date": date,
        "length": 3600, "technical_break_duration": 300, "capacity": 3
    })
}

fn with(mut body: Value, more: Value) -> Value {
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

async fn event(app: &App, date: &str) -> i64 {
    let answer = v2(app.owner()).post(PATH, body(date)).await.status(201);
    answer.data()["id"].as_str().and_then(|id| id.parse().ok()).expect("an id as text")
}

fn client(name: &str, phone: Option<&str>) -> Value {
    json!({
        "id": null, "name": name, "phone": phone, "email": null, "surname": null, "patronymic": null, "gender": null,
        "birthday": null, "custom_field_values": null, "agreements": null
    })
}

fn seats(app: &App, id: i64) -> impl Future<Output = i64> {
    let app = app.clone();
    async move { app.one("SELECT clients_count FROM group_events WHERE id = $1", params![id]).await }
}

#[testkit::test]
async fn one_event_has_two_faces(app: App) {
    working(&app).await;
    let full = with(
        body("2026-12-01 14:00:00"),
        json!({"comment": "Beginners", "color": "#9c27b0", "instructions": "Early", "stream_link": "https://example.com/x",
               "resource_instance_ids": [183]}),
    );
    let made = v2(app.owner())
        .post(&format!("{PATH}?include=staff,service,resource_instances,duration_details"), full)
        .await;
    let made = made.status(201);
    let id = made.data()["id"].as_str().expect("an id as text").to_owned();
    assert_eq!(made.body["meta"], json!([]));
    assert_eq!(
        made.data()["attributes"],
        json!({
            "master_id": 1001, "staff_id": 1001, "service_id": STRETCHING, "timestamp": 1_796_151_600, "length": 3600,
            "capacity": 3, "clients_count": 0, "color": "#9c27b0", "instructions": "Early",
            "stream_link": "https://example.com/x", "font_color": "#ffffff", "notified": false,
            "comment": "Beginners", "schedule_id": null, "schedule_till": null, "schedule_event_modified": null,
            "date": "2026-12-01T14:00:00-0500"
        })
    );
    assert_eq!(made.data()["relationships"]["staff"], json!({"data": {"type": "staff", "id": "1001"}}));
    assert_eq!(
        made.data()["relationships"]["resource_instances"],
        json!({"data": [{"type": "resource_instance", "id": "183"}]})
    );
    let kinds: Vec<&Value> =
        made.body["included"].as_array().expect("included").iter().map(|i| &i["type"]).collect();
    assert_eq!(kinds, ["staff", "service", "resource_instance", "duration_details"]);
    let staff = &made.body["included"][0];
    assert_eq!(staff["attributes"]["name"], "Ann Lee");
    assert_eq!(staff["relationships"]["position"], json!({"data": {"type": "position", "id": "301"}}));

    let old = app.owner().get(&format!("/api/v1/activity/{LOCATION}/{id}")).await.ok();
    assert_eq!((&old.data()["comment"], &old.data()["capacity"]), (&json!("Beginners"), &json!(3)));
    // By the older name of the path too.
    v2(app.owner()).get(&format!("/api/v2/companies/{LOCATION}/events/{id}")).await.status(200);
    v2(app.owner()).get(&format!("/api/v2/companies/{LOCATION}/activities/{id}")).await.status(200);

    let replaced =
        v2(app.owner()).put(&format!("{PATH}/{id}"), body("2026-12-02 10:00:00")).await.status(200);
    let now = &replaced.data()["attributes"];
    assert_eq!(
        (&now["color"], &now["comment"], &now["instructions"]),
        (&json!(""), &Value::Null, &json!(""))
    );
    v2(app.owner()).delete(&format!("{PATH}/{id}")).await.status(204);
    v2(app.owner()).get(&format!("{PATH}/{id}")).await.status(200);
    v2(app.owner()).put(&format!("{PATH}/{id}"), body("2026-12-02 10:00:00")).await.status(404);
    app.owner().header("accept", "application/json").get(PATH).await.status(400);
}

#[testkit::test]
async fn bodies_are_strict_and_named(app: App) {
    working(&app).await;
    let errors = async |wrong: Value, status: u16| {
        let refused = v2(app.owner()).post(PATH, wrong).await.status(status);
        let mut fields: Vec<String> = refused.body["meta"]["errors"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(f, _)| f.clone())
            .collect();
        fields.sort_unstable();
        fields
    };
    let fine = || body("2026-12-01 14:00:00");
    assert_eq!(errors(with(fine(), json!({"room": 1})), 422).await, ["room"]);
    assert_eq!(
        errors(with(fine(), json!({"length": 301, "date": "2026-12-01T14:00"})), 422).await,
        ["date", "length"]
    );
    assert_eq!(errors(with(fine(), json!({"date": "2026-02-30 14:00:00"})), 422).await, ["date"]);
    assert_eq!(
        errors(json!({}), 422).await,
        ["capacity", "date", "label_ids", "length", "resource_instance_ids", "service_id", "staff_id"]
    );
    assert!(errors(with(fine(), json!({"staff_id": 1101})), 404).await.is_empty());
    assert!(errors(with(fine(), json!({"service_id": 999})), 404).await.is_empty());
    assert!(errors(body("2026-12-01 07:00:00"), 409).await.is_empty());
    v2(app.owner()).post(&format!("{PATH}?include=nothing"), fine()).await.status(422);
    assert_eq!(app.count("group_events").await, 0);
}

#[testkit::test]
async fn the_list_is_of_what_is_to_come(app: App) {
    working(&app).await;
    let first = event(&app, "2026-12-01 09:00:00").await;
    let second = event(&app, "2026-12-02 09:00:00").await;
    let list = |more: &str| {
        format!("{PATH}?filter[from]=2026-12-01%2000:00:00&filter[to]=2026-12-31%2000:00:00{more}")
            .replace('[', "%5B")
            .replace(']', "%5D")
    };
    let ids = async |more: &str| -> Vec<i64> {
        let listed = v2(app.owner()).get(&list(more)).await.status(200);
        listed.items().iter().filter_map(|e| e["id"].as_str()?.parse().ok()).collect()
    };
    assert_eq!(ids("").await, [first, second]);
    assert_eq!(ids("&limit=1&page=2").await, [second]);
    assert_eq!(ids("&filter[capacity]=4").await, [0i64; 0]);
    assert_eq!(ids("&filter[master_ids][]=1002").await, [0i64; 0]);
    assert_eq!(ids("&filter[service_ids][]=83193&filter[service_ids][]=83192").await, [first, second]);
    for (more, status) in [
        ("&limit=251", 422),
        ("&page=0", 422),
        ("&filter[capacity]=-1", 422),
        ("&filter[master_ids][]=0", 422),
    ] {
        v2(app.owner()).get(&list(more)).await.status(status);
    }
    v2(app.owner()).get(PATH).await.status(400);
    let past = format!("{PATH}?filter%5Bfrom%5D=2020-01-01%2000:00:00&filter%5Bto%5D=2026-12-31%2000:00:00");
    v2(app.owner()).get(&past).await.status(422);
    v2(app.staff(&[]).await).get(&list("")).await.status(403);
    v2(app.stranger()).get(&list("")).await.status(404);
}

#[testkit::test]
async fn clients_are_booked_into_an_event_until_it_is_full(app: App) {
    working(&app).await;
    app.owner()
        .patch("/api/v1/company/37532/settings/timetable", json!({"activity_record_clients_count_max": 2}))
        .await
        .status(200);
    app.exec(
        "INSERT INTO custom_fields (location_id, id, entity, kind, code, title, show_in_ui, user_can_edit, created_at)
         VALUES ($1, 81, 'client', 'number', 'shoe_size', 'Shoe size', 1, 1, 0)",
        params![LOCATION],
    )
    .await;
    let id = event(&app, "2026-12-01 14:00:00").await;
    let path = format!("{PATH}/{id}/appointments");
    let new = with(
        client("John", Some("13155550199")),
        json!({"surname": "Smith", "gender": 1, "birthday": "1990-01-01", "email": "john@example.com",
               "custom_field_values": [{"code": "shoe_size", "value": "44"}],
               "agreements": {"is_newsletter_allowed": true, "is_personal_data_processing_allowed": true}}),
    );
    let asked = "?include=client.custom_field_values,attendance_service_items,comer,goods,transactions";
    let made = v2(app.owner())
        .post(
            &format!("{path}{asked}"),
            json!({"client": new, "clients_count": 2, "comer": {"name": "A friend"}}),
        )
        .await
        .status(201);
    let attributes = &made.data()["attributes"];
    assert_eq!(
        (
            &attributes["clients_count"],
            &attributes["activity_id"],
            &attributes["date"],
            &attributes["attendance_status_slug"]
        ),
        (&json!(2), &json!(id), &json!("2026-12-01T14:00:00"), &json!("waiting"))
    );
    let included = made.body["included"].as_array().expect("included");
    assert_eq!(
        included[0]["attributes"],
        json!({"name": "John", "surname": "Smith", "patronymic": "", "phone": "+13155550199", "email": "john@example.com",
               "gender": 1, "birthday": "1990-01-01", "comment": ""})
    );
    assert_eq!(included[1]["attributes"], json!({"code": "shoe_size", "value": "44"}));
    assert_eq!(
        included[2]["attributes"],
        json!({"service_id": STRETCHING, "cost_per_unit": 20, "amount": 2, "discount_percent": 0, "manual_cost": 40,
               "is_trial": false})
    );
    assert_eq!(included[3]["attributes"], json!({"name": "A friend"}));
    assert_eq!(made.data()["relationships"]["goods"], json!({"data": []}));
    assert_eq!(seats(&app, id).await, 2);

    // Known by the phone, however it is written.
    let again = v2(app.owner())
        .post(&path, json!({"client": client("Johnny", Some("+1 (315) 555-0199")), "clients_count": 1}))
        .await
        .status(201);
    assert_eq!(again.data()["attributes"]["client_id"], attributes["client_id"]);
    let full = v2(app.owner())
        .post(&path, json!({"client": client("Late", None), "clients_count": 1}))
        .await
        .status(422);
    assert!(full.body["meta"]["errors"]["clients_count"].is_array(), "{}", full.text());
    assert_eq!((seats(&app, id).await, app.count("appointments").await), (3, 2));

    for (wrong, field) in [
        (json!({}), "client"),
        (json!({"client": client("", None), "clients_count": 1}), "client.name"),
        (json!({"client": client("X", None), "clients_count": 3}), "clients_count"),
        (json!({"client": client("X", None), "clients_count": 1, "comer_id": 999}), "comer_id"),
        (json!({"client": with(client("X", None), json!({"id": 999})), "clients_count": 1}), "client.id"),
        (json!({"client": with(client("X", None), json!({"hat": 1})), "clients_count": 1}), "client.hat"),
        (
            json!({"client": with(client("X", None), json!({"custom_field_values": [{"code": "shoe_size", "value": "big"}]})),
                   "clients_count": 1}),
            "client.custom_field_values.0.value",
        ),
        (json!({"client": client("X", Some("12")), "clients_count": 1}), "client.phone"),
    ] {
        let refused = v2(app.owner()).post(&path, wrong).await.status(422);
        assert!(refused.body["meta"]["errors"][field].is_array(), "{field}: {}", refused.text());
    }
    // Without the right to see phones there is none; without that to add clients there are no new ones.
    let rights = ["timetable_access", "create_records_access", "record_form_client_access"];
    let staff = app.staff(&rights).await;
    v2(staff).post(&path, json!({"client": client("New", None), "clients_count": 1})).await.status(403);
}

#[testkit::test]
async fn of_many_who_want_the_last_seat_one_gets_it(app: App) {
    working(&app).await;
    let answer = v2(app.owner())
        .post(PATH, with(body("2026-12-01 14:00:00"), json!({"capacity": 1})))
        .await
        .status(201);
    let id: i64 = answer.data()["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    let tries = (0..8).map(|n| {
        let (owner, path) = (v2(app.owner()), format!("{PATH}/{id}/appointments"));
        tokio::spawn(async move {
            let body = json!({"client": client(&format!("C{n}"), None), "clients_count": 1});
            owner.post(&path, body).await.status.as_u16()
        })
    });
    let mut statuses = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        statuses.push(one.await.expect("ended"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422, 422, 422, 422, 422, 422, 422]);
    assert_eq!(seats(&app, id).await, 1);
}

#[testkit::test]
async fn an_appointment_is_priced_and_moved(app: App) {
    working(&app).await;
    let (from, to) = (event(&app, "2026-12-01 14:00:00").await, event(&app, "2026-12-02 14:00:00").await);
    let made = v2(app.owner())
        .post(
            &format!("{PATH}/{from}/appointments"),
            json!({"client": client("John", None), "clients_count": 1, "comer": {}}),
        )
        .await
        .status(201);
    let id = made.data()["id"].as_str().expect("an id").to_owned();
    let path = format!("{PATH}/{from}/appointments/{id}");
    let change = json!({
        "attendance_service_item": {"cost_per_unit": 19.99, "discount_percent": 12.5, "manual_cost": "17.49"},
        "attendance_good_items": [], "comment": "Needs a mat", "color": "9c27b0"
    });
    let after =
        v2(app.owner()).put(&format!("{path}?include=attendance_service_items"), change).await.status(200);
    assert_eq!(
        after.body["included"][0]["attributes"],
        json!({"service_id": STRETCHING, "cost_per_unit": 19.99, "amount": 1, "discount_percent": 12.5, "manual_cost": 17.49,
               "is_trial": false})
    );
    let attributes = &after.data()["attributes"];
    assert_eq!(
        (&attributes["comment"], &attributes["custom_color"]),
        (&json!("Needs a mat"), &json!("9c27b0"))
    );
    let item = json!({"cost_per_unit": 19.99, "discount_percent": 12.5, "manual_cost": 17.49});
    for (wrong, field) in [
        (json!({}), "attendance_service_item"),
        (
            json!({"attendance_service_item": {"cost_per_unit": -1, "discount_percent": 101, "manual_cost": 0}}),
            "attendance_service_item.cost_per_unit",
        ),
        (json!({"attendance_service_item": item, "label_ids": [999]}), "label_ids"),
        (json!({"attendance_service_item": item, "color": "#9c27b0"}), "color"),
        (json!({"attendance_service_item": item, "clients_count": 9}), "clients_count"),
        (
            json!({"attendance_service_item": item, "attendance_good_items": [{"good_id": 5}]}),
            "attendance_good_items.0.good_id",
        ),
    ] {
        let refused = v2(app.owner()).put(&path, wrong).await.status(422);
        assert!(refused.body["meta"]["errors"][field].is_array(), "{field}: {}", refused.text());
    }
    // What is not sent stays, what is null is emptied.
    let kept = v2(app.owner()).put(&path, json!({"attendance_service_item": item})).await.status(200);
    assert_eq!(kept.data()["attributes"]["comment"], "Needs a mat");
    let emptied = json!({"attendance_service_item": item, "comment": null, "color": null});
    let emptied = v2(app.owner()).put(&path, emptied).await.status(200);
    assert_eq!(
        (&emptied.data()["attributes"]["comment"], &emptied.data()["attributes"]["custom_color"]),
        (&json!(""), &json!(""))
    );

    let moved = v2(app.owner())
        .patch(&path, json!({"reschedule_activity_id": to, "with_comer": false}))
        .await
        .status(200);
    let attributes = &moved.data()["attributes"];
    assert_eq!(
        (&attributes["activity_id"], &attributes["date"], &attributes["comer_id"]),
        (&json!(to), &json!("2026-12-02T14:00:00"), &Value::Null)
    );
    assert_eq!((seats(&app, from).await, seats(&app, to).await), (0, 1));
    v2(app.owner()).patch(&path, json!({"reschedule_activity_id": to})).await.status(404);
    let there = format!("{PATH}/{to}/appointments/{id}");
    v2(app.owner()).patch(&there, json!({"reschedule_activity_id": to})).await.status(422);
    v2(app.owner()).patch(&there, json!({"reschedule_activity_id": 999})).await.status(404);
    v2(app.owner()).patch(&there, json!({})).await.status(422);
    let reader = app.staff(&["timetable_access"]).await;
    v2(reader).patch(&there, json!({"reschedule_activity_id": from})).await.status(403);

    // The event moves, and its appointments with it; it is deleted, and they are too.
    v2(app.owner()).put(&format!("{PATH}/{to}"), body("2026-12-03 10:00:00")).await.status(200);
    let at: i64 = app.one("SELECT starts_at FROM appointments WHERE event_id = $1", params![to]).await;
    let event_at: i64 = app.one("SELECT starts_at FROM group_events WHERE id = $1", params![to]).await;
    assert_eq!(at, event_at);
    let small = v2(app.owner())
        .put(&format!("{PATH}/{to}"), with(body("2026-12-03 10:00:00"), json!({"capacity": 0})))
        .await;
    small.status(422);
    v2(app.owner()).delete(&format!("{PATH}/{to}")).await.status(204);
    let deleted: i64 = app.one("SELECT is_deleted FROM appointments WHERE event_id = $1", params![to]).await;
    assert_eq!(deleted, 1);
}

#[testkit::test]
async fn copies_take_the_appointments_along_where_wanted(app: App) {
    working(&app).await;
    let id = event(&app, "2026-12-01 14:00:00").await;
    v2(app.owner())
        .post(
            &format!("{PATH}/{id}/appointments"),
            json!({"client": client("John", None), "clients_count": 1}),
        )
        .await
        .status(201);
    let path = format!("/api/v1/activity/{LOCATION}/{id}/duplicate");
    let made = app
        .owner()
        .post(&path, json!({"dates": ["2026-12-02", "2026-12-03"], "content_type": 2}))
        .await
        .status(200);
    for copy in made.items() {
        assert_eq!(copy["records_count"], 1);
        assert_eq!(copy["records"].as_array().map(Vec::len), Some(1));
    }
    let bare = app.owner().post(&path, json!({"dates": ["2026-12-04"]})).await.status(200);
    assert_eq!((&bare.items()[0]["records_count"], &bare.items()[0]["records"]), (&json!(0), &json!([])));
    assert_eq!(app.count("appointment_services").await, 3);
    let other = made::location(&app, "Elsewhere", made::user_id(&app, frontdesk::demo::LOGIN).await).await;
    v2(app.owner()).get(&format!("/api/v2/locations/{other}/events/{id}")).await.status(404);
    v2(app.owner()).get(&format!("/api/v2/locations/{STRANGER_LOCATION}/events/{id}")).await.status(404);
}
