//! Factories: what tests need beside the demo's data, written as the stores write it.

use std::sync::atomic::{AtomicU64, Ordering};

use db::params;
use frontdesk::demo::PARTNER_TOKEN;
use kernel::{Hash, Token};
use org::locations::Location;
use org::rights::{Grants, RightId, Role};
use org::users::Membership;
use org::{licenses, locations, partners, sessions, users};
use serde_json::json;

use crate::{App, Client};

fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A partner; gives its id and a client with its token.
pub async fn partner(app: &App, legacy_flat: bool) -> (i64, Client) {
    let (id, token): (i64, Token) =
        partners::create(app.kernel(), "Another", legacy_flat).await.expect("a partner");
    (id, app.nobody().header("authorization", format!("Bearer {}", token.reveal())))
}

/// A user without any location and without a password, signed in; gives his id and a client.
pub async fn user(app: &App, name: &str) -> (i64, Client) {
    let email = format!("user{}@example.com", number());
    let token = format!("test-token-of-{email}");
    let now = app.kernel().now();
    let partner = partner_id(app).await;
    let new = users::store::NewRow {
        name: name.to_owned(),
        login: email.clone(),
        email: Some(email),
        phone: None,
        is_approved: true,
    };
    let hash = Hash::of(&token);
    let id = app
        .kernel()
        .write(async |tx| {
            let id = users::store::insert(tx, &[new], now).await?[0].1;
            let (user_id, partner_id) = (id, partner);
            let new = sessions::store::New { user_id, partner_id, hash, program: "test", ip: "::1", now };
            sessions::store::insert(tx, &new).await?;
            Ok(id)
        })
        .await
        .expect("a user");
    (id, app.user(&token))
}

async fn partner_id(app: &App) -> i64 {
    let hash = Hash::of(PARTNER_TOKEN);
    app.one("SELECT id FROM partners WHERE token_hash = $1", params![hash.bytes()]).await
}

/// Makes a user one of a location's.
pub async fn member(app: &App, location_id: i64, user_id: i64, grants: Grants) {
    let membership = Membership {
        location_id,
        user_id,
        is_non_deletable: false,
        grants,
        team_member_id: None,
        information: String::new(),
        is_approved: true,
        revision: 1,
    };
    let now = app.kernel().now();
    app.kernel()
        .write(async |tx| users::store::put_memberships(tx, std::slice::from_ref(&membership), now).await)
        .await
        .expect("a membership");
}

/// Exactly these rights, with those above them.
pub fn grants(role: Role, rights: &[&str]) -> Grants {
    let mut wanted = Vec::new();
    for slug in rights {
        let mut at = RightId::of(slug);
        assert!(at.is_some(), "there is no right {slug}");
        while let Some(id) = at {
            wanted.push(id);
            at = id.parent();
        }
    }
    let mut grants = Grants::of_role(role);
    for id in RightId::all().filter(|id| id.right().kind.is_flag()) {
        grants.set(id.right().slug, &json!(wanted.contains(&id))).expect("a flag");
    }
    grants
}

/// A worker of a location with exactly these rights, signed in; gives his id and a client.
pub async fn staff(app: &App, location_id: i64, rights: &[&str]) -> (i64, Client) {
    let (id, client) = user(app, "Test Worker").await;
    member(app, location_id, id, grants(Role::Worker, rights)).await;
    (id, client)
}

/// A user of a location in this role, signed in; gives his id and a client.
pub async fn in_role(app: &App, location_id: i64, role: Role) -> (i64, Client) {
    let (id, client) = user(app, "Test User").await;
    member(app, location_id, id, Grants::of_role(role)).await;
    (id, client)
}

/// A location in New York with its licence, its form and this owner; gives its id.
pub async fn location(app: &App, title: &str, owner: i64) -> i64 {
    let new = Location {
        title: title.to_owned(),
        city_id: 181,
        city: "New York".to_owned(),
        timezone: "America/New_York".to_owned(),
        ..Location::new(7)
    };
    let now = app.kernel().now();
    let id = app
        .kernel()
        .write(async |tx| {
            let id = locations::store::insert(tx, &new, now).await?;
            locations::store::insert_form(tx, id, None, title, true).await?;
            licenses::store::insert(tx, id, now).await?;
            Ok(id)
        })
        .await
        .expect("a location");
    member(app, id, owner, Grants::of_role(Role::Owner)).await;
    id
}

/// The id of the user with this login.
pub async fn user_id(app: &App, login: &str) -> i64 {
    app.one("SELECT id FROM users WHERE login = $1", params![login]).await
}
