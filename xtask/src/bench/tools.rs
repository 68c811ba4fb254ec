//! Programs of others that are yardsticks: installed once, each in a folder of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::civil::Date;

use super::load::request;
use super::served::Served;
use crate::{Outcome, say};

const PRISM: &str = "@stoplight/prism-cli@5";
const SITE: &str = include_str!("django/yardstick.py");
const PACKAGES: &str = include_str!("django/requirements.txt");

/// Runs a program to its end.
fn run(command: &mut Command) -> Outcome {
    let name = Path::new(command.get_program()).display().to_string();
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{name}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{name} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr)))
}

/// An address that was free a moment ago.
fn free() -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
    listener.local_addr().map_err(|e| e.to_string())
}

/// Prism, which mocks this document.
pub fn prism(tools: &Path, document: &Path) -> Outcome<Served> {
    let folder = tools.join("prism");
    let program = folder.join("node_modules/.bin/prism");
    if !program.exists() {
        say("installing Prism …");
        std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"]).arg(&folder).arg(PRISM);
        run(&mut npm)?;
    }
    let address = free()?;
    let mut command = Command::new(program);
    command.args(["mock", "--host", "127.0.0.1", "--port", &address.port().to_string()]).arg(document);
    // Its log is no part of the comparison.
    command.args(["--verboseLevel", "fatal"]);
    Served::other(command, address)
}

/// django-appointment with one member of staff.
#[derive(Debug)]
pub struct Django {
    /// Where it runs.
    pub served: Served,
}

impl Django {
    /// Installs it, lays what is booked, and serves it with two workers.
    pub fn start(tools: &Path, booked: &[(String, String)]) -> Outcome<Self> {
        let folder = tools.join("django");
        let python = folder.join("venv/bin/python");
        std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        let write = |name: &str, text: &str| -> Outcome<PathBuf> {
            let file = folder.join(name);
            std::fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
            Ok(file)
        };
        write("yardstick.py", SITE)?;
        let packages = write("requirements.txt", PACKAGES)?;
        if !folder.join("venv/bin/gunicorn").exists() {
            say("installing django-appointment …");
            run(Command::new("python3").args(["-m", "venv"]).arg(folder.join("venv")))?;
            run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "-r"]).arg(packages))?;
        }
        // Made anew each time.
        let _ = std::fs::remove_file(folder.join("yardstick.db"));
        let booked = write("booked.json", &serde_json::to_string(booked).map_err(|e| e.to_string())?)?;
        run(Command::new(&python).arg(folder.join("yardstick.py")).arg(booked).env("YARDSTICK", &folder))?;
        let address = free()?;
        let mut command = Command::new(folder.join("venv/bin/gunicorn"));
        // Threads, for its plain workers end every connection after an answer.
        command.args(["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--keep-alive", "60"]);
        command.args(["--bind", &address.to_string(), "--chdir"]).arg(&folder);
        command.arg("yardstick:application").env("YARDSTICK", &folder);
        Ok(Self { served: Served::other(command, address)? })
    }

    /// The call for the free times of a day.
    pub fn request(day: Date) -> Vec<u8> {
        let path =
            format!("/appointment/ajax/available_slots/?selected_date={day}&staff_member=1&service_id=1");
        let plain = request("GET", &path, "none", None);
        let line = b"X-Requested-With: XMLHttpRequest\r\nConnection: keep-alive\r\n\r\n";
        [&plain[..plain.len() - 2], line].concat()
    }
}
