//! What answers when something can be booked: a location's setup and some of its days, for some team members and services.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use calc::availability::{Around, Grid, Need, Obstacle, Times, Wall, Wanted, first_free};
use calc::intervals::{DAY, Interval};
use calc::zone::{Zone, instant_of_clock, local_date};
use catalog::links::store::Link;
use catalog::services::store::Service;
use db::Conn;
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{App, Result};
use org::team::Member;

use super::memory::Memory;
use super::setup::Setup;
use super::span::Span;
use crate::appointments::rules::standard::needed;
use crate::appointments::store::with::Offer;
use crate::occupancy::{Owner, Subject};
use crate::online::settings::{self, Kind, Settings};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// With this team member; none for whoever can.
    pub member: Option<i64>,
    /// These services, in a row; none for whatever is done.
    pub services: &'a [i64],
    /// Each of them, alone or after others, in place of all of them in a row: [`Look::fits`].
    pub each: bool,
    /// From this day.
    pub first: Date,
    /// Up to this day, with it.
    pub last: Date,
    /// What is not in its own way: an appointment to be moved, or a hold.
    pub but: Option<(Owner, i64)>,
    /// Now.
    pub now: i64,
}

/// How long something takes with a team member, and what it needs.
#[derive(Clone, Debug)]
pub struct Job {
    /// Seconds, without the break.
    pub seconds: i64,
    /// Seconds after it.
    pub technical_break: i64,
    wanted: Wanted,
}

impl Job {
    /// Seconds in all.
    pub fn length(&self) -> i64 {
        self.seconds + self.technical_break
    }
}

/// All of it.
#[derive(Debug)]
pub struct Look {
    /// The location.
    pub location_id: i64,
    /// The day there.
    pub today: Date,
    /// Team members whom clients can book, heavier first.
    pub team: Vec<Arc<Member>>,
    /// The services asked for, in the order given.
    pub services: Vec<Arc<Service>>,
    setup: Arc<Setup>,
    span: Arc<Span>,
    /// What is taken of those of whom something is held, with it.
    held: HashMap<(Subject, i64), Vec<Interval>>,
    jobs: HashMap<i64, Job>,
    now: i64,
}

/// Team members looked at at once at the most.
pub(super) const TEAM: usize = 1000;

impl Look {
    /// Reads it from the database: for a write, which must see what its own transaction sees.
    pub async fn load(conn: &mut Conn, location_id: i64, asked: &Asked<'_>) -> Result<Self> {
        let setup = Setup::read(conn, location_id, Some(asked.services)).await?;
        let mut look = Self::of(location_id, Arc::new(setup), asked);
        let ids = look.team.iter().map(|member| member.id);
        let workers: Vec<i64> = ids.filter(|id| asked.each || look.does_all(*id, asked.services)).collect();
        let instances: Vec<i64> = look.setup.alike.values().flatten().copied().collect();
        let (of, days) = ((&workers[..], &instances[..]), (asked.first, asked.last));
        let span = Span::read(conn, location_id, &look.setup.zone, of, days, asked.but).await?;
        look.see(Arc::new(span), asked);
        Ok(look)
    }

    /// The same of what is kept in memory: for a question.
    pub async fn recall(app: &App, location_id: i64, asked: &Asked<'_>) -> Result<Self> {
        let memory = app.room::<Memory>();
        let setup = memory.setup(app, location_id).await?;
        let span = memory.span(app, location_id, &setup, asked.member, (asked.first, asked.last)).await?;
        let mut look = Self::of(location_id, setup, asked);
        look.see(span, asked);
        Ok(look)
    }

    fn of(location_id: i64, setup: Arc<Setup>, asked: &Asked<'_>) -> Self {
        let today = local_date(asked.now, &setup.zone);
        let day = today.to_string();
        let may = |m: &&Arc<Member>| {
            asked.member.is_none_or(|id| id == m.id) && org::team::rules::bookable(m, &day)
        };
        Self {
            location_id,
            today,
            team: setup.team.iter().filter(may).take(TEAM).cloned().collect(),
            services: asked.services.iter().filter_map(|id| setup.services.get(id).cloned()).collect(),
            setup,
            span: Arc::default(),
            held: HashMap::new(),
            jobs: HashMap::new(),
            now: asked.now,
        }
    }

    fn see(&mut self, span: Arc<Span>, asked: &Asked<'_>) {
        self.held = span.with_held(asked.now);
        self.span = span;
        if asked.each {
            return;
        }
        if !asked.services.iter().all(|id| self.is_offered(*id)) {
            return;
        }
        let all: Vec<&Service> = self.services.iter().map(AsRef::as_ref).collect();
        let able = self.team.iter().filter_map(|member| Some((member.id, self.job(member.id, &all)?)));
        self.jobs = able.collect();
    }

    /// How the location is booked online.
    pub fn settings(&self) -> &Settings {
        &self.setup.settings
    }

    /// The location's zone.
    pub fn zone(&self) -> &Zone {
        &self.setup.zone
    }

    fn does_all(&self, member: i64, asked: &[i64]) -> bool {
        asked.iter().all(|id| self.is_offered(*id) && self.link(*id, member).is_some())
    }

    fn is_offered(&self, service: i64) -> bool {
        self.services.iter().any(|of| of.id == service && is_offered(of))
    }

    /// How a team member does a service, where clients can have it of him.
    pub fn link(&self, service: i64, member: i64) -> Option<&Link> {
        self.setup.link(service, member)
    }

    fn taken_of(&self, subject: Subject, id: i64) -> &[Interval] {
        let of = (subject, id);
        self.held.get(&of).or_else(|| self.span.taken.get(&of)).map_or(&[], Vec::as_slice)
    }

    /// These services in a row with that team member; none when he does not do them.
    fn job(&self, member: i64, services: &[&Service]) -> Option<Job> {
        if services.is_empty() {
            // Without a service, whatever is the shortest that he does must fit.
            let seconds = self.setup.shortest(member)?;
            let wanted = Wanted { length: seconds * 1000, needs: Vec::new() };
            return Some(Job { seconds, technical_break: 0, wanted });
        }
        let offer = |service: &&Service| {
            let link = self.link(service.id, member)?;
            Some(Offer {
                id: service.id,
                price: link.price_min.unwrap_or(service.price_min),
                length: link.seance_length,
                technical_break: service.technical_break,
            })
        };
        let offers: Vec<Offer> = services.iter().map(offer).collect::<Option<_>>()?;
        let seconds: i64 = offers.iter().map(|offer| offer.length).sum();
        let technical_break =
            crate::appointments::rules::standard::usual_break(&offers, self.setup.usual_break);
        let length = seconds + technical_break;
        let of: Vec<&Offer> = offers.iter().collect();
        let alike = |(resource, during): (i64, Interval)| {
            let ids = self.setup.alike.get(&resource)?.iter();
            Some(Need {
                during,
                alike: ids.map(|id| self.taken_of(Subject::Resource, *id).to_vec()).collect(),
            })
        };
        let needs = needed(&of, length, &self.setup.needs).into_iter().filter_map(alike).collect();
        Some(Job { seconds, technical_break, wanted: Wanted { length: length * 1000, needs } })
    }

    /// Whether these services in a row can begin at that instant with that team member.
    pub fn fits(&self, member: i64, services: &[&Service], at: i64) -> bool {
        let day = local_date(at, &self.setup.zone);
        let dated = services.iter().all(|service| self.is_dated(service, day));
        let opens = self.setup.settings.opens(day, self.today) && dated;
        let job = self.job(member, services).filter(|_| opens);
        job.is_some_and(|job| self.around(member, &self.wall(day)).place(&job.wanted, at).is_ok())
    }

    fn midnight(&self, day: Date) -> i64 {
        instant_of_clock(day, 0, &self.setup.zone).unwrap_or_default()
    }

    /// Those who can do what is asked for, heavier first.
    pub fn workers(&self) -> impl Iterator<Item = &Arc<Member>> {
        self.team.iter().filter(|member| self.jobs.contains_key(&member.id))
    }

    /// What is asked for, with that team member.
    pub fn job_of(&self, member: i64) -> Option<&Job> {
        self.jobs.get(&member)
    }

    /// Whether he works on that day.
    pub fn works(&self, member: i64, day: Date) -> bool {
        self.span.hours.get(&member).and_then(|days| days.get(&day)).is_some_and(|hours| !hours.is_empty())
    }

    /// How much of that day is taken of him, milliseconds.
    pub fn load_of(&self, member: i64, day: Date) -> i64 {
        let whole = Interval::new(self.midnight(day), self.midnight(day.tomorrow().unwrap_or(day)));
        self.taken_of(Subject::Team, member)
            .iter()
            .filter(|t| t.overlaps(whole))
            .map(|t| t.end.min(whole.end) - t.start.max(whole.start))
            .sum()
    }

    /// Whether anything asked for can be had on that day at all.
    pub fn opens(&self, day: Date) -> bool {
        self.setup.settings.opens(day, self.today)
            && self.services.iter().all(|service| self.is_dated(service, day))
    }

    fn is_dated(&self, service: &Service, day: Date) -> bool {
        if !service.is_need_limit_date {
            return true;
        }
        let day = day.to_string();
        let from = service.date_from.as_ref().is_none_or(|from| *from <= day);
        let till = service.date_to.as_ref().is_none_or(|till| day <= *till);
        from && till && self.setup.dates.get(&service.id).is_none_or(|days| days.contains(&day))
    }

    fn around<'a>(&'a self, member: i64, wall: &'a Wall<'a>) -> Around<'a> {
        let day = wall.day;
        let hours = |day: Option<Date>| -> &[Interval] {
            let days = self.span.hours.get(&member);
            day.and_then(|day| days?.get(&day)).map_or(&[], Vec::as_slice)
        };
        Around {
            wall,
            today: hours(Some(day)),
            yesterday: hours(day.yesterday().ok()),
            open: self.span.open.get(&member).map_or(&[], Vec::as_slice),
            taken: self.taken_of(Subject::Team, member),
            earliest: self.now + self.setup.settings.on(day).delay * 1000,
        }
    }

    fn wall(&self, day: Date) -> Wall<'_> {
        Wall::new(day, &self.setup.zone)
    }

    /// The instants of a day at which a team member is free for it, in order.
    pub fn slots(&self, member: i64, day: Date) -> Vec<i64> {
        let Some(job) = self.jobs.get(&member).filter(|_| self.opens(day)) else { return Vec::new() };
        let (own, wall) = (self.setup.settings.on(day), self.wall(day));
        self.around(member, &wall).slots(&self.grid(own), &job.wanted)
    }

    /// Whether there is any.
    pub fn has_slot(&self, member: i64, day: Date) -> bool {
        let Some(job) = self.jobs.get(&member).filter(|_| self.opens(day)) else { return false };
        let (own, wall) = (self.setup.settings.on(day), self.wall(day));
        self.around(member, &wall).has_slot(&self.grid(own), &job.wanted)
    }

    /// The first day, of so many from `first` on, on which one of these team members is free.
    pub fn nearest(&self, who: &BTreeSet<i64>, first: Date, days: i64) -> Option<Date> {
        let mut days = first.series(1.day()).take(usize::try_from(days).unwrap_or_default());
        days.find(|day| who.iter().any(|id| self.has_slot(*id, *day)))
    }

    /// The instants of a day at which anybody is free for it, in order, each with the heaviest of those who are.
    pub fn slots_of_any(&self, day: Date) -> BTreeMap<i64, i64> {
        if !self.opens(day) {
            return BTreeMap::new();
        }
        let (grid, wall) = (self.grid(self.setup.settings.on(day)), self.wall(day));
        let able = self.team.iter().filter_map(|member| Some((member.id, self.jobs.get(&member.id)?)));
        first_free(able.map(|(id, job)| (id, self.around(id, &wall), &job.wanted)), &grid)
    }

    /// What is in the way of beginning at that instant with that team member, whatever the grid. None: nothing is.
    pub fn obstacle(&self, member: i64, at: i64) -> Option<Obstacle> {
        let day = local_date(at, &self.setup.zone);
        let Some(job) = self.jobs.get(&member).filter(|_| self.opens(day)) else {
            return Some(Obstacle::Closed);
        };
        self.around(member, &self.wall(day)).place(&job.wanted, at).err()
    }

    /// Who is to do it at that instant where the client named nobody: of those who are free, he who has the least to do
    /// that day.
    pub fn anybody(&self, at: i64) -> Option<i64> {
        let day = local_date(at, &self.setup.zone);
        let free = self.workers().filter(|member| self.obstacle(member.id, at).is_none());
        free.min_by_key(|member| (self.load_of(member.id, day), -member.weight, member.id))
            .map(|member| member.id)
    }

    /// The day's grid, narrowed by what the services asked for say of themselves.
    fn grid<'a>(&self, own: &'a settings::Grid) -> Grid<'a> {
        let first = self.services.iter().map(|service| service.seance_search_start).max().unwrap_or(0);
        let last = self.services.iter().map(|service| service.seance_search_finish).filter(|s| *s > 0).min();
        let step = self.services.iter().map(|service| service.seance_search_step.max(service.step)).max();
        let step = step.filter(|step| *step > 0);
        let times = match own.kind {
            Kind::Predefined => Times::Listed(&own.times),
            Kind::Schedule => Times::OfHours(step.unwrap_or(own.step)),
            Kind::Timeslots => Times::OfDay(step.unwrap_or(own.step)),
        };
        Grid {
            times,
            first: own.first.max(first),
            last: own.last.min(last.unwrap_or(DAY)),
            is_flexible: own.is_flexible,
        }
    }
}

/// Whether clients can have it by themselves.
pub fn is_offered(service: &Service) -> bool {
    service.active && !service.is_multi
}
