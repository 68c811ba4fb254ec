//! What is seen from outside of each request: a log line, metrics. Never a token, a password or a query string.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use http::{HeaderMap, Method};
use kernel::{ClientIp, Op};

/// The outermost layer. `trust_proxy`: whether X-Forwarded-For is to be believed.
pub async fn observe<F: Future<Output = Response>>(
    trust_proxy: bool,
    mut request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let began = Instant::now();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let ip = forwarded(request.headers()).filter(|_| trust_proxy).or(peer);
    if let Some(ip) = ip {
        request.extensions_mut().insert(ClientIp(ip));
    }
    let method = request.method().clone();
    let path = tracing::enabled!(tracing::Level::INFO).then(|| shown(request.uri().path()));

    let response = next(request).await;

    let status = response.status();
    let op = response.extensions().get::<&'static Op>().copied();
    let took = began.elapsed();
    count(op, &method, status.as_u16(), took.as_secs_f64());
    if let Some(path) = path {
        let request_id = response.headers().get("x-request-id").and_then(|v| v.to_str().ok());
        tracing::info!(
            target: "frontdesk::request",
            %method,
            path,
            status = status.as_u16(),
            operation = op.map_or("none", |op| op.id.as_str()),
            micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            ip = ip.map(tracing::field::display),
            request_id,
            "request"
        );
    }
    response
}

/// The address nearest to us that a trusted proxy vouches for.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    headers.get("x-forwarded-for")?.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// Secrets in a path (the link of an invitation, an appointment or a calendar, a phone number) are not shown.
fn shown(path: &str) -> String {
    const SECRET: &[&str] = &["a", "calendar", "invitation", "invitations", "validate_phone"];
    let mut hidden = false;
    let parts = path.split('/').map(|part| {
        let out = if hidden || is_marked(part) { "…" } else { part };
        hidden = SECRET.contains(&part);
        out
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Whether there is a mark in it (`kernel::Signet`), or as long a number in hexadecimal.
fn is_marked(part: &str) -> bool {
    part.len() >= 32 && part.split(|c: char| !c.is_ascii_hexdigit()).any(|run| run.len() >= 32)
}

/// The counters of an operation's answers with one status.
type Meters = (metrics::Counter, metrics::Histogram);

thread_local! {
    /// Found once a thread: looking them up by their labels costs more than counting.
    static METERS: RefCell<HashMap<(*const Op, u16), Meters>> = RefCell::default();
}

fn count(op: Option<&'static Op>, method: &Method, status: u16, seconds: f64) {
    let count = |(counter, histogram): &Meters| {
        counter.increment(1);
        histogram.record(seconds);
    };
    match op {
        // An operation has one method.
        Some(op) => METERS.with_borrow_mut(|meters| {
            count(
                meters
                    .entry((std::ptr::from_ref(op), status))
                    .or_insert_with(|| found(&op.id, method, status)),
            );
        }),
        None => count(&found("none", method, status)),
    }
}

fn found(operation: &str, method: &Method, status: u16) -> Meters {
    let labels = [
        ("operation", operation.to_owned()),
        ("method", method.as_str().to_owned()),
        ("status", status.to_string()),
    ];
    (
        metrics::counter!("frontdesk_requests_total", &labels),
        metrics::histogram!("frontdesk_request_seconds", "operation" => operation.to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn secrets_in_a_path_are_not_shown() {
        assert_eq!(shown("/invitation/abcdef"), "/invitation/…");
        assert_eq!(
            shown("/api/frontdesk/v1/invitations/abc/accept"),
            "/api/frontdesk/v1/invitations/…/accept"
        );
        let mark = "d026c37f77cb4cb4f064528c4d57dcd1";
        for path in ["/a/37532-1-", "/calendar/37532-1-", "/api/v1/user/records/1/", "/api/v1/x/37532-1-"] {
            assert!(!shown(&format!("{path}{mark}/event.ics")).contains(mark), "{path}");
        }
        assert_eq!(shown("/api/v1/company/1"), "/api/v1/company/1");
    }
}
