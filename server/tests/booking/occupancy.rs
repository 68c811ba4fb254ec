//! What the database itself refuses.

use booking::occupancy::{Owner, Subject, Taken, store};
use db::params;
use frontdesk::demo::LOCATION;
use testkit::App;

use super::schedules::bare;

const HOUR: i64 = 3_600_000;

fn taken(from: i64, to: i64) -> Taken {
    Taken { subject: Subject::Team, subject_id: 1001, starts_at: from * HOUR, ends_at: to * HOUR }
}

async fn put(app: &App, owner: Owner, id: i64, of: Taken, force: bool) -> kernel::Result<()> {
    let mut tx = app.db().begin().await?;
    store::take(&mut tx, LOCATION, owner, &[(id, vec![of])], force, 0).await?;
    Ok(tx.commit().await?)
}

#[testkit::test]
async fn an_overlap_is_refused_by_the_database_itself(app: App) {
    bare(&app).await;
    put(&app, Owner::Event, 1, taken(10, 12), false).await.expect("free");
    put(&app, Owner::Event, 2, taken(12, 13), false).await.expect("touching is not overlapping");
    let refused = put(&app, Owner::Appointment, 3, taken(11, 14), false).await.expect_err("taken");
    assert_eq!(refused.kind(), kernel::Kind::Conflict);
    put(&app, Owner::Appointment, 3, taken(11, 14), true).await.expect("forced");
    let marks: Vec<(i64, i64)> = {
        let mut conn = app.db().conn().await.expect("a connection");
        conn.all("SELECT owner_id, overlapping FROM occupancy ORDER BY owner_id", &[]).await.expect("rows")
    };
    assert_eq!(marks, [(1, 0), (2, 0), (3, 1)], "what overlaps on purpose says so");
    // Moving what is there, and straight SQL, meet the same wall.
    let mut tx = app.db().begin().await.expect("a transaction");
    let moved = tx
        .exec("UPDATE occupancy SET starts_at = $1 WHERE owner_id = 2", params![11 * HOUR])
        .await
        .expect_err("refused");
    assert!(matches!(moved, db::Error::Refused(_)), "{moved}");
    tx.rollback().await;
    // In its own place it may be longer.
    put(&app, Owner::Event, 1, taken(9, 12), false).await.expect("its own");
}

#[testkit::test]
async fn of_many_writers_one_wins(app: App) {
    bare(&app).await;
    let tries = (0..12).map(|id| {
        let app = app.clone();
        tokio::spawn(async move { put(&app, Owner::Appointment, id, taken(10, 11), false).await.is_ok() })
    });
    let mut won = 0;
    for one in tries.collect::<Vec<_>>() {
        won += u32::from(one.await.expect("ended"));
    }
    assert_eq!(won, 1);
    assert_eq!(app.count("occupancy").await, 1);
}

#[testkit::test]
async fn a_conflict_is_found_before_it_is_tried(app: App) {
    put(&app, Owner::Event, 1, taken(10, 12), false).await.expect("free");
    let mut conn = app.db().conn().await.expect("a connection");
    let wanted = [(0, taken(8, 9)), (0, taken(11, 13)), (1, taken(11, 13)), (0, taken(12, 13))];
    let found = store::clashes(&mut conn, LOCATION, Owner::Event, &wanted, 0).await.expect("read");
    assert_eq!(found, [false, true, false, false], "one's own is no clash");
    let busy =
        store::busy(&mut conn, LOCATION, Subject::Team, &[1001], 11 * HOUR, 20 * HOUR).await.expect("read");
    assert_eq!(busy.iter().map(|b| (b.owner.as_str(), b.owner_id)).collect::<Vec<_>>(), [("event", 1)]);
}
