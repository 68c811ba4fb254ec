//! schemathesis: installed into a folder of its own, and run.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Measure, Run, name, sources};
use crate::{Outcome, say};

/// What is held against each answer.
const CHECKS: &str = "not_a_server_error,response_schema_conformance,status_code_conformance,\
                      content_type_conformance,refusals_name_their_reason,only_who_may";

const MISSING: &str = "python3 or its venv is missing (Debian: apt-get install python3 python3-venv)";

/// An answer that takes longer is a finding, in seconds.
const PATIENCE: &str = "30";

/// How much longer than its time the tool may take for reading the document and for its last requests.
const GRACE: Duration = Duration::from_secs(120);

/// Installs the packages of requirements.txt, unless they are there; gives the tool.
pub fn install(folder: &Path) -> Outcome<PathBuf> {
    let wanted = sources().join("requirements.txt");
    let wanted_text = std::fs::read_to_string(&wanted).map_err(|e| format!("{}: {e}", wanted.display()))?;
    let venv = folder.join("venv");
    try_the_check()?;
    let (tool, mark) = (venv.join("bin/st"), venv.join("installed.txt"));
    if tool.is_file() && std::fs::read_to_string(&mark).is_ok_and(|text| text == wanted_text) {
        return Ok(tool);
    }
    say("installing schemathesis");
    let _ = std::fs::remove_dir_all(&venv);
    let made = Command::new("python3").args(["-m", "venv"]).arg(&venv).stdin(Stdio::null()).output();
    if !made.is_ok_and(|output| output.status.success()) {
        return Err(MISSING.to_owned());
    }
    let mut pip = Command::new(venv.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"]);
    let status =
        pip.env("PIP_ROOT_USER_ACTION", "ignore").arg("-r").arg(&wanted).stdin(Stdio::null()).status();
    if !status.is_ok_and(|status| status.success()) {
        return Err("the packages of xtask/src/fuzz/requirements.txt could not be installed".to_owned());
    }
    std::fs::write(&mark, wanted_text).map_err(|e| format!("{}: {e}", mark.display()))?;
    Ok(tool)
}

/// The check of our own must still tell right from wrong.
fn try_the_check() -> Outcome {
    let mut python = Command::new("python3");
    python.arg(sources().join("refusals.py")).env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::null());
    let output = python.output().map_err(|_| MISSING.to_owned())?;
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if output.status.success() { Ok(()) } else { Err(format!("refusals.py does not hold: {said}")) }
}

/// Asks a running server; gives the tool's own report. What the hooks recorded lies beside it.
pub fn ask(
    tool: &Path,
    folder: &Path,
    address: &str,
    run: &Run,
    seed: u32,
    measure: &Measure,
) -> Outcome<Value> {
    let settings = folder.join("schemathesis.toml");
    let hooks = sources().join("hooks.py");
    std::fs::write(&settings, format!("hooks = {:?}\n", hooks.display().to_string()))
        .map_err(|e| e.to_string())?;
    let log = folder.join("schemathesis.log");
    let out = File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
    let errors = out.try_clone().map_err(|e| e.to_string())?;
    let report = folder.join("report.json");
    let mut command = Command::new(tool);
    command.arg("--config-file").arg(&settings).arg("run");
    command.arg(format!("http://{address}/openapi/{}.json", run.document));
    command.args(["-c", CHECKS, "-n", &measure.examples.to_string(), "--seed", &seed.to_string()]);
    command.args(["--phases", measure.phases, "--max-time", &measure.length(run).as_secs().to_string()]);
    command.args(["--no-shrink", "--continue-on-failure", "-w", "1", "--warnings", "off", "--no-color"]);
    command.args([
        "--request-timeout",
        PATIENCE,
        "--output-sanitize",
        "false",
        "--generation-database",
        "none",
    ]);
    command.args(["--report", "json", "--report-json-path"]).arg(&report);
    let environment = [
        ("FUZZ_URL", format!("http://{address}")),
        ("FUZZ_ACTOR", name(run.actor)),
        ("FUZZ_SEED", seed.to_string()),
        ("FUZZ_OUT", folder.display().to_string()),
        // The hooks lie among the sources: nothing is to be written there. And sets in the same order each time.
        ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
        ("PYTHONHASHSEED", "0".to_owned()),
    ];
    command.envs(environment).current_dir(folder).stdin(Stdio::null()).stdout(out).stderr(errors);
    let mut child = command.spawn().map_err(|e| format!("{}: {e}", tool.display()))?;
    let code = wait(&mut child, measure.length(run) + GRACE)?;
    let text = std::fs::read_to_string(&report).unwrap_or_default();
    let failed = || format!("schemathesis ended with {code:?}, see {}", log.display());
    let report: Value = serde_json::from_str(&text).map_err(|_| failed())?;
    // 1: something was found. Anything else is trouble of the tool's own.
    if matches!(code, Some(0 | 1)) { Ok(report) } else { Err(failed()) }
}

/// Waits for the process to end; one that does not is ended.
fn wait(child: &mut Child, at_most: Duration) -> Outcome<Option<i32>> {
    #[allow(clippy::disallowed_methods, reason = "how long a process of the machine takes")]
    let until = Instant::now() + at_most;
    loop {
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            return Ok(status.code());
        }
        #[allow(clippy::disallowed_methods, reason = "how long a process of the machine takes")]
        if Instant::now() > until {
            let _ = child.kill();
            let _ = child.wait();
            return Err("schemathesis does not end".to_owned());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
