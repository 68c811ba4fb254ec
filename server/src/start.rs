//! What every command begins with: log, key, database, application.

use std::io::Write;
use std::path::Path;

use db::Db;
use kernel::{App, Clock};
use org::images::Files;
use reach::outgoing::Outgoing;
use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, Settings};
use crate::controls::Controls;

/// Why the program ends: one clear line.
#[derive(Debug)]
pub struct Failure {
    line: String,
    /// The database gave the transaction up for another's sake.
    given_up: bool,
}

impl Failure {
    /// With this line.
    pub fn new(line: impl Into<String>) -> Self {
        Self { line: line.into(), given_up: false }
    }
}

impl From<Failure> for kernel::Error {
    fn from(failure: Failure) -> Self {
        if failure.given_up { db::Error::Busy(failure.line).into() } else { Self::internal(failure) }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.line)
    }
}

impl From<kernel::Error> for Failure {
    fn from(error: kernel::Error) -> Self {
        let language = kernel::Language::default();
        let line = match (error.fields().is_empty(), error.cause()) {
            (false, _) => {
                let fields =
                    error.fields().iter().map(|(field, m)| format!("{field}: {}", m.text(&language)));
                fields.collect::<Vec<_>>().join("; ")
            }
            (_, Some(cause)) => cause.to_owned(),
            _ => error.message().text(&language),
        };
        Self { line, given_up: error.is_given_up() }
    }
}

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Self {
        Self { given_up: matches!(error, db::Error::Busy(_)), line: format!("database: {error}") }
    }
}

/// Writes a line for the person at the terminal.
pub(crate) fn print(line: &str) {
    // A closed pipe (`frontdesk … | head -1`) is no failure of ours.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Reads a line from standard input.
pub(crate) fn read_line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|e| Failure::new(e.to_string()))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Sets the log up. The demo logs problems alone unless told otherwise: its terminal is for its summary.
pub(crate) fn logging(settings: &Settings, quiet: bool) -> Result<(), Failure> {
    let level = if quiet && settings.log == "info" { "warn" } else { &settings.log };
    let filter = EnvFilter::try_new(level).map_err(|e| Failure::new(format!("log: {e}")))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let set = match settings.log_format {
        LogFormat::Text => log.with_ansi(false).try_init(),
        LogFormat::Json => log.json().try_init(),
    };
    set.map_err(|e| Failure::new(e.to_string()))
}

/// Opens and migrates the database and puts the application together.
pub async fn app(
    settings: &Settings,
    public_url: &str,
    outgoing: Outgoing,
    controls: Option<Controls>,
) -> Result<App, Failure> {
    let shown = settings.data_dir.display();
    std::fs::create_dir_all(&settings.data_dir)
        .map_err(|e| Failure::new(format!("data-dir {shown}: {e}")))?;
    let key = key(&settings.key_file())?;
    // Only the demo's can be set.
    let clock = if controls.is_some() { Clock::settable() } else { Clock::System };
    let db = Db::open(&settings.database()).await?;
    let applied = db.migrate(clock.now()).await?;
    if applied > 0 {
        tracing::info!(applied, "the schema is up to date");
    }
    let files = Files::in_folder(&settings.data_dir.join("uploads"))?;
    let builder =
        booking::lay_in(clients::lay_in(org::lay_in(App::builder(db, clock, &key, public_url)?, files)));
    let builder = reach::lay_in(builder, outgoing);
    Ok(match controls {
        Some(controls) => builder.with(controls),
        None => builder,
    }
    .build())
}

/// The server's key: read, or made and kept for its owner's eyes only.
fn key(file: &Path) -> Result<[u8; 32], Failure> {
    let failed = |e: &dyn std::fmt::Display| Failure::new(format!("{}: {e}", file.display()));
    match std::fs::read(file) {
        Ok(key) => key.try_into().map_err(|_| failed(&"not a key of 32 bytes")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut key = [0; 32];
            rand::TryRng::try_fill_bytes(&mut rand::rngs::SysRng, &mut key).map_err(|e| failed(&e))?;
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(file).and_then(|mut f| f.write_all(&key)) {
                Ok(()) => Ok(key),
                // Another server made it in the same moment.
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
                    std::fs::read(file).map_err(|e| failed(&e))?.try_into().map_err(|_| failed(&"not a key"))
                }
                Err(e) => Err(failed(&e)),
            }
        }
        Err(error) => Err(failed(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;

    #[test]
    fn what_was_given_up_may_be_tried_again() {
        let again = |error: db::Error| kernel::Error::from(Failure::from(error)).is_given_up();
        assert!(again(db::Error::Busy("deadlock detected".to_owned())));
        assert!(!again(db::Error::Unavailable("gone".to_owned())));
        let through: Failure = kernel::Error::from(db::Error::Busy("a deadlock".to_owned())).into();
        assert!(kernel::Error::from(through).is_given_up());
        assert!(!kernel::Error::from(Failure::new("cut off")).is_given_up());
    }
}
