//! Sending: retries, order, hanging receivers, ends without notice, two servers, closed addresses.

use std::time::{Duration, Instant};

use frontdesk::demo::LOCATION;
use reach::webhooks::Runner;
use serde_json::json;
use testkit::{App, Client};

use super::receiver::{Receiver, Reply};
use super::webhooks::{DELAY, all, other, settings};

async fn set(app: &App, urls: &[&str]) {
    app.owner().post(&settings(), all(urls)).await.status(201);
}

async fn rename(client: &Client, name: &str) {
    client.put(&format!("/api/v1/staff/{LOCATION}/1001"), json!({"name": name})).await.ok();
}

/// Names that came, in their order.
fn names(receiver: &Receiver) -> Vec<String> {
    let name = |r: &super::receiver::Request| r.body["data"]["name"].as_str().unwrap_or_default().to_owned();
    receiver.came().iter().map(name).collect()
}

/// One change, and its attempts until nothing happens any more.
async fn attempts(app: &App, receiver: &Receiver) -> usize {
    set(app, &[receiver.url()]).await;
    rename(&other(app).await, "A").await;
    app.advance(DELAY);
    for _ in 0..5 {
        app.webhooks().await;
        let so_far = receiver.count();
        // Not before the pause is over.
        app.advance(1499);
        app.webhooks().await;
        assert_eq!(receiver.count(), so_far);
        app.advance(1);
    }
    receiver.count()
}

async fn state(app: &App) -> i64 {
    app.one("SELECT MIN(state) FROM webhook_deliveries", &[]).await
}

#[testkit::test]
async fn a_refusal_is_not_repeated(app: App) {
    let receiver = Receiver::answering(&[Reply::Status(404)]).await;
    assert_eq!(attempts(&app, &receiver).await, 1);
    assert_eq!(state(&app).await, 2);
}

#[testkit::test]
async fn a_redirect_is_not_followed(app: App) {
    let receiver = Receiver::answering(&[Reply::Redirect]).await;
    assert_eq!(attempts(&app, &receiver).await, 1);
    assert_eq!(receiver.came()[0].uri.path(), "/hook");
    assert_eq!(state(&app).await, 2);
}

#[testkit::test]
async fn overload_and_failure_are_repeated_until_it_arrives(app: App) {
    let receiver = Receiver::answering(&[Reply::Status(429), Reply::Status(500)]).await;
    assert_eq!(attempts(&app, &receiver).await, 3);
    assert_eq!(state(&app).await, 1);
    let bodies: Vec<_> = receiver.came().into_iter().map(|r| r.bytes).collect();
    assert!(bodies.iter().all(|b| *b == bodies[0]), "an attempt sent something else");
}

#[testkit::test]
async fn three_attempts_are_all(app: App) {
    let receiver = Receiver::answering(&[Reply::Status(503); 9]).await;
    assert_eq!(attempts(&app, &receiver).await, 3);
    assert_eq!(state(&app).await, 2);
}

#[testkit::test]
async fn an_address_where_nobody_listens_is_tried_again(app: App) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    drop(listener);
    set(&app, &[&url]).await;
    rename(&other(&app).await, "A").await;
    app.advance(DELAY);
    for _ in 0..4 {
        app.webhooks().await;
        app.advance(1500);
    }
    assert_eq!(app.count("webhook_attempts").await, 3);
    let (status, error): (i64, String) =
        app.one("SELECT status, error FROM webhook_attempts LIMIT 1", &[]).await;
    assert!(status == 0 && error.contains("onnect"), "{error}");
}

#[testkit::test]
async fn the_order_is_kept_while_one_is_repeated(app: App) {
    let receiver = Receiver::answering(&[Reply::Status(500), Reply::Status(200), Reply::Status(500)]).await;
    set(&app, &[receiver.url()]).await;
    let other = other(&app).await;
    let mut expected = Vec::new();
    for n in 0..12 {
        let name = format!("N{n}");
        rename(&other, &name).await;
        // Loaded before the next change, so that each tells its own name.
        Runner::new(app.kernel()).turn().await.expect("a turn");
        expected.push(name);
    }
    app.advance(DELAY);
    for _ in 0..4 {
        app.webhooks().await;
        app.advance(1500);
    }
    expected.insert(1, "N0".to_owned());
    expected.insert(3, "N1".to_owned());
    expected.dedup();
    let mut came = names(&receiver);
    assert_eq!(came.len(), 14);
    came.dedup();
    assert_eq!(came, expected);
}

#[testkit::test]
async fn a_hanging_receiver_holds_up_nobody(app: App) {
    let (hanging, well) = (Receiver::answering(&[Reply::Hang; 99]).await, Receiver::new().await);
    set(&app, &[hanging.url(), well.url()]).await;
    let other = other(&app).await;
    for n in 0..5 {
        rename(&other, &format!("N{n}")).await;
    }
    app.advance(DELAY);
    let begun = Instant::now();
    let running = tokio::spawn({
        let app = app.clone();
        async move { app.webhooks().await }
    });
    well.until(5).await;
    hanging.until(1).await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(hanging.count(), 1, "its own wait for it");
    // What happens meanwhile is told to the other too.
    rename(&other, "later").await;
    app.advance(DELAY);
    Runner::new(app.kernel()).turn().await.expect("a turn");
    Runner::new(app.kernel()).turn().await.expect("a turn");
    well.until(6).await;
    running.abort();
}

#[testkit::test]
async fn an_attempt_that_takes_too_long_is_ended(app: App) {
    let receiver = Receiver::answering(&[Reply::Hang]).await;
    set(&app, &[receiver.url()]).await;
    rename(&other(&app).await, "A").await;
    app.advance(DELAY);
    let begun = Instant::now();
    app.webhooks().await;
    let took = begun.elapsed();
    assert!(took > Duration::from_secs(9) && took < Duration::from_secs(14), "{took:?}");
    let error: String = app.one("SELECT error FROM webhook_attempts", &[]).await;
    assert_eq!(error, "no answer within 10 s");
    app.advance(1500);
    app.webhooks().await;
    assert_eq!(state(&app).await, 1);
}

#[testkit::test]
async fn an_end_without_notice_loses_nothing(app: App) {
    let receiver = Receiver::answering(&[Reply::Hang]).await;
    set(&app, &[receiver.url()]).await;
    rename(&other(&app).await, "A").await;
    app.advance(DELAY);
    // A server that claims the webhook, sends, and is no more before the answer: all its tasks end with it.
    let doomed = app.sibling().await;
    let kernel = doomed.kernel().clone();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let runner = Runner::new(&kernel);
            runner.turn().await.expect("a turn");
            runner.turn().await.expect("a turn");
            tokio::time::sleep(Duration::from_secs(1)).await;
        });
        runtime.shutdown_background();
    });
    tokio::task::spawn_blocking(move || thread.join()).await.expect("joined").expect("no panic");
    assert_eq!(receiver.count(), 1);
    assert_eq!(app.count("webhook_attempts").await, 0);
    // As long as its claim holds, nobody else touches it.
    app.advance(29_000);
    app.webhooks().await;
    assert_eq!(receiver.count(), 1);
    app.advance(1_000);
    app.webhooks().await;
    assert_eq!(receiver.count(), 2);
    assert_eq!(state(&app).await, 1);
    let came = receiver.came();
    assert_eq!(came[0].bytes, came[1].bytes);
}

#[testkit::test]
async fn an_end_between_change_and_message_loses_nothing(app: App) {
    let receiver = Receiver::new().await;
    set(&app, &[receiver.url()]).await;
    rename(&other(&app).await, "A").await;
    // The change is durable, its event waits; a server that begins an hour later tells of it.
    assert_eq!(app.one::<i64>("SELECT COUNT(*) FROM events WHERE dispatched_at IS NULL", &[]).await, 1);
    app.advance(3_600_000);
    app.sibling().await.webhooks().await;
    assert_eq!(names(&receiver), ["A"]);
}

#[testkit::test]
async fn two_servers_share_the_work(app: App) {
    let receivers = [Receiver::new().await, Receiver::new().await, Receiver::new().await];
    set(&app, &receivers.each_ref().map(Receiver::url)).await;
    let other = other(&app).await;
    let sibling = app.sibling().await;
    for n in 0..20 {
        rename(&other, &format!("N{n}")).await;
        if n % 5 == 0 {
            let (a, b) = (Runner::new(app.kernel()), Runner::new(sibling.kernel()));
            let (a, b) = tokio::join!(a.turn(), b.turn());
            a.expect("a turn");
            b.expect("a turn");
        }
    }
    app.advance(DELAY);
    let (a, b) = (app.clone(), sibling.clone());
    tokio::join!(a.webhooks(), b.webhooks());
    app.webhooks().await;
    for receiver in &receivers {
        assert_eq!(receiver.count(), 20);
    }
    assert_eq!(app.count("webhook_messages").await, 20);
    assert_eq!(app.count("webhook_attempts").await, 60);
}

#[testkit::test]
async fn a_closed_address_is_never_spoken_to(app: App) {
    // The network that tests allow is one address; this is the next one.
    let listener = tokio::net::TcpListener::bind("127.0.0.2:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    app.owner().post(&settings(), all(&[&format!("http://127.0.0.2:{port}/")])).await.status(422);
    set(&app, &["https://example.com/"]).await;
    // As if it had been set when the operator still allowed it.
    app.exec("UPDATE webhooks SET url = $1", db::params![format!("http://127.0.0.2:{port}/")]).await;
    rename(&other(&app).await, "A").await;
    app.advance(DELAY);
    app.webhooks().await;
    let (status, error): (i64, String) = app.one("SELECT status, error FROM webhook_attempts", &[]).await;
    assert_eq!((status, error.as_str()), (0, "the address is not on the public internet"));
    assert_eq!(state(&app).await, 2);
    let connected = tokio::time::timeout(Duration::from_millis(100), listener.accept()).await;
    assert!(connected.is_err(), "somebody connected");
}
