//! The load: so many connections, each of which asks again as soon as it is answered; the requests are taken in turn.
//!
//! Plain sockets and the least reading that finds the end of an answer, so that on a small machine the
//! generator takes as little as it can from the servers; it is the same for both sides.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Outcome;

/// Not measured: connections are opened, caches filled.
const WARM: Duration = Duration::from_millis(500);
/// Requests of one connection in a round, at the most.
const MOST: usize = 5_000_000;
/// An answer, at the most.
const ANSWER: usize = 4 * 1024 * 1024;

/// What to ask, how, and for how long.
#[derive(Clone)]
pub struct Load {
    /// The requests as they go over the wire.
    pub requests: Arc<Requests>,
    /// Connections.
    pub connections: usize,
    /// Threads of the generator.
    pub threads: usize,
    /// Length.
    pub length: Duration,
}

/// One request for always, or many, each of which is of use once alone.
#[derive(Debug)]
pub struct Requests {
    all: Vec<Vec<u8>>,
    next: AtomicUsize,
    again: bool,
}

impl Requests {
    /// One, asked again and again.
    pub fn same(request: Vec<u8>) -> Arc<Self> {
        Self::in_turn(vec![request])
    }

    /// Many, each once.
    pub fn once(all: Vec<Vec<u8>>) -> Arc<Self> {
        Arc::new(Self { all, next: AtomicUsize::new(0), again: false })
    }

    /// Many, one after the other and then from the first again.
    pub fn in_turn(all: Vec<Vec<u8>>) -> Arc<Self> {
        Arc::new(Self { all, next: AtomicUsize::new(0), again: true })
    }

    fn next(&self) -> Outcome<&[u8]> {
        if let [only] = &self.all[..] {
            return Ok(only);
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let at = if self.again { at % self.all.len().max(1) } else { at };
        self.all.get(at).map(Vec::as_slice).ok_or_else(|| "more was asked than there are requests".to_owned())
    }
}

/// What came of one round.
#[derive(Clone, Copy, Debug, Default)]
pub struct Round {
    /// Answers (or commits) a second.
    pub per_second: f64,
    /// Half were answered within, microseconds.
    pub p50: u32,
    /// Nine of ten.
    pub p90: u32,
    /// All but one of a hundred.
    pub p99: u32,
}

impl Round {
    /// From the time that each took.
    pub fn of(mut micros: Vec<u32>, took: Duration) -> Self {
        micros.sort_unstable();
        let at = |hundredth: usize| {
            micros.get((micros.len() * hundredth / 100).min(micros.len().saturating_sub(1))).copied()
        };
        Self {
            per_second: count(micros.len()) / took.as_secs_f64(),
            p50: at(50).unwrap_or_default(),
            p90: at(90).unwrap_or_default(),
            p99: at(99).unwrap_or_default(),
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
fn count(n: usize) -> f64 {
    n as f64
}

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, authorization: &str, body: Option<&str>) -> Vec<u8> {
    let body = match body {
        Some(body) => {
            format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        }
        None => "\r\n".to_owned(),
    };
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\n{body}")
        .into_bytes()
}

impl Load {
    /// The body of one answer.
    pub fn once(&self, address: SocketAddr) -> Outcome<Vec<u8>> {
        runtime()?.block_on(async {
            let mut connection = Connection::open(address).await?;
            let body = connection.ask(self.requests.next()?).await?;
            Ok(connection.buffer[body..].to_vec())
        })
    }

    /// One round, by several servers that share the connections.
    pub fn run_on(&self, addresses: &[SocketAddr]) -> Outcome<Round> {
        let [first, others @ ..] = addresses else { return Err("no server".to_owned()) };
        let share = Self { connections: (self.connections / addresses.len()).max(1), ..self.clone() };
        let mut rounds = std::thread::scope(|scope| {
            let running: Vec<_> = others.iter().map(|other| scope.spawn(|| share.micros(*other))).collect();
            let mut all = vec![share.micros(*first)];
            all.extend(running.into_iter().map(|t| t.join().unwrap_or_else(|_| Err("a panic".to_owned()))));
            all
        });
        let mut micros = Vec::new();
        for round in rounds.drain(..) {
            micros.extend(round?);
        }
        Ok(Round::of(micros, self.length))
    }

    /// One round.
    pub fn run(&self, address: SocketAddr) -> Outcome<Round> {
        Ok(Round::of(self.micros(address)?, self.length))
    }

    fn micros(&self, address: SocketAddr) -> Outcome<Vec<u32>> {
        let threads = self.threads.clamp(1, 16);
        let from = Instant::now() + WARM;
        let until = from + self.length;
        let parts: Vec<Outcome<Vec<u32>>> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..threads)
                .map(|n| {
                    let connections =
                        self.connections / threads + usize::from(n < self.connections % threads);
                    scope.spawn(move || self.part(address, connections, from, until))
                })
                .collect();
            running.into_iter().map(|t| t.join().unwrap_or_else(|_| Err("a panic".to_owned()))).collect()
        });
        let mut micros = Vec::new();
        for part in parts {
            micros.extend(part?);
        }
        Ok(micros)
    }

    fn part(
        &self,
        address: SocketAddr,
        connections: usize,
        from: Instant,
        until: Instant,
    ) -> Outcome<Vec<u32>> {
        runtime()?.block_on(async {
            let local = tokio::task::LocalSet::new();
            local
                .run_until(async {
                    let mut running = Vec::new();
                    for _ in 0..connections {
                        let requests = self.requests.clone();
                        running.push(tokio::task::spawn_local(ask_until(address, requests, from, until)));
                    }
                    let mut micros = Vec::new();
                    for asked in running {
                        micros.extend(asked.await.map_err(|e| e.to_string())??);
                    }
                    Ok(micros)
                })
                .await
        })
    }
}

/// A runtime of one thread.
pub fn runtime() -> Outcome<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())
}

/// Asks until the time is over; the times of what began after the warming up.
async fn ask_until(
    address: SocketAddr,
    requests: Arc<Requests>,
    from: Instant,
    until: Instant,
) -> Outcome<Vec<u32>> {
    let mut connection = Connection::open(address).await?;
    let mut micros = Vec::new();
    let mut began = Instant::now();
    for _ in 0..MOST {
        connection.ask(requests.next()?).await?;
        let ended = Instant::now();
        if ended >= until {
            break;
        }
        if began >= from {
            micros.push(u32::try_from((ended - began).as_micros()).unwrap_or(u32::MAX));
        }
        began = ended;
    }
    Ok(micros)
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Outcome<Self> {
        if !address.ip().is_loopback() {
            return Err(format!("{address} is not of this machine"));
        }
        let stream = TcpStream::connect(address).await.map_err(|e| format!("{address}: {e}"))?;
        stream.set_nodelay(true).map_err(|e| e.to_string())?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Asks, and leaves the answer in `buffer`; gives where its body begins.
    async fn ask(&mut self, request: &[u8]) -> Outcome<usize> {
        self.stream.write_all(request).await.map_err(|e| e.to_string())?;
        self.buffer.clear();
        let mut whole = None;
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.map_err(|e| e.to_string())?;
            if read == 0 || self.buffer.len() > ANSWER {
                return Err("an answer that breaks off".to_owned());
            }
            if whole.is_none() {
                whole = head(&self.buffer)?;
            }
            if let Some((body, end)) = whole
                && self.buffer.len() >= end
            {
                return Ok(body);
            }
        }
    }
}

/// Where the body begins and ends, once the head is there whole.
fn head(answer: &[u8]) -> Outcome<Option<(usize, usize)>> {
    let Some(end) = answer.windows(4).position(|w| w == b"\r\n\r\n") else { return Ok(None) };
    if !answer.starts_with(b"HTTP/1.1 2") {
        return Err(format!("answered: {}", String::from_utf8_lossy(&answer[..answer.len().min(600)])));
    }
    let length = answer[..end].split(|b| *b == b'\n').find_map(|line| {
        let (name, value) = line.split_at_checked(15)?;
        let value = std::str::from_utf8(value).ok()?;
        name.eq_ignore_ascii_case(b"content-length:").then(|| value.trim().parse::<usize>().ok())?
    });
    let length = length.ok_or("an answer without Content-Length")?;
    Ok(Some((end + 4, end + 4 + length)))
}

#[cfg(test)]
mod tests {
    use super::{Round, head};
    use std::time::Duration;

    #[test]
    fn the_end_of_an_answer_is_found() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nContent-Length: 2\r\n\r\nok";
        assert_eq!(head(answer), Ok(Some((answer.len() - 2, answer.len()))));
        assert_eq!(head(&answer[..30]), Ok(None));
        assert!(head(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").is_err());
    }

    #[test]
    fn percentiles_are_of_the_sorted_times() {
        let round = Round::of((1..=100).rev().collect(), Duration::from_secs(2));
        assert_eq!((round.p50, round.p90, round.p99), (51, 91, 100));
        assert!((round.per_second - 50.0).abs() < f64::EPSILON);
    }
}
