//! Signatures, the longer schedule, the log, sending again, tests.

use frontdesk::demo::LOCATION;
use reach::webhooks::Runner;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use testkit::App;

use super::receiver::{Receiver, Reply, Request};
use super::webhooks::{DELAY, all, other, settings};

const OWN: &str = "/api/frontdesk/v1/locations";

fn webhooks() -> String {
    format!("{OWN}/{LOCATION}/webhooks")
}

fn log() -> String {
    format!("{OWN}/{LOCATION}/webhook_deliveries")
}

/// A webhook of everything; gives its path.
async fn webhook(app: &App, receiver: &Receiver) -> String {
    app.owner().post(&settings(), all(&[receiver.url()])).await.status(201);
    let listed = app.owner().get(&webhooks()).await.ok();
    format!("{}/{}", webhooks(), listed.items()[0]["id"])
}

async fn rename(app: &App, name: &str) {
    let path = format!("/api/v1/staff/{LOCATION}/1001");
    other(app).await.put(&path, json!({"name": name})).await.ok();
}

fn verify(secret: &str, request: &Request) -> bool {
    Webhook::new(secret).expect("a secret").verify(&request.bytes, &request.headers).is_ok()
}

#[testkit::test]
async fn a_signature_is_what_standard_webhooks_says(app: App) {
    let receiver = Receiver::new().await;
    let one = webhook(&app, &receiver).await;
    assert_eq!(app.owner().get(&webhooks()).await.items()[0]["is_signed"], json!(false));
    let secret = async || {
        let made = app.owner().post(&format!("{one}/secret"), json!({})).await.status(201);
        (made.data()["secret"].as_str().expect("a secret").to_owned(), made.data()["previous_until"].clone())
    };
    let (first, previous) = secret().await;
    assert!(first.starts_with("whsec_") && previous.is_null());
    // Sealed at rest, and shown once.
    let stored: Vec<u8> = app.one("SELECT secret FROM webhooks", &[]).await;
    assert!(!String::from_utf8_lossy(&stored).contains(&first[6..20]));
    let listed = app.owner().get(&webhooks()).await.ok();
    assert!(listed.items()[0]["is_signed"] == json!(true) && !listed.text().contains(&first));

    let send = async |name: &str| {
        rename(&app, name).await;
        app.advance(DELAY);
        app.webhooks().await;
        receiver.came().pop().expect("a webhook")
    };
    let sent = send("A").await;
    assert!(verify(&first, &sent));
    assert!(!verify("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &sent));
    let mut changed = sent.clone();
    changed.bytes = format!("{} ", String::from_utf8_lossy(&sent.bytes)).into();
    assert!(!verify(&first, &changed));

    // For a day after the rotation both sign, then the new one alone.
    let (second, previous) = secret().await;
    assert!(second != first && previous == json!("2026-03-24T10:00:05-04:00"), "{previous}");
    let sent = send("B").await;
    assert!(verify(&first, &sent) && verify(&second, &sent));
    app.advance(24 * 3_600_000);
    let sent = send("C").await;
    assert!(!verify(&first, &sent) && verify(&second, &sent));

    app.owner().delete(&format!("{one}/secret")).await.status(204);
    let sent = send("D").await;
    assert!(!sent.headers.contains_key("webhook-signature") && !sent.headers.contains_key("webhook-id"));
}

#[test]
fn signatures_are_those_that_others_reckon() {
    let key = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
    let signed = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
    // HMAC-SHA256 of `id.timestamp.body`, reckoned by another program.
    assert_eq!(signed.expect("signed"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[testkit::test]
async fn the_longer_schedule_repeats_for_28_hours_and_lets_younger_ones_by(app: App) {
    let receiver = Receiver::answering(&[Reply::Status(404), Reply::Status(500)]).await;
    let one = webhook(&app, &receiver).await;
    app.owner().patch(&one, json!({"retries": "never"})).await.status(422);
    app.owner().patch(&one, json!({"retries": "scheduled"})).await.ok();
    rename(&app, "A").await;
    app.advance(DELAY);
    app.webhooks().await;
    app.advance(DELAY);
    app.webhooks().await;
    assert_eq!(receiver.count(), 2);
    // From here on the next attempt is minutes away: another event goes first.
    rename(&app, "B").await;
    app.advance(DELAY);
    app.webhooks().await;
    let names =
        |r: &Receiver| -> Vec<Value> { r.came().iter().map(|r| r.body["data"]["name"].clone()).collect() };
    assert_eq!(names(&receiver), ["A", "A", "B"]);
    app.advance(300_000);
    app.webhooks().await;
    assert_eq!(names(&receiver), ["A", "A", "B", "A"]);
    let log = app.owner().get(&log()).await.ok();
    assert!(log.items().iter().all(|d| d["state"] == json!("delivered")), "{}", log.text());

    let receiver = Receiver::answering(&[Reply::Status(500); 20]).await;
    let one = webhook(&app, &receiver).await;
    app.owner().patch(&one, json!({"retries": "scheduled"})).await.ok();
    rename(&app, "C").await;
    app.advance(DELAY);
    for hours in 0..40 {
        for _ in 0..12 {
            app.webhooks().await;
            app.advance(300_000);
        }
        assert!(receiver.count() < 8 || hours >= 27, "{hours}");
    }
    assert_eq!(receiver.count(), 8);
}

#[testkit::test]
async fn a_receiver_may_ask_for_time_and_may_say_that_it_is_gone(app: App) {
    let receiver = Receiver::answering(&[Reply::Later(120), Reply::Status(410)]).await;
    let one = webhook(&app, &receiver).await;
    app.owner().patch(&one, json!({"retries": "scheduled"})).await.ok();
    rename(&app, "A").await;
    app.advance(DELAY);
    app.webhooks().await;
    app.advance(119_000);
    app.webhooks().await;
    assert_eq!(receiver.count(), 1);
    app.advance(1_000);
    app.webhooks().await;
    assert_eq!(receiver.count(), 2);
    app.advance(40 * 3_600_000);
    app.webhooks().await;
    assert_eq!(receiver.count(), 2);
}

#[testkit::test]
async fn the_log_tells_what_was_sent_and_what_came_back(app: App) {
    let receiver = Receiver::answering(&[Reply::Status(500)]).await;
    webhook(&app, &receiver).await;
    rename(&app, "A").await;
    Runner::new(app.kernel()).turn().await.expect("a turn");
    let waiting = app.owner().get(&log()).await.ok();
    let delivery = &waiting.items()[0];
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("waiting"), &json!([])));
    assert_eq!(delivery["due_at"], json!("2026-03-23T10:00:05-04:00"));
    app.advance(DELAY);
    app.webhooks().await;
    app.advance(1500);
    app.webhooks().await;
    rename(&app, "B").await;
    app.advance(DELAY);
    app.webhooks().await;

    let listed = app.owner().get(&log()).await.ok();
    assert_eq!(listed.body["meta"]["count"], json!(2));
    let delivery = &listed.items()[1];
    assert_eq!(delivery["state"], json!("delivered"));
    assert_eq!((&delivery["resource"], &delivery["status"]), (&json!("staff"), &json!("update")));
    assert_eq!((&delivery["reason"], &delivery["due_at"]), (&json!("event"), &Value::Null));
    let tries = delivery["attempts"].as_array().expect("attempts");
    assert_eq!((&tries[0]["status"], &tries[1]["status"]), (&json!(500), &json!(200)));
    assert_eq!(tries[1]["answer"], json!("taken"));
    let one = app.owner().get(&format!("{}/{}", log(), delivery["id"])).await.ok();
    assert_eq!(one.data()["body"]["data"]["name"], json!("A"));

    let page = app.owner().get(&format!("{}?count=1&page=2", log())).await.ok();
    assert_eq!(page.items().len(), 1);
    assert_eq!(page.items()[0]["id"], delivery["id"]);
    assert!(app.owner().get(&format!("{}?state=failed", log())).await.items().is_empty());
    assert_eq!(app.owner().get(&format!("{}?state=delivered", log())).await.items().len(), 2);
    assert!(app.owner().get(&format!("{}?webhook_id=999999", log())).await.items().is_empty());
    app.owner().get(&format!("{}?state=lost", log())).await.status(422);
    app.stranger().get(&log()).await.status(404);
    app.staff(&[]).await.get(&log()).await.status(403);
}

#[testkit::test]
async fn what_was_sent_is_sent_again(app: App) {
    let receiver = Receiver::answering(&[Reply::Status(400), Reply::Status(200), Reply::Status(400)]).await;
    let one = webhook(&app, &receiver).await;
    app.owner().post(&format!("{one}/secret"), json!({})).await.status(201);
    for name in ["A", "B", "C"] {
        rename(&app, name).await;
        app.advance(DELAY);
        app.webhooks().await;
    }
    let first = receiver.came()[0].clone();
    let delivery = app.owner().get(&log()).await.ok().items()[2]["id"].clone();
    receiver.forget();
    app.owner().post(&format!("{}/{delivery}/replay", log()), json!({})).await.status(202);
    app.webhooks().await;
    let again = receiver.came().pop().expect("it came again");
    assert_eq!(again.bytes, first.bytes);
    assert_eq!(again.headers["webhook-id"], first.headers["webhook-id"]);

    // Of a span: what failed and was not delivered since; or all, in its order.
    receiver.forget();
    let span = json!({"from": "2026-03-23T09:00:00", "only_failed": true});
    let answer = app.owner().post(&format!("{one}/replay"), span).await.status(202);
    assert_eq!(answer.data()["count"], json!(1));
    app.webhooks().await;
    assert_eq!(receiver.came()[0].body["data"]["name"], json!("C"));
    receiver.forget();
    let span = json!({"from": "2026-03-23T14:00:00Z", "to": "2026-03-23T10:00:10-04:00"});
    let answer = app.owner().post(&format!("{one}/replay"), span).await.status(202);
    assert_eq!(answer.data()["count"], json!(2));
    app.webhooks().await;
    let names: Vec<Value> = receiver.came().iter().map(|r| r.body["data"]["name"].clone()).collect();
    assert_eq!(names, ["A", "B"]);
    app.owner().post(&format!("{one}/replay"), json!({"to": "soon"})).await.status(422);

    // Who may only look may not send, and nothing is sent to one that is switched off.
    let reader = app.staff(&["webhook_read_access"]).await;
    reader.post(&format!("{}/{delivery}/replay", log()), json!({})).await.status(403);
    app.owner().patch(&one, json!({"active": false})).await.ok();
    app.owner().post(&format!("{}/{delivery}/replay", log()), json!({})).await.status(409);
}

#[testkit::test]
async fn a_test_sends_the_location_at_once(app: App) {
    let receiver = Receiver::new().await;
    let one = webhook(&app, &receiver).await;
    app.owner().post(&format!("{one}/test"), json!({})).await.status(202);
    app.webhooks().await;
    assert_eq!(receiver.told(), [format!("salon update {LOCATION}")]);
    assert_eq!(receiver.came()[0].body["data"]["title"], json!("James Smith LLC"));
    assert_eq!(app.owner().get(&log()).await.items()[0]["reason"], json!("test"));
    app.owner().post(&format!("{}/999999/test", webhooks()), json!({})).await.status(404);
}

#[testkit::test]
async fn the_log_goes_back_for_a_month(app: App) {
    let receiver = Receiver::new().await;
    webhook(&app, &receiver).await;
    rename(&app, "A").await;
    app.advance(DELAY);
    app.webhooks().await;
    let runner = Runner::new(app.kernel());
    app.advance(29 * 24 * 3_600_000);
    runner.tidy().await.expect("tidied");
    assert_eq!(app.count("webhook_attempts").await, 1);
    assert_eq!(app.count("events").await, 0, "events are kept for a week");
    app.advance(2 * 24 * 3_600_000);
    runner.tidy().await.expect("tidied");
    for table in ["webhook_attempts", "webhook_deliveries", "webhook_messages"] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    assert_eq!(app.count("webhooks").await, 1);
}
