//! The server that is broken: started on data of its own, killed, stopped, measured.

use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use http::Method;
use rustix::process::{Pid, Signal, kill_process};

use super::client::Client;
use crate::Outcome;
use crate::bench::served::end;

/// The demo's location, to which all that is written belongs.
pub const LOCATION: i64 = 37532;
/// Of the demo's owner.
pub const OWNER: &str = "Bearer demo0partner0token00, User demo00user00token00000000000000a";
/// How long a start may take: a database that recovers from a crash may keep it waiting.
const START: Duration = Duration::from_secs(60);

/// Where a server's data are, and how it is started on them.
#[derive(Clone, Debug)]
pub struct Place {
    /// The program.
    pub program: PathBuf,
    /// The folder for its data and its log.
    pub folder: PathBuf,
    /// The database's address.
    pub database: String,
    /// Where it listens, the same after each start.
    pub address: SocketAddr,
}

impl Place {
    /// A place whose folder is made; the data are not there yet.
    pub fn new(program: &Path, folder: PathBuf, database: Option<String>) -> Outcome<Self> {
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let free =
            TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|e| e.to_string())?;
        let database =
            database.unwrap_or_else(|| format!("sqlite:{}", folder.join("frontdesk.db").display()));
        Ok(Self { program: program.to_owned(), folder, database, address: free })
    }

    fn command(&self) -> Outcome<Command> {
        let log = OpenOptions::new().create(true).append(true).open(self.log());
        let log = log.map_err(|e| format!("{}: {e}", self.log().display()))?;
        let mut command = Command::new(&self.program);
        command.arg("--data-dir").arg(&self.folder).args(["--database", &self.database]);
        command.env("FRONTDESK_LOG", "warn").stdin(Stdio::null()).stderr(log);
        Ok(command)
    }

    /// What the server logs.
    pub fn log(&self) -> PathBuf {
        self.folder.with_extension("log")
    }

    /// The end of the log.
    pub fn last_words(&self) -> String {
        let text = std::fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(3)..].join(" / ")
    }

    /// Runs another command of the program to its end; gives what it printed.
    pub fn run(&self, arguments: &[&str]) -> Outcome<String> {
        let mut command = self.command()?;
        command.args(arguments).stderr(Stdio::piped());
        let output = tokio::task::block_in_place(|| command.output()).map_err(|e| e.to_string())?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!(
                "frontdesk {} ended with {}: {}",
                arguments.join(" "),
                output.status,
                said.trim()
            ));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Lays the demo's data.
    pub fn lay(&self) -> Outcome {
        let mut command = self.command()?;
        command.args(["demo", "--json", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|e| format!("{}: {e}", self.program.display()))?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            let read = tokio::task::block_in_place(|| BufReader::new(out).read_line(&mut line));
            read.map_err(|e| e.to_string())?;
        }
        // Killed it would leave no less: what is laid is committed before the line is printed.
        let _ = child.kill();
        let _ = child.wait();
        if line.is_empty() {
            return Err(format!("the demo's data could not be laid: {}", self.last_words()));
        }
        Ok(())
    }

    /// Starts the server and waits until it is ready.
    pub async fn start(&self) -> Outcome<Server> {
        let server = self.launch()?;
        server.ready(START).await
    }

    /// Starts the server.
    pub fn launch(&self) -> Outcome<Server> {
        let mut command = self.command()?;
        command.arg("serve").arg("--listen").arg(self.address.to_string());
        command.args([
            "--rate-per-minute",
            "0",
            "--rate-per-second",
            "0",
            "--webhook-networks",
            "127.0.0.0/8",
        ]);
        let child =
            command.stdout(Stdio::null()).spawn().map_err(|e| format!("{}: {e}", self.program.display()))?;
        Ok(Server { child, place: self.clone() })
    }
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    /// Where it runs.
    pub place: Place,
}

impl Server {
    /// Waits until it is ready.
    pub async fn ready(mut self, within: Duration) -> Outcome<Self> {
        let until = Instant::now() + within;
        let mut client = self.client();
        while Instant::now() < until {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the server ended with {status}: {}", self.place.last_words()));
            }
            let asked = client.ask_within(Method::GET, "/readyz", None, Duration::from_secs(2)).await;
            if asked.is_ok_and(|a| a.status == 200) {
                return Ok(self);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err(format!("the server was not ready within {} s: {}", within.as_secs(), self.place.last_words()))
    }

    /// A client of the demo's owner.
    pub fn client(&self) -> Client {
        Client::new(self.place.address, OWNER)
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// kill -9.
    pub fn kill(mut self) {
        end(&mut self.child);
    }

    /// SIGTERM; gives the exit code and how long it took. None when it had to be killed.
    pub async fn stop(mut self, within: Duration) -> Outcome<(Option<i32>, Duration)> {
        let began = Instant::now();
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).ok_or("no pid")?;
        kill_process(pid, Signal::TERM).map_err(|e| format!("kill: {e}"))?;
        while began.elapsed() < within {
            if let Some(status) = self.child.try_wait().map_err(|e| e.to_string())? {
                return Ok((status.code(), began.elapsed()));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        end(&mut self.child);
        Ok((None, began.elapsed()))
    }

    /// Memory in use now, megabytes.
    pub fn memory(&self) -> u64 {
        self.status("VmRSS:") / 1024
    }

    /// The most that was ever in use, megabytes.
    pub fn peak(&self) -> u64 {
        self.status("VmHWM:") / 1024
    }

    fn status(&self, name: &str) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or_default()
    }

    /// Open files and connections.
    pub fn handles(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).map_or(0, Iterator::count)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
