//! Every list is bounded, and pages tile it.

use db::{Sql, Value as Cell, params};
use frontdesk::demo::LOCATION;
use testkit::{App, make};

use super::operations::{Ids, all};

/// Lists without pages: what they hold is bounded by itself, with the reason.
const WHOLE: &[(&str, &str)] = &[
    ("get_country_list", "a dictionary"),
    ("get_city_list", "a dictionary"),
    ("get_business_types_by_group", "a dictionary"),
    ("get_chain_list", "at most 200 chains of one user"),
    ("list_roles", "seven roles"),
    ("get_user_roles", "seven roles"),
    ("get_permission_list", "a fixed tree"),
    ("get_tag_list_by_entity", "at most 1000 tags of a location"),
    ("get_custom_field_list", "at most 100 fields of a location and a kind"),
    ("list_custom_fields", "at most 200 fields of a location"),
    ("list_tags", "at most 1000 tags of a location"),
    ("get_team_member_list", "at most 5000 team members of a location"),
    ("get_location_team", "at most 5000 team members of a location"),
    ("list_team_members", "at most 5000 team members of a location"),
    ("get_team_member_by_id", "one team member, in a list"),
    ("get_team_member", "one team member, in a list"),
    ("get_position_list", "at most 1000 positions of a location"),
    ("get_older_position_list", "at most 1000 positions of a location"),
    ("list_positions", "at most 1000 positions of a location"),
    ("get_booking_widget_list", "at most 300 booking forms of a location"),
    ("get_team_member_schedule", "at most 400 days"),
    ("get_appointment_calendar_dates", "at most 398 days"),
    ("search_event_dates", "at most 400 days"),
    ("get_event_search_filters", "four filters"),
    ("search_event_services", "at most 1000 services for groups"),
    ("list_event_duplication_strategies", "at most 200 ways of a location"),
    ("list_events", "pages by `limit`, at most 250; tests of the room tile it"),
    ("list_appointments", "pages by `limit`, at most 250; tests of the room tile it"),
    ("list_attendance_appointments", "at most 200 appointments of a visit"),
    ("list_resource_occupations", "at most 93 days of a location's resources"),
    ("list_timetable_schedule_day_events", "at most 58 weeks of a series"),
    ("get_appointment_calendar_sessions", "at most the minutes of a day"),
    ("get_service_list", "at most 3000 services of a location"),
    ("deprecated_get_service_category_list", "at most 500 categories of a location"),
    ("list_service_categories", "at most 500 categories of a location"),
    ("get_resource_list", "at most 500 resources of a location"),
    ("list_services", "pages by `limit`, at most 250; tests of the room tile it"),
    ("list_attendance_services", "pages by `limit`, at most 250; tests of the room tile it"),
    ("list_composite_service_attendance_services", "at most 20 parts"),
    ("list_attendance_service_suggestions", "at most 10 of a kind"),
    ("list_chain_services", "at most 3000 services of a chain"),
    ("get_location_notification_settings", "nine kinds"),
    ("list_webhooks", "at most 10 webhooks of a location"),
    ("list_client_comments", "at most 1000 comments on a client"),
    ("get_older_client_comment_list", "at most 1000 comments on a client"),
    ("get_client_file_list", "at most 200 files of a client"),
    (
        "get_partner_appointment_list",
        "pages by `editable_length`, at most 100; a test of the room looks at it",
    ),
    ("get_team_members_available_for_booking", "at most 1000 team members of a location"),
    ("get_time_slots_for_booking", "at most the minutes of a day"),
    ("deprecated_get_location_users", "at most 1000 users, as long ago"),
];

/// Lists with pages, with the most rows a page has.
const PAGED: &[(&str, usize)] = &[
    ("get_location_list", 500),
    ("get_location_users", 1000),
    ("list_sessions", 200),
    ("list_audit", 200),
    ("list_webhook_deliveries", 200),
    ("list_messages", 200),
    ("list_calendar_feeds", 200),
    ("deprecated_get_client_list", 200),
];

/// Lists with pages that have a test of their own, with the reason.
const APART: &[(&str, &str)] = &[
    ("get_team_member_schedule_list", "days have no ids"),
    ("search_events", "needs a range of days"),
    ("get_appointment_list", "its room's tests page it"),
    ("get_comments", "its room's tests page it"),
    ("get_user_appointment_list", "one by its secret; all of a user's for the id 0"),
];

#[test]
fn every_list_has_pages_or_a_reason() {
    for operation in all().iter().filter(|o| o.is_read()) {
        let is_list = operation.answer["properties"]["data"]["type"] == "array";
        let whole = WHOLE.iter().any(|(id, _)| *id == operation.id);
        let paged = operation.has_query("count") && operation.has_query("page");
        assert!(!is_list || paged || whole, "{} gives a list without pages", operation.id);
        assert!(!(paged && whole), "{} has pages now: take it off the list", operation.id);
        let tested = PAGED.iter().any(|(id, _)| *id == operation.id)
            || APART.iter().any(|(id, _)| *id == operation.id);
        assert_eq!(paged, tested, "{}", operation.id);
    }
}

async fn insert(app: &App, head: &str, rows: impl Iterator<Item = Vec<Cell>>) {
    let mut tx = app.db().begin().await.expect("a transaction");
    let rows: Vec<Vec<Cell>> = rows.collect();
    for part in rows.chunks(500) {
        let mut sql = Sql::new(format!("INSERT INTO {head} VALUES "));
        sql.rows(part.iter().cloned());
        sql.exec(&mut tx).await.expect("rows");
    }
    tx.commit().await.expect("committed");
}

/// So many rows of the list's kind.
async fn fill(app: &App, id: &str, rows: usize) {
    let rows = i64::try_from(rows).expect("few");
    let owner = make::user_id(app, frontdesk::demo::LOGIN).await;
    match id {
        "get_location_list" => {
            let row =
                |n| vec![Cell::from(format!("L{n}")), 7i64.into(), "UTC".into(), 0i64.into(), 0i64.into()];
            let head = "locations (title, country_id, timezone, created_at, updated_at)";
            insert(app, head, (0..rows).map(row)).await;
        }
        "get_location_users" => {
            let row = |n| {
                let login = format!("u{n}@example.com");
                vec![
                    Cell::from(100_000 + n),
                    "U".into(),
                    login.clone().into(),
                    login.into(),
                    1i64.into(),
                    0i64.into(),
                ]
            };
            insert(app, "users (id, name, login, email, is_approved, created_at)", (0..rows).map(row)).await;
            let row =
                |n| vec![LOCATION.into(), Cell::from(100_000 + n), "worker".into(), 1i64.into(), 0i64.into()];
            let head = "memberships (location_id, user_id, role, is_approved, created_at)";
            insert(app, head, (0..rows).map(row)).await;
        }
        "list_sessions" => {
            let partner: i64 = app.one("SELECT MIN(id) FROM partners", params![]).await;
            let row = |n: i64| {
                let hash = Cell::from(n.to_be_bytes().to_vec());
                vec![owner.into(), partner.into(), hash, "p".into(), "i".into(), 0i64.into(), 0i64.into()]
            };
            let head = "sessions (user_id, partner_id, token_hash, program, ip, created_at, last_used_at)";
            insert(app, head, (0..rows).map(row)).await;
        }
        "list_audit" => {
            let row = |n| vec![LOCATION.into(), Cell::from(n), "update_location".into()];
            insert(app, "audit (location_id, at, operation)", (0..rows).map(row)).await;
        }
        "list_messages" => {
            let row = |n: i64| {
                let zero = Cell::from(0i64);
                let text = Cell::from("mailing");
                vec![
                    LOCATION.into(),
                    (1000 + n).into(),
                    "sms".into(),
                    "1".into(),
                    text.clone(),
                    text,
                    zero.clone(),
                    zero,
                ]
            };
            let head = "outbox (location_id, id, channel, recipient, body, kind, next_at, created_at)";
            insert(app, head, (0..rows).map(row)).await;
        }
        "list_calendar_feeds" => {
            let row = |n: i64| {
                let zero = Cell::from(0i64);
                vec![LOCATION.into(), (2000 + n).into(), owner.into(), "".into(), zero.clone(), zero]
            };
            let head = "calendar_feeds (location_id, id, user_id, title, nonce, created_at)";
            insert(app, head, (0..rows).map(row)).await;
        }
        "list_webhook_deliveries" => {
            let row = |n: i64| {
                let one = Cell::from(1i64);
                let (id, zero) = (Cell::from(1000 + n), Cell::from(0i64));
                vec![LOCATION.into(), id, one.clone(), 12i64.into(), "event".into(), one, zero.clone(), zero]
            };
            let head = "webhook_deliveries (location_id, id, webhook_id, message_id, reason, in_line, due_at, created_at)";
            insert(app, head, (0..rows).map(row)).await;
        }
        "deprecated_get_client_list" => {
            let row = |n| vec![LOCATION.into(), Cell::from(format!("C{n}")), 0i64.into()];
            insert(app, "clients (location_id, name, created_at)", (0..rows).map(row)).await;
        }
        other => panic!("no rows for {other}"),
    }
}

#[testkit::test]
async fn pages_are_bounded_and_tile_the_list(app: App) {
    let ids = Ids::lay(&app).await;
    for operation in all() {
        let Some((id, most)) = PAGED.iter().find(|(id, _)| *id == operation.id) else { continue };
        fill(&app, id, most + 5).await;
        let owner = app.owner();
        let path = ids.path(&operation);
        let page = async |count: &str, page: &str| {
            owner.get(&format!("{path}?count={count}&page={page}")).await.status(200).ids()
        };
        let bounded = page("1000000", "1").await;
        assert_eq!(bounded.len(), *most, "{id}");
        let rest = page("1000000", "2").await;
        let mut tiled: Vec<i64> = bounded.iter().chain(&rest).copied().collect();
        assert!(rest.len() >= 5 && rest.len() < *most, "{id}: {}", rest.len());
        assert_eq!(page("3", "2").await, tiled[3..6], "{id}");
        assert_eq!(page("3", "0").await, tiled[..3], "{id}");
        assert!(page("3", "1000000").await.is_empty(), "{id}");
        assert!(owner.get(&path).await.ok().ids().len() <= *most, "{id} by default");
        tiled.sort_unstable();
        tiled.dedup();
        assert_eq!(tiled.len(), bounded.len() + rest.len(), "{id}: a row is on two pages");
    }
}
