//! Working hours.

use booking::occupancy::{Owner, Subject, Taken, store as occupancy};
use calc::zone::{Zone, parse_instant};
use frontdesk::demo::LOCATION;
use serde_json::{Value, json};
use testkit::{Answer, App, make};

const LIST: &str = "/api/v1/company/37532/staff/schedule";

fn slots(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(from, to)| json!({"from": from, "to": to})).collect()
}

/// Clears what the demo has, so that each test begins with an empty calendar.
pub async fn bare(app: &App) {
    for table in [
        "event_series_entries",
        "event_series_day_tags",
        "event_series_day_resources",
        "event_series_days",
        "event_series",
        "appointment_services",
        "appointment_tags",
        "appointment_custom_values",
        "documents",
        "reviews",
        "appointments",
        "visits",
        "group_event_resources",
        "group_event_tags",
        "group_events",
        "occupancy",
        "schedule_days",
    ] {
        app.exec(&format!("DELETE FROM {table}"), &[]).await;
    }
    app.exec("UPDATE team_members SET schedule_till = ''", &[]).await;
}

async fn set(app: &App, id: i64, dates: &[&str], hours: &[(&str, &str)]) -> Answer {
    let set = json!({"staff_id": id, "dates": dates, "slots": slots(hours)});
    app.owner().put(LIST, json!({"schedules_to_set": [set]})).await
}

fn range(from: &str, to: &str) -> String {
    format!("{LIST}?start_date={from}&end_date={to}")
}

#[testkit::test]
async fn days_are_set_listed_and_cleared_in_one_go(app: App) {
    bare(&app).await;
    let body = json!({
        "schedules_to_set": [
            {"team_member_id": 1001, "dates": ["2026-01-31", "2026-02-01"],
             "slots": slots(&[("14:00", "18:00"), ("10:00", "14:00")])},
            {"staff_id": "1002", "dates": ["2026-01-31"], "slots": slots(&[("20:00", "26:00")])}
        ]
    });
    let made = app.owner().put(LIST, body).await.status(200);
    assert_eq!(made.body["meta"], json!({"count": 3}));
    assert_eq!(
        made.items()[0],
        json!({
            "staff_id": 1001, "team_member_id": 1001, "date": "2026-01-31",
            "slots": slots(&[("10:00", "14:00"), ("14:00", "18:00")]), "off_day_type": null
        })
    );
    let listed = app.owner().get(&range("2026-01-01", "2026-12-31")).await.ok();
    let days: Vec<(i64, &str)> = listed
        .items()
        .iter()
        .map(|day| (day["staff_id"].as_i64().expect("an id"), day["date"].as_str().expect("a day")))
        .collect();
    assert_eq!(days, [(1001, "2026-01-31"), (1001, "2026-02-01"), (1002, "2026-01-31")]);
    assert_eq!(
        listed.items()[2],
        json!({"staff_id": 1002, "team_member_id": 1002, "date": "2026-01-31", "slots": slots(&[("20:00", "26:00")])})
    );
    let only = app.owner().get(&format!("{}&staff_ids[]=1002", range("2026-01-01", "2026-12-31"))).await;
    assert_eq!(only.items().len(), 1);
    let page = app.owner().get(&format!("{}&page=2&count=2", range("2026-01-01", "2026-12-31"))).await;
    assert_eq!((page.items().len(), &page.body["meta"]["count"]), (1, &json!(3)));

    let body = json!({
        "schedules_to_set": [{"staff_id": 1002, "dates": ["2026-02-03"], "slots": slots(&[("9:00", "12:00")])}],
        "schedules_to_delete": [{"staff_id": 1001, "dates": ["2026-01-31"], "off_day_type": 2}]
    });
    let after = app.owner().put(LIST, body).await.status(200);
    let days: Vec<&Value> = after.items().iter().map(|day| &day["date"]).collect();
    assert_eq!(days, ["2026-02-01", "2026-01-31", "2026-02-03"], "of those concerned, from first to last");
    let off = app.owner().get(&format!("{}&include[]=off_day_type", range("2026-01-31", "2026-01-31"))).await;
    assert_eq!(
        off.items()[0],
        json!({"staff_id": 1001, "team_member_id": 1001, "date": "2026-01-31", "slots": [], "off_day_type": 2})
    );
    // The team member's own page says until when.
    let ann = app.owner().get(&format!("/api/v1/staff/{LOCATION}")).await.ok();
    let till = |id: i64| ann.items().iter().find(|m| m["id"] == id).expect("listed")["schedule_till"].clone();
    assert_eq!((till(1001), till(1002), till(1003)), (json!("2026-02-01"), json!("2026-02-03"), json!("")));
}

#[testkit::test]
async fn what_is_wrong_is_named_and_nothing_is_set(app: App) {
    bare(&app).await;
    for (wrong, fields) in [
        (
            json!({"schedules_to_set": [{"staff_id": 1001, "dates": ["2026-02-30"], "slots": slots(&[("9:00", "12:00")])}]}),
            vec!["schedules_to_set.0.dates.0"],
        ),
        (
            json!({"schedules_to_set": [{"staff_id": 1001, "dates": ["2026-02-01"], "slots": slots(&[("9:00", "12:00"), ("11:00", "13:00")])}]}),
            vec!["schedules_to_set.0.slots.1"],
        ),
        (
            json!({"schedules_to_set": [{"staff_id": 1001, "dates": ["2026-02-01"], "slots": slots(&[("12:00", "9:00")])}]}),
            vec!["schedules_to_set.0.slots.0.to"],
        ),
        (
            json!({"schedules_to_set": [{"staff_id": 1001, "dates": ["2026-02-01"], "slots": slots(&[("12:00", "37:00")])}]}),
            vec!["schedules_to_set.0.slots.0.to"],
        ),
        (
            json!({"schedules_to_set": [{"dates": [], "slots": []}]}),
            vec!["schedules_to_set.0.slots", "schedules_to_set.0.team_member_id", "schedules_to_set.0.dates"],
        ),
        (
            json!({"schedules_to_set": [{"staff_id": 1001, "dates": ["2026-02-01", "20260201"], "slots": slots(&[("9:00", "12:00")])}]}),
            vec!["schedules_to_set.0.dates.1"],
        ),
        (
            json!({"schedules_to_set": [{"staff_id": 1001, "dates": ["2026-02-01", "2027-06-01"], "slots": slots(&[("9:00", "12:00")])}]}),
            vec!["schedules_to_set.0.dates"],
        ),
        // Of another location, and without a calendar.
        (
            json!({"schedules_to_set": [{"staff_id": 1101, "dates": ["2026-02-01"], "slots": slots(&[("9:00", "12:00")])}]}),
            vec!["schedules_to_set.0.team_member_id"],
        ),
        (
            json!({"schedules_to_delete": [{"staff_id": 1001, "dates": ["2026-02-01"], "off_day_type": 12}]}),
            vec!["schedules_to_delete.0.off_day_type"],
        ),
    ] {
        let refused = app.owner().put(LIST, wrong).await.status(422);
        assert_eq!(refused.fields(), fields, "{}", refused.text());
    }
    app.exec("UPDATE team_members SET has_access_timetable = 0 WHERE id = 1001", &[]).await;
    assert_eq!(
        set(&app, 1001, &["2026-02-01"], &[("9:00", "12:00")]).await.status(422).fields(),
        ["schedules_to_set.0.team_member_id"]
    );
    assert_eq!(app.count("schedule_days").await, 0);
}

#[testkit::test]
async fn a_night_shift_ends_before_the_next_day_begins(app: App) {
    bare(&app).await;
    set(&app, 1001, &["2026-02-01"], &[("20:00", "30:00")]).await.status(200);
    let refused = set(&app, 1001, &["2026-02-02"], &[("05:00", "12:00")]).await.status(422);
    assert_eq!(refused.fields(), ["schedules_to_set.0.team_member_id"]);
    set(&app, 1001, &["2026-02-02"], &[("06:00", "12:00")]).await.status(200);
    set(&app, 1001, &["2026-01-31"], &[("20:00", "36:00")]).await.status(200);
}

#[testkit::test]
async fn the_older_forms_set_and_show_single_days(app: App) {
    bare(&app).await;
    let one = format!("/api/v1/schedule/{LOCATION}/1001");
    let days = json!([
        {"date": "2026-01-15T23:00:00.000-05:00", "is_working": true, "slots": slots(&[("10:00", "14:30")])},
        {"date": "2026-01-16", "is_working": 0, "slots": []}
    ]);
    let made = app.owner().put(&format!("{one}/20260101/20260131"), days.clone()).await.status(201);
    assert!(made.bytes.is_empty());
    let shown = app.owner().get(&format!("{one}/20260114/2026-01-16")).await.ok();
    assert_eq!(
        shown.data(),
        &json!([
            {"date": "2026-01-14", "is_working": 0, "slots": []},
            {"date": "2026-01-15", "is_working": 1, "slots": slots(&[("10:00", "14:30")])},
            {"date": "2026-01-16", "is_working": 0, "slots": []}
        ])
    );
    let older = app.owner().put(&one, days).await.status(201);
    assert!(older.header("deprecation").starts_with('@'), "{:?}", older.headers);
    assert!(older.header("link").contains("/company/"));
    // One day alone, as the document's schema has it.
    let day = json!({"date": "2026-01-20", "is_working": true, "slots": {"from": "9:00", "to": "10:00"}});
    app.owner().put(&format!("{one}/2026-01-01/2026-01-31"), day.clone()).await.status(201);
    let outside = app.owner().put(&format!("{one}/2026-01-01/2026-01-19"), day).await.status(422);
    assert_eq!(outside.fields(), ["date"], "it was sent without a place in a list");
    let idle = json!({"date": "2026-01-20", "is_working": true, "slots": []});
    assert_eq!(app.owner().put(&one, idle).await.status(422).fields(), ["slots"]);
    let missing = app.owner().put(&one, json!([{"date": "2026-02-30", "is_working": 1}])).await.status(422);
    assert_eq!(missing.fields(), ["0.date"]);
    assert_eq!(
        app.owner().get(&format!("{one}/2026-02-30/2026-03-01")).await.status(422).fields(),
        ["start_date"]
    );
    assert_eq!(
        app.owner().get(&format!("{one}/2026-01-01/2027-02-05")).await.status(422).fields(),
        ["end_date"]
    );
    assert_eq!(
        app.owner().get(&format!("{one}/2026-01-02/2026-01-01")).await.status(422).fields(),
        ["end_date"]
    );
    app.owner().get(&format!("/api/v1/schedule/{LOCATION}/1101/20260101/20260102")).await.status(404);
    app.owner().put(&format!("/api/v1/schedule/{LOCATION}/1101"), json!([])).await.status(404);
}

#[testkit::test]
async fn a_day_has_sessions_that_are_free_or_not(app: App) {
    bare(&app).await;
    set(&app, 1001, &["2026-01-31"], &[("10:00", "11:00"), ("23:30", "24:30")]).await.status(200);
    let zone = Zone::parse("America/New_York").expect("a zone");
    let at = |text| parse_instant(text, &zone).expect("an instant");
    let taken =
        |from, to| Taken { subject: Subject::Team, subject_id: 1001, starts_at: at(from), ends_at: at(to) };
    let mut tx = app.db().begin().await.expect("a transaction");
    let events = [
        (7, vec![taken("2026-01-31 10:10", "2026-01-31 10:30")]),
        (8, vec![taken("2026-02-01 00:00", "2026-02-01 00:15")]),
        (9, vec![taken("2026-01-30 09:00", "2026-01-30 10:00")]),
    ];
    occupancy::take(&mut tx, LOCATION, Owner::Event, &events, false, 0).await.expect("free");
    tx.commit().await.expect("committed");
    let sessions =
        app.owner().get(&format!("/api/v1/timetable/seances/{LOCATION}/1001/2026-01-31")).await.ok();
    let shown: Vec<(&str, bool)> = sessions
        .items()
        .iter()
        .map(|s| (s["time"].as_str().expect("a time"), s["is_free"].as_bool().expect("a flag")))
        .collect();
    assert_eq!(
        shown,
        [
            ("10:00", false),
            ("10:15", false),
            ("10:30", true),
            ("10:45", true),
            ("23:30", true),
            ("23:45", true),
            ("00:00", false),
            ("00:15", true)
        ]
    );
    // A step that the hours do not last for is not free.
    set(&app, 1002, &["2026-02-05"], &[("10:00", "10:40")]).await.status(200);
    let short = app.owner().get(&format!("/api/v1/timetable/seances/{LOCATION}/1002/2026-02-05")).await.ok();
    let free: Vec<&Value> = short.items().iter().map(|s| &s["is_free"]).collect();
    assert_eq!(free, [&json!(true), &json!(true), &json!(false)]);
    let busy =
        app.owner().get(&format!("{}&include=busy_intervals", range("2026-01-30", "2026-01-31"))).await.ok();
    assert_eq!(
        busy.data(),
        &json!([
            {"staff_id": 1001, "team_member_id": 1001, "date": "2026-01-30", "slots": [], "busy_intervals": [
                {"entity_type": "activity", "entity_id": 9, "from": "09:00:00", "to": "10:00:00"}]},
            {"staff_id": 1001, "team_member_id": 1001, "date": "2026-01-31",
             "slots": slots(&[("10:00", "11:00"), ("23:30", "24:30")]), "busy_intervals": [
                {"entity_type": "activity", "entity_id": 7, "from": "10:10:00", "to": "10:30:00"},
                {"entity_type": "activity", "entity_id": 8, "from": "24:00:00", "to": "24:15:00"}]}
        ])
    );
    let dates = |query: &str| format!("/api/v1/timetable/dates/{LOCATION}/2026-01-10{query}");
    set(&app, 1002, &["2026-02-05"], &[("10:00", "11:00")]).await.status(200);
    assert_eq!(app.owner().get(&dates("")).await.ok().data(), &json!(["2026-01-31", "2026-02-05"]));
    assert_eq!(app.owner().get(&dates("?staff_id=1002")).await.ok().data(), &json!(["2026-02-05"]));
    app.owner().get(&dates("?staff_id=1101")).await.status(404);
    assert_eq!(app.owner().get(&format!("{LIST}?include=nothing")).await.status(422).fields(), ["include"]);
}

#[testkit::test]
async fn a_user_sees_the_calendars_that_are_open_to_him(app: App) {
    bare(&app).await;
    set(&app, 1001, &["2026-01-31"], &[("10:00", "11:00")]).await.status(200);
    set(&app, 1002, &["2026-01-31"], &[("10:00", "11:00")]).await.status(200);
    app.staff(&[]).await.get(LIST).await.status(403);
    let reader = app.staff(&["timetable_access"]).await;
    let path = range("2026-01-01", "2026-01-31");
    assert_eq!(reader.get(&path).await.ok().items().len(), 2);
    reader.put(LIST, json!({})).await.status(403);
    let mut grants = make::grants(org::rights::Role::Worker, &["timetable_access"]);
    grants.set("timetable_master_id", &json!(1002)).expect("a right");
    let (user, client) = make::user(&app, "Narrow").await;
    make::member(&app, LOCATION, user, grants).await;
    let seen = client.get(&path).await.ok();
    assert_eq!(seen.items().iter().map(|d| &d["staff_id"]).collect::<Vec<_>>(), [1002]);
    // What is not shown is not changed either, by neither form.
    let mut grants = make::grants(org::rights::Role::Worker, &["timetable_access", "schedule_edit"]);
    grants.set("timetable_master_id", &json!(1002)).expect("a right");
    let (user, editor) = make::user(&app, "Narrow editor").await;
    make::member(&app, LOCATION, user, grants).await;
    let clear = |id: i64| json!({"schedules_to_delete": [{"staff_id": id, "dates": ["2026-01-31"]}]});
    assert_eq!(
        editor.put(LIST, clear(1001)).await.status(422).fields(),
        ["schedules_to_delete.0.team_member_id"]
    );
    editor.put(&format!("/api/v1/schedule/{LOCATION}/1001"), json!([])).await.status(404);
    editor.put(LIST, clear(1002)).await.status(200);
    client.get(&format!("/api/v1/schedule/{LOCATION}/1001/20260101/20260102")).await.status(404);
    client.get(&format!("/api/v1/timetable/seances/{LOCATION}/1001/20260101")).await.status(404);
    app.stranger().get(&path).await.status(404);
}

#[testkit::test]
async fn who_changes_a_schedule_at_once_sees_what_the_other_has_set(app: App) {
    bare(&app).await;
    let put = |dates: [String; 1], hours: [(&'static str, &'static str); 1]| {
        let owner = app.owner();
        let set = json!({"staff_id": 1001, "dates": dates, "slots": slots(&hours)});
        tokio::spawn(async move { owner.put(LIST, json!({"schedules_to_set": [set]})).await.status.as_u16() })
    };
    let days: Vec<_> = (1..=12).map(|n| put([format!("2026-03-{n:02}")], [("10:00", "12:00")])).collect();
    for day in days {
        assert_eq!(day.await.expect("ended"), 200);
    }
    let till: String = app.one("SELECT schedule_till FROM team_members WHERE id = 1001", &[]).await;
    assert_eq!(till, "2026-03-12");
    for n in 0..4 {
        let (night, morning) = (format!("2026-05-{:02}", 2 * n + 1), format!("2026-05-{:02}", 2 * n + 2));
        let both = [put([night], [("20:00", "30:00")]), put([morning], [("05:00", "12:00")])];
        let mut statuses = Vec::new();
        for one in both {
            statuses.push(one.await.expect("ended"));
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422], "one of the two");
        bare(&app).await;
    }
}

/// Sixty team members with a year each: the first page costs as many queries as a single day does.
#[testkit::test]
async fn a_year_of_a_large_team_costs_no_more_queries_than_a_day(app: App) {
    bare(&app).await;
    let small = counted(&app, &range("2026-01-01", "2026-01-01")).await;
    let mut tx = app.db().begin().await.expect("a transaction");
    for id in 5001..5061i64 {
        tx.exec(
            "INSERT INTO team_members (location_id, id, name, has_access_timetable, created_at) VALUES ($1, $2, 'T', 1, 0)",
            db::params![LOCATION, id],
        )
        .await
        .expect("a row");
        let day =
            |n: i32| jiff::civil::date(2026, 1, 1).checked_add(jiff::Span::new().days(n)).expect("a day");
        let rows: Vec<Vec<db::Value>> = (0..366)
            .map(|n| vec![LOCATION.into(), id.into(), day(n).to_string().into(), "[[36000,64800]]".into()])
            .collect();
        let mut sql =
            db::Sql::new("INSERT INTO schedule_days (location_id, team_member_id, day, slots) VALUES ");
        sql.rows(rows);
        sql.exec(&mut tx).await.expect("rows");
    }
    tx.commit().await.expect("committed");
    let path = format!("{}&include=busy_intervals,off_day_type", range("2026-01-01", "2027-01-01"));
    let large = counted(&app, &path).await;
    assert!(large <= small + 1, "{large} against {small}");
    let listed =
        app.owner().unchecked().get(&format!("{}&count=100", range("2026-01-01", "2027-01-01"))).await.ok();
    assert_eq!((listed.items().len(), &listed.body["meta"]["count"]), (100, &json!(60 * 366)));
}

async fn counted(app: &App, path: &str) -> u64 {
    app.owner().unchecked().get(path).await.ok();
    let before = app.queries();
    app.owner().unchecked().get(path).await.ok();
    app.queries() - before
}
