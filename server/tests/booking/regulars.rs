//! Clients who come to all the events of days of a series.

use db::params;
use serde_json::{Value, json};
use testkit::App;

use super::events::{at, make as event};
use super::events_v2::v2;
use super::series::{EVENTS, PATH, begin, day, entries, id_of, series, working};

async fn client(app: &App, name: &str) -> i64 {
    let phone = format!("+1315555{:04}", 300 + app.count("clients").await);
    let body = json!({"name": name, "phone": phone});
    let made = app.owner().post("/api/v1/clients/37532", body).await.status(201);
    made.data()["id"].as_i64().expect("an id")
}

/// A series on Tuesdays and Thursdays of December; gives it with its days, and where its regulars are.
async fn weekly(app: &App) -> (i64, Vec<i64>, String) {
    working(app).await;
    let origin = event(app, at("2026-12-01 10:00")).await;
    let days = [day("tue", "10:00:00"), day("thu", "15:00:00")];
    let (id, days) = begin(app, series(origin, "2026-12-20", &days)).await;
    (id, days, format!("{PATH}/{id}/client_schedules"))
}

/// When the client is to come, as far as it is not deleted.
async fn comes(app: &App, client: i64) -> Vec<String> {
    let list = format!("/api/v1/records/37532?client_id={client}&start_date=2026-03-01&end_date=2026-12-31");
    let list = app.owner().get(&list).await.ok();
    let mut when: Vec<String> =
        list.items().iter().map(|one| one["date"].as_str().expect("a date")[5..16].to_owned()).collect();
    when.sort();
    when
}

async fn taken(app: &App, series: i64, days: &[i64]) -> Vec<i64> {
    let mut out = Vec::new();
    for day in days {
        for entry in entries(app, series, *day).await {
            let read = app.owner().get(&format!("{EVENTS}/{}", id_of(&entry))).await.ok();
            out.push(read.data()["records_count"].as_i64().expect("a count"));
        }
    }
    out
}

#[testkit::test]
async fn a_client_comes_to_all_events_of_the_days_and_to_those_made_later(app: App) {
    let (id, days, path) = weekly(&app).await;
    let jane = client(&app, "Jane").await;
    let body = json!({"client_id": jane, "schedule_days_ids": [days[0]]});
    let made = app.owner().post(&path, body.clone()).await.status(201);
    assert_eq!(made.data()["final_day"], "2026-12-15 10:00:00");
    assert_eq!(made.data()["loyalty_abonement_id"], Value::Null);
    assert_eq!(made.data()["days"][0]["events_master"]["name"], "Ann Lee");
    assert_eq!(made.data()["days"].as_array().map(Vec::len), Some(1));
    assert_eq!(comes(&app, jane).await, ["12-01T10:00", "12-08T10:00", "12-15T10:00"]);
    assert_eq!(taken(&app, id, &days).await, [1, 1, 1, 0, 0, 0]);

    // Each is an appointment like any other: with its price, its visit, its seat, and told of.
    let list = format!("/api/v1/records/37532?client_id={jane}&start_date=2026-12-01&end_date=2026-12-31");
    let one = app.owner().get(&list).await.ok().items()[0].clone();
    assert_eq!((&one["services"][0]["cost"], &one["clients_count"]), (&json!(20), &json!(1)));
    assert!(one["visit_id"].as_i64().is_some_and(|visit| visit > 0));
    let sql = "SELECT COUNT(*) FROM events WHERE entity = 'record' AND change = 'create'";
    assert_eq!(app.one::<i64>(sql, &[]).await, 3);

    // Again is no second time; another day comes by a change.
    let again = app.owner().post(&path, body).await.status(422);
    assert!(again.text().contains("client_id"));
    let regular = made.data()["id"].as_i64().expect("an id");
    let own = format!("{path}/{regular}");
    let both = json!({"schedule_days_ids": [days[1], days[0], days[1]]});
    let changed = app.owner().patch(&own, both).await.status(200);
    assert_eq!(changed.data()["final_day"], "2026-12-17 15:00:00");
    assert_eq!(taken(&app, id, &days).await, [1, 1, 1, 1, 1, 1]);

    // The series goes on: so does the client. A day that was added is none of hers.
    app.owner().patch(&format!("{PATH}/{id}"), json!({"date_end": "2026-12-24"})).await.ok();
    app.owner().post(&format!("{PATH}/{id}/days"), day("fri", "09:00:00")).await.status(201);
    assert_eq!(comes(&app, jane).await.len(), 8);

    let one_day = json!({"schedule_days_ids": [days[1]]});
    app.owner().patch(&own, one_day).await.status(200);
    assert_eq!(comes(&app, jane).await, ["12-03T15:00", "12-10T15:00", "12-17T15:00", "12-24T15:00"]);
    assert_eq!(taken(&app, id, &days).await, [0, 0, 0, 0, 1, 1, 1, 1]);
    // A day that is deleted is hers no more.
    app.owner().delete(&format!("{PATH}/{id}/days/{}", days[1])).await.status(204);
    assert_eq!(comes(&app, jane).await, [""; 0]);
    let none = app.owner().patch(&own, json!({"schedule_days_ids": [days[1]]})).await.status(422);
    assert!(none.text().contains("schedule_days_ids.0"));
}

#[testkit::test]
async fn what_took_place_and_what_others_booked_stays(app: App) {
    let (id, days, path) = weekly(&app).await;
    let (jane, john) = (client(&app, "Jane").await, client(&app, "John").await);
    // John booked the second Tuesday himself before he came regularly.
    let second = id_of(&entries(&app, id, days[0]).await[1]);
    let own = json!({"client": {"id": john}, "clients_count": 1});
    let book = format!("/api/v2/locations/37532/events/{second}/appointments");
    v2(app.owner()).post(&book, own).await.status(201);
    for who in [jane, john] {
        app.owner().post(&path, json!({"client_id": who, "schedule_days_ids": days})).await.status(201);
    }
    assert_eq!(taken(&app, id, &days).await, [2, 2, 2, 2, 2, 2]);
    // 2 December, noon: the first one took place.
    app.advance((253 * 86_400 + 3 * 3600) * 1000);
    let all: Vec<(i64, i64)> = {
        let sql = "SELECT id, client_id FROM event_series_regulars ORDER BY id";
        app.db().conn().await.expect("a connection").all(sql, &[]).await.expect("rows")
    };
    app.owner().delete(&format!("{path}/{}", all[1].0)).await.status(204);
    assert_eq!(comes(&app, john).await, ["12-01T10:00", "12-08T10:00"]);
    assert_eq!(taken(&app, id, &days).await, [2, 2, 1, 1, 1, 1]);
    app.owner().delete(&format!("{path}/{}", all[1].0)).await.status(404);
    // Whoever left may come again.
    app.owner().post(&path, json!({"client_id": john, "schedule_days_ids": [days[1]]})).await.status(201);
    assert_eq!(comes(&app, john).await.len(), 5);
    let counted = "SELECT COUNT(*) FROM group_events e WHERE e.clients_count <> (SELECT COALESCE(SUM(a.clients_count), 0)
         FROM appointments a WHERE a.location_id = e.location_id AND a.event_id = e.id AND a.is_deleted = 0)";
    assert_eq!(app.one::<i64>(counted, &[]).await, 0);
}

#[testkit::test]
async fn where_no_seat_is_free_the_client_is_not_in(app: App) {
    let (id, days, path) = weekly(&app).await;
    let full = id_of(&entries(&app, id, days[0]).await[1]);
    app.exec("UPDATE group_events SET capacity = 1 WHERE id = $1", params![full]).await;
    let (jane, john) = (client(&app, "Jane").await, client(&app, "John").await);
    for who in [jane, john] {
        app.owner().post(&path, json!({"client_id": who, "schedule_days_ids": [days[0]]})).await.status(201);
    }
    assert_eq!(comes(&app, jane).await.len(), 3);
    assert_eq!(comes(&app, john).await, ["12-01T10:00", "12-15T10:00"]);
    // Once there is room, saying the same again lets him in.
    app.exec("UPDATE group_events SET capacity = 2 WHERE id = $1", params![full]).await;
    let sql = "SELECT id FROM event_series_regulars WHERE client_id = $1";
    let regular: i64 = app.one(sql, params![john]).await;
    let same = json!({"schedule_days_ids": [days[0]]});
    app.owner().patch(&format!("{path}/{regular}"), same).await.status(200);
    assert_eq!(comes(&app, john).await.len(), 3);
}

#[testkit::test]
async fn bad_input_names_the_field_and_leaves_nothing(app: App) {
    let (id, days, path) = weekly(&app).await;
    let jane = client(&app, "Jane").await;
    let before = app.count("appointments").await;
    for (body, field) in [
        (json!({}), "client_id"),
        (json!({"client_id": jane}), "schedule_days_ids"),
        (json!({"client_id": 999_999, "schedule_days_ids": days}), "client_id"),
        (json!({"client_id": jane, "schedule_days_ids": [1, 2, 3, 4, 5, 6, 7, 8]}), "schedule_days_ids"),
        (json!({"client_id": jane, "schedule_days_ids": [days[0], 999_999]}), "schedule_days_ids.1"),
        (json!({"client_id": jane, "comer_id": 999_999, "schedule_days_ids": days}), "comer_id"),
        (json!({"client_id": jane, "schedule_days_ids": ["x"]}), "schedule_days_ids"),
    ] {
        let answer = app.owner().post(&path, body.clone()).await.status(422);
        assert!(answer.text().contains(&format!("\"{field}")), "{body}: {}", answer.text());
    }
    assert_eq!(app.count("appointments").await, before);
    assert_eq!(app.count("event_series_regulars").await, 0);

    let body = json!({"client_id": jane, "schedule_days_ids": days});
    let elsewhere = format!("{PATH}/{}/client_schedules", id + 1);
    app.owner().post(&elsewhere, body.clone()).await.status(404);
    app.stranger().post("/api/v1/company/40001/schedules/1/client_schedules", body.clone()).await.status(404);
    app.staff(&["timetable_access"]).await.post(&path, body).await.status(403);
    app.owner().patch(&format!("{path}/77"), json!({"schedule_days_ids": days})).await.status(404);
}

#[testkit::test]
async fn a_long_series_takes_as_many_queries_as_a_short_one(app: App) {
    let mut counts = Vec::new();
    let mut hour = 9;
    for end in ["2026-12-20", "2027-11-01"] {
        if hour == 9 {
            working(&app).await;
        }
        let origin = event(&app, at(&format!("2026-12-02 {hour:02}:00"))).await;
        let (id, days) = begin(&app, series(origin, end, &[day("wed", &format!("{hour:02}:00:00"))])).await;
        let jane = client(&app, "Jane").await;
        let before = app.queries();
        let body = json!({"client_id": jane, "schedule_days_ids": days});
        app.owner().post(&format!("{PATH}/{id}/client_schedules"), body).await.status(201);
        counts.push(app.queries() - before);
        hour += 2;
    }
    assert_eq!(counts[0], counts[1]);
}
