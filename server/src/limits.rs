//! How often a partner may ask from one address, and how long a request may take.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use governor::clock::Clock;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use http::{HeaderName, HeaderValue};
use kernel::{App, ClientIp, Error, Kind};
use org::access::Caller;

/// How often.
#[derive(Clone, Copy, Debug)]
pub struct Quotas {
    /// Requests a minute.
    pub per_minute: NonZeroU32,
    /// Requests a second.
    pub per_second: NonZeroU32,
}

type Key = (i64, Option<std::net::IpAddr>);
type Limiter = RateLimiter<Key, DashMapStateStore<Key>, AppClock, StateInformationMiddleware>;

/// The application's clock, for the limiter: a test moves both at once.
#[derive(Clone)]
struct AppClock(App);

impl Clock for AppClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(Duration::from_millis(u64::try_from(self.0.now()).unwrap_or_default()))
    }
}

/// The two limits, side by side.
pub struct Limits {
    clock: AppClock,
    minute: Limiter,
    second: Limiter,
    quotas: Quotas,
}

impl Limits {
    /// For this application.
    pub fn new(app: &App, quotas: Quotas) -> Arc<Self> {
        let clock = AppClock(app.clone());
        let limiter = |quota| Limiter::new(quota, DashMapStateStore::default(), clock.clone());
        Arc::new(Self {
            minute: limiter(Quota::per_minute(quotas.per_minute)),
            second: limiter(Quota::per_second(quotas.per_second)),
            clock,
            quotas,
        })
    }

    /// Forgets askers whose limits are whole again.
    pub fn tidy(&self) {
        self.minute.retain_recent();
        self.second.retain_recent();
    }

    /// Requests left in the minute, or seconds to wait.
    fn check(&self, key: &Key) -> Result<u32, u64> {
        let wait = |until: Nanos| Duration::from(until.saturating_sub(self.clock.now())).as_secs() + 1;
        self.second.check_key(key).map_err(|no| wait(no.earliest_possible()))?;
        let state = self.minute.check_key(key).map_err(|no| wait(no.earliest_possible()))?;
        Ok(state.remaining_burst_capacity())
    }
}

/// The layer that counts. Runs after the caller is known.
pub async fn limit<F: Future<Output = Response>>(
    limits: Option<&Limits>,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let Some(limits) = limits else { return next(request).await };
    let extensions = request.extensions();
    let partner = extensions.get::<Caller>().and_then(|c| c.partner.as_ref()).map_or(0, |p| p.id);
    let key = (partner, extensions.get::<ClientIp>().map(|ip| ip.0));
    let (mut response, left, reset) = match limits.check(&key) {
        Ok(left) => (next(request).await, left, 60),
        Err(wait) => (Error::too_many("too-many", wait).into_response(), 0, wait),
    };
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: u64| {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    };
    set("ratelimit-limit", u64::from(limits.quotas.per_minute.get()));
    set("ratelimit-remaining", u64::from(left));
    set("ratelimit-reset", reset);
    response
}

/// The layer that ends requests which take too long; their transactions are rolled back by being dropped.
pub async fn deadline(limit: Duration, answer: impl Future<Output = Response>) -> Response {
    let mut answer = std::pin::pin!(answer);
    // Most are answered at once and need no timer.
    if let Poll::Ready(answer) = futures_util::poll!(answer.as_mut()) {
        return answer;
    }
    tokio::time::timeout(limit, answer)
        .await
        .unwrap_or_else(|_| Error::new(Kind::Timeout, "timeout").into_response())
}
