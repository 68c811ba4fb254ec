//! The calendar's settings.

use frontdesk::demo::LOCATION;
use serde_json::json;
use testkit::App;

const PATH: &str = "/api/v1/company/37532/settings/timetable";

#[testkit::test]
async fn settings_have_defaults_and_are_changed_in_part(app: App) {
    let before = app.owner().get(PATH).await.ok();
    assert_eq!(
        *before.data(),
        json!({
            "record_type": 1, "activity_record_clients_count_max": 1, "is_show_newsletter_agreement": false,
            "is_show_personal_data_processing_agreement": false, "technical_break_duration": 0
        })
    );
    let change = json!({"record_type": "0", "activity_record_clients_count_max": 5});
    let after = app.owner().patch(PATH, change).await.status(200);
    assert_eq!(
        (&after.data()["record_type"], &after.data()["activity_record_clients_count_max"]),
        (&json!(0), &json!(5))
    );
    let change = json!({"technical_break_duration": 600, "is_show_newsletter_agreement": 1});
    app.owner().patch(PATH, change).await.status(200);
    let now = app.owner().get(PATH).await.ok();
    assert_eq!(
        *now.data(),
        json!({
            "record_type": 0, "activity_record_clients_count_max": 5, "is_show_newsletter_agreement": true,
            "is_show_personal_data_processing_agreement": false, "technical_break_duration": 600
        })
    );
    // The list of locations knows the same of what it books.
    let listed = |query: &str| format!("/api/v1/companies?id={LOCATION}&{query}");
    assert_eq!(app.owner().get(&listed("hide_record_type_single=1")).await.ok().ids(), [LOCATION]);
    assert!(app.owner().get(&listed("hide_record_type_mixed=1")).await.ok().items().is_empty());
}

#[testkit::test]
async fn what_is_out_of_bounds_is_named(app: App) {
    let wrong = json!({
        "record_type": 90, "activity_record_clients_count_max": 256, "technical_break_duration": 100
    });
    let refused = app.owner().patch(PATH, wrong).await.status(422);
    assert_eq!(
        refused.fields(),
        ["record_type", "activity_record_clients_count_max", "technical_break_duration"]
    );
    assert_eq!(app.owner().get(PATH).await.data()["record_type"], json!(1));
    app.stranger().get(PATH).await.status(404);
    app.staff(&["timetable_access"]).await.patch(PATH, json!({"record_type": 0})).await.status(403);
    app.staff(&["timetable_access"]).await.get(PATH).await.status(200);
    app.staff(&[]).await.get(PATH).await.status(403);
}
