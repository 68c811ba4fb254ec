//! Changes of visits.

use kernel::{Error, Kind, Problems, Result, Unit};
use org::access::{Signed, perm};

use super::store;
use crate::appointments::book::{self, Desk, Who};
use crate::appointments::rules::standard::{Details, Line, Wanted};
use crate::appointments::store::list::{self, Filter};
use crate::appointments::v1::one::busy;

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
    let mut unit = call.begin().await?;
    store::lock(&mut unit, location_id, visit_id).await?;
    let filter = Filter { visit_id: Some(visit_id), ..Filter::default() };
    let all = list::list(&mut unit, location_id, &filter, kernel::Page { limit: 200, offset: 0 }).await?;
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
        let before = book::locked(&desk, &mut unit, one.id).await?;
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
            book::change_within(&desk, &mut unit, &before, &Who::Same, &wanted).await
        } else {
            book::change(&desk, &mut unit, &before, &Who::Same, &wanted).await
        };
        done.map_err(|error| if error.kind() == Kind::Conflict { busy("busy".into()) } else { error })?;
    }
    store::set_comment(&mut unit, location_id, visit_id, change.comment.as_deref().unwrap_or_default())
        .await?;
    Ok(unit)
}
