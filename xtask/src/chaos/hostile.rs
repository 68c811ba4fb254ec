//! Clients that mean no good, or that do nothing: a byte a second, a body of 100 MB, ten thousand idle connections.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use http::Method;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::client::Client;
use super::server::{LOCATION, OWNER};
use super::verdict::Seen;
use super::{Kind, World};
use crate::Outcome;

/// A slow client must be gone after this: 15 s for a header and 30 s for a request, and what it takes to notice.
const CUT_OFF: Duration = Duration::from_secs(40);
/// Others must be answered within this meanwhile.
const SERVED: Duration = Duration::from_secs(1);

/// Lets this program and those it starts open as many files as they may; gives how many.
pub fn raise_handles() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    // Where it is refused, what there is must do.
    let _ = setrlimit(Resource::Nofile, raised);
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// Asks for the location now and then until `until`; gives how often, and the longest that an answer took.
async fn served(client: &mut Client, until: Instant) -> Outcome<(usize, Duration)> {
    let (mut asked, mut slowest) = (0, Duration::ZERO);
    while Instant::now() < until {
        let began = Instant::now();
        let answer = client.ask(Method::GET, &format!("/api/v1/company/{LOCATION}"), None).await?;
        if !answer.is_fine() {
            return Err(format!("somebody else was answered {}", answer.status));
        }
        slowest = slowest.max(began.elapsed());
        asked += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok((asked, slowest))
}

/// How a slow client is slow.
#[derive(Clone, Copy, Debug)]
enum Slow {
    /// It never ends its header.
    Header,
    /// It never ends its body.
    Body,
    /// The same, of a write that is to be carried out once.
    KeyedBody,
    /// Its body comes in chunks, and it has no token.
    Nobody,
}

impl Slow {
    const ALL: [Slow; 4] = [Slow::Header, Slow::Body, Slow::KeyedBody, Slow::Nobody];

    fn begin(self) -> String {
        let path = format!("POST /api/v1/clients/{LOCATION} HTTP/1.1\r\nHost: localhost\r\n");
        match self {
            Slow::Header => format!("{path}X-Slow: "),
            Slow::Body => {
                format!(
                    "{path}Authorization: {OWNER}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
                )
            }
            Slow::KeyedBody => format!(
                "{path}Authorization: {OWNER}\r\nIdempotency-Key: slow\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
            ),
            Slow::Nobody => format!("{path}Idempotency-Key: slow\r\nTransfer-Encoding: chunked\r\n\r\n"),
        }
    }

    /// Sends a byte a second until the other side has had enough; gives how long that took.
    async fn send(self, address: SocketAddr) -> Outcome<Option<Duration>> {
        let mut stream = TcpStream::connect(address).await.map_err(|e| e.to_string())?;
        stream.write_all(self.begin().as_bytes()).await.map_err(|e| e.to_string())?;
        let began = Instant::now();
        let mut answer = [0; 4096];
        let drip: &[u8] = if matches!(self, Slow::Nobody) { b"1\r\n1\r\n" } else { b"1" };
        while began.elapsed() < CUT_OFF + Duration::from_secs(5) {
            if stream.write_all(drip).await.is_err() {
                return Ok(Some(began.elapsed()));
            }
            // An answer (408) is the end of it too, once the connection is closed.
            let read = tokio::time::timeout(Duration::from_secs(1), stream.read(&mut answer)).await;
            if matches!(read, Ok(Ok(0) | Err(_))) {
                return Ok(Some(began.elapsed()));
            }
        }
        Ok(None)
    }
}

/// Clients that send a byte a second.
pub async fn slow(world: &World, kind: Kind) -> Outcome<Seen> {
    let mut seen = Seen::new();
    let place = world.laid("slow", kind).await?;
    let server = place.start().await?;
    let each = world.long_or(500, 100);
    let before = server.memory();
    let running: Vec<_> = (0..each * Slow::ALL.len())
        .map(|n| {
            let slow = Slow::ALL[n % Slow::ALL.len()];
            tokio::spawn(async move { (slow, slow.send(place.address).await) })
        })
        .collect();
    let (asked, slowest) = served(&mut server.client(), Instant::now() + Duration::from_secs(10)).await?;
    let mut last = [Duration::ZERO; Slow::ALL.len()];
    let mut left = [0; Slow::ALL.len()];
    for task in running {
        let (slow, cut) = task.await.map_err(|e| e.to_string())?;
        match cut? {
            Some(after) => last[slow as usize] = last[slow as usize].max(after),
            None => left[slow as usize] += 1,
        }
    }
    for (slow, (left, last)) in Slow::ALL.into_iter().zip(left.into_iter().zip(last)) {
        seen.must(
            left == 0,
            format!("{left} of {each} ({slow:?}) were not cut off within {} s", CUT_OFF.as_secs()),
        );
        seen.must(last < CUT_OFF, format!("{slow:?} was cut off only after {} s", last.as_secs()));
        seen.note(format!("{each} ({slow:?}) cut off after {} s at the most", last.as_secs()));
    }
    seen.must(slowest < SERVED, format!("somebody else waited for {} ms", slowest.as_millis()));
    seen.note(format!("others: {asked} answers, at most {} ms", slowest.as_millis()));
    seen.note(format!("memory {before} MB before, {} MB at the most", server.peak()));
    let (code, _) = server.stop(Duration::from_secs(40)).await?;
    seen.must(code == Some(0), format!("told to stop it ended with {code:?}"));
    Ok(seen)
}

/// Sends a body of this size as fast as it is taken; gives the status, and how much was sent.
async fn large(address: SocketAddr, head: &str, size: usize) -> Outcome<(u16, usize)> {
    let stream = TcpStream::connect(address).await.map_err(|e| e.to_string())?;
    let (mut read, mut write) = stream.into_split();
    let chunked = head.contains("chunked");
    let head = head.to_owned();
    let sending = tokio::spawn(async move {
        let mut sent = 0;
        let block = vec![b'1'; 64 * 1024];
        if write.write_all(head.as_bytes()).await.is_err() {
            return sent;
        }
        while sent < size {
            let prefix = if chunked { format!("{:x}\r\n", block.len()) } else { String::new() };
            let suffix = if chunked { "\r\n" } else { "" };
            for part in [prefix.as_bytes(), &block, suffix.as_bytes()] {
                if write.write_all(part).await.is_err() {
                    return sent;
                }
            }
            sent += block.len();
        }
        sent
    });
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while !answer.windows(4).any(|w| w == b"\r\n\r\n") {
        let read = tokio::time::timeout(Duration::from_secs(40), read.read(&mut buffer)).await;
        match read.map_err(|_| "no answer to a large body")? {
            Ok(0) | Err(_) => break,
            Ok(n) => answer.extend_from_slice(&buffer[..n]),
        }
    }
    drop(read);
    let sent = sending.await.map_err(|e| e.to_string())?;
    let status = std::str::from_utf8(&answer).ok().and_then(|a| a.split(' ').nth(1)?.parse().ok());
    Ok((status.unwrap_or(0), sent))
}

/// A body of 100 MB.
pub async fn body(world: &World, kind: Kind) -> Outcome<Seen> {
    const SIZE: usize = 100 * 1024 * 1024;
    let mut seen = Seen::new();
    let place = world.laid("body", kind).await?;
    let server = place.start().await?;
    let before = server.memory();
    let path = format!(
        "POST /api/v1/clients/{LOCATION} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    );
    let authorised = format!("Authorization: {OWNER}\r\n");
    for (what, head, wanted) in [
        ("with its length", format!("{path}{authorised}Content-Length: {SIZE}\r\n\r\n"), 413),
        ("in chunks", format!("{path}{authorised}Transfer-Encoding: chunked\r\n\r\n"), 413),
        (
            "to be carried out once",
            format!("{path}{authorised}Idempotency-Key: big\r\nTransfer-Encoding: chunked\r\n\r\n"),
            413,
        ),
        ("from nobody", format!("{path}Idempotency-Key: big\r\nContent-Length: {SIZE}\r\n\r\n"), 401),
    ] {
        let (status, sent) = large(place.address, &head, SIZE).await?;
        seen.must(status == wanted, format!("100 MB {what}: answered {status}"));
        seen.note(format!("100 MB {what}: {status} after {} MB", sent / 1024 / 1024));
    }
    let one = server.peak();
    seen.must(one < before + 40, format!("memory grew from {before} to {one} MB"));
    // Several at once: no more than each may have in the server's memory.
    let many = 16;
    let head = format!("{path}{authorised}Transfer-Encoding: chunked\r\n\r\n");
    let running: Vec<_> = (0..many)
        .map(|_| {
            let (head, address) = (head.clone(), place.address);
            tokio::spawn(async move { large(address, &head, SIZE).await })
        })
        .collect();
    for task in running {
        let (status, _) = task.await.map_err(|e| e.to_string())??;
        seen.must(status == 413, format!("one of {many} at once: answered {status}"));
    }
    let peak = server.peak();
    seen.must(peak < before + many * 16 + 40, format!("memory grew from {before} to {peak} MB"));
    seen.note(format!(
        "memory {before} MB before, {one} MB at the most after one at a time, {peak} MB after {many} at once"
    ));
    let answer = server.client().ask(Method::GET, &format!("/api/v1/company/{LOCATION}"), None).await?;
    seen.must(answer.is_fine(), "afterwards nobody is served");
    server.stop(Duration::from_secs(40)).await?;
    Ok(seen)
}

/// Whether the other side ends it by then, after what is left of an answer.
async fn is_closed_by(stream: &mut TcpStream, until: Instant) -> bool {
    let mut rest = [0; 4096];
    loop {
        match tokio::time::timeout_at(until.into(), stream.read(&mut rest)).await {
            Ok(Ok(0) | Err(_)) => return true,
            Ok(Ok(_)) => {}
            Err(_) => return false,
        }
    }
}

/// Connections that do nothing: half of them never ask, half ask once and stay.
pub async fn idle(world: &World, kind: Kind) -> Outcome<Seen> {
    let mut seen = Seen::new();
    let wanted = world.long_or(10_000, 1000);
    let allowed = usize::try_from(raise_handles()).unwrap_or(usize::MAX).saturating_sub(500);
    let many = wanted.min(allowed);
    if many < wanted {
        seen.note(format!("only {many}: more files may not be opened here"));
    }
    let place = world.laid("idle", kind).await?;
    let server = place.start().await?;
    let before = server.memory();
    // Connections to the database are kept.
    let at_rest = server.handles() + 50;
    let ask = format!(
        "GET /api/v1/company/{LOCATION} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {OWNER}\r\n\r\n"
    );
    let began = Instant::now();
    let mut held = Vec::with_capacity(many);
    for n in 0..many {
        let mut stream =
            TcpStream::connect(place.address).await.map_err(|e| format!("connection {n}: {e}"))?;
        if n % 2 == 1 {
            stream.write_all(ask.as_bytes()).await.map_err(|e| e.to_string())?;
            let mut buffer = [0; 8192];
            let read = stream.read(&mut buffer).await.map_err(|e| e.to_string())?;
            seen.must(
                buffer[..read].starts_with(b"HTTP/1.1 200"),
                format!("connection {n} was not answered"),
            );
        }
        held.push(stream);
    }
    seen.note(format!("{many} connections in {} ms", began.elapsed().as_millis()));
    let handles = server.handles();
    seen.must(handles >= many, format!("the server holds only {handles}"));
    let (asked, slowest) = served(&mut server.client(), Instant::now() + Duration::from_secs(3)).await?;
    seen.must(slowest < SERVED, format!("somebody else waited for {} ms", slowest.as_millis()));
    seen.note(format!("others: {asked} answers, at most {} ms", slowest.as_millis()));
    let memory = server.memory();
    // Thirty kilobytes each, and some room.
    let growth = many as u64 * 30 / 1024 + 30;
    seen.must(memory < before + growth, format!("memory grew from {before} to {memory} MB"));
    seen.note(format!("memory {before} MB before, {memory} MB with them"));
    let (mut never, mut once) = (0, 0);
    for (n, stream) in held.iter_mut().enumerate() {
        if !is_closed_by(stream, began + CUT_OFF).await {
            if n % 2 == 0 { never += 1 } else { once += 1 }
        }
    }
    let took = began.elapsed();
    seen.must(
        never + once == 0,
        format!(
            "{never} that never asked and {once} that asked once are still open after {} s",
            took.as_secs()
        ),
    );
    seen.note(format!("all cut off by {} s", took.as_secs()));
    let left = server.handles();
    seen.must(left <= at_rest, format!("the server still holds {left} files, {at_rest} at first"));
    let (code, _) = server.stop(Duration::from_secs(40)).await?;
    seen.must(code == Some(0), format!("told to stop it ended with {code:?}"));
    Ok(seen)
}
