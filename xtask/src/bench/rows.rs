//! What is measured, row by row.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Instant;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::data::{self, Data, LOCATION, Plan, Store};
use super::load::{Load, Requests, Round, request};
use super::report::{Figure, Goal, Growth, Measured, Row, median};
use super::served::Served;
use super::tools::{self, Django};
use super::{Options, Part, commits, floors};
use crate::{Outcome, say};

/// Connections that read much.
const READERS: usize = 16;
/// The megabytes that an idle server may take, and one that has worked.
const MEMORY: (f64, f64) = (80.0, 300.0);
/// Seconds from the start to the first answer.
const START: f64 = 0.3;
/// Pages of clients who book, of 200 each: so many that nobody comes all day.
const CLIENT_PAGES: usize = 50;
/// Starts, of which the median counts.
const STARTS: usize = 5;

/// All that a measurement needs.
pub struct Bench {
    pub options: Options,
    /// The server's program.
    pub server: PathBuf,
    /// This program, for yardsticks that are processes.
    pub own: PathBuf,
    /// Where programs of others are installed.
    pub tools: PathBuf,
    /// The data.
    pub store: Store,
    /// The day of the measurement.
    pub day: Date,
    /// Its instant, milliseconds.
    pub now: i64,
}

/// Servers that share one database.
struct Desk {
    all: Vec<Served>,
}

fn load(requests: Arc<Requests>, connections: usize, options: &Options) -> Load {
    Load { requests, connections, threads: options.threads, length: options.length() }
}

impl Desk {
    fn addresses(&self) -> Vec<SocketAddr> {
        self.all.iter().map(|one| one.address).collect()
    }

    fn first(&self) -> Outcome<&Served> {
        self.all.first().ok_or_else(|| "no server".to_owned())
    }

    /// One answer, as JSON.
    fn ask(&self, method: &str, path: &str, body: Option<&str>, options: &Options) -> Outcome<Value> {
        let first = self.first()?;
        let load = load(Requests::same(request(method, path, &first.user(), body)), 1, options);
        serde_json::from_slice(&load.once(first.address)?).map_err(|e| e.to_string())
    }
}

/// What is read of the large location, each as a request.
struct Reads {
    records: String,
    dates: String,
    times: String,
    service: i64,
    zone: String,
    day: Date,
}

impl Reads {
    /// Of what the location offers.
    fn of(desk: &Desk, today: Date, options: &Options) -> Outcome<Self> {
        let answer = desk.ask("GET", &format!("/api/v1/company/{LOCATION}/services"), None, options)?;
        let single =
            answer["data"].as_array().into_iter().flatten().find(|service| service["is_multi"] == false);
        let service = single.and_then(|service| service["id"].as_i64()).ok_or("no service")?;
        let place = desk.ask("GET", &format!("/api/v1/company/{LOCATION}"), None, options)?;
        let zone = place["data"]["timezone_name"].as_str().unwrap_or("UTC").to_owned();
        // A weekday soon, half of which is booked.
        let mut day = today.saturating_add(3.days());
        if day.weekday() == jiff::civil::Weekday::Sunday {
            day = day.saturating_add(1.day());
        }
        let (first, last) = (today.saturating_add(1.day()), today.saturating_add(60.days()));
        Ok(Self {
            records: format!("/api/v1/records/{LOCATION}?count=50"),
            dates: format!(
                "/api/v1/book_dates/{LOCATION}?service_ids[]={service}&date_from={first}&date_to={last}"
            ),
            times: format!("/api/v1/book_times/{LOCATION}/0/{day}?service_ids[]={service}"),
            service,
            zone,
            day,
        })
    }
}

impl Bench {
    fn desk(&self, data: &Data) -> Outcome<Desk> {
        let one =
            || Served::frontdesk(&self.server, &data.folder, Some(&data.database), &[], Stdio::inherit());
        Ok(Desk { all: (0..self.options.servers()).map(|_| one()).collect::<Outcome<_>>()? })
    }

    /// Rounds of both sides, by turns; who goes first changes, so that neither always finds the machine warmer.
    fn by_turns(
        &self,
        row: &mut Row,
        ours: impl Fn() -> Outcome<Round>,
        yardstick: Option<&dyn Fn() -> Outcome<Round>>,
    ) -> Outcome {
        for round in 0..self.options.rounds() {
            for first in [round % 2 == 0, round % 2 != 0] {
                match yardstick {
                    _ if first => row.ours.push(ours()?),
                    Some(yardstick) => row.yardstick.push(yardstick()?),
                    None => {}
                }
            }
            say(&format!("round {}: {}", round + 1, row.last()));
        }
        Ok(())
    }

    /// All that was asked for.
    pub fn measure(&self) -> Outcome<Measured> {
        std::fs::create_dir_all(&self.store.folder).map_err(|e| e.to_string())?;
        let mut out = Measured::default();
        if self.options.has(Part::Plain) {
            self.plain(&mut out)?;
        }
        if self.options.has(Part::Start) {
            self.start(&mut out)?;
        }
        if self.options.has(Part::Large) {
            self.large(&mut out)?;
        }
        if self.options.has(Part::Writes) {
            self.writes(&mut out)?;
        }
        if self.options.has(Part::Growth) {
            self.growth(&mut out)?;
        }
        if self.options.has(Part::Mock) {
            self.mock(&mut out)?;
        }
        if self.options.has(Part::Django) {
            self.django(&mut out)?;
        }
        Ok(out)
    }

    /// One location read and changed, on the example alone.
    fn plain(&self, out: &mut Measured) -> Outcome {
        let data = self.store.make(&data::NARROW)?;
        let copy = self.store.copy(&data, &data::NARROW)?;
        let desk = self.desk(&copy)?;
        let first = desk.first()?;
        let path = "/api/v1/company/37532";
        let get = load(
            Requests::same(request("GET", path, &first.partner(), None)),
            self.options.connections,
            &self.options,
        );
        let body = self.store.folder.join("body.json");
        std::fs::write(&body, get.once(first.address)?).map_err(|e| e.to_string())?;
        let bare = Served::yardstick(&self.own, &[OsStr::new("bare"), body.as_os_str()])?;
        let mut row = Row::new(format!("GET {path}"), "bare axum handler, same bytes", Goal::Share(0.40));
        self.by_turns(&mut row, || get.run_on(&desk.addresses()), Some(&|| get.run(bare.address)))?;
        out.rows.push(row);
        drop(bare);
        let small = "{\"title\":\"James Smith LLC\",\"zip\":\"11435\"}";
        let put = Load { requests: Requests::same(request("PUT", path, &first.user(), Some(small))), ..get };
        let mut row = Row::new(format!("PUT {path}"), "loop of single-row commits", Goal::Share(1.0));
        self.by_turns(&mut row, || put.run_on(&desk.addresses()), Some(&|| self.commits(&copy)))?;
        out.rows.push(row);
        drop(desk);
        self.store.forget(&copy);
        Ok(())
    }

    fn commits(&self, data: &Data) -> Outcome<Round> {
        commits::run(&data.folder, Some(&data.database), self.options.length())
    }

    /// From the start of the process to its first answer, and its memory then.
    fn start(&self, out: &mut Measured) -> Outcome {
        let data = self.store.make(&data::LARGE)?;
        let (mut seconds, mut memory) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let began = Instant::now();
            let desk = self.desk(&data)?;
            desk.ask("GET", &format!("/api/v1/company/{LOCATION}"), None, &self.options)?;
            seconds.push(began.elapsed().as_secs_f64());
            memory.push(desk.first()?.memory()?.0);
        }
        seconds.sort_by(f64::total_cmp);
        memory.sort_unstable();
        let middle = |all: &[f64]| all.get(all.len() / 2).copied().unwrap_or_default();
        let memory: Vec<f64> = memory.into_iter().map(megabytes).collect();
        out.figures.push(Figure {
            what: "start to first answer",
            much: middle(&seconds),
            most: START,
            unit: "s",
        });
        out.figures.push(Figure {
            what: "resident memory, idle after the first answer",
            much: middle(&memory),
            most: MEMORY.0,
            unit: "MB",
        });
        Ok(())
    }

    /// Reads of the large database.
    fn large(&self, out: &mut Measured) -> Outcome {
        let options = &self.options;
        let data = self.store.make(&data::LARGE)?;
        let desk = self.desk(&data)?;
        let first = desk.first()?;
        let reads = Reads::of(&desk, self.day, options)?;
        let get =
            |path: &str| load(Requests::same(request("GET", path, &first.user(), None)), READERS, options);
        let to = desk.addresses();

        let records = get(&reads.records);
        let answer = self.store.folder.join("records.json");
        std::fs::write(&answer, records.once(first.address)?).map_err(|e| e.to_string())?;
        let floor = Served::yardstick(
            &self.own,
            &[
                OsStr::new("floor-records"),
                OsStr::new(&data.database),
                OsStr::new(&LOCATION.to_string()),
                OsStr::new(&reads.zone),
                answer.as_os_str(),
            ],
        )?;
        let what = "GET /records?count=50, 1,000,000 appointments";
        let mut row = Row::new(what, "axum and one prepared query, same JSON", Goal::Share(0.50));
        self.by_turns(&mut row, || records.run_on(&to), Some(&|| records.run(floor.address)))?;
        out.rows.push(row);
        drop(floor);

        let path = format!("/api/v1/company/{LOCATION}/clients/search");
        let asking = |page: usize, more: Option<usize>| {
            request("POST", &path, &first.user(), Some(&floors::sought(page, more).to_string()))
        };
        // How many a search finds is remembered for a second: so either nobody asks the same, or all do.
        let others = (4..=100).map(|more| asking(1, Some(more))).collect();
        let pages = (1..=40).map(|page| asking(page, None)).collect();
        for (what, all) in [
            ("POST /clients/search, 200,000 clients, filter and order, another search each time", others),
            ("the same, page after page of one search", pages),
        ] {
            let search = load(Requests::in_turn(all), READERS, options);
            let mut row = Row::new(what, "the same SQL alone, a thread a core", Goal::Share(0.50));
            let alone = || floors::searching(&data.database, LOCATION, options.length());
            self.by_turns(&mut row, || search.run_on(&to), Some(&alone))?;
            out.rows.push(row);
        }

        let times = get(&reads.times);
        let what = "GET /book_times of a day, 50 team members, 4 years";
        let mut row =
            Row::new(what, "the engine alone, data in memory, a thread a core", Goal::ShareAndP99(0.50, 5));
        let alone =
            || floors::engine(&data.database, LOCATION, reads.service, reads.day, self.now, options.length());
        self.by_turns(&mut row, || times.run_on(&to), Some(&alone))?;
        out.rows.push(row);

        let dates = get(&reads.dates);
        let mut row = Row::new("GET /book_dates of 60 days, 50 team members", "-", Goal::P99(25));
        self.by_turns(&mut row, || dates.run_on(&to), None)?;
        out.rows.push(row);

        let (all, own) = first.memory()?;
        say(&format!("memory after it: {all} MB, {own} MB of it not of files"));
        out.figures.push(Figure {
            what: "resident memory after the reads",
            much: megabytes(all),
            most: MEMORY.1,
            unit: "MB",
        });
        Ok(())
    }

    /// Appointments made in a copy of the large database, each at a time that is free.
    fn writes(&self, out: &mut Measured) -> Outcome {
        let options = &self.options;
        let data = self.store.make(&data::LARGE)?;
        let copy = self.store.copy(&data, &data::LARGE)?;
        let desk = self.desk(&copy)?;
        let first = desk.first()?;
        let reads = Reads::of(&desk, self.day, options)?;
        let requests = self.appointments(&desk, &reads, first)?;
        let make = load(Requests::once(requests), options.connections, options);
        let what = format!("POST /records on {} connections, 1,000,000 appointments", options.connections);
        let mut row = Row::new(what, "loop of single-row commits", Goal::Share(1.0));
        self.by_turns(&mut row, || make.run_on(&desk.addresses()), Some(&|| self.commits(&copy)))?;
        out.rows.push(row);
        let (all, own) = first.memory()?;
        say(&format!("memory after it: {all} MB, {own} MB of it not of files"));
        out.figures.push(Figure {
            what: "resident memory after the writes",
            much: megabytes(all),
            most: MEMORY.1,
            unit: "MB",
        });
        drop(desk);
        self.store.forget(&copy);
        Ok(())
    }

    /// Requests for half an hour each, for each who does the service, from the days on that are still empty.
    fn appointments(&self, desk: &Desk, reads: &Reads, first: &Served) -> Outcome<Vec<Vec<u8>>> {
        let path = format!("/api/v1/company/{LOCATION}/clients/search");
        let mut clients = Vec::new();
        for page in 1..=CLIENT_PAGES {
            let body = json!({"page": page, "page_size": 200, "fields": ["id"]}).to_string();
            let answer = desk.ask("POST", &path, Some(&body), &self.options)?;
            let found = answer["data"].as_array().into_iter().flatten();
            clients.extend(found.filter_map(|client| client["id"].as_i64()));
        }
        let path = format!("/api/v1/book_staff/{LOCATION}?service_ids[]={}", reads.service);
        let team = desk.ask("GET", &path, None, &self.options)?;
        let team: Vec<i64> =
            team["data"].as_array().into_iter().flatten().filter_map(|m| m["id"].as_i64()).collect();
        if clients.is_empty() || team.is_empty() {
            return Err("nobody books, or nobody is booked".to_owned());
        }
        let path = format!("/api/v1/records/{LOCATION}");
        let user = first.user();
        let mut out = Vec::new();
        for ahead in 33..=390 {
            let day = self.day.saturating_add(i64::from(ahead).days());
            for half in 0..18 {
                for member in &team {
                    let client = clients.get(out.len() % clients.len()).copied().unwrap_or_default();
                    let at = format!("{day} {:02}:{:02}:00", 9 + half / 2, half % 2 * 30);
                    let body = json!({
                        "staff_id": member,
                        "services": [{"id": reads.service}],
                        "client": {"id": client},
                        "datetime": at,
                        "seance_length": 1800,
                        "save_if_busy": false,
                        "send_sms": false,
                    });
                    out.push(request("POST", &path, &user, Some(&body.to_string())));
                }
            }
        }
        Ok(out)
    }

    /// The same reads on little and on much.
    fn growth(&self, out: &mut Measured) -> Outcome {
        let pairs = [
            (&data::SMALL, &data::LARGE, "10,000 to 1,000,000 appointments"),
            (&data::NARROW, &data::WIDE, "1 to 10,000 locations"),
        ];
        for (small, large, between) in pairs {
            self.grown(small, large, between, out)?;
        }
        Ok(())
    }

    fn grown(&self, small: &Plan, large: &Plan, between: &'static str, out: &mut Measured) -> Outcome {
        let options = &self.options;
        let (small, large) = (self.desk(&self.store.make(small)?)?, self.desk(&self.store.make(large)?)?);
        // What is asked of a database is its own: ids differ.
        let asked = |desk: &Desk| -> Outcome<Vec<(&'static str, Load)>> {
            let reads = Reads::of(desk, self.day, options)?;
            let user = desk.first()?.user();
            let of = |method: &str, path: &str, body: Option<&str>| {
                load(Requests::same(request(method, path, &user, body)), READERS, options)
            };
            let body = floors::sought(1, None).to_string();
            Ok(vec![
                ("GET /company", of("GET", &format!("/api/v1/company/{LOCATION}"), None)),
                ("GET /records?count=50", of("GET", &reads.records, None)),
                (
                    "POST /clients/search, filter and order",
                    of("POST", &format!("/api/v1/company/{LOCATION}/clients/search"), Some(&body)),
                ),
                ("GET /book_times of a day", of("GET", &reads.times, None)),
                ("GET /book_dates of 60 days", of("GET", &reads.dates, None)),
            ])
        };
        let (on_small, on_large) = (asked(&small)?, asked(&large)?);
        for ((what, one), (_, other)) in on_small.iter().zip(&on_large) {
            let mut row = Growth { what, between, small: Vec::new(), large: Vec::new() };
            for _ in 0..options.rounds() {
                row.small.push(one.run_on(&small.addresses())?);
                row.large.push(other.run_on(&large.addresses())?);
            }
            let rate = |rounds: &[Round]| median(rounds).per_second;
            say(&format!("{what}, {between}: {:.0}/s, {:.0}/s", rate(&row.small), rate(&row.large)));
            out.growth.push(row);
        }
        Ok(())
    }

    /// The mock server against Prism, on the same document.
    fn mock(&self, out: &mut Measured) -> Outcome {
        let data = self.store.make(&data::NARROW)?;
        let desk = self.desk(&data)?;
        let first = desk.first()?;
        let document = self.store.folder.join("b2b-v1.json");
        let of = |path: &str| {
            load(
                Requests::same(request("GET", path, &first.user(), None)),
                self.options.connections,
                &self.options,
            )
        };
        std::fs::write(&document, of("/openapi/b2b-v1.json").once(first.address)?)
            .map_err(|e| e.to_string())?;
        let prism = tools::prism(&self.tools, &document)?;
        let ours = of("/_mock/en/b2b-v1/openapi/company/37532/services/331");
        let theirs = of("/company/37532/services/331");
        let mut row = Row::new("GET a service of the mock", "Prism on the same document", Goal::Share(50.0));
        self.by_turns(&mut row, || ours.run_on(&desk.addresses()), Some(&|| theirs.run(prism.address)))?;
        out.rows.push(row);
        Ok(())
    }

    /// Free times of one team member with 6,000 appointments against django-appointment.
    fn django(&self, out: &mut Measured) -> Outcome {
        let data = self.store.make(&data::ONE)?;
        let desk = self.desk(&data)?;
        let first = desk.first()?;
        let reads = Reads::of(&desk, self.day, &self.options)?;
        let member = desk.ask("GET", &format!("/api/v1/book_staff/{LOCATION}"), None, &self.options)?;
        let member = member["data"][0]["id"].as_i64().ok_or("nobody to book")?;
        let path =
            format!("/api/v1/book_times/{LOCATION}/{member}/{}?service_ids[]={}", reads.day, reads.service);
        let times = load(Requests::same(request("GET", &path, &first.partner(), None)), 8, &self.options);
        let django = Django::start(&self.tools, &times_of(&data, member)?)?;
        let theirs = Load { requests: Requests::same(Django::request(reads.day)), ..times.clone() };
        let what = "GET /book_times of a day, one team member, 6,000 appointments";
        let mut row = Row::new(what, "django-appointment, gunicorn with 2 workers", Goal::Share(50.0));
        self.by_turns(
            &mut row,
            || times.run_on(&desk.addresses()),
            Some(&|| theirs.run(django.served.address)),
        )?;
        out.rows.push(row);
        Ok(())
    }
}

/// When the team member is booked: beginning and end on the location's clock.
fn times_of(data: &Data, member: i64) -> Outcome<Vec<(String, String)>> {
    let work = async {
        let db = db::Db::open(&data.database).await?;
        let mut conn = db.conn().await?;
        let zone = org::locations::store::zone(&mut conn, LOCATION).await?;
        let rows: Vec<(i64, i64)> = conn
            .all(
                "SELECT starts_at, length FROM appointments
                 WHERE location_id = $1 AND team_member_id = $2 AND is_deleted = 0 ORDER BY starts_at",
                db::params![LOCATION, member],
            )
            .await?;
        let local = |at: i64| calc::zone::local_sql(at, &zone);
        Ok(rows.into_iter().map(|(at, length)| (local(at), local(at + length * 1000))).collect())
    };
    super::load::runtime()?.block_on(work).map_err(|e: kernel::Error| e.to_string())
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
fn megabytes(n: u64) -> f64 {
    n as f64
}
