//! Booking forms.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::App;

fn path() -> String {
    format!("/api/v1/company/{LOCATION}/booking_forms")
}

fn one(id: i64) -> String {
    format!("{}/{id}", path())
}

async fn made(app: &App, body: Value) -> Value {
    app.owner().post(&path(), body).await.status(201).data().clone()
}

fn id(form: &Value) -> i64 {
    form["id"].as_i64().expect("an id")
}

async fn defaults(app: &App) -> Vec<i64> {
    let listed = app.owner().get(&path()).await.ok();
    listed.items().iter().filter(|f| f["is_default"] == true).map(id).collect()
}

/// What the contract prints for a new form, but for its id and the snippets.
fn usual() -> Value {
    json!({
        "title": "Name", "is_default": false, "description": "", "without_menu": false,
        "service_step_default": 0, "service_step_hide": false, "master_step_default": 0, "master_step_hide": false,
        "service_step_num": 2, "master_step_num": 1, "datetime_step_num": 3, "show_button": true,
        "button_position": "bottom right", "form_position": "right", "button_color": "#1c84c6",
        "button_animation": true, "ab_test_enabled": false, "is_chain": false, "sequence_type": "steps",
        "service_step_title": "", "master_step_title": "", "specialization_display_mode": 0,
        "datetime_step_title": "", "map_type": 0, "default_language_id": 0, "group_id": 0,
        "facebook_pixel_id": "", "vk_pixel_id": "", "online_sales_group_id": 0,
        "service_step_category_view_type": "horizontal_tags", "salon_select_type_code": "list",
        "record_type_id": null, "display_activity_type": "all", "is_multiple_activity_record": false,
        "activity_record_count": 1, "header_images": null, "is_weekly_view_enabled": false,
        "show_weekly_view_without_online_booking": false, "weekly_view_default_salon_id": null
    })
}

/// Each field otherwise than in a new form.
fn unusual() -> Value {
    json!({
        "title": "Another", "is_default": true, "description": "About", "without_menu": true,
        "service_step_default": 83181, "service_step_hide": true, "master_step_default": 1001, "master_step_hide": true,
        "service_step_num": 1, "master_step_num": 3, "datetime_step_num": 2, "show_button": false,
        "button_position": "top left", "form_position": "left", "button_color": "#00ff7f",
        "button_animation": false, "ab_test_enabled": true, "is_chain": true, "sequence_type": "menu",
        "service_step_title": "What", "master_step_title": "Who", "specialization_display_mode": 1,
        "datetime_step_title": "When", "map_type": 1, "default_language_id": 2, "group_id": 9206,
        "facebook_pixel_id": "fb-1", "vk_pixel_id": "vk-1", "online_sales_group_id": 4,
        "service_step_category_view_type": "list", "salon_select_type_code": "map",
        "record_type_id": 2, "display_activity_type": "free", "is_multiple_activity_record": true,
        "activity_record_count": 3, "header_images": {"desktop": "https://example.com/a.jpg"},
        "is_weekly_view_enabled": true, "show_weekly_view_without_online_booking": true,
        "weekly_view_default_salon_id": LOCATION
    })
}

#[track_caller]
fn same(form: &Value, expected: &Value) {
    let mut form = form.clone();
    for own in ["id", "html_code", "html_code_v2"] {
        form.as_object_mut().expect("an object").remove(own);
    }
    assert_eq!(&form, expected);
}

#[testkit::test]
async fn a_form_is_made_read_changed_and_deleted(app: App) {
    let form = made(&app, json!({"title": " Name "})).await;
    same(&form, &usual());
    let id = id(&form);
    assert_eq!(app.owner().get(&one(id)).await.status(200).data(), &form);
    let listed = app.owner().get(&path()).await.status(200);
    assert_eq!(listed.ids(), [19203, 19204, id]);
    assert_eq!((&listed.items()[2], &listed.body["meta"]), (&form, &json!({"count": 3})));
    // Everything that can be set, and then nothing.
    let mut sent = unusual();
    sent["button_position"] = json!("top left ");
    sent["button_color"] = json!("#00FF7F");
    let changed = app.owner().patch(&one(id), sent).await.status(200).data().clone();
    same(&changed, &unusual());
    let kept = app.owner().patch(&one(id), json!({})).await.status(200);
    assert_eq!(kept.data(), &changed);
    assert_eq!(app.owner().get(&one(id)).await.ok().data(), &changed);
    // What may be nothing is emptied by null.
    let sent = json!({"record_type_id": null, "header_images": null, "weekly_view_default_salon_id": null});
    let emptied = app.owner().patch(&one(id), sent).await.ok();
    for field in ["record_type_id", "header_images", "weekly_view_default_salon_id"] {
        assert_eq!(emptied.data()[field], Value::Null, "{field}");
    }
    let gone = app.owner().delete(&one(id)).await.status(204);
    assert!(gone.bytes.is_empty());
    app.owner().get(&one(id)).await.status(404);
    app.owner().patch(&one(id), json!({"title": "x"})).await.status(404);
    app.owner().delete(&one(id)).await.status(404);
    // Softly: what was booked through it goes on to name it.
    assert_eq!(app.one::<i64>("SELECT COUNT(*) FROM booking_forms WHERE id = $1", params![id]).await, 1);
    let sql = "SELECT COUNT(*) FROM events WHERE entity = 'booking_form' AND entity_id = $1";
    assert_eq!(app.one::<i64>(sql, params![id]).await, 5);
}

#[testkit::test]
async fn every_field_may_be_given_at_once(app: App) {
    same(&made(&app, unusual()).await, &unusual());
}

#[testkit::test]
async fn a_form_has_its_page_until_it_is_deleted(app: App) {
    let id = id(&made(&app, json!({"title": "Seasonal"})).await);
    let page = app.nobody().get(&format!("/book/{id}")).await.status(200);
    assert!(page.text().contains("James Smith"), "{}", page.text());
    let shown = format!("/api/v1/company/{LOCATION}?showBookforms=1");
    let forms = app.partner().get(&shown).await.ok().data()["bookforms"].clone();
    assert_eq!(forms[2]["url"], json!(format!("http://desk.test/book/{id}")));
    app.owner().delete(&one(id)).await.status(204);
    app.nobody().get(&format!("/book/{id}")).await.status(404);
    app.nobody().get(&format!("/book/{id}/sales")).await.status(404);
    let forms = app.partner().get(&shown).await.ok().data()["bookforms"].clone();
    assert_eq!(forms.as_array().map(Vec::len), Some(2));
    app.nobody().get("/book/19203").await.status(200);
}

#[testkit::test]
async fn snippets_lead_to_the_page_and_stay_text(app: App) {
    let title = "</script><img src=x onerror='alert(1)'>\"&";
    let form =
        made(&app, json!({"title": title, "button_position": "top left ", "button_color": "#ffee00"})).await;
    let (link, script) =
        (form["html_code"].as_str().expect("text"), form["html_code_v2"].as_str().expect("text"));
    let page = format!("http://desk.test/book/{}", id(&form));
    assert!(link.starts_with(&format!("<a href=\"{page}\"")), "{link}");
    assert!(link.contains("top:20px;left:20px;") && link.contains("#ffee00"), "{link}");
    assert!(
        script.starts_with("<script>") && script.ends_with("</script>") && script.contains(&page),
        "{script}"
    );
    for snippet in [link, script] {
        assert!(!snippet.contains("<img"), "{snippet}");
    }
    assert_eq!(script.matches("</script>").count(), 1);
    assert_eq!(form["title"], json!(title));
}

#[testkit::test]
async fn there_is_one_default_at_the_most(app: App) {
    assert_eq!(defaults(&app).await, [19204]);
    let new = id(&made(&app, json!({"title": "New", "is_default": true})).await);
    assert_eq!(defaults(&app).await, [new]);
    app.owner().patch(&one(19203), json!({"is_default": 1})).await.ok();
    assert_eq!(defaults(&app).await, [19203]);
    // The default goes: the oldest of the others takes its place.
    app.owner().delete(&one(19203)).await.status(204);
    assert_eq!(defaults(&app).await, [19204]);
    // Another that goes changes nothing; and there may be none.
    app.owner().delete(&one(new)).await.status(204);
    assert_eq!(defaults(&app).await, [19204]);
    app.owner().patch(&one(19204), json!({"is_default": false})).await.ok();
    assert!(defaults(&app).await.is_empty());
    app.owner().delete(&one(19204)).await.status(204);
    assert!(app.owner().get(&path()).await.items().is_empty());
    // The database holds it too.
    made(&app, json!({"title": "A", "is_default": true})).await;
    let mut tx = app.db().begin().await.expect("a transaction");
    let sql = "INSERT INTO booking_forms (location_id, title, is_default) VALUES ($1, 'B', 1)";
    let refused = tx.exec(sql, params![LOCATION]).await.expect_err("a second default");
    assert!(matches!(refused, db::Error::Unique(_)), "{refused}");
    tx.rollback().await;
}

#[testkit::test]
async fn forms_made_at_once_leave_one_default(app: App) {
    let post = |n: i64| {
        let owner = app.owner();
        tokio::spawn(async move {
            owner.post(&path(), json!({"title": format!("F{n}"), "is_default": true})).await.status(201);
        })
    };
    let posts: Vec<_> = (0..6).map(post).collect();
    for post in posts {
        post.await.expect("answered");
    }
    assert_eq!(defaults(&app).await.len(), 1);
}

#[testkit::test]
async fn what_is_wrong_is_named(app: App) {
    let refused = app.owner().post(&path(), json!({})).await.status(422);
    assert_eq!(refused.fields(), ["title"]);
    let sent = json!({
        "title": "  ", "button_position": "middle", "form_position": "top", "button_color": "blue",
        "service_step_num": 2, "master_step_num": 2, "service_step_default": -1, "master_step_default": 1101,
        "group_id": 9300, "weekly_view_default_salon_id": STRANGER_LOCATION, "sequence_type": "",
        "activity_record_count": 1000, "header_images": {"a": "ftp://x"}
    });
    let refused = app.owner().post(&path(), sent).await.status(422);
    assert_eq!(
        refused.fields(),
        [
            "title",
            "button_position",
            "form_position",
            "button_color",
            "service_step_num",
            "sequence_type",
            "activity_record_count",
            "header_images",
            "service_step_default",
            "master_step_default",
            "group_id",
            "weekly_view_default_salon_id",
        ]
    );
    // Dismissed, or none at all.
    for nobody in [1006, 5] {
        let refused =
            app.owner().patch(&one(19203), json!({"master_step_default": nobody})).await.status(422);
        assert_eq!(refused.fields(), ["master_step_default"]);
    }
    assert_eq!(app.count("booking_forms").await, 3);
}

#[testkit::test]
async fn who_was_dismissed_begins_nothing_until_he_is_back(app: App) {
    app.owner().patch(&one(19203), json!({"master_step_default": 1002})).await.ok();
    app.exec("UPDATE team_members SET fired = 1 WHERE id = 1002", &[]).await;
    let form = app.owner().patch(&one(19203), json!({"title": "Other"})).await.ok();
    assert_eq!(form.data()["master_step_default"], json!(0));
    app.exec("UPDATE team_members SET fired = 0 WHERE id = 1002", &[]).await;
    let form = app.owner().get(&one(19203)).await.ok();
    assert_eq!(form.data()["master_step_default"], json!(1002));
    let form = app.owner().patch(&one(19203), json!({"master_step_default": 0})).await.ok();
    assert_eq!(form.data()["master_step_default"], json!(0));
}

#[testkit::test]
async fn a_service_that_was_deleted_begins_nothing(app: App) {
    let sent = json!({"service_step_default": 83181});
    assert_eq!(app.owner().patch(&one(19203), sent).await.ok().data()["service_step_default"], json!(83181));
    app.exec("UPDATE services SET is_deleted = 1 WHERE id = 83181", &[]).await;
    assert_eq!(app.owner().get(&one(19203)).await.ok().data()["service_step_default"], json!(0));
    let sent = json!({"service_step_default": 83181});
    let refused = app.owner().patch(&one(19204), sent).await.status(422);
    assert_eq!(refused.fields(), ["service_step_default"]);
}

#[testkit::test]
async fn the_list_is_bounded_and_costs_the_same(app: App) {
    let cost = async || {
        let before = app.queries();
        app.owner().get(&path()).await.ok();
        app.queries() - before
    };
    cost().await;
    let few = cost().await;
    let mut sql = db::Sql::new("INSERT INTO booking_forms (location_id, title) VALUES ");
    sql.rows((0..298).map(|n| [LOCATION.into(), db::Value::from(format!("F{n}"))]));
    let mut tx = app.db().begin().await.expect("a transaction");
    sql.exec(&mut tx).await.expect("rows");
    tx.commit().await.expect("committed");
    assert_eq!(cost().await, few);
    assert_eq!(app.owner().get(&path()).await.items().len(), 300);
    let refused = app.owner().post(&path(), json!({"title": "One more"})).await.status(422);
    assert_eq!(refused.fields(), ["title"]);
    // Deleted ones do not count.
    app.owner().delete(&one(19203)).await.status(204);
    made(&app, json!({"title": "One more"})).await;
}

#[testkit::test]
async fn forms_are_their_locations_own(app: App) {
    let theirs = format!("/api/v1/company/{STRANGER_LOCATION}/booking_forms");
    assert_eq!(app.stranger().get(&theirs).await.ok().ids(), [19300]);
    app.owner().get(&theirs).await.status(404);
    for other in [one(19300), format!("{theirs}/19203")] {
        app.owner().get(&other).await.status(404);
        app.owner().patch(&other, json!({"title": "Mine"})).await.status(404);
        app.owner().delete(&other).await.status(404);
    }
    app.stranger().post(&theirs, json!({"title": "Theirs", "is_default": true})).await.status(201);
    assert_eq!(defaults(&app).await, [19204]);
    let other = app.staff(&["settings_basis_access"]).await;
    let some = app.staff(&["online_record_access"]).await;
    other.get(&path()).await.status(403);
    other.post(&path(), json!({"title": "T"})).await.status(403);
    other.delete(&one(19203)).await.status(403);
    some.get(&path()).await.status(200);
    some.post(&path(), json!({"title": "T"})).await.status(201);
    app.partner().get(&path()).await.status(401);
}
