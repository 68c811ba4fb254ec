//! Appointments of their own and in events, version 1.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::{Answer, App};

use super::events::{at as event_at, make as make_event, working};

const LIST: &str = "/api/v1/records/37532";
/// "Men's haircut" and "Beard trim" of the demo; "Back massage" needs the one massage room.
pub const HAIRCUT: i64 = 83169;
const TRIM: i64 = 83170;
const MASSAGE: i64 = 83188;

fn one(id: i64) -> String {
    format!("/api/v1/record/37532/{id}")
}

pub fn at(when: &str) -> Value {
    json!({"staff_id": 1001, "services": [{"id": HAIRCUT}], "client": {"name": "Jane", "phone": "+1 315 555 0175"},
           "datetime": when, "seance_length": 3600, "save_if_busy": false})
}

pub fn with(mut body: Value, more: Value) -> Value {
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

pub async fn make(app: &App, body: Value) -> i64 {
    app.owner().post(LIST, body).await.status(201).items()[0]["id"].as_i64().expect("an id")
}

async fn listed(app: &App, query: &str) -> Vec<i64> {
    app.owner().get(&format!("{LIST}?{query}")).await.status(200).ids()
}

#[testkit::test]
async fn who_left_is_not_booked(app: App) {
    working(&app).await;
    let body = at("2026-12-01 10:00");
    for gone in ["fired", "is_deleted"] {
        let set = |to: i64| format!("UPDATE team_members SET {gone} = {to} WHERE id = 1001");
        app.exec(&set(1), &[]).await;
        let refused = app.owner().post(LIST, body.clone()).await.status(422);
        assert_eq!(refused.body["meta"]["errors"][0]["field"], "staff_id", "{gone}: {}", refused.body);
        app.exec(&set(0), &[]).await;
    }
    make(&app, body).await;
}

#[testkit::test]
async fn an_appointment_is_made_read_changed_and_deleted(app: App) {
    working(&app).await;
    app.exec(
        "INSERT INTO tags (location_id, id, title, color, entity, icon, created_at) VALUES ($1, 61, 'Regular', '#009800', 2, 'star', 0)",
        params![LOCATION],
    )
    .await;
    let services = json!([{"id": HAIRCUT, "first_cost": 90, "discount": 50}, {"id": TRIM}]);
    let body = with(
        at("2026-12-01T10:00:00-05:00"),
        json!({"services": services, "seance_length": 5400, "comment": "Window seat", "sms_remain_hours": 6,
               "email_remain_hours": "24", "attendance": 2, "api_id": 777, "custom_color": "F44336",
               "record_labels": ["61"], "send_sms": true, "technical_break_duration": 300}),
    );
    let made = app.owner().post(LIST, body.clone()).await.status(201);
    assert_eq!(made.body["meta"], json!({"page": 1, "total_count": 1}));
    let id = made.items()[0]["id"].as_i64().expect("an id");
    let read = app.owner().get(&one(id)).await.status(200);
    let a = read.data();
    assert_eq!(a, &made.items()[0]);
    assert_eq!(a["datetime"], "2026-12-01T10:00:00-05:00");
    assert_eq!(a["create_date"], "2026-03-23T10:00:00-0400");
    assert_eq!((&a["seance_length"], &a["technical_break_duration"]), (&json!(5400), &json!(300)));
    assert_eq!(a["services"][0]["cost"], 45);
    assert_eq!((&a["services"][1]["cost"], &a["services"][1]["title"]), (&json!(15), &json!("Beard trim")));
    assert_eq!(
        (&a["client"]["phone"], &a["client"]["phone_country_id"]),
        (&json!("+13155550175"), &json!(7))
    );
    assert_eq!(
        (&a["attendance"], &a["visit_attendance"], &a["confirmed"]),
        (&json!(2), &json!(2), &json!(1))
    );
    assert_eq!(
        (&a["custom_color"], &a["api_id"], &a["sms_before"]),
        (&json!("f44336"), &json!("777"), &json!(6))
    );
    assert_eq!(a["record_labels"][0]["title"], "Regular");
    assert_eq!(a["documents"][0]["visit_id"], a["visit_id"]);
    assert_eq!(a["staff"]["name"], "Ann Lee");
    assert_eq!(
        (&a["online"], &a["deleted"], &a["master_request"]),
        (&json!(false), &json!(false), &json!(1))
    );

    // Changed in full; what is not required and left out stays.
    let moved = app.owner().put(&one(id), at("2026-12-02 09:00")).await.status(201);
    assert_eq!(moved.data()["datetime"], "2026-12-02T09:00:00-05:00");
    assert_eq!(
        (&moved.data()["comment"], &moved.data()["staff"]["spec"]),
        (&json!("Window seat"), &json!("Hairdresser"))
    );
    assert_ne!(moved.data()["visit_id"], a["visit_id"], "another day is another visit");
    assert_eq!(moved.data()["client"]["id"], a["client"]["id"], "found by the phone");
    // The old time is free again, the new one is taken.
    make(&app, at("2026-12-01 10:00")).await;
    let refused = app.owner().post(LIST, at("2026-12-02 09:30")).await.status(422);
    assert_eq!(refused.fields(), ["datetime"]);

    app.owner().delete(&one(id)).await.status(204);
    assert_eq!(app.owner().get(&one(id)).await.status(200).data()["deleted"], true);
    app.owner().delete(&one(id)).await.status(404);
    app.owner().put(&one(id), at("2026-12-02 09:00")).await.status(404);
    assert!(!listed(&app, "").await.contains(&id));
    assert!(listed(&app, "with_deleted=1").await.contains(&id));
    make(&app, at("2026-12-02 09:30")).await;
}

#[testkit::test]
async fn what_is_wrong_is_named(app: App) {
    working(&app).await;
    for (wrong, fields) in [
        (json!({}), vec!["client", "staff_id", "services", "datetime", "seance_length"]),
        (with(at("2026-02-30 10:00"), json!({"seance_length": 0})), vec!["datetime", "seance_length"]),
        (with(at("2026-12-01 10:00"), json!({"staff_id": 1101})), vec!["staff_id"]),
        (with(at("2026-12-01 10:00"), json!({"services": [{"id": 1}, {}]})), vec!["services.1.id"]),
        (with(at("2026-12-01 10:00"), json!({"services": [{"id": 1}]})), vec!["services.0.id"]),
        (
            with(
                at("2026-12-01 10:00"),
                json!({"services": [{"id": HAIRCUT, "discount": 101, "cost": -1, "amount": 0}]}),
            ),
            vec!["services.0.amount", "services.0.discount", "services.0.cost"],
        ),
        (
            with(
                at("2026-12-01 10:00"),
                json!({"attendance": 3, "custom_color": "blue", "sms_remain_hours": -1}),
            ),
            vec!["custom_color", "attendance", "sms_remain_hours"],
        ),
        (
            with(at("2026-12-01 10:00"), json!({"client": {"phone": "12"}})),
            vec!["client.name", "client.phone"],
        ),
        (
            with(at("2026-12-01 10:00"), json!({"record_labels": [99901], "resource_instance_ids": [2]})),
            vec!["record_labels", "resource_instance_ids"],
        ),
        (
            with(at("2026-12-01 10:00"), json!({"technical_break_duration": 100})),
            vec!["technical_break_duration"],
        ),
        (with(at("2026-12-01 10:00"), json!({"activity_id": 99})), vec!["activity_id"]),
    ] {
        let answer = app.owner().post(LIST, wrong.clone()).await.status(422);
        assert_eq!(answer.fields(), fields, "{wrong}");
    }
    assert_eq!(app.count("appointments").await, 0);
    assert_eq!(app.count("visits").await, 0);
    app.owner().post("/api/v1/records/40001", at("2026-12-01 10:00")).await.status(404);
}

#[testkit::test]
async fn who_is_busy_or_off_is_refused_unless_it_is_meant(app: App) {
    working(&app).await;
    let first = make(&app, at("2026-12-01 10:00")).await;
    for when in
        ["2026-12-01 09:01", "2026-12-01 10:59", "2026-12-01 08:00", "2026-12-01 17:30", "2026-12-24 10:00"]
    {
        let refused = app.owner().post(LIST, at(when)).await.status(422);
        assert_eq!(refused.fields(), ["datetime"], "{when}");
    }
    // Touching is not overlapping, and others are free.
    make(&app, at("2026-12-01 11:00")).await;
    make(&app, with(at("2026-12-01 10:00"), json!({"staff_id": 1002}))).await;
    let over = make(&app, with(at("2026-12-01 10:30"), json!({"save_if_busy": true}))).await;
    let marked: i64 = app.one("SELECT overlapping FROM occupancy WHERE owner_id = $1", params![over]).await;
    assert_eq!(marked, 1);
    make(&app, with(at("2026-12-24 10:00"), json!({"save_if_busy": 1}))).await;
    // What stays where it is keeps its place, whatever the hours have become since.
    app.exec("DELETE FROM schedule_days", &[]).await;
    app.owner().put(&one(over), with(at("2026-12-01 10:30"), json!({"comment": "Ours"}))).await.status(201);
    app.owner().put(&one(first), at("2026-12-01 10:05")).await.status(422);
    // An event is in the way of an appointment, and the other way round.
    working(&app).await;
    make_event(&app, event_at("2026-12-03 10:00")).await;
    app.owner().post(LIST, at("2026-12-03 10:30")).await.status(422);
    make(&app, at("2026-12-03 12:00")).await;
    app.owner().post("/api/v1/activity/37532", event_at("2026-12-03 12:30")).await.status(422);
}

#[testkit::test]
async fn a_resource_is_taken_as_a_team_member_is(app: App) {
    working(&app).await;
    let massage =
        |member: i64, when: &str| with(at(when), json!({"staff_id": member, "services": [{"id": MASSAGE}]}));
    let instances: i64 = app
        .one("SELECT COUNT(*) FROM resource_instances WHERE resource_id = 71 AND is_deleted = 0", &[])
        .await;
    let first = app.owner().post(LIST, massage(1001, "2026-12-01 10:00")).await.status(201);
    assert_eq!(first.items()[0]["resource_instance_ids"].as_array().expect("a list").len(), 1);
    if instances > 1 {
        app.exec("UPDATE resource_instances SET is_deleted = 1 WHERE resource_id = 71 AND id > 183", &[])
            .await;
    }
    let refused = app.owner().post(LIST, massage(1002, "2026-12-01 10:30")).await.status(422);
    assert!(
        refused.body["meta"]["errors"][0]["message"].as_str().expect("a text").contains("resource"),
        "{refused:?}"
    );
    app.owner().post(LIST, massage(1002, "2026-12-01 11:00")).await.status(201);
    let forced = with(massage(1002, "2026-12-01 10:00"), json!({"save_if_busy": true}));
    app.owner().post(LIST, forced).await.status(201);
}

#[testkit::test]
async fn in_an_event_it_takes_a_seat_and_gives_it_back(app: App) {
    working(&app).await;
    let event = make_event(
        &app,
        json!({"date": "2026-12-01 10:00", "service_id": super::events::STRETCHING,
        "staff_id": 1001, "capacity": 2, "length": 3600}),
    )
    .await;
    let body = |phone: &str| json!({"activity_id": event, "client": {"name": "Joe", "phone": phone}, "comment": "Mat"});
    let made = app.owner().post(LIST, body("+13155550101")).await.status(201);
    let a = &made.items()[0];
    assert_eq!(
        (&a["activity_id"], &a["staff_id"], &a["seance_length"]),
        (&json!(event), &json!(1001), &json!(3600))
    );
    assert_eq!((&a["comment"], &a["services"][0]["cost"]), (&json!("Mat"), &json!(20)));
    let id = a["id"].as_i64().expect("an id");
    app.owner().post(LIST, body("+13155550102")).await.status(201);
    app.owner().post(LIST, body("+13155550103")).await.status(422);
    app.owner().put(&one(id), json!({"activity_id": event, "client": {"name": "Joe", "phone": "+13155550101"}, "attendance": 1})).await.status(201);
    let refused = app.owner().put(&one(id), at("2026-12-01 10:00")).await.status(422);
    assert_eq!(refused.fields(), ["activity_id"]);
    app.owner().delete(&one(id)).await.status(204);
    let left: i64 = app.one("SELECT clients_count FROM group_events WHERE id = $1", params![event]).await;
    assert_eq!(left, 1);
    app.owner().post(LIST, body("+13155550103")).await.status(201);
}

#[testkit::test]
async fn a_list_is_filtered_and_paged(app: App) {
    working(&app).await;
    let a = make(&app, at("2026-12-01 10:00")).await;
    let b = make(&app, with(at("2026-12-02 10:00"), json!({"staff_id": 1002}))).await;
    let c =
        make(&app, with(at("2026-12-03 10:00"), json!({"client": {"name": "Joe", "phone": "+13155550101"}})))
            .await;
    assert_eq!(listed(&app, "").await, [a, b, c]);
    assert_eq!(listed(&app, "staff_id=1002").await, [b]);
    assert_eq!(listed(&app, "team_member_id=1001&start_date=2026-12-02").await, [c]);
    assert_eq!(listed(&app, "start_date=2026-12-02&end_date=2026-12-02").await, [b]);
    let joe: i64 = app.one("SELECT id FROM clients WHERE phone = '+13155550101'", &[]).await;
    assert_eq!(listed(&app, &format!("client_id={joe}")).await, [c]);
    app.advance(86_400_000);
    app.owner().put(&one(b), with(at("2026-12-02 11:00"), json!({"staff_id": 1002}))).await.status(201);
    assert_eq!(listed(&app, "changed_after=2026-03-24T00:00:00").await, [b]);
    assert_eq!(listed(&app, "changed_before=2026-03-24T00:00:00").await, [a, c]);
    assert_eq!(listed(&app, "c_start_date=2026-03-23&c_end_date=2026-03-23").await.len(), 3);
    assert_eq!(listed(&app, "c_start_date=2026-03-24").await.len(), 0);
    assert_eq!(listed(&app, "created_user_id=1").await.len(), 3);
    assert_eq!(listed(&app, "created_user_id=2").await.len(), 0);
    let page = app.owner().get(&format!("{LIST}?page=2&count=2")).await.status(200);
    assert_eq!((page.ids(), &page.body["meta"]), (vec![c], &json!({"page": 2, "total_count": 3})));
    assert_eq!(app.owner().get(&format!("{LIST}?start_date=x")).await.status(422).fields(), ["start_date"]);
    // As many queries for many as for one.
    let before = app.queries();
    app.owner().get(&format!("{LIST}?count=1")).await.status(200);
    let few = app.queries() - before;
    app.owner().get(LIST).await.status(200);
    assert_eq!(app.queries() - before - few, few);
}

#[testkit::test]
async fn appointments_of_a_client_and_a_day_are_one_visit(app: App) {
    working(&app).await;
    let visit = |answer: &Answer| answer.items()[0]["visit_id"].as_i64().expect("an id");
    let first = app.owner().post(LIST, at("2026-12-01 10:00")).await.status(201);
    let second =
        app.owner().post(LIST, with(at("2026-12-01 12:00"), json!({"staff_id": 1002}))).await.status(201);
    let other = app.owner().post(LIST, with(at("2026-12-01 14:00"), json!({"client": {}}))).await.status(201);
    let another =
        app.owner().post(LIST, with(at("2026-12-01 15:00"), json!({"client": null}))).await.status(201);
    assert_eq!(visit(&first), visit(&second));
    assert_ne!(visit(&other), visit(&another), "nobody in particular comes twice");
    assert_eq!(app.count("visits").await, 3);
    let id = second.items()[0]["id"].as_i64().expect("an id");
    let came = with(at("2026-12-01 12:00"), json!({"staff_id": 1002, "attendance": 1}));
    assert_eq!(app.owner().put(&one(id), came).await.status(201).data()["visit_attendance"], 1);
    // The one that nobody has come to yet says so too, also without a service.
    let first_id = first.items()[0]["id"].as_i64().expect("an id");
    for gone in [-1, first_id] {
        app.exec("DELETE FROM appointment_services WHERE appointment_id = $1", params![gone]).await;
        let list = app.owner().get(LIST).await.status(200);
        let shown = list.items().iter().find(|a| a["id"] == first_id).expect("listed").clone();
        assert_eq!((&shown["attendance"], &shown["visit_attendance"]), (&json!(0), &json!(1)));
        assert_eq!(shown["services"].as_array().map(Vec::len), Some(usize::from(gone != first_id)));
    }
    let (attendance, cost): (i64, i64) =
        app.one("SELECT attendance, cost FROM visits WHERE id = $1", params![visit(&first)]).await;
    let paid = second.items()[0]["services"][0]["cost"].as_i64().expect("a cost");
    assert_eq!((attendance, cost), (1, paid * 100), "only what took place");
}

#[testkit::test]
async fn rights_bound_what_is_seen_and_done(app: App) {
    working(&app).await;
    let id = make(&app, at("2026-12-01 10:00")).await;
    let rights = ["timetable_access", "record_form_access", "edit_records_access", "create_records_access"];
    let clerk = app.staff(&rights).await;
    assert_eq!(clerk.get(&one(id)).await.status(200).data()["client"]["phone"], "");
    let phones =
        app.staff(&["timetable_access", "timetable_phones_access", "clients_phones_email_access"]).await;
    assert_eq!(phones.get(&one(id)).await.status(200).data()["client"]["phone"], "+13155550175");
    phones.put(&one(id), at("2026-12-01 10:00")).await.status(403);
    phones.delete(&one(id)).await.status(403);
    // Nothing is changed: nothing more is asked for.
    clerk.put(&one(id), at("2026-12-01 10:00")).await.status(201);
    for more in [
        json!({"attendance": 1}),
        json!({"comment": "x"}),
        json!({"seance_length": 1800}),
        json!({"services": [{"id": TRIM}]}),
        json!({"datetime": "2026-12-01 12:00"}),
        json!({"services": [{"id": HAIRCUT, "cost": 1}]}),
        json!({"services": [{"id": HAIRCUT, "discount": 5}]}),
        json!({"client": {"name": "New", "phone": "+13155550109"}}),
    ] {
        clerk.put(&one(id), with(at("2026-12-01 10:00"), more.clone())).await.status(403);
    }
    app.stranger().get(&one(id)).await.status(404);
    let elsewhere = format!("/api/v1/record/{STRANGER_LOCATION}/{id}");
    app.stranger().get(&elsewhere).await.status(404);
}

#[testkit::test]
async fn values_of_own_fields_are_kept_by_code(app: App) {
    working(&app).await;
    app.exec(
        "INSERT INTO custom_fields (location_id, id, entity, kind, code, title, show_in_ui, user_can_edit, created_at)
         VALUES ($1, 901, 'record', 'number', 'cups', 'Cups', 1, 1, 0), ($1, 902, 'record', 'text', 'song', 'Song', 1, 1, 0)",
        params![LOCATION],
    )
    .await;
    let body = with(at("2026-12-01 10:00"), json!({"custom_fields": {"cups": 2, "song": "Blue"}}));
    let made = app.owner().post(LIST, body).await.status(201);
    let id = made.items()[0]["id"].as_i64().expect("an id");
    assert_eq!(made.items()[0]["custom_fields"], json!({"cups": 2, "song": "Blue"}));
    let wrong = with(at("2026-12-01 10:00"), json!({"custom_fields": {"cups": "many", "hat": 1}}));
    assert_eq!(
        app.owner().put(&one(id), wrong).await.status(422).fields(),
        ["custom_fields.cups", "custom_fields.hat"]
    );
    let emptied = with(at("2026-12-01 10:00"), json!({"custom_fields": {"song": null}}));
    assert_eq!(
        app.owner().put(&one(id), emptied).await.status(201).data()["custom_fields"],
        json!({"cups": 2})
    );
    let none = app.staff(&["timetable_access"]).await;
    assert_eq!(none.get(&one(id)).await.status(200).data()["custom_fields"], json!([]));
}

#[testkit::test]
async fn of_many_who_want_one_time_one_gets_it(app: App) {
    working(&app).await;
    let tries = (0..40).map(|n| {
        let owner = app.owner();
        let phone = format!("+1315555{:04}", 100 + n);
        let body = with(at("2026-12-01 10:00"), json!({"client": {"name": "Jane", "phone": phone}}));
        tokio::spawn(async move { owner.post(LIST, body).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        statuses.push(one.await.expect("ended"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(statuses[1..].iter().all(|status| *status == 422), "{statuses:?}");
    assert_eq!(app.count("appointments").await, 1);
    assert_eq!(
        app.count("clients").await
            - app.one::<i64>("SELECT COUNT(*) FROM clients WHERE phone NOT LIKE '+1315555%'", &[]).await,
        1
    );
}
