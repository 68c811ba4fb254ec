//! Users as clients are, over HTTP.

use serde_json::{Value, json};
use testkit::App;

const PHONE: &str = "+13155550199";

/// The code that was sent last.
pub async fn code(app: &App) -> String {
    let sent = app.outbox().await;
    let last = sent.last().expect("a message");
    let digits = |word: &str| word.len() == 5 && word.bytes().all(|b| b.is_ascii_digit());
    last.split(|c: char| !c.is_ascii_digit()).find(|word| digits(word)).expect("a code").to_owned()
}

async fn send(app: &App) -> String {
    app.partner()
        .post("/api/v1/book_code/37532", json!({"phone": "315 555-0199", "fulname": "Jo"}))
        .await
        .status(201);
    code(app).await
}

async fn sign_in(app: &App, code: &str) -> String {
    let body = json!({"phone": PHONE, "code": code});
    let answer = app.partner().post("/api/v1/user/auth", body).await.status(201);
    answer.body["user_token"].as_str().expect("a token").to_owned()
}

#[testkit::test]
async fn a_code_signs_in_and_makes_the_user_once(app: App) {
    let code = send(&app).await;
    let wrong = if code == "10000" { "10001" } else { "10000" };
    app.partner().post("/api/v1/user/auth", json!({"phone": PHONE, "code": wrong})).await.status(401);
    // The field is named as the document has it.
    for bad in [json!({"login": "nobody", "password": code}), json!({"phone": "12", "code": code}), json!({})]
    {
        assert_eq!(app.partner().post("/api/v1/user/auth", bad).await.status(422).fields(), ["login"]);
    }
    let token = sign_in(&app, &code).await;
    let me = app.user(&token).get("/api/v1/booking/user/data").await.status(200);
    assert_eq!((&me.body["phone"], &me.body["0"]), (&json!(PHONE), &json!(token)));
    // A code serves once.
    app.partner().post("/api/v1/user/auth", json!({"phone": PHONE, "code": code})).await.status(401);
    let users = app.count("users").await;
    app.advance(60_000);
    let code = send(&app).await;
    sign_in(&app, &code).await;
    assert_eq!(app.count("users").await, users);
}

#[testkit::test]
async fn codes_end_and_are_bounded(app: App) {
    let code = send(&app).await;
    let path = "/api/v1/book_code/37532";
    let again = app.partner().post(path, json!({"phone": PHONE})).await.status(429);
    assert_eq!(again.header("retry-after"), "60");
    app.advance(10 * 60_000);
    app.partner().post("/api/v1/user/auth", json!({"phone": PHONE, "code": code})).await.status(401);
    let code = send(&app).await;
    let wrong = if code == "10000" { "10001" } else { "10000" };
    for _ in 0..5 {
        let answer = app.partner().post("/api/v1/user/auth", json!({"phone": PHONE, "code": wrong})).await;
        assert!([401, 429].contains(&answer.status.as_u16()));
    }
    let answer = app.partner().post("/api/v1/user/auth", json!({"phone": PHONE, "code": code})).await;
    assert!([401, 429].contains(&answer.status.as_u16()), "five attempts, whatever the sixth is");
    assert_eq!(app.partner().post(path, json!({"phone": "x"})).await.status(422).fields(), ["phone"]);
    app.partner().post("/api/v1/book_code/1", json!({"phone": PHONE})).await.status(404);
    let kept: String = app.one("SELECT code FROM contact_codes", &[]).await;
    assert!(!kept.contains(&code), "a mark is kept, not the code");
}

#[testkit::test]
async fn clients_sign_in_by_password_too(app: App) {
    let body = json!({"login": "testuser@alteg.io", "password": "testpass"});
    let answer = app.partner().post("/api/v1/booking/auth", body).await.status(201);
    let token = answer.body["user_token"].as_str().expect("a token").to_owned();
    assert_eq!(answer.body["name"], "James Smith");
    app.user(&token).get("/api/v1/booking/user/data").await.status(200);
    let wrong = json!({"login": "testuser@alteg.io", "password": "wrong"});
    app.partner().post("/api/v1/booking/auth", wrong).await.status(401);
}

#[testkit::test]
async fn own_data_and_password_are_changed(app: App) {
    let code = send(&app).await;
    let me = app.user(&sign_in(&app, &code).await);
    let change = |body: Value| {
        let me = &me;
        async move { me.put("/api/v1/booking/user", body).await }
    };
    change(json!({"name": "Jo", "email": "Jo@Example.com"})).await.status(202);
    let data = me.get("/api/v1/booking/user/data").await.status(200);
    assert_eq!((&data.body["name"], &data.body["email"]), (&json!("Jo"), &json!("jo@example.com")));
    assert_eq!(change(json!({"email": "testuser@alteg.io"})).await.status(422).fields(), ["email"]);
    assert_eq!(change(json!({"email": "x"})).await.status(422).fields(), ["email"]);
    assert_eq!(change(json!({"phone": "+13155550198"})).await.status(422).fields(), ["confirmation_code"]);
    let path = "/api/v1/booking/user/phone_confirmation?company_id=37532&group_id=0&phone=%2B13155550198";
    me.get(path).await.status(202);
    let sent = self::code(&app).await;
    change(json!({"phone": "+13155550198", "confirmation_code": sent})).await.status(202);
    let data = me.get("/api/v1/booking/user/data").await.status(200);
    assert_eq!((&data.body["phone"], &data.body["login"]), (&json!("+13155550198"), &json!("+13155550198")));

    let password = |old: &str, new: &str| json!({"old_password": old, "new_password": new});
    let answer = me.put("/api/v1/booking/user/password", password("", "a long password")).await.status(200);
    let token = answer.data()["user_token"].as_str().expect("a token").to_owned();
    me.get("/api/v1/booking/user/data").await.status(401);
    let me = app.user(&token);
    me.put("/api/v1/booking/user/password", password("wrong", "another password")).await.status(422);
    me.put("/api/v1/booking/user/password", password("a long password", "another password"))
        .await
        .status(200);
}
