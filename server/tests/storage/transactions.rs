//! Transactions: all or nothing, and none hurts another.

use db::{Db, Error, params};
use testkit::{App, Base, Spot};

const ROW: &str = "INSERT INTO chains (id, title, created_at) VALUES ($1, 'T', 0)";

async fn put(db: &Db, id: i64) -> db::Result<()> {
    let mut tx = db.begin().await?;
    tx.exec(ROW, params![id]).await?;
    tx.commit().await
}

async fn ids(db: &Db) -> Vec<i64> {
    let mut conn = db.conn().await.expect("a connection");
    conn.all("SELECT id FROM chains WHERE id < 1000 ORDER BY id", &[]).await.expect("rows")
}

#[testkit::test]
async fn transactions_at_once_are_all_durable_but_the_undone(spot: Spot) {
    let url = spot.demo().await;
    let db = Db::open(&url).await.expect("opened");
    let work: Vec<_> = (0..50)
        .map(|id| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut tx = db.begin().await?;
                tx.exec(ROW, params![id]).await?;
                match id {
                    25 => tx.rollback().await,
                    26 => drop(tx),
                    _ => tx.commit().await?,
                }
                Ok::<(), Error>(())
            })
        })
        .collect();
    for one in work {
        one.await.expect("ended").expect("no error");
    }
    let expected: Vec<i64> = (0..50).filter(|id| ![25, 26].contains(id)).collect();
    assert_eq!(ids(&db).await, expected);
    // Another process sees the same, though this one was never closed in good order.
    drop(db);
    let again = Db::open(&url).await.expect("opened");
    assert_eq!(ids(&again).await, expected);
    put(&again, 500).await.expect("it writes");
}

#[testkit::test]
async fn what_was_acknowledged_is_seen_by_others_at_once(spot: Spot) {
    let url = spot.demo().await;
    let (one, other) = (Db::open(&url).await.expect("opened"), Db::open(&url).await.expect("opened"));
    for id in 0..20 {
        let (writer, reader) = if id % 2 == 0 { (&one, &other) } else { (&other, &one) };
        put(writer, id).await.expect("committed");
        assert_eq!(ids(reader).await.last(), Some(&id));
    }
}

#[testkit::test]
async fn a_dropped_transaction_leaves_nothing(app: App) {
    // More often than there are connections: each is of use again.
    for id in 0..40 {
        let mut tx = app.db().begin().await.expect("a transaction");
        tx.exec(ROW, params![id]).await.expect("a row");
        drop(tx);
    }
    assert!(ids(app.db()).await.is_empty());
    let cancelled = async {
        let mut tx = app.db().begin().await.expect("a transaction");
        tx.exec(ROW, params![1i64]).await.expect("a row");
        std::future::pending::<()>().await;
    };
    tokio::select! { biased; () = cancelled => {}, () = std::future::ready(()) => {} }
    put(app.db(), 2).await.expect("committed");
    assert_eq!(ids(app.db()).await, [2]);
}

#[testkit::test]
async fn an_error_in_one_does_not_hurt_its_neighbours(app: App) {
    put(app.db(), 7).await.expect("committed");
    let work: Vec<_> = (100..140)
        .map(|id| {
            let db = app.db().clone();
            // Every other one takes a row along that is there already.
            tokio::spawn(async move {
                let mut tx = db.begin().await?;
                tx.exec(ROW, params![id]).await?;
                if id % 2 == 1 {
                    tx.exec(ROW, params![7i64]).await?;
                }
                tx.commit().await
            })
        })
        .collect();
    for (id, one) in (100..).zip(work) {
        match one.await.expect("ended") {
            Ok(()) => assert_eq!(id % 2, 0),
            Err(error) => assert!(id % 2 == 1 && matches!(error, Error::Unique(_)), "{id}: {error}"),
        }
    }
    let expected: Vec<i64> = std::iter::once(7).chain((100..140).step_by(2)).collect();
    assert_eq!(ids(app.db()).await, expected);
}

#[testkit::test]
async fn a_transaction_with_a_failed_statement_is_never_committed(app: App) {
    let mut tx = app.db().begin().await.expect("a transaction");
    tx.exec(ROW, params![1i64]).await.expect("a row");
    tx.exec(ROW, params![1i64]).await.expect_err("there already");
    tx.commit().await.expect_err("an acknowledgement would be a lie on one of the databases");
    assert!(ids(app.db()).await.is_empty());
    // The same for a write that gives a row back.
    let mut tx = app.db().begin().await.expect("a transaction");
    tx.exec(ROW, params![1i64]).await.expect("a row");
    let again = format!("{ROW} RETURNING id");
    tx.one::<i64>(&again, params![1i64]).await.expect_err("there already");
    tx.commit().await.expect_err("an acknowledgement would be a lie on one of the databases");
    assert!(ids(app.db()).await.is_empty());
    put(app.db(), 2).await.expect("the next one is fine");
}

#[testkit::test]
async fn a_transaction_sees_its_own_writes_and_others_do_not(app: App) {
    let mut tx = app.db().begin().await.expect("a transaction");
    tx.exec(ROW, params![1i64]).await.expect("a row");
    let own: i64 = tx.one("SELECT COUNT(*) FROM chains WHERE id = 1", &[]).await.expect("a count");
    assert_eq!(own, 1);
    assert!(ids(app.db()).await.is_empty());
    tx.commit().await.expect("committed");
    assert_eq!(ids(app.db()).await, [1]);
}

#[testkit::test]
async fn a_snapshot_is_of_one_moment(app: App) {
    put(app.db(), 1).await.expect("committed");
    let mut snapshot = app.db().snapshot().await.expect("a snapshot");
    let count = "SELECT COUNT(*) FROM chains WHERE id < 1000";
    assert_eq!(snapshot.one::<i64>(count, &[]).await.expect("a count"), 1);
    put(app.db(), 2).await.expect("committed");
    assert_eq!(snapshot.one::<i64>(count, &[]).await.expect("a count"), 1);
    drop(snapshot);
    let mut later = app.db().conn().await.expect("a connection");
    assert_eq!(later.one::<i64>(count, &[]).await.expect("a count"), 2);
}

#[testkit::test]
async fn a_locked_row_waits_for_its_holder(app: App) {
    put(app.db(), 1).await.expect("committed");
    let add = |db: Db| async move {
        for _ in 0..10 {
            let mut tx = db.begin().await.expect("a transaction");
            let at: Option<i64> =
                tx.lock("SELECT created_at FROM chains WHERE id = $1", params![1i64]).await.expect("a row");
            let next = at.expect("there") + 1;
            tx.exec("UPDATE chains SET created_at = $1 WHERE id = 1", params![next]).await.expect("a row");
            tx.commit().await.expect("committed");
        }
    };
    let work: Vec<_> = (0..5).map(|_| tokio::spawn(add(app.db().clone()))).collect();
    for one in work {
        one.await.expect("ended");
    }
    assert_eq!(app.one::<i64>("SELECT created_at FROM chains WHERE id = 1", &[]).await, 50);
}

#[testkit::test]
async fn a_closed_database_takes_no_writes(spot: Spot) {
    let db = Db::open(&spot.demo().await).await.expect("opened");
    put(&db, 1).await.expect("committed");
    db.close().await;
    let refused = put(&db, 2).await.expect_err("closed");
    assert!(matches!(refused, Error::Unavailable(_)), "{refused:?}");
}

#[testkit::test(sqlite)]
async fn a_reader_cannot_write(app: App) {
    assert_eq!(app.spot().base(), Base::Sqlite);
    let mut conn = app.db().conn().await.expect("a connection");
    conn.all::<i64>("DELETE FROM chains RETURNING id", &[]).await.expect_err("read-only");
}
