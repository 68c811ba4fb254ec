//! Filters of version 2, made up by the hundred: each names the field at fault, or gives what a look at every row gives.

use std::collections::BTreeSet;

use db::FromRow;
use frontdesk::demo::LOCATION;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use testkit::{App, Client};

/// Queries asked of each list.
const QUERIES: usize = 120;

/// A filter that was made up: its field, its value as sent, and what is wrong with it.
#[derive(Clone, Debug)]
struct Sent {
    field: &'static str,
    /// As in the query: `filter[name]`.
    key: &'static str,
    value: String,
    fault: Fault,
}

/// What is wrong with a value. What can't be read at all is named before any rule is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    None,
    AgainstTheRule,
    Unreadable,
}
use Fault::{AgainstTheRule, Unreadable};

/// What a filter may be, and which rows it lets through.
struct Kind<R> {
    field: &'static str,
    key: &'static str,
    values: BoxedStrategy<(String, Fault)>,
    passes: fn(&R, &str) -> bool,
}

fn owner(app: &App) -> Client {
    app.owner().header("accept", "application/vnd.api.v2+json")
}

async fn rows<R: FromRow>(app: &App, sql: &str) -> Vec<R> {
    let mut conn = app.db().conn().await.expect("a connection");
    conn.all(sql, db::params![LOCATION]).await.expect("the rows")
}

/// Values that are ids, of these and of nothing, and values that are none.
fn id(known: &'static [i64], least: i64) -> BoxedStrategy<(String, Fault)> {
    prop_oneof![
        5 => prop::sample::select(known).prop_map(|id| (id.to_string(), Fault::None)),
        1 => (1i64..i64::MAX).prop_map(|id| (id.to_string(), Fault::None)),
        1 => (i64::MIN..least).prop_map(|id| (id.to_string(), AgainstTheRule)),
        1 => "[a-z]{1,6}".prop_map(|text| (text, Unreadable)),
    ]
    .boxed()
}

fn ids(known: &'static [i64]) -> BoxedStrategy<(String, Fault)> {
    let list = prop::collection::vec(prop::sample::select(known), 1..5);
    let text = |ids: Vec<i64>| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    prop_oneof![
        5 => list.prop_map(move |ids| (text(ids), Fault::None)),
        1 => Just(("83169,0".to_owned(), AgainstTheRule)),
        1 => Just((",".to_owned(), AgainstTheRule)),
    ]
    .boxed()
}

/// 0, 1 and what else stands for a choice.
fn choice(words: &'static [&'static str], bad: &'static [&'static str]) -> BoxedStrategy<(String, Fault)> {
    let read = |word: &str| if word.parse::<i64>().is_ok() { AgainstTheRule } else { Unreadable };
    prop_oneof![
        6 => prop::sample::select(words).prop_map(|word| (word.to_owned(), Fault::None)),
        1 => prop::sample::select(bad).prop_map(move |word| (word.to_owned(), read(word))),
    ]
    .boxed()
}

/// A part of a name, in any case; shorter ones than `least` letters are refused.
fn part(of: &'static [&'static str], least: usize) -> BoxedStrategy<(String, Fault)> {
    let known = (prop::sample::select(of), any::<(prop::sample::Index, prop::sample::Index, bool)>());
    let known = known.prop_map(|(text, (from, length, upper))| {
        let letters: Vec<char> = text.chars().collect();
        let from = from.index(letters.len());
        let some: String = letters[from..].iter().take(1 + length.index(letters.len())).collect();
        if upper { some.to_uppercase() } else { some }
    });
    // What LIKE would take for more than it is, among them.
    let any = "[%_!\\\\'\"a-zA-Zé ]{1,6}";
    prop_oneof![4 => known, 2 => any]
        .prop_map(move |text| {
            // A query's blanks at the ends are none of the name.
            let is_bad = if least > 1 { text.trim().chars().count() < least } else { text.is_empty() };
            (text, if is_bad { AgainstTheRule } else { Fault::None })
        })
        .boxed()
}

fn has(id: i64, list: &str) -> bool {
    list.split(',').any(|one| one == id.to_string())
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

fn flag(is: bool, sent: &str) -> bool {
    sent == "2" || is == ["1", "true"].contains(&sent)
}

fn encoded(sent: &[Sent]) -> String {
    let mut out = url::form_urlencoded::Serializer::new(String::new());
    for one in sent {
        out.append_pair(one.key, &one.value);
    }
    out.finish()
}

/// Asks the list with made-up filters; `all` are its rows in their order, `id` a row's id, `always` what is always
/// sent, `usually` lets a row through where a filter is not sent.
async fn walk<R>(
    app: &App,
    path: &str,
    always: &str,
    all: &[R],
    id: fn(&R) -> i64,
    kinds: &[Kind<R>],
    usually: fn(&R, &[Sent]) -> bool,
) {
    let owner = owner(app);
    let mut runner = TestRunner::deterministic();
    let (mut refused, mut narrowed) = (0, 0);
    for _ in 0..QUERIES {
        let wanted = prop::sample::subsequence((0..kinds.len()).collect::<Vec<_>>(), 0..=kinds.len().min(3));
        let wanted = wanted.new_tree(&mut runner).expect("a choice").current();
        let sent: Vec<Sent> = wanted
            .iter()
            .map(|at| {
                let kind = &kinds[*at];
                let (value, fault) = kind.values.new_tree(&mut runner).expect("a value").current();
                Sent { field: kind.field, key: kind.key, value, fault }
            })
            .collect();
        let query = format!("{always}{}", encoded(&sent));
        let answer = owner.get(&format!("/api/v2/locations/{LOCATION}/{path}?{query}")).await;
        let worst = sent.iter().map(|one| one.fault).max().unwrap_or(Fault::None);
        let at_fault = |one: &&Sent| one.fault != Fault::None && one.fault == worst;
        let bad: BTreeSet<&str> = sent.iter().filter(at_fault).map(|one| one.field).collect();
        if !bad.is_empty() {
            assert_eq!(answer.status, 422, "{query}: {}", answer.text());
            let errors = answer.body["meta"]["errors"].as_object().into_iter().flatten();
            // `filter.ids` and a place in it are one field.
            let named: BTreeSet<&str> = errors
                .map(|(field, _)| bad.iter().find(|b| field.starts_with(**b)).copied().unwrap_or(field))
                .collect();
            assert_eq!(named, bad, "{query}: {}", answer.text());
            refused += 1;
            continue;
        }
        assert_eq!(answer.status, 200, "{query}: {}", answer.text());
        let passes = |row: &&R| {
            let each = wanted.iter().zip(&sent).all(|(at, one)| (kinds[*at].passes)(row, &one.value));
            each && usually(row, &sent)
        };
        let expected: Vec<i64> = all.iter().filter(passes).map(id).collect();
        let given: Vec<i64> =
            answer.items().iter().filter_map(|one| one["id"].as_str()?.parse().ok()).collect();
        assert_eq!(given, expected, "{query}");
        narrowed += usize::from(!given.is_empty() && given.len() < all.len());
    }
    // The made-up queries are neither all refused nor all for nothing.
    assert!(refused > 5 && narrowed > 5, "{refused} refused, {narrowed} narrowed");
}

fn sends(sent: &[Sent], field: &str) -> bool {
    sent.iter().any(|one| one.field == field)
}

/// A team member: id, name, position, its title, and what he is, a bit each.
type Person = (i64, String, i64, String, i64);

const FIRED: i64 = 1;
const DELETED: i64 = 2;
const PAID: i64 = 4;
const ASSISTANT: i64 = 8;

#[testkit::test]
async fn team_members_are_those_of_a_look_at_each(app: App) {
    app.owner().delete(&format!("/api/v1/staff/{LOCATION}/1004")).await.status(204);
    let odd = serde_json::json!({"name": "ÉLODIE 100%_Lopez!"});
    app.owner().put(&format!("/api/v1/staff/{LOCATION}/1003"), odd).await.ok();
    let all: Vec<Person> = rows(
        &app,
        "SELECT t.id, t.name, COALESCE(tp.position_id, 0), COALESCE(p.title, ''),
                CAST(t.fired + 2 * t.is_deleted + 4 * t.is_paid_staff + 8 * t.is_assistant AS BIGINT)
         FROM team_members t
         LEFT JOIN team_member_positions tp ON tp.location_id = t.location_id AND tp.team_member_id = t.id
         LEFT JOIN positions p ON p.location_id = tp.location_id AND p.id = tp.position_id
         WHERE t.location_id = $1 ORDER BY t.id",
    )
    .await;
    const NAMES: &[&str] = &["Ann Lee", "Mark Stone", "élodie 100%_lopez!", "Lily Chen", "Tom Reed"];
    let choices = || choice(&["0", "1", "2"], &["3", "-1", "perhaps"]);
    let kinds: Vec<Kind<Person>> = vec![
        Kind {
            field: "filter.name",
            key: "filter[name]",
            values: part(NAMES, 1),
            passes: |p, s| contains(&p.1, s),
        },
        Kind {
            field: "filter.position_id",
            key: "filter[position_id]",
            values: id(&[0, 301, 302, 303], 0),
            passes: |p, s| p.2.to_string() == s,
        },
        Kind {
            field: "filter.position_title",
            key: "filter[position_title]",
            values: part(&["Hairdresser", "Barber", "Administrator"], 1),
            passes: |p, s| contains(&p.3, s),
        },
        Kind {
            field: "filter.fired",
            key: "filter[fired]",
            values: choices(),
            passes: |p, s| flag(p.4 & FIRED != 0, s),
        },
        Kind {
            field: "filter.deleted",
            key: "filter[deleted]",
            values: choices(),
            passes: |p, s| flag(p.4 & DELETED != 0, s),
        },
        Kind {
            field: "filter.is_paid",
            key: "filter[is_paid]",
            values: choices(),
            passes: |p, s| flag(p.4 & PAID != 0, s),
        },
        Kind {
            field: "filter.is_assistant",
            key: "filter[is_assistant]",
            values: choices(),
            passes: |p, s| flag(p.4 & ASSISTANT != 0, s),
        },
    ];
    let there = |p: &Person, sent: &[Sent]| sends(sent, "filter.deleted") || p.4 & DELETED == 0;
    walk(&app, "team_members", "", &all, |p| p.0, &kinds, there).await;
}

/// Appointments of a few days, some at the same time, some one after the other.
async fn appointments(app: &App) {
    for n in 0..12i64 {
        app.exec(
            "INSERT INTO appointments (location_id, id, team_member_id, client_id, starts_at, length, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, 0, 0)",
            db::params![
                LOCATION, 91_000 + n, 1001 + n % 3, 1 + n % 3, 1_796_157_000_000 + n / 2 * 5_400_000, 1800 * (1 + n % 4)
            ],
        )
        .await;
    }
}

/// An appointment: id, client, event, its beginning and its end by the location's clock.
type Booked = (i64, i64, i64, i64, i64);

#[testkit::test]
async fn appointments_are_those_of_a_look_at_each(app: App) {
    appointments(&app).await;
    let all: Vec<Booked> = rows(
        &app,
        "SELECT id, COALESCE(client_id, 0), COALESCE(event_id, 0), starts_at, starts_at + length * 1000
         FROM appointments WHERE location_id = $1 AND is_deleted = 0 ORDER BY starts_at, id",
    )
    .await;
    let kinds: Vec<Kind<Booked>> = vec![
        Kind {
            field: "filter.client_id",
            key: "filter[client_id]",
            values: id(&[1, 2, 3, 4, 5], 1),
            passes: |a, s| a.1.to_string() == s,
        },
        Kind {
            field: "filter.activity_id",
            key: "filter[activity_id]",
            values: id(&[5001, 5010, 5011, 5012], 1),
            passes: |a, s| a.2.to_string() == s,
        },
    ];
    walk(&app, "appointments", "", &all, |a| a.0, &kinds, |_, _| true).await;
}

#[testkit::test]
async fn appointments_between_two_moments_are_those_of_a_look_at_each(app: App) {
    appointments(&app).await;
    let all: Vec<Booked> = rows(
        &app,
        "SELECT id, 0, 0, starts_at, starts_at + length * 1000
         FROM appointments WHERE location_id = $1 AND is_deleted = 0 ORDER BY starts_at, id",
    )
    .await;
    assert!(all.len() > 3);
    let zone = jiff::tz::TimeZone::get("America/New_York").expect("the demo's zone");
    let moments: Vec<i64> = all.iter().flat_map(|a| [a.3, a.4]).collect();
    let edge = (prop::sample::select(moments), -2i64..=2).prop_map(|(at, seconds)| at + seconds * 1000);
    let span = (edge.clone(), edge);
    let mut runner = TestRunner::deterministic();
    let text = |at: i64| {
        let at = zone.to_datetime(jiff::Timestamp::from_millisecond(at).expect("a moment"));
        at.strftime("%Y-%m-%dT%H:%M:%S").to_string()
    };
    let owner = owner(&app);
    for _ in 0..QUERIES {
        let (from, to) = span.new_tree(&mut runner).expect("two moments").current();
        let query =
            format!("filter[date_intersect_from]={}&filter[date_intersect_to]={}", text(from), text(to));
        let answer = owner.get(&format!("/api/v2/locations/{LOCATION}/appointments?{query}")).await;
        if answer.status == 422 {
            let errors = answer.body["meta"]["errors"].as_object().expect("the fields");
            assert!(to <= from, "{query}: {}", answer.text());
            assert_eq!(errors.keys().collect::<Vec<_>>(), ["filter.date_intersect_to"], "{query}");
            continue;
        }
        let expected: Vec<i64> = all.iter().filter(|a| a.3 < to && a.4 > from).map(|a| a.0).collect();
        let given: Vec<i64> =
            answer.status(200).items().iter().filter_map(|one| one["id"].as_str()?.parse().ok()).collect();
        assert_eq!(given, expected, "{query}");
    }
}

/// A service: id, its names, its category, for groups, of parts.
type Offered = (i64, String, i64, bool, bool);

#[testkit::test]
async fn services_are_those_of_a_look_at_each(app: App) {
    let everything = owner(&app).get(&format!("/api/v2/locations/{LOCATION}/services")).await.status(200);
    let order: Vec<i64> =
        everything.items().iter().filter_map(|one| one["id"].as_str()?.parse().ok()).collect();
    let mut all: Vec<Offered> = rows(
        &app,
        "SELECT id, title, category_id, is_multi, is_composite FROM services WHERE location_id = $1",
    )
    .await;
    all.retain(|s| order.contains(&s.0));
    all.sort_by_key(|s| order.iter().position(|id| *id == s.0));
    const IDS: &[i64] = &[83169, 83173, 83174, 83181, 83188, 83193, 1];
    let kinds: Vec<Kind<Offered>> = vec![Kind {
        field: "filter.service_ids",
        key: "filter[service_ids]",
        values: ids(IDS),
        passes: |s, sent| has(s.0, sent),
    }];
    walk(&app, "services", "", &all, |s| s.0, &kinds, |_, _| true).await;
}
