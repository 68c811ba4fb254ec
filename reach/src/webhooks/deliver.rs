//! Sending: webhooks that have something due are claimed, each by one task, which sends one delivery after the other.
//! A receiver that hangs holds up nobody but itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use kernel::{App, Clock, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::lanes::{self, Lane, Parcel};
use super::rules::{self, Next};
use super::store::{self, Attempt, Old};
use crate::dispatch::dispatch;
use crate::notifications::remind;
use crate::outgoing::{Answered, Failure, Outgoing};

/// Webhooks served at once by this server.
const LANES: usize = 256;
/// How long one is served before others get its place.
const SLICE: Duration = Duration::from_secs(30);
/// How long deliveries are kept, milliseconds.
const KEPT: i64 = 30 * 24 * 3_600_000;
/// How long dispatched events are kept, milliseconds.
const EVENTS_KEPT: i64 = 7 * 24 * 3_600_000;
/// Rows removed in one transaction.
const REMOVED: i64 = 1000;

/// Serves the webhooks of all locations.
#[derive(Clone)]
pub struct Runner {
    app: App,
    places: Arc<Semaphore>,
}

impl Runner {
    /// For this application.
    pub fn new(app: &App) -> Self {
        Self { app: app.clone(), places: Arc::new(Semaphore::new(LANES)) }
    }

    /// Looks for what is to be done and begins it; gives how much there was.
    pub async fn turn(&self) -> Result<usize> {
        let events = dispatch(&self.app).await? + remind(&self.app).await?;
        let ready = i64::try_from(self.places.available_permits()).unwrap_or_default();
        let ready = lanes::ready(&mut self.app.db().conn().await?, self.app.now(), ready).await?;
        let mut begun = 0;
        for webhook in ready {
            let Ok(place) = self.places.clone().try_acquire_owned() else { break };
            let mut tx = self.app.db().begin_beside().await?;
            let lane = lanes::claim(&mut tx, webhook, self.app.now()).await?;
            tx.commit().await?;
            if let Some(lane) = lane {
                begun += 1;
                tokio::spawn(serve(self.app.clone(), lane, place));
            }
        }
        Ok(events + begun)
    }

    /// Until nothing is under way.
    pub async fn idle(&self) {
        // All places are free then. The semaphore is never closed.
        let _ = self.places.acquire_many(u32::try_from(LANES).unwrap_or_default()).await;
    }

    /// Does all that is due by now: for tests, whose clock stands still.
    pub async fn run(&self) -> Result<()> {
        while self.turn().await? > 0 {
            self.idle().await;
        }
        Ok(())
    }

    /// Removes what is older than the log goes back.
    pub async fn tidy(&self) -> Result<()> {
        for (table, kept) in [(Old::Messages, KEPT), (Old::Events, EVENTS_KEPT)] {
            loop {
                let mut tx = self.app.db().begin_beside().await?;
                let removed = store::tidy(&mut tx, table, self.app.now() - kept, REMOVED).await?;
                tx.commit().await?;
                if removed < REMOVED.unsigned_abs() {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Serves one webhook, and lets it go.
async fn serve(app: App, lane: Lane, place: OwnedSemaphorePermit) {
    let until = Instant::now() + SLICE;
    let served = async {
        while Instant::now() < until && step(&app, &lane).await? {}
        let mut tx = app.db().begin_beside().await?;
        lane.release(&mut tx).await?;
        tx.commit().await?;
        kernel::Result::Ok(())
    };
    if let Err(error) = served.await {
        // The claim lapses, and whoever looks then goes on.
        tracing::warn!(webhook = lane.webhook_id, %error, "a webhook could not be served");
    }
    drop(place);
}

/// Sends the next delivery; false when there is none, or when another server has the webhook.
async fn step(app: &App, lane: &Lane) -> Result<bool> {
    let next = lane.next(&mut app.db().conn().await?, app.now()).await?;
    let Some(parcel) = next else { return Ok(false) };
    let at = app.now();
    let begun = Instant::now();
    let outcome = send(app, lane, &parcel).await;
    let attempt = noted(&parcel, at, begun.elapsed(), &outcome);
    let next = parcel.retries.next(attempt.attempt, &outcome);
    if next == Next::GivenUp {
        tracing::info!(
            location = lane.location_id,
            webhook = lane.webhook_id,
            delivery = parcel.delivery_id,
            status = attempt.status,
            error = attempt.error,
            "a webhook was not delivered"
        );
    }
    let mut tx = app.db().begin_beside().await?;
    let now = app.now();
    if !lane.renew(&mut tx, now).await? {
        tx.rollback().await;
        return Ok(false);
    }
    lane.settle(&mut tx, &attempt, next, now).await?;
    tx.commit().await?;
    Ok(true)
}

fn noted(
    parcel: &Parcel,
    at: i64,
    took: Duration,
    outcome: &std::result::Result<Answered, Failure>,
) -> Attempt {
    let (status, error, answer) = match outcome {
        Ok(answer) => (answer.status.into(), String::new(), answer.excerpt.clone()),
        Err(failure) => (0, failure.to_string(), String::new()),
    };
    let duration = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
    Attempt {
        delivery_id: parcel.delivery_id,
        attempt: parcel.attempts + 1,
        at,
        status,
        duration,
        error,
        answer,
    }
}

async fn send(app: &App, lane: &Lane, parcel: &Parcel) -> std::result::Result<Answered, Failure> {
    let unusable = || Failure::Transport("the address can't be used".to_owned());
    let target = rules::target(&parcel.url).ok_or_else(unusable)?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(
        header::USER_AGENT,
        HeaderValue::from_static(concat!("Frontdesk/", env!("CARGO_PKG_VERSION"))),
    );
    if !parcel.secrets.is_empty() {
        let id = message_id(lane.location_id, parcel.message_id);
        sign(app, &id, parcel, &mut headers)?;
    }
    let within = Duration::from_secs(parcel.retries.within());
    let body = Bytes::from(parcel.body.clone());
    app.room::<Outgoing>().send(Method::POST, &target, headers, body, within).await
}

/// What `webhook-id` says: the same for every attempt, and when it is sent again.
pub fn message_id(location_id: i64, message_id: i64) -> String {
    format!("msg_{location_id}_{message_id}")
}

/// Signs as Standard Webhooks has it, with every secret in force.
fn sign(app: &App, id: &str, parcel: &Parcel, headers: &mut HeaderMap) -> std::result::Result<(), Failure> {
    use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook};
    let unsigned = || Failure::Transport("the secret can't be opened with this server's key".to_owned());
    // Receivers hold it against their own clocks, so a moved one is of no use to them.
    let timestamp = Clock::machine() / 1000;
    let mut signatures = Vec::new();
    for sealed in &parcel.secrets {
        let secret = app.open(sealed).and_then(|s| String::from_utf8(s).ok()).ok_or_else(unsigned)?;
        let signed = Webhook::new(&secret).and_then(|key| key.sign(id, timestamp, parcel.body.as_bytes()));
        signatures.push(signed.map_err(|_| unsigned())?);
    }
    let values = [
        (HEADER_WEBHOOK_ID, id.to_owned()),
        (HEADER_WEBHOOK_TIMESTAMP, timestamp.to_string()),
        (HEADER_WEBHOOK_SIGNATURE, signatures.join(" ")),
    ];
    for (name, value) in values {
        let value = HeaderValue::try_from(value).map_err(|_| unsigned())?;
        headers.insert(HeaderName::from_static(name), value);
    }
    Ok(())
}
