//! The reference portal at `/docs`: embedded pages that read the documents at `/openapi/NAME.json` and
//! send trial calls to this same server.

use std::sync::Arc;

use axum::{
    Json, Router,
    http::{HeaderMap, Uri, header::CACHE_CONTROL},
    routing::get,
};
use serde::Serialize;

use crate::pages;

/// The pages may talk to this server and to nobody else. Styles may be inline, since the reference component
/// writes its theme into the page; images may be answers that were tried out.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the portal starts with. Everybody who can open the portal can read it: fill it with demo data's keys
/// only.
#[derive(Clone, Default, Serialize)]
pub struct PortalConfig {
    /// The partner token that trial calls are prefilled with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_token: Option<String>,
    /// The user token that trial calls are prefilled with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_token: Option<String>,
}

/// The routes `/docs`, `/docs/…` and `/docs/config.json`; merge them into the server's router as they are.
pub fn router<S>(config: PortalConfig) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let config = Arc::new(config);
    let page = async |uri: Uri, headers: HeaderMap| pages::serve(uri.path(), &headers, POLICY);
    Router::new()
        .route("/docs", get(async || pages::redirect("/docs/")))
        .route("/docs/", get(page))
        .route("/docs/{*path}", get(page))
        .route(
            "/docs/config.json",
            get(move || {
                let config = Arc::clone(&config);
                async move { ([(CACHE_CONTROL, "no-store")], Json(config.as_ref().clone())) }
            }),
        )
}

#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, to_bytes},
        http::{Request, StatusCode, header::LOCATION},
    };
    use tower::ServiceExt as _;

    use super::*;

    async fn get(config: PortalConfig, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        let router: Router = router(config);
        let response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, to_bytes(body, 1 << 20).await.unwrap().to_vec())
    }

    #[tokio::test]
    async fn only_given_keys_are_told() {
        let (_, headers, body) = get(PortalConfig::default(), "/docs/config.json").await;
        assert_eq!(
            (&headers[CACHE_CONTROL], body.as_slice()),
            (&"no-store".parse().unwrap(), b"{}".as_slice())
        );
        let config = PortalConfig { partner_token: Some("p".to_owned()), user_token: None };
        assert_eq!(get(config, "/docs/config.json").await.2, br#"{"partner_token":"p"}"#);
    }

    #[tokio::test]
    async fn the_bare_address_leads_to_the_folder() {
        let (status, headers, _) = get(PortalConfig::default(), "/docs").await;
        assert_eq!(
            (status, &headers[LOCATION]),
            (StatusCode::PERMANENT_REDIRECT, &"/docs/".parse().unwrap())
        );
    }

    #[tokio::test]
    async fn pages_are_served_if_they_were_built() {
        let expected = if cfg!(feature = "web") { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(get(PortalConfig::default(), "/docs/").await.0, expected);
        assert_eq!(get(PortalConfig::default(), "/docs/nothing.js").await.0, StatusCode::NOT_FOUND);
    }
}
