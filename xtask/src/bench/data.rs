//! The databases that are measured: made once by the program itself, with a fixed seed, and kept for later runs.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use booking::schedules::{rules::Set, store as schedules};
use calc::intervals::Interval;
use jiff::ToSpan;
use jiff::civil::Date;

use super::served::Served;
use crate::{Outcome, say};

/// The location with most of the data.
pub const LOCATION: i64 = 50_001;
/// Days from today that have working hours.
const AHEAD: i64 = 395;

/// A database and what it holds.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Its name.
    pub name: &'static str,
    /// Locations beside the example's two.
    pub locations: u32,
    /// Team members of each.
    pub team: u32,
    /// Appointments in all.
    pub appointments: u32,
}

/// A million appointments of fifty team members, over four years, and 200,000 clients. An eighth more is made: the example's
/// location has its share.
pub const LARGE: Plan = Plan { name: "large", locations: 1, team: 50, appointments: 1_125_000 };
/// The same with ten thousand.
pub const SMALL: Plan = Plan { name: "small", locations: 1, team: 50, appointments: 11_250 };
/// Ten thousand locations.
pub const WIDE: Plan = Plan { name: "wide", locations: 10_000, team: 6, appointments: 1_000_000 };
/// One of them alone.
pub const NARROW: Plan = Plan { name: "narrow", locations: 1, team: 6, appointments: 200 };
/// One team member with six thousand appointments; the example's six have as many each.
pub const ONE: Plan = Plan { name: "one", locations: 1, team: 1, appointments: 42_000 };

/// Where the databases lie, and by what they are made.
#[derive(Clone, Debug)]
pub struct Store {
    /// The server.
    pub program: PathBuf,
    /// A folder for all of them.
    pub folder: PathBuf,
    /// The PostgreSQL server that holds them, without a database; SQLite files in the folder for none.
    pub postgres: Option<String>,
    /// They are smaller by this.
    pub part: u32,
    /// The day they are made for.
    pub day: Date,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct Data {
    /// Its own folder.
    pub folder: PathBuf,
    /// As `--database` takes it.
    pub database: String,
}

impl Store {
    fn name(&self, name: &str) -> String {
        format!("bench_{name}_{}_{}", self.day.strftime("%Y%m%d"), self.part)
    }

    fn at(&self, name: &str) -> Data {
        // What is made on one database is not there on the other.
        let on = if self.postgres.is_some() { "postgres" } else { "sqlite" };
        let folder = self.folder.join(on).join(self.name(name));
        let database = match &self.postgres {
            Some(server) => format!("{server}/{}", self.name(name)),
            None => format!("sqlite:{}", folder.join("frontdesk.db").display()),
        };
        Data { folder, database }
    }

    /// Makes what is not there yet.
    pub fn make(&self, plan: &Plan) -> Outcome<Data> {
        let data = self.at(plan.name);
        let done = data.folder.join("made");
        if done.exists() {
            return Ok(data);
        }
        say(&format!("making {} …", self.name(plan.name)));
        let _ = std::fs::remove_dir_all(&data.folder);
        std::fs::create_dir_all(&data.folder).map_err(|e| format!("{}: {e}", data.folder.display()))?;
        if let Some(server) = &self.postgres {
            let name = self.name(plan.name);
            sql(server, &[&format!("DROP DATABASE IF EXISTS {name}"), &format!("CREATE DATABASE {name}")])?;
        }
        let of = |n: u32| (n / self.part).max(1);
        let locations = if plan.locations > 1 { of(plan.locations) } else { plan.locations };
        let appointments = if plan.appointments > 200 { of(plan.appointments) } else { plan.appointments };
        let sizes = [("--locations", locations), ("--team", plan.team), ("--appointments", appointments)];
        Served::frontdesk(&self.program, &data.folder, Some(&data.database), &sizes, Stdio::inherit())?
            .stop()?;
        open_ahead(&data.database, self.day)?;
        if let Some(server) = &self.postgres {
            sql(&format!("{server}/{}", self.name(plan.name)), &["VACUUM ANALYZE"])?;
        }
        std::fs::write(&done, "").map_err(|e| e.to_string())?;
        Ok(data)
    }

    /// A copy to write to.
    pub fn copy(&self, of: &Data, plan: &Plan) -> Outcome<Data> {
        let copy = self.at("copy");
        let _ = std::fs::remove_dir_all(&copy.folder);
        copy_folder(&of.folder, &copy.folder).map_err(|e| format!("{}: {e}", copy.folder.display()))?;
        if let Some(server) = &self.postgres {
            let (name, from) = (self.name("copy"), self.name(plan.name));
            sql(
                server,
                &[
                    &format!("DROP DATABASE IF EXISTS {name}"),
                    &format!("CREATE DATABASE {name} TEMPLATE {from}"),
                ],
            )?;
        }
        Ok(copy)
    }

    /// Takes a copy away.
    pub fn forget(&self, copy: &Data) {
        let _ = std::fs::remove_dir_all(&copy.folder);
        if let Some(server) = &self.postgres {
            let _ = sql(server, &[&format!("DROP DATABASE IF EXISTS {}", self.name("copy"))]);
        }
    }
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Statements that want no transaction around them, on a PostgreSQL server.
fn sql(url: &str, statements: &[&str]) -> Outcome {
    let url = if url.matches('/').count() < 3 { format!("{url}/postgres") } else { url.to_owned() };
    super::load::runtime()?.block_on(async {
        let (client, connection) =
            tokio_postgres::connect(&url, tokio_postgres::NoTls).await.map_err(|e| e.to_string())?;
        let connection = tokio::spawn(connection);
        for statement in statements {
            client.batch_execute(statement).await.map_err(|e| format!("{statement}: {e}"))?;
        }
        drop(client);
        // It ends with its client.
        let _ = tokio::time::timeout(Duration::from_secs(5), connection).await;
        Ok(())
    })
}

/// Working hours at the location for a year and more, where it has none yet.
fn open_ahead(database: &str, today: Date) -> Outcome {
    let work = async {
        let db = db::Db::open(database).await?;
        let team: Vec<i64> = db
            .conn()
            .await?
            .all("SELECT id FROM team_members WHERE location_id = $1 ORDER BY id", db::params![LOCATION])
            .await?;
        let hours = vec![Interval::new(9 * 3600, 18 * 3600)];
        let sets: Vec<Set> = (32..=AHEAD)
            .flat_map(|n| {
                let day = today.saturating_add(n.days());
                team.iter().map(move |id| (*id, day))
            })
            .map(|(team_member_id, day)| Set { team_member_id, day, hours: hours.clone(), off_day_type: 0 })
            .collect();
        let mut tx = db.begin().await?;
        schedules::put(&mut tx, LOCATION, &sets).await?;
        tx.commit().await?;
        db.close().await;
        Ok(())
    };
    super::load::runtime()?.block_on(work).map_err(|e: kernel::Error| e.to_string())
}
