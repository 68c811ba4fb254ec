//! Sign-in, own sessions, password, second factor.

use db::params;
use frontdesk::demo::{LOGIN, PARTNER_TOKEN, PASSWORD, STRANGER_LOGIN, USER_TOKEN};
use http::Method;
use serde_json::{Value, json};
use testkit::{App, Client, make};

const AUTH: &str = "/api/v1/auth";
const SESSIONS: &str = "/api/frontdesk/v1/sessions";
const PASSWORD_PATH: &str = "/api/frontdesk/v1/password";
const FACTOR: &str = "/api/frontdesk/v1/second_factor";
const MY_PLACES: &str = "/api/v1/companies?my=1";

fn credentials() -> Value {
    json!({"login": LOGIN, "password": PASSWORD})
}

fn token(answer: &testkit::Answer) -> String {
    answer.data()["user_token"].as_str().expect("a token").to_owned()
}

/// Whether this user token is good.
async fn is_good(app: &App, token: &str) -> bool {
    let answer = app.user(token).get(MY_PLACES).await;
    assert!([200, 401].contains(&answer.status.as_u16()), "{}", answer.text());
    answer.status == 200
}

#[testkit::test]
async fn a_user_signs_in_by_mail_phone_form_and_query(app: App) {
    let partner = app.partner();
    let first = partner.post(AUTH, credentials()).await.status(201);
    assert_eq!(first.data()["login"], LOGIN);
    assert_eq!(first.data()["name"], "James Smith");
    assert_eq!(first.data()["phone"], "+13155550175");
    let phone = json!({"login": "+1 (315) 555-01-75", "password": PASSWORD});
    let by_phone = partner.post(AUTH, phone).await.status(201);
    let bare =
        partner.post(AUTH, json!({"login": 13_155_550_175_i64, "password": PASSWORD})).await.status(201);
    let form = format!("login=TestUser%40Alteg.io&password={PASSWORD}");
    let by_form = partner.form(Method::POST, AUTH, &form).await.status(201);
    let query = format!("{AUTH}?login=testuser%40alteg.io&password={PASSWORD}");
    let by_query = partner.raw(Method::POST, &query, &[], "").await.status(201);
    let mut tokens = Vec::new();
    for answer in [first, by_phone, bare, by_form, by_query] {
        assert_eq!(answer.data()["id"], make::user_id(&app, LOGIN).await);
        assert!(is_good(&app, &token(&answer)).await);
        tokens.push(token(&answer));
    }
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 5, "each sign-in has its own token");
}

#[testkit::test]
async fn wrong_credentials_are_refused_alike(app: App) {
    let partner = app.partner();
    let wrong = partner.post(AUTH, json!({"login": LOGIN, "password": "wrong"})).await.status(401);
    let unknown =
        partner.post(AUTH, json!({"login": "nobody@example.com", "password": PASSWORD})).await.status(401);
    assert_eq!(wrong.body, unknown.body, "which of them is wrong is not told");
    assert_eq!(wrong.header("www-authenticate"), "Bearer");

    let empty = partner.post(AUTH, json!({})).await.status(422);
    assert_eq!(empty.fields(), ["login", "password"]);
    let half = partner.post(AUTH, json!({"login": LOGIN, "password": null})).await.status(422);
    assert_eq!(half.fields(), ["password"]);
    let long = partner.post(AUTH, json!({"login": LOGIN, "password": "x".repeat(201)})).await.status(422);
    assert_eq!(long.fields(), ["password"]);
    app.nobody().post(AUTH, credentials()).await.status(401);
}

#[testkit::test]
async fn failures_are_throttled_by_login_and_freed_by_time(app: App) {
    let partner = app.partner();
    for _ in 0..5 {
        partner.post(AUTH, json!({"login": LOGIN, "password": "wrong"})).await.status(401);
    }
    let throttled = partner.post(AUTH, credentials()).await.status(429);
    let wait: i64 = throttled.header("retry-after").parse().expect("seconds");
    assert!((1..=61).contains(&wait), "{wait}");
    // The same login in another spelling, from another address, is throttled as well; another login is not.
    let other = app.partner().from("192.0.2.9");
    other.post(AUTH, json!({"login": " TESTUSER@alteg.io", "password": PASSWORD})).await.status(429);
    other.post(AUTH, json!({"login": STRANGER_LOGIN, "password": PASSWORD})).await.status(201);
    app.advance(wait * 1000);
    partner.post(AUTH, credentials()).await.status(201);
}

#[testkit::test]
async fn a_new_password_ends_old_tokens_at_once(app: App) {
    let second = token(&app.partner().post(AUTH, credentials()).await.status(201));
    assert!(is_good(&app, &second).await && is_good(&app, USER_TOKEN).await);
    let body = |old: &str, new: &str| json!({"current_password": old, "new_password": new});
    let wrong = app.owner().put(PASSWORD_PATH, body("not it", "a new password")).await.status(422);
    assert_eq!(wrong.fields(), ["current_password"]);
    let short = app.owner().put(PASSWORD_PATH, body(PASSWORD, "short")).await.status(422);
    assert_eq!(short.fields(), ["new_password"]);
    assert!(is_good(&app, &second).await, "a refused change ends nothing");

    let changed = app.owner().put(PASSWORD_PATH, body(PASSWORD, "a new password")).await.status(200);
    assert!(!is_good(&app, &second).await);
    assert!(!is_good(&app, USER_TOKEN).await);
    assert!(is_good(&app, &token(&changed)).await);
    app.partner().post(AUTH, credentials()).await.status(401);
    app.partner().post(AUTH, json!({"login": LOGIN, "password": "a new password"})).await.status(201);
    // The stranger's sessions are his own.
    app.stranger().get(MY_PLACES).await.status(200);
}

#[testkit::test]
async fn own_sessions_are_listed_and_ended(app: App) {
    let signed: Client =
        app.user(&token(&app.partner().header("user-agent", "phone/2").post(AUTH, credentials()).await));
    let list = signed.get(SESSIONS).await.ok();
    assert_eq!(list.body["meta"]["count"], 2);
    let newest = &list.items()[0];
    assert_eq!((&newest["program"], &newest["is_current"]), (&json!("phone/2"), &json!(true)));
    assert_eq!(
        (&newest["ip"], &newest["created_at"]),
        (&json!("127.0.0.1"), &json!("2026-03-23T14:00:00+00:00"))
    );
    let paged = signed.get(&format!("{SESSIONS}?count=1&page=2")).await.ok();
    assert_eq!(paged.ids(), list.ids()[1..]);

    let demo = list.items()[1]["id"].as_i64().expect("an id");
    let strangers = app.stranger().get(SESSIONS).await.ok().ids();
    signed.delete(&format!("{SESSIONS}/{}", strangers[0])).await.status(404);
    app.stranger().get(SESSIONS).await.status(200);
    signed.delete(&format!("{SESSIONS}/{demo}")).await.status(204);
    assert!(!is_good(&app, USER_TOKEN).await);
    signed.delete(&format!("{SESSIONS}/{demo}")).await.status(404);

    let third = token(&app.partner().post(AUTH, credentials()).await);
    signed.delete(&format!("{SESSIONS}?keep_current=1")).await.status(204);
    assert!(!is_good(&app, &third).await);
    assert_eq!(signed.get(SESSIONS).await.ok().items().len(), 1);
    signed.delete(SESSIONS).await.status(204);
    signed.get(SESSIONS).await.status(401);
    app.stranger().get(SESSIONS).await.status(200);
}

/// Sets a second factor in force for the owner; gives its secret.
async fn with_factor(app: &App) -> Vec<u8> {
    let begun = app.owner().post(FACTOR, json!({"password": PASSWORD})).await.status(201);
    let text = begun.data()["secret"].as_str().expect("a secret");
    let url = begun.data()["otpauth_url"].as_str().expect("an address");
    assert!(url.starts_with("otpauth://totp/") && url.contains(text), "{url}");
    let secret = base32(text);
    let wrong = app.owner().post(&format!("{FACTOR}/confirm"), json!({"code": "000000"})).await.status(422);
    assert_eq!(wrong.fields(), ["code"]);
    // Not in force until it is confirmed.
    app.partner().post(AUTH, credentials()).await.status(201);
    app.owner().post(&format!("{FACTOR}/confirm"), json!({"code": code(app, &secret)})).await.status(204);
    secret
}

fn base32(text: &str) -> Vec<u8> {
    let mut bits = String::new();
    for letter in text.chars() {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).expect("base32");
        bits.push_str(&format!("{value:05b}"));
    }
    let bytes = bits.as_bytes().chunks_exact(8);
    bytes.map(|b| u8::from_str_radix(std::str::from_utf8(b).expect("bits"), 2).expect("a byte")).collect()
}

fn code(app: &App, secret: &[u8]) -> String {
    let seconds = u64::try_from(app.kernel().now() / 1000).expect("after 1970");
    let totp = totp_rs::Builder::new().with_secret(secret).build().expect("a generator");
    totp.generate(seconds).to_string()
}

async fn challenge(app: &App) -> String {
    let answer = app.partner().post(AUTH, credentials()).await.status(200);
    let data = answer.data();
    assert_eq!(
        (&data["flow"], &data["attempts_left"], &data["refresh_ttl_sec"]),
        (&json!("totp"), &json!(5), &json!(300))
    );
    assert_eq!(data["transport"], json!({"type": "totp", "recipient": "James Smith"}));
    data["uuid"].as_str().expect("a uuid").to_owned()
}

async fn answer(app: &App, uuid: &str, secret: &str) -> testkit::Answer {
    let mut body = credentials();
    body["2fa"] = json!({"uuid": uuid, "secret": secret});
    app.partner().post(AUTH, body).await
}

#[testkit::test]
async fn a_second_factor_is_asked_for(app: App) {
    let secret = with_factor(&app).await;
    app.advance(30_000);
    let uuid = challenge(&app).await;
    let fine = answer(&app, &uuid, &code(&app, &secret)).await.status(201);
    assert!(is_good(&app, &token(&fine)).await);
    // The challenge is over, and so is the code.
    answer(&app, &uuid, &code(&app, &secret)).await.status(401);
    let uuid = challenge(&app).await;
    answer(&app, &uuid, &code(&app, &secret)).await.status(401);
    app.advance(30_000);
    answer(&app, &uuid, &code(&app, &secret)).await.status(201);
    // Nor does a new code open a challenge again that was met.
    app.advance(30_000);
    answer(&app, &uuid, &code(&app, &secret)).await.status(401);

    // A second one can't be begun over it; the first is ended with the password alone.
    app.owner().post(FACTOR, json!({"password": PASSWORD})).await.status(409);
    let end = |password: &str| json!({"password": password});
    let owner = app.owner();
    assert_eq!(owner.json(Method::DELETE, FACTOR, &end("wrong")).await.status(422).fields(), ["password"]);
    challenge(&app).await;
    owner.json(Method::DELETE, FACTOR, &end(PASSWORD)).await.status(204);
    app.partner().post(AUTH, credentials()).await.status(201);
    owner.json(Method::DELETE, FACTOR, &end(PASSWORD)).await.status(404);
    owner.post(&format!("{FACTOR}/confirm"), json!({"code": "123456"})).await.status(404);
}

#[testkit::test]
async fn a_challenge_ends_by_attempts_and_by_time(app: App) {
    let secret = with_factor(&app).await;
    app.advance(30_000);
    let uuid = challenge(&app).await;
    app.advance(300_001);
    answer(&app, &uuid, &code(&app, &secret)).await.status(401);

    app.advance(60_000);
    let uuid = challenge(&app).await;
    for _ in 0..5 {
        answer(&app, &uuid, "000000").await.status(401);
    }
    answer(&app, &uuid, &code(&app, &secret)).await.status(429);
    app.advance(61_000);
    // The challenge still had time, but no attempt.
    answer(&app, &uuid, &code(&app, &secret)).await.status(401);
    let uuid = challenge(&app).await;
    answer(&app, &uuid, &code(&app, &secret)).await.status(201);
}

#[testkit::test]
async fn a_challenge_is_its_users_alone(app: App) {
    let secret = with_factor(&app).await;
    app.advance(30_000);
    let uuid = challenge(&app).await;
    let mut body = json!({"login": LOGIN, "password": "wrong"});
    body["2fa"] = json!({"uuid": uuid, "secret": code(&app, &secret)});
    app.partner().post(AUTH, body).await.status(401);
    let none = "00000000-0000-4000-8000-000000000000";
    answer(&app, none, &code(&app, &secret)).await.status(401);
    answer(&app, &uuid, &code(&app, &secret)).await.status(201);
}

#[testkit::test]
async fn secrets_are_not_in_the_database(app: App) {
    let token = token(&app.partner().post(AUTH, credentials()).await.status(201));
    let begun = app.owner().post(FACTOR, json!({"password": PASSWORD})).await.status(201);
    let factor = begun.data()["secret"].as_str().expect("a secret").to_owned();
    let (_, partner) = make::partner(&app, false).await;
    partner.post(AUTH, credentials()).await.status(201);
    let raw = base32(&factor);
    let plain: [&[u8]; 6] = [
        token.as_bytes(),
        USER_TOKEN.as_bytes(),
        PARTNER_TOKEN.as_bytes(),
        PASSWORD.as_bytes(),
        factor.as_bytes(),
        &raw,
    ];
    let mut conn = app.db().conn().await.expect("a connection");
    let mut cells = 0;
    for table in db::tables() {
        conn.each(&format!("SELECT * FROM {}", table.name), |columns, values| {
            for (column, value) in columns.iter().zip(values) {
                let bytes = match value {
                    db::Value::Text(text) => text.into_bytes(),
                    db::Value::Blob(bytes) => bytes,
                    _ => continue,
                };
                cells += 1;
                for secret in plain {
                    let found = bytes.windows(secret.len()).any(|part| part == secret);
                    assert!(!found, "{}.{column} has a secret", table.name);
                }
            }
            Ok(())
        })
        .await
        .expect("the table");
    }
    assert!(cells > 100, "{cells}");
}

#[testkit::test]
async fn a_revoked_partner_is_refused_at_once(app: App) {
    let (id, partner) = make::partner(&app, false).await;
    let token = token(&partner.post(AUTH, credentials()).await.status(201));
    partner.get("/api/v1/companies").await.status(200);
    assert!(::org::partners::revoke(app.kernel(), id).await.expect("revoked"));
    let refused = partner.get("/api/v1/companies").await.status(401);
    assert_eq!(refused.message(), "Partner ID not specified");
    assert!(is_good(&app, &token).await, "the user's token is good with another partner");
    assert!(!::org::partners::revoke(app.kernel(), id).await.expect("asked"), "it is revoked already");
}

#[testkit::test]
async fn a_revocation_by_another_server_is_seen_after_a_refresh(app: App) {
    let other = app.sibling().await;
    let (id, partner) = make::partner(&app, false).await;
    app.kernel().refresh().await.expect("refreshed");
    partner.get("/api/v1/companies").await.status(200);
    assert!(::org::partners::revoke(other.kernel(), id).await.expect("revoked"));
    app.kernel().refresh().await.expect("refreshed");
    partner.get("/api/v1/companies").await.status(401);

    app.owner().get(MY_PLACES).await.status(200);
    other.owner().delete(SESSIONS).await.status(204);
    app.kernel().refresh().await.expect("refreshed");
    app.owner().get(MY_PLACES).await.status(401);
}

#[testkit::test]
async fn a_password_set_by_the_operator_ends_all_sessions(app: App) {
    let user = make::user_id(&app, LOGIN).await;
    ::org::sessions::set_password(app.kernel(), user, "another password").await.expect("set");
    assert!(!is_good(&app, USER_TOKEN).await);
    app.partner().post(AUTH, json!({"login": LOGIN, "password": "another password"})).await.status(201);
    let left: i64 = app.one("SELECT COUNT(*) FROM sessions WHERE user_id = $1", params![user]).await;
    assert_eq!(left, 1);
}
