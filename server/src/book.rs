//! The page at a booking form's address: for now the location with its contacts, until booking itself is built.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};

use kernel::{App, Result, escaped};
use org::locations::{Location, public_title, store};

const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors *";

/// The routes.
pub fn router() -> Router<App> {
    Router::new().route("/book/{form}", get(page)).route("/book/{form}/sales", get(page))
}

async fn page(State(app): State<App>, Path(form): Path<String>) -> Response {
    let found = match form.parse() {
        Ok(form) => find(&app, form).await,
        Err(_) => Ok(None),
    };
    let (status, text) = match found {
        Ok(Some((location, phones))) => (StatusCode::OK, shown(&location, &phones)),
        Ok(None) => (StatusCode::NOT_FOUND, whole("Not found", "<h1>There is no such booking form.</h1>")),
        Err(error) => {
            tracing::error!(%error, "the page of a booking form failed");
            (StatusCode::SERVICE_UNAVAILABLE, whole("Try again", "<h1>Please try again in a moment.</h1>"))
        }
    };
    (status, [(header::CONTENT_SECURITY_POLICY, POLICY)], Html(text)).into_response()
}

async fn find(app: &App, form: i64) -> Result<Option<(Location, Vec<String>)>> {
    let mut conn = app.db().conn().await?;
    let Some(id) = store::of_form(&mut conn, form).await? else { return Ok(None) };
    let location = store::by_id(&mut conn, id).await?;
    let phones = store::phones(&mut conn, &[id]).await?.into_iter().map(|(_, phone)| phone).collect();
    Ok(Some((location, phones)))
}

fn shown(location: &Location, phones: &[String]) -> String {
    let title = escaped(&public_title(location));
    let call: String = phones
        .iter()
        .map(|phone| escaped(phone))
        .map(|phone| format!("<p><a class=\"call\" href=\"tel:{phone}\">Call {phone}</a></p>"))
        .collect();
    let body = format!(
        "<h1>{title}</h1><p>{about}</p><p>{address}</p>{call}\
         <p class=\"note\">Booking on this page is not open yet. Please call to book.</p>",
        about = escaped(&location.short_descr),
        address = escaped(&location.address),
    );
    whole(&title, &body)
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
    use super::shown;
    use org::locations::Location;

    #[test]
    fn what_a_location_writes_stays_text() {
        let location = Location { title: "<script>alert('x')</script>".to_owned(), ..Location::new(7) };
        let page = shown(&location, &["\"+1".to_owned()]);
        assert!(!page.contains("<script"));
        assert!(page.contains("tel:&quot;+1"));
    }
}
