//! Sign-in, version 1.

use axum::response::{IntoResponse, Response};
use kernel::{Answer, Data, Lenient, Result, Token};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow;
use crate::access::AnyPartner;
use crate::users::User;

/// A login with its password.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct AuthIn {
    /// A phone number, an e-mail address or a login.
    #[schema(required, nullable = false, example = "testuser@alteg.io")]
    pub login: Option<String>,
    #[schema(required, nullable = false, example = "testpass", format = Password)]
    /// The password.
    pub password: Option<String>,
    /// The answer to a second factor, on the second call.
    #[serde(rename = "2fa")]
    pub second_factor: Option<SecondFactorIn>,
}

/// The answer to a second factor.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SecondFactorIn {
    /// The challenge's `uuid`.
    #[serde(default)]
    pub uuid: String,
    /// The code shown by the authenticator.
    #[schema(example = "123456")]
    #[serde(default)]
    pub secret: String,
}

/// A signed-in user with the token for the requests that follow.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserOut {
    /// The user's id.
    #[schema(example = 123_456)]
    id: i64,
    /// The token, shown only here.
    #[schema(example = "4f1c0a6de2b85d1c3f9a7e6b5d4c3b2a")]
    user_token: String,
    /// Name.
    #[schema(example = "James Smith")]
    name: String,
    /// Phone number with its country code; empty when there is none.
    #[schema(example = "+13155550175")]
    phone: String,
    /// Login.
    #[schema(example = "j.smith")]
    login: String,
    /// E-mail address; empty when there is none.
    #[schema(example = "j.smith@example.com")]
    email: String,
    /// Address of the portrait; empty when there is none.
    #[schema(example = "")]
    avatar: String,
    /// Whether the user has accepted an invitation or signed up.
    is_approved: bool,
    /// Whether the e-mail address is confirmed.
    is_email_confirmed: bool,
}

impl UserOut {
    pub(super) fn new(user: User, token: &Token) -> Self {
        Self {
            id: user.id,
            user_token: token.reveal().to_owned(),
            name: user.name,
            phone: user.phone.unwrap_or_default(),
            login: user.login,
            email: user.email.unwrap_or_default(),
            avatar: user.avatar,
            is_approved: user.is_approved,
            is_email_confirmed: user.is_email_confirmed,
        }
    }
}

/// A sign-in that waits for the second factor.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChallengeOut {
    /// Sent back with the code.
    #[schema(example = "0b57e1a8-5c0e-4a55-9d2c-3f0f8a2c9b11")]
    pub uuid: String,
    /// Kind of second factor.
    #[schema(example = "totp")]
    pub flow: String,
    /// Where the code is to be found.
    pub transport: Transport,
    /// Attempts left.
    #[schema(example = 5)]
    pub attempts_left: i64,
    /// Seconds for which this sign-in can be completed.
    #[schema(example = 300)]
    pub refresh_ttl_sec: i64,
}

/// Where the code is to be found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Transport {
    /// Kind.
    #[schema(example = "totp")]
    pub r#type: String,
    /// Whose authenticator shows it.
    #[schema(example = "James Smith")]
    pub recipient: String,
}

/// How a sign-in ends for now.
pub enum SignedIn {
    /// 201, with the token.
    Done(Data<UserOut>),
    /// 200: a second factor is needed.
    Challenged(Data<ChallengeOut>),
}

impl Answer for SignedIn {
    fn status(&self) -> http::StatusCode {
        match self {
            Self::Done(data) => data.status(),
            Self::Challenged(data) => data.status(),
        }
    }

    fn body(&self) -> Vec<u8> {
        match self {
            Self::Done(data) => data.body(),
            Self::Challenged(data) => data.body(),
        }
    }
}

impl IntoResponse for SignedIn {
    fn into_response(self) -> Response {
        match self {
            Self::Done(data) => data.into_response(),
            Self::Challenged(data) => data.into_response(),
        }
    }
}

/// Sign a user in
///
/// Gives the user token that the other operations want beside the partner token. Login and password may also
/// come in the query string. When the user has a second factor the answer is 200 with a challenge; call again
/// with `2fa` beside login and password. A token lasts until it is ended or the password is changed.
#[utoipa::path(
    post, path = "/auth", operation_id = "authorize_user", tag = "Authentication B2B",
    request_body = AuthIn,
    responses(
        (status = 201, description = "Signed in", body = Data<UserOut>),
        (status = 200, description = "A second factor is needed", body = Data<ChallengeOut>),
    )
)]
pub async fn authorize_user(at: AnyPartner, input: Lenient<AuthIn>) -> Result<SignedIn> {
    flow::sign_in(&at, input.0).await
}
