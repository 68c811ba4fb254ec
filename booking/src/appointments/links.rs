//! Secret links to appointments: whoever has one sees, moves and cancels the appointment without signing in.

use kernel::App;

const PURPOSE: &str = "appointment";

/// The secret of an appointment's links.
pub fn hash(app: &App, location_id: i64, id: i64) -> String {
    app.mark(PURPOSE, &[location_id, id])
}

/// Whether that is its secret.
pub fn is_hash(app: &App, location_id: i64, id: i64, given: &str) -> bool {
    app.is_mark(PURPOSE, &[location_id, id], given)
}

/// Names an appointment and its secret in one word.
pub fn token(app: &App, location_id: i64, id: i64) -> String {
    // Not by a formatter: every appointment of a list has one, and it takes longer than the hash.
    let (of, hash) = ([location_id.to_string(), id.to_string()], hash(app, location_id, id));
    [&of[0], &of[1], hash.as_str()].join("-")
}

/// The location and the appointment of such a word; none unless its secret is right.
pub fn open(app: &App, token: &str) -> Option<(i64, i64)> {
    let mut parts = token.splitn(3, '-');
    let (location_id, id) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    is_hash(app, location_id, id, parts.next()?).then_some((location_id, id))
}

/// The address of the page where the client sees, moves and cancels it.
pub fn page(app: &App, location_id: i64, id: i64) -> String {
    let (url, token) = (app.public_url(), token(app, location_id, id));
    [url, "/a/", &token].concat()
}
