//! Mailings, the gateway for SMS, and what it reports.

use db::params;
use frontdesk::SmsGateway;
use frontdesk::demo::LOCATION;
use serde_json::{Value, json};
use testkit::App;

use super::receiver::{Receiver, Reply};

fn sms(how: &str) -> String {
    format!("/api/v1/sms/clients/{how}/{LOCATION}")
}

fn email(how: &str) -> String {
    format!("/api/v1/email/clients/{how}/{LOCATION}")
}

/// Three clients: with both ways, with a phone alone, and one who wants no mailings.
async fn clients(app: &App) -> Vec<i64> {
    app.exec("UPDATE clients SET sms_not = 1", &[]).await;
    let mut ids = Vec::new();
    for (name, phone, email, sms_not) in [
        ("Mary Poppins", "+13155550101", "mary@example.com", 0),
        ("Bert", "+13155550102", "", 0),
        ("Jane Banks", "+13155550103", "jane.banks@example.com", 1),
    ] {
        let body = json!({"name": name, "phone": phone, "email": email, "sms_not": sms_not});
        let made = app.owner().post(&format!("/api/v1/clients/{LOCATION}"), body).await.ok();
        ids.push(made.data()["id"].as_i64().expect("an id"));
    }
    ids
}

async fn recipients(app: &App) -> Vec<String> {
    let mut conn = app.db().conn().await.expect("a connection");
    conn.all("SELECT recipient FROM outbox WHERE kind = 'mailing' ORDER BY recipient", &[])
        .await
        .expect("rows")
}

#[testkit::test]
async fn clients_who_are_named_are_written_to(app: App) {
    let ids = clients(&app).await;
    let sent =
        app.owner().post(&sms("by_id"), json!({"client_ids": ids, "text": "Dear \"clients\"..."})).await;
    let sent = sent.status(201);
    assert_eq!(sent.body, json!({"success": true, "data": null, "meta": {"message": "Accepted"}}));
    assert_eq!(recipients(&app).await, ["+13155550101", "+13155550102"]);
    let texts = app.outbox().await;
    assert!(texts.iter().any(|t| t.contains("To: +13155550102") && t.contains("Dear \"clients\"...")));
    app.exec("DELETE FROM outbox", &[]).await;

    let body = json!({"client_ids": ids, "subject": "Important!", "text": "Dear clients..."});
    app.owner().post(&email("by_id"), body).await.status(201);
    assert_eq!(recipients(&app).await, ["mary@example.com"]);
    assert!(app.outbox().await.iter().any(|t| t.contains("Subject: Important!")));

    // Nobody to write to; another location's clients are not there.
    let nobody = json!({"client_ids": [ids[2]], "text": "x"});
    app.owner().post(&sms("by_id"), nobody).await.status(404);
    app.stranger().post(&sms("by_id"), json!({"client_ids": ids, "text": "x"})).await.status(404);
    let theirs = format!("/api/v1/sms/clients/by_id/{}", frontdesk::demo::STRANGER_LOCATION);
    app.stranger().post(&theirs, json!({"client_ids": ids, "text": "x"})).await.status(404);
    let wrong = app.owner().post(&email("by_id"), json!({})).await.status(422);
    assert_eq!(wrong.fields(), ["client_ids", "text", "subject"]);
    app.staff(&["clients_access"])
        .await
        .post(&sms("by_id"), json!({"client_ids": ids, "text": "x"}))
        .await
        .status(403);
}

#[testkit::test]
async fn everybody_is_written_to_only_when_that_is_meant(app: App) {
    clients(&app).await;
    let text = json!({"text": "Dear clients..."});
    for query in ["", "?fullname=&phone=", "?fullname=%20"] {
        let refused =
            app.owner().post(&format!("{}{query}", sms("by_filter")), text.clone()).await.status(422);
        assert_eq!(refused.fields(), ["confirm_all"], "{query}");
    }
    assert!(recipients(&app).await.is_empty());
    app.owner().post(&format!("{}?fullname=pop", sms("by_filter")), text.clone()).await.status(201);
    assert_eq!(recipients(&app).await, ["+13155550101"]);
    app.owner()
        .post(&format!("{}?phone=55501&fullname=bert", sms("by_filter")), text.clone())
        .await
        .status(201);
    assert_eq!(recipients(&app).await.len(), 2);
    app.owner().post(&format!("{}?email=nobody", sms("by_filter")), text).await.status(404);
    let all = json!({"text": "Dear clients...", "subject": "S", "confirm_all": true});
    app.owner().post(&email("by_filter"), all.clone()).await.status(201);
    assert_eq!(recipients(&app).await.len(), 3);
    app.owner().post(&sms("by_filter"), all).await.status(201);
    assert_eq!(recipients(&app).await.len(), 5);
}

#[testkit::test]
async fn a_gateway_is_asked_and_reports(app: App) {
    let ids = clients(&app).await;
    let receiver = Receiver::answering(&[Reply::Status(500), Reply::Status(200), Reply::Status(400)]).await;
    let url = format!("{}?to={{to}}", receiver.url());
    let gateway = SmsGateway {
        url: &url,
        method: "POST",
        headers: "Authorization: Bearer secret",
        body: r#"{"phone": {to}, "text": {text}, "id": {id}, "delivery_callback_url": {callback}}"#,
    };
    app.owner()
        .post(&sms("by_id"), json!({"client_ids": [ids[0]], "text": "Dear \"A\"\n"}))
        .await
        .status(201);
    assert_eq!(app.outbox_by(gateway).await, 0);
    // After a failure of the gateway's it is tried again.
    app.advance(10_000);
    assert_eq!(app.outbox_by(gateway).await, 1);
    let came = receiver.came().pop().expect("a request");
    assert_eq!(came.uri.query(), Some("to=%2B13155550101"));
    assert_eq!(came.headers["authorization"], "Bearer secret");
    assert_eq!((&came.body["phone"], &came.body["text"]), (&json!("+13155550101"), &json!("Dear \"A\"\n")));
    let id = came.body["id"].as_str().expect("an id").to_owned();
    let callback = came.body["delivery_callback_url"].as_str().expect("an address");
    let callback = callback.strip_prefix("http://desk.test").expect("an address of ours");

    // It reports to the address that came with the message, without any token.
    let status = async || -> (Option<i64>, String, String) {
        app.one(
            "SELECT delivery_status, payment_sum, currency FROM outbox WHERE delivery_status IS NOT NULL",
            &[],
        )
        .await
    };
    let report =
        json!([{"id": id, "status": 4, "payment_sum": 0.045, "currency_iso": "EUR", "parts_amount": 2}]);
    let taken = app.nobody().post(callback, report).await.status(200);
    assert_eq!(taken.body, json!({"success": true}));
    assert_eq!(status().await, (Some(4), "0.045".to_owned(), "EUR".to_owned()));
    let guessed = callback.replace(char::is_numeric, "0");
    app.nobody().post(&guessed, json!([{"id": id, "status": 1}])).await.status(404);

    // Or as a user who may write to clients, with refusals of its own form.
    let path = "/api/v1/delivery/status";
    let taken = app.owner().post(path, json!([{"id": id, "status": "1"}])).await.status(200);
    assert_eq!(taken.body, json!({"success": true}));
    assert_eq!(status().await.0, Some(1));
    let wrong = app.owner().post(path, json!([{"id": id, "status": 3}])).await.status(400);
    assert_eq!((&wrong.body["error_code"], &wrong.body["success"]), (&json!(10), &json!(false)));
    assert!(
        wrong.body["error_message"].as_str().is_some_and(|m| m.starts_with("0.status")),
        "{}",
        wrong.text()
    );
    let keyed = app.owner().header("idempotency-key", "x".repeat(256));
    let keyed = keyed.post(path, json!([{"id": id, "status": 2}])).await.status(400);
    assert_eq!(keyed.body["success"], json!(false));
    let unknown =
        app.owner().post(path, json!([{"id": id, "status": 2}, {"id": "999999", "status": 1}])).await;
    assert_eq!(unknown.status(404).body["error_code"], json!(30));
    assert_eq!(status().await.0, Some(1), "half of a report was kept");
    let theirs = app.stranger().post(path, json!([{"id": id, "status": 2}])).await.status(404);
    assert_eq!(theirs.body["error_code"], json!(30));
    assert_eq!(app.nobody().post(path, json!([])).await.status(401).body["error_code"], json!(20));

    // What the gateway refuses is given up.
    app.owner().post(&sms("by_id"), json!({"client_ids": [ids[1]], "text": "x"})).await.status(201);
    assert_eq!(app.outbox_by(gateway).await, 0);
    app.advance(86_400_000);
    assert_eq!(app.outbox_by(gateway).await, 0);
    let listed = app.owner().get(&format!("/api/frontdesk/v1/locations/{LOCATION}/messages")).await.ok();
    let states: Vec<&Value> = listed.items().iter().map(|m| &m["state"]).collect();
    assert_eq!(states, ["failed", "sent"]);
    assert_eq!(listed.items()[1]["delivery_status"], json!(1));
    assert!(listed.items()[0]["error"].as_str().is_some_and(|e| e.contains("400")), "{}", listed.text());
}

#[testkit::test]
async fn the_list_of_messages_hides_what_a_user_may_not_see(app: App) {
    let ids = clients(&app).await;
    app.owner().post(&sms("by_id"), json!({"client_ids": ids, "text": "x"})).await.status(201);
    // A code is nobody's to read.
    app.exec(
        "INSERT INTO outbox (location_id, channel, recipient, body, next_at, created_at) VALUES ($1, 'sms', '1', '12345', 0, 0)",
        params![LOCATION],
    )
    .await;
    let path = format!("/api/frontdesk/v1/locations/{LOCATION}/messages");
    let seen = app.owner().get(&path).await.ok();
    assert_eq!(seen.body["meta"]["count"], json!(2));
    assert!(seen.text().contains("+13155550101") && !seen.text().contains("12345"));
    let one = app.owner().get(&format!("{path}?client_id={}", ids[1])).await.ok();
    assert_eq!(one.items().len(), 1);
    let hidden = app.staff(&["dash_message_access"]).await.get(&path).await.ok();
    assert!(hidden.items().iter().all(|m| m["recipient"] == json!("")), "{}", hidden.text());
    app.staff(&[]).await.get(&path).await.status(403);
}
