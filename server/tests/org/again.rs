//! Requests sent again: ETags, Idempotency-Keys, rate limits.

use std::num::NonZeroU32;

use db::params;
use frontdesk::demo::{LOGIN, PASSWORD};
use frontdesk::{Options, Quotas};
use serde_json::json;
use testkit::{App, make};

const COMPANY: &str = "/api/v1/company/37532";
const COMPANIES: &str = "/api/v1/companies";
const AUTH: &str = "/api/v1/auth";

#[testkit::test]
async fn a_known_representation_is_not_sent_again(app: App) {
    let first = app.owner().get(COMPANY).await.status(200);
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    for known in [tag.clone(), format!("\"other\", {tag}"), format!("W/{tag}"), "*".to_owned()] {
        let again = app.owner().header("if-none-match", &known).get(COMPANY).await.status(304);
        assert!(again.bytes.is_empty());
        assert_eq!(again.header("etag"), tag);
    }
    app.owner().header("if-none-match", "\"other\"").get(COMPANY).await.status(200);
    // Another representation of the same revision has a tag of its own.
    let more = app.owner().get(&format!("{COMPANY}?show_groups=1")).await.status(200);
    assert_ne!(more.header("etag"), tag);
    app.owner().put(COMPANY, json!({"title": "Changed"})).await.ok();
    let changed = app.owner().header("if-none-match", &tag).get(COMPANY).await.status(200);
    assert_ne!(changed.header("etag"), tag);
}

#[testkit::test]
async fn a_change_may_be_bound_to_what_was_seen(app: App) {
    let seen = app.owner().get(&format!("{COMPANY}?show_groups=1")).await.ok().header("etag").to_owned();
    let bound = app.owner().header("if-match", &seen);
    let changed = bound.put(COMPANY, json!({"title": "First"})).await.status(200);
    bound.put(COMPANY, json!({"title": "Second"})).await.status(412);
    bound.delete(COMPANY).await.status(412);
    let now = app.owner().get(COMPANY).await.ok();
    assert_eq!(now.data()["title"], "First", "nothing of a refused change stays");
    let next = app.owner().header("if-match", changed.header("etag"));
    next.put(COMPANY, json!({"title": "Third"})).await.status(200);
    app.owner().header("if-match", "*").put(COMPANY, json!({"title": "Fourth"})).await.status(200);
    for never in ["\"nonsense\"", "W/\"4-0\"", "garbage"] {
        app.owner().header("if-match", never).put(COMPANY, json!({"title": "No"})).await.status(412);
    }
    let (user, _) = make::staff(&app, 37532, &[]).await;
    let rights = format!("{COMPANY}/users/{user}/permissions");
    let seen = app.owner().get(&rights).await.ok().header("etag").to_owned();
    let bound = app.owner().header("if-match", &seen);
    bound.put(&rights, json!({"staff_id": 1001})).await.status(200);
    bound.put(&rights, json!({"staff_id": 1002})).await.status(412);
}

fn new_location() -> serde_json::Value {
    json!({"title": "Twice", "country_id": 7})
}

#[testkit::test]
async fn the_same_key_is_carried_out_once(app: App) {
    let keyed = app.owner().header("idempotency-key", "k-1");
    let first = keyed.post(COMPANIES, new_location()).await.status(201);
    assert_eq!(first.header("idempotent-replayed"), "");
    let (rows, events, audit) =
        (app.count("locations").await, app.count("events").await, app.count("audit").await);
    let again = keyed.post(COMPANIES, new_location()).await.status(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!((&again.bytes, again.header("content-type")), (&first.bytes, "application/json"));
    let other = keyed.post(COMPANIES, json!({"title": "Other", "country_id": 7})).await.status(422);
    assert_eq!(other.fields(), ["Idempotency-Key"]);
    assert_eq!(
        (app.count("locations").await, app.count("events").await, app.count("audit").await),
        (rows, events, audit)
    );
    // Somebody else's key of the same name is another key.
    app.stranger().header("idempotency-key", "k-1").post(COMPANIES, new_location()).await.status(201);
    assert_eq!(app.count("locations").await, rows + 1);
    for bad in [String::new(), "x".repeat(256)] {
        let answer =
            app.owner().header("idempotency-key", &bad).post(COMPANIES, new_location()).await.status(422);
        assert_eq!(answer.fields(), ["Idempotency-Key"]);
    }
    assert_eq!(app.count("locations").await, rows + 1);
}

#[testkit::test]
async fn a_refused_request_does_not_use_its_key_up(app: App) {
    let keyed = app.owner().header("idempotency-key", "k-2");
    keyed.post(COMPANIES, json!({"title": "No country"})).await.status(422);
    assert_eq!(app.count("idempotency").await, 0);
    keyed.post(COMPANIES, new_location()).await.status(201);
}

#[testkit::test]
async fn the_same_key_at_the_same_time_makes_one_row(app: App) {
    let rows = app.count("locations").await;
    let asks: Vec<_> = (0..8)
        .map(|_| {
            let keyed = app.owner().header("idempotency-key", "k-3");
            tokio::spawn(async move { keyed.post(COMPANIES, new_location()).await.status(201) })
        })
        .collect();
    let mut answers = Vec::new();
    for ask in asks {
        answers.push(ask.await.expect("an answer"));
    }
    let replayed = answers.iter().filter(|a| a.header("idempotent-replayed") == "true").count();
    assert_eq!(replayed, 7);
    assert!(answers.iter().all(|a| a.bytes == answers[0].bytes));
    assert_eq!(app.count("locations").await, rows + 1);
}

#[testkit::test]
async fn stored_answers_are_sealed(app: App) {
    let keyed = app.partner().header("idempotency-key", "k-4");
    let credentials = json!({"login": LOGIN, "password": PASSWORD});
    let first = keyed.post(AUTH, credentials.clone()).await.status(201);
    let token = first.data()["user_token"].as_str().expect("a token").to_owned();
    let stored: Vec<u8> = app.one("SELECT answer FROM idempotency WHERE key = $1", params!["k-4"]).await;
    assert!(!stored.windows(token.len()).any(|part| part == token.as_bytes()));
    let opened = app.kernel().open(&stored).expect("ours");
    assert_eq!(&opened[2..], first.bytes);
    let again = keyed.post(AUTH, credentials).await.status(201);
    assert_eq!(again.data()["user_token"], token.as_str());
    // The stored answer is for who knows the password alone.
    keyed.post(AUTH, json!({"login": LOGIN, "password": "wrong"})).await.status(401);
}

#[testkit::test]
async fn a_partner_that_asks_too_often_is_told_to_wait(app: App) {
    let number = |n: u32| NonZeroU32::new(n).expect("not zero");
    let quotas = Quotas { per_minute: number(5), per_second: number(3) };
    let limited = app.routed(&Options { quotas: Some(quotas), ..Options::default() });
    let partner = limited.partner();
    for left in ["4", "3", "2"] {
        let fine = partner.get(COMPANIES).await.status(200);
        assert_eq!((fine.header("ratelimit-limit"), fine.header("ratelimit-remaining")), ("5", left));
        assert!(!fine.header("ratelimit-reset").is_empty());
    }
    let refused = partner.get(COMPANIES).await.status(429);
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit-remaining")), ("1", "0"));
    assert_eq!(refused.message(), "Too many requests, try again in 1 s.");
    // Another address and another partner have their own.
    partner.clone().from("192.0.2.1").get(COMPANIES).await.status(200);
    make::partner(&limited, false).await.1.get(COMPANIES).await.status(200);

    limited.advance(1000);
    partner.get(COMPANIES).await.status(200);
    partner.get(COMPANIES).await.status(200);
    let minute = partner.get(COMPANIES).await.status(429);
    let wait: i64 = minute.header("retry-after").parse().expect("seconds");
    assert!((2..=60).contains(&wait), "{wait}");
    limited.advance(wait * 1000);
    partner.get(COMPANIES).await.status(200);
}

#[testkit::test]
async fn a_forwarded_address_counts_only_behind_a_proxy(app: App) {
    let number = |n: u32| NonZeroU32::new(n).expect("not zero");
    let quotas = Some(Quotas { per_minute: number(1), per_second: number(1) });
    let open = app.routed(&Options { quotas, ..Options::default() });
    open.partner().header("x-forwarded-for", "192.0.2.1").get(COMPANIES).await.status(200);
    open.partner().header("x-forwarded-for", "192.0.2.2").get(COMPANIES).await.status(429);
    let behind = app.routed(&Options { quotas, trust_proxy: true, ..Options::default() });
    behind.partner().header("x-forwarded-for", "10.0.0.1, 192.0.2.1").get(COMPANIES).await.status(200);
    behind.partner().header("x-forwarded-for", "192.0.2.2").get(COMPANIES).await.status(200);
    behind.partner().header("x-forwarded-for", "spoofed, 192.0.2.1").get(COMPANIES).await.status(429);
}
