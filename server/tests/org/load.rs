//! More than the server can carry, and clients who take their time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use db::params;
use frontdesk::demo::{LOCATION, PARTNER_TOKEN, USER_TOKEN};
use frontdesk::{Options, router};
use http::request::Builder;
use http::{Request, StatusCode};
use serde_json::json;
use testkit::App;
use tower::ServiceExt as _;

const COMPANY: &str = "/api/v1/company/37532";

#[testkit::test]
async fn what_is_beyond_is_refused_and_health_is_answered(app: App) {
    let busy = app.routed(&Options { at_once: 1, ..Options::default() });
    let owner = busy.owner();
    let mut tx = app.db().begin().await.expect("a transaction");
    let locked: Option<i64> =
        tx.lock("SELECT id FROM locations WHERE id = $1", params![LOCATION]).await.expect("is locked");
    assert_eq!(locked, Some(LOCATION));
    let change = json!({"title": "Changed"});
    let (changed, ()) = tokio::join!(owner.put(COMPANY, change), async {
        // The change has the only place, and waits for the row.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let refused = owner.get(COMPANY).await.status(503);
        assert_eq!(refused.header("retry-after"), "1");
        assert_eq!(refused.body["success"], json!(false));
        assert_eq!(refused.message(), "The service is not available for the moment, try again.");
        busy.nobody().get("/healthz").await.status(200);
        busy.nobody().get("/readyz").await.status(200);
        tx.rollback().await;
    });
    changed.status(200);
    owner.get(COMPANY).await.status(200);
}

fn authorised(request: Builder) -> Builder {
    request.header("authorization", format!("Bearer {PARTNER_TOKEN}, User {USER_TOKEN}"))
}

/// A write whose body never ends.
fn endless(key: Option<&str>) -> Request<Body> {
    let never = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
    let mut request = authorised(Request::post(format!("/api/v1/clients/{LOCATION}")))
        .header("content-type", "application/json");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    request.body(Body::from_stream(never)).expect("a request")
}

#[testkit::test]
async fn a_body_that_never_ends_is_given_up_and_keeps_no_place(app: App) {
    let options = Options { at_once: 1, deadline: Duration::from_millis(300), ..Options::default() };
    let routes = router(app.kernel(), &options);
    for key in [None, Some("once")] {
        let limit = Duration::from_secs(5);
        let ask = tokio::time::timeout(limit, routes.clone().oneshot(endless(key)));
        let (answer, ()) = tokio::join!(ask, async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let other = authorised(Request::get(COMPANY)).body(Body::empty()).expect("a request");
            let answer = routes.clone().oneshot(other).await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::OK);
        });
        let answer = answer.expect("it is given up").expect("an answer");
        assert_eq!(answer.status(), StatusCode::REQUEST_TIMEOUT, "{key:?}");
    }
}

#[testkit::test]
async fn of_nobody_little_is_read(app: App) {
    let read = Arc::new(AtomicUsize::new(0));
    let counted = read.clone();
    let blocks = futures_util::stream::repeat_with(move || {
        counted.fetch_add(1024, Ordering::Relaxed);
        Ok::<_, std::io::Error>(Bytes::from_static(&[b'1'; 1024]))
    });
    let request = Request::post(format!("/api/v1/clients/{LOCATION}"))
        .header("idempotency-key", "once")
        .body(Body::from_stream(blocks))
        .expect("a request");
    let asked = router(app.kernel(), &Options::default()).oneshot(request);
    let answer =
        tokio::time::timeout(Duration::from_secs(5), asked).await.expect("in time").expect("an answer");
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert!(read.load(Ordering::Relaxed) <= 128 * 1024, "{} bytes", read.load(Ordering::Relaxed));
}
