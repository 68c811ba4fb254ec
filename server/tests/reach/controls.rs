//! The demo's controls: clock, snapshots, faults; and that `serve` has none of them.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use frontdesk::Options;
use frontdesk::demo::LOCATION;
use http::{HeaderMap, Method};
use reach::outgoing::{Allowed, Outgoing};
use serde_json::{Value, json};
use testkit::App;

use super::webhooks::{appointment, working};

const DEMO: &str = "/api/frontdesk/v1/demo";

fn demo(app: App) -> App {
    app.routed(&Options { controls: true, ..Options::default() })
}

fn path(rest: &str) -> String {
    format!("{DEMO}/{rest}")
}

#[testkit::test]
async fn the_clock_is_read_set_moved_and_stopped(app: App) {
    let app = demo(app);
    let nobody = app.nobody();
    let read = nobody.get(&path("clock")).await.status(200);
    assert_eq!(
        (&read.data()["now"], &read.data()["frozen"]),
        (&json!("2026-03-23T14:00:00+00:00"), &json!(true))
    );
    let set = nobody.put(&path("clock"), json!({"at": "2026-12-01T09:00:00-05:00"})).await.status(200);
    assert_eq!(
        (&set.data()["now"], &set.data()["frozen"]),
        (&json!("2026-12-01T14:00:00+00:00"), &json!(true))
    );
    let moved = nobody.post(&path("clock/advance"), json!({"hours": 2, "minutes": "30"})).await.status(200);
    assert_eq!(moved.data()["now"], json!("2026-12-01T16:30:00+00:00"));
    let back = nobody.post(&path("clock/advance"), json!({"days": -1})).await.status(200);
    assert_eq!(back.data()["now"], json!("2026-11-30T16:30:00+00:00"));
    // The business goes by it.
    let session = app.owner().put(&format!("/api/v1/company/{LOCATION}"), json!({"title": "T"})).await.ok();
    assert!(!session.header("x-request-id").is_empty());
    let at: i64 = app.one("SELECT MAX(at) FROM audit", &[]).await;
    assert_eq!(at, app.kernel().now());

    assert_eq!(
        nobody.post(&path("clock/release"), json!({})).await.status(200).data()["frozen"],
        json!(false)
    );
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(app.kernel().now() > at, "it runs on from where it stood");
    let frozen = nobody.post(&path("clock/freeze"), json!({})).await.status(200);
    assert!(frozen.data()["now"].as_str().is_some_and(|now| now.starts_with("2026-11-30T16:30:0")));
    assert_eq!(nobody.delete(&path("clock")).await.status(200).data()["ahead"], json!(0));

    assert_eq!(nobody.put(&path("clock"), json!({"at": "soon"})).await.status(422).fields(), ["at"]);
    nobody.put(&path("clock"), json!({"at": "1850-01-01T00:00:00Z"})).await.status(422);
    nobody.post(&path("clock/advance"), json!({"days": i64::MAX})).await.status(422);
}

/// Every row of every table with data of its own.
async fn rows(app: &App) -> Vec<(String, Vec<String>)> {
    let mut conn = app.db().snapshot().await.expect("a connection");
    let mut out = Vec::new();
    for table in conn.table_names().await.expect("tables") {
        if frontdesk::backup::DERIVED.contains(&table) {
            continue;
        }
        let mut lines = Vec::new();
        conn.each(&format!("SELECT * FROM {table}"), |_, values| {
            lines.push(format!("{values:?}"));
            Ok(())
        })
        .await
        .expect("rows");
        lines.sort();
        out.push((table.to_owned(), lines));
    }
    out
}

#[testkit::test]
async fn a_snapshot_brings_all_back_as_it_was(app: App) {
    let app = demo(app);
    working(&app).await;
    let records = format!("/api/v1/records/{LOCATION}");
    app.owner().post(&records, appointment("10:00")).await.status(201);
    app.webhooks().await;
    let (before, at) = (rows(&app).await, app.kernel().now());
    let saved = app.nobody().put(&path("snapshots/first"), json!({})).await.status(200);
    let all: usize = before.iter().map(|(_, lines)| lines.len()).sum();
    assert_eq!(saved.data()["rows"], json!(all));

    // Much happens; the same time is booked again once the snapshot is back.
    app.owner().post(&records, appointment("11:00")).await.status(201);
    app.owner().put(&format!("/api/v1/company/{LOCATION}"), json!({"title": "Changed"})).await.ok();
    let staff = app.staff(&["timetable_access"]).await;
    staff.get(&records).await.status(200);
    app.advance(86_400_000);
    app.webhooks().await;
    assert_ne!(rows(&app).await, before);
    app.nobody().post(&path("snapshots/first/restore"), json!({})).await.status(200);
    for (was, is) in before.iter().zip(rows(&app).await) {
        assert_eq!(*was, is);
    }
    assert_eq!(app.kernel().now(), at);
    // What is kept in memory is of before: who came since is not known.
    staff.get(&records).await.status(401);
    let title = app.owner().get(&format!("/api/v1/company/{LOCATION}")).await.ok();
    assert_eq!(title.data()["title"], json!("James Smith LLC"));
    app.owner().post(&records, appointment("11:00")).await.status(201);
    app.owner().post(&records, appointment("11:00")).await.status(422);

    let listed = app.nobody().get(&path("snapshots")).await.status(200);
    assert_eq!(listed.items()[0]["name"], json!("first"));
    app.advance(1000);
    app.nobody().post(&path("snapshots/first/restore"), json!({"keep_clock": true})).await.status(200);
    assert_eq!(app.kernel().now(), at + 1000);
    app.nobody().post(&path("snapshots/second/restore"), json!({})).await.status(404);
    app.nobody().put(&path("snapshots/..%2Fx"), json!({})).await.status(404);
    app.nobody().delete(&path("snapshots/first")).await.status(204);
    app.nobody().delete(&path("snapshots/first")).await.status(404);
    assert!(app.nobody().get(&path("snapshots")).await.items().is_empty());
}

#[testkit::test]
async fn chosen_requests_fail_as_often_as_was_said(app: App) {
    let app = demo(app);
    let owner = app.owner().unchecked();
    let company = format!("/api/v1/company/{LOCATION}");
    let rule = async |body: Value| app.nobody().post(&path("faults"), body).await;
    let made = rule(json!({"method": "get", "path": "/api/v1/company/*", "status": 429, "times": 2}))
        .await
        .status(201);
    let id = made.data()["id"].as_i64().expect("an id");
    for _ in 0..2 {
        let refused = owner.get(&company).await.status(429);
        assert!(
            refused.header("retry-after") == "1" && refused.body["success"] == json!(false),
            "{}",
            refused.text()
        );
    }
    owner.get(&company).await.status(200);
    let listed = app.nobody().get(&path("faults")).await.status(200);
    assert_eq!((&listed.items()[0]["left"], &listed.items()[0]["hits"]), (&json!(0), &json!(2)));
    app.nobody().delete(&path(&format!("faults/{id}"))).await.status(204);
    app.nobody().delete(&path(&format!("faults/{id}"))).await.status(404);

    rule(json!({"path": "/api/**", "status": 500})).await.status(201);
    rule(json!({"path": "/api/v1/company/*", "status": 409})).await.status(201);
    owner.get(&company).await.status(500);
    // The controls themselves go on, so that it can be ended.
    app.nobody().delete(&path("faults")).await.status(204);
    owner.get(&company).await.status(200);

    rule(json!({"path": "/api/v1/company/*", "delay_ms": 300})).await.status(201);
    let begun = Instant::now();
    owner.get(&company).await.status(200);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    app.nobody().delete(&path("faults")).await.status(204);
    rule(json!({"path": "/api/v1/company/*", "status": 503, "share": 50})).await.status(201);
    let mut failed = 0;
    for _ in 0..60 {
        failed += i32::from(owner.get(&company).await.status == 503);
    }
    assert!((10..50).contains(&failed), "{failed} of 60");

    let wrong = rule(json!({"path": "x", "status": 418, "method": "TRACE", "share": 0, "times": 0}))
        .await
        .status(422);
    assert_eq!(wrong.fields(), ["method", "path", "status", "share", "times"]);
    assert_eq!(rule(json!({"path": "/api/x"})).await.status(422).fields(), ["status"]);
}

#[testkit::test]
async fn without_the_demo_there_are_no_controls(app: App) {
    for (method, rest) in [
        (Method::GET, "clock"),
        (Method::PUT, "clock"),
        (Method::POST, "clock/advance"),
        (Method::GET, "snapshots"),
        (Method::POST, "snapshots/first/restore"),
        (Method::GET, "faults"),
        (Method::POST, "faults"),
    ] {
        for client in [app.nobody(), app.owner()] {
            client.unchecked().raw(method.clone(), &path(rest), &[], "").await.status(404);
        }
    }
    app.nobody().get("/openapi/demo.json").await.status(404);
    demo(app).nobody().get("/openapi/demo.json").await.status(200);
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn ask(url: &str) -> Result<u16, String> {
    let outgoing = Outgoing::new(Allowed::parse("127.0.0.1").expect("a network")).expect("a client");
    let url = url.parse().expect("an address");
    // Others work on the machine too.
    let within = Duration::from_secs(30);
    let answer = outgoing.send(Method::GET, &url, HeaderMap::new(), Bytes::new(), within).await;
    answer.map(|answer| answer.status).map_err(|failure| failure.to_string())
}

/// The programs themselves, each on a port of its own.
#[tokio::test(flavor = "multi_thread")]
async fn the_program_serves_controls_in_the_demo_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let program = env!("CARGO_BIN_EXE_frontdesk");
    let serve = Command::new(program)
        .args(["serve", "--listen", &free.to_string(), "--data-dir"])
        .arg(folder.path())
        .stderr(Stdio::null())
        .spawn();
    let _serve = Process(serve.expect("it starts"));
    let url = format!("http://{free}");
    let mut healthy = ask(&format!("{url}/healthz")).await;
    for _ in 0..1200 {
        if healthy.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        healthy = ask(&format!("{url}/healthz")).await;
    }
    assert_eq!(healthy, Ok(200));
    assert_eq!(ask(&format!("{url}{DEMO}/clock")).await, Ok(404));

    let demo = Command::new(program)
        .args(["demo", "--listen", "127.0.0.1:0", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut demo = Process(demo.expect("it starts"));
    let mut line = String::new();
    BufReader::new(demo.0.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let said: Value = serde_json::from_str(&line).expect("JSON");
    let url = said["url"].as_str().expect("an address");
    assert_eq!(ask(&format!("{url}{DEMO}/clock")).await, Ok(200));
}
