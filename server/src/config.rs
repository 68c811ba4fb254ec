//! Settings: each an option, an environment variable `FRONTDESK_…` and a key of a TOML file.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use reach::outgoing::{Allowed, Outgoing};

use crate::start::Failure;

/// Settings of every command that touches data.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// TOML file with any of these settings (keys as the options: `data-dir = "…"`)
    #[arg(long, env = "FRONTDESK_CONFIG", global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Folder for the database, uploaded files, unsent messages and the server's key
    #[arg(long, env = "FRONTDESK_DATA_DIR", global = true, value_name = "DIR", default_value = "./data")]
    pub data_dir: PathBuf,

    /// Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME [default: sqlite:DATA_DIR/frontdesk.db]
    #[arg(long, env = "FRONTDESK_DATABASE", global = true, value_name = "URL", hide_env_values = true)]
    pub database: Option<String>,

    /// File with the server's key, which seals secrets at rest; made when absent [default:
    /// DATA_DIR/secret.key]. Servers that share a database share it.
    #[arg(long, env = "FRONTDESK_SECRET_KEY_FILE", global = true, value_name = "FILE")]
    pub secret_key_file: Option<PathBuf>,

    /// What to log: error, warn, info, debug, or per module as in `warn,frontdesk::request=info`
    #[arg(long, env = "FRONTDESK_LOG", global = true, default_value = "info", value_name = "LEVEL")]
    pub log: String,

    /// How to log: text or json
    #[arg(long, env = "FRONTDESK_LOG_FORMAT", global = true, default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

/// How to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines, one object a line.
    Json,
}

impl Settings {
    /// The database's address.
    pub fn database(&self) -> String {
        self.database
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join("frontdesk.db").display()))
    }

    /// The key's file.
    pub fn key_file(&self) -> PathBuf {
        self.secret_key_file.clone().unwrap_or_else(|| self.data_dir.join("secret.key"))
    }
}

/// Settings of a running server.
#[derive(Args, Clone, Debug)]
pub struct Serving {
    /// Address to listen on
    #[arg(long, env = "FRONTDESK_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,

    /// Address under which clients reach this server [default: http://LISTEN]
    #[arg(long, env = "FRONTDESK_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// Requests a minute that a partner may send from one address; 0 for any number
    #[arg(long, env = "FRONTDESK_RATE_PER_MINUTE", default_value_t = 200, value_name = "N")]
    pub rate_per_minute: u32,

    /// Requests a second that a partner may send from one address; 0 for any number
    #[arg(long, env = "FRONTDESK_RATE_PER_SECOND", default_value_t = 5, value_name = "N")]
    pub rate_per_second: u32,

    /// Requests that are worked on at once; four times as many wait for three quarters of a second, and those beyond are
    /// told to come again (503). 0 for any number [default: 8 for each processor, at least 16; twice as many on SQLite]
    #[arg(long, env = "FRONTDESK_REQUESTS_AT_ONCE", value_name = "N")]
    pub requests_at_once: Option<usize>,

    /// Seconds that a request may take
    #[arg(long, env = "FRONTDESK_REQUEST_TIMEOUT", default_value_t = 30, value_name = "SECONDS")]
    pub request_timeout: u64,

    /// Believe X-Forwarded-For: only behind a proxy that sets it
    #[arg(long, env = "FRONTDESK_TRUST_PROXY")]
    pub trust_proxy: bool,

    /// Networks beyond the public internet that webhooks may be sent to: 10.0.0.0/8,192.168.7.9
    #[arg(long, env = "FRONTDESK_WEBHOOK_NETWORKS", default_value = "", value_name = "NETWORKS")]
    pub webhook_networks: String,

    /// Gateway for SMS: an address, in which {to}, {text}, {id} and {callback} are filled in; without it messages are
    /// written to DATA_DIR/outbox
    #[arg(long, env = "FRONTDESK_SMS_URL", value_name = "URL", hide_env_values = true)]
    pub sms_url: Option<String>,

    /// How the gateway is asked: POST, PUT or GET
    #[arg(long, env = "FRONTDESK_SMS_METHOD", default_value = "POST", value_name = "METHOD")]
    pub sms_method: String,

    /// Headers for the gateway, `Name: value`, one a line or with || between; the Content-Type decides how the body is
    /// filled in
    #[arg(
        long,
        env = "FRONTDESK_SMS_HEADERS",
        default_value = "",
        value_name = "HEADERS",
        hide_env_values = true
    )]
    pub sms_headers: String,

    /// What the gateway is sent; {callback} is where it may report on the message
    #[arg(
        long,
        env = "FRONTDESK_SMS_BODY",
        default_value = r#"{"to": {to}, "text": {text}, "id": {id}, "delivery_callback_url": {callback}}"#,
        value_name = "TEMPLATE"
    )]
    pub sms_body: String,

    /// Mail server: smtps://USER:PASSWORD@HOST or smtp://HOST:25; without it messages are written to
    /// DATA_DIR/outbox
    #[arg(long, env = "FRONTDESK_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// Sender of mails
    #[arg(
        long,
        env = "FRONTDESK_MAIL_FROM",
        default_value = "Frontdesk <frontdesk@localhost>",
        value_name = "ADDRESS"
    )]
    pub mail_from: String,
}

impl Serving {
    /// The address under which clients reach this server.
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// How many requests are worked on at once, with that database.
    pub fn at_once(&self, dialect: db::Dialect) -> usize {
        self.requests_at_once.unwrap_or_else(|| crate::gate::usual(dialect))
    }

    /// What webhooks are sent by.
    pub fn outgoing(&self) -> Result<Outgoing, Failure> {
        let allowed = Allowed::parse(&self.webhook_networks)
            .map_err(|part| Failure::new(format!("webhook-networks: {part} is no network and no address")))?;
        Ok(Outgoing::new(allowed)?)
    }

    /// The limits, unless either is off.
    pub fn quotas(&self) -> Option<crate::limits::Quotas> {
        let per_minute = NonZeroU32::new(self.rate_per_minute);
        let per_second = NonZeroU32::new(self.rate_per_second);
        if per_minute.is_none() && per_second.is_none() {
            return None;
        }
        Some(crate::limits::Quotas {
            per_minute: per_minute.unwrap_or(NonZeroU32::MAX),
            per_second: per_second.unwrap_or(NonZeroU32::MAX),
        })
    }
}

/// Makes a TOML file's values the defaults of the options, so that an option goes before the environment and
/// that before the file.
pub fn with_file(mut command: Command, file: &Path) -> Result<Command, Failure> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).map_err(|e| Failure::new(format!("{shown}: {e}")))?;
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| {
        Failure::new(format!("{shown}: {}", e.to_string().trim().replace('\n', " ")))
    })?;
    for (key, value) in table {
        let id = key.replace('-', "_");
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(n) => n.to_string(),
            toml::Value::Boolean(b) => b.to_string(),
            _ => {
                return Err(Failure::new(format!(
                    "{shown}: {key} must be a text, a number or true or false"
                )));
            }
        };
        let mut known = false;
        command = set(command, &id, &value, &mut known);
        if !known {
            return Err(Failure::new(format!("{shown}: there is no setting {key}")));
        }
    }
    Ok(command)
}

fn set(mut command: Command, id: &str, value: &str, known: &mut bool) -> Command {
    if command.get_arguments().any(|a| a.get_id() == id) {
        *known = true;
        command = command.mut_arg(id, |arg| arg.default_value(value.to_owned()));
    }
    let names: Vec<String> = command.get_subcommands().map(|s| s.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, |sub| set(sub, id, value, known));
    }
    command
}
