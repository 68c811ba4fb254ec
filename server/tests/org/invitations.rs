//! Inviting users, and accepting.

use frontdesk::demo::{LOCATION, LOGIN, PASSWORD};
use org::rights::Role;
use serde_json::{Value, json};
use testkit::{App, make};

const INVITE: &str = "/api/v1/user/invite/37532";
const USERS: &str = "/api/v1/company/37532/users";
const DAY: i64 = 24 * 3_600_000;

fn invites(list: &[Value]) -> Value {
    json!({"invites": list})
}

fn olga() -> Value {
    json!({"name": "Olga", "search": "olga@example.com", "position": "Reception", "user_role": "administrator"})
}

/// The path behind the link of a message.
fn link(message: &str) -> String {
    // Long lines of a mail are folded.
    let text = message.replace("=\r\n", "").replace("=\n", "");
    let (_, rest) =
        text.split_once("http://desk.test/invitation/").unwrap_or_else(|| panic!("no link in {text}"));
    let token: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
    assert_eq!(token.len(), 32, "{rest}");
    format!("/api/frontdesk/v1/invitations/{token}")
}

#[testkit::test]
async fn a_new_user_gets_a_mail_and_chooses_a_password(app: App) {
    let answer = app.owner().post(INVITE, invites(&[olga()])).await.status(202);
    assert_eq!((answer.data(), answer.message()), (&Value::Null, "Saved"));
    let letters = app.outbox().await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].contains("To: olga@example.com"), "{}", letters[0]);
    assert!(letters[0].contains("James Smith") && letters[0].contains("Olga"), "{}", letters[0]);
    assert!(app.outbox().await.is_empty(), "a message goes once");

    let link = link(&letters[0]);
    let nobody = app.nobody();
    let open = nobody.get(&link).await.status(200);
    assert_eq!(
        *open.data(),
        json!({"location_id": LOCATION, "location": "James Smith LLC", "name": "Olga", "needs_password": true})
    );
    // Not yet a user: neither in the old list nor able to sign in.
    let auth = |password: &str| json!({"login": "olga@example.com", "password": password});
    app.partner().post("/api/v1/auth", auth("chosen password")).await.status(401);

    let accept = format!("{link}/accept");
    let short = nobody.post(&accept, json!({"password": "short"})).await.status(422);
    assert_eq!(short.fields(), ["password"]);
    let body = json!({"name": "Olga Petri", "password": "chosen password"});
    nobody.post(&accept, body.clone()).await.status(200);
    nobody.post(&accept, body).await.status(404);
    nobody.get(&link).await.status(404);

    let signed = app.partner().post("/api/v1/auth", auth("chosen password")).await.status(201);
    assert_eq!(signed.data()["name"], "Olga Petri");
    let client = app.user(signed.data()["user_token"].as_str().expect("a token"));
    assert_eq!(client.get("/api/v1/companies?my=1").await.ok().ids(), [LOCATION]);
    let users = app.owner().get(USERS).await.ok();
    let olga = users.items().iter().find(|u| u["email"] == "olga@example.com").expect("Olga");
    assert_eq!(
        (&olga["is_approved"], &olga["information"], &olga["user_role_slug"]),
        (&json!(true), &json!("Reception"), &json!("administrator"))
    );
}

#[testkit::test]
async fn a_phone_gets_a_short_message(app: App) {
    let by_phone = json!({"name": "Max", "search": "(212) 535-7799"});
    app.owner().post(INVITE, invites(&[by_phone])).await.status(202);
    let letters = app.outbox().await;
    assert!(letters[0].starts_with("Channel: sms\nTo: +12125357799\n\n"), "{}", letters[0]);
    let accept = format!("{}/accept", link(&letters[0]));
    app.nobody().post(&accept, json!({"password": "chosen password"})).await.status(200);
    let signed = json!({"login": "+1 212 535 7799", "password": "chosen password"});
    let signed = app.partner().post("/api/v1/auth", signed).await.status(201);
    assert_eq!((&signed.data()["name"], &signed.data()["email"]), (&json!("Max"), &json!("")));
}

#[testkit::test]
async fn one_who_is_known_keeps_his_password(app: App) {
    let stranger = json!({"name": "Whoever", "search": frontdesk::demo::STRANGER_LOGIN});
    app.owner().post(INVITE, invites(&[stranger])).await.status(202);
    let link = link(&app.outbox().await[0]);
    let open = app.nobody().get(&link).await.ok();
    assert_eq!(
        (&open.data()["needs_password"], &open.data()["name"]),
        (&json!(false), &json!("Sam Stranger"))
    );
    app.stranger().get("/api/v1/user/permissions/37532").await.status(404);
    // A password in the answer is left aside: the link is no way into his account.
    let body = json!({"name": "Taken Over", "password": "another password"});
    app.nobody().post(&format!("{link}/accept"), body).await.status(200);
    app.stranger().get("/api/v1/user/permissions/37532").await.status(200);
    let old = json!({"login": frontdesk::demo::STRANGER_LOGIN, "password": PASSWORD});
    let signed = app.partner().post("/api/v1/auth", old).await.status(201);
    assert_eq!(signed.data()["name"], "Sam Stranger");
}

#[testkit::test]
async fn a_link_ends_by_time_by_a_newer_one_and_by_removal(app: App) {
    app.owner().post(INVITE, invites(&[olga()])).await.status(202);
    let first = link(&app.outbox().await[0]);
    app.owner().post(INVITE, invites(&[olga()])).await.status(202);
    let second = link(&app.outbox().await[0]);
    app.nobody().get(&first).await.status(404);
    app.nobody().get(&second).await.status(200);
    app.advance(7 * DAY);
    app.nobody().get(&second).await.status(404);
    let late = json!({"password": "chosen password"});
    app.nobody().post(&format!("{second}/accept"), late.clone()).await.status(404);

    app.owner().post(INVITE, invites(&[olga()])).await.status(202);
    let third = link(&app.outbox().await[0]);
    let user = make::user_id(&app, "olga@example.com").await;
    app.owner().delete(&format!("{USERS}/{user}")).await.status(204);
    app.nobody().post(&format!("{third}/accept"), late.clone()).await.status(404);

    app.owner().post(INVITE, invites(&[olga()])).await.status(202);
    let fourth = link(&app.outbox().await[0]);
    app.owner().delete("/api/v1/company/37532").await.status(202);
    app.nobody().post(&format!("{fourth}/accept"), late).await.status(404);
}

#[testkit::test]
async fn an_invitation_gives_no_more_than_the_inviter_has(app: App) {
    let clerk = app.staff(&["create_users_access", "clients_access"]).await;
    let up = json!({"name": "Up", "search": "up@example.com", "user_role": "manager"});
    let answer = clerk.post(INVITE, invites(&[up])).await.status(422);
    assert!(answer.fields().contains(&"invites.0.user_role"), "{}", answer.text());
    let right = json!({"name": "Up", "search": "up@example.com", "user_permissions": [
        {"slug": "clients_access", "value": true}, {"slug": "finances_access", "value": true}
    ]});
    let answer = clerk.post(INVITE, invites(&[right])).await.status(422);
    assert!(answer.fields().contains(&"invites.0.user_permissions.1.value"), "{}", answer.text());
    assert_eq!(app.count("invitations").await, 0);
    // Nor does he touch the open invitation of one above him.
    let manager = json!({"name": "M", "search": "manager@example.com", "user_role": "manager"});
    app.owner().post(INVITE, invites(&[manager])).await.status(202);
    let (boss, inviter) = make::user(&app, "Assistant").await;
    make::member(&app, LOCATION, boss, make::grants(Role::Administrator, &["create_users_access"])).await;
    let viewer = json!({"name": "M", "search": "manager@example.com", "user_role": "free_readonly",
        "user_permissions": []});
    let answer = inviter.post(INVITE, invites(&[viewer])).await.status(422);
    assert!(answer.fields().contains(&"invites.0.search"), "{}", answer.text());
}

#[testkit::test]
async fn what_is_wrong_with_an_invitation_is_named(app: App) {
    let all: Vec<Value> =
        (0..51).map(|n| json!({"name": "N", "search": format!("n{n}@example.com")})).collect();
    for (body, field) in [
        (json!({}), "invites"),
        (invites(&[]), "invites"),
        (invites(&all), "invites"),
        (invites(&[json!({"name": "N"})]), "invites.0.search"),
        (invites(&[json!({"name": "N", "search": "nobody"})]), "invites.0.search"),
        (invites(&[json!({"name": "N", "search": "a@b"})]), "invites.0.search"),
        (invites(&[json!({"name": " ", "search": "a@b.co"})]), "invites.0.name"),
        (invites(&[json!({"name": "N", "search": "a@b.co", "user_role": "king"})]), "invites.0.user_role"),
        (invites(&[json!({"name": "N", "search": "a@b.co", "staff_id": 1101})]), "invites.0.staff_id"),
        (invites(&[json!({"name": "N", "search": LOGIN})]), "invites.0.search"),
        (invites(&[olga(), json!({"name": "Same", "search": "OLGA@example.com"})]), "invites.1.search"),
    ] {
        let answer = app.owner().post(INVITE, body.clone()).await.status(422);
        assert_eq!(answer.fields(), [field], "{body}: {}", answer.text());
    }
    assert_eq!((app.count("users").await, app.count("outbox").await), (3, 0));
    app.staff(&["users_access"]).await.post(INVITE, invites(&[olga()])).await.status(403);
    app.stranger().post(INVITE, invites(&[olga()])).await.status(404);
    assert_eq!(app.count("outbox").await, 0);
}

#[testkit::test]
async fn the_page_of_a_link_is_served(app: App) {
    let page = app.nobody().get("/invitation/0123456789abcdef").await.status(200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
}
