//! What can be booked online, over HTTP.

use db::params;
use frontdesk::demo::LOCATION;
use serde_json::{Value, json};
use testkit::App;

use super::appointments::{HAIRCUT, at, make, with};
use super::events::working;

const TIMES: &str = "/api/v1/book_times/37532";

/// As [`working`], some months earlier: within the horizon.
pub async fn soon(app: &App) {
    working(app).await;
    app.exec("UPDATE locations SET phone_confirmation = 0 WHERE id = $1", params![LOCATION]).await;
    let dates: Vec<String> = (24..=28).map(|day| format!("2026-03-{day:02}")).collect();
    let slots = json!([{"from": "09:00", "to": "13:00"}]);
    let set: Vec<Value> =
        [1001, 1002].iter().map(|id| json!({"staff_id": id, "dates": dates, "slots": slots})).collect();
    let path = "/api/v1/company/37532/staff/schedule";
    app.owner().put(path, json!({"schedules_to_set": set})).await.status(200);
}

pub async fn times(app: &App, path: &str) -> Vec<String> {
    let answer = app.partner().get(path).await.status(200);
    answer.items().iter().map(|slot| slot["time"].as_str().expect("a time").to_owned()).collect()
}

#[testkit::test]
async fn the_free_times_of_a_day_are_what_is_left_of_it(app: App) {
    soon(&app).await;
    let path = format!("{TIMES}/1001/2026-03-24?service_ids[]={HAIRCUT}");
    let all = times(&app, &path).await;
    assert_eq!((all.len(), all[0].as_str(), all[12].as_str()), (13, "09:00", "12:00"));
    make(&app, at("2026-03-24 10:00")).await;
    assert_eq!(times(&app, &path).await, ["09:00", "11:00", "11:15", "11:30", "11:45", "12:00"]);
    let slot = app.partner().get(&path).await.status(200);
    assert_eq!(
        slot.items()[0],
        json!({"time": "09:00", "seance_length": 3600, "sum_length": 3600, "datetime": "2026-03-24T09:00:00-04:00"})
    );
    // Nobody named: Mark is free then.
    let any = times(&app, &format!("{TIMES}/0/2026-03-24?service_ids[]={HAIRCUT}")).await;
    let mark = times(&app, &format!("{TIMES}/1002/2026-03-24?service_ids[]={HAIRCUT}")).await;
    let mut either = [times(&app, &path).await, mark].concat();
    either.sort_unstable();
    either.dedup();
    assert_eq!(any, either);
    for nothing in ["2026-03-22", "2026-03-29", "2026-12-01"] {
        assert!(
            times(&app, &format!("{TIMES}/1001/{nothing}?service_ids={HAIRCUT}")).await.is_empty(),
            "{nothing}"
        );
    }
    app.partner().get(&format!("{TIMES}/1001/tomorrow")).await.status(422);
    app.partner().get("/api/v1/book_times/1/0/2026-03-24").await.status(404);
    app.nobody().get(&path).await.status(401);
}

/// Asks twice; what both answered alike, where the second asked the database nothing.
async fn unread(app: &App, path: &str) -> Option<Value> {
    let first = app.partner().get(path).await.status(200).body;
    let before = app.queries();
    let second = app.partner().get(path).await.status(200).body;
    let read = app.queries() - before;
    assert_eq!(first, second);
    (read == 0).then_some(first)
}

#[testkit::test]
async fn what_is_asked_again_is_not_read_again_until_something_is_written(app: App) {
    soon(&app).await;
    let path = format!("{TIMES}/1001/2026-03-24?service_ids[]={HAIRCUT}");
    // What is kept lasts a second; a machine that stands still for so long reads anew, but not each time.
    let mut kept = None;
    for _ in 0..50 {
        kept = unread(&app, &path).await;
        if kept.is_some() {
            break;
        }
    }
    let kept = kept.expect("the second time nothing is read");
    let offers = |body: &Value, time: &str| {
        body["data"].as_array().is_some_and(|all| all.iter().any(|one| one["time"] == time))
    };
    assert!(offers(&kept, "10:00"), "{kept}");
    let id = make(&app, at("2026-03-24T10:00:00")).await;
    let taken = app.partner().get(&path).await.status(200).body;
    assert!(!offers(&taken, "10:00") && offers(&taken, "11:00"), "{taken}");
    app.owner().delete(&format!("/api/v1/record/{LOCATION}/{id}")).await;
    assert_eq!(app.partner().get(&path).await.status(200).body, kept);
    // Settings count at once too.
    let settings = format!("/api/frontdesk/v1/locations/{LOCATION}/online_booking/settings");
    app.owner().put(&settings, json!({"lead_time": 43_200})).await.status(200);
    assert_eq!(app.partner().get(&path).await.status(200).items().len(), 0, "a month ahead at the least");
}

#[testkit::test]
async fn several_services_follow_each_other(app: App) {
    soon(&app).await;
    let anns = app.partner().get("/api/v1/book_services/37532?staff_id=1001").await.status(200);
    let other =
        anns.data()["services"].as_array().expect("services").iter().find(|s| s["id"] != HAIRCUT).cloned();
    let other = other.expect("Ann does more than one");
    let both = format!("{TIMES}/1001/2026-03-24?service_ids[]={HAIRCUT}&service_ids[]={}", other["id"]);
    let answer = app.partner().get(&both).await.status(200);
    let long = 3600 + other["seance_length"].as_i64().expect("seconds");
    assert_eq!(answer.items()[0]["sum_length"], long);
    let last = (4 * 3600 - long).div_euclid(900) * 900;
    assert_eq!(
        i64::try_from(answer.items().len()).expect("few"),
        last / 900 + 1,
        "the last one ends when the hours do"
    );
}

#[testkit::test]
async fn settings_of_online_booking_count(app: App) {
    soon(&app).await;
    let path = format!("{TIMES}/1001/2026-03-24?service_ids={HAIRCUT}");
    let rules = "/api/frontdesk/v1/locations/37532/online_booking/settings";
    let set = |body: Value| {
        let owner = app.owner();
        async move { owner.put(rules, body).await.status(200) }
    };
    // It is ten in the morning of the day before.
    set(json!({"lead_time": 25 * 60})).await;
    assert_eq!(times(&app, &path).await[0], "11:00");
    set(json!({"lead_time": 0, "grid": {"step": 3600}})).await;
    assert_eq!(times(&app, &path).await, ["09:00", "10:00", "11:00", "12:00"]);
    set(json!({"horizon": 1})).await;
    assert_eq!(times(&app, &path).await.len(), 4);
    app.advance(-86_400_000);
    assert!(times(&app, &path).await.is_empty());
}

#[testkit::test]
async fn dates_are_those_with_a_free_time(app: App) {
    soon(&app).await;
    // One of the days is full.
    make(&app, with(at("2026-03-25 09:00"), json!({"seance_length": 14400}))).await;
    let path = format!(
        "/api/v1/book_dates/37532?staff_id=1001&service_ids[]={HAIRCUT}&date_from=2026-03-20&date_to=2026-04-02"
    );
    let answer = app.partner().get(&path).await.status(200);
    let data = answer.data();
    assert_eq!(data["booking_dates"], json!(["2026-03-24", "2026-03-26", "2026-03-27", "2026-03-28"]));
    assert_eq!(data["booking_days"], json!({"3": [24, 26, 27, 28]}));
    assert_eq!(
        data["working_dates"],
        json!(["2026-03-24", "2026-03-25", "2026-03-26", "2026-03-27", "2026-03-28"])
    );
    let none = app.partner().get("/api/v1/book_dates/37532?date=2026-05-01").await.status(200);
    assert_eq!((&none.data()["booking_days"], &none.data()["booking_dates"]), (&json!([]), &json!([])));
    let nearest = app
        .partner()
        .get(&format!("/api/v1/book_staff_seances/37532/1001?service_ids={HAIRCUT}&datetime=2026-03-25"))
        .await
        .status(200);
    assert_eq!(
        (&nearest.data()["seance_date"], &nearest.data()["seances"][0]["time"]),
        (&json!("2026-03-26"), &json!("09:00"))
    );
}

#[testkit::test]
async fn who_and_what_can_be_booked_is_listed(app: App) {
    soon(&app).await;
    let staff =
        app.partner().get(&format!("/api/v1/book_staff/37532?service_ids={HAIRCUT}")).await.status(200);
    assert!(staff.ids().contains(&1001));
    let ann = staff.items().iter().find(|m| m["id"] == 1001).expect("Ann");
    assert_eq!((&ann["bookable"], &ann["seance_date"]), (&json!(true), &json!("2026-03-24")));
    make(&app, at("2026-03-24 09:00")).await;
    let at_nine = format!("/api/v1/book_staff/37532?service_ids={HAIRCUT}&datetime=2026-03-24T09:30");
    assert!(!app.partner().get(&at_nine).await.status(200).ids().contains(&1001));
    app.exec("UPDATE team_members SET hidden = 1 WHERE id = 1001", &[]).await;
    assert!(!app.partner().get("/api/v1/book_staff/37532").await.status(200).ids().contains(&1001));
    app.exec("UPDATE team_members SET hidden = 0 WHERE id = 1001", &[]).await;

    let of = |answer: &testkit::Answer| -> Vec<i64> {
        answer.data()["services"]
            .as_array()
            .expect("services")
            .iter()
            .filter_map(|s| s["id"].as_i64())
            .collect()
    };
    let all = app.partner().get("/api/v1/book_services/37532").await.status(200);
    assert!(of(&all).contains(&HAIRCUT) && !of(&all).contains(&83193), "classes are booked as events");
    assert!(all.data()["services"][0].get("seance_length").is_none());
    let anns = app.partner().get("/api/v1/book_services/37532?staff_id=1001").await.status(200);
    assert_eq!(anns.data()["services"][0]["seance_length"].as_i64().map(|s| s > 0), Some(true));
    // What still fits between half past eleven and the end at one, behind a haircut: nothing longer than half an hour.
    let fits = format!(
        "/api/v1/book_services/37532?staff_id=1001&datetime=2026-03-24T11:30:00&service_ids[]={HAIRCUT}"
    );
    let fits = app.partner().get(&fits).await.status(200);
    let lengths: Vec<i64> = fits.data()["services"]
        .as_array()
        .expect("services")
        .iter()
        .filter_map(|s| s["seance_length"].as_i64())
        .collect();
    assert!(!lengths.is_empty() && lengths.iter().all(|seconds| *seconds <= 1800), "{lengths:?}");
}

#[testkit::test]
async fn a_service_that_is_several_in_one_says_of_which(app: App) {
    soon(&app).await;
    let staff = format!("/api/v1/company/{LOCATION}/services/83184/staff");
    app.owner().post(&staff, json!({"master_id": 1001, "seance_length": 5400})).await.status(201);
    let own = format!("/api/frontdesk/v1/locations/{LOCATION}/services/83184/parts");
    let parts =
        json!({"parts": [{"service_id": 83183, "duration": 1800, "price_min": 25}, {"service_id": 83185}]});
    app.owner().put(&own, parts).await.status(200);
    let services = app.partner().get("/api/v1/book_services/37532?staff_id=1001").await.status(200);
    let all = services.data()["services"].as_array().expect("services");
    let one = all.iter().find(|s| s["id"] == 83184).expect("it is offered");
    assert_eq!(one["is_composite"], true);
    let shown = one["composite_details"]["services"].as_array().expect("its parts");
    assert_eq!(
        shown[0],
        json!({"id": 83183, "title": "Manicure", "staff_id": null, "seance_length": 1800, "price_min": 25,
               "price_max": 25})
    );
    assert_eq!((shown.len(), &shown[1]["title"]), (2, &json!("Pedicure")));
    assert!(all.iter().filter(|s| s["id"] != 83184).all(|s| s["composite_details"].is_null()));
}
