//! Users of a location, their roles and rights.

use frontdesk::demo::{LOCATION, LOGIN, STRANGER_LOCATION};
use org::rights::Role;
use serde_json::{Value, json};
use testkit::{Answer, App, make};

const USERS: &str = "/api/v1/company/37532/users";

fn rights_of(user: i64) -> String {
    format!("{USERS}/{user}/permissions")
}

/// The value of a right, as an answer lists it.
fn value(answer: &Answer, slug: &str) -> Value {
    let listed = answer.data()["user_permissions"].as_array().expect("a list");
    listed.iter().find(|p| p["slug"] == slug).unwrap_or_else(|| panic!("no {slug}"))["value"].clone()
}

fn set(slug: &str, value: impl Into<Value>) -> Value {
    json!({"user_permissions": [{"slug": slug, "value": value.into()}]})
}

#[testkit::test]
async fn users_are_listed(app: App) {
    let list = app.owner().get(USERS).await.ok();
    assert_eq!(list.body["meta"]["count"], 2);
    let names: Vec<&str> = list.items().iter().filter_map(|u| u["name"].as_str()).collect();
    assert_eq!(names, ["James Smith", "Olivia Brown"]);
    let james = &list.items()[0];
    assert_eq!(
        (&james["user_role_slug"], &james["is_non_deletable"], &james["email"], &james["phone"]),
        (&json!("owner"), &json!(true), &json!(LOGIN), &json!("+13155550175"))
    );
    let invite = json!({"invites": [{"name": "Open", "search": "open@example.com"}]});
    app.owner().post("/api/v1/user/invite/37532", invite).await.status(202);
    for (filter, count) in [("1", 2), ("0", 1), ("true", 2)] {
        let list = app.owner().get(&format!("{USERS}?filter[is_approved]={filter}")).await.ok();
        assert_eq!((list.items().len(), &list.body["meta"]["count"]), (count, &json!(count)), "{filter}");
    }
    let old = app.owner().get("/api/v1/company_users/37532").await.ok();
    assert_eq!(old.items().len(), 2, "the old list has none who were only invited");
    assert_eq!(old.items()[0]["firstname"], "James Smith");
    assert_eq!(old.items()[0]["access"]["users_access"], true);
}

#[testkit::test]
async fn roles_show_rights_when_asked(app: App) {
    let (user, _) = make::in_role(&app, LOCATION, Role::Administrator).await;
    app.owner().put(&rights_of(user), set("stat_access", true)).await.ok();
    for (path, include) in [(format!("{USERS}/roles"), ""), (format!("{USERS}/{user}/roles"), "")] {
        let bare = app.owner().get(&format!("{path}{include}")).await.ok();
        assert_eq!(bare.items().len(), 7);
        assert!(bare.items().iter().all(|role| role["user_permissions"].is_null()));
        let weights: Vec<i64> = bare.items().iter().filter_map(|r| r["weight"].as_i64()).collect();
        assert_eq!(weights.iter().max(), Some(&6));
    }
    let find = |answer: &Answer, slug: &str| -> Value {
        fn within(nodes: &Value, slug: &str) -> Option<Value> {
            nodes.as_array()?.iter().find_map(|node| {
                if node["slug"] == slug { Some(node.clone()) } else { within(&node["children"], slug) }
            })
        }
        let role = answer.items().iter().find(|r| r["slug"] == "administrator").expect("the role");
        within(&role["user_permissions"], slug).expect("the right")
    };
    let general = app.owner().get(&format!("{USERS}/roles?include[]=user_permissions")).await.ok();
    let own = app.owner().get(&format!("{USERS}/{user}/roles?include=user_permissions")).await.ok();
    assert_eq!(find(&general, "stat_access")["default_value"], false);
    assert_eq!(find(&own, "stat_access")["default_value"], true, "the user's own");
    assert_eq!(find(&own, "stat_access")["is_editable"], true);
    let clerk = app.staff(&["users_access"]).await;
    let seen = clerk.get(&format!("{USERS}/roles?include=user_permissions")).await.ok();
    assert_eq!(find(&seen, "stat_access")["is_editable"], false, "who lacks it can't give it");
}

#[testkit::test]
async fn own_rights_are_told_to_every_user(app: App) {
    let staff = app.staff(&["users_access"]).await;
    let own = staff.get("/api/v1/user/permissions/37532").await.ok();
    assert_eq!(own.data()["settings"]["users_access"], true);
    assert_eq!(own.data()["settings"]["edit_users_access"], false);
    let owner = app.owner().get("/api/v1/user/permissions/37532").await.ok();
    assert_eq!(owner.data()["settings"]["edit_users_access"], true);
    app.stranger().get("/api/v1/user/permissions/37532").await.status(404);
}

#[testkit::test]
async fn a_change_of_rights_takes_effect_at_once(app: App) {
    let (user, staff) = make::staff(&app, LOCATION, &[]).await;
    staff.get(USERS).await.status(403);
    let given = json!({"user_permissions": [
        {"slug": "settings_access", "value": true}, {"slug": "users_access", "value": "1"}
    ]});
    let answer = app.owner().put(&rights_of(user), given).await.status(200);
    assert_eq!(value(&answer, "users_access"), true);
    staff.get(USERS).await.status(200);
    // A right counts only while what it depends on is on.
    app.owner().put(&rights_of(user), set("settings_access", false)).await.status(200);
    staff.get(USERS).await.status(403);
    app.owner().put(&rights_of(user), set("settings_access", true)).await.status(200);
    staff.get(USERS).await.status(200);
    // Another role begins with its own rights.
    let answer = app.owner().put(&rights_of(user), json!({"user_role": "manager"})).await.status(200);
    assert_eq!(
        (&answer.data()["user_role"], value(&answer, "edit_users_access")),
        (&json!("manager"), json!(true))
    );
    staff.get("/api/frontdesk/v1/locations/37532/audit").await.status(403);
    app.owner().put(&rights_of(user), json!({"user_role": "owner"})).await.status(200);
    staff.get("/api/frontdesk/v1/locations/37532/audit").await.status(200);
    app.owner().put(&rights_of(user), json!({"user_role": "worker"})).await.status(200);
    staff.get(USERS).await.status(403);
}

#[testkit::test]
async fn what_is_left_out_of_a_change_stays(app: App) {
    let (user, _) = make::staff(&app, LOCATION, &["users_access"]).await;
    let first = app.owner().put(&rights_of(user), json!({"staff_id": 1001})).await.ok();
    assert_eq!((&first.data()["staff_id"], value(&first, "users_access")), (&json!(1001), json!(true)));
    let nothing = app.owner().put(&rights_of(user), json!({})).await.ok();
    assert_eq!(nothing.data()["staff_id"], 1001);
    let none = app.owner().put(&rights_of(user), json!({"staff_id": null})).await.ok();
    assert_eq!((&none.data()["staff_id"], value(&none, "users_access")), (&Value::Null, json!(true)));
    app.owner().put(&rights_of(user), json!({"staff_id": 1002})).await.ok();
    let zero = app.owner().put(&rights_of(user), json!({"staff_id": 0})).await.ok();
    assert_eq!(zero.data()["staff_id"], Value::Null);
    let seen = app.owner().get(&rights_of(user)).await.ok();
    assert_eq!((&seen.data()["is_editable"], &seen.data()["user_role"]), (&json!(true), &json!("worker")));
}

#[testkit::test]
async fn nobody_gives_more_than_he_has(app: App) {
    let (clerk, editor) = make::staff(&app, LOCATION, &["edit_users_access", "clients_access"]).await;
    let (user, _) = make::staff(&app, LOCATION, &[]).await;
    let refused = async |user: i64, body: Value, fields: &[&str]| {
        let before = app.owner().get(&rights_of(user)).await.ok().body;
        let answer = editor.put(&rights_of(user), body).await.status(422);
        assert_eq!(answer.fields(), fields, "{}", answer.text());
        assert_eq!(app.owner().get(&rights_of(user)).await.ok().body, before);
    };
    let beyond = json!({"user_permissions": [
        {"slug": "clients_access", "value": true},
        {"slug": "finances_access", "value": true},
    ]});
    refused(user, beyond, &["user_permissions.1.value"]).await;
    // Nor to himself.
    let up = json!({"user_permissions": [{"slug": "settings_access", "value": true}, {"slug": "delete_users_access", "value": true}]});
    refused(clerk, up, &["user_permissions.1.value"]).await;
    let up = editor.put(&rights_of(user), json!({"user_role": "manager"})).await.status(422);
    assert!(up.fields().contains(&"user_role"), "{}", up.text());
    let own_up = editor.put(&rights_of(clerk), json!({"user_role": "owner"})).await.status(422);
    assert!(own_up.fields().contains(&"user_role"));
    editor.put(&rights_of(user), set("clients_access", true)).await.status(200);
    // What the user had already from somebody else stays his.
    app.owner().put(&rights_of(user), set("finances_access", true)).await.ok();
    let kept = editor.put(&rights_of(user), set("clients_access", false)).await.status(200);
    assert_eq!(value(&kept, "finances_access"), true);
    // Those above him are out of his reach.
    let (manager, _) = make::in_role(&app, LOCATION, Role::Manager).await;
    editor.put(&rights_of(manager), set("clients_access", false)).await.status(403);
    let james = make::user_id(&app, LOGIN).await;
    editor.put(&rights_of(james), set("clients_access", false)).await.status(403);
    let seen = editor.get(&rights_of(manager)).await.ok();
    assert_eq!(seen.data()["is_editable"], false);
}

#[testkit::test]
async fn who_is_limited_reaches_only_those_below_him(app: App) {
    let rights = ["edit_users_access", "delete_users_access", "limited_users_access"];
    let (user, editor) = make::user(&app, "Limited").await;
    make::member(&app, LOCATION, user, make::grants(Role::Administrator, &rights)).await;
    let (equal, _) = make::in_role(&app, LOCATION, Role::Administrator).await;
    let (below, _) = make::staff(&app, LOCATION, &[]).await;
    editor.put(&rights_of(equal), json!({"staff_id": 1001})).await.status(403);
    editor.delete(&format!("{USERS}/{equal}")).await.status(403);
    assert_eq!(editor.get(&rights_of(equal)).await.ok().data()["is_editable"], false);
    editor.put(&rights_of(below), json!({"staff_id": 1001})).await.status(200);
    app.owner().put(&rights_of(user), set("limited_users_access", false)).await.ok();
    editor.put(&rights_of(equal), json!({"staff_id": 1002})).await.status(200);
}

#[testkit::test]
async fn a_team_member_is_one_user(app: App) {
    let (first, _) = make::staff(&app, LOCATION, &[]).await;
    let (second, _) = make::staff(&app, LOCATION, &[]).await;
    app.owner().put(&rights_of(first), json!({"staff_id": 1001})).await.status(200);
    app.owner().put(&rights_of(first), json!({"staff_id": 1001})).await.status(200);
    let taken = app.owner().put(&rights_of(second), json!({"staff_id": 1001})).await.status(422);
    assert_eq!(taken.fields(), ["staff_id"]);
    let invites = json!({"invites": [
        {"name": "A", "search": "a@example.com", "staff_id": 1001},
        {"name": "B", "search": "b@example.com", "staff_id": 1002},
        {"name": "C", "search": "c@example.com", "staff_id": 1002}
    ]});
    let refused = app.owner().post("/api/v1/user/invite/37532", invites).await.status(422);
    assert_eq!(refused.fields(), ["invites.0.staff_id", "invites.2.staff_id"]);
    app.owner().put(&rights_of(first), json!({"staff_id": 0})).await.status(200);
    app.owner().put(&rights_of(second), json!({"staff_id": 1001})).await.status(200);
    // The database refuses it too.
    let mut tx = app.db().begin().await.expect("a transaction");
    let sql = "UPDATE memberships SET team_member_id = 1001 WHERE location_id = $1 AND user_id = $2";
    let twice = tx.exec(sql, db::params![LOCATION, first]).await;
    assert!(matches!(twice, Err(db::Error::Unique(_))), "{twice:?}");
}

#[testkit::test]
async fn what_cannot_be_set_is_named(app: App) {
    let (user, _) = make::staff(&app, LOCATION, &[]).await;
    for (body, field) in [
        (json!({"user_role": "emperor"}), "user_role"),
        (json!({"staff_id": 1101}), "staff_id"),
        (json!({"staff_id": 999}), "staff_id"),
        (json!({"staff_id": "x"}), "staff_id"),
        (set("no_such_right", true), "user_permissions.0.slug"),
        (set("users_access", "perhaps"), "user_permissions.0.value"),
        (json!({"user_permissions": [{"value": true}]}), "user_permissions.0.slug"),
        (json!({"user_permissions": "all"}), "user_permissions"),
    ] {
        let answer = app.owner().put(&rights_of(user), body.clone()).await.status(422);
        assert_eq!(answer.fields(), [field], "{body}: {}", answer.text());
    }
    app.owner().put(&rights_of(999_999), json!({})).await.status(404);
    let stranger = make::user_id(&app, frontdesk::demo::STRANGER_LOGIN).await;
    for path in [rights_of(stranger), format!("{USERS}/{stranger}/roles")] {
        app.owner().get(&path).await.status(404);
    }
}

#[testkit::test]
async fn the_founder_stays(app: App) {
    let james = make::user_id(&app, LOGIN).await;
    let (other, owner) = make::in_role(&app, LOCATION, Role::Owner).await;
    let down = owner.put(&rights_of(james), json!({"user_role": "worker"})).await.status(422);
    assert_eq!(down.fields(), ["user_role"]);
    owner.delete(&format!("{USERS}/{james}")).await.status(409);
    app.owner().delete(&format!("{USERS}/{james}")).await.status(409);
    // The other owner can't remove himself, but can be removed.
    owner.delete(&format!("{USERS}/{other}")).await.status(409);
    app.owner().delete(&format!("{USERS}/{other}")).await.status(204);
    owner.get(USERS).await.status(404);
    app.owner().delete(&format!("{USERS}/{other}")).await.status(404);
}

#[testkit::test]
async fn users_are_removed_by_those_not_below_them(app: App) {
    let remover = app.staff(&["delete_users_access"]).await;
    let (manager, _) = make::in_role(&app, LOCATION, Role::Manager).await;
    let (equal, equal_client) = make::staff(&app, LOCATION, &["users_access"]).await;
    remover.delete(&format!("{USERS}/{manager}")).await.status(403);
    equal_client.get(USERS).await.status(200);
    remover.delete(&format!("{USERS}/{equal}")).await.status(204);
    equal_client.get(USERS).await.status(404);
    assert_eq!(app.owner().get(&rights_of(manager)).await.status, 200);
}

fn links(ids: &[i64]) -> Value {
    let links: Vec<Value> = ids.iter().map(|id| json!({"company_id": id})).collect();
    json!({"user_company_links": links})
}

#[testkit::test]
async fn a_user_is_copied_to_other_locations(app: App) {
    let james = make::user_id(&app, LOGIN).await;
    let second = make::location(&app, "Second", james).await;
    let third = make::location(&app, "Third", james).await;
    let (user, client) = make::staff(&app, LOCATION, &["users_access", "clients_access"]).await;
    let copy = format!("{USERS}/{user}/copy_to_companies");
    let there = |id: i64| format!("/api/v1/company/{id}/users");
    client.get(&there(second)).await.status(404);
    let mut body = links(&[second, third]);
    body["user_company_links"][1]["user_permissions"] = json!([{"slug": "users_access", "value": false}]);
    let done = app.owner().post(&copy, body).await.status(200);
    assert_eq!((done.data(), &done.body["meta"]), (&Value::Null, &json!({})));
    client.get(&there(second)).await.status(200);
    client.get(&there(third)).await.status(403);

    let remove = format!("{USERS}/{user}/remove_from_companies");
    app.owner().post(&remove, links(&[second])).await.status(200);
    client.get(&there(second)).await.status(404);
    client.get(&there(third)).await.status(403);
    app.owner().post(&remove, links(&[third, LOCATION])).await.status(200);
    client.get(USERS).await.status(404);
}

#[testkit::test]
async fn links_to_locations_of_others_are_named(app: App) {
    let james = make::user_id(&app, LOGIN).await;
    let second = make::location(&app, "Second", james).await;
    let (user, _) = make::staff(&app, LOCATION, &[]).await;
    for path in ["copy_to_companies", "remove_from_companies"] {
        let path = format!("{USERS}/{user}/{path}");
        let before = app.count("memberships").await;
        for (body, field) in [
            (links(&[second, STRANGER_LOCATION]), "user_company_links.1.company_id"),
            (links(&[999_999]), "user_company_links.0.company_id"),
            (links(&[second, second]), "user_company_links.1.company_id"),
            (json!({"user_company_links": [{}]}), "user_company_links.0.company_id"),
            (links(&[]), "user_company_links"),
            (json!({}), "user_company_links"),
            (links(&(0..201).collect::<Vec<_>>()), "user_company_links"),
        ] {
            let answer = app.owner().post(&path, body).await.status(422);
            assert_eq!(answer.fields(), [field], "{}", answer.text());
        }
        assert_eq!(app.count("memberships").await, before);
        app.owner().post(&path.replace(&user.to_string(), "999999"), links(&[second])).await.status(404);
    }
    // The right is needed at the target as well.
    let (clerk, client) = make::staff(&app, LOCATION, &["edit_users_access", "delete_users_access"]).await;
    make::member(&app, second, clerk, make::grants(Role::Worker, &["users_access"])).await;
    for path in ["copy_to_companies", "remove_from_companies"] {
        let answer = client.post(&format!("{USERS}/{user}/{path}"), links(&[second])).await.status(422);
        assert_eq!(answer.fields(), ["user_company_links.0.company_id"]);
    }
}

#[testkit::test]
async fn a_copy_never_gives_more_than_the_editor_has_there(app: App) {
    let james = make::user_id(&app, LOGIN).await;
    let second = make::location(&app, "Second", james).await;
    let (clerk, editor) = make::staff(&app, LOCATION, &["edit_users_access"]).await;
    make::member(&app, second, clerk, make::grants(Role::Worker, &["create_users_access"])).await;
    let (user, _) = make::staff(&app, LOCATION, &["finances_access", "users_access"]).await;
    let copy = |user: i64| format!("{USERS}/{user}/copy_to_companies");
    editor.post(&copy(user), links(&[second])).await.status(200);
    let there = app.owner().get(&format!("/api/v1/company/{second}/users/{user}/permissions")).await.ok();
    assert_eq!(
        (value(&there, "finances_access"), value(&there, "users_access")),
        (json!(false), json!(true))
    );
    let mut more = links(&[second]);
    more["user_company_links"][0]["user_permissions"] = json!([{"slug": "finances_access", "value": true}]);
    let answer = editor.post(&copy(user), more).await.status(422);
    assert_eq!(answer.fields(), ["user_company_links.0.user_permissions.0.value"]);
    let (manager, _) = make::in_role(&app, LOCATION, Role::Manager).await;
    let answer = editor.post(&copy(manager), links(&[second])).await.status(422);
    assert!(answer.fields().contains(&"user_company_links.0.user_role"), "{}", answer.text());
}

#[testkit::test]
async fn a_copy_never_demotes_a_founder(app: App) {
    // The user made the other location; the demo's owner is an owner there as well.
    let (founder, client) = make::staff(&app, LOCATION, &[]).await;
    let made = client.post("/api/v1/companies", json!({"title": "His", "country_id": 7})).await.status(201);
    let his = made.data()["id"].as_i64().expect("an id");
    let james = make::user_id(&app, LOGIN).await;
    make::member(&app, his, james, make::grants(Role::Owner, &[])).await;
    let path = format!("{USERS}/{founder}/copy_to_companies");
    let answer = app.owner().post(&path, links(&[his])).await.status(422);
    assert_eq!(answer.fields(), ["user_company_links.0.company_id"]);
    client.get(&format!("/api/frontdesk/v1/locations/{his}/audit")).await.status(200);
}

#[testkit::test]
async fn from_an_address_that_is_kept_out_a_user_is_a_mere_reader(app: App) {
    let mut grants = make::grants(org::rights::Role::Administrator, &["auth_enable_check_ip"]);
    grants.set("auth_list_allowed_ip", &json!("192.0.2.7")).expect("a right");
    let (id, client) = make::user(&app, "Careful").await;
    make::member(&app, LOCATION, id, grants).await;
    let path = format!("/api/v1/company/{LOCATION}?my=1");
    let inside = client.clone().from("192.0.2.7").get(&path).await.status(200);
    assert!(inside.data()["access"].is_object(), "{}", inside.text());
    // What everybody may read stays readable, without what is for the location's own people.
    let outside = client.clone().from("192.0.2.8").get(&path).await.status(200);
    assert!(outside.data().get("access").is_none(), "{}", outside.text());
    client.from("192.0.2.8").get(&format!("/api/v1/staff/{LOCATION}")).await.status(403);
}
