//! The demo's appointments around today: what is over, what is booked for the next two weeks, on working days, so that
//! whoever opens the demo finds a salon at work and room for more. Only the command lays them: tests begin without.

use booking::appointments::rules::item;
use booking::appointments::rules::standard::takes;
use booking::appointments::store::with::{self, Offer};
use booking::appointments::store::{self as appointments, Appointment, Item};
use booking::events::store as events;
use booking::occupancy::{Owner, store as occupancy};
use calc::intervals::Interval;
use calc::zone::{Zone, instant_of_clock, local_date};
use db::Tx;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use kernel::{Page, Result};

const ANN: i64 = 1001;
const MARK: i64 = 1002;
const MARIA: i64 = 1003;
const LILY: i64 = 1004;

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum As {
    /// Booked; once it is over, the client came.
    Booked,
    /// The client said that he comes.
    Confirmed,
    /// The client did not come.
    Missed,
    /// The client cancelled.
    Cancelled,
    /// Nobody rang up yet.
    Unconfirmed,
    /// By the client, on the booking page.
    Online,
}

use As::{Booked, Cancelled, Confirmed, Missed, Online, Unconfirmed};

/// Working day from today, team member, hour and minute, services, client (by place), how it stands, what is noted.
type Entry = (i64, i64, (i64, i64), &'static [i64], usize, As, &'static str);

/// Services of the demo: see its catalogue.
const HAIRCUT: i64 = 83169;
const BEARD: i64 = 83170;
const SHAVE: i64 = 83171;
const WOMEN: i64 = 83174;
const EVENING: i64 = 83177;
const COLOURING: i64 = 83180;
const TONING: i64 = 83182;
const MANICURE: i64 = 83183;
const GEL: i64 = 83184;
const BACK_MASSAGE: i64 = 83188;
const WHOLE_BODY: i64 = 83189;
const HOT_STONE: i64 = 83190;

const ENTRIES: [Entry; 38] = [
    (-9, ANN, (10, 0), &[WOMEN], 1, Booked, ""),
    (-9, MARK, (11, 0), &[BEARD], 2, Booked, ""),
    (-8, MARIA, (10, 30), &[MANICURE], 3, Booked, ""),
    (-8, MARK, (16, 0), &[HAIRCUT, BEARD], 6, Missed, "Did not answer the phone"),
    (-7, ANN, (14, 0), &[COLOURING], 5, Booked, "Copper, as in spring"),
    (-7, LILY, (11, 0), &[GEL], 9, Booked, ""),
    (-6, MARK, (10, 0), &[HAIRCUT], 4, Booked, ""),
    (-5, ANN, (11, 0), &[WOMEN], 7, Booked, ""),
    (-5, MARIA, (15, 0), &[EVENING], 9, Booked, ""),
    (-4, MARK, (11, 30), &[BACK_MASSAGE], 8, Booked, ""),
    (-4, ANN, (15, 0), &[HAIRCUT], 10, Missed, ""),
    (-3, LILY, (14, 0), &[HOT_STONE], 5, Booked, ""),
    (-2, ANN, (10, 0), &[WOMEN], 3, Booked, ""),
    (-2, MARK, (17, 0), &[BEARD], 2, Cancelled, ""),
    (-1, MARIA, (11, 0), &[SHAVE], 6, Booked, ""),
    (-1, ANN, (15, 0), &[HAIRCUT], 4, Booked, ""),
    (-1, MARK, (10, 0), &[TONING], 1, Online, ""),
    (0, ANN, (11, 0), &[WOMEN], 0, Confirmed, "Same colour as last time"),
    (0, ANN, (15, 30), &[HAIRCUT], 8, Booked, ""),
    (0, MARK, (11, 0), &[HAIRCUT, BEARD], 2, Confirmed, ""),
    (0, MARK, (16, 30), &[BEARD], 11, Online, ""),
    (0, MARIA, (10, 0), &[MANICURE], 7, Booked, ""),
    (0, LILY, (14, 0), &[GEL], 9, Confirmed, ""),
    (1, ANN, (14, 0), &[COLOURING], 1, Confirmed, "Allergy test is done"),
    (1, MARK, (10, 0), &[BACK_MASSAGE], 6, Booked, ""),
    (1, LILY, (11, 0), &[MANICURE], 3, Online, ""),
    (2, MARIA, (14, 0), &[WHOLE_BODY], 5, Booked, ""),
    (2, MARK, (17, 0), &[HAIRCUT], 10, Unconfirmed, "Asked to be called back"),
    (3, ANN, (16, 0), &[HAIRCUT], 4, Booked, ""),
    (3, MARK, (12, 0), &[BEARD], 8, Cancelled, ""),
    (4, LILY, (15, 0), &[HOT_STONE], 9, Online, ""),
    (4, MARIA, (11, 0), &[EVENING], 7, Booked, "For a wedding"),
    (5, ANN, (11, 30), &[WOMEN], 3, Booked, ""),
    (6, MARK, (11, 0), &[TONING], 1, Booked, ""),
    (7, ANN, (15, 0), &[WOMEN], 11, Online, ""),
    (8, LILY, (10, 0), &[GEL], 5, Booked, ""),
    (9, MARK, (16, 30), &[HAIRCUT], 2, Booked, ""),
    (10, ANN, (14, 0), &[WOMEN], 0, Booked, ""),
];

/// Who has a seat in the next classes: which class from now, client, seats.
const SEATS: [(usize, usize, i64); 5] = [(0, 3, 1), (0, 5, 2), (0, 9, 1), (1, 7, 1), (1, 0, 1)];
/// The class that they come to, and the form by which clients book.
const STRETCHING: i64 = 83193;
const FORM: i64 = 19203;
/// "First visit", and the drinks, of the demo's tags and fields; for which entry.
const TAG: (i64, usize) = (3, 20);
const DRINKS: (i64, [(usize, &str); 3]) = (2, [(17, "Coffee"), (19, "Water"), (23, "Tea")]);
/// Services that take up an instance, the first of two for Ann and Maria.
const TAKING: [(i64, i64); 5] =
    [(COLOURING, 185), (TONING, 185), (BACK_MASSAGE, 183), (WHOLE_BODY, 183), (HOT_STONE, 183)];
const DAY: i64 = 86_400_000;
/// How far ahead classes are looked for.
const TWO_WEEKS: i64 = 14 * DAY;

/// Lays all of it, in one transaction; the user made what clients did not book themselves.
pub async fn lay(tx: &mut Tx, location_id: i64, user_id: i64, now: i64) -> Result<()> {
    let zone = org::locations::store::zone(tx, location_id).await?;
    let people: Vec<i64> = tx
        .all("SELECT id FROM clients WHERE location_id = $1 ORDER BY id LIMIT 12", db::params![location_id])
        .await?;
    let offers = offers(tx, location_id).await?;
    for by_clients in [false, true] {
        let planned: Vec<(usize, Appointment, Vec<Item>)> = ENTRIES
            .iter()
            .enumerate()
            .filter(|(_, entry)| (entry.5 == Online) == by_clients)
            .filter_map(|(at, entry)| {
                let (appointment, items) = planned(entry, &offers, &people, &zone, now)?;
                Some((at, appointment, items))
            })
            .collect();
        let user = if by_clients { 0 } else { user_id };
        write(tx, location_id, user, &planned, now).await?;
    }
    seats(tx, location_id, user_id, &people, now).await
}

/// What each of those who work asks for each service.
async fn offers(tx: &mut Tx, location_id: i64) -> Result<Vec<(i64, Offer)>> {
    let mut out = Vec::new();
    for member in [ANN, MARK, MARIA, LILY] {
        let mut of: Vec<i64> =
            ENTRIES.iter().filter(|e| e.1 == member).flat_map(|e| e.3.iter().copied()).collect();
        of.sort_unstable();
        of.dedup();
        let offers = with::offers(tx, location_id, &of, member).await?;
        out.extend(offers.into_iter().map(|offer| (member, offer)));
    }
    Ok(out)
}

/// The working day that is so many after today; the next one is today's where nobody works today.
fn day(today: Date, mut ahead: i64) -> Date {
    let rests = |day: Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let mut day = today;
    while rests(day) {
        day = day.saturating_add(1.day());
    }
    while ahead != 0 {
        day = day.saturating_add(ahead.signum().days());
        if !rests(day) {
            ahead -= ahead.signum();
        }
    }
    day
}

fn planned(
    entry: &Entry,
    offers: &[(i64, Offer)],
    people: &[i64],
    zone: &Zone,
    now: i64,
) -> Option<(Appointment, Vec<Item>)> {
    let (ahead, member, (hour, minute), services, client, state, note) = *entry;
    let day = day(local_date(now, zone), ahead);
    // She works nights then.
    if member == MARIA && day.weekday() == Weekday::Friday {
        return None;
    }
    let starts_at = instant_of_clock(day, hour * 3600 + minute * 60, zone)?;
    let of = |service: &i64| offers.iter().find(|(m, offer)| *m == member && offer.id == *service);
    let had: Vec<&Offer> = services.iter().filter_map(of).map(|(_, offer)| offer).collect();
    let length: i64 = had.iter().map(|offer| offer.length).sum();
    let is_over = starts_at + length * 1000 <= now;
    let appointment = Appointment {
        team_member_id: member,
        client_id: people.get(client).copied(),
        starts_at,
        length,
        attendance: match state {
            Missed if is_over => -1,
            Cancelled | Missed => 0,
            _ if is_over => 1,
            Confirmed => 2,
            _ => 0,
        },
        confirmed: state != Unconfirmed,
        comment: note.to_owned(),
        device: i64::from(state == Online),
        form_id: if state == Online { FORM } else { 0 },
        is_requested: state != Online,
        created_at: (starts_at - 4 * DAY).min(now - 3_600_000),
        ..Appointment::default()
    };
    let items = had.into_iter().map(|offer| Item {
        service_id: offer.id,
        cost_per_unit: offer.price,
        amount: 1,
        discount: 0,
        cost: offer.price,
    });
    Some((appointment, items.collect()))
}

async fn write(
    tx: &mut Tx,
    location_id: i64,
    user_id: i64,
    planned: &[(usize, Appointment, Vec<Item>)],
    now: i64,
) -> Result<()> {
    let rows: Vec<Appointment> = planned.iter().map(|(_, appointment, _)| appointment.clone()).collect();
    let ids = appointments::insert_all(tx, location_id, &rows, user_id).await?;
    let mut taken = Vec::with_capacity(ids.len());
    for (id, (at, appointment, items)) in ids.iter().zip(planned) {
        appointments::set_items(tx, location_id, *id, items).await?;
        if *at == TAG.1 {
            appointments::set_tags(tx, location_id, *id, &[TAG.0]).await?;
        }
        if let Some((_, drink)) = DRINKS.1.iter().find(|(of, _)| of == at) {
            with::put_values(tx, location_id, *id, &[(DRINKS.0, Some((*drink).to_owned()))]).await?;
        }
        if ENTRIES[*at].5 == Cancelled {
            with::delete(tx, location_id, &[*id], appointment.created_at + 3_600_000).await?;
            continue;
        }
        let whole = Interval::new(0, appointment.length * 1000);
        let second = i64::from([MARK, LILY].contains(&appointment.team_member_id));
        let instances: Vec<(i64, Interval)> = items
            .iter()
            .filter_map(|item| TAKING.iter().find(|(service, _)| *service == item.service_id))
            .map(|(_, instance)| (instance + second, whole))
            .collect();
        taken.push((*id, takes(appointment, &instances)));
    }
    occupancy::take(tx, location_id, Owner::Appointment, &taken, false, now).await
}

/// Seats in the next two classes.
async fn seats(tx: &mut Tx, location_id: i64, user_id: i64, people: &[i64], now: i64) -> Result<()> {
    let filter = events::Filter {
        services: Some(vec![STRETCHING]),
        from: Some(now),
        till: Some(now + TWO_WEEKS),
        ..events::Filter::default()
    };
    let classes = events::list(tx, location_id, &filter, Page { limit: 2, offset: 0 }).await?;
    for (class, client, many) in SEATS {
        let Some(event) = classes.get(class) else { continue };
        let seat = Appointment {
            client_id: people.get(client).copied(),
            clients_count: many,
            created_at: now - DAY,
            ..Appointment::within(event)
        };
        let ids = appointments::insert_all(tx, location_id, &[seat], user_id).await?;
        let price = appointments::price(tx, location_id, event.service_id, event.team_member_id).await?;
        let items: Vec<(i64, Item)> = ids.into_iter().map(|id| (id, item(&price, false, many))).collect();
        appointments::put_items(tx, location_id, &items).await?;
        events::take_seats(tx, location_id, event.id, many, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_days_are_counted_over_weekends() {
        let date = jiff::civil::date;
        // A Wednesday.
        let today = date(2026, 11, 25);
        assert_eq!(day(today, 0), today);
        assert_eq!(day(today, 3), date(2026, 11, 30));
        assert_eq!(day(today, -3), date(2026, 11, 20));
        assert_eq!(day(date(2026, 11, 28), 0), date(2026, 11, 30));
        assert_eq!(day(date(2026, 11, 29), -1), date(2026, 11, 27));
    }
}
