//! What the database makes of a visit's appointments, one by one.

use db::{Tx, params};
use testkit::Spot;

/// Attendance, beginning and cost of a visit, as they stand and as they come out when all is counted anew.
async fn both(tx: &mut Tx, visit: i64) -> [(i64, Option<i64>, i64); 2] {
    let kept = "SELECT attendance, starts_at, cost FROM visits WHERE location_id = 1 AND id = $1";
    let counted = "SELECT CASE
            WHEN COUNT(*) = 0 THEN 0
            WHEN MAX(CASE WHEN attendance = 1 THEN 1 ELSE 0 END) = 1 THEN 1
            ELSE MAX(attendance) END,
        MIN(starts_at),
        CAST(COALESCE(SUM(CASE WHEN attendance = 1 THEN cost ELSE 0 END), 0) AS BIGINT)
        FROM appointments WHERE location_id = 1 AND visit_id = $1 AND is_deleted = 0";
    let mut out = Vec::new();
    for sql in [kept, counted] {
        out.push(tx.one(sql, params![visit]).await.expect("a row"));
    }
    out.try_into().expect("two")
}

const MADE: &str =
    "INSERT INTO appointments (location_id, team_member_id, client_id, visit_id, starts_at, length,
    attendance, cost, is_deleted, created_at, updated_at) VALUES (1, 5, 7, $1, $2, 1, $3, $4, $5, 0, 0)";

#[testkit::test]
async fn a_visit_is_what_its_appointments_are_whatever_comes_in_which_order(spot: Spot) {
    let db = db::Db::open(&spot.empty().await).await.expect("opened");
    db.migrate(1).await.expect("migrated");
    let mut tx = db.begin().await.expect("a transaction");
    for sql in [
        "INSERT INTO locations (id, title, country_id, timezone, created_at, updated_at) VALUES (1, 'A', 1, 'UTC', 0, 0)",
        "INSERT INTO team_members (location_id, id, name, created_at) VALUES (1, 5, 'Ann', 0)",
        "INSERT INTO clients (location_id, id, name, created_at) VALUES (1, 7, 'Jane', 0)",
    ] {
        tx.exec(sql, &[]).await.expect(sql);
    }
    let attendances = [-1i64, 0, 1, 2];
    let mut visit = 0;
    for first in attendances {
        for second in attendances {
            for third in attendances {
                visit += 1;
                // Half of them know when they begin, as those do that are made with an appointment that waits.
                let known = (first == 0 && visit % 2 == 0).then_some(2000i64);
                tx.exec(
                    "INSERT INTO visits (location_id, id, client_id, day, starts_at, created_at)
                     VALUES (1, $1, 7, $2, $3, 0)",
                    params![visit, format!("day {visit}"), known],
                )
                .await
                .expect("a visit");
                let of = [(2000i64, first, 0i64), (1000, second, 0), (500, -1, 1), (3000, third, 0)];
                for (starts_at, attendance, is_deleted) in of {
                    tx.exec(MADE, params![visit, starts_at, attendance, starts_at, is_deleted])
                        .await
                        .expect("an appointment");
                    let [kept, counted] = both(&mut tx, visit).await;
                    assert_eq!(kept, counted, "{first}, {second}, {third} at {starts_at}");
                }
            }
        }
    }
    // What the visits make of the client.
    let client: (i64, i64, Option<i64>, Option<i64>, i64) = tx
        .one("SELECT visits, no_shows, first_visit_at, last_visit_at, spent FROM clients WHERE id = 7", &[])
        .await
        .expect("the client");
    let counted = tx
        .one(
            "SELECT SUM(CASE WHEN attendance = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN attendance = -1 THEN 1 ELSE 0 END),
                MIN(CASE WHEN attendance = 1 THEN starts_at END), MAX(CASE WHEN attendance = 1 THEN starts_at END),
                CAST(SUM(cost) AS BIGINT) FROM visits",
            &[],
        )
        .await
        .expect("all visits");
    assert_eq!(client, counted);
    tx.commit().await.expect("committed");
    db.close().await;
}
