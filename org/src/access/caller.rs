//! Who asks, found once a request.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use kernel::{App, Result, Shape};

use super::{Recall, Tokens};
use crate::partners::Partner;
use crate::sessions::{self, Session};

/// The partner and the user behind a request.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// By a valid partner token.
    pub partner: Option<Arc<Partner>>,
    /// By a valid user token.
    pub session: Option<Arc<Session>>,
}

impl Caller {
    async fn of(headers: &HeaderMap, app: &App) -> Result<Self> {
        let header = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        let tokens = Tokens::read(header.unwrap_or_default());
        let recall = app.room::<Recall>();
        let partner = match tokens.partner {
            Some(token) => recall.partner(app, token).await?,
            None => None,
        };
        let session = match tokens.user {
            Some(token) if partner.is_some() => recall.session(app, token).await?,
            _ => None,
        };
        Ok(Self { partner, session })
    }
}

/// Finds the caller and leaves it with the request; refuses nobody: that is the extractors' work.
pub async fn authenticate<F: Future<Output = Response>>(
    app: &App,
    mut request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let caller = match Caller::of(request.headers(), app).await {
        Ok(caller) => caller,
        Err(error) => return error.into_response(),
    };
    if let Some(session) = &caller.session {
        sessions::touch(app, session);
    }
    let flat = caller.partner.as_ref().is_some_and(|partner| partner.legacy_flat);
    request.extensions_mut().insert(caller);
    let mut response = next(request).await;
    if flat {
        response.extensions_mut().insert(Shape::Flat);
    }
    response
}
