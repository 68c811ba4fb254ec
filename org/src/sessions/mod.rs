//! Sign-in: passwords, sessions, the second factor. Tables `sessions`, `second_factors`,
//! `sign_in_challenges`.
//!
//! A session's token is random, shown once and stored hashed; it lasts until it is ended or the password is
//! changed. Attempts are throttled per login and per address.

mod flow;
mod own;
mod passwords;
pub mod rules;
pub mod store;
mod v1;

pub use flow::set_password;
pub(crate) use flow::{begin_in, replace_password, sign_in_by_password, without_second_factor};
pub use passwords::{hash_password, verify_password};
pub use rules::Attempts;
pub use store::Session;

use kernel::{Api, App, op};
use std::sync::Arc;

/// How stale "last used" may become, milliseconds: it isn't worth a write a request.
const TOUCH: i64 = 60_000;

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new().op(op!(authorize_user))
}

/// Our additions.
pub fn own() -> Api {
    use own::*;
    Api::new()
        .op(op!(list_sessions))
        .op(op!(end_sessions))
        .op(op!(end_session))
        .op(op!(change_password))
        .op(op!(begin_second_factor))
        .op(op!(confirm_second_factor))
        .op(op!(end_second_factor))
}

/// Notes that a session was used, now and then, beside the request.
pub(crate) fn touch(app: &App, session: &Arc<Session>) {
    let now = app.now();
    let last = session.touched.load(std::sync::atomic::Ordering::Relaxed);
    if now - last < TOUCH {
        return;
    }
    // Whoever wins this exchange writes; all others of the same moment leave it.
    if session
        .touched
        .compare_exchange(
            last,
            now,
            std::sync::atomic::Ordering::Relaxed,
            std::sync::atomic::Ordering::Relaxed,
        )
        .is_err()
    {
        return;
    }
    let (app, id) = (app.clone(), session.id);
    tokio::spawn(async move {
        if let Err(error) = store::touch(&app, id, now).await {
            tracing::warn!(%error, "the last use of a session was not noted");
        }
    });
}
