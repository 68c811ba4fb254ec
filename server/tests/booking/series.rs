//! Series of group events.

use db::params;
use frontdesk::demo::LOCATION;
use serde_json::{Value, json};
use testkit::App;

use super::events::{STRETCHING, at, make as event};
use super::schedules::bare;

pub const PATH: &str = "/api/v1/company/37532/schedules";
pub const EVENTS: &str = "/api/v1/activity/37532";

/// Ann and Mark work from nine to six on every day of March, April and December.
pub async fn working(app: &App) {
    bare(app).await;
    let dates = |month: u8, days: u8| (1..=days).map(move |day| format!("2026-{month:02}-{day:02}"));
    let dates: Vec<String> = dates(3, 31).chain(dates(4, 30)).chain(dates(12, 31)).collect();
    let slots = json!([{"from": "09:00", "to": "18:00"}]);
    let set: Vec<Value> =
        [1001, 1002].iter().map(|id| json!({"staff_id": id, "dates": dates, "slots": slots})).collect();
    let path = "/api/v1/company/37532/staff/schedule";
    app.owner().put(path, json!({"schedules_to_set": set})).await.status(200);
}

pub fn day(weekday: &str, time: &str) -> Value {
    json!({"day_of_week": weekday, "events_master_id": 1001, "events_time": time, "events_duration": 3600,
           "events_capacity": 4, "labels_ids": [], "resource_instances_ids": []})
}

pub fn series(origin: i64, date_end: &str, days: &[Value]) -> Value {
    json!({"original_entity_type": "activity", "original_entity_id": origin, "date_end": date_end,
           "add_clients_from_original_entity": false, "days": days})
}

/// Makes a series; gives its id and those of its days.
pub async fn begin(app: &App, body: Value) -> (i64, Vec<i64>) {
    let made = app.owner().post(&format!("{PATH}?include[]=days"), body).await.status(201);
    let days = made.data()["days"].as_array().expect("days").iter();
    (made.data()["id"].as_i64().expect("an id"), days.map(|d| d["id"].as_i64().expect("an id")).collect())
}

pub async fn entries(app: &App, series: i64, day: i64) -> Vec<Value> {
    app.owner().get(&format!("{PATH}/{series}/days/{day}/events")).await.ok().items().to_vec()
}

/// When, and how it went.
pub fn told(entries: &[Value]) -> Vec<(String, String)> {
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or("none").to_owned();
    entries.iter().map(|e| (text(e, "entity_datetime")[5..16].to_owned(), text(e, "event_status"))).collect()
}

pub fn expect(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(when, status)| ((*when).to_owned(), (*status).to_owned())).collect()
}

pub fn id_of(entry: &Value) -> i64 {
    entry["event_entity_id"].as_i64().expect("an event")
}

async fn get(app: &App, id: i64) -> Value {
    app.owner().get(&format!("{EVENTS}/{id}")).await.ok().data().clone()
}

#[testkit::test]
async fn a_series_lays_its_dates_and_goes_on_where_there_is_no_room(app: App) {
    working(&app).await;
    let tag = "INSERT INTO tags (location_id, id, title, color, entity, created_at) VALUES ($1, 51, 'Beginners', '#ff2828', 3, 0)";
    app.exec(tag, params![LOCATION]).await;
    let mut body = at("2026-12-01 10:00"); // a Tuesday
    for (name, value) in [
        ("length", json!(3900)),
        ("technical_break_duration", json!(300)),
        ("comment", json!("Bring towels")),
        ("color", json!("#9c27b0")),
        ("instructions", json!("Come early")),
        ("stream_link", json!("https://example.com/s")),
        ("resource_instance_ids", json!([183])),
        ("label_ids", json!([51])),
    ] {
        body[name] = value;
    }
    let origin = event(&app, body).await;
    // In the way: of the team member on the 8th, of the room on the 10th.
    event(&app, at("2026-12-08 10:30")).await;
    let mut room = at("2026-12-10 12:00");
    room["staff_id"] = json!(1002);
    room["resource_instance_ids"] = json!([183]);
    event(&app, room).await;

    let mut tuesdays = day("tue", "10:00:00");
    tuesdays["labels_ids"] = json!([51, "51"]);
    tuesdays["resource_instances_ids"] = json!([183]);
    let mut thursdays = day("thu", "12:00");
    thursdays["events_master_id"] = json!(1001);
    thursdays["resource_instances_ids"] = json!([183]);
    let mut sundays = day("sun", "17:30:00"); // until after six
    sundays["events_capacity"] = json!(7);
    let sent = series(origin, "2026-12-17", &[thursdays, tuesdays, sundays]);
    let (id, days) = begin(&app, sent).await;

    let includes = "include[]=days&include[]=days.events_master&include[]=days.events_labels&include[]=days.events_resource_instances";
    let found = app.owner().get(&format!("{PATH}/search/activity/{origin}?{includes}")).await.ok();
    let shown = found.data();
    assert_eq!(
        (&shown["id"], &shown["date_start"], &shown["date_end"], &shown["original_entity_id"]),
        (&json!(id), &json!("2026-12-01"), &json!("2026-12-17"), &json!(origin))
    );
    assert_eq!(
        (&shown["created_at"], &shown["deleted_at"]),
        (&json!("2026-03-23T10:00:00-04:00"), &Value::Null)
    );
    let names: Vec<&Value> =
        shown["days"].as_array().expect("days").iter().map(|d| &d["day_of_week"]).collect();
    assert_eq!(names, ["tue", "thu", "sun"]);
    let tuesday = &shown["days"][0];
    assert_eq!(
        (&tuesday["events_time"], &tuesday["events_duration"], &tuesday["event_technical_break_duration"]),
        (&json!("10:00:00"), &json!(3600), &json!(300))
    );
    assert_eq!(tuesday["events_master"]["name"], "Ann Lee");
    assert_eq!(tuesday["events_master"]["position"], json!({"id": 301, "title": "Hairdresser"}));
    assert_eq!(tuesday["events_labels"], json!([{"id": 51, "title": "Beginners", "color": "#ff2828"}]));
    assert_eq!(
        tuesday["events_resource_instances"],
        json!([{"id": 183, "title": "Massage room #1", "resource_id": 71}])
    );
    assert_eq!(tuesday.get("events"), None);
    let bare = app.owner().get(&format!("{PATH}/search/activity/{origin}")).await.ok();
    assert_eq!(bare.data().get("days"), None);

    let (tuesdays, thursdays) = (entries(&app, id, days[0]).await, entries(&app, id, days[1]).await);
    assert_eq!(
        told(&tuesdays),
        expect(&[("12-01 10:00", "stable"), ("12-08 10:00", "entity_failed"), ("12-15 10:00", "stable")])
    );
    assert_eq!(
        told(&thursdays),
        expect(&[("12-03 12:00", "stable"), ("12-10 12:00", "entity_failed"), ("12-17 12:00", "stable")])
    );
    let sundays = entries(&app, id, days[2]).await;
    assert_eq!(told(&sundays), expect(&[("12-06 17:30", "entity_failed"), ("12-13 17:30", "entity_failed")]));
    assert_eq!(id_of(&tuesdays[0]), origin, "the pattern is the first of its weekday");
    assert_eq!(tuesdays[1]["event_entity_id"], Value::Null);
    assert_eq!(tuesdays[1]["entity_labels"][0]["id"], 51);
    assert!(tuesdays.iter().all(|e| e["is_entity_labels_changed"] == false));

    let third = get(&app, id_of(&tuesdays[2])).await;
    assert_eq!(
        (&third["length"], &third["capacity"], &third["service_id"]),
        (&json!(3900), &json!(4), &json!(STRETCHING))
    );
    for (name, value) in [
        ("comment", "Bring towels"),
        ("color", "#9c27b0"),
        ("instructions", "Come early"),
        ("stream_link", "https://example.com/s"),
    ] {
        assert_eq!(third[name], value);
    }
    assert_eq!((&third["labels"][0]["id"], &third["resource_instances"][0]["id"]), (&json!(51), &json!(183)));
    assert_eq!(app.count("group_events").await, 6, "three of before, three new ones");
    // An entry finds its series too; the event in version 2 names it.
    let by_entry = app.owner().get(&format!("{PATH}/search/activity/{}", id_of(&thursdays[0]))).await.ok();
    assert_eq!(by_entry.data()["id"], id);
    let v2 = app.owner().header("accept", "application/vnd.api.v2+json");
    let v2 = v2.get(&format!("/api/v2/locations/37532/events/{}", id_of(&thursdays[0]))).await.ok();
    let attributes = &v2.body["data"]["attributes"];
    assert_eq!(
        (&attributes["schedule_id"], &attributes["schedule_event_modified"]),
        (&json!(id), &json!(false))
    );
}

#[testkit::test]
async fn a_series_keeps_its_hour_across_a_change_of_the_clock(app: App) {
    working(&app).await;
    let dates: Vec<String> =
        (25..=31).map(|d| format!("2026-10-{d}")).chain((1..=9).map(|d| format!("2026-11-{d:02}"))).collect();
    let set = json!([{"staff_id": 1001, "dates": dates, "slots": [{"from": "09:00", "to": "18:00"}]}]);
    app.owner()
        .put("/api/v1/company/37532/staff/schedule", json!({"schedules_to_set": set}))
        .await
        .status(200);
    let origin = event(&app, at("2026-10-25 09:00")).await;
    let (id, days) =
        begin(&app, series(origin, "2026-11-08", &[day("sun", "09:00:00"), day("sat", "09:00:00")])).await;
    let when = |entries: &[Value]| entries.iter().map(|e| e["event_datetime"].clone()).collect::<Vec<_>>();
    assert_eq!(
        when(&entries(&app, id, days[0]).await),
        ["2026-10-31T09:00:00-04:00", "2026-11-07T09:00:00-05:00"]
    );
    let sundays = entries(&app, id, days[1]).await;
    assert_eq!(
        when(&sundays),
        ["2026-10-25T09:00:00-04:00", "2026-11-01T09:00:00-05:00", "2026-11-08T09:00:00-05:00"]
    );
    assert!(sundays.iter().all(|e| e["event_status"] == "stable"));
    assert_eq!(get(&app, id_of(&sundays[2])).await["date"], "2026-11-08T09:00:00-05:00");
}

/// Three in two appointments.
async fn seated(app: &App, event: i64) {
    for (id, seats) in [(901i64, 1i64), (902, 2)] {
        app.exec(
            "INSERT INTO appointments (location_id, id, event_id, team_member_id, starts_at, length, clients_count, comment, created_at, updated_at)
             SELECT location_id, $2, id, team_member_id, starts_at, length, $3, 'Window', 0, 0 FROM group_events
             WHERE location_id = $1 AND id = $4",
            params![LOCATION, id, seats, event],
        )
        .await;
    }
    app.exec("UPDATE group_events SET clients_count = 3 WHERE id = $1", params![event]).await;
    let mut tx = app.db().begin().await.expect("a transaction");
    tx.after_fixed_ids(&["appointments"]).await.expect("counted");
    tx.commit().await.expect("committed");
}

#[testkit::test]
async fn appointments_are_repeated_and_follow_and_go(app: App) {
    working(&app).await;
    let origin = event(&app, at("2026-12-01 10:00")).await;
    seated(&app, origin).await;
    let mut body = series(origin, "2026-12-15", &[day("tue", "10:00:00"), day("wed", "10:00:00")]);
    body["add_clients_from_original_entity"] = json!(true);
    body["days"][1]["events_capacity"] = json!(2);
    let refused = app.owner().post(PATH, body.clone()).await.status(422);
    assert_eq!(refused.fields(), ["days.1.events_capacity"]);
    assert_eq!(app.count("group_events").await, 1, "all or nothing");
    body["days"][1]["events_capacity"] = json!(3);
    let (id, days) = begin(&app, body).await;
    let live = "SELECT COUNT(*) FROM appointments WHERE is_deleted = 0";
    assert_eq!(app.one::<i64>(live, &[]).await, 2 + 2 * 4);
    let tuesdays = entries(&app, id, days[0]).await;
    let second = id_of(&tuesdays[1]);
    assert_eq!(get(&app, second).await["records_count"], 3);

    // They follow their event, and fewer seats than are taken turn nobody out.
    let path = format!("{PATH}/{id}/days/{}", days[0]);
    let change =
        json!({"force": false, "events_time": "11:00:00", "events_capacity": 1, "events_master_id": 1002});
    app.owner().patch(&path, change).await.status(200);
    assert_eq!(get(&app, second).await["capacity"], 3);
    let apart: i64 = app
        .one(
            "SELECT COUNT(*) FROM appointments a JOIN group_events e ON e.location_id = a.location_id AND e.id = a.event_id
             WHERE a.starts_at <> e.starts_at OR a.team_member_id <> e.team_member_id",
            &[],
        )
        .await;
    assert_eq!(apart, 0);

    app.owner().delete(&path).await.status(204);
    assert_eq!(app.one::<i64>(live, &[]).await, 4, "those of the Wednesdays");
    // Further dates have them too: those of the pattern, which is deleted, are none.
    app.owner().patch(&format!("{PATH}/{id}"), json!({"date_end": "2026-12-16"})).await.status(200);
    assert_eq!(entries(&app, id, days[1]).await.len(), 3);
    app.owner().delete(&format!("{PATH}/{id}")).await.status(204);
    assert_eq!(app.one::<i64>(live, &[]).await, 0);
}

#[testkit::test]
async fn a_series_is_made_longer_and_shorter(app: App) {
    working(&app).await;
    let origin = event(&app, at("2026-12-01 10:00")).await;
    let (id, days) =
        begin(&app, series(origin, "2026-12-09", &[day("tue", "10:00:00"), day("wed", "10:00")])).await;
    let path = format!("{PATH}/{id}");
    let counts = async || (entries(&app, id, days[0]).await.len(), entries(&app, id, days[1]).await.len());
    assert_eq!(counts().await, (2, 2));
    let longer = app.owner().patch(&path, json!({"date_end": "2026-12-22"})).await.status(200);
    assert_eq!(longer.data()["date_end"], "2026-12-22");
    assert_eq!(counts().await, (4, 3));
    let tuesdays = entries(&app, id, days[0]).await;
    // One of those to go was moved, by hand, to before the new end.
    let mut moved = at("2026-12-07 10:00");
    moved["length"] = json!(3600);
    app.owner().put(&format!("{EVENTS}/{}", id_of(&tuesdays[3])), moved).await.status(200);
    let shorter = app.owner().patch(&path, json!({"date_end": "2026-12-08"})).await.status(200);
    assert_eq!(shorter.data()["date_end"], "2026-12-08");
    assert_eq!(counts().await, (2, 1));
    assert_eq!(get(&app, id_of(&tuesdays[3])).await["is_deleted"], true);
    assert_eq!(app.one::<i64>("SELECT COUNT(*) FROM group_events WHERE is_deleted = 0", &[]).await, 3);
    assert_eq!(app.count("occupancy").await, 3);
    let gone: i64 = app
        .one("SELECT COUNT(*) FROM event_series_entries WHERE status = 'event_deleted' AND deleted_at IS NOT NULL", &[])
        .await;
    assert_eq!(gone, 4);
    // And longer again, where it has been before.
    app.owner().patch(&path, json!({"date_end": "2026-12-15"})).await.status(200);
    assert_eq!(counts().await, (3, 2));
    app.owner().patch(&path, json!({})).await.status(200);
    for wrong in ["2026-11-30", "2028-02-01", "2026-02-30"] {
        let refused = app.owner().patch(&path, json!({"date_end": wrong})).await.status(422);
        assert_eq!(refused.fields(), ["date_end"], "{wrong}");
    }
}

#[testkit::test]
async fn a_day_is_changed_from_now_on_and_what_was_changed_by_hand_stays(app: App) {
    working(&app).await;
    // It is Monday, 23 March.
    let origin = event(&app, at("2026-03-10 10:00")).await;
    let (id, days) = begin(&app, series(origin, "2026-04-21", &[day("tue", "10:00:00")])).await;
    let path = format!("{PATH}/{id}/days/{}", days[0]);
    let before = entries(&app, id, days[0]).await;
    assert_eq!(before.len(), 7);
    let by_hand = |staff: i64, when: &str, length: i64| {
        let mut body = at(when);
        body["staff_id"] = json!(staff);
        body["length"] = json!(length);
        body["capacity"] = json!(4);
        body
    };
    // Mark holds that of the 31st, and it lasts longer; that of 7 April is an hour later; that of the 14th is deleted.
    let of = |at: usize| format!("{EVENTS}/{}", id_of(&before[at]));
    app.owner().put(&of(3), by_hand(1002, "2026-03-31 10:00", 5400)).await.status(200);
    app.owner().put(&of(4), by_hand(1001, "2026-04-07 11:00", 3600)).await.status(200);
    app.owner().delete(&of(5)).await.status(202);
    // In the way on the 21st.
    event(&app, at("2026-04-21 14:30")).await;

    let change = json!({"force": false, "events_time": "14:00:00", "events_capacity": 6, "resource_instances_ids": [183]});
    let query = "include[]=events&include[]=events_resource_instances";
    let changed = app.owner().patch(&format!("{path}?{query}"), change).await.status(200);
    assert_eq!(
        (&changed.data()["events_time"], &changed.data()["events_resource_instances"][0]["id"]),
        (&json!("14:00:00"), &json!(183))
    );
    let after = changed.data()["events"].as_array().expect("events").clone();
    assert_eq!(after, entries(&app, id, days[0]).await);
    assert_eq!(
        told(&after),
        expect(&[
            ("03-10 10:00", "stable"),
            ("03-17 10:00", "stable"),
            ("03-24 14:00", "stable"),
            ("03-31 14:00", "stable"),
            ("04-07 11:00", "stable"),
            ("04-14 10:00", "entity_deleted"),
            ("04-21 10:00", "event_changed"),
        ])
    );
    assert_eq!(after[6]["event_datetime"], "2026-04-21T14:00:00-04:00");
    let flags = |entry: &Value| {
        let parts = ["master", "datetime", "duration", "labels", "resource_instances"];
        let set = |part: &&&str| entry[format!("is_entity_{part}_changed")] == true;
        parts.iter().filter(set).copied().collect::<Vec<_>>()
    };
    assert_eq!(
        after.iter().map(flags).collect::<Vec<_>>(),
        [vec![], vec![], vec![], vec!["master", "duration"], vec!["datetime"], vec![], vec![]]
    );
    assert_eq!(
        (&after[3]["entity_master"]["id"], &after[3]["entity_duration"]),
        (&json!(1002), &json!(5400))
    );
    assert_eq!(after[4]["entity_resource_instances"][0]["id"], 183, "the rest follows");
    assert_eq!(get(&app, id_of(&after[1])).await["capacity"], 4, "past ones stay");
    assert_eq!(get(&app, id_of(&after[2])).await["capacity"], 6);

    // By force, to where there is room for all.
    let change = json!({"force": true, "events_time": "16:00:00"});
    app.owner().patch(&path, change).await.status(200);
    let after = entries(&app, id, days[0]).await;
    assert_eq!(
        told(&after)[2..],
        expect(&[
            ("03-24 16:00", "stable"),
            ("03-31 16:00", "stable"),
            ("04-07 16:00", "stable"),
            ("04-14 10:00", "entity_deleted"),
            ("04-21 16:00", "stable"),
        ])
    );
    assert!(after.iter().all(|entry| flags(entry).is_empty()));
    assert_eq!(
        (&after[3]["entity_master"]["id"], &after[3]["entity_duration"]),
        (&json!(1001), &json!(3600))
    );
    // By force, but not over others.
    app.owner().patch(&path, json!({"force": true, "events_time": "15:00:00"})).await.status(200);
    assert_eq!(
        told(&entries(&app, id, days[0]).await)[6],
        expect(&[("04-21 16:00", "event_changed_force")])[0]
    );
    let taken: i64 = app.one("SELECT COUNT(*) FROM occupancy WHERE overlapping = 1", &[]).await;
    assert_eq!(taken, 0);
}

#[testkit::test]
async fn what_had_no_room_is_tried_again_when_its_day_changes(app: App) {
    working(&app).await;
    let origin = event(&app, at("2026-12-01 10:00")).await;
    let other = event(&app, at("2026-12-09 10:00")).await;
    let (id, days) = begin(&app, series(origin, "2026-12-16", &[day("wed", "10:00:00")])).await;
    let all = async || told(&entries(&app, id, days[0]).await);
    assert_eq!(
        all().await,
        expect(&[("12-02 10:00", "stable"), ("12-09 10:00", "entity_failed"), ("12-16 10:00", "stable")])
    );
    let path = format!("{PATH}/{id}/days/{}", days[0]);
    app.owner().patch(&path, json!({"force": false, "events_time": "10:30:00"})).await.status(200);
    assert_eq!(all().await[1], expect(&[("12-09 10:30", "entity_failed")])[0]);
    app.owner().delete(&format!("{EVENTS}/{other}")).await.status(202);
    app.owner().patch(&path, json!({"force": false})).await.status(200);
    assert_eq!(all().await[1], expect(&[("12-09 10:30", "stable")])[0]);
}

#[testkit::test]
async fn days_are_added_and_deleted_and_the_whole_at_last(app: App) {
    working(&app).await;
    let origin = event(&app, at("2026-03-10 10:00")).await;
    let (id, days) = begin(&app, series(origin, "2026-04-07", &[day("tue", "10:00:00")])).await;
    let path = format!("{PATH}/{id}/days");
    let query = "include[]=events_master&include[]=events_labels&include[]=events_resource_instances&include[]=events";
    let mut wednesday = day("wed", "12:00:00");
    wednesday["events_master_id"] = json!(1002);
    let added = app.owner().post(&format!("{path}?{query}"), wednesday.clone()).await.status(201);
    let wednesday_id = added.data()["id"].as_i64().expect("an id");
    assert_eq!(
        (&added.data()["day_of_week"], &added.data()["events_master"]["id"]),
        (&json!("wed"), &json!(1002))
    );
    // From now on: not on the 11th and the 18th.
    assert_eq!(
        told(added.data()["events"].as_array().expect("events")),
        expect(&[("03-25 12:00", "stable"), ("04-01 12:00", "stable")])
    );
    assert_eq!(app.owner().post(&path, wednesday).await.status(422).fields(), ["day_of_week"]);
    let plain = app.owner().post(&path, day("thu", "12:00:00")).await.status(201);
    assert_eq!(plain.data().get("events_master"), None);

    let tuesdays = entries(&app, id, days[0]).await;
    app.owner().delete(&format!("{path}/{}", days[0])).await.status(204);
    for entry in &tuesdays {
        assert_eq!(get(&app, id_of(entry)).await["is_deleted"], true, "past ones too");
    }
    app.owner().get(&format!("{path}/{}/events", days[0])).await.status(404);
    app.owner().delete(&format!("{path}/{}", days[0])).await.status(404);
    // The weekday is free again.
    app.owner().post(&path, day("tue", "10:00:00")).await.status(201);

    app.owner().delete(&format!("{PATH}/{id}")).await.status(204);
    assert_eq!(app.one::<i64>("SELECT COUNT(*) FROM group_events WHERE is_deleted = 0", &[]).await, 0);
    assert_eq!(app.count("occupancy").await, 0);
    app.owner().get(&format!("{PATH}/search/activity/{origin}")).await.status(404);
    app.owner().delete(&format!("{PATH}/{id}")).await.status(404);
    app.owner().get(&format!("{path}/{wednesday_id}/events")).await.status(404);
    let told: Vec<(String, String)> = {
        let mut conn = app.db().conn().await.expect("a connection");
        let sql = "SELECT DISTINCT entity, change FROM events WHERE entity LIKE 'timetable_event%' ORDER BY entity, change";
        conn.all(sql, &[]).await.expect("rows")
    };
    let schedule = "timetable_event_schedule";
    let day = "timetable_event_schedule_day";
    assert_eq!(told, expect(&[(schedule, "create"), (schedule, "delete"), (day, "create"), (day, "delete")]));
}

#[testkit::test]
async fn what_is_wrong_is_named(app: App) {
    working(&app).await;
    let origin = event(&app, at("2026-12-01 10:00")).await;
    let good = series(origin, "2026-12-15", &[day("tue", "10:00:00")]);
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let day_with = |name: &str, value: Value| {
        let mut body = good.clone();
        body["days"][0][name] = value;
        body
    };
    for (wrong, fields) in [
        (json!({}), vec!["original_entity_type", "date_end", "original_entity_id", "days"]),
        (with("original_entity_type", json!("record")), vec!["original_entity_type"]),
        (with("original_entity_type", json!("other")), vec!["original_entity_type"]),
        (with("original_entity_id", json!(999_999)), vec!["original_entity_id"]),
        (with("date_end", json!("2026-11-30")), vec!["date_end"]),
        (with("date_end", json!("2028-01-05")), vec!["date_end"]),
        (with("days", json!([])), vec!["days"]),
        (with("days", json!([day("tue", "10:00"), day("tue", "12:00")])), vec!["days.1.day_of_week"]),
        (day_with("day_of_week", json!("x")), vec!["days.0.day_of_week"]),
        (day_with("events_time", json!("25:00:00")), vec!["days.0.events_time"]),
        (day_with("events_duration", json!(0)), vec!["days.0.events_duration"]),
        (day_with("events_capacity", json!(10_001)), vec!["days.0.events_capacity"]),
        (day_with("events_master_id", json!(1101)), vec!["days.0.events_master_id"]),
        (day_with("labels_ids", json!([998])), vec!["days.0.labels_ids"]),
        (day_with("resource_instances_ids", json!([183, 999])), vec!["days.0.resource_instances_ids"]),
    ] {
        let refused = app.owner().post(PATH, wrong.clone()).await.status(422);
        assert_eq!(refused.fields(), fields, "{wrong} {}", refused.text());
    }
    assert_eq!(app.count("event_series").await, 0);
    app.owner().post(&format!("{PATH}?include[]=events"), good.clone()).await.status(422);
    let (id, days) = begin(&app, good.clone()).await;
    let second = id_of(&entries(&app, id, days[0]).await[1]);
    for origin in [origin, second] {
        let again = with("original_entity_id", json!(origin));
        assert_eq!(app.owner().post(PATH, again).await.status(422).fields(), ["original_entity_id"]);
    }
    let path = format!("{PATH}/{id}/days/{}", days[0]);
    for (wrong, field) in [
        (json!({"events_master_id": 1101}), "events_master_id"),
        (json!({"events_time": "noon"}), "events_time"),
        (json!({"events_duration": 86_401}), "events_duration"),
        (json!({"labels_ids": [998]}), "labels_ids"),
    ] {
        assert_eq!(app.owner().patch(&path, wrong).await.status(422).fields(), [field]);
    }
    app.owner().patch(&format!("{PATH}/{id}/days/999"), json!({"force": false})).await.status(404);
    app.owner().patch(&format!("{PATH}/999"), json!({"date_end": "2026-12-20"})).await.status(404);
    app.owner().get(&format!("{PATH}/search/record/{origin}")).await.status(404);
    app.owner().get(&format!("{PATH}/search/activity/999")).await.status(404);
    assert_eq!(
        app.owner().get(&format!("{PATH}/search/activity/{origin}?include[]=x")).await.status(422).fields(),
        ["include"]
    );
}
