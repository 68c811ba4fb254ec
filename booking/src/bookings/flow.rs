//! Booking, moving and cancelling by clients.

use ::clients::clients::store::{OnCard, by_ids};
use calc::intervals::Interval;
use calc::zone::{Zone, local_date, parse_instant};
use kernel::{Call, Error, Hash, Kind, Problems, Result, Unit, again, again_where};
use org::access::AnyPartner;
use org::custom_fields::rules::Entity;
use org::locations::Location;
use org::users::User;
use serde_json::Value;

use super::rules::{self, Person};
use super::store;
use crate::appointments::book::{self, Desk, Who};
use crate::appointments::rules::Booked;
use crate::appointments::rules::standard::{Details, Line, Wanted};
use crate::appointments::store::{self as appointments, Appointment};
use crate::appointments::{flow, links};
use crate::occupancy::{Owner, Subject, Taken, store as occupancy};
use crate::online::settings::Settings;
use crate::slots::{Asked, Look};
use calc::availability::Obstacle;

/// One of the appointments of a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    /// The client's own number of it.
    pub(super) id: i64,
    pub(super) services: Vec<i64>,
    /// None for anybody.
    pub(super) member: Option<i64>,
    pub(super) datetime: Option<String>,
    pub(super) values: Vec<(String, Value)>,
}

/// A request to book.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    pub(super) person: Person,
    pub(super) code: Option<String>,
    pub(super) items: Vec<Item>,
    /// The secret of a hold of these times.
    pub(super) hold: Option<String>,
    pub(super) like: Appointment,
    /// Agreements, as far as given: to newsletters, to the processing of personal data.
    pub(super) agreements: (Option<bool>, Option<bool>),
}

/// What was booked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    /// The client's own number.
    pub(super) id: i64,
    pub(super) appointment_id: i64,
}

/// The location, unless deleted or not active.
pub(super) async fn location(conn: &mut db::Conn, id: i64) -> Result<Location> {
    let location = org::locations::store::by_id(conn, id).await?;
    if location.active { Ok(location) } else { Err(Error::not_found()) }
}

/// Who asks, as far as signed in.
pub(super) async fn user(by: &AnyPartner) -> Result<Option<User>> {
    match &by.session {
        Some(session) => Ok(Some(org::users::store::by_id(&mut by.conn().await?, session.user_id).await?)),
        None => Ok(None),
    }
}

fn desk(call: &Call, location_id: i64) -> Desk<'_> {
    Desk { call, location_id, grants: None, busy: rules::taken_by }
}

/// The call, at that location.
pub(super) fn at(by: &AnyPartner, location_id: i64) -> Call {
    let mut call: Call = (**by).clone();
    call.location_id = location_id;
    call
}

/// Who books, as the location wants to know it; with a proven phone, or e-mail address without one, where it asks for that.
pub(super) async fn person(
    call: &Call,
    sent: Person,
    code: Option<&str>,
    settings: &Settings,
    location: &Location,
    user: Option<&User>,
) -> Result<Person> {
    let country = org::dictionaries::country(location.country_id).map(|country| country.iso_code);
    let person = rules::person(sent, settings, country)?;
    // Whoever is signed in by that phone has proven it.
    let proven = match user {
        Some(user) => org::users::store::proven_phone(&mut call.conn().await?, user.id).await?,
        None => None,
    };
    let own = proven.is_some_and(|phone| phone == person.phone);
    if settings.phone_confirmation && !own {
        let code = code.map(str::trim).filter(|code| !code.is_empty()).ok_or_else(rules::wrong_code)?;
        if !org::codes::is_right(call, &person.contact(), code).await? {
            return Err(rules::wrong_code());
        }
    }
    if !person.phone.is_empty() {
        let tags = store::tags_of(&mut call.conn().await?, location.id, &person.phone).await?;
        if tags.iter().any(|title| rules::keeps_away(title)) {
            return Err(rules::unwanted());
        }
    }
    Ok(person)
}

fn who(person: &Person, agreements: (Option<bool>, Option<bool>)) -> Booked {
    let new = ::clients::clients::store::Details {
        name: person.name.clone(),
        surname: person.surname.clone(),
        patronymic: person.patronymic.clone(),
        phone: person.phone.clone(),
        email: person.email.clone(),
        newsletter_allowed: agreements.0.unwrap_or(false),
        personal_data_allowed: agreements.1.unwrap_or(false),
        ..Default::default()
    };
    Booked { id: None, new, values: Vec::new() }
}

/// Books what is asked for, all of it or nothing.
pub(super) async fn order(by: &AnyPartner, location_id: i64, order: Order) -> Result<(Unit, Vec<Made>)> {
    if order.items.is_empty() || order.items.len() > rules::MOST {
        return Err(rules::no_services());
    }
    let call = at(by, location_id);
    let user = user(by).await?;
    let (location, settings) = {
        let mut conn = by.conn().await?;
        let location = location(&mut conn, location_id).await?;
        (location, crate::online::store::get(&mut conn, location_id).await?)
    };
    let proven = order.code.is_some() && settings.phone_confirmation;
    let person =
        person(&call, order.person.clone(), order.code.as_deref(), &settings, &location, user.as_ref())
            .await?;
    let (order, values) = sort_values(&call, order, &settings).await?;
    let mut like = through(&mut by.conn().await?, location_id, order.like.clone()).await?;
    like.booking_user_id = user.as_ref().map_or(0, |user| user.id);
    let who = Who::Client(Box::new(Booked { values, ..who(&person, order.agreements) }));
    let (order, like, person, who) = (&order, &like, &person, &who);
    // Somebody was quicker by a moment: perhaps another is free still, or what is in the way can be named.
    let made =
        again_where(book::is_worth_another, || try_order(&call, order, like, (person, proven), who)).await;
    made.map_err(|error| if error.kind() == Kind::Conflict { rules::taken() } else { error })
}

async fn try_order(
    call: &Call,
    order: &Order,
    like: &Appointment,
    (person, proven): (&Person, bool),
    who: &Who,
) -> Result<(Unit, Vec<Made>)> {
    let location_id = call.location_id;
    let mut unit = call.begin().await?;
    let hold = take_hold(&mut unit, location_id, order.hold.as_deref(), call.now).await?;
    let made = all(call, &mut unit, location_id, order, like, person, who).await?;
    store::end_holds(&mut unit, location_id, hold, call.now).await?;
    if proven {
        org::codes::store::forget(&mut unit, &person.contact()).await?;
    }
    Ok((unit, made))
}

/// Takes out of the order what was filled in about the client, and looks whether all is there that is asked for.
async fn sort_values(
    call: &Call,
    order: Order,
    settings: &Settings,
) -> Result<(Order, Vec<(String, serde_json::Value)>)> {
    if settings.own_fields.is_empty() {
        return Ok((order, Vec::new()));
    }
    let fields =
        org::custom_fields::store::list(&mut call.conn().await?, call.location_id, &Entity::ALL).await?;
    let (mut order, mut of_client) = (order, Vec::new());
    for item in &mut order.items {
        let mut problems = Problems::new();
        let sent = std::mem::take(&mut item.values);
        let (client, own) = rules::sort_values(sent, &settings.own_fields, &fields, &mut problems);
        problems.done().map_err(|error| error.about(item.id))?;
        item.values = own;
        for (code, value) in client {
            if of_client.iter().all(|(known, _)| *known != code) {
                of_client.push((code, value));
            }
        }
    }
    Ok((order, of_client))
}

async fn all(
    call: &Call,
    unit: &mut Unit,
    location_id: i64,
    order: &Order,
    like: &Appointment,
    person: &Person,
    who: &Who,
) -> Result<Vec<Made>> {
    let mut made = Vec::with_capacity(order.items.len());
    let mut own: Vec<Interval> = Vec::new();
    for (at, item) in order.items.iter().enumerate() {
        let placed = place(call, unit, location_id, item, &own).await.map_err(|e| about(e, at, item))?;
        own.push(placed.whole());
        let like = Appointment { is_requested: item.member.is_some(), ..like.clone() };
        let wanted = Wanted {
            details: Details {
                comment: Some(person.comment.clone()),
                values: item.values.clone(),
                ..Details::default()
            },
            ..placed.wanted(item)
        };
        // Later ones find the client that the first one made.
        let id = book::insert(&desk(call, location_id), unit, &like, who, &wanted)
            .await
            .map_err(|error| error.about(item.id))?;
        made.push(Made { id: item.id, appointment_id: id });
    }
    Ok(made)
}

/// Where one of the appointments goes.
struct Placed {
    member: i64,
    starts_at: i64,
    length: i64,
    technical_break: i64,
}

impl Placed {
    fn whole(&self) -> Interval {
        // The client is there for the service alone, not for the break after it.
        Interval::new(self.starts_at, self.starts_at + (self.length - self.technical_break) * 1000)
    }

    fn wanted(&self, item: &Item) -> Wanted {
        let line = |id: &i64| Line { service_id: Some(*id), ..Line::default() };
        Wanted {
            team_member_id: Some(self.member),
            services: Some(item.services.iter().map(line).collect()),
            starts_at: Some(self.starts_at),
            length: Some(self.length),
            technical_break: Some(self.technical_break),
            ..Wanted::default()
        }
    }
}

/// Looks whether one of the appointments can be had, and with whom.
async fn place(
    call: &Call,
    conn: &mut db::Conn,
    location_id: i64,
    item: &Item,
    own: &[Interval],
) -> Result<Placed> {
    if item.services.is_empty() || item.services.len() > rules::MOST {
        return Err(rules::no_services());
    }
    let zone = org::locations::store::zone(conn, location_id).await?;
    let starts_at = moment(item.datetime.as_deref(), &zone)?;
    let day = local_date(starts_at, &zone);
    let asked = Asked {
        member: item.member,
        services: &item.services,
        each: false,
        first: day,
        last: day,
        but: None,
        now: call.now,
    };
    let look = Look::load(conn, location_id, &asked).await?;
    if look.services.len() < item.services.len()
        || !look.services.iter().all(|service| crate::slots::look::is_offered(service))
    {
        return Err(rules::not_offered());
    }
    let member = match item.member {
        None if !look.settings().any_team_member => return Err(rules::nobody_free()),
        None => look.anybody(starts_at).ok_or_else(rules::nobody_free)?,
        Some(member) => member,
    };
    let Some(job) = look.job_of(member) else { return Err(rules::not_offered()) };
    let placed = Placed { member, starts_at, length: job.length(), technical_break: job.technical_break };
    if own.iter().any(|other| other.overlaps(placed.whole())) {
        return Err(rules::overlaps_own());
    }
    match look.obstacle(member, starts_at) {
        None => Ok(placed),
        Some(Obstacle::TooSoon | Obstacle::Closed | Obstacle::Taken | Obstacle::Missing(_)) => {
            Err(rules::taken())
        }
    }
}

/// Says which of the appointments asked for a refusal is about: by its own number, and by its place for the fields.
fn about(error: Error, at: usize, item: &Item) -> Error {
    error.about(item.id).within(&format!("appointments.{at}"))
}

fn moment(text: Option<&str>, zone: &Zone) -> Result<i64> {
    let text = text.ok_or_else(|| Error::invalid("datetime", "field-required"))?;
    parse_instant(text.trim(), zone).ok_or_else(|| Error::invalid("datetime", "field-date"))
}

/// Looks whether all of it can be had. With `hold`, holds it for some minutes; gives the secret and the end of the hold.
pub(super) async fn check(
    by: &AnyPartner,
    location_id: i64,
    items: &[Item],
    hold: bool,
) -> Result<Option<(Unit, String, i64)>> {
    if items.is_empty() || items.len() > rules::MOST {
        return Err(rules::no_services());
    }
    let call = at(by, location_id);
    location(&mut by.conn().await?, location_id).await?;
    if !hold {
        let mut conn = by.conn().await?;
        let mut own = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let placed =
                place(&call, &mut conn, location_id, item, &own).await.map_err(|e| about(e, at, item))?;
            own.push(placed.whole());
        }
        return Ok(None);
    }
    let mut unit = call.begin().await?;
    store::end_holds(&mut unit, location_id, None, call.now).await?;
    if store::holds_from(&mut unit, location_id, &call.origin.ip, call.now).await? >= rules::HOLDS {
        return Err(Error::too_many("too-many-holds", u64::try_from(rules::HOLD / 1000).unwrap_or(300)));
    }
    let (token, expires_at) = (call.app.token(16), call.now + rules::HOLD);
    let id = store::insert_hold(&mut unit, location_id, &token.hash(), &call.origin.ip, expires_at, call.now)
        .await?;
    let (mut own, mut taken) = (Vec::new(), Vec::new());
    for (at, item) in items.iter().enumerate() {
        let placed =
            place(&call, &mut unit, location_id, item, &own).await.map_err(|e| about(e, at, item))?;
        own.push(placed.whole());
        taken.push(Taken {
            subject: Subject::Team,
            subject_id: placed.member,
            starts_at: placed.starts_at,
            ends_at: placed.starts_at + placed.length * 1000,
        });
        // Each is looked at with those before it in place.
        let latest = std::slice::from_ref(&taken[taken.len() - 1]);
        occupancy::hold(&mut unit, location_id, id, latest, expires_at, call.now).await.map_err(|error| {
            if error.kind() == Kind::Conflict { rules::taken().about(item.id) } else { error }
        })?;
    }
    Ok(Some((unit, token.reveal().to_owned(), expires_at)))
}

/// Takes what a hold held into this transaction; gives the hold.
async fn take_hold(unit: &mut Unit, location_id: i64, token: Option<&str>, now: i64) -> Result<Option<i64>> {
    let Some(token) = token.filter(|token| !token.is_empty()) else { return Ok(None) };
    let hold = store::hold(unit, location_id, &Hash::of(token), now).await?;
    if let Some(id) = hold {
        occupancy::release(unit, location_id, Owner::Hold, &[id]).await?;
    }
    Ok(hold)
}

/// Ends a hold before its time; one that has ended already is no mistake.
pub(super) async fn release(by: &AnyPartner, location_id: i64, token: &str) -> Result<Unit> {
    let call = at(by, location_id);
    let mut unit = call.begin().await?;
    let hold = take_hold(&mut unit, location_id, Some(token), call.now).await?;
    store::end_holds(&mut unit, location_id, hold, call.now).await?;
    Ok(unit)
}

/// Says of the appointment through what it is booked: the form, where it is the location's or its chain's, else the API.
/// It is a note, and no reason to refuse a booking.
async fn through(conn: &mut db::Conn, location_id: i64, like: Appointment) -> Result<Appointment> {
    let form = match like.form_id {
        0 => None,
        id => org::locations::store::of_form(conn, id).await?,
    };
    if let Some((of, title)) = form
        && (of == location_id || crate::forms::store::is_beside(conn, location_id, of).await?)
    {
        return Ok(Appointment { record_from: title, ..like });
    }
    Ok(Appointment { form_id: 0, record_from: rules::API.1.to_owned(), source: rules::API.0, ..like })
}

/// Books seats of an event.
pub(super) async fn enter(
    by: &AnyPartner,
    location_id: i64,
    event_id: i64,
    order: Order,
    seats: i64,
) -> Result<(Unit, i64)> {
    let call = at(by, location_id);
    let user = user(by).await?;
    let mut conn = by.conn().await?;
    let location = location(&mut conn, location_id).await?;
    let settings = crate::online::store::get(&mut conn, location_id).await?;
    let event = crate::events::store::by_id(&mut conn, location_id, event_id).await?;
    drop(conn);
    if event.is_deleted {
        return Err(Error::not_found());
    }
    let like = through(&mut by.conn().await?, location_id, order.like.clone()).await?;
    if event.starts_at < call.now + settings.lead_time * 60_000 {
        return Err(rules::taken());
    }
    let mut problems = Problems::new();
    problems.range(seats, 1..=settings.event_seats_max.max(1), "clients_count");
    problems.done()?;
    let person =
        person(&call, order.person.clone(), order.code.as_deref(), &settings, &location, user.as_ref())
            .await?;
    let like = Appointment {
        booking_user_id: user.map_or(0, |user| user.id),
        comment: person.comment.clone(),
        ..like
    };
    let new = flow::New { booked: who(&person, order.agreements), seats, ..flow::New::default() };
    let proven = (order.code.is_some() && settings.phone_confirmation).then(|| person.contact());
    again(|| try_enter(&call, event_id, new.clone(), like.clone(), proven.as_deref())).await
}

async fn try_enter(
    call: &Call,
    event_id: i64,
    new: flow::New,
    like: Appointment,
    proven: Option<&str>,
) -> Result<(Unit, i64)> {
    let mut unit = call.begin().await?;
    let made = flow::enter(&desk(call, call.location_id), &mut unit, event_id, new, like).await?;
    if let Some(contact) = proven {
        org::codes::store::forget(&mut unit, contact).await?;
    }
    Ok((unit, made.id))
}

/// An appointment that whoever asks may see: by its secret, or as the user whose it is.
pub(super) async fn own(
    by: &AnyPartner,
    location_id: i64,
    id: i64,
    hash: Option<&str>,
) -> Result<Appointment> {
    let mut conn = by.conn().await?;
    let found = appointments::list::by_ids(&mut conn, location_id, &[id]).await?;
    let found = found.into_iter().next().ok_or_else(Error::not_found)?;
    if hash.is_some_and(|hash| links::is_hash(&by.app, location_id, id, hash)) {
        return Ok(found);
    }
    let user = user(by).await?.ok_or_else(Error::not_found)?;
    if found.booking_user_id == user.id {
        return Ok(found);
    }
    let phone = org::users::store::proven_phone(&mut conn, user.id).await?;
    let client = match found.client_id {
        Some(client) => by_ids::<OnCard>(&mut conn, location_id, &[client]).await?,
        None => Vec::new(),
    };
    let is_own = client.first().is_some_and(|client| phone.as_deref() == Some(client.phone.as_str()));
    if is_own && phone.is_some() { Ok(found) } else { Err(Error::not_found()) }
}

/// Moves an appointment to another time, with the same team member; or notes something else of it.
pub(super) async fn reschedule(
    by: &AnyPartner,
    location_id: i64,
    id: i64,
    hash: Option<&str>,
    datetime: Option<&str>,
    comment: Option<String>,
) -> Result<Unit> {
    own(by, location_id, id, hash).await?;
    let call = at(by, location_id);
    again(|| move_to(&call, location_id, id, datetime, comment.clone())).await
}

async fn move_to(
    call: &Call,
    location_id: i64,
    id: i64,
    datetime: Option<&str>,
    comment: Option<String>,
) -> Result<Unit> {
    let desk = desk(call, location_id);
    let mut unit = call.begin().await?;
    let before = book::locked(&desk, &mut unit, id).await?;
    call.check_revision(before.revision)?;
    let zone = org::locations::store::zone(&mut unit, location_id).await?;
    let settings = crate::online::store::get(&mut unit, location_id).await?;
    let starts_at = match datetime {
        Some(text) => moment(Some(text), &zone)?,
        None => before.starts_at,
    };
    let moved = starts_at != before.starts_at;
    if moved {
        let in_time =
            rules::in_time(settings.can_change, settings.change_deadline, before.starts_at, call.now);
        if !in_time || before.attendance == 1 {
            return Err(Error::new(Kind::Forbidden, "book-too-late"));
        }
        if before.event_id.is_some() {
            return Err(rules::taken());
        }
        free(&mut unit, call, location_id, &before, starts_at, &zone).await?;
    }
    let wanted = Wanted {
        starts_at: Some(starts_at),
        details: Details { comment, ..Details::default() },
        ..book::same(&mut unit, location_id, &before).await?
    };
    let event = before.event_id;
    let done = if event.is_some() {
        book::change_within(&desk, &mut unit, &before, &Who::Same, &wanted).await
    } else {
        book::change(&desk, &mut unit, &before, &Who::Same, &wanted).await
    };
    done.map_err(|error| if error.kind() == Kind::Conflict { rules::taken() } else { error })?;
    Ok(unit)
}

/// Whether the appointment's time is open to clients: within the horizon, the lead time and the hours, and free.
async fn free(
    unit: &mut Unit,
    call: &Call,
    location_id: i64,
    before: &Appointment,
    starts_at: i64,
    zone: &Zone,
) -> Result<()> {
    let day = local_date(starts_at, zone);
    let but = Some((Owner::Appointment, before.id));
    let asked = Asked {
        member: Some(before.team_member_id),
        services: &[],
        each: false,
        first: day,
        last: day,
        but,
        now: call.now,
    };
    let look = Look::load(unit, location_id, &asked).await?;
    let early = starts_at < call.now + look.settings().on(day).delay * 1000;
    if early || !look.opens(day) {
        return Err(rules::taken());
    }
    Ok(())
}

/// Cancels an appointment.
pub(super) async fn cancel(by: &AnyPartner, location_id: i64, id: i64, hash: Option<&str>) -> Result<Unit> {
    own(by, location_id, id, hash).await?;
    let call = at(by, location_id);
    again(|| try_cancel(&call, id)).await
}

async fn try_cancel(call: &Call, id: i64) -> Result<Unit> {
    let location_id = call.location_id;
    let mut unit = call.begin().await?;
    let settings = crate::online::store::get(&mut unit, location_id).await?;
    let peek = appointments::list::by_ids(&mut unit, location_id, &[id]).await?;
    let peek = peek.first().ok_or_else(Error::not_found)?;
    let in_time = rules::in_time(settings.can_cancel, settings.cancel_deadline, peek.starts_at, call.now);
    if !in_time || peek.attendance == 1 {
        return Err(Error::new(Kind::Forbidden, "book-too-late"));
    }
    book::delete_in(&desk(call, location_id), &mut unit, id).await?;
    Ok(unit)
}
