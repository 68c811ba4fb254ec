//! Who sees series of events, and what it costs.

use db::params;
use frontdesk::demo::LOCATION;
use serde_json::{Value, json};
use testkit::{App, make};

use super::events::{at, make as event};
use super::series::{EVENTS, PATH, begin, day, entries, expect, series, told, working};

#[testkit::test]
async fn who_may_and_what_is_shown(app: App) {
    working(&app).await;
    let origin = event(&app, at("2026-12-01 10:00")).await;
    let mut marks = day("wed", "10:00:00");
    marks["events_master_id"] = json!(1002);
    let (id, days) = begin(&app, series(origin, "2026-12-15", &[day("tue", "10:00:00"), marks])).await;
    let search = format!("{PATH}/search/activity/{origin}?include[]=days");
    let (one, whole) = (format!("{PATH}/{id}/days/{}", days[0]), format!("{PATH}/{id}"));

    let stranger = app.stranger();
    stranger.get(&search).await.status(404);
    stranger.get("/api/v1/company/40001/schedules/search/activity/1").await.status(404);
    stranger.delete(&format!("/api/v1/company/40001/schedules/{id}")).await.status(404);
    stranger.get(&format!("/api/v1/company/40001/schedules/{id}/days/{}/events", days[0])).await.status(404);
    app.staff(&[]).await.get(&search).await.status(403);
    let reader = app.staff(&["timetable_access"]).await;
    reader.get(&search).await.ok();
    reader.get(&format!("{one}/events")).await.ok();
    reader.post(PATH, json!({})).await.status(403);
    reader.patch(&whole, json!({"date_end": "2026-12-20"})).await.status(403);
    reader.patch(&one, json!({})).await.status(403);
    reader.delete(&one).await.status(403);
    reader.delete(&whole).await.status(403);

    let rights =
        ["timetable_access", "create_records_access", "edit_records_access", "delete_records_access"];
    let narrow = async |of: i64| {
        let mut grants = make::grants(org::rights::Role::Worker, &rights);
        grants.set("timetable_master_id", &json!(of)).expect("a right");
        let (user, client) = make::user(&app, "Narrow").await;
        make::member(&app, LOCATION, user, grants).await;
        client
    };
    let marks = narrow(1002).await;
    let shown = marks.get(&search).await.ok();
    let names: Vec<&Value> =
        shown.data()["days"].as_array().expect("days").iter().map(|d| &d["day_of_week"]).collect();
    assert_eq!(names, ["wed"]);
    marks.get(&format!("{one}/events")).await.status(404);
    marks.patch(&one, json!({"force": false})).await.status(404);
    marks.delete(&one).await.status(404);
    marks.delete(&whole).await.status(403);
    marks.patch(&whole, json!({"date_end": "2026-12-20"})).await.status(403);
    let thursday = day("thu", "10:00:00");
    assert_eq!(
        marks.post(&format!("{whole}/days"), thursday).await.status(422).fields(),
        ["events_master_id"]
    );
    marks.patch(&format!("{PATH}/{id}/days/{}", days[1]), json!({"force": false})).await.status(200);
    let other = event(&app, at("2026-12-03 10:00")).await;
    let mut body = series(other, "2026-12-15", &[day("tue", "10:00:00")]);
    body["days"][0]["events_master_id"] = json!(1002);
    assert_eq!(marks.post(PATH, body).await.status(422).fields(), ["original_entity_id"]);
    // One who is deleted stays in the series, for those who see all: it can be given to another, or end.
    app.exec("UPDATE team_members SET is_deleted = 1 WHERE id = 1001", &[]).await;
    assert_eq!(app.owner().get(&search).await.ok().data()["days"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        app.owner().patch(&one, json!({"events_time": "11:00:00"})).await.status(422).fields(),
        ["events_master_id"]
    );
    app.owner().patch(&one, json!({"events_master_id": 1002, "events_time": "11:00:00"})).await.status(200);
    assert_eq!(
        told(&entries(&app, id, days[0]).await),
        expect(&[("12-01 11:00", "stable"), ("12-08 11:00", "stable"), ("12-15 11:00", "stable")])
    );
    let nobodys = narrow(1003).await;
    nobodys.get(&search).await.status(404);
    nobodys.delete(&whole).await.status(404);
}

#[testkit::test]
async fn a_long_series_costs_no_more_queries_than_a_short_one(app: App) {
    working(&app).await;
    let (short, long) =
        (event(&app, at("2026-12-01 10:00")).await, event(&app, at("2026-12-02 10:00")).await);
    let hours = "INSERT INTO schedule_days (location_id, team_member_id, day, slots) VALUES ($1, 1001, $2, '[[32400,64800]]')
        ON CONFLICT (location_id, team_member_id, day) DO NOTHING";
    let mut tx = app.db().begin().await.expect("a transaction");
    for n in 0..400 {
        let date = jiff::civil::date(2026, 12, 1).saturating_add(jiff::Span::new().days(n));
        tx.exec(hours, params![LOCATION, date.to_string()]).await.expect("a row");
    }
    tx.commit().await.expect("committed");
    let counted = async |path: String, body: Option<Value>| {
        let before = app.queries();
        let answer = match body {
            Some(body) => app.owner().unchecked().post(&path, body).await,
            None => app.owner().unchecked().get(&path).await,
        };
        assert!(answer.status.is_success(), "{}", answer.text());
        (app.queries() - before, answer)
    };
    counted(format!("{EVENTS}/{short}"), None).await;
    let week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(|name| day(name, "12:00:00"));
    let path = format!("{PATH}?include[]=days");
    let few = series(short, "2026-12-04", &[day("tue", "15:00:00"), day("thu", "15:00:00")]);
    let (few, small) = counted(path.clone(), Some(few)).await;
    let (many, large) = counted(path, Some(series(long, "2027-12-31", &week))).await;
    let days = |answer: &testkit::Answer, at: usize| answer.data()["days"][at]["id"].as_i64().expect("an id");
    let events =
        |answer: &testkit::Answer| format!("{PATH}/{}/days/{}/events", answer.data()["id"], days(answer, 0));
    let (one, list) = counted(events(&small), None).await;
    let (all, long_list) = counted(events(&large), None).await;
    assert_eq!((list.items().len(), long_list.items().len()), (0, 56));
    assert!(all <= one && one <= 16, "{all} {one}");
    assert!(many <= few + 4, "bulk: {many} for 390 events, {few} for one");
    let search = |id| format!("{PATH}/search/activity/{id}?include[]=days.events_master");
    let (one, _) = counted(search(short), None).await;
    let (all, _) = counted(search(long), None).await;
    assert_eq!(all, one);
}

#[testkit::test]
async fn history_is_shown_as_far_back_as_it_is_open(app: App) {
    working(&app).await;
    let origin = event(&app, at("2026-03-10 10:00")).await;
    let (id, days) = begin(&app, series(origin, "2026-03-31", &[day("tue", "10:00:00")])).await;
    let mut grants = make::grants(org::rights::Role::Worker, &["timetable_access"]);
    grants.set("timetable_last_days_count", &json!(7)).expect("a right");
    let (user, client) = make::user(&app, "Narrow").await;
    make::member(&app, LOCATION, user, grants).await;
    let shown = client.get(&format!("{PATH}/{id}/days/{}/events", days[0])).await.ok();
    let dates = ["03-17 10:00", "03-24 10:00", "03-31 10:00"].map(|when| (when, "stable"));
    assert_eq!(told(shown.items()), expect(&dates));
    assert_eq!(shown.body["meta"], json!({"count": 3}));
}

#[testkit::test]
async fn of_many_series_of_one_event_there_is_one(app: App) {
    working(&app).await;
    let origin = event(&app, at("2026-12-01 10:00")).await;
    let tries = (0..6).map(|_| {
        let owner = app.owner();
        let body = series(origin, "2026-12-15", &[day("tue", "10:00:00")]);
        tokio::spawn(async move { owner.post(PATH, body).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        statuses.push(one.await.expect("ended"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(statuses[1..].iter().all(|s| [409, 422].contains(s)), "{statuses:?}");
    assert_eq!((app.count("event_series").await, app.count("group_events").await), (1, 3));
}
