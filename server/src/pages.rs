//! The embedded pages: what `build.rs` made of `web/`, and how it goes over the wire.
//!
//! The folder mirrors the addresses: `docs/index.html` is served at `/docs/`. Files are packed and tagged
//! when they are built, so serving one copies nothing.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    body::{Body, Bytes},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{
            ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
            IF_NONE_MATCH, LOCATION, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
};

/// A file of the pages.
struct File {
    /// Its address without the slash at the front.
    path: &'static str,
    /// Its `ETag`: a weak one, since the packed body has the same.
    tag: &'static str,
    body: &'static [u8],
    /// The body packed by gzip, if that is worth it.
    packed: Option<&'static [u8]>,
}

#[cfg(feature = "web")]
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));
#[cfg(not(feature = "web"))]
static FILES: &[File] = &[];

static BY_PATH: LazyLock<HashMap<&'static str, &'static File>> =
    LazyLock::new(|| FILES.iter().map(|file| (file.path, file)).collect());

/// Answers a GET of `path` (as in the request, with the slash at the front) by the file that belongs there.
/// HTML gets `policy` as its Content-Security-Policy.
pub fn serve(path: &str, headers: &HeaderMap, policy: &'static str) -> Response {
    if FILES.is_empty() {
        return (StatusCode::NOT_FOUND, "This server was built without pages.\n").into_response();
    }
    let path = path.trim_start_matches('/');
    let found = match path.strip_suffix('/') {
        Some(folder) => BY_PATH.get(format!("{folder}/index.html").as_str()),
        None => BY_PATH.get(path),
    };
    if let Some(file) = found {
        return respond(file, headers, policy);
    }
    if BY_PATH.contains_key(format!("{path}/index.html").as_str()) {
        return redirect(&format!("/{path}/"));
    }
    (StatusCode::NOT_FOUND, "There is no such page.\n").into_response()
}

/// The text of a page that is filled in before it is sent; none where the server was built without pages.
pub fn text(path: &str) -> Option<&'static str> {
    BY_PATH.get(path).and_then(|file| std::str::from_utf8(file.body).ok())
}

/// Sends the browser to another address of this server, for good.
pub fn redirect(to: &str) -> Response {
    let Ok(to) = HeaderValue::from_str(to) else { return StatusCode::NOT_FOUND.into_response() };
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, to)]).into_response()
}

fn respond(file: &File, request: &HeaderMap, policy: &'static str) -> Response {
    let media = media(file.path);
    let mut headers = HeaderMap::with_capacity(8);
    // The name of an asset changes with its content; everything else is asked for each time, by its tag.
    let lasting = file.path.contains("/assets/");
    let caching = if lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(ETAG, HeaderValue::from_static(file.tag));
    if file.packed.is_some() {
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    }
    if is_known(file.tag, request) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if media.starts_with("text/html") {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    let body = match file.packed {
        Some(packed) if takes_gzip(request) => {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            packed
        }
        _ => file.body,
    };
    (headers, Body::from(Bytes::from_static(body))).into_response()
}

/// Whether the caller has this version already.
fn is_known(tag: &str, request: &HeaderMap) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let known = request.get_all(IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).any(|known| known.trim() == "*" || bare(known) == bare(tag))
}

/// Whether the caller takes gzip: named, and not at quality 0.
fn takes_gzip(request: &HeaderMap) -> bool {
    let accepted = request.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|one| {
        let (name, quality) = one.split_once(";q=").unwrap_or((one, "1"));
        name.trim().eq_ignore_ascii_case("gzip")
            && quality.trim().parse().is_ok_and(|quality: f32| quality > 0.0)
    })
}

fn media(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" | "map" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: axum::http::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    const PAGE: File = File { path: "docs/index.html", tag: "W/\"1\"", body: b"page", packed: Some(b"pkd") };
    const ASSET: File = File { path: "docs/assets/a-1.js", tag: "W/\"2\"", body: b"code", packed: None };

    #[test]
    fn a_page_is_asked_for_each_time_and_an_asset_never_again() {
        let page = respond(&PAGE, &HeaderMap::new(), "default-src 'self'");
        assert_eq!(page.headers()[CACHE_CONTROL], "no-cache");
        assert_eq!(page.headers()[CONTENT_SECURITY_POLICY], "default-src 'self'");
        assert_eq!(page.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
        let asset = respond(&ASSET, &HeaderMap::new(), "");
        assert_eq!(asset.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert!(!asset.headers().contains_key(CONTENT_SECURITY_POLICY));
    }

    #[test]
    fn a_known_version_is_not_sent_again() {
        for known in ["W/\"1\"", "\"1\"", "\"0\", W/\"1\"", "*"] {
            let page = respond(&PAGE, &headers(IF_NONE_MATCH, known), "");
            assert_eq!(page.status(), StatusCode::NOT_MODIFIED, "{known}");
        }
        assert_eq!(respond(&PAGE, &headers(IF_NONE_MATCH, "\"2\""), "").status(), StatusCode::OK);
    }

    #[test]
    fn gzip_goes_to_those_who_take_it() {
        for (accepted, packed) in
            [("gzip, br", true), ("br;q=1, gzip;q=0.5", true), ("gzip;q=0", false), ("br", false)]
        {
            let page = respond(&PAGE, &headers(ACCEPT_ENCODING, accepted), "");
            assert_eq!(page.headers().contains_key(CONTENT_ENCODING), packed, "{accepted}");
            assert_eq!(page.headers()[VARY], "accept-encoding");
        }
        let asset = respond(&ASSET, &headers(ACCEPT_ENCODING, "gzip"), "");
        assert!(!asset.headers().contains_key(CONTENT_ENCODING));
    }

    #[test]
    #[cfg(feature = "web")]
    fn every_page_is_there() {
        for path in ["/docs/", "/docs/reference/", "/docs/favicon.svg", "/docs/index.html", "/book/"] {
            assert_eq!(serve(path, &HeaderMap::new(), "").status(), StatusCode::OK, "{path}");
        }
        let moved = serve("/docs/reference", &HeaderMap::new(), "");
        assert_eq!(
            (moved.status(), &moved.headers()[LOCATION]),
            (StatusCode::PERMANENT_REDIRECT, &HeaderValue::from_static("/docs/reference/"))
        );
        assert_eq!(serve("/docs/nothing", &HeaderMap::new(), "").status(), StatusCode::NOT_FOUND);
    }

    #[test]
    #[cfg(not(feature = "web"))]
    fn without_the_pages_there_is_a_word_about_it() {
        assert_eq!(serve("/docs/", &HeaderMap::new(), "").status(), StatusCode::NOT_FOUND);
    }
}
