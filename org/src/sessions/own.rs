//! Sessions, password and second factor of the signed-in user: additions of ours.

use kernel::{Count, Data, Error, Lenient, List, NoContent, Page, Path, Query, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::v1::UserOut;
use super::{flow, store};
use crate::access::Signed;

/// A session of the signed-in user.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionOut {
    /// Its id.
    id: i64,
    /// Whether it is the one that asks.
    is_current: bool,
    /// The program's name for itself (User-Agent).
    #[schema(example = "curl/8.5.0")]
    program: String,
    /// From where it began.
    #[schema(example = "127.0.0.1")]
    ip: String,
    /// When it began (UTC).
    #[schema(example = "2026-03-23T10:10:00+00:00")]
    created_at: String,
    /// When it was last used, to the minute (UTC).
    #[schema(example = "2026-03-23T10:10:00+00:00")]
    last_used_at: String,
}

/// A page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct PageIn {
    /// Page, counted from 1.
    page: Option<i64>,
    /// Items on a page (20; at most 200).
    count: Option<i64>,
}

/// List the own sessions
///
/// The newest first.
#[utoipa::path(
    get, path = "/sessions", operation_id = "list_sessions", tag = "Sessions",
    params(PageIn),
    responses((status = 200, description = "The sessions", body = Data<Vec<SessionOut>, Count>))
)]
pub async fn list_sessions(at: Signed, query: Query<PageIn>) -> Result<List<SessionOut>> {
    let page = Page::of(query.0.page, query.0.count, 20, 200);
    let mut conn = at.conn().await?;
    let rows = store::list(&mut conn, at.user_id, page.limit, page.offset).await?;
    let count = store::count(&mut conn, at.user_id).await?;
    let utc = calc::zone::Zone::utc();
    let out = rows.into_iter().map(|row| SessionOut {
        id: row.id,
        is_current: row.id == at.session.id,
        program: row.program,
        ip: row.ip,
        created_at: calc::zone::local_iso(row.created_at, &utc),
        last_used_at: calc::zone::local_iso(row.last_used_at, &utc),
    });
    Ok(List::counted(out.collect(), count))
}

/// End one of the own sessions
#[utoipa::path(
    delete, path = "/sessions/{session_id}", operation_id = "end_session", tag = "Sessions",
    params(("session_id" = i64, Path, description = "The session")),
    responses((status = 204, description = "Ended; its token is void"))
)]
pub async fn end_session(at: Signed, Path(id): Path<i64>) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    if !store::end(&mut unit, at.user_id, id).await? {
        return Err(Error::not_found());
    }
    unit.about("session", id, json!({}));
    unit.stale();
    unit.commit(NoContent::new()).await
}

/// Which sessions to end.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct EndIn {
    /// Keep the session that asks.
    keep_current: bool,
}

/// End all own sessions
#[utoipa::path(
    delete, path = "/sessions", operation_id = "end_sessions", tag = "Sessions",
    params(EndIn),
    responses((status = 204, description = "Ended; their tokens are void"))
)]
pub async fn end_sessions(at: Signed, query: Query<EndIn>) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    let except = query.0.keep_current.then_some(at.session.id);
    let ended = store::end_all(&mut unit, at.user_id, except).await?;
    unit.about("session", 0, json!({"ended": ended}));
    unit.stale();
    unit.commit(NoContent::new()).await
}

/// A change of password.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct PasswordIn {
    /// The current password.
    #[schema(required, nullable = false, format = Password)]
    #[serde(default)]
    current_password: String,
    /// The new one, of at least 8 characters.
    #[schema(required, nullable = false, format = Password)]
    #[serde(default)]
    new_password: String,
}

/// Change the own password
///
/// All sessions end at once; the answer has a new token.
#[utoipa::path(
    put, path = "/password", operation_id = "change_password", tag = "Sessions",
    request_body = PasswordIn,
    responses((status = 200, description = "Changed", body = Data<UserOut>))
)]
pub async fn change_password(at: Signed, input: Lenient<PasswordIn>) -> Result<Data<UserOut>> {
    flow::change_password(&at, &input.0.current_password, &input.0.new_password).await
}

/// The own password, once more.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct StepUpIn {
    /// The current password.
    #[schema(required, nullable = false, format = Password)]
    #[serde(default)]
    password: String,
}

/// A second factor to be confirmed.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorOut {
    /// The secret, base32, shown only here.
    #[schema(example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    pub(super) secret: String,
    /// The same for an authenticator (as a QR code).
    #[schema(
        example = "otpauth://totp/Frontdesk:j.smith?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Frontdesk"
    )]
    pub(super) otpauth_url: String,
}

/// Begin a second factor
///
/// Time-based codes (RFC 6238) of an authenticator. In force once confirmed by a first code.
#[utoipa::path(
    post, path = "/second_factor", operation_id = "begin_second_factor", tag = "Sessions",
    request_body = StepUpIn,
    responses((status = 201, description = "To be confirmed", body = Data<SecondFactorOut>))
)]
pub async fn begin_second_factor(at: Signed, input: Lenient<StepUpIn>) -> Result<Data<SecondFactorOut>> {
    flow::begin_second_factor(&at, &input.0.password).await
}

/// A code.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct CodeIn {
    /// The six digits shown by the authenticator.
    #[schema(required, nullable = false, example = "123456")]
    #[serde(default)]
    code: String,
}

/// Confirm the second factor
#[utoipa::path(
    post, path = "/second_factor/confirm", operation_id = "confirm_second_factor", tag = "Sessions",
    request_body = CodeIn,
    responses((status = 204, description = "In force"), (status = 404, description = "None was begun"))
)]
pub async fn confirm_second_factor(at: Signed, input: Lenient<CodeIn>) -> Result<NoContent> {
    flow::confirm_second_factor(&at, &input.0.code).await
}

/// End the second factor
#[utoipa::path(
    delete, path = "/second_factor", operation_id = "end_second_factor", tag = "Sessions",
    request_body = StepUpIn,
    responses((status = 204, description = "Ended"), (status = 404, description = "There is none"))
)]
pub async fn end_second_factor(at: Signed, input: Lenient<StepUpIn>) -> Result<NoContent> {
    flow::end_second_factor(&at, &input.0.password).await
}
