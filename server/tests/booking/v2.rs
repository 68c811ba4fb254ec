//! Appointments, version 2: lists, what is included, rights.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::{Answer, App};

use super::appointments::{HAIRCUT, at, make, with};
use super::events::{make as make_event, working};
use super::events_v2::v2;

pub const PATH: &str = "/api/v2/locations/37532/appointments";
const MASSAGE: i64 = 83188;
/// All that there is to include.
const ALL: &str = "client,client.custom_field_values,staff,services,goods,resource_instances,labels,\
    attendance_service_items,attendance_good_items,attendance_document,transactions,fast_payment_settings,\
    acceptance_free,custom_field_values,comer,client_notification_settings,client_schedule,duration_details";

pub fn ids(answer: &Answer) -> Vec<i64> {
    let id = |one: &Value| one["id"].as_str().and_then(|id| id.parse().ok()).expect("an id as text");
    answer.items().iter().map(id).collect()
}

async fn listed(app: &App, query: &str) -> Vec<i64> {
    ids(&v2(app.owner()).get(&format!("{PATH}?{query}")).await.status(200))
}

pub fn fields(answer: &Answer) -> Vec<String> {
    let errors = answer.body["meta"]["errors"].as_object().into_iter().flatten();
    errors.map(|(field, _)| field.clone()).collect()
}

pub async fn visit_of(app: &App, id: i64) -> i64 {
    app.one("SELECT visit_id FROM appointments WHERE id = $1", params![id]).await
}

/// A tag and a custom field of appointments, and one of clients, with values.
async fn beside(app: &App) {
    app.exec(
        "INSERT INTO tags (location_id, id, title, color, entity, icon, created_at)
         VALUES ($1, 61, 'Regular', '#009800', 2, 'star', 0)",
        params![LOCATION],
    )
    .await;
    for (id, entity, code) in [(71i64, "record", "mood"), (72, "client", "size")] {
        app.exec(
            "INSERT INTO custom_fields (location_id, id, entity, kind, code, title, show_in_ui, user_can_edit, created_at)
             VALUES ($1, $2, $3, 'text', $4, 'Field', 1, 1, 0)",
            params![LOCATION, id, entity, code],
        )
        .await;
    }
}

async fn value_of_client(app: &App, client: i64) {
    let row = "INSERT INTO client_custom_values (location_id, client_id, field_id, value) VALUES ($1, $2, 72, 'XL')";
    app.exec(row, params![LOCATION, client]).await;
}

/// A massage, which takes up the one massage room, with all that can be said of it.
fn full(when: &str, name: &str, phone: &str) -> Value {
    with(
        at(when),
        json!({"client": {"name": name, "phone": phone}, "services": [{"id": MASSAGE, "first_cost": 80}, {"id": HAIRCUT}],
               "seance_length": 3600, "technical_break_duration": 300, "record_labels": [61], "sms_remain_hours": 6,
               "email_remain_hours": 24, "custom_fields": {"mood": "good"}, "save_if_busy": true}),
    )
}

async fn client_of(app: &App, id: i64) -> i64 {
    app.one("SELECT client_id FROM appointments WHERE id = $1", params![id]).await
}

#[testkit::test]
async fn the_list_is_narrowed_and_paged(app: App) {
    working(&app).await;
    let body =
        with(at("2026-12-01 10:00"), json!({"comment": "Window", "custom_color": "f44336", "api_id": "77"}));
    let first = make(&app, body).await;
    let second = make(&app, with(at("2026-12-01 12:00"), json!({"staff_id": 1002}))).await;
    let other = json!({"client": {"name": "John", "phone": "+13155550176"}, "attendance": 1});
    let third = make(&app, with(at("2026-12-02 10:00"), other)).await;
    let event = make_event(&app, super::events::at("2026-12-03 10:00")).await;
    let seat = json!({"client": {"id": null, "name": "Ann", "phone": null, "email": null, "surname": null,
        "patronymic": null, "gender": null, "birthday": null, "custom_field_values": null, "agreements": null},
        "clients_count": 1});
    let path = format!("/api/v2/locations/{LOCATION}/events/{event}/appointments");
    let seat = v2(app.owner()).post(&path, seat).await.status(201);
    let seat: i64 = seat.data()["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");

    let answer = v2(app.owner()).get(PATH).await.status(200);
    assert_eq!(ids(&answer), [first, second, third, seat]);
    assert_eq!(answer.body["meta"], json!({"pagination": {"page": 1, "offset": 0, "limit": 250}}));
    assert!(answer.body.get("included").is_none());
    let one = &answer.items()[0];
    assert!(one.get("relationships").is_none());
    let (client, visit) = (client_of(&app, first).await, visit_of(&app, first).await);
    assert_eq!(
        one["attributes"],
        json!({
            "company_id": LOCATION, "external_id": "77", "visit_id": visit, "booking_user_id": 0, "bookform_id": 0,
            "master_id": 1001, "staff_id": 1001, "client_id": client, "comer_id": null, "source": 0, "attendance": 0,
            "attendance_status": 0, "attendance_status_slug": "waiting", "client_fictive_name": null,
            "client_fictive_phone": null, "client_fictive_email": null, "clients_count": 1, "activity_id": 0,
            "custom_color": "f44336", "custom_font_color": "000000", "length": 3600, "duration": 3600, "paid_full": 0,
            "is_paid": false, "is_overpaid": false, "timestamp": 1_796_137_200, "date": "2026-12-01T10:00:00",
            "created_datetime": "2026-03-23T10:00:00", "from_url": "", "is_mobile": 0, "comment": "Window",
            "prepaid_status": 0, "record_from": "", "payment_status": null, "is_sale_bill_printed": null,
            "is_client_notification_sent": false
        })
    );
    assert_eq!(answer.items()[2]["attributes"]["attendance_status_slug"], "attended");
    assert_eq!(answer.items()[3]["attributes"]["activity_id"], json!(event));

    assert_eq!(listed(&app, &format!("filter[client_id]={client}")).await, [first, second]);
    assert_eq!(listed(&app, &format!("filter[activity_id]={event}")).await, [seat]);
    let span =
        |from: &str, to: &str| format!("filter[date_intersect_from]={from}&filter[date_intersect_to]={to}");
    // What ends as it begins, or begins as it ends, is outside.
    assert_eq!(listed(&app, &span("2026-12-01T11:00:00", "2026-12-02T10:00:00")).await, [second]);
    assert_eq!(
        listed(&app, &span("2026-12-01T10:59:59", "2026-12-02T10:00:01")).await,
        [first, second, third]
    );
    assert_eq!(listed(&app, "limit=3").await, [first, second, third]);
    assert_eq!(listed(&app, "limit=3&page=2").await, [seat]);
    let page = v2(app.owner()).get(&format!("{PATH}?limit=2&page=3")).await.status(200);
    assert_eq!(page.body["meta"]["pagination"], json!({"page": 3, "offset": 4, "limit": 2}));
    assert!(page.items().is_empty());

    app.owner().delete(&format!("/api/v1/record/{LOCATION}/{second}")).await.status(204);
    assert_eq!(listed(&app, "").await, [first, third, seat]);
    // By the older name of the path, and of no other location.
    let older = v2(app.owner()).get(&format!("/api/v2/companies/{LOCATION}/appointments")).await.status(200);
    assert_eq!(ids(&older).len(), 3);
    let elsewhere = format!("/api/v2/locations/{STRANGER_LOCATION}/appointments");
    assert!(ids(&v2(app.stranger()).get(&elsewhere).await.status(200)).is_empty());
    app.owner().header("accept", "application/json").get(PATH).await.status(400);
}

#[testkit::test]
async fn what_is_wrong_with_a_list_is_named(app: App) {
    let from = "filter[date_intersect_from]";
    let to = "filter[date_intersect_to]";
    let fine = "2026-12-01T10:00:00";
    for (query, wrong) in [
        ("filter[client_id]=0".to_owned(), vec!["filter.client_id"]),
        ("filter[activity_id]=-1&page=0&limit=251".to_owned(), vec!["filter.activity_id", "page", "limit"]),
        ("include=client,hat".to_owned(), vec!["include"]),
        (format!("{from}={fine}"), vec!["filter.date_intersect_to"]),
        (format!("{to}={fine}"), vec!["filter.date_intersect_from"]),
        (format!("{from}={fine}&{to}={fine}"), vec!["filter.date_intersect_to"]),
        (format!("{from}=2026-12-01&{to}={fine}"), vec!["filter.date_intersect_from"]),
        (format!("{from}={fine}&{to}=2026-12-02T10:00:00Z"), vec!["filter.date_intersect_to"]),
    ] {
        let refused = v2(app.owner()).get(&format!("{PATH}?{query}")).await.status(422);
        assert_eq!(fields(&refused), wrong, "{query}");
    }
    v2(app.owner()).get(&format!("{PATH}?filter[client_id]=abc")).await.status(422);
}

/// What is included, by kind and id.
fn included<'a>(answer: &'a Answer, kind: &str, id: &str) -> &'a Value {
    let all = answer.body["included"].as_array().expect("included");
    all.iter().find(|one| one["type"] == kind && one["id"] == id).unwrap_or_else(|| panic!("{kind} {id}"))
}

#[testkit::test]
async fn all_is_included_once_in_one_query_a_kind(app: App) {
    working(&app).await;
    beside(&app).await;
    let id = make(&app, full("2026-12-01 10:00", "Jane", "+13155550175")).await;
    let client = client_of(&app, id).await;
    value_of_client(&app, client).await;
    app.exec(
        "INSERT INTO comers (location_id, id, name, created_at) VALUES ($1, 9, 'A friend', 0)",
        params![LOCATION],
    )
    .await;
    app.exec("UPDATE appointments SET comer_id = 9 WHERE id = $1", params![id]).await;
    let path = format!("{PATH}?include={ALL}");
    let answer = v2(app.owner()).get(&path).await.status(200);
    let to = |kind: &str, id: &str| json!({"data": {"type": kind, "id": id}});
    let all = |kind: &str, ids: &[&str]| json!({"data": ids.iter().map(|id| json!({"type": kind, "id": id})).collect::<Vec<_>>()});
    let text = id.to_string();
    let document: i64 = app.one("SELECT id FROM documents WHERE appointment_id = $1", params![id]).await;
    let (zeroth, other) = (format!("{id}_0"), format!("{id}_1"));
    let (value, of_client) = (format!("{id}_71"), format!("{client}_72"));
    let instance: i64 = app
        .one("SELECT subject_id FROM occupancy WHERE subject = 'resource' AND owner_id = $1", params![id])
        .await;
    let none = json!({"data": null});
    let empty = json!({"data": []});
    assert_eq!(
        answer.items()[0]["relationships"],
        json!({
            "client": to("client", &client.to_string()), "staff": to("staff", "1001"),
            "services": all("service", &["83169", "83188"]), "goods": empty,
            "resource_instances": all("resource_instance", &[&instance.to_string()]), "labels": all("label", &["61"]),
            "attendance_service_items": all("attendance_service_item", &[&zeroth, &other]),
            "attendance_good_items": empty, "attendance_document": to("attendance_document", &document.to_string()),
            "transactions": empty, "fast_payment_settings": none, "acceptance_free": none,
            "custom_field_values": all("custom_field_value", &[&value]), "comer": to("comer", "9"),
            "client_notification_settings": to("client_notification_settings", &text), "client_schedule": none,
            "duration_details": to("duration_details", &text)
        })
    );
    let shown = included(&answer, "client", &client.to_string());
    assert_eq!(shown["attributes"]["phone"], "+13155550175");
    assert_eq!(shown["relationships"]["custom_field_values"], all("custom_field_value", &[&of_client]));
    let attributes = |kind: &str, id: &str| included(&answer, kind, id)["attributes"].clone();
    assert_eq!(attributes("custom_field_value", &of_client), json!({"code": "size", "value": "XL"}));
    assert_eq!(attributes("custom_field_value", &value), json!({"code": "mood", "value": "good"}));
    assert_eq!(attributes("staff", "1001")["name"], "Ann Lee");
    assert_eq!(attributes("service", "83188")["title"], "Back massage");
    assert_eq!(attributes("resource_instance", &instance.to_string())["id"], json!(instance));
    assert_eq!(attributes("label", "61")["title"], "Regular");
    assert_eq!(
        attributes("attendance_service_item", &zeroth),
        json!({"service_id": MASSAGE, "cost_per_unit": 80, "amount": 1, "discount_percent": 0, "manual_cost": 80,
               "is_trial": false})
    );
    assert_eq!(attributes("attendance_document", &document.to_string())["record_id"], json!(id));
    assert_eq!(attributes("comer", "9"), json!({"name": "A friend"}));
    assert_eq!(
        attributes("client_notification_settings", &text),
        json!({"sms_remain_hours": 6, "email_remain_hours": 24, "sms_now": false, "email_now": false})
    );
    assert_eq!(
        attributes("duration_details", &text),
        json!({"services_duration": 3300, "technical_break_duration": 300})
    );

    // Ten more, some in an event: as many queries, and what they have in common is there once.
    let event = make_event(&app, super::events::at("2026-12-04 10:00")).await;
    for n in 0..10 {
        let (when, phone) =
            (format!("2026-12-02 {:02}:00", 9 + n % 8), format!("+1315555{:04}", 200 + n / 2));
        if n < 8 {
            let made = make(&app, full(&when, "John", &phone)).await;
            if n % 2 == 0 {
                value_of_client(&app, client_of(&app, made).await).await;
            }
        } else {
            let body = json!({"activity_id": event, "client": {"name": "Eve", "phone": phone}});
            app.owner().post("/api/v1/records/37532", body).await.status(201);
        }
    }
    let asked = async |query: &str| {
        let before = app.queries();
        let answer = v2(app.owner()).get(&format!("{path}{query}")).await.status(200);
        (answer, app.queries() - before)
    };
    let ((few, small), (many, large)) = (asked("&limit=1&page=2").await, asked("").await);
    assert_eq!((few.items().len(), many.items().len()), (1, 11));
    // Who comes in a client's stead and what events take up are a query each, where there are any.
    assert!(large <= small + 2 && large <= 18, "{small} queries for one, {large} for eleven");
    let mut names: Vec<String> = many.body["included"]
        .as_array()
        .expect("included")
        .iter()
        .map(|one| format!("{} {}", one["type"], one["id"]))
        .collect();
    let total = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), total);
    let bare = v2(app.owner()).get(PATH).await.status(200);
    assert!(bare.body.get("included").is_none());
    let before = app.queries();
    v2(app.owner()).get(PATH).await.status(200);
    assert!(app.queries() - before <= 3, "{}", app.queries() - before);
}

#[testkit::test]
async fn regular_days_are_included(app: App) {
    let (made, series, regular) = super::regulars::one(&app).await;
    let path = format!("{PATH}?filter[client_id]={made}&include=client_schedule,resource_instances");
    let answer = v2(app.owner()).get(&path).await.status(200);
    let to = json!({"data": {"type": "client_schedule", "id": regular.to_string()}});
    assert!(answer.items().len() > 1);
    for one in answer.items() {
        assert_eq!(one["relationships"]["client_schedule"], to);
    }
    assert_eq!(
        answer.body["included"],
        json!([{"type": "client_schedule", "id": regular.to_string(),
                "attributes": {"schedule_id": series, "client_id": made, "comer_id": null}}])
    );
}

#[testkit::test]
async fn an_attendance_is_a_visit(app: App) {
    working(&app).await;
    let first = make(&app, at("2026-12-01 10:00")).await;
    let second = make(&app, with(at("2026-12-01 12:00"), json!({"staff_id": 1002}))).await;
    let next_day = make(&app, at("2026-12-02 10:00")).await;
    let visit = visit_of(&app, first).await;
    let path = |of: &str| format!("/api/v2/locations/{LOCATION}/attendances/{of}/appointments");
    let get = async |of: String| v2(app.owner()).get(&path(&of)).await;
    for of in [format!("record_{first}"), format!("record_{second}"), format!("visit_{visit}")] {
        let answer = get(of).await.status(200);
        assert_eq!(ids(&answer), [first, second]);
        assert!(answer.body.get("meta").is_none());
    }
    assert_eq!(ids(&get(format!("record_{next_day}")).await.status(200)), [next_day]);
    let answer =
        v2(app.owner()).get(&format!("{}?include=staff", path(&format!("visit_{visit}")))).await.status(200);
    assert_eq!(answer.body["included"].as_array().map(Vec::len), Some(2));

    for bad in ["12", "record_", "visit_x", "group_1"] {
        assert_eq!(fields(&get(bad.to_owned()).await.status(422)), ["attendance_id"], "{bad}");
    }
    for gone in ["record_999999", "visit_999999", "record_99999999999999999999"] {
        get(gone.to_owned()).await.status(404);
    }
    let elsewhere = path(&format!("record_{first}")).replace("37532", &STRANGER_LOCATION.to_string());
    v2(app.stranger()).get(&elsewhere).await.status(404);
    v2(app.stranger()).get(&path(&format!("record_{first}"))).await.status(404);

    // Who sees one team member's calendar sees of the visit what is in it.
    let mut grants = testkit::make::grants(org::rights::Role::Worker, &["timetable_access"]);
    grants.set("timetable_master_id", &json!(1002)).expect("an id");
    let (user, staff) = testkit::make::user(&app, "One of them").await;
    testkit::make::member(&app, LOCATION, user, grants).await;
    let seen = v2(staff.clone()).get(&path(&format!("visit_{visit}"))).await.status(200);
    assert_eq!(ids(&seen), [second]);
    v2(staff.clone()).get(&path(&format!("record_{first}"))).await.status(404);
    assert_eq!(ids(&v2(staff).get(PATH).await.status(200)), [second]);

    app.owner().delete(&format!("/api/v1/record/{LOCATION}/{next_day}")).await.status(204);
    get(format!("record_{next_day}")).await.status(404);
    get(format!("visit_{}", visit_of(&app, next_day).await)).await.status(404);
}

#[testkit::test]
async fn what_is_hidden_from_a_user_stays_hidden(app: App) {
    working(&app).await;
    beside(&app).await;
    let id = make(&app, full("2026-12-01 10:00", "Jane", "+13155550175")).await;
    let client = client_of(&app, id).await;
    app.exec(
        "UPDATE clients SET surname = 'Doe', email = 'j@example.com', comment = 'Late' WHERE id = $1",
        params![client],
    )
    .await;
    value_of_client(&app, client).await;
    let attendance = format!("/api/v2/locations/{LOCATION}/attendances/record_{id}/appointments");
    let seen = async |rights: &[&str], include: &str, status: u16| {
        let staff = v2(app.staff(rights).await);
        for path in [PATH, &attendance] {
            staff.get(&format!("{path}?include={include}")).await.status(status);
        }
        staff.get(&format!("{PATH}?include={include}")).await
    };
    let blind = seen(&["timetable_access"], "client", 200).await;
    let shown = &included(&blind, "client", &client.to_string())["attributes"];
    assert_eq!(
        (&shown["name"], &shown["phone"], &shown["email"], &shown["surname"], &shown["comment"]),
        (&json!("Jane"), &json!(""), &json!(""), &json!(""), &json!(""))
    );
    let rights = [
        "timetable_access",
        "timetable_phones_access",
        "clients_phones_email_access",
        "clients_surname_middle_name_access",
        "clients_card_comment_access",
    ];
    let open = seen(&rights, "client", 200).await;
    let shown = &included(&open, "client", &client.to_string())["attributes"];
    assert_eq!(
        (&shown["phone"], &shown["email"], &shown["surname"], &shown["comment"]),
        (&json!("+13155550175"), &json!("j@example.com"), &json!("Doe"), &json!("Late"))
    );
    // Values of custom fields have their own rights.
    seen(&["timetable_access"], "custom_field_values", 403).await;
    seen(&["timetable_access"], "client.custom_field_values", 403).await;
    seen(&["timetable_access", "custom_fields_record_values_read_access"], "custom_field_values", 200).await;
    let values = ["timetable_access", "custom_fields_client_values_read_access"];
    let values = seen(&values, "client.custom_field_values", 200).await;
    assert_eq!(included(&values, "custom_field_value", &format!("{client}_72"))["attributes"]["value"], "XL");
    seen(&["clients_access"], "client", 403).await;
}

const OCCUPATIONS: &str = "/api/v2/locations/37532/resource_occupations";

fn within(from: &str, to: &str, more: &str) -> String {
    format!(
        "{OCCUPATIONS}?filter[date_intersect_from_strict]={from}&filter[date_intersect_to_strict]={to}{more}"
    )
}

#[testkit::test]
async fn resources_are_taken_up_by_appointments_and_events(app: App) {
    working(&app).await;
    let massage = with(at("2026-12-01 10:00"), json!({"services": [{"id": MASSAGE}]}));
    let id = make(&app, massage).await;
    let held = json!({"resource_instance_ids": [181]});
    let event = make_event(&app, with(super::events::at("2026-12-01 14:00"), held)).await;
    let (instance, resource): (i64, i64) = app
        .one(
            "SELECT i.id, i.resource_id FROM occupancy o JOIN resource_instances i ON i.id = o.subject_id
             WHERE o.subject = 'resource' AND o.owner = 'appointment' AND o.owner_id = $1",
            params![id],
        )
        .await;
    let day =
        v2(app.owner()).get(&within("2026-12-01T00:00:00", "2026-12-02T00:00:00", "")).await.status(200);
    let sources: Vec<(&Value, &Value)> = day
        .items()
        .iter()
        .map(|one| (&one["attributes"]["source_type_slug"], &one["attributes"]["source_id"]))
        .collect();
    assert_eq!(sources, [(&json!("record"), &json!(id)), (&json!("activity"), &json!(event))]);
    let one = &day.items()[0];
    assert_eq!(one["type"], "resource_occupation");
    assert_eq!(
        one["attributes"],
        json!({"source_type": "record", "source_type_slug": "record", "source_id": id, "resource_id": resource,
               "resource_instance_id": instance, "from": "2026-12-01 10:00:00", "to": "2026-12-01 11:00:00"})
    );
    let count = async |path: String| v2(app.owner()).get(&path).await.status(200).items().len();
    // Touching is not meeting.
    assert_eq!(count(within("2026-12-01T11:00:00", "2026-12-01T14:00:00", "")).await, 0);
    assert_eq!(count(within("2026-12-01T10:59:59", "2026-12-01T14:00:01", "")).await, 2);
    let span = ("2026-12-01T00:00:00", "2026-12-02T00:00:00");
    assert_eq!(count(within(span.0, span.1, &format!("&filter[service_id]={MASSAGE}"))).await, 1);
    assert_eq!(
        count(within(span.0, span.1, &format!("&filter[service_ids][]={MASSAGE}&filter[service_ids][]=1")))
            .await,
        1
    );
    assert_eq!(count(within(span.0, span.1, &format!("&filter[service_id]={HAIRCUT}"))).await, 0);
    let before = app.queries();
    count(within(span.0, span.1, &format!("&filter[service_id]={MASSAGE}"))).await;
    assert!(app.queries() - before <= 2, "{}", app.queries() - before);

    for (path, wrong) in [
        (
            OCCUPATIONS.to_owned(),
            vec!["filter.date_intersect_from_strict", "filter.date_intersect_to_strict"],
        ),
        (within("2026-12-01 00:00:00", span.1, ""), vec!["filter.date_intersect_from_strict"]),
        (within(span.1, span.0, ""), vec!["filter.date_intersect_to_strict"]),
        (within("2026-12-01T00:00:00", "2027-12-01T00:00:00", ""), vec!["filter.date_intersect_to_strict"]),
        (within(span.0, span.1, "&filter[service_id]=0"), vec!["filter.service_id"]),
        (within(span.0, span.1, "&filter[service_ids][]=0"), vec!["filter.service_ids"]),
    ] {
        let refused = v2(app.owner()).get(&path.replace(' ', "%20")).await.status(422);
        assert_eq!(fields(&refused), wrong, "{path}");
    }
    v2(app.staff(&["clients_access"]).await).get(&within(span.0, span.1, "")).await.status(403);
    v2(app.stranger()).get(&within(span.0, span.1, "")).await.status(404);
    let elsewhere = within(span.0, span.1, "").replace("37532", &STRANGER_LOCATION.to_string());
    assert!(v2(app.stranger()).get(&elsewhere).await.status(200).items().is_empty());
    app.owner().delete(&format!("/api/v1/record/{LOCATION}/{id}")).await.status(204);
    assert_eq!(count(within(span.0, span.1, "")).await, 1);
}
