//! The extractors that authorise. The first argument of every handler is one of them.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use kernel::{Access, App, Auth, Call, Declared, Error, Result, Unit};

use super::perm::{ChainRight, Right};
use super::{Caller, Recall};
use crate::partners::Partner;
use crate::sessions::Session;
use crate::users::Membership;

fn caller(parts: &Parts) -> Caller {
    parts.extensions.get().cloned().unwrap_or_default()
}

fn partner(caller: &Caller) -> Result<Arc<Partner>> {
    caller.partner.clone().ok_or_else(Error::partner_missing)
}

fn session(caller: &Caller) -> Result<Arc<Session>> {
    caller.session.clone().ok_or_else(Error::sign_in_needed)
}

/// The location or chain named in the path, under whichever of its names.
async fn path_id(parts: &mut Parts, names: &[&str]) -> Result<i64> {
    let params = RawPathParams::from_request_parts(parts, &()).await.map_err(|_| Error::not_found())?;
    params
        .iter()
        .find(|(name, _)| names.contains(name))
        .and_then(|(_, id)| id.parse().ok())
        .ok_or_else(Error::not_found)
}

macro_rules! calls {
    ($($type:ty),*) => {$(
        impl std::ops::Deref for $type {
            type Target = Call;
            fn deref(&self) -> &Call { &self.call }
        }
    )*};
}
calls!(Anybody, AnyPartner, Signed);

impl<P> std::ops::Deref for At<P> {
    type Target = Call;
    fn deref(&self) -> &Call {
        &self.call
    }
}

impl<P> std::ops::Deref for InChain<P> {
    type Target = Call;
    fn deref(&self) -> &Call {
        &self.call
    }
}

/// Anybody, without any token.
#[derive(Debug)]
pub struct Anybody {
    call: Call,
}

impl Declared for Anybody {
    const ACCESS: Access = Access { auth: Auth::Open, right: None };
}

impl FromRequestParts<App> for Anybody {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Ok(Self { call: Call::of(parts, app) })
    }
}

/// A partner; the user, if one is signed in.
#[derive(Debug)]
pub struct AnyPartner {
    call: Call,
    /// The partner.
    pub partner: Arc<Partner>,
    /// The user's session.
    pub session: Option<Arc<Session>>,
}

impl Declared for AnyPartner {
    const ACCESS: Access = Access { auth: Auth::Partner, right: None };
}

impl FromRequestParts<App> for AnyPartner {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = caller(parts);
        let partner = partner(&caller)?;
        let mut call = Call::of(parts, app);
        call.partner_id = partner.id;
        call.user_id = caller.session.as_ref().map_or(0, |session| session.user_id);
        Ok(Self { call, partner, session: caller.session })
    }
}

/// A signed-in user, at no location in particular.
#[derive(Debug)]
pub struct Signed {
    call: Call,
    /// The user's session.
    pub session: Arc<Session>,
}

impl Declared for Signed {
    const ACCESS: Access = Access { auth: Auth::User, right: None };
}

impl FromRequestParts<App> for Signed {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let any = AnyPartner::from_request_parts(parts, app).await?;
        let session = any.session.ok_or_else(Error::sign_in_needed)?;
        Ok(Self { call: any.call, session })
    }
}

impl AnyPartner {
    /// Whether a user is signed in who belongs to that location.
    pub async fn manages(&self, location_id: i64) -> Result<bool> {
        if self.session.is_none() {
            return Ok(false);
        }
        // From elsewhere than his rights allow he is one who reads what is public, nothing more.
        let recall = self.call.app.room::<Recall>();
        let found = recall.membership(&self.call.app, location_id, self.call.user_id).await?;
        Ok(found.is_some_and(|m| m.may_enter_from(&self.call.origin.ip)))
    }
}

impl Signed {
    /// What this user may do at that location.
    ///
    /// # Errors
    /// 404 for a location of others, 403 without the right.
    pub async fn require<P: Right>(&self, location_id: i64) -> Result<Arc<Membership>> {
        require::<P>(&self.call, location_id).await
    }
}

/// What the user is at that location, if he may enter it from where he asks.
async fn membership(call: &Call, location_id: i64) -> Result<Option<Arc<Membership>>> {
    let recall = call.app.room::<Recall>();
    let found = recall.membership(&call.app, location_id, call.user_id).await?;
    match found {
        Some(membership) if !membership.may_enter_from(&call.origin.ip) => Err(Error::denied()),
        found => Ok(found),
    }
}

async fn require<P: Right>(call: &Call, location_id: i64) -> Result<Arc<Membership>> {
    // Whether it does not exist or is another's: the same answer.
    let membership = membership(call, location_id).await?.ok_or_else(Error::not_found)?;
    if P::allowed(&membership) { Ok(membership) } else { Err(Error::denied()) }
}

/// A user with the right `P` at the location named in the path.
#[derive(Debug)]
pub struct At<P> {
    call: Call,
    /// What the user may do here.
    pub membership: Arc<Membership>,
    right: PhantomData<P>,
}

impl<P: Right> Declared for At<P> {
    const ACCESS: Access = Access { auth: Auth::User, right: P::SLUG };
}

impl<P: Right> FromRequestParts<App> for At<P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = caller(parts);
        let partner = partner(&caller)?;
        let session = session(&caller)?;
        let location_id = path_id(parts, &["location_id", "company_id", "salon_id"]).await?;
        let mut call = Call::of(parts, app);
        call.partner_id = partner.id;
        call.user_id = session.user_id;
        call.location_id = location_id;
        let membership = require::<P>(&call, location_id).await?;
        Ok(Self { call, membership, right: PhantomData })
    }
}

impl<P> At<P> {
    /// What this user may do at another location.
    ///
    /// # Errors
    /// 404 for a location of others, 403 without the right.
    pub async fn require<Q: Right>(&self, location_id: i64) -> Result<Arc<Membership>> {
        require::<Q>(&self.call, location_id).await
    }

    /// Begins the transaction of a write at this location.
    pub async fn begin(&self) -> Result<Unit> {
        self.call.begin().await
    }
}

/// A user with the right `P` in the chain named in the path.
#[derive(Debug)]
pub struct InChain<P> {
    call: Call,
    /// The chain.
    pub chain_id: i64,
    right: PhantomData<P>,
}

impl<P: ChainRight> Declared for InChain<P> {
    const ACCESS: Access = Access { auth: Auth::User, right: Some(P::SLUG) };
}

impl<P: ChainRight> FromRequestParts<App> for InChain<P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = caller(parts);
        let partner = partner(&caller)?;
        let session = session(&caller)?;
        let chain_id = path_id(parts, &["chain_id", "group_id", "salon_group_id"]).await?;
        let rights = crate::chains::store::rights(&mut app.db().conn().await?, chain_id, session.user_id)
            .await?
            .ok_or_else(Error::not_found)?;
        if !crate::chains::rules::allows(&rights, P::SLUG) {
            return Err(Error::denied());
        }
        let mut call = Call::of(parts, app);
        call.partner_id = partner.id;
        call.user_id = session.user_id;
        Ok(Self { call, chain_id, right: PhantomData })
    }
}
