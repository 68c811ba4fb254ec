//! Team members, version 1, and their employment.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use http::Method;
use org::rights::{Grants, Role};
use serde_json::{Value, json};
use testkit::{Answer, App, Part, make};

const LIST: &str = "/api/v1/staff/37532";
const QUICK: &str = "/api/v1/company/37532/staff/quick";

fn one(id: i64) -> String {
    format!("{LIST}/{id}")
}

async fn listed(app: &App, id: i64) -> Value {
    let list = app.owner().get(LIST).await.ok();
    list.items().iter().find(|m| m["id"] == id).cloned().unwrap_or_default()
}

async fn counted(app: &App) -> i64 {
    app.one("SELECT active_staff_count FROM locations WHERE id = $1", params![LOCATION]).await
}

fn id(answer: &Answer) -> i64 {
    answer.data()["id"].as_i64().expect("an id")
}

#[testkit::test]
async fn a_team_member_is_made_shown_and_changed(app: App) {
    let body = json!({
        "name": " Basil ", "specialization": "the hairdresser", "weight": 30, "information": "<b>x</b>",
        "api_id": 42, "hidden": 0, "fired": "0", "has_access_timetable": true, "position_id": "302",
        "prepaid": "allowed", "phone_number": 12_125_550_101_i64, "show_rating": 1
    });
    let made = app.owner().post(LIST, body).await.status(201);
    let new = id(&made);
    assert_eq!(
        *made.data(),
        json!({
            "id": new, "api_id": "42", "name": "Basil", "company_id": LOCATION,
            "specialization": "the hairdresser", "position": {"id": 302, "title": "Barber"},
            "show_rating": true, "rating": 0, "votes_count": 0, "user_id": null,
            "avatar": "http://desk.test/images/no-master-sm.svg",
            "avatar_big": "http://desk.test/images/no-master.svg", "comments_count": 0, "weight": 30,
            "information": "<b>x</b>", "hidden": 0, "fired": 0, "status": 0, "has_access_timetable": true,
            "is_paid_staff": false, "is_included_in_payment_policy": true
        })
    );
    let list = app.owner().get(LIST).await.ok();
    assert_eq!(list.ids(), [new, 1001, 1002, 1003, 1004, 1005, 1006], "the heaviest first");
    assert_eq!(list.body["meta"], json!([]));
    assert_eq!(
        list.items()[0],
        json!({
            "id": new, "api_id": "42", "name": "Basil", "specialization": "the hairdresser", "rating": 0,
            "show_rating": 1, "user_id": null, "has_access_timetable": true,
            "avatar": "http://desk.test/images/no-master-sm.svg",
            "avatar_big": "http://desk.test/images/no-master.svg", "comments_count": 0, "votes_count": 0,
            "bookable": false, "image_group": [], "information": "<b>x</b>", "position_id": 302,
            "schedule_till": "", "weight": 30, "fired": 0, "status": 0, "hidden": 0, "user": [],
            "prepaid": "allowed", "position": {"id": 302, "title": "Barber"}
        })
    );
    app.nobody().get("/images/no-master.svg").await.status(200);
    app.nobody().get("/images/no-master-sm.svg").await.status(200);

    let before = app.owner().get(&one(new)).await.ok();
    assert_eq!(before.items().len(), 1);
    let etag = before.header("etag").to_owned();
    let change = json!({"weight": "10", "api_id": null, "position_id": 0});
    let changed = app.owner().header("if-match", &etag).put(&one(new), change.clone()).await.status(200);
    assert_eq!(
        *changed.data(),
        json!({
            "id": new, "name": "Basil", "company_id": LOCATION, "specialization": "the hairdresser",
            "position": [], "show_rating": 1, "rating": 0, "votes_count": 0, "user_id": null,
            "avatar": "http://desk.test/images/no-master-sm.svg",
            "avatar_big": "http://desk.test/images/no-master.svg", "comments_count": 0, "weight": "10",
            "information": "<b>x</b>", "hidden": "0", "fired": "0", "status": "0", "image_group": [],
            "has_access_timetable": true, "is_paid_staff": false, "is_included_in_payment_policy": true
        })
    );
    assert_eq!(app.owner().get(&one(new)).await.ok().items(), [changed.data().clone()]);
    app.owner().header("if-match", &etag).put(&one(new), change).await.status(412);
}

#[testkit::test]
async fn the_older_path_gives_a_list_with_its_count(app: App) {
    let path = format!("/api/v1/company/{LOCATION}/staff");
    let ann = app.owner().get(&format!("{path}/1001")).await.ok();
    assert_eq!(ann.body["meta"], json!({"total_count": 1}));
    assert_eq!(
        ann.items(),
        [json!({
            "id": 1001, "name": "Ann Lee", "company_id": LOCATION, "specialization": "Hairdresser",
            "position": {"id": 301, "title": "Hairdresser"},
            "avatar": "http://desk.test/images/no-master-sm.svg",
            "avatar_big": "http://desk.test/images/no-master.svg", "fired": 0, "status": 0, "hidden": 0,
            "user_id": null, "is_paid_staff": true, "is_included_in_payment_policy": true
        })]
    );
    let all = app.owner().get(&format!("{path}/")).await.ok();
    assert_eq!((all.items().len(), &all.body["meta"]), (6, &json!({"total_count": 6})));
    let absent = app.owner().get(&format!("{path}/77")).await.status(404);
    let said = "Team Member with ID 77 was not found in branch 37532.";
    assert_eq!(absent.body["meta"]["errors"], json!([{"message": said}]));
    app.exec("UPDATE licenses SET ends_at = 1 WHERE location_id = $1", params![LOCATION]).await;
    let over = app.owner().get(&format!("{path}/1001")).await.status(403);
    assert_eq!(over.message(), "It is necessary to renew the license in the branch with id: 37532");
    app.owner().get(&path).await.status(403);
}

#[testkit::test]
async fn wrong_fields_are_named(app: App) {
    let wrong = json!({
        "weight": 1e15, "prepaid": "no", "phone_number": "+12125550101", "tt_markup": 1441,
        "position_id": 999, "user_id": 999, "hidden": 7
    });
    let all = app.owner().post(LIST, wrong.clone()).await.status(422);
    // What can't be read at all comes first.
    assert_eq!(all.fields(), ["hidden"]);
    let mut wrong = wrong;
    wrong["hidden"] = json!(1);
    let all = app.owner().post(LIST, wrong.clone()).await.status(422);
    assert_eq!(
        all.fields(),
        ["name", "weight", "prepaid", "phone_number", "tt_markup", "position_id", "user_id"]
    );
    let changed = app.owner().put(&one(1001), wrong).await.status(422);
    assert_eq!(
        changed.fields(),
        ["weight", "prepaid", "phone_number", "tt_markup", "position_id", "user_id"]
    );
    let blank = app.owner().put(&one(1001), json!({"name": " "})).await.status(422);
    assert_eq!(blank.fields(), ["name"]);
    app.owner().put(&one(99), json!({})).await.status(404);
    assert_eq!(app.count("team_members").await, 7);
}

#[testkit::test]
async fn paid_ones_who_are_there_are_counted(app: App) {
    assert_eq!(counted(&app).await, 2);
    let made = app.owner().post(LIST, json!({"name": "Basil", "is_paid_staff": true})).await.status(201);
    assert_eq!(counted(&app).await, 3);
    app.owner().put(&one(id(&made)), json!({"fired": 1})).await.ok();
    assert_eq!(counted(&app).await, 2);
    let public = app.partner().get(&format!("/api/v1/company/{LOCATION}")).await.ok();
    assert_eq!(public.data()["active_staff_count"], 2);
    let fired: i64 = app.one("SELECT fired_at FROM team_members WHERE id = $1", params![id(&made)]).await;
    assert_eq!(fired, testkit::NOW);
    assert_eq!(listed(&app, id(&made)).await["fired"], 1);
    app.owner().put(&one(id(&made)), json!({"fired": 0})).await.ok();
    assert_eq!(counted(&app).await, 3);
    app.owner().put(&one(1002), json!({"is_paid_staff": 0})).await.ok();
    assert_eq!(counted(&app).await, 2);
    app.owner().delete(&one(id(&made))).await.status(204);
    assert_eq!(counted(&app).await, 1);
}

#[testkit::test]
async fn the_count_is_right_whoever_writes_at_once(app: App) {
    let make = |n: i64| {
        let owner = app.owner();
        tokio::spawn(async move {
            owner.post(LIST, json!({"name": format!("N{n}"), "is_paid_staff": true})).await.status(201);
        })
    };
    let leave = |id: i64| {
        let owner = app.owner();
        tokio::spawn(async move { owner.put(&one(id), json!({"fired": 1})).await.status(200) })
    };
    let making: Vec<_> = (0..8).map(make).collect();
    let leaving = [leave(1001), leave(1002)];
    for task in making {
        task.await.expect("made");
    }
    for task in leaving {
        task.await.expect("dismissed");
    }
    assert_eq!(counted(&app).await, 8);
}

#[testkit::test]
async fn a_deleted_one_stays_for_history_alone(app: App) {
    let (user, _) = make::user(&app, "Ann").await;
    make::member(&app, LOCATION, user, Grants::of_role(Role::Worker)).await;
    app.owner().put(&one(1001), json!({"user_id": user})).await.ok();
    app.owner().delete(&one(1001)).await.status(204);
    assert_eq!(listed(&app, 1001).await, Value::Null);
    let shown = app.owner().get(&one(1001)).await.ok();
    assert_eq!((&shown.items()[0]["status"], &shown.items()[0]["user_id"]), (&json!("1"), &json!(null)));
    app.owner().put(&one(1001), json!({"name": "x"})).await.status(404);
    app.owner().delete(&one(1001)).await.status(404);
    // Neither a user nor a picture can be his.
    let path = format!("/api/v1/company/{LOCATION}/users/{user}/permissions");
    let refused = app.owner().put(&path, json!({"staff_id": 1001})).await.status(422);
    assert_eq!(refused.fields(), ["staff_id"]);
    let parts = [Part::field("master_id", 1001)];
    app.owner().multipart(Method::POST, "/api/v1/images/master", &parts).await.status(404);
}

#[testkit::test]
async fn the_user_is_the_memberships(app: App) {
    let (user, _) = make::user(&app, "Ann L").await;
    let own = format!("/api/v1/company/{LOCATION}/users/{user}/permissions");
    let strange = app.owner().put(&one(1001), json!({"user_id": user})).await.status(422);
    assert_eq!(strange.fields(), ["user_id"], "no user of the location yet");
    make::member(&app, LOCATION, user, Grants::of_role(Role::Worker)).await;
    let linked = app.owner().put(&one(1001), json!({"user_id": user})).await.ok();
    assert_eq!(linked.data()["user_id"], user);
    assert_eq!(listed(&app, 1001).await["user"], json!([{"id": user, "name": "Ann L", "is_approved": true}]));
    assert_eq!(app.owner().get(&own).await.ok().data()["staff_id"], 1001);
    // A user is one team member at the most.
    app.owner().put(&one(1002), json!({"user_id": user})).await.ok();
    assert_eq!(listed(&app, 1001).await["user_id"], json!(null));
    for none in [json!(0), json!(null)] {
        app.owner().put(&one(1002), json!({"user_id": user})).await.ok();
        app.owner().put(&one(1002), json!({"user_id": none})).await.ok();
        assert_eq!(listed(&app, 1002).await["user_id"], json!(null));
    }
    // Nobody links one above himself.
    let owner = make::user_id(&app, frontdesk::demo::LOGIN).await;
    let refused = app.staff(&["master_edit"]).await.put(&one(1002), json!({"user_id": owner})).await;
    assert_eq!(refused.status(422).fields(), ["user_id"]);
}

fn john() -> Value {
    json!({
        "name": "John Johnson", "specialization": "Cosmetologist", "position_id": 301,
        "phone_number": 12_125_550_102_i64, "user_email": "John@Example.com", "user_phone": 12_125_550_103_i64,
        "is_user_invite": true, "is_paid_staff": true
    })
}

#[testkit::test]
async fn quick_creation_makes_the_user_and_invites_him(app: App) {
    let made = app.owner().post(QUICK, john()).await.status(201);
    assert_eq!(made.body["meta"], json!({}));
    assert_eq!(
        *made.data(),
        json!({
            "id": id(&made), "name": "John Johnson", "company_id": LOCATION, "specialization": "Cosmetologist",
            "avatar": "http://desk.test/images/no-master-sm.svg",
            "avatar_big": "http://desk.test/images/no-master.svg",
            "position": {"id": 301, "title": "Hairdresser"}, "is_paid_staff": true
        })
    );
    assert_eq!(counted(&app).await, 3);
    let user = make::user_id(&app, "john@example.com").await;
    assert_eq!(
        listed(&app, id(&made)).await["user"],
        json!([{"id": user, "name": "John Johnson", "is_approved": false}])
    );
    let phone: String = app.one("SELECT phone FROM users WHERE id = $1", params![user]).await;
    assert_eq!(phone, "+12125550103");
    let letters = app.outbox().await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].contains("To: john@example.com") && letters[0].contains("/invitation/"));
    let role: String = app.one("SELECT role FROM memberships WHERE user_id = $1", params![user]).await;
    assert_eq!(role, "worker");

    // Known by the address from now on; his phone is nobody else's.
    let again = app.owner().post(QUICK, john()).await.status(201);
    assert_eq!(listed(&app, id(&again)).await["user_id"], user);
    assert_eq!(listed(&app, id(&made)).await["user_id"], json!(null));
    let mut other = john();
    other["user_email"] = json!("other@example.com");
    assert_eq!(app.owner().post(QUICK, other).await.status(422).fields(), ["user_phone"]);
}

#[testkit::test]
async fn quick_creation_does_without_invitation_and_without_user(app: App) {
    let mut quiet = john();
    quiet["is_user_invite"] = json!(false);
    app.owner().post(QUICK, quiet).await.status(201);
    assert!(app.outbox().await.is_empty());
    let users = app.count("users").await;
    let alone = json!({"name": "Max", "specialization": "Barber", "position_id": null, "user_email": ""});
    let made = app.owner().post(QUICK, alone).await.status(201);
    assert_eq!((&made.data()["position"], app.count("users").await), (&json!(null), users));
    // One who works there already is linked, and gets no letter.
    let olivia = json!({
        "name": "Olivia", "user_email": "olivia@example.com", "user_phone": "12125550104", "is_user_invite": true
    });
    let made = app.owner().post(QUICK, olivia).await.status(201);
    assert_eq!(listed(&app, id(&made)).await["user"][0]["name"], "Olivia Brown");
    assert!(app.outbox().await.is_empty());
}

#[testkit::test]
async fn quick_creation_names_what_is_wrong(app: App) {
    let before = (app.count("team_members").await, app.count("users").await, app.count("memberships").await);
    let wrong = json!({
        "name": "", "position_id": 999, "phone_number": "12345678", "user_email": "nobody",
        "user_phone": "1234567890123456"
    });
    let refused = app.owner().post(QUICK, wrong).await.status(422);
    assert_eq!(refused.fields(), ["name", "phone_number", "user_phone", "position_id", "user_email"]);
    let alone = json!({"name": "Max", "user_phone": "12125550104"});
    assert_eq!(app.owner().post(QUICK, alone).await.status(422).fields(), ["user_email"]);
    // The right to bring in users is one of its own.
    let creator = app.staff(&["master_create"]).await;
    let rows = app.count("users").await;
    creator.post(QUICK, john()).await.status(403);
    assert_eq!(app.count("users").await, rows);
    creator.post(QUICK, json!({"name": "Max"})).await.status(201);
    let both = app.staff(&["master_create", "create_users_access"]).await;
    both.post(QUICK, john()).await.status(201);
    assert_eq!(app.count("team_members").await, before.0 + 2);
}

#[testkit::test]
async fn each_write_has_its_right(app: App) {
    let member = app.staff(&[]).await;
    member.get(LIST).await.status(200);
    member.get(&one(1001)).await.status(200);
    member.post(LIST, json!({"name": "x"})).await.status(403);
    app.staff(&["master_create"]).await.post(LIST, json!({"name": "x"})).await.status(201);
    let editor = app.staff(&["master_edit"]).await;
    editor.put(&one(1001), json!({"name": "Ann", "fired": 0})).await.status(200);
    editor.put(&one(1001), json!({"fired": 1})).await.status(403);
    editor.delete(&one(1001)).await.status(403);
    let dismisser = app.staff(&["master_edit", "settings_master_dismiss_access"]).await;
    dismisser.put(&one(1001), json!({"fired": 1})).await.status(200);
    app.staff(&["master_delete"]).await.delete(&one(1001)).await.status(204);

    for path in [one(1002), format!("/api/v1/staff/{STRANGER_LOCATION}/1002")] {
        app.stranger().get(&path).await.status(404);
        app.stranger().put(&path, json!({"name": "x"})).await.status(404);
        app.stranger().delete(&path).await.status(404);
    }
    app.stranger().get(LIST).await.status(404);
    let theirs = format!("/api/v1/staff/{STRANGER_LOCATION}/1101");
    let refused = app.stranger().put(&theirs, json!({"position_id": 302})).await.status(422);
    assert_eq!(refused.fields(), ["position_id"]);
}

#[testkit::test]
async fn a_payment_policy_is_for_those_who_set_the_location(app: App) {
    let leave = json!({"is_included_in_payment_policy": false});
    let editor = app.staff(&["master_edit"]).await;
    // Without a policy there is nothing to be left out of.
    let ignored = editor.put(&one(1001), leave.clone()).await.status(200);
    assert_eq!(ignored.data()["is_included_in_payment_policy"], true);
    app.exec("UPDATE locations SET payment_policy = 'deposit' WHERE id = $1", params![LOCATION]).await;
    assert_eq!(app.owner().get(&one(1001)).await.ok().items()[0]["is_included_in_payment_policy"], true);
    editor.put(&one(1001), leave.clone()).await.status(403);
    editor.put(&one(1001), json!({"is_included_in_payment_policy": true})).await.status(200);
    let left = app.owner().put(&one(1001), leave).await.ok();
    assert_eq!(left.data()["is_included_in_payment_policy"], false);
}

#[testkit::test]
async fn who_has_a_schedule_is_bookable(app: App) {
    app.exec("UPDATE team_members SET schedule_till = ''", &[]).await;
    let kernel = app.kernel().clone();
    let set = async |days: &[(i64, &str)]| {
        let days: Vec<(i64, String)> = days.iter().map(|(id, day)| (*id, (*day).to_owned())).collect();
        kernel
            .write(async |tx| org::team::store::set_schedule_till(tx, LOCATION, &days).await)
            .await
            .expect("set");
    };
    set(&[]).await;
    set(&[
        (1001, "2026-03-23"),
        (1002, "2026-03-22"),
        (1005, "2026-12-31"),
        (1006, "2026-12-31"),
        (1101, "2026-12-31"),
    ])
    .await;
    let list = app.owner().get(LIST).await.ok();
    let bookable: Vec<i64> =
        list.items().iter().filter(|m| m["bookable"] == true).filter_map(|m| m["id"].as_i64()).collect();
    assert_eq!(bookable, [1001], "not the one of yesterday, the hidden, the dismissed");
    assert_eq!(listed(&app, 1005).await["schedule_till"], "2026-12-31");
    let other: String = app.one("SELECT schedule_till FROM team_members WHERE id = 1101", &[]).await;
    assert_eq!(other, "", "another location's");
    // The day ends at the location, five hours behind UTC (four in summer): 2026-03-24, 03:59 UTC is still the 23rd.
    app.advance((13 * 60 + 59) * 60_000);
    assert_eq!(listed(&app, 1001).await["bookable"], true);
    app.advance(60_000);
    assert_eq!(listed(&app, 1001).await["bookable"], false);
}

#[testkit::test]
async fn the_latest_picture_is_shown(app: App) {
    let upload = async |side: u32| {
        let mut file = std::io::Cursor::new(Vec::new());
        image::DynamicImage::new_rgb8(side, side)
            .write_to(&mut file, image::ImageFormat::Png)
            .expect("encodes");
        let parts = [Part::field("master_id", 1001), Part::file("image", "a.png", file.into_inner())];
        app.owner().multipart(Method::POST, "/api/v1/images/master", &parts).await.ok()
    };
    upload(8).await;
    let latest = upload(300).await.data()["image_group"].clone();
    let shown = app.owner().get(&one(1001)).await.ok().items()[0].clone();
    let group = &shown["image_group"];
    assert_eq!(
        (&group["id"], &group["entity"], &group["entity_id"]),
        (&latest["id"], &json!("master"), &json!(1001))
    );
    assert_eq!(
        (&group["images"]["sm"]["width"], &group["images"]["norm"]["width"]),
        (&json!("240"), &json!("300"))
    );
    assert_eq!(shown["avatar"], latest["images"]["small"]["path"]);
    assert_eq!(shown["avatar_big"], latest["images"]["basic"]["path"]);
    assert_eq!(listed(&app, 1001).await["image_group"]["images"]["origin"]["version"], "origin");
    assert_eq!(listed(&app, 1002).await["image_group"], json!([]));
}

#[testkit::test]
async fn a_rating_is_the_mean_of_the_votes(app: App) {
    let rate = async |stars, votes, comments| {
        app.kernel()
            .write(async |tx| org::team::store::rate(tx, LOCATION, 1001, stars, votes, comments).await)
            .await
            .expect("rated");
    };
    rate(67, 14, 3).await;
    rate(-5, -1, -1).await;
    let ann = listed(&app, 1001).await;
    assert_eq!(
        (&ann["rating"], &ann["votes_count"], &ann["comments_count"]),
        (&json!(4.76923), &json!(13), &json!(2))
    );
    rate(3, 0, 0).await;
    assert_eq!(listed(&app, 1001).await["rating"], 5);
}

#[testkit::test]
async fn a_list_costs_as_many_queries_however_long_it_is(app: App) {
    let owner = app.owner();
    owner.get(LIST).await.ok();
    for path in [LIST.to_owned(), format!("/api/v1/company/{LOCATION}/staff")] {
        let before = app.queries();
        owner.get(&path).await.ok();
        let few = app.queries() - before;
        for n in 0..20 {
            owner.post(LIST, json!({"name": format!("N{n}"), "position_id": 301})).await.status(201);
        }
        let before = app.queries();
        owner.get(&path).await.ok();
        assert_eq!(app.queries() - before, few, "{path}");
        assert!(few <= 4, "{path}: {few}");
    }
}

#[testkit::test]
async fn employment_is_written_sealed_and_for_few(app: App) {
    let path = format!("/api/frontdesk/v1/locations/{LOCATION}/team_members/1001/employment");
    let empty = app.owner().get(&path).await.status(200);
    assert_eq!((&empty.data()["firstname"], &empty.data()["date_admission"]), (&json!(""), &json!(null)));
    let body = json!({
        "phone": "12125550105", "firstname": "Ann", "surname": "Lee", "date_admission": "2025-02-03",
        "gender": 2, "passport_data": "A12345678", "personal_tax_reference_number": "900-00-0001"
    });
    app.owner().put(&path, body).await.status(200);
    let changed = app.owner().put(&path, json!({"citizenship": "United States", "surname": null})).await.ok();
    assert_eq!(
        *changed.data(),
        json!({
            "team_member_id": 1001, "name": "Ann Lee", "phone": "12125550105", "firstname": "Ann",
            "surname": "", "patronymic": "", "date_admission": "2025-02-03T00:00:00",
            "date_registration_end": null, "citizenship": "United States", "gender": 2,
            "passport_data": "A12345678", "personal_tax_reference_number": "900-00-0001",
            "number_insurance_certificates": ""
        })
    );
    let read = app.owner().get(&path).await.ok();
    assert_eq!(read.data(), changed.data());
    let stale = app.owner().header("if-match", empty.header("etag")).put(&path, json!({})).await;
    stale.status(412);
    let sealed: Vec<u8> = app.one("SELECT sealed FROM employment_profiles", &[]).await;
    assert!(!String::from_utf8_lossy(&sealed).contains("A12345678"));
    let audit: i64 = app.one("SELECT COUNT(*) FROM audit WHERE details LIKE '%A12345678%'", &[]).await;
    assert_eq!(audit, 0);

    let wrong = json!({"phone": "1", "gender": 3, "date_admission": "soon", "firstname": "x".repeat(101)});
    let refused = app.owner().put(&path, wrong).await.status(422);
    assert_eq!(refused.fields(), ["phone", "firstname", "date_admission", "gender"]);
    app.staff(&[]).await.get(&path).await.status(403);
    let reader = app.staff(&["settings_master_access"]).await;
    reader.get(&path).await.status(200);
    reader.put(&path, json!({})).await.status(403);
    app.stranger().get(&path).await.status(404);
    let elsewhere = path.replace(&LOCATION.to_string(), &STRANGER_LOCATION.to_string());
    app.stranger().get(&elsewhere).await.status(404);
    app.stranger().put(&elsewhere, json!({})).await.status(404);
}
