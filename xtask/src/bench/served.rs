//! The processes that are measured.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::Outcome;

/// A running server; ended when dropped.
pub struct Served {
    child: Child,
    /// Where it listens, on loopback.
    pub address: SocketAddr,
    said: Value,
}

impl Served {
    /// The real server with demo data, whose rate limits are off, and what it logs.
    pub fn frontdesk(program: &Path, folder: &Path, database: Option<&str>, log: Stdio) -> Outcome<Self> {
        let mut command = Command::new(program);
        command.args(["demo", "--json", "--listen", "127.0.0.1:0", "--data-dir"]).arg(folder.join("data"));
        if let Some(database) = database {
            command.args(["--database", database]);
        }
        command.env("FRONTDESK_LOG", "warn").stderr(log);
        Self::start(command)
    }

    /// The bare handler.
    pub fn bare(program: &Path, body: &Path) -> Outcome<Self> {
        let mut command = Command::new(program);
        command.arg("bare").arg(body);
        Self::start(command)
    }

    /// Both say in one line of JSON where they listen.
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

    /// The path of the demo's location.
    pub fn path(&self) -> String {
        format!("/api/v1/company/{}", self.said["location_id"])
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn end(child: &mut Child) {
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}
