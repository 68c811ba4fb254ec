//! Making, changing and deleting appointments of their own, whoever books: the one way in which a time is taken.

use std::collections::BTreeSet;

use calc::availability::{Need, serve};
use calc::intervals::{Interval, union};
use calc::zone::{Zone, local_sql};
use catalog::resources::store as resources;
use kernel::{Call, Change, Error, Kind, Message, Problems, Result, Unit, again, again_where};
use org::custom_fields::rules::{Entity, value};
use org::rights::Grants;

use super::flow::client;
use super::rules::Booked;
use super::rules::standard::{self as rules, Wanted};
use super::store::with::{self, Offer};
use super::store::{self, Appointment, Item};
use crate::calendar::store::Clockwork;
use crate::calendar::{self, Shown};
use crate::occupancy::{Owner, Subject, Taken, store as occupancy};
use crate::visits::store as visits;

/// Who books, and how the face says no.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Desk<'a> {
    pub(crate) call: &'a Call,
    pub(crate) location_id: i64,
    /// A user's rights; none for a client, who has chosen from what is offered.
    pub(crate) grants: Option<&'a Grants>,
    /// The team member is not free then, or does not work.
    pub(crate) busy: fn(Message) -> Error,
}

impl Desk<'_> {
    /// Whether the user has that right. Clients are not asked for rights of users.
    pub(crate) fn allows(&self, slug: &str) -> bool {
        self.grants.is_none_or(|grants| grants.allows(slug))
    }

    fn demand(&self, fine: bool, slug: &str) -> Result<()> {
        if fine || self.allows(slug) { Ok(()) } else { Err(Error::denied()) }
    }
}

/// Whose appointment it is.
#[derive(Clone, Debug, Default)]
pub(crate) enum Who {
    /// As before; nobody in particular for a new one.
    #[default]
    Same,
    /// Nobody in particular.
    Nobody,
    /// This client.
    Client(Box<Booked>),
}

/// An appointment as it goes into the database, with what goes with it.
struct Laid {
    appointment: Appointment,
    items: Vec<Item>,
    takes: Vec<Taken>,
    keeps_place: bool,
}

/// Makes an appointment: `new` has what only its maker knows (where it was booked, by which form). `problems` are those
/// of the face.
pub(crate) async fn create(
    desk: &Desk<'_>,
    new: &Appointment,
    who: &Who,
    wanted: &Wanted,
    mut problems: Problems,
) -> Result<(Unit, i64)> {
    rules::check(wanted, &mut problems);
    problems.done()?;
    let made = again_where(is_worth_another, || try_create(desk, new, who, wanted)).await;
    made.map_err(|error| if error.kind() == Kind::Conflict { (desk.busy)("busy".into()) } else { error })
}

async fn try_create(desk: &Desk<'_>, new: &Appointment, who: &Who, wanted: &Wanted) -> Result<(Unit, i64)> {
    let mut unit = desk.call.begin().await?;
    let id = insert(desk, &mut unit, new, who, wanted).await?;
    Ok((unit, id))
}

/// Whether a booking may do better when it is tried again: the place was free a moment ago, so perhaps another chair of
/// the same kind still is.
pub(crate) fn is_worth_another(error: &Error) -> bool {
    error.kind() == Kind::Conflict || error.is_given_up()
}

/// Makes an appointment within a transaction, of what [`rules::check`] found fine.
///
/// # Errors
/// 409 when somebody was quicker; the whole transaction is to be given up.
pub(crate) async fn insert(
    desk: &Desk<'_>,
    unit: &mut Unit,
    new: &Appointment,
    who: &Who,
    wanted: &Wanted,
) -> Result<i64> {
    let new = Appointment { created_at: desk.call.now, partner_id: desk.call.partner_id, ..new.clone() };
    let clockwork = calendar::store::clockwork(unit, desk.location_id).await?;
    let (laid, client_id) = lay(desk, unit, &clockwork, (&new, &[]), who, wanted).await?;
    let cost = laid.items.iter().map(|item| item.cost).sum();
    let mut made = Appointment { client_id, cost, ..laid.appointment };
    let only = std::slice::from_ref(&made);
    let ids = store::insert_all_in(unit, desk.location_id, &clockwork.zone, only, desk.call.user_id).await?;
    made.id = ids.first().copied().ok_or_else(Error::not_found)?;
    store::add_items(unit, desk.location_id, [(made.id, laid.items.as_slice())]).await?;
    beside(desk, unit, made.id, wanted).await?;
    let taken = [(made.id, laid.takes)];
    occupancy::add(unit, desk.location_id, Owner::Appointment, &taken, wanted.force, desk.call.now).await?;
    unit.emit("record", made.id, Change::Create).await?;
    Ok(made.id)
}

/// Changes an appointment; one in an event stays in it, and must be named with it.
pub(crate) async fn update(
    desk: &Desk<'_>,
    id: i64,
    event_id: i64,
    who: &Who,
    wanted: &Wanted,
    problems: Problems,
) -> Result<Unit> {
    again(|| try_update(desk, id, event_id, who, wanted, problems.clone())).await
}

async fn try_update(
    desk: &Desk<'_>,
    id: i64,
    event_id: i64,
    who: &Who,
    wanted: &Wanted,
    mut problems: Problems,
) -> Result<Unit> {
    let mut unit = desk.call.begin().await?;
    let before = locked(desk, &mut unit, id).await?;
    desk.call.check_revision(before.revision)?;
    problems.check(event_id == before.event_id.unwrap_or(0), "activity_id", "field-other-event");
    if before.event_id.is_some() {
        rules::details(&wanted.details, &mut problems);
        problems.done()?;
        change_within(desk, &mut unit, &before, who, wanted).await?;
        return Ok(unit);
    }
    rules::check(wanted, &mut problems);
    problems.done()?;
    match change(desk, &mut unit, &before, who, wanted).await {
        Err(error) if error.kind() == Kind::Conflict => Err((desk.busy)("busy".into())),
        Err(error) => Err(error),
        Ok(()) => Ok(unit),
    }
}

/// An appointment, unless deleted, where the user's calendar shows it; locked until the end of the transaction.
pub(crate) async fn locked(desk: &Desk<'_>, unit: &mut Unit, id: i64) -> Result<Appointment> {
    let appointment = store::lock_any(unit, desk.location_id, id).await?;
    if let Some(grants) = desk.grants {
        let shown = Shown::of(grants);
        if shown.of_team(unit, desk.location_id, &[appointment.team_member_id]).await?.is_empty() {
            return Err(Error::not_found());
        }
    }
    Ok(appointment)
}

/// Changes what is said beside of a locked appointment in an event, and whose it is.
pub(crate) async fn change_within(
    desk: &Desk<'_>,
    unit: &mut Unit,
    before: &Appointment,
    who: &Who,
    wanted: &Wanted,
) -> Result<()> {
    let mut problems = Problems::new();
    let mut after = before.clone();
    rules::detail(&mut after, &wanted.details);
    after.client_id = whose(desk, unit, before, who, &mut problems).await?;
    known(unit, desk.location_id, wanted, &mut problems).await?;
    problems.done()?;
    may_change(desk, unit, before, &after, &[], &[]).await?;
    let zone = org::locations::store::zone(unit, desk.location_id).await?;
    write(desk, unit, &zone, &after, wanted).await
}

/// Writes a changed appointment with what is said beside.
async fn write(
    desk: &Desk<'_>,
    unit: &mut Unit,
    zone: &Zone,
    after: &Appointment,
    wanted: &Wanted,
) -> Result<()> {
    store::update(unit, desk.location_id, after, desk.call.now).await?;
    beside(desk, unit, after.id, wanted).await?;
    visits::settle(unit, desk.location_id, &[after.id], zone, desk.call.now).await?;
    unit.emit("record", after.id, Change::Update).await
}

/// Changes a locked appointment of its own within a transaction, as [`rules::check`] found fine.
///
/// # Errors
/// 409 when somebody was quicker; the whole transaction is to be given up.
pub(crate) async fn change(
    desk: &Desk<'_>,
    unit: &mut Unit,
    before: &Appointment,
    who: &Who,
    wanted: &Wanted,
) -> Result<()> {
    let had = store::items(unit, desk.location_id, before.id).await?;
    let clockwork = calendar::store::clockwork(unit, desk.location_id).await?;
    let (laid, client_id) = lay(desk, unit, &clockwork, (before, &had), who, wanted).await?;
    let after = Appointment { client_id, ..laid.appointment };
    may_change(desk, unit, before, &after, &had, &laid.items).await?;
    store::set_items(unit, desk.location_id, after.id, &laid.items).await?;
    write(desk, unit, &clockwork.zone, &after, wanted).await?;
    if laid.keeps_place {
        return Ok(());
    }
    // Last of all, as in a booking: whoever waits here for somebody else has nothing that he waits for.
    let taken = [(after.id, laid.takes)];
    occupancy::take(unit, desk.location_id, Owner::Appointment, &taken, wanted.force, desk.call.now).await
}

/// Whose it becomes.
async fn whose(
    desk: &Desk<'_>,
    unit: &mut Unit,
    before: &Appointment,
    who: &Who,
    problems: &mut Problems,
) -> Result<Option<i64>> {
    match who {
        Who::Same => Ok(before.client_id),
        Who::Nobody => Ok(None),
        Who::Client(booked) => client(desk, unit, (**booked).clone(), problems).await,
    }
}

/// What of it this user may change.
async fn may_change(
    desk: &Desk<'_>,
    unit: &mut Unit,
    before: &Appointment,
    after: &Appointment,
    had: &[Item],
    items: &[Item],
) -> Result<()> {
    within_days(desk, unit, before.starts_at).await?;
    let moved = before.starts_at != after.starts_at || before.team_member_id != after.team_member_id;
    let services =
        |of: &[Item]| of.iter().map(|item| (item.service_id, item.amount)).collect::<BTreeSet<_>>();
    for (same, slug) in [
        (before.attendance == after.attendance, "edit_records_attendance_access"),
        (!moved, "records_edit_date_and_master_access"),
        (before.length == after.length, "records_edit_duration_access"),
        (before.comment == after.comment, "records_edit_comment_access"),
        (services(had) == services(items), "records_edit_services_access"),
    ] {
        desk.demand(same, slug)?;
    }
    Ok(())
}

/// Whether the user may still change what began then.
async fn within_days(desk: &Desk<'_>, unit: &mut Unit, starts_at: i64) -> Result<()> {
    let Some(grants) = desk.grants else { return Ok(()) };
    let zone = org::locations::store::zone(unit, desk.location_id).await?;
    let open = calendar::first_editable_day(grants, desk.call.now, &zone);
    if open.is_some_and(|first| calc::zone::local_date(starts_at, &zone) < first) {
        return Err(Error::denied());
    }
    Ok(())
}

/// Works out what an appointment becomes, and whether there is room for it; gives it with its client.
async fn lay(
    desk: &Desk<'_>,
    unit: &mut Unit,
    clockwork: &Clockwork,
    (before, had): (&Appointment, &[Item]),
    who: &Who,
    wanted: &Wanted,
) -> Result<(Laid, Option<i64>)> {
    let location_id = desk.location_id;
    let mut problems = Problems::new();
    let member = wanted.team_member_id.unwrap_or(before.team_member_id);
    if (before.id == 0 || member != before.team_member_id) && !is_bookable(desk, unit, member).await? {
        problems.add("staff_id", "field-not-found");
    }
    let lines = wanted.services.as_deref().unwrap_or_default();
    let ids: BTreeSet<i64> = lines.iter().filter_map(|line| line.service_id).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let offers = with::offers(unit, location_id, &ids, member).await?;
    let items = rules::items(lines, &offers, &mut problems);
    let (cost, discount) = rules::differs(&items, had, &offers);
    desk.demand(!cost, "records_services_cost_access")?;
    desk.demand(!discount, "records_services_discount_access")?;
    let usual = rules::usual_break(&offers, clockwork.technical_break);
    let appointment = rules::appointment(before, wanted, usual, &mut problems);
    let client_id = whose(desk, unit, before, who, &mut problems).await?;
    known(unit, location_id, wanted, &mut problems).await?;
    problems.done()?;
    let of_lines: Vec<&Offer> =
        items.iter().filter_map(|item| offers.iter().find(|offer| offer.id == item.service_id)).collect();
    let (takes, keeps_place) =
        room(desk, unit, &clockwork.zone, (before, &appointment), &of_lines, wanted).await?;
    Ok((Laid { appointment, items, takes, keeps_place }, client_id))
}

/// An appointment as it is, to be wanted again with something else about it.
pub(crate) async fn same(unit: &mut Unit, location_id: i64, of: &Appointment) -> Result<Wanted> {
    let line = |item: &Item| rules::Line {
        service_id: Some(item.service_id),
        amount: Some(item.amount),
        cost_per_unit: Some(item.cost_per_unit),
        first_cost: None,
        discount: Some(item.discount),
        cost: Some(item.cost),
    };
    let items = store::items(unit, location_id, of.id).await?;
    Ok(Wanted {
        team_member_id: Some(of.team_member_id),
        services: Some(items.iter().map(line).collect()),
        starts_at: Some(of.starts_at),
        length: Some(of.length),
        technical_break: Some(of.technical_break),
        ..Wanted::default()
    })
}

/// Whether appointments can be made with him: he is there, not dismissed, and shown to the user.
async fn is_bookable(desk: &Desk<'_>, unit: &mut Unit, member: i64) -> Result<bool> {
    let Some(found) = org::team::store::by_id(unit, desk.location_id, member).await? else {
        return Ok(false);
    };
    if found.fired || found.is_deleted {
        return Ok(false);
    }
    match desk.grants {
        Some(grants) => Ok(!Shown::of(grants).of_team(unit, desk.location_id, &[member]).await?.is_empty()),
        None => Ok(true),
    }
}

/// Names tags and instances that are not there.
async fn known(unit: &mut Unit, location_id: i64, wanted: &Wanted, problems: &mut Problems) -> Result<()> {
    if let Some(tags) = wanted.details.tags.as_ref().filter(|tags| !tags.is_empty()) {
        let known = crate::events::store::known(unit, location_id, "tags", tags).await?;
        problems.check(tags.iter().all(|tag| known.contains(tag)), "record_labels", "field-not-found");
    }
    if let Some(instances) = wanted.instances.as_ref().filter(|ids| !ids.is_empty()) {
        let known = crate::events::store::known(unit, location_id, "resource_instances", instances).await?;
        let fine = instances.iter().all(|id| known.contains(id));
        problems.check(fine, "resource_instance_ids", "field-not-found");
    }
    Ok(())
}

/// What the appointment takes up, and whether that is what it took up before: then it keeps its place, perhaps over
/// another on purpose, and whatever the hours have become since.
async fn room(
    desk: &Desk<'_>,
    unit: &mut Unit,
    zone: &Zone,
    (before, after): (&Appointment, &Appointment),
    offers: &[&Offer],
    wanted: &Wanted,
) -> Result<(Vec<Taken>, bool)> {
    let location_id = desk.location_id;
    let services: BTreeSet<i64> = offers.iter().map(|offer| offer.id).collect();
    let services: Vec<i64> = services.into_iter().collect();
    let needs = resources::needed(unit, location_id, Some(&services)).await?;
    let needs: Vec<(i64, i64)> =
        needs.into_iter().map(|(service, resource, _)| (service, resource)).collect();
    let needed = rules::needed(offers, after.length, &needs);
    let whole = Interval::new(0, after.length * 1000);
    // Of each need, those that are alike.
    let mut alike: Vec<(Interval, Vec<i64>)> = match &wanted.instances {
        Some(named) => {
            let once: BTreeSet<i64> = named.iter().copied().collect();
            once.into_iter().map(|id| (whole, vec![id])).collect()
        }
        None => {
            let resources: Vec<i64> = needed.iter().map(|(resource, _)| *resource).collect();
            let all = resources::instances(unit, location_id, Some(&resources)).await?;
            let of = |resource: i64| all.iter().filter(|i| i.resource_id == resource).map(|i| i.id).collect();
            needed.iter().map(|(resource, during)| (*during, of(*resource))).collect()
        }
    };
    // A resource without any instance is none that could be taken.
    alike.retain(|(_, ids)| !ids.is_empty());
    let ids: Vec<i64> = alike.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
    let span = (after.starts_at, after.ends_at());
    let own = (before.id != 0).then_some((Owner::Appointment, before.id));
    let taken =
        occupancy::in_the_way(unit, location_id, (&[after.team_member_id], &ids), span, own, desk.call.now)
            .await?;
    let of = |subject: Subject, id: i64| -> Vec<Interval> {
        let same = taken.iter().filter(|t| t.subject == subject && t.subject_id == id);
        union(&same.map(|t| Interval::new(t.starts_at, t.ends_at)).collect::<Vec<_>>())
    };
    let needs: Vec<Need> = alike
        .iter()
        .map(|(during, ids)| Need {
            during: *during,
            alike: ids.iter().map(|id| of(Subject::Resource, *id)).collect(),
        })
        .collect();
    let had = if before.id == 0 {
        Vec::new()
    } else {
        occupancy::of_owner(unit, location_id, Owner::Appointment, before.id).await?
    };
    // Where it can, it keeps the instances that it has.
    let chosen: Vec<usize> = match serve(&needs, after.starts_at) {
        Ok(chosen) => chosen,
        Err(_) if wanted.force => vec![0; needs.len()],
        Err(_) => {
            if keeps(&had, before, after, &alike) {
                return Ok((had, true));
            }
            return Err((desk.busy)(at_that_time("resource-busy-at", after.starts_at, zone)));
        }
    };
    if keeps(&had, before, after, &alike) {
        return Ok((had, true));
    }
    let instances: Vec<(i64, Interval)> =
        alike.iter().zip(chosen).filter_map(|((during, ids), at)| Some((*ids.get(at)?, *during))).collect();
    if !wanted.force {
        let whole = Interval::new(after.starts_at, after.ends_at());
        let busy = of(Subject::Team, after.team_member_id).iter().any(|t| t.overlaps(whole));
        if busy || !works(unit, location_id, after, zone).await? {
            return Err((desk.busy)(at_that_time("busy-at", after.starts_at, zone)));
        }
    }
    Ok((rules::takes(after, &instances), false))
}

/// Whether it needs nothing but what it has, when it has it.
fn keeps(had: &[Taken], before: &Appointment, after: &Appointment, alike: &[(Interval, Vec<i64>)]) -> bool {
    let same = before.id != 0
        && before.team_member_id == after.team_member_id
        && before.starts_at == after.starts_at
        && before.length == after.length;
    let instances: Vec<&Taken> = had.iter().filter(|t| t.subject == Subject::Resource).collect();
    let served = |(during, ids): &(Interval, Vec<i64>)| {
        instances.iter().any(|t| {
            ids.contains(&t.subject_id)
                && t.starts_at <= after.starts_at + during.start
                && t.ends_at >= after.starts_at + during.end
        })
    };
    same && instances.len() == alike.len() && alike.iter().all(served)
}

async fn works(unit: &mut Unit, location_id: i64, of: &Appointment, zone: &Zone) -> Result<bool> {
    let day = calc::zone::local_date(of.starts_at, zone);
    let (first, last) = (day.yesterday().unwrap_or(day), day.tomorrow().unwrap_or(day));
    let team = [of.team_member_id];
    let days = crate::schedules::store::days(unit, location_id, Some(&team), first, last).await?;
    let hours = |day| days.iter().find(|of| of.day == day).map_or_else(Vec::new, |of| of.hours.clone());
    Ok(crate::events::rules::works(of.starts_at, of.length, zone, hours))
}

fn at_that_time(message: &'static str, starts_at: i64, zone: &Zone) -> Message {
    let when = local_sql(starts_at, zone).get(..16).unwrap_or_default().to_owned();
    Message::new(message).with("when", when)
}

/// Writes tags and values of custom fields. Who may not see or change values leaves them as they are.
pub(crate) async fn beside(desk: &Desk<'_>, unit: &mut Unit, id: i64, wanted: &Wanted) -> Result<()> {
    let location_id = desk.location_id;
    if let Some(tags) = &wanted.details.tags {
        let tags: Vec<i64> = tags.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        store::set_tags(unit, location_id, id, &tags).await?;
    }
    let may = desk.allows("custom_fields_record_values_read_access")
        && desk.allows("custom_fields_record_values_edit_access");
    if wanted.details.values.is_empty() || !may {
        return Ok(());
    }
    let mut fields = org::custom_fields::store::list(unit, location_id, &[Entity::Appointment]).await?;
    // A client fills what people may fill, and knows of nothing else.
    fields.retain(|field| desk.grants.is_some() || field.user_can_edit);
    let mut problems = Problems::new();
    let mut values = Vec::with_capacity(wanted.details.values.len());
    for (code, sent) in &wanted.details.values {
        let place = format!("custom_fields.{code}");
        match fields.iter().find(|field| field.code == *code).map(|field| (field.id, value(field, sent))) {
            Some((field, Ok(value))) => values.push((field, value)),
            Some((_, Err(message))) => problems.add(place, message),
            None => problems.add(place, "field-not-found"),
        }
    }
    problems.done()?;
    with::put_values(unit, location_id, id, &values).await
}

/// Deletes an appointment, softly; in an event, its seats are free again. Gives it as it was.
pub(crate) async fn delete(desk: &Desk<'_>, id: i64) -> Result<(Unit, Appointment)> {
    again(|| try_delete(desk, id)).await
}

async fn try_delete(desk: &Desk<'_>, id: i64) -> Result<(Unit, Appointment)> {
    let mut unit = desk.call.begin().await?;
    let gone = delete_in(desk, &mut unit, id).await?;
    Ok((unit, gone))
}

/// The same within a transaction.
pub(crate) async fn delete_in(desk: &Desk<'_>, unit: &mut Unit, id: i64) -> Result<Appointment> {
    // Events are locked before their appointments, everywhere, so that no two wait for each other.
    let peek = store::list::by_ids(unit, desk.location_id, &[id]).await?;
    if let Some(event) = peek.first().and_then(|one| one.event_id) {
        crate::events::store::lock(unit, desk.location_id, event).await?;
    }
    let before = locked(desk, unit, id).await?;
    desk.call.check_revision(before.revision)?;
    within_days(desk, unit, before.starts_at).await?;
    desk.demand(before.attendance != 1, "delete_customer_came_records_access")?;
    remove(unit, desk.location_id, &before).await?;
    Ok(before)
}

/// Takes a locked appointment away.
pub(crate) async fn remove(unit: &mut Unit, location_id: i64, appointment: &Appointment) -> Result<()> {
    let now = unit.now();
    with::delete(unit, location_id, &[appointment.id], now).await?;
    occupancy::release(unit, location_id, Owner::Appointment, &[appointment.id]).await?;
    if let Some(event) = appointment.event_id {
        crate::events::store::take_seats(unit, location_id, event, -appointment.clients_count, now).await?;
        unit.emit("activity", event, Change::Update).await?;
    }
    unit.emit("record", appointment.id, Change::Delete).await
}
