//! Listening, serving, and ending in good order.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use kernel::App;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::config::{Serving, Settings};
use crate::patience::Patience;
use crate::router::{Options, Site};
use crate::start::{self, Failure};
use crate::worker;

/// Connections held at once; more wait to be accepted.
const CONNECTIONS: usize = 20_000;
/// Header lines of a request.
const HEADERS: usize = 100;
/// What a connection may have in memory of what is read, bytes; so a header is no longer.
const BUFFER: usize = 64 * 1024;
/// How long a client may take to send its header.
const HEADER_TIME: Duration = Duration::from_secs(15);
/// How often that is looked at.
const HEADER_LOOK: Duration = Duration::from_secs(3);
/// How long open requests have to end when the server is told to.
const DRAIN: Duration = Duration::from_secs(30);

/// The command `serve`.
pub async fn serve(settings: &Settings, serving: &Serving) -> Result<(), Failure> {
    let listener = listen(serving).await?;
    let app = start::app(settings, &serving.public_url(), serving.outgoing()?, None).await?;
    let options = Options {
        quotas: serving.quotas(),
        at_once: serving.at_once(app.db().dialect()),
        deadline: Duration::from_secs(serving.request_timeout.max(1)),
        trust_proxy: serving.trust_proxy,
        portal: crate::portal::PortalConfig::default(),
        controls: false,
    };
    tracing::info!(listen = %serving.listen, database = app.db().dialect().name(), "serving");
    run(app, listener, told_to_stop()?, options, settings, serving).await
}

/// Takes the address, before anything else is touched.
pub(crate) async fn listen(serving: &Serving) -> Result<TcpListener, Failure> {
    TcpListener::bind(serving.listen)
        .await
        .map_err(|e| Failure::new(format!("listen {}: {e}", serving.listen)))
}

/// Serves until `stop` ends, then lets open requests end.
pub(crate) async fn run(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
    options: Options,
    settings: &Settings,
    serving: &Serving,
) -> Result<(), Failure> {
    crate::book::ensure_partner(&app).await?;
    let background = worker::start(&app, settings, serving, options.controls)?;
    let site = Site::new(&app, &options);
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = std::pin::pin!(stop);
    loop {
        let Ok(place) = room.clone().acquire_owned().await else { break };
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    // Answers are small: waiting to fill a packet only adds delay.
                    let _ = stream.set_nodelay(true);
                    let connection = connection(stream, peer, &site, &graceful);
                    tokio::spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
                Err(error) => {
                    // Out of file handles, most likely: some will be free again in a moment.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    tracing::info!("stopping");
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    background.stop().await;
    app.db().close().await;
    Ok(())
}

fn connection(
    stream: tokio::net::TcpStream,
    peer: SocketAddr,
    site: &Site,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + use<> {
    let (site, patience) = (site.clone(), Patience::new(HEADER_TIME));
    let awaited = patience.clone();
    let service = service_fn(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        awaited.came();
        let site = site.clone();
        async move { Ok::<_, Infallible>(site.answer(request.map(Body::new)).await) }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(patience.clone())
        .header_read_timeout(HEADER_TIME)
        .max_headers(HEADERS)
        .max_buf_size(BUFFER)
        // Bodies are written from where they are. Gathered in a buffer of the connection, which stays as large as it ever
        // was, each of thousands of connections would keep a long list after it was sent.
        .writev(true);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(100);
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    let watched = graceful.watch(connection);
    async move {
        let mut watched = std::pin::pin!(watched);
        let mut look = std::pin::pin!(tokio::time::sleep(HEADER_LOOK));
        loop {
            tokio::select! {
                biased;
                ended = &mut watched => {
                    if let Err(error) = ended {
                        tracing::debug!(error, "a connection ended early");
                    }
                    return;
                }
                () = &mut look => {
                    if patience.is_over() {
                        tracing::debug!("a client took too long to send its header");
                        return;
                    }
                    look.as_mut().reset(tokio::time::Instant::now() + HEADER_LOOK);
                }
            }
        }
    }
}

/// Hears, from this call on, when the program is told to stop (SIGTERM, Ctrl-C); ends when it is. Whoever knows the
/// address may tell it so at once.
#[cfg(unix)]
pub(crate) fn told_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let hear = |kind| signal(kind).map_err(|e| Failure::new(format!("signals: {e}")));
    let (mut terminate, mut interrupt) = (hear(SignalKind::terminate())?, hear(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    })
}

/// Ends when the program is told to stop (Ctrl-C).
#[cfg(not(unix))]
pub(crate) fn told_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
