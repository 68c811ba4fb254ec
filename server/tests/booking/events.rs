//! Group events, version 1.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::{Answer, App};

use super::schedules::bare;

const PATH: &str = "/api/v1/activity/37532";
/// "Make-up class" and "Morning stretching" of the demo, for groups.
pub const CLASS: i64 = 83192;
pub const STRETCHING: i64 = 83193;

/// Ann and Mark work on the first ten days of December, from nine to six.
pub async fn working(app: &App) {
    bare(app).await;
    let dates: Vec<String> = (1..=10).map(|day| format!("2026-12-{day:02}")).collect();
    let slots = json!([{"from": "09:00", "to": "18:00"}]);
    let set: Vec<Value> =
        [1001, 1002].iter().map(|id| json!({"staff_id": id, "dates": dates, "slots": slots})).collect();
    let path = "/api/v1/company/37532/staff/schedule";
    app.owner().put(path, json!({"schedules_to_set": set})).await.status(200);
}

pub fn at(when: &str) -> Value {
    json!({"date": when, "service_id": STRETCHING, "staff_id": 1001, "capacity": 9, "length": 3600, "force": false})
}

fn with(mut body: Value, more: Value) -> Value {
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

pub async fn make(app: &App, body: Value) -> i64 {
    app.owner().post(PATH, body).await.status(200).data()["id"].as_i64().expect("an id")
}

fn search(query: &str) -> String {
    format!("{PATH}/search?from=2026-12-01&till=2026-12-31&{query}")
}

#[testkit::test]
async fn an_event_is_made_shown_moved_and_deleted(app: App) {
    working(&app).await;
    app.exec(
        "INSERT INTO tags (location_id, id, title, color, entity, created_at) VALUES ($1, 51, 'Beginners', '#ff2828', 3, 0)",
        params![LOCATION],
    )
    .await;
    let body = with(
        at("2026-12-01 15:30"),
        json!({"resource_instance_ids": [183], "label_ids": [51], "color": "#9C27B0", "comment": "Bring towels",
               "instructions": "Come early", "stream_link": "https://example.com/s", "technical_break_duration": 300}),
    );
    let made = app.owner().post(PATH, body).await.status(200);
    let id = made.data()["id"].as_i64().expect("an id");
    let event = made.data();
    assert_eq!(
        (&event["date"], &event["timestamp"]),
        (&json!("2026-12-01T15:30:00-05:00"), &json!(1_796_157_000))
    );
    assert_eq!(
        event["duration_details"],
        json!({"id": id, "services_duration": 3300, "technical_break_duration": 300})
    );
    assert_eq!((&event["color"], &event["font_color"]), (&json!("#9c27b0"), &json!("#ffffff")));
    assert_eq!(event["resource_instances"][0]["id"], 183);
    assert_eq!(event["labels"][0]["title"], "Beginners");
    assert_eq!(event["service"]["title"], "Morning stretching");
    assert_eq!(event["service"]["category"]["title"], "Classes");
    assert_eq!(event["service"]["price_min"], 20);
    assert_eq!(event["staff"]["name"], "Ann Lee");
    assert_eq!(event["staff"]["position"], json!({"id": 301, "title": "Hairdresser"}));
    assert_eq!(event["comment"], "Bring towels");
    assert!(made.header("deprecation").starts_with('@'));

    // A partner without a user sees it without what is for the staff.
    let seen = app.partner().get(&format!("{PATH}/{id}")).await.ok();
    assert_eq!((&seen.data()["comment"], &seen.data()["instructions"]), (&Value::Null, &json!("Come early")));
    let etag = seen.header("etag").to_owned();
    let listed = app.partner().get(&search("")).await.ok();
    assert_eq!((listed.ids(), &listed.body["meta"]), (vec![id], &json!({"count": 1})));

    let moved = with(at("2026-12-02 10:00"), json!({"staff_id": 1002, "capacity": 4}));
    let after =
        app.owner().header("if-match", &etag).put(&format!("{PATH}/{id}"), moved.clone()).await.status(200);
    assert_eq!((&after.data()["staff_id"], &after.data()["capacity"]), (&json!(1002), &json!(4)));
    assert_eq!(after.data()["instructions"], "Come early", "what is not sent stays");
    assert_eq!(after.data()["resource_instances"][0]["id"], 183);
    app.owner().header("if-match", &etag).put(&format!("{PATH}/{id}"), moved).await.status(412);
    // Where it was, there is room again.
    make(&app, with(at("2026-12-01 15:30"), json!({"resource_instance_ids": [183]}))).await;

    let gone = app.owner().delete(&format!("{PATH}/{id}")).await.status(202);
    assert_eq!(gone.message(), "Accepted");
    assert_eq!(app.partner().get(&format!("{PATH}/{id}")).await.ok().data()["is_deleted"], true);
    assert!(!app.partner().get(&search("")).await.ids().contains(&id));
    app.owner().delete(&format!("{PATH}/{id}")).await.status(404);
    app.owner().put(&format!("{PATH}/{id}"), at("2026-12-03 10:00")).await.status(404);
}

#[testkit::test]
async fn who_or_what_is_busy_is_refused_unless_forced(app: App) {
    working(&app).await;
    make(&app, with(at("2026-12-01 10:00"), json!({"resource_instance_ids": [183]}))).await;
    for (body, why) in [
        (at("2026-12-01 10:59"), "The team member is busy or not working: 2026-12-01 10:59"),
        (at("2026-12-01 08:30"), "The team member is busy or not working: 2026-12-01 08:30"),
        (at("2026-12-01 17:30"), "The team member is busy or not working: 2026-12-01 17:30"),
        (at("2026-12-20 10:00"), "The team member is busy or not working: 2026-12-20 10:00"),
        (
            with(at("2026-12-01 10:30"), json!({"staff_id": 1002, "resource_instance_ids": [183]})),
            "A resource is taken: 2026-12-01 10:30",
        ),
    ] {
        let refused = app.owner().post(PATH, body.clone()).await.status(422);
        assert_eq!(refused.fields(), ["date"], "{}", refused.text());
        assert_eq!(refused.body["meta"]["errors"][0]["message"], why);
        make(&app, with(body, json!({"force": true}))).await;
    }
    let deliberate: i64 = app.one("SELECT COUNT(*) FROM occupancy WHERE overlapping = 1", &[]).await;
    assert_eq!(deliberate, 2, "of the five forced ones, those that overlap");
    make(&app, at("2026-12-01 12:00")).await;
}

#[testkit::test]
async fn what_stays_where_it_is_keeps_its_place(app: App) {
    working(&app).await;
    make(&app, at("2026-12-01 10:00")).await;
    let over = make(&app, with(at("2026-12-01 10:30"), json!({"force": true}))).await;
    let path = format!("{PATH}/{over}");
    // Nothing of its place is changed: it is not asked for again.
    let noted = with(at("2026-12-01 10:30"), json!({"comment": "Full", "capacity": 12}));
    assert_eq!(app.owner().put(&path, noted).await.status(200).data()["comment"], "Full");
    let refused = app.owner().put(&path, at("2026-12-01 10:15")).await.status(422);
    assert_eq!(refused.fields(), ["date"]);
    // Nor when the hours were taken away since.
    app.exec("DELETE FROM schedule_days", &[]).await;
    app.owner().put(&path, at("2026-12-01 10:30")).await.status(200);
    let marked: i64 = app.one("SELECT overlapping FROM occupancy WHERE owner_id = $1", params![over]).await;
    assert_eq!(marked, 1);
    let bad = with(at("2026-02-30 10:00"), json!({"capacity": 0}));
    assert_eq!(app.owner().put(&path, bad).await.status(422).fields(), ["date", "capacity"]);
}

#[testkit::test]
async fn of_many_who_want_the_same_hour_one_gets_it(app: App) {
    working(&app).await;
    let tries = (0..8).map(|_| {
        let owner = app.owner();
        tokio::spawn(async move { owner.post(PATH, at("2026-12-01 10:00")).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        statuses.push(one.await.expect("ended"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(statuses[1..].iter().all(|s| [409, 422].contains(s)), "{statuses:?}");
    assert_eq!(app.count("group_events").await, 1);
}

#[testkit::test]
async fn what_is_wrong_is_named(app: App) {
    working(&app).await;
    for (wrong, fields) in [
        (json!({}), vec!["staff_id", "service_id", "date", "capacity"]),
        (at("2026-02-30 10:00"), vec!["date"]),
        (with(at("2026-12-01 10:00"), json!({"staff_id": 1101})), vec!["staff_id"]),
        (with(at("2026-12-01 10:00"), json!({"service_id": 1})), vec!["service_id"]),
        // Not for groups.
        (with(at("2026-12-01 10:00"), json!({"service_id": 83169})), vec!["service_id"]),
        (
            with(at("2026-12-01 10:00"), json!({"resource_instance_ids": [999], "label_ids": [998]})),
            vec!["resource_instance_ids", "label_ids"],
        ),
        (
            with(
                at("2026-12-01 10:00"),
                json!({"capacity": -1, "length": 0, "color": "blue", "stream_link": "x"}),
            ),
            vec!["length", "capacity", "stream_link", "color"],
        ),
        (
            with(at("2026-12-01 10:00"), json!({"length": 300, "technical_break_duration": 300})),
            vec!["technical_break_duration"],
        ),
    ] {
        let refused = app.owner().post(PATH, wrong).await.status(422);
        assert_eq!(refused.fields(), fields, "{}", refused.text());
    }
    assert_eq!(app.count("group_events").await, 0);
    assert_eq!(app.partner().get(&format!("{PATH}/search")).await.status(422).fields(), ["from", "till"]);
    let far = format!("{PATH}/search?from=2026-01-01&till=2027-03-01");
    assert_eq!(app.partner().get(&far).await.status(422).fields(), ["till"]);
    app.partner().get("/api/v1/activity/99999/search?from=2026-12-01&till=2026-12-02").await.status(404);
    app.staff(&["timetable_access"]).await.post(PATH, at("2026-12-01 10:00")).await.status(403);
    app.stranger().post(PATH, at("2026-12-01 10:00")).await.status(404);
}

#[testkit::test]
async fn events_are_found_by_what_they_are(app: App) {
    working(&app).await;
    let stretching = make(&app, with(at("2026-12-01 10:00"), json!({"resource_instance_ids": [183]}))).await;
    let class =
        make(&app, with(at("2026-12-03 10:00"), json!({"service_id": CLASS, "staff_id": 1002}))).await;
    for (query, ids) in [
        ("", vec![stretching, class]),
        ("staff_ids[]=1002", vec![class]),
        ("service_ids[]=83193", vec![stretching]),
        ("service_ids=83193,83192", vec![stretching, class]),
        ("resource_ids[]=71", vec![stretching]),
        ("resource_ids[]=70", vec![]),
        ("count=1&page=2", vec![class]),
    ] {
        assert_eq!(app.partner().get(&search(query)).await.ok().ids(), ids, "{query}");
    }
    let dates = |query: &str| format!("{PATH}/search_dates?from=2026-12-01&till=2026-12-31&{query}");
    assert_eq!(app.partner().get(&dates("")).await.ok().data(), &json!(["2026-12-01", "2026-12-03"]));
    assert_eq!(app.partner().get(&dates("staff_ids[]=1001")).await.ok().data(), &json!(["2026-12-01"]));
    let range = |query: &str| format!("{PATH}/search_dates_range?{query}");
    assert_eq!(
        app.partner().get(&range("")).await.ok().data(),
        &json!({"min_date": "2026-12-01", "max_date": "2026-12-03"})
    );
    assert_eq!(
        app.partner().get(&range("resource_ids[]=70")).await.ok().data(),
        &json!({"min_date": null, "max_date": null})
    );
    let filters = app.partner().get(&format!("{PATH}/filters?staff_ids[]=1001")).await.ok();
    assert_eq!(filters.body["meta"], json!({"count": 4}));
    let choice = |id: i64, title: &str, off: bool| json!({"id": id, "title": title, "is_disabled": off});
    assert_eq!(
        filters.data(),
        &json!([
            {"code": "staff", "title": "Team member",
             "data": [choice(1001, "Ann Lee", false), choice(1002, "Mark Stone", false)]},
            {"code": "service", "title": "Service",
             "data": [choice(83192, "Make-up class", true), choice(83193, "Morning stretching", false)]},
            {"code": "resource", "title": "Resource", "data": [choice(71, "Massage room", false)]},
            {"code": "service_category", "title": "Service category", "data": [choice(83165, "Classes", false)]}
        ])
    );
    let services = app.partner().get(&format!("{PATH}/services?term=STRETCH")).await.ok();
    assert_eq!(services.ids(), [STRETCHING]);
    assert_eq!(services.items()[0]["category"], json!({"id": 83165, "title": "Classes"}));
    assert_eq!(app.partner().get(&format!("{PATH}/services?term=50%25")).await.ok().ids(), [0i64; 0]);
    app.partner().get(&format!("/api/v1/activity/{STRANGER_LOCATION}/services")).await.ok();
}

async fn copies(app: &App, id: i64, body: Value) -> Answer {
    app.owner().post(&format!("{PATH}/{id}/duplicate"), body).await
}

#[testkit::test]
async fn an_event_is_repeated_by_dates_by_a_way_and_by_a_saved_way(app: App) {
    working(&app).await;
    let id = make(&app, with(at("2026-12-01 10:00"), json!({"resource_instance_ids": [183]}))).await;
    let made = copies(&app, id, json!({"dates": ["2026-12-02", "2026-12-02 14:30"]})).await.status(200);
    assert_eq!(made.body["meta"], json!({"count": 2}));
    let dates: Vec<&Value> = made.items().iter().map(|event| &event["date"]).collect();
    assert_eq!(dates, ["2026-12-02T10:00:00-05:00", "2026-12-02T14:30:00-05:00"]);
    assert_eq!(made.items()[0]["resource_instances"][0]["id"], 183);
    assert_eq!((&made.items()[0]["master_id"], &made.items()[0]["records"]), (&json!(1001), &json!([])));

    let clash =
        copies(&app, id, json!({"dates": ["2026-12-04 10:00", "2026-12-01 10:30"]})).await.status(409);
    assert_eq!(
        clash.body["meta"],
        json!({"message": "The team member is busy or not working: 2026-12-01 10:30", "conflict": true})
    );
    assert_eq!(app.count("group_events").await, 3, "all or nothing");

    let strategy = json!({"title": "Tue, Thu", "repeat_mode_id": 4, "content_type": 1});
    let saved = app.owner().post(&format!("{PATH}/duplication_strategy"), strategy).await.status(200);
    let saved = saved.data()["id"].as_i64().expect("an id");
    let made = copies(&app, id, json!({"strategy_id": saved, "till": "2026-12-10"})).await.status(200);
    let dates: Vec<&Value> = made.items().iter().map(|event| &event["date"]).collect();
    assert_eq!(
        dates,
        ["2026-12-03T10:00:00-05:00", "2026-12-08T10:00:00-05:00", "2026-12-10T10:00:00-05:00"]
    );
    let way = json!({"repeat_mode_id": 5, "days": [0, 6], "interval": 0, "till": "2026-12-07"});
    let made = copies(&app, id, way).await.status(200);
    let dates: Vec<&Value> = made.items().iter().map(|event| &event["date"]).collect();
    assert_eq!(dates, ["2026-12-05T10:00:00-05:00", "2026-12-06T10:00:00-05:00"]);

    for (wrong, field) in [
        (json!({}), "dates"),
        (json!({"dates": ["2026-02-30"]}), "dates.0"),
        (json!({"strategy_id": 999, "till": "2026-12-10"}), "strategy_id"),
        (json!({"strategy_id": saved}), "till"),
        (json!({"repeat_mode_id": 9, "till": "2026-12-10"}), "repeat_mode_id"),
        (json!({"repeat_mode_id": 1, "till": "2029-12-10"}), "till"),
    ] {
        let refused = copies(&app, id, wrong).await.status(422);
        assert_eq!(refused.fields(), [field], "{}", refused.text());
    }
}

#[testkit::test]
async fn a_repeated_event_keeps_its_hour_across_a_change_of_the_clock(app: App) {
    bare(&app).await;
    let id = make(&app, with(at("2026-10-30 10:00"), json!({"force": true}))).await;
    let way = json!({"repeat_mode_id": 1, "till": "2026-11-03", "force": true});
    let made = copies(&app, id, way).await.status(200);
    let dates: Vec<&Value> = made.items().iter().map(|event| &event["date"]).collect();
    assert_eq!(
        dates,
        [
            "2026-10-31T10:00:00-04:00",
            "2026-11-01T10:00:00-05:00",
            "2026-11-02T10:00:00-05:00",
            "2026-11-03T10:00:00-05:00"
        ]
    );
}

#[testkit::test]
async fn ways_to_repeat_are_saved_and_changed(app: App) {
    let path = format!("{PATH}/duplication_strategy");
    assert_eq!(
        app.partner().get(&path).await.ok().body,
        json!({"success": true, "data": [], "meta": {"count": 0}})
    );
    let body = json!({"title": "Third week", "repeat_mode_id": "5", "days": [1, 4], "interval": 2, "content_type": 1});
    let made = app.owner().post(&path, body).await.status(200);
    let id = made.data()["id"].as_i64().expect("an id");
    assert_eq!(
        *made.data(),
        json!({
            "id": id, "company_id": LOCATION, "title": "Third week", "repeat_mode_id": 5,
            "repeat_mode": {"id": 5, "title": "Weekly"}, "days": [1, 4], "interval": 2, "content_type": 1
        })
    );
    let changed = app.owner().post(&format!("{path}/{id}"), json!({"days": [2], "content_type": 2})).await;
    assert_eq!((&changed.data()["days"], &changed.data()["content_type"]), (&json!([2]), &json!(2)));
    assert_eq!(app.partner().get(&path).await.ok().ids(), [id]);
    let refused = app.owner().post(&path, json!({"days": [9], "interval": -1})).await.status(422);
    assert_eq!(refused.fields(), ["repeat_mode_id", "title"]);
    app.owner().post(&format!("{path}/999"), json!({"title": "x"})).await.status(404);
    app.stranger().post(&format!("{path}/{id}"), json!({"title": "x"})).await.status(404);
}

#[testkit::test]
async fn a_page_of_events_costs_a_fixed_number_of_queries(app: App) {
    working(&app).await;
    make(&app, at("2026-12-01 10:00")).await;
    let count = async |query: &str| {
        let path = search(query);
        app.owner().unchecked().get(&path).await.ok();
        let before = app.queries();
        app.owner().unchecked().get(&path).await.ok();
        app.queries() - before
    };
    let one = count("").await;
    let mut tx = app.db().begin().await.expect("a transaction");
    let rows = (0..300i64).map(|n| {
        let starts = 1_796_000_000_000 + n * 3_600_000;
        let member = 1001 + n % 6;
        vec![
            LOCATION.into(),
            member.into(),
            STRETCHING.into(),
            starts.into(),
            3600i64.into(),
            5i64.into(),
            0i64.into(),
            0i64.into(),
        ]
    });
    let mut sql = db::Sql::new(
        "INSERT INTO group_events (location_id, team_member_id, service_id, starts_at, length, capacity, created_at, updated_at) VALUES ",
    );
    sql.rows(rows.collect::<Vec<Vec<db::Value>>>());
    sql.exec(&mut tx).await.expect("rows");
    tx.commit().await.expect("committed");
    assert_eq!(count("count=200").await, one);
    assert!(one <= 10, "{one}");
}
