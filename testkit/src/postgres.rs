//! Where PostgreSQL's programs are, and as whom they run.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The folder with initdb.
pub fn programs() -> Option<PathBuf> {
    let in_path = std::env::var_os("PATH")
        .and_then(|path| std::env::split_paths(&path).find(|folder| folder.join("initdb").is_file()))
        .and_then(|folder| std::fs::canonicalize(folder.join("initdb")).ok())
        .and_then(|program| program.parent().map(ToOwned::to_owned));
    in_path.filter(|folder| folder.join("pg_ctl").is_file()).or_else(|| {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let mut found: Vec<PathBuf> = versions
            .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
            .filter(|folder| folder.join("initdb").is_file())
            .collect();
        found.sort();
        found.pop()
    })
}

/// Another user than root, as whom the server refuses to run; none where this program is not root's.
pub fn user() -> Option<&'static str> {
    let is_root = id(&["-u"]).as_deref() == Some("0");
    let known = || id(&["-u", "postgres"]).is_some();
    is_root.then(|| if known() { "postgres" } else { "nobody" })
}

/// A shell as that user.
pub fn shell(user: Option<&str>) -> Command {
    let Some(user) = user else { return Command::new("sh") };
    let mut command = Command::new("setpriv");
    let group = id(&["-g", user]).unwrap_or_else(|| user.to_owned());
    command.args(["--reuid", user, "--regid", &group, "--clear-groups", "sh"]);
    command
}

/// A folder for temporary files that he may use: root's own may be closed to others.
pub fn temporary(user: Option<&str>) -> PathBuf {
    if user.is_some() { PathBuf::from("/tmp") } else { std::env::temp_dir() }
}

/// What `id` says.
pub fn id(arguments: &[&str]) -> Option<String> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
