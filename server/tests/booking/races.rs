//! Many at once, through every way in and on two servers: one gets what there is one of.

use serde_json::{Value, json};
use testkit::App;

use super::appointments::{HAIRCUT, at, make, with};
use super::events::{CLASS, make as make_event};
use super::events_v2::v2;
use super::slots::soon;

const ORDERS: usize = 200;

/// How the answers divide: taken, refused as they should be, and anything else.
async fn settled(tries: Vec<tokio::task::JoinHandle<u16>>) -> (usize, usize, Vec<u16>) {
    let (mut taken, mut refused, mut others) = (0, 0, Vec::new());
    for one in tries {
        match one.await.expect("ended") {
            200 | 201 => taken += 1,
            409 | 422 => refused += 1,
            status => others.push(status),
        }
    }
    (taken, refused, others)
}

fn phone(n: usize) -> Value {
    json!(format!("+1315555{:04}", 100 + n))
}

#[testkit::test]
async fn one_time_goes_to_one_through_every_way_in_and_on_two_servers(app: App) {
    soon(&app).await;
    let sibling = app.sibling().await;
    let mut moved = Vec::new();
    for n in 0..8 {
        let body =
            with(at(&format!("2026-03-{} {:02}:00", 25 + n / 4, 9 + n % 4)), json!({"staff_id": 1002}));
        moved.push(make(&app, body).await);
    }
    let before = app.count("appointments").await;
    let tries = (0..ORDERS).map(|n| {
        let app = if n % 2 == 0 { &app } else { &sibling };
        let (owner, partner) = (app.owner(), app.partner());
        let client = json!({"client": {"name": "Jane", "phone": phone(n)}});
        let one = moved[n / 4 % moved.len()];
        tokio::spawn(async move {
            let answer = match n / 2 % 4 {
                0 => owner.post("/api/v1/records/37532", with(at("2026-03-24 10:00"), client)).await,
                1 => owner.put(&format!("/api/v1/record/37532/{one}"), at("2026-03-24 10:00")).await,
                2 => {
                    let body = json!({"phone": phone(n), "fullname": "Jane", "appointments": [
                        {"id": 1, "services": [HAIRCUT], "staff_id": 1001, "datetime": "2026-03-24T10:00:00-04:00"}]});
                    partner.post("/api/v1/book_record/37532", body).await
                }
                // Half an hour on: another beginning, the same time taken.
                _ => owner.post("/api/v1/records/37532", with(at("2026-03-24 10:30"), client)).await,
            };
            answer.status.as_u16()
        })
    });
    let (_, refused, others) = settled(tries.collect()).await;
    assert!(others.is_empty() && refused > 0, "{others:?}");
    let holders = "SELECT COUNT(DISTINCT owner_id) FROM occupancy
         WHERE owner = 'appointment' AND subject = 'team' AND subject_id = 1001 AND overlapping = 0";
    assert_eq!(app.one::<i64>(holders, &[]).await, 1);
    // Whoever was moved made no new one; whoever was refused left nothing behind.
    let made = app.count("appointments").await - before;
    let there = "/api/v1/records/37532?staff_id=1001&start_date=2026-03-24&end_date=2026-03-24";
    assert_eq!(app.owner().get(there).await.status(200).items().len(), 1);
    assert!(made <= 1, "{made}");
    assert_eq!(
        app.one::<i64>("SELECT COUNT(*) FROM visits", &[]).await,
        app.one::<i64>("SELECT COUNT(DISTINCT visit_id) FROM appointments", &[]).await
    );
}

#[testkit::test]
async fn the_last_seats_go_once_each_on_two_servers(app: App) {
    soon(&app).await;
    let sibling = app.sibling().await;
    let event = make_event(
        &app,
        json!({"date": "2026-03-24 10:00", "service_id": CLASS, "staff_id": 1001, "capacity": 3,
        "length": 3600, "force": true}),
    )
    .await;
    let tries = (0..60).map(|n| {
        let app = if n % 2 == 0 { &app } else { &sibling };
        let (partner, owner) = (app.partner(), v2(app.owner()));
        tokio::spawn(async move {
            let answer = if n / 2 % 2 == 0 {
                let body = json!({"fullname": "Jane", "phone": phone(n), "email": "j@example.com"});
                partner.post(&format!("/api/v1/activity/37532/{event}/book"), body).await
            } else {
                let body = json!({"client": {"name": "Jane", "phone": phone(n)}, "clients_count": 1});
                owner.post(&format!("/api/v2/locations/37532/events/{event}/appointments"), body).await
            };
            answer.status.as_u16()
        })
    });
    let (taken, refused, others) = settled(tries.collect()).await;
    assert_eq!((taken, refused, others), (3, 57, Vec::new()));
    let read = app.owner().get(&format!("/api/v1/activity/37532/{event}")).await.status(200);
    assert_eq!(read.data()["records_count"], 3);
}
