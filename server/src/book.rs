//! The booking page: at a booking form's address, and at the secret address of an appointment.
//!
//! One embedded page ([`crate::pages`]) filled in with what it starts from. It speaks the public API alone, by a partner
//! token of its own, which is as public as the page. Without the embedded pages the location's contacts stand there.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use booking::appointments::links;
use booking::appointments::store::list;
use booking::forms;
use booking::page::ics;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use kernel::{App, Hash, Kind, Result, escaped};
use org::locations::{Location, public_title, store};
use org::partners;

use crate::pages;

/// Of pages that stand alone, without a script.
const PLAIN: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors *";
/// Of the booking page: a site may show it in a frame. Pictures of a form's head are the location's own, wherever they lie.
const BOOKING: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *";
/// Of the page of an appointment: in a frame, a click could be stolen.
const APPOINTMENT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Secret addresses are not for search engines.
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The routes.
pub fn router() -> Router<App> {
    let asset = async |uri: Uri, headers: HeaderMap| pages::serve(uri.path(), &headers, PLAIN);
    Router::new()
        .route("/book/{form}", get(booking_page))
        .route("/book/{form}/sales", get(booking_page))
        .route("/book/assets/{*path}", get(asset))
        .route("/a/{token}", get(appointment_page))
        .route("/a/{token}/event.ics", get(calendar_file))
}

/// The partner token of the pages: the same as long as the server's key is.
fn token(app: &App) -> String {
    app.mark("booking page", &[])
}

/// Makes sure that the pages' partner is there.
///
/// # Errors
/// When the database does not answer.
pub async fn ensure_partner(app: &App) -> Result<()> {
    let (hash, now) = (Hash::of(&token(app)), app.now());
    app.write(async |tx| partners::store::ensure(tx, "Booking page", &hash, now).await).await
}

/// What a page is filled with.
struct Filling {
    /// Who offers: the location, or what the form of a chain is called.
    title: String,
    location: Location,
    phones: Vec<String>,
    config: Value,
}

async fn booking_page(State(app): State<App>, Path(form): Path<String>) -> Response {
    let found = match form.parse() {
        Ok(form) => of_form(&app, form).await,
        Err(_) => Ok(None),
    };
    answered(found, BOOKING, "There is no such booking form.")
}

async fn appointment_page(State(app): State<App>, Path(token): Path<String>) -> Response {
    let found = match links::open(&app, &token) {
        Some((location_id, id)) => of_appointment(&app, location_id, id, &token).await,
        None => Ok(None),
    };
    answered(found, APPOINTMENT, "There is no such appointment.")
}

async fn calendar_file(State(app): State<App>, Path(token): Path<String>) -> Response {
    let Some((location_id, id)) = links::open(&app, &token) else {
        return missing("There is no such appointment.");
    };
    let written = async {
        let mut conn = app.db().conn().await?;
        ics::calendar(&app, &mut conn, location_id, id).await
    };
    match written.await {
        Ok(text) => {
            let headers = [
                (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"appointment.ics\""),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, text).into_response()
        }
        Err(error) if error.kind() == Kind::NotFound => missing("There is no such appointment."),
        Err(error) => failed(&error),
    }
}

async fn of_form(app: &App, form: i64) -> Result<Option<Filling>> {
    let mut conn = app.db().conn().await?;
    let Some((id, _)) = store::of_form(&mut conn, form).await? else { return Ok(None) };
    let location = store::by_id(&mut conn, id).await?;
    let phones = store::phones(&mut conn, &[id]).await?.into_iter().map(|(_, phone)| phone).collect();
    let own = forms::store::by_id(&mut conn, id, form).await?;
    let title = if own.is_chain { own.title } else { public_title(&location) };
    let config = json!({"token": token(app), "form": form, "location": id, "title": title});
    Ok(Some(Filling { title, location, phones, config }))
}

async fn of_appointment(app: &App, location_id: i64, id: i64, secret: &str) -> Result<Option<Filling>> {
    let mut conn = app.db().conn().await?;
    let found = list::by_ids(&mut conn, location_id, &[id]).await?;
    let Some(appointment) = found.first() else { return Ok(None) };
    let location = store::by_id(&mut conn, location_id).await?;
    let phones =
        store::phones(&mut conn, &[location_id]).await?.into_iter().map(|(_, phone)| phone).collect();
    // In the look of the form it was booked through; of the location's default one where that is gone.
    let forms = store::forms(&mut conn, &[location_id]).await?;
    let own = forms.iter().find(|(_, form, ..)| *form == appointment.form_id);
    let form = own.or_else(|| forms.iter().find(|(.., is_default)| *is_default)).or_else(|| forms.first());
    let title = public_title(&location);
    let config = json!({
        "token": token(app),
        "form": form.map(|(_, form, ..)| form),
        "location": location_id,
        "title": title,
        "appointment": {"id": id, "hash": links::hash(app, location_id, id), "page": format!("/a/{secret}")},
    });
    Ok(Some(Filling { title, location, phones, config }))
}

fn answered(found: Result<Option<Filling>>, policy: &'static str, missed: &str) -> Response {
    match found {
        Ok(Some(filling)) => match pages::text("book/index.html") {
            Some(page) => {
                let headers =
                    [(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")];
                let mut answer = (headers, Html(filled(page, &filling))).into_response();
                if policy == APPOINTMENT {
                    answer.headers_mut().insert(ROBOTS, HeaderValue::from_static("noindex"));
                }
                answer
            }
            None => ([(header::CONTENT_SECURITY_POLICY, PLAIN)], Html(contacts(&filling))).into_response(),
        },
        Ok(None) => missing(missed),
        Err(error) if error.kind() == Kind::NotFound => missing(missed),
        Err(error) => failed(&error),
    }
}

fn missing(why: &str) -> Response {
    let text = whole("Not found", &format!("<h1>{}</h1>", escaped(why)));
    (StatusCode::NOT_FOUND, [(header::CONTENT_SECURITY_POLICY, PLAIN)], Html(text)).into_response()
}

fn failed(error: &kernel::Error) -> Response {
    tracing::error!(%error, "a booking page failed");
    let text = whole("Try again", "<h1>Please try again in a moment.</h1>");
    (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_SECURITY_POLICY, PLAIN)], Html(text)).into_response()
}

/// The embedded page with what it starts from. The configuration is text for the page's script, never code or markup.
fn filled(page: &str, filling: &Filling) -> String {
    let config = filling.config.to_string().replace('<', "\\u003c");
    page.replace("%TITLE%", &escaped(&filling.title))
        .replace("%CONTACTS%", &told(filling))
        .replace("%CONFIG%", &config)
}

/// The location with its contacts.
fn told(filling: &Filling) -> String {
    let Filling { title, location, phones, .. } = filling;
    let call: String = phones
        .iter()
        .map(|phone| escaped(phone))
        .map(|phone| format!("<p><a class=\"call\" href=\"tel:{phone}\">Call {phone}</a></p>"))
        .collect();
    format!(
        "<h1>{title}</h1><p>{about}</p><p>{address}</p>{call}",
        title = escaped(title),
        about = escaped(&location.short_descr),
        address = escaped(&location.address),
    )
}

fn contacts(filling: &Filling) -> String {
    let note = "<p class=\"note\">This server was built without its booking page. Please call to book.</p>";
    whole(&escaped(&filling.title), &format!("{}{note}", told(filling)))
}

fn whole(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>:root{{color-scheme:light dark;font:17px/1.5 system-ui,sans-serif}}\
         body{{margin:0;display:grid;place-items:center;min-height:100vh}}\
         main{{width:min(30rem,100% - 2rem)}}h1{{line-height:1.2}}\
         .call{{display:inline-block;padding:.7rem 1.2rem;border-radius:.5rem;background:#1d4ed8;color:#fff;text-decoration:none;font-weight:600}}\
         .note{{opacity:.75}}</style></head><body><main>{body}</main></body></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filling() -> Filling {
        Filling {
            title: "<script>alert('x')</script>".to_owned(),
            location: Location::new(7),
            phones: vec!["\"+1".to_owned()],
            config: json!({"form": "</script><b>"}),
        }
    }

    #[test]
    fn what_a_location_writes_stays_text() {
        let page = contacts(&filling());
        assert!(!page.contains("<script"));
        assert!(page.contains("tel:&quot;+1"));
        let page = filled(
            "<title>%TITLE%</title>%CONTACTS%<script type=\"application/json\">%CONFIG%</script>",
            &filling(),
        );
        assert_eq!(page.matches("<script").count(), 1, "{page}");
        assert_eq!(page.matches("</script").count(), 1, "{page}");
        assert!(!page.contains('%'), "{page}");
    }
}
