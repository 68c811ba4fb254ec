//! Changes of visits.

use std::collections::BTreeSet;

use db::Conn;
use kernel::{Error, Kind, Problems, Result, Unit, again};
use org::access::{Signed, perm};

use super::store;
use crate::appointments::book::{self, Desk, Who};
use crate::appointments::rules::standard::{Details, Line, Wanted};
use crate::appointments::store::Appointment;
use crate::appointments::store::list::{self, Filter};
use crate::appointments::v1::one::busy;
use crate::calendar::Shown;

/// A change of a visit.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    pub(super) attendance: Option<i64>,
    pub(super) comment: Option<String>,
    /// (appointment, service)
    pub(super) services: Vec<(Option<i64>, Line)>,
    /// Fields of what the location does not have yet.
    pub(super) not_taken: Vec<&'static str>,
}

/// Changes a visit, and with it its appointments.
pub(super) async fn update(by: &Signed, visit_id: i64, record_id: i64, change: Change) -> Result<Unit> {
    let visit = store::find(&mut by.conn().await?, visit_id).await?.ok_or_else(Error::not_found)?;
    let location_id = visit.location_id;
    let membership = by.require::<perm::AppointmentsEdit>(location_id).await?;
    let mut call: kernel::Call = (**by).clone();
    call.location_id = location_id;
    let desk = Desk { call: &call, location_id, grants: Some(&membership.grants), busy };
    again(|| carry_out(&desk, visit_id, record_id, &change)).await
}

async fn carry_out(desk: &Desk<'_>, visit_id: i64, record_id: i64, change: &Change) -> Result<Unit> {
    let location_id = desk.location_id;
    let mut unit = desk.call.begin().await?;
    store::lock(&mut unit, location_id, visit_id).await?;
    let filter = Filter { visit_id: Some(visit_id), ..Filter::default() };
    let all = list::list(&mut unit, location_id, &filter, kernel::Page { limit: MOST, offset: 0 }).await?;
    if !all.iter().any(|a| a.id == record_id) {
        return Err(Error::not_found());
    }
    let mut problems = Problems::new();
    problems.check(change.attendance.is_some(), "attendance", "field-required");
    problems.check(change.comment.is_some(), "comment", "field-required");
    problems.range(change.attendance.unwrap_or_default(), -1..=2, "attendance");
    problems.length(change.comment.as_deref().unwrap_or_default(), 2000, "comment");
    for field in &change.not_taken {
        problems.add(*field, "field-not-taken");
    }
    for (at, (of, _)) in change.services.iter().enumerate() {
        let there = all.iter().any(|a| Some(a.id) == *of && a.event_id.is_none());
        problems.check(there, &format!("services.{at}.record_id"), "field-not-found");
    }
    problems.done()?;
    for one in &all {
        let before = book::locked(desk, &mut unit, one.id).await?;
        let services: Vec<Line> =
            change.services.iter().filter(|(of, _)| *of == Some(one.id)).map(|(_, line)| *line).collect();
        let details = Details { attendance: change.attendance, ..Details::default() };
        let same = book::same(&mut unit, location_id, &before).await?;
        let wanted = Wanted {
            services: if services.is_empty() { same.services.clone() } else { Some(services) },
            details,
            ..same
        };
        let done = if before.event_id.is_some() {
            book::change_within(desk, &mut unit, &before, &Who::Same, &wanted).await
        } else {
            book::change(desk, &mut unit, &before, &Who::Same, &wanted).await
        };
        done.map_err(|error| if error.kind() == Kind::Conflict { busy("busy".into()) } else { error })?;
    }
    store::set_comment(&mut unit, location_id, visit_id, change.comment.as_deref().unwrap_or_default())
        .await?;
    Ok(unit)
}

/// Appointments of one visit at the most.
const MOST: i64 = 200;

/// A visit's appointments, as far as the user's calendar shows them.
pub(crate) async fn appointments(
    conn: &mut Conn,
    location_id: i64,
    visit_id: i64,
    shown: &Shown,
) -> Result<Vec<Appointment>> {
    let filter = Filter { visit_id: Some(visit_id), ..Filter::default() };
    let all = list::list(conn, location_id, &filter, kernel::Page { limit: MOST, offset: 0 }).await?;
    only_shown(conn, location_id, all, shown).await
}

/// Of these appointments, those that the user's calendar shows.
pub(crate) async fn only_shown(
    conn: &mut Conn,
    location_id: i64,
    all: Vec<Appointment>,
    shown: &Shown,
) -> Result<Vec<Appointment>> {
    let team: BTreeSet<i64> = all.iter().map(|a| a.team_member_id).collect();
    let team: Vec<i64> = team.into_iter().collect();
    let team = shown.of_team(conn, location_id, &team).await?;
    Ok(all.into_iter().filter(|a| team.contains(&a.team_member_id)).collect())
}
