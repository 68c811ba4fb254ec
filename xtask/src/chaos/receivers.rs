//! Receivers of webhooks that take a request and never answer.

use std::time::{Duration, Instant};

use http::Method;
use serde_json::json;

use super::killed::subscribe;
use super::receiver::Receiver;
use super::server::LOCATION;
use super::verdict::Seen;
use super::{Kind, World};
use crate::Outcome;

/// Addresses that hang, beside one that answers: as many as a location may have.
const HANGING: usize = 9;
/// A webhook goes out about five seconds after the change; the others must have it this soon.
const IN_TIME: Duration = Duration::from_secs(8);
/// Megabytes by which memory may grow.
const GROWTH: u64 = 100;

/// The line.
pub async fn run(world: &World, kind: Kind) -> Outcome<Seen> {
    let mut seen = Seen::new();
    let place = world.laid("receivers", kind).await?;
    let server = place.start().await?;
    let receiver = Receiver::start().await?;
    let mut urls: Vec<String> = (0..HANGING).map(|n| receiver.hanging(n)).collect();
    urls.push(receiver.url());
    let mut client = server.client();
    subscribe(&mut client, &urls).await?;
    let before = server.memory();
    let began = Instant::now();
    let length = Duration::from_secs(world.long_or(45, 8));
    let mut made = Vec::new();
    while began.elapsed() < length {
        let body = json!({"name": format!("Client {}", made.len()), "phone": format!("+1917{}", 2_000_000 + made.len())});
        let answer = client.ask(Method::POST, &format!("/api/v1/clients/{LOCATION}"), Some(&body)).await?;
        match answer.id() {
            Some(id) if answer.is_fine() => made.push((id, Instant::now())),
            _ => return Err(format!("a client was not made: {}", String::from_utf8_lossy(&answer.body))),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(IN_TIME).await;
    let (mut slowest, mut missing) = (Duration::ZERO, 0);
    for (id, when) in &made {
        match receiver.first(&("client".to_owned(), *id, "create".to_owned())) {
            Some(at) => slowest = slowest.max(at.saturating_duration_since(*when)),
            None => missing += 1,
        }
    }
    seen.note(format!(
        "{HANGING} receivers hang, one answers; {} writes in {} s",
        made.len(),
        length.as_secs()
    ));
    seen.must(missing == 0, format!("{missing} webhooks did not arrive at the one that answers"));
    seen.must(slowest < IN_TIME, format!("a webhook took {} ms", slowest.as_millis()));
    seen.note(format!("it had each within {:.1} s of the write", slowest.as_secs_f64()));
    seen.must(receiver.hung() >= HANGING, format!("only {} requests hang", receiver.hung()));
    seen.note(format!("{} requests were left hanging", receiver.hung()));
    let peak = server.peak();
    seen.must(peak < before + GROWTH, format!("memory grew from {before} to {peak} MB"));
    seen.note(format!("memory {before} MB before, {peak} MB at the most"));
    let (code, took) = server.stop(Duration::from_secs(40)).await?;
    seen.must(code == Some(0), format!("told to stop it ended with {code:?}"));
    seen.must(took < Duration::from_secs(20), format!("it took {} s to stop", took.as_secs()));
    seen.note(format!("stopped in {:.1} s while they hang", took.as_secs_f64()));
    Ok(seen)
}
