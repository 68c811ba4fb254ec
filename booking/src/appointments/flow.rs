//! Writes of appointments in events.

use clients::clients::store as clients;
use kernel::{Change as Happened, Error, Kind, Problems, Result, Unit, again};
use org::access::At;
use org::custom_fields::rules::Entity;

use super::book::Desk;
use super::rules::{self, Booked};
use super::store::{self, Appointment};
use crate::calendar::{self, Shown};
use crate::events::store::{self as events, Event};
use crate::visits::store as visits;

/// An appointment to make.
#[derive(Clone, Debug, Default)]
pub(crate) struct New {
    pub(crate) booked: Booked,
    pub(crate) comer_id: Option<i64>,
    /// A visitor to make, possibly without a name.
    pub(crate) comer: Option<String>,
    pub(crate) seats: i64,
    pub(crate) is_trial: bool,
}

/// A change; what is none stays.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    /// Hundredths.
    pub(super) cost_per_unit: i64,
    /// Hundredths of a percent.
    pub(super) discount: i64,
    /// In all, hundredths.
    pub(super) cost: i64,
    pub(super) is_trial: Option<bool>,
    pub(super) comment: Option<String>,
    pub(super) tags: Option<Vec<i64>>,
    pub(super) color: Option<String>,
    pub(super) seats: Option<i64>,
}

/// A move to another event.
#[derive(Clone, Debug, Default)]
pub(super) struct Move {
    pub(super) to: i64,
    pub(super) with_comer: bool,
    pub(super) comment: Option<String>,
    pub(super) seats: Option<i64>,
}

/// The event, unless deleted, where the user's calendar shows it.
pub(super) async fn open(desk: &Desk<'_>, unit: &mut Unit, id: i64) -> Result<Event> {
    let event = events::lock(unit, desk.location_id, id).await?;
    let Some(grants) = desk.grants else { return Ok(event) };
    let shown = Shown::of(grants);
    if shown.team(unit, desk.location_id, Some(&[event.team_member_id])).await?.is_empty() {
        return Err(Error::not_found());
    }
    Ok(event)
}

/// The desk of a user of version 2.
pub(super) fn desk<P>(at: &At<P>) -> Desk<'_> {
    Desk { call: at, location_id: at.location_id, grants: Some(&at.membership.grants), busy: Error::conflict }
}

/// Takes seats, or gives them back; says which field is at fault when there are not so many.
pub(super) async fn take(unit: &mut Unit, location_id: i64, event: &Event, seats: i64) -> Result<()> {
    let full = || Error::invalid("clients_count", "event-full");
    if event.clients_count + seats > event.capacity {
        return Err(full());
    }
    let now = unit.now();
    events::take_seats(unit, location_id, event.id, seats, now)
        .await
        .map_err(|error| if error.kind() == Kind::Conflict { full() } else { error })
}

/// Books somebody into an event.
pub(super) async fn create<P>(at: &At<P>, event_id: i64, new: New) -> Result<(Unit, Appointment)> {
    again(|| try_create(at, event_id, new.clone())).await
}

async fn try_create<P>(at: &At<P>, event_id: i64, new: New) -> Result<(Unit, Appointment)> {
    let mut unit = at.begin().await?;
    let made = enter(&desk(at), &mut unit, event_id, new, Appointment::default()).await?;
    Ok((unit, made))
}

/// Books somebody into an event, whoever books; `like` has what is said of the appointment beside.
pub(crate) async fn enter(
    desk: &Desk<'_>,
    unit: &mut Unit,
    event_id: i64,
    new: New,
    like: Appointment,
) -> Result<Appointment> {
    let location_id = desk.location_id;
    let event = open(desk, unit, event_id).await?;
    let mut problems = Problems::new();
    rules::seats(new.seats, calendar::store::get(unit, location_id).await?.seats_max, &mut problems);
    let client_id = client(desk, unit, new.booked, &mut problems).await?;
    let comer_id = comer(unit, location_id, new.comer_id, new.comer, &mut problems).await?;
    problems.done()?;
    take(unit, location_id, &event, new.seats).await?;
    let price = store::price(unit, location_id, event.service_id, event.team_member_id).await?;
    let item = rules::item(&price, new.is_trial, new.seats);
    let mut made = Appointment {
        client_id,
        comer_id,
        clients_count: new.seats,
        is_trial: new.is_trial,
        cost: item.cost,
        created_at: desk.call.now,
        partner_id: desk.call.partner_id,
        event_id: Some(event.id),
        team_member_id: event.team_member_id,
        starts_at: event.starts_at,
        length: event.length,
        technical_break: event.technical_break,
        ..like
    };
    let ids = store::insert_all(unit, location_id, std::slice::from_ref(&made), desk.call.user_id).await?;
    made.id = ids.first().copied().ok_or_else(Error::not_found)?;
    store::add_items(unit, location_id, [(made.id, [item].as_slice())]).await?;
    unit.emit("record", made.id, Happened::Create).await?;
    unit.emit("activity", event.id, Happened::Update).await?;
    Ok(made)
}

/// The client booked: a known one by the id or the phone, else a new one.
pub(super) async fn client(
    desk: &Desk<'_>,
    unit: &mut Unit,
    booked: Booked,
    problems: &mut Problems,
) -> Result<Option<i64>> {
    let location_id = desk.location_id;
    if let Some(id) = booked.id {
        let known = clients::by_id(unit, location_id, id).await?;
        problems.check(known.is_some(), "client.id", "field-not-found");
        return Ok(Some(id));
    }
    let country = org::locations::store::by_id(unit, location_id).await?.country_id;
    let country = org::dictionaries::country(country).map(|c| c.iso_code);
    let new = rules::client(booked.new, country, problems);
    let fields = if booked.values.is_empty() {
        Vec::new()
    } else if desk.allows("custom_fields_client_values_edit_access") {
        org::custom_fields::store::list(unit, location_id, &[Entity::Client]).await?
    } else {
        return Err(Error::denied());
    };
    let values = rules::values(&booked.values, &fields, problems);
    if !problems.is_empty() {
        return Ok(None);
    }
    if !new.phone.is_empty()
        && let Some(known) = clients::by_phone(unit, location_id, &new.phone).await?
    {
        // Whoever is known already is not changed by being booked.
        return Ok(Some(known.id));
    }
    if !desk.allows("record_form_client_add_access") {
        return Err(Error::denied());
    }
    let id = clients::insert_details(unit, location_id, &new, desk.call.now).await?;
    clients::put_custom_values(unit, location_id, id, &values).await?;
    unit.emit("client", id, Happened::Create).await?;
    Ok(Some(id))
}

/// The visitor: a known one, or a new one.
async fn comer(
    unit: &mut Unit,
    location_id: i64,
    known: Option<i64>,
    name: Option<String>,
    problems: &mut Problems,
) -> Result<Option<i64>> {
    if let Some(id) = known {
        let there = store::comer(unit, location_id, id).await?.is_some();
        problems.check(there, "comer_id", "field-not-found");
        return Ok(Some(id));
    }
    let Some(name) = name else { return Ok(None) };
    problems.length(&name, 255, "comer.name");
    if !problems.is_empty() {
        return Ok(None);
    }
    let now = unit.now();
    store::insert_comer(unit, location_id, name.trim(), now).await.map(Some)
}

/// Changes an appointment in an event.
pub(super) async fn update<P>(
    at: &At<P>,
    event_id: i64,
    id: i64,
    change: Change,
) -> Result<(Unit, Appointment)> {
    again(|| try_update(at, event_id, id, change.clone())).await
}

async fn try_update<P>(at: &At<P>, event_id: i64, id: i64, change: Change) -> Result<(Unit, Appointment)> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    let event = open(&desk(at), &mut unit, event_id).await?;
    let mut appointment = store::lock(&mut unit, location_id, event_id, id).await?;
    at.check_revision(appointment.revision)?;
    let mut problems = Problems::new();
    if let Some(seats) = change.seats {
        let most = calendar::store::get(&mut unit, location_id).await?.seats_max;
        rules::seats(seats, most.max(appointment.clients_count), &mut problems);
    }
    if let Some(tags) = &change.tags {
        let known = events::known(&mut unit, location_id, "tags", tags).await?;
        problems.check(tags.iter().all(|tag| known.contains(tag)), "label_ids", "field-not-found");
    }
    problems.done()?;
    let seats = change.seats.unwrap_or(appointment.clients_count);
    if seats != appointment.clients_count {
        take(&mut unit, location_id, &event, seats - appointment.clients_count).await?;
    }
    let before = store::item(&mut unit, location_id, id).await?;
    let (cost, discount) = before.as_ref().map_or((0, 0), |item| (item.cost_per_unit, item.discount));
    let grants = &at.membership.grants;
    let dearer = cost != change.cost_per_unit && !grants.allows("records_services_cost_access");
    if dearer || (discount != change.discount && !grants.allows("records_services_discount_access")) {
        return Err(Error::denied());
    }
    let item = store::Item {
        service_id: event.service_id,
        cost_per_unit: change.cost_per_unit,
        amount: seats,
        discount: change.discount,
        cost: change.cost,
    };
    store::put_items(&mut unit, location_id, &[(id, item)]).await?;
    appointment.clients_count = seats;
    appointment.is_trial = change.is_trial.unwrap_or(appointment.is_trial);
    if let Some(comment) = change.comment {
        appointment.comment = comment;
    }
    if let Some(color) = change.color {
        appointment.color = color;
    }
    store::update(&mut unit, location_id, &appointment, at.now).await?;
    if let Some(mut tags) = change.tags {
        tags.sort_unstable();
        tags.dedup();
        store::set_tags(&mut unit, location_id, id, &tags).await?;
    }
    unit.emit("record", id, Happened::Update).await?;
    Ok((unit, appointment))
}

/// Moves an appointment to another event of the location.
pub(super) async fn reschedule<P>(
    at: &At<P>,
    event_id: i64,
    id: i64,
    to: Move,
) -> Result<(Unit, Appointment)> {
    again(|| try_reschedule(at, event_id, id, to.clone())).await
}

async fn try_reschedule<P>(at: &At<P>, event_id: i64, id: i64, to: Move) -> Result<(Unit, Appointment)> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    if to.to == event_id {
        return Err(Error::invalid("reschedule_activity_id", "field-same-event"));
    }
    // In one order, so that two who swap never wait for each other.
    let (first, second) = (event_id.min(to.to), event_id.max(to.to));
    let desk = desk(at);
    let first = open(&desk, &mut unit, first).await?;
    let second = open(&desk, &mut unit, second).await?;
    let (from, target) = if first.id == event_id { (first, second) } else { (second, first) };
    let mut appointment = store::lock(&mut unit, location_id, event_id, id).await?;
    at.check_revision(appointment.revision)?;
    let mut problems = Problems::new();
    let seats = to.seats.unwrap_or(appointment.clients_count);
    let most = calendar::store::get(&mut unit, location_id).await?.seats_max;
    rules::seats(seats, most.max(appointment.clients_count), &mut problems);
    problems.done()?;
    take(&mut unit, location_id, &target, seats).await?;
    take(&mut unit, location_id, &from, -appointment.clients_count).await?;
    let price = store::price(&mut unit, location_id, target.service_id, target.team_member_id).await?;
    let before = store::item(&mut unit, location_id, id).await?;
    let item = match before {
        // What was agreed on stays agreed on, for the same service and as many seats.
        Some(item) if item.service_id == target.service_id && item.amount == seats => item,
        _ => rules::item(&price, appointment.is_trial, seats),
    };
    store::put_items(&mut unit, location_id, &[(id, item)]).await?;
    appointment.event_id = Some(target.id);
    appointment.team_member_id = target.team_member_id;
    appointment.starts_at = target.starts_at;
    appointment.length = target.length;
    appointment.technical_break = target.technical_break;
    appointment.clients_count = seats;
    if !to.with_comer {
        appointment.comer_id = None;
    }
    if let Some(comment) = to.comment {
        appointment.comment = comment;
    }
    appointment.revision = store::update(&mut unit, location_id, &appointment, at.now).await?;
    let zone = org::locations::store::zone(&mut unit, location_id).await?;
    visits::settle(&mut unit, location_id, &[id], &zone, at.now).await?;
    unit.emit("record", id, Happened::Update).await?;
    Ok((unit, appointment))
}
