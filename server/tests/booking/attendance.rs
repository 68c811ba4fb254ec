//! Clients who are received, version 2: the profile and what their visits come to.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::{Answer, App, make as made};

use super::appointments::{HAIRCUT, at, make, with};
use super::events::working;
use super::events_v2::v2;
use super::v2::fields;

const CHAIN: i64 = 9206;

fn profile(id: i64) -> String {
    format!("/api/v2/locations/{LOCATION}/attendance/clients/{id}")
}

fn statistics(id: i64) -> String {
    format!("/api/v2/locations/{LOCATION}/clients/{id}/attendances_statistic")
}

fn of_chain(id: i64, chain: i64) -> String {
    format!("/api/v2/locations/{LOCATION}/clients/{id}/chain_attendances_statistic/{chain}")
}

async fn client(app: &App, phone: &str) -> i64 {
    app.one(
        "SELECT id FROM clients WHERE location_id = $1 AND phone = $2 AND deleted_at IS NULL",
        params![LOCATION, phone],
    )
    .await
}

/// Jane comes twice, and once does not; gives her id.
async fn jane(app: &App) -> i64 {
    working(app).await;
    for (when, attendance) in [("2026-12-02 10:00", 1), ("2026-12-01 10:00", 1), ("2026-12-03 10:00", -1)] {
        let body = json!({"attendance": attendance, "services": [{"id": HAIRCUT, "first_cost": 40}]});
        make(app, with(at(when), body)).await;
    }
    client(app, "+13155550175").await
}

#[testkit::test]
async fn the_profile_is_what_an_appointment_shows(app: App) {
    let id = jane(&app).await;
    let card = json!({"name": "Jane", "surname": "Doe", "patronymic": "Ann", "phone": "+13155550175",
        "email": "jane@example.org", "birth_date": "1990-05-17", "gender_id": 2, "discount": 7.5, "card": "555",
        "comment": "Prefers the morning", "categories": [1]});
    app.owner().put(&format!("/api/v1/client/{LOCATION}/{id}"), card).await.status(200);
    let answer = v2(app.owner()).get(&profile(id)).await.status(200);
    assert_eq!(
        answer.body,
        json!({"data": {"type": "client", "id": id.to_string(), "attributes": {
            "name": "Jane", "surname": "Doe", "patronymic": "Ann", "phone": "+13155550175", "additional_phone": "",
            "email": "jane@example.org", "comment": "Prefers the morning", "client_tips": false,
            "birthday": "1990-05-17T00:00:00", "card_number": "555", "gender": 2, "discount": 7.5,
            "discount_percent": 7.5}}, "meta": []})
    );
    // Also as the older path names it.
    v2(app.owner()).get(&profile(id).replace("locations", "companies")).await.status(200);

    app.exec(
        "INSERT INTO client_custom_values (location_id, client_id, field_id, value) VALUES ($1, $2, 1, 'Nickel')",
        params![LOCATION, id],
    )
    .await;
    app.exec("UPDATE clients SET newsletter_allowed = 1 WHERE id = $1", params![id]).await;
    let all = "labels,first_successful_visit,loyalty_cards,loyalty_certificates,loyalty_abonements,custom_field_values,agreements";
    let before = app.queries();
    let answer = v2(app.owner()).get(&format!("{}?include={all}", profile(id))).await.status(200);
    assert!(app.queries() - before <= 5, "{}", app.queries() - before);
    let first: i64 = app
        .one("SELECT visit_id FROM appointments WHERE client_id = $1 ORDER BY starts_at LIMIT 1", params![id])
        .await;
    let (first, value, text) = (first.to_string(), format!("{id}_1"), id.to_string());
    assert_eq!(
        answer.data()["relationships"],
        json!({
            "labels": {"data": [{"type": "label", "id": "1"}]},
            "first_successful_visit": {"data": {"type": "visit", "id": first}},
            "loyalty_cards": {"data": []}, "loyalty_certificates": {"data": []}, "loyalty_abonements": {"data": []},
            "custom_field_values": {"data": [{"type": "custom_field_value", "id": value}]},
            "agreements": {"data": {"type": "client_agreements", "id": text}}
        })
    );
    let included = answer.body["included"].as_array().expect("included");
    let kinds: Vec<&Value> = included.iter().map(|one| &one["type"]).collect();
    assert_eq!(kinds, ["label", "visit", "custom_field_value", "client_agreements"]);
    assert_eq!(
        included[1]["attributes"],
        json!({"datetime": "2026-12-01 10:00:00", "attendance": 1, "cost": 40})
    );
    assert_eq!(included[2]["attributes"]["value"], "Nickel");
    assert_eq!(included[2]["relationships"]["custom_field"]["data"]["id"], "1");
    assert_eq!(
        included[3]["attributes"],
        json!({"is_newsletter_allowed": true, "is_personal_data_processing_allowed": false})
    );
    let never =
        v2(app.owner()).get(&format!("{}?include=first_successful_visit", profile(1))).await.status(200);
    assert_eq!(never.data()["relationships"]["first_successful_visit"], json!({"data": null}));
    assert_eq!(never.body["included"], json!([]));
}

#[testkit::test]
async fn the_profile_keeps_what_a_user_may_not_see(app: App) {
    let id = jane(&app).await;
    let see = async |rights: &[&str]| v2(app.staff(rights).await).get(&profile(id)).await;
    see(&["clients_access", "timetable_access"]).await.status(403);
    let blind = see(&["record_form_client_access"]).await.status(200);
    let shown = &blind.data()["attributes"];
    assert_eq!((&shown["name"], &shown["phone"], &shown["email"]), (&json!("Jane"), &json!(""), &json!("")));
    let rights = ["record_form_client_access", "timetable_phones_access", "clients_phones_email_access"];
    assert_eq!(see(&rights).await.status(200).data()["attributes"]["phone"], "+13155550175");
    for include in ["custom_field_values", "loyalty_cards", "loyalty_certificates", "loyalty_abonements"] {
        let staff = v2(app.staff(&["record_form_client_access"]).await);
        staff.get(&format!("{}?include={include}", profile(id))).await.status(403);
        v2(app.owner()).get(&format!("{}?include={include}", profile(id))).await.status(200);
    }
    let refused = v2(app.owner()).get(&format!("{}?include=labels,hat", profile(id))).await.status(422);
    assert_eq!(fields(&refused), ["include"]);
    for bad in ["0", "-1", "abc"] {
        let path = profile(id).replace(&format!("/{id}"), &format!("/{bad}"));
        assert_eq!(fields(&v2(app.owner()).get(&path).await.status(422)), ["client_id"], "{bad}");
    }
    v2(app.owner()).get(&profile(999_999)).await.status(404);
    v2(app.stranger()).get(&profile(id)).await.status(404);
    let elsewhere = profile(id).replace("37532", &STRANGER_LOCATION.to_string());
    v2(app.stranger()).get(&elsewhere).await.status(404);

    // Who sees only clients of some team members sees no others here either.
    let mut grants = made::grants(
        org::rights::Role::Worker,
        &["record_form_client_access", "clients_access", "clients_show_attendance_history_access"],
    );
    grants.set("clients_visit_master_id", &json!(1002)).expect("an id");
    let (user, staff) = made::user(&app, "One of them").await;
    made::member(&app, LOCATION, user, grants).await;
    v2(staff.clone()).get(&profile(id)).await.status(404);
    v2(staff.clone()).get(&statistics(id)).await.status(404);
    make(&app, with(at("2026-12-04 10:00"), json!({"staff_id": 1002}))).await;
    v2(staff.clone()).get(&profile(id)).await.status(200);
    v2(staff).get(&statistics(id)).await.status(200);

    app.owner().delete(&format!("/api/v1/client/{LOCATION}/{id}")).await.status(204);
    v2(app.owner()).get(&profile(id)).await.status(404);
}

#[testkit::test]
async fn figures_are_those_kept_of_the_client(app: App) {
    let id = jane(&app).await;
    let answer = v2(app.owner()).get(&statistics(id)).await.status(200);
    let whole = json!({"data": {"type": "client_attendances_statistic", "id": format!("{id}_{LOCATION}"),
        "attributes": {"company_id": LOCATION, "successful_attendances_count": 2, "failed_attendances_count": 1,
            "balance_amount": -80, "spent_amount": 80, "paid_amount": 0,
            "last_successful_attendance_datetime": "2026-12-02 10:00:00"},
        "relationships": {"deposits": {"data": []}}}, "meta": []});
    assert_eq!(answer.body, whole);
    let before = app.queries();
    v2(app.owner()).get(&statistics(id)).await.status(200);
    assert!(app.queries() - before <= 2, "{}", app.queries() - before);
    // Of a deleted client too.
    app.owner().delete(&format!("/api/v1/client/{LOCATION}/{id}")).await.status(204);
    assert_eq!(v2(app.owner()).get(&statistics(id)).await.status(200).body, whole);
    let never = v2(app.owner()).get(&statistics(1)).await.status(200);
    assert_eq!(never.data()["attributes"]["last_successful_attendance_datetime"], Value::Null);

    v2(app.staff(&["clients_access", "record_form_client_access"]).await)
        .get(&statistics(id))
        .await
        .status(403);
    v2(app.staff(&["clients_show_attendance_history_access"]).await).get(&statistics(id)).await.status(200);
    v2(app.stranger()).get(&statistics(id)).await.status(404);
    v2(app.owner()).get(&statistics(999_999)).await.status(404);
    let refused = v2(app.owner()).get(&statistics(0)).await.status(422);
    assert_eq!(fields(&refused), ["client_id"]);
}

/// A second location of the demo's chain, of nobody's business, with Jane as its client; gives its id and hers there.
async fn second(app: &App) -> (i64, i64) {
    let (user, _) = made::user(app, "Elsewhere").await;
    let location = made::location(app, "Second", user).await;
    app.exec("INSERT INTO location_chains (location_id, chain_id) VALUES ($1, $2)", params![location, CHAIN])
        .await;
    app.exec(
        "INSERT INTO clients (location_id, id, name, phone, visits, no_shows, spent, paid, balance, last_visit_at, created_at)
         VALUES ($1, 70001, 'Jane', '+13155550175', 5, 2, 10050, 9000, -1050, 1798761600000, 0)",
        params![location],
    )
    .await;
    (location, 70001)
}

fn counted(answer: &Answer) -> [Value; 6] {
    let of = &answer.data()["attributes"];
    [
        "successful_attendances_count",
        "failed_attendances_count",
        "balance_amount",
        "spent_amount",
        "paid_amount",
        "last_successful_attendance_datetime",
    ]
    .map(|name| of[name].clone())
}

#[testkit::test]
async fn figures_of_a_chain_are_added_up_by_the_phone(app: App) {
    let id = jane(&app).await;
    let (elsewhere, other) = second(&app).await;
    let answer = v2(app.owner()).get(&of_chain(id, CHAIN)).await.status(200);
    let whole = json!({"data": {"type": "client_chain_attendances_statistic", "id": format!("{id}_{CHAIN}"),
        "attributes": {"chain_id": CHAIN, "successful_attendances_count": 7, "failed_attendances_count": 3,
            "balance_amount": -90.5, "spent_amount": 180.5, "paid_amount": 90,
            "last_successful_attendance_datetime": "2026-12-31 19:00:00"},
        "relationships": {"deposits": {"data": []}}}, "meta": []});
    assert_eq!(answer.body, whole);
    // The client may be of any location of the chain: the sum is the same.
    assert_eq!(counted(&v2(app.owner()).get(&of_chain(other, CHAIN)).await.status(200)), counted(&answer));
    let before = app.queries();
    v2(app.owner()).get(&of_chain(id, CHAIN)).await.status(200);
    assert!(app.queries() - before <= 3, "{}", app.queries() - before);

    // Those of no phone are themselves alone; so are those whose namesake was deleted, or whose location has gone.
    app.exec("UPDATE clients SET deleted_at = 1 WHERE id = $1", params![other]).await;
    let alone = counted(&v2(app.owner()).get(&of_chain(id, CHAIN)).await.status(200));
    assert_eq!(alone[0], 2);
    app.exec("UPDATE clients SET deleted_at = NULL WHERE id = $1", params![other]).await;
    app.exec("UPDATE clients SET phone = ''", &[]).await;
    assert_eq!(counted(&v2(app.owner()).get(&of_chain(id, CHAIN)).await.status(200)), alone);
    app.exec("UPDATE clients SET phone = '+13155550175' WHERE id IN ($1, $2)", params![id, other]).await;
    // A deleted client of the location still has what he had, with those of his phone elsewhere.
    app.owner().delete(&format!("/api/v1/client/{LOCATION}/{id}")).await.status(204);
    assert_eq!(v2(app.owner()).get(&of_chain(id, CHAIN)).await.status(200).body, whole);
    app.exec("UPDATE locations SET deleted_at = 1 WHERE id = $1", params![elsewhere]).await;
    assert_eq!(counted(&v2(app.owner()).get(&of_chain(id, CHAIN)).await.status(200)), alone);
}

#[testkit::test]
async fn figures_of_a_chain_are_for_those_who_may_see_its_clients(app: App) {
    let id = jane(&app).await;
    second(&app).await;
    v2(app.staff(&["timetable_access"]).await).get(&of_chain(id, CHAIN)).await.status(403);
    // The form of appointments here, and nothing in the chain.
    let (user, staff) = made::staff(&app, LOCATION, &["record_form_access"]).await;
    v2(staff.clone()).get(&of_chain(id, CHAIN)).await.status(403);
    let put = "INSERT INTO chain_users (chain_id, user_id, rights) VALUES ($1, $2, $3)";
    app.exec(put, params![CHAIN, user, r#"{"clients_access":0}"#]).await;
    v2(staff.clone()).get(&of_chain(id, CHAIN)).await.status(403);
    app.exec(
        "UPDATE chain_users SET rights = $2 WHERE user_id = $1",
        params![user, r#"{"clients_access":1}"#],
    )
    .await;
    v2(staff.clone()).get(&of_chain(id, CHAIN)).await.status(200);
    // A chain that the location is not of is none; nor is a client of none of its locations.
    app.exec("INSERT INTO chains (id, title, created_at) VALUES (77, 'Others', 0)", &[]).await;
    app.exec(put, params![77i64, user, r#"{"clients_access":1}"#]).await;
    for path in [of_chain(id, 77), of_chain(id, 999), of_chain(999_999, CHAIN)] {
        v2(staff.clone()).get(&path).await.status(404);
    }
    app.exec(
        "INSERT INTO clients (location_id, id, name, phone, created_at) VALUES ($1, 70009, 'Jo', '+13155550175', 0)",
        params![STRANGER_LOCATION],
    )
    .await;
    v2(app.owner()).get(&of_chain(70009, CHAIN)).await.status(404);
    v2(app.stranger()).get(&of_chain(id, CHAIN)).await.status(404);
    assert_eq!(fields(&v2(app.owner()).get(&of_chain(0, CHAIN)).await.status(422)), ["client_id"]);
    assert_eq!(fields(&v2(app.owner()).get(&of_chain(id, 0)).await.status(422)), ["chain_id"]);
}
