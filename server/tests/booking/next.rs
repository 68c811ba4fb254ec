//! The next free time of locations.

use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::App;

use super::appointments::{at, make, with};
use super::slots::soon;

async fn next(app: &App) -> Value {
    let one = app.partner().get(&format!("/api/v1/company/{LOCATION}?forBooking=1")).await.ok();
    let list = app.partner().get(&format!("/api/v1/companies?id={LOCATION}&forBooking=1")).await.ok();
    assert_eq!(one.data()["next_slot"], list.items()[0]["next_slot"]);
    one.data()["next_slot"].clone()
}

#[testkit::test]
async fn it_follows_what_is_booked_and_the_clock(app: App) {
    soon(&app).await;
    let sibling = app.sibling().await;
    assert_eq!(next(&app).await, "2026-03-24T09:00:00-04:00");
    assert_eq!(next(&sibling).await, "2026-03-24T09:00:00-04:00");
    for (member, hours) in [(1001, 2), (1002, 3)] {
        let body = json!({"staff_id": member, "seance_length": hours * 3600});
        make(&app, with(at("2026-03-24 09:00"), body)).await;
    }
    // On the other server too, at once.
    assert_eq!(next(&sibling).await, "2026-03-24T11:00:00-04:00");
    assert_eq!(next(&app).await, "2026-03-24T11:00:00-04:00");
    // It is 11:07 on that day, and an hour ahead is asked for.
    app.advance((25 * 60 + 7) * 60 * 1000);
    assert_eq!(next(&app).await, "2026-03-24T12:15:00-04:00");
    let closed = json!({"horizon": 1, "lead_time": 3 * 24 * 60});
    app.owner().put("/api/frontdesk/v1/locations/37532/online_booking/settings", closed).await.status(200);
    assert_eq!(next(&app).await, json!(null));
}

#[testkit::test]
async fn a_time_far_off_is_found_too(app: App) {
    super::schedules::bare(&app).await;
    assert_eq!(next(&app).await, json!(null));
    let set = json!({"schedules_to_set": [{"staff_id": 1001, "dates": ["2026-04-20"],
                     "slots": [{"from": "09:00", "to": "13:00"}]}]});
    app.owner().put("/api/v1/company/37532/staff/schedule", set).await.status(200);
    assert_eq!(next(&app).await, "2026-04-20T09:00:00-04:00");
}

#[testkit::test]
async fn what_is_known_already_costs_one_query_for_all(app: App) {
    soon(&app).await;
    let list = |more: &str| format!("/api/v1/companies?{more}");
    let cost = async |path: String| {
        let before = app.queries();
        app.partner().get(&path).await.ok();
        app.queries() - before
    };
    let bare = cost(list("")).await;
    let cold = cost(list("forBooking=1")).await;
    assert!(cold > bare + 1);
    assert_eq!(cost(list("forBooking=1")).await, bare + 1);
    // What happens at one location makes only that one be looked up again.
    make(&app, at("2026-03-24 09:00")).await;
    let again = cost(list("forBooking=1")).await;
    assert!(bare + 1 < again && again < cold, "{bare} {again} {cold}");
    let all = app.partner().get(&list("forBooking=1")).await.ok();
    let strange = all.items().iter().find(|one| one["id"] == STRANGER_LOCATION).expect("it is listed");
    assert!(strange.as_object().expect("an object").contains_key("next_slot"));
}
