//! Work beside the requests: sending the outbox, watching for other servers' writes, tidying up.

use std::sync::Arc;
use std::time::Duration;

use db::params;
use kernel::{App, Result};
use org::outbox::store::{self, Waiting};
use reach::webhooks::Runner;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::config::{Serving, Settings};
use crate::controls::Controls;
use crate::mail::Sender;
use crate::sms::{Asked, Gateway};
use crate::start::Failure;

/// How often another server's write is looked for: what is kept in memory is never older.
const REFRESH: Duration = Duration::from_millis(500);
/// How often the outbox is looked at.
const OUTBOX: Duration = Duration::from_secs(1);
/// How often events and webhooks that are due are looked for.
const WEBHOOKS: Duration = Duration::from_millis(500);
/// How often recorded times are put together.
const UPKEEP: Duration = Duration::from_secs(5);
/// How often old rows are removed.
const TIDY: Duration = Duration::from_secs(600);
/// Messages taken at once.
const BATCH: i64 = 20;
/// Waits before each further attempt, seconds; after the last the message is given up.
const RETRY: &[i64] = &[10, 60, 300, 1800, 7200, 28_800];
/// How long answers to idempotent writes are kept, milliseconds.
const KEPT: i64 = 24 * 3_600_000;
/// How long messages that were sent or given up are kept, milliseconds.
const MESSAGES_KEPT: i64 = 90 * 24 * 3_600_000;

/// The running background work.
pub struct Background {
    stop: Arc<Notify>,
    tasks: Vec<JoinHandle<()>>,
    webhooks: Runner,
}

impl Background {
    /// Lets each task end what it is doing.
    pub async fn stop(self) {
        self.stop.notify_waiters();
        for task in self.tasks {
            // A task that hangs (a mail server that does not answer) is left behind: its message is sent
            // again by the next server that looks.
            if tokio::time::timeout(Duration::from_secs(5), task).await.is_err() {
                tracing::warn!("background work did not end in time");
            }
        }
        if tokio::time::timeout(Duration::from_secs(5), self.webhooks.idle()).await.is_err() {
            tracing::warn!("some webhooks did not end in time; they are sent again");
        }
    }
}

/// Starts it.
pub fn start(
    app: &App,
    settings: &Settings,
    serving: &Serving,
    controls: bool,
) -> std::result::Result<Background, Failure> {
    // Whoever moves the demo's clock has all work look at it at once.
    let nudge = if controls { app.room::<Controls>().nudge.clone() } else { Arc::default() };
    let sender = Arc::new(Sender::new(app, settings, serving)?);
    let stop = Arc::new(Notify::new());
    let (refresh, outbox, tidy) = (app.clone(), app.clone(), app.clone());
    let webhooks = Runner::new(app);
    let (sending, tidying) = (webhooks.clone(), webhooks.clone());
    let tasks = vec![
        every(REFRESH, &stop, &nudge, "refresh", move || {
            let app = refresh.clone();
            async move { app.refresh().await }
        }),
        every(OUTBOX, &stop, &nudge, "outbox", move || {
            let (app, sender) = (outbox.clone(), sender.clone());
            async move { deliver(&app, &sender).await.map(drop) }
        }),
        every(WEBHOOKS, &stop, &nudge, "webhooks", move || {
            let webhooks = sending.clone();
            async move { webhooks.turn().await.map(drop) }
        }),
        every(UPKEEP, &stop, &nudge, "metrics", || async {
            crate::site::metrics_upkeep();
            Ok(())
        }),
        every(TIDY, &stop, &nudge, "tidy", move || {
            let (app, webhooks) = (tidy.clone(), tidying.clone());
            async move {
                tidy_up(&app).await?;
                webhooks.tidy().await
            }
        }),
    ];
    Ok(Background { stop, tasks, webhooks })
}

fn every<F>(
    pause: Duration,
    stop: &Arc<Notify>,
    nudge: &Arc<Notify>,
    name: &'static str,
    work: impl Fn() -> F + Send + 'static,
) -> JoinHandle<()>
where
    F: Future<Output = Result<()>> + Send,
{
    let (stop, nudge) = (stop.clone(), nudge.clone());
    tokio::spawn(async move {
        let mut stopped = std::pin::pin!(stop.notified());
        stopped.as_mut().enable();
        loop {
            // From before the work, so that a clock moved meanwhile is not missed.
            let mut nudged = std::pin::pin!(nudge.notified());
            nudged.as_mut().enable();
            if let Err(error) = work().await {
                tracing::warn!(work = name, %error, "background work failed; it is tried again");
            }
            tokio::select! {
                () = &mut stopped => return,
                () = tokio::time::sleep(pause) => {}
                () = &mut nudged => {}
            }
        }
    })
}

/// Sends what is due into this folder, as files: for tests.
pub async fn deliver_due(app: &App, folder: &std::path::Path) -> Result<usize> {
    deliver(app, &Sender::into_folder(folder.to_owned())).await
}

/// The same, but SMS by a gateway: for tests.
pub async fn deliver_due_by(app: &App, folder: &std::path::Path, gateway: Asked<'_>) -> Result<usize> {
    let gateway = Gateway::new(app, gateway).map_err(kernel::Error::internal)?;
    deliver(app, &Sender::into_folder(folder.to_owned()).with_gateway(gateway)).await
}

/// Sends what is due; gives how many were sent.
async fn deliver(app: &App, sender: &Sender) -> Result<usize> {
    let mut sent = 0;
    loop {
        let due = store::due(&mut app.db().conn().await?, app.now(), BATCH).await?;
        if due.is_empty() {
            return Ok(sent);
        }
        for message in &due {
            sent += usize::from(attempt(app, sender, message).await?);
        }
    }
}

async fn attempt(app: &App, sender: &Sender, message: &Waiting) -> Result<bool> {
    let tried = usize::try_from(message.attempts).unwrap_or(usize::MAX);
    let wait = RETRY.get(tried).copied();
    let mut tx = app.db().begin_beside().await?;
    let next_at = app.now() + wait.unwrap_or(60) * 1000;
    let claimed = store::claim(&mut tx, message, next_at).await?;
    tx.commit().await?;
    if !claimed {
        return Ok(false);
    }
    let outcome = sender.send(message).await;
    let (sent, given_up, error) = match &outcome {
        Ok(()) => (true, false, ""),
        Err((error, again)) => (false, !again || wait.is_none(), error.as_str()),
    };
    if !sent {
        tracing::warn!(message = message.id, error, given_up, "a message was not sent");
    }
    let mut tx = app.db().begin_beside().await?;
    store::settle(&mut tx, message, sent, given_up, error).await?;
    tx.commit().await?;
    Ok(sent)
}

async fn tidy_up(app: &App) -> Result<()> {
    let mut tx = app.db().begin_beside().await?;
    tx.exec("DELETE FROM idempotency WHERE created_at < $1", params![app.now() - KEPT]).await?;
    tx.exec("DELETE FROM outbox WHERE created_at < $1 AND status <> 0", params![app.now() - MESSAGES_KEPT])
        .await?;
    tx.exec("DELETE FROM sign_in_challenges WHERE expires_at < $1", params![app.now()]).await?;
    tx.commit().await?;
    Ok(())
}
