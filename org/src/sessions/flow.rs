//! Sign-in, step by step.

use kernel::{Call, Data, Error, Kind, Message, NoContent, Problems, Result, Token, Unit};

use super::own::SecondFactorOut;
use super::v1::{AuthIn, ChallengeOut, SignedIn, Transport, UserOut};
use super::{Attempts, passwords, rules, store};
use crate::users::{self, User};

/// Random bytes of a user token.
const TOKEN: usize = 16;

/// Signs a user in.
///
/// # Errors
/// 401 for a wrong login, password or code (which of them is not told apart); 429 after too many failures.
pub async fn sign_in(call: &Call, input: AuthIn) -> Result<SignedIn> {
    let (login, password) = (input.login.unwrap_or_default(), input.password.unwrap_or_default());
    let user = by_password(call, &login, &password).await?;
    let (login, attempts) = (users::rules::normal_login(&login), call.app.room::<Attempts>());
    let factor = store::second_factor(&mut call.conn().await?, user.id).await?;
    if let Some(factor) = factor.filter(|f| f.confirmed_at.is_some()) {
        match input.second_factor {
            None => return challenge(call, &user).await,
            Some(answer) => {
                let step = call
                    .app
                    .open(&factor.secret)
                    .and_then(|s| rules::code_step(&s, &answer.secret, call.now, factor.last_step));
                if let Err(error) = prove(call, &user, &answer.uuid, step).await {
                    attempts.failed(&login, &call.origin.ip, call.now);
                    return Err(error);
                }
            }
        }
    }
    attempts.succeeded(&login);
    begin(call, user).await
}

/// The user of this login and password; a failure counts.
async fn by_password(call: &Call, login: &str, password: &str) -> Result<User> {
    let mut problems = Problems::new();
    problems.check(!login.is_empty(), "login", "field-required");
    problems.check(!password.is_empty(), "password", "field-required");
    problems.length(login, 200, "login");
    problems.length(password, rules::LONGEST, "password");
    problems.done()?;

    let login = users::rules::normal_login(login);
    let attempts = call.app.room::<Attempts>();
    let wait = attempts.wait(&login, &call.origin.ip, call.now);
    if wait > 0 {
        return Err(Error::too_many("too-many-sign-ins", wait));
    }
    let user = users::store::by_login(&mut call.conn().await?, &login).await?;
    let stored = user.as_ref().and_then(|u| u.password_hash.as_deref());
    let fits = passwords::verify_password(password, stored).await?;
    let Some(user) = user.filter(|_| fits) else {
        attempts.failed(&login, &call.origin.ip, call.now);
        return Err(Error::new(Kind::Unauthorized, "wrong-login"));
    };
    Ok(user)
}

async fn challenge(call: &Call, user: &User) -> Result<SignedIn> {
    let uuid = call.app.uuid();
    let mut tx = call.app.db().begin_beside().await?;
    let expires_at = call.now + rules::CHALLENGE_SECONDS * 1000;
    store::insert_challenge(&mut tx, &uuid, user.id, rules::CODE_ATTEMPTS, call.now, expires_at).await?;
    tx.commit().await?;
    Ok(SignedIn::Challenged(Data::new(ChallengeOut {
        uuid,
        flow: "totp".to_owned(),
        transport: Transport { r#type: "totp".to_owned(), recipient: user.name.clone() },
        attempts_left: rules::CODE_ATTEMPTS,
        refresh_ttl_sec: rules::CHALLENGE_SECONDS,
    })))
}

/// Takes one attempt at the second factor. The attempt counts even when the code is wrong, so it is made
/// durable by itself.
async fn prove(call: &Call, user: &User, uuid: &str, step: Option<i64>) -> Result<()> {
    let mut tx = call.app.db().begin_beside().await?;
    let Some(left) = store::take_attempt(&mut tx, uuid, user.id, call.now).await? else {
        return Err(Error::new(Kind::Unauthorized, "challenge-over"));
    };
    let proved = match step {
        Some(step) => store::use_step(&mut tx, user.id, step).await?,
        None => false,
    };
    if proved || left == 0 {
        store::delete_challenge(&mut tx, uuid).await?;
    }
    tx.commit().await?;
    if proved { Ok(()) } else { Err(Error::new(Kind::Unauthorized, "wrong-code")) }
}

async fn begin(call: &Call, user: User) -> Result<SignedIn> {
    let token = call.app.token(TOKEN);
    let mut call = call.clone();
    call.user_id = user.id;
    let mut unit = call.begin().await?;
    insert(&mut unit, &call, user.id, &token).await?;
    unit.about("session", user.id, serde_json::json!({}));
    unit.commit(SignedIn::Done(Data::new(UserOut::new(user, &token)).created())).await
}

async fn insert(unit: &mut kernel::Unit, call: &Call, user_id: i64, token: &Token) -> Result<i64> {
    let new = store::New {
        user_id,
        partner_id: call.partner_id,
        hash: token.hash(),
        program: &call.origin.program,
        ip: &call.origin.ip,
        now: call.now,
    };
    store::insert(unit, &new).await
}

/// A session within a transaction; gives its token.
pub(crate) async fn begin_in(unit: &mut Unit, call: &Call, user_id: i64) -> Result<Token> {
    let token = call.app.token(TOKEN);
    insert(unit, call, user_id, &token).await?;
    Ok(token)
}

/// Refuses whoever has a second factor, where there is no way to ask for it.
pub(crate) async fn without_second_factor(call: &Call, user_id: i64) -> Result<()> {
    let factor = store::second_factor(&mut call.conn().await?, user_id).await?;
    if factor.is_some_and(|factor| factor.confirmed_at.is_some()) {
        return Err(Error::new(Kind::Unauthorized, "second-factor-needed"));
    }
    Ok(())
}

/// Signs in by login and password alone.
///
/// # Errors
/// 401 for a wrong one, and for who has a second factor; 429 after too many failures.
pub(crate) async fn sign_in_by_password(
    call: &Call,
    login: &str,
    password: &str,
) -> Result<(Unit, User, Token)> {
    let user = by_password(call, login, password).await?;
    without_second_factor(call, user.id).await?;
    call.app.room::<Attempts>().succeeded(&users::rules::normal_login(login));
    let mut call = call.clone();
    call.user_id = user.id;
    let mut unit = call.begin().await?;
    let token = begin_in(&mut unit, &call, user.id).await?;
    unit.about("session", user.id, serde_json::json!({}));
    Ok((unit, user, token))
}

/// Sets another password; whoever has none yet needs no old one. The old tokens end, a new one is given.
pub(crate) async fn replace_password(call: &Call, old: &str, new: &str) -> Result<(Unit, Token)> {
    let user = users::store::by_id(&mut call.conn().await?, call.user_id).await?;
    if user.password_hash.is_some() {
        check_own_password(call, &user, old, "old_password").await?;
    }
    let mut problems = Problems::new();
    rules::new_password(new, "new_password", &mut problems);
    problems.done()?;
    let hash = passwords::hash_password(&call.app, new).await?;
    let mut unit = call.begin().await?;
    users::store::set_password(&mut unit, user.id, &hash, call.now).await?;
    store::end_all(&mut unit, user.id, None).await?;
    let token = begin_in(&mut unit, call, user.id).await?;
    unit.about("password", user.id, serde_json::json!({}));
    unit.stale();
    Ok((unit, token))
}

/// Changes the own password: the old tokens end at once, a new one is given.
pub(super) async fn change_password(call: &Call, current: &str, new: &str) -> Result<Data<UserOut>> {
    let mut user = users::store::by_id(&mut call.conn().await?, call.user_id).await?;
    check_own_password(call, &user, current, "current_password").await?;
    let mut problems = Problems::new();
    rules::new_password(new, "new_password", &mut problems);
    problems.done()?;
    let hash = passwords::hash_password(&call.app, new).await?;
    let token = call.app.token(TOKEN);
    let mut unit = call.begin().await?;
    users::store::set_password(&mut unit, user.id, &hash, call.now).await?;
    store::end_all(&mut unit, user.id, None).await?;
    insert(&mut unit, call, user.id, &token).await?;
    unit.about("password", user.id, serde_json::json!({}));
    unit.stale();
    user.password_hash = None;
    unit.commit(Data::new(UserOut::new(user, &token))).await
}

/// Sets a user's password from outside of any request (the command line, the demo).
pub async fn set_password(app: &kernel::App, user_id: i64, password: &str) -> Result<()> {
    let hash = passwords::hash_password(app, password).await?;
    let now = app.now();
    app.write(async |tx| {
        users::store::set_password(tx, user_id, &hash, now).await?;
        store::end_all(tx, user_id, None).await.map(drop)
    })
    .await
}

/// A step-up: the own password once more, throttled like a sign-in.
pub(super) async fn check_own_password(call: &Call, user: &User, password: &str, field: &str) -> Result<()> {
    let attempts = call.app.room::<Attempts>();
    let wait = attempts.wait(&user.login, &call.origin.ip, call.now);
    if wait > 0 {
        return Err(Error::too_many("too-many-sign-ins", wait));
    }
    let password: String = password.chars().take(rules::LONGEST + 1).collect();
    if passwords::verify_password(&password, user.password_hash.as_deref()).await? {
        return Ok(());
    }
    attempts.failed(&user.login, &call.origin.ip, call.now);
    Err(Error::invalid(field, Message::new("field-password-wrong")))
}

/// Begins a second factor: the secret is shown once, and in force only when a code of it was given.
pub(super) async fn begin_second_factor(call: &Call, password: &str) -> Result<Data<SecondFactorOut>> {
    let user = users::store::by_id(&mut call.conn().await?, call.user_id).await?;
    check_own_password(call, &user, password, "password").await?;
    let secret: [u8; 20] = call.app.random();
    let sealed = call.app.seal(&secret);
    let mut unit = call.begin().await?;
    if !store::put_second_factor(&mut unit, user.id, sealed).await? {
        return Err(Error::conflict("conflict"));
    }
    unit.about("second_factor", user.id, serde_json::json!({"step": "begun"}));
    let text = totp_rs::Secret::from(secret).to_base32();
    let label: String = user.login.bytes().map(percent).collect();
    let url = format!("otpauth://totp/Frontdesk:{label}?secret={text}&issuer=Frontdesk");
    unit.commit(Data::new(SecondFactorOut { secret: text, otpauth_url: url }).created()).await
}

fn percent(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// Puts the second factor in force, by a first code.
pub(super) async fn confirm_second_factor(call: &Call, code: &str) -> Result<NoContent> {
    let mut unit = call.begin().await?;
    let factor = store::second_factor(&mut unit, call.user_id).await?.ok_or_else(Error::not_found)?;
    let secret =
        call.app.open(&factor.secret).ok_or_else(|| Error::internal("a secret that can't be opened"))?;
    let step = rules::code_step(&secret, code, call.now, factor.last_step)
        .ok_or_else(|| Error::invalid("code", "wrong-code"))?;
    store::use_step(&mut unit, call.user_id, step).await?;
    store::confirm_second_factor(&mut unit, call.user_id, call.now).await?;
    unit.about("second_factor", call.user_id, serde_json::json!({"step": "confirmed"}));
    unit.commit(NoContent::new()).await
}

/// Ends the second factor.
pub(super) async fn end_second_factor(call: &Call, password: &str) -> Result<NoContent> {
    let user = users::store::by_id(&mut call.conn().await?, call.user_id).await?;
    check_own_password(call, &user, password, "password").await?;
    let mut unit = call.begin().await?;
    if !store::delete_second_factor(&mut unit, call.user_id).await? {
        return Err(Error::not_found());
    }
    unit.about("second_factor", call.user_id, serde_json::json!({"step": "ended"}));
    unit.commit(NoContent::new()).await
}
