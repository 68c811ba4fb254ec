//! The demo: the location of the published example, and a stranger's beside it.

use std::time::Duration;

use booking::forms::Form;
use booking::online;
use booking::online::settings::{Grid, Kind};
use db::{Tx, params};
use kernel::{App, Hash, Result};
use org::custom_fields::store::Field;
use org::locations::{Location, rules::Social};
use org::positions::Position;
use org::rights::{Grants, Role};
use org::tags::store::Tag;
use org::team::Member;
use org::users::Membership;
use org::{chains, custom_fields, licenses, locations, partners, positions, sessions, tags, team, users};
use serde_json::json;

use crate::config::{Serving, Settings};
use crate::controls::Controls;
use crate::demo_generate::{self, Plan};
use crate::demo_today;
use crate::portal::PortalConfig;
use crate::router::Options;
use crate::serve;
use crate::start::{self, Failure};

/// The demo's partner token. Public, like everything of the demo.
pub const PARTNER_TOKEN: &str = "demo0partner0token00";
/// The demo owner's user token.
pub const USER_TOKEN: &str = "demo00user00token00000000000000a";
/// The demo owner's login.
pub const LOGIN: &str = "testuser@alteg.io";
/// The demo owner's password.
pub const PASSWORD: &str = "testpass";
/// The location of the published example.
pub const LOCATION: i64 = 37532;
/// The stranger's login; the password is the same.
pub const STRANGER_LOGIN: &str = "stranger@example.com";
/// The stranger's user token.
pub const STRANGER_TOKEN: &str = "demo00user00token00000000000000b";
/// The stranger's location.
pub const STRANGER_LOCATION: i64 = 40001;
/// The stranger's chain.
pub const STRANGER_CHAIN: i64 = 9300;

/// The command `demo`.
pub async fn run(
    mut settings: Settings,
    mut serving: Serving,
    json: bool,
    keep: bool,
    plan: Plan,
) -> std::result::Result<(), Failure> {
    // Removed when the demo ends, unless a folder was named.
    let temporary = if keep {
        None
    } else {
        let folder = tempfile::Builder::new()
            .prefix("frontdesk-demo-")
            .tempdir()
            .map_err(|e| Failure::new(e.to_string()))?;
        folder.path().clone_into(&mut settings.data_dir);
        settings.secret_key_file = None;
        Some(folder)
    };
    let listener = serve::listen(&serving)?;
    serving.listen = listener.local_addr().map_err(|e| Failure::new(e.to_string()))?;
    // Whoever tries webhooks out has his receiver beside the demo; one that others can reach stays closed.
    if serving.webhook_networks.is_empty() && serving.listen.ip().is_loopback() {
        "127.0.0.0/8,::1".clone_into(&mut serving.webhook_networks);
    }
    let controls = Controls::new(settings.data_dir.join("snapshots"));
    let app = start::app(&settings, &serving.public_url(), serving.outgoing()?, Some(controls)).await?;
    if lay(&app).await? {
        let owner =
            app.db().conn().await?.one("SELECT id FROM users WHERE login = $1", params![LOGIN]).await?;
        let now = app.now();
        app.write(async |tx| demo_today::lay(tx, LOCATION, owner, now).await).await?;
        demo_generate::lay(&app, owner, plan).await?;
    }
    let stop = serve::told_to_stop()?;
    start::print(&if json { as_json(&app, &settings) } else { summary(&app, &settings, keep) });
    let options = Options {
        quotas: None,
        at_once: serving.at_once(app.db().dialect()),
        deadline: Duration::from_secs(serving.request_timeout.max(1)),
        trust_proxy: serving.trust_proxy,
        portal: PortalConfig {
            partner_token: Some(PARTNER_TOKEN.to_owned()),
            user_token: Some(USER_TOKEN.to_owned()),
        },
        controls: true,
    };
    let outcome = serve::run(app, listener, stop, options, &settings, &serving).await;
    drop(temporary);
    outcome
}

fn as_json(app: &App, settings: &Settings) -> String {
    json!({
        "url": app.public_url(),
        "partner_token": PARTNER_TOKEN,
        "user_token": USER_TOKEN,
        "login": LOGIN,
        "password": PASSWORD,
        "location_id": LOCATION,
        "data_dir": settings.data_dir,
    })
    .to_string()
}

fn summary(app: &App, settings: &Settings, keep: bool) -> String {
    let url = app.public_url();
    let data = settings.data_dir.display();
    let fate = if keep { "kept" } else { "removed at the end" };
    format!(
        "Frontdesk demo

  API             {url}/api/v1
  Reference       {url}/docs
  Booking page    {url}/book/19203
  Mock server     {url}/_mock/en/b2b-v1/openapi/
  Clock and more  {url}/api/frontdesk/v1/demo/clock

  Partner token   {PARTNER_TOKEN}
  Login           {LOGIN}
  Password        {PASSWORD}
  User token      {USER_TOKEN}
  Data            {data} ({fate})

Try:

  curl -H 'Authorization: Bearer {PARTNER_TOKEN}, User {USER_TOKEN}' '{url}/api/v1/company/{LOCATION}?my=1'

Stop with Ctrl-C."
    )
}

/// Lays the demo data, unless it is there; says whether it was not.
pub async fn lay(app: &App) -> Result<bool> {
    let there: i64 =
        app.db().conn().await?.one("SELECT COUNT(*) FROM locations WHERE id = $1", params![LOCATION]).await?;
    if there > 0 {
        return Ok(false);
    }
    let hash = sessions::hash_password(app, PASSWORD).await?;
    let now = app.now();
    crate::demo_clients::store_file(app).await?;
    app.write(async |tx| all(tx, &hash, now).await).await?;
    Ok(true)
}

async fn all(tx: &mut Tx, password: &str, now: i64) -> Result<()> {
    let partner = partners::store::put(tx, "Demo", &Hash::of(PARTNER_TOKEN), now).await?;
    let james = user(tx, "James Smith", LOGIN, Some("+13155550175"), password, now).await?;
    session(tx, james, partner, USER_TOKEN, now).await?;
    chains::store::insert(tx, 9206, "James Smith LLC main location chain", now).await?;
    chains::store::insert(tx, 9207, "James Smith LLC extra location chain", now).await?;
    for chain in [9206, 9207] {
        chains::store::put_user(tx, chain, james, &chains::rules::all()).await?;
    }
    location(tx, &new_york(), james, &[9206, 9207], now).await?;
    locations::store::set_phones(tx, LOCATION, &["+12125357710".to_owned()]).await?;
    let form = "James Smith LLC location appointment form";
    locations::store::insert_form(tx, LOCATION, Some(19203), form, false).await?;
    online_booking(tx, now).await?;
    for (id, title) in [(301, "Hairdresser"), (302, "Barber"), (303, "Administrator")] {
        let position = Position { id, title: title.to_owned(), ..Position::default() };
        positions::store::insert(tx, LOCATION, &position, now).await?;
    }
    for member in new_york_team(now) {
        team::store::insert(tx, LOCATION, &member, now).await?;
    }
    labels_and_fields(tx, now).await?;
    let reception = user(tx, "Olivia Brown", "olivia@example.com", None, password, now).await?;
    member(tx, LOCATION, reception, Role::Administrator, "Reception", now).await?;
    crate::demo_clients::lay(tx, LOCATION, james, now).await?;

    let stranger = user(tx, "Sam Stranger", STRANGER_LOGIN, None, password, now).await?;
    session(tx, stranger, partner, STRANGER_TOKEN, now).await?;
    chains::store::insert(tx, STRANGER_CHAIN, "Danube Studios", now).await?;
    chains::store::put_user(tx, STRANGER_CHAIN, stranger, &chains::rules::all()).await?;
    location(tx, &budapest(), stranger, &[STRANGER_CHAIN], now).await?;
    locations::store::insert_form(tx, STRANGER_LOCATION, Some(19300), "Danube Studio", true).await?;
    let nora = team_member(1101, "Nora Kiss", "Yoga", None);
    let nora = Member { is_paid_staff: true, has_access_timetable: true, ..nora };
    team::store::insert(tx, STRANGER_LOCATION, &nora, now).await?;
    clients::clients::store::insert(tx, STRANGER_LOCATION, "Peter Nagy", "+3612345678", "", now).await?;
    crate::demo_catalog::lay(tx, LOCATION, 9206, now).await?;
    tx.after_fixed_ids(&["locations", "chains", "booking_forms", "positions", "team_members"]).await?;
    crate::demo_booking::lay(tx, LOCATION, now).await?;
    Ok(())
}

/// The location's default form, beside the published one, and how it is booked online: on Saturdays by fixed times, on
/// Sundays and at Christmas not at all.
async fn online_booking(tx: &mut Tx, now: i64) -> Result<()> {
    let form = Form {
        id: 19204,
        title: "Book a visit".to_owned(),
        description: "The button of our site".to_owned(),
        is_default: true,
        ..Form::default()
    };
    booking::forms::store::insert(tx, LOCATION, &form, now).await?;
    let usual = online::Settings::default();
    let saturday =
        Grid { kind: Kind::Timeslots, first: 36_000, last: 54_000, step: 3600, ..usual.grid.clone() };
    let closed = Grid { kind: Kind::Predefined, ..usual.grid.clone() };
    let settings = online::Settings {
        phone_confirmation: true,
        lead_time: 60,
        horizon: 60,
        cancel_deadline: 120,
        change_deadline: 120,
        has_timeslots: true,
        weekdays: [(6, saturday), (7, closed.clone())].into(),
        dates: [("2026-12-25".to_owned(), closed)].into(),
        ..usual
    };
    online::store::put(tx, LOCATION, &settings, now).await?;
    online::store::put_days(tx, LOCATION, &settings).await
}

fn team_member(id: i64, name: &str, specialization: &str, position_id: Option<i64>) -> Member {
    Member {
        id,
        name: name.to_owned(),
        specialization: specialization.to_owned(),
        position_id,
        ..Member::default()
    }
}

/// Two are paid staff, as the published example counts; one is hidden from clients, one has left.
fn new_york_team(now: i64) -> [Member; 6] {
    let paid = |member| Member { is_paid_staff: true, has_access_timetable: true, ..member };
    let ann = Member { weight: 20, ..team_member(1001, "Ann Lee", "Hairdresser", Some(301)) };
    let mark = Member { weight: 10, ..team_member(1002, "Mark Stone", "Barber", Some(302)) };
    [
        paid(ann),
        paid(mark),
        team_member(1003, "Maria Lopez", "Colourist", Some(301)),
        Member { is_assistant: true, ..team_member(1004, "Lily Chen", "Assistant", None) },
        Member { hidden: true, ..team_member(1005, "Tom Reed", "Front desk", Some(303)) },
        Member { fired: true, fired_at: Some(now), ..team_member(1006, "Greg Hall", "Barber", Some(302)) },
    ]
}

/// Tags of every kind, and fields of the location's own.
async fn labels_and_fields(tx: &mut Tx, now: i64) -> Result<()> {
    for (title, color, entity) in [
        ("Regular", "#2e7d32", 1),
        ("VIP", "#ff2828", 1),
        ("First visit", "#1565c0", 2),
        ("Beginners", "#9c27b0", 3),
    ] {
        let tag = Tag { title: title.to_owned(), color: color.to_owned(), entity, ..Tag::default() };
        tags::store::insert(tx, LOCATION, &tag, now).await?;
    }
    let text = |text: &str| text.to_owned();
    for field in [
        Field { code: text("allergies"), title: text("Allergies"), weight: 10, ..Field::default() },
        Field {
            entity: text("record"),
            kind: text("list"),
            code: text("drink"),
            title: text("Drink"),
            options: vec![text("Coffee"), text("Tea"), text("Water")],
            weight: 20,
            ..Field::default()
        },
    ] {
        custom_fields::store::insert(tx, LOCATION, &field, now).await?;
    }
    Ok(())
}

async fn user(
    tx: &mut Tx,
    name: &str,
    email: &str,
    phone: Option<&str>,
    password: &str,
    now: i64,
) -> Result<i64> {
    let new = users::store::NewRow {
        name: name.to_owned(),
        login: email.to_owned(),
        email: Some(email.to_owned()),
        phone: phone.map(ToOwned::to_owned),
        is_approved: true,
    };
    let made = users::store::insert(tx, &[new], now).await?;
    let id = made.first().map(|(_, id)| *id).ok_or_else(kernel::Error::not_found)?;
    users::store::set_password(tx, id, password, now).await?;
    Ok(id)
}

async fn session(tx: &mut Tx, user_id: i64, partner_id: i64, token: &str, now: i64) -> Result<()> {
    let hash = Hash::of(token);
    let new = sessions::store::New { user_id, partner_id, hash, program: "demo", ip: "127.0.0.1", now };
    sessions::store::insert(tx, &new).await.map(drop)
}

async fn location(tx: &mut Tx, new: &Location, owner: i64, chains: &[i64], now: i64) -> Result<()> {
    locations::store::insert(tx, new, now).await?;
    for chain in chains {
        locations::store::join_chain(tx, new.id, *chain).await?;
    }
    licenses::store::insert(tx, new.id, now).await?;
    member(tx, new.id, owner, Role::Owner, "Owner", now).await
}

/// Makes the user a location's owner.
pub(crate) async fn owner_of(tx: &mut Tx, location_id: i64, user_id: i64, now: i64) -> Result<()> {
    member(tx, location_id, user_id, Role::Owner, "Owner", now).await
}

async fn member(
    tx: &mut Tx,
    location_id: i64,
    user_id: i64,
    role: Role,
    information: &str,
    now: i64,
) -> Result<()> {
    let membership = Membership {
        location_id,
        user_id,
        grants: Grants::of_role(role),
        team_member_id: None,
        information: information.to_owned(),
        is_approved: true,
        is_non_deletable: role == Role::Owner,
        revision: 1,
    };
    users::store::put_memberships(tx, &[membership], now).await
}

/// The location of the published example, as printed.
fn new_york() -> Location {
    Location {
        id: LOCATION,
        title: "James Smith LLC".to_owned(),
        short_descr: "Beauty studio".to_owned(),
        description: "The <strong>James Smith</strong> location".to_owned(),
        city_id: 181,
        city: "New York".to_owned(),
        timezone: "America/New_York".to_owned(),
        address: "New York, 787 Jackson Drive".to_owned(),
        zip: "11435".to_owned(),
        latitude: 40.73061,
        longitude: -73.935_242,
        site: "james-smith-company.com".to_owned(),
        social: Social { instagram: "instagram.com/james_smith_company/".to_owned(), ..Social::default() },
        business_type_id: 1,
        phone_confirmation: true,
        push_notification_phone_confirm: true,
        group_priority: 900,
        main_chain_id: Some(9206),
        ..Location::new(7)
    }
}

fn budapest() -> Location {
    Location {
        id: STRANGER_LOCATION,
        title: "Danube Studio".to_owned(),
        short_descr: "Yoga and pilates".to_owned(),
        city_id: 1334,
        city: "Budapest".to_owned(),
        timezone: "Europe/Budapest".to_owned(),
        address: "Budapest, Danube bank 7".to_owned(),
        zip: "1011".to_owned(),
        latitude: 47.4979,
        longitude: 19.0402,
        main_chain_id: Some(STRANGER_CHAIN),
        ..Location::new(31)
    }
}
