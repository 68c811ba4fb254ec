//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use reach::outgoing::{Allowed, Outgoing};

use crate::config::{Serving, Settings, with_file};
use crate::demo_generate::{self, Plan};
use crate::start::{self, Failure};
use crate::{backup, demo, documents, serve};

/// A self-hosted server for businesses that live by appointments, compatible with the Altegio API on the wire.
/// Independent software.
#[derive(Parser, Debug)]
#[command(name = "frontdesk", version, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  frontdesk demo
  frontdesk serve --listen 0.0.0.0:8080 --public-url https://desk.example.com
  frontdesk serve --database postgres://desk:secret@db/desk
  frontdesk partner create \"My integration\"

Every option is also an environment variable (FRONTDESK_LISTEN) and a key of the file named by --config
(listen = \"0.0.0.0:8080\"); an option goes before the environment, that before the file.";

#[derive(Subcommand, Debug)]
enum Command {
    /// Run the server
    #[command(after_help = "Example:\n  frontdesk serve --listen 0.0.0.0:8080 --data-dir /var/lib/frontdesk")]
    Serve(Serving),
    /// Run a server with demo data in a temporary folder
    #[command(
        after_help = "Examples:\n  frontdesk demo\n  frontdesk demo --json --listen 127.0.0.1:0\n  frontdesk --data-dir ./demo demo    (keeps the data)\n  frontdesk demo --locations 40 --appointments 100000 --seed 7\n  frontdesk demo --locations 1 --team 50 --appointments 1000000    (over four years of a team of fifty)"
    )]
    Demo(DemoArgs),
    /// Bring the database's schema up to this program's
    Migrate,
    /// Programs that may ask
    #[command(subcommand)]
    Partner(Partner),
    /// People who may sign in
    #[command(subcommand)]
    User(User),
    /// Locations
    #[command(subcommand)]
    Location(Location),
    /// Print a document: b2b-v1, public, developers, b2b-v2 or frontdesk
    #[command(after_help = "Example:\n  frontdesk openapi b2b-v1 > b2b-v1.json")]
    Openapi {
        /// Its name
        name: String,
        /// As YAML
        #[arg(long)]
        yaml: bool,
    },
    /// Write all data into one file, while the server runs or not
    #[command(after_help = "Example:\n  frontdesk backup frontdesk-2026-03-23.jsonl.gz")]
    Backup {
        /// The file; must not exist
        file: PathBuf,
    },
    /// Read a backup into an empty database (also one of the other kind)
    #[command(
        after_help = "Example:\n  frontdesk --database postgres://desk:secret@db/desk restore frontdesk-2026-03-23.jsonl.gz"
    )]
    Restore {
        /// The file
        file: PathBuf,
    },
}

/// Options of the demo.
#[derive(Args, Debug)]
pub struct DemoArgs {
    #[command(flatten)]
    serving: Serving,
    /// Print one line of JSON instead of the summary
    #[arg(long)]
    json: bool,
    /// What is generated beyond the example: the same seed makes the same
    #[arg(long, env = "FRONTDESK_SEED", value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Further locations to generate, each with a team, services and schedules
    #[arg(long, env = "FRONTDESK_LOCATIONS", value_name = "N", default_value_t = 0)]
    locations: u32,
    /// Team members of each further location
    #[arg(long, env = "FRONTDESK_TEAM", value_name = "N", default_value_t = demo_generate::TEAM,
        value_parser = clap::value_parser!(u32).range(1..=500))]
    team: u32,
    /// Appointments to generate, spread over the example's location and the further ones by the size of their teams
    #[arg(long, env = "FRONTDESK_APPOINTMENTS", value_name = "N", default_value_t = 0)]
    appointments: u32,
}

impl DemoArgs {
    fn plan(&self) -> Plan {
        let Self { seed, locations, team, appointments, .. } = *self;
        Plan { seed, locations, team, appointments }
    }
}

#[derive(Subcommand, Debug)]
enum Partner {
    /// Make a partner and show its token, once
    Create {
        /// Its name
        title: String,
        /// Answer as long ago, without the envelope
        #[arg(long)]
        legacy_flat: bool,
    },
    /// List the partners
    List,
    /// End a partner's token
    Revoke {
        /// Its id
        id: i64,
    },
}

#[derive(Subcommand, Debug)]
enum User {
    /// Make a user; the password is asked for on standard input unless given
    #[command(
        after_help = "Example:\n  frontdesk user create --name \"Jane Doe\" --login jane@example.com < password.txt"
    )]
    Create {
        /// Name
        #[arg(long)]
        name: String,
        /// E-mail address or phone number
        #[arg(long)]
        login: String,
        /// Password; others on this machine may see it
        #[arg(long, env = "FRONTDESK_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
}

#[derive(Subcommand, Debug)]
enum Location {
    /// Undo the deletion of a location
    Restore {
        /// Its id
        id: i64,
    },
}

/// Runs the program.
///
/// # Errors
/// One clear line for a person.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<(), Failure> {
    let cli = parse(arguments.into_iter().collect())?;
    // `demo` without a folder of its own must not touch the default one.
    let keep = cli.1;
    let cli = cli.0;
    start::logging(&cli.settings, matches!(cli.command, Command::Demo(_)))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::new(e.to_string()))?;
    runtime.block_on(command(cli, keep))
}

/// Reads the arguments, with the file of `--config` as defaults; says whether a data folder was named.
fn parse(arguments: Vec<OsString>) -> Result<(Cli, bool), Failure> {
    let file = config_file(&arguments);
    let mut command = Cli::command();
    if let Some(file) = &file {
        command = with_file(command, file)?;
    }
    let matches = command.get_matches_from(arguments);
    let named = |id: &str| {
        let mut at = Some(&matches);
        while let Some(m) = at {
            if m.try_contains_id(id).unwrap_or(false)
                && matches!(
                    m.value_source(id),
                    Some(clap::parser::ValueSource::CommandLine | clap::parser::ValueSource::EnvVariable)
                )
            {
                return true;
            }
            at = m.subcommand().map(|(_, sub)| sub);
        }
        false
    };
    let keep = named("data_dir") || named("database");
    let cli = Cli::from_arg_matches(&matches).map_err(|e| Failure::new(e.to_string()))?;
    Ok((cli, keep))
}

/// The value of `--config`, before all else is read.
fn config_file(arguments: &[OsString]) -> Option<PathBuf> {
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        if text == "--config" {
            return arguments.next().map(PathBuf::from);
        }
        if let Some(value) = text.strip_prefix("--config=") {
            return Some(PathBuf::from(value));
        }
    }
    std::env::var_os("FRONTDESK_CONFIG").map(PathBuf::from)
}

async fn command(cli: Cli, keep: bool) -> Result<(), Failure> {
    let settings = cli.settings;
    match cli.command {
        Command::Serve(serving) => serve::serve(&settings, &serving).await,
        Command::Demo(args) => {
            let plan = args.plan();
            demo::run(settings, args.serving, args.json, keep, plan).await
        }
        Command::Migrate => {
            let app =
                start::app(&settings, "http://localhost", Outgoing::new(Allowed::default())?, None).await?;
            start::print(&format!("schema {}", app.db().schema_version().await?));
            app.db().close().await;
            Ok(())
        }
        Command::Openapi { name, yaml } => {
            let document = documents::by_name(&name).ok_or_else(|| {
                Failure::new(format!(
                    "there is no document {name}: b2b-v1, public, developers, b2b-v2, frontdesk"
                ))
            })?;
            let text = if yaml { document.yaml() } else { format!("{:#}", document.json()) };
            start::print(text.trim_end());
            Ok(())
        }
        other => {
            let app =
                start::app(&settings, "http://localhost", Outgoing::new(Allowed::default())?, None).await?;
            let outcome = on_data(&app, other).await;
            app.db().close().await;
            outcome
        }
    }
}

async fn on_data(app: &kernel::App, command: Command) -> Result<(), Failure> {
    match command {
        Command::Partner(Partner::Create { title, legacy_flat }) => {
            let (id, token) = org::partners::create(app, &title, legacy_flat).await?;
            start::print(&format!("partner {id}, token (shown only now): {}", token.reveal()));
        }
        Command::Partner(Partner::List) => list_partners(app).await?,
        Command::Partner(Partner::Revoke { id }) => {
            if !org::partners::revoke(app, id).await? {
                return Err(Failure::new(format!("there is no partner {id} whose token is in force")));
            }
            start::print(&format!("partner {id}: token ended"));
        }
        Command::User(User::Create { name, login, password }) => {
            let password = password.map_or_else(start::read_line, Ok)?;
            let new = org::users::NewUser { name: &name, contact: &login, password: &password };
            let id = org::users::create(app, &new).await?;
            start::print(&format!("user {id}"));
        }
        Command::Location(Location::Restore { id }) => {
            if !org::locations::restore(app, id).await? {
                return Err(Failure::new(format!("there is no deleted location {id}")));
            }
            start::print(&format!("location {id} is back"));
        }
        Command::Backup { file } => {
            let rows = backup::backup(app, &file).await?;
            start::print(&format!("{rows} rows written to {}", file.display()));
        }
        Command::Restore { file } => {
            let rows = backup::restore(app, &file).await?;
            start::print(&format!("{rows} rows read from {}", file.display()));
        }
        Command::Serve(_) | Command::Demo(_) | Command::Migrate | Command::Openapi { .. } => {}
    }
    Ok(())
}

async fn list_partners(app: &kernel::App) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let page = org::partners::store::list(&mut app.db().conn().await?, after, 100).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for partner in page {
            let utc = calc::zone::Zone::utc();
            let state = match partner.revoked_at {
                Some(at) => format!("ended {}", calc::zone::local_iso(at, &utc)),
                None => "in force".to_owned(),
            };
            let shape = if partner.legacy_flat { ", legacy flat answers" } else { "" };
            let since = calc::zone::local_iso(partner.created_at, &utc);
            start::print(&format!("{:>4}  {}  (since {since}, {state}{shape})", partner.id, partner.title));
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
