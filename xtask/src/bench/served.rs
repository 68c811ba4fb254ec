//! The processes that are measured.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::Outcome;

/// A running server; ended when dropped.
#[derive(Debug)]
pub struct Served {
    child: Child,
    /// Where it listens, on loopback.
    pub address: SocketAddr,
    said: Value,
}

impl Served {
    /// The real server with demo data in that folder (made when it is not there), whose rate limits are off, and where it
    /// logs.
    pub fn frontdesk(
        program: &Path,
        data: &Path,
        database: Option<&str>,
        plan: &[(&str, u32)],
        log: Stdio,
    ) -> Outcome<Self> {
        let mut command = Command::new(program);
        command.args(["demo", "--json", "--listen", "127.0.0.1:0", "--seed", "7", "--data-dir"]).arg(data);
        if let Some(database) = database {
            command.args(["--database", database]);
        }
        for (name, value) in plan {
            command.arg(name).arg(value.to_string());
        }
        command.env("FRONTDESK_LOG", "warn").stderr(log);
        Self::start(command)
    }

    /// A process of our own that serves a yardstick.
    pub fn yardstick(program: &Path, arguments: &[&std::ffi::OsStr]) -> Outcome<Self> {
        let mut command = Command::new(program);
        command.args(arguments);
        Self::start(command)
    }

    /// All say in one line of JSON where they listen.
    fn start(mut command: Command) -> Outcome<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("{}: {e}", command.get_program().display()))?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(|e| e.to_string())?;
        }
        let said: Value = serde_json::from_str(&line).unwrap_or_default();
        let address = said["url"].as_str().and_then(|url| url.strip_prefix("http://")?.parse().ok());
        match address {
            Some(address) => Ok(Self { child, address, said }),
            None => {
                end(&mut child);
                Err(format!("{} did not start", command.get_program().display()))
            }
        }
    }

    /// Another program, which says nothing and is to listen there.
    pub fn other(mut command: Command, address: SocketAddr) -> Outcome<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("{}: {e}", command.get_program().display()))?;
        let served = Self { child, address, said: Value::Null };
        for _ in 0..600 {
            if std::net::TcpStream::connect(address).is_ok() {
                return Ok(served);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(format!("{} does not answer", command.get_program().display()))
    }

    fn text(&self, key: &str) -> &str {
        self.said[key].as_str().unwrap_or_default()
    }

    /// The header of a partner.
    pub fn partner(&self) -> String {
        format!("Bearer {}", self.text("partner_token"))
    }

    /// The header of a signed-in user.
    pub fn user(&self) -> String {
        format!("Bearer {}, User {}", self.text("partner_token"), self.text("user_token"))
    }

    /// Resident memory, megabytes: all of it, and what is not a file's.
    pub fn memory(&self) -> Outcome<(u64, u64)> {
        let file = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(&file).map_err(|e| format!("{file}: {e}"))?;
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default()
                / 1024
        };
        Ok((of("VmRSS:"), of("RssAnon:")))
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(mut self) -> Outcome {
        let told = Command::new("kill").arg(self.child.id().to_string()).status();
        told.map_err(|e| format!("kill: {e}"))?;
        let ended = self.child.wait().map_err(|e| e.to_string())?;
        if ended.success() { Ok(()) } else { Err(format!("the server ended with {ended}")) }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Ends a process, unless it has ended by itself.
pub fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
