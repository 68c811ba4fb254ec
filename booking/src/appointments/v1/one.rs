//! One appointment: read, make, change, delete.

use kernel::{Data, Error, Kind, Lenient, Message, NoContent, Path, Problems, Query, Result, Unit};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::input::AppointmentIn;
use super::wire::AppointmentOut;
use crate::appointments::book::{self, Desk, Who};
use crate::appointments::flow::{self, New};
use crate::appointments::rules::standard::{self as rules, Wanted};
use crate::appointments::store::{self, Appointment};
use crate::appointments::view::{Parts, Seen, View};
use crate::calendar::Shown;

/// What else to give.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct AppointmentFlags {
    /// 1 to fill `consumables`.
    #[param(nullable = false)]
    pub include_consumables: Option<i64>,
    /// 1 to fill `finance_transactions`.
    #[param(nullable = false)]
    pub include_finance_transactions: Option<i64>,
}

/// `meta` of a list of appointments.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct AppointmentsMeta {
    /// The page.
    #[schema(example = 1)]
    pub(super) page: i64,
    /// How many there are in all.
    #[schema(example = 10)]
    pub(super) total_count: i64,
}

/// How version 1 says that a time is taken.
pub(crate) fn busy(message: Message) -> Error {
    Error::invalid_fields(vec![("datetime".to_owned(), message)])
}

/// The desk of a user of version 1.
pub(crate) fn desk<P>(at: &At<P>) -> Desk<'_> {
    Desk { call: at, location_id: at.location_id, grants: Some(&at.membership.grants), busy }
}

/// One appointment as the user sees it.
async fn shown<P>(at: &At<P>, conn: &mut db::Conn, id: i64) -> Result<(AppointmentOut, i64)> {
    shown_with(at, conn, id, Parts::ALL).await
}

/// The same of which no more than these parts can be there.
async fn shown_with<P>(
    at: &At<P>,
    conn: &mut db::Conn,
    id: i64,
    parts: Parts,
) -> Result<(AppointmentOut, i64)> {
    let found = store::list::by_ids(conn, at.location_id, &[id]).await?;
    let one = found.first().ok_or_else(Error::not_found)?;
    let seen = Seen::of(&at.membership);
    let view = View::with(&at.app, conn, at.location_id, &found, seen, parts).await?;
    Ok((AppointmentOut::of(one, &view), one.revision))
}

/// These appointments as webhooks tell of them, by id, those deleted with them.
pub async fn details(
    app: &kernel::App,
    conn: &mut db::Conn,
    location_id: i64,
    ids: &[i64],
) -> Result<Vec<(i64, AppointmentOut)>> {
    let found = store::list::by_ids(conn, location_id, ids).await?;
    let view = View::fresh(app, conn, location_id, &found, Seen::everything()).await?;
    Ok(found.iter().map(|one| (one.id, AppointmentOut::of(one, &view))).collect())
}

/// Read an appointment
///
/// Also a deleted one.
#[utoipa::path(
    get, path = "/record/{location_id}/{record_id}", operation_id = "get_appointment", tag = "Appointments",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("record_id" = i64, Path, description = "The appointment"),
        AppointmentFlags
    ),
    responses((status = 200, description = "The appointment", body = Data<AppointmentOut>))
)]
pub async fn get_appointment(
    at: At<perm::Calendar>,
    Path((_location, id)): Path<(i64, i64)>,
    _flags: Query<AppointmentFlags>,
) -> Result<Data<AppointmentOut>> {
    let mut conn = at.conn().await?;
    let found = store::list::by_ids(&mut conn, at.location_id, &[id]).await?;
    let one = found.first().ok_or_else(Error::not_found)?;
    let team =
        Shown::of(&at.membership.grants).of_team(&mut conn, at.location_id, &[one.team_member_id]).await?;
    if team.is_empty() {
        return Err(Error::not_found());
    }
    let seen = Seen::of(&at.membership);
    let view = View::of(&at.app, &mut conn, at.location_id, &found, seen).await?;
    Ok(Data::new(AppointmentOut::of(one, &view)).revision(one.revision))
}

/// Make an appointment
///
/// An appointment of its own needs the team member, services, client, beginning and length; one in an event the event
/// and the client. A time that is not free is refused with 422, unless `save_if_busy`.
#[utoipa::path(
    post, path = "/records/{location_id}", operation_id = "create_appointment", tag = "Appointments",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = AppointmentIn,
    responses((status = 201, description = "The appointment", body = Data<Vec<AppointmentOut>, AppointmentsMeta>))
)]
pub async fn create_appointment(
    at: At<perm::AppointmentsCreate>,
    input: Lenient<AppointmentIn>,
) -> Result<Data<Vec<AppointmentOut>, AppointmentsMeta>> {
    let zone = org::locations::store::zone(&mut at.conn().await?, at.location_id).await?;
    let (event, seats) = (input.0.activity_id.unwrap_or(0), input.0.clients_count.unwrap_or(1));
    let (who, wanted, problems) = input.0.wanted(&zone);
    let (mut unit, id) = if event == 0 {
        book::create(&desk(&at), &Appointment::default(), &who, &wanted, problems).await?
    } else {
        enter(&at, event, seats, &who, &wanted, problems).await?
    };
    let parts = Parts {
        labels: wanted.details.tags.is_some(),
        values: !wanted.details.values.is_empty(),
        comers: false,
        ..Parts::ALL
    };
    let (out, _) = shown_with(&at, &mut unit, id, parts).await?;
    unit.commit(Data::with_meta(vec![out], AppointmentsMeta { page: 1, total_count: 1 }).created()).await
}

/// Books somebody into an event.
async fn enter<P>(
    at: &At<P>,
    event_id: i64,
    seats: i64,
    who: &Who,
    wanted: &Wanted,
    mut problems: Problems,
) -> Result<(Unit, i64)> {
    rules::details(&wanted.details, &mut problems);
    problems.done()?;
    let booked = match who {
        Who::Client(booked) => (**booked).clone(),
        Who::Nobody | Who::Same => return Err(Error::invalid("client", "field-required")),
    };
    let desk = desk(at);
    let mut unit = at.begin().await?;
    let mut like = Appointment::default();
    rules::detail(&mut like, &wanted.details);
    let new = New { booked, seats, ..New::default() };
    let made =
        flow::enter(&desk, &mut unit, event_id, new, like).await.map_err(|error| match error.kind() {
            Kind::NotFound => Error::invalid("activity_id", "field-not-found"),
            _ => error,
        })?;
    book::beside(&desk, &mut unit, made.id, wanted).await?;
    Ok((unit, made.id))
}

/// Change an appointment
///
/// In full: team member, services, client, beginning and length are sent again; what else is left out stays. In an event,
/// the event and the client are.
#[utoipa::path(
    put, path = "/record/{location_id}/{record_id}", operation_id = "update_appointment", tag = "Appointments",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("record_id" = i64, Path, description = "The appointment"),
        AppointmentFlags
    ),
    request_body = AppointmentIn,
    responses((status = 201, description = "The appointment", body = Data<AppointmentOut>))
)]
pub async fn update_appointment(
    at: At<perm::AppointmentsEdit>,
    Path((_location, id)): Path<(i64, i64)>,
    _flags: Query<AppointmentFlags>,
    input: Lenient<AppointmentIn>,
) -> Result<Data<AppointmentOut>> {
    let zone = org::locations::store::zone(&mut at.conn().await?, at.location_id).await?;
    let event = input.0.activity_id.unwrap_or(0);
    let (who, wanted, problems) = input.0.wanted(&zone);
    let mut unit = book::update(&desk(&at), id, event, &who, &wanted, problems).await?;
    let (out, revision) = shown(&at, &mut unit, id).await?;
    unit.commit(Data::new(out.changed()).created().revision(revision)).await
}

/// Delete an appointment
///
/// Softly: it can still be read, as deleted.
#[utoipa::path(
    delete, path = "/record/{location_id}/{record_id}", operation_id = "delete_appointment", tag = "Appointments",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("record_id" = i64, Path, description = "The appointment"),
        AppointmentFlags
    ),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete_appointment(
    at: At<perm::AppointmentsDelete>,
    Path((_location, id)): Path<(i64, i64)>,
    _flags: Query<AppointmentFlags>,
) -> Result<NoContent> {
    let (unit, _) = book::delete(&desk(&at), id).await?;
    unit.commit(NoContent::default()).await
}
