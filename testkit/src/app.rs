//! The application under test.

use std::sync::Arc;

use axum::Router;
use db::{Db, FromRow, Value};
use frontdesk::demo::{self, LOCATION, PARTNER_TOKEN, STRANGER_TOKEN, USER_TOKEN};
use frontdesk::{Options, router};
use kernel::Clock;
use org::images::Files;
use reach::outgoing::{Allowed, Outgoing};
use reach::webhooks::Runner;

use crate::bases::open;
use crate::{Client, Fixture, Spot, make};

/// The instant at which tests begin: 2026-03-23, 14:00 UTC, 10:00 at the demo's location.
pub const NOW: i64 = 1_774_274_400_000;
/// The key of the servers under test.
pub const KEY: [u8; 32] = [7; 32];
/// The address that clients are told.
const PUBLIC_URL: &str = "http://desk.test";

/// A server with the demo's data, without a socket. Cheap to clone.
#[derive(Clone)]
pub struct App {
    kernel: kernel::App,
    router: Router,
    url: Arc<str>,
    spot: Spot,
}

impl Fixture for App {
    async fn lay(spot: Spot) -> Self {
        Self::fresh(&spot).await
    }
}

async fn built(spot: &std::path::Path, db: Db, clock: Clock, seed: u64) -> kernel::App {
    let files = Files::in_folder(&spot.join("uploads")).expect("a folder for files");
    let builder = kernel::App::builder(db, clock, &KEY, PUBLIC_URL).expect("chance").seeded(seed);
    // Receivers of tests stand on this machine.
    let allowed = Allowed::parse("127.0.0.1").expect("a network");
    let outgoing = Outgoing::new(allowed).expect("a client");
    let builder = reach::lay_in(booking::lay_in(clients::lay_in(org::lay_in(builder, files))), outgoing);
    builder.with(frontdesk::Controls::new(spot.join("snapshots"))).build()
}

pub(crate) async fn lay_template(url: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let db = open(url).await;
    db.migrate(NOW).await.expect("the schema");
    let app = built(folder.path(), db, Clock::frozen(NOW), 0).await;
    demo::lay(&app).await.expect("the demo's data");
    app.db().close().await;
}

impl App {
    /// A server with the demo's data, on a database of its own.
    pub async fn fresh(spot: &Spot) -> Self {
        let url = spot.demo().await;
        Self::on(spot, &url, Clock::frozen(NOW), 1).await
    }

    async fn on(spot: &Spot, url: &str, clock: Clock, seed: u64) -> Self {
        let kernel = built(spot.folder(), open(url).await, clock, seed).await;
        let router = router(&kernel, &Options::default());
        Self { kernel, router, url: url.into(), spot: spot.clone() }
    }

    /// A server on a new database without any data, with a folder of its own.
    pub async fn empty(spot: &Spot, url: &str) -> Self {
        Self::empty_at(spot, url, db::latest_schema()).await
    }

    /// The same with the schema of an older program: for its data, not for requests.
    pub async fn empty_at(spot: &Spot, url: &str, schema: i64) -> Self {
        let db = open(url).await;
        db.migrate_to(schema, NOW).await.expect("the schema");
        let kernel = built(&spot.path(".d"), db, Clock::frozen(NOW), 3).await;
        let router = router(&kernel, &Options::default());
        Self { kernel, router, url: url.into(), spot: spot.clone() }
    }

    /// A second server on the same database, with the same clock and a memory of its own.
    pub async fn sibling(&self) -> Self {
        Self::on(&self.spot, &self.url, self.kernel.clock().clone(), 2).await
    }

    /// The same server with its router put together in another way.
    #[must_use]
    pub fn routed(&self, options: &Options) -> Self {
        Self { router: router(&self.kernel, options), ..self.clone() }
    }

    /// The application itself.
    pub fn kernel(&self) -> &kernel::App {
        &self.kernel
    }

    /// The database.
    pub fn db(&self) -> &Db {
        self.kernel.db()
    }

    /// The test's place.
    pub fn spot(&self) -> &Spot {
        &self.spot
    }

    /// Statements run so far: assert on the difference.
    pub fn queries(&self) -> u64 {
        self.db().queries()
    }

    /// Moves the clock.
    pub fn advance(&self, by_ms: i64) {
        self.kernel.clock().advance(by_ms);
    }

    /// Nobody: no token at all.
    pub fn nobody(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// The demo's partner, without a user.
    pub fn partner(&self) -> Client {
        self.nobody().header("authorization", format!("Bearer {PARTNER_TOKEN}"))
    }

    /// The user with this token.
    pub fn user(&self, token: &str) -> Client {
        self.nobody().tokens(PARTNER_TOKEN, token)
    }

    /// The owner of the demo's location.
    pub fn owner(&self) -> Client {
        self.user(USER_TOKEN)
    }

    /// The owner of another location, who has no business at the demo's.
    pub fn stranger(&self) -> Client {
        self.user(STRANGER_TOKEN)
    }

    /// A user of the demo's location who has exactly these rights, with those above them, and no other.
    pub async fn staff(&self, rights: &[&str]) -> Client {
        make::staff(self, LOCATION, rights).await.1
    }

    /// One row that must be there.
    pub async fn one<T: FromRow>(&self, sql: &str, params: &[Value]) -> T {
        let mut conn = self.db().conn().await.expect("a connection");
        conn.one(sql, params).await.unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        self.one(&format!("SELECT COUNT(*) FROM {table}"), &[]).await
    }

    /// A statement that writes, behind the server's back.
    pub async fn exec(&self, sql: &str, params: &[Value]) -> u64 {
        let mut tx = self.db().begin().await.expect("a transaction");
        let touched = tx.exec(sql, params).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
        tx.commit().await.expect("it is committed");
        touched
    }

    /// Sends the webhooks that are due, and waits for their receivers.
    pub async fn webhooks(&self) {
        Runner::new(&self.kernel).run().await.expect("the webhooks");
    }

    /// Sends the messages that are due, SMS by this gateway; gives how many were sent.
    pub async fn outbox_by(&self, gateway: frontdesk::SmsGateway<'_>) -> usize {
        let folder = self.spot.path(".outbox");
        frontdesk::deliver_due_by(&self.kernel, &folder, gateway).await.expect("the outbox")
    }

    /// Sends the messages that are due; gives their texts, the oldest first.
    pub async fn outbox(&self) -> Vec<String> {
        let folder = self.spot.path(".outbox");
        frontdesk::deliver_due(&self.kernel, &folder).await.expect("the outbox");
        let mut files: Vec<_> = std::fs::read_dir(&folder)
            .map(|files| files.filter_map(|file| Some(file.ok()?.path())).collect())
            .unwrap_or_default();
        files.sort();
        files.iter().map(|file| std::fs::read_to_string(file).expect("a message")).collect()
    }
}
