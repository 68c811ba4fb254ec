//! Users as clients are, version 1.

use http::HeaderMap;
use kernel::{Accepted, Bare, Data, Lenient, Path, Query, Result, Token};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::flow::{self, Change};
use crate::access::{AnyPartner, Signed, Tokens};
use crate::sessions;
use crate::users::{User, store};

/// Where to send a code.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct BookCodeIn {
    /// The phone.
    #[schema(required, nullable = false, example = "+13155550175")]
    phone: Option<String>,
    /// An e-mail address in place of the phone: an addition of ours.
    #[schema(nullable = false, example = "")]
    email: Option<String>,
    /// Whose it is, also as `fullname`.
    #[serde(alias = "fullname")]
    #[schema(nullable = false, example = "James Smith")]
    fulname: Option<String>,
}

/// Send a code to a phone
///
/// By SMS, or by e-mail to an address given in place of a phone; it is good for ten minutes. One a minute and five an hour
/// for each of them.
#[utoipa::path(
    post, path = "/book_code/{location_id}", operation_id = "send_booking_verification_code", tag = "Authentication B2C",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = BookCodeIn,
    responses((status = 201, description = "Sent", body = Accepted))
)]
pub async fn send_booking_verification_code(
    by: AnyPartner,
    Path(location_id): Path<i64>,
    input: Lenient<BookCodeIn>,
) -> Result<Accepted> {
    let BookCodeIn { phone, email, fulname } = input.0;
    let unit = flow::send_code(&by, location_id, (phone.as_deref(), email.as_deref()), fulname).await?;
    unit.commit(Accepted::new("created").created()).await
}

/// Login and password, or phone and code.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct BookingAuthIn {
    /// Phone or e-mail address.
    #[schema(required, nullable = false, example = "testuser@alteg.io")]
    login: Option<String>,
    /// The password.
    #[schema(required, nullable = false, example = "testpass")]
    password: Option<String>,
}

/// A user as clients are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookingUserOut {
    /// The id.
    #[schema(example = 123_456)]
    id: i64,
    /// The token for the Authorization header.
    #[schema(example = "wec23fh8cDfFV4432fc352456")]
    user_token: String,
    /// The name.
    #[schema(example = "James Smith")]
    name: String,
    /// The phone.
    #[schema(example = "+13155550175")]
    phone: String,
    /// The login.
    #[schema(example = "j.smith")]
    login: String,
    /// The e-mail address.
    #[schema(example = "j.smith@example.com")]
    email: String,
    /// The address of the portrait.
    #[schema(example = "https://example.com/images/avatar.png")]
    avatar: String,
}

impl BookingUserOut {
    fn of(user: User, token: &str) -> Self {
        Self {
            id: user.id,
            user_token: token.to_owned(),
            name: user.name,
            phone: user.phone.unwrap_or_default(),
            login: user.login,
            email: user.email.unwrap_or_default(),
            avatar: user.avatar,
        }
    }
}

/// Sign a client in by password
///
/// An object by itself, without the envelope.
#[utoipa::path(
    post, path = "/booking/auth", operation_id = "authorize_online_booking_user", tag = "Authentication B2C",
    request_body = BookingAuthIn,
    responses((status = 201, description = "Signed in", body = BookingUserOut))
)]
pub async fn authorize_online_booking_user(
    by: AnyPartner,
    input: Lenient<BookingAuthIn>,
) -> Result<Bare<BookingUserOut>> {
    let (login, password) = (input.0.login.unwrap_or_default(), input.0.password.unwrap_or_default());
    let (unit, user, token) = sessions::sign_in_by_password(&by, &login, &password).await?;
    unit.commit(Bare::new(BookingUserOut::of(user, token.reveal())).created()).await
}

/// Phone and code, also as `login` and `password`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct UserAuthIn {
    /// The phone, also as `phone`.
    #[serde(alias = "phone")]
    #[schema(required, nullable = false, example = "+13155550175")]
    login: Option<String>,
    /// The code, also as `code`.
    #[serde(alias = "code")]
    #[schema(required, nullable = false, example = "38829")]
    password: Option<String>,
}

/// A token.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserTokenOut {
    /// For the Authorization header.
    #[schema(example = "wec23fh8cDfFV4432fc352456")]
    user_token: String,
}

impl From<&Token> for UserTokenOut {
    fn from(token: &Token) -> Self {
        Self { user_token: token.reveal().to_owned() }
    }
}

/// Sign a client in by a code
///
/// Whoever signs in for the first time becomes a user. An object by itself, without the envelope.
#[utoipa::path(
    post, path = "/user/auth", operation_id = "log_in_with_phone_number_and_code", tag = "Authentication B2C",
    request_body = UserAuthIn,
    responses((status = 201, description = "Signed in", body = UserTokenOut))
)]
pub async fn log_in_with_phone_number_and_code(
    by: AnyPartner,
    input: Lenient<UserAuthIn>,
) -> Result<Bare<UserTokenOut>> {
    let phone = flow::phone(input.0.login.as_deref(), None, "login")?;
    let code = input.0.password.unwrap_or_default();
    let (unit, token) = flow::sign_in(&by, phone.e164(), &code).await?;
    unit.commit(Bare::new(UserTokenOut::from(&token)).created()).await
}

/// A change of the own data; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct BookingUserIn {
    /// The name.
    #[schema(nullable = false, example = "James Smith")]
    name: Option<String>,
    /// The e-mail address.
    #[schema(nullable = false, example = "j.smith@example.com")]
    email: Option<String>,
    /// The phone; another one needs the code sent to it.
    #[schema(nullable = false, example = "+13155550175")]
    phone: Option<String>,
    /// The code.
    #[schema(nullable = false, example = "12345")]
    confirmation_code: Option<String>,
}

/// Change the own data
#[utoipa::path(
    put, path = "/booking/user", operation_id = "update_booking_user", tag = "Client Personal Cabinet",
    request_body = BookingUserIn,
    responses((status = 202, description = "Changed", body = Accepted))
)]
pub async fn update_booking_user(by: Signed, input: Lenient<BookingUserIn>) -> Result<Accepted> {
    let BookingUserIn { name, email, phone, confirmation_code: code } = input.0;
    let unit = flow::update(&by, Change { name, email, phone, code }).await?;
    unit.commit(Accepted::new("accepted")).await
}

/// The own data; `0` has the token once more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookingUserDataOut {
    /// The token.
    #[serde(rename = "0")]
    #[schema(example = "152afb01134237bc844d7e")]
    first: String,
    #[serde(flatten)]
    user: BookingUserOut,
}

/// Read the own data
///
/// An object by itself, without the envelope.
#[utoipa::path(
    get, path = "/booking/user/data", operation_id = "get_booking_user", tag = "Client Personal Cabinet",
    responses((status = 200, description = "The user", body = BookingUserDataOut))
)]
pub async fn get_booking_user(by: Signed, headers: HeaderMap) -> Result<Bare<BookingUserDataOut>> {
    let user = store::by_id(&mut by.conn().await?, by.user_id).await?;
    // Tokens are kept as hashes: whoever asks has it.
    let header = headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = Tokens::read(header.unwrap_or_default()).user.unwrap_or_default();
    Ok(Bare::new(BookingUserDataOut { first: token.to_owned(), user: BookingUserOut::of(user, token) }))
}

/// Another password.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct BookingPasswordIn {
    /// The current one; nothing for who has none yet.
    #[schema(nullable = false, example = "qwerty123")]
    old_password: Option<String>,
    /// The new one.
    #[schema(required, nullable = false, example = "example-of-one")]
    new_password: Option<String>,
}

/// Change the own password
///
/// The old tokens end; a new one is given.
#[utoipa::path(
    put, path = "/booking/user/password", operation_id = "update_booking_user_password", tag = "Client Personal Cabinet",
    request_body = BookingPasswordIn,
    responses((status = 200, description = "Changed", body = Data<UserTokenOut>))
)]
pub async fn update_booking_user_password(
    by: Signed,
    input: Lenient<BookingPasswordIn>,
) -> Result<Data<UserTokenOut>> {
    let (old, new) = (input.0.old_password.unwrap_or_default(), input.0.new_password.unwrap_or_default());
    let (unit, token) = sessions::replace_password(&by, &old, &new).await?;
    unit.commit(Data::new(UserTokenOut::from(&token))).await
}

/// To which phone.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct PhoneCodeFilter {
    /// In the name of this location.
    #[param(required, nullable = false, example = 37532)]
    company_id: Option<i64>,
    /// In the name of this chain, in place of a location.
    #[param(required, nullable = false, example = 0)]
    group_id: Option<i64>,
    /// The new phone.
    #[param(required, nullable = false, example = "+13155550175")]
    phone: Option<String>,
}

/// Send a code to a new phone
#[utoipa::path(
    get, path = "/booking/user/phone_confirmation", operation_id = "send_phone_update_verification_code",
    tag = "Client Personal Cabinet", params(PhoneCodeFilter),
    responses(
        (status = 202, description = "Sent", body = Accepted),
        (status = 404, description = "There is no such location or chain")
    )
)]
pub async fn send_phone_update_verification_code(
    by: Signed,
    query: Query<PhoneCodeFilter>,
) -> Result<Accepted> {
    let location_id = flow::sender(&by, query.0.company_id, query.0.group_id).await?;
    let unit = flow::send_code(&by, location_id, (query.0.phone.as_deref(), None), None).await?;
    unit.commit(Accepted::new("accepted")).await
}
