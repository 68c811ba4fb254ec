//! The settings of online booking, in both faces.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::App;

const RIGHT: &str = "online_record_access";

fn v1(room: &str) -> String {
    format!("/api/v1/company/{LOCATION}/settings/{room}")
}

fn own(room: &str) -> String {
    format!("/api/frontdesk/v1/locations/{LOCATION}/online_booking/{room}")
}

pub async fn field(app: &App, entity: &str, code: &str) {
    let body =
        json!({"type": "text", "code": code, "title": code, "user_can_edit": true, "show_in_ui": true});
    app.owner().post(&format!("/api/v1/custom_fields/{entity}/{LOCATION}"), body).await.ok();
}

#[testkit::test]
async fn version_one_reads_and_changes_four_of_them(app: App) {
    let before = app.owner().get(&v1("online")).await.status(200);
    assert_eq!(
        before.data(),
        &json!({
            "confirm_number": true, "any_master": true, "seance_delay_step": 60,
            "activity_online_record_clients_count_max": 1
        })
    );
    assert_eq!(before.body["meta"], json!([]));
    // As forms and other clients send it; what is left out stays.
    let sent = json!({"confirm_number": 0, "seance_delay_step": "90"});
    let after = app.owner().patch(&v1("online"), sent).await.status(200);
    let expected = json!({
        "confirm_number": false, "any_master": true, "seance_delay_step": 90,
        "activity_online_record_clients_count_max": 1
    });
    assert_eq!(after.data(), &expected);
    assert_eq!(app.owner().get(&v1("online")).await.ok().data(), &expected);
    // One truth: the location and the whole settings say the same, and the rest is as it was.
    let location = app.partner().get(&format!("/api/v1/company/{LOCATION}")).await.ok();
    assert_eq!(location.data()["phone_confirmation"], json!(false));
    let whole = app.owner().get(&own("settings")).await.ok();
    assert_eq!(
        (&whole.data()["phone_confirmation"], &whole.data()["lead_time"], &whole.data()["horizon"]),
        (&json!(false), &json!(90), &json!(60))
    );
    let sql = "SELECT COUNT(*) FROM events WHERE location_id = $1 AND entity = 'online_booking_settings'";
    assert_eq!(app.one::<i64>(sql, params![LOCATION]).await, 1);
}

#[testkit::test]
async fn version_one_names_what_is_wrong(app: App) {
    for (delay, seats) in [(45, 0), (1410, 256), (-30, -1)] {
        let sent = json!({"seance_delay_step": delay, "activity_online_record_clients_count_max": seats});
        let refused = app.owner().patch(&v1("online"), sent).await.status(422);
        assert_eq!(refused.fields(), ["seance_delay_step", "activity_online_record_clients_count_max"]);
    }
    let sent = json!({"seance_delay_step": "soon", "any_master": "perhaps"});
    let refused = app.owner().patch(&v1("online"), sent).await.status(422);
    assert_eq!(refused.fields().len(), 2);
    // A lead time that version 1 can't set may be sent back to it as it is.
    app.owner().put(&own("settings"), json!({"lead_time": 2885})).await.ok();
    let sent = json!({"seance_delay_step": 2885, "any_master": false});
    let after = app.owner().patch(&v1("online"), sent).await.status(200);
    assert_eq!(after.data()["seance_delay_step"], json!(2885));
}

#[testkit::test]
async fn all_of_them_are_changed_and_kept(app: App) {
    field(&app, "client", "shoe_size").await;
    field(&app, "record", "shoe_size").await;
    let all = json!({
        "phone_confirmation": false, "any_team_member": false, "event_seats_max": 255, "lead_time": 43200,
        "horizon": 730, "can_cancel": false, "cancel_deadline": 1440, "can_change": false, "change_deadline": 60,
        "client_fields": {
            "name": "optional", "phone": "hidden", "email": "required", "surname": "optional",
            "patronymic": "optional", "comment": "hidden"
        },
        "custom_fields": [
            {"entity": "client", "code": "shoe_size", "is_required": true},
            {"entity": "record", "code": "shoe_size", "is_required": false}
        ],
        "grid": {
            "kind": "predefined", "first": 3600, "last": 7200, "step": 600, "is_flexible": true,
            "times": [3600, 7200]
        }
    });
    let after = app.owner().put(&own("settings"), all.clone()).await.status(200);
    assert_eq!(after.data(), &all);
    assert_eq!(app.owner().get(&own("settings")).await.ok().data(), &all);
    // What is left out stays, within the objects too.
    let sent = json!({"client_fields": {"comment": "required"}, "grid": {"last": 10_800}});
    let after = app.owner().put(&own("settings"), sent).await.ok();
    let mut expected = all;
    expected["client_fields"]["comment"] = json!("required");
    expected["grid"]["last"] = json!(10_800);
    assert_eq!(after.data(), &expected);
    // A change of version 1 leaves the fields of the location's own.
    app.owner().patch(&v1("online"), json!({"any_master": true})).await.ok();
    expected["any_team_member"] = json!(true);
    assert_eq!(app.owner().get(&own("settings")).await.ok().data(), &expected);
    // Whether clients cancel and change is the location's own truth.
    let sql = "SELECT allow_delete_record, allow_change_record FROM locations WHERE id = $1";
    assert_eq!(app.one::<(bool, bool)>(sql, params![LOCATION]).await, (false, false));
    // A field that is deleted is asked for no more.
    let id: i64 = app.one("SELECT MAX(id) FROM custom_fields WHERE entity = 'record'", &[]).await;
    app.owner().delete(&format!("/api/v1/custom_fields/record/{LOCATION}/{id}")).await.ok();
    let left = app.owner().get(&own("settings")).await.ok();
    assert_eq!(left.data()["custom_fields"].as_array().map(Vec::len), Some(1));
}

#[testkit::test]
async fn what_is_wrong_with_them_is_named(app: App) {
    field(&app, "client", "shoe_size").await;
    let sent = json!({
        "event_seats_max": 0, "lead_time": 43201, "horizon": 0, "cancel_deadline": -1,
        "client_fields": {"name": "perhaps", "phone": "optional"},
        "custom_fields": [{"code": "shoe_size"}, {"code": "shoe_size"}, {"entity": "record", "code": "shoe_size"}],
        "grid": {"kind": "any", "first": 7200, "last": 3600, "step": 301, "times": [600, 300]}
    });
    let refused = app.owner().put(&own("settings"), sent).await.status(422);
    assert_eq!(
        refused.fields(),
        [
            "client_fields.name",
            "client_fields.phone",
            "event_seats_max",
            "lead_time",
            "horizon",
            "cancel_deadline",
            "custom_fields.1.code",
            "custom_fields.2.code",
            "grid.kind",
            "grid.last",
            "grid.step",
            "grid.times.1",
        ]
    );
    let refused =
        app.owner().put(&own("settings"), json!({"lead": 5, "grid": {"delay": 5}})).await.status(422);
    assert_eq!(refused.fields().len(), 2);
    assert_eq!(app.owner().get(&own("settings")).await.ok().data()["horizon"], json!(60));
}

fn setting() -> Value {
    json!({
        "grid_first_timeslot": 0, "grid_last_timeslot": 85800, "grid_display_step": 7200,
        "grid_nearest_timeslot_delay": 1800, "grid_base_type": "predefined", "is_grid_flexible": false
    })
}

#[testkit::test]
async fn timeslots_are_put_whole_and_read_in_both_faces(app: App) {
    let demo = app.owner().get(&v1("timeslots")).await.status(200);
    assert_eq!(demo.data()["is_enabled"], json!(true));
    assert_eq!(demo.data()["weekdays_settings"][0]["weekday"], json!(6));
    // The published example.
    let all = json!({
        "is_enabled": true,
        "weekdays_settings": [{"weekday": 1, "timeslots": [7200], "setting": setting()}],
        "dates_settings": [{"date": "2026-12-25", "timeslots": [], "setting": setting()}]
    });
    let after = app.owner().put(&own("timeslots"), all.clone()).await.status(200);
    assert_eq!(after.data(), &all);
    for path in [v1("timeslots"), own("timeslots")] {
        assert_eq!(app.owner().get(&path).await.ok().data(), &all);
    }
    // The other settings are as they were.
    assert_eq!(app.owner().get(&own("settings")).await.ok().data()["horizon"], json!(60));
    let none = json!({"is_enabled": false, "weekdays_settings": [], "dates_settings": []});
    assert_eq!(app.owner().put(&own("timeslots"), none.clone()).await.ok().data(), &none);
    assert_eq!(app.owner().get(&v1("timeslots")).await.ok().data(), &none);
}

#[testkit::test]
async fn timeslots_are_strict(app: App) {
    let before = app.owner().get(&v1("timeslots")).await.ok();
    let refused = app.owner().put(&own("timeslots"), json!({})).await.status(422);
    assert_eq!(refused.fields(), ["is_enabled", "weekdays_settings", "dates_settings"]);
    let day = |weekday: i64, times: Value, key: &str, value: Value| {
        let mut setting = setting();
        setting[key] = value;
        json!({"weekday": weekday, "timeslots": times, "setting": setting})
    };
    let date = |date: &str| json!({"date": date, "timeslots": [], "setting": setting()});
    let sent = json!({
        "is_enabled": true,
        "weekdays_settings": [
            day(1, json!([0, 86100]), "grid_base_type", json!("dynamic")),
            day(1, json!([86400]), "grid_first_timeslot", json!(86_100)),
            day(0, json!([300, 300]), "grid_display_step", json!(0)),
            day(7, json!([100]), "grid_nearest_timeslot_delay", json!(-1)),
        ],
        "dates_settings": [date("2026-12-25"), date("2026-12-25"), date("2026-02-29"), date("tomorrow")]
    });
    let refused = app.owner().put(&own("timeslots"), sent).await.status(422);
    assert_eq!(
        refused.fields(),
        [
            "weekdays_settings.0.setting.grid_base_type",
            "weekdays_settings.1.setting.grid_last_timeslot",
            "weekdays_settings.1.timeslots.0",
            "weekdays_settings.1.weekday",
            "weekdays_settings.2.setting.grid_display_step",
            "weekdays_settings.2.timeslots.1",
            "weekdays_settings.2.weekday",
            "weekdays_settings.3.setting.grid_nearest_timeslot_delay",
            "weekdays_settings.3.timeslots.0",
            "dates_settings.1.date",
            "dates_settings.2.date",
            "dates_settings.3.date",
        ]
    );
    let eight: Vec<Value> = (1..=8).map(|n| day(n, json!([]), "is_grid_flexible", json!(true))).collect();
    let sent = json!({"is_enabled": true, "weekdays_settings": eight, "dates_settings": []});
    assert_eq!(app.owner().put(&own("timeslots"), sent).await.status(422).fields(), ["weekdays_settings"]);
    let mut unknown = day(1, json!([]), "is_grid_flexible", json!(true));
    unknown["setting"]["more"] = json!(1);
    let sent = json!({"is_enabled": true, "weekdays_settings": [unknown], "dates_settings": []});
    assert_eq!(
        app.owner().put(&own("timeslots"), sent).await.status(422).fields(),
        ["weekdays_settings.0.setting.more"]
    );
    assert_eq!(app.owner().get(&v1("timeslots")).await.ok().data(), before.data());
}

#[testkit::test]
async fn reading_costs_the_same_however_many_days_there_are(app: App) {
    let cost = async || {
        let before = app.queries();
        app.owner().get(&v1("timeslots")).await.ok();
        app.queries() - before
    };
    cost().await;
    let few = cost().await;
    let dates: Vec<Value> = (0..400)
        .map(|n| json!({"date": format!("20{:02}-01-{:02}", 30 + n / 28, 1 + n % 28), "timeslots": [300], "setting": setting()}))
        .collect();
    let sent = json!({"is_enabled": true, "weekdays_settings": [], "dates_settings": dates});
    let before = app.queries();
    app.owner().put(&own("timeslots"), sent).await.ok();
    assert!(app.queries() - before < 25, "{}", app.queries() - before);
    assert_eq!(cost().await, few);
}

#[testkit::test]
async fn a_location_without_settings_has_defaults_and_is_its_own(app: App) {
    let theirs = |room: &str| format!("/api/v1/company/{STRANGER_LOCATION}/settings/{room}");
    let online = app.stranger().get(&theirs("online")).await.ok();
    assert_eq!(
        online.data(),
        &json!({
            "confirm_number": false, "any_master": true, "seance_delay_step": 0,
            "activity_online_record_clients_count_max": 1
        })
    );
    let slots = app.stranger().get(&theirs("timeslots")).await.ok();
    assert_eq!(slots.data(), &json!({"is_enabled": false, "weekdays_settings": [], "dates_settings": []}));
    app.stranger().patch(&theirs("online"), json!({"seance_delay_step": 30})).await.ok();
    assert_eq!(app.owner().get(&v1("online")).await.ok().data()["seance_delay_step"], json!(60));
    for room in ["online", "timeslots"] {
        app.owner().get(&theirs(room)).await.status(404);
        app.stranger().get(&v1(room)).await.status(404);
    }
    app.stranger().put(&own("settings"), json!({"horizon": 5})).await.status(404);
    // A field of another location is not there.
    field(&app, "client", "shoe_size").await;
    let path = format!("/api/frontdesk/v1/locations/{STRANGER_LOCATION}/online_booking/settings");
    let sent = json!({"custom_fields": [{"code": "shoe_size"}]});
    assert_eq!(app.stranger().put(&path, sent).await.status(422).fields(), ["custom_fields.0.code"]);
}

#[testkit::test]
async fn it_takes_the_right_to_online_booking(app: App) {
    let other = app.staff(&["settings_basis_access"]).await;
    let some = app.staff(&[RIGHT]).await;
    for path in [v1("online"), v1("timeslots"), own("settings"), own("timeslots")] {
        other.get(&path).await.status(403);
        some.get(&path).await.status(200);
        app.partner().get(&path).await.status(401);
    }
    other.patch(&v1("online"), json!({"any_master": false})).await.status(403);
    some.patch(&v1("online"), json!({"any_master": false})).await.status(200);
}
