//! One request, as far as every write needs to know of it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::ConnectInfo;
use http::{HeaderMap, header, request::Parts};

use crate::{App, Error, Hash, Kind, Language, Op, Result, Unit};

/// Where a request came from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client's address.
    pub ip: String,
    /// What it calls itself.
    pub program: String,
    /// The request's id.
    pub request_id: String,
}

/// The client's address, set by the outermost layer (which knows whether a proxy is to be believed).
#[derive(Clone, Copy, Debug)]
pub struct ClientIp(pub IpAddr);

impl Origin {
    pub(crate) fn of(headers: &HeaderMap, extensions: &http::Extensions, request_id: String) -> Self {
        let ip = extensions
            .get::<ClientIp>()
            .map(|ip| ip.0)
            .or_else(|| extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip()));
        let program = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        Self {
            ip: ip.map(|ip| ip.to_string()).unwrap_or_default(),
            program: program.chars().take(200).collect(),
            request_id,
        }
    }
}

/// How an asker wants answers shaped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// In the envelope.
    #[default]
    Envelope,
    /// As long ago, without it.
    Flat,
}

/// An Idempotency-Key with the digest of the request it came with.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// Empty for one that can't be taken: the write says so, in its operation's own form.
    pub(crate) key: String,
    pub(crate) path: String,
    pub(crate) fingerprint: Hash,
}

/// What If-Match names.
#[derive(Clone, Debug)]
pub enum MatchRevision {
    /// `*`
    Any,
    /// Revisions.
    Of(Vec<i64>),
}

impl MatchRevision {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(header::IF_MATCH)?.to_str().ok()?;
        if text.trim() == "*" {
            return Some(Self::Any);
        }
        // The revision is what stands before the dash; a weak tag never matches strongly.
        let revision = |tag: &str| tag.trim().strip_prefix('"')?.split(['-', '"']).next()?.parse().ok();
        Some(Self::Of(text.split(',').filter_map(revision).collect()))
    }
}

/// One request: who, when, from where, for what.
#[derive(Clone, Debug)]
pub struct Call {
    /// The application.
    pub app: App,
    /// The operation.
    pub op: Option<&'static Op>,
    /// The instant, one for the whole request.
    pub now: i64,
    /// Where from.
    pub origin: Arc<Origin>,
    /// In which language.
    pub language: Language,
    /// The partner asking, 0 for none.
    pub partner_id: i64,
    /// The user asking, 0 for none.
    pub user_id: i64,
    /// The location concerned, 0 for none.
    pub location_id: i64,
    pub(crate) key: Option<IdempotencyKey>,
    matching: Option<MatchRevision>,
}

impl Call {
    /// From a request that came through the face.
    pub fn of(parts: &Parts, app: &App) -> Self {
        Self {
            app: app.clone(),
            op: parts.extensions.get::<&'static Op>().copied(),
            now: app.now(),
            origin: parts.extensions.get::<Arc<Origin>>().cloned().unwrap_or_default(),
            language: Language::negotiate(
                parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()),
            ),
            partner_id: 0,
            user_id: 0,
            location_id: 0,
            key: parts.extensions.get().cloned(),
            matching: MatchRevision::of(&parts.headers),
        }
    }

    /// A connection to read with.
    pub async fn conn(&self) -> Result<db::Conn> {
        Ok(self.app.db().conn().await?)
    }

    /// Begins the one transaction of a write.
    ///
    /// # Errors
    /// Ends in the stored answer when the same Idempotency-Key was carried out before.
    pub async fn begin(&self) -> Result<Unit> {
        Unit::begin(self).await
    }

    /// Ends in the stored answer when the same Idempotency-Key was carried out before. [`Call::begin`] does so
    /// by itself; this is for what must be looked at before a transaction begins and is no longer there after
    /// the first time (a link that serves once).
    pub async fn replay(&self) -> Result<()> {
        self.begin().await?.rollback().await;
        Ok(())
    }

    /// Holds the row's revision against If-Match.
    ///
    /// # Errors
    /// 412 when it is another.
    pub fn check_revision(&self, revision: i64) -> Result<()> {
        match &self.matching {
            Some(MatchRevision::Of(wanted)) if !wanted.contains(&revision) => {
                Err(Error::new(Kind::PreconditionFailed, "precondition-failed"))
            }
            _ => Ok(()),
        }
    }
}
